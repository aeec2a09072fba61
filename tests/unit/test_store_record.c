/* Records: what sync writes and reads (store.h "records"; sync.md section 2). */
#include "store_fixture.h"

static void what_was_put_comes_back_byte_for_byte(void **state)
{
	struct fixture *f = *state;
	const char *doc = "{\"uuid\":\"CASE-1\",\"changeDate\":7,\"name\":\"tab\\there \\u00e9"
		" \xc3\xa9\",\"n\":1.10,\"big\":9223372036854775807}";
	struct record record;

	put(f->store, KIND_CASES, "CASE-1", mem_strdup(doc));
	record = get(f->store, KIND_CASES, "CASE-1");
	assert_string_equal(record.doc, doc);
	assert_null(record.base);
	assert_int_equal(record.change_date, 7);
	assert_int_equal(record.revision, 1);
	assert_int_equal(record.flags, 0);
	assert_string_equal(record.uuid, "CASE-1");
	record_done(&record);
}

static void same_uuid_in_two_kinds_are_two_records(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct record record;

	put(f->store, KIND_CASES, "X-1", mem_strdup("{\"uuid\":\"X-1\",\"changeDate\":1}"));
	put(f->store, KIND_PERSONS, "X-1", mem_strdup("{\"uuid\":\"X-1\",\"changeDate\":2}"));
	MUST(store_delete(f->store, KIND_CASES, "X-1", &err));
	record = get(f->store, KIND_PERSONS, "X-1");
	assert_int_equal(record.change_date, 2);
	record_done(&record);
	EXPECT(store_get(f->store, KIND_CASES, "X-1", &record, &err), ST_NOT_FOUND);
}

static void a_write_over_another_revision_is_stale_and_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct store_pulled row = { .kind = KIND_PERSONS, .uuid = "P-1", .doc = "{\"uuid\":\"P-1\"}", .doc_len = 14 };
	struct record record;

	EXPECT((row.revision = 3, store_put_pulled(f->store, &row, &err)), ST_STALE);
	put(f->store, KIND_PERSONS, "P-1", mem_strdup("{\"uuid\":\"P-1\",\"v\":1}"));
	EXPECT((row.revision = 0, store_put_pulled(f->store, &row, &err)), ST_STALE);
	EXPECT((row.revision = 2, store_put_pulled(f->store, &row, &err)), ST_STALE);
	record = get(f->store, KIND_PERSONS, "P-1");
	assert_string_equal(record.doc, "{\"uuid\":\"P-1\",\"v\":1}");
	record_done(&record);
	MUST((row.revision = 1, store_put_pulled(f->store, &row, &err)));
}

static void a_record_that_comes_back_goes_on_counting_revisions(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct record record;

	put(f->store, KIND_PERSONS, "P-1", mem_strdup("{\"uuid\":\"P-1\",\"v\":1}"));
	put(f->store, KIND_PERSONS, "P-1", mem_strdup("{\"uuid\":\"P-1\",\"v\":2}"));
	MUST(store_delete(f->store, KIND_PERSONS, "P-1", &err));
	put(f->store, KIND_PERSONS, "P-1", mem_strdup("{\"uuid\":\"P-1\",\"v\":3}"));
	record = get(f->store, KIND_PERSONS, "P-1");
	assert_int_equal(record.revision, 3); /* 1 or 2 would pass for the version that a form still shows */
	record_done(&record);
}

static void the_change_date_is_the_base_s_while_there_is_one(void **state)
{
	struct fixture *f = *state;
	struct record record;

	put_flags(f->store, KIND_PERSONS, "P-1", mem_strdup("{\"uuid\":\"P-1\",\"changeDate\":5}"), "{\"uuid\":\"P-1\",\"changeDate\":9}",
		RECORD_DIRTY);
	record = get(f->store, KIND_PERSONS, "P-1");
	assert_int_equal(record.change_date, 9);
	assert_string_equal(record.base, "{\"uuid\":\"P-1\",\"changeDate\":9}");
	record_done(&record);
	put_flags(f->store, KIND_PERSONS, "P-1", mem_strdup("{\"uuid\":\"P-1\",\"changeDate\":11}"), NULL, 0);
	record = get(f->store, KIND_PERSONS, "P-1");
	assert_int_equal(record.change_date, 11);
	assert_null(record.base);
	record_done(&record);
}

static void bad_documents_are_refused_and_leave_nothing(void **state)
{
	struct fixture *f = *state;
	struct err err;
	static const char *const bad[] = { "", "[]", "{", "{\"uuid\":\"OTHER\"}", "{\"uuid\":\"P-1\"} x",
		"{\"uuid\":\"P-1\",\"a\":\"\\u0000\"}", "{\"a\":\"\xff\"}", "null" };
	int64_t n = -1;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct store_pulled row = { .kind = KIND_PERSONS, .uuid = "P-1", .doc = bad[i], .doc_len = strlen(bad[i]) };

		if (store_put_pulled(f->store, &row, &err) != ST_INVALID)
			fail_msg("document %zu (%s) was taken", i, bad[i]);
	}
	MUST(store_count_kind(f->store, KIND_PERSONS, &n, &err));
	assert_int_equal(n, 0);
}

static bool note_case(void *ctx, const struct case_row *row)
{
	char *line = mem_printf("%s %s %s|%s|%s %lld %s", row->uuid, row->person_uuid, row->first_name, row->last_name, row->disease,
		(long long)row->report_date, row->facility);

	snprintf(ctx, 200, "%s", line);
	mem_free(line);
	return true;
}

static void a_document_that_was_scanned_gives_the_same_row(void **state)
{
	struct fixture *f = *state;
	struct err err;
	static const char doc[] = "{\"uuid\":\"C-S\",\"person\":{\"a\":[{\"uuid\":\"X\"}],\"uuid\":\"P-S\",\"firstName\":\"\\u00c9l\\\"a\","
		"\"lastName\":\"K}\"}, \"reportDate\" : 1700000000000,\"disease\":\"EVD\",\"symptoms\":{\"disease\":\"CHOLERA\",\"uuid\":\"Y\"},"
		"\"healthFacility\":{\"uuid\":\"F-S\",\"caption\":\"Clinic ]\"},\"changeDate\":7}";

	struct json_members walk = json_members_of((struct json_span){ doc, sizeof doc - 1 });
	struct json_spot members[16];
	struct json_member m;
	size_t count = 0;

	while (count < 16 && json_members_next(&walk, &m))
		members[count++] = json_spot_of(doc, m.type, m.key, m.raw);
	for (int i = 0; i < 2; i++) {
		struct store_pulled row = { .kind = KIND_CASES, .uuid = "C-S", .revision = i, .doc = doc, .doc_len = sizeof doc - 1,
			.members = i == 1 ? members : NULL, .member_count = count };
		struct case_query all = { .words = NULL };
		struct record record;
		char line[200] = "";

		MUST(store_put_pulled(f->store, &row, &err));
		record = get(f->store, KIND_CASES, "C-S");
		assert_string_equal(record.doc, doc);
		assert_int_equal(record.change_date, 7);
		record_done(&record);
		MUST(store_list_cases(f->store, &all, note_case, line, &err));
		assert_string_equal(line, "C-S P-S Él\"a|K}|EVD 1700000000000 Clinic ]");
	}
}

static void kinds_with_a_flag_are_told_by_one_look(void **state)
{
	static const enum record_flag flags[] = { RECORD_DIRTY, RECORD_NEW, RECORD_REJECTED, RECORD_REREAD };
	struct fixture *f = *state;
	struct err err = { 0 };
	bool kinds[KIND_COUNT], any;

	put_flags(f->store, KIND_PERSONS, "P-1", person_doc("P-1", "Fatu", "Kamara", "FEMALE"), "{}", RECORD_DIRTY);
	put_flags(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "", 1), NULL, RECORD_DIRTY | RECORD_NEW);
	put_flags(f->store, KIND_CASES, "C-2", case_doc("C-2", "P-1", "", 1), NULL, RECORD_REREAD);
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		MUST(store_flagged(f->store, flags[i], kinds, &err));
		for (int k = 0; k < KIND_COUNT; k++) {
			bool expected = (k == KIND_PERSONS && flags[i] == RECORD_DIRTY) || (k == KIND_CASES && flags[i] != RECORD_REJECTED);

			if (kinds[k] != expected)
				fail_msg("flag %d: %s are %s", (int)flags[i], model_kind_name((enum kind)k), kinds[k] ? "told" : "not told");
		}
	}
	EXPECT(store_flagged(f->store, RECORD_ARCHIVED, kinds, &err), ST_FAILED); /* has no index */
	MUST(store_has_kind(f->store, KIND_CASES, &any, &err));
	assert_true(any);
	MUST(store_has_kind(f->store, KIND_CONTACTS, &any, &err));
	assert_false(any);
}

static void what_is_stored_unseen_is_refused_if_it_is_here(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	char *first = case_doc("C-1", "P-1", "FIRST", 1), *second = case_doc("C-1", "P-1", "SECOND", 2), *third = case_doc("C-2", "P-1", "THIRD", 3);
	struct store_pulled row = { .kind = KIND_CASES, .uuid = "C-1", .doc = first, .doc_len = strlen(first), .unseen = true };
	struct record record;
	int64_t n;

	MUST(store_begin(f->store, &err));
	MUST(store_put_pulled(f->store, &row, &err));
	row.doc = second;
	row.doc_len = strlen(second);
	EXPECT(store_put_pulled(f->store, &row, &err), ST_STALE);
	row.uuid = "C-2";
	row.doc = third;
	row.doc_len = strlen(third);
	MUST(store_put_pulled(f->store, &row, &err));
	MUST(store_commit(f->store, &err));      /* the refused one has spoiled nothing */
	row.uuid = "C-1";
	EXPECT(store_put_pulled(f->store, &row, &err), ST_INVALID);
	row.doc = second;
	row.doc_len = strlen(second);
	EXPECT(store_put_pulled(f->store, &row, &err), ST_STALE);
	record = get(f->store, KIND_CASES, "C-1");
	assert_string_equal(record.doc, first);
	assert_int_equal(record.revision, 1);
	record_done(&record);
	record = get(f->store, KIND_CASES, "C-2");
	assert_string_equal(record.doc, third);
	record_done(&record);
	MUST(store_count_kind(f->store, KIND_CASES, &n, &err));
	assert_int_equal(n, 2);
	mem_free(first);
	mem_free(second);
	mem_free(third);
}

static void uuids_have_1_to_36_characters(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct store_pulled row = { .kind = KIND_PERSONS, .uuid = "", .doc = "{}", .doc_len = 2 };

	EXPECT(store_put_pulled(f->store, &row, &err), ST_INVALID);
	row.uuid = "0123456789012345678901234567890123456";
	EXPECT(store_put_pulled(f->store, &row, &err), ST_INVALID);
	row.uuid = "012345678901234567890123456789012345";
	MUST(store_put_pulled(f->store, &row, &err));
}

static void peek_gives_the_text_until_the_next_call(void **state)
{
	struct fixture *f = *state;
	struct err err;
	int64_t revision;
	unsigned flags;
	const char *doc;
	size_t len;

	put_flags(f->store, KIND_CASES, "C-1", mem_strdup("{\"uuid\":\"C-1\"}"), NULL, RECORD_REREAD);
	MUST(store_peek(f->store, KIND_CASES, "C-1", &revision, &flags, &doc, &len, &err));
	assert_int_equal(revision, 1);
	assert_int_equal(flags, RECORD_REREAD);
	assert_int_equal(len, 14);
	assert_memory_equal(doc, "{\"uuid\":\"C-1\"}", 14);
	EXPECT(store_peek(f->store, KIND_CASES, "C-2", &revision, &flags, &doc, &len, &err), ST_NOT_FOUND);
	/* It must not keep a transaction from beginning. */
	MUST(store_peek(f->store, KIND_CASES, "C-1", &revision, &flags, &doc, &len, &err));
	put(f->store, KIND_CASES, "C-1", mem_strdup("{\"uuid\":\"C-1\",\"b\":1}"));
}

static void a_prefix_finds_one_record_or_asks(void **state)
{
	struct fixture *f = *state;
	struct err err;
	char uuid[UUID_SIZE] = "kept";

	put(f->store, KIND_CASES, "SLR365-A", mem_strdup("{}"));
	put(f->store, KIND_CASES, "SLR365-AB", mem_strdup("{}"));
	put(f->store, KIND_CASES, "SLR400", mem_strdup("{}"));
	put(f->store, KIND_PERSONS, "TTT", mem_strdup("{}"));
	EXPECT(store_find(f->store, KIND_CASES, "SLR", uuid, &err), ST_ASK);
	EXPECT(store_find(f->store, KIND_CASES, "TTT", uuid, &err), ST_NOT_FOUND);
	EXPECT(store_find(f->store, KIND_CASES, "SLR___", uuid, &err), ST_NOT_FOUND); /* no wildcards */
	EXPECT(store_find(f->store, KIND_CASES, "%", uuid, &err), ST_NOT_FOUND);
	EXPECT(store_find(f->store, KIND_CASES, "", uuid, &err), ST_INVALID);
	assert_string_equal(uuid, "kept");
	MUST(store_find(f->store, KIND_CASES, "slr4", uuid, &err));
	assert_string_equal(uuid, "SLR400");
	MUST(store_find(f->store, KIND_CASES, "slr365-a", uuid, &err)); /* whole, although a longer one begins with it */
	assert_string_equal(uuid, "SLR365-A");
}

static void a_rejection_keeps_its_reason_until_it_is_lifted(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct record record;
	struct store_counts counts;

	put_flags(f->store, KIND_CASES, "C-1", mem_strdup("{}"), NULL, RECORD_DIRTY);
	put_flags(f->store, KIND_PERSONS, "P-1", mem_strdup("{}"), NULL, RECORD_DIRTY);
	MUST(store_reject(f->store, KIND_CASES, "C-1", 422, "no region", &err));
	MUST(store_reject(f->store, KIND_PERSONS, "P-1", 403, NULL, &err));
	record = get(f->store, KIND_CASES, "C-1");
	assert_int_equal(record.flags, RECORD_DIRTY | RECORD_REJECTED);
	assert_int_equal(record.reject_status, 422);
	assert_string_equal(record.reject_reason, "no region");
	record_done(&record);
	MUST(store_count_state(f->store, &counts, &err));
	assert_int_equal(counts.rejected, 2);
	MUST(store_unreject(f->store, KIND_CASES, "C-1", &err));
	record = get(f->store, KIND_CASES, "C-1");
	assert_int_equal(record.flags, RECORD_DIRTY);
	assert_int_equal(record.reject_status, 0);
	assert_null(record.reject_reason);
	record_done(&record);
	MUST(store_unreject(f->store, KIND_COUNT, NULL, &err));
	MUST(store_count_state(f->store, &counts, &err));
	assert_int_equal(counts.rejected, 0);
	EXPECT(store_reject(f->store, KIND_CASES, "C-9", 422, "x", &err), ST_NOT_FOUND);
	EXPECT(store_unreject(f->store, KIND_CASES, "C-9", &err), ST_NOT_FOUND);
}

static void flags_are_set_and_cleared_without_a_new_revision(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct record record;

	put_flags(f->store, KIND_CASES, "C-1", mem_strdup("{}"), NULL, RECORD_DIRTY | RECORD_NEW);
	MUST(store_set_flags(f->store, KIND_CASES, "C-1", RECORD_REREAD, RECORD_DIRTY, &err));
	record = get(f->store, KIND_CASES, "C-1");
	assert_int_equal(record.flags, RECORD_NEW | RECORD_REREAD);
	assert_int_equal(record.revision, 1);
	record_done(&record);
	EXPECT(store_set_flags(f->store, KIND_CASES, "C-2", 1, 0, &err), ST_NOT_FOUND);
}

struct names { char text[256]; struct store *store; const char *delete; int stop_after; };

static bool add_name(void *ctx, const struct record *record)
{
	struct names *n = ctx;
	struct err err;

	strcat(n->text, record->uuid);
	strcat(n->text, " ");
	if (n->delete != NULL) {
		MUST(store_delete(n->store, KIND_CASES, n->delete, &err));
		n->delete = NULL;
	}
	return --n->stop_after != 0;
}

static void each_visits_by_flags_in_dependency_order(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct names n = { .store = f->store };

	put_flags(f->store, KIND_TASKS, "T-1", mem_strdup("{}"), NULL, RECORD_DIRTY);
	put_flags(f->store, KIND_CASES, "C-2", mem_strdup("{}"), NULL, RECORD_DIRTY);
	put_flags(f->store, KIND_CASES, "C-1", mem_strdup("{}"), NULL, RECORD_DIRTY | RECORD_REJECTED);
	put_flags(f->store, KIND_CASES, "C-3", mem_strdup("{}"), NULL, 0);
	put_flags(f->store, KIND_PERSONS, "P-1", mem_strdup("{}"), NULL, RECORD_DIRTY | RECORD_NEW);
	MUST(store_each(f->store, KIND_COUNT, RECORD_DIRTY, RECORD_REJECTED, add_name, &n, &err));
	assert_string_equal(n.text, "P-1 C-2 T-1 ");
	n = (struct names){ .store = f->store };
	MUST(store_each(f->store, KIND_CASES, 0, 0, add_name, &n, &err));
	assert_string_equal(n.text, "C-1 C-2 C-3 ");
	n = (struct names){ .store = f->store };
	MUST(store_each(f->store, KIND_CASES, RECORD_DIRTY, 0, add_name, &n, &err));
	assert_string_equal(n.text, "C-2 C-1 "); /* as they came */
	n = (struct names){ .store = f->store, .stop_after = 2 };
	MUST(store_each(f->store, KIND_COUNT, 0, 0, add_name, &n, &err));
	assert_string_equal(n.text, "P-1 C-1 ");
	/* What a visit deletes is not visited afterwards. */
	n = (struct names){ .store = f->store, .delete = "C-2" };
	MUST(store_each(f->store, KIND_CASES, 0, 0, add_name, &n, &err));
	assert_string_equal(n.text, "C-1 C-3 ");
}

static bool add_uuid(void *ctx, const char *uuid, int64_t change_date, unsigned flags)
{
	char *text = ctx;

	sprintf(text + strlen(text), "%s:%lld:%u ", uuid, (long long)change_date, flags);
	return true;
}

static void each_uuid_tells_dates_and_flags(void **state)
{
	struct fixture *f = *state;
	struct err err;
	char text[256] = "";

	put_flags(f->store, KIND_CASES, "C-2", mem_strdup("{\"changeDate\":5}"), NULL, RECORD_DIRTY);
	put(f->store, KIND_CASES, "C-1", mem_strdup("{\"changeDate\":8}"));
	put(f->store, KIND_PERSONS, "P-1", mem_strdup("{}"));
	MUST(store_each_uuid(f->store, KIND_CASES, add_uuid, text, &err));
	assert_string_equal(text, "C-1:8:0 C-2:5:1 ");
}

static bool count_uuid(void *ctx, const char *uuid, int64_t change_date, unsigned flags)
{
	int *n = ctx;

	(void)uuid;
	(void)change_date;
	(void)flags;
	return ++*n != 1300;
}

static void a_walk_over_many_records_misses_none(void **state)
{
	struct fixture *f = *state;
	struct err err;
	int n = 0;

	MUST(store_begin(f->store, &err));
	for (int i = 0; i < 1234; i++) {
		char uuid[16];

		snprintf(uuid, sizeof uuid, "C-%d", i * 7919 % 1234);
		put(f->store, KIND_CASES, uuid, mem_strdup("{}"));
	}
	MUST(store_commit(f->store, &err));
	MUST(store_each_uuid(f->store, KIND_CASES, count_uuid, &n, &err));
	assert_int_equal(n, 1234);
	n = 700;
	MUST(store_each_uuid(f->store, KIND_CASES, count_uuid, &n, &err));
	assert_int_equal(n, 1300); /* stopped in the middle of a page */
}

static void references_to_persons_cases_and_samples_are_known(void **state)
{
	struct fixture *f = *state;
	struct err err;

	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "", 1));
	put(f->store, KIND_TASKS, "T-1", mem_strdup("{\"uuid\":\"T-1\",\"caze\":{\"uuid\":\"C-1\",\"caption\":\"x\"},\"assigneeUser\":{\"uuid\":\"U-1\"}}"));
	put(f->store, KIND_SAMPLES, "S-1", mem_strdup("{\"uuid\":\"S-1\",\"associatedCase\":{\"caption\":\"x\",\"uuid\":\"C-2\"}}"));
	put(f->store, KIND_EVENT_PARTICIPANTS, "E-1", mem_strdup("{\"uuid\":\"E-1\",\"person\":{\"firstName\":\"A\",\"uuid\":\"P-2\",\"address\":{\"uuid\":\"P-3\"}}}"));
	assert_true(store_is_referred(f->store, KIND_PERSONS, "P-1"));
	assert_true(store_is_referred(f->store, KIND_PERSONS, "P-2"));
	assert_false(store_is_referred(f->store, KIND_PERSONS, "P-3"));
	assert_true(store_is_referred(f->store, KIND_CASES, "C-1"));
	assert_true(store_is_referred(f->store, KIND_CASES, "C-2"));
	assert_false(store_is_referred(f->store, KIND_CASES, "P-1"));
	/* A changed reference refers no longer to the old one; a deleted record to nothing. */
	put(f->store, KIND_TASKS, "T-1", mem_strdup("{\"uuid\":\"T-1\",\"caze\":{\"uuid\":\"C-7\"}}"));
	assert_false(store_is_referred(f->store, KIND_CASES, "C-1"));
	assert_true(store_is_referred(f->store, KIND_CASES, "C-7"));
	MUST(store_delete(f->store, KIND_TASKS, "T-1", &err));
	assert_false(store_is_referred(f->store, KIND_CASES, "C-7"));
	MUST(store_delete(f->store, KIND_CASES, "C-1", &err));
	assert_false(store_is_referred(f->store, KIND_PERSONS, "P-1"));
}

static void persons_that_are_missing_are_listed_until_they_come(void **state)
{
	struct fixture *f = *state;
	struct err err;
	char **uuids = NULL;
	size_t count = 0;

	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "", 1));
	put(f->store, KIND_CASES, "C-2", case_doc("C-2", "P-2", "", 1));
	put(f->store, KIND_CASES, "C-3", case_doc("C-3", "P-2", "", 1));
	MUST(store_missing_persons(f->store, 10, &uuids, &count, &err));
	assert_int_equal(count, 2);
	assert_string_equal(uuids[0], "P-1");
	assert_string_equal(uuids[1], "P-2");
	for (size_t i = 0; i < count; i++)
		mem_free(uuids[i]);
	mem_free(uuids);
	put(f->store, KIND_PERSONS, "P-2", person_doc("P-2", "A", "B", "MALE"));
	MUST(store_missing_persons(f->store, 10, &uuids, &count, &err));
	assert_int_equal(count, 1);
	assert_string_equal(uuids[0], "P-1");
	mem_free(uuids[0]);
	mem_free(uuids);
	MUST(store_delete(f->store, KIND_PERSONS, "P-2", &err));
	MUST(store_missing_persons(f->store, 1, &uuids, &count, &err));
	assert_int_equal(count, 1); /* at most max */
	mem_free(uuids[0]);
	mem_free(uuids);
}

static void a_transaction_is_all_or_nothing(void **state)
{
	struct fixture *f = *state;
	struct err err;
	int64_t n;

	MUST(store_begin(f->store, &err));
	put(f->store, KIND_CASES, "C-1", mem_strdup("{}"));
	MUST(store_begin(f->store, &err));
	put(f->store, KIND_CASES, "C-2", mem_strdup("{}"));
	MUST(store_commit(f->store, &err));
	store_rollback(f->store);
	MUST(store_count_kind(f->store, KIND_CASES, &n, &err));
	assert_int_equal(n, 0);
	EXPECT(store_commit(f->store, &err), ST_FAILED); /* there is none */
}

static void a_refusal_inside_a_transaction_does_no_harm(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct store_pulled stale = { .kind = KIND_CASES, .uuid = "C-1", .revision = 77, .doc = "{}", .doc_len = 2 };
	int64_t n;

	MUST(store_begin(f->store, &err));
	put(f->store, KIND_CASES, "C-1", mem_strdup("{}"));
	EXPECT(store_put_pulled(f->store, &stale, &err), ST_STALE);
	MUST(store_commit(f->store, &err));
	MUST(store_count_kind(f->store, KIND_CASES, &n, &err));
	assert_int_equal(n, 1);
}

static void half_of_an_inner_transaction_dooms_the_outer_one(void **state)
{
	struct fixture *f = *state;
	struct err err;
	int64_t n;

	MUST(store_begin(f->store, &err));
	put(f->store, KIND_CASES, "C-1", mem_strdup("{}"));
	MUST(store_begin(f->store, &err));
	put(f->store, KIND_CASES, "C-2", mem_strdup("{}"));
	store_rollback(f->store);
	EXPECT(store_commit(f->store, &err), ST_FAILED);
	MUST(store_count_kind(f->store, KIND_CASES, &n, &err));
	assert_int_equal(n, 0);
	put(f->store, KIND_CASES, "C-3", mem_strdup("{}")); /* and the next one is free of it */
}

static void settings_are_set_replaced_and_removed(void **state)
{
	struct fixture *f = *state;
	struct err err;
	char *value;

	assert_null(store_setting(f->store, "a.b"));
	assert_int_equal(store_setting_int(f->store, "a.b", 7), 7);
	MUST(store_set_setting(f->store, "a.b", "12", &err));
	assert_int_equal(store_setting_int(f->store, "a.b", 7), 12);
	MUST(store_set_setting(f->store, "a.b", "12x", &err));
	assert_int_equal(store_setting_int(f->store, "a.b", 7), 7);
	value = store_setting(f->store, "a.b");
	assert_string_equal(value, "12x");
	mem_free(value);
	MUST(store_set_setting(f->store, "a.b", NULL, &err));
	MUST(store_set_setting(f->store, "a.b", NULL, &err));
	assert_null(store_setting(f->store, "a.b"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, memory_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_was_put_comes_back_byte_for_byte), T(same_uuid_in_two_kinds_are_two_records),
			T(a_write_over_another_revision_is_stale_and_changes_nothing),
		T(a_record_that_comes_back_goes_on_counting_revisions), T(the_change_date_is_the_base_s_while_there_is_one),
			T(bad_documents_are_refused_and_leave_nothing),
		T(a_document_that_was_scanned_gives_the_same_row), T(kinds_with_a_flag_are_told_by_one_look), T(what_is_stored_unseen_is_refused_if_it_is_here), T(uuids_have_1_to_36_characters), T(peek_gives_the_text_until_the_next_call), T(a_prefix_finds_one_record_or_asks),
		T(a_rejection_keeps_its_reason_until_it_is_lifted), T(flags_are_set_and_cleared_without_a_new_revision),
			T(each_visits_by_flags_in_dependency_order),
		T(each_uuid_tells_dates_and_flags), T(a_walk_over_many_records_misses_none), T(references_to_persons_cases_and_samples_are_known),
			T(persons_that_are_missing_are_listed_until_they_come),
		T(a_transaction_is_all_or_nothing), T(a_refusal_inside_a_transaction_does_no_harm),
			T(half_of_an_inner_transaction_dooms_the_outer_one),
		T(settings_are_set_replaced_and_removed),
	};

	return cmocka_run_group_tests_name("store_record", tests, NULL, group_teardown);
}
