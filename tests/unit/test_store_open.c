/* Opening: new, older, newer, foreign, damaged and unreadable files; backup, copy and check (store.h; architecture.md "Storage"). */
#include "store_fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "store/internal.h"

static void write_file(const char *path, const void *data, size_t len)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	fclose(file);
}

static void expect_open(struct fixture *f, enum status wanted, const char *says)
{
	struct store *store = NULL;
	struct err err = { 0 };
	char text[1024];
	enum status st = store_open(f->path, fixture_model, &store, &err);

	if (st != wanted)
		fail_msg("opening answered status %d, expected %d", (int)st, (int)wanted);
	assert_null(store);
	err_text(&err, text, sizeof text);
	if (strstr(text, says) == NULL)
		fail_msg("the message \"%s\" does not say \"%s\"", text, says);
}

static void sql(struct fixture *f, const char *text)
{
	sqlite3 *db;
	char *message = NULL;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", text, message);
	sqlite3_close(db);
}

static struct store *open_now(struct fixture *f)
{
	struct store *store = NULL;
	struct err err = { 0 };

	MUST(store_open(f->path, fixture_model, &store, &err));
	return store;
}

static void expect_mode(const char *path, bool must_exist)
{
	struct stat info;

	if (stat(path, &info) != 0) {
		if (must_exist)
			fail_msg("%s is missing", path);
		return;
	}
	if ((info.st_mode & 0777) != 0600)
		fail_msg("%s has the rights %o, expected 600", path, info.st_mode & 0777);
}

static void files_are_private_whatever_the_umask(void **state)
{
	struct fixture *f = *state;
	mode_t old = umask(0);
	struct err err;
	char name[160];

	f->store = open_now(f);
	MUST(store_set_setting(f->store, "a", "b", &err));
	umask(old);
	expect_mode(f->path, true);
	snprintf(name, sizeof name, "%s-wal", f->path);
	expect_mode(name, true);
	snprintf(name, sizeof name, "%s-shm", f->path);
	expect_mode(name, true);
	store_close(f->store);
	f->store = NULL;
	assert_int_equal(chmod(f->path, 0644), 0); /* copied about by somebody: made private again */
	f->store = open_now(f);
	expect_mode(f->path, true);
}

static void the_connection_is_set_up_as_designed(void **state)
{
	struct fixture *f = *state;
	static const struct { const char *pragma; int64_t value; } wanted[] = {
		{ "PRAGMA synchronous", 2 }, { "PRAGMA foreign_keys", 1 }, { "PRAGMA trusted_schema", 0 }, { "PRAGMA busy_timeout", STORE_BUSY_MS },
		{ "PRAGMA user_version", STORE_SCHEMA }, { "PRAGMA application_id", STORE_APPLICATION_ID },
		{ "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'",
			0 },
		{ "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'", 1 },
	};
	struct err err = { 0 };

	f->store = open_now(f);
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		int64_t value = -1;

		MUST(db_int(f->store, wanted[i].pragma, &value, &err));
		if (value != wanted[i].value)
			fail_msg("%s is %lld, expected %lld", wanted[i].pragma, (long long)value, (long long)wanted[i].value);
	}
}

static void kinds_keep_their_numbers_when_the_enum_changes(void **state)
{
	struct fixture *f = *state;
	struct record record;

	f->store = open_now(f);
	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "", 1));
	store_close(f->store);
	/* As if that Outpost had counted its kinds otherwise. */
	sql(f, "UPDATE kind SET number = number + 500; UPDATE record SET kind = kind + 500; DELETE FROM kind WHERE name = 'tasks'");
	f->store = open_now(f);
	record = get(f->store, KIND_CASES, "C-1");
	record_done(&record);
	put(f->store, KIND_TASKS, "T-1", mem_strdup("{}"));
	record = get(f->store, KIND_TASKS, "T-1");
	record_done(&record);
}

static void migrate_to(struct fixture *f, int version)
{
	struct store old = { .path = f->path, .model = fixture_model };
	struct err err = { 0 };

	assert_int_equal(sqlite3_open(f->path, &old.db), SQLITE_OK);
	MUST(store_migrate(&old, version, &err));
	db_forget(&old);
	sqlite3_close(old.db);
}

static bool count_row(void *ctx, const struct case_row *row)
{
	int *count = ctx;

	if (strcmp(row->last_name, "Kamara") == 0 && row->flags == RECORD_DIRTY)
		(*count)++;
	return true;
}

static void a_file_of_version_1_gets_its_lists(void **state)
{
	struct fixture *f = *state;
	char *c = case_doc("C-1", "P-1", "E-1", 5), *p = person_doc("P-1", "Fatu", "Kamara", "FEMALE");
	char *text;
	int count = 0;
	struct err err = { 0 };

	migrate_to(f, 1);
	sql(f, "INSERT INTO kind(number, name) VALUES(100, 'cases'), (101, 'persons') ON CONFLICT(name) DO UPDATE SET number ="
		" excluded.number");
	text = mem_printf("INSERT INTO document(id, doc) VALUES(1, '%s'), (2, '%s');"
		"INSERT INTO record(kind, uuid, doc_id, change_date, revision, flags, edited_ms, seen_ms) VALUES(100, 'C-1', 1, 5, 4, 1, 0,"
		" 0), (101, 'P-1', 2, 5, 1, 0, 0, 0)", c, p);
	sql(f, text);
	f->store = open_now(f);
	MUST(store_list_cases(f->store, &(struct case_query){ .words = "kamara e-1" }, count_row, &count, &err));
	assert_int_equal(count, 1);
	assert_true(store_is_referred(f->store, KIND_PERSONS, "P-1"));
	mem_free(text);
	mem_free(c);
	mem_free(p);
}

static void every_earlier_version_ends_up_with_the_newest_schema(void **state)
{
	struct fixture *f = *state;
	struct json *report = NULL;
	struct err err = { 0 };

	for (int version = 0; version <= STORE_SCHEMA; version++) {
		if (version > 0)
			migrate_to(f, version);
		f->store = open_now(f);
		put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "", 1));
		MUST(store_check(f->store, &report, &err));
		if (!json_true(json_get(report, "ok")))
			fail_msg("from version %d: %s", version, json_print(report, NULL));
		json_free(report);
		store_close(f->store);
		f->store = NULL;
		unlink(f->path);
	}
}

static void a_migration_that_fails_leaves_the_file_as_it_was(void **state)
{
	struct fixture *f = *state;
	struct store *store = NULL;
	struct err err = { 0 };
	sqlite3 *db;
	sqlite3_stmt *stmt;

	migrate_to(f, 1);
	sql(f, "CREATE TABLE link(something TEXT)"); /* in the way of migration 2, near its end */
	assert_int_not_equal(store_open(f->path, fixture_model, &store, &err), ST_OK);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	sqlite3_prepare_v2(db, "SELECT (SELECT user_version FROM pragma_user_version), count(*) FROM sqlite_schema WHERE name = 'case_row'",
		-1, &stmt, NULL);
	sqlite3_step(stmt);
	assert_int_equal(sqlite3_column_int(stmt, 0), 1);
	assert_int_equal(sqlite3_column_int(stmt, 1), 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	sql(f, "DROP TABLE link");
	f->store = open_now(f);
}

static void a_newer_file_is_refused_and_not_touched(void **state)
{
	struct fixture *f = *state;
	char pragma[64];

	f->store = open_now(f);
	store_close(f->store);
	f->store = NULL;
	snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", STORE_SCHEMA + 1);
	sql(f, pragma);
	expect_open(f, ST_REFUSED, "newer");
}

static void another_program_s_database_is_refused(void **state)
{
	struct fixture *f = *state;

	sql(f, "CREATE TABLE mine(x)");
	expect_open(f, ST_INVALID, "another program");
	unlink(f->path);
	sql(f, "PRAGMA application_id = 7");
	expect_open(f, ST_INVALID, "another program");
}

static void a_file_that_is_no_database_is_refused_and_kept(void **state)
{
	struct fixture *f = *state;
	char text[5000];
	FILE *file;

	memset(text, 'x', sizeof text);
	write_file(f->path, text, sizeof text);
	expect_open(f, ST_INVALID, "not a database");
	file = fopen(f->path, "rb");
	assert_int_equal(fread(text, 1, sizeof text, file), sizeof text);
	fclose(file);
	assert_int_equal(text[4999], 'x');
}

static void folders_pipes_and_devices_are_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkdir(f->path, 0700), 0);
	expect_open(f, ST_INVALID, "not a file");
	rmdir(f->path);
	assert_int_equal(mkfifo(f->path, 0600), 0);
	expect_open(f, ST_INVALID, "not a file"); /* and does not hang */
	unlink(f->path);
	assert_int_equal(symlink("/dev/null", f->path), 0);
	expect_open(f, ST_INVALID, "not a file");
}

static void a_missing_folder_is_said(void **state)
{
	struct fixture *f = *state;
	struct fixture missing = { .store = NULL };

	snprintf(missing.path, sizeof missing.path, "%.100s/no/data.db", f->dir);
	expect_open(&missing, ST_FAILED, "folder");
}

static void an_empty_file_becomes_a_store(void **state)
{
	struct fixture *f = *state;

	write_file(f->path, "", 0);
	f->store = open_now(f);
	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "", 1));
}

/* Any error is fine, any answer is fine; a crash, a hang or a document that was never there is not. */
static void a_damaged_file_gives_errors_not_crashes(void **state)
{
	struct fixture *f = *state;
	struct rand rand;
	uint64_t seed = getenv("OUTPOST_SEED") != NULL ? strtoull(getenv("OUTPOST_SEED"), NULL, 10) : 1;
	char *whole = NULL;
	size_t len = 0;
	struct err err = { 0 };
	int damaged = 0;

	print_message("seed %llu\n", (unsigned long long)seed);
	rand_init(&rand, seed);
	f->store = open_now(f);
	for (int i = 0; i < 40; i++) {
		char uuid[16];

		snprintf(uuid, sizeof uuid, "C-%d", i);
		put(f->store, KIND_CASES, uuid, case_doc(uuid, "P-1", "", i));
	}
	store_close(f->store);
	f->store = NULL;
	MUST(path_read(f->path, 1 << 26, &whole, &len, &err));
	for (int round = 0; round < 60; round++) {
		char *copy = mem_strndup("", 0);
		struct store *store = NULL;
		enum status st;

		mem_free(copy);
		copy = mem_alloc(len);
		memcpy(copy, whole, len);
		for (int i = 0; i < 30; i++)
			copy[rand_below(&rand, len)] = (char)rand_u64(&rand);
		write_file(f->path, copy, round % 7 == 6 ? rand_below(&rand, len) : len);
		mem_free(copy);
		st = store_open(f->path, fixture_model, &store, &err);
		if (st == ST_OK) {
			struct json *report = NULL;
			int count = 0;

			for (int i = 0; i < 40; i++) {
				char uuid[16];
				struct record record;

				snprintf(uuid, sizeof uuid, "C-%d", i);
				if (store_get(store, KIND_CASES, uuid, &record, &err) == ST_OK)
					record_done(&record);
			}
			if (store_list_cases(store, &(struct case_query){ 0 }, count_row, &count, &err) == ST_INVALID)
				damaged++;
			st = store_check(store, &report, &err);
			if (st == ST_OK && !json_true(json_get(report, "ok")))
				damaged++;
			json_free(report);
			store_close(store);
		} else {
			damaged++;
		}
	}
	assert_true(damaged > 20);
	mem_free(whole);
}

/* Rights do not bind root: the child gives them up. */
static int as_nobody(struct fixture *f, enum status *st)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct store *store = NULL;
		struct err err = { 0 };
		char text[512];

		if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(100);
		*st = store_open(f->path, fixture_model, &store, &err);
		err_text(&err, text, sizeof text);
		if (*st != ST_OK && strstr(text, "rights") == NULL && strstr(text, "belongs") == NULL)
			_exit(101);
		_exit((int)*st);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}

static void a_folder_that_cannot_be_written_is_said(void **state)
{
	struct fixture *f = *state;
	enum status st = ST_OK;

	f->store = open_now(f);
	store_close(f->store);
	f->store = NULL;
	/* The file may be read, but nothing may be written in the folder: no log, no index. */
	assert_int_equal(chmod(f->path, geteuid() == 0 ? 0644 : 0400), 0);
	assert_int_equal(chmod(f->dir, 0555), 0);
	assert_int_equal(as_nobody(f, &st), ST_FAILED);
	unlink(f->path);
	assert_int_equal(chmod(f->dir, 0555), 0);
	if (geteuid() == 0)
		assert_int_equal(as_nobody(f, &st), ST_FAILED); /* nor can a new one be made */
	assert_int_equal(chmod(f->dir, 0700), 0);
}

static void a_backup_is_one_private_consistent_file(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	struct store *backup = NULL;
	struct record record;
	struct json *report = NULL;
	struct run_holder who;
	char path[160], beside[200];
	struct stat info;
	mode_t old = umask(0);

	snprintf(path, sizeof path, "%s/backup.db", f->dir);
	f->store = open_now(f);
	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "", 1));
	MUST(store_lock_run(f->store, 1, &who, &err));
	MUST(store_backup(f->store, path, &err));
	umask(old);
	expect_mode(path, true);
	snprintf(beside, sizeof beside, "%s-wal", path);
	assert_int_not_equal(stat(beside, &info), 0);
	put(f->store, KIND_CASES, "C-2", case_doc("C-2", "P-1", "", 1));
	MUST(store_backup(f->store, path, &err)); /* over the older one */
	MUST(store_open(path, fixture_model, &backup, &err));
	record = get(backup, KIND_CASES, "C-2");
	record_done(&record);
	MUST(store_check(backup, &report, &err));
	assert_true(json_true(json_get(report, "ok")));
	json_free(report);
	MUST(store_lock_run(backup, 1, &who, &err)); /* nobody synchronizes there */
	store_close(backup);
	unlink(path);
}

static void a_backup_never_destroys_anything(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	char path[160];
	struct stat before, after;
	DIR *dir;
	int names = 0;

	f->store = open_now(f);
	EXPECT(store_backup(f->store, f->path, &err), ST_INVALID); /* itself */
	assert_int_equal(stat(f->path, &before), 0);
	snprintf(path, sizeof path, "%s/no/such/folder", f->dir);
	EXPECT(store_backup(f->store, path, &err), ST_FAILED);
	EXPECT(store_backup(f->store, f->dir, &err), ST_INVALID); /* a folder */
	snprintf(path, sizeof path, "%s/link", f->dir);
	assert_int_equal(symlink(f->path, path), 0);
	EXPECT(store_backup(f->store, path, &err), ST_INVALID); /* a link is not followed and not replaced */
	assert_int_equal(stat(f->path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	dir = opendir(f->dir);
	while (readdir(dir) != NULL)
		names++;
	closedir(dir);
	assert_int_equal(names, 2 + 3 + 1); /* . .. data, -wal, -shm, link: nothing temporary is left */
}

static void a_copy_can_be_changed_without_a_trace(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	struct store *copy = NULL;
	struct record record;
	int64_t n = 0;

	f->store = open_now(f);
	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "", 1));
	MUST(store_open_copy(f->store, &copy, &err));
	record = get(copy, KIND_CASES, "C-1");
	record_done(&record);
	edit_key(copy, KIND_CASES, "C-1", "outcome", "\"DECEASED\"", 9);
	put(copy, KIND_CASES, "C-2", case_doc("C-2", "P-1", "", 1));
	MUST(store_count_kind(copy, KIND_CASES, &n, &err));
	assert_int_equal(n, 2);
	put(f->store, KIND_PERSONS, "P-1", person_doc("P-1", "A", "B", "MALE")); /* the copy holds no lock */
	store_close(copy);
	MUST(store_count_kind(f->store, KIND_CASES, &n, &err));
	assert_int_equal(n, 1);
	record = get(f->store, KIND_CASES, "C-1");
	assert_int_equal(record.flags, 0);
	record_done(&record);
}

static void the_check_finds_what_does_not_fit(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	struct json *report = NULL;

	f->store = open_now(f);
	put(f->store, KIND_CASES, "C-1", case_doc("C-1", "P-1", "", 1));
	put_flags(f->store, KIND_PERSONS, "P-1", person_doc("P-1", "A", "B", "MALE"), NULL, RECORD_DIRTY | RECORD_NEW);
	MUST(store_check(f->store, &report, &err));
	assert_true(json_true(json_get(report, "ok")));
	assert_string_equal(json_number_text(json_get(json_get(report, "records"), "cases")), "1");
	assert_string_equal(json_number_text(json_get(report, "new")), "1");
	json_free(report);
	sql(f, "DELETE FROM case_row; INSERT INTO document(id, doc) VALUES(99, '{}')");
	MUST(store_check(f->store, &report, &err));
	assert_false(json_true(json_get(report, "ok")));
	assert_int_equal(json_count(json_get(report, "problems")), 2);
	json_free(report);
}

static void a_busy_file_is_waited_for_and_then_said(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db;
	struct err err = { 0 };
	char text[256];

	f->store = open_now(f);
	sqlite3_busy_timeout(f->store->db, 50); /* the test does not wait five seconds */
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	EXPECT(store_set_setting(f->store, "a", "b", &err), ST_LATER);
	err_text(&err, text, sizeof text);
	assert_non_null(strstr(text, "Try again"));
	sqlite3_close(db);
	MUST(store_set_setting(f->store, "a", "b", &err));
}

/* by values that are of another letter each time: what is as it was is not written */
static void grow_log(struct store *store, int pages, char letter)
{
	char value[4000];
	struct err err = { 0 };

	memset(value, letter, sizeof value - 1);
	value[sizeof value - 1] = '\0';
	for (int i = 0; i < pages; i++) {
		char name[16];

		snprintf(name, sizeof name, "n%d", i);
		if (i % 100 == 0)
			MUST(store_begin(store, &err));
		MUST(store_set_setting(store, name, value, &err));
		if (i % 100 == 99)
			MUST(store_commit(store, &err));
	}
}

static void the_log_is_cut_back_by_idle_checkpoints(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };
	int rounds = 0;

	f->store = open_now(f);
	assert_false(store_checkpoint(f->store)); /* too little to be worth it */
	grow_log(f->store, 1200, 'a');
	assert_true(store_log_length(f->store) >= STORE_LOG_LONG);
	MUST(store_begin(f->store, &err));
	assert_int_equal(store_log_length(f->store), 0);
	assert_false(store_checkpoint(f->store)); /* not within a transaction */
	store_rollback(f->store);
	while (store_checkpoint(f->store))
		assert_true(++rounds < 10);
	assert_int_equal(store_log_length(f->store), 0);
	assert_false(store_checkpoint(f->store));
}

static int64_t size_of(const char *path, const char *suffix)
{
	char *name = mem_printf("%s%s", path, suffix);
	struct stat info = { 0 };

	assert_int_equal(stat(name, &info), 0);
	mem_free(name);
	return info.st_size;
}

/* A commit writes the log and nothing else, so that it takes no longer than its own pages; the idle job copies; and the log, read again from its
 * beginning, does not grow. When nobody has the leisure the commit that makes it STORE_LOG_MOST copies it after all. */
static void a_commit_leaves_copying_the_log_to_the_idle_job(void **state)
{
	struct fixture *f = *state;
	int64_t before, log;

	f->store = open_now(f);
	before = size_of(f->path, "");
	grow_log(f->store, 2500, 'a');
	assert_int_equal(size_of(f->path, ""), before);
	(void)store_checkpoint(f->store);
	assert_true(size_of(f->path, "") > before + 1000 * STORE_PAGE_BYTES);
	log = size_of(f->path, "-wal");
	for (int i = 0; i < 4; i++) {
		grow_log(f->store, 2500, (char)('b' + i));
		assert_true(store_log_length(f->store) >= STORE_LOG_LONG);
		(void)store_checkpoint(f->store);
	}
	assert_true(size_of(f->path, "-wal") <= log + log / 2);
	for (int i = 0; i < 5; i++)
		grow_log(f->store, 2500, (char)('p' + i));
	assert_true(size_of(f->path, "-wal") <= (int64_t)(STORE_LOG_MOST + 1000) * (STORE_PAGE_BYTES + 24));
	assert_true(store_log_length(f->store) < STORE_LOG_MOST);
}

static void what_another_reader_holds_back_is_not_tried_at_every_turn(void **state)
{
	struct fixture *f = *state;
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;

	f->store = open_now(f);
	grow_log(f->store, 100, 'a');
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM setting", -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	grow_log(f->store, 1200, 'b');
	(void)store_checkpoint(f->store);
	assert_true(store_log_length(f->store) < 100);
	assert_false(store_checkpoint(f->store));
	grow_log(f->store, 1200, 'c');
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	assert_true(store_log_length(f->store) >= STORE_LOG_LONG);
	(void)store_checkpoint(f->store);
	assert_int_equal(store_log_length(f->store), 0);
	assert_int_equal(f->store->wal_done, f->store->wal_pages);
}

#define T(name) cmocka_unit_test_setup_teardown(name, folder_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(files_are_private_whatever_the_umask), T(the_connection_is_set_up_as_designed), T(kinds_keep_their_numbers_when_the_enum_changes),
		T(a_file_of_version_1_gets_its_lists), T(every_earlier_version_ends_up_with_the_newest_schema),
			T(a_migration_that_fails_leaves_the_file_as_it_was),
		T(a_newer_file_is_refused_and_not_touched), T(another_program_s_database_is_refused),
			T(a_file_that_is_no_database_is_refused_and_kept),
		T(folders_pipes_and_devices_are_refused), T(a_missing_folder_is_said), T(an_empty_file_becomes_a_store),
			T(a_damaged_file_gives_errors_not_crashes),
		T(a_folder_that_cannot_be_written_is_said), T(a_backup_is_one_private_consistent_file), T(a_backup_never_destroys_anything),
		T(a_copy_can_be_changed_without_a_trace), T(the_check_finds_what_does_not_fit), T(a_busy_file_is_waited_for_and_then_said),
		T(the_log_is_cut_back_by_idle_checkpoints), T(a_commit_leaves_copying_the_log_to_the_idle_job),
			T(what_another_reader_holds_back_is_not_tried_at_every_turn),
	};

	return cmocka_run_group_tests_name("store_open", tests, NULL, group_teardown);
}
