/* Several processes on one file: the lock `run`, saves side by side, a process that dies (architecture.md "Storage"). */
#include "store_fixture.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#define SAVES 25

static struct store *open_again(struct fixture *f)
{
	struct store *store = NULL;
	struct err err = { 0 };

	MUST(store_open(f->path, fixture_model, &store, &err));
	return store;
}

/* A child that does its work, says one byte (its status) through a pipe, and then waits to be killed. */
static pid_t child_that(struct fixture *f, bool (*work)(struct store *store), int *status)
{
	int fds[2];
	char said = 1;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct store *store = NULL;
		struct err err;

		said = store_open(f->path, fixture_model, &store, &err) == ST_OK && work(store) ? 0 : 2;
		if (write(fds[1], &said, 1) != 1)
			_exit(3);
		for (;;)
			pause();
	}
	close(fds[1]);
	if (read(fds[0], &said, 1) != 1)
		said = 4;
	close(fds[0]);
	*status = said;
	return pid;
}

static bool lock(struct store *store)
{
	struct run_holder who;
	struct err err;

	return store_lock_run(store, 1000, &who, &err) == ST_OK;
}

static void a_second_sync_hears_who_has_the_lock(void **state)
{
	struct fixture *f = *state;
	struct run_holder who = { 0 };
	struct err err = { 0 };
	char text[512];
	int said;
	pid_t pid = child_that(f, lock, &said);

	assert_int_equal(said, 0);
	EXPECT(store_lock_run(f->store, 2000, &who, &err), ST_LATER);
	assert_int_equal(who.pid, pid);
	assert_int_equal(who.since_ms, 1000);
	err_text(&err, text, sizeof text);
	if (strstr(text, "process") == NULL)
		fail_msg("the message does not say who has it: %s", text);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void a_lock_of_a_dead_process_is_taken_over(void **state)
{
	struct fixture *f = *state;
	struct run_holder who;
	struct err err;
	int said;
	pid_t pid = child_that(f, lock, &said);

	assert_int_equal(said, 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	MUST(store_lock_run(f->store, 2000, &who, &err));
	store_unlock_run(f->store);
}

static void an_unlocked_store_can_be_locked_again(void **state)
{
	struct fixture *f = *state;
	struct store *other = open_again(f);
	struct run_holder who;
	struct err err;

	MUST(store_lock_run(f->store, 1, &who, &err));
	EXPECT(store_lock_run(other, 2, &who, &err), ST_LATER); /* the same process, but another sync */
	store_unlock_run(other);                                /* not its own: nothing happens */
	EXPECT(store_lock_run(other, 2, &who, &err), ST_LATER);
	store_unlock_run(f->store);
	MUST(store_lock_run(other, 3, &who, &err));
	store_close(other); /* closing gives it back */
	MUST(store_lock_run(f->store, 4, &who, &err));
}

/* Writes a holder as another machine, another boot or a process number that was used again would look. */
static void pretend_holder(struct fixture *f, const char *set)
{
	sqlite3 *db;
	char *sql = mem_printf("UPDATE run_lock SET %s", set);
	struct store *mine = open_again(f);
	struct run_holder who;
	struct err err;

	MUST(store_lock_run(mine, 1000, &who, &err));
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "UPDATE run_lock SET pid = pid + 0", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	mem_free(sql);
	store_close(mine);
}

static void a_lock_from_another_machine_is_never_taken_over(void **state)
{
	struct fixture *f = *state;
	struct run_holder who;
	struct err err = { 0 };
	char text[512];

	pretend_holder(f, "host = 'elsewhere 123', boot = 'x', pid = 99999999, started = 5");
	EXPECT(store_lock_run(f->store, 2, &who, &err), ST_LATER);
	err_text(&err, text, sizeof text);
	if (strstr(text, "elsewhere") == NULL)
		fail_msg("the message does not name the machine: %s", text);
}

static void a_lock_from_before_the_last_start_of_the_machine_is_taken_over(void **state)
{
	struct fixture *f = *state;
	struct run_holder who;
	struct err err;

	pretend_holder(f, "boot = 'an earlier one', started = 5");
	MUST(store_lock_run(f->store, 2, &who, &err));
}

static void a_process_number_that_was_used_again_does_not_hold_the_lock(void **state)
{
	struct fixture *f = *state;
	struct run_holder who;
	struct err err;

	pretend_holder(f, "started = started + 1"); /* our own number, but another start */
	MUST(store_lock_run(f->store, 2, &who, &err));
}

static void a_lock_in_another_container_is_never_taken_over(void **state)
{
	struct fixture *f = *state;
	struct run_holder who;
	struct err err;

	pretend_holder(f, "space = 'pid:[1]', pid = 99999999, started = 5");
	EXPECT(store_lock_run(f->store, 2, &who, &err), ST_LATER);
}

static void others_commits_change_the_data_version(void **state)
{
	struct fixture *f = *state;
	struct store *other = open_again(f);
	struct err err;
	int64_t before = store_data_version(f->store);

	assert_int_equal(store_data_version(f->store), before);
	MUST(store_set_setting(other, "a", "b", &err));
	assert_int_not_equal(store_data_version(f->store), before);
	before = store_data_version(f->store);
	MUST(store_set_setting(f->store, "a", "c", &err)); /* our own do not */
	assert_int_equal(store_data_version(f->store), before);
	store_close(other);
}

/* Adds SAVES to a counter in the document, one save each, reading again whenever somebody else was first. */
static bool save_often(struct store *store)
{
	for (int i = 0; i < SAVES;) {
		struct record record;
		struct err err;
		struct json *doc = NULL;
		int64_t n = 0, revision;
		struct store_edit edit = { .kind = KIND_CASES, .uuid = "C-1", .user = "u", .device = "d", .now_ms = 1 };
		enum status st;

		if (store_get(store, KIND_CASES, "C-1", &record, &err) != ST_OK || json_parse_text(record.doc, &doc, &err) != ST_OK)
			return false;
		json_get_int(doc, "counter", &n);
		json_set(doc, "counter", json_new_int(n + 1));
		edit.doc = doc;
		edit.revision = record.revision;
		st = store_save_edit(store, &edit, &revision, &err);
		json_free(doc);
		record_done(&record);
		if (st == ST_OK)
			i++;
		else if (st != ST_STALE)
			return false;
	}
	return true;
}

static void two_processes_save_and_no_save_is_lost(void **state)
{
	struct fixture *f = *state;
	struct record record;
	struct json *doc = NULL;
	struct err err;
	int64_t n = 0;
	pid_t pids[2];

	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "", 1));
	for (int i = 0; i < 2; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct store *store = NULL;

			_exit(store_open(f->path, fixture_model, &store, &err) == ST_OK && save_often(store) ? 0 : 1);
		}
	}
	for (int i = 0; i < 2; i++) {
		int status = 0;

		waitpid(pids[i], &status, 0);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("process %d could not save: %d", i, status);
	}
	record = get(f->store, KIND_CASES, "C-1");
	MUST(json_parse_text(record.doc, &doc, &err));
	json_get_int(doc, "counter", &n);
	assert_int_equal(n, 2 * SAVES);
	assert_int_equal(record.revision, 1 + 2 * SAVES);
	json_free(doc);
	record_done(&record);
}

static bool save_once(struct store *store)
{
	struct err err;
	struct draft draft = { .id = (char[]){ "d" }, .kind = KIND_CASES, .uuid = "C-1", .doc = (char[]){ "{\"typed\":1}" } };

	edit_key(store, KIND_CASES, "C-1", "outcome", "\"DECEASED\"", 7);
	return store_put_draft(store, &draft, &err) == ST_OK;
}

static void what_was_saved_survives_kill_9(void **state)
{
	struct fixture *f = *state;
	struct record record;
	struct store_counts counts;
	struct err err;
	int said;
	pid_t pid;

	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "", 1));
	pid = child_that(f, save_once, &said);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(said, 0);
	record = get(f->store, KIND_CASES, "C-1");
	assert_non_null(strstr(record.doc, "DECEASED"));
	assert_non_null(record.base);
	record_done(&record);
	MUST(store_count_state(f->store, &counts, &err));
	assert_int_equal(counts.drafts, 1);
	assert_true(store_newest_journal(f->store, KIND_CASES, "C-1") > 0);
}

static bool begin_only(struct store *store)
{
	struct err err;

	return store_begin(store, &err) == ST_OK && store_set_setting(store, "half", "1", &err) == ST_OK;
}

static void a_transaction_of_a_killed_process_never_was(void **state)
{
	struct fixture *f = *state;
	struct err err;
	int said;
	pid_t pid = child_that(f, begin_only, &said);

	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(said, 0);
	MUST(store_set_setting(f->store, "other", "1", &err));
	assert_null(store_setting(f->store, "half"));
}

static void processes_that_make_the_file_together_all_can_use_it(void **state)
{
	struct fixture *f = *state;
	pid_t pids[4];

	store_close(f->store);
	f->store = NULL;
	unlink(f->path);
	for (int i = 0; i < 4; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct store *store = NULL;
			struct err err;
			char name[16];

			snprintf(name, sizeof name, "n%d", i);
			if (store_open(f->path, fixture_model, &store, &err) != ST_OK || store_set_setting(store, name, "1", &err) != ST_OK) {
				char text[512];

				err_text(&err, text, sizeof text);
				print_error("%s\n", text);
				_exit(1);
			}
			_exit(0);
		}
	}
	for (int i = 0; i < 4; i++) {
		int status = 0;

		waitpid(pids[i], &status, 0);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("process %d could not open or write: %d", i, status);
	}
	f->store = open_again(f);
	assert_int_equal(store_setting_int(f->store, "n0", 0) + store_setting_int(f->store, "n1", 0) + store_setting_int(f->store, "n2", 0) +
		store_setting_int(f->store, "n3", 0), 4);
}

#define T(name) cmocka_unit_test_setup_teardown(name, file_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_second_sync_hears_who_has_the_lock), T(a_lock_of_a_dead_process_is_taken_over), T(an_unlocked_store_can_be_locked_again),
		T(a_lock_from_another_machine_is_never_taken_over), T(a_lock_from_before_the_last_start_of_the_machine_is_taken_over),
		T(a_process_number_that_was_used_again_does_not_hold_the_lock), T(a_lock_in_another_container_is_never_taken_over),
		T(others_commits_change_the_data_version), T(two_processes_save_and_no_save_is_lost), T(what_was_saved_survives_kill_9),
		T(a_transaction_of_a_killed_process_never_was), T(processes_that_make_the_file_together_all_can_use_it),
	};

	return cmocka_run_group_tests_name("store_processes", tests, NULL, group_teardown);
}
