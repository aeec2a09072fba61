/* The form language, expression by expression (forms.md "The language"). */
#include "form_fixture.h"

static const char record[] =
	"{\"uuid\":\"C\",\"disease\":\"EVD\",\"deleted\":true,\"reportDate\":1795219200000,\"outcome\":\"\","
	"\"healthFacility\":{\"uuid\":\"FACILITY\",\"caption\":\"Daru CHC\"},\"additionalDetails\":\"ünï 12\","
	"\"hospitalization\":{\"uuid\":\"H\",\"admissionDate\":1795132800000,\"durationOfHospitalization\":5,\"previousHospitalizations\":["
	"{\"uuid\":\"A\",\"admissionDate\":1790000000000,\"dischargeDate\":1791000000000,\"icuLengthOfStay\":3},"
	"{\"uuid\":\"B\",\"admissionDate\":1790500000000,\"dischargeDate\":1792000000000,\"healthFacility\":{\"uuid\":\"OTHER\"}}]}}";

struct row { const char *expression, *type, *string; };

static void check_at(const char *at, const struct row *rows, size_t count)
{
	struct json *doc = fixture_json(record);
	struct json *person = fixture_json("{\"uuid\":\"P\",\"firstName\":\"Fatu\",\"birthdateYYYY\":1990}");
	struct form_env env = {.now_ms = FIXTURE_NOW, .person = person, .scope = {.country = "de"}};
	for (size_t i = 0; i < count; i++) {
		struct form_value v;
		struct err err = {0};
		enum status st = form_eval(fixture_model, rows[i].expression, doc, model_of_kind(fixture_model, KIND_CASES), at, &env, &v, &err);
		if (st != ST_OK) {
			char why[300];
			err_text(&err, why, sizeof why);
			if (rows[i].type)
				fail_msg("%s: %s", rows[i].expression, why);
			if (!strstr(why, rows[i].string))
				fail_msg("%s: the error is \"%s\", expected \"%s\" in it", rows[i].expression, why, rows[i].string);
			continue;
		}
		if (!rows[i].type)
			fail_msg("%s: gave %s, expected the error \"%s\"", rows[i].expression, v.string, rows[i].string);
		if (strcmp(v.string, rows[i].string) != 0 || strcmp(form_value_type_name(v.type), rows[i].type) != 0)
			fail_msg("%s: gave %s \"%s\", expected %s \"%s\"", rows[i].expression, form_value_type_name(v.type), v.string, rows[i].type, rows[i].string);
		form_value_done(&v);
	}
	json_free(doc);
	json_free(person);
}

#define CHECK(at, ...) do { static const struct row rows[] = {__VA_ARGS__}; check_at((at), rows, sizeof rows / sizeof *rows); } while (0)

static void operators_bind_as_in_xpath(void **state)
{
	(void)state;
	CHECK(NULL, {"1 + 2 * 3", "number", "7"}, {"(1 + 2) * 3", "number", "9"}, {"10 div 4", "number", "2.5"}, {"-7 mod 3", "number", "-1"}, {"7 mod -3", "number", "1"},
		{"1 = 1 and 2 > 3 or true()", "boolean", "true"}, {"7mod 4", "number", "3"}, {"5.div 2", "number", "2.5"}, {"1and 0", "boolean", "false"},
		{"1e5", NULL, "column 2: a number runs into a name"}, {"1and 2x", NULL, "column 7: a number runs into"}, {"1 + and 2", NULL, "column 5: a value is expected"}, {"2 - -3", "number", "5"}, {"1 < 2 = true()", "boolean", "true"}, {"1 div 0", "number", "Infinity"},
		{"-1 div 0", "number", "-Infinity"}, {"0 div 0", "number", "NaN"}, {"3 - 1 - 1", "number", "1"});
}

static void numbers_are_written_short_and_without_exponent(void **state)
{
	(void)state;
	CHECK(NULL, {"0.1 + 0.2", "number", "0.30000000000000004"}, {"1 div 3", "number", "0.3333333333333333"}, {"100000 * 10000000000", "number", "1000000000000000"},
		{"1 div 1000000", "number", "0.000001"}, {"-0 * 1", "number", "0"}, {"string(1.50)", "string", "1.5"}, {"pow(2, 70)", "number", "1180591620717411300000"});
}

static void words_and_impossible_dates_are_no_numbers(void **state)
{
	(void)state;
	CHECK(NULL, {"number('x')", "number", "NaN"}, {"'' < 1", "boolean", "false"}, {"'' >= 1", "boolean", "false"}, {"number('2026-02-30')", "number", "NaN"},
		{"number(' 12 ')", "number", "12"}, {"number('1e3')", "number", "NaN"}, {"number('1970-01-02')", "number", "1"}, {"number(true())", "number", "1"},
		{"not('x' > 1)", "boolean", "true"});
}

static void equality_goes_by_boolean_then_number_then_text(void **state)
{
	(void)state;
	CHECK(NULL, {"true() = 'x'", NULL, "condition"}, {"'1' = 1.0", "boolean", "true"}, {"'a' = 'a'", "boolean", "true"}, {"'1' = '1.0'", "boolean", "false"},
		{"date('2026-01-02') = '2026-01-02'", "boolean", "true"}, {"date('2026-01-02') != ''", "boolean", "true"}, {"'' = ''", "boolean", "true"},
		{"now() = today()", "boolean", "true"}, {"now() > '2026-11-22'", "boolean", "false"}, {"${deleted} = true()", "boolean", "true"});
}

static void names_are_looked_up_from_the_field_outwards(void **state)
{
	(void)state;
	CHECK("hospitalization.admissionDate", {".", "date", "2026-11-20"}, {"${durationOfHospitalization}", "number", "5"}, {"${disease}", "string", "EVD"},
		{"${healthFacility}", "string", "FACILITY"}, {"${/hospitalization/admissionDate}", "date", "2026-11-20"}, {"${sharedToCountry}", "boolean", "false"},
		{"${dischargeDate}", "string", ""}, {"${/person/firstName}", "string", "Fatu"}, {"${/person/lastName}", "string", ""}, {"../admissionDate", "date", "2026-11-20"});
	CHECK("hospitalization.previousHospitalizations[B].admissionDate", {"${healthFacility}", "string", "OTHER"}, {"${dischargeDate}", "date", "2026-10-14"},
		{"${durationOfHospitalization}", "number", "5"}, {"position(..)", "number", "2"});
}

static void repeats_are_nodesets_from_outside(void **state)
{
	(void)state;
	CHECK(NULL, {"count(${previousHospitalizations})", "number", "2"}, {"${icuLengthOfStay}", "string", ""}, {"sum(${/hospitalization/previousHospitalizations}/icuLengthOfStay)", "number", "3"},
		{"count-non-empty(${/hospitalization/previousHospitalizations}/healthFacility)", "number", "1"}, {"max(${/hospitalization/previousHospitalizations}/dischargeDate)", "date", "2026-10-14"},
		{"count(${previousHospitalizations}[icuLengthOfStay > 2])", "number", "1"}, {"count(${previousHospitalizations}[position() = 2])", "number", "1"},
		{"indexed-repeat(${dischargeDate}, ${previousHospitalizations}, 1)", "date", "2026-10-03"}, {"join('-', ${/hospitalization/previousHospitalizations}/admissionDate)", "string", "2026-09-21-2026-09-27"},
		{"${/hospitalization/previousHospitalizations}/admissionDate = '2026-09-27'", "boolean", "true"});
	CHECK("hospitalization.previousHospitalizations[A].admissionDate",
		{"count(${previousHospitalizations}[position() != position(current()/..) and admissionDate < ${dischargeDate} and dischargeDate > ${admissionDate}])", "number", "1"});
}

static void texts_are_counted_in_characters(void **state)
{
	(void)state;
	CHECK(NULL, {"string-length('e\xcc\x81t\xc3\xa9')", "number", "3"}, {"substr('h\xc3\xa9llo', 1, 3)", "string", "\xc3\xa9l"}, {"substr('hello', -3)", "string", "llo"}, {"substr('abc', 2, 1)", "string", ""},
		{"upper-case('stra\xc3\x9f" "e \xc3\xa9')", "string", "STRASSE \xc3\x89"}, {"normalize-space('  a   b ')", "string", "a b"}, {"translate('abcabc', 'ab', 'x')", "string", "xcxc"},
		{"substring-before('a-b', '-')", "string", "a"}, {"substring-after('a-b', '-')", "string", "b"}, {"concat('a', 1, true())", "string", "a1true"},
		{"contains('abc', 'b') and starts-with('abc', 'a') and ends-with('abc', 'c')", "boolean", "true"});
}

static void dates_are_days_of_the_zone(void **state)
{
	(void)state;
	CHECK(NULL, {"today()", "date", "2026-11-22"}, {"today() + 7", "number", "20786"}, {"date(today() - 365)", "date", "2025-11-22"}, {"date('x')", "string", ""}, {"date(2932896)", "date", "9999-12-31"}, {"date(2932897)", "string", ""}, {"date(-719528)", "date", "0000-01-01"},
		{"date(-719529)", "string", ""},
		{"format-date(today(), '%a %e %b %Y %y %m %n %d')", "string", "Sun 22 Nov 2026 26 11 11 22"}, {"format-date-time(now(), '%H:%M:%S')", "string", "10:00:00"},
		{"decimal-date-time('1970-01-02T12:00:00Z')", "number", "1.5"}, {"age('2000-11-23')", "number", "25"}, {"age('2000-11-22')", "number", "26"}, {"age('2000-02-29', '2025-02-28')", "number", "24"});
}

static void functions_of_several_choices_go_by_words(void **state)
{
	(void)state;
	CHECK(NULL, {"selected('a b c', 'b')", "boolean", "true"}, {"selected('abc', 'b')", "boolean", "false"}, {"count-selected(' a  b ')", "number", "2"}, {"selected-at('a b', 1)", "string", "b"},
		{"selected-at('a b', 2)", "string", ""}, {"country('fr de')", "boolean", "true"}, {"country('FR DE')", "boolean", "true"}, {"disease('LASSA EVD')", "boolean", "true"}, {"disease('LASSA')", "boolean", "false"});
}

static void selected_asks_for_one_choice(void **state)
{
	(void)state;
	CHECK(NULL, {"selected('a b', ' a ')", "boolean", "true"}, {"selected('a b', 'a zzz')", "boolean", "false"}, {"selected('a b', 'a b')", "boolean", "false"},
		{"selected('a b', '')", "boolean", "false"});
}

static void a_time_of_day_keeps_its_digits(void **state)
{
	(void)state;
	CHECK(NULL, {"decimal-time('10:00')", "number", "0.4166666666666667"}, {"decimal-time(date-time('2026-11-22T10:00:00Z'))", "number", "0.4166666666666667"},
		{"decimal-time(date-time('1969-12-31T10:00:00Z'))", "number", "0.4166666666666667"}, {"decimal-time(date('2026-11-22'))", "number", "0"});
}

static void rounding_and_extremes(void **state)
{
	(void)state;
	CHECK(NULL, {"round(2.5)", "number", "3"}, {"round(-2.5)", "number", "-2"}, {"round(0.49999999999999994)", "number", "0"}, {"int(-2.7)", "number", "-2"}, {"round(1.25, 1)", "number", "1.3"},
		{"min('', 3, 2)", "number", "2"}, {"sum('', 3, 2)", "number", "5"}, {"max('')", "number", "NaN"}, {"abs(-3)", "number", "3"}, {"coalesce('', 3)", "number", "3"}, {"once('x')", "string", "x"});
}

/* forms.md "Lengths in code points (NFC)": what looks into a text sees it as "=" does. E is e with an acute accent as two characters. */
#define E "e\xcc\x81"
#define E_ONE "\xc3\xa9"

static void looking_into_a_text_goes_by_its_characters(void **state)
{
	(void)state;
	CHECK(NULL, {"'" E "' = '" E_ONE "'", "boolean", "true"}, {"contains('" E "', '" E_ONE "')", "boolean", "true"}, {"contains('" E "', 'e')", "boolean", "false"},
		{"starts-with('" E "a', 'e')", "boolean", "false"}, {"starts-with('" E "a', '" E_ONE "')", "boolean", "true"}, {"ends-with('a" E "', '" E_ONE "')", "boolean", "true"},
		{"ends-with('" E "', '\xcc\x81')", "boolean", "false"}, {"substring-before('a" E "b', '" E_ONE "')", "string", "a"},
		{"substring-after('a" E_ONE "b', '" E "')", "string", "b"}, {"substring-before('" E "', '\xcc\x81')", "string", ""}, {"translate('" E "', 'e', 'x')", "string", E_ONE},
		{"translate('" E "', '" E_ONE "', 'x')", "string", "x"}, {"selected('a " E "', '" E_ONE "')", "boolean", "true"}, {"regex('" E "', '.')", "boolean", "true"});
}

static void white_space_is_that_of_xpath(void **state)
{
	(void)state;
	CHECK(NULL, {"normalize-space('\t a\r\n b ')", "string", "a b"}, {"normalize-space('a\v\fb')", "string", "a\v\fb"}, {"count-selected('a\fb')", "number", "1"},
		{"number('\n1\t')", "number", "1"}, {"number('\f1')", "number", "NaN"}, {"normalize-space('\xc2\xa0')", "string", "\xc2\xa0"});
}

static void zero_keeps_its_sign_and_is_written_without(void **state)
{
	(void)state;
	CHECK(NULL, {"1 div round(-0.2)", "number", "-Infinity"}, {"1 div round(-0.5)", "number", "-Infinity"}, {"1 div round(0.2)", "number", "Infinity"}, {"round(-0.2)", "number", "0"},
		{"1 div -0", "number", "-Infinity"}, {"string(-0)", "string", "0"}, {"1 div int(-0.5)", "number", "-Infinity"}, {"-0 = 0", "boolean", "true"}, {"round(-1250, -2)", "number", "-1200"});
}

static void a_nodeset_beside_yes_or_no_is_one(void **state)
{
	(void)state;
	CHECK(NULL, {"${/hospitalization/previousHospitalizations}/icuLengthOfStay > true()", "boolean", "false"}, {"${/hospitalization/previousHospitalizations} >= true()", "boolean", "true"},
		{"${/hospitalization/previousHospitalizations}[icuLengthOfStay > 9] < true()", "boolean", "true"}, {"${/hospitalization/previousHospitalizations} = true()", "boolean", "true"});
}

static void names_deep_in_lists_give_a_node_an_item(void **state)
{
	(void)state;
	struct form_env env = {.now_ms = FIXTURE_NOW};
	static const struct { const char *record, *expression, *type, *string; bool typed; } rows[] = {
		/* the key is not in the first item, or only in a list of the item's own */
		{"{\"a\":[{\"x\":1},{\"k\":2}]}", "count(${k})", "number", "2", false},
		{"{\"a\":[{\"b\":[{\"x\":1}]},{\"b\":[{\"k\":2},{\"k\":3}]}]}", "join(',', ${k})", "string", ",2,3", false},
		{"{\"a\":[{\"o\":{\"k\":1}},{\"o\":{\"k\":2}}]}", "sum(${k})", "number", "3", false},
		{"{\"o\":{\"p\":{\"k\":7}}}", "${k}", "number", "7", false},
		{"{\"epiData\":{\"exposures\":[{\"uuid\":\"A\",\"location\":{\"city\":\"Bo\"}},{\"uuid\":\"B\"}]}}", "count(${epiData}/exposures/location/city)", "number", "2", true},
		{"{\"epiData\":{\"exposures\":[{\"uuid\":\"A\",\"location\":{\"city\":\"Bo\"}},{\"uuid\":\"B\"}]}}", "join('-', ${epiData}/exposures/location/city)", "string", "Bo-", true},
		{"{\"epiData\":{\"exposures\":[{\"uuid\":\"A\",\"animalVaccinated\":\"YES\"},{\"uuid\":\"B\"}]}}", "count(${animalVaccinated})", "number", "2", true},
		{"{}", "count(${animalVaccinated})", "number", "0", true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct json *doc = fixture_json(rows[i].record);
		struct form_value v;
		struct err err = {0};
		char why[300] = "";
		if (form_eval(fixture_model, rows[i].expression, doc, rows[i].typed ? model_of_kind(fixture_model, KIND_CASES) : NULL, NULL, &env, &v, &err) != ST_OK)
			fail_msg("%s: %s", rows[i].expression, (err_text(&err, why, sizeof why), why));
		if (strcmp(v.string, rows[i].string) != 0 || strcmp(form_value_type_name(v.type), rows[i].type) != 0)
			fail_msg("%s of %s: gave \"%s\", expected \"%s\"", rows[i].expression, rows[i].record, v.string, rows[i].string);
		form_value_done(&v);
		json_free(doc);
	}
}

static void predicates_go_on_from_the_items_keys(void **state)
{
	(void)state;
#define STAYS "${/hospitalization/previousHospitalizations}"
	CHECK(NULL, {"count(" STAYS "[healthFacility/uuid = 'OTHER'])", "number", "1"}, {STAYS "[./healthFacility/uuid = 'OTHER']/uuid", "nodeset", "B"},
		{STAYS "[2]/uuid", "nodeset", "B"}, {"count(" STAYS "[../durationOfHospitalization = 5])", "number", "2"},
		{"count(" STAYS "[count(" STAYS "[icuLengthOfStay = 3]) = 1])", "number", "2"}, {"count(" STAYS "[${/disease} = 'EVD' and position() = 1])", "number", "1"});
	/* a list inside each item: the second of each */
	static const char nested[] = "{\"a\":[{\"b\":[{\"n\":1},{\"n\":2}]},{\"b\":[{\"n\":3},{\"n\":4},{\"n\":5}]}]}";
	static const struct row rows[] = {{"join(',', ${a}/b[2]/n)", "string", "2,4"}, {"join(',', ${a}/b[position() = 2]/n)", "string", "2,4"}, {"join(',', ${a}[sum(b/n) > 4]/b/n)", "string", "3,4,5"},
		{"count(${a}[count(b[n > 1]) = 1])", "number", "1"}, {"join(',', ${a}[b[n = 4]]/b/n)", "string", "3,4,5"}, {"count(${a}[3])", "number", "0"}};
	struct json *doc = fixture_json(nested);
	struct form_env env = {.now_ms = FIXTURE_NOW};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct form_value v;
		assert_int_equal(form_eval(fixture_model, rows[i].expression, doc, NULL, NULL, &env, &v, NULL), ST_OK);
		assert_string_equal(v.string, rows[i].string);
		assert_string_equal(form_value_type_name(v.type), rows[i].type);
		form_value_done(&v);
	}
	json_free(doc);
}

static void a_time_with_an_offset_is_that_of_the_zone(void **state)
{
	(void)state;
	CHECK(NULL, {"decimal-time('06:00:00.000Z')", "number", "0.25"}, {"decimal-time('06:00:00.000+03:00')", "number", "0.125"}, {"decimal-time('01:00:00+03:00')", "number", "0.9166666666666666"},
		{"decimal-time('06:00')", "number", "0.25"}, {"decimal-time('24:00')", "number", "NaN"}, {"decimal-time('06:00x')", "number", "NaN"});
}

/* The zone's clock in days; decimal-date-time alone is UTC's, as ODK has it. */
static void decimal_days_of_a_moment_are_those_of_utc(void **state)
{
	(void)state;
	assert_int_equal(date_set_zone("Africa/Lagos", NULL), ST_OK);
	CHECK(NULL, {"decimal-date-time('1970-01-02T12:00:00Z')", "number", "1.5"}, {"decimal-date-time('1970-01-02')", "number", "0.9583333333333334"},
		{"decimal-date-time(date('1970-01-02'))", "number", "0.9583333333333334"}, {"number(date('1970-01-02'))", "number", "1"},
		{"number(date-time('1970-01-02T12:00:00+01:00'))", "number", "1.5"}, {"string(date-time(1.5))", "string", "1970-01-02T12:00:00.000+01:00"});
	assert_int_equal(date_set_zone("UTC", NULL), ST_OK);
}

static void a_clock_of_before_the_zones_keeps_its_seconds(void **state)
{
	(void)state;
	assert_int_equal(date_set_zone("Europe/Berlin", NULL), ST_OK); /* 53 minutes and 28 seconds until 1893 */
	CHECK(NULL, {"decimal-time(date('1880-01-01'))", "number", "0"}, {"number(date-time(date('1880-01-01')))", "number", "-32872"});
	assert_int_equal(date_set_zone("UTC", NULL), ST_OK);
}

static void blanks_around_a_date_do_not_matter(void **state)
{
	(void)state;
	CHECK(NULL, {"number(' 1970-01-02\n')", "number", "1"}, {"date(' 1970-01-02\n')", "date", "1970-01-02"}, {"format-date('2026-11-19 ', '%e')", "string", "19"},
		{"date-time(' 1970-01-02T12:00:00Z')", "dateTime", "1970-01-02T12:00:00.000+00:00"}, {"date('1970-01-02 x')", "string", ""}, {"now() > ' 2026-11-22'", "boolean", "false"});
}

static void rounding_goes_by_the_digits_that_people_see(void **state)
{
	(void)state;
	CHECK(NULL, {"round(1.005, 2)", "number", "1.01"}, {"round(-1.005, 2)", "number", "-1"}, {"round(2.675, 2)", "number", "2.68"}, {"round(99.95, 1)", "number", "100"},
		{"round(1250, -2)", "number", "1300"}, {"round(-1250, -2)", "number", "-1200"}, {"round(999, -3)", "number", "1000"}, {"round(499, -3)", "number", "0"},
		{"round(5, -2)", "number", "0"}, {"round(0.000001234, 8)", "number", "0.00000123"}, {"round(1 div 3, 400)", "number", "0.3333333333333333"},
		{"round(pow(10, 300), -300)", "number", "1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"}, {"round(1 div 0, 1)", "number", "Infinity"});
}

static void an_indexed_repeat_takes_paths_and_hides_what_is_masked(void **state)
{
	(void)state;
	CHECK(NULL, {"indexed-repeat(${/hospitalization/previousHospitalizations/icuLengthOfStay}, ${/hospitalization/previousHospitalizations}, 1)", "number", "3"},
		{"indexed-repeat(${previousHospitalizations}/admissionDate, ${previousHospitalizations}, 2)", "date", "2026-09-27"},
		{"indexed-repeat(${admissionDate}, ${previousHospitalizations}, 3)", "string", ""}, {"indexed-repeat(${admissionDate}, ${previousHospitalizations}, 0)", "string", ""},
		{"indexed-repeat(${admissionDate}, 3, 1)", NULL, "for each repeat"});
	static const char masked[] = "{\"hospitalization\":{\"previousHospitalizations\":[{\"uuid\":\"A\",\"pseudonymized\":true,\"description\":\"secret\",\"isolated\":\"YES\"}]}}";
	struct json *doc = fixture_json(masked);
	struct form_env env = {.now_ms = FIXTURE_NOW};
	struct form_value v;
	assert_int_equal(form_eval(fixture_model, "indexed-repeat(${description}, ${previousHospitalizations}, 1)", doc, model_of_kind(fixture_model, KIND_CASES), "hospitalization", &env, &v, NULL), ST_OK);
	assert_string_equal(v.string, "");
	form_value_done(&v);
	json_free(doc);
}

static void a_set_has_each_parent_once(void **state)
{
	(void)state;
	CHECK(NULL, {"count(${previousHospitalizations}/..)", "number", "1"}, {"count(${previousHospitalizations}/icuLengthOfStay/..)", "number", "2"},
		{"sum(${previousHospitalizations}/../durationOfHospitalization)", "number", "5"});
}

static void what_stands_in_a_masked_object_is_masked(void **state)
{
	(void)state;
	struct json *doc = fixture_json("{\"pseudonymized\":true,\"healthConditions\":{\"diabetes\":\"YES\"},\"symptoms\":{\"fever\":\"YES\"}}");
	struct form_env env = {.now_ms = FIXTURE_NOW};
	struct form_value v;
	assert_int_equal(form_eval(fixture_model, "concat('a', ${/healthConditions/diabetes}, 'b', ${/symptoms/fever})", doc, model_of_kind(fixture_model, KIND_CASES), NULL, &env, &v, NULL), ST_OK);
	assert_string_equal(v.string, "abYES");
	form_value_done(&v);
	json_free(doc);
}

static void signs_of_other_languages_are_translated(void **state)
{
	(void)state;
	CHECK(NULL, {"1 == 2", NULL, "column 3: \"==\" has no meaning here; write ="}, {"1 && 2", NULL, "write and"}, {"1 || 2", NULL, "write or"}, {"1 <> 2", NULL, "write !="},
		{"7 % 2", NULL, "write mod"}, {". <= today", NULL, "write today() for the function"}, {"abc", NULL, "write ${abc} for a field"},
		{"floor(1.5)", NULL, "write round(x - 0.5)"}, {"round(2 - 0.5)", "number", "2"}, {"round(-2.1 - 0.5)", "number", "-3"}, {"ceiling(1.5)", NULL, "write -round(-x - 0.5)"},
		{"-round(-2 - 0.5)", "number", "2"}, {"-round(-2.1 - 0.5)", "number", "3"}, {"trim(' a ')", NULL, "write normalize-space(x)"}, {"checklist(1, 2)", NULL, "number(a) + number(b)"});
}

/* Without --kind the types are those of the JSON: a list is a set, and an object holds values. */
static void lists_of_plain_json_are_sets_and_words(void **state)
{
	(void)state;
	static const struct row rows[] = {{"count(${n})", "number", "3"}, {"sum(${n})", "number", "6"}, {"max(${n})", "number", "3"}, {"${n}", "nodeset", "1 2 3"}, {"${n}[. > 1]", "nodeset", "2 3"},
		{"${n} = 2", "boolean", "true"}, {"selected(${w}, 'q')", "boolean", "true"}, {"count-selected(${w})", "number", "2"}, {"join(', ', ${w})", "string", "p, q"},
		{"count(${none})", "number", "0"}, {"boolean(${none})", "boolean", "false"}, {"${o}", "nodeset", ""}, {"boolean(${o})", "boolean", "true"}, {"${o}/x", "number", "5"}, {"${marks}", "string", "A C"}};
	struct json *doc = fixture_json("{\"n\":[1,2,3],\"w\":[\"p\",\"q\"],\"none\":[],\"o\":{\"x\":5},\"marks\":{\"A\":true,\"B\":false,\"C\":true}}");
	struct form_env env = {.now_ms = FIXTURE_NOW};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct form_value v;
		assert_int_equal(form_eval(fixture_model, rows[i].expression, doc, NULL, NULL, &env, &v, NULL), ST_OK);
		if (strcmp(v.string, rows[i].string) != 0 || strcmp(form_value_type_name(v.type), rows[i].type) != 0)
			fail_msg("%s: gave %s \"%s\", expected %s \"%s\"", rows[i].expression, form_value_type_name(v.type), v.string, rows[i].type, rows[i].string);
		form_value_done(&v);
	}
	json_free(doc);
}

static void the_place_of_a_dot_has_to_be_one_of_the_model(void **state)
{
	(void)state;
	CHECK("hospitalization.admisionDate", {".", NULL, "did you mean \"admissionDate\"?"});
	CHECK("hospitalisation.admissionDate", {"1", NULL, "did you mean \"hospitalization\"?"});
	CHECK("hospitalization.previousHospitalizations[X].admissionDate", {".", NULL, "the record has no"});
	CHECK("hospitalization.dischargeDate", {".", "string", ""}, {"${admissionDate}", "date", "2026-11-20"});
	CHECK("symptoms.onsetDate", {".", "string", ""});
}

/* Over the step limit everything is '', NaN or false, not its opposite. */
static void what_is_given_up_is_nothing(void **state)
{
	(void)state;
#define LONG "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'"
#define MORE(x) "concat(" x "," x "," x "," x "," x "," x "," x "," x ")"
#define HUGE "regex(concat(" MORE(LONG) ", 'b'), '((a?){100}){95}')"
	CHECK(NULL, {HUGE, "boolean", "false"}, {"not(" HUGE ")", "boolean", "false"}, {"-" HUGE, "number", "NaN"}, {"string(" HUGE ")", "string", ""}, {"number(" HUGE ")", "number", "NaN"},
		{"contains('a', string(" HUGE "))", "boolean", "false"}, {"if(" HUGE ", 1, 2)", "string", ""}, {"count(${previousHospitalizations}[" HUGE "])", "number", "NaN"},
		{HUGE " or true()", "boolean", "false"});
}

static void mistakes_say_where_and_what_instead(void **state)
{
	(void)state;
	CHECK(NULL, {"1 +", NULL, "column 4"}, {"tody()", NULL, "did you mean today()?"}, {"${admisionDate}", NULL, "did you mean \"admissionDate\"?"}, {"substr('a')", NULL, "2 to 3 arguments"},
		{"regex('a', '(')", NULL, "has no )"}, {"1 = 2 = 'true'", NULL, "condition"}, {"abc", NULL, "stands alone"}, {"'a", NULL, "closing quote"}, {"${}", NULL, "needs a name"},
		{"((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))", NULL, "nested"}, {"1 2", NULL, "operator"}, {"${previousHospitalizations}/typo", NULL, "\"typo\""},
		{"${previousHospitalizations}[admisionDate = 1]", NULL, "did you mean \"admissionDate\"?"}, {"1 = ${hospitalization/admisionDate}", NULL, "column 5"},
		{"${previousHospitalizations}[disease = 1]", NULL, "\"disease\""}, {"${/person/firstNam}", NULL, "\"firstName\""}, {"${/disease}/x", NULL, "\"x\""},
		{"indexed-repeat(${icuLengthOfStay}, ${previousHospitalizations}, 1, 2)", NULL, "for each repeat"},
		{"indexed-repeat('icuLengthOfStay', ${previousHospitalizations}, 1)", NULL, "takes a ${name}"}, {"'\xff'", NULL, "UTF-8"}, {"${healthFacility}/caption", NULL, "\"caption\""}, {"\n\n  @", NULL, "line 3, column 3"});
}

/* Whatever is put together from pieces of expressions either is refused or gives a value; it never hangs or crashes. */
static void evaluation_is_total(void **state)
{
	static const char *const pieces[] = {"1", "'x'", ".", "..", "${admissionDate}", "${previousHospitalizations}", "(", ")", "[", "]", " + ", " - ", " * ", " div ", " mod ", " and ", " or ", " = ", " < ",
		",", "not(", "count(", "sum(", "regex(", "substr(", "date(", "join(", "/healthFacility", "today()", "''", "position(", "current()", "-", "99999999999999999999", "if(", "coalesce(", "round("};
	uint64_t seed = getenv("OUTPOST_SEED") ? strtoull(getenv("OUTPOST_SEED"), NULL, 10) : 20261122;
	struct rand r;
	struct json *doc = fixture_json(record);
	struct form_env env = {.now_ms = FIXTURE_NOW};
	int evaluated = 0;
	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	rand_init(&r, seed);
	for (int i = 0; i < 30000; i++) {
		char text[600] = "";
		size_t n = 0;
		for (uint64_t k = rand_below(&r, 9) + 1; k > 0; k--) {
			const char *piece = pieces[rand_below(&r, sizeof pieces / sizeof *pieces)];
			n += (size_t)snprintf(text + n, sizeof text - n, "%s", piece);
		}
		struct form_value v;
		if (form_eval(fixture_model, text, doc, model_of_kind(fixture_model, KIND_CASES), "hospitalization.admissionDate", &env, &v, NULL) != ST_OK)
			continue;
		evaluated++;
		assert_non_null(v.string);
		form_value_done(&v);
	}
	json_free(doc);
	assert_true(evaluated > 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operators_bind_as_in_xpath),
		cmocka_unit_test(numbers_are_written_short_and_without_exponent),
		cmocka_unit_test(words_and_impossible_dates_are_no_numbers),
		cmocka_unit_test(equality_goes_by_boolean_then_number_then_text),
		cmocka_unit_test(names_are_looked_up_from_the_field_outwards),
		cmocka_unit_test(repeats_are_nodesets_from_outside),
		cmocka_unit_test(texts_are_counted_in_characters),
		cmocka_unit_test(dates_are_days_of_the_zone),
		cmocka_unit_test(functions_of_several_choices_go_by_words), cmocka_unit_test(selected_asks_for_one_choice),
		cmocka_unit_test(a_time_of_day_keeps_its_digits),
		cmocka_unit_test(rounding_and_extremes),
		cmocka_unit_test(looking_into_a_text_goes_by_its_characters), cmocka_unit_test(white_space_is_that_of_xpath),
		cmocka_unit_test(names_deep_in_lists_give_a_node_an_item), cmocka_unit_test(predicates_go_on_from_the_items_keys),
		cmocka_unit_test(zero_keeps_its_sign_and_is_written_without), cmocka_unit_test(a_nodeset_beside_yes_or_no_is_one),
		cmocka_unit_test(a_time_with_an_offset_is_that_of_the_zone), cmocka_unit_test(what_is_given_up_is_nothing),
		cmocka_unit_test(mistakes_say_where_and_what_instead),
		cmocka_unit_test(decimal_days_of_a_moment_are_those_of_utc),
		cmocka_unit_test(a_clock_of_before_the_zones_keeps_its_seconds),
		cmocka_unit_test(blanks_around_a_date_do_not_matter),
		cmocka_unit_test(rounding_goes_by_the_digits_that_people_see),
		cmocka_unit_test(an_indexed_repeat_takes_paths_and_hides_what_is_masked),
		cmocka_unit_test(a_set_has_each_parent_once),
		cmocka_unit_test(what_stands_in_a_masked_object_is_masked),
		cmocka_unit_test(signs_of_other_languages_are_translated),
		cmocka_unit_test(lists_of_plain_json_are_sets_and_words), cmocka_unit_test(the_place_of_a_dot_has_to_be_one_of_the_model),
		cmocka_unit_test(evaluation_is_total),
	};
	return cmocka_run_group_tests_name("form_language", tests, fixture_open, fixture_close);
}
