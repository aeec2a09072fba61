/* A training server without a network and with a clock that stands, for its unit tests. Include after cmocka. */
#ifndef OUTPOST_TEST_TRAINER_FIXTURE_H
#define OUTPOST_TEST_TRAINER_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "json/json.h"
#include "trainer/trainer.h"

#define NOW INT64_C(1795428000000) /* 2026-11-23T10:00:00Z */

/* "Basic " and the base64 of NAME:NAME */
#define SURVOFF "Basic U3Vydk9mZjpTdXJ2T2Zm"
#define SURVOFF2 "Basic U3Vydk9mZjI6U3Vydk9mZg=="
#define NATUSER "Basic TmF0VXNlcjpOYXRVc2Vy"
#define HOSPINF "Basic SG9zcEluZjpIb3NwSW5m"

struct fixture {
	struct clock_manual clock;
	struct trainer *trainer;
	struct trainer_answer answer;
	bool answered;
};

static inline void fixture_open(struct fixture *f, const struct trainer_options *options)
{
	struct err err = {0};
	memset(f, 0, sizeof *f);
	f->clock = (struct clock_manual){NOW, 0};
	struct clock clock = clock_from_manual(&f->clock);
	if (trainer_new(options, &clock, &f->trainer, &err) != ST_OK)
		fail_msg("the training server does not open: %s", err.msg[0].id);
}

static inline void fixture_close(struct fixture *f)
{
	if (f->answered)
		trainer_answer_done(&f->answer);
	trainer_free(f->trainer);
}

/* Asks; the answer stays until the next one. */
static inline int fixture_ask(struct fixture *f, const char *who, const char *method, const char *path, const char *body)
{
	struct trainer_ask ask = {.method = method, .path = path, .authorization = who, .content_type = body ? "application/json" : NULL,
		.mobile_sync = true, .body = body, .body_len = body ? strlen(body) : 0};
	if (f->answered)
		trainer_answer_done(&f->answer);
	trainer_answer(f->trainer, &ask, &f->answer);
	f->answered = true;
	return f->answer.status;
}

static inline const char *fixture_body(const struct fixture *f)
{
	return buf_text(&f->answer.body);
}

static inline struct json *fixture_json(const struct fixture *f)
{
	struct json *v = NULL;
	if (json_parse_text(fixture_body(f), &v, NULL) != ST_OK)
		fail_msg("the answer is not JSON: %.200s", fixture_body(f));
	return v;
}

static inline struct json *fixture_read(struct fixture *f, const char *who, const char *kind, const char *uuid)
{
	char path[64], body[64];
	snprintf(path, sizeof path, "/%s/query", kind);
	snprintf(body, sizeof body, "[\"%s\"]", uuid);
	assert_int_equal(fixture_ask(f, who, "POST", path, body), 200);
	struct json *list = fixture_json(f), *doc = json_detach_at(list, 0);
	json_free(list);
	return doc;
}

static inline int fixture_push(struct fixture *f, const char *who, const char *kind, const struct json *doc)
{
	char path[64], *text = json_print(doc, NULL), *body = mem_printf("[%s]", text);
	snprintf(path, sizeof path, "/%s/push", kind);
	int status = fixture_ask(f, who, "POST", path, body);
	mem_free(text);
	mem_free(body);
	return status;
}

#define CASE_1 "TESTCA-TESTCA-TESTCA-TESTCAS2"
#define PERSON_1 "TESTPE-TESTPE-TESTPE-TESTPER2"

static inline struct json *fixture_new_person(const char *uuid)
{
	struct json *v = NULL;
	char *text = mem_printf("{\"uuid\":\"%s\",\"changeDate\":0,\"firstName\":\"Ada\",\"lastName\":\"Example\",\"sex\":\"FEMALE\","
		"\"birthdateYYYY\":1990,"
		"\"birthdateMM\":4,\"birthdateDD\":17,\"addresses\":[],\"personContactDetails\":[]}", uuid);
	assert_int_equal(json_parse_text(text, &v, NULL), ST_OK);
	mem_free(text);
	return v;
}

static inline struct json *fixture_new_case(const char *uuid, const char *person)
{
	struct json *v = NULL;
	char *text = mem_printf("{\"uuid\":\"%s\",\"changeDate\":0,\"disease\":\"CHOLERA\",\"person\":{\"uuid\":\"%s\"},\"reportDate\":%lld,"
		"\"reportingUser\":{\"uuid\":\"VOTP7F-67P4BA-KMYJZI-WJRP2EBU\"},"
		"\"responsibleRegion\":{\"uuid\":\"00000000-0000-0000-0000-000000000003\"},"
		"\"responsibleDistrict\":{\"uuid\":\"00000000-0000-0000-0000-000000000004\"},\"facilityType\":\"HOSPITAL\","
		"\"healthFacility\":{\"uuid\":\"SRCEHZ-H6INLA-X3TJ5Y-SWT2CNCI\"},\"symptoms\":{}}", uuid, person, (long long)NOW);
	assert_int_equal(json_parse_text(text, &v, NULL), ST_OK);
	mem_free(text);
	return v;
}

/* CASE_1 of PERSON_1, stored by SurvOff; read back. */
static inline struct json *fixture_pair(struct fixture *f)
{
	struct json *p = fixture_new_person(PERSON_1), *c = fixture_new_case(CASE_1, PERSON_1);
	assert_int_equal(fixture_push(f, SURVOFF, "persons", p), 200);
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 200);
	json_free(p);
	json_free(c);
	clock_advance(&f->clock, 10000);
	return fixture_read(f, SURVOFF, "cases", CASE_1);
}

static inline int64_t fixture_date(const struct json *v)
{
	int64_t n = 0;
	json_get_int(v, "changeDate", &n);
	return n;
}

#endif
