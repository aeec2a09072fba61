/* Walking over records, and what they refer to. */
#include <string.h>

#include "store/internal.h"

#define PAGE 500 /* records gathered at a time */

struct found { char uuid[UUID_SIZE]; unsigned flags; int64_t change_date; };
struct walk { struct found *found; size_t count, cap; };

static enum status gather(struct store *store, sqlite3_stmt *stmt, struct walk *walk, struct err *err)
{
	bool row;
	enum status st;

	walk->count = 0;
	while ((st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		struct found *f;

		mem_grow((void **)&walk->found, &walk->cap, walk->count + 1, sizeof *walk->found);
		f = &walk->found[walk->count++];
		column_copy(stmt, 0, f->uuid, sizeof f->uuid);
		f->flags = (unsigned)sqlite3_column_int64(stmt, 1);
		f->change_date = sqlite3_column_int64(stmt, 2);
	}
	db_done(store, stmt);
	return st;
}

/* All records of a kind, a page at a time along the key: a visitor may stop early or write, and memory does not grow with the kind. */
static enum status gather_page(struct store *store, enum kind kind, unsigned none, const char *after, struct walk *walk, struct err *err)
{
	static const char sql[] = "SELECT uuid, flags, change_date FROM record WHERE kind = ?1 AND uuid > ?2 AND (flags & ?3) = 0 ORDER BY"
		" uuid LIMIT ?4";
	sqlite3_stmt *stmt;
	enum status st = db_prepare(store, sql, &stmt, err);

	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, store->kind_number[kind]);
	bind_text(stmt, 2, after);
	bind_int(stmt, 3, none);
	bind_int(stmt, 4, PAGE);
	return gather(store, stmt, walk, err);
}

#define FLAGGED(index, where) "SELECT uuid, flags, change_date FROM record " index " WHERE kind = ?1 AND (flags & ?2) = ?2 AND (flags & ?3) = 0" where \
	" ORDER BY doc_id"

/* Those with certain flags are few and have partial indexes, of which one is enough, that of the rarest flag; in the order in which
 * they came here: what was made first may be referred to by what was made later. Named, because the planner would rather read the whole kind. */
static enum status gather_flagged(struct store *store, enum kind kind, unsigned all, unsigned none, struct walk *walk, struct err *err)
{
	static const struct { unsigned flag; const char *sql; } by_flag[] = {
		{ RECORD_NEW, FLAGGED("INDEXED BY record_new", " AND (flags & 2) <> 0") },
		{ RECORD_REJECTED, FLAGGED("INDEXED BY record_rejected", " AND (flags & 4) <> 0") },
		{ RECORD_REREAD, FLAGGED("INDEXED BY record_reread", " AND (flags & 8) <> 0") },
		{ RECORD_DIRTY, FLAGGED("INDEXED BY record_unsent", " AND (flags & 1) <> 0") }, { 0, FLAGGED("", "") },
	};
	sqlite3_stmt *stmt;
	size_t i = 0;
	enum status st;

	while ((all & by_flag[i].flag) != by_flag[i].flag)
		i++;
	st = db_prepare(store, by_flag[i].sql, &stmt, err);
	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, store->kind_number[kind]);
	bind_int(stmt, 2, all);
	bind_int(stmt, 3, none);
	return gather(store, stmt, walk, err);
}

enum status store_flagged(struct store *store, enum record_flag flag, bool out[KIND_COUNT], struct err *err)
{
	static const struct { enum record_flag flag; const char *sql; } by_flag[] = {
		{ RECORD_DIRTY, "SELECT DISTINCT kind FROM record INDEXED BY record_unsent WHERE (flags & 1) <> 0" },
		{ RECORD_NEW, "SELECT DISTINCT kind FROM record INDEXED BY record_new WHERE (flags & 2) <> 0" },
		{ RECORD_REJECTED, "SELECT DISTINCT kind FROM record INDEXED BY record_rejected WHERE (flags & 4) <> 0" },
		{ RECORD_REREAD, "SELECT DISTINCT kind FROM record INDEXED BY record_reread WHERE (flags & 8) <> 0" },
	};
	sqlite3_stmt *stmt;
	bool row;
	size_t i = 0;
	enum status st;

	memset(out, 0, KIND_COUNT * sizeof *out);
	while (by_flag[i].flag != flag)
		if (++i == sizeof by_flag / sizeof by_flag[0])
			return err_set(err, ST_FAILED, N_("Something failed."));
	st = db_prepare(store, by_flag[i].sql, &stmt, err);
	if (st != ST_OK)
		return st;
	while ((st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		enum kind kind;

		if (kind_from_number(store, sqlite3_column_int64(stmt, 0), &kind))
			out[kind] = true;
	}
	db_done(store, stmt);
	return st;
}

enum status store_has_kind(struct store *store, enum kind kind, bool *out, struct err *err)
{
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st = db_prepare(store, "SELECT 1 FROM record WHERE kind = ? LIMIT 1", &stmt, err);

	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, store->kind_number[kind]);
	st = db_step(store, stmt, &row, err);
	*out = row;
	db_done(store, stmt);
	return st;
}

struct visiting { unsigned all, none; store_record_fn visit; void *ctx; bool go_on; };

static enum status visit_found(struct store *store, enum kind kind, const struct walk *walk, struct visiting *v, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && v->go_on && i < walk->count; i++) {
		struct record record;

		st = store_get(store, kind, walk->found[i].uuid, &record, err);
		if (st == ST_NOT_FOUND) {
			st = ST_OK; /* a visit before has deleted it */
			continue;
		}
		if (st != ST_OK)
			break;
		if ((record.flags & v->all) == v->all && (record.flags & v->none) == 0)
			v->go_on = v->visit(v->ctx, &record);
		record_done(&record);
	}
	return st;
}

static enum status each_of_kind(struct store *store, enum kind kind, struct visiting *v, struct err *err)
{
	struct walk walk = { 0 };
	char last[UUID_SIZE] = "";
	enum status st;

	if (v->all != 0) {
		st = gather_flagged(store, kind, v->all, v->none, &walk, err);
		if (st == ST_OK)
			st = visit_found(store, kind, &walk, v, err);
	} else {
		do {
			st = gather_page(store, kind, v->none, last, &walk, err);
			if (st != ST_OK || walk.count == 0)
				break;
			memcpy(last, walk.found[walk.count - 1].uuid, sizeof last);
			st = visit_found(store, kind, &walk, v, err);
		} while (st == ST_OK && v->go_on && walk.count == PAGE);
	}
	mem_free(walk.found);
	return st;
}

enum status store_each(struct store *store, enum kind kind, unsigned flags_all, unsigned flags_none, store_record_fn visit, void *ctx,
	struct err *err)
{
	struct visiting v = { flags_all, flags_none, visit, ctx, true };
	enum status st = ST_OK;
	bool some[KIND_COUNT];

	if (kind != KIND_COUNT)
		return each_of_kind(store, kind, &v, err);
	memset(some, true, sizeof some);
	for (unsigned flag = RECORD_DIRTY; st == ST_OK && flag <= RECORD_REREAD; flag <<= 1)
		if ((flags_all & flag) != 0) {
			st = store_flagged(store, (enum record_flag)flag, some, err);
			break;
		}
	for (int k = 0; st == ST_OK && v.go_on && k < KIND_COUNT; k++)
		if (some[k])
			st = each_of_kind(store, (enum kind)k, &v, err);
	return st;
}

enum status store_each_uuid(struct store *store, enum kind kind, bool (*visit)(void *ctx, const char *uuid, int64_t change_date,
	unsigned flags), void *ctx, struct err *err)
{
	struct walk walk = { 0 };
	char last[UUID_SIZE] = "";
	bool go_on = true;
	enum status st;

	do {
		st = gather_page(store, kind, 0, last, &walk, err);
		if (st != ST_OK || walk.count == 0)
			break;
		memcpy(last, walk.found[walk.count - 1].uuid, sizeof last);
		for (size_t i = 0; go_on && i < walk.count; i++)
			go_on = visit(ctx, walk.found[i].uuid, walk.found[i].change_date, walk.found[i].flags);
	} while (go_on && walk.count == PAGE);
	mem_free(walk.found);
	return st;
}

/* Valid until the next step. */
static const char *column_peek(sqlite3_stmt *stmt, int column)
{
	const unsigned char *text = sqlite3_column_text(stmt, column);

	return text == NULL ? "" : (const char *)text;
}

enum status store_each_person_name(struct store *store, const char *sex, int64_t birth_year, bool (*visit)(void *ctx,
	const struct person_name *name), void *ctx, struct err *err)
{
	/* CROSS JOIN: along the records' key, each row by its number; the rows have no key that leads back to a record. */
	static const char sql[] = "SELECT r.uuid, p.first_name, p.last_name FROM record r CROSS JOIN person_row p ON p.id = r.doc_id"
		" WHERE r.kind = ?1 AND (?2 = '' OR p.sex = '' OR p.sex = ?2) AND (?3 = 0 OR p.birth = 0 OR p.birth / 10000 = ?3)";
	sqlite3_stmt *stmt;
	bool row, go_on = true;
	enum status st = db_prepare(store, sql, &stmt, err);

	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, store->kind_number[KIND_PERSONS]);
	bind_text(stmt, 2, sex);
	bind_int(stmt, 3, birth_year);
	while (go_on && (st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		struct person_name name = { column_peek(stmt, 0), column_peek(stmt, 1), column_peek(stmt, 2) };

		go_on = visit(ctx, &name);
	}
	db_done(store, stmt);
	return st;
}

bool store_is_referred(struct store *store, enum kind kind, const char *uuid)
{
	static const char sql[] = "SELECT EXISTS(SELECT 1 FROM link WHERE kind = ?1 AND uuid = ?2) OR (?3 AND EXISTS(SELECT 1 FROM"
		" case_row WHERE orphan = 1 AND person_uuid = ?2))"
		" OR (?3 AND EXISTS(SELECT 1 FROM case_row WHERE person_id <> 0 AND person_id = (SELECT doc_id FROM record WHERE kind = ?1 AND"
		" uuid = ?2)))";
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
