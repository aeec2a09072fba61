/* The training server's push rules, to the millisecond (protocol.md B.2, C.7, D). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "trainer_fixture.h"

static int open_empty(void **state)
{
	static struct fixture f;
	struct trainer_options o;
	trainer_options_init(&o);
	o.cases = 0;
	fixture_open(&f, &o);
	*state = &f;
	return 0;
}

static int close_it(void **state)
{
	fixture_close(*state);
	return 0;
}

static void set_text(struct json *doc, const char *key, const char *text)
{
	json_set(doc, key, json_new_string(text));
}

static struct json *again(struct fixture *f, struct json *doc, const char *who)
{
	json_free(doc);
	return fixture_read(f, who, "cases", CASE_1);
}

static void a_copy_1000_ms_older_passes_and_1001_is_outdated(void **state)
{
	struct fixture *f = *state;
	struct json *c = fixture_pair(f);
	int64_t date = fixture_date(c);
	json_set(c, "changeDate", json_new_int(date - 1001));
	set_text(c, "additionalDetails", "too old");
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 409);
	assert_non_null(strstr(fixture_body(f), "[{\"statusCode\":409,\"body\":\"CaseDataDto is older (Mon Nov 23 "));
	json_set(c, "changeDate", json_new_int(date - 1000));
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 200);
	json_free(c);
}

static void the_text_of_a_409_cuts_trailing_zeros(void **state)
{
	struct fixture *f = *state;
	struct json *c = fixture_pair(f), *fresh = fixture_new_case(CASE_1, PERSON_1);
	assert_int_equal(fixture_date(c), NOW + 1); /* the person's push took the millisecond before */
	assert_int_equal(fixture_push(f, SURVOFF, "cases", fresh), 409);
	assert_string_equal(fixture_body(f), "[{\"statusCode\":409,\"body\":\"CaseDataDto is older (Thu Jan 01 00:00:00 UTC 1970) than "
		"current version on "
		"server (2026-11-23 10:00:00.001): '" CASE_1 "'\"}]");
	f->clock.now_ms = NOW + 20500;
	set_text(c, "additionalDetails", "moves the date");
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 200);
	assert_int_equal(fixture_push(f, SURVOFF, "cases", fresh), 409);
	assert_non_null(strstr(fixture_body(f), "(2026-11-23 10:00:20.5)"));
	json_free(c);
	json_free(fresh);
}

static void only_rows_whose_values_change_get_a_new_date(void **state)
{
	struct fixture *f = *state;
	struct json *c = fixture_pair(f);
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 200); /* sets epidemiologicalConfirmation */
	c = again(f, c, SURVOFF);
	int64_t root = fixture_date(c), epi = fixture_date(json_get(c, "epiData")), stay = fixture_date(json_get(c, "hospitalization"));
	clock_advance(&f->clock, 5000);
	set_text(json_get(c, "hospitalization"), "description", "changed");
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 200);
	c = again(f, c, SURVOFF);
	assert_int_equal(fixture_date(c), root);
	assert_int_equal(fixture_date(json_get(c, "epiData")), epi);
	assert_true(fixture_date(json_get(c, "hospitalization")) >= stay + 5000);
	json_free(c);
}

static void an_empty_text_is_not_nothing(void **state)
{
	struct fixture *f = *state;
	struct json *c = fixture_pair(f);
	set_text(c, "additionalDetails", "");
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 200);
	c = again(f, c, SURVOFF);
	assert_string_equal(json_get_string(c, "additionalDetails"), "");
	json_free(c);
}

static void a_crash_in_the_middle_stores_nothing(void **state)
{
	struct fixture *f = *state;
	struct json *c = fixture_pair(f), *before = json_copy(c);
	json_set(c, "reportDate", json_new_int(NOW - 5000));
	set_text(json_get(c, "hospitalization"), "description", "lost");
	json_set(json_get(c, "epiData"), "exposures", json_new_null());
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 500);
	assert_non_null(strstr(fixture_body(f), "CORBA TRANSACTION_ROLLEDBACK"));
	c = again(f, c, SURVOFF);
	assert_true(json_equal(c, before));
	json_free(c);
	json_free(before);
}

static void a_stale_part_keeps_what_was_copied_before_it(void **state)
{
	struct fixture *f = *state;
	struct json *c = fixture_pair(f);
	int64_t root = fixture_date(c);
	json_set(c, "reportDate", json_new_int(NOW - 5000));
	set_text(c, "additionalDetails", "comes later");
	json_set(json_get(c, "therapy"), "changeDate", json_new_int(1000));
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 409);
	assert_non_null(strstr(fixture_body(f), "TherapyDto is older"));
	c = again(f, c, SURVOFF);
	int64_t report = 0;
	assert_true(json_get_int(c, "reportDate", &report) && report == NOW - 5000);
	assert_null(json_get(c, "additionalDetails"));
	assert_true(fixture_date(c) > root);
	assert_null(json_get(c, "epidemiologicalConfirmation")); /* nothing else was done with it */
	json_free(c);
}

static void a_new_case_may_not_take_another_cases_part(void **state)
{
	struct fixture *f = *state;
	struct json *c = fixture_pair(f), *other = fixture_new_case("OTHERC-OTHERC-OTHERC-OTHERCA2", PERSON_1);
	set_text(json_get(other, "symptoms"), "uuid", json_get_string(json_get(c, "symptoms"), "uuid"));
	assert_int_equal(fixture_push(f, SURVOFF, "cases", other), 500);
	assert_int_equal(fixture_ask(f, SURVOFF, "GET", "/cases/OTHERC-OTHERC-OTHERC-OTHERCA2", NULL), 204);
	json_free(c);
	json_free(other);
}

static void another_district_may_read_masked_and_not_write(void **state)
{
	struct fixture *f = *state;
	struct json *c = fixture_pair(f), *masked = fixture_read(f, SURVOFF2, "cases", CASE_1);
	assert_true(json_true(json_get(masked, "pseudonymized")));
	assert_null(json_get(masked, "healthFacility"));
	assert_int_equal(fixture_push(f, SURVOFF2, "cases", masked), 403);
	assert_int_equal(fixture_ask(f, SURVOFF2, "GET", "/cases/uuids", NULL), 200);
	assert_string_equal(fixture_body(f), "[]");
	json_free(masked);
	masked = fixture_read(f, SURVOFF2, "persons", PERSON_1);
	assert_string_equal(json_get_string(masked, "firstName"), "Confidential");
	set_text(masked, "lastName", "Overwritten");
	set_text(masked, "sex", "MALE");
	assert_int_equal(fixture_push(f, SURVOFF2, "persons", masked), 200);
	json_free(masked);
	masked = fixture_read(f, SURVOFF, "persons", PERSON_1);
	assert_string_equal(json_get_string(masked, "lastName"), "Example");
	assert_string_equal(json_get_string(masked, "sex"), "MALE");
	json_free(masked);
	json_free(c);
}

static void a_case_that_moves_away_is_lost_to_the_old_district(void **state)
{
	struct fixture *f = *state;
	struct json *p = fixture_new_person(PERSON_1), *c = fixture_new_case(CASE_1, PERSON_1);
	assert_int_equal(fixture_push(f, SURVOFF, "persons", p), 200);
	set_text(json_get(c, "reportingUser"), "uuid", "QAY3IL-OQK2N3-TYARYU-HL7OKCWU"); /* SurvSup */
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 200);
	c = again(f, c, SURVOFF);
	set_text(json_get(c, "responsibleDistrict"), "uuid", "00000000-0000-0000-0000-000000000014");
	set_text(json_get(c, "healthFacility"), "uuid", "SORMAS-CONSTID-ISNONE-FACILITY");
	json_remove(c, "surveillanceOfficer");
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 200);
	fixture_ask(f, SURVOFF, "GET", "/cases/uuids", NULL);
	assert_string_equal(fixture_body(f), "[]");
	fixture_ask(f, SURVOFF, "GET", "/cases/obsolete/0", NULL);
	assert_string_equal(fixture_body(f), "[]");
	fixture_ask(f, SURVOFF2, "GET", "/cases/uuids", NULL);
	assert_string_equal(fixture_body(f), "[\"" CASE_1 "\"]");
	/* its task follows it: the officer it is assigned to keeps it, the old district does not */
	fixture_ask(f, SURVOFF2, "GET", "/tasks/uuids", NULL);
	assert_string_not_equal(fixture_body(f), "[]");
	json_free(p);
	json_free(c);
}

static void a_renamed_person_shows_in_references_without_new_dates(void **state)
{
	struct fixture *f = *state;
	struct json *c = fixture_pair(f), *p = fixture_read(f, SURVOFF, "persons", PERSON_1);
	int64_t date = fixture_date(c);
	set_text(p, "lastName", "Renamed");
	assert_int_equal(fixture_push(f, SURVOFF, "persons", p), 200);
	c = again(f, c, SURVOFF);
	assert_string_equal(json_get_string(json_get(c, "person"), "caption"), "Ada RENAMED");
	assert_int_equal(fixture_date(c), date);
	json_free(c);
	json_free(p);
}

static void epid_numbers_go_on_from_the_highest_entered(void **state)
{
	struct fixture *f = *state;
	struct json *c = fixture_pair(f), *next;
	assert_string_equal(json_get_string(c, "epidNumber"), "DEF-REG-DIS-26-001");
	set_text(c, "epidNumber", "DEF-REG-DIS-26-041");
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 200);
	next = fixture_new_case("OTHERC-OTHERC-OTHERC-OTHERCA2", PERSON_1);
	assert_int_equal(fixture_push(f, SURVOFF, "cases", next), 200);
	json_free(next);
	next = fixture_read(f, SURVOFF, "cases", "OTHERC-OTHERC-OTHERC-OTHERCA2");
	assert_string_equal(json_get_string(next, "epidNumber"), "DEF-REG-DIS-26-042");
	json_free(next);
	json_free(c);
}

static void the_age_follows_the_clock_at_every_read(void **state)
{
	struct fixture *f = *state;
	int64_t first = 0, second = 0;
	struct json *c = fixture_pair(f), *p = fixture_read(f, SURVOFF, "persons", PERSON_1);
	json_get_int(p, "approximateAgeReferenceDate", &first);
	json_free(p);
	clock_advance(&f->clock, 12345);
	p = fixture_read(f, SURVOFF, "persons", PERSON_1);
	json_get_int(p, "approximateAgeReferenceDate", &second);
	assert_int_equal(first, f->clock.now_ms - 12345);
	assert_int_equal(second, f->clock.now_ms);
	json_free(p);
	json_free(c);
}

static void an_unknown_variant_breaks_every_read_of_the_case(void **state)
{
	struct fixture *f = *state;
	struct json *c = fixture_pair(f), *variant = json_new_object();
	set_text(variant, "value", "B.1");
	json_set(c, "diseaseVariant", variant);
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 200);
	assert_int_equal(fixture_ask(f, SURVOFF, "POST", "/cases/query", "[\"" CASE_1 "\"]"), 500);
	assert_int_equal(fixture_ask(f, NATUSER, "GET", "/cases/all/0", NULL), 500);
	assert_int_equal(fixture_ask(f, SURVOFF, "GET", "/cases/uuids", NULL), 200);
	json_free(c);
}

static void the_colleague_enters_another_value_than_mine(void **state)
{
	struct fixture *f = *state;
	struct json *c = fixture_pair(f);
	int64_t mine = INT64_C(1795305600000), theirs = 0, again_theirs = 0;
	json_set(json_get(c, "hospitalization"), "dischargeDate", json_new_int(mine));
	assert_int_equal(fixture_ask(f, SURVOFF, "POST", "/trainer/colleague", "{\"case\":\"" CASE_1 "\",\"changes\":{\"hospitalization\":"
		"{\"dischargeDate\":1795305600000},\"caseClassification\":\"SUSPECT\"}}"), 200);
	assert_int_equal(fixture_push(f, SURVOFF, "cases", c), 409); /* the user's copy is stale now */
	c = again(f, c, SURVOFF);
	assert_true(json_get_int(json_get(c, "hospitalization"), "dischargeDate", &theirs) && theirs != mine);
	assert_string_not_equal(json_get_string(c, "caseClassification"), "SUSPECT");
	assert_string_equal(json_get_string(json_get(c, "classificationUser"), "uuid"), "QAY3IL-OQK2N3-TYARYU-HL7OKCWU");
	/* Nor the one that is stored, a day before mine now: that would be no change, so no conflict. */
	assert_int_equal(fixture_ask(f, SURVOFF, "POST", "/trainer/colleague", "{\"case\":\"" CASE_1 "\",\"changes\":{\"hospitalization\":"
		"{\"dischargeDate\":1795305600000}}}"), 200);
	c = again(f, c, SURVOFF);
	assert_true(json_get_int(json_get(c, "hospitalization"), "dischargeDate", &again_theirs));
	assert_int_not_equal(again_theirs, theirs);
	assert_int_not_equal(again_theirs, mine);
	json_free(c);
	assert_int_equal(fixture_ask(f, SURVOFF, "POST", "/trainer/colleague", "{\"case\":\"NOSUCH-NOSUCH-NOSUCH-NOSUCHCA\"}"), 204);
}

static void with_the_option_the_colleague_edits_a_case_that_is_about_to_be_pushed(void **state)
{
	(void)state;
	struct fixture f;
	struct trainer_options o;
	trainer_options_init(&o);
	o.cases = 0;
	o.colleague = true;
	fixture_open(&f, &o);
	struct json *c = fixture_pair(&f); /* its first read by query: the colleague was there */
	assert_non_null(json_get_string(json_get(c, "hospitalization"), "description"));
	assert_int_equal(fixture_push(&f, SURVOFF, "cases", c), 200); /* once a case only */
	json_free(c);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_copy_1000_ms_older_passes_and_1001_is_outdated, open_empty, close_it),
		cmocka_unit_test_setup_teardown(the_text_of_a_409_cuts_trailing_zeros, open_empty, close_it),
		cmocka_unit_test_setup_teardown(only_rows_whose_values_change_get_a_new_date, open_empty, close_it),
		cmocka_unit_test_setup_teardown(an_empty_text_is_not_nothing, open_empty, close_it),
		cmocka_unit_test_setup_teardown(a_crash_in_the_middle_stores_nothing, open_empty, close_it),
		cmocka_unit_test_setup_teardown(a_stale_part_keeps_what_was_copied_before_it, open_empty, close_it),
		cmocka_unit_test_setup_teardown(a_new_case_may_not_take_another_cases_part, open_empty, close_it),
		cmocka_unit_test_setup_teardown(another_district_may_read_masked_and_not_write, open_empty, close_it),
		cmocka_unit_test_setup_teardown(a_case_that_moves_away_is_lost_to_the_old_district, open_empty, close_it),
		cmocka_unit_test_setup_teardown(a_renamed_person_shows_in_references_without_new_dates, open_empty, close_it),
		cmocka_unit_test_setup_teardown(epid_numbers_go_on_from_the_highest_entered, open_empty, close_it),
		cmocka_unit_test_setup_teardown(the_age_follows_the_clock_at_every_read, open_empty, close_it),
		cmocka_unit_test_setup_teardown(an_unknown_variant_breaks_every_read_of_the_case, open_empty, close_it),
		cmocka_unit_test_setup_teardown(the_colleague_enters_another_value_than_mine, open_empty, close_it),
		cmocka_unit_test(with_the_option_the_colleague_edits_a_case_that_is_about_to_be_pushed),
	};
	return cmocka_run_group_tests_name("trainer_push", tests, NULL, NULL);
}
