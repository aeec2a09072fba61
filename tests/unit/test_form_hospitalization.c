/* The rules of the hospitalization form, row by row of the table in forms.md. */
#include "form_fixture.h"

#define DAY INT64_C(86400000)
#define TODAY INT64_C(1795305600000) /* 2026-11-22 */

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

/* $N in a text is the midnight N days from today. */
static char *with_days(const char *text)
{
	struct buf b;
	buf_init(&b, 0);
	for (const char *p = text; *p; p++) {
		if (*p != '$') {
			buf_add_char(&b, *p);
			continue;
		}
		char *end = NULL;
		long days = strtol(p + 1, &end, 10);
		buf_printf(&b, "%lld", (long long)(TODAY + days * DAY));
		p = end - 1;
	}
	return buf_take(&b, NULL);
}

static struct form_view *opened(const char *stay, const char *rest)
{
	char *text = mem_printf("{\"uuid\":\"C\",\"disease\":\"RESPIRATORY_SYNCYTIAL_VIRUS\",\"reportDate\":$-1%s,\"hospitalization\":{\"uuid\":\"H\"%s}}", rest, stay);
	char *filled = with_days(text);
	struct json *doc = fixture_json(filled);
	struct json *person = fixture_json("{\"uuid\":\"P\",\"deathDate\":1794787200000}"); /* 2026-11-16 */
	static struct json *kept;
	json_free(kept);
	kept = person;
	struct form_env env = {.now_ms = FIXTURE_NOW, .editable = true, .person = strstr(rest, "DEAD") ? person : NULL};
	struct form_view *view = form_open(form, fixture_model, doc, &env);
	json_free(doc);
	mem_free(text);
	mem_free(filled);
	return view;
}

/* stay: keys of the hospitalization; expected: e.g. "E admissionDate constraint", or "-admissionDate" for no finding there. */
static void check(const char *stay, const char *rest, char severity, const char *field, const char *rule, bool expected)
{
	struct form_view *view = opened(stay, rest);
	char *path = mem_printf("hospitalization.%s", field);
	if (fixture_has(view, severity, path, rule) != expected) {
		fixture_print(view);
		fail_msg("%s with %s: %s expected: %c %s", path, stay, expected ? "a finding is" : "no finding is", severity, rule);
	}
	mem_free(path);
	form_close(view);
}

#define FINDS(stay, rest, severity, field, rule) check(stay, rest, severity, field, rule, true)
#define QUIET(stay, rest, severity, field, rule) check(stay, rest, severity, field, rule, false)

static void an_admission_is_not_in_the_future(void **state)
{
	(void)state;
	FINDS(",\"admissionDate\":$1", "", 'E', "admissionDate", "constraint");
	QUIET(",\"admissionDate\":$0", "", 'E', "admissionDate", "constraint");
}

static void an_admission_before_the_first_symptom_is_doubtful(void **state)
{
	(void)state;
	FINDS(",\"admissionDate\":$-5", ",\"symptoms\":{\"uuid\":\"S\",\"onsetDate\":$-3}", 'W', "admissionDate", "warning");
	QUIET(",\"admissionDate\":$-3", ",\"symptoms\":{\"uuid\":\"S\",\"onsetDate\":$-3}", 'W', "admissionDate", "warning");
}

static void an_admission_after_death_is_doubtful(void **state)
{
	(void)state;
	FINDS(",\"admissionDate\":$-1", ",\"outcome\":\"DECEASED\",\"outcomeDate\":$-4", 'W', "admissionDate", "warning");
	QUIET(",\"admissionDate\":$-1", ",\"outcome\":\"RECOVERED\",\"outcomeDate\":$-4", 'W', "admissionDate", "warning");
	FINDS(",\"admissionDate\":$-1", ",\"externalToken\":\"DEAD\"", 'W', "admissionDate", "warning");
}

static void the_year_of_an_admission_is_questioned(void **state)
{
	(void)state;
	FINDS(",\"admissionDate\":$-400", "", 'W', "admissionDate", "warning");
	QUIET(",\"admissionDate\":$-300", "", 'W', "admissionDate", "warning");
}

static void a_date_without_an_admission_is_doubtful(void **state)
{
	(void)state;
	FINDS(",\"admissionDate\":$-2,\"admittedToHealthFacility\":\"NO\"", "", 'W', "admissionDate", "warning");
	QUIET(",\"admissionDate\":$-2,\"admittedToHealthFacility\":\"YES\"", "", 'W', "admissionDate", "warning");
}

static void a_discharge_follows_the_admission_and_is_soon(void **state)
{
	(void)state;
	FINDS(",\"admissionDate\":$-2,\"dischargeDate\":$-3", "", 'E', "dischargeDate", "constraint");
	QUIET(",\"admissionDate\":$-2,\"dischargeDate\":$-2", "", 'E', "dischargeDate", "constraint");
	QUIET(",\"dischargeDate\":$7", "", 'E', "dischargeDate", "constraint");
	FINDS(",\"dischargeDate\":$8", "", 'E', "dischargeDate", "constraint");
	FINDS(",\"dischargeDate\":$-1", ",\"outcome\":\"DECEASED\",\"outcomeDate\":$-4", 'W', "dischargeDate", "warning");
}

static void still_in_hospital_after_a_discharge_is_doubtful(void **state)
{
	(void)state;
	FINDS(",\"stillHospitalized\":\"YES\",\"dischargeDate\":$-1", "", 'W', "stillHospitalized", "warning");
	QUIET(",\"stillHospitalized\":\"YES\",\"dischargeDate\":$0", "", 'W', "stillHospitalized", "warning");
	QUIET(",\"stillHospitalized\":\"YES\"", "", 'W', "stillHospitalized", "warning");
}

static void leaving_against_advice_has_a_day_that_is_past(void **state)
{
	(void)state;
	FINDS(",\"leftAgainstAdvice\":\"YES\",\"dischargeDate\":$3", "", 'E', "leftAgainstAdvice", "constraint");
	FINDS(",\"leftAgainstAdvice\":\"YES\"", "", 'W', "leftAgainstAdvice", "warning");
	QUIET(",\"leftAgainstAdvice\":\"YES\",\"dischargeDate\":$-1", "", 'W', "leftAgainstAdvice", "warning");
}

static void lengths_are_not_negative_and_fit_their_dates(void **state)
{
	(void)state;
	FINDS(",\"intensiveCareUnit\":\"YES\",\"icuLengthOfStay\":-1", "", 'E', "icuLengthOfStay", "constraint");
	FINDS(",\"intensiveCareUnit\":\"YES\",\"intensiveCareUnitStart\":$-5,\"intensiveCareUnitEnd\":$-3,\"icuLengthOfStay\":9", "", 'W', "icuLengthOfStay", "warning");
	QUIET(",\"intensiveCareUnit\":\"YES\",\"intensiveCareUnitStart\":$-5,\"intensiveCareUnitEnd\":$-3,\"icuLengthOfStay\":2", "", 'W', "icuLengthOfStay", "warning");
}

static void isolation_and_intensive_care_lie_inside_the_stay(void **state)
{
	(void)state;
	FINDS(",\"isolated\":\"YES\",\"isolationDate\":$1", "", 'E', "isolationDate", "constraint");
	FINDS(",\"admissionDate\":$-2,\"isolated\":\"YES\",\"isolationDate\":$-3", "", 'W', "isolationDate", "warning");
	FINDS(",\"admissionDate\":$-2,\"intensiveCareUnit\":\"YES\",\"intensiveCareUnitStart\":$-3", "", 'E', "intensiveCareUnitStart", "constraint");
	FINDS(",\"intensiveCareUnit\":\"YES\",\"intensiveCareUnitStart\":$-3,\"intensiveCareUnitEnd\":$-4", "", 'E', "intensiveCareUnitEnd", "constraint");
}

static void irrelevant_fields_are_hidden_and_not_judged(void **state)
{
	(void)state;
	struct form_view *view = opened(",\"isolated\":\"NO\",\"isolationDate\":$9", "");
	assert_false(form_row_find(view, "hospitalization.isolationDate")->visible);
	assert_false(fixture_has(view, 'E', "hospitalization.isolationDate", "constraint"));
	assert_false(form_row_find(view, "hospitalization.otherHospitalizationReason")->visible);
	form_close(view);
}

static void earlier_stays_end_before_this_one_and_do_not_overlap(void **state)
{
	(void)state;
	static const char stays[] = ",\"admissionDate\":$-5,\"previousHospitalizations\":[{\"uuid\":\"A\",\"admissionDate\":$-20,\"dischargeDate\":$-10},"
		"{\"uuid\":\"B\",\"admissionDate\":$-12,\"dischargeDate\":$-2,\"stillHospitalized\":\"YES\",\"admittedToHealthFacility\":\"YES\"},"
		"{\"uuid\":\"D\",\"admissionDate\":$-30,\"dischargeDate\":$-31}]";
	FINDS(stays, "", 'W', "previousHospitalizations[A].admissionDate", "warning");
	FINDS(stays, "", 'W', "previousHospitalizations[B].admissionDate", "warning");
	QUIET(stays, "", 'W', "previousHospitalizations[D].admissionDate", "warning");
	FINDS(stays, "", 'W', "previousHospitalizations[B].dischargeDate", "warning");
	FINDS(stays, "", 'E', "previousHospitalizations[D].dischargeDate", "constraint");
	FINDS(stays, "", 'W', "previousHospitalizations[B].stillHospitalized", "warning");
	FINDS(stays, "", 'W', "previousHospitalizations[B].admittedToHealthFacility", "warning");
}

static void an_earlier_stay_without_an_entry_is_asked_for(void **state)
{
	(void)state;
	FINDS(",\"hospitalizedPreviously\":\"YES\",\"previousHospitalizations\":[]", "", 'W', "hospitalizedPreviously", "warning");
	QUIET(",\"hospitalizedPreviously\":\"YES\",\"previousHospitalizations\":[{\"uuid\":\"A\"}]", "", 'W', "hospitalizedPreviously", "warning");
}

/* Every property of the case, its hospitalization and its earlier stays is on a form or listed with a reason. */
static void collect(const struct json *children, const struct model_type *type, const struct model *model, struct json *seen)
{
	for (const struct json *c = json_first(children); c; c = json_next(c)) {
		const char *name = json_get_string(c, "path") ? json_get_string(c, "path") : json_get_string(c, "name");
		const struct model_field *f = model_field(type, name);
		struct json *of_type = json_get(seen, model_type_name(type));
		if (!of_type) {
			json_set(seen, model_type_name(type), json_new_object());
			of_type = json_get(seen, model_type_name(type));
		}
		if (f)
			json_set(of_type, name, json_new_bool(true));
		if (json_get(c, "children"))
			collect(json_get(c, "children"), f && f->object ? f->object : type, model, seen);
	}
}

static void every_property_is_on_a_form_or_has_a_reason(void **state)
{
	static const char *const types[] = {"CaseDataDto", "HospitalizationDto", "PreviousHospitalizationDto"};
	char *text = NULL;
	size_t len = 0;
	struct err err = {0};
	(void)state;
	assert_int_equal(path_read(TOP_SRCDIR "/forms/not-shown.json", FORM_MAX_BYTES, &text, &len, &err), ST_OK);
	struct json *reasons = fixture_json(text);
	struct json *seen = json_new_object();
	for (const struct embedded_file *f = form_builtin(); f->name; f++) {
		struct json *doc = fixture_json(f->text);
		enum kind kind = KIND_CASES;
		assert_true(model_kind_from_name(json_get_string(doc, "kind"), &kind));
		const struct model_type *type = model_of_kind(fixture_model, kind);
		const char *path = json_get_string(doc, "path");
		collect(json_get(doc, "children"), path && *path ? model_field(type, path)->object : type, fixture_model, seen);
		json_free(doc);
	}
	json_set(json_get(seen, "CaseDataDto"), "hospitalization", json_new_bool(true)); /* a form of its own */
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		const struct model_type *type = model_type(fixture_model, types[i]);
		for (int k = 0; k < model_field_count(type); k++) {
			const char *key = model_field_at(type, k)->name;
			bool shown = json_get(json_get(seen, types[i]), key);
			bool reason = !json_is_null(json_get(json_get(json_get(reasons, "not_shown"), types[i]), key));
			if (!shown && !reason)
				fail_msg("%s.%s is on no form and has no reason in forms/not-shown.json", types[i], key);
		}
	}
	json_free(seen);
	json_free(reasons);
	mem_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_admission_is_not_in_the_future),
		cmocka_unit_test(an_admission_before_the_first_symptom_is_doubtful),
		cmocka_unit_test(an_admission_after_death_is_doubtful),
		cmocka_unit_test(the_year_of_an_admission_is_questioned),
		cmocka_unit_test(a_date_without_an_admission_is_doubtful),
		cmocka_unit_test(a_discharge_follows_the_admission_and_is_soon),
		cmocka_unit_test(still_in_hospital_after_a_discharge_is_doubtful),
		cmocka_unit_test(leaving_against_advice_has_a_day_that_is_past),
		cmocka_unit_test(lengths_are_not_negative_and_fit_their_dates),
		cmocka_unit_test(isolation_and_intensive_care_lie_inside_the_stay),
		cmocka_unit_test(irrelevant_fields_are_hidden_and_not_judged),
		cmocka_unit_test(earlier_stays_end_before_this_one_and_do_not_overlap),
		cmocka_unit_test(an_earlier_stay_without_an_entry_is_asked_for),
		cmocka_unit_test(every_property_is_on_a_form_or_has_a_reason),
	};
	return cmocka_run_group_tests_name("form_hospitalization", tests, open_form, close_form);
}
