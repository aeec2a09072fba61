/* Values as a person types them (`outpost edit`, PATH=VALUE) and as files have them (`outpost new`): each type of the model, by the model
 * alone and through `edit` where no form shows the field. */
#include "app_profile.h"

#include "app/record.h"
#include "app/value.h"

#define P_TWIN1 "HOSPIT-CCCCCC-AAAAAA-AAAAAAAA"
#define P_TWIN2 "HOSPIT-DDDDDD-AAAAAA-AAAAAAAA"
#define P_OLD "HOSPIT-EEEEEE-AAAAAA-AAAAAAAA"

static void assert_says(const struct err *err, const char *words)
{
	char text[1024];

	err_text(err, text, sizeof(text));
	if (strstr(text, words) == NULL)
		fail_msg("the message should have \"%s\" in it: %s", words, text);
}

static int value_open(void **state)
{
	struct session *session;

	if (profile_open(state) != 0)
		return 1;
	session = ((struct profile *)*state)->session;
	profile_put(session, KIND_FACILITIES, P_TWIN1, "{\"uuid\":\"" P_TWIN1 "\",\"name\":\"Saint Anne\",\"type\":\"HOSPITAL\",\"changeDate\":1000}");
	profile_put(session, KIND_FACILITIES, P_TWIN2, "{\"uuid\":\"" P_TWIN2 "\",\"name\":\"Saint Anne\",\"type\":\"HOSPITAL\",\"changeDate\":1000}");
	profile_put(session, KIND_FACILITIES, P_OLD,
		"{\"uuid\":\"" P_OLD "\",\"name\":\"Closed Hospital\",\"type\":\"HOSPITAL\",\"archived\":true,\"changeDate\":1000}");
	profile_put(session, KIND_CUSTOMIZABLE_ENUM_VALUES, "VALUEA-AAAAAA-AAAAAA-AAAAAAAA", "{\"uuid\":\"VALUEA-AAAAAA-AAAAAA-AAAAAAAA\","
		"\"dataType\":\"DISEASE_VARIANT\",\"value\":\"LINEAGE_2\",\"caption\":\"Lineage II\",\"diseases\":[\"LASSA\"],\"active\":true,\"changeDate\":1000}");
	profile_put(session, KIND_CUSTOMIZABLE_ENUM_VALUES, "VALUEB-AAAAAA-AAAAAA-AAAAAAAA", "{\"uuid\":\"VALUEB-AAAAAA-AAAAAA-AAAAAAAA\","
		"\"dataType\":\"DISEASE_VARIANT\",\"value\":\"OMICRON\",\"diseases\":[\"CORONAVIRUS\"],\"active\":true,\"changeDate\":1000}");
	profile_put(session, KIND_CUSTOMIZABLE_ENUM_VALUES, "VALUEC-AAAAAA-AAAAAA-AAAAAAAA", "{\"uuid\":\"VALUEC-AAAAAA-AAAAAA-AAAAAAAA\","
		"\"dataType\":\"DISEASE_VARIANT\",\"value\":\"LINEAGE_0\",\"diseases\":[\"LASSA\"],\"active\":false,\"changeDate\":1000}");
	profile_put(session, KIND_CUSTOMIZABLE_ENUM_VALUES, "VALUED-AAAAAA-AAAAAA-AAAAAAAA", "{\"uuid\":\"VALUED-AAAAAA-AAAAAA-AAAAAAAA\","
		"\"dataType\":\"OCCUPATION_TYPE\",\"value\":\"FARMER\",\"changeDate\":1000}");
	return 0;
}

/* One value: what becomes of it as JSON text; NULL: refused, with these words. */
struct one { enum kind kind; const char *field, *typed, *json, *says; };

static void check_one(struct session *session, const struct one *c, bool file)
{
	const struct model_field *field = model_field(model_of_kind(session->model, c->kind), c->field);
	struct json *out = NULL, *value;
	struct err err = { 0 };
	enum status st;
	char *text;

	if (field == NULL)
		fail_msg("the model has no %s", c->field);
	if (file) {
		if (json_parse_text(c->typed, &value, &err) != ST_OK)
			fail_msg("no JSON: %s", c->typed);
		st = value_clean(session, field, "LASSA", c->field, value, &out, &err);
	} else {
		st = value_parse(session, field, "LASSA", c->typed, &out, &err);
	}
	if (c->says != NULL) {
		if (st == ST_OK)
			fail_msg("%s=%s should be refused", c->field, c->typed);
		assert_int_equal(st, ST_INVALID);
		assert_says(&err, c->says);
		assert_says(&err, c->field);
		return;
	}
	if (st != ST_OK) {
		profile_say(&err);
		fail_msg("%s=%s should be taken", c->field, c->typed);
	}
	text = out == NULL ? NULL : json_print(out, NULL);
	if (c->json == NULL ? text != NULL : text == NULL || strcmp(text, c->json) != 0)
		fail_msg("%s=%s became %s, should be %s", c->field, c->typed, text == NULL ? "nothing" : text, c->json == NULL ? "nothing" : c->json);
	mem_free(text);
	json_free(out);
}

static void typed_values_become_what_the_field_holds_or_are_refused(void **state)
{
	static const struct one cases[] = {
		{ KIND_CASES, "additionalDetails", "  some text ", "\"  some text \"", NULL },
		{ KIND_CASES, "additionalDetails", "", NULL, NULL },
		{ KIND_CASES, "sharedToCountry", "TRUE", "true", NULL },
		{ KIND_CASES, "sharedToCountry", "false", "false", NULL },
		{ KIND_CASES, "sharedToCountry", "yes", NULL, "true or false" },
		{ KIND_PERSONS, "birthWeight", "3100", "3100", NULL },
		{ KIND_PERSONS, "birthWeight", "-0", "0", NULL },
		{ KIND_PERSONS, "birthWeight", "3.5", NULL, "no whole number" },
		{ KIND_PERSONS, "birthWeight", "3100 g", NULL, "no whole number" },
		{ KIND_PERSONS, "birthWeight", "0x10", NULL, "no whole number" },
		{ KIND_PERSONS, "birthWeight", "9999999999", NULL, "no whole number" },
		{ KIND_PERSONS, "birthWeight", "nan", NULL, "no whole number" },
		{ KIND_CASES, "reportLat", "7.25", "7.25", NULL },
		{ KIND_CASES, "reportLat", "-90", "-90", NULL },
		{ KIND_CASES, "reportLat", "7,25", "7.25", NULL },
		{ KIND_CASES, "reportLat", "1,2,3", NULL, "no number" },
		{ KIND_CASES, "reportLat", "1,000.5", NULL, "no number" },
		{ KIND_CASES, "reportLat", " ", NULL, "no number" },
		{ KIND_CASES, "reportLat", "90.5", NULL, "from -90 to 90" },
		{ KIND_CASES, "reportLat", "inf", NULL, "no number" },
		{ KIND_CASES, "reportLat", "1e999", NULL, "no number" },
		{ KIND_CASES, "reportLat", "north", NULL, "no number" },
		{ KIND_CASES, "reportDate", "2026-11-22T08:30:00Z", "1795336200000", NULL },
		{ KIND_CASES, "reportDate", "someday", NULL, "no date" },
		{ KIND_CASES, "reportDate", "2026-02-30", NULL, "no date" },
		{ KIND_CASES, "caseClassification", "NOT_CLASSIFIED", "\"NOT_CLASSIFIED\"", NULL },
		{ KIND_CASES, "caseClassification", "not classified", "\"NOT_CLASSIFIED\"", NULL },
		{ KIND_CASES, "caseClassification", "not-classified", "\"NOT_CLASSIFIED\"", NULL },
		{ KIND_CASES, "caseClassification", "NOT", NULL, "no choice \"NOT\"" },
		{ KIND_CASES, "caseClassification", "NOT_CLASSIFIED_", NULL, "no choice" },
		{ KIND_CASES, "healthFacility", P_HOSPITAL, "{\"uuid\":\"" P_HOSPITAL "\"}", NULL },
		{ KIND_CASES, "healthFacility", "lake HOSPITAL", "{\"uuid\":\"" P_HOSPITAL2 "\"}", NULL },
		{ KIND_CASES, "healthFacility", "Hospital", NULL, "nothing here has the uuid or the name" },
		{ KIND_CASES, "healthFacility", "Closed Hospital", NULL, "nothing here has the uuid or the name" },
		{ KIND_CASES, "healthFacility", "Saint Anne", NULL, "several have the name" },
		{ KIND_CASES, "notifier", "A", NULL, "cannot be set by hand" },
		{ KIND_CASES, "diseaseVariant", "LINEAGE_2", "{\"value\":\"LINEAGE_2\"}", NULL },
		{ KIND_CASES, "diseaseVariant", "OMICRON", NULL, "for this disease" },
		{ KIND_CASES, "diseaseVariant", "LINEAGE_0", NULL, "for this disease" },
		{ KIND_CASES, "diseaseVariant", "FARMER", NULL, "for this disease" },
		{ KIND_PERSONS, "occupationType", "FARMER", "{\"value\":\"FARMER\"}", NULL },
		{ KIND_CASES, "hospitalization", "YES", NULL, "fields of its own" },
		{ KIND_PERSONS, "addresses", "[]", NULL, "fields of its own" },
		{ KIND_CASES, "reinfectionDetails", "{\"GENOME_SEQUENCE_CURRENT_INFECTION_KNOWN\":true}", "{\"GENOME_SEQUENCE_CURRENT_INFECTION_KNOWN\":true}",
			NULL },
		{ KIND_CASES, "reinfectionDetails", "[1]", NULL, "a JSON object" },
		{ KIND_CASES, "reinfectionDetails", "{", NULL, "a JSON value" },
		{ KIND_SAMPLES, "requestedPathogenTests", "[\"CULTURE\"]", "[\"CULTURE\"]", NULL },
		{ KIND_SAMPLES, "requestedPathogenTests", "{}", NULL, "a JSON array" },
	};
	struct profile *p = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_one(p->session, &cases[i], false);
}

static void values_of_files_have_their_types(void **state)
{
	static const struct one cases[] = {
		{ KIND_CASES, "additionalDetails", "\"text\"", "\"text\"", NULL },
		{ KIND_CASES, "additionalDetails", "\"\"", NULL, NULL },
		{ KIND_CASES, "additionalDetails", "null", NULL, NULL },
		{ KIND_CASES, "additionalDetails", "7", NULL, "a text" },
		{ KIND_CASES, "sharedToCountry", "true", "true", NULL },
		{ KIND_CASES, "sharedToCountry", "\"true\"", NULL, "true or false" },
		{ KIND_PERSONS, "birthWeight", "3100", "3100", NULL },
		{ KIND_PERSONS, "birthWeight", "3100.5", NULL, "a whole number" },
		{ KIND_PERSONS, "birthWeight", "\"3100\"", NULL, "a whole number" },
		{ KIND_CASES, "reportLat", "7.25", "7.25", NULL },
		{ KIND_CASES, "reportLat", "-91", NULL, "from -90 to 90" },
		{ KIND_CASES, "reportLat", "\"7\"", NULL, "a number" },
		{ KIND_CASES, "reportDate", "1795336200000", "1795336200000", NULL },
		{ KIND_CASES, "reportDate", "\"2026-11-22T08:30:00Z\"", "1795336200000", NULL },
		{ KIND_CASES, "reportDate", "true", NULL, "a date" },
		{ KIND_CASES, "reportDate", "\"soon\"", NULL, "no date" },
		{ KIND_CASES, "caseClassification", "\"SUSPECT\"", "\"SUSPECT\"", NULL },
		{ KIND_CASES, "caseClassification", "\"POSSIBLE\"", NULL, "POSSIBLE" },
		{ KIND_CASES, "caseClassification", "1", NULL, "a constant" },
		{ KIND_CASES, "diseaseVariant", "\"LINEAGE_2\"", "{\"value\":\"LINEAGE_2\"}", NULL },
		{ KIND_CASES, "diseaseVariant", "{\"value\":\"LINEAGE_2\"}", "{\"value\":\"LINEAGE_2\"}", NULL },
		{ KIND_CASES, "diseaseVariant", "{\"value\":\"OMICRON\"}", NULL, "for this disease" },
		{ KIND_CASES, "diseaseVariant", "{}", NULL, "a value of the server's list" },
		{ KIND_CASES, "healthFacility", "\"Lake Hospital\"", "{\"uuid\":\"" P_HOSPITAL2 "\"}", NULL },
		{ KIND_CASES, "healthFacility", "{\"uuid\":\"" P_HOSPITAL "\",\"caption\":\"Hill\"}", "{\"uuid\":\"" P_HOSPITAL "\",\"caption\":\"Hill\"}", NULL },
		{ KIND_CASES, "healthFacility", "{\"caption\":\"Hill\"}", NULL, "a reference with a uuid" },
		{ KIND_CASES, "healthFacility", "{\"uuid\":\"short\"}", NULL, "a reference with a uuid" },
		{ KIND_CASES, "healthFacility", "5", NULL, "a reference" },
		{ KIND_CASES, "hospitalization", "{\"isolated\":\"YES\"}", "{\"isolated\":\"YES\"}", NULL },
		{ KIND_CASES, "hospitalization", "{\"isolated\":\"PERHAPS\"}", NULL, "hospitalization.isolated" },
		{ KIND_CASES, "hospitalization", "{\"noSuchField\":1}", NULL, "noSuchField" },
		{ KIND_CASES, "hospitalization", "[]", NULL, "an object" },
		{ KIND_PERSONS, "addresses", "{}", NULL, "a list" },
		{ KIND_PERSONS, "addresses", "null", "[]", NULL },
		{ KIND_PERSONS, "addresses", "[7]", NULL, "addresses[0]: an object" },
		{ KIND_PERSONS, "addresses", "[{},{\"city\":5}]", NULL, "addresses[1].city" },
		{ KIND_SAMPLES, "requestedPathogenTests", "[\"CULTURE\"]", "[\"CULTURE\"]", NULL },
		{ KIND_SAMPLES, "requestedPathogenTests", "\"CULTURE\"", NULL, "a list" },
		{ KIND_CASES, "reinfectionDetails", "{}", "{}", NULL },
		{ KIND_CASES, "reinfectionDetails", "[]", NULL, "an object" },
	};
	struct profile *p = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_one(p->session, &cases[i], true);
}

static void a_text_that_is_too_long_is_refused_before_the_server_does(void **state)
{
	struct profile *p = *state;
	const struct model_field *field = model_field(model_of_kind(p->session->model, KIND_PERSONS), "nickname");
	size_t max = (size_t)field->max_length;
	char *text = mem_alloc(2 * max + 3);
	struct json *out;
	struct err err;

	assert_true(field->max_length > 0);
	/* Characters count, not bytes. */
	for (size_t i = 0; i <= max; i++)
		memcpy(text + 2 * i, "\xc3\xa9", 2);
	text[2 * max + 2] = '\0';
	assert_int_equal(value_parse(p->session, field, NULL, text, &out, &err), ST_INVALID);
	assert_says(&err, "at most");
	text[2 * max] = '\0';
	assert_ok(value_parse(p->session, field, NULL, text, &out, &err), &err);
	json_free(out);
	mem_free(text);
}

static void items_of_files_get_what_a_new_item_has(void **state)
{
	struct profile *p = *state;
	const struct model_field *field = model_field(model_of_kind(p->session->model, KIND_PERSONS), "addresses");
	struct json *value, *out, *item;
	struct err err;

	assert_ok(json_parse_text("[{\"city\":\"Bo\",\"changeDate\":77},{\"city\":\"Ho\",\"uuid\":\"ADDRES-BBBBBB-AAAAAA-AAAAAAAA\"}]", &value, &err), &err);
	assert_ok(value_clean(p->session, field, NULL, "addresses", value, &out, &err), &err);
	item = json_at(out, 0);
	assert_string_equal(json_get_string(item, "city"), "Bo");
	assert_true(strlen(json_get_string(item, "uuid")) >= 20);
	/* A date that the server never gave is not sent. */
	assert_null(json_get(item, "changeDate"));
	assert_string_equal(json_get_string(json_at(out, 1), "uuid"), "ADDRES-BBBBBB-AAAAAA-AAAAAAAA");
	json_free(out);
	assert_ok(json_parse_text("[{\"uuid\":\"../../etc\"}]", &value, &err), &err);
	assert_int_equal(value_clean(p->session, field, NULL, "addresses", value, &out, &err), ST_INVALID);
	assert_says(&err, "20 to 36");
}

/* ---- through `edit` ---- */

static enum status edit(struct profile *p, const char *kind, const char *uuid, const char *assignment, struct err *err)
{
	return record_edit(p->session, kind, uuid, &assignment, 1, NULL, NULL, NULL, err);
}

static void what_cannot_be_an_assignment_says_what_is_wrong(void **state)
{
	static const struct { const char *text; enum status st; const char *says; } cases[] = {
		{ "additionalDetails", ST_INVALID, "no PATH=VALUE" },
		{ "=x", ST_INVALID, "no PATH=VALUE" },
		{ "additionalDetails=\xff", ST_INVALID, "not valid UTF-8" },
		{ "keyOfTomorrow=1", ST_INVALID, "keyOfTomorrow" },
		{ "uuid=X", ST_INVALID, "written by the server" },
		{ "changeDate=5", ST_INVALID, "written by the server" },
		{ "sormasToSormasOriginInfo.comment=x", ST_INVALID, "written by the server" },
		{ "hospitalization.previousHospitalizations[" P_STAY "]=x", ST_INVALID, "name a field of the item" },
		{ "hospitalization.previousHospitalizations[+]=", ST_INVALID, "takes the item as JSON" },
		{ "hospitalization.previousHospitalizations[+]=7", ST_INVALID, "a JSON object" },
		{ "hospitalization.previousHospitalizations=", ST_INVALID, "remove them one by one" },
		{ "hospitalization.previousHospitalizations=[]", ST_INVALID, "fields of its own" },
		{ "hospitalization={}", ST_INVALID, "fields of its own" },
		{ "hospitalization.previousHospitalizations[GONEAA-AAAAAA-AAAAAA-AAAAAAAA].description=x", ST_NOT_FOUND, "there is no item" },
		{ "epiData.exposures[+]=[]", ST_INVALID, "a JSON object" },
		{ "epiData.exposures[+]={\"exposureType\":\"DANCE\"}", ST_INVALID, "DANCE" },
	};
	struct profile *p = *state;
	struct json *before = profile_doc(p->session, KIND_CASES, P_CASE), *after;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = { 0 };
		enum status st = edit(p, "cases", P_CASE, cases[i].text, &err);

		if (st != cases[i].st)
			fail_msg("%s: status %d, should be %d", cases[i].text, (int)st, (int)cases[i].st);
		assert_says(&err, cases[i].says);
	}
	after = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_true(json_equal(before, after));
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY, 0);
	json_free(before);
	json_free(after);
}

static void fields_that_no_form_shows_are_set_by_the_model(void **state)
{
	struct profile *p = *state;
	struct json *doc, *item;
	struct err err;
	char *path;

	assert_ok(edit(p, "cases", P_CASE, "sharedToCountry=true", &err), &err);
	assert_ok(edit(p, "cases", P_CASE, "externalData={\"OTHER\":true}", &err), &err);
	assert_ok(edit(p, "cases", P_CASE, "epiData.exposures[+]={\"exposureType\":\"TRAVEL\",\"startDate\":\"2026-11-01\"}", &err), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_true(json_true(json_get(doc, "sharedToCountry")));
	assert_true(json_true(json_get(json_get(doc, "externalData"), "OTHER")));
	item = json_at(json_get(json_get(doc, "epiData"), "exposures"), 0);
	assert_string_equal(json_get_string(item, "exposureType"), "TRAVEL");
	path = mem_printf("epiData.exposures[%s]=", json_get_string(item, "uuid"));
	json_free(doc);
	assert_ok(edit(p, "cases", P_CASE, path, &err), &err);
	mem_free(path);
	/* An absent true-or-false is false for the server: emptying it says so. */
	assert_ok(edit(p, "cases", P_CASE, "sharedToCountry=", &err), &err);
	assert_ok(edit(p, "cases", P_CASE, "externalData=", &err), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_int_equal(json_count(json_get(json_get(doc, "epiData"), "exposures")), 0);
	assert_true(json_is_bool(json_get(doc, "sharedToCountry")));
	assert_false(json_true(json_get(doc, "sharedToCountry")));
	assert_null(json_get(doc, "externalData"));
	json_free(doc);
}

static void what_the_server_hides_is_not_overwritten(void **state)
{
	struct profile *p = *state;
	struct json *doc = profile_doc(p->session, KIND_PERSONS, P_PERSON);
	struct err err = { 0 };
	char *text;

	json_set(doc, "pseudonymized", json_new_bool(true));
	json_set(doc, "firstName", json_new_string("Confidential"));
	text = json_print(doc, NULL);
	assert_ok(store_delete(p->session->store, KIND_PERSONS, P_PERSON, &err), &err);
	profile_put(p->session, KIND_PERSONS, P_PERSON, text);
	mem_free(text);
	json_free(doc);
	assert_int_not_equal(edit(p, "persons", P_PERSON, "firstName=Ama", &err), ST_OK);
	assert_int_equal(edit(p, "persons", P_PERSON, "mothersName=Ama", &err), ST_REFUSED);
	assert_says(&err, "hidden");
	assert_int_equal(profile_flags(p->session, KIND_PERSONS, P_PERSON) & RECORD_DIRTY, 0);
}

static void the_number_of_assignments_has_limits_and_none_is_given_twice(void **state)
{
	struct profile *p = *state;
	const char *const twice[] = { "sharedToCountry=true", "sharedToCountry=false" };
	const char *many[501];
	struct err err;

	for (size_t i = 0; i < 501; i++)
		many[i] = "sharedToCountry=true";
	assert_int_equal(record_edit(p->session, "cases", P_CASE, many, 0, NULL, NULL, NULL, &err), ST_INVALID);
	assert_int_equal(record_edit(p->session, "cases", P_CASE, many, 501, NULL, NULL, NULL, &err), ST_LIMIT);
	assert_int_equal(record_edit(p->session, "cases", P_CASE, twice, 2, NULL, NULL, NULL, &err), ST_INVALID);
	assert_says(&err, "set twice");
}

#define T(f) cmocka_unit_test_setup_teardown(f, value_open, profile_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(typed_values_become_what_the_field_holds_or_are_refused), T(values_of_files_have_their_types),
		T(a_text_that_is_too_long_is_refused_before_the_server_does), T(items_of_files_get_what_a_new_item_has),
		T(what_cannot_be_an_assignment_says_what_is_wrong), T(fields_that_no_form_shows_are_set_by_the_model),
		T(what_the_server_hides_is_not_overwritten), T(the_number_of_assignments_has_limits_and_none_is_given_twice),
	};

	return cmocka_run_group_tests_name("app_value", tests, NULL, NULL);
}
