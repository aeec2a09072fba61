/* A form opened on a record: what a change does to other fields, old data, undo; and what the checker of form files says (forms.md). */
#include "form_fixture.h"

static struct form *form;

static int open_form(void **state)
{
	fixture_open(state);
	form = fixture_form("hospitalization.json");
	return 0;
}

static int close_form(void **state)
{
	form_free(form);
	return fixture_close(state);
}

static struct form_view *opened(const char *text, const char *base)
{
	static struct json *kept;
	struct json *doc = fixture_json(text);
	json_free(kept);
	kept = base ? fixture_json(base) : NULL;
	struct form_env env = {.now_ms = FIXTURE_NOW, .editable = true, .base = kept};
	struct form_view *view = form_open(form, fixture_model, doc, &env);
	json_free(doc);
	return view;
}

static void set(struct form_view *view, const char *path, const char *typed)
{
	struct err err = {0};
	if (form_set_text(view, path, typed, false, &err) != ST_OK) {
		char why[300];
		err_text(&err, why, sizeof why);
		fail_msg("%s = %s: %s", path, typed, why);
	}
}

static void what_a_change_makes_irrelevant_is_set_aside_and_comes_back(void **state)
{
	(void)state;
	struct form_view *view = opened("{\"hospitalization\":{\"uuid\":\"H\",\"isolated\":\"YES\",\"isolationDate\":1795132800000}}", NULL);
	set(view, "hospitalization.isolated", "no");
	struct json *saved = form_result(view);
	assert_null(json_get(json_get(saved, "hospitalization"), "isolationDate"));
	json_free(saved);
	set(view, "hospitalization.isolated", "yes");
	saved = form_result(view);
	assert_non_null(json_get(json_get(saved, "hospitalization"), "isolationDate"));
	json_free(saved);
	form_close(view);
}

static void opening_clears_nothing(void **state)
{
	(void)state;
	struct form_view *view = opened("{\"hospitalization\":{\"uuid\":\"H\",\"isolated\":\"NO\",\"isolationDate\":1795132800000}}", NULL);
	set(view, "hospitalization.description", "text");
	struct json *saved = form_result(view);
	assert_non_null(json_get(json_get(saved, "hospitalization"), "isolationDate"));
	json_free(saved);
	form_close(view);
}

static void an_old_error_does_not_block_saving_until_its_field_or_what_it_reads_is_changed(void **state)
{
	static const char old[] = "{\"hospitalization\":{\"uuid\":\"H\",\"admissionDate\":1795132800000,\"dischargeDate\":1794960000000}}";
	(void)state;
	struct form_view *view = opened(old, old);
	assert_true(form_can_save(view));
	assert_true(form_finding_count(view) > 0);
	set(view, "hospitalization.description", "x");
	assert_true(form_can_save(view));
	set(view, "hospitalization.admissionDate", "2026-11-19");
	assert_false(form_can_save(view));
	form_close(view);
}

static void typing_the_day_that_is_shown_keeps_the_milliseconds(void **state)
{
	(void)state;
	struct form_view *view = opened("{\"hospitalization\":{\"uuid\":\"H\",\"admissionDate\":1795132812345}}", NULL);
	int64_t ms = 0;
	set(view, "hospitalization.admissionDate", "20.11.2026");
	assert_true(json_int(form_row_find(view, "hospitalization.admissionDate")->value, &ms));
	assert_int_equal(ms, INT64_C(1795132812345));
	set(view, "hospitalization.admissionDate", "t-1");
	assert_true(json_int(form_row_find(view, "hospitalization.admissionDate")->value, &ms));
	assert_int_equal(ms, INT64_C(1795219200000));
	form_close(view);
}

static void undo_and_redo_go_step_by_step(void **state)
{
	(void)state;
	struct form_view *view = opened("{\"hospitalization\":{\"uuid\":\"H\"}}", NULL);
	set(view, "hospitalization.description", "a");
	set(view, "hospitalization.description", "b");
	assert_true(form_undo(view));
	assert_string_equal(json_string(form_row_find(view, "hospitalization.description")->value), "a");
	assert_true(form_undo(view));
	assert_null(form_row_find(view, "hospitalization.description")->value);
	assert_false(form_undo(view));
	assert_true(form_redo(view));
	assert_string_equal(json_string(form_row_find(view, "hospitalization.description")->value), "a");
	form_close(view);
}

static void items_are_added_with_uuids_and_removed(void **state)
{
	(void)state;
	struct form_view *view = opened("{\"hospitalization\":{\"uuid\":\"H\",\"hospitalizedPreviously\":\"YES\",\"previousHospitalizations\":[]}}", NULL);
	struct rand r;
	struct err err = {0};
	char uuid[UUID_SIZE] = "";
	rand_init(&r, 1);
	assert_int_equal(form_add_item(view, "hospitalization.previousHospitalizations", &r, uuid, &err), ST_OK);
	assert_int_equal(strlen(uuid), 29);
	char *path = mem_printf("hospitalization.previousHospitalizations[%s]", uuid);
	char *field = mem_printf("%s.description", path);
	set(view, field, "first");
	assert_int_equal(form_remove_item(view, path, &err), ST_OK);
	assert_null(form_row_find(view, path));
	assert_true(form_undo(view));
	assert_non_null(form_row_find(view, path));
	mem_free(path);
	mem_free(field);
	form_close(view);
}

static void masked_and_foreign_fields_are_read_only(void **state)
{
	(void)state;
	struct err err = {0};
	struct form_view *view = opened("{\"hospitalization\":{\"uuid\":\"H\"}}", NULL);
	struct form_env env = {.now_ms = FIXTURE_NOW, .editable = false};
	form_set_env(view, &env);
	assert_true(form_row_find(view, "hospitalization.description")->readonly);
	assert_int_equal(form_set_text(view, "hospitalization.description", "x", false, &err), ST_REFUSED);
	assert_int_equal(form_set_text(view, "hospitalization.isolationDate", "t", false, &err), ST_REFUSED);
	assert_int_equal(form_set_text(view, "hospitalization.nothing", "x", false, &err), ST_NOT_FOUND);
	form_close(view);
}

static void days_are_read_as_people_type_them(void **state)
{
	static const struct { const char *typed, *day; } rows[] = {{"t", "2026-11-22"}, {"t-3", "2026-11-19"}, {"3d", "2026-11-19"}, {"-3d", "2026-11-19"}, {"2w", "2026-11-08"}, {"+3d", "2026-11-25"},
		{"5 mar", "2026-03-05"}, {"5.3.", "2026-03-05"}, {"24.12.", "2025-12-24"}, {"2026-02-28", "2026-02-28"}, {"5/3/25", "2025-03-05"}, {"mar 5 2024", "2024-03-05"}, {"29.2.", "2024-02-29"}};
	(void)state;
	int32_t today = date_from_civil(2026, 11, 22);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int32_t day = 0;
		char text[16] = "nothing";
		if (form_parse_day(rows[i].typed, today, today, "dmy", NULL, &day))
			date_print_day(day, text);
		if (strcmp(text, rows[i].day) != 0)
			fail_msg("\"%s\" gave %s, expected %s", rows[i].typed, text, rows[i].day);
	}
	int32_t day;
	assert_false(form_parse_day("30.2.2026", today, today, "dmy", NULL, &day));
	assert_false(form_parse_day("soon", today, today, "dmy", NULL, &day));
	assert_true(form_parse_day("3/5/2025", today, today, "mdy", NULL, &day));
	assert_int_equal(day, date_from_civil(2025, 3, 5));
}

/* ---- the checker ---- */

static void complains(const char *field, const char *code, int column)
{
	char *text = mem_printf("{\"form\":\"f\",\"kind\":\"cases\",\"path\":\"hospitalization\",\"children\":[\n{%s}]}", field);
	struct form *loaded = NULL;
	struct form_problem *problems = NULL;
	size_t count = 0;
	enum status st = form_load(fixture_model, text, strlen(text), &loaded, &problems, &count, NULL);
	bool found = false;
	for (size_t i = 0; i < count; i++)
		found |= !strcmp(problems[i].code, code) && problems[i].line == 2 && (!column || problems[i].column == column);
	if (!found) {
		for (size_t i = 0; i < count; i++)
			print_message("# %s at %d:%d\n", problems[i].code, problems[i].line, problems[i].column);
		fail_msg("%s: expected %s at line 2, column %d", field, code, column);
	}
	if (st == ST_OK)
		form_free(loaded);
	mem_free(problems);
	mem_free(text);
}

static const char *french(const char *context, const char *id)
{
	static const char *const words[][3] = {{"choice:YesNoUnknown", "Yes", "Oui"}, {"choice:YesNoUnknown", "No", "Non"},
		{"choice:ReinfectionDetail", "The genomes differ", "Les g\xc3\xa9nomes diff\xc3\xa8rent"}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (context && !strcmp(context, words[i][0]) && !strcmp(id, words[i][1]))
			return words[i][2];
	return id;
}

static bool count_choice(void *ctx, const char *name, struct form_label label, bool stored)
{
	(void)label;
	(void)stored;
	assert_string_equal(name, "YES");
	++*(int *)ctx;
	return true;
}

static void choices_are_found_by_their_labels_in_the_persons_language_and_in_english(void **state)
{
	(void)state;
	struct json *doc = fixture_json("{\"hospitalization\":{\"uuid\":\"H\"}}");
	struct form_env env = {.now_ms = FIXTURE_NOW, .editable = true, .translate = french};
	struct form_view *view = form_open(form, fixture_model, doc, &env);
	static const char *const typed[] = {"oui", "OU", "yes", "YES"};
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
		set(view, "hospitalization.isolated", "non");
		assert_string_equal(json_string(form_row_find(view, "hospitalization.isolated")->value), "NO");
		set(view, "hospitalization.isolated", typed[i]);
		assert_string_equal(json_string(form_row_find(view, "hospitalization.isolated")->value), "YES");
	}
	int found = 0;
	form_each_choice(view, "hospitalization.isolated", "ou", count_choice, &found);
	assert_int_equal(found, 1);
	form_close(view);
	json_free(doc);
}

static void several_choices_are_joined_in_the_persons_language(void **state)
{
	(void)state;
	struct form *case_form = fixture_form("case.json");
	struct json *doc = fixture_json("{\"reInfection\":\"YES\",\"reinfectionDetails\":{\"GENOME_SEQUENCES_NOT_MATCHING\":true}}");
	struct form_env env = {.now_ms = FIXTURE_NOW, .editable = true, .translate = french, .scope = {.country = "de"}};
	struct form_view *view = form_open(case_form, fixture_model, doc, &env);
	const struct form_row *row = form_row_find(view, "reinfectionDetails");
	assert_non_null(row);
	char *text = form_row_text(view, row);
	assert_string_equal(text, "Les g\xc3\xa9nomes diff\xc3\xa8rent");
	mem_free(text);
	form_close(view);
	json_free(doc);
	form_free(case_form);
}

static void the_checker_names_each_mistake_with_its_place(void **state)
{
	(void)state;
	complains("\"name\":\"description\",\"type\":\"text\",\"constraint\":\"1 +\"", "syntax", 0);
	complains("\"name\":\"description\",\"type\":\"text\",\"constraint\":\". = ${nope}\"", "unknown_name", 55);
	complains("\"name\":\"nope\",\"type\":\"text\"", "unknown_name", 0);
	complains("\"name\":\"description\",\"type\":\"date\"", "contradiction", 0);
	complains("\"name\":\"description\",\"type\":\"txt\"", "unknown_type", 0);
	complains("\"name\":\"description\",\"type\":\"text\",\"lable\":\"x\"", "unknown_column", 0);
	complains("\"name\":\"isolated\",\"type\":\"select_one Nope\"", "unknown_list", 0);
	complains("\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown or_other\"", "unsupported", 0);
	complains("\"name\":\"description\",\"type\":\"text\",\"relevant\":\"(1 = 1) = 'true'\"", "boolean_string", 0);
	complains("\"name\":\"description\",\"type\":\"text\",\"constraint\":\"regex(., '(')\"", "pattern", 0);
	complains("\"name\":\"description\",\"type\":\"text\",\"constraint\":\"tody() = 1\"", "unknown_function", 0);
	complains("\"name\":\"description\",\"type\":\"text\",\"constraint\":\"not()\"", "arguments", 0);
	complains("\"type\":\"text\"", "missing", 0);
	complains("\"name\":\"admissionDate\",\"type\":\"date\",\"constraint\":\". < ${/outcomeDate}\"", "other_form", 0);
	complains("\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${isolated} = 'YES'\"},{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"relevant\":\"${description} = 'x'\"",
		"cycle", 0);
}

static void built_in_forms_have_no_complaint(void **state)
{
	(void)state;
	for (const struct embedded_file *f = form_builtin(); f->name; f++) {
		struct form *loaded = NULL;
		struct form_problem *problems = NULL;
		size_t count = 0;
		struct err err = {0};
		assert_int_equal(form_load(fixture_model, f->text, f->len, &loaded, &problems, &count, &err), ST_OK);
		for (size_t i = 0; i < count; i++)
			if (problems[i].severity == FORM_ERROR)
				fail_msg("%s, line %d: %s", f->name, problems[i].line, problems[i].code);
		mem_free(problems);
		form_free(loaded);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_change_makes_irrelevant_is_set_aside_and_comes_back),
		cmocka_unit_test(opening_clears_nothing),
		cmocka_unit_test(an_old_error_does_not_block_saving_until_its_field_or_what_it_reads_is_changed),
		cmocka_unit_test(typing_the_day_that_is_shown_keeps_the_milliseconds),
		cmocka_unit_test(undo_and_redo_go_step_by_step),
		cmocka_unit_test(items_are_added_with_uuids_and_removed),
		cmocka_unit_test(masked_and_foreign_fields_are_read_only),
		cmocka_unit_test(days_are_read_as_people_type_them),
		cmocka_unit_test(choices_are_found_by_their_labels_in_the_persons_language_and_in_english),
		cmocka_unit_test(several_choices_are_joined_in_the_persons_language),
		cmocka_unit_test(the_checker_names_each_mistake_with_its_place),
		cmocka_unit_test(built_in_forms_have_no_complaint),
	};
	return cmocka_run_group_tests_name("form_view", tests, open_form, close_form);
}
