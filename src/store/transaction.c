/* Transactions, one inside another (store.h says what that means). */
#include "store/internal.h"

enum status store_begin(struct store *store, struct err *err)
{
	sqlite3_stmt *stmt;
	enum status st;

	if (store->depth == STORE_NESTING)
		return err_set(err, ST_LIMIT, N_("Too many transactions inside each other."));
	if (store->depth == 0) {
		/* IMMEDIATE: whoever writes waits here, at the start, and never finds in the middle that somebody else was first. */
		st = db_prepare(store, "BEGIN IMMEDIATE", &stmt, err);
		if (st == ST_OK)
			st = db_run(store, stmt, err);
		if (st != ST_OK)
			return st;
		store->failed = false;
		known_forget(store);
	}
	store->changes_at[store->depth++] = sqlite3_total_changes64(store->db);
	return ST_OK;
}

static void end_now(struct store *store)
{
	sqlite3_stmt *stmt = NULL;
	struct err ignored;

	store->depth = 0;
	store->failed = false;
	db_drop_peek(store);
	if (sqlite3_get_autocommit(store->db) != 0)
		return; /* SQLite has rolled back by itself: disk full, input or output error */
	/* A rollback can fail only by an error of the disk; then the log's next reader does it. */
	if (db_prepare(store, "ROLLBACK", &stmt, &ignored) != ST_OK || db_run(store, stmt, &ignored) != ST_OK)
		return;
}

enum status store_commit(struct store *store, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	enum status st;

	if (store->depth == 0)
		return err_set(err, ST_FAILED, N_("There is no transaction to commit."));
	if (store->depth > 1) {
		store->depth--;
		return ST_OK;
	}
	if (store->failed || sqlite3_get_autocommit(store->db) != 0) {
		end_now(store);
		return err_set(err, ST_FAILED, N_("Nothing was saved, because a part of it could not be written."));
	}
	st = db_prepare(store, "COMMIT", &stmt, err);
	if (st == ST_OK)
		st = db_run(store, stmt, err);
	if (st != ST_OK) {
		end_now(store);
		return st;
	}
	store->depth = 0;
	return ST_OK;
}

void store_rollback(struct store *store)
{
	if (store->depth == 0)
		return;
	if (store->depth == 1) {
		end_now(store);
		return;
	}
	store->depth--;
	/* Half of an inner step cannot be undone alone (no savepoints: they cost a copy of each page); the outer one must not commit it. */
	if (sqlite3_total_changes64(store->db) != store->changes_at[store->depth])
		store->failed = true;
}

enum status tx_end(struct store *store, enum status st, struct err *err)
{
	if (st == ST_OK)
		return store_commit(store, err);
	store_rollback(store);
	return st;
}
