/* Opening and closing the file: rights, settings of the connection, checks that it is ours. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/internal.h"

#define LENGTH_MAX (128 * 1024 * 1024) /* bytes of one value or row: two documents of JSON_MAX_BYTES never stand in one value */
#define WAL_TRIES 50
#define WAL_WAIT_MS 20

/* 0600 before anything is in it; SQLite gives -wal and -shm the same rights. */
static enum status prepare_file(const char *path, struct err *err)
{
	static const char *const also[] = { "", "-wal", "-shm" };
	struct stat info;
	bool there = stat(path, &info) == 0;
	int why = there ? 0 : errno;
	char *wal = mem_printf("%s-wal", path);
	struct stat wal_info;
	/* SQLite would begin a new file and throw the log away, and with it what was saved last. */
	bool orphan = (there ? S_ISREG(info.st_mode) && info.st_size == 0 : why == ENOENT) && stat(wal, &wal_info) == 0 &&
		wal_info.st_size > 0;

	mem_free(wal);
	if (orphan)
		return err_set(err, ST_INVALID, N_("{1} is missing or empty, but {1}-wal is there and may hold saved work. Put the file back, or move"
			" the -wal file to a safe place and restore a backup."), path);
	if (there) {
		if (!S_ISREG(info.st_mode))
			return err_set(err, ST_INVALID, N_("{1} is not a file. Outpost keeps its data in a file of this name: move the other thing"
				" away."), path);
		for (size_t i = 0; i < sizeof also / sizeof also[0]; i++) {
			char *name = mem_printf("%s%s", path, also[i]);

			/* Only our own files can be changed; others' rights are not ours to give. */
			if (stat(name, &info) == 0 && S_ISREG(info.st_mode) && (info.st_mode & 077) != 0 && info.st_uid == geteuid())
				(void)!chmod(name, 0600);
			mem_free(name);
		}
		return ST_OK;
	}
	if (why == ENOENT) {
		int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

		if (fd >= 0) {
			close(fd);
			return ST_OK;
		}
		if (errno == EEXIST)
			return ST_OK;
		why = errno;
	}
	if (why == ENOSPC || why == EDQUOT)
		return err_set(err, ST_FAILED, N_("The disk is full. Free some space, then try again. Nothing that was saved is lost."));
	return err_set(err, ST_FAILED, N_("The data file {1} cannot be made or read ({2}). Check that its folder exists and belongs to you."),
		path, strerror(why));
}

static bool copy_log(struct store *store)
{
	int all = 0, done = 0;

	store->wal_tried = store->wal_pages;
	if (sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_PASSIVE, &all, &done) != SQLITE_OK)
		return false;
	store->wal_pages = all;
	store->wal_done = done;
	return true;
}

static int log_waiting(const struct store *store)
{
	int from = store->wal_tried > store->wal_done ? store->wal_tried : store->wal_done;

	return store->wal_pages - from;
}

static int note_wal(void *ctx, sqlite3 *db, const char *name, int pages)
{
	struct store *store = ctx;

	(void)db;
	(void)name;
	if (pages < store->wal_pages)
		store->wal_done = store->wal_tried = 0; /* the log began again */
	store->wal_pages = pages;
	if (log_waiting(store) >= STORE_LOG_MOST)
		(void)copy_log(store);
	return SQLITE_OK;
}

static enum status use_wal(struct store *store, struct err *err)
{
	sqlite3_stmt *stmt;
	enum status st;
	bool row;

	/* Changing to WAL needs the file alone and does not wait by itself when another process does the same at this moment. */
	for (int i = 0;; i++) {
		st = db_prepare_once(store, "PRAGMA journal_mode = WAL", &stmt, err);
		if (st == ST_OK) {
			st = db_step(store, stmt, &row, err);
			db_done(store, stmt);
		}
		if (st != ST_LATER || i == WAL_TRIES)
			return st;
		nanosleep(&(struct timespec){ .tv_nsec = WAL_WAIT_MS * 1000000L }, NULL);
	}
}

static enum status check_owner(struct store *store, struct err *err)
{
	/* In one statement: another process may be making the file at this moment, and half of that looks like a foreign database. */
	static const char sql[] = "SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_schema) FROM"
		" pragma_application_id a, pragma_user_version v";
	int64_t application = 0, version = 0, tables = 0;
	char number[24];
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st = db_prepare_once(store, sql, &stmt, err);

	if (st != ST_OK)
		return st;
	st = db_step(store, stmt, &row, err);
	if (st == ST_OK && row) {
		application = sqlite3_column_int64(stmt, 0);
		version = sqlite3_column_int64(stmt, 1);
		tables = sqlite3_column_int64(stmt, 2);
	}
	db_done(store, stmt);
	if (st != ST_OK)
		return st;
	if (application != STORE_APPLICATION_ID && (application != 0 || version != 0 || tables != 0))
		return err_set(err, ST_INVALID, N_("{1} is the database of another program. Move it away, or give another folder with --data."),
			store->path);
	if (version > STORE_SCHEMA)
		return err_set(err, ST_REFUSED, N_("{1} was written by a newer Outpost (data version {2}). Install that version; this one"
			" would damage it."), store->path,
			err_number(number, version));
	return ST_OK;
}

static enum status set_up(struct store *store, bool throw_away, struct err *err)
{
	char pragma[64];
	enum status st;

	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, STORE_BUSY_MS);
	sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, LENGTH_MAX);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	/* we have none: whatever stands in a file from elsewhere stays dead */
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	if (sqlite3_db_readonly(store->db, "main") == 1)
		return db_error(store, SQLITE_READONLY, err);
	st = check_owner(store, err);
	snprintf(pragma, sizeof pragma, "PRAGMA page_size = %d", STORE_PAGE_BYTES); /* of a new file only */
	if (st == ST_OK && !throw_away)
		st = db_exec(store, pragma, err);
	if (st == ST_OK && !throw_away)
		st = use_wal(store, err);
	if (st == ST_OK)
		st = db_exec(store, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store ="
			" MEMORY", err);
	if (st == ST_OK)
		st = db_exec(store, throw_away ? "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY" : "PRAGMA synchronous = FULL", err);
	snprintf(pragma, sizeof pragma, "PRAGMA cache_size = -%d", STORE_CACHE_KIB);
	if (st == ST_OK)
		st = db_exec(store, pragma, err);
	snprintf(pragma, sizeof pragma, "PRAGMA journal_size_limit = %d", STORE_WAL_BYTES);
	if (st == ST_OK)
		st = db_exec(store, pragma, err);
	if (st == ST_OK)
		st = store_migrate(store, STORE_SCHEMA, err);
	sqlite3_wal_hook(store->db, note_wal, store);
	return st;
}

static struct store *store_new(const char *path, const struct model *model)
{
	struct store *store = mem_calloc(1, sizeof *store);

	store->path = mem_strdup(path);
	store->model = model;
	return store;
}

enum status store_open(const char *path, const struct model *model, struct store **out, struct err *err)
{
	struct store *store = store_new(path, model);
	bool in_memory = strcmp(path, ":memory:") == 0;
	enum status st = ST_OK;

	if (!in_memory)
		st = prepare_file(path, err);
	if (st == ST_OK) {
		char *name = db_file_name(path);
		int rc = sqlite3_open_v2(name, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, joined_vfs());

		mem_free(name);
		if (rc != SQLITE_OK)
			st = db_error(store, rc, err);
	}
	if (st == ST_OK)
		st = set_up(store, false, err);
	if (st != ST_OK) {
		store_close(store);
		return st;
	}
	*out = store;
	return ST_OK;
}

enum status store_open_copy(struct store *store, struct store **out, struct err *err)
{
	struct store *copy = store_new(store->path, store->model);
	sqlite3_backup *backup;
	enum status st = ST_OK;
	int rc;

	db_drop_peek(store);
	/* The empty name is SQLite's private temporary file: it has no name from the start, so nothing stays behind after a crash. */
	rc = sqlite3_open_v2("", &copy->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc != SQLITE_OK) {
		st = db_error(copy, rc, err);
		goto out;
	}
	backup = sqlite3_backup_init(copy->db, "main", store->db, "main");
	if (backup == NULL) {
		st = db_error(copy, sqlite3_errcode(copy->db), err);
		goto out;
	}
	sqlite3_backup_step(backup, -1);
	rc = sqlite3_backup_finish(backup);
	if (rc != SQLITE_OK)
		st = db_error(copy, rc, err);
	if (st == ST_OK)
		st = set_up(copy, true, err);
out:
	if (st != ST_OK) {
		store_close(copy);
		return err_wrap(err, N_("The copy of the data for the trial run could not be made."));
	}
	*out = copy;
	return ST_OK;
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	if (store->db != NULL) {
		if (store->depth > 0) {
			store->depth = 1;
			store_rollback(store);
		}
		if (store->run_locked)
			store_unlock_run(store);
	}
	db_forget(store);
	known_forget(store);
	sqlite3_close(store->db);
	for (size_t i = 0; i < sizeof store->ref_text / sizeof store->ref_text[0]; i++)
		mem_free(store->ref_text[i]);
	mem_free(store->path);
	mem_free(store);
}

int64_t store_data_version(struct store *store)
{
	int64_t version = 0;
	struct err ignored;
	sqlite3_stmt *stmt;
	bool row = false;

	if (db_prepare(store, "PRAGMA data_version", &stmt, &ignored) != ST_OK)
		return 0;
	if (db_step(store, stmt, &row, &ignored) == ST_OK && row)
		version = sqlite3_column_int64(stmt, 0);
	db_done(store, stmt);
	return version;
}

int store_log_length(const struct store *store)
{
	return store->depth > 0 ? 0 : log_waiting(store);
}

bool store_checkpoint(struct store *store)
{
	int before = store->wal_done;

	if (store_log_length(store) < STORE_LOG_LONG)
		return false;
	db_drop_peek(store);
	/* Readers elsewhere can hold it back: without progress it is not worth asking again at once. */
	return copy_log(store) && store->wal_done < store->wal_pages && store->wal_done > before;
}
