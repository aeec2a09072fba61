/* Statements and errors: the only file that talks to SQLite's error codes. */
#include <string.h>

#include "store/internal.h"

enum status db_error(struct store *store, int rc, struct err *err)
{
	const char *detail = store->db != NULL ? sqlite3_errmsg(store->db) : sqlite3_errstr(rc);

	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, ST_LATER, N_("Another Outpost is writing to the data right now. Try again in a moment."));
	case SQLITE_NOTADB:
		return err_set(err, ST_INVALID, N_("{1} is not a database of Outpost. Move it away, or restore a backup to its place."),
			store->path);
	case SQLITE_CORRUPT:
		return err_set(err, ST_INVALID, N_("The data file {1} is damaged. Move it, with -wal and -shm, to a safe place, then copy the"
			" last backup to its place."), store->path);
	case SQLITE_FULL:
		return err_set(err, ST_FAILED, N_("The disk is full. Free some space, then try again. Nothing that was saved is lost."));
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return err_set(err, ST_FAILED, N_("The data file {1} or its folder cannot be written. Check who owns them, and their rights."),
			store->path);
	case SQLITE_IOERR:
		return err_set(err, ST_FAILED, N_("The disk did not read or write the data ({1}). Check the disk and its free space, then try"
			" again."), detail);
	case SQLITE_TOOBIG:
		return err_set(err, ST_LIMIT, N_("A value is too long for the data file."));
	default:
		return err_set(err, ST_FAILED, N_("The data file answered with an error: {1}."), detail);
	}
}

void bind_int(sqlite3_stmt *stmt, int index, int64_t value)
{
	sqlite3_bind_int64(stmt, index, value);
}

void bind_text(sqlite3_stmt *stmt, int index, const char *text)
{
	if (text == NULL)
		sqlite3_bind_null(stmt, index);
	else
		sqlite3_bind_text64(stmt, index, text, strlen(text), SQLITE_STATIC, SQLITE_UTF8);
}

void bind_bytes(sqlite3_stmt *stmt, int index, const char *text, size_t len)
{
	if (text == NULL)
		sqlite3_bind_null(stmt, index);
	else
		sqlite3_bind_text64(stmt, index, text, len, SQLITE_STATIC, SQLITE_UTF8);
}

char *column_text(sqlite3_stmt *stmt, int column)
{
	const unsigned char *text = sqlite3_column_text(stmt, column);

	if (text == NULL)
		return NULL;
	return mem_strndup((const char *)text, (size_t)sqlite3_column_bytes(stmt, column));
}

const char *column_view(sqlite3_stmt *stmt, int column)
{
	const unsigned char *text = sqlite3_column_text(stmt, column);

	return text != NULL ? (const char *)text : "";
}

void column_copy(sqlite3_stmt *stmt, int column, char *out, size_t size)
{
	const char *text = column_view(stmt, column);
	size_t len = text_cut(text, size - 1);

	memcpy(out, text, len);
	out[len] = '\0';
}

void db_drop_peek(struct store *store)
{
	sqlite3_stmt *peek = store->peek;

	store->peek = NULL;
	if (peek != NULL)
		db_done(store, peek);
}

enum status db_prepare_once(struct store *store, const char *sql, sqlite3_stmt **out, struct err *err)
{
	sqlite3_stmt *stmt;
	int rc;

	db_drop_peek(store);
	rc = sqlite3_prepare_v3(store->db, sql, -1, 0, &stmt, NULL);
	if (rc != SQLITE_OK)
		return db_error(store, rc, err);
	*out = stmt;
	return ST_OK;
}

enum status db_prepare(struct store *store, const char *sql, sqlite3_stmt **out, struct err *err)
{
	struct store_stmt *entry;
	int rc;

	db_drop_peek(store);
	/* Constants are compared by address: the same text from two files is just kept twice. */
	for (size_t i = 0; i < store->stmt_count; i++) {
		entry = &store->stmts[i];
		if (entry->sql == sql && !entry->used) {
			entry->used = true;
			*out = entry->stmt;
			return ST_OK;
		}
	}
	if (store->stmt_count == STORE_STATEMENTS)
		return db_prepare_once(store, sql, out, err);
	entry = &store->stmts[store->stmt_count];
	rc = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &entry->stmt, NULL);
	if (rc != SQLITE_OK)
		return db_error(store, rc, err);
	entry->sql = sql;
	entry->used = true;
	store->stmt_count++;
	*out = entry->stmt;
	return ST_OK;
}

void db_done(struct store *store, sqlite3_stmt *stmt)
{
	if (stmt == NULL)
		return;
	for (size_t i = 0; i < store->stmt_count; i++) {
		if (store->stmts[i].stmt == stmt) {
			sqlite3_reset(stmt);
			sqlite3_clear_bindings(stmt);
			store->stmts[i].used = false;
			return;
		}
	}
	sqlite3_finalize(stmt);
}

char *db_file_name(const char *path)
{
	return mem_printf("%s%s", strncmp(path, "file:", 5) == 0 ? "./" : "", path);
}

void db_forget(struct store *store)
{
	db_drop_peek(store);
	for (size_t i = 0; i < store->stmt_count; i++)
		sqlite3_finalize(store->stmts[i].stmt);
	store->stmt_count = 0;
}

enum status db_step(struct store *store, sqlite3_stmt *stmt, bool *row, struct err *err)
{
	int rc = sqlite3_step(stmt);

	if (rc == SQLITE_ROW || rc == SQLITE_DONE) {
		*row = rc == SQLITE_ROW;
		return ST_OK;
	}
	if (store->depth > 0 && !sqlite3_stmt_readonly(stmt))
		store->failed = true;
	return db_error(store, rc, err);
}

enum status db_run(struct store *store, sqlite3_stmt *stmt, struct err *err)
{
	enum status st;
	bool row = false;

	do
		st = db_step(store, stmt, &row, err);
	while (st == ST_OK && row);
	db_done(store, stmt);
	return st;
}

enum status db_exec(struct store *store, const char *sql, struct err *err)
{
	int rc;

	db_drop_peek(store);
	rc = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		return ST_OK;
	if (store->depth > 0)
		store->failed = true;
	return db_error(store, rc, err);
}

enum status db_int(struct store *store, const char *sql, int64_t *out, struct err *err)
{
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st = db_prepare_once(store, sql, &stmt, err);

	if (st != ST_OK)
		return st;
	st = db_step(store, stmt, &row, err);
	if (st == ST_OK)
		*out = row ? sqlite3_column_int64(stmt, 0) : 0;
	db_done(store, stmt);
	return st;
}

bool kind_from_number(const struct store *store, int64_t number, enum kind *out)
{
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		if (store->kind_number[kind] == number) {
			*out = (enum kind)kind;
			return true;
		}
	}
	return false;
}

enum status db_find(struct store *store, const char *sql, enum kind kind, const char *uuid, sqlite3_stmt **out, bool *row, struct err *err)
{
	sqlite3_stmt *stmt;
	enum status st = db_prepare(store, sql, &stmt, err);

	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, store->kind_number[kind]);
	bind_text(stmt, 2, uuid);
	st = db_step(store, stmt, row, err);
	if (st == ST_OK)
		*out = stmt;
	else
		db_done(store, stmt);
	return st;
}

enum status meta_get(struct store *store, enum kind kind, const char *uuid, struct store_meta *out, struct err *err)
{
	static const char sql[] = "SELECT doc_id, revision, change_date, edited_ms, flags FROM record WHERE kind = ? AND uuid = ?";
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st = db_find(store, sql, kind, uuid, &stmt, &row, err);

	if (st != ST_OK)
		return st;
	*out = (struct store_meta){ .found = row };
	if (row) {
		out->doc_id = sqlite3_column_int64(stmt, 0);
		out->revision = sqlite3_column_int64(stmt, 1);
		out->change_date = sqlite3_column_int64(stmt, 2);
		out->edited_ms = sqlite3_column_int64(stmt, 3);
		out->flags = (unsigned)sqlite3_column_int64(stmt, 4);
	}
	db_done(store, stmt);
	return ST_OK;
}
