#include "app_profile.h"

#include "app/edit.h"
#include "app/settings.h"

static struct edit *open_form(struct profile *p, const char *draft)
{
	struct edit *edit = NULL;
	struct err err;

	assert_ok(edit_open(p->session, "hospitalization", "cases", P_CASE, draft, &edit, &err), &err);
	return edit;
}

static const struct edit_row *row_of(struct edit *edit, const char *path)
{
	size_t i;

	for (i = 0; i < edit_row_count(edit); i++)
		if (strcmp(edit_row(edit, i)->path, path) == 0)
			return edit_row(edit, i);
	return NULL;
}

#define STAY "hospitalization."

static void a_form_shows_rows_and_takes_typed_text(void **state)
{
	struct profile *p = *state;
	struct edit *edit = open_form(p, NULL);
	const struct edit_row *row;
	struct err err;

	row = row_of(edit, STAY "admissionDate");
	assert_non_null(row);
	assert_int_equal(row->type, EDIT_DATE);
	assert_int_equal(row->date_ms, INT64_C(1795132800000));
	assert_false(row->changed);
	assert_null(row_of(edit, STAY "isolationDate"));
	assert_ok(edit_set(edit, STAY "isolated", "YES", false, &err), &err);
	assert_non_null(row_of(edit, STAY "isolationDate"));
	row = row_of(edit, STAY "isolated");
	assert_string_equal(row->constant, "YES");
	assert_true(row->changed);
	assert_true(edit_is_changed(edit));
	assert_true(edit_undo(edit));
	assert_null(row_of(edit, STAY "isolationDate"));
	assert_false(edit_is_changed(edit));
	assert_true(edit_redo(edit));
	assert_int_equal(edit_set(edit, STAY "admissionDate", "someday", false, &err), ST_INVALID);
	edit_discard(edit);
	edit_close(edit);
}

static void days_are_typed_in_the_order_of_the_setting(void **state)
{
	static const struct { const char *order, *typed; } days[] = { { "dmy", "20/11/2026" }, { "mdy", "11/20/2026" }, { "ymd", "26/11/20" } };
	struct profile *p = *state;
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		struct edit *edit;

		assert_ok(setting_set(p->session, "date_order", days[i].order, &err), &err);
		edit = open_form(p, NULL);
		assert_ok(edit_set(edit, STAY "admissionDate", days[i].typed, false, &err), &err);
		assert_string_equal(row_of(edit, STAY "admissionDate")->value, "2026-11-20");
		edit_discard(edit);
		edit_close(edit);
	}
	assert_ok(setting_set(p->session, "date_order", "auto", &err), &err);
}

static void saving_writes_the_edit_and_drops_the_draft(void **state)
{
	struct profile *p = *state;
	struct edit *edit = open_form(p, NULL);
	struct edit_draft *drafts;
	struct json *doc;
	struct err err;
	size_t count;

	assert_ok(edit_set(edit, STAY "isolated", "NO", false, &err), &err);
	assert_ok(edit_commit_draft(edit, &err), &err);
	assert_ok(edit_drafts(p->session, &drafts, &count, &err), &err);
	assert_int_equal(count, 1);
	assert_int_equal(drafts[0].changes, 1);
	assert_false(drafts[0].in_use);
	edit_drafts_done(drafts, count);
	assert_ok(edit_save(edit, &err), &err);
	assert_false(edit_is_changed(edit));
	edit_close(edit);
	assert_ok(edit_drafts(p->session, &drafts, &count, &err), &err);
	assert_int_equal(count, 0);
	edit_drafts_done(drafts, count);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_string_equal(json_get_string(json_get(doc, "hospitalization"), "isolated"), "NO");
	json_free(doc);
}

static void closing_without_saving_leaves_a_draft_that_can_be_continued(void **state)
{
	struct profile *p = *state;
	struct edit *edit = open_form(p, NULL);
	struct edit_draft *drafts;
	char uuid[UUID_SIZE], path[256];
	struct json *doc;
	struct err err;
	size_t count;

	assert_ok(edit_set(edit, STAY "isolated", "YES", false, &err), &err);
	assert_ok(edit_set(edit, STAY "isolationDate", "2026-11-21", false, &err), &err);
	assert_ok(edit_add_item(edit, STAY "previousHospitalizations", uuid, &err), &err);
	snprintf(path, sizeof(path), STAY "previousHospitalizations[%s].description", uuid);
	assert_ok(edit_set(edit, path, "two days", false, &err), &err);
	edit_close(edit);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_null(json_get(json_get(doc, "hospitalization"), "isolated"));
	json_free(doc);
	assert_ok(edit_drafts(p->session, &drafts, &count, &err), &err);
	assert_int_equal(count, 1);
	edit = open_form(p, drafts[0].id);
	edit_drafts_done(drafts, count);
	assert_string_equal(row_of(edit, STAY "isolated")->constant, "YES");
	assert_int_equal(row_of(edit, STAY "isolationDate")->date_ms, P_DAY(-1));
	assert_non_null(row_of(edit, path));
	assert_string_equal(row_of(edit, path)->value, "two days");
	assert_ok(edit_save(edit, &err), &err);
	edit_close(edit);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_int_equal(json_count(json_get(json_get(doc, "hospitalization"), "previousHospitalizations")), 2);
	json_free(doc);
	assert_ok(edit_drafts(p->session, &drafts, &count, &err), &err);
	assert_int_equal(count, 0);
	edit_drafts_done(drafts, count);
}

static void discarding_leaves_nothing(void **state)
{
	struct profile *p = *state;
	struct edit *edit = open_form(p, NULL);
	struct edit_draft *drafts;
	struct err err;
	size_t count;

	assert_ok(edit_set(edit, STAY "isolated", "NO", false, &err), &err);
	assert_ok(edit_commit_draft(edit, &err), &err);
	edit_discard(edit);
	edit_close(edit);
	assert_ok(edit_drafts(p->session, &drafts, &count, &err), &err);
	assert_int_equal(count, 0);
	edit_drafts_done(drafts, count);
}

static void a_newer_version_with_other_fields_is_merged_silently(void **state)
{
	struct profile *p = *state;
	struct edit *edit = open_form(p, NULL);
	struct json *doc;
	struct err err;

	assert_ok(edit_set(edit, STAY "isolated", "NO", false, &err), &err);
	profile_save(p->session, "Other", KIND_CASES, P_CASE, "hospitalization", "leftAgainstAdvice", json_new_string("NO"));
	assert_ok(edit_save(edit, &err), &err);
	edit_close(edit);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_string_equal(json_get_string(json_get(doc, "hospitalization"), "isolated"), "NO");
	assert_string_equal(json_get_string(json_get(doc, "hospitalization"), "leftAgainstAdvice"), "NO");
	json_free(doc);
}

static void the_same_field_on_both_sides_is_asked_about(void **state)
{
	int keep;

	for (keep = 0; keep < 2; keep++) {
		struct profile *p = NULL;
		struct edit *edit;
		struct json *doc;
		struct err err;
		void *own = NULL;

		assert_int_equal(profile_open(&own), 0);
		p = own;
		edit = open_form(p, NULL);
		assert_ok(edit_set(edit, STAY "isolated", "NO", false, &err), &err);
		profile_save(p->session, "Other", KIND_CASES, P_CASE, "hospitalization", "isolated", json_new_string("UNKNOWN"));
		assert_int_equal(edit_save(edit, &err), ST_ASK);
		assert_int_equal(edit_clash_count(edit), 1);
		assert_string_equal(edit_clash(edit, 0)->path, STAY "isolated");
		edit_resolve(edit, 0, keep == 1);
		assert_ok(edit_save(edit, &err), &err);
		edit_close(edit);
		doc = profile_doc(p->session, KIND_CASES, P_CASE);
		assert_string_equal(json_get_string(json_get(doc, "hospitalization"), "isolated"), keep == 1 ? "NO" : "UNKNOWN");
		json_free(doc);
		profile_close(&own);
	}
	(void)state;
}

static void errors_stop_saving_and_say_where(void **state)
{
	struct profile *p = *state;
	struct edit *edit = open_form(p, NULL);
	bool found = false;
	struct err err;
	size_t i;

	assert_ok(edit_set(edit, STAY "dischargeDate", "2026-11-01", false, &err), &err);
	assert_int_equal(edit_save(edit, &err), ST_INVALID);
	for (i = 0; i < edit_finding_count(edit); i++)
		found = found || (edit_finding(edit, i)->error && strcmp(edit_finding(edit, i)->path, STAY "dischargeDate") == 0);
	assert_true(found);
	edit_discard(edit);
	edit_close(edit);
}

static void the_last_value_of_a_field_is_offered_but_no_dates(void **state)
{
	struct profile *p = *state;
	struct edit *edit = open_form(p, NULL);
	struct err err;
	char *last;

	assert_null(edit_last_value(edit, STAY "isolated"));
	assert_ok(edit_set(edit, STAY "isolated", "NO", false, &err), &err);
	assert_ok(edit_set(edit, STAY "dischargeDate", "2026-11-22", false, &err), &err);
	assert_ok(edit_save(edit, &err), &err);
	last = edit_last_value(edit, STAY "isolated");
	assert_non_null(last);
	assert_string_equal(last, "NO");
	mem_free(last);
	assert_null(edit_last_value(edit, STAY "dischargeDate"));
	edit_close(edit);
}

/* ---- moving a case ---- */

static enum status save_moved(struct profile *p, bool moved)
{
	struct edit *edit = NULL;
	size_t count = 0, i;
	struct edit_section sections[EDIT_MAX_SECTIONS];
	const char *form = NULL;
	struct err err;
	enum status st;

	assert_ok(edit_sections(p->session, P_CASE, sections, &count, &err), &err);
	for (i = 0; i < count && form == NULL; i++) {
		if (strcmp(sections[i].form, "hospitalization") == 0 || edit_open(p->session, sections[i].form, "cases", P_CASE, NULL, &edit,
			&err) != ST_OK)
			continue;
		if (row_of(edit, "healthFacility") != NULL && row_of(edit, "healthFacility")->type == EDIT_REFERENCE && !row_of(edit,
			"healthFacility")->readonly)
			form = sections[i].form;
		else
			edit_close(edit);
	}
	if (form == NULL)
		fail_msg("%s", "no form has the facility of a case");
	assert_ok(edit_set(edit, "healthFacility", P_HOSPITAL2, false, &err), &err);
	assert_int_equal(edit_save(edit, &err), ST_ASK);
	assert_true(edit_asks_transfer(edit));
	edit_set_transfer(edit, moved);
	st = edit_save(edit, &err);
	if (st != ST_OK)
		profile_say(&err);
	edit_close(edit);
	return st;
}

static void a_moved_case_makes_its_stay_an_earlier_one(void **state)
{
	struct profile *p = *state;
	struct json *doc, *list, *item, *stay;
	int64_t ms = 0;

	assert_int_equal(save_moved(p, true), ST_OK);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	stay = json_get(doc, "hospitalization");
	list = json_get(stay, "previousHospitalizations");
	assert_int_equal(json_count(list), 2);
	item = json_at(list, 1);
	assert_string_equal(json_get_string(json_get(item, "healthFacility"), "uuid"), P_HOSPITAL);
	assert_true(json_get_int(item, "admissionDate", &ms));
	assert_int_equal(ms, INT64_C(1795132800000));
	assert_true(json_get_int(item, "dischargeDate", &ms));
	assert_int_equal(ms, P_DAY(0));
	assert_true(json_get_int(stay, "admissionDate", &ms));
	assert_int_equal(ms, P_DAY(0));
	assert_null(json_get(stay, "admittedToHealthFacility"));
	assert_string_equal(json_get_string(stay, "hospitalizedPreviously"), "YES");
	assert_string_equal(json_get_string(json_get(doc, "healthFacility"), "uuid"), P_HOSPITAL2);
	json_free(doc);
}

static void a_correction_changes_the_facility_only(void **state)
{
	struct profile *p = *state;
	struct json *before = profile_doc(p->session, KIND_CASES, P_CASE), *doc;

	assert_int_equal(save_moved(p, false), ST_OK);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_true(json_equal(json_get(before, "hospitalization"), json_get(doc, "hospitalization")));
	assert_string_equal(json_get_string(json_get(doc, "healthFacility"), "uuid"), P_HOSPITAL2);
	json_free(before);
	json_free(doc);
}

/* ---- new case on the screen ---- */

static void a_new_case_is_typed_checked_for_duplicates_and_saved(void **state)
{
	static const struct { const char *path, *text; } typed[] = { { "disease", "LASSA" }, { "facilityType", "HOSPITAL" }, { "healthFacility",
		P_HOSPITAL },
		{ "reportDate", "2026-11-22" }, { "person.firstName", "Fatu" }, { "person.lastName", "Kamarra" }, { "person.sex", "FEMALE" } };
	struct profile *p = *state;
	struct edit *edit = NULL;
	struct edit_duplicate *rows;
	struct json *doc, *person;
	char uuid[UUID_SIZE];
	struct err err;
	size_t i, count;

	assert_ok(edit_open_new_case(p->session, NULL, &edit, &err), &err);
	for (i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
		if (row_of(edit, typed[i].path) != NULL && !row_of(edit, typed[i].path)->readonly)
			assert_ok(edit_set(edit, typed[i].path, typed[i].text, false, &err), &err);
	assert_ok(edit_duplicates(edit, &rows, &count, &err), &err);
	assert_int_equal(count, 1);
	assert_true(rows[0].person);
	assert_string_equal(rows[0].uuid, P_PERSON);
	edit_duplicates_done(rows, count);
	for (i = 0; i < edit_finding_count(edit); i++)
		if (edit_finding(edit, i)->error)
			print_message("    finding at %s (%s)\n", edit_finding(edit, i)->path, edit_finding(edit, i)->rule);
	assert_ok(edit_save(edit, &err), &err);
	snprintf(uuid, sizeof(uuid), "%s", edit_uuid(edit));
	edit_close(edit);
	doc = profile_doc(p->session, KIND_CASES, uuid);
	assert_string_not_equal(json_get_string(json_get(doc, "person"), "uuid"), P_PERSON);
	person = profile_doc(p->session, KIND_PERSONS, json_get_string(json_get(doc, "person"), "uuid"));
	assert_string_equal(json_get_string(person, "lastName"), "Kamarra");
	/* The case refers to the person, it does not hold it. */
	assert_null(json_get(json_get(doc, "person"), "sex"));
	json_free(doc);
	json_free(person);
}

static void a_new_case_that_nobody_touched_has_no_changes_and_leaves_no_draft(void **state)
{
	struct profile *p = *state;
	struct edit *edit = NULL;
	struct edit_draft *drafts;
	struct err err;
	size_t count;

	assert_ok(edit_open_new_case(p->session, NULL, &edit, &err), &err);
	assert_false(edit_is_changed(edit));
	edit_close(edit);
	assert_ok(edit_drafts(p->session, &drafts, &count, &err), &err);
	assert_int_equal(count, 0);
	edit_drafts_done(drafts, count);
	assert_ok(edit_open_new_case(p->session, NULL, &edit, &err), &err);
	assert_ok(edit_set(edit, "person.firstName", "Fatu", false, &err), &err);
	assert_true(edit_is_changed(edit));
	assert_ok(edit_commit_draft(edit, &err), &err);
	assert_true(edit_is_changed(edit));
	edit_close(edit);
	assert_ok(edit_drafts(p->session, &drafts, &count, &err), &err);
	assert_int_equal(count, 1);
	edit_drafts_done(drafts, count);
}

static void the_servers_place_for_none_has_a_name_and_is_found_by_it(void **state)
{
	struct profile *p = *state;
	struct edit_choice found[4];
	struct edit *edit = NULL;
	struct err err;
	size_t count;

	profile_put(p->session, KIND_FACILITIES, "SORMAS-CONSTID-ISNONE-FACILITY",
		"{\"uuid\":\"SORMAS-CONSTID-ISNONE-FACILITY\",\"name\":\"NO_FACILITY\",\"changeDate\":1000}");
	assert_ok(edit_open_new_case(p->session, NULL, &edit, &err), &err);
	assert_ok(edit_set(edit, "facilityType", "", false, &err), &err);
	count = edit_choices(edit, "healthFacility", "home", 4, found);
	assert_int_equal(count, 1);
	assert_string_equal(found[0].label, "At home (no facility)");
	edit_choices_done(found, count);
	count = edit_choices(edit, "healthFacility", "no", 4, found);
	assert_int_equal(count, 1);
	edit_choices_done(found, count);
	assert_ok(edit_set(edit, "healthFacility", "SORMAS-CONSTID-ISNONE-FACILITY", false, &err), &err);
	assert_string_equal(row_of(edit, "healthFacility")->value, "At home (no facility)");
	edit_discard(edit);
	edit_close(edit);
}

static void sections_carry_marks(void **state)
{
	struct profile *p = *state;
	struct edit_section sections[EDIT_MAX_SECTIONS];
	struct edit *edit = open_form(p, NULL);
	bool found = false;
	size_t count, i;
	struct err err;

	assert_ok(edit_set(edit, STAY "isolated", "NO", false, &err), &err);
	assert_ok(edit_save(edit, &err), &err);
	edit_close(edit);
	assert_ok(edit_sections(p->session, P_CASE, sections, &count, &err), &err);
	for (i = 0; i < count; i++) {
		if (strcmp(sections[i].form, "hospitalization") != 0)
			continue;
		found = true;
		assert_true(sections[i].available);
		assert_int_equal(sections[i].edits, 1);
	}
	assert_true(found);
}

#define T(f) cmocka_unit_test_setup_teardown(f, profile_open, profile_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_form_shows_rows_and_takes_typed_text), T(days_are_typed_in_the_order_of_the_setting), T(saving_writes_the_edit_and_drops_the_draft),
			T(closing_without_saving_leaves_a_draft_that_can_be_continued),
		T(discarding_leaves_nothing), T(a_newer_version_with_other_fields_is_merged_silently),
			cmocka_unit_test(the_same_field_on_both_sides_is_asked_about),
		T(errors_stop_saving_and_say_where), T(the_last_value_of_a_field_is_offered_but_no_dates), T(a_moved_case_makes_its_stay_an_earlier_one),
		T(a_correction_changes_the_facility_only), T(a_new_case_is_typed_checked_for_duplicates_and_saved),
		T(a_new_case_that_nobody_touched_has_no_changes_and_leaves_no_draft), T(the_servers_place_for_none_has_a_name_and_is_found_by_it), T(sections_carry_marks),
	};

	return cmocka_run_group_tests_name("app_edit", tests, NULL, NULL);
}
