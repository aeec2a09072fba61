/* Conflict log, outbox, pull positions and runs (sync.md sections 2, 4, 5). */
#include "store_fixture.h"

struct rows { char text[1024]; int count; };

static bool see_conflict(void *ctx, const struct conflict_row *row)
{
	struct rows *r = ctx;

	sprintf(r->text + strlen(r->text), "%s ", row->path);
	r->count++;
	return true;
}

static int64_t add(struct store *store, enum kind kind, const char *uuid, const char *path, const char *mine, int64_t time_ms,
	int64_t run_id)
{
	struct conflict_row row = { .kind = kind, .time_ms = time_ms, .run_id = run_id, .label = (char[]){ "SLR365 Kamara, Fatu" },
		.path = mem_strdup(path),
		.type = CONFLICT_FIELD, .mine = mem_strdup(mine), .server_change_date = 77 };
	struct err err;
	int64_t id = 0;

	snprintf(row.uuid, sizeof row.uuid, "%s", uuid);
	MUST(store_add_conflict(store, &row, &id, &err));
	mem_free(row.path);
	mem_free(row.mine);
	return id;
}

static void expect_conflicts(struct store *store, struct conflict_filter filter, int64_t offset, int64_t limit, const char *paths)
{
	struct rows rows = { .text = "" };
	struct err err;

	MUST(store_each_conflict(store, &filter, offset, limit, see_conflict, &rows, &err));
	assert_string_equal(rows.text, paths);
}

#define ANY .state = -1, .kind = -1

static void conflicts_are_filtered_newest_first(void **state)
{
	struct fixture *f = *state;
	struct err err;
	int64_t a = add(f->store, KIND_CASES, "C-1", "outcome", "\"Été\"", 100, 1);

	add(f->store, KIND_CASES, "C-2", "disease", NULL, 200, 1);
	add(f->store, KIND_PERSONS, "P-1", "firstName", "\"50%\"", 300, 2);
	MUST(store_set_conflict_state(f->store, a, CONFLICT_KEPT, &err));
	expect_conflicts(f->store, (struct conflict_filter){ ANY }, 0, 0, "firstName disease outcome ");
	expect_conflicts(f->store, (struct conflict_filter){ ANY }, 1, 1, "disease ");
	expect_conflicts(f->store, (struct conflict_filter){ .state = CONFLICT_OPEN, .kind = -1 }, 0, 0, "firstName disease ");
	expect_conflicts(f->store, (struct conflict_filter){ .state = -1, .kind = KIND_CASES }, 0, 0, "disease outcome ");
	expect_conflicts(f->store, (struct conflict_filter){ ANY, .uuid = "C-1" }, 0, 0, "outcome ");
	expect_conflicts(f->store, (struct conflict_filter){ ANY, .from_ms = 200 }, 0, 0, "firstName disease ");
	expect_conflicts(f->store, (struct conflict_filter){ ANY, .to_ms = 200, .from_ms = 101 }, 0, 0, "disease ");
	expect_conflicts(f->store, (struct conflict_filter){ ANY, .run_id = 2 }, 0, 0, "firstName ");
	expect_conflicts(f->store, (struct conflict_filter){ ANY, .words = "ete kamara" }, 0, 0, "outcome ");
	expect_conflicts(f->store, (struct conflict_filter){ ANY, .words = "%" }, 0, 0, "firstName ");
}

static void a_conflict_comes_back_whole(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct conflict_row row = { .time_ms = 5, .run_id = 6, .kind = KIND_PERSONS, .uuid = "P-1", .label = (char[]){ "L" },
		.path = (char[]){ "a.b[X].c" },
		.type = CONFLICT_LIST_ITEM_REMOVED, .base = (char[]){ "1" }, .theirs = (char[]){ "null" }, .server_change_date = 8,
			.state = CONFLICT_OPEN };
	struct conflict_row out;
	int64_t id, counts[3];

	MUST(store_add_conflict(f->store, &row, &id, &err));
	MUST(store_set_conflict_state(f->store, id, CONFLICT_RESTORED, &err));
	MUST(store_get_conflict(f->store, id, &out, &err));
	assert_int_equal(out.id, id);
	assert_int_equal(out.time_ms, 5);
	assert_int_equal(out.run_id, 6);
	assert_int_equal(out.kind, KIND_PERSONS);
	assert_string_equal(out.uuid, "P-1");
	assert_string_equal(out.path, "a.b[X].c");
	assert_int_equal(out.type, CONFLICT_LIST_ITEM_REMOVED);
	assert_string_equal(out.base, "1");
	assert_null(out.mine);
	assert_string_equal(out.theirs, "null");
	assert_int_equal(out.server_change_date, 8);
	assert_int_equal(out.state, CONFLICT_RESTORED);
	conflict_row_done(&out);
	add(f->store, KIND_CASES, "C-1", "x", NULL, 1, 1);
	MUST(store_count_conflicts(f->store, counts, &err));
	assert_int_equal(counts[CONFLICT_OPEN], 1);
	assert_int_equal(counts[CONFLICT_KEPT], 0);
	assert_int_equal(counts[CONFLICT_RESTORED], 1);
	EXPECT(store_get_conflict(f->store, 999, &out, &err), ST_NOT_FOUND);
	EXPECT(store_set_conflict_state(f->store, 999, CONFLICT_KEPT, &err), ST_NOT_FOUND);
}

static void conflicts_outlive_their_record(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct store_counts counts;

	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "", 1));
	add(f->store, KIND_CASES, "C-1", "x", NULL, 1, 1);
	MUST(store_delete(f->store, KIND_CASES, "C-1", &err));
	MUST(store_count_state(f->store, &counts, &err));
	assert_int_equal(counts.conflicts_open, 1);
}

static bool see_outbox(void *ctx, const struct outbox_row *row)
{
	struct fixture *f = ctx;
	struct err err;

	sprintf(f->path + strlen(f->path), "%s/%s:%d ", model_kind_name(row->kind), row->uuid, row->tries);
	MUST(store_outbox_delete(f->store, row->kind, row->uuid, &err));
	return true;
}

static void the_outbox_keeps_body_and_base_until_it_is_answered(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct outbox_row row = { .kind = KIND_CASES, .uuid = "C-1", .body = (char[]){ "{1}" }, .base = (char[]){ "{0}" }, .revision = 3,
		.journal_id = 4, .sent_ms = 5, .tries = 1 };
	struct outbox_row out;

	MUST(store_outbox_put(f->store, &row, &err));
	row.tries = 2;
	row.base = NULL;
	MUST(store_outbox_put(f->store, &row, &err));
	row.kind = KIND_PERSONS;
	MUST(store_outbox_put(f->store, &row, &err));
	MUST(store_outbox_get(f->store, KIND_CASES, "C-1", &out, &err));
	assert_string_equal(out.body, "{1}");
	assert_null(out.base);
	assert_int_equal(out.revision, 3);
	assert_int_equal(out.journal_id, 4);
	assert_int_equal(out.sent_ms, 5);
	assert_int_equal(out.tries, 2);
	outbox_row_done(&out);
	MUST(store_each_outbox(f->store, KIND_COUNT, see_outbox, f, &err)); /* the visitor deletes what it sees */
	assert_string_equal(f->path, "persons/C-1:2 cases/C-1:2 ");
	EXPECT(store_outbox_get(f->store, KIND_CASES, "C-1", &out, &err), ST_NOT_FOUND);
	f->path[0] = '\0';
}

static void positions_are_kept_by_kind_and_reset_together(void **state)
{
	struct fixture *f = *state;
	struct err err;
	struct pull_position p = { .seen = 1, .from = 2, .page_date = 3, .page_uuid = "U", .t0 = 4, .last_full_ms = 5, .last_obsolete_ms = 6,
		.single_start_mono_ms = 7 }, out, all[KIND_COUNT];

	MUST(store_get_position(f->store, KIND_CASES, &out, &err));
	assert_int_equal(out.from, 0);
	assert_string_equal(out.page_uuid, "");
	MUST(store_set_position(f->store, KIND_CASES, &p, &err));
	p.from = 9;
	MUST(store_set_position(f->store, KIND_PERSONS, &p, &err));
	MUST(store_get_position(f->store, KIND_CASES, &out, &err));
	assert_int_equal(out.seen, 1);
	assert_int_equal(out.from, 2);
	assert_int_equal(out.page_date, 3);
	assert_string_equal(out.page_uuid, "U");
	assert_int_equal(out.t0, 4);
	assert_int_equal(out.last_full_ms, 5);
	assert_int_equal(out.last_obsolete_ms, 6);
	assert_int_equal(out.single_start_mono_ms, 7);
	MUST(store_get_positions(f->store, all, &err));
	assert_int_equal(all[KIND_CASES].seen, 1);
	assert_int_equal(all[KIND_CASES].single_start_mono_ms, 7);
	assert_string_equal(all[KIND_CASES].page_uuid, "U");
	assert_int_equal(all[KIND_PERSONS].from, 9);
	assert_int_equal(all[KIND_REGIONS].seen, 0);
	assert_string_equal(all[KIND_REGIONS].page_uuid, "");
	MUST(store_reset_positions(f->store, &err));
	MUST(store_get_position(f->store, KIND_PERSONS, &out, &err));
	assert_int_equal(out.from, 0);
	assert_string_equal(out.page_uuid, "");
	assert_int_equal(out.last_obsolete_ms, 6);
}

static void the_last_finished_run_is_remembered(void **state)
{
	struct fixture *f = *state;
	struct err err;
	int64_t first = 0, second = 0, start = -1, end = -1;
	char *summary;

	assert_null(store_last_run(f->store, NULL, NULL));
	MUST(store_start_run(f->store, "changes", 100, &first, &err));
	MUST(store_finish_run(f->store, first, 150, "{\"a\":1}", &err));
	MUST(store_start_run(f->store, "repull", 200, &second, &err));
	assert_true(second > first);
	summary = store_last_run(f->store, &start, &end);
	assert_string_equal(summary, "{\"a\":1}"); /* the second is not finished */
	assert_int_equal(start, 100);
	assert_int_equal(end, 150);
	mem_free(summary);
	MUST(store_finish_run(f->store, second, 250, "{\"a\":2}", &err));
	summary = store_last_run(f->store, &start, NULL);
	assert_string_equal(summary, "{\"a\":2}");
	assert_int_equal(start, 200);
	mem_free(summary);
	EXPECT(store_finish_run(f->store, 99, 1, "{}", &err), ST_NOT_FOUND);
}

#define T(name) cmocka_unit_test_setup_teardown(name, memory_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(conflicts_are_filtered_newest_first), T(a_conflict_comes_back_whole), T(conflicts_outlive_their_record),
		T(the_outbox_keeps_body_and_base_until_it_is_answered), T(positions_are_kept_by_kind_and_reset_together),
			T(the_last_finished_run_is_remembered),
	};

	return cmocka_run_group_tests_name("store_log", tests, NULL, group_teardown);
}
