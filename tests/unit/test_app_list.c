#include "app_profile.h"

#include "app/doctor.h"
#include "app/list.h"
#include "app/overview.h"

static void the_list_tells_what_the_command_promises(void **state)
{
	static const char *const keys[] = { "uuid", "epidNumber", "disease", "caseClassification", "investigationStatus", "outcome", "person", "sex", "age",
		"reportDate", "healthFacility", "state", "conflicts" };
	struct profile *p = *state;
	struct list_page page;
	struct json *json, *row;
	struct err err;
	char *text;
	size_t i;

	assert_ok(list_cases(p->session, NULL, 0, 0, &page, &err), &err);
	assert_int_equal(page.count, 1);
	text = list_json(&page);
	assert_ok(json_parse_text(text, &json, &err), &err);
	row = json_at(json, 0);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct json *child;
		bool there = false;

		for (child = json_first(row); child != NULL; child = json_next(child))
			there = there || strcmp(json_key(child), keys[i]) == 0;
		if (!there)
			fail_msg("%s is missing in %s", keys[i], text);
	}
	assert_string_equal(json_get_string(json_get(row, "person"), "lastName"), "Kamara");
	assert_string_equal(json_get_string(row, "state"), "clean");
	assert_string_equal(json_get_string(row, "healthFacility"), "Hill Hospital");
	assert_true(json_is_null(json_get(row, "epidNumber")));
	mem_free(text);
	json_free(json);
	list_page_done(&page);
}

static void csv_quotes_and_shows_control_characters(void **state)
{
	struct list_case row = { .uuid = "U", .short_uuid = "U", .epid_number = "a,b", .disease = "say \"x\"", .classification = "", .investigation_status = "",
		.outcome = "", .first_name = "line\nbreak", .last_name = "\x1b]0;title\x07", .sex = "", .facility = " blank", .age = -1, .age_type = "" };
	struct list_page page = { &row, 1 };
	char *text = list_csv(&page);

	(void)state;
	assert_non_null(strstr(text, "\"a,b\""));
	assert_non_null(strstr(text, "\"say \"\"x\"\"\""));
	assert_non_null(strstr(text, "\" blank\""));
	assert_null(strchr(text, 0x1b));
	assert_null(strchr(text, 0x07));
	/* A header and one line, each ended by CR LF. */
	assert_int_equal(text[strlen(text) - 1], '\n');
	assert_ptr_equal(strstr(strstr(text, "\r\n") + 2, "\r\n") + 2, text + strlen(text));
	mem_free(text);
}

static void csv_has_no_formulas(void **state)
{
	struct list_case row = { .uuid = "U", .short_uuid = "U", .epid_number = "=1+1", .disease = "-5.5", .classification = "+234", .investigation_status = "+1+1",
		.outcome = "-", .first_name = "=HYPERLINK(\"x\")", .last_name = "@SUM(A1)", .sex = "", .facility = "A=B", .age = -1, .age_type = "" };
	struct list_page page = { &row, 1 };
	char *text = list_csv(&page);

	(void)state;
	assert_string_equal(strstr(text, "\r\n") + 2, "U,'=1+1,-5.5,+234,'+1+1,'-,,\"'=HYPERLINK(\"\"x\"\")\",'@SUM(A1),,,,A=B,clean,0\r\n");
	mem_free(text);
}

static void an_age_is_told_in_years(void **state)
{
	static const struct { int age; const char *type; const char *json; } cases[] = {
		{ 34, "YEARS", "\"age\":34," }, { 3, "MONTHS", "\"age\":0," }, { 25, "MONTHS", "\"age\":2," }, { 20, "DAYS", "\"age\":0," },
		{ 5, "", "\"age\":5," }, { -1, "", "\"age\":null," },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct list_case row = { .uuid = "U", .short_uuid = "U", .epid_number = "", .disease = "", .classification = "", .investigation_status = "",
			.outcome = "", .first_name = "", .last_name = "", .sex = "", .facility = "", .age = cases[i].age, .age_type = cases[i].type };
		struct list_page page = { &row, 1 };
		char *text = list_json(&page);

		if (strstr(text, cases[i].json) == NULL)
			fail_msg("%d %s: %s expected in %s", cases[i].age, cases[i].type, cases[i].json, text);
		mem_free(text);
	}
}

static void words_and_filters_narrow_the_list(void **state)
{
	static const struct { struct list_filter filter; size_t count; } cases[] = {
		{ { .words = "kam fa" }, 1 }, { { .words = "KAMARA" }, 1 }, { { .words = "nobody" }, 0 }, { { .words = "" }, 1 }, { { .disease = "LASSA" }, 1 },
		{ { .disease = "CHOLERA" }, 0 }, { { .only_unsent = true }, 0 }, { { .only_rejected = true }, 0 }, { { .only_conflicts = true }, 0 },
	};
	struct profile *p = *state;
	struct list_page page;
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_ok(list_cases(p->session, &cases[i].filter, 0, 0, &page, &err), &err);
		if (page.count != cases[i].count)
			fail_msg("filter %zu: %zu rows, %zu expected", i, page.count, cases[i].count);
		list_page_done(&page);
	}
}

static void an_expression_narrows_the_list_and_a_wrong_one_is_told(void **state)
{
	struct profile *p = *state;
	struct list_filter filter = { .where = "${disease} = 'LASSA' and ${/person/lastName} = 'Kamara'" };
	struct list_page page;
	struct err err;

	assert_ok(list_cases(p->session, &filter, 0, 0, &page, &err), &err);
	assert_int_equal(page.count, 1);
	list_page_done(&page);
	filter.where = "${disease} = 'CHOLERA'";
	assert_ok(list_cases(p->session, &filter, 0, 0, &page, &err), &err);
	assert_int_equal(page.count, 0);
	list_page_done(&page);
	filter.where = "${disease} =";
	assert_int_equal(list_cases(p->session, &filter, 0, 0, &page, &err), ST_INVALID);
}

static void rejected_records_are_listed_with_their_case_and_can_be_sent_again(void **state)
{
	struct profile *p = *state;
	struct list_rejected *rows;
	struct session_status status;
	struct err err;
	size_t count;

	assert_ok(store_set_flags(p->session->store, KIND_PERSONS, P_PERSON, RECORD_DIRTY, 0, &err), &err);
	assert_ok(store_reject(p->session->store, KIND_PERSONS, P_PERSON, 500, "The birth date lies ahead", &err), &err);
	session_notify_changed(p->session);
	session_status(p->session, &status);
	assert_int_equal(status.rejected, 1);
	assert_ok(list_rejected(p->session, &rows, &count, &err), &err);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].kind, "persons");
	assert_int_equal(rows[0].status, 500);
	assert_string_equal(rows[0].reason, "The birth date lies ahead");
	assert_string_equal(rows[0].case_uuid, P_CASE);
	assert_non_null(strstr(rows[0].label, "Kamara, Fatu"));
	list_rejected_done(rows, count);
	assert_ok(list_send_again(p->session, "persons", P_PERSON, &err), &err);
	session_status(p->session, &status);
	assert_int_equal(status.rejected, 0);
}

static void the_overview_has_the_agreed_keys(void **state)
{
	struct profile *p = *state;
	char *text = overview_json(p->session);
	struct json *json;
	struct err err;

	assert_ok(json_parse_text(text, &json, &err), &err);
	assert_string_equal(json_get_string(json, "user"), "SurvOff");
	assert_true(json_is_number(json_get(json, "dirty")));
	assert_true(json_is_null(json_get(json, "last_run")));
	assert_true(json_is_null(json_get(json, "oldest_unsent")));
	json_free(json);
	mem_free(text);
}

static void a_backup_overwrites_nothing_and_is_a_profile(void **state)
{
	struct profile *p = *state;
	struct store *copy;
	struct record record;
	char path[256];
	struct err err;

	snprintf(path, sizeof(path), "%s/backup.db", p->dir);
	assert_ok(backup_write(p->session, path, &err), &err);
	assert_int_equal(backup_write(p->session, path, &err), ST_INVALID);
	assert_ok(store_open(path, p->session->model, &copy, &err), &err);
	assert_ok(store_get(copy, KIND_CASES, P_CASE, &record, &err), &err);
	record_done(&record);
	store_close(copy);
}

static void the_doctor_finds_a_clock_that_is_behind(void **state)
{
	struct profile *p = *state;
	struct doctor doctor;
	size_t i;

	session_note_server_time(p->session, P_NOW + 3600000);
	doctor_run(p->session, &doctor);
	for (i = 0; i < doctor.count && strcmp(doctor.lines[i].name, "clock") != 0; i++)
		;
	assert_true(i < doctor.count);
	assert_int_equal(doctor.lines[i].state, DOCTOR_WARN);
	/* A date beyond all sense is no clock. */
	session_note_server_time(p->session, INT64_C(5000000000000));
	assert_int_equal(session_newest_server(p->session), P_NOW + 3600000);
}

#define T(f) cmocka_unit_test_setup_teardown(f, profile_open, profile_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_list_tells_what_the_command_promises), cmocka_unit_test(csv_quotes_and_shows_control_characters),
		cmocka_unit_test(csv_has_no_formulas), cmocka_unit_test(an_age_is_told_in_years), T(words_and_filters_narrow_the_list),
		T(an_expression_narrows_the_list_and_a_wrong_one_is_told), T(rejected_records_are_listed_with_their_case_and_can_be_sent_again),
		T(the_overview_has_the_agreed_keys), T(a_backup_overwrites_nothing_and_is_a_profile), T(the_doctor_finds_a_clock_that_is_behind),
	};

	return cmocka_run_group_tests_name("app_list", tests, NULL, NULL);
}
