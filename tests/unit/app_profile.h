/* A profile for the tests of app/: a folder of its own, a clock that stands, two districts, two facilities, a user, a person and a case. */
#ifndef TESTS_APP_PROFILE_H
#define TESTS_APP_PROFILE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/account.h"
#include "app/connection.h"
#include "app/formset.h"
#include "app/listeners.h"
#include "app/output.h"
#include "app/profile.h"

#define P_CASE "CASEAA-AAAAAA-AAAAAA-AAAAAAAA"
#define P_PERSON "PERSON-AAAAAA-AAAAAA-AAAAAAAA"
#define P_ME "USERME-AAAAAA-AAAAAA-AAAAAAAA"
#define P_REGION "REGION-AAAAAA-AAAAAA-AAAAAAAA"
#define P_DISTRICT "DISTRI-AAAAAA-AAAAAA-AAAAAAAA"
#define P_HOSPITAL "HOSPIT-AAAAAA-AAAAAA-AAAAAAAA"
#define P_HOSPITAL2 "HOSPIT-BBBBBB-AAAAAA-AAAAAAAA"
#define P_STAY "STAYAA-AAAAAA-AAAAAA-AAAAAAAA"
#define P_NOW INT64_C(1795341600000)         /* 2026-11-22T10:00:00Z */
#define P_DAY(n) (INT64_C(1795305600000) + (n) * DATE_DAY_MS)     /* midnight UTC of 22 November 2026, n days later */

struct profile { char dir[64]; struct clock_manual manual; struct loop *loop; struct session *session; };

__attribute__((unused)) static void profile_put(struct session *session, enum kind kind, const char *uuid, const char *doc)
{
	struct store_pulled row = { .kind = kind, .uuid = uuid, .doc = doc, .doc_len = strlen(doc), .now_ms = P_NOW };
	struct err err = { 0 };
	char text[512];

	if (store_put_pulled(session->store, &row, &err) != ST_OK) {
		err_text(&err, text, sizeof(text));
		fail_msg("%s could not be stored: %s", uuid, text);
	}
}

__attribute__((unused)) static void profile_fill(struct session *session)
{
	static const char rights[] = "[\"CASE_VIEW\",\"CASE_CREATE\",\"CASE_EDIT\",\"PERSON_VIEW\",\"PERSON_EDIT\",\"CASE_CLASSIFY\",\"CASE_INVESTIGATE\",\"CASE_TRANSFER\","
		"\"CASE_CHANGE_DISEASE\",\"CASE_RESPONSIBLE\",\"CASE_CHANGE_EPID_NUMBER\",\"CASE_CLINICIAN_VIEW\"]";
	struct err err;

	profile_put(session, KIND_REGIONS, P_REGION, "{\"uuid\":\"" P_REGION "\",\"name\":\"North\",\"changeDate\":1000}");
	profile_put(session, KIND_DISTRICTS, P_DISTRICT,
		"{\"uuid\":\"" P_DISTRICT "\",\"name\":\"River\",\"region\":{\"uuid\":\"" P_REGION "\"},\"changeDate\":1000}");
	profile_put(session, KIND_FACILITIES, P_HOSPITAL,
		"{\"uuid\":\"" P_HOSPITAL "\",\"name\":\"Hill Hospital\",\"type\":\"HOSPITAL\",\"region\":{\"uuid\":\"" P_REGION
		"\"},\"district\":{\"uuid\":\"" P_DISTRICT "\"},\"changeDate\":1000}");
	profile_put(session, KIND_FACILITIES, P_HOSPITAL2,
		"{\"uuid\":\"" P_HOSPITAL2 "\",\"name\":\"Lake Hospital\",\"type\":\"HOSPITAL\",\"region\":{\"uuid\":\"" P_REGION
		"\"},\"district\":{\"uuid\":\"" P_DISTRICT "\"},\"changeDate\":1000}");
	profile_put(session, KIND_USERS, P_ME, "{\"uuid\":\"" P_ME "\",\"userName\":\"SurvOff\",\"firstName\":\"Sam\",\"lastName\":\"Officer\",\"active\":true,"
		"\"region\":{\"uuid\":\"" P_REGION "\"},\"district\":{\"uuid\":\"" P_DISTRICT "\"},\"changeDate\":1000}");
	profile_put(session, KIND_PERSONS, P_PERSON,
		"{\"uuid\":\"" P_PERSON "\",\"creationDate\":1000,\"changeDate\":2000,\"pseudonymized\":false,\"inJurisdiction\":true,"
		"\"firstName\":\"Fatu\",\"lastName\":\"Kamara\",\"sex\":\"FEMALE\",\"birthdateYYYY\":1992,\"address\":{\"uuid\":\"ADDRES-AAAAAA-AAAAAA-AAAAAAAA\","
		"\"changeDate\":2000},\"addresses\":[],\"personContactDetails\":[]}");
	profile_put(session, KIND_CASES, P_CASE,
		"{\"uuid\":\"" P_CASE "\",\"creationDate\":1000,\"changeDate\":2000,\"pseudonymized\":false,\"inJurisdiction\":true,"
		"\"disease\":\"LASSA\",\"person\":{\"uuid\":\"" P_PERSON "\",\"firstName\":\"Fatu\",\"lastName\":\"Kamara\"},\"reportDate\":1795132800000,"
		"\"reportingUser\":{\"uuid\":\"" P_ME "\"},\"caseClassification\":\"SUSPECT\",\"investigationStatus\":\"PENDING\",\"outcome\":\"NO_OUTCOME\","
		"\"caseOrigin\":\"IN_COUNTRY\",\"responsibleRegion\":{\"uuid\":\"" P_REGION "\"},\"responsibleDistrict\":{\"uuid\":\"" P_DISTRICT "\"},"
		"\"facilityType\":\"HOSPITAL\",\"healthFacility\":{\"uuid\":\"" P_HOSPITAL "\"},\"keyOfTomorrow\":{\"kept\":1.10},"
		"\"hospitalization\":{\"uuid\":\"HOSPAA-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":2000,\"admittedToHealthFacility\":\"YES\",\"admissionDate\":1795132800000,"
		"\"hospitalizedPreviously\":\"YES\",\"previousHospitalizations\":[{\"uuid\":\"" P_STAY "\",\"changeDate\":2000,\"admittedToHealthFacility\":\"YES\","
		"\"region\":{\"uuid\":\"" P_REGION "\"},\"district\":{\"uuid\":\"" P_DISTRICT "\"},\"healthFacility\":{\"uuid\":\"" P_HOSPITAL2 "\"},"
		"\"admissionDate\":1794096000000,\"dischargeDate\":1794355200000}]},"
		"\"symptoms\":{\"uuid\":\"SYMPTO-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":2000},"
		"\"epiData\":{\"uuid\":\"EPIDAT-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":2000,\"exposures\":[],\"activitiesAsCase\":[]},"
		"\"therapy\":{\"uuid\":\"THERAP-AAAAAA-AAAAAA-AAAAAAAA\"},\"clinicalCourse\":{\"uuid\":\"CLINIC-AAAAAA-AAAAAA-AAAAAAAA\"},"
		"\"maternalHistory\":{\"uuid\":\"MATERN-AAAAAA-AAAAAA-AAAAAAAA\"},\"portHealthInfo\":{\"uuid\":\"PORTHE-AAAAAA-AAAAAA-AAAAAAAA\"},"
		"\"healthConditions\":{\"uuid\":\"HEALTH-AAAAAA-AAAAAA-AAAAAAAA\"}}");
	assert_int_equal(store_set_setting(session->store, STATE_SERVER, "https://sormas.example.org/sormas-rest", &err), ST_OK);
	assert_int_equal(store_set_setting(session->store, STATE_USER, "SurvOff", &err), ST_OK);
	assert_int_equal(session_store_rights(session, rights, sizeof(rights) - 1, NULL, &err), ST_OK);
	session_account_changed(session);
}

__attribute__((unused)) static int profile_open(void **state)
{
	struct profile *p = calloc(1, sizeof(*p));
	struct session_options options = { .seed = 7, .zone = "UTC", .create = true };
	struct clock clock;
	struct err err;
	char text[512];

	strcpy(p->dir, "/tmp/outpost-app-XXXXXX");
	if (mkdtemp(p->dir) == NULL)
		return 1;
	p->manual = (struct clock_manual){ P_NOW, 1000 };
	clock = clock_from_manual(&p->manual);
	p->loop = loop_new(&clock);
	options.data_dir = p->dir;
	options.loop = p->loop;
	if (session_open(&options, &p->session, &err) != ST_OK) {
		err_text(&err, text, sizeof(text));
		fprintf(stderr, "the profile cannot be opened: %s\n", text);
		return 1;
	}
	profile_fill(p->session);
	*state = p;
	return 0;
}

__attribute__((unused)) static int profile_close(void **state)
{
	static const char *const names[] = { "outpost.db", "outpost.db-wal", "outpost.db-shm", "outpost.log", "backup.db", "last-backup" };
	struct profile *p = *state;
	char path[256];
	size_t i;

	session_close(p->session);
	loop_free(p->loop);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", p->dir, names[i]);
		unlink(path);
	}
	rmdir(p->dir);
	free(p);
	return 0;
}

/* The stored document; to be freed. */
__attribute__((unused)) static struct json *profile_doc(struct session *session, enum kind kind, const char *uuid)
{
	struct record record;
	struct json *doc = NULL;
	struct err err;

	assert_int_equal(store_get(session->store, kind, uuid, &record, &err), ST_OK);
	assert_int_equal(json_parse_text(record.doc, &doc, &err), ST_OK);
	record_done(&record);
	return doc;
}

__attribute__((unused)) static unsigned profile_flags(struct session *session, enum kind kind, const char *uuid)
{
	struct record record;
	struct err err;
	unsigned flags;

	assert_int_equal(store_get(session->store, kind, uuid, &record, &err), ST_OK);
	flags = record.flags;
	record_done(&record);
	return flags;
}

__attribute__((unused)) static void profile_say(const struct err *err)
{
	char text[1024];

	err_text(err, text, sizeof(text));
	print_message("    %s\n", text);
}

#define assert_ok(call, err) do { if ((call) != ST_OK) { profile_say(err); fail_msg("%s should have worked", #call); } } while (0)

/* A save by `user` of one key: of the record itself, or of its part ("hospitalization"). Takes value. */
__attribute__((unused)) static void profile_save(struct session *session, const char *user, enum kind kind, const char *uuid, const char *part,
	const char *key, struct json *value)
{
	struct json *doc = profile_doc(session, kind, uuid);
	struct store_edit edit = { .kind = kind, .uuid = uuid, .user = user, .device = "t", .now_ms = P_NOW, .cause = "edit", .doc = doc };
	struct record record;
	int64_t revision;
	struct err err;

	assert_ok(store_get(session->store, kind, uuid, &record, &err), &err);
	edit.revision = record.revision;
	record_done(&record);
	json_set(part == NULL ? doc : json_get(doc, part), key, value);
	assert_ok(store_save_edit(session->store, &edit, &revision, &err), &err);
	json_free(doc);
}

#endif
