/* Checking the file (for doctor) and backups. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/internal.h"

#define PROBLEMS_MAX 20

static enum status add_problems(struct store *store, const char *sql, const char *what, struct json *problems, struct err *err)
{
	sqlite3_stmt *stmt;
	bool row;
	enum status st = db_prepare_once(store, sql, &stmt, err);

	if (st != ST_OK)
		return st;
	while ((st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		char *text = mem_printf("%s%s", what, column_view(stmt, 0));

		if (strcmp(text, "ok") != 0 && json_count(problems) < PROBLEMS_MAX)
			json_append(problems, json_new_string(text));
		mem_free(text);
	}
	db_done(store, stmt);
	return st;
}

enum status store_check(struct store *store, struct json **report, struct err *err)
{
	struct json *out = json_new_object(), *problems = json_new_array(), *records = json_new_object();
	int64_t pages = 0, page_size = 0, version = 0, free_pages = 0;
	struct store_counts counts = { 0 };
	struct err damage;
	enum status st = add_problems(store, "PRAGMA integrity_check(20)", "", problems, &damage);

	/* A damaged file is a finding, not a failure of the check. */
	if (st == ST_OK)
		st = add_problems(store, "SELECT \"table\" || ' ' || coalesce(rowid, '') FROM pragma_foreign_key_check", "foreign key: ",
			problems, &damage);
	if (st == ST_OK)
		st = add_problems(store, "SELECT uuid FROM record r WHERE NOT EXISTS(SELECT 1 FROM document d WHERE d.id = r.doc_id) LIMIT 20",
			"record without document: ",
			problems, &damage);
	if (st == ST_OK)
		st = add_problems(store, "SELECT id FROM document d WHERE id NOT IN (SELECT doc_id FROM record) LIMIT 20",
			"document without record: ", problems, &damage);
	if (st == ST_OK)
		st = add_problems(store, "SELECT r.uuid FROM record r WHERE r.kind = (SELECT number FROM kind WHERE name = 'cases')"
			" AND NOT EXISTS(SELECT 1 FROM case_row c WHERE c.id = r.doc_id AND c.uuid = r.uuid AND c.own_flags = r.flags) LIMIT 20",
			"case not in the list: ",
			problems, &damage);
	for (int kind = 0; st == ST_OK && kind < KIND_COUNT; kind++) {
		int64_t n = 0;

		st = store_count_kind(store, (enum kind)kind, &n, &damage);
		if (st == ST_OK && n > 0)
			json_set(records, model_kind_name((enum kind)kind), json_new_int(n));
	}
	if (st == ST_OK)
		st = store_count_state(store, &counts, &damage);
	if (st == ST_OK)
		st = db_int(store, "PRAGMA page_count", &pages, &damage);
	if (st == ST_OK)
		st = db_int(store, "PRAGMA page_size", &page_size, &damage);
	if (st == ST_OK)
		st = db_int(store, "PRAGMA freelist_count", &free_pages, &damage);
	if (st == ST_OK)
		st = db_int(store, "PRAGMA user_version", &version, &damage);
	if (st == ST_INVALID) {
		char text[512];

		err_text(&damage, text, sizeof text);
		json_append(problems, json_new_string(text));
	} else if (st != ST_OK) {
		if (err != NULL)
			*err = damage;
		json_free(out);
		json_free(problems);
		json_free(records);
		return st;
	}
	json_set(out, "ok", json_new_bool(json_count(problems) == 0));
	json_set(out, "problems", problems);
	json_set(out, "version", json_new_int(version));
	json_set(out, "bytes", json_new_int(pages * page_size));
	json_set(out, "free_bytes", json_new_int(free_pages * page_size));
	json_set(out, "records", records);
	json_set(out, "dirty", json_new_int(counts.dirty));
	json_set(out, "new", json_new_int(counts.fresh));
	json_set(out, "rejected", json_new_int(counts.rejected));
	json_set(out, "conflicts_open", json_new_int(counts.conflicts_open));
	json_set(out, "drafts", json_new_int(counts.drafts));
	*report = out;
	return ST_OK;
}

static enum status copy_to(struct store *store, const char *path, struct err *err)
{
	struct store to = { .path = mem_strdup(path) };
	sqlite3_backup *backup;
	enum status st = ST_OK;
	char *name = db_file_name(path);
	int rc = sqlite3_open_v2(name, &to.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	mem_free(name);
	if (rc != SQLITE_OK)
		st = db_error(&to, rc, err);
	if (st == ST_OK) {
		sqlite3_extended_result_codes(to.db, 1);
		backup = sqlite3_backup_init(to.db, "main", store->db, "main");
		if (backup == NULL) {
			st = db_error(&to, sqlite3_errcode(to.db), err);
		} else {
			sqlite3_backup_step(backup, -1); /* in one go: one consistent state, whoever writes meanwhile */
			rc = sqlite3_backup_finish(backup);
			if (rc != SQLITE_OK)
				st = db_error(&to, rc, err);
		}
	}
	/* One file, readable from a folder that cannot be written: no log beside it. And nobody synchronizes there. */
	if (st == ST_OK)
		st = db_exec(&to, "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE; DELETE FROM run_lock", err);
	db_forget(&to);
	rc = sqlite3_close(to.db);
	if (st == ST_OK && rc != SQLITE_OK)
		st = err_set(err, ST_FAILED, N_("The backup {1} could not be closed."), path);
	mem_free(to.path);
	return st;
}

static enum status sync_folder(const char *path, struct err *err)
{
	char *copy = mem_strdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	mem_free(copy);
	/* Some file systems cannot sync a folder; then the file itself is there all the same. */
	if (!ok && errno != EINVAL && errno != EROFS && errno != EACCES)
		return err_set(err, ST_FAILED, N_("The backup {1} was written, but the disk did not confirm it."), path);
	return ST_OK;
}

enum status store_backup(struct store *store, const char *path, struct err *err)
{
	struct stat target, own;
	char *temporary;
	enum status st;
	int fd;

	db_drop_peek(store);
	if (lstat(path, &target) == 0) {
		if (!S_ISREG(target.st_mode))
			return err_set(err, ST_INVALID, N_("{1} is there and is not a file. Give the backup another name."), path);
		if (stat(store->path, &own) == 0 && own.st_dev == target.st_dev && own.st_ino == target.st_ino)
			return err_set(err, ST_INVALID, N_("{1} is the data itself. Give the backup another name."), path);
	}
	temporary = mem_printf("%s.XXXXXX", path);
	fd = mkostemp(temporary, O_CLOEXEC); /* 0600 */
	if (fd < 0) {
		st = err_set(err, ST_FAILED, N_("The backup {1} cannot be written ({2}). Check the folder and its rights."), path, strerror(errno));
		goto out;
	}
	close(fd);
	/* The older backup stays until the new one is whole. */
	st = copy_to(store, temporary, err);
	if (st == ST_OK && rename(temporary, path) != 0)
		st = err_set(err, ST_FAILED, N_("The backup {1} cannot be written ({2}). Check the folder and its rights."), path, strerror(errno));
	if (st != ST_OK) {
		char *journal = mem_printf("%s-journal", temporary);

		unlink(temporary);
		unlink(journal);
		mem_free(journal);
	} else {
		st = sync_folder(path, err);
	}
out:
	mem_free(temporary);
	return st;
}
