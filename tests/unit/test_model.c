/* model: what the records are, equality, paths, differences, demands, completeness. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "collide.h"
#include "merge_fixture.h"

static const struct model_field *field(const char *type, const char *name)
{
	const struct model_type *t = model_type(the_model, type);
	assert_non_null(t);
	const struct model_field *f = model_field(t, name);
	if (!f)
		fail_msg("%s has no field %s", type, name);
	return f;
}

/* ---- the description ---- */

static void every_kind_has_its_type_and_name(void **state)
{
	(void)state;
	for (int k = 0; k < KIND_COUNT; k++) {
		enum kind kind = (enum kind)k, found = KIND_COUNT;
		assert_true(model_kind_from_name(model_kind_name(kind), &found));
		assert_int_equal(found, kind);
		const struct model_type *type = model_of_kind(the_model, kind);
		assert_string_equal(model_type_name(type), model_kind_type(kind));
		assert_true(model_type_has_uuid(type));
	}
	enum kind kind = KIND_CASES;
	assert_false(model_kind_from_name("Cases", &kind));
	assert_int_equal(kind, KIND_CASES);
}

static void kinds_know_their_rights(void **state)
{
	(void)state;
	assert_string_equal(model_kind_view_right(KIND_CASES), "CASE_VIEW");
	assert_string_equal(model_kind_edit_right(KIND_PERSONS), "PERSON_EDIT");
	assert_string_equal(model_kind_create_right(KIND_PERSONS), "CASE_CREATE");
	assert_null(model_kind_view_right(KIND_REGIONS));
	assert_true(model_kind_is_infrastructure(KIND_FACILITIES));
	assert_false(model_kind_is_infrastructure(KIND_TASKS));
}

static void references_lead_to_kinds(void **state)
{
	(void)state;
	enum kind kind;
	assert_true(model_reference_kind("Facility", &kind));
	assert_int_equal(kind, KIND_FACILITIES);
	assert_true(model_reference_kind("Case", &kind));
	assert_int_equal(kind, KIND_CASES);
	assert_true(model_reference_kind("PointOfEntry", &kind));
	assert_int_equal(kind, KIND_POINTS_OF_ENTRY);
	assert_false(model_reference_kind("Fac", &kind));
}

static void fields_are_found_by_name_and_know_their_place(void **state)
{
	(void)state;
	for (int k = 0; k < KIND_COUNT; k++) {
		const struct model_type *type = model_of_kind(the_model, (enum kind)k);
		for (int i = 0; i < model_field_count(type); i++) {
			const struct model_field *f = model_field_at(type, i);
			assert_ptr_equal(model_field(type, f->name), f);
			assert_int_equal(f->index, i);
			assert_true((f->type == TYPE_OBJECT || f->type == TYPE_OBJECT_LIST) == (f->object != NULL));
		}
	}
	assert_null(model_field(model_of_kind(the_model, KIND_CASES), "Disease"));
	assert_null(model_type(the_model, "NoDto"));
}

static void a_field_has_the_dictionarys_facts(void **state)
{
	(void)state;
	const struct model_field *f = field("CaseDataDto", "clinicianName");
	assert_int_equal(f->type, TYPE_STRING);
	assert_int_equal(f->max_length, 512);
	assert_true(f->sensitive);
	assert_string_equal(f->user_right, "CASE_CLINICIAN_VIEW");
	f = field("CaseDataDto", "reportLat");
	assert_true(f->has_min && f->has_max && f->min >= -90 && f->min <= -90 && f->max >= 90 && f->max <= 90);
	f = field("CaseDataDto", "disease");
	assert_true(f->required);
	assert_string_equal(f->enum_name, "Disease");
	assert_true(model_enum_has(the_model, "Disease", "EVD"));
	assert_false(model_enum_has(the_model, "Disease", "evd"));
	assert_null(model_enum(the_model, "NoEnum"));
	assert_string_equal(field("CaseDataDto", "healthFacility")->reference, "Facility");
	assert_string_equal(model_type_name(field("HospitalizationDto", "previousHospitalizations")->object), "PreviousHospitalizationDto");
	assert_int_equal(field("CaseDataDto", "diseaseVariant")->type, TYPE_CUSTOMIZABLE_ENUM);
	assert_true(field("CaseDataDto", "notACaseReasonOther")->primitive);
	assert_string_equal(field("SymptomsDto", "lesionsOnsetDate")->depends_on, "lesions");
	assert_string_equal(field("SymptomsDto", "lesionsOnsetDate")->symptom_group, "SKIN");
}

static void roles_are_those_of_the_design(void **state)
{
	(void)state;
	assert_int_equal(field("PersonDto", "uuid")->role, ROLE_BOOKKEEPING);
	assert_int_equal(field("LocationDto", "pseudonymized")->role, ROLE_BOOKKEEPING);
	assert_int_equal(field("PersonDto", "phone")->role, ROLE_COMPUTED);
	assert_int_equal(field("UserDto", "phone")->role, ROLE_VALUE);
	assert_int_equal(field("SymptomsDto", "symptomatic")->role, ROLE_COMPUTED);
	assert_int_equal(field("PersonDto", "approximateAgeReferenceDate")->role, ROLE_AGE_REFERENCE);
	assert_int_equal(model_key_role(model_type(the_model, "HospitalizationDto"), "pseudonymized"), ROLE_BOOKKEEPING);
	assert_int_equal(model_key_role(model_type(the_model, "HospitalizationDto"), "neverHeardOf"), ROLE_VALUE);
	assert_true(field("TaskDto", "contextReference")->refused);
	assert_true(field("UserDto", "name")->refused);
}

static void days_instants_and_truncated_dates_are_told_apart(void **state)
{
	(void)state;
	assert_true(field("CaseDataDto", "reportDate")->date_only);
	assert_true(field("HospitalizationDto", "admissionDate")->date_only);
	assert_false(field("PortHealthInfoDto", "departureDateTime")->date_only);
	assert_false(field("CaseDataDto", "changeDate")->date_only);
	assert_false(field("TaskDto", "dueDate")->date_only);
	static const char *const of_persons[] = {"deathDate", "burialDate", "entryDate", "approximateAgeReferenceDate"};
	for (size_t i = 0; i < 4; i++)
		assert_true(field("PersonDto", of_persons[i])->truncated && field("PersonDto", of_persons[i])->date_only);
	static const char *const of_cases[] = {"prohibitionToWorkFrom", "prohibitionToWorkUntil", "previousInfectionDate",
		"previousQuarantineTo",
		"followUpStatusChangeDate"};
	for (size_t i = 0; i < 5; i++)
		assert_true(field("CaseDataDto", of_cases[i])->truncated);
	assert_false(field("CaseDataDto", "quarantineTo")->truncated);
}

static void values_of_several_parts_are_grouped(void **state)
{
	(void)state;
	static const struct { const char *type; int groups; } counts[] = {{"CaseDataDto", 4}, {"PersonDto", 3}, {"LocationDto", 2},
		{"PreviousHospitalizationDto", 1}, {"HospitalizationDto", 0}};
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		assert_int_equal(model_value_group_count(model_type(the_model, counts[i].type)), counts[i].groups);
	size_t count = 0;
	const struct model_type *person = model_type(the_model, "PersonDto");
	const struct model_field *const *parts = model_value_parts(person, field("PersonDto", "birthdateMM")->value_group, &count);
	assert_int_equal(count, 3);
	assert_string_equal(parts[0]->name, "birthdateDD");
	assert_int_equal(field("PersonDto", "firstName")->value_group, -1);
	assert_int_equal(model_age_group(person), field("PersonDto", "approximateAgeType")->value_group);
	assert_null(model_value_parts(person, -1, &count));
	assert_int_equal(count, 0);
}

/* sync.md section 1, "One value": word for word. */
static void the_parts_of_one_value_are_those_of_the_design(void **state)
{
	(void)state;
	static const struct { const char *type, *parts; } values[] = {
		{"CaseDataDto", "outcome outcomeDate"},
		{"CaseDataDto", "disease diseaseDetails diseaseVariant diseaseVariantDetails plagueType dengueFeverType rabiesType"},
		{"CaseDataDto", "responsibleRegion responsibleDistrict responsibleCommunity region district community facilityType healthFacility "
			"healthFacilityDetails"},
		{"CaseDataDto", "reportLat reportLon reportLatLonAccuracy"},
		{"PersonDto", "birthdateDD birthdateMM birthdateYYYY"},
		{"PersonDto", "approximateAge approximateAgeType"},
		{"PersonDto", "placeOfBirthRegion placeOfBirthDistrict placeOfBirthCommunity placeOfBirthFacilityType placeOfBirthFacility "
			"placeOfBirthFacilityDetails"},
		{"LocationDto", "region district community facilityType facility facilityDetails"},
		{"LocationDto", "latitude longitude latLonAccuracy"},
		{"PreviousHospitalizationDto", "region district community healthFacility healthFacilityDetails"},
	};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		char first[64];
		snprintf(first, sizeof first, "%.*s", (int)strcspn(values[i].parts, " "), values[i].parts);
		size_t count = 0;
		const struct model_field *const *parts = model_value_parts(model_type(the_model, values[i].type),
			field(values[i].type, first)->value_group, &count);
		struct buf b;
		buf_init(&b, 0);
		for (size_t n = 0; n < count; n++)
			buf_printf(&b, "%s%s", n ? " " : "", parts[n]->name);
		assert_string_equal(buf_text(&b), values[i].parts);
		buf_done(&b);
	}
}

/* The committed model has every type, field and constant of the dictionary: OUTPOST_DICTIONARY names it. */
static void the_model_is_the_dictionary(void **state)
{
	(void)state;
	const char *path = getenv("OUTPOST_DICTIONARY");
	if (!path || !*path)
		skip();
	char *text = NULL;
	size_t len = 0;
	struct json *dictionary = NULL;
	assert_int_equal(path_read(path, (size_t)16 << 20, &text, &len, NULL), ST_OK);
	assert_int_equal(json_parse(text, len, &dictionary, NULL), ST_OK);
	size_t fields = 0;
	for (const struct json *t = json_first(json_get(dictionary, "types")); t; t = json_next(t)) {
		if (!model_type(the_model, json_key(t)))
			fail_msg("the model has no type %s", json_key(t));
		for (const struct json *v = json_first(json_get(t, "fields")); v; v = json_next(v), fields++) {
			const struct model_field *f = field(json_key(t), json_get_string(v, "name"));
			int64_t max = -1;
			json_get_int(v, "max_length", &max);
			if (f->max_length != max || f->required != json_true(json_get(v, "required")) || f->personal != json_true(json_get(v,
				"personal")) ||
				f->sensitive != json_true(json_get(v, "sensitive")) || f->primitive != json_true(json_get(v, "primitive")))
				fail_msg("%s.%s is not as in the dictionary: run forms/model/make-model", json_key(t), f->name);
		}
	}
	assert_true(fields > 1000);
	for (const struct json *e = json_first(json_get(dictionary, "enums")); e; e = json_next(e)) {
		if (!json_is_array(e))
			continue;
		for (const struct json *v = json_first(e); v; v = json_next(v))
			if (!model_enum_has(the_model, json_key(e), json_string(v)))
				fail_msg("the model's %s lacks %s", json_key(e), json_string(v));
	}
	json_free(dictionary);
	mem_free(text);
}

static void a_broken_model_is_refused(void **state)
{
	(void)state;
	static const char *const broken[] = {"", "[]", "{}", "{\"types\":{},\"enums\":{}}",
		"{\"types\":{\"A\":{\"fields\":[{\"name\":\"a\"}]}},\"enums\":{}}",
		"{\"types\":{\"A\":{\"one_value\":[[\"b\"]],\"fields\":[{\"name\":\"a\",\"type\":\"date\"}]}},\"enums\":{}}"};
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct model *model = NULL;
		struct err err = {0};
		assert_int_equal(model_load(broken[i], strlen(broken[i]), &model, &err), ST_INVALID);
		assert_null(model);
		assert_true(err.depth > 0);
	}
}

/* ---- equality ---- */

static void equal_is(bool expected, const char *type, const char *name, const char *a, const char *b)
{
	struct json *x = js(a), *y = js(b);
	const struct model_field *f = type ? field(type, name) : NULL;
	if (model_values_equal(f, x, y) != expected || model_values_equal(f, y, x) != expected)
		fail_msg("%s: %s and %s should %sbe equal", name, a, b, expected ? "" : "not ");
	json_free(x);
	json_free(y);
}

static void values_are_equal_as_the_design_says(void **state)
{
	(void)state;
	equal_is(true, "PersonDto", "nickname", "-", "null");
	equal_is(true, "PersonDto", "nickname", "-", "''");
	equal_is(false, "PersonDto", "nickname", "-", "' '");
	equal_is(true, "PersonDto", "nickname", "'\u00e9'", "'e\u0301'");
	equal_is(false, "PersonDto", "nickname", "'a'", "'A'");
	equal_is(true, "CaseDataDto", "notACaseReasonOther", "-", "false");
	equal_is(false, "CaseDataDto", "notACaseReasonOther", "-", "true");
	equal_is(true, "CaseDataDto", "notACaseReasonOther", "false", "-0.0e9");
	equal_is(false, "CaseDataDto", "notACaseReasonOther", "false", "1e-400");
	equal_is(false, "PersonDto", "hasCovidApp", "true", "-");
	equal_is(true, "CaseDataDto", "healthFacility", "{'uuid':'A'}", "{'uuid':'A','caption':'x'}");
	equal_is(false, "CaseDataDto", "healthFacility", "{'uuid':'A'}", "{'uuid':'B'}");
	equal_is(false, "CaseDataDto", "healthFacility", "{'uuid':'A'}", "-");
	equal_is(true, "CaseDataDto", "diseaseVariant", "{'value':'A'}", "{'value':'A','caption':'x'}");
	equal_is(true, "CaseDataDto", "reportDate", "1795395600000", "1795395600000.0");
	equal_is(false, "CaseDataDto", "reportDate", "1795395600000", "1795395600001");
	equal_is(false, "PersonDto", "birthdateDD", "0", "-");
	equal_is(true, "CaseDataDto", "externalData", "{'a':'1','b':'2'}", "{'b':'2','a':'1'}");
	equal_is(false, "CaseDataDto", "externalData", "{}", "-");
	equal_is(false, "SampleDto", "requestedPathogenTests", "['A','B']", "['B','A']");
	equal_is(true, NULL, "an unknown key", "-", "''");
	equal_is(true, NULL, "an unknown key", "{'a':1.0}", "{'a':1}");
	equal_is(false, NULL, "an unknown key", "0", "-");
}

static void truncated_dates_are_equal_within_their_day(void **state)
{
	(void)state;
	/* 2026-11-23: noon as sent; midnight of servers from -12 to +11 */
	equal_is(true, "PersonDto", "deathDate", "1795435200000", "1795392000000");
	equal_is(true, "PersonDto", "deathDate", "1795435200000", "1795435200000");
	equal_is(true, "PersonDto", "deathDate", "1795435200000", "1795352400000");
	equal_is(false, "PersonDto", "deathDate", "1795435200000", "1795352399999");
	equal_is(false, "PersonDto", "deathDate", "1795435200000", "1795521600000");
	equal_is(false, "PersonDto", "deathDate", "1795435200000", "-");
}

static void objects_are_equal_without_bookkeeping(void **state)
{
	(void)state;
	equal_is(true, "CaseDataDto", "symptoms", "{'uuid':'S','changeDate':1,'symptomatic':true,'fever':'YES'}",
		"{'uuid':'S','changeDate':2,'fever':'YES'}");
	equal_is(false, "CaseDataDto", "symptoms", "{'uuid':'S','fever':'YES'}", "{'uuid':'S','fever':'NO'}");
	equal_is(false, "CaseDataDto", "symptoms", "{'uuid':'S'}", "{'uuid':'S','new':1}");
	/* bookkeeping also where the dictionary does not list it */
	equal_is(true, "CaseDataDto", "hospitalization", "{'uuid':'H','inJurisdiction':true,'pseudonymized':false}", "{'uuid':'H'}");
	equal_is(false, "CaseDataDto", "symptoms", "{'uuid':'S'}", "-");
	/* keys in another order, more of them than are looked for one by one */
	struct buf a, b;
	buf_init(&a, 0);
	buf_init(&b, 0);
	for (int i = 0; i < 100; i++) {
		buf_printf(&a, "%s'k%d':%d", i ? "," : "{", i, i);
		buf_printf(&b, "%s'k%d':%d", i ? "," : "{", 99 - i, 99 - i);
	}
	buf_add_text(&a, "}");
	buf_add_text(&b, ",'more':null}");
	equal_is(true, "CaseDataDto", "symptoms", buf_text(&a), buf_text(&b));
	b.data[b.len - 5] = '1', b.data[b.len - 4] = ' ', b.data[b.len - 3] = ' ', b.data[b.len - 2] = ' ';
	equal_is(false, "CaseDataDto", "symptoms", buf_text(&a), buf_text(&b));
	buf_done(&a);
	buf_done(&b);
}

static void lists_are_equal_in_any_order(void **state)
{
	(void)state;
	equal_is(true, "PersonDto", "addresses", "[{'uuid':'A'},{'uuid':'B','city':'x'}]",
		"[{'uuid':'B','city':'x','changeDate':4},{'uuid':'A'}]");
	equal_is(false, "PersonDto", "addresses", "[{'uuid':'A'},{'uuid':'B'}]", "[{'uuid':'A'},{'uuid':'C'}]");
	equal_is(false, "PersonDto", "addresses", "[{'uuid':'A'}]", "[{'uuid':'A'},{'uuid':'B'}]");
	equal_is(true, "PersonDto", "addresses", "[]", "-");
	equal_is(false, "PersonDto", "addresses", "[{'uuid':'A'},{'uuid':'A'}]", "[{'uuid':'A'},{'uuid':'B'}]");
	equal_is(false, "PersonDto", "addresses", "[{'city':'x'},{'city':'y'}]", "[{'city':'y'},{'city':'x'}]");
	equal_is(true, "PersonDto", "addresses", "[{'city':'x'}]", "[{'city':'x'}]");
	/* what no path can name tells no items apart: too long, with a bracket, empty */
	equal_is(true, "PersonDto", "addresses", "[{'uuid':'123456789012345678901234567890123456'},{'uuid':'B'}]",
		"[{'uuid':'B'},{'uuid':'123456789012345678901234567890123456'}]");
	equal_is(false, "PersonDto", "addresses", "[{'uuid':'1234567890123456789012345678901234567'},{'uuid':'B'}]",
		"[{'uuid':'B'},{'uuid':'1234567890123456789012345678901234567'}]");
	equal_is(false, "PersonDto", "addresses", "[{'uuid':'A]'},{'uuid':'B'}]", "[{'uuid':'B'},{'uuid':'A]'}]");
	equal_is(false, "PersonDto", "addresses", "[{'uuid':''},{'uuid':'B'}]", "[{'uuid':'B'},{'uuid':''}]");
}

static void lists_of_references_are_equal_by_their_uuids(void **state)
{
	(void)state;
	equal_is(true, "TaskDto", "observerUsers", "[{'uuid':'A','caption':'a'},{'uuid':'B'}]", "[{'uuid':'B','caption':'b'},{'uuid':'A'}]");
	equal_is(false, "TaskDto", "observerUsers", "[{'uuid':'A'}]", "[{'uuid':'B'}]");
	equal_is(false, "TaskDto", "observerUsers", "[{'uuid':'A'}]", "[{'uuid':'A'},{'uuid':'B'}]");
	equal_is(false, "TaskDto", "observerUsers", "[{'uuid':'A'},{'uuid':'A'}]", "[{'uuid':'A'},{'uuid':'B'}]");
	equal_is(false, "TaskDto", "observerUsers", "[{'caption':'a'}]", "[{'caption':'b'}]");
}

static void an_empty_list_is_an_absent_one(void **state)
{
	(void)state;
	/* the server reads one as the other, and an absent list is sent as an empty one */
	equal_is(true, "TaskDto", "observerUsers", "[]", "-");
	equal_is(true, "SampleDto", "requestedPathogenTests", "[]", "-");
	equal_is(true, "SampleDto", "requestedPathogenTests", "[]", "null");
	equal_is(false, "SampleDto", "requestedPathogenTests", "['CULTURE']", "-");
	equal_is(false, NULL, "an unknown key", "[]", "-");
}

/* ---- paths ---- */

static struct model_path path_of_case(const char *text)
{
	struct model_path path;
	struct err err = {0};
	if (model_parse_path(the_model, KIND_CASES, text, &path, &err) != ST_OK) {
		char why[300];
		err_text(&err, why, sizeof why);
		fail_msg("%s", why);
	}
	return path;
}

#define PREVIOUS "hospitalization.previousHospitalizations"

static void paths_lead_into_parts_and_items(void **state)
{
	(void)state;
	struct json *doc = js("{'hospitalization':{'uuid':'H','previousHospitalizations':[{'uuid':'A','description':'x'},"
		"{'uuid':'B','description':'y'}]}}");
	struct model_path path = path_of_case(PREVIOUS "[B].description");
	assert_string_equal(json_string(model_path_get(&path, doc)), "y");
	assert_string_equal(path.field->name, "description");
	assert_string_equal(json_get_string(model_path_parent(&path, doc, false), "uuid"), "B");
	path = path_of_case(PREVIOUS "[A]");
	assert_string_equal(json_get_string(model_path_get(&path, doc), "description"), "x");
	assert_true(json_is_array(model_path_parent(&path, doc, false)));
	path = path_of_case(PREVIOUS "[C].description");
	assert_null(model_path_get(&path, doc));
	path = path_of_case(PREVIOUS "[+]");
	assert_string_equal(path.step[1].item, "+");
	json_free(doc);
}

static void paths_set_and_remove(void **state)
{
	(void)state;
	struct json *doc = js("{'hospitalization':{'uuid':'H','previousHospitalizations':[{'uuid':'A'},{'uuid':'B'}]}}");
	struct model_path path = path_of_case(PREVIOUS "[B].description");
	assert_int_equal(model_path_set(&path, doc, json_new_string("z"), NULL), ST_OK);
	path = path_of_case(PREVIOUS "[A]");
	assert_int_equal(model_path_set(&path, doc, NULL, NULL), ST_OK);
	path = path_of_case("epiData.exposureDetailsKnown");
	assert_int_equal(model_path_set(&path, doc, json_new_string("YES"), NULL), ST_OK);
	path = path_of_case("therapy.treatmentStarted");
	assert_int_equal(model_path_set(&path, doc, NULL, NULL), ST_OK);
	struct json *wanted = js("{'hospitalization':{'uuid':'H','previousHospitalizations':[{'uuid':'B','description':'z'}]},"
		"'epiData':{'exposureDetailsKnown':'YES'}}");
	assert_true(json_equal(doc, wanted));
	path = path_of_case(PREVIOUS "[A].description");
	assert_int_equal(model_path_set(&path, doc, json_new_string("z"), NULL), ST_NOT_FOUND);
	path = path_of_case(PREVIOUS "[A]");
	assert_int_equal(model_path_set(&path, doc, json_new_object(), NULL), ST_NOT_FOUND);
	assert_true(json_equal(doc, wanted));
	json_free(wanted);
	json_free(doc);
}

static void what_is_no_path_is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = {"", ".", "disease.", ".disease", "disease.x", "nothing", "hospitalization..x", "disease[A]",
		"hospitalization[A]",
		PREVIOUS ".description", PREVIOUS "[A", PREVIOUS "[]", PREVIOUS "[A]x",
			PREVIOUS "[0123456789012345678901234567890123456].description",
		"epiData.epiData", "uuid uuid",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct model_path path = {.count = 77};
		struct err err = {0};
		if (model_parse_path(the_model, KIND_CASES, wrong[i], &path, &err) != ST_INVALID || path.count != 77 || !err.depth)
			fail_msg("\"%s\" was taken for a path", wrong[i]);
	}
}

/* ---- differences ---- */

static void write_change(void *ctx, const char *path, const struct model_field *f, const struct json *a, const struct json *b)
{
	(void)f;
	char *x = json_print(a, NULL);
	char *y = json_print(b, NULL);
	buf_printf(ctx, "%s: %s > %s\n", path, x, y);
	mem_free(x);
	mem_free(y);
}

static void differences_are(enum kind kind, const char *a, const char *b, const char *expected)
{
	struct json *x = js(a), *y = js(b);
	struct buf out;
	buf_init(&out, 0);
	model_diff(model_of_kind(the_model, kind), x, y, write_change, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_done(&out);
	json_free(x);
	json_free(y);
}

static void differences_are_told_leaf_by_leaf(void **state)
{
	(void)state;
	differences_are(KIND_CASES, "{'disease':'EVD','changeDate':1,'hospitalization':{'uuid':'H','isolated':'NO'},'new':1}",
		"{'disease':'CSM','changeDate':2,'hospitalization':{'uuid':'H','isolated':'YES','description':'x'},'new':2}",
		"disease: \"EVD\" > \"CSM\"\nhospitalization.isolated: \"NO\" > \"YES\"\nhospitalization.description: null > \"x\"\nnew: 1 > 2\n");
	differences_are(KIND_PERSONS, "{'addresses':[{'uuid':'A','city':'x'},{'uuid':'B'}]}",
		"{'addresses':[{'uuid':'C'},{'uuid':'A','city':'y'}]}",
		"addresses[A].city: \"x\" > \"y\"\naddresses[B]: {\"uuid\":\"B\"} > null\naddresses[C]: null > {\"uuid\":\"C\"}\n");
	differences_are(KIND_PERSONS, "{'addresses':[{'city':'x'}]}", "{'addresses':[{'city':'y'}]}",
		"addresses: [{\"city\":\"x\"}] > [{\"city\":\"y\"}]\n");
	differences_are(KIND_PERSONS, "{'nickname':'','phone':'1'}", "{'nickname':null,'phone':'2'}", "");
}

/* ---- demands ---- */

static void write_problem(void *ctx, const char *path, const struct model_field *f, const struct message *what)
{
	(void)f;
	char text[300];
	message_text(what, text, sizeof text);
	buf_printf(ctx, "%s: %s\n", path, text);
}

static void problems_are(enum kind kind, const char *doc, const char *expected)
{
	struct json *v = js(doc);
	struct buf out;
	buf_init(&out, 0);
	size_t count = model_check_demands(the_model, kind, v, write_problem, &out);
	assert_string_equal(buf_text(&out), expected);
	size_t lines = 0;
	for (const char *p = expected; *p; p++)
		lines += *p == '\n';
	assert_int_equal(count, lines);
	assert_int_equal(model_check_demands(the_model, kind, v, NULL, NULL), count);
	buf_done(&out);
	json_free(v);
}

#define UUID "'AAAAAA-BBBBBB-CCCCCC-DDDDDDDD'"
#define REF "{'uuid':" UUID "}"
#define CASE_OK "'uuid':" UUID ",'disease':'EVD','person':" REF ",'reportDate':1795395600000,'responsibleRegion':" REF \
	",'responsibleDistrict':" REF

static void what_the_server_demands_is_found(void **state)
{
	(void)state;
	problems_are(KIND_CASES, "{" CASE_OK "}", "");
	problems_are(KIND_PERSONS, "{'uuid':" UUID ",'firstName':'  ','sex':'FEMALE'}",
		"firstName: must be filled in\nlastName: must be filled in\n");
	problems_are(KIND_CASES, "{" CASE_OK ",'epiData':{'uuid':" UUID ",'exposures':[{'uuid':" UUID "}]}}",
		"epiData.exposures[AAAAAA-BBBBBB-CCCCCC-DDDDDDDD].exposureType: must be filled in\n");
	problems_are(KIND_CASES, "{" CASE_OK ",'outcome':'BETTER'}", "outcome: \"BETTER\" is none of the choices\n");
	problems_are(KIND_CASES, "{" CASE_OK ",'reinfectionDetails':{'NOTHING':true}}",
		"reinfectionDetails: \"NOTHING\" is none of the choices\n");
	problems_are(KIND_CASES, "{" CASE_OK ",'reportLat':90.5}", "reportLat: more than 90\n");
	problems_are(KIND_CASES, "{" CASE_OK ",'healthFacility':{'uuid':'short'}}",
		"healthFacility: \"short\" is no uuid that the server takes\n");
	problems_are(KIND_CASES, "{" CASE_OK ",'quarantineTo':1.5}", "quarantineTo: not a value of this field\n");
	problems_are(KIND_CASES, "{" CASE_OK ",'hospitalization':[]}", "hospitalization: not a value of this field\n");
	problems_are(KIND_CASES, "[]", ": not a record\n");
	problems_are(KIND_CASES, "{" CASE_OK ",'uuid2':1}", "");
}

/* One place is known here: DISTRI lies in REGION-A, and the facility HOSPIT in DISTRI. */
static bool lies_elsewhere(void *ctx, enum kind kind, const char *uuid, const char *key, const char *above)
{
	(void)ctx;
	if (kind == KIND_DISTRICTS && !strcmp(uuid, "DISTRI") && !strcmp(key, "region"))
		return strcmp(above, "REGION-A") != 0;
	return kind == KIND_FACILITIES && !strcmp(uuid, "HOSPIT") && !strcmp(key, "district") && strcmp(above, "DISTRI") != 0;
}

static void refused_are(enum kind kind, const char *doc, const char *problems)
{
	struct model_surroundings around = {{2026, 11, 29}, lies_elsewhere, NULL};
	struct json *v = js(doc);
	struct buf out;
	buf_init(&out, 0);
	size_t count = model_check_business(kind, v, &around, write_problem, &out);
	assert_string_equal(buf_text(&out), problems);
	assert_int_equal(model_check_business(kind, v, &around, NULL, NULL), count);
	buf_done(&out);
	json_free(v);
}

static void what_the_server_would_refuse_with_a_sentence_is_found(void **state)
{
	(void)state;
	refused_are(KIND_CASES, "{'responsibleRegion':{'uuid':'REGION-A'},'responsibleDistrict':{'uuid':'DISTRI'}}", "");
	refused_are(KIND_CASES, "{'responsibleRegion':{'uuid':'REGION-B'},'responsibleDistrict':{'uuid':'DISTRI'}}",
		"responsibleDistrict: this district lies in another region\n");
	/* without a place of stay the facility lies in the responsible one */
	refused_are(KIND_CASES, "{'responsibleDistrict':{'uuid':'OTHER'},'healthFacility':{'uuid':'HOSPIT'}}",
		"healthFacility: this facility lies in another district\n");
	refused_are(KIND_CASES, "{'responsibleDistrict':{'uuid':'OTHER'},'region':{'uuid':'REGION-A'},"
		"'district':{'uuid':'DISTRI'},'healthFacility':{'uuid':'HOSPIT'}}", "");
	refused_are(KIND_CASES, "{'district':{'uuid':'NOT-KNOWN-HERE'},'region':{'uuid':'REGION-B'}}", "");
	refused_are(KIND_PERSONS, "{'address':{'district':{'uuid':'DISTRI'}}}",
		"address.region: a district or a facility needs its region\n");
	refused_are(KIND_PERSONS, "{'birthdateMM':13}", "birthdateMM: a month is a number from 1 to 12\n");
	refused_are(KIND_PERSONS, "{'birthdateDD':31}", "");
	refused_are(KIND_PERSONS, "{'birthdateDD':29,'birthdateMM':2}", "");
	refused_are(KIND_PERSONS, "{'birthdateDD':29,'birthdateMM':2,'birthdateYYYY':2023}", "birthdateDD: there is no such day\n");
	refused_are(KIND_PERSONS, "{'birthdateDD':4294967297}", "birthdateDD: there is no such day\n");
	refused_are(KIND_PERSONS, "{'birthdateDD':29,'birthdateMM':11,'birthdateYYYY':2026}", "");
	refused_are(KIND_PERSONS, "{'birthdateDD':30,'birthdateMM':11,'birthdateYYYY':2026}",
		"birthdateYYYY: a birth cannot lie in the future\n");
	refused_are(KIND_PERSONS, "{'personContactDetails':[{'personContactDetailType':'PHONE','primaryContact':true},"
		"{'personContactDetailType':'PHONE','primaryContact':true},{'personContactDetailType':'EMAIL','primaryContact':true}]}",
		"personContactDetails: only one phone number can be the primary one\n");
}

static void texts_have_the_servers_lengths(void **state)
{
	(void)state;
	struct buf doc;
	buf_init(&doc, 0);
	buf_add_text(&doc, "{" CASE_OK ",'epidNumber':'");
	for (int i = 0; i < 512; i++)
		buf_add_text(&doc, "\u00e9");
	size_t len = doc.len;
	buf_add_text(&doc, "'}");
	problems_are(KIND_CASES, buf_text(&doc), "");
	doc.len = len;
	buf_add_text(&doc, "x'}");
	problems_are(KIND_CASES, buf_text(&doc), "epidNumber: longer than 512 characters; shorten it\n");
	/* beyond the first plane a character counts twice */
	doc.len = len - 2;
	buf_add_text(&doc, "\U0001f600'}");
	problems_are(KIND_CASES, buf_text(&doc), "epidNumber: longer than 512 characters; shorten it\n");
	buf_done(&doc);
}

/* ---- making whole ---- */

static void what_is_pushed_lacks_nothing_and_has_nothing_refused(void **state)
{
	(void)state;
	struct json *doc = js("{'contextReference':{'uuid':'X'},'changeDate':5,'observerUsers':null,'key':1}");
	struct json *wanted = js("{'changeDate':5,'observerUsers':[],'key':1}");
	model_prepare_for_push(the_model, KIND_TASKS, NULL, doc);
	assert_true(json_equal(doc, wanted));
	json_free(doc);
	json_free(wanted);
	doc = js("{'changeDate':7,'therapy':{'uuid':'T','changeDate':0},"
		"'hospitalization':{'uuid':'H','changeDate':3,'previousHospitalizations':null},"
		"'epiData':{'uuid':'E','exposures':[{'uuid':'X','changeDate':0}]}}");
	wanted = js("{'changeDate':7,'therapy':{'uuid':'T'},'hospitalization':{'uuid':'H','changeDate':3,'previousHospitalizations':[]},"
		"'epiData':{'uuid':'E','exposures':[{'uuid':'X'}],'activitiesAsCase':[]}}");
	model_prepare_for_push(the_model, KIND_CASES, NULL, doc);
	struct json *after = json_copy(doc);
	model_prepare_for_push(the_model, KIND_CASES, NULL, doc);
	assert_true(json_equal(doc, after));
	if (!json_equal(doc, wanted))
		fail_msg("expected %s, got %s", json_print(wanted, NULL), json_print(doc, NULL));
	json_free(after);
	json_free(doc);
	json_free(wanted);
}

static void a_new_record_gets_all_its_parts(void **state)
{
	(void)state;
	struct rand r;
	rand_init(&r, 1);
	struct json *doc = js("{'disease':'EVD','symptoms':{'uuid':'MINE','fever':'YES'},'hospitalization':null}");
	model_complete_new(the_model, KIND_CASES, doc, &r, 1795395600000);
	assert_string_equal(json_get_string(json_get(doc, "symptoms"), "uuid"), "MINE");
	int64_t created = 0;
	assert_true(json_get_int(doc, "creationDate", &created) && created == 1795395600000);
	static const char *const parts[] = {"healthConditions", "hospitalization", "epiData", "therapy", "clinicalCourse",
		"maternalHistory", "portHealthInfo"};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const char *uuid = json_get_string(json_get(doc, parts[i]), "uuid");
		if (!uuid || strlen(uuid) != 29)
			fail_msg("%s has no uuid", parts[i]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(uuid, json_get_string(json_get(doc, parts[j]), "uuid"));
	}
	assert_true(json_is_array(json_get(json_get(doc, "hospitalization"), "previousHospitalizations")));
	assert_true(json_is_null(json_get(doc, "sormasToSormasOriginInfo")));
	struct json *again = json_copy(doc);
	model_complete_new(the_model, KIND_CASES, doc, &r, 99);
	assert_true(json_equal(doc, again));
	json_free(again);
	json_free(doc);

	struct json *item = model_new_item(field("EpiDataDto", "exposures"), &r, 5);
	assert_int_equal(strlen(json_get_string(item, "uuid")), 29);
	assert_int_equal(strlen(json_get_string(json_get(item, "location"), "uuid")), 29);
	json_free(item);
}

static void a_path_was_changed_when_the_newest_object_on_it_was(void **state)
{
	static const struct { const char *path; int64_t expected; } cases[] = {
		{ "additionalDetails", 5 }, { "hospitalization.dischargeDate", 7 }, { "hospitalization", 7 }, { "symptoms.fever", 5 },
		{ "hospitalization.previousHospitalizations[A].description", 9 }, { "hospitalization.previousHospitalizations[A]", 9 },
		{ "hospitalization.previousHospitalizations[GONE].description", 7 }, { "epiData.contactWithSourceCaseKnown", 5 },
	};
	(void)state;
	struct json *doc = js("{'changeDate':5,'hospitalization':{'changeDate':7,'previousHospitalizations':[{'uuid':'A','changeDate':9}]},"
		"'symptoms':{'changeDate':4},'epiData':{},'therapy':{'changeDate':100}}");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct model_path path;
		assert_int_equal(model_parse_path(the_model, KIND_CASES, cases[i].path, &path, NULL), ST_OK);
		if (model_path_change_date(&path, doc) != cases[i].expected)
			fail_msg("%s: changed at %lld, expected %lld", cases[i].path, (long long)model_path_change_date(&path, doc), (long long)cases[i].expected);
		assert_int_equal(model_path_change_date(&path, NULL), 0);
	}
	json_free(doc);
}

/* ---- visible ---- */

static bool has_nothing(void *ctx, const char *name)
{
	(void)name;
	(*(int *)ctx)++;
	return false;
}

static void a_field_is_shown_for_its_diseases_countries_features_and_rights(void **state)
{
	(void)state;
	const struct model_field *plague = field("CaseDataDto", "plagueType");
	assert_true(model_field_visible(plague, &(struct model_scope){.disease = "PLAGUE"}));
	assert_false(model_field_visible(plague, &(struct model_scope){.disease = "EVD"}));
	assert_true(model_field_visible(plague, &(struct model_scope){0}));
	const struct model_field *german = field("CaseDataDto", "prohibitionToWorkFrom");
	assert_false(model_field_visible(german, &(struct model_scope){0}));
	assert_true(model_field_visible(german, &(struct model_scope){.country = "de"}));
	const struct model_field *not_german = field("CaseDataDto", "epidNumber");
	assert_true(model_field_visible(not_german, &(struct model_scope){0}));
	assert_false(model_field_visible(not_german, &(struct model_scope){.country = "de"}));
	const struct model_field *not_rsv = field("CaseDataDto", "classificationDate");
	assert_false(model_field_visible(not_rsv, &(struct model_scope){.disease = "RESPIRATORY_SYNCYTIAL_VIRUS"}));
	int asked = 0;
	assert_false(model_field_visible(field("CaseDataDto", "clinicianName"), &(struct model_scope){.has_right = has_nothing,
		.ctx = &asked}));
	assert_int_equal(asked, 1);
	assert_false(model_field_visible(field("CaseDataDto", "caseReferenceNumber"), &(struct model_scope){.has_feature = has_nothing,
		.ctx = &asked}));
	assert_true(model_field_visible(field("CaseDataDto", "disease"), &(struct model_scope){.has_feature = has_nothing,
		.has_right = has_nothing, .ctx = &asked}));
	assert_int_equal(asked, 2);
}

/* 50,000 members are looked up, and as many names that are not there; CPU seconds. */
static double look_up_all(const struct collide *c, bool colliding)
{
	enum { KEYS = 50000 };
	char name[COLLIDE_BLOCK * COLLIDE_STAGES + 1];
	struct json *object = json_new_object();
	struct model_index index;
	double begun;

	for (uint32_t i = 0; i < KEYS; i++) {
		collide_name(c, i, colliding, name);
		json_add(object, name, json_new_int((int64_t)i));
	}
	begun = collide_seconds();
	model_index_keys(&index, object);
	for (uint32_t i = 0; i < 65536; i++) {
		int64_t value = -1;
		const struct json *found;

		collide_name(c, i, colliding, name);
		found = model_index_find(&index, name);
		if (found)
			json_int(found, &value);
		if (value != (i < KEYS ? (int64_t)i : -1))
			fail_msg("%s: found %lld, expected member %u", name, (long long)value, i);
	}
	model_index_done(&index);
	begun = collide_seconds() - begun;
	json_free(object);
	return begun;
}

static void names_that_were_chosen_to_collide_are_found_as_quickly_as_others(void **state)
{
	struct collide c;
	double harmless, hostile;
	(void)state;
	collide_init(&c);
	harmless = look_up_all(&c, false);
	hostile = look_up_all(&c, true);
	if (hostile > 20 * harmless + 0.2)
		fail_msg("50,000 colliding names took %.3f s of the processor, as many others %.3f s", hostile, harmless);
}

static void of_many_items_with_one_uuid_the_first_is_found(void **state)
{
	(void)state;
	for (int count = 200; count <= 300; count += 50) {
		struct json *list = json_new_array();
		struct model_index index;

		for (int i = 0; i < count; i++) {
			struct json *item = json_new_object();

			json_set(item, "uuid", json_new_string(i % 100 == 3 ? "SAME" : i % 2 ? "ODD" : "EVEN"));
			json_set(item, "n", json_new_int(i));
			json_append(list, item);
		}
		model_index_items(&index, list);
		assert_false(index.clean);
		assert_ptr_equal(model_index_find(&index, "SAME"), json_at(list, 3));
		assert_ptr_equal(model_index_find(&index, "ODD"), json_at(list, 1));
		assert_ptr_equal(model_index_find(&index, "EVEN"), json_at(list, 0));
		assert_null(model_index_find(&index, "NONE"));
		model_index_done(&index);
		json_free(list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_has_its_type_and_name),
		cmocka_unit_test(kinds_know_their_rights),
		cmocka_unit_test(references_lead_to_kinds),
		cmocka_unit_test(fields_are_found_by_name_and_know_their_place),
		cmocka_unit_test(a_field_has_the_dictionarys_facts),
		cmocka_unit_test(roles_are_those_of_the_design),
		cmocka_unit_test(days_instants_and_truncated_dates_are_told_apart),
		cmocka_unit_test(values_of_several_parts_are_grouped),
		cmocka_unit_test(the_parts_of_one_value_are_those_of_the_design),
		cmocka_unit_test(the_model_is_the_dictionary),
		cmocka_unit_test(a_broken_model_is_refused),
		cmocka_unit_test(values_are_equal_as_the_design_says),
		cmocka_unit_test(truncated_dates_are_equal_within_their_day),
		cmocka_unit_test(objects_are_equal_without_bookkeeping),
		cmocka_unit_test(lists_are_equal_in_any_order),
		cmocka_unit_test(lists_of_references_are_equal_by_their_uuids),
		cmocka_unit_test(an_empty_list_is_an_absent_one),
		cmocka_unit_test(names_that_were_chosen_to_collide_are_found_as_quickly_as_others),
		cmocka_unit_test(of_many_items_with_one_uuid_the_first_is_found),
		cmocka_unit_test(paths_lead_into_parts_and_items),
		cmocka_unit_test(paths_set_and_remove),
		cmocka_unit_test(what_is_no_path_is_refused),
		cmocka_unit_test(differences_are_told_leaf_by_leaf),
		cmocka_unit_test(what_the_server_demands_is_found),
		cmocka_unit_test(what_the_server_would_refuse_with_a_sentence_is_found),
		cmocka_unit_test(texts_have_the_servers_lengths),
		cmocka_unit_test(what_is_pushed_lacks_nothing_and_has_nothing_refused),
		cmocka_unit_test(a_new_record_gets_all_its_parts),
		cmocka_unit_test(a_path_was_changed_when_the_newest_object_on_it_was),
		cmocka_unit_test(a_field_is_shown_for_its_diseases_countries_features_and_rights),
	};
	return cmocka_run_group_tests_name("model", tests, load_model, free_model);
}
