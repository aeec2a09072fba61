/* What becomes of one record (sync.md section 4): each rule by itself. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "merge_fixture.h"
#include "sync/sync.h"

#define UUID "CASEAA-AAAAAA-AAAAAA-AAAAAAAA"

static char *docs[8];       /* of the running test */

static int free_docs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof docs / sizeof docs[0]; i++) {
		mem_free(docs[i]);
		docs[i] = NULL;
	}
	return 0;
}

/* A case: dates of its row and its hospitalization, two values, more keys of the root. It lives as long as its test. */
static const char *doc(int64_t date, int64_t part_date, const char *details, const char *reason, const char *more)
{
	size_t i = 0;

	while (docs[i] != NULL)
		assert_true(++i < sizeof docs / sizeof docs[0]);
	return docs[i] = mem_printf("{\"uuid\":\"" UUID "\",\"changeDate\":%lld,\"disease\":\"CHOLERA\",\"additionalDetails\":\"%s\",\"hospitalization\":{\"uuid\":"
		"\"HOSPAA-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":%lld,\"otherHospitalizationReason\":\"%s\",\"previousHospitalizations\":[]}%s}",
		(long long)date, details, (long long)part_date, reason, more);
}

static struct sormas_row row_of(const char *text)
{
	struct sormas_row row;

	assert_int_equal(sormas_look(text, strlen(text), INT64_MAX, &row, NULL), ST_OK);
	return row;
}

static struct decide_local local_of(const char *text, const char *base)
{
	return (struct decide_local){ .here = text != NULL, .dirty = base != NULL, .doc = text, .doc_len = text != NULL ? strlen(text) : 0, .base = base };
}

static const char *value(const struct json *v, const char *key)
{
	const char *s = json_get_string(v, key);

	return s != NULL ? s : "(absent)";
}

/* ---- rows of pages ---- */

static void a_row_that_is_new_here_is_taken_as_it_came(void **state)
{
	const char *t = doc(10, 10, "a", "b", "");
	struct sormas_row row = row_of(t);
	struct decide_local local = local_of(NULL, NULL);
	struct decide d;

	(void)state;
	assert_int_equal(decide_pulled(the_model, KIND_CASES, &local, &row, false, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_TEXT);
	decide_done(&d);
}

static void a_clean_record_of_the_same_version_is_skipped_and_of_a_newer_part_replaced(void **state)
{
	const char *mine = doc(10, 10, "a", "b", ""), *same = doc(10, 10, "a", "b", ""), *newer = doc(10, 11, "a", "c", "");
	struct decide_local local = local_of(mine, NULL);
	struct sormas_row row = row_of(same);
	struct decide d;

	(void)state;
	assert_int_equal(decide_pulled(the_model, KIND_CASES, &local, &row, false, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_SKIP);
	row = row_of(newer);
	assert_int_equal(decide_pulled(the_model, KIND_CASES, &local, &row, false, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_TEXT);
}

static void a_repull_replaces_a_clean_record_of_the_same_version_too(void **state)
{
	const char *mine = doc(10, 10, "a", "b", ""), *same = doc(10, 10, "other", "b", "");
	struct decide_local local = local_of(mine, NULL);
	struct sormas_row row = row_of(same);
	struct decide d;

	(void)state;
	assert_int_equal(decide_pulled(the_model, KIND_CASES, &local, &row, true, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_TEXT);
}

static void a_mask_that_comes_or_goes_is_another_version(void **state)
{
	const char *mine = doc(10, 10, "a", "b", ",\"pseudonymized\":false"), *masked = doc(10, 10, "", "b", ",\"pseudonymized\":true");
	struct decide_local local = local_of(mine, NULL);
	struct sormas_row row = row_of(masked);
	struct decide d;

	(void)state;
	assert_int_equal(decide_pulled(the_model, KIND_CASES, &local, &row, false, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_TEXT);
}

static void a_dirty_record_is_merged_and_its_snapshot_moves(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *mine = doc(10, 10, "mine", "b", ""), *theirs = doc(20, 10, "a", "theirs", "");
	struct decide_local local = local_of(mine, base);
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_pulled(the_model, KIND_CASES, &local, &row, false, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_STORE);
	assert_true(d.merged);
	assert_string_equal(value(d.doc, "additionalDetails"), "mine");
	assert_string_equal(value(json_get(d.doc, "hospitalization"), "otherHospitalizationReason"), "theirs");
	/* the server's version, its value and its date, not the one before */
	assert_string_equal(value(json_get(d.base, "hospitalization"), "otherHospitalizationReason"), "theirs");
	assert_string_equal(value(d.base, "additionalDetails"), "a");
	int64_t date = 0;
	assert_true(json_get_int(d.base, "changeDate", &date));
	assert_int_equal(date, 20);
	assert_int_equal(d.conflict_count, 0);
	decide_done(&d);
}

static void a_dirty_record_that_the_server_brought_to_the_same_is_clean(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *mine = doc(10, 10, "same", "b", ""), *theirs = doc(20, 10, "same", "b", "");
	struct decide_local local = local_of(mine, base);
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_pulled(the_model, KIND_CASES, &local, &row, false, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_STORE);
	assert_null(d.base);
	decide_done(&d);
}

static void what_was_sent_and_not_read_again_is_left_to_its_own_query(void **state)
{
	const char *mine = doc(10, 10, "mine", "b", ""), *theirs = doc(20, 10, "x", "b", "");
	struct decide_local local = local_of(mine, mine);
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	local.awaiting = true;
	assert_int_equal(decide_pulled(the_model, KIND_CASES, &local, &row, false, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_SKIP);
}

static void a_deleted_row_removes_the_record_and_is_never_taken_as_new(void **state)
{
	const char *mine = doc(10, 10, "a", "b", ""), *gone = doc(20, 10, "a", "b", ",\"deleted\":true");
	struct decide_local local = local_of(mine, NULL), none = local_of(NULL, NULL);
	struct sormas_row row = row_of(gone);
	struct decide d;

	(void)state;
	assert_int_equal(decide_pulled(the_model, KIND_CASES, &local, &row, false, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_REMOVE);
	assert_int_equal(decide_pulled(the_model, KIND_CASES, &none, &row, false, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_SKIP);
}

/* ---- outdated ---- */

static void after_409_what_is_still_mine_is_pushed_again(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *mine = doc(10, 10, "mine", "mine", ""), *theirs = doc(20, 10, "theirs", "b", "");
	struct decide_local local = local_of(mine, base);
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_outdated(the_model, KIND_CASES, &local, &row, false, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_PUSH_AGAIN);
	assert_string_equal(value(d.doc, "additionalDetails"), "theirs");
	assert_string_equal(value(json_get(d.doc, "hospitalization"), "otherHospitalizationReason"), "mine");
	assert_int_equal(d.conflict_count, 1);
	assert_int_equal(d.conflicts[0].type, CONFLICT_FIELD);
	assert_string_equal(d.conflicts[0].path, "additionalDetails");
	decide_done(&d);
}

static void after_409_with_nothing_left_of_mine_nothing_is_pushed(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *mine = doc(10, 10, "mine", "b", ""), *theirs = doc(20, 10, "theirs", "b", "");
	struct decide_local local = local_of(mine, base);
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_outdated(the_model, KIND_CASES, &local, &row, false, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_STORE);
	assert_null(d.base);
	decide_done(&d);
}

static void after_500_an_unmoved_version_means_that_nothing_was_stored(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *mine = doc(10, 10, "mine", "b", ""), *moved = doc(10, 12, "a", "b", "");
	struct decide_local local = local_of(mine, base);
	struct sormas_row row = row_of(base);
	struct decide d;

	(void)state;
	assert_int_equal(decide_outdated(the_model, KIND_CASES, &local, &row, true, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_SKIP);
	row = row_of(moved);
	assert_int_equal(decide_outdated(the_model, KIND_CASES, &local, &row, true, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_PUSH_AGAIN);
	decide_done(&d);
}

static void a_record_that_was_deleted_meanwhile_is_never_pushed_again(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *mine = doc(10, 10, "mine", "b", ""), *gone = doc(20, 10, "a", "b", ",\"deleted\":true");
	struct decide_local local = local_of(mine, base);
	struct sormas_row row = row_of(gone);
	struct decide d;

	(void)state;
	assert_int_equal(decide_outdated(the_model, KIND_CASES, &local, &row, false, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_REMOVE);
}

/* ---- results ---- */

static void results_make_the_record_clean_with_the_servers_dates(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *sent = doc(10, 10, "mine", "b", ""), *theirs = doc(30, 10, "mine", "b", ",\"epidNumber\":\"NAT-REG-DIS-26-001\"");
	struct sormas_row row = row_of(theirs);
	struct decide d;
	int64_t date = 0;

	(void)state;
	assert_int_equal(decide_result(the_model, KIND_CASES, sent, base, sent, &row, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_STORE);
	assert_null(d.base);
	assert_true(json_get_int(d.doc, "changeDate", &date) && date == 30);
	assert_string_equal(value(d.doc, "epidNumber"), "NAT-REG-DIS-26-001");
	assert_int_equal(d.not_stored, 0);
	decide_done(&d);
}

static void an_edit_that_a_200_did_not_store_is_a_conflict(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *sent = doc(10, 10, "mine", "b", ""), *theirs = doc(30, 10, "a", "b", "");
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_result(the_model, KIND_CASES, sent, base, sent, &row, &d, NULL), ST_OK);
	assert_int_equal(d.not_stored, 1);
	assert_int_equal(d.conflicts[0].type, CONFLICT_NOT_STORED);
	assert_string_equal(value(d.doc, "additionalDetails"), "a");
	decide_done(&d);
}

static void what_the_server_changes_by_rule_is_no_conflict(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *sent = doc(10, 10, "a", "b", ",\"epidNumber\":\"mine\""), *theirs = doc(30, 10, "a", "b", ",\"epidNumber\":\"NAT-REG-DIS-26-001\"");
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_result(the_model, KIND_CASES, sent, base, sent, &row, &d, NULL), ST_OK);
	assert_int_equal(d.conflict_count, 0);
	decide_done(&d);
}

static void what_the_server_changes_in_a_part_of_a_new_record_is_no_conflict_either(void **state)
{
	static const char stay[] = "\"previousHospitalizations\":[{\"uuid\":\"ITEMAA-AAAAAA-AAAAAA-AAAAAAAA\",\"description\":\"a\"}]",
		head[] = "{\"uuid\":\"" UUID "\",\"changeDate\":30,\"disease\":\"LASSA\",\"hospitalization\":{\"uuid\":\"HOSPAA-AAAAAA-AAAAAA-AAAAAAAA\",";
	char *sent = mem_printf("%s%s}}", head, stay), *theirs = mem_printf("%s%s,\"hospitalizedPreviously\":\"YES\"}}", head, stay);
	char *lost = mem_printf("%s\"previousHospitalizations\":[]}}", head);
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_result(the_model, KIND_CASES, sent, NULL, sent, &row, &d, NULL), ST_OK);
	assert_int_equal(d.conflict_count, 0);
	decide_done(&d);
	/* a part that did not arrive is told, by its own path */
	row = row_of(lost);
	assert_int_equal(decide_result(the_model, KIND_CASES, sent, NULL, sent, &row, &d, NULL), ST_OK);
	assert_int_equal(d.not_stored, 1);
	assert_string_equal(d.conflicts[0].path, "hospitalization.previousHospitalizations[ITEMAA-AAAAAA-AAAAAA-AAAAAAAA]");
	decide_done(&d);
	mem_free(sent);
	mem_free(theirs);
	mem_free(lost);
}

static void an_edit_made_while_the_push_was_under_way_stays_dirty(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *sent = doc(10, 10, "mine", "b", ""), *mine = doc(10, 10, "mine", "later", ""), *theirs = doc(30, 10, "mine", "b", "");
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_result(the_model, KIND_CASES, sent, base, mine, &row, &d, NULL), ST_OK);
	assert_non_null(d.base);
	assert_string_equal(value(json_get(d.doc, "hospitalization"), "otherHospitalizationReason"), "later");
	assert_int_equal(d.conflict_count, 0);
	decide_done(&d);
}

static void an_edit_under_a_mask_is_told_and_does_not_stay_in_the_document(void **state)
{
	const char *base = doc(10, 10, "a", "b", ",\"pseudonymized\":false"), *sent = doc(10, 10, "mine", "b", ",\"pseudonymized\":false"),
		*theirs = doc(30, 10, "", "b", ",\"pseudonymized\":true");
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_result(the_model, KIND_CASES, sent, base, sent, &row, &d, NULL), ST_OK);
	assert_int_equal(d.not_stored, 1);
	assert_string_equal(value(d.doc, "additionalDetails"), "a");
	assert_ptr_equal(d.shown.at, row.raw.at);
	decide_done(&d);
}

static void what_the_server_shows_masked_is_kept_beside_what_was_known(void **state)
{
	const char *base = doc(10, 10, "a", "b", ",\"pseudonymized\":false"), *mine = doc(10, 10, "a", "mine", ",\"pseudonymized\":false"),
		*theirs = doc(30, 10, "", "b", ",\"pseudonymized\":true");
	struct sormas_row row = row_of(theirs);
	struct decide_local local = local_of(mine, base);
	struct decide d;

	(void)state;
	assert_int_equal(decide_pulled(the_model, KIND_CASES, &local, &row, false, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_STORE);
	assert_string_equal(value(d.base, "additionalDetails"), "a");
	assert_string_equal(value(d.doc, "additionalDetails"), "a");
	assert_ptr_equal(d.shown.at, row.raw.at);
	decide_done(&d);
	/* shown in full, nothing is kept but the base */
	row = row_of(doc(30, 10, "c", "b", ",\"pseudonymized\":false"));
	assert_int_equal(decide_pulled(the_model, KIND_CASES, &local, &row, false, &d, NULL), ST_OK);
	assert_null(d.shown.at);
	decide_done(&d);
}

static void nothing_is_taken_of_a_new_person_that_its_case_does_not_show_yet(void **state)
{
	static const char sent[] = "{\"uuid\":\"" UUID "\",\"firstName\":\"Ada\",\"lastName\":\"Byte\",\"sex\":\"FEMALE\",\"personContactDetails\":[]}",
		edited[] = "{\"uuid\":\"" UUID "\",\"firstName\":\"Ada\",\"lastName\":\"Byte\",\"sex\":\"MALE\",\"personContactDetails\":[]}",
		shown[] = "{\"uuid\":\"" UUID "\",\"changeDate\":30,\"pseudonymized\":true,\"inJurisdiction\":false,\"firstName\":\"Confidential\",\"lastName\":\"Confidential\","
			"\"sex\":\"FEMALE\",\"personContactDetails\":[{\"uuid\":\"ITEMAA-AAAAAA-AAAAAA-AAAAAAAA\",\"pseudonymized\":true}]}";
	struct sormas_row row = row_of(shown);
	struct decide d;

	(void)state;
	/* What somebody added to it would otherwise be new again at each reading, also after it was taken away here. */
	assert_int_equal(decide_result(the_model, KIND_PERSONS, sent, NULL, sent, &row, &d, NULL), ST_OK);
	assert_true(d.masked);
	assert_null(d.base);
	assert_int_equal(json_count(json_get(d.doc, "personContactDetails")), 0);
	assert_string_equal(value(d.doc, "firstName"), "Ada");
	decide_done(&d);
	assert_int_equal(decide_result(the_model, KIND_PERSONS, sent, NULL, edited, &row, &d, NULL), ST_OK);
	assert_string_equal(value(d.doc, "sex"), "MALE");
	assert_string_equal(value(d.base, "sex"), "FEMALE");
	assert_int_equal(d.conflict_count, 0);
	decide_done(&d);
}

/* ---- unknown outcomes ---- */

static void a_push_of_which_the_server_knows_nothing_is_sent_again(void **state)
{
	const char *sent = doc(0, 0, "mine", "b", "");
	struct decide d;

	(void)state;
	assert_int_equal(decide_unknown(the_model, KIND_CASES, sent, NULL, sent, NULL, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_SEND_AGAIN);
}

static void a_new_record_that_is_there_was_applied(void **state)
{
	const char *sent = doc(0, 0, "mine", "b", ""), *theirs = doc(30, 30, "mine", "b", "");
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_unknown(the_model, KIND_CASES, sent, NULL, sent, &row, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_STORE);
	assert_null(d.base);
	decide_done(&d);
}

static void one_edited_path_that_arrived_proves_the_push(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *sent = doc(10, 10, "mine", "mine", ""), *theirs = doc(30, 30, "mine", "mine", "");
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_unknown(the_model, KIND_CASES, sent, base, sent, &row, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_STORE);
	assert_null(d.base);
	decide_done(&d);
}

static void an_added_item_that_is_there_proves_the_push_also_when_somebody_changed_it_since(void **state)
{
#define ITEMS(text) ",\"epiData\":{\"uuid\":\"EPIAAA-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":10,\"exposures\":[" text "]}"
#define ITEM(text) "{\"uuid\":\"ITEMAA-AAAAAA-AAAAAA-AAAAAAAA\",\"exposureType\":\"UNKNOWN\",\"description\":\"" text "\"}"
	const char *base = doc(10, 10, "a", "b", ITEMS("")), *sent = doc(10, 10, "a", "b", ITEMS(ITEM("mine"))), *theirs = doc(30, 30, "a", "b", ITEMS(ITEM("")));
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_unknown(the_model, KIND_CASES, sent, base, sent, &row, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_STORE);
	assert_null(d.base);                     /* nothing is sent over the other's change */
	decide_done(&d);
}

static void a_part_that_did_not_move_was_not_applied_and_mine_is_kept(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *sent = doc(10, 10, "a", "mine", ""), *theirs = doc(40, 10, "theirs", "b", "");
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_unknown(the_model, KIND_CASES, sent, base, sent, &row, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_SEND_AGAIN);
	assert_string_equal(value(json_get(d.doc, "hospitalization"), "otherHospitalizationReason"), "mine");
	assert_string_equal(value(d.doc, "additionalDetails"), "theirs");
	assert_int_equal(d.conflict_count, 0);
	decide_done(&d);
}

static void a_part_that_moved_and_has_the_old_value_is_not_sent_again_by_itself(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *sent = doc(10, 10, "a", "mine", ""), *theirs = doc(10, 40, "a", "b", "");
	struct sormas_row row = row_of(theirs);
	struct decide d;

	(void)state;
	assert_int_equal(decide_unknown(the_model, KIND_CASES, sent, base, sent, &row, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_STORE);
	assert_null(d.base);
	assert_int_equal(d.conflict_count, 1);
	assert_int_equal(d.conflicts[0].type, CONFLICT_UNKNOWN_OUTCOME);
	assert_string_equal(d.conflicts[0].path, "hospitalization.otherHospitalizationReason");
	decide_done(&d);
}

/* ---- removed or out of reach ---- */

static void candidates_for_removal(void **state)
{
	const char *mine = doc(10, 10, "a", "b", ""), *far = doc(10, 10, "a", "b", ",\"inJurisdiction\":false"), *there = doc(10, 10, "a", "b", ",\"inJurisdiction\":true");
	struct decide_local clean = local_of(mine, NULL), dirty = local_of(mine, mine), fresh = clean, sent = clean;
	struct sormas_row out_of_reach = row_of(far), in_reach = row_of(there);
	struct decide d;
	bool archived;

	(void)state;
	fresh.fresh = true;
	sent.awaiting = true;
	assert_int_equal(decide_removed(&clean, false, NULL, &archived, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_REMOVE);
	assert_int_equal(decide_removed(&dirty, false, &out_of_reach, &archived, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_REMOVE);
	/* only archived: it goes when it is clean, its edits are sent first */
	assert_int_equal(decide_removed(&clean, false, &in_reach, &archived, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_REMOVE);
	assert_int_equal(decide_removed(&dirty, false, &in_reach, &archived, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_SKIP);
	assert_true(archived);
	/* never: not accepted yet, its results not read, referred to by something here */
	assert_int_equal(decide_removed(&fresh, false, NULL, &archived, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_SKIP);
	assert_int_equal(decide_removed(&sent, false, NULL, &archived, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_SKIP);
	assert_int_equal(decide_removed(&clean, true, NULL, &archived, &d, NULL), ST_OK);
	assert_int_equal(d.what, DECIDE_SKIP);
}

static void garbage_from_the_server_is_an_error_and_no_decision(void **state)
{
	const char *base = doc(10, 10, "a", "b", ""), *mine = doc(10, 10, "mine", "b", "");
	char bad[] = "{\"uuid\":\"" UUID "\",\"changeDate\":20,\"hospitalization\":[1]}";
	struct decide_local local = local_of(mine, base);
	struct sormas_row row = row_of(bad);
	struct decide d;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(decide_pulled(the_model, KIND_CASES, &local, &row, false, &d, &err), ST_INVALID);
	decide_done(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_row_that_is_new_here_is_taken_as_it_came, free_docs),
		cmocka_unit_test_teardown(a_clean_record_of_the_same_version_is_skipped_and_of_a_newer_part_replaced, free_docs),
		cmocka_unit_test_teardown(a_repull_replaces_a_clean_record_of_the_same_version_too, free_docs),
		cmocka_unit_test_teardown(a_mask_that_comes_or_goes_is_another_version, free_docs),
		cmocka_unit_test_teardown(a_dirty_record_is_merged_and_its_snapshot_moves, free_docs),
		cmocka_unit_test_teardown(a_dirty_record_that_the_server_brought_to_the_same_is_clean, free_docs),
		cmocka_unit_test_teardown(what_was_sent_and_not_read_again_is_left_to_its_own_query, free_docs),
		cmocka_unit_test_teardown(a_deleted_row_removes_the_record_and_is_never_taken_as_new, free_docs),
		cmocka_unit_test_teardown(after_409_what_is_still_mine_is_pushed_again, free_docs),
		cmocka_unit_test_teardown(after_409_with_nothing_left_of_mine_nothing_is_pushed, free_docs),
		cmocka_unit_test_teardown(after_500_an_unmoved_version_means_that_nothing_was_stored, free_docs),
		cmocka_unit_test_teardown(a_record_that_was_deleted_meanwhile_is_never_pushed_again, free_docs),
		cmocka_unit_test_teardown(results_make_the_record_clean_with_the_servers_dates, free_docs),
		cmocka_unit_test_teardown(an_edit_that_a_200_did_not_store_is_a_conflict, free_docs),
		cmocka_unit_test_teardown(what_the_server_changes_by_rule_is_no_conflict, free_docs),
		cmocka_unit_test(what_the_server_changes_in_a_part_of_a_new_record_is_no_conflict_either),
		cmocka_unit_test_teardown(an_edit_made_while_the_push_was_under_way_stays_dirty, free_docs),
		cmocka_unit_test_teardown(an_edit_under_a_mask_is_told_and_does_not_stay_in_the_document, free_docs),
		cmocka_unit_test_teardown(what_the_server_shows_masked_is_kept_beside_what_was_known, free_docs),
		cmocka_unit_test(nothing_is_taken_of_a_new_person_that_its_case_does_not_show_yet),
		cmocka_unit_test_teardown(a_push_of_which_the_server_knows_nothing_is_sent_again, free_docs),
		cmocka_unit_test_teardown(a_new_record_that_is_there_was_applied, free_docs),
		cmocka_unit_test_teardown(one_edited_path_that_arrived_proves_the_push, free_docs),
		cmocka_unit_test_teardown(an_added_item_that_is_there_proves_the_push_also_when_somebody_changed_it_since, free_docs),
		cmocka_unit_test_teardown(a_part_that_did_not_move_was_not_applied_and_mine_is_kept, free_docs),
		cmocka_unit_test_teardown(a_part_that_moved_and_has_the_old_value_is_not_sent_again_by_itself, free_docs),
		cmocka_unit_test_teardown(candidates_for_removal, free_docs),
		cmocka_unit_test_teardown(garbage_from_the_server_is_an_error_and_no_decision, free_docs)
	};

	return cmocka_run_group_tests_name("sync decide", tests, load_model, free_model);
}
