/* Saving what a person entered: one transaction (sync.md section 2). */
#include <string.h>

#include "store/internal.h"

struct journalling {
	struct store *store;
	const struct store_edit *edit;
	enum status st;
	struct err *err;
	size_t changes;
	bool write;
};

static void journal_change(void *ctx, const char *path, const struct model_field *field, const struct json *old_value,
	const struct json *new_value)
{
	struct journalling *j = ctx;
	struct journal_row row = { .time_ms = j->edit->now_ms };
	int64_t id;

	(void)field;
	j->changes++;
	if (!j->write || j->st != ST_OK)
		return;
	/* store_add_journal only reads the row. */
	row.user = mem_strdup(j->edit->user);
	row.device = mem_strdup(j->edit->device);
	row.path = mem_strdup(path);
	row.cause = mem_strdup(j->edit->cause != NULL ? j->edit->cause : "edit");
	row.old_value = old_value != NULL ? json_print(old_value, NULL) : NULL;
	row.new_value = new_value != NULL ? json_print(new_value, NULL) : NULL;
	j->st = store_add_journal(j->store, j->edit->kind, j->edit->uuid, &row, &id, j->err);
	mem_free(row.user);
	mem_free(row.device);
	mem_free(row.path);
	mem_free(row.cause);
	mem_free(row.old_value);
	mem_free(row.new_value);
}

static enum status read_stored(struct store *store, const struct store_edit *edit, struct json **out, struct err *err)
{
	int64_t revision;
	unsigned flags;
	const char *doc;
	size_t len;
	enum status st = store_peek(store, edit->kind, edit->uuid, &revision, &flags, &doc, &len, err);

	if (st == ST_OK)
		st = json_parse(doc, len, out, err);
	db_drop_peek(store);
	return st;
}

enum status store_save_edit(struct store *store, const struct store_edit *edit, int64_t *new_revision, struct err *err)
{
	const struct model_type *type = model_of_kind(store->model, edit->kind);
	struct journalling j = { .store = store, .edit = edit, .st = ST_OK, .err = err };
	struct store_meta old = { 0 };
	struct store_write write = {
		.kind = edit->kind, .uuid = edit->uuid, .keep_base = true, .edited_ms = edit->now_ms, .seen_ms = -1,
	};
	struct json *before = NULL;
	char *text = NULL;
	int64_t revision = 0;
	enum status st;

	if (!json_is_object(edit->doc))
		return err_set(err, ST_INVALID, N_("A document has to be a JSON object."));
	st = store_begin(store, err);
	if (st != ST_OK)
		return st;
	st = meta_get(store, edit->kind, edit->uuid, &old, err);
	if (st == ST_OK && (old.found ? old.revision != edit->revision : edit->revision != 0))
		st = err_set(err, ST_STALE, N_("The record {2} among the {1} was changed meanwhile. Read it again."), model_kind_name(edit->kind),
			edit->uuid);
	if (st == ST_OK && old.found)
		st = read_stored(store, edit, &before, err);
	if (st != ST_OK)
		goto out;
	model_diff(type, before, edit->doc, journal_change, &j); /* counts */
	revision = old.revision;
	if (!old.found || j.changes > 0) {
		text = json_print(edit->doc, &write.doc_len);
		write.doc = text;
		write.flags = (old.flags | RECORD_DIRTY | (old.found ? 0U : RECORD_NEW)) & ~(unsigned)RECORD_REJECTED;
		write.change_date = old.change_date;
		write.base_from_doc = old.found && (old.flags & (RECORD_DIRTY | RECORD_NEW)) == 0;
		if (!old.found)
			write.keep_base = false;
		st = record_write(store, &old, &write, &revision, err);
		if (st == ST_OK) {
			j.write = true;
			model_diff(type, before, edit->doc, journal_change, &j);
			st = j.st;
		}
	}
	if (st == ST_OK && edit->draft_id != NULL)
		st = store_delete_draft(store, edit->draft_id, err);
out:
	st = tx_end(store, st, err);
	json_free(before);
	mem_free(text);
	if (st == ST_OK && new_revision != NULL)
		*new_revision = revision;
	return st;
}
