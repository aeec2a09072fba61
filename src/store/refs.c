/* Infrastructure and users by name: choices and labels. */
#include <string.h>

#include "store/internal.h"

enum status store_each_ref(struct store *store, enum kind kind, const char *region, const char *district, const char *community,
	const char *type,
	const char *words, bool (*visit)(void *ctx, const struct ref_row *row), void *ctx, struct err *err)
{
	const char *const values[] = { region, district, community, type };
	static const char *const columns[] = { "region", "district", "community", "type" };
	char **patterns = NULL;
	size_t count;
	struct buf sql;
	sqlite3_stmt *stmt = NULL;
	bool row, go_on = true;
	int index = 1;
	enum status st;

	buf_init(&sql, 0);
	buf_add_text(&sql, "SELECT uuid, name, region, district, community, type, archived FROM ref_row WHERE kind = ?");
	for (size_t i = 0; i < 4; i++)
		if (values[i] != NULL)
			buf_printf(&sql, " AND %s = ?", columns[i]);
	count = add_words(&sql, "words", words, &patterns);
	buf_add_text(&sql, " ORDER BY words, uuid");
	st = db_prepare_once(store, buf_text(&sql), &stmt, err);
	buf_done(&sql);
	if (st != ST_OK)
		goto out;
	bind_int(stmt, index++, store->kind_number[kind]);
	for (size_t i = 0; i < 4; i++)
		if (values[i] != NULL)
			bind_text(stmt, index++, values[i]);
	for (size_t i = 0; i < count; i++)
		bind_text(stmt, index++, patterns[i]);
	while (go_on && (st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		struct ref_row entry = {
			.name = column_view(stmt, 1), .region = column_view(stmt, 2), .district = column_view(stmt, 3), .community = column_view(stmt,
				4),
			.type = column_view(stmt, 5), .archived = sqlite3_column_int(stmt, 6) != 0,
		};

		column_copy(stmt, 0, entry.uuid, sizeof entry.uuid);
		go_on = visit(ctx, &entry);
	}
	db_done(store, stmt);
out:
	free_words(patterns, count);
	return st;
}

enum status store_get_ref(struct store *store, enum kind kind, const char *uuid, struct ref_row *out, struct err *err)
{
	static const char sql[] = "SELECT f.name, f.region, f.district, f.community, f.type, f.archived, r.uuid FROM record r JOIN ref_row"
		" f ON f.id = r.doc_id"
		" WHERE r.kind = ? AND r.uuid = ?";
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st = db_find(store, sql, kind, uuid, &stmt, &row, err);

	if (st != ST_OK)
		return st;
	if (st == ST_OK && !row)
		st = err_set(err, ST_NOT_FOUND, N_("There is no record {2} among the {1} here."), model_kind_name(kind), uuid);
	if (st == ST_OK) {
		for (int i = 0; i < 5; i++) {
			mem_free(store->ref_text[i]);
			store->ref_text[i] = column_text(stmt, i);
		}
		*out = (struct ref_row){
			.name = store->ref_text[0], .region = store->ref_text[1], .district = store->ref_text[2], .community = store->ref_text[3],
			.type = store->ref_text[4], .archived = sqlite3_column_int(stmt, 5) != 0,
		};
		column_copy(stmt, 6, out->uuid, sizeof out->uuid);
	}
	db_done(store, stmt);
	return st;
}
