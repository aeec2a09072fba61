/* Records: reading, finding, what sync writes, flags. Edits of a person are in edit.c. */
#include <string.h>

#include "store/internal.h"

static enum status not_found(enum kind kind, const char *uuid, struct err *err)
{
	return err_set(err, ST_NOT_FOUND, N_("There is no record {2} among the {1} here."), model_kind_name(kind), uuid);
}

void record_done(struct record *record)
{
	mem_free(record->doc);
	mem_free(record->base);
	mem_free(record->shown);
	mem_free(record->reject_reason);
	record->doc = record->base = record->shown = record->reject_reason = NULL;
}

enum status store_get(struct store *store, enum kind kind, const char *uuid, struct record *out, struct err *err)
{
	static const char sql[] = "SELECT r.uuid, d.doc, d.base, r.change_date, r.revision, r.flags, r.reject_status, r.reject_reason,"
		" r.edited_ms, d.shown"
		" FROM record r JOIN document d ON d.id = r.doc_id WHERE r.kind = ? AND r.uuid = ?";
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st = db_find(store, sql, kind, uuid, &stmt, &row, err);

	if (st != ST_OK)
		return st;
	if (st == ST_OK && !row)
		st = not_found(kind, uuid, err);
	if (st == ST_OK) {
		*out = (struct record){
			.kind = kind, .doc = column_text(stmt, 1), .base = column_text(stmt, 2), .change_date = sqlite3_column_int64(stmt, 3),
			.revision = sqlite3_column_int64(stmt, 4), .flags = (unsigned)sqlite3_column_int64(stmt, 5),
				.reject_status = sqlite3_column_int(stmt, 6),
			.reject_reason = column_text(stmt, 7), .edited_ms = sqlite3_column_int64(stmt, 8),
			.shown = column_text(stmt, 9),
		};
		column_copy(stmt, 0, out->uuid, sizeof out->uuid);
	}
	db_done(store, stmt);
	return st;
}

enum status store_peek(struct store *store, enum kind kind, const char *uuid, int64_t *revision, unsigned *flags, const char **doc,
	size_t *len, struct err *err)
{
	static const char sql[] = "SELECT r.revision, r.flags, d.doc FROM record r JOIN document d ON d.id = r.doc_id WHERE r.kind = ? AND"
		" r.uuid = ?";
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st = db_find(store, sql, kind, uuid, &stmt, &row, err);

	if (st != ST_OK)
		return st;
	if (st == ST_OK && !row)
		st = not_found(kind, uuid, err);
	if (st != ST_OK) {
		db_done(store, stmt);
		return st;
	}
	*revision = sqlite3_column_int64(stmt, 0);
	*flags = (unsigned)sqlite3_column_int64(stmt, 1);
	*doc = column_view(stmt, 2);
	*len = (size_t)sqlite3_column_bytes(stmt, 2);
	store->peek = stmt; /* holds the text until the next call */
	return ST_OK;
}

enum status store_find(struct store *store, enum kind kind, const char *prefix, char uuid[UUID_SIZE], struct err *err)
{
	static const char sql[] = "SELECT uuid FROM record WHERE kind = ?1 AND uuid LIKE ?2 ESCAPE '\\' ORDER BY length(uuid) LIMIT 2";
	struct buf pattern;
	sqlite3_stmt *stmt;
	char found[UUID_SIZE] = "";
	bool row = false;
	enum status st;

	if (prefix[0] == '\0')
		return err_set(err, ST_INVALID, N_("Give at least the first characters of the uuid."));
	st = db_prepare(store, sql, &stmt, err);
	if (st != ST_OK)
		return st;
	buf_init(&pattern, 0);
	for (const char *p = prefix; *p != '\0'; p++) {
		if (*p == '%' || *p == '_' || *p == '\\')
			buf_add_char(&pattern, '\\');
		buf_add_char(&pattern, *p);
	}
	buf_add_char(&pattern, '%');
	bind_int(stmt, 1, store->kind_number[kind]);
	bind_bytes(stmt, 2, pattern.data, pattern.len);
	st = db_step(store, stmt, &row, err);
	if (st == ST_OK && !row)
		st = err_set(err, ST_NOT_FOUND, N_("No uuid among the {1} here begins with {2}."), model_kind_name(kind), prefix);
	if (st == ST_OK) {
		column_copy(stmt, 0, found, sizeof found);
		/* A whole uuid is never ambiguous, even if a longer one begins with it. */
		if (strlen(found) != strlen(prefix)) {
			st = db_step(store, stmt, &row, err);
			if (st == ST_OK && row)
				st = err_set(err, ST_ASK, N_("More than one uuid among the {1} begins with {2}. Give more of it."), model_kind_name(kind),
					prefix);
		}
	}
	db_done(store, stmt);
	buf_done(&pattern);
	if (st == ST_OK)
		memcpy(uuid, found, sizeof found);
	return st;
}

static enum status insert_document(struct store *store, const struct store_write *write, int64_t id, struct err *err)
{
	sqlite3_stmt *stmt;
	enum status st = db_prepare(store, "INSERT INTO document(doc, base, shown, id) VALUES(?, ?, ?, ?)", &stmt, err);

	if (st != ST_OK)
		return st;
	bind_bytes(stmt, 1, write->doc, write->doc_len);
	bind_bytes(stmt, 2, write->base, write->base_len);
	bind_bytes(stmt, 3, write->shown.at, write->shown.len);
	bind_int(stmt, 4, id);
	return db_run(store, stmt, err);
}

static enum status update_document(struct store *store, int64_t id, const struct store_write *write, struct err *err)
{
	sqlite3_stmt *stmt;
	enum status st;

	if (write->base_from_doc)
		st = db_prepare(store, "UPDATE document SET base = doc, doc = ?1 WHERE id = ?3", &stmt, err);
	else if (write->keep_base)
		st = db_prepare(store, "UPDATE document SET doc = ?1 WHERE id = ?3", &stmt, err);
	else
		st = db_prepare(store, "UPDATE document SET doc = ?1, base = ?2, shown = ?4 WHERE id = ?3", &stmt, err);
	if (st != ST_OK)
		return st;
	bind_bytes(stmt, 1, write->doc, write->doc_len);
	if (!write->base_from_doc && !write->keep_base) {
		bind_bytes(stmt, 2, write->base, write->base_len);
		bind_bytes(stmt, 4, write->shown.at, write->shown.len);
	}
	bind_int(stmt, 3, id);
	return db_run(store, stmt, err);
}

/* The last revision of a record that was here before, so that a form opened on that one is not mistaken for up to date. */
static enum status last_revision(struct store *store, enum kind kind, const char *uuid, int64_t *out, struct err *err)
{
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st;

	*out = 0;
	if (!known_any(store, KNOWN_GONE))
		return ST_OK;
	st = db_find(store, "SELECT revision FROM gone WHERE kind = ? AND uuid = ?", kind, uuid, &stmt, &row, err);
	if (st != ST_OK)
		return st;
	*out = row ? sqlite3_column_int64(stmt, 0) : 0;
	db_done(store, stmt);
	return ST_OK;
}

static enum status stale(enum kind kind, const char *uuid, struct err *err)
{
	return err_set(err, ST_STALE, N_("The record {2} among the {1} was changed meanwhile. Read it again."), model_kind_name(kind), uuid);
}

enum status record_write(struct store *store, const struct store_meta *old, const struct store_write *write, int64_t *revision,
	struct err *err)
{
	static const char insert[] = "INSERT INTO record(change_date, revision, flags, edited_ms, seen_ms, doc_id, kind, uuid) VALUES(?1,"
		" ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(kind, uuid) DO NOTHING";
	/* The reject mark goes unless the flag says that it stays. */
	static const char update[] = "UPDATE record SET change_date = ?1, revision = ?2, flags = ?3, edited_ms = ?4, seen_ms = iif(?5 < 0,"
		" seen_ms, ?5),"
		" reject_status = iif(?3 & 4, reject_status, 0), reject_reason = iif(?3 & 4, reject_reason, NULL) WHERE kind = ?7 AND uuid = ?8";
	struct store_columns columns;
	int64_t id = old->doc_id, next = old->revision, change_date = write->change_date,
		edited_ms = write->edited_ms >= 0 ? write->edited_ms : old->edited_ms;
	sqlite3_stmt *stmt;
	size_t uuid_len = strlen(write->uuid);
	enum status st = ST_OK;

	if (write->members != NULL)
		columns_of_members(store, write->kind, write->doc, write->members, write->member_count, &columns);
	else
		st = columns_read(store, write->kind, write->doc, write->doc_len, &columns, err);
	if (st != ST_OK)
		return err_wrap(err, N_("The document of {2} among the {1} cannot be stored."), model_kind_name(write->kind), write->uuid);
	if (uuid_len == 0 || uuid_len >= UUID_SIZE)
		return err_set(err, ST_INVALID, N_("A uuid has 1 to 36 characters."));
	if (columns.slot[SLOT_UUID].at != NULL && !json_span_is(columns.slot[SLOT_UUID], "null")) {
		char *own = columns_text(&columns, SLOT_UUID);
		bool same = strcmp(own, write->uuid) == 0;

		mem_free(own);
		if (!same)
			return err_set(err, ST_INVALID, N_("The document of {1} names another uuid."), write->uuid);
	}
	if (change_date < 0)
		change_date = columns_int(&columns, SLOT_CHANGE_DATE, 0);
	if (old->found) {
		st = update_document(store, id, write, err);
	} else {
		st = last_revision(store, write->kind, write->uuid, &next, err);
		if (st == ST_OK)
			st = known_next_doc_id(store, &id, err);
	}
	if (st == ST_OK)
		st = db_prepare(store, old->found ? update : insert, &stmt, err);
	if (st != ST_OK)
		return st;
	next++;
	bind_int(stmt, 1, change_date);
	bind_int(stmt, 2, next);
	bind_int(stmt, 3, write->flags);
	bind_int(stmt, 4, edited_ms);
	bind_int(stmt, 5, old->found || write->seen_ms >= 0 ? write->seen_ms : 0);
	if (!old->found)
		bind_int(stmt, 6, id);
	bind_int(stmt, 7, store->kind_number[write->kind]);
	bind_text(stmt, 8, write->uuid);
	st = db_run(store, stmt, err);
	/* The record before its document: if it is here already, nothing has been written yet. */
	if (st == ST_OK && !old->found && sqlite3_changes64(store->db) == 0)
		return stale(write->kind, write->uuid, err);
	if (st == ST_OK && !old->found)
		st = insert_document(store, write, id, err);
	if (st == ST_OK)
		st = rows_write(store, write->kind, write->uuid, id, !old->found, &columns, write->flags, edited_ms, err);
	/* A case reads its person's flags from `record`: they are there by now, and a person's row has renewed its cases. */
	if (st == ST_OK)
		*revision = next;
	return st;
}

enum status store_put_pulled(struct store *store, const struct store_pulled *row, struct err *err)
{
	struct store_meta old = { 0 };
	struct store_write write = {
		.kind = row->kind, .uuid = row->uuid, .doc = row->doc, .doc_len = row->doc_len, .members = row->members, .member_count = row->member_count, .base = row->base,
			.base_len = row->base != NULL ? strlen(row->base) : 0, .shown = row->shown,
		.change_date = -1, .flags = row->flags, .edited_ms = row->edited_ms != 0 ? row->edited_ms : -1, .seen_ms = row->now_ms,
	};
	int64_t revision;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	if (!row->unseen)
		st = meta_get(store, row->kind, row->uuid, &old, err);
	if (st == ST_OK && (old.found ? old.revision != row->revision : row->revision != 0))
		st = stale(row->kind, row->uuid, err);
	if (st == ST_OK && row->base != NULL) {
		/* The server's date is that of the server's version. */
		struct store_columns columns;

		st = columns_read(store, row->kind, row->base, write.base_len, &columns, err);
		write.change_date = st == ST_OK ? columns_int(&columns, SLOT_CHANGE_DATE, 0) : 0;
	}
	if ((row->flags & RECORD_NEW) != 0)
		write.change_date = 0;
	if (st == ST_OK)
		st = record_write(store, &old, &write, &revision, err);
	return tx_end(store, st, err);
}

static enum status change_flags(struct store *store, enum kind kind, const char *uuid, const struct store_meta *meta, unsigned flags,
	struct err *err)
{
	static const char sql[] = "UPDATE record SET flags = ?1, reject_status = iif(?1 & 4, reject_status, 0), reject_reason = iif(?1 &"
		" 4, reject_reason, NULL)"
		" WHERE kind = ?2 AND uuid = ?3";
	sqlite3_stmt *stmt;
	enum status st;

	if (flags == meta->flags)
		return ST_OK;
	st = db_prepare(store, sql, &stmt, err);
	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, flags);
	bind_int(stmt, 2, store->kind_number[kind]);
	bind_text(stmt, 3, uuid);
	st = db_run(store, stmt, err);
	return st == ST_OK ? rows_flags(store, kind, meta->doc_id, flags, err) : st;
}

enum status store_set_flags(struct store *store, enum kind kind, const char *uuid, unsigned set, unsigned clear, struct err *err)
{
	struct store_meta meta;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = meta_get(store, kind, uuid, &meta, err);
	if (st == ST_OK && !meta.found)
		st = not_found(kind, uuid, err);
	if (st == ST_OK)
		st = change_flags(store, kind, uuid, &meta, (meta.flags & ~clear) | set, err);
	return tx_end(store, st, err);
}

enum status store_reject(struct store *store, enum kind kind, const char *uuid, int status, const char *reason, struct err *err)
{
	static const char sql[] = "UPDATE record SET reject_status = ?, reject_reason = ? WHERE kind = ? AND uuid = ?";
	struct store_meta meta;
	sqlite3_stmt *stmt;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = meta_get(store, kind, uuid, &meta, err);
	if (st == ST_OK && !meta.found)
		st = not_found(kind, uuid, err);
	if (st == ST_OK)
		st = change_flags(store, kind, uuid, &meta, meta.flags | RECORD_REJECTED, err);
	if (st == ST_OK)
		st = db_prepare(store, sql, &stmt, err);
	if (st == ST_OK) {
		bind_int(stmt, 1, status);
		bind_text(stmt, 2, reason);
		bind_int(stmt, 3, store->kind_number[kind]);
		bind_text(stmt, 4, uuid);
		st = db_run(store, stmt, err);
	}
	return tx_end(store, st, err);
}

struct unreject { struct store *store; struct err *err; enum status st; };

static bool unreject_one(void *ctx, const struct record *record)
{
	struct unreject *u = ctx;

	u->st = store_set_flags(u->store, record->kind, record->uuid, 0, RECORD_REJECTED, u->err);
	return u->st == ST_OK;
}

enum status store_unreject(struct store *store, enum kind kind, const char *uuid, struct err *err)
{
	struct unreject u = { store, err, ST_OK };
	enum status st;

	if (kind != KIND_COUNT)
		return store_set_flags(store, kind, uuid, 0, RECORD_REJECTED, err);
	st = store_begin(store, err);
	if (st != ST_OK)
		return st;
	st = store_each(store, KIND_COUNT, RECORD_REJECTED, 0, unreject_one, &u, err);
	if (st == ST_OK)
		st = u.st;
	return tx_end(store, st, err);
}

enum status store_delete(struct store *store, enum kind kind, const char *uuid, struct err *err)
{
	struct store_meta meta;
	sqlite3_stmt *stmt;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = meta_get(store, kind, uuid, &meta, err);
	if (st == ST_OK && !meta.found)
		st = not_found(kind, uuid, err);
	if (st == ST_OK)
		known_add(store, KNOWN_GONE);
	if (st == ST_OK)
		known_forget_places(store);
	if (st == ST_OK)
		st = db_prepare(store, "INSERT OR REPLACE INTO gone(kind, uuid, revision) VALUES(?, ?, ?)", &stmt, err);
	if (st == ST_OK) {
		bind_int(stmt, 1, store->kind_number[kind]);
		bind_text(stmt, 2, uuid);
		bind_int(stmt, 3, meta.revision);
		st = db_run(store, stmt, err);
	}
	if (st == ST_OK)
		st = db_prepare(store, "DELETE FROM record WHERE kind = ? AND uuid = ?", &stmt, err);
	if (st == ST_OK) {
		bind_int(stmt, 1, store->kind_number[kind]);
		bind_text(stmt, 2, uuid);
		st = db_run(store, stmt, err);
	}
	if (st == ST_OK)
		st = db_prepare(store, "DELETE FROM document WHERE id = ?", &stmt, err);
	if (st == ST_OK) {
		bind_int(stmt, 1, meta.doc_id); /* the list rows go with it */
		st = db_run(store, stmt, err);
	}
	if (st == ST_OK)
		st = rows_forget(store, kind, uuid, meta.doc_id, err);
	return tx_end(store, st, err);
}
