/* merge: masks, lifted object by object before a merge (sync.md section 3) and put back on the way up (protocol.md C.7). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "merge_expect.h"

/* ---- lifted before a merge ---- */

static void their_mask_is_lifted_with_bases_values(void **state)
{
	(void)state;
	/* sex is neither personal nor sensitive: their change of it counts */
	PERSON("{'firstName':'Ada','lastName':'Byte','sex':'FEMALE','pseudonymized':false}",
		"{'firstName':'Ade','lastName':'Byte','sex':'FEMALE','pseudonymized':false}",
		"{'firstName':'Confidential','lastName':'Confidential','sex':'MALE','pseudonymized':true}",
		.merged = "{'firstName':'Ade','lastName':'Byte','sex':'MALE','pseudonymized':false}",
		.base = "{'firstName':'Ada','lastName':'Byte','sex':'MALE','pseudonymized':false}", .dirty = true);
	PERSON("-", "{'firstName':'Ada','pseudonymized':false}", "{'firstName':'Confidential','pseudonymized':true}",
		.merged = "{'firstName':'Ada','pseudonymized':false}", .base = "{'firstName':'Ada','pseudonymized':false}");
}

static void my_mask_is_lifted_with_their_values(void **state)
{
	(void)state;
	PERSON("{'firstName':'Confidential','sex':'MALE','pseudonymized':true}",
		"{'firstName':'Confidential','sex':'FEMALE','pseudonymized':true}",
		"{'firstName':'Ada','sex':'MALE','pseudonymized':false}", .merged = "{'firstName':'Ada','sex':'FEMALE','pseudonymized':false}",
		.base = "{'firstName':'Ada','sex':'MALE','pseudonymized':false}", .dirty = true);
	/* base's too: day and month, hidden then, are no change of theirs beside my change of the year */
	PERSON("{'birthdateYYYY':1990,'pseudonymized':true}", "{'birthdateYYYY':1991,'pseudonymized':true}",
		"{'birthdateDD':3,'birthdateMM':4,'birthdateYYYY':1990,'pseudonymized':false}",
		.merged = "{'birthdateDD':3,'birthdateMM':4,'birthdateYYYY':1991,'pseudonymized':false}", .dirty = true);
}

static void what_is_personal_but_not_sensitive_is_masked_too(void **state)
{
	(void)state;
	CASE("{'epiData':{'uuid':'E','exposures':[{'uuid':'X','deceasedPersonName':'Ada','description':'d'}]}}",
		"{'epiData':{'uuid':'E','exposures':[{'uuid':'X','deceasedPersonName':'Ada','description':'d'}]}}",
		"{'epiData':{'uuid':'E','exposures':[{'uuid':'X','deceasedPersonName':'','description':'','pseudonymized':true}]}}",
		.merged = "{'epiData':{'uuid':'E','exposures':[{'uuid':'X','deceasedPersonName':'Ada','description':'d'}]}}",
		.base = "{'epiData':{'uuid':'E','exposures':[{'uuid':'X','deceasedPersonName':'Ada','description':'d'}]}}");
}

static void masks_are_lifted_object_by_object(void **state)
{
	(void)state;
	PERSON("{'firstName':'Ada','address':{'uuid':'L','street':'s','pseudonymized':false}}",
		"{'firstName':'Ada','address':{'uuid':'L','street':'s','pseudonymized':false}}",
		"{'firstName':'Ida','address':{'uuid':'L','street':'','pseudonymized':true}}",
		.merged = "{'firstName':'Ida','address':{'uuid':'L','street':'s','pseudonymized':false}}",
		.base = "{'firstName':'Ida','address':{'uuid':'L','street':'s','pseudonymized':false}}");
	PERSON(ADDRESSES(A), ADDRESSES(A2),
		ADDRESSES("{'uuid':'A','street':'','pseudonymized':true},{'uuid':'B','street':'','pseudonymized':true}"),
		.merged = ADDRESSES(A2 ",{'uuid':'B','street':'','pseudonymized':true}"),
		.base = ADDRESSES(A ",{'uuid':'B','street':'','pseudonymized':true}"), .dirty = true);
}

static void masks_stay_where_items_cannot_be_told_apart(void **state)
{
	(void)state;
	PERSON(ADDRESSES(A "," A), ADDRESSES(A "," A), ADDRESSES("{'uuid':'A','street':'','pseudonymized':true}"),
		.merged = ADDRESSES("{'uuid':'A','street':'','pseudonymized':true}"));
}

static void a_masked_item_that_i_removed_stays_removed(void **state)
{
	(void)state;
	PERSON(ADDRESSES(A), ADDRESSES(""), ADDRESSES("{'uuid':'A','street':'','pseudonymized':true}"), .merged = ADDRESSES(""),
		.base = ADDRESSES(A),
		.dirty = true);
	/* removed while it was masked; now they show it */
	PERSON(ADDRESSES("{'uuid':'A','street':'','pseudonymized':true}"), ADDRESSES(""), ADDRESSES("{'uuid':'A','street':'First','pseudonymized':false}"),
		.merged = ADDRESSES(""), .dirty = true);
	struct merge_result r = merge(KIND_PERSONS, ADDRESSES("{'uuid':'A','street':'','pseudonymized':true}"), ADDRESSES(""),
		ADDRESSES("{'uuid':'A','street':'First','addressType':'OTHER','pseudonymized':false}"));
	assert_int_equal(r.conflict_count, 1);
	assert_string_equal(json_get_string(r.conflicts[0].base, "street"), "First");
	merge_result_done(&r);
}

static void a_sensitive_part_that_the_mask_left_out_is_not_lost(void **state)
{
	(void)state;
	CASE("{'healthConditions':{'uuid':'H','asthma':'YES'},'portHealthInfo':{'uuid':'P','airlineName':'a','freeSeating':'NO'}}",
		"{'healthConditions':{'uuid':'H','asthma':'YES'},'portHealthInfo':{'uuid':'P','airlineName':'a','freeSeating':'NO'}}",
		"{'pseudonymized':true,'portHealthInfo':{'uuid':'P','airlineName':'','freeSeating':'YES'}}",
		.merged = "{'portHealthInfo':{'uuid':'P','airlineName':'a','freeSeating':'YES'},'healthConditions':{'uuid':'H','asthma':'YES'}}",
		.base = "{'portHealthInfo':{'uuid':'P','airlineName':'a','freeSeating':'YES'},'healthConditions':{'uuid':'H','asthma':'YES'}}");
}

static void both_masked_is_compared_as_it_is(void **state)
{
	(void)state;
	PERSON("{'firstName':'Confidential','pseudonymized':true}", "{'firstName':'Confidential','nickname':'x','pseudonymized':true}",
		"{'firstName':'Confidential','pseudonymized':true}", .merged = "{'firstName':'Confidential','nickname':'x','pseudonymized':true}",
		.dirty = true);
	/* a masked place moves on every delivery */
	CASE("{'reportLat':1.1,'pseudonymized':true}", "{'reportLat':1.1,'pseudonymized':true}", "{'reportLat':1.2,'pseudonymized':true}",
		.merged = "{'reportLat':1.2,'pseudonymized':true}");
}

/* ---- put back on the way up ---- */

/* shown's masks put on doc */
static void expect_masked(enum kind kind, const char *doc, const char *shown, const char *wanted)
{
	struct json *d = js(doc), *s = js(shown), *w = js(wanted);

	merge_put_masks(model_of_kind(the_model, kind), d, s);
	if (!json_equal(d, w)) {
		char *text = json_print(d, NULL);

		fail_msg("expected %s, it is %s", wanted, text);
	}
	json_free(d);
	json_free(s);
	json_free(w);
}

static void what_was_shown_masked_goes_back_as_it_was_shown(void **state)
{
	(void)state;
	expect_masked(KIND_PERSONS, "{'firstName':'Ada','nickname':'A','sex':'MALE','pseudonymized':false}", "{'firstName':'Confidential','nickname':'','sex':'FEMALE','pseudonymized':true}",
		"{'firstName':'Confidential','nickname':'','sex':'MALE','pseudonymized':true}");
	/* a part that is masked by itself; what the server would not know again as a placeholder stays */
	expect_masked(KIND_PERSONS, "{'firstName':'Ada','pseudonymized':false,'address':{'uuid':'A','street':'s','postalCode':'12345','pseudonymized':false}}",
		"{'firstName':'Ada','pseudonymized':false,'address':{'uuid':'A','street':'','postalCode':'123','pseudonymized':true}}",
		"{'firstName':'Ada','pseudonymized':false,'address':{'uuid':'A','street':'','postalCode':'12345','pseudonymized':true}}");
	/* items by uuid; one that was added here is not the server's to hide */
	expect_masked(KIND_PERSONS, "{'pseudonymized':false,'addresses':[{'uuid':'N','street':'n'},{'uuid':'A','street':'a','pseudonymized':false}]}",
		"{'pseudonymized':true,'addresses':[{'uuid':'B','street':'','pseudonymized':true},{'uuid':'A','street':'','pseudonymized':true}]}",
		"{'pseudonymized':true,'addresses':[{'uuid':'N','street':'n'},{'uuid':'A','street':'','pseudonymized':true}]}");
	/* what it does not show is a placeholder, too; a part without a mask of its own is under its owner's */
	expect_masked(KIND_PERSONS, "{'birthdateDD':3,'birthdateYYYY':1990,'pseudonymized':false}", "{'birthdateYYYY':1991,'pseudonymized':true}",
		"{'birthdateYYYY':1990,'pseudonymized':true}");
	expect_masked(KIND_CASES, "{'pseudonymized':false,'portHealthInfo':{'uuid':'P','airlineName':'a','freeSeating':'NO'}}",
		"{'pseudonymized':true,'portHealthInfo':{'uuid':'P','airlineName':'','freeSeating':'YES'}}",
		"{'pseudonymized':true,'portHealthInfo':{'uuid':'P','airlineName':'','freeSeating':'NO'}}");
	/* not masked, or masked already: nothing to do */
	expect_masked(KIND_PERSONS, "{'nickname':'typed over it','pseudonymized':true}", "{'nickname':'','pseudonymized':true}",
		"{'nickname':'typed over it','pseudonymized':true}");
	expect_masked(KIND_PERSONS, "{'firstName':'Ada','pseudonymized':false}", "{'firstName':'Ida','pseudonymized':false}", "{'firstName':'Ada','pseudonymized':false}");
	expect_masked(KIND_PERSONS, "{'firstName':'Confidential','sex':'MALE','pseudonymized':true}", "{'firstName':'Confidential','sex':'FEMALE','pseudonymized':true}",
		"{'firstName':'Confidential','sex':'MALE','pseudonymized':true}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(their_mask_is_lifted_with_bases_values),
		cmocka_unit_test(my_mask_is_lifted_with_their_values),
		cmocka_unit_test(what_is_personal_but_not_sensitive_is_masked_too),
		cmocka_unit_test(masks_are_lifted_object_by_object),
		cmocka_unit_test(masks_stay_where_items_cannot_be_told_apart),
		cmocka_unit_test(a_masked_item_that_i_removed_stays_removed),
		cmocka_unit_test(a_sensitive_part_that_the_mask_left_out_is_not_lost),
		cmocka_unit_test(both_masked_is_compared_as_it_is),
		cmocka_unit_test(what_was_shown_masked_goes_back_as_it_was_shown),
	};
	return cmocka_run_group_tests_name("merge_masks", tests, load_model, free_model);
}
