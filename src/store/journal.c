/* The journal: every save, by path; never deleted. */
#include <string.h>

#include "store/internal.h"

enum status store_add_journal(struct store *store, enum kind kind, const char *uuid, const struct journal_row *row, int64_t *id,
	struct err *err)
{
	static const char sql[] = "INSERT INTO journal(kind, uuid, time_ms, user, device, path, old_value, new_value, cause, sent)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	sqlite3_stmt *stmt;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = db_prepare(store, sql, &stmt, err);
	if (st == ST_OK) {
		bind_int(stmt, 1, store->kind_number[kind]);
		bind_text(stmt, 2, uuid);
		bind_int(stmt, 3, row->time_ms);
		bind_text(stmt, 4, row->user);
		bind_text(stmt, 5, row->device);
		bind_text(stmt, 6, row->path != NULL ? row->path : "");
		bind_text(stmt, 7, row->old_value);
		bind_text(stmt, 8, row->new_value);
		bind_text(stmt, 9, row->cause != NULL ? row->cause : "edit");
		bind_int(stmt, 10, row->sent);
		st = db_run(store, stmt, err);
	}
	if (st == ST_OK && id != NULL)
		*id = sqlite3_last_insert_rowid(store->db);
	return tx_end(store, st, err);
}

enum status store_each_journal(struct store *store, enum kind kind, const char *uuid, const char *path, journal_fn visit, void *ctx,
	struct err *err)
{
	static const char all[] = "SELECT id, time_ms, user, device, path, old_value, new_value, cause, sent FROM journal WHERE kind = ?1"
		" AND uuid = ?2 ORDER BY id DESC";
	static const char below[] = "SELECT id, time_ms, user, device, path, old_value, new_value, cause, sent FROM journal WHERE kind ="
		" ?1 AND uuid = ?2"
		" AND substr(path, 1, length(?3)) = ?3 AND substr(path, length(?3) + 1, 1) IN ('', '.', '[') ORDER BY id DESC";
	sqlite3_stmt *stmt;
	bool row, go_on = true;
	enum status st = db_prepare(store, path != NULL ? below : all, &stmt, err);

	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, store->kind_number[kind]);
	bind_text(stmt, 2, uuid);
	if (path != NULL)
		bind_text(stmt, 3, path);
	while (go_on && (st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		struct journal_row entry = {
			.id = sqlite3_column_int64(stmt, 0), .time_ms = sqlite3_column_int64(stmt, 1), .user = column_text(stmt, 2),
				.device = column_text(stmt, 3),
			.path = column_text(stmt, 4), .old_value = column_text(stmt, 5), .new_value = column_text(stmt, 6), .cause = column_text(stmt,
				7),
			.sent = sqlite3_column_int(stmt, 8) != 0,
		};

		go_on = visit(ctx, &entry);
		mem_free(entry.user);
		mem_free(entry.device);
		mem_free(entry.path);
		mem_free(entry.old_value);
		mem_free(entry.new_value);
		mem_free(entry.cause);
	}
	db_done(store, stmt);
	return st;
}

int64_t store_newest_journal(struct store *store, enum kind kind, const char *uuid)
{
	sqlite3_stmt *stmt;
	struct err ignored;
	int64_t id = 0;
	bool row = false;

	if (db_prepare(store, "SELECT max(id) FROM journal WHERE kind = ? AND uuid = ?", &stmt, &ignored) != ST_OK)
		return 0;
	bind_int(stmt, 1, store->kind_number[kind]);
	bind_text(stmt, 2, uuid);
	if (db_step(store, stmt, &row, &ignored) == ST_OK && row)
		id = sqlite3_column_int64(stmt, 0);
	db_done(store, stmt);
	return id;
}

enum status store_mark_sent(struct store *store, enum kind kind, const char *uuid, int64_t up_to_id, struct err *err)
{
	sqlite3_stmt *stmt;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = db_prepare(store, "UPDATE journal SET sent = 1 WHERE sent = 0 AND kind = ? AND uuid = ? AND id <= ?", &stmt, err);
	if (st == ST_OK) {
		bind_int(stmt, 1, store->kind_number[kind]);
		bind_text(stmt, 2, uuid);
		bind_int(stmt, 3, up_to_id);
		st = db_run(store, stmt, err);
	}
	return tx_end(store, st, err);
}
