/* The conflict log (sync.md section 5). */
#include <stdio.h>
#include <string.h>

#include "store/internal.h"

#define COLUMNS "id, time_ms, run_id, kind, uuid, label, path, type, base, mine, theirs, server_change_date, state"

const char *conflict_state_name(enum conflict_state state)
{
	static const char *const names[] = { "open", "kept", "restored" };

	return names[state];
}

enum status store_log_conflict(struct store *store, const struct conflict_row *head, const struct merge_conflict *conflict, struct err *err)
{
	struct conflict_row row = *head;
	enum status st;

	row.type = conflict->type;
	row.state = CONFLICT_OPEN;
	row.path = conflict->path;
	row.base = conflict->base != NULL ? json_print(conflict->base, NULL) : NULL;
	row.mine = conflict->mine != NULL ? json_print(conflict->mine, NULL) : NULL;
	row.theirs = conflict->theirs != NULL ? json_print(conflict->theirs, NULL) : NULL;
	st = store_add_conflict(store, &row, NULL, err);
	mem_free(row.base);
	mem_free(row.mine);
	mem_free(row.theirs);
	return st;
}

void conflict_row_done(struct conflict_row *row)
{
	mem_free(row->label);
	mem_free(row->path);
	mem_free(row->base);
	mem_free(row->mine);
	mem_free(row->theirs);
	row->label = row->path = row->base = row->mine = row->theirs = NULL;
}

static bool read_row(struct store *store, sqlite3_stmt *stmt, struct conflict_row *out)
{
	enum kind kind;
	enum conflict_type type;

	if (!kind_from_number(store, sqlite3_column_int64(stmt, 3), &kind) || !conflict_type_from_name(column_view(stmt, 7), &type))
		return false; /* of a kind or type that this Outpost does not know */
	*out = (struct conflict_row){
		.id = sqlite3_column_int64(stmt, 0), .time_ms = sqlite3_column_int64(stmt, 1), .run_id = sqlite3_column_int64(stmt, 2),
			.kind = kind, .type = type,
		.label = column_text(stmt, 5), .path = column_text(stmt, 6), .base = column_text(stmt, 8), .mine = column_text(stmt, 9),
			.theirs = column_text(stmt, 10),
		.server_change_date = sqlite3_column_int64(stmt, 11), .state = (enum conflict_state)sqlite3_column_int(stmt, 12),
	};
	column_copy(stmt, 4, out->uuid, sizeof out->uuid);
	return true;
}

enum status store_add_conflict(struct store *store, const struct conflict_row *row, int64_t *id, struct err *err)
{
	static const char sql[] = "INSERT INTO conflict(time_ms, run_id, kind, uuid, label, path, type, base, mine, theirs,"
		" server_change_date, state, words)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	const char *label = row->label != NULL ? row->label : "", *path = row->path != NULL ? row->path : "";
	char *text = mem_printf("%s %s %s %s %s", label, path, row->uuid, row->mine != NULL ? row->mine : "",
		row->theirs != NULL ? row->theirs : "");
	char *words = text_fold(text);
	int64_t added = 0;
	sqlite3_stmt *stmt;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		goto out;
	st = db_prepare(store, sql, &stmt, err);
	if (st == ST_OK) {
		bind_int(stmt, 1, row->time_ms);
		bind_int(stmt, 2, row->run_id);
		bind_int(stmt, 3, store->kind_number[row->kind]);
		bind_text(stmt, 4, row->uuid);
		bind_text(stmt, 5, label);
		bind_text(stmt, 6, path);
		bind_text(stmt, 7, conflict_type_name(row->type));
		bind_text(stmt, 8, row->base);
		bind_text(stmt, 9, row->mine);
		bind_text(stmt, 10, row->theirs);
		bind_int(stmt, 11, row->server_change_date);
		bind_int(stmt, 12, row->state);
		bind_text(stmt, 13, words);
		st = db_run(store, stmt, err);
		added = sqlite3_last_insert_rowid(store->db);
	}
	if (st == ST_OK)
		st = rows_conflicts(store, row->kind, row->uuid, err);
	st = tx_end(store, st, err);
	if (st == ST_OK && id != NULL)
		*id = added;
out:
	mem_free(text);
	mem_free(words);
	return st;
}

enum status store_each_conflict(struct store *store, const struct conflict_filter *filter, int64_t offset, int64_t limit,
	bool (*visit)(void *ctx, const struct conflict_row *row), void *ctx, struct err *err)
{
	char **patterns = NULL;
	size_t words = 0;
	struct buf sql;
	sqlite3_stmt *stmt = NULL;
	bool row, go_on = true;
	int index = 1;
	enum status st;

	/* Pages by a scan from the newest; the words are in the row, the log is short compared with the records. */
	buf_init(&sql, 0);
	buf_add_text(&sql, "SELECT " COLUMNS " FROM conflict WHERE 1");
	if (filter->state >= 0)
		buf_add_text(&sql, " AND state = ?");
	if (filter->kind >= 0)
		buf_add_text(&sql, " AND kind = ?");
	if (filter->uuid != NULL)
		buf_add_text(&sql, " AND uuid = ?");
	if (filter->from_ms != 0)
		buf_add_text(&sql, " AND time_ms >= ?");
	if (filter->to_ms != 0)
		buf_add_text(&sql, " AND time_ms <= ?");
	if (filter->run_id != 0)
		buf_add_text(&sql, " AND run_id = ?");
	words = add_words(&sql, "words", filter->words, &patterns);
	buf_add_text(&sql, " ORDER BY id DESC LIMIT ? OFFSET ?");
	st = db_prepare_once(store, buf_text(&sql), &stmt, err);
	buf_done(&sql);
	if (st != ST_OK)
		goto out;
	if (filter->state >= 0)
		bind_int(stmt, index++, filter->state);
	if (filter->kind >= 0)
		bind_int(stmt, index++, filter->kind < KIND_COUNT ? store->kind_number[filter->kind] : -1);
	if (filter->uuid != NULL)
		bind_text(stmt, index++, filter->uuid);
	if (filter->from_ms != 0)
		bind_int(stmt, index++, filter->from_ms);
	if (filter->to_ms != 0)
		bind_int(stmt, index++, filter->to_ms);
	if (filter->run_id != 0)
		bind_int(stmt, index++, filter->run_id);
	for (size_t i = 0; i < words; i++)
		bind_text(stmt, index++, patterns[i]);
	bind_int(stmt, index++, limit > 0 ? limit : -1);
	bind_int(stmt, index, offset);
	while (go_on && (st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		struct conflict_row entry;

		if (!read_row(store, stmt, &entry))
			continue;
		go_on = visit(ctx, &entry);
		conflict_row_done(&entry);
	}
	db_done(store, stmt);
out:
	free_words(patterns, words);
	return st;
}

enum status store_get_conflict(struct store *store, int64_t id, struct conflict_row *out, struct err *err)
{
	sqlite3_stmt *stmt;
	bool row = false;
	char number[24];
	enum status st = db_prepare(store, "SELECT " COLUMNS " FROM conflict WHERE id = ?", &stmt, err);

	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, id);
	st = db_step(store, stmt, &row, err);
	if (st == ST_OK && (!row || !read_row(store, stmt, out)))
		st = err_set(err, ST_NOT_FOUND, N_("There is no conflict with the number {1}."), err_number(number, id));
	db_done(store, stmt);
	return st;
}

enum status store_set_conflict_state(struct store *store, int64_t id, enum conflict_state state, struct err *err)
{
	struct conflict_row row = { 0 };
	sqlite3_stmt *stmt;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = store_get_conflict(store, id, &row, err);
	if (st == ST_OK)
		st = db_prepare(store, "UPDATE conflict SET state = ? WHERE id = ?", &stmt, err);
	if (st == ST_OK) {
		bind_int(stmt, 1, state);
		bind_int(stmt, 2, id);
		st = db_run(store, stmt, err);
	}
	if (st == ST_OK)
		st = rows_conflicts(store, row.kind, row.uuid, err);
	conflict_row_done(&row);
	return tx_end(store, st, err);
}

enum status store_count_conflicts(struct store *store, int64_t counts[3], struct err *err)
{
	int64_t found[3] = { 0, 0, 0 };
	sqlite3_stmt *stmt;
	bool row;
	enum status st = db_prepare(store, "SELECT state, count(*) FROM conflict GROUP BY state", &stmt, err);

	if (st != ST_OK)
		return st;
	while ((st = db_step(store, stmt, &row, err)) == ST_OK && row)
		found[sqlite3_column_int(stmt, 0) % 3] = sqlite3_column_int64(stmt, 1);
	db_done(store, stmt);
	if (st == ST_OK)
		memcpy(counts, found, sizeof found);
	return st;
}
