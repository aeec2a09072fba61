/* What a run writes: rows as they came, merges with their conflicts, removals, positions; and what a dry run says instead. */
#include <string.h>

#include "app/sync_put.h"

/* ---- what a dry run says ---- */

struct dry { struct sync_run *run; const char *head; };

static char *short_value(const struct json *value)
{
	char *text = value != NULL ? json_print(value, NULL) : mem_strdup("-"), *safe = text_safe(text);
	size_t cut = text_cut(safe, 120);

	mem_free(text);
	if (safe[cut] != '\0') {
		char *shorter = mem_printf("%.*s…", (int)cut, safe);

		mem_free(safe);
		return shorter;
	}
	return safe;
}

static void dry_change(void *ctx, const char *path, const struct model_field *field, const struct json *old_value, const struct json *new_value)
{
	struct dry *dry = ctx;
	char *a = short_value(old_value), *b = short_value(new_value), *line = mem_printf("%s %s: %s -> %s", dry->head, path, a, b);

	(void)field;
	dry->run->options.dry_line(dry->run->options.dry_ctx, line);
	mem_free(line);
	mem_free(b);
	mem_free(a);
}

void sync_dry_tell(struct sync_run *run, enum kind kind, const char *uuid, const char *old_text, size_t old_len, const char *text, size_t len)
{
	struct json *a = NULL, *b = NULL;
	struct dry dry = { .run = run };
	char *head;

	if (!run->options.dry || run->options.dry_line == NULL || model_kind_is_infrastructure(kind))
		return;
	head = mem_printf("here %s %s", model_kind_name(kind), uuid);
	dry.head = head;
	if (old_text == NULL) {
		char *line = mem_printf("%s: %s", head, text == NULL ? "removed" : "new");

		run->options.dry_line(run->options.dry_ctx, line);
		mem_free(line);
	} else if (json_parse(old_text, old_len, &a, NULL) == ST_OK && json_parse(text, len, &b, NULL) == ST_OK) {
		model_diff(model_of_kind(run->options.model, kind), a, b, dry_change, &dry);
	}
	json_free(a);
	json_free(b);
	mem_free(head);
}

/* ---- storing ---- */

static enum status put_pulled(struct sync_run *run, struct store_pulled *row, struct err *err)
{
	row->now_ms = sync_run_now(run);

	run->done.changed++;
	return store_put_pulled(run->options.store, row, err);
}

/* The text of a page's row: splitting the page has scanned it. */
enum status sync_put_row(struct sync_run *run, enum kind kind, const struct sormas_row *from, int64_t revision, unsigned flags, struct err *err)
{
	struct store_pulled row = { .kind = kind, .uuid = from->uuid, .revision = revision, .doc = from->raw.at, .doc_len = from->raw.len, .members = from->members,
		.member_count = from->member_count, .flags = flags };

	return put_pulled(run, &row, err);
}

enum status sync_put_unseen(struct sync_run *run, enum kind kind, const struct sormas_row *from, struct err *err)
{
	struct store_pulled row = { .kind = kind, .uuid = from->uuid, .doc = from->raw.at, .doc_len = from->raw.len,
		.members = from->members, .member_count = from->member_count, .unseen = true };
	enum status st = put_pulled(run, &row, err);

	if (st == ST_STALE)
		run->done.changed--;
	return st;
}

static enum status add_conflict(struct sync_run *run, enum kind kind, const char *uuid, const char *label, int64_t change_date, const struct merge_conflict *c,
	struct err *err)
{
	struct conflict_row head = { .time_ms = sync_run_now(run), .run_id = run->run_id, .kind = kind, .server_change_date = change_date };
	enum status st;

	memcpy(head.uuid, uuid, strnlen(uuid, UUID_SIZE - 1));
	head.label = mem_strdup(label);
	st = store_log_conflict(run->options.store, &head, c, err);
	conflict_row_done(&head);
	run->done.conflicts++;
	return st;
}

/* When the server's side of a conflict was changed; of the whole record: change_date. */
static int64_t changed_there(const struct sync_run *run, enum kind kind, const char *where, const struct json *theirs, int64_t change_date)
{
	struct model_path path;
	int64_t part;

	if (where == NULL || *where == '\0' || model_parse_path(run->options.model, kind, where, &path, NULL) != ST_OK)
		return change_date;
	part = model_path_change_date(&path, theirs);
	return part > change_date ? part : change_date;
}

static enum status add_conflicts(struct sync_run *run, enum kind kind, const char *uuid, int64_t change_date, const struct decide *decide, struct err *err)
{
	/* A merge has the server's change dates. */
	const struct json *theirs = decide->base != NULL ? decide->base : decide->doc;
	enum status st = ST_OK;
	char label[96];

	if (decide->conflict_count == 0)
		return ST_OK;
	sync_label(run, kind, uuid, decide->doc, label);
	for (size_t i = 0; i < decide->conflict_count && st == ST_OK; i++) {
		const struct merge_conflict *c = &decide->conflicts[i];
		const char *field = run->options.field_text == NULL ? c->path : run->options.field_text(run->options.ctx, kind, c->path);

		st = add_conflict(run, kind, uuid, label, changed_there(run, kind, c->path, theirs, change_date), c, err);
		sync_run_note(run, label, c->type == CONFLICT_NOT_STORED ? N_("The server did not keep your value of {1}.") :
			c->type == CONFLICT_UNKNOWN_OUTCOME ? N_("It is not known whether the server took your value of {1}.") :
			N_("Changed here and on the server: {1}. The server's value is kept; yours is in the conflict log."),
			field);
	}
	return st;
}

enum status sync_remove(struct sync_run *run, enum kind kind, const struct record *record, const char *theirs, size_t theirs_len, struct err *err)
{
	enum status st = ST_OK;
	struct merge_conflict c = { .type = CONFLICT_RECORD_REMOVED };
	char label[96], path[1] = "";

	sync_dry_tell(run, kind, record->uuid, NULL, 0, NULL, 0);
	if ((record->flags & RECORD_DIRTY) != 0 || sync_is_awaiting(run, kind, record->uuid, record->flags)) {
		c.path = path;
		if (record->base != NULL)
			(void)!json_parse_text(record->base, &c.base, NULL);
		st = json_parse_text(record->doc, &c.mine, err);
		if (st == ST_OK && theirs != NULL)
			(void)!json_parse(theirs, theirs_len, &c.theirs, NULL);
		if (st == ST_OK) {
			sync_label(run, kind, record->uuid, c.mine, label);
			st = add_conflict(run, kind, record->uuid, label, record->change_date, &c, err);
			sync_run_note(run, label, N_("Not on the server any more, or out of your reach. It was removed here; your edits are in the conflict log."), NULL);
		}
		json_free(c.base);
		json_free(c.mine);
		json_free(c.theirs);
	}
	if (st == ST_OK)
		st = store_outbox_delete(run->options.store, kind, record->uuid, err);
	if (st == ST_NOT_FOUND)
		st = ST_OK;
	if (st == ST_OK)
		st = store_delete(run->options.store, kind, record->uuid, err);
	run->done.deleted++;
	run->done.changed++;
	return st;
}

/* Stores a merge. keep: flags that stay. */
enum status sync_put_merged(struct sync_run *run, enum kind kind, const struct record *record, int64_t change_date, const struct decide *decide,
	unsigned keep, struct err *err)
{
	size_t len;
	char *doc = json_print(decide->doc, &len), *base = decide->base != NULL ? json_print(decide->base, NULL) : NULL;
	unsigned flags = (record->flags & keep) | (base != NULL ? (unsigned)RECORD_DIRTY | (record->flags & (unsigned)RECORD_REJECTED) : 0U);
	struct store_pulled row = { .kind = kind, .uuid = record->uuid, .revision = record->revision, .doc = doc, .doc_len = len, .base = base,
		.shown = decide->shown, .flags = flags };
	enum status st;

	sync_dry_tell(run, kind, record->uuid, record->doc, strlen(record->doc), doc, len);
	st = put_pulled(run, &row, err);
	if (st == ST_OK)
		st = add_conflicts(run, kind, record->uuid, change_date, decide, err);
	if (st == ST_OK && base == NULL && (record->flags & RECORD_ARCHIVED) != 0 && (flags & RECORD_REREAD) == 0 &&
		!store_is_referred(run->options.store, kind, record->uuid)) {
		/* Archived there and clean now: it goes (sync.md "Removed or out of reach"). */
		st = store_delete(run->options.store, kind, record->uuid, err);
		run->done.deleted++;
	}
	mem_free(doc);
	mem_free(base);
	return st;
}

enum status sync_delete_items(struct sync_run *run, const struct engine_action *action, struct err *err)
{
	enum status st = store_begin(run->options.store, err);

	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < action->item_count && st == ST_OK; i++) {
		int64_t revision;
		unsigned flags;
		const char *doc;
		size_t len;

		if (store_peek(run->options.store, action->kind, action->items[i].uuid, &revision, &flags, &doc, &len, NULL) != ST_OK)
			continue;
		st = store_delete(run->options.store, action->kind, action->items[i].uuid, err);
		run->done.deleted++;
	}
	if (st == ST_OK)
		return store_commit(run->options.store, err);
	store_rollback(run->options.store);
	return st;
}

enum status sync_put_position(struct sync_run *run, const struct engine_action *action, struct err *err)
{
	const struct engine_position *at = &action->position;
	struct pull_position p = { .seen = at->seen, .from = at->from, .page_date = at->page_date, .t0 = at->t0, .last_full_ms = at->last_full_ms,
		.last_obsolete_ms = at->last_obsolete_ms, .single_start_mono_ms = at->single_start_mono_ms };

	memcpy(p.page_uuid, at->page_uuid, UUID_SIZE);
	return store_set_position(run->options.store, action->kind, &p, err);
}
