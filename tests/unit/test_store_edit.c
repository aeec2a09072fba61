/* A person's save, the journal and drafts (sync.md section 2). */
#include "store_fixture.h"

static void the_first_save_takes_the_snapshot_and_marks_dirty(void **state)
{
	struct fixture *f = *state;
	struct record record;
	char *before = case_doc("C-1", "P-1", "E", 5);

	put(f->store, KIND_CASES, "C-1", mem_strdup(before));
	edit_key(f->store, KIND_CASES, "C-1", "outcome", "\"DECEASED\"", 111);
	record = get(f->store, KIND_CASES, "C-1");
	assert_string_equal(record.base, before);
	assert_non_null(strstr(record.doc, "\"outcome\":\"DECEASED\""));
	assert_non_null(strstr(record.doc, "\"unknownKey\":{\"a\":1}"));
	assert_int_equal(record.flags, RECORD_DIRTY);
	assert_int_equal(record.revision, 2);
	assert_int_equal(record.edited_ms, 111);
	assert_int_equal(record.change_date, 2000);
	record_done(&record);
	/* The second leaves the snapshot as it is. */
	edit_key(f->store, KIND_CASES, "C-1", "outcome", "\"RECOVERED\"", 222);
	record = get(f->store, KIND_CASES, "C-1");
	assert_string_equal(record.base, before);
	assert_int_equal(record.revision, 3);
	assert_int_equal(record.edited_ms, 222);
	record_done(&record);
	mem_free(before);
}

static void a_new_record_has_no_snapshot_until_it_was_accepted(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct record record;
	struct json *doc = NULL;
	char *text = case_doc("C-1", "P-1", "", 5);
	int64_t revision = 0;
	struct store_edit edit = { .kind = KIND_CASES, .uuid = "C-1", .user = "ada", .device = "d", .now_ms = 9, .cause = "new" };

	MUST(json_parse_text(text, &doc, &err));
	edit.doc = doc;
	MUST(store_save_edit(f->store, &edit, &revision, &err));
	assert_int_equal(revision, 1);
	record = get(f->store, KIND_CASES, "C-1");
	assert_null(record.base);
	assert_int_equal(record.flags, RECORD_DIRTY | RECORD_NEW);
	assert_int_equal(record.change_date, 0);
	record_done(&record);
	EXPECT(store_save_edit(f->store, &edit, &revision, &err), ST_STALE); /* it exists by now */
	edit_key(f->store, KIND_CASES, "C-1", "outcome", "\"DECEASED\"", 10);
	record = get(f->store, KIND_CASES, "C-1");
	assert_null(record.base);
	assert_int_equal(record.flags, RECORD_DIRTY | RECORD_NEW);
	record_done(&record);
	/* Accepted: what the server has is clean, and the next save takes a snapshot. */
	put_flags(f->store, KIND_CASES, "C-1", mem_strdup(text), NULL, 0);
	edit_key(f->store, KIND_CASES, "C-1", "outcome", "\"UNKNOWN\"", 11);
	record = get(f->store, KIND_CASES, "C-1");
	assert_string_equal(record.base, text);
	assert_int_equal(record.flags, RECORD_DIRTY);
	record_done(&record);
	json_free(doc);
	mem_free(text);
}

static void a_save_from_an_old_revision_is_stale_and_writes_nothing(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	struct record before, after;
	struct draft draft = { .id = (char[]){ "d1" }, .kind = KIND_CASES, .doc = (char[]){ "{}" } };
	int64_t revision = 99;
	struct store_counts counts;

	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "E", 5));
	MUST(store_put_draft(f->store, &draft, &err));
	edit_key(f->store, KIND_CASES, "C-1", "outcome", "\"DECEASED\"", 111);
	before = get(f->store, KIND_CASES, "C-1");
	EXPECT(edit_key_at(f->store, KIND_CASES, "C-1", 1, "outcome", "\"RECOVERED\"", 222, "d1", &revision, &err), ST_STALE);
	after = get(f->store, KIND_CASES, "C-1");
	assert_string_equal(after.doc, before.doc);
	assert_int_equal(after.revision, before.revision);
	assert_int_equal(revision, 99);
	MUST(store_count_state(f->store, &counts, &err));
	assert_int_equal(counts.drafts, 1); /* what was typed is still there */
	record_done(&before);
	record_done(&after);
}

static void a_save_lifts_the_reject_mark(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct record record;

	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "E", 5));
	edit_key(f->store, KIND_CASES, "C-1", "outcome", "\"DECEASED\"", 1);
	MUST(store_reject(f->store, KIND_CASES, "C-1", 422, "no", &err));
	edit_key(f->store, KIND_CASES, "C-1", "outcome", "\"RECOVERED\"", 2);
	record = get(f->store, KIND_CASES, "C-1");
	assert_int_equal(record.flags, RECORD_DIRTY);
	assert_int_equal(record.reject_status, 0);
	assert_null(record.reject_reason);
	record_done(&record);
}

static void saving_without_a_change_only_drops_the_draft(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	struct record record;
	struct draft draft = { .id = (char[]){ "d1" }, .kind = KIND_CASES, .doc = (char[]){ "{}" } };
	int64_t revision = 0;
	struct store_counts counts;

	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "E", 5));
	MUST(store_put_draft(f->store, &draft, &err));
	MUST(edit_key_at(f->store, KIND_CASES, "C-1", 1, "outcome", "\"NO_OUTCOME\"", 222, "d1", &revision, &err));
	assert_int_equal(revision, 1);
	record = get(f->store, KIND_CASES, "C-1");
	assert_int_equal(record.flags, 0);
	assert_null(record.base);
	record_done(&record);
	MUST(store_count_state(f->store, &counts, &err));
	assert_int_equal(counts.drafts, 0);
	assert_int_equal(store_newest_journal(f->store, KIND_CASES, "C-1"), 0);
}

struct rows { char text[1024]; int64_t first_id; int count; int stop_after; };

static bool add_row(void *ctx, const struct journal_row *row)
{
	struct rows *r = ctx;
	size_t len = strlen(r->text);

	if (r->count++ == 0)
		r->first_id = row->id;
	snprintf(r->text + len, sizeof r->text - len, "%lld %s %s %s %s>%s %s %d\n", (long long)row->time_ms, row->user, row->device, row->path,
		row->old_value != NULL ? row->old_value : "-", row->new_value != NULL ? row->new_value : "-", row->cause, row->sent);
	return --r->stop_after != 0;
}

static void the_journal_says_who_when_where_and_what(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct rows r = { .text = "" };

	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "E", 5));
	edit_key(f->store, KIND_CASES, "C-1", "outcome", "\"DECEASED\"", 111);
	edit_key(f->store, KIND_CASES, "C-1", "outcome", NULL, 222);
	MUST(store_each_journal(f->store, KIND_CASES, "C-1", NULL, add_row, &r, &err));
	assert_string_equal(r.text, "222 ada post 7 outcome \"DECEASED\">- edit 0\n111 ada post 7 outcome \"NO_OUTCOME\">\"DECEASED\" edit"
		" 0\n");
	assert_int_equal(store_newest_journal(f->store, KIND_CASES, "C-1"), r.first_id);
	r = (struct rows){ .text = "", .stop_after = 1 };
	MUST(store_each_journal(f->store, KIND_CASES, "C-1", NULL, add_row, &r, &err));
	assert_int_equal(r.count, 1);
}

static void the_journal_of_a_path_has_what_is_below_it_and_nothing_beside_it(void **state)
{
	struct fixture *f = *state;
	struct err err;
	static const char *const paths[] = { "a.b", "a.bc", "a.b.c", "a.b[X].c", "a", "z" };
	struct rows r = { .text = "" };

	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct journal_row row = { .time_ms = (int64_t)i, .user = (char[]){ "u" }, .device = (char[]){ "d" },
			.path = mem_strdup(paths[i]), .cause = (char[]){ "keep" } };
		int64_t id = 0;

		MUST(store_add_journal(f->store, KIND_CASES, "C-1", &row, &id, &err));
		assert_true(id > 0);
		mem_free(row.path);
	}
	MUST(store_each_journal(f->store, KIND_CASES, "C-1", "a.b", add_row, &r, &err));
	assert_string_equal(r.text, "3 u d a.b[X].c ->- keep 0\n2 u d a.b.c ->- keep 0\n0 u d a.b ->- keep 0\n");
}

static void only_what_was_sent_is_marked_sent(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct rows r = { .text = "" };
	int64_t sent;

	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "E", 5));
	put(f->store, KIND_CASES, "C-2", case_doc("C-2", "P-1", "E", 5));
	edit_key(f->store, KIND_CASES, "C-2", "outcome", "\"DECEASED\"", 1);
	edit_key(f->store, KIND_CASES, "C-1", "outcome", "\"DECEASED\"", 2);
	sent = store_newest_journal(f->store, KIND_CASES, "C-1");
	edit_key(f->store, KIND_CASES, "C-1", "outcome", "\"RECOVERED\"", 3);
	MUST(store_mark_sent(f->store, KIND_CASES, "C-1", sent, &err));
	MUST(store_each_journal(f->store, KIND_CASES, "C-1", NULL, add_row, &r, &err));
	assert_non_null(strstr(r.text, "\"DECEASED\">\"RECOVERED\" edit 0\n"));
	assert_non_null(strstr(r.text, ">\"DECEASED\" edit 1\n"));
	r = (struct rows){ .text = "" };
	MUST(store_each_journal(f->store, KIND_CASES, "C-2", NULL, add_row, &r, &err));
	assert_non_null(strstr(r.text, " edit 0\n"));
}

static void the_journal_outlives_its_record(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct rows r = { .text = "" };

	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "E", 5));
	edit_key(f->store, KIND_CASES, "C-1", "outcome", "\"DECEASED\"", 2);
	MUST(store_delete(f->store, KIND_CASES, "C-1", &err));
	MUST(store_each_journal(f->store, KIND_CASES, "C-1", NULL, add_row, &r, &err));
	assert_int_equal(r.count, 1);
}

struct drafts { char text[512]; struct store *store; };

static bool add_draft(void *ctx, const struct draft *d)
{
	struct drafts *all = ctx;
	size_t len = strlen(all->text);
	struct err err;

	snprintf(all->text + len, sizeof all->text - len, "%s %s %s %s %lld %s %s %lld %lld %s\n", d->id, model_kind_name(d->kind), d->uuid,
		d->form, (long long)d->revision,
		d->base_doc != NULL ? d->base_doc : "-", d->doc, (long long)d->time_ms, (long long)d->pid, d->user);
	if (all->store != NULL)
		MUST(store_delete_draft(all->store, d->id, &err));
	return true;
}

static void drafts_are_replaced_by_id_listed_newest_first_and_deleted(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct draft a = { .id = (char[]){ "a" }, .kind = KIND_CASES, .uuid = "C-1", .form = (char[]){ "hospitalization" }, .revision = 4,
		.base_doc = (char[]){ "{1}" },
		.doc = (char[]){ "{2}" }, .time_ms = 100, .pid = 55, .user = (char[]){ "ada" } };
	struct draft b = { .id = (char[]){ "b" }, .kind = KIND_PERSONS, .uuid = "P-1", .form = (char[]){ "person" }, .doc = (char[]){ "{}" },
		.time_ms = 200, .user = (char[]){ "bo" } };
	struct drafts all = { .text = "" };

	MUST(store_put_draft(f->store, &a, &err));
	MUST(store_put_draft(f->store, &b, &err));
	a.doc = (char[]){ "{3}" };
	MUST(store_put_draft(f->store, &a, &err));
	MUST(store_each_draft(f->store, add_draft, &all, &err));
	assert_string_equal(all.text, "b persons P-1 person 0 - {} 200 0 bo\na cases C-1 hospitalization 4 {1} {3} 100 55 ada\n");
	all = (struct drafts){ .text = "", .store = f->store };
	MUST(store_each_draft(f->store, add_draft, &all, &err)); /* deletes while it looks */
	all = (struct drafts){ .text = "" };
	MUST(store_each_draft(f->store, add_draft, &all, &err));
	assert_string_equal(all.text, "");
	MUST(store_delete_draft(f->store, "unknown", &err));
}

static void a_save_deletes_its_own_draft_only(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	struct draft draft = { .id = (char[]){ "mine" }, .kind = KIND_CASES, .doc = (char[]){ "{}" } };
	struct store_counts counts;
	int64_t revision;

	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "E", 5));
	MUST(store_put_draft(f->store, &draft, &err));
	draft.id = (char[]){ "other" };
	MUST(store_put_draft(f->store, &draft, &err));
	MUST(edit_key_at(f->store, KIND_CASES, "C-1", 1, "outcome", "\"DECEASED\"", 222, "mine", &revision, &err));
	MUST(store_count_state(f->store, &counts, &err));
	assert_int_equal(counts.drafts, 1);
	assert_int_equal(counts.dirty, 1);
	assert_int_equal(counts.fresh, 0);
	assert_int_equal(counts.oldest_unsent_ms, 222);
}

#define T(name) cmocka_unit_test_setup_teardown(name, memory_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_first_save_takes_the_snapshot_and_marks_dirty), T(a_new_record_has_no_snapshot_until_it_was_accepted),
		T(a_save_from_an_old_revision_is_stale_and_writes_nothing), T(a_save_lifts_the_reject_mark),
			T(saving_without_a_change_only_drops_the_draft),
		T(the_journal_says_who_when_where_and_what), T(the_journal_of_a_path_has_what_is_below_it_and_nothing_beside_it),
			T(only_what_was_sent_is_marked_sent),
		T(the_journal_outlives_its_record), T(drafts_are_replaced_by_id_listed_newest_first_and_deleted),
			T(a_save_deletes_its_own_draft_only),
	};

	return cmocka_run_group_tests_name("store_edit", tests, NULL, group_teardown);
}
