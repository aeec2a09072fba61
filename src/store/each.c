/* Walking over records, and what they refer to. */
#include <string.h>

#include "store/internal.h"

struct found { char uuid[UUID_SIZE]; enum kind kind; unsigned flags; int64_t change_date; };

/* Gathered before the first visit, so that a visitor may write: the walk neither blocks its transaction nor meets its own changes. */
static enum status gather(struct store *store, enum kind kind, unsigned all, unsigned none, struct found **out, size_t *count, struct err *err)
{
	static const struct { unsigned flag; const char *where; } partial[] = {
		{ RECORD_DIRTY, " AND (flags & 1) <> 0" }, { RECORD_NEW, " AND (flags & 2) <> 0" },
		{ RECORD_REJECTED, " AND (flags & 4) <> 0" }, { RECORD_REREAD, " AND (flags & 8) <> 0" },
	};
	struct buf sql;
	sqlite3_stmt *stmt = NULL;
	size_t cap = 0;
	bool row;
	enum status st;

	buf_init(&sql, 0);
	buf_add_text(&sql, "SELECT uuid, flags, change_date FROM record WHERE kind = ?1 AND (flags & ?2) = ?2 AND (flags & ?3) = 0");
	for (size_t i = 0; i < sizeof partial / sizeof partial[0]; i++)
		if ((all & partial[i].flag) != 0)
			buf_add_text(&sql, partial[i].where); /* lets the partial index be used */
	/* In the order in which they came here: what was made first may be referred to by what was made later. */
	buf_add_text(&sql, " ORDER BY doc_id");
	st = db_prepare_once(store, buf_text(&sql), &stmt, err);
	buf_done(&sql);
	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, store->kind_number[kind]);
	bind_int(stmt, 2, all);
	bind_int(stmt, 3, none);
	while ((st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		struct found *f;

		mem_grow((void **)out, &cap, *count + 1, sizeof **out);
		f = &(*out)[(*count)++];
		f->kind = kind;
		column_copy(stmt, 0, f->uuid, sizeof f->uuid);
		f->flags = (unsigned)sqlite3_column_int64(stmt, 1);
		f->change_date = sqlite3_column_int64(stmt, 2);
	}
	db_done(store, stmt);
	return st;
}

static enum status each_of_kind(struct store *store, enum kind kind, unsigned all, unsigned none, store_record_fn visit, void *ctx, bool *go_on, struct err *err)
{
	struct found *found = NULL;
	size_t count = 0;
	enum status st = gather(store, kind, all, none, &found, &count, err);

	for (size_t i = 0; st == ST_OK && *go_on && i < count; i++) {
		struct record record;

		st = store_get(store, kind, found[i].uuid, &record, err);
		if (st == ST_NOT_FOUND) {
			st = ST_OK; /* a visit before has deleted it */
			continue;
		}
		if (st != ST_OK)
			break;
		if ((record.flags & all) == all && (record.flags & none) == 0)
			*go_on = visit(ctx, &record);
		record_done(&record);
	}
	mem_free(found);
	return st;
}

enum status store_each(struct store *store, enum kind kind, unsigned flags_all, unsigned flags_none, store_record_fn visit, void *ctx, struct err *err)
{
	bool go_on = true;
	enum status st = ST_OK;

	if (kind != KIND_COUNT)
		return each_of_kind(store, kind, flags_all, flags_none, visit, ctx, &go_on, err);
	for (int k = 0; st == ST_OK && go_on && k < KIND_COUNT; k++)
		st = each_of_kind(store, (enum kind)k, flags_all, flags_none, visit, ctx, &go_on, err);
	return st;
}

enum status store_each_uuid(struct store *store, enum kind kind, bool (*visit)(void *ctx, const char *uuid, int64_t change_date, unsigned flags), void *ctx, struct err *err)
{
	struct found *found = NULL;
	size_t count = 0;
	enum status st = gather(store, kind, 0, 0, &found, &count, err);

	for (size_t i = 0; st == ST_OK && i < count; i++)
		if (!visit(ctx, found[i].uuid, found[i].change_date, found[i].flags))
			break;
	mem_free(found);
	return st;
}

bool store_is_referred(struct store *store, enum kind kind, const char *uuid)
{
	static const char sql[] = "SELECT EXISTS(SELECT 1 FROM link WHERE kind = ?1 AND uuid = ?2) OR (?3 AND EXISTS(SELECT 1 FROM case_row WHERE orphan = 1 AND person_uuid = ?2))"
		" OR (?3 AND EXISTS(SELECT 1 FROM case_row WHERE person_id <> 0 AND person_id = (SELECT doc_id FROM record WHERE kind = ?1 AND uuid = ?2)))";
	sqlite3_stmt *stmt;
	struct err ignored;
	bool row = false, referred = true; /* when in doubt nothing is deleted */

	if (db_prepare(store, sql, &stmt, &ignored) != ST_OK)
		return true;
	bind_int(stmt, 1, store->kind_number[kind]);
	bind_text(stmt, 2, uuid);
	bind_int(stmt, 3, kind == KIND_PERSONS);
	if (db_step(store, stmt, &row, &ignored) == ST_OK && row)
		referred = sqlite3_column_int(stmt, 0) != 0;
	db_done(store, stmt);
	return referred;
}

enum status store_missing_persons(struct store *store, size_t max, char ***uuids, size_t *count, struct err *err)
{
	static const char sql[] = "SELECT DISTINCT person_uuid FROM case_row WHERE orphan = 1 ORDER BY person_uuid LIMIT ?";
	char **list = NULL;
	size_t n = 0, cap = 0;
	sqlite3_stmt *stmt;
	bool row;
	enum status st = db_prepare(store, sql, &stmt, err);

	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, (int64_t)max);
	while ((st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		mem_grow((void **)&list, &cap, n + 1, sizeof *list);
		list[n++] = column_text(stmt, 0);
	}
	db_done(store, stmt);
	if (st != ST_OK) {
		free_words(list, n);
		return st;
	}
	*uuids = list;
	*count = n;
	return ST_OK;
}
