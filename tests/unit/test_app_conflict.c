#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "app_profile.h"

#include "app/colleague.h"
#include "app/conflict.h"
#include "app/labels.h"

static int64_t add(struct profile *p, enum conflict_type type, const char *path, const char *base, const char *mine, const char *theirs,
	int64_t run)
{
	struct conflict_row row = { .time_ms = P_NOW, .run_id = run, .kind = KIND_CASES, .uuid = P_CASE, .type = type };
	struct err err;
	int64_t id = 0;

	row.label = mem_strdup("CASEAA Kamara, Fatu");
	row.path = mem_strdup(path);
	row.base = mem_strdup(base);
	row.mine = mem_strdup(mine);
	row.theirs = mem_strdup(theirs);
	assert_ok(store_add_conflict(p->session->store, &row, &id, &err), &err);
	mem_free(row.label);
	mem_free(row.path);
	mem_free(row.base);
	mem_free(row.mine);
	mem_free(row.theirs);
	return id;
}

static struct json *stay_of(struct json *doc)
{
	return json_get(doc, "hospitalization");
}

static void restoring_a_field_is_a_new_edit(void **state)
{
	struct profile *p = *state;
	int64_t id = add(p, CONFLICT_FIELD, "hospitalization.dischargeDate", NULL, "1795305600000", "1795392000000", 0), ms = 0;
	struct conflict_counts counts;
	struct json *doc;
	struct err err;

	assert_ok(conflict_restore(p->session, id, &err), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_true(json_get_int(stay_of(doc), "dischargeDate", &ms));
	assert_int_equal(ms, P_DAY(0));
	json_free(doc);
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY, RECORD_DIRTY);
	assert_ok(conflict_count(p->session, &counts, &err), &err);
	assert_int_equal(counts.open, 0);
	assert_int_equal(counts.restored, 1);
	assert_int_equal(conflict_restore(p->session, id, &err), ST_INVALID);
	assert_int_equal(conflict_restore(p->session, id + 1000, &err), ST_NOT_FOUND);
}

static void the_parts_of_one_value_come_back_together(void **state)
{
	struct profile *p = *state;
	int64_t outcome = add(p, CONFLICT_FIELD, "outcome", "\"NO_OUTCOME\"", "\"DECEASED\"", "\"RECOVERED\"", 0);
	struct conflict_counts counts;
	struct json *doc;
	struct err err;
	int64_t ms = 0;

	add(p, CONFLICT_FIELD, "outcomeDate", NULL, "1795219200000", NULL, 0);
	/* Not a part of it. */
	add(p, CONFLICT_FIELD, "epidNumber", NULL, "\"A\"", "\"B\"", 0);
	assert_ok(conflict_restore(p->session, outcome, &err), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_string_equal(json_get_string(doc, "outcome"), "DECEASED");
	assert_true(json_get_int(doc, "outcomeDate", &ms));
	assert_null(json_get(doc, "epidNumber"));
	json_free(doc);
	assert_ok(conflict_count(p->session, &counts, &err), &err);
	assert_int_equal(counts.restored, 2);
	assert_int_equal(counts.open, 1);
}

static void a_removed_item_comes_back_as_a_new_row(void **state)
{
	static const char mine[] = "{\"uuid\":\"STAYBB-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":5,\"description\":\"mine\"}";
	struct profile *p = *state;
	int64_t id = add(p, CONFLICT_LIST_ITEM_REMOVED, "hospitalization.previousHospitalizations[STAYBB-AAAAAA-AAAAAA-AAAAAAAA]", mine, mine,
		NULL, 0);
	struct json *doc, *list;
	struct err err;

	assert_ok(conflict_restore(p->session, id, &err), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	list = json_get(stay_of(doc), "previousHospitalizations");
	assert_int_equal(json_count(list), 2);
	assert_string_equal(json_get_string(json_at(list, 1), "description"), "mine");
	assert_null(json_get(json_at(list, 1), "changeDate"));
	json_free(doc);
}

static void a_recreated_item_is_removed_again(void **state)
{
	struct profile *p = *state;
	int64_t id = add(p, CONFLICT_LIST_ITEM_RECREATED, "hospitalization.previousHospitalizations[" P_STAY "]", "{}", NULL, "{}", 0);
	struct json *doc;
	struct err err;

	assert_ok(conflict_restore(p->session, id, &err), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_int_equal(json_count(json_get(stay_of(doc), "previousHospitalizations")), 0);
	json_free(doc);
}

struct find_uuid { char uuid[UUID_SIZE]; int count; };

static bool find_other(void *ctx, const char *uuid, int64_t change_date, unsigned flags)
{
	struct find_uuid *find = ctx;

	(void)change_date;
	if ((flags & RECORD_NEW) != 0) {
		snprintf(find->uuid, sizeof(find->uuid), "%s", uuid);
		find->count++;
	}
	return true;
}

static void a_removed_record_is_made_again_with_new_uuids(void **state)
{
	struct profile *p = *state;
	struct json *old = profile_doc(p->session, KIND_CASES, P_CASE), *doc;
	struct find_uuid find = { "", 0 };
	char *text = json_print(old, NULL);
	struct err err;
	int64_t id;

	id = add(p, CONFLICT_RECORD_REMOVED, "", NULL, text, NULL, 0);
	assert_ok(store_delete(p->session->store, KIND_CASES, P_CASE, &err), &err);
	assert_ok(conflict_restore(p->session, id, &err), &err);
	assert_ok(store_each_uuid(p->session->store, KIND_CASES, find_other, &find, &err), &err);
	assert_int_equal(find.count, 1);
	assert_string_not_equal(find.uuid, P_CASE);
	doc = profile_doc(p->session, KIND_CASES, find.uuid);
	assert_string_equal(json_get_string(doc, "uuid"), find.uuid);
	assert_string_not_equal(json_get_string(stay_of(doc), "uuid"), json_get_string(stay_of(old), "uuid"));
	assert_string_not_equal(json_get_string(json_at(json_get(stay_of(doc), "previousHospitalizations"), 0), "uuid"), P_STAY);
	/* What it refers to stays what it was. */
	assert_string_equal(json_get_string(json_get(doc, "person"), "uuid"), P_PERSON);
	assert_string_equal(json_get_string(json_get(doc, "healthFacility"), "uuid"), P_HOSPITAL);
	assert_string_equal(json_get_string(doc, "disease"), "LASSA");
	mem_free(text);
	json_free(old);
	json_free(doc);
}

static int64_t add_removed(struct profile *p, enum kind kind, const char *uuid, char *mine)
{
	struct conflict_row row = { .time_ms = P_NOW, .kind = kind, .type = CONFLICT_RECORD_REMOVED };
	struct err err;
	int64_t id = 0;

	snprintf(row.uuid, sizeof(row.uuid), "%s", uuid);
	row.label = mem_strdup("x");
	row.path = mem_strdup("");
	row.mine = mine;
	assert_ok(store_add_conflict(p->session->store, &row, &id, &err), &err);
	conflict_row_done(&row);
	return id;
}

/* The server took both away: a case without its person could not be sent. */
static void a_restored_case_brings_its_removed_person_along_once(void **state)
{
	struct profile *p = *state;
	struct json *old = profile_doc(p->session, KIND_CASES, P_CASE), *person = profile_doc(p->session, KIND_PERSONS, P_PERSON), *doc;
	struct find_uuid cases = { "", 0 }, persons = { "", 0 };
	struct conflict_counts counts;
	struct err err;
	int64_t first, second;

	add_removed(p, KIND_PERSONS, P_PERSON, json_print(person, NULL));
	first = add_removed(p, KIND_CASES, P_CASE, json_print(old, NULL));
	second = add_removed(p, KIND_CASES, "CASEBB-AAAAAA-AAAAAA-AAAAAAAA", json_print(old, NULL));
	assert_ok(store_delete(p->session->store, KIND_CASES, P_CASE, &err), &err);
	assert_ok(store_delete(p->session->store, KIND_PERSONS, P_PERSON, &err), &err);
	assert_ok(conflict_restore(p->session, first, &err), &err);
	assert_ok(store_each_uuid(p->session->store, KIND_PERSONS, find_other, &persons, &err), &err);
	assert_int_equal(persons.count, 1);
	assert_string_not_equal(persons.uuid, P_PERSON);
	assert_ok(store_each_uuid(p->session->store, KIND_CASES, find_other, &cases, &err), &err);
	doc = profile_doc(p->session, KIND_CASES, cases.uuid);
	assert_string_equal(json_get_string(json_get(doc, "person"), "uuid"), persons.uuid);
	json_free(doc);
	assert_ok(conflict_count(p->session, &counts, &err), &err);
	assert_int_equal(counts.restored, 2);
	/* Another case of that person refers to the person who was made then. */
	assert_ok(conflict_restore(p->session, second, &err), &err);
	persons.count = 0;
	assert_ok(store_each_uuid(p->session->store, KIND_PERSONS, find_other, &persons, &err), &err);
	assert_int_equal(persons.count, 1);
	json_free(old);
	json_free(person);
}

static void what_the_account_may_not_do_is_not_restored(void **state)
{
	struct profile *p = *state;
	struct json *doc = profile_doc(p->session, KIND_CASES, P_CASE);
	int64_t field = add(p, CONFLICT_FIELD, "hospitalization.isolated", NULL, "\"NO\"", "\"YES\"", 0);
	int64_t here = add_removed(p, KIND_CASES, P_CASE, json_print(doc, NULL));
	int64_t gone = add_removed(p, KIND_CASES, "CASEBB-AAAAAA-AAAAAA-AAAAAAAA", json_print(doc, NULL));
	struct conflict_counts counts;
	struct err err;

	json_free(doc);
	assert_ok(session_store_rights(p->session, "[\"CASE_VIEW\"]", strlen("[\"CASE_VIEW\"]"), NULL, &err), &err);
	session_reload_rights(p->session);
	assert_int_equal(conflict_restore(p->session, field, &err), ST_REFUSED);
	assert_int_equal(conflict_restore(p->session, here, &err), ST_REFUSED);
	assert_int_equal(conflict_restore(p->session, gone, &err), ST_REFUSED);
	/* They wait for somebody who may. */
	assert_ok(conflict_count(p->session, &counts, &err), &err);
	assert_int_equal(counts.open, 3);
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY, 0);
}

static void a_log_without_a_usable_copy_says_so_and_stays_open(void **state)
{
	struct profile *p = *state;
	int64_t ids[] = { add_removed(p, KIND_CASES, P_CASE, NULL), add_removed(p, KIND_CASES, P_CASE, mem_strdup("[]")),
		add_removed(p, KIND_CASES, "CASEBB-AAAAAA-AAAAAA-AAAAAAAA", NULL), add_removed(p, KIND_CASES, "CASEBB-AAAAAA-AAAAAA-AAAAAAAA", mem_strdup("7")),
		add(p, CONFLICT_LIST_ITEM_REMOVED, "hospitalization.previousHospitalizations[STAYBB-AAAAAA-AAAAAA-AAAAAAAA]", NULL, "7", NULL, 0) };
	struct conflict_counts counts;
	struct err err;

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_int_equal(conflict_restore(p->session, ids[i], &err), ST_INVALID);
	assert_ok(conflict_count(p->session, &counts, &err), &err);
	assert_int_equal(counts.open, sizeof(ids) / sizeof(ids[0]));
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY, 0);
}

static void an_item_comes_back_into_a_list_that_is_not_there_any_more(void **state)
{
	static const char mine[] = "{\"uuid\":\"EXPOSU-AAAAAA-AAAAAA-AAAAAAAA\",\"exposureType\":\"TRAVEL\"}";
	struct profile *p = *state;
	int64_t id = add(p, CONFLICT_LIST_ITEM_REMOVED, "epiData.exposures[EXPOSU-AAAAAA-AAAAAA-AAAAAAAA]", mine, mine, NULL, 0);
	struct json *doc, *list;
	struct err err;

	assert_ok(conflict_restore(p->session, id, &err), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	list = json_get(json_get(doc, "epiData"), "exposures");
	assert_int_equal(json_count(list), 1);
	assert_string_equal(json_get_string(json_at(list, 0), "exposureType"), "TRAVEL");
	json_free(doc);
}

static void keeping_closes_it_and_changes_nothing(void **state)
{
	struct profile *p = *state;
	int64_t id = add(p, CONFLICT_FIELD, "hospitalization.dischargeDate", NULL, "1", "2", 0);
	struct json *before = profile_doc(p->session, KIND_CASES, P_CASE), *after;
	struct conflict_counts counts;
	struct err err;

	assert_ok(conflict_keep(p->session, id, &err), &err);
	after = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_true(json_equal(before, after));
	assert_ok(conflict_count(p->session, &counts, &err), &err);
	assert_int_equal(counts.kept, 1);
	assert_int_equal(conflict_keep(p->session, id, &err), ST_INVALID);
	json_free(before);
	json_free(after);
}

static void what_was_kept_by_mistake_is_restored_once(void **state)
{
	struct profile *p = *state;
	int64_t id = add(p, CONFLICT_FIELD, "outcome", "\"NO_OUTCOME\"", "\"DECEASED\"", "\"RECOVERED\"", 0);
	struct conflict_counts counts;
	struct json *doc;
	struct err err;

	assert_ok(conflict_keep(p->session, id, &err), &err);
	assert_ok(conflict_restore(p->session, id, &err), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_string_equal(json_get_string(doc, "outcome"), "DECEASED");
	json_free(doc);
	assert_ok(conflict_count(p->session, &counts, &err), &err);
	assert_int_equal(counts.kept, 0);
	assert_int_equal(counts.restored, 1);
	assert_int_equal(conflict_restore(p->session, id, &err), ST_INVALID);
	assert_int_equal(conflict_keep(p->session, id, &err), ST_INVALID);
}

static void the_kept_parts_of_one_value_come_back_together(void **state)
{
	struct profile *p = *state;
	int64_t outcome = add(p, CONFLICT_FIELD, "outcome", "\"NO_OUTCOME\"", "\"DECEASED\"", "\"RECOVERED\"", 0);
	int64_t date = add(p, CONFLICT_FIELD, "outcomeDate", NULL, "1795219200000", "1795305600000", 0);
	struct conflict_counts counts;
	struct json *doc;
	struct err err;
	int64_t ms = 0;

	assert_ok(conflict_keep(p->session, outcome, &err), &err);
	assert_ok(conflict_keep(p->session, date, &err), &err);
	assert_ok(conflict_restore(p->session, outcome, &err), &err);
	doc = profile_doc(p->session, KIND_CASES, P_CASE);
	assert_string_equal(json_get_string(doc, "outcome"), "DECEASED");
	assert_true(json_get_int(doc, "outcomeDate", &ms));
	assert_int_equal(ms, INT64_C(1795219200000));
	json_free(doc);
	assert_ok(conflict_count(p->session, &counts, &err), &err);
	assert_int_equal(counts.kept, 0);
	assert_int_equal(counts.restored, 2);
}

static void a_failed_restore_leaves_the_conflict_open(void **state)
{
	struct profile *p = *state;
	int64_t id = add(p, CONFLICT_FIELD, "hospitalization.previousHospitalizations[GONEAA-AAAAAA-AAAAAA-AAAAAAAA].description", NULL, "\"x\"",
		"\"y\"", 0);
	struct conflict_counts counts;
	struct err err;

	assert_int_equal(conflict_restore(p->session, id, &err), ST_NOT_FOUND);
	assert_ok(conflict_count(p->session, &counts, &err), &err);
	assert_int_equal(counts.open, 1);
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY, 0);
}

static void a_list_keeps_the_names_of_its_fields_when_labels_are_read_anew(void **state)
{
	struct profile *p = *state;
	struct conflict_list list;
	struct err err;
	char *before;

	add(p, CONFLICT_FIELD, "hospitalization.isolated", NULL, "\"NO\"", "\"YES\"", 0);
	assert_ok(conflict_list(p->session, NULL, &list, &err), &err);
	before = mem_strdup(list.rows[0].field);
	/* As in the middle of a synchronization that brings other rights. */
	labels_forget(p->session);
	assert_string_equal(list.rows[0].field, before);
	mem_free(before);
	conflict_list_done(&list);
}

static void the_log_is_exported_safely(void **state)
{
	struct profile *p = *state;
	struct conflict_query query = { .state = "open" };
	struct conflict_list list;
	struct json *json;
	char *text;
	struct err err;

	add(p, CONFLICT_FIELD, "additionalDetails", NULL, "\"a, \\\"b\\\"\\u001b[2Jc\"", "\"d\"", 0);
	assert_ok(conflict_list(p->session, &query, &list, &err), &err);
	assert_int_equal(list.count, 1);
	text = conflict_csv(&list);
	assert_null(strchr(text, 0x1b));
	assert_non_null(strstr(text, "\"a, \"\"b\"\""));
	mem_free(text);
	text = conflict_json(&list);
	assert_ok(json_parse_text(text, &json, &err), &err);
	assert_string_equal(json_get_string(json_at(json, 0), "mine"), "a, \"b\"\x1b[2Jc");
	assert_true(json_is_null(json_get(json_at(json, 0), "base")));
	assert_string_equal(json_get_string(json_at(json, 0), "type"), "field");
	json_free(json);
	mem_free(text);
	conflict_list_done(&list);
	query.state = "closed";
	assert_int_equal(conflict_list(p->session, &query, &list, &err), ST_INVALID);
}

static void values_and_what_happened_are_told_in_the_persons_language(void **state)
{
	struct profile *p = *state;
	char *said = setlocale(LC_ALL, NULL) == NULL ? NULL : mem_strdup(setlocale(LC_ALL, NULL));
	struct conflict_list list;
	struct err err;
	size_t i;

	add(p, CONFLICT_FIELD, "hospitalization.isolated", NULL, "\"YES\"", "\"NO\"", 0);
	add(p, CONFLICT_FIELD, "postMortem", "false", "true", "false", 0);
	add(p, CONFLICT_LIST_ITEM_REMOVED, "hospitalization.previousHospitalizations[ITEM-UUID-OF-20-LETTERS]", NULL,
		"{\"uuid\":\"ITEM-UUID-OF-20-LETTERS\",\"isolated\":\"YES\"}", NULL, 0);
	if (setlocale(LC_ALL, "C.UTF-8") == NULL || access("locale/fr/LC_MESSAGES/outpost.mo", R_OK) != 0) {
		mem_free(said);
		skip();
	}
	setenv("LANGUAGE", "fr", 1);
	i18n_init("locale");
	assert_ok(conflict_list(p->session, NULL, &list, &err), &err);
	unsetenv("LANGUAGE");
	assert_int_equal(list.count, 3);
	for (i = 0; i < 3; i++) {
		const struct conflict *one = &list.rows[i];

		if (strstr(one->path, "[") != NULL)
			assert_string_equal(one->mine_text, "En isolement ? Oui");
		else
			assert_string_equal(one->mine_text, "Oui");
		if (one->theirs != NULL)
			assert_string_equal(one->theirs_text, "Non");
	}
	conflict_list_done(&list);
	setlocale(LC_ALL, said);
	mem_free(said);
}

static void every_type_of_conflict_says_what_happened(void **state)
{
	struct profile *p = *state;
	struct conflict_list list;
	struct err err;
	size_t i, k;
	int type;

	for (type = 0; type < CONFLICT_TYPE_COUNT; type++)
		add(p, (enum conflict_type)type, "hospitalization.isolated", NULL, "\"YES\"", NULL, 0);
	assert_ok(conflict_list(p->session, NULL, &list, &err), &err);
	assert_int_equal(list.count, CONFLICT_TYPE_COUNT);
	for (i = 0; i < list.count; i++)
		for (k = 0; k < list.count; k++)
			assert_true((i == k) == (strcmp(conflict_about(&list.rows[i]), conflict_about(&list.rows[k])) == 0));
	assert_string_equal(conflict_state_text(&list.rows[0]), "open");
	conflict_list_done(&list);
}

static void the_demos_colleague_is_told_the_field_and_its_value(void **state)
{
	struct profile *p = *state;
	struct json *before = profile_doc(p->session, KIND_CASES, P_CASE), *after = json_copy(before);
	char *body;

	assert_null(colleague_body(p->session->model, P_CASE, before, after));
	json_set(stay_of(after), "isolated", json_new_string("NO"));
	body = colleague_body(p->session->model, P_CASE, before, after);
	assert_string_equal(body, "{\"case\":\"" P_CASE "\",\"changes\":{\"hospitalization\":{\"isolated\":\"NO\"}}}");
	mem_free(body);
	json_free(before);
	json_free(after);
}

#define T(f) cmocka_unit_test_setup_teardown(f, profile_open, profile_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(restoring_a_field_is_a_new_edit), T(the_parts_of_one_value_come_back_together), T(a_removed_item_comes_back_as_a_new_row),
		T(a_recreated_item_is_removed_again), T(a_removed_record_is_made_again_with_new_uuids),
		T(a_restored_case_brings_its_removed_person_along_once), T(what_the_account_may_not_do_is_not_restored),
		T(a_log_without_a_usable_copy_says_so_and_stays_open), T(an_item_comes_back_into_a_list_that_is_not_there_any_more), T(keeping_closes_it_and_changes_nothing), T(what_was_kept_by_mistake_is_restored_once), T(the_kept_parts_of_one_value_come_back_together),
		T(a_failed_restore_leaves_the_conflict_open), T(a_list_keeps_the_names_of_its_fields_when_labels_are_read_anew),
		T(the_log_is_exported_safely), T(the_demos_colleague_is_told_the_field_and_its_value),
		T(values_and_what_happened_are_told_in_the_persons_language), T(every_type_of_conflict_says_what_happened),
	};

	return cmocka_run_group_tests_name("app_conflict", tests, NULL, NULL);
}
