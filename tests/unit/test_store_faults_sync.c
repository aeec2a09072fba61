/* The disk fails, fills up, tears a write or the machine stops, at every write of what a synchronization, a restored conflict, a new case and
 * a migration write: afterwards every table is as before or as after, never between (quality.md "disk"). */
#include "store_fixture.h"

#include <sqlite3.h>

#include "store/internal.h"
#include "support/fault_vfs.h"

#define STEPS_MAX 600

struct work {
	const char *name;
	enum status (*run)(struct store *store, struct err *err);     /* one transaction */
	bool migrates;                                                /* the file is of version 1, opening it is the work */
};

static const struct work *work;
static char *prepared, *before, *after;         /* the file, and all its tables as text: untouched, and when the work is done */
static size_t prepared_len;

static void run_sql(const char *path, const char *text)
{
	sqlite3 *db;
	char *message = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", text, message);
	sqlite3_close(db);
}

static int add_row(void *ctx, int columns, char **values, char **names)
{
	struct buf *out = ctx;

	for (int i = 0; i < columns; i++)
		buf_printf(out, "%s=%s|", names[i], values[i] != NULL ? values[i] : "NULL");
	buf_add_char(out, '\n');
	return 0;
}

static int add_query(void *ctx, int columns, char **values, char **names)
{
	(void)columns;
	(void)names;
	buf_printf(ctx, "SELECT '%s' AS name, * FROM \"%s\" ORDER BY 2, 3;", values[0], values[0]);
	return 0;
}

/* Every row of every table, and what SQLite itself finds wrong. */
static char *all_of(const char *path)
{
	struct buf queries, out;
	sqlite3 *db;
	char *message = NULL;

	buf_init(&queries, 0);
	buf_init(&out, 0);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", add_query, &queries, &message) != SQLITE_OK ||
		sqlite3_exec(db, "PRAGMA integrity_check; PRAGMA foreign_key_check; PRAGMA user_version", add_row, &out, &message) != SQLITE_OK ||
		sqlite3_exec(db, buf_text(&queries), add_row, &out, &message) != SQLITE_OK)
		fail_msg("the file cannot be read: %s", message);
	sqlite3_close(db);
	buf_done(&queries);
	return buf_take(&out, NULL);
}

/* ---- what is written ---- */

static struct conflict_row conflict_of(const char *uuid, enum conflict_type type)
{
	static char label[] = "C", path[] = "outcome", base[] = "\"NO_OUTCOME\"", mine[] = "\"DECEASED\"", theirs[] = "\"RECOVERED\"";
	struct conflict_row row = { .time_ms = 9, .run_id = 1, .kind = KIND_CASES, .label = label, .path = path, .type = type, .base = base,
		.mine = mine, .theirs = theirs };

	snprintf(row.uuid, sizeof row.uuid, "%s", uuid);
	return row;
}

static enum status pulled(struct store *store, const char *uuid, const char *base, unsigned flags, int64_t date, struct err *err)
{
	char *doc = case_doc(uuid, "P-1", "PULLED", date);
	struct store_pulled row = { .kind = KIND_CASES, .uuid = uuid, .doc = doc, .doc_len = strlen(doc), .base = base, .flags = flags,
		.now_ms = 9 };
	const char *text;
	unsigned old;
	size_t len;
	enum status st;

	if (store_peek(store, KIND_CASES, uuid, &row.revision, &old, &text, &len, NULL) != ST_OK)
		row.revision = 0;
	st = store_put_pulled(store, &row, err);
	mem_free(doc);
	return st;
}

/* The last slice of a page: clean records replaced, a dirty one merged with a conflict, new ones, one removed, the position moved. */
static enum status slice(struct store *store, struct err *err)
{
	struct conflict_row conflict = conflict_of("C-1", CONFLICT_FIELD), removed = conflict_of("C-2", CONFLICT_RECORD_REMOVED);
	struct pull_position position = { .seen = 70, .from = 60, .page_date = 70, .page_uuid = "C-40", .t0 = 80 };
	char *base = case_doc("C-1", "P-1", "THEIRS", 7), uuid[16];
	enum status st = ST_OK;

	for (int i = 3; i < 40 && st == ST_OK; i++) {
		snprintf(uuid, sizeof uuid, "C-%d", i);
		st = pulled(store, uuid, NULL, 0, 100 + i, err);
	}
	if (st == ST_OK)
		st = pulled(store, "C-1", base, RECORD_DIRTY, 7, err);
	if (st == ST_OK)
		st = store_add_conflict(store, &conflict, NULL, err);
	if (st == ST_OK)
		st = store_add_conflict(store, &removed, NULL, err);
	if (st == ST_OK)
		st = store_delete(store, KIND_CASES, "C-2", err);
	if (st == ST_OK)
		st = store_set_position(store, KIND_CASES, &position, err);
	mem_free(base);
	return st;
}

static enum status send(struct store *store, struct err *err)
{
	char body[] = "{\"uuid\":\"C-1\"}", base[] = "{}";
	struct outbox_row row = { .kind = KIND_CASES, .uuid = "C-1", .body = body, .base = base, .revision = 2, .journal_id = 1, .sent_ms = 8,
		.tries = 1 };

	return store_outbox_put(store, &row, err);
}

/* The answer to a push: the record is clean but for the re-read, its journal sent, the outbox empty. */
static enum status accept_push(struct store *store, struct err *err)
{
	enum status st = pulled(store, "C-2", NULL, RECORD_REREAD, 5, err);

	if (st == ST_OK)
		st = store_mark_sent(store, KIND_CASES, "C-2", store_newest_journal(store, KIND_CASES, "C-2"), err);
	return st == ST_OK ? store_outbox_delete(store, KIND_CASES, "C-2", err) : st;
}

static enum status reject_push(struct store *store, struct err *err)
{
	enum status st = store_reject(store, KIND_CASES, "C-2", 403, "no right", err);

	return st == ST_OK ? store_outbox_delete(store, KIND_CASES, "C-2", err) : st;
}

static enum status save(struct store *store, enum kind kind, const char *uuid, int64_t revision, char *text, const char *cause, struct err *err)
{
	struct store_edit edit = { .kind = kind, .uuid = uuid, .revision = revision, .user = "u", .device = "d", .now_ms = 9, .cause = cause };
	struct json *doc = NULL;
	enum status st = json_parse_text(text, &doc, err);

	if (st == ST_OK) {
		json_set(doc, "outcome", json_new_string("RECOVERED"));
		edit.doc = doc;
		st = store_save_edit(store, &edit, NULL, err);
	}
	json_free(doc);
	mem_free(text);
	return st;
}

/* A conflict restored: an edit with its snapshot, and the state of the row. */
static enum status restore(struct store *store, struct err *err)
{
	enum status st = save(store, KIND_CASES, "C-5", 1, case_doc("C-5", "P-1", "", 5), "restore", err);

	return st == ST_OK ? store_set_conflict_state(store, 1, CONFLICT_RESTORED, err) : st;
}

static enum status new_case(struct store *store, struct err *err)
{
	enum status st = save(store, KIND_PERSONS, "P-9", 0, person_doc("P-9", "Ama", "Trainee", "FEMALE"), "new", err);

	return st == ST_OK ? save(store, KIND_CASES, "C-99", 0, case_doc("C-99", "P-9", "", 5), "new", err) : st;
}

static enum status nothing(struct store *store, struct err *err)
{
	(void)store;
	(void)err;
	return ST_OK;
}

/* ---- the file before ---- */

static void prepare_newest(struct fixture *f)
{
	struct conflict_row conflict = conflict_of("C-5", CONFLICT_FIELD);
	struct outbox_row row = { .kind = KIND_CASES, .uuid = "C-2", .revision = 2, .journal_id = 1, .sent_ms = 8, .tries = 1 };
	char body[] = "{\"uuid\":\"C-2\"}", base[] = "{}";
	struct err err = { 0 };

	MUST(store_open(f->path, fixture_model, &f->store, &err));
	put(f->store, KIND_PERSONS, "P-1", person_doc("P-1", "Fatu", "Kamara", "FEMALE"));
	for (int i = 1; i < 30; i++) {
		char uuid[16];

		snprintf(uuid, sizeof uuid, "C-%d", i);
		put(f->store, KIND_CASES, uuid, case_doc(uuid, "P-1", "", i));
	}
	edit_key(f->store, KIND_CASES, "C-1", "outcome", "\"DECEASED\"", 4);
	edit_key(f->store, KIND_CASES, "C-2", "outcome", "\"DECEASED\"", 4);
	row.body = body;
	row.base = base;
	MUST(store_outbox_put(f->store, &row, &err));
	MUST(store_add_conflict(f->store, &conflict, NULL, &err));
	store_close(f->store);
	f->store = NULL;
}

static void prepare_version_1(struct fixture *f)
{
	struct store old = { .path = f->path, .model = fixture_model };
	char *person = person_doc("P-1", "Fatu", "Kamara", "FEMALE"), *text;
	struct err err = { 0 };

	assert_int_equal(sqlite3_open(f->path, &old.db), SQLITE_OK);
	MUST(store_migrate(&old, 1, &err));
	db_forget(&old);
	sqlite3_close(old.db);
	run_sql(f->path, "INSERT INTO kind(number, name) VALUES(100, 'cases'), (101, 'persons') ON CONFLICT(name) DO UPDATE"
		" SET number = excluded.number");
	text = mem_printf("INSERT INTO document(id, doc) VALUES(1, '%s'); INSERT INTO record(kind, uuid, doc_id, change_date, revision, flags,"
		" edited_ms, seen_ms) VALUES(101, 'P-1', 1, 5, 1, 0, 0, 0)", person);
	run_sql(f->path, text);
	mem_free(text);
	mem_free(person);
	for (int i = 2; i < 30; i++) {
		char uuid[16], *doc;

		snprintf(uuid, sizeof uuid, "C-%d", i);
		doc = case_doc(uuid, "P-1", "", i);
		text = mem_printf("INSERT INTO document(id, doc) VALUES(%d, '%s'); INSERT INTO record(kind, uuid, doc_id, change_date, revision,"
			" flags, edited_ms, seen_ms) VALUES(100, '%s', %d, 5, 4, 1, 0, 0)", i, doc, uuid, i);
		run_sql(f->path, text);
		mem_free(text);
		mem_free(doc);
	}
}

static void restore_file(struct fixture *f)
{
	static const char *const also[] = { "-wal", "-shm", "-journal" };
	FILE *file;

	fault_vfs_arm(FAULT_NONE, 0);
	for (size_t i = 0; i < sizeof also / sizeof also[0]; i++) {
		char *name = mem_printf("%s%s", f->path, also[i]);

		unlink(name);
		mem_free(name);
	}
	fault_vfs_forget();
	file = fopen(f->path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(prepared, 1, prepared_len, file), prepared_len);
	fclose(file);
}

/* Opens, works, checkpoints, closes. True: the work was acknowledged. */
static bool go(struct fixture *f)
{
	struct err err = { 0 };
	enum status st = store_open(f->path, fixture_model, &f->store, &err);

	if (st != ST_OK)
		return false;
	st = store_begin(f->store, &err);
	if (st == ST_OK) {
		st = work->run(f->store, &err);
		if (st == ST_OK)
			st = store_commit(f->store, &err);
		else
			store_rollback(f->store);
	}
	(void)store_checkpoint(f->store);
	store_close(f->store);
	f->store = NULL;
	return st == ST_OK;
}

static void at_every_step(struct fixture *f, enum fault fault, const char *what, bool power_loss)
{
	int step, seen_old = 0, seen_new = 0;

	for (step = 1; step < STEPS_MAX; step++) {
		bool done, hit, is_new;
		struct err err = { 0 };
		char *seen;

		restore_file(f);
		fault_vfs_arm(fault, step);
		done = go(f);
		hit = fault_vfs_hit();
		fault_vfs_arm(FAULT_NONE, 0);
		if (power_loss)
			fault_vfs_power_loss(1000 + (uint64_t)step);
		if (work->migrates) {
			/* What was interrupted goes on at the next start. */
			MUST(store_open(f->path, fixture_model, &f->store, &err));
			store_close(f->store);
			f->store = NULL;
		}
		seen = all_of(f->path);
		is_new = strcmp(seen, after) == 0;
		if (!is_new && (work->migrates || strcmp(seen, before) != 0))
			fail_msg("%s, %s at step %d: the tables are neither as before nor as after:\n%.2000s", work->name, what, step, seen);
		if (done && !is_new)
			fail_msg("%s, %s at step %d: it was acknowledged and is lost", work->name, what, step);
		mem_free(seen);
		seen_old += !is_new;
		seen_new += is_new;
		if (!is_new && !go(f))
			fail_msg("%s, %s at step %d: it cannot be done again", work->name, what, step);
		if (!hit) {
			if (!done || seen_new < 1 || (seen_old == 0 && !work->migrates))
				fail_msg("%s, %s: %d old and %d new states in %d steps: the fault was never where it matters", work->name, what,
					seen_old, seen_new, step);
			return;
		}
	}
	fail_msg("%s, %s: more than %d steps", work->name, what, STEPS_MAX);
}

static void every_fault(void **state, const struct work *what)
{
	struct fixture *f = *state;
	struct err err = { 0 };

	work = what;
	if (work->migrates)
		prepare_version_1(f);
	else
		prepare_newest(f);
	MUST(path_read(f->path, 1 << 26, &prepared, &prepared_len, &err));
	before = all_of(f->path);
	assert_true(go(f));
	after = all_of(f->path);
	assert_string_not_equal(before, after);
	assert_non_null(strstr(after, "integrity_check=ok"));
	at_every_step(f, FAULT_ONCE, "one failed operation", false);
	at_every_step(f, FAULT_FULL, "disk full", false);
	at_every_step(f, FAULT_STOP, "stop", true);
	at_every_step(f, FAULT_TEAR, "torn write", true);
}

static int faults_setup(void **state)
{
	folder_setup(state);
	fault_vfs_install();
	fault_vfs_arm(FAULT_NONE, 0);
	return 0;
}

static int faults_teardown(void **state)
{
	fault_vfs_arm(FAULT_NONE, 0);
	teardown(state);
	fault_vfs_uninstall();
	mem_free(prepared);
	mem_free(before);
	mem_free(after);
	prepared = before = after = NULL;
	return 0;
}

#define SHOWS(test, what, does, old_file) \
	static void test(void **state) \
	{ \
		static const struct work it = { what, does, old_file }; \
		every_fault(state, &it); \
	}

SHOWS(a_slice_of_a_page_is_applied_whole_or_not_at_all, "slice", slice, false)
SHOWS(what_is_sent_is_in_the_outbox_whole_or_not_at_all, "outbox", send, false)
SHOWS(an_accepted_push_is_noted_whole_or_not_at_all, "accept", accept_push, false)
SHOWS(a_rejected_push_is_noted_whole_or_not_at_all, "reject", reject_push, false)
SHOWS(a_conflict_is_restored_whole_or_not_at_all, "restore", restore, false)
SHOWS(a_new_case_is_saved_with_its_person_or_not_at_all, "new case", new_case, false)
SHOWS(a_migration_that_was_interrupted_goes_on_at_the_next_start, "migration", nothing, true)

#define T(name) cmocka_unit_test_setup_teardown(name, faults_setup, faults_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_slice_of_a_page_is_applied_whole_or_not_at_all), T(what_is_sent_is_in_the_outbox_whole_or_not_at_all),
		T(an_accepted_push_is_noted_whole_or_not_at_all), T(a_rejected_push_is_noted_whole_or_not_at_all),
		T(a_conflict_is_restored_whole_or_not_at_all), T(a_new_case_is_saved_with_its_person_or_not_at_all),
		T(a_migration_that_was_interrupted_goes_on_at_the_next_start),
	};

	return cmocka_run_group_tests_name("store_faults_sync", tests, NULL, group_teardown);
}
