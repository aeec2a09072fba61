/* The training server's made-up people and the other ways to read them; its files, options and faults. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "trainer/fault.h"
#include "trainer_fixture.h"

static void open_with(struct fixture *f, int64_t cases, int64_t persons, uint64_t seed)
{
	struct trainer_options o;
	trainer_options_init(&o);
	o.cases = cases;
	o.persons = persons;
	o.seed = seed;
	fixture_open(f, &o);
}

static char *all_of(struct fixture *f, const char *who, const char *path)
{
	assert_int_equal(fixture_ask(f, who, "GET", path, NULL), 200);
	return mem_strdup(fixture_body(f));
}

static void the_same_seed_makes_the_same_people(void **state)
{
	(void)state;
	struct fixture a, b, c;
	open_with(&a, 30, 0, 7);
	open_with(&b, 30, 0, 7);
	open_with(&c, 30, 0, 8);
	char *x = all_of(&a, NATUSER, "/cases/all/0"), *y = all_of(&b, NATUSER, "/cases/all/0"), *z = all_of(&c, NATUSER, "/cases/all/0");
	assert_string_equal(x, y);
	assert_string_not_equal(x, z);
	mem_free(x);
	mem_free(y);
	mem_free(z);
	fixture_close(&a);
	fixture_close(&b);
	fixture_close(&c);
}

/* What is generated is what the server itself would store: a verbatim push changes nothing. */
static void generated_cases_can_be_pushed_back_verbatim_without_any_change(void **state)
{
	(void)state;
	struct fixture f;
	open_with(&f, 120, 0, 3);
	char *before = all_of(&f, NATUSER, "/cases/all/0");
	assert_int_equal(fixture_ask(&f, NATUSER, "POST", "/cases/push", before), 207);
	struct json *statuses = fixture_json(&f);
	size_t i = 0;
	for (const struct json *s = json_first(statuses); s; s = json_next(s), i++) {
		int64_t status = 0;
		json_get_int(s, "statusCode", &status);
		if (status != 200)
			fail_msg("case %zu was refused: %s", i, json_get_string(s, "body"));
	}
	assert_int_equal(i, 120);
	json_free(statuses);
	char *after = all_of(&f, NATUSER, "/cases/all/0");
	struct json *a = NULL, *b = NULL;
	assert_int_equal(json_parse_text(before, &a, NULL), ST_OK);
	assert_int_equal(json_parse_text(after, &b, NULL), ST_OK);
	for (const struct json *x = json_first(a), *y = json_first(b); x && y; x = json_next(x), y = json_next(y)) {
		if (!json_equal(x, y)) {
			char *p = json_print(x, NULL), *q = json_print(y, NULL);
			fail_msg("a case changed:\n%s\n%s", p, q);
		}
	}
	json_free(a);
	json_free(b);
	mem_free(before);
	mem_free(after);
	fixture_close(&f);
}

static void generated_persons_can_be_pushed_back_and_only_their_dates_move(void **state)
{
	(void)state;
	struct fixture f;
	open_with(&f, 60, 0, 4);
	char *before = all_of(&f, NATUSER, "/persons/all/0");
	assert_int_equal(fixture_ask(&f, NATUSER, "POST", "/persons/push", before), 207);
	assert_null(strstr(fixture_body(&f), "body"));
	struct json *a = NULL;
	assert_int_equal(json_parse_text(before, &a, NULL), ST_OK);
	for (struct json *x = json_first(a); x; x = json_next(x)) {
		struct json *y = fixture_read(&f, NATUSER, "persons", json_get_string(x, "uuid"));
		assert_true(fixture_date(y) > fixture_date(x));
		json_set(y, "changeDate", json_copy(json_get(x, "changeDate")));
		json_set(x, "approximateAgeReferenceDate", json_copy(json_get(y, "approximateAgeReferenceDate")));
		if (!json_equal(x, y)) {
			char *p = json_print(x, NULL), *q = json_print(y, NULL);
			fail_msg("a person changed:\n%s\n%s", p, q);
		}
		json_free(y);
	}
	json_free(a);
	mem_free(before);
	fixture_close(&f);
}

static void pages_deliver_every_row_once_and_in_order(void **state)
{
	(void)state;
	struct fixture f;
	char path[160], last[40] = "NO_LAST_SYNCED_UUID";
	int64_t since = 0;
	size_t rows = 0, got;
	open_with(&f, 100, 0, 5);
	struct json *all;
	char *text = all_of(&f, SURVOFF, "/cases/all/0");
	assert_int_equal(json_parse_text(text, &all, NULL), ST_OK);
	const struct json *expected = json_first(all);
	do {
		snprintf(path, sizeof path, "/cases/all/%lld/7/%s", (long long)since, last);
		assert_int_equal(fixture_ask(&f, SURVOFF, "GET", path, NULL), 200);
		struct json *page = fixture_json(&f);
		got = json_count(page);
		for (const struct json *c = json_first(page); c; c = json_next(c), rows++, expected = json_next(expected)) {
			assert_non_null(expected);
			assert_string_equal(json_get_string(c, "uuid"), json_get_string(expected, "uuid"));
			since = fixture_date(c);
			snprintf(last, sizeof last, "%s", json_get_string(c, "uuid"));
		}
		json_free(page);
	} while (got == 7);
	assert_int_equal(rows, json_count(all));
	assert_true(rows > 50 && rows < 100); /* the others belong to the second district */
	json_free(all);
	mem_free(text);
	fixture_close(&f);
}

static void persons_without_a_case_are_there_but_invisible(void **state)
{
	(void)state;
	struct fixture f;
	open_with(&f, 5, 9, 6);
	assert_int_equal(fixture_ask(&f, SURVOFF, "GET", "/trainer/state", NULL), 200);
	assert_non_null(strstr(fixture_body(&f), "\"cases\":5,\"persons\":9,"));
	assert_int_equal(fixture_ask(&f, NATUSER, "GET", "/persons/all/0", NULL), 200);
	struct json *all = fixture_json(&f);
	assert_int_equal(json_count(all), 5);
	json_free(all);
	fixture_close(&f);
}

static void a_data_file_keeps_what_was_pushed(void **state)
{
	(void)state;
	struct fixture f;
	struct trainer_options o;
	char path[] = "/tmp/outpost-trainer-test-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	trainer_options_init(&o);
	o.cases = 3;
	o.data = path;
	fixture_open(&f, &o);
	json_free(fixture_pair(&f));
	fixture_close(&f);
	fixture_open(&f, &o); /* nothing is generated again */
	assert_int_equal(fixture_ask(&f, SURVOFF, "GET", "/trainer/state", NULL), 200);
	assert_non_null(strstr(fixture_body(&f), "\"cases\":4,"));
	struct json *c = fixture_read(&f, SURVOFF, "cases", CASE_1);
	assert_non_null(c);
	json_free(c);
	fixture_close(&f);
	char *side = mem_printf("%s-wal", path);
	unlink(side);
	mem_free(side);
	side = mem_printf("%s-shm", path);
	unlink(side);
	mem_free(side);
	unlink(path);
}

static void too_many_new_facilities_ask_for_the_initial_way(void **state)
{
	(void)state;
	struct fixture f;
	struct trainer_options o;
	static const char zero[] = "{\"facilityChangeDate\":0,\"diseaseClassificationChangeDate\":0,\"userRoleChangeDate\":0,"
		"\"featureConfigurationChangeDate\":0}";
	trainer_options_init(&o);
	o.cases = 0;
	o.infrastructure_limit = 3;
	fixture_open(&f, &o);
	assert_int_equal(fixture_ask(&f, SURVOFF, "POST", "/infrastructure/sync", zero), 200);
	assert_non_null(strstr(fixture_body(&f), "{\"initialSyncRequired\":true,\"continents\":null"));
	fixture_close(&f);
	o.infrastructure_limit = 0;
	fixture_open(&f, &o);
	assert_int_equal(fixture_ask(&f, SURVOFF, "POST", "/infrastructure/sync", zero), 200);
	assert_non_null(strstr(fixture_body(&f), "{\"initialSyncRequired\":false,\"continents\":[]"));
	fixture_close(&f);
}

static void logins_are_refused_alike(void **state)
{
	(void)state;
	struct fixture f;
	static const char *const wrong[] = {NULL, "Basic", "Basic !!!", "Basic U3Vydk9mZjp4", "Bearer abc", "Basic U3Vydk9mZg==",
		"Basic w7w6/w=="};
	open_with(&f, 0, 0, 1);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_int_equal(fixture_ask(&f, wrong[i], "GET", "/info/version", NULL), 401);
		assert_true(f.answer.challenge);
	}
	assert_int_equal(fixture_ask(&f, "basic c3Vydm9mZjpTdXJ2T2Zm", "GET", "/info/version", NULL), 200); /* survoff */
	fixture_close(&f);
}

static void only_loopback_is_listened_on(void **state)
{
	(void)state;
	static const struct { const char *listen; enum status status; } cases[] = {{"0.0.0.0:0", ST_REFUSED}, {"192.0.2.1:0", ST_REFUSED},
		{"[::]:0", ST_REFUSED}, {"example.org:0", ST_REFUSED}, {"127.0.0.1", ST_INVALID}, {"127.0.0.1:99999", ST_INVALID}, {"127.0.0.1:x",
			ST_INVALID},
		{"127.0.0.1:0", ST_OK}, {"localhost:0", ST_OK}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct trainer_options o;
		struct trainer *t;
		struct loop *loop = loop_new(NULL);
		struct err err = {0};
		const char *url = "";
		trainer_options_init(&o);
		o.cases = 0;
		o.listen = cases[i].listen;
		assert_int_equal(trainer_new(&o, NULL, &t, &err), ST_OK);
		if (trainer_listen(t, loop, &url, &err) != cases[i].status)
			fail_msg("%s: expected status %d", cases[i].listen, (int)cases[i].status);
		if (cases[i].status == ST_OK)
			assert_true(strncmp(url, "http://127.0.0.1:", 17) == 0 && strcmp(url + strlen(url) - 12, "/sormas-rest") == 0);
		trainer_free(t);
		loop_free(loop);
	}
}

static void faults_are_found_by_method_path_number_and_user(void **state)
{
	(void)state;
	static const char rules[] = "[{\"match\":\"POST /cases/push\",\"nth\":2,\"count\":2,\"do\":\"lost\"},{\"match\":\"GET /cases\","
		"\"do\":\"503\",\"count\":0,"
		"\"user\":\"survoff\"},{\"match\":\"*\",\"nth\":6,\"do\":\"delay\",\"ms\":5}]";
	struct fault *f;
	size_t n;
	assert_int_equal(fault_parse(rules, strlen(rules), &f, &n, NULL), ST_OK);
	assert_int_equal(n, 3);
	assert_null(fault_find(f, n, "POST", "/cases/push", "SurvOff"));
	assert_int_equal(fault_find(f, n, "POST", "/cases/push", "SurvOff")->kind, FAULT_LOST);
	assert_int_equal(fault_find(f, n, "POST", "/cases/push", "SurvOff")->kind, FAULT_LOST);
	assert_null(fault_find(f, n, "POST", "/cases/push", "SurvOff"));
	assert_int_equal(fault_find(f, n, "GET", "/cases/all/0", "SurvOff")->status, 503);
	assert_int_equal(fault_find(f, n, "GET", "/cases/all/0", "NatUser")->kind, FAULT_DELAY); /* the sixth of all */
	assert_null(fault_find(f, n, "GET", "/cases/all/0", NULL));
	fault_free(f, n);
	static const char *const bad[] = {"{}", "[{\"do\":\"explode\"}]", "[{\"do\":\"cut\",\"nth\":0}]", "["};
	for (size_t i = 0; i < 4; i++)
		if (fault_parse(bad[i], strlen(bad[i]), &f, &n, NULL) == ST_OK)
			fail_msg("%s was accepted", bad[i]);
}

static void hostile_bodies_are_refused_and_nothing_breaks(void **state)
{
	(void)state;
	static const char *const bodies[] = {"[null]", "[1]", "[[]]", "[{}]", "{}", "null", "\"x\"", "[{\"uuid\":{}}]", "[{\"person\":[]}]",
		"[{\"hospitalization\":\"x\"}]", "[{\"hospitalization\":{\"previousHospitalizations\":{}}}]", "[{\"symptoms\":[1]}]",
		"[{\"epiData\":{\"exposures\":[null]}}]", "[{\"reportDate\":\"yesterday\"}]", "[{\"reportDate\":1e400}]", "[{\"deleted\":\"maybe\"}]",
		"[{\"disease\":7}]", "[{\"diseaseVariant\":3}]", "[{\"externalData\":[]}]", "[{\"uuid\":\"\\u0000\"}]"};
	struct fixture f;
	open_with(&f, 2, 0, 1);
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		int status = fixture_ask(&f, SURVOFF, "POST", "/cases/push", bodies[i]);
		if (status != 400 && status != 500)
			fail_msg("%s gave %d", bodies[i], status);
		fixture_ask(&f, SURVOFF, "POST", "/cases/query", bodies[i]);
		fixture_ask(&f, SURVOFF, "POST", "/cases/pushWithPerson", bodies[i]);
		fixture_ask(&f, SURVOFF, "POST", "/cases/postUpdate/AAAAAA-AAAAAA-AAAAAA-AAAAAAAA", bodies[i]);
		fixture_ask(&f, SURVOFF, "POST", "/infrastructure/sync", bodies[i]);
		fixture_ask(&f, SURVOFF, "POST", "/trainer/colleague", bodies[i]);
		fixture_ask(&f, NATUSER, "POST", "/cases/delete", bodies[i]);
		fixture_ask(&f, SURVOFF, "POST", "/tasks/push", bodies[i]);
		fixture_ask(&f, SURVOFF, "POST", "/persons/push", bodies[i]);
	}
	assert_int_equal(fixture_ask(&f, SURVOFF, "GET", "/cases/all/0", NULL), 200);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_makes_the_same_people),
		cmocka_unit_test(generated_cases_can_be_pushed_back_verbatim_without_any_change),
		cmocka_unit_test(generated_persons_can_be_pushed_back_and_only_their_dates_move),
		cmocka_unit_test(pages_deliver_every_row_once_and_in_order),
		cmocka_unit_test(persons_without_a_case_are_there_but_invisible),
		cmocka_unit_test(a_data_file_keeps_what_was_pushed),
		cmocka_unit_test(too_many_new_facilities_ask_for_the_initial_way),
		cmocka_unit_test(logins_are_refused_alike),
		cmocka_unit_test(only_loopback_is_listened_on),
		cmocka_unit_test(faults_are_found_by_method_path_number_and_user),
		cmocka_unit_test(hostile_bodies_are_refused_and_nothing_breaks),
	};
	return cmocka_run_group_tests_name("trainer_made", tests, NULL, NULL);
}
