/* What is pushed: chosen, checked, put into the outbox; and what the answer does to it (sync.md section 4 "Push", "Accept"). */
#include <string.h>

#include "app/sync_check.h"
#include "app/sync_push.h"

#define STATUS_LOCAL 0          /* rejected here: the server was not asked */

/* A chosen record: its uuid only; it is read again when its turn comes. */
struct candidates { struct sync_run *run; enum kind kind; char (*uuid)[UUID_SIZE]; size_t count, cap, most; bool fresh_only; };

static bool collect(void *ctx, const struct record *record)
{
	struct candidates *c = ctx;

	if (sync_set_has(&c->run->selected, c->kind, record->uuid))
		return true;
	/* What became of the push before has to be known first: its body and base are what the answer is compared with. */
	if (sync_is_awaiting(c->run, c->kind, record->uuid, record->flags))
		return true;
	if ((record->flags & RECORD_NEW) != 0 && !c->fresh_only && !c->run->kinds[c->kind].create)
		return true;
	mem_grow((void **)&c->uuid, &c->cap, c->count + 1, sizeof *c->uuid);
	memcpy(c->uuid[c->count++], record->uuid, UUID_SIZE);
	return c->count < c->most;
}

struct dry { struct sync_run *run; const struct json *doc; enum kind kind; };

static void dry_edit(void *ctx, const char *path, const struct model_field *field, const struct json *old_value, const struct json *new_value)
{
	struct dry *dry = ctx;
	char *a = old_value != NULL ? json_print(old_value, NULL) : mem_strdup("-"), *b = new_value != NULL ? json_print(new_value, NULL) : mem_strdup("-");
	char *line = mem_printf("send %s %s %s: %s -> %s", model_kind_name(dry->kind), json_get_string(dry->doc, "uuid"), path, a, b), *safe = text_safe(line);

	(void)field;
	dry->run->options.dry_line(dry->run->options.dry_ctx, safe);
	mem_free(safe);
	mem_free(line);
	mem_free(a);
	mem_free(b);
}

/* A case waits for its new person: what refers comes after what it refers to. In a dry run the person would have arrived, unless it is rejected here. */
static bool waits_for_person(struct sync_run *run, enum kind kind, const struct json *doc)
{
	const char *person = json_get_string(json_get(doc, "person"), "uuid"), *text;
	int64_t revision;
	unsigned flags = 0;
	size_t len;

	return kind != KIND_PERSONS && person != NULL && store_peek(run->options.store, KIND_PERSONS, person, &revision, &flags, &text, &len, NULL) == ST_OK &&
		(flags & RECORD_NEW) != 0 && (!run->options.dry || (flags & RECORD_REJECTED) != 0);
}

static enum status reject_here(struct sync_run *run, const struct record *record, const struct json *doc, int status, const char *reason, struct err *err)
{
	char label[96];

	sync_label(run, record->kind, record->uuid, doc, label);
	if (run->progress.rejected_count < SYNC_MAX_REJECTED) {
		struct sync_rejected *r;

		mem_grow((void **)&run->rejected, &run->rejected_cap, (size_t)run->progress.rejected_count + 1, sizeof *run->rejected);
		run->progress.rejected = run->rejected;
		r = &run->rejected[run->progress.rejected_count++];
		*r = (struct sync_rejected){ .kind = model_kind_name(record->kind), .status = status };
		memcpy(r->uuid, record->uuid, sizeof r->uuid);
		memcpy(r->reason, reason, text_cut(reason, sizeof r->reason - 1));
		memcpy(r->label, label, sizeof label);
	}
	sync_set_add(&run->rejected_now, record->kind, record->uuid);
	sync_run_note(run, label, N_("Rejected: {1}"), reason);
	return store_reject(run->options.store, record->kind, record->uuid, status, reason, err);
}

/* Checks one record and puts it into the outbox; *bytes of its body, 0: not to be sent now. */
static enum status prepare(struct sync_run *run, enum kind kind, const char *uuid, size_t *bytes, bool *fresh, struct err *err)
{
	struct store *store = run->options.store;
	const struct model *model = run->options.model;
	struct record record;
	struct outbox_row old, row = { .kind = kind };
	struct json *doc = NULL, *base = NULL;
	char *reason = NULL;
	enum status st = store_get(store, kind, uuid, &record, err);

	*bytes = 0;
	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st != ST_OK)
		return st;
	*fresh = (record.flags & RECORD_NEW) != 0;
	if ((record.flags & RECORD_DIRTY) == 0 || (record.flags & RECORD_OUT_OF_REACH) != 0)
		goto out;
	st = json_parse_text(record.doc, &doc, err);
	if (st == ST_OK && record.base != NULL)
		st = json_parse_text(record.base, &base, err);
	if (st != ST_OK || json_true(json_get(base, "deleted")) || waits_for_person(run, kind, doc))
		goto out;
	model_prepare_for_push(model, kind, base, doc);
	reason = sync_check(run, kind, doc, base);
	if (reason != NULL) {
		if (run->options.dry) {
			char *line = mem_printf("reject %s %s %s", model_kind_name(kind), uuid, reason);

			if (run->options.dry_line != NULL)
				run->options.dry_line(run->options.dry_ctx, line);
			mem_free(line);
		}
		st = reject_here(run, &record, doc, STATUS_LOCAL, reason, err);
		run->done.rejected++;
		goto out;
	}
	if (run->options.dry) {
		struct dry dry = { .run = run, .doc = doc, .kind = kind };

		if (run->options.dry_line != NULL)
			model_diff(model_of_kind(model, kind), base, doc, dry_edit, &dry);
		goto out;
	}
	memcpy(row.uuid, record.uuid, UUID_SIZE);
	row.body = json_print(doc, bytes);
	row.base = record.base;
	row.revision = record.revision;
	row.journal_id = store_newest_journal(store, kind, uuid);
	if (store_outbox_get(store, kind, uuid, &old, NULL) == ST_OK) {
		row.tries = old.tries;
		outbox_row_done(&old);
	}
	st = store_outbox_put(store, &row, err);
	mem_free(row.body);
out:
	mem_free(reason);
	json_free(doc);
	json_free(base);
	record_done(&record);
	return st;
}

/* Which of a few chosen records can go by their changed keys alone. */
static void look_for_patches(struct sync_run *run, enum kind kind)
{
	for (size_t i = 0; i < run->uuid_count && run->uuid_count <= ENGINE_UPDATE_MOST && !run->options.no_updates; i++) {
		struct outbox_row row;
		char *patch;

		if (run->fresh[i] || store_outbox_get(run->options.store, kind, run->uuids[i], &row, NULL) != ST_OK)
			continue;
		patch = sync_patch(run->options.model, kind, row.base, row.body);
		run->small[i] = patch != NULL;
		mem_free(patch);
		outbox_row_done(&row);
	}
}

enum status sync_select(struct sync_run *run, const struct engine_action *action, struct err *err)
{
	struct candidates c = { .run = run, .kind = action->kind, .most = action->max_items, .fresh_only = action->fresh_only };
	unsigned all = action->fresh_only ? (unsigned)RECORD_NEW | RECORD_DIRTY : (unsigned)RECORD_DIRTY;
	unsigned none = (unsigned)RECORD_REJECTED | RECORD_OUT_OF_REACH;
	enum status st = ST_OK;

	/* Several rounds: what is rejected here makes room for others. */
	while (st == ST_OK && run->uuid_count == 0) {
		c.count = 0;
		st = store_each(run->options.store, action->kind, all, none, collect, &c, err);
		if (st != ST_OK || c.count == 0)
			break;
		st = store_begin(run->options.store, err);
		for (size_t i = 0; i < c.count && st == ST_OK; i++) {
			size_t bytes;
			bool fresh;

			if (run->uuid_count > 0 && (size_t)run->done.total >= action->max_bytes)
				break;
			sync_set_add(&run->selected, action->kind, c.uuid[i]);
			st = prepare(run, action->kind, c.uuid[i], &bytes, &fresh, err);
			if (st == ST_OK && bytes > 0) {
				run->done.total += (int64_t)bytes;
				sync_run_add_uuid(run, c.uuid[i], fresh);
			}
		}
		if (st == ST_OK)
			st = store_commit(run->options.store, err);
		else
			store_rollback(run->options.store);
	}
	if (st == ST_OK)
		look_for_patches(run, action->kind);
	mem_free(c.uuid);
	return st;
}

enum status sync_prepare(struct sync_run *run, const struct engine_action *action, struct err *err)
{
	enum status st = store_begin(run->options.store, err);

	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < action->item_count && st == ST_OK; i++) {
		size_t bytes;
		bool fresh;

		st = prepare(run, action->kind, action->items[i].uuid, &bytes, &fresh, err);
		if (st == ST_OK && bytes > 0) {
			run->done.total += (int64_t)bytes;
			sync_run_add_uuid(run, action->items[i].uuid, fresh);
		}
	}
	if (st == ST_OK)
		return store_commit(run->options.store, err);
	store_rollback(run->options.store);
	return st;
}

/* From here on the server may have it: only what was marked as sent is ever asked about (sync.md "Unknown outcome"). */
static enum status mark_sent(struct sync_run *run, struct outbox_row *rows, size_t count, struct err *err)
{
	enum status st = store_begin(run->options.store, err);

	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < count && st == ST_OK; i++) {
		rows[i].sent_ms = sync_run_now(run) > 0 ? sync_run_now(run) : 1;
		st = store_outbox_put(run->options.store, &rows[i], err);
	}
	if (st == ST_OK)
		return store_commit(run->options.store, err);
	store_rollback(run->options.store);
	return st;
}

/* The outbox keeps what is meant; what the server hides goes up as the server showed it. NULL: as it is. New string. */
static char *masked_body(struct sync_run *run, const struct outbox_row *row)
{
	struct record record;
	struct json *doc = NULL, *shown = NULL;
	char *body = NULL;

	if (store_get(run->options.store, row->kind, row->uuid, &record, NULL) != ST_OK)
		return NULL;
	if (record.shown != NULL && json_parse_text(record.shown, &shown, NULL) == ST_OK && json_parse_text(row->body, &doc, NULL) == ST_OK) {
		merge_put_masks(model_of_kind(run->options.model, row->kind), doc, shown);
		body = json_print(doc, NULL);
	}
	json_free(doc);
	json_free(shown);
	record_done(&record);
	return body;
}

enum status sync_push_body(struct sync_run *run, const struct engine_action *action, struct sormas_request *out, struct err *err)
{
	struct outbox_row *rows = mem_calloc(action->item_count + 1, sizeof *rows);
	char **masked = mem_calloc(action->item_count + 1, sizeof *masked);
	const char **bodies = mem_calloc(action->item_count + 1, sizeof *bodies);
	enum status st = ST_OK;
	size_t n = 0;

	for (; n < action->item_count; n++) {
		st = store_outbox_get(run->options.store, action->kind, action->items[n].uuid, &rows[n], err);
		if (st != ST_OK)
			break;
		masked[n] = masked_body(run, &rows[n]);
		bodies[n] = masked[n] != NULL ? masked[n] : rows[n].body;
	}
	if (st == ST_OK)
		st = mark_sent(run, rows, n, err);
	if (st == ST_OK && action->update) {
		char *patch = n == 1 ? sync_patch(run->options.model, action->kind, rows[0].base, rows[0].body) : NULL;

		if (patch != NULL)
			sormas_request_update(rows[0].uuid, patch, out);
		else
			st = err_set(err, ST_FAILED, N_("Something failed."));     /* the body is what it was when it was chosen */
	} else if (st == ST_OK) {
		sormas_request_push(action->kind, bodies, n, out);
	}
	for (size_t i = 0; i < n; i++) {
		outbox_row_done(&rows[i]);
		mem_free(masked[i]);
	}
	mem_free(masked);
	mem_free(bodies);
	mem_free(rows);
	return st;
}

/* What of a case changes its person on the server (protocol.md D.5), in the push that was sent. */
static bool may_change_person(const struct sync_run *run, const struct outbox_row *sent)
{
	static const char *const keys[] = { "outcome", "outcomeDate", "disease", "caseClassification" };
	const struct model_type *type = model_of_kind(run->options.model, sent->kind);
	struct json *base = NULL, *body = NULL;
	bool changed = sent->base == NULL || json_parse_text(sent->base, &base, NULL) != ST_OK || json_parse_text(sent->body, &body, NULL) != ST_OK;

	for (size_t i = 0; i < sizeof keys / sizeof keys[0] && !changed; i++)
		changed = !model_values_equal(model_field(type, keys[i]), json_get(base, keys[i]), json_get(body, keys[i]));
	json_free(base);
	json_free(body);
	return changed;
}

/* The server may change the person with its case: it is read again with the results, in a later run if this one does not come so far. */
static enum status mark_person(struct sync_run *run, const struct record *record, const struct outbox_row *sent, struct err *err)
{
	struct json *doc = NULL;
	const char *person, *text;
	int64_t revision;
	unsigned flags;
	size_t len;
	enum status st = ST_OK;

	if (record->kind == KIND_PERSONS || json_parse_text(record->doc, &doc, NULL) != ST_OK)
		return ST_OK;
	person = json_get_string(json_get(doc, "person"), "uuid");
	if (person != NULL)
		sync_set_add(&run->accepted_persons, KIND_PERSONS, person);
	/* The answer to a partial update is the result of the case already: then nothing but this mark leads to the person. */
	if (person != NULL && record->kind == KIND_CASES && may_change_person(run, sent) &&
		store_peek(run->options.store, KIND_PERSONS, person, &revision, &flags, &text, &len, NULL) == ST_OK && (flags & RECORD_NEW) == 0)
		st = store_set_flags(run->options.store, KIND_PERSONS, person, RECORD_REREAD, 0, err);
	json_free(doc);
	return st;
}

/* Accepted: only what was sent (sync.md "Accept"). The outbox keeps it until it is read again. */
static enum status accept(struct sync_run *run, const struct record *record, const struct outbox_row *sent, struct err *err)
{
	struct store *store = run->options.store;
	bool edited = store_newest_journal(store, record->kind, record->uuid) != sent->journal_id;
	struct store_pulled put = { .kind = record->kind, .uuid = record->uuid, .revision = record->revision, .doc = record->doc, .doc_len = strlen(record->doc),
		.base = edited ? sent->body : NULL, .now_ms = sync_run_now(run),
		.flags = (record->flags & (unsigned)RECORD_ARCHIVED) | RECORD_REREAD | (edited ? (unsigned)RECORD_DIRTY : 0U) };
	enum status st = store_put_pulled(store, &put, err);

	if (st == ST_OK)
		st = store_mark_sent(store, record->kind, record->uuid, sent->journal_id, err);
	return st == ST_OK ? mark_person(run, record, sent, err) : st;
}

static enum status refuse(struct sync_run *run, const struct record *record, struct outbox_row *sent, const struct engine_item *item, struct err *err)
{
	struct store *store = run->options.store;
	struct json *doc = NULL;
	enum status st;

	if (item->collision && ++sent->tries < 2) {
		sent->sent_ms = 0;
		return store_outbox_put(store, sent, err);
	}
	/* Edited meanwhile: it is another record now and is sent again. */
	if (store_newest_journal(store, record->kind, record->uuid) == sent->journal_id) {
		(void)!json_parse_text(record->doc, &doc, NULL);
		st = reject_here(run, record, doc, item->status, item->reason != NULL ? item->reason : "", err);
		json_free(doc);
		if (st != ST_OK)
			return st;
		if (item->collision)
			run->done.rejected++;
	}
	st = store_outbox_delete(store, record->kind, record->uuid, err);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

enum status sync_verdicts(struct sync_run *run, const struct engine_action *action, struct err *err)
{
	struct store *store = run->options.store;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < action->item_count && st == ST_OK; i++) {
		const struct engine_item *item = &action->items[i];
		struct record record;
		struct outbox_row sent;

		if (item->status == 0 && !item->answered)
			continue;
		if (store_get(store, action->kind, item->uuid, &record, NULL) != ST_OK)
			continue;
		if (store_outbox_get(store, action->kind, item->uuid, &sent, NULL) == ST_OK) {
			if (item->answered) {
				sent.sent_ms = 0;
				st = store_outbox_put(store, &sent, err);
			} else if (item->status >= 200 && item->status < 300)
				st = accept(run, &record, &sent, err);
			else
				st = refuse(run, &record, &sent, item, err);
			outbox_row_done(&sent);
		}
		record_done(&record);
	}
	if (st == ST_OK)
		return store_commit(store, err);
	store_rollback(store);
	return st;
}
