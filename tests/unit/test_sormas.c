/* The wire: paths and bodies of requests, what an answer means, pages, answers of pushes (protocol.md A and B). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sormas/sormas.h"

#define NOW INT64_C(1795341600000)

static void request_is(struct sormas_request *r, const char *method, const char *path, const char *body)
{
	assert_string_equal(r->method, method);
	assert_string_equal(r->path, path);
	if (body)
		assert_string_equal(r->body, body);
	else
		assert_null(r->body);
	sormas_request_done(r);
}

static void requests_have_the_paths_of_the_interface(void **state)
{
	const char *uuids[] = {"AAAAAA-BBBBBB-CCCCCC-DDDDDDDD", "EEEEEE-BBBBBB-CCCCCC-DDDDDDDD"};
	const char *bodies[] = {"{\"a\":1}", "{\"b\":2}"};
	struct sormas_request r;
	(void)state;
	sormas_request_page(KIND_CASES, 17, 100, NULL, &r);
	request_is(&r, "GET", "/cases/all/17/100/NO_LAST_SYNCED_UUID", NULL);
	sormas_request_page(KIND_PERSONS, 17, 10, uuids[0], &r);
	request_is(&r, "GET", "/persons/all/17/10/AAAAAA-BBBBBB-CCCCCC-DDDDDDDD", NULL);
	sormas_request_query(KIND_CASES, uuids, 2, &r);
	request_is(&r, "POST", "/cases/query", "[\"AAAAAA-BBBBBB-CCCCCC-DDDDDDDD\",\"EEEEEE-BBBBBB-CCCCCC-DDDDDDDD\"]");
	sormas_request_push(KIND_CASES, bodies, 2, &r);
	request_is(&r, "POST", "/cases/push", "[{\"a\":1},{\"b\":2}]");
	sormas_request_obsolete(KIND_CASES, 5, &r);
	request_is(&r, "GET", "/cases/obsolete/5", NULL);
	sormas_request_uuids(KIND_PERSONS, &r);
	request_is(&r, "GET", "/persons/uuids", NULL);
}

static void the_bundle_sends_every_date_and_never_null(void **state)
{
	static const char *const keys[] = {"continentChangeDate", "subcontinentChangeDate", "countryChangeDate", "areaChangeDate", "regionChangeDate", "districtChangeDate",
		"communityChangeDate", "facilityChangeDate", "pointOfEntryChangeDate", "userChangeDate", "diseaseClassificationChangeDate", "diseaseConfigurationChangeDate",
		"userRoleChangeDate", "featureConfigurationChangeDate"};
	int64_t since[KIND_COUNT] = {0};
	struct sormas_request r;
	struct json *body = NULL;
	(void)state;
	sormas_request_bundle(since, &r);
	assert_int_equal(json_parse(r.body, r.body_len, &body, NULL), ST_OK);
	assert_int_equal(json_count(body), sizeof keys / sizeof *keys);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!json_is_number(json_get(body, keys[i])))
			fail_msg("%s has to be a number", keys[i]);
	json_free(body);
	sormas_request_done(&r);
}

static void answers_are_classed_by_what_to_do_next(void **state)
{
	static const struct { int status; const char *body; bool text; enum sormas_class class; } rows[] = {
		{200, "[]", false, SORMAS_OK}, {200, "{}", false, SORMAS_OK}, {204, "", false, SORMAS_EMPTY}, {0, "", false, SORMAS_NO_ANSWER}, {503, "", false, SORMAS_UNAVAILABLE},
		{401, "<html>", false, SORMAS_LOGIN}, {403, "\"no\"", false, SORMAS_FORBIDDEN}, {400, "x", false, SORMAS_BAD_REQUEST}, {500, "\"HTTP 404 Not Found\"", false, SORMAS_NO_ENDPOINT},
		{500, "\"CORBA TRANSACTION_ROLLEDBACK\"", false, SORMAS_SERVER_ERROR}, {200, "<!DOCTYPE html><html>sign in</html>", false, SORMAS_PORTAL}, {302, "", false, SORMAS_PORTAL},
		{200, "\x01\x02", false, SORMAS_GARBAGE}, {200, "\"COMPATIBLE\"", true, SORMAS_OK},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum sormas_class class = sormas_classify(rows[i].status, rows[i].body, strlen(rows[i].body), rows[i].text);
		if (class != rows[i].class)
			fail_msg("%d %s is classed as %s, expected %s", rows[i].status, rows[i].body, sormas_class_name(class), sormas_class_name(rows[i].class));
	}
}

static void a_page_is_split_into_its_records(void **state)
{
	static const char text[] = " [ {\"uuid\":\"AAAAAA-BBBBBB-CCCCCC-DDDDDDDD\",\"changeDate\":100,\"pseudonymized\":true,\"hospitalization\":{\"changeDate\":300},"
		"\"therapy\":{\"changeDate\":900},\"symptoms\":{\"changeDate\":1795341600001}} , {\"uuid\":\"EEEEEE-BBBBBB-CCCCCC-DDDDDDDD\",\"deleted\":true,\"inJurisdiction\":false} ] ";
	struct sormas_page page;
	(void)state;
	assert_int_equal(sormas_split(text, strlen(text), NOW, &page, NULL), ST_OK);
	assert_int_equal(page.count, 2);
	assert_string_equal(page.rows[0].uuid, "AAAAAA-BBBBBB-CCCCCC-DDDDDDDD");
	assert_int_equal(page.rows[0].change_date, 100);
	assert_int_equal(page.rows[0].greatest, 300); /* not the therapy's, not one in the future */
	assert_true(page.rows[0].later);
	assert_true(page.rows[0].pseudonymized);
	assert_true(page.rows[1].deleted);
	assert_true(page.rows[1].out_of_jurisdiction);
	assert_int_equal(page.rows[1].raw.at[0], '{');
	assert_int_equal(page.rows[1].raw.at[page.rows[1].raw.len - 1], '}');
	sormas_page_done(&page);
}

static void half_a_page_and_rows_without_uuid_are_refused(void **state)
{
	static const char *const texts[] = {"[{\"uuid\":\"AAAAAA-BBBBBB-CCCCCC-DDDDDDDD\"},{\"uu", "{}", "[1]", "[{\"changeDate\":1}]", "[{\"uuid\":\"short\"}]", "", "null"};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct sormas_page page;
		if (sormas_split(texts[i], strlen(texts[i]), NOW, &page, NULL) == ST_OK)
			fail_msg("%s was taken for a page", texts[i]);
	}
}

static void rows_that_cannot_be_used_are_left_out_of_a_page(void **state)
{
	static const char text[] = "[[{\"uuid\":\"XXXXXX-BBBBBB-CCCCCC-DDDDDDDD\"}],{\"uuid\":\"AAAAAA-BBBBBB-CCCCCC-DDDDDDDD\",\"a\":[1]},{\"uuid\":\"no\",\"b\":1,\"c\":2},7,"
		"{\"uuid\":\"EEEEEE-BBBBBB-CCCCCC-DDDDDDDD\",\"d\":{\"e\":1}},null]";
	struct sormas_page page;
	struct json_member m;
	(void)state;
	assert_int_equal(sormas_split_usable(text, strlen(text), NOW, &page, NULL), ST_OK);
	assert_int_equal(page.count, 2);
	assert_int_equal(page.left_out, 4);
	assert_int_equal(page.left_out_row, 1);
	assert_non_null(page.left_out_why);
	assert_string_equal(page.rows[0].uuid, "AAAAAA-BBBBBB-CCCCCC-DDDDDDDD");
	assert_string_equal(page.rows[1].uuid, "EEEEEE-BBBBBB-CCCCCC-DDDDDDDD");
	/* each row has its own members */
	assert_int_equal(page.rows[1].member_count, 2);
	m = json_member_at(page.rows[1].raw.at, page.rows[1].members[1]);
	assert_true(json_span_is(m.key, "d"));
	sormas_page_done(&page);
	/* what is no list at all, or is cut, has no rows to leave out; and an answer to a question is used whole or not at all */
	assert_int_equal(sormas_split_usable("{\"a\":1}", 7, NOW, &page, NULL), ST_INVALID);
	assert_int_equal(sormas_split_usable("[7,{\"uuid\":", 11, NOW, &page, NULL), ST_INVALID);
	assert_int_equal(sormas_split(text, strlen(text), NOW, &page, NULL), ST_INVALID);
}

static void the_answer_to_a_push_is_honoured_item_by_item(void **state)
{
	static const char text[] = "[{\"statusCode\":200},{\"statusCode\":409,\"body\":\"CaseDataDto is older\"},{\"statusCode\":500,\"body\":\"CORBA TRANSACTION_ROLLEDBACK 0x0\\n\\tat a.b.c\"}]";
	struct sormas_push push;
	(void)state;
	sormas_read_push(207, text, strlen(text), 3, &push);
	assert_int_equal(push.kind, SORMAS_PUSH_ITEMS);
	assert_int_equal(push.count, 3);
	assert_int_equal(push.verdicts[0].status, 200);
	assert_null(push.verdicts[0].reason);
	assert_int_equal(push.verdicts[1].status, 409);
	assert_true(push.verdicts[2].collision);
	assert_null(strstr(push.verdicts[2].reason, "a.b.c")); /* never the stack trace */
	sormas_push_done(&push);
	/* one element: the HTTP status is the element's, the body is still the list */
	sormas_read_push(409, "[{\"statusCode\":409,\"body\":\"old\"}]", strlen("[{\"statusCode\":409,\"body\":\"old\"}]"), 1, &push);
	assert_int_equal(push.kind, SORMAS_PUSH_ITEMS);
	assert_int_equal(push.verdicts[0].status, 409);
	sormas_push_done(&push);
}

static void a_push_without_a_list_of_its_length_is_an_unknown_outcome(void **state)
{
	static const struct { int status; const char *body; enum sormas_push_kind kind; } rows[] = {
		{200, "[{\"statusCode\":200}]", SORMAS_PUSH_UNKNOWN}, {502, "bad gateway", SORMAS_PUSH_UNKNOWN}, {0, "", SORMAS_PUSH_UNKNOWN}, {200, "[{\"statusCode\":200},", SORMAS_PUSH_UNKNOWN},
		{400, "{\"message\":\"Invalid data\",\"errors\":{\"disease\":\"is required\"}}", SORMAS_PUSH_REFUSED_LIST}, {401, "<html>", SORMAS_PUSH_LOGIN},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sormas_push push;
		sormas_read_push(rows[i].status, rows[i].body, strlen(rows[i].body), 2, &push);
		if (push.kind != rows[i].kind)
			fail_msg("%d %s is kind %d, expected %d", rows[i].status, rows[i].body, (int)push.kind, (int)rows[i].kind);
		sormas_push_done(&push);
	}
}

static void a_reason_is_one_safe_line(void **state)
{
	static const char *const bodies[] = {"\"CORBA TRANSACTION_ROLLEDBACK 0x0\n\tat x.y\"", "{\"message\":\"Invalid data\",\"errors\":{\"disease\":\"must not be null\"}}", "", "\x1b[2J\"", "\"\""};
	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		char *reason = sormas_reason(bodies[i], strlen(bodies[i]));
		assert_true(*reason && strlen(reason) <= SORMAS_REASON_MAX);
		for (const char *p = reason; *p; p++)
			if ((unsigned char)*p < 0x20)
				fail_msg("a control character in the reason of %s", bodies[i]);
		mem_free(reason);
	}
	char *text = sormas_unquote("\"COMPATIBLE\"", 12);
	assert_string_equal(text, "COMPATIBLE");
	mem_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_have_the_paths_of_the_interface),
		cmocka_unit_test(the_bundle_sends_every_date_and_never_null),
		cmocka_unit_test(answers_are_classed_by_what_to_do_next),
		cmocka_unit_test(a_page_is_split_into_its_records),
		cmocka_unit_test(half_a_page_and_rows_without_uuid_are_refused),
		cmocka_unit_test(rows_that_cannot_be_used_are_left_out_of_a_page),
		cmocka_unit_test(the_answer_to_a_push_is_honoured_item_by_item),
		cmocka_unit_test(a_push_without_a_list_of_its_length_is_an_unknown_outcome),
		cmocka_unit_test(a_reason_is_one_safe_line),
	};
	return cmocka_run_group_tests_name("sormas", tests, NULL, NULL);
}
