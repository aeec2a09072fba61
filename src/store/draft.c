/* Drafts: typed, not yet saved. They carry their process, so that a start can tell those that are open elsewhere. */
#include "store/internal.h"

enum status store_put_draft(struct store *store, const struct draft *draft, struct err *err)
{
	static const char sql[] = "INSERT OR REPLACE INTO draft(id, kind, uuid, form, revision, base_doc, doc, time_ms, pid, user)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	sqlite3_stmt *stmt;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = db_prepare(store, sql, &stmt, err);
	if (st == ST_OK) {
		bind_text(stmt, 1, draft->id);
		bind_int(stmt, 2, store->kind_number[draft->kind]);
		bind_text(stmt, 3, draft->uuid);
		bind_text(stmt, 4, draft->form != NULL ? draft->form : "");
		bind_int(stmt, 5, draft->revision);
		bind_text(stmt, 6, draft->base_doc);
		bind_text(stmt, 7, draft->doc);
		bind_int(stmt, 8, draft->time_ms);
		bind_int(stmt, 9, draft->pid);
		bind_text(stmt, 10, draft->user);
		st = db_run(store, stmt, err);
	}
	return tx_end(store, st, err);
}

enum status store_delete_draft(struct store *store, const char *id, struct err *err)
{
	sqlite3_stmt *stmt;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = db_prepare(store, "DELETE FROM draft WHERE id = ?", &stmt, err);
	if (st == ST_OK) {
		bind_text(stmt, 1, id);
		st = db_run(store, stmt, err);
	}
	return tx_end(store, st, err);
}

enum status store_each_draft(struct store *store, bool (*visit)(void *ctx, const struct draft *draft), void *ctx, struct err *err)
{
	static const char sql[] = "SELECT id, kind, uuid, form, revision, base_doc, doc, time_ms, pid, user FROM draft ORDER BY time_ms"
		" DESC, id";
	struct draft *drafts = NULL;
	size_t count = 0, cap = 0;
	sqlite3_stmt *stmt;
	bool row;
	enum status st = db_prepare(store, sql, &stmt, err);

	if (st != ST_OK)
		return st;
	/* Gathered first: whoever looks through the drafts deletes some. */
	while ((st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		struct draft *d;
		enum kind kind;

		if (!kind_from_number(store, sqlite3_column_int64(stmt, 1), &kind))
			continue;
		mem_grow((void **)&drafts, &cap, count + 1, sizeof *drafts);
		d = &drafts[count++];
		*d = (struct draft){
			.id = column_text(stmt, 0), .kind = kind, .form = column_text(stmt, 3), .revision = sqlite3_column_int64(stmt, 4),
				.base_doc = column_text(stmt, 5),
			.doc = column_text(stmt, 6), .time_ms = sqlite3_column_int64(stmt, 7), .pid = sqlite3_column_int64(stmt, 8),
				.user = column_text(stmt, 9),
		};
		column_copy(stmt, 2, d->uuid, sizeof d->uuid);
	}
	db_done(store, stmt);
	for (size_t i = 0; st == ST_OK && i < count; i++)
		if (!visit(ctx, &drafts[i]))
			break;
	for (size_t i = 0; i < count; i++) {
		mem_free(drafts[i].id);
		mem_free(drafts[i].form);
		mem_free(drafts[i].base_doc);
		mem_free(drafts[i].doc);
		mem_free(drafts[i].user);
	}
	mem_free(drafts);
	return st;
}
