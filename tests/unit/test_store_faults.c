/* The disk fails, fills up, tears a write or the machine stops, at every write of a save: the old state or the new one, never between
 * (quality.md "disk"). */
#include "store_fixture.h"

#include "support/fault_vfs.h"

#define STEPS_MAX 400

static char *prepared;          /* the file before the save, byte by byte */
static size_t prepared_len;
static char *old_doc;

static int faults_setup(void **state)
{
	struct fixture *f;
	struct err err = { 0 };
	struct draft draft = { .id = (char[]){ "d" }, .kind = KIND_CASES, .uuid = "C-1", .doc = (char[]){ "{\"typed\":true}" } };

	folder_setup(state);
	f = *state;
	fault_vfs_install();
	fault_vfs_arm(FAULT_NONE, 0);
	MUST(store_open(f->path, fixture_model, &f->store, &err));
	for (int i = 0; i < 30; i++) {
		char uuid[16];

		snprintf(uuid, sizeof uuid, "C-%d", i);
		put(f->store, KIND_CASES, uuid, case_doc(uuid, "P-1", "", i));
	}
	put(f->store, KIND_PERSONS, "P-1", person_doc("P-1", "Fatu", "Kamara", "FEMALE"));
	MUST(store_put_draft(f->store, &draft, &err));
	store_close(f->store);
	f->store = NULL;
	MUST(path_read(f->path, 1 << 26, &prepared, &prepared_len, &err));
	old_doc = case_doc("C-1", "P-1", "", 1);
	return 0;
}

static int faults_teardown(void **state)
{
	fault_vfs_arm(FAULT_NONE, 0);
	teardown(state);
	fault_vfs_uninstall();
	mem_free(prepared);
	mem_free(old_doc);
	return 0;
}

static void restore_file(struct fixture *f)
{
	char name[160];
	FILE *file;

	fault_vfs_arm(FAULT_NONE, 0);
	snprintf(name, sizeof name, "%s-wal", f->path);
	unlink(name);
	snprintf(name, sizeof name, "%s-shm", f->path);
	unlink(name);
	fault_vfs_forget();
	file = fopen(f->path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(prepared, 1, prepared_len, file), prepared_len);
	fclose(file);
}

static enum status open_store(struct fixture *f, struct err *err)
{
	return store_open(f->path, fixture_model, &f->store, err);
}

static enum status save(struct store *store, struct err *err)
{
	struct json *doc = NULL;
	int64_t revision;
	struct store_edit edit = { .kind = KIND_CASES, .uuid = "C-1", .revision = 1, .user = "u", .device = "d", .now_ms = 5, .draft_id = "d",
		.cause = "edit" };
	enum status st = json_parse_text(old_doc, &doc, err);

	if (st != ST_OK)
		return st;
	json_set(doc, "outcome", json_new_string("DECEASED"));
	edit.doc = doc;
	st = store_save_edit(store, &edit, &revision, err);
	json_free(doc);
	return st;
}

static bool count_dirty(void *ctx, const struct case_row *row)
{
	int *n = ctx;

	(void)row;
	(*n)++;
	return true;
}

/* Is the whole state the old or the new one? Document, snapshot, revision, flag, journal, draft and list row have to agree. */
static bool state_is_new(struct store *store, const char *what, int step)
{
	struct record record = get(store, KIND_CASES, "C-1");
	struct store_counts counts;
	struct json *report = NULL;
	struct err err = { 0 };
	int listed = 0;
	bool is_new = record.revision == 2, journal = store_newest_journal(store, KIND_CASES, "C-1") > 0;

	MUST(store_count_state(store, &counts, &err));
	MUST(store_list_cases(store, &(struct case_query){ .flags_any = RECORD_DIRTY }, count_dirty, &listed, &err));
	if (is_new ? !(strstr(record.doc, "DECEASED") != NULL && record.base != NULL && strcmp(record.base, old_doc) == 0 &&
		record.flags == RECORD_DIRTY && journal &&
			counts.drafts == 0 && counts.dirty == 1 && listed == 1)
		: !(strcmp(record.doc, old_doc) == 0 && record.base == NULL && record.flags == 0 && !journal && counts.drafts == 1 &&
			counts.dirty == 0 && listed == 0))
		fail_msg("%s at step %d: revision %lld, flags %u, base %d, journal %d, drafts %lld, dirty %lld, listed %d", what, step,
			(long long)record.revision, record.flags,
			record.base != NULL, journal, (long long)counts.drafts, (long long)counts.dirty, listed);
	MUST(store_check(store, &report, &err));
	if (!json_true(json_get(report, "ok")))
		fail_msg("%s at step %d: %s", what, step, json_print(report, NULL));
	json_free(report);
	record_done(&record);
	return is_new;
}

/* Open, save, checkpoint, close, with the fault at each step in turn, until a round gets through without meeting it. */
static void at_every_step(struct fixture *f, enum fault fault, const char *what, bool power_loss)
{
	int step, seen_old = 0, seen_new = 0;

	for (step = 1; step < STEPS_MAX; step++) {
		for (uint64_t seed = 1; seed <= (power_loss ? 4 : 1); seed++) {
			struct err err = { 0 };
			bool saved = false, hit;

			restore_file(f);
			fault_vfs_arm(fault, step);
			if (open_store(f, &err) == ST_OK) {
				saved = save(f->store, &err) == ST_OK;
				(void)store_checkpoint(f->store);
				store_close(f->store);
				f->store = NULL;
			}
			hit = fault_vfs_hit();
			fault_vfs_arm(FAULT_NONE, 0);
			if (power_loss)
				fault_vfs_power_loss(seed + 1000 * (uint64_t)step);
			MUST(open_store(f, &err));
			if (state_is_new(f->store, what, step)) {
				seen_new++;
			} else {
				seen_old++;
				if (saved)
					fail_msg("%s at step %d: the save was acknowledged and is lost", what, step);
				MUST(save(f->store, &err)); /* and it can be done again */
			}
			store_close(f->store);
			f->store = NULL;
			if (!hit) {
				assert_true(saved);
				if (seen_old == 0 || seen_new < 2)
					fail_msg("%s: %d old and %d new states in %d steps: the fault was never where it matters", what, seen_old, seen_new,
						step);
				return;
			}
		}
	}
	fail_msg("%s: more than %d steps", what, STEPS_MAX);
}

static void one_failed_write_leaves_the_old_or_the_new_state(void **state)
{
	at_every_step(*state, FAULT_ONCE, "one failed operation", false);
}

static void a_full_disk_leaves_the_old_or_the_new_state(void **state)
{
	at_every_step(*state, FAULT_FULL, "disk full", false);
}

static void a_machine_that_stops_leaves_the_old_or_the_new_state(void **state)
{
	at_every_step(*state, FAULT_STOP, "stop", true);
}

static void a_torn_write_leaves_the_old_or_the_new_state(void **state)
{
	at_every_step(*state, FAULT_TEAR, "torn write", true);
}

/* The same connection goes on after the error: nothing of the failed save is in the next one. */
static void after_an_error_the_open_store_goes_on(void **state)
{
	struct fixture *f = *state;

	for (int step = 1; step < STEPS_MAX; step++) {
		struct err err = { 0 };
		bool hit;

		restore_file(f);
		MUST(open_store(f, &err));
		fault_vfs_arm(FAULT_ONCE, step);
		(void)!save(f->store, &err);
		hit = fault_vfs_hit();
		fault_vfs_arm(FAULT_NONE, 0);
		if (!state_is_new(f->store, "one failed operation, same connection", step)) {
			assert_true(hit);
			MUST(save(f->store, &err));
			assert_true(state_is_new(f->store, "saved again", step));
		}
		store_close(f->store);
		f->store = NULL;
		if (!hit)
			return;
	}
	fail_msg("more than %d steps", STEPS_MAX);
}

static void a_full_disk_is_called_that(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	char text[512];

	restore_file(f);
	MUST(open_store(f, &err));
	fault_vfs_arm(FAULT_FULL, 1);
	EXPECT(save(f->store, &err), ST_FAILED);
	err_text(&err, text, sizeof text);
	if (strstr(text, "disk is full") == NULL)
		fail_msg("the message is \"%s\"", text);
}

static void a_backup_that_fails_leaves_the_older_one(void **state)
{
	struct fixture *f = *state;
	char path[160], *before = NULL, *after = NULL;
	size_t before_len, after_len;
	struct err err = { 0 };

	snprintf(path, sizeof path, "%s/backup.db", f->dir);
	MUST(open_store(f, &err));
	MUST(store_backup(f->store, path, &err));
	MUST(path_read(path, 1 << 26, &before, &before_len, &err));
	MUST(save(f->store, &err));
	for (int step = 1; step < STEPS_MAX; step++) {
		enum status st;

		fault_vfs_arm(FAULT_ONCE, step);
		st = store_backup(f->store, path, &err);
		if (!fault_vfs_hit()) {
			assert_int_equal(st, ST_OK);
			break;
		}
		fault_vfs_arm(FAULT_NONE, 0);
		if (st == ST_OK) { /* it did without: now this is the older one */
			mem_free(before);
			MUST(path_read(path, 1 << 26, &before, &before_len, &err));
			continue;
		}
		MUST(path_read(path, 1 << 26, &after, &after_len, &err));
		if (after_len != before_len || memcmp(before, after, before_len) != 0)
			fail_msg("step %d: the older backup was changed", step);
		mem_free(after);
		store_close(f->store);
		MUST(open_store(f, &err));
	}
	mem_free(before);
}

#define T(name) cmocka_unit_test_setup_teardown(name, faults_setup, faults_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_failed_write_leaves_the_old_or_the_new_state), T(a_full_disk_leaves_the_old_or_the_new_state),
		T(a_machine_that_stops_leaves_the_old_or_the_new_state), T(a_torn_write_leaves_the_old_or_the_new_state),
			T(after_an_error_the_open_store_goes_on),
		T(a_full_disk_is_called_that), T(a_backup_that_fails_leaves_the_older_one),
	};

	return cmocka_run_group_tests_name("store_faults", tests, NULL, group_teardown);
}
