/* The outbox: what goes out stands here, body and base, before it does, until its answer is known (sync.md "Unknown outcome"). */
#include "store/internal.h"

#define COLUMNS "uuid, body, base, revision, journal_id, sent_ms, tries"

enum status store_outbox_put(struct store *store, const struct outbox_row *row, struct err *err)
{
	static const char sql[] = "INSERT OR REPLACE INTO outbox(kind, uuid, body, base, revision, journal_id, sent_ms, tries) VALUES(?,"
		" ?, ?, ?, ?, ?, ?, ?)";
	sqlite3_stmt *stmt;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = db_prepare(store, sql, &stmt, err);
	if (st == ST_OK) {
		bind_int(stmt, 1, store->kind_number[row->kind]);
		bind_text(stmt, 2, row->uuid);
		bind_text(stmt, 3, row->body);
		bind_text(stmt, 4, row->base);
		bind_int(stmt, 5, row->revision);
		bind_int(stmt, 6, row->journal_id);
		bind_int(stmt, 7, row->sent_ms);
		bind_int(stmt, 8, row->tries);
		st = db_run(store, stmt, err);
	}
	return tx_end(store, st, err);
}

static void read_row(sqlite3_stmt *stmt, enum kind kind, struct outbox_row *out)
{
	*out = (struct outbox_row){
		.kind = kind, .body = column_text(stmt, 1), .base = column_text(stmt, 2), .revision = sqlite3_column_int64(stmt, 3),
		.journal_id = sqlite3_column_int64(stmt, 4), .sent_ms = sqlite3_column_int64(stmt, 5), .tries = sqlite3_column_int(stmt, 6),
	};
	column_copy(stmt, 0, out->uuid, sizeof out->uuid);
}

void outbox_row_done(struct outbox_row *row)
{
	mem_free(row->body);
	mem_free(row->base);
	row->body = row->base = NULL;
}

enum status store_outbox_get(struct store *store, enum kind kind, const char *uuid, struct outbox_row *out, struct err *err)
{
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st = db_find(store, "SELECT " COLUMNS " FROM outbox WHERE kind = ? AND uuid = ?", kind, uuid, &stmt, &row, err);

	if (st != ST_OK)
		return st;
	if (st == ST_OK && !row)
		st = err_set(err, ST_NOT_FOUND, N_("Nothing of {2} among the {1} is under way."), model_kind_name(kind), uuid);
	if (st == ST_OK)
		read_row(stmt, kind, out);
	db_done(store, stmt);
	return st;
}

enum status store_outbox_delete(struct store *store, enum kind kind, const char *uuid, struct err *err)
{
	sqlite3_stmt *stmt;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = db_prepare(store, "DELETE FROM outbox WHERE kind = ? AND uuid = ?", &stmt, err);
	if (st == ST_OK) {
		bind_int(stmt, 1, store->kind_number[kind]);
		bind_text(stmt, 2, uuid);
		st = db_run(store, stmt, err);
	}
	return tx_end(store, st, err);
}

/* One that waits. Only its key is gathered: bodies can be large, and a visitor deletes rows. */
struct waiting { enum kind kind; char uuid[UUID_SIZE]; };

static enum status gather(struct store *store, enum kind kind, struct waiting **out, size_t *count, struct err *err)
{
	static const char sql[] = "SELECT kind, uuid FROM outbox WHERE ?1 < 0 OR kind = ?1 ORDER BY sent_ms, rowid";
	size_t cap = 0;
	sqlite3_stmt *stmt;
	bool row;
	enum status st = db_prepare(store, sql, &stmt, err);

	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, kind != KIND_COUNT ? store->kind_number[kind] : -1);
	while ((st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		struct waiting *w;

		mem_grow((void **)out, &cap, *count + 1, sizeof **out);
		w = &(*out)[*count];
		if (!kind_from_number(store, sqlite3_column_int64(stmt, 0), &w->kind))
			continue; /* of a kind that this Outpost does not know */
		column_copy(stmt, 1, w->uuid, sizeof w->uuid);
		++*count;
	}
	db_done(store, stmt);
	return st;
}

enum status store_each_outbox(struct store *store, enum kind kind, bool (*visit)(void *ctx, const struct outbox_row *row), void *ctx, struct err *err)
{
	struct waiting *waiting = NULL;
	size_t count = 0;
	bool go_on = true;
	enum status st = gather(store, kind, &waiting, &count, err);

	for (int k = 0; st == ST_OK && count > 0 && k < KIND_COUNT; k++) {
		for (size_t i = 0; st == ST_OK && go_on && i < count; i++) {
			struct outbox_row row;

			if (waiting[i].kind != (enum kind)k)
				continue;
			st = store_outbox_get(store, waiting[i].kind, waiting[i].uuid, &row, err);
			if (st == ST_NOT_FOUND) {
				st = ST_OK; /* a visit before has deleted it */
				continue;
			}
			if (st != ST_OK)
				break;
			go_on = visit(ctx, &row);
			outbox_row_done(&row);
		}
	}
	mem_free(waiting);
	return st;
}
