/* The harder sentences of forms.md, each on a small form of its own: what is hidden is '', whose fault a finding is, what follows a change. */
#include "form_fixture.h"

struct opened { struct form *form; struct json *doc, *base, *person; struct form_view *view; };

static const char *const cases_head = "{\"form\":\"f\",\"title\":\"F\",\"kind\":\"cases\",\"path\":\"%s\",%s\"children\":[%s]}";

static struct form *load(const char *path, const char *extra, const char *children)
{
	char *text = mem_printf(cases_head, path, extra, children);
	struct form *form = NULL;
	struct form_problem *problems = NULL;
	size_t count = 0;
	struct err err = {0};
	if (form_load(fixture_model, text, strlen(text), &form, &problems, &count, &err) != ST_OK) {
		char why[400];
		err_text(&err, why, sizeof why);
		fail_msg("the test's form is refused: %s", why);
	}
	mem_free(problems);
	mem_free(text);
	return form;
}

static struct form_env plain_env(void)
{
	return (struct form_env){.now_ms = FIXTURE_NOW, .editable = true};
}

/* extra: "lists" of the form; doc, base and person as JSON, NULL: none. */
static struct opened open_on(const char *path, const char *extra, const char *children, const char *doc, const char *base, struct form_env env)
{
	struct opened o = {.form = load(path, extra, children), .doc = fixture_json(doc)};
	if (base)
		o.base = fixture_json(base);
	env.base = o.base;
	o.view = form_open(o.form, fixture_model, o.doc, &env);
	return o;
}

static void done(struct opened *o)
{
	form_close(o->view);
	form_free(o->form);
	json_free(o->doc);
	json_free(o->base);
}

static void set(struct opened *o, const char *path, const char *typed)
{
	struct err err = {0};
	if (form_set_text(o->view, path, typed, false, &err) != ST_OK) {
		char why[300];
		err_text(&err, why, sizeof why);
		fail_msg("%s = %s: %s", path, typed, why);
	}
}

static const struct form_row *row(const struct opened *o, const char *path)
{
	const struct form_row *r = form_row_find(o->view, path);
	if (!r)
		fail_msg("there is no row %s", path);
	return r;
}

static void expect_visible(const struct opened *o, const char *path, bool visible)
{
	if (row(o, path)->visible != visible)
		fail_msg("%s should be %s", path, visible ? "shown" : "hidden");
}

static void expect_finding(const struct opened *o, char severity, const char *path, const char *rule, bool expected)
{
	if (fixture_has(o->view, severity, path, rule) == expected)
		return;
	fixture_print(o->view);
	fail_msg("%s: the finding %c %s is %s", path, severity, rule, expected ? "missing" : "not expected");
}

/* ---- what expressions see ---- */

static void a_scaled_number_is_compared_as_it_is_typed(void **state)
{
	(void)state;
	struct opened o = open_on("hospitalization", "",
		"{\"name\":\"durationOfHospitalization\",\"type\":\"decimal\",\"parameters\":\"scale=100\",\"constraint\":\". <= 42\"},"
		"{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${durationOfHospitalization} = 38.5\"}",
		"{\"hospitalization\":{\"durationOfHospitalization\":3850}}", NULL, plain_env());
	expect_finding(&o, 'E', "hospitalization.durationOfHospitalization", "constraint", false);
	expect_visible(&o, "hospitalization.description", true);
	set(&o, "hospitalization.durationOfHospitalization", "42,5");
	int64_t stored = 0;
	assert_true(json_int(row(&o, "hospitalization.durationOfHospitalization")->value, &stored));
	assert_int_equal(stored, 4250);
	expect_finding(&o, 'E', "hospitalization.durationOfHospitalization", "constraint", true);
	done(&o);
}

#define STAYS "{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"children\":["

static void a_hidden_field_of_an_item_is_empty_seen_from_outside(void **state)
{
	(void)state;
	struct opened o = open_on("hospitalization", "",
		STAYS "{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"},{\"name\":\"isolationDate\",\"type\":\"date\",\"relevant\":\"${isolated} = 'YES'\"}]},"
		"{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"count-non-empty(${previousHospitalizations}/isolationDate) = 1\"},"
		"{\"name\":\"admittedToHealthFacility\",\"type\":\"select_one YesNoUnknown\",\"relevant\":\"count(${previousHospitalizations}) = 2\"}",
		"{\"hospitalization\":{\"previousHospitalizations\":[{\"uuid\":\"A\",\"isolated\":\"NO\",\"isolationDate\":1795132800000},"
		"{\"uuid\":\"B\",\"isolated\":\"YES\",\"isolationDate\":1795132800000}]}}", NULL, plain_env());
	expect_visible(&o, "hospitalization.previousHospitalizations[A].isolationDate", false);
	expect_visible(&o, "hospitalization.description", true);
	expect_visible(&o, "hospitalization.admittedToHealthFacility", true);
	done(&o);
}

static void a_masked_field_is_empty_and_not_judged(void **state)
{
	(void)state;
	/* healthFacilityDetails of a stay is sensitive; quarantineHelpNeeded of the case, too */
	struct opened o = open_on("hospitalization", "",
		STAYS "{\"name\":\"healthFacilityDetails\",\"type\":\"text\",\"constraint\":\". = 'x'\"}]},"
		"{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"count-non-empty(${previousHospitalizations}/healthFacilityDetails) = 0\"},"
		"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"relevant\":\"${/quarantineHelpNeeded} = ''\"}",
		"{\"pseudonymized\":true,\"quarantineHelpNeeded\":\"food\",\"hospitalization\":{\"previousHospitalizations\":["
		"{\"uuid\":\"A\",\"pseudonymized\":true,\"healthFacilityDetails\":\"secret\"}]}}", NULL, plain_env());
	expect_visible(&o, "hospitalization.description", true);
	expect_visible(&o, "hospitalization.isolated", true);
	assert_true(row(&o, "hospitalization.previousHospitalizations[A].healthFacilityDetails")->readonly);
	assert_int_equal(form_finding_count(o.view), 0);
	done(&o);
}

static void a_calculate_in_a_repeat_is_of_its_item_and_a_nodeset_from_outside(void **state)
{
	(void)state;
	struct opened o = open_on("hospitalization", "",
		STAYS "{\"name\":\"days\",\"type\":\"calculate\",\"calculation\":\"${dischargeDate} - ${admissionDate}\"},"
		"{\"name\":\"admissionDate\",\"type\":\"date\"},{\"name\":\"dischargeDate\",\"type\":\"date\"},"
		"{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${days} = 2\"}]},"
		"{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"sum(${days}) = 5\"}",
		"{\"hospitalization\":{\"previousHospitalizations\":[{\"uuid\":\"A\",\"admissionDate\":1790000000000,\"dischargeDate\":1790259200000},"
		"{\"uuid\":\"B\",\"admissionDate\":1790000000000,\"dischargeDate\":1790172800000}]}}", NULL, plain_env());
	expect_visible(&o, "hospitalization.previousHospitalizations[A].description", false);
	expect_visible(&o, "hospitalization.previousHospitalizations[B].description", true);
	expect_visible(&o, "hospitalization.description", true);
	done(&o);
}

static void calculates_that_read_one_another_twice_stay_quick(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 0);
	buf_add_text(&b, "{\"name\":\"c0\",\"type\":\"calculate\",\"calculation\":\"1\"}");
	for (int i = 1; i < 60; i++)
		buf_printf(&b, ",{\"name\":\"c%d\",\"type\":\"calculate\",\"calculation\":\"${c%d} + ${c%d}\"}", i, i - 1, i - 1);
	buf_add_text(&b, ",{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${c59} = 576460752303423488\"}");
	struct opened o = open_on("hospitalization", "", buf_text(&b), "{\"hospitalization\":{}}", NULL, plain_env());
	expect_visible(&o, "hospitalization.description", true);
	buf_done(&b);
	done(&o);
}

static void a_select_multiple_of_keys_has_a_value(void **state)
{
	(void)state;
	struct opened o = open_on("", "\"lists\":{\"ordered\":[{\"name\":\"quarantineExtended\",\"label\":\"Longer\"},{\"name\":\"quarantineReduced\",\"label\":\"Shorter\"}]},",
		"{\"name\":\"changes\",\"type\":\"select_multiple ordered\"},{\"name\":\"additionalDetails\",\"type\":\"text\",\"relevant\":\"selected(${changes}, 'quarantineReduced')\"},"
		"{\"name\":\"externalToken\",\"type\":\"text\",\"relevant\":\"count-selected(${changes}) = 2\"}",
		"{\"quarantineReduced\":true}", NULL, plain_env());
	expect_visible(&o, "additionalDetails", true);
	expect_visible(&o, "externalToken", false);
	set(&o, "changes", "quarantineExtended, quarantineReduced");
	expect_visible(&o, "externalToken", true);
	assert_true(json_true(json_get(form_doc(o.view), "quarantineExtended")));
	done(&o);
}

static void names_in_braces_can_go_up_from_the_field_being_checked(void **state)
{
	(void)state;
	struct opened o = open_on("hospitalization", "",
		"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"},{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${../isolated} = 'YES'\"},"
		STAYS "{\"name\":\"admissionDate\",\"type\":\"date\",\"warning\":\"count(${previousHospitalizations}[admissionDate = ${../admissionDate}]) = 1\"}]}",
		"{\"hospitalization\":{\"isolated\":\"YES\",\"previousHospitalizations\":[{\"uuid\":\"A\",\"admissionDate\":1790000000000},{\"uuid\":\"B\",\"admissionDate\":1790000000001},"
		"{\"uuid\":\"C\",\"admissionDate\":1791000000000}]}}", NULL, plain_env());
	expect_visible(&o, "hospitalization.description", true);
	expect_finding(&o, 'W', "hospitalization.previousHospitalizations[A].admissionDate", "warning", true);
	expect_finding(&o, 'W', "hospitalization.previousHospitalizations[C].admissionDate", "warning", false);
	done(&o);
}

/* The record's objects have more keys than the form has fields: a name means a field of the form, as `form check` says. */
static void names_are_the_fields_of_the_form_whatever_else_the_record_has(void **state)
{
	(void)state;
	struct opened o = open_on("hospitalization", "",
		"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"},"
		"{\"name\":\"description\",\"type\":\"text\",\"warning\":\"count(${admissionDate}) = 2 and count-non-empty(${admissionDate}) = 1\"},"
		STAYS "{\"name\":\"admissionDate\",\"type\":\"date\",\"relevant\":\"${isolated} = 'YES' and count(${previousHospitalizations}) = 2\"}]}",
		"{\"hospitalization\":{\"isolated\":\"YES\",\"description\":\"x\",\"admissionDate\":1795132800000,\"previousHospitalizations\":["
		"{\"uuid\":\"A\",\"admissionDate\":1790000000000,\"isolated\":\"NO\"},{\"uuid\":\"B\"}]}}", NULL, plain_env());
	expect_visible(&o, "hospitalization.previousHospitalizations[A].admissionDate", true);
	expect_finding(&o, 'W', "hospitalization.description", "warning", false);
	done(&o);
}

/* The same name again: what is evaluated, and what follows a change, goes by the field outside, too. */
static void a_key_that_only_the_records_items_have_is_no_name(void **state)
{
	(void)state;
	struct opened o = open_on("hospitalization", "", "{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"},"
		STAYS "{\"name\":\"description\",\"type\":\"text\",\"relevant\":\"${isolated} = 'YES'\"},"
		"{\"name\":\"otherHospitalizationReason\",\"type\":\"text\",\"calculation\":\"concat('is ', ${isolated})\"}]}",
		"{\"hospitalization\":{\"isolated\":\"NO\",\"previousHospitalizations\":[{\"uuid\":\"A\",\"isolated\":\"YES\"},{\"uuid\":\"B\"}]}}", NULL, plain_env());
	expect_visible(&o, "hospitalization.previousHospitalizations[A].description", false);
	set(&o, "hospitalization.isolated", "YES");
	for (int i = 0; i < 2; i++) {
		char path[100];
		snprintf(path, sizeof path, "hospitalization.previousHospitalizations[%c].description", 'A' + i);
		expect_visible(&o, path, true);
		snprintf(path, sizeof path, "hospitalization.previousHospitalizations[%c].otherHospitalizationReason", 'A' + i);
		assert_string_equal(json_string(row(&o, path)->value), "is YES");
	}
	done(&o);
}

/* A list that is not shown has no items for the form's expressions, however they are read. */
static void what_is_in_a_hidden_list_is_not_there(void **state)
{
	(void)state;
	struct opened o = open_on("hospitalization", "",
		"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"},"
		"{\"name\":\"description\",\"type\":\"text\",\"warning\":[{\"if\":\"count(${icuLengthOfStay}) = 0 and not(${icuLengthOfStay})\"},{\"if\":\"count(${previousHospitalizations}) = 0\"},"
		"{\"if\":\"count(${twice}) = 0 and not(${twice})\"}]},"
		"{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"relevant\":\"${isolated} = 'YES'\",\"children\":[{\"name\":\"icuLengthOfStay\",\"type\":\"integer\"},"
		"{\"name\":\"twice\",\"type\":\"calculate\",\"calculation\":\"${icuLengthOfStay} * 2\"}]}",
		"{\"hospitalization\":{\"isolated\":\"NO\",\"description\":\"x\",\"previousHospitalizations\":[{\"uuid\":\"A\",\"icuLengthOfStay\":1},{\"uuid\":\"B\"}]}}", NULL, plain_env());
	expect_visible(&o, "hospitalization.previousHospitalizations", false);
	expect_finding(&o, 'W', "hospitalization.description", "warning", false);
	done(&o);
}

/* Seen from outside a calculate is as good as inside: no number stays none, a moment a moment. */
static void calculations_of_items_keep_their_types_from_outside(void **state)
{
	(void)state;
	struct opened o = open_on("hospitalization", "",
		STAYS "{\"name\":\"icuLengthOfStay\",\"type\":\"integer\"},{\"name\":\"n\",\"type\":\"calculate\",\"calculation\":\"number(${icuLengthOfStay})\"},"
		"{\"name\":\"t\",\"type\":\"calculate\",\"calculation\":\"now()\"},{\"name\":\"d\",\"type\":\"calculate\",\"calculation\":\"today()\"}]},"
		"{\"name\":\"description\",\"type\":\"text\",\"warning\":[{\"if\":\"string(sum(${n})) = 'NaN'\"},{\"if\":\"max(${t}) > 20779 and max(${t}) < 20780\"},"
		"{\"if\":\"string(max(${d})) = '2026-11-22'\"},{\"if\":\"count(${n}) = 2\"}]}",
		"{\"hospitalization\":{\"description\":\"x\",\"previousHospitalizations\":[{\"uuid\":\"A\",\"icuLengthOfStay\":1},{\"uuid\":\"B\"}]}}", NULL, plain_env());
	expect_finding(&o, 'W', "hospitalization.description", "warning", false);
	done(&o);
}

/* ---- whose fault it is ---- */

static bool no_right(void *ctx, const char *right)
{
	(void)ctx;
	(void)right;
	return false;
}

#define DATES(right) "{\"name\":\"admissionDate\",\"type\":\"date\"" right "},{\"name\":\"dischargeDate\",\"type\":\"date\",\"constraint\":\"not(. < ${admissionDate})\"}"
#define BAD_STAY "{\"hospitalization\":{\"admissionDate\":1795132800000,\"dischargeDate\":1794873600000}}"

static void a_constraint_whose_other_side_is_read_only_here_warns(void **state)
{
	(void)state;
	struct form_env env = plain_env();
	env.scope.has_right = no_right;
	struct opened o = open_on("hospitalization", "", DATES(""), BAD_STAY, NULL, env);
	expect_finding(&o, 'E', "hospitalization.dischargeDate", "constraint", true);
	done(&o);
	o = open_on("hospitalization", "", DATES(",\"right\":\"CASE_CLASSIFY\""), BAD_STAY, NULL, env);
	expect_finding(&o, 'W', "hospitalization.dischargeDate", "constraint", true);
	assert_true(form_can_save(o.view));
	done(&o);
	o = open_on("hospitalization", "", "{\"name\":\"admissionDate\",\"type\":\"date\",\"constraint\":\"not(. < ${/symptoms/onsetDate})\"}",
		"{\"symptoms\":{\"onsetDate\":1795219200000},\"hospitalization\":{\"admissionDate\":1795132800000}}", NULL, plain_env());
	expect_finding(&o, 'W', "hospitalization.admissionDate", "constraint", true);
	done(&o);
}

static void expect_readonly(const struct opened *o, const char *path, bool readonly)
{
	if (row(o, path)->readonly != readonly)
		fail_msg("%s should be %s", path, readonly ? "read-only" : "changeable");
}

static void expect_refused(struct opened *o, const char *path, const char *typed)
{
	struct err err = {0};
	enum status st = form_set_text(o->view, path, typed, true, &err);
	if (st != ST_REFUSED)
		fail_msg("%s = %s should be refused, but gives %d", path, typed, (int)st);
}

#define GROUP(columns) "{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"},{\"name\":\"g\",\"type\":\"group\"" columns ",\"children\":[" \
	"{\"name\":\"admissionDate\",\"type\":\"date\"},{\"name\":\"inner\",\"type\":\"group\",\"children\":[{\"name\":\"description\",\"type\":\"text\"}]}," \
	STAYS "{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"}]}]}," \
	"{\"name\":\"dischargeDate\",\"type\":\"date\",\"constraint\":\"not(. < ${admissionDate})\"}"
#define GROUPED_STAY "{\"hospitalization\":{\"admissionDate\":1795219200000,\"dischargeDate\":1795132800000,\"previousHospitalizations\":[{\"uuid\":\"A\"}]}}"

static void expect_group(struct opened *o, bool readonly)
{
	static const char *const inside[] = {"hospitalization.g", "hospitalization.admissionDate", "hospitalization.inner", "hospitalization.description",
		"hospitalization.previousHospitalizations", "hospitalization.previousHospitalizations[A]", "hospitalization.previousHospitalizations[A].isolated"};
	for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
		expect_readonly(o, inside[i], readonly);
	expect_readonly(o, "hospitalization.dischargeDate", false);
	expect_finding(o, readonly ? 'W' : 'E', "hospitalization.dischargeDate", "constraint", true);
	if (!readonly)
		return;
	struct err err = {0};
	struct rand r;
	char uuid[UUID_SIZE];
	rand_init(&r, 1);
	expect_refused(o, "hospitalization.admissionDate", "2026-11-19");
	expect_refused(o, "hospitalization.description", "text");
	expect_refused(o, "hospitalization.previousHospitalizations[A].isolated", "YES");
	assert_int_equal(form_add_item(o->view, "hospitalization.previousHospitalizations", &r, uuid, &err), ST_REFUSED);
	assert_int_equal(form_remove_item(o->view, "hospitalization.previousHospitalizations[A]", &err), ST_REFUSED);
}

static void what_stands_in_a_read_only_group_is_read_only(void **state)
{
	static const char *const always[] = {GROUP(",\"read_only\":\"yes\""), GROUP(",\"read_only\":true"), GROUP(",\"right\":\"CASE_CLASSIFY\""),
		GROUP(",\"read_only\":\"true()\"")};
	(void)state;
	struct form_env env = plain_env();
	env.scope.has_right = no_right;
	for (size_t i = 0; i < sizeof always / sizeof *always; i++) {
		struct opened o = open_on("hospitalization", "", always[i], GROUPED_STAY, NULL, env);
		expect_group(&o, true);
		done(&o);
	}
	struct opened o = open_on("hospitalization", "", GROUP(""), GROUPED_STAY, NULL, env);
	expect_group(&o, false);
	done(&o);
}

static void what_stands_in_a_group_goes_with_it_when_that_becomes_read_only(void **state)
{
	(void)state;
	struct opened o = open_on("hospitalization", "", GROUP(",\"read_only\":\"${/hospitalization/isolated} = 'YES'\""), GROUPED_STAY, NULL, plain_env());
	expect_group(&o, false);
	set(&o, "hospitalization.isolated", "YES");
	expect_group(&o, true);
	set(&o, "hospitalization.isolated", "NO");
	expect_group(&o, false);
	assert_true(form_undo(o.view));
	expect_group(&o, true);
	done(&o);
}

static void the_items_of_a_read_only_list_are_read_only(void **state)
{
	static const char children[] = "{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"},{\"name\":\"previousHospitalizations\",\"type\":\"repeat\","
		"\"read_only\":\"${isolated} = 'YES' or count(.) > 1\",\"children\":[{\"name\":\"description\",\"type\":\"text\"}]}";
	(void)state;
	struct opened o = open_on("hospitalization", "", children, "{\"hospitalization\":{\"previousHospitalizations\":[{\"uuid\":\"A\"}]}}", NULL, plain_env());
	struct err err = {0};
	struct rand r;
	char uuid[UUID_SIZE];
	rand_init(&r, 1);
	expect_readonly(&o, "hospitalization.previousHospitalizations[A].description", false);
	set(&o, "hospitalization.isolated", "YES");
	expect_readonly(&o, "hospitalization.previousHospitalizations[A]", true);
	expect_readonly(&o, "hospitalization.previousHospitalizations[A].description", true);
	set(&o, "hospitalization.isolated", "NO");
	expect_readonly(&o, "hospitalization.previousHospitalizations[A].description", false);
	/* the list's condition is about the list, for its items, too */
	assert_int_equal(form_add_item(o.view, "hospitalization.previousHospitalizations", &r, uuid, &err), ST_OK);
	expect_readonly(&o, "hospitalization.previousHospitalizations[A]", true);
	expect_readonly(&o, "hospitalization.previousHospitalizations[A].description", true);
	done(&o);
}

static void a_field_in_a_group_that_a_list_makes_read_only_opens_when_emptying_it_is_confirmed(void **state)
{
	static const char children[] = "{\"name\":\"g\",\"type\":\"group\",\"read_only\":\"count(${previousHospitalizations}) > 0\",\"children\":["
		"{\"name\":\"description\",\"type\":\"text\"}]}," STAYS "{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"}]}";
	(void)state;
	struct opened o = open_on("hospitalization", "", children, "{\"hospitalization\":{\"previousHospitalizations\":[{\"uuid\":\"A\"}]}}", NULL, plain_env());
	struct err err = {0};
	assert_int_equal(form_set_text(o.view, "hospitalization.description", "text", false, &err), ST_ASK);
	expect_readonly(&o, "hospitalization.description", true);
	assert_int_equal(form_set_text(o.view, "hospitalization.description", "text", true, &err), ST_OK);
	expect_readonly(&o, "hospitalization.description", false);
	assert_null(form_row_find(o.view, "hospitalization.previousHospitalizations[A]"));
	done(&o);
}

static void an_error_is_new_when_anything_was_changed_that_its_rule_reads(void **state)
{
	/* the rule fails at its first half; the edit changed what its second half reads */
	static const char children[] = "{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"},"
		"{\"name\":\"description\",\"type\":\"text\",\"constraint\":\"string-length(.) > 3 and ${isolated} != 'NO'\"}";
	(void)state;
	struct opened o = open_on("hospitalization", "", children, "{\"hospitalization\":{\"isolated\":\"NO\",\"description\":\"ab\"}}",
		"{\"hospitalization\":{\"isolated\":\"YES\",\"description\":\"ab\"}}", plain_env());
	assert_false(form_can_save(o.view));
	done(&o);
	o = open_on("hospitalization", "", children, "{\"hospitalization\":{\"isolated\":\"NO\",\"description\":\"ab\"}}",
		"{\"hospitalization\":{\"isolated\":\"NO\",\"description\":\"ab\"}}", plain_env());
	assert_true(form_can_save(o.view));
	done(&o);
}

/* A day is what a person sees and a rule reads: the same day with other milliseconds is nobody's change. */
static void a_day_is_changed_when_it_is_another_day(void **state)
{
	static const char dates[] = "{\"name\":\"admissionDate\",\"type\":\"date\"},{\"name\":\"dischargeDate\",\"type\":\"date\",\"constraint\":\"not(. < ${admissionDate})\"}";
	static const char moments[] = "{\"name\":\"admissionDate\",\"type\":\"dateTime\"},{\"name\":\"dischargeDate\",\"type\":\"dateTime\",\"constraint\":\"not(. < ${admissionDate})\"}";
	static const char from_2026_11_20[] = "{\"hospitalization\":{\"admissionDate\":1795132812345,\"dischargeDate\":1795046400000}}";
	static const struct { const char *base; bool own_day, own_moment; } cases[] = {
		{from_2026_11_20, false, false},
		/* the field itself, at another time of the day; what the rule reads */
		{"{\"hospitalization\":{\"admissionDate\":1795132812345,\"dischargeDate\":1795046400001}}", false, true},
		{"{\"hospitalization\":{\"admissionDate\":1795132800000,\"dischargeDate\":1795046400000}}", false, true},
		{"{\"hospitalization\":{\"admissionDate\":1795219199999,\"dischargeDate\":1795132799999}}", false, true},
		/* the last millisecond of the day before, the first of the next */
		{"{\"hospitalization\":{\"admissionDate\":1795132812345,\"dischargeDate\":1795046399999}}", true, true},
		{"{\"hospitalization\":{\"admissionDate\":1795219200000,\"dischargeDate\":1795046400000}}", true, true},
		{"{\"hospitalization\":{\"dischargeDate\":1795046400000}}", true, true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (int timed = 0; timed < 2; timed++) {
			struct opened o = open_on("hospitalization", "", timed ? moments : dates, from_2026_11_20, cases[i].base, plain_env());
			expect_finding(&o, 'E', "hospitalization.dischargeDate", "constraint", true);
			if (form_can_save(o.view) != !(timed ? cases[i].own_moment : cases[i].own_day))
				fail_msg("base %zu, %s: the error is %s", i, timed ? "moments" : "days", form_can_save(o.view) ? "older" : "new");
			done(&o);
		}
	}
}

static void items_that_came_or_went_are_a_change_of_what_counts_them(void **state)
{
	static const char children[] = "{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"constraint\":\"count(${previousHospitalizations}) != 1\"},"
		STAYS "{\"name\":\"description\",\"type\":\"text\"}]}";
	(void)state;
	static const char one[] = "{\"hospitalization\":{\"isolated\":\"NO\",\"previousHospitalizations\":[{\"uuid\":\"A\"}]}}";
	static const char two[] = "{\"hospitalization\":{\"isolated\":\"NO\",\"previousHospitalizations\":[{\"uuid\":\"A\"},{\"uuid\":\"B\"}]}}";
	struct opened o = open_on("hospitalization", "", children, one, two, plain_env());
	assert_false(form_can_save(o.view));
	done(&o);
	o = open_on("hospitalization", "", children, one, one, plain_env());
	assert_true(form_can_save(o.view));
	done(&o);
}

static void what_the_edit_made_appear_is_required_at_once(void **state)
{
	static const char children[] = "{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"},"
		"{\"name\":\"isolationDate\",\"type\":\"date\",\"relevant\":\"${isolated} = 'YES'\",\"required\":true}";
	(void)state;
	struct opened o = open_on("hospitalization", "", children, "{\"hospitalization\":{\"isolated\":\"YES\"}}", "{\"hospitalization\":{\"isolated\":\"YES\"}}", plain_env());
	expect_finding(&o, 'E', "hospitalization.isolationDate", "required", true);
	assert_true(form_can_save(o.view)); /* older */
	done(&o);
	o = open_on("hospitalization", "", children, "{\"hospitalization\":{\"isolated\":\"YES\"}}", "{\"hospitalization\":{}}", plain_env());
	assert_false(form_can_save(o.view));
	done(&o);
}

#define SICK(disease, more) "{\"disease\":\"" disease "\",\"hospitalization\":{" more "}}"

/* The disease is the record's: a rule that asks for it reads it there. The country and the features are nobody's edit. */
static void another_disease_is_a_change_of_what_asks_for_it(void **state)
{
	static const struct { const char *children, *base; bool can_save; } cases[] = {
		{"{\"name\":\"description\",\"type\":\"text\",\"required\":\"disease('CHOLERA')\"}", SICK("EVD", ""), false},
		{"{\"name\":\"description\",\"type\":\"text\",\"required\":\"disease('CHOLERA')\"}", SICK("CHOLERA", ""), true},
		{"{\"name\":\"description\",\"type\":\"text\",\"required\":\"disease('CHOLERA')\"}", "{\"hospitalization\":{}}", false},
		{"{\"name\":\"description\",\"type\":\"text\",\"required\":\"feature('X') or country('de')\"}", SICK("EVD", ""), true},
		{"{\"name\":\"description\",\"type\":\"text\",\"required\":true}", SICK("EVD", ""), true},
		/* through a calculation */
		{"{\"name\":\"asks\",\"type\":\"calculate\",\"calculation\":\"disease('CHOLERA')\"},{\"name\":\"description\",\"type\":\"text\",\"required\":\"${asks}\"}",
			SICK("EVD", ""), false},
		/* what it made appear */
		{"{\"name\":\"description\",\"type\":\"text\",\"required\":true,\"relevant\":\"disease('CHOLERA')\"}", SICK("EVD", ""), false},
		{"{\"name\":\"description\",\"type\":\"text\",\"required\":true,\"relevant\":\"disease('CHOLERA EVD')\"}", SICK("EVD", ""), true},
		{"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"constraint\":\"not(disease('CHOLERA'))\"}", SICK("EVD", "\"isolated\":\"YES\""), false},
		{"{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\",\"constraint\":\"not(disease('CHOLERA'))\"}", SICK("CHOLERA", "\"isolated\":\"YES\""), true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (int given = 0; given < 2; given++) {
			struct form_env env = plain_env();
			env.scope.disease = given ? "CHOLERA" : NULL;
			struct opened o = open_on("hospitalization", "", cases[i].children, SICK("CHOLERA", "\"isolated\":\"YES\""), cases[i].base, env);
			if (form_can_save(o.view) != cases[i].can_save || form_finding_count(o.view) != 1)
				fail_msg("case %zu, disease %s: saving is %s, %zu findings", i, given ? "given" : "of the record", form_can_save(o.view) ? "possible" : "refused",
					form_finding_count(o.view));
			done(&o);
		}
	}
}

/* A disease that has no health conditions has none of their fields, in a form of their own, too; and what stands in a masked object is masked. */
static void an_object_that_is_hidden_or_masked_takes_its_fields_with_it(void **state)
{
	static const char children[] = "{\"name\":\"diabetes\",\"type\":\"select_one YesNoUnknown\",\"constraint\":\". = 'NO'\"}";
	struct form_env env = plain_env();
	(void)state;
	env.scope.disease = "GIARDIASIS";
	struct opened o = open_on("healthConditions", "", children, "{\"healthConditions\":{\"diabetes\":\"YES\"}}", NULL, env);
	expect_visible(&o, "healthConditions.diabetes", false);
	expect_finding(&o, 'E', "healthConditions.diabetes", "constraint", false);
	done(&o);
	env.scope.disease = "EVD";
	o = open_on("healthConditions", "", children, "{\"healthConditions\":{\"diabetes\":\"YES\"}}", NULL, env);
	expect_visible(&o, "healthConditions.diabetes", true);
	expect_finding(&o, 'E', "healthConditions.diabetes", "constraint", true);
	done(&o);
	o = open_on("healthConditions", "", children, "{\"pseudonymized\":true,\"healthConditions\":{\"diabetes\":\"YES\"}}", NULL, env);
	assert_true(form_row_find(o.view, "healthConditions.diabetes")->readonly);
	expect_finding(&o, 'E', "healthConditions.diabetes", "constraint", false);
	done(&o);
}

/* A new stay is no change of an old one: the list was shown before. */
static void an_item_more_makes_nothing_new_of_the_others(void **state)
{
	static const char children[] = "{\"name\":\"previousHospitalizations\",\"type\":\"repeat\",\"relevant\":\"count(${previousHospitalizations}) > 0\",\"children\":["
		"{\"name\":\"hospitalizationReason\",\"type\":\"select_one HospitalizationReasonType\",\"required\":true}]}";
	(void)state;
	struct opened o = open_on("hospitalization", "", children,
		"{\"hospitalization\":{\"previousHospitalizations\":[{\"uuid\":\"A\"},{\"uuid\":\"B\",\"hospitalizationReason\":\"OTHER\"}]}}",
		"{\"hospitalization\":{\"previousHospitalizations\":[{\"uuid\":\"A\"}]}}", plain_env());
	expect_finding(&o, 'E', "hospitalization.previousHospitalizations[A].hospitalizationReason", "required", true);
	assert_true(form_can_save(o.view)); /* older */
	done(&o);
	o = open_on("hospitalization", "", children, "{\"hospitalization\":{\"previousHospitalizations\":[{\"uuid\":\"A\"},{\"uuid\":\"B\"}]}}",
		"{\"hospitalization\":{\"previousHospitalizations\":[{\"uuid\":\"A\"}]}}", plain_env());
	assert_false(form_can_save(o.view)); /* the new one's own */
	done(&o);
}

static void a_rule_that_takes_too_long_is_given_up_with_the_finding_limit(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 0);
	buf_add_text(&b, "{\"hospitalization\":{\"description\":\"x\",\"previousHospitalizations\":[");
	for (int i = 0; i < 200; i++)
		buf_printf(&b, "%s{\"uuid\":\"ITEM-%d\"}", i ? "," : "", i);
	buf_add_text(&b, "]}}");
	struct opened o = open_on("hospitalization", "",
		"{\"name\":\"description\",\"type\":\"text\",\"constraint\":\"count(${previousHospitalizations}[count(${previousHospitalizations}[count(${previousHospitalizations}) > 300]) > 0]) > 0\"},"
		STAYS "{\"name\":\"isolated\",\"type\":\"select_one YesNoUnknown\"}]}", buf_text(&b), NULL, plain_env());
	expect_finding(&o, 'W', "hospitalization.description", "limit", true);
	expect_finding(&o, 'E', "hospitalization.description", "constraint", false);
	assert_true(form_can_save(o.view));
	buf_done(&b);
	done(&o);
}

/* ---- what follows a change ---- */

#define OWN_LIST "\"lists\":{\"place\":[{\"name\":\"ward\",\"kind\":\"HOSPITAL\"},{\"name\":\"tent\",\"kind\":\"HOTEL\"},{\"name\":\"any\",\"relevant\":\"${quarantine} != 'NONE'\"}]},"
#define OWN_FIELDS "{\"name\":\"where\",\"type\":\"group\",\"children\":[{\"name\":\"quarantine\",\"type\":\"select_one QuarantineType\"}]}," \
	"{\"name\":\"externalToken\",\"type\":\"select_one place\",\"choice_filter\":\"kind = '' or kind = ${quarantine}\"}"

static bool count_choice(void *ctx, const char *name, struct form_label label, bool stored)
{
	(void)name;
	(void)label;
	(void)stored;
	++*(int *)ctx;
	return true;
}

static void a_choice_filter_reads_the_columns_of_the_forms_own_list(void **state)
{
	(void)state;
	struct err err = {0};
	int count = 0;
	struct opened o = open_on("", OWN_LIST, OWN_FIELDS, "{\"quarantine\":\"HOSPITAL\"}", NULL, plain_env());
	form_each_choice(o.view, "externalToken", NULL, count_choice, &count);
	assert_int_equal(count, 2);
	assert_int_equal(form_set_text(o.view, "externalToken", "tent", false, &err), ST_INVALID);
	set(&o, "externalToken", "ward");
	/* the parent stands in a group of mere layout; its change sets the child aside, and back again */
	set(&o, "quarantine", "HOTEL");
	assert_null(row(&o, "externalToken")->value);
	struct json *saved = form_result(o.view);
	assert_null(json_get(saved, "externalToken"));
	json_free(saved);
	set(&o, "quarantine", "HOSPITAL");
	assert_string_equal(json_string(row(&o, "externalToken")->value), "ward");
	set(&o, "externalToken", "any");
	set(&o, "quarantine", "NONE");
	assert_null(row(&o, "externalToken")->value);
	done(&o);
}

static bool get_ref(void *ctx, enum kind kind, const char *uuid, struct form_ref *out)
{
	(void)ctx;
	(void)kind;
	*out = (struct form_ref){.uuid = uuid, .label = uuid, .region = "REGION-ONE", .district = uuid[0] == 'F' ? "DISTRICT-AAAAAA-AAAAAA" : "", .type = "HOSPITAL"};
	return true;
}

static void a_place_that_no_longer_fits_is_set_aside_through_two_steps(void **state)
{
	(void)state;
	struct form_refs refs = {.get = get_ref};
	struct form_env env = plain_env();
	env.refs = &refs;
	struct opened o = open_on("hospitalization", "",
		STAYS "{\"name\":\"region\",\"type\":\"reference region\"},{\"name\":\"place\",\"type\":\"group\",\"children\":["
		"{\"name\":\"district\",\"type\":\"reference district\",\"choice_filter\":\"region = ${region}\"},"
		"{\"name\":\"healthFacility\",\"type\":\"reference facility\",\"choice_filter\":\"district = ${district}\"}]}]}",
		"{\"hospitalization\":{\"previousHospitalizations\":["
		"{\"uuid\":\"A\",\"region\":{\"uuid\":\"REGION-ONE\"},\"district\":{\"uuid\":\"DISTRICT-AAAAAA-AAAAAA\"},\"healthFacility\":{\"uuid\":\"FACILITY-AAAAAA-AAAAAA\"}},"
		"{\"uuid\":\"B\",\"region\":{\"uuid\":\"REGION-ONE\"},\"district\":{\"uuid\":\"DISTRICT-AAAAAA-AAAAAA\"},\"healthFacility\":{\"uuid\":\"FACILITY-AAAAAA-AAAAAA\"}}]}}",
		NULL, env);
	set(&o, "hospitalization.previousHospitalizations[A].region", "REGION-TWO-AAAAAA-AAAAAA");
	assert_null(row(&o, "hospitalization.previousHospitalizations[A].district")->value);
	assert_null(row(&o, "hospitalization.previousHospitalizations[A].healthFacility")->value);
	/* the other stay is another place */
	assert_non_null(row(&o, "hospitalization.previousHospitalizations[B].healthFacility")->value);
	assert_true(form_undo(o.view));
	assert_non_null(row(&o, "hospitalization.previousHospitalizations[A].healthFacility")->value);
	done(&o);
}

static void calculations_follow_one_another_and_run_only_after_a_change(void **state)
{
	(void)state;
	struct opened o = open_on("", "",
		"{\"name\":\"quarantineFrom\",\"type\":\"date\"},{\"name\":\"days\",\"type\":\"calculate\",\"calculation\":\"14\"},"
		"{\"name\":\"quarantineTo\",\"type\":\"date\",\"calculation\":\"date(${quarantineFrom} + ${days})\"},"
		"{\"name\":\"quarantineHelpNeeded\",\"type\":\"text\",\"calculation\":\"concat('until ', ${quarantineTo})\"}",
		"{\"quarantineFrom\":1795132800000}", NULL, plain_env());
	assert_null(row(&o, "quarantineTo")->value);
	set(&o, "quarantineFrom", "2026-11-10");
	char *text = form_row_text(o.view, row(&o, "quarantineTo"));
	assert_string_equal(text, "2026-11-24");
	mem_free(text);
	assert_string_equal(json_string(row(&o, "quarantineHelpNeeded")->value), "until 2026-11-24");
	assert_true(row(&o, "quarantineTo")->readonly);
	assert_true(form_undo(o.view));
	assert_null(row(&o, "quarantineTo")->value);
	done(&o);
}

static void defaults_are_values_or_expressions_and_only_for_what_is_new(void **state)
{
	static const char children[] = "{\"name\":\"quarantine\",\"type\":\"select_one QuarantineType\",\"default\":\"HOME\"},"
		"{\"name\":\"quarantineFrom\",\"type\":\"date\",\"default\":\"today()\"},{\"name\":\"quarantineTo\",\"type\":\"date\",\"default\":\"${quarantineFrom} + 14\"},"
		"{\"name\":\"quarantineExtended\",\"type\":\"boolean\",\"default\":true},{\"name\":\"externalToken\",\"type\":\"text\",\"default\":\"not yet\"}";
	(void)state;
	struct form_env env = plain_env();
	struct opened o = open_on("", "", children, "{\"externalToken\":\"mine\"}", NULL, env);
	assert_null(row(&o, "quarantine")->value);
	done(&o);
	env.fresh = true;
	o = open_on("", "", children, "{\"externalToken\":\"mine\"}", NULL, env);
	assert_string_equal(json_string(row(&o, "quarantine")->value), "HOME");
	assert_string_equal(json_string(row(&o, "externalToken")->value), "mine");
	char *text = form_row_text(o.view, row(&o, "quarantineTo"));
	assert_string_equal(text, "2026-12-06");
	mem_free(text);
	done(&o);
}

static void a_field_that_a_list_makes_read_only_opens_when_emptying_it_is_confirmed(void **state)
{
	(void)state;
	struct form *form = fixture_form("hospitalization.json");
	struct json *doc = fixture_json("{\"hospitalization\":{\"hospitalizedPreviously\":\"YES\",\"previousHospitalizations\":[{\"uuid\":\"A\"}]}}");
	struct form_env env = plain_env();
	struct form_view *view = form_open(form, fixture_model, doc, &env);
	struct err err = {0};
	assert_true(form_row_find(view, "hospitalization.hospitalizedPreviously")->readonly);
	assert_int_equal(form_set_text(view, "hospitalization.hospitalizedPreviously", "NO", false, &err), ST_ASK);
	assert_non_null(form_row_find(view, "hospitalization.previousHospitalizations[A]"));
	assert_int_equal(form_set_text(view, "hospitalization.hospitalizedPreviously", "nonsense", true, &err), ST_INVALID);
	assert_non_null(form_row_find(view, "hospitalization.previousHospitalizations[A]"));
	assert_int_equal(form_set_text(view, "hospitalization.hospitalizedPreviously", "NO", true, &err), ST_OK);
	struct json *saved = form_result(view);
	assert_int_equal(json_count(json_get(json_get(saved, "hospitalization"), "previousHospitalizations")), 0);
	assert_string_equal(json_get_string(json_get(saved, "hospitalization"), "hospitalizedPreviously"), "NO");
	json_free(saved);
	assert_true(form_undo(view));
	assert_non_null(form_row_find(view, "hospitalization.previousHospitalizations[A]"));
	assert_false(form_undo(view));
	env.editable = false;
	form_set_env(view, &env);
	assert_int_equal(form_set_text(view, "hospitalization.hospitalizedPreviously", "NO", true, &err), ST_REFUSED);
	form_close(view);
	form_free(form);
	json_free(doc);
}

static void the_day_of_the_opened_record_comes_back_to_the_millisecond(void **state)
{
	(void)state;
	struct opened o = open_on("hospitalization", "", "{\"name\":\"admissionDate\",\"type\":\"date\"}", "{\"hospitalization\":{\"admissionDate\":1795132812345}}", NULL, plain_env());
	int64_t ms = 0;
	set(&o, "hospitalization.admissionDate", "2026-11-19");
	assert_true(json_int(row(&o, "hospitalization.admissionDate")->value, &ms));
	assert_int_equal(ms, INT64_C(1795046400000));
	set(&o, "hospitalization.admissionDate", "2026-11-20");
	assert_true(json_int(row(&o, "hospitalization.admissionDate")->value, &ms));
	assert_int_equal(ms, INT64_C(1795132812345));
	assert_false(row(&o, "hospitalization.admissionDate")->changed);
	done(&o);
}

/* A change of one field of a form with many stays is not quadratic in them: it would take minutes. */
static void many_items_are_bearable(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 0);
	buf_add_text(&b, "{\"hospitalization\":{\"previousHospitalizations\":[");
	for (int i = 0; i < 300; i++)
		buf_printf(&b, "%s{\"uuid\":\"ITEM-%d\",\"admissionDate\":%lld}", i ? "," : "", i, 1700000000000LL + i * 86400000LL);
	buf_add_text(&b, "]}}");
	struct form *form = fixture_form("hospitalization.json");
	struct json *doc = fixture_json(buf_text(&b));
	struct form_env env = plain_env();
	struct form_view *view = form_open(form, fixture_model, doc, &env);
	assert_true(form_row_count(view) > 300 * 20);
	form_close(view);
	form_free(form);
	json_free(doc);
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scaled_number_is_compared_as_it_is_typed),
		cmocka_unit_test(a_hidden_field_of_an_item_is_empty_seen_from_outside),
		cmocka_unit_test(a_masked_field_is_empty_and_not_judged),
		cmocka_unit_test(a_calculate_in_a_repeat_is_of_its_item_and_a_nodeset_from_outside),
		cmocka_unit_test(calculates_that_read_one_another_twice_stay_quick),
		cmocka_unit_test(a_select_multiple_of_keys_has_a_value),
		cmocka_unit_test(names_in_braces_can_go_up_from_the_field_being_checked),
		cmocka_unit_test(names_are_the_fields_of_the_form_whatever_else_the_record_has),
		cmocka_unit_test(a_key_that_only_the_records_items_have_is_no_name),
		cmocka_unit_test(what_is_in_a_hidden_list_is_not_there),
		cmocka_unit_test(calculations_of_items_keep_their_types_from_outside),
		cmocka_unit_test(a_constraint_whose_other_side_is_read_only_here_warns),
		cmocka_unit_test(what_stands_in_a_read_only_group_is_read_only),
		cmocka_unit_test(what_stands_in_a_group_goes_with_it_when_that_becomes_read_only),
		cmocka_unit_test(the_items_of_a_read_only_list_are_read_only),
		cmocka_unit_test(a_field_in_a_group_that_a_list_makes_read_only_opens_when_emptying_it_is_confirmed),
		cmocka_unit_test(an_error_is_new_when_anything_was_changed_that_its_rule_reads),
		cmocka_unit_test(a_day_is_changed_when_it_is_another_day),
		cmocka_unit_test(items_that_came_or_went_are_a_change_of_what_counts_them),
		cmocka_unit_test(what_the_edit_made_appear_is_required_at_once),
		cmocka_unit_test(an_item_more_makes_nothing_new_of_the_others),
		cmocka_unit_test(another_disease_is_a_change_of_what_asks_for_it),
		cmocka_unit_test(an_object_that_is_hidden_or_masked_takes_its_fields_with_it),
		cmocka_unit_test(a_rule_that_takes_too_long_is_given_up_with_the_finding_limit),
		cmocka_unit_test(a_choice_filter_reads_the_columns_of_the_forms_own_list),
		cmocka_unit_test(a_place_that_no_longer_fits_is_set_aside_through_two_steps),
		cmocka_unit_test(calculations_follow_one_another_and_run_only_after_a_change),
		cmocka_unit_test(defaults_are_values_or_expressions_and_only_for_what_is_new),
		cmocka_unit_test(a_field_that_a_list_makes_read_only_opens_when_emptying_it_is_confirmed),
		cmocka_unit_test(the_day_of_the_opened_record_comes_back_to_the_millisecond),
		cmocka_unit_test(many_items_are_bearable),
	};
	return cmocka_run_group_tests_name("form_rules", tests, fixture_open, fixture_close);
}
