/* merge: each rule of sync.md section 3. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "merge_expect.h"

/* ---- values ---- */

static void what_only_i_changed_is_kept(void **state)
{
	(void)state;
	PERSON("{'firstName':'Ada','sex':'FEMALE'}", "{'firstName':'Ade','sex':'FEMALE'}", "{'firstName':'Ada','sex':'FEMALE'}",
		.merged = "{'firstName':'Ade','sex':'FEMALE'}", .dirty = true);
	PERSON("{'firstName':'Ada','nickname':'A'}", "{'firstName':'Ada'}", "{'firstName':'Ada','nickname':'A'}",
		.merged = "{'firstName':'Ada'}", .dirty = true);
}

static void what_only_they_changed_is_taken(void **state)
{
	(void)state;
	PERSON("{'firstName':'Ada','nickname':'A'}", "{'firstName':'Ada','nickname':'A'}", "{'firstName':'Ade'}",
		.merged = "{'firstName':'Ade'}");
}

static void the_same_change_on_both_sides_is_no_conflict(void **state)
{
	(void)state;
	PERSON("{'firstName':'Ada'}", "{'firstName':'Ade'}", "{'firstName':'Ade'}", .merged = "{'firstName':'Ade'}");
}

static void two_changes_are_a_conflict_and_theirs_wins(void **state)
{
	(void)state;
	struct merge_result r = merge(KIND_PERSONS, "{'firstName':'Ada'}", "{'firstName':'Ade'}", "{'firstName':'Ida'}");
	assert_int_equal(r.conflict_count, 1);
	assert_int_equal(r.conflicts[0].type, CONFLICT_FIELD);
	assert_string_equal(r.conflicts[0].path, "firstName");
	assert_string_equal(json_string(r.conflicts[0].base), "Ada");
	assert_string_equal(json_string(r.conflicts[0].mine), "Ade");
	assert_string_equal(json_string(r.conflicts[0].theirs), "Ida");
	assert_string_equal(json_get_string(r.merged, "firstName"), "Ida");
	assert_false(r.dirty);
	merge_result_done(&r);
	PERSON("{'nickname':'A'}", "{'nickname':'B'}", "{}", .merged = "{}", .conflicts = "field nickname");
	PERSON("{'nickname':'A'}", "{}", "{'nickname':'B'}", .merged = "{'nickname':'B'}", .conflicts = "field nickname");
}

static void a_new_record_has_an_empty_base(void **state)
{
	(void)state;
	PERSON("-", "{'firstName':'Ada','nickname':'A'}", "{'firstName':'Ada','lastName':'Byte'}",
		.merged = "{'firstName':'Ada','lastName':'Byte','nickname':'A'}", .dirty = true);
	PERSON("null", "{'firstName':'Ada'}", "{'firstName':'Ida'}", .merged = "{'firstName':'Ida'}", .conflicts = "field firstName");
}

static void absent_null_and_empty_are_equal(void **state)
{
	(void)state;
	PERSON("{}", "{'nickname':''}", "{'nickname':'B'}", .merged = "{'nickname':'B'}");
	PERSON("{'nickname':null}", "{}", "{'nickname':'B'}", .merged = "{'nickname':'B'}");
	CASE("{}", "{'vaccinationStatus':null}", "{}", .merged = "{}");
}

static void a_primitive_that_is_absent_is_false(void **state)
{
	(void)state;
	CASE("{}", "{'notACaseReasonOther':false}", "{'notACaseReasonOther':true}", .merged = "{'notACaseReasonOther':true}");
	CASE("{'notACaseReasonOther':false}", "{'notACaseReasonOther':true}", "{}", .merged = "{'notACaseReasonOther':true}", .dirty = true);
}

static void references_are_compared_by_uuid(void **state)
{
	(void)state;
	CASE("{'surveillanceOfficer':{'uuid':'U1','caption':'Old'}}", "{'surveillanceOfficer':{'uuid':'U1','caption':'Old'}}",
		"{'surveillanceOfficer':{'uuid':'U1','caption':'New'}}", .merged = "{'surveillanceOfficer':{'uuid':'U1','caption':'New'}}");
	CASE("{'surveillanceOfficer':{'uuid':'U1','caption':'Old'}}", "{'surveillanceOfficer':{'uuid':'U2'}}",
		"{'surveillanceOfficer':{'uuid':'U1','caption':'New'}}", .merged = "{'surveillanceOfficer':{'uuid':'U2'}}", .dirty = true);
	CASE("{'surveillanceOfficer':{'uuid':'U1'}}", "{'surveillanceOfficer':{'uuid':'U2'}}", "{'surveillanceOfficer':{'uuid':'U3'}}",
		.merged = "{'surveillanceOfficer':{'uuid':'U3'}}", .conflicts = "field surveillanceOfficer");
}

static void customizable_enums_are_compared_by_value(void **state)
{
	(void)state;
	PERSON("{'occupationType':{'value':'FARMER','caption':'Farmer'}}", "{'occupationType':{'value':'FARMER','caption':'Bauer'}}",
		"{'occupationType':{'value':'COOK'}}", .merged = "{'occupationType':{'value':'COOK'}}");
}

static void texts_are_compared_in_one_normal_form(void **state)
{
	(void)state;
	PERSON("{'firstName':'Zo\u00e9'}", "{'firstName':'Zoe\u0301'}", "{'firstName':'Ida'}", .merged = "{'firstName':'Ida'}");
}

static void dates_are_equal_to_the_millisecond_but_truncated_ones_by_day(void **state)
{
	(void)state;
	/* reportDate is not truncated; deathDate is, at the server's midnight */
	CASE("{'reportDate':1795395600000}", "{'reportDate':1795395600001}", "{'reportDate':1795395600002}",
		.merged = "{'reportDate':1795395600002}", .conflicts = "field reportDate");
	PERSON("{'deathDate':1795392000000}", "{'deathDate':1795435200000}", "{'deathDate':1795392000000}",
		.merged = "{'deathDate':1795435200000}");
	PERSON("{'deathDate':1795392000000}", "{'deathDate':1795521600000}", "{'deathDate':1795435200000}",
		.merged = "{'deathDate':1795521600000}", .dirty = true);
}

static void maps_and_value_lists_are_one_value(void **state)
{
	(void)state;
	CASE("{'externalData':{'a':'1'}}", "{'externalData':{'a':'2'}}", "{'externalData':{'a':'1','b':'1'}}",
		.merged = "{'externalData':{'a':'1','b':'1'}}", .conflicts = "field externalData");
	expect(KIND_SAMPLES, "{'requestedPathogenTests':['CULTURE']}", "{'requestedPathogenTests':['CULTURE','PCR_RT_PCR']}",
		"{'requestedPathogenTests':['CULTURE']}",
		(struct expected){.merged = "{'requestedPathogenTests':['CULTURE','PCR_RT_PCR']}", .dirty = true});
}

static void unknown_keys_survive_and_merge_as_json(void **state)
{
	(void)state;
	PERSON("{'new1':1,'new2':[1]}", "{'new1':1,'new2':[1]}", "{'new1':1.0,'new2':[1,2],'new3':{'x':null}}",
		.merged = "{'new1':1,'new2':[1,2],'new3':{'x':null}}");
	PERSON("{'new1':1}", "{'new1':2}", "{'new1':1}", .merged = "{'new1':2}", .dirty = true);
	PERSON("{'new1':1}", "{'new1':2}", "{'new1':3}", .merged = "{'new1':3}", .conflicts = "field new1");
	CASE("{'symptoms':{'uuid':'S','newSign':'YES'}}", "{'symptoms':{'uuid':'S','newSign':'YES'}}", "{'symptoms':{'uuid':'S'}}",
		.merged = "{'symptoms':{'uuid':'S'}}");
	CASE("{}", "{'symptoms':{'uuid':'S','newSign':'YES'}}", "{'symptoms':{'uuid':'S'}}",
		.merged = "{'symptoms':{'uuid':'S','newSign':'YES'}}", .dirty = true);
}

static void keys_come_in_their_order_then_mine(void **state)
{
	(void)state;
	struct merge_result r = merge(KIND_PERSONS, "{}", "{'zz':1,'nickname':'B','lastName':'C'}",
		"{'lastName':'C','birthdateMM':3,'aa':1,'firstName':'A','birthdateDD':2}");
	char *text = json_print(r.merged, NULL);
	assert_string_equal(text,
		"{\"lastName\":\"C\",\"birthdateMM\":3,\"aa\":1,\"firstName\":\"A\",\"birthdateDD\":2,\"zz\":1,\"nickname\":\"B\"}");
	mem_free(text);
	merge_result_done(&r);
}

static void conflicts_come_in_the_models_order_then_unknown_keys(void **state)
{
	(void)state;
	/* whatever the order of the documents; parts of one value where the first of them is */
	PERSON("{}", "{'zz':1,'nickname':'B','birthdateMM':2,'firstName':'B','aa':1,'sex':'MALE','birthdateDD':1}",
		"{'aa':2,'sex':'FEMALE','address':{'uuid':'A'},'firstName':'A','birthdateMM':3,'nickname':'A','zz':2}",
		.merged = "{'aa':2,'sex':'FEMALE','address':{'uuid':'A'},'firstName':'A','birthdateMM':3,'nickname':'A','zz':2}",
		.conflicts = "field firstName; field nickname; field sex; field birthdateDD; field birthdateMM; field aa; field zz");
	PERSON("{}", "{'birthdateYYYY':2,'sex':'MALE','approximateAge':1,'address':{'uuid':'A','facilityDetails':'a','city':'a'}}",
		"{'approximateAge':2,'birthdateYYYY':1,'sex':'FEMALE','address':{'uuid':'A','facilityDetails':'b','city':'b'}}",
		.merged = "{'approximateAge':2,'birthdateYYYY':1,'sex':'FEMALE','address':{'uuid':'A','facilityDetails':'b','city':'b'}}",
		.conflicts = "field sex; field birthdateYYYY; field approximateAge; field address.facilityDetails; field address.city");
	/* one that they cleared has its place, too */
	PERSON("{'firstName':'A','nickname':'A','sex':'MALE'}", "{'firstName':'B','nickname':'B','sex':'FEMALE'}", "{'firstName':'C','sex':'UNKNOWN'}",
		.merged = "{'firstName':'C','sex':'UNKNOWN'}", .conflicts = "field firstName; field nickname; field sex");
}

/* ---- bookkeeping, computed, the age's date ---- */

static void bookkeeping_comes_from_the_server(void **state)
{
	(void)state;
	PERSON("{'uuid':'P','changeDate':1,'creationDate':5,'inJurisdiction':true}",
		"{'uuid':'P','changeDate':7,'creationDate':6,'inJurisdiction':false,'firstName':'Ada'}",
			"{'uuid':'P','changeDate':9,'creationDate':5}",
		.merged = "{'uuid':'P','changeDate':9,'creationDate':5,'firstName':'Ada'}", .dirty = true);
	/* also in objects that the dictionary gives no such key */
	CASE("{'hospitalization':{'uuid':'H','inJurisdiction':true}}", "{'hospitalization':{'uuid':'H','inJurisdiction':false}}",
		"{'hospitalization':{'uuid':'H','changeDate':3}}", .merged = "{'hospitalization':{'uuid':'H','changeDate':3}}");
}

static void computed_keys_come_from_the_server(void **state)
{
	(void)state;
	PERSON("{'phone':'1'}", "{'phone':'2','emailAddress':'x@example.org'}", "{'phone':'3'}", .merged = "{'phone':'3'}");
	CASE("{'symptoms':{'uuid':'S','symptomatic':false}}", "{'symptoms':{'uuid':'S','symptomatic':true}}", "{'symptoms':{'uuid':'S'}}",
		.merged = "{'symptoms':{'uuid':'S'}}");
}

static void the_ages_date_follows_the_age(void **state)
{
	(void)state;
	const char *base = "{'approximateAge':30,'approximateAgeType':'YEARS','approximateAgeReferenceDate':100}";
	PERSON(base, "{'approximateAge':31,'approximateAgeType':'YEARS','approximateAgeReferenceDate':200}",
		"{'approximateAge':30,'approximateAgeType':'YEARS','approximateAgeReferenceDate':900000000}",
		.merged = "{'approximateAge':31,'approximateAgeType':'YEARS','approximateAgeReferenceDate':200}", .dirty = true);
	PERSON(base, "{'approximateAge':30,'approximateAgeType':'YEARS','approximateAgeReferenceDate':200000000}",
		"{'approximateAge':30,'approximateAgeType':'YEARS','approximateAgeReferenceDate':900000000}",
		.merged = "{'approximateAge':30,'approximateAgeType':'YEARS','approximateAgeReferenceDate':900000000}");
	PERSON(base, "{'approximateAge':31,'approximateAgeType':'YEARS','approximateAgeReferenceDate':200}",
		"{'approximateAge':32,'approximateAgeType':'YEARS','approximateAgeReferenceDate':300}",
		.merged = "{'approximateAge':32,'approximateAgeType':'YEARS','approximateAgeReferenceDate':300}",
			.conflicts = "field approximateAge");
}

static void a_cleared_age_leaves_no_date(void **state)
{
	(void)state;
	PERSON("{'approximateAge':30,'approximateAgeType':'YEARS','approximateAgeReferenceDate':100}", "{}",
		"{'approximateAge':30,'approximateAgeType':'YEARS','approximateAgeReferenceDate':900000000}", .merged = "{}", .dirty = true);
	/* both cleared it, or set the same: the server's date */
	PERSON("{'approximateAge':30,'approximateAgeReferenceDate':100}", "{'approximateAge':31}",
		"{'approximateAge':31,'approximateAgeReferenceDate':200}", .merged = "{'approximateAge':31,'approximateAgeReferenceDate':200}");
	/* written in another way is not changed */
	PERSON("{'approximateAge':30,'approximateAgeReferenceDate':100}", "{'approximateAge':30,'approximateAgeType':'','approximateAgeReferenceDate':5}",
		"{'approximateAge':30,'approximateAgeReferenceDate':200}",
		.merged = "{'approximateAge':30,'approximateAgeReferenceDate':200,'approximateAgeType':''}");
}

/* ---- one value ---- */

static void parts_of_one_value_merge_together(void **state)
{
	(void)state;
	/* field by field, 3 March 1980 would become 4 April 1980, which nobody entered */
	PERSON("{'birthdateDD':3,'birthdateMM':3,'birthdateYYYY':1980}", "{'birthdateDD':4,'birthdateMM':3,'birthdateYYYY':1980}",
		"{'birthdateDD':3,'birthdateMM':4,'birthdateYYYY':1980}", .merged = "{'birthdateDD':3,'birthdateMM':4,'birthdateYYYY':1980}",
		.conflicts = "field birthdateDD; field birthdateMM");
	PERSON("{'birthdateDD':3,'birthdateMM':3,'birthdateYYYY':1980}", "{'birthdateYYYY':1981}",
		"{'birthdateDD':3,'birthdateMM':3,'birthdateYYYY':1980}", .merged = "{'birthdateYYYY':1981}", .dirty = true);
	CASE("{'region':{'uuid':'R1'},'district':{'uuid':'D1'}}", "{'region':{'uuid':'R2'},'district':{'uuid':'D2'}}",
		"{'region':{'uuid':'R1'},'district':{'uuid':'D1'},'healthFacilityDetails':'x'}",
		.merged = "{'region':{'uuid':'R1'},'district':{'uuid':'D1'},'healthFacilityDetails':'x'}",
		.conflicts = "field region; field district; field healthFacilityDetails");
}

static void a_part_where_both_agree_is_not_reported(void **state)
{
	(void)state;
	CASE("{'disease':'EVD'}", "{'disease':'OTHER','diseaseDetails':'a'}", "{'disease':'OTHER','diseaseDetails':'b'}",
		.merged = "{'disease':'OTHER','diseaseDetails':'b'}", .conflicts = "field diseaseDetails");
}

static void my_outcome_date_stays_where_we_agree_on_the_outcome(void **state)
{
	(void)state;
	CASE("{'outcome':'NO_OUTCOME'}", "{'outcome':'RECOVERED','outcomeDate':5}", "{'outcome':'RECOVERED','outcomeDate':9}",
		.merged = "{'outcome':'RECOVERED','outcomeDate':5}", .dirty = true);
	CASE("{'outcome':'NO_OUTCOME'}", "{'outcome':'RECOVERED','outcomeDate':5}", "{'outcome':'DECEASED','outcomeDate':9}",
		.merged = "{'outcome':'DECEASED','outcomeDate':9}", .conflicts = "field outcome; field outcomeDate");
	CASE("{'outcome':'RECOVERED','outcomeDate':1}", "{'outcome':'RECOVERED','outcomeDate':5}", "{'outcome':'RECOVERED','outcomeDate':9}",
		.merged = "{'outcome':'RECOVERED','outcomeDate':9}", .conflicts = "field outcomeDate");
	CASE("{'outcome':'NO_OUTCOME'}", "{'outcome':'RECOVERED','outcomeDate':5}", "{'outcome':'RECOVERED'}",
		.merged = "{'outcome':'RECOVERED'}", .conflicts = "field outcomeDate");
	CASE("{'outcome':'NO_OUTCOME'}", "{'outcome':'RECOVERED'}", "{'outcome':'RECOVERED','outcomeDate':9}",
		.merged = "{'outcome':'RECOVERED','outcomeDate':9}", .conflicts = "field outcomeDate");
	/* only the date: the outcome, on which both agree, is written as theirs */
	CASE("{'outcome':'NO_OUTCOME'}", "{'outcomeDate':5}", "{'outcome':'','outcomeDate':9}", .merged = "{'outcome':'','outcomeDate':5}",
		.dirty = true);
}

/* ---- embedded objects ---- */

static void embedded_objects_merge_inside(void **state)
{
	(void)state;
	CASE("{'hospitalization':{'uuid':'H','isolated':'NO','description':'a'}}",
		"{'hospitalization':{'uuid':'H','isolated':'YES','description':'b'}}",
		"{'hospitalization':{'uuid':'H','changeDate':9,'isolated':'NO','description':'c'}}",
		.merged = "{'hospitalization':{'uuid':'H','changeDate':9,'isolated':'YES','description':'c'}}",
		.conflicts = "field hospitalization.description", .dirty = true);
}

static void an_object_absent_in_theirs_is_kept(void **state)
{
	(void)state;
	CASE("{'therapy':{'uuid':'T'}}", "{'therapy':{'uuid':'T'}}", "{}", .merged = "{'therapy':{'uuid':'T'}}", .dirty = true);
	CASE("{}", "{'therapy':{'uuid':'T'}}", "{'therapy':null}", .merged = "{'therapy':{'uuid':'T'}}", .dirty = true);
	CASE("{}", "{}", "{'therapy':null}", .merged = "{'therapy':null}");
}

static void an_object_absent_in_mine_is_theirs(void **state)
{
	(void)state;
	CASE("{'therapy':{'uuid':'T'}}", "{}", "{'therapy':{'uuid':'T','changeDate':2}}", .merged = "{'therapy':{'uuid':'T','changeDate':2}}");
	CASE("{}", "{}", "{'therapy':{'uuid':'T'}}", .merged = "{'therapy':{'uuid':'T'}}");
}

static void an_object_new_on_both_sides_has_an_empty_base(void **state)
{
	(void)state;
	CASE("{}", "{'epiData':{'uuid':'E','contactWithSourceCaseKnown':'YES'}}", "{'epiData':{'uuid':'E','exposureDetailsKnown':'NO'}}",
		.merged = "{'epiData':{'uuid':'E','exposureDetailsKnown':'NO','contactWithSourceCaseKnown':'YES'}}", .dirty = true);
}

/* ---- lists ---- */

static void an_item_only_they_have_is_added(void **state)
{
	(void)state;
	PERSON(ADDRESSES(A), ADDRESSES(A), ADDRESSES(B "," A), .merged = ADDRESSES(B "," A));
	PERSON("{}", "{}", ADDRESSES(B), .merged = ADDRESSES(B));
}

static void an_item_only_i_have_is_kept_after_theirs(void **state)
{
	(void)state;
	PERSON(ADDRESSES(A), ADDRESSES(C "," A), ADDRESSES(B "," A), .merged = ADDRESSES(B "," A "," C), .dirty = true);
}

static void an_item_new_on_both_sides_has_an_empty_base(void **state)
{
	(void)state;
	PERSON(ADDRESSES(""), ADDRESSES("{'uuid':'A','street':'x','city':'y'}"), ADDRESSES("{'uuid':'A','street':'z'}"),
		.merged = ADDRESSES("{'uuid':'A','street':'z','city':'y'}"), .conflicts = "field addresses[A].street", .dirty = true);
}

static void an_item_gone_on_both_sides_is_gone(void **state)
{
	(void)state;
	PERSON(ADDRESSES(A "," B), ADDRESSES(B), ADDRESSES(B), .merged = ADDRESSES(B));
}

static void an_item_that_i_removed_stays_removed(void **state)
{
	(void)state;
	PERSON(ADDRESSES(A "," B), ADDRESSES(B), ADDRESSES(A "," B), .merged = ADDRESSES(B), .dirty = true);
	/* bookkeeping is no change */
	PERSON(ADDRESSES(A), ADDRESSES(""), ADDRESSES("{'uuid':'A','street':'First','changeDate':7}"), .merged = ADDRESSES(""), .dirty = true);
}

static void an_item_that_i_removed_and_they_changed_comes_back(void **state)
{
	(void)state;
	PERSON(ADDRESSES(A "," B), ADDRESSES(B), ADDRESSES(A2 "," B), .merged = ADDRESSES(A2 "," B),
		.conflicts = "list_item_recreated addresses[A]");
	struct merge_result r = merge(KIND_PERSONS, ADDRESSES(A), "{}", ADDRESSES(A2));
	assert_int_equal(r.conflict_count, 1);
	assert_string_equal(json_get_string(r.conflicts[0].base, "street"), "First");
	assert_null(r.conflicts[0].mine);
	assert_string_equal(json_get_string(r.conflicts[0].theirs, "street"), "Second");
	merge_result_done(&r);
}

static void an_item_that_they_removed_goes(void **state)
{
	(void)state;
	PERSON(ADDRESSES(A "," B), ADDRESSES(A "," B), ADDRESSES(B), .merged = ADDRESSES(B));
}

static void an_item_that_they_removed_and_i_changed_is_reported(void **state)
{
	(void)state;
	struct merge_result r = merge(KIND_PERSONS, ADDRESSES(A "," B), ADDRESSES(A2 "," B), ADDRESSES(B));
	assert_int_equal(json_count(json_get(r.merged, "addresses")), 1);
	assert_int_equal(r.conflict_count, 1);
	assert_int_equal(r.conflicts[0].type, CONFLICT_LIST_ITEM_REMOVED);
	assert_string_equal(r.conflicts[0].path, "addresses[A]");
	assert_string_equal(json_get_string(r.conflicts[0].base, "street"), "First");
	assert_string_equal(json_get_string(r.conflicts[0].mine, "street"), "Second");
	assert_null(r.conflicts[0].theirs);
	assert_false(r.dirty);
	merge_result_done(&r);
}

static void an_item_in_all_three_merges_inside(void **state)
{
	(void)state;
	PERSON(ADDRESSES(A "," B), ADDRESSES(A2 "," B), ADDRESSES(B "," A3), .merged = ADDRESSES(B "," A3),
		.conflicts = "field addresses[A].street");
	CASE("{'epiData':{'uuid':'E','exposures':[{'uuid':'X','location':{'uuid':'L','city':'a','street':'a'}}]}}",
		"{'epiData':{'uuid':'E','exposures':[{'uuid':'X','location':{'uuid':'L','city':'b','street':'a'}}]}}",
		"{'epiData':{'uuid':'E','exposures':[{'uuid':'X','location':{'uuid':'L','city':'c','street':'d'}}]}}",
		.merged = "{'epiData':{'uuid':'E','exposures':[{'uuid':'X','location':{'uuid':'L','city':'c','street':'d'}}]}}",
		.conflicts = "field epiData.exposures[X].location.city");
}

static void an_absent_list_has_no_items(void **state)
{
	(void)state;
	PERSON("{}", ADDRESSES(""), "{}", .merged = ADDRESSES(""));
	PERSON("{'addresses':null}", "{}", "{'addresses':null}", .merged = "{'addresses':null}");
	PERSON(ADDRESSES(A), ADDRESSES(A), "{}", .merged = ADDRESSES(""));
	PERSON(ADDRESSES(A), "{}", ADDRESSES(A), .merged = ADDRESSES(""), .dirty = true);
}

static void order_of_items_is_no_change(void **state)
{
	(void)state;
	PERSON(ADDRESSES(A "," B), ADDRESSES(B "," A), ADDRESSES(A "," B), .merged = ADDRESSES(A "," B));
}

#define TASK(base, mine, theirs, ...) expect(KIND_TASKS, base, mine, theirs, (struct expected){__VA_ARGS__})
#define OBSERVERS(...) "{'observerUsers':[" __VA_ARGS__ "]}"

static void references_in_a_list_merge_by_uuid(void **state)
{
	(void)state;
	/* each added one and I removed one; a caption is no change */
	TASK(OBSERVERS("{'uuid':'A','caption':'a'},{'uuid':'B'}"), OBSERVERS("{'uuid':'B'},{'uuid':'C'}"),
		OBSERVERS("{'uuid':'D'},{'uuid':'B','caption':'b'},{'uuid':'A','caption':'new'}"),
		.merged = OBSERVERS("{'uuid':'D'},{'uuid':'B','caption':'b'},{'uuid':'C'}"), .dirty = true);
	TASK(OBSERVERS("{'uuid':'A'},{'uuid':'B'}"), OBSERVERS("{'uuid':'A','caption':'x'},{'uuid':'B'}"), OBSERVERS("{'uuid':'B'}"),
		.merged = OBSERVERS("{'uuid':'B'}"));
	/* what only I wrote in another way stays as I wrote it */
	TASK(OBSERVERS("{'uuid':'A'}"), OBSERVERS("{'uuid':'A','caption':'x'}"), OBSERVERS("{'uuid':'A'}"), .merged = OBSERVERS("{'uuid':'A','caption':'x'}"));
	/* what is no list of references is one value */
	TASK("{}", OBSERVERS("{'uuid':'A'}"), "{'observerUsers':'x'}", .merged = "{'observerUsers':'x'}", .conflicts = "field observerUsers");
	TASK("{}", OBSERVERS("{'uuid':'A'}"), OBSERVERS("{'caption':'x'}"), .merged = OBSERVERS("{'caption':'x'}"),
		.conflicts = "field observerUsers");
}

static void a_list_without_uuids_is_one_value(void **state)
{
	(void)state;
	PERSON(ADDRESSES("{'street':'a'}"), ADDRESSES("{'street':'a'},{'street':'b'}"), ADDRESSES("{'street':'a'}"),
		.merged = ADDRESSES("{'street':'a'},{'street':'b'}"), .dirty = true);
	PERSON(ADDRESSES("{'street':'a'}"), ADDRESSES("{'street':'b'}"), ADDRESSES(A), .merged = ADDRESSES(A), .conflicts = "field addresses");
	/* a uuid that comes twice tells nothing apart */
	PERSON(ADDRESSES(A "," A2), ADDRESSES(A "," A2), ADDRESSES(A "," A2 "," A3), .merged = ADDRESSES(A "," A2 "," A3));
	PERSON(ADDRESSES(A "," A), ADDRESSES(A "," A2), ADDRESSES(A "," A3), .merged = ADDRESSES(A "," A3), .conflicts = "field addresses");
	PERSON(ADDRESSES(A "," A2), ADDRESSES(A), ADDRESSES(A2), .merged = ADDRESSES(A2), .conflicts = "field addresses");
}

/* ---- what is refused, what comes out ---- */

static void refuse(enum kind kind, const char *base, const char *mine, const char *theirs, const char *why)
{
	struct json *b = js(base), *m = js(mine), *t = js(theirs);
	struct merge_result result = {0};
	struct err err = {0};
	char text[300];
	assert_int_equal(merge_records(the_model, kind, b, m, t, &result, &err), ST_INVALID);
	assert_null(result.merged);
	err_text(&err, text, sizeof text);
	assert_string_equal(text, why);
	json_free(b);
	json_free(m);
	json_free(t);
}

static void wrong_json_types_are_refused_with_their_path(void **state)
{
	(void)state;
	refuse(KIND_CASES, "-", "[]", "{}", "the record is not a JSON object");
	refuse(KIND_CASES, "{}", "{}", "null", "the record is not a JSON object");
	refuse(KIND_CASES, "7", "{}", "{}", "the record is not a JSON object");
	refuse(KIND_CASES, "{}", "{}", "{'hospitalization':'x'}", "hospitalization is not a JSON object");
	refuse(KIND_CASES, "{}", "{'hospitalization':{'previousHospitalizations':{}}}", "{}",
		"hospitalization.previousHospitalizations is not a JSON array");
	refuse(KIND_CASES, "{'epiData':{'exposures':[{'uuid':'X','location':[]}]}}", "{}", "{}",
		"epiData.exposures[X].location is not a JSON object");
	refuse(KIND_PERSONS, "{}", "{}", "{'addresses':[1]}", "addresses is not a JSON object");
}

static void the_report_has_the_shape_of_the_command(void **state)
{
	(void)state;
	struct merge_result r = merge(KIND_PERSONS, ADDRESSES(A), ADDRESSES(A2), ADDRESSES(""));
	struct json *report = merge_result_json(&r);
	struct json *wanted = js("{'merged':{'addresses':[]},'base':{'addresses':[]},'dirty':false,'conflicts':[{'type':'list_item_removed',"
		"'path':'addresses[A]','base':" A ",'mine':" A2 ",'theirs':null}]}");
	expect_json("the report", report, wanted);
	json_free(report);
	json_free(wanted);
	merge_result_done(&r);
}

static void conflict_types_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < CONFLICT_TYPE_COUNT; i++) {
		enum conflict_type type = CONFLICT_TYPE_COUNT;
		assert_true(conflict_type_from_name(conflict_type_name((enum conflict_type)i), &type));
		assert_int_equal(type, i);
	}
	enum conflict_type type = CONFLICT_FIELD;
	assert_false(conflict_type_from_name("fields", &type));
}

static void many_items_and_keys_take_no_time(void **state)
{
	(void)state;
	/* linear in the document: with quadratic looking-up this would take minutes */
	struct buf b;
	buf_init(&b, 0);
	buf_add_text(&b, "{\"addresses\":[");
	for (int i = 0; i < 30000; i++)
		buf_printf(&b, "%s{\"uuid\":\"U%d\"}", i ? "," : "", i);
	buf_add_text(&b, "]");
	for (int i = 0; i < 30000; i++)
		buf_printf(&b, ",\"key%d\":%d", i, i);
	buf_add_text(&b, "}");
	struct json *mine = js(buf_text(&b));
	struct json *theirs = json_copy(mine);
	/* the other way round */
	struct json *turned = json_new_array();
	for (int i = 29999; i >= 0; i--) {
		char uuid[20];
		snprintf(uuid, sizeof uuid, "U%d", i);
		struct json *item = json_new_object();
		json_set(item, "uuid", json_new_string(uuid));
		json_append(turned, item);
	}
	json_set(theirs, "addresses", turned);
	struct merge_result result = {0};
	assert_int_equal(merge_records(the_model, KIND_PERSONS, mine, mine, theirs, &result, NULL), ST_OK);
	assert_int_equal(result.conflict_count, 0);
	assert_false(result.dirty);
	assert_int_equal(json_count(json_get(result.merged, "addresses")), 30000);
	merge_result_done(&result);
	json_free(mine);
	json_free(theirs);
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_only_i_changed_is_kept),
		cmocka_unit_test(what_only_they_changed_is_taken),
		cmocka_unit_test(the_same_change_on_both_sides_is_no_conflict),
		cmocka_unit_test(two_changes_are_a_conflict_and_theirs_wins),
		cmocka_unit_test(a_new_record_has_an_empty_base),
		cmocka_unit_test(absent_null_and_empty_are_equal),
		cmocka_unit_test(a_primitive_that_is_absent_is_false),
		cmocka_unit_test(references_are_compared_by_uuid),
		cmocka_unit_test(customizable_enums_are_compared_by_value),
		cmocka_unit_test(texts_are_compared_in_one_normal_form),
		cmocka_unit_test(dates_are_equal_to_the_millisecond_but_truncated_ones_by_day),
		cmocka_unit_test(maps_and_value_lists_are_one_value),
		cmocka_unit_test(unknown_keys_survive_and_merge_as_json),
		cmocka_unit_test(keys_come_in_their_order_then_mine),
		cmocka_unit_test(conflicts_come_in_the_models_order_then_unknown_keys),
		cmocka_unit_test(bookkeeping_comes_from_the_server),
		cmocka_unit_test(computed_keys_come_from_the_server),
		cmocka_unit_test(the_ages_date_follows_the_age),
		cmocka_unit_test(a_cleared_age_leaves_no_date),
		cmocka_unit_test(parts_of_one_value_merge_together),
		cmocka_unit_test(a_part_where_both_agree_is_not_reported),
		cmocka_unit_test(my_outcome_date_stays_where_we_agree_on_the_outcome),
		cmocka_unit_test(embedded_objects_merge_inside),
		cmocka_unit_test(an_object_absent_in_theirs_is_kept),
		cmocka_unit_test(an_object_absent_in_mine_is_theirs),
		cmocka_unit_test(an_object_new_on_both_sides_has_an_empty_base),
		cmocka_unit_test(an_item_only_they_have_is_added),
		cmocka_unit_test(an_item_only_i_have_is_kept_after_theirs),
		cmocka_unit_test(an_item_new_on_both_sides_has_an_empty_base),
		cmocka_unit_test(an_item_gone_on_both_sides_is_gone),
		cmocka_unit_test(an_item_that_i_removed_stays_removed),
		cmocka_unit_test(an_item_that_i_removed_and_they_changed_comes_back),
		cmocka_unit_test(an_item_that_they_removed_goes),
		cmocka_unit_test(an_item_that_they_removed_and_i_changed_is_reported),
		cmocka_unit_test(an_item_in_all_three_merges_inside),
		cmocka_unit_test(an_absent_list_has_no_items),
		cmocka_unit_test(order_of_items_is_no_change),
		cmocka_unit_test(references_in_a_list_merge_by_uuid),
		cmocka_unit_test(a_list_without_uuids_is_one_value),
		cmocka_unit_test(wrong_json_types_are_refused_with_their_path),
		cmocka_unit_test(the_report_has_the_shape_of_the_command),
		cmocka_unit_test(conflict_types_have_names),
		cmocka_unit_test(many_items_and_keys_take_no_time),
	};
	return cmocka_run_group_tests_name("merge", tests, load_model, free_model);
}
