/* Rows of answers into the store: each judged by what it was asked for, in slices (sync.md section 4 "Pull", "Results", "Removed"). */
#include <string.h>

#include "app/sync_run.h"

#define CLOCK_CHECK_ROWS 8

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

static void dry_tell(struct sync_run *run, enum kind kind, const char *uuid, const char *old_text, size_t old_len, const char *text, size_t len)
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
static enum status put_row(struct sync_run *run, enum kind kind, const struct sormas_row *from, int64_t revision, unsigned flags, struct err *err)
{
	struct store_pulled row = { .kind = kind, .uuid = from->uuid, .revision = revision, .doc = from->raw.at, .doc_len = from->raw.len, .scanned = true,
		.flags = flags };

	return put_pulled(run, &row, err);
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

static enum status add_conflicts(struct sync_run *run, enum kind kind, const char *uuid, int64_t change_date, const struct decide *decide, struct err *err)
{
	enum status st = ST_OK;
	char label[96];

	if (decide->conflict_count == 0)
		return ST_OK;
	sync_label(run, kind, uuid, decide->doc, label);
	for (size_t i = 0; i < decide->conflict_count && st == ST_OK; i++) {
		const struct merge_conflict *c = &decide->conflicts[i];
		const char *field = run->options.field_text == NULL ? c->path : run->options.field_text(run->options.ctx, kind, c->path);

		st = add_conflict(run, kind, uuid, label, change_date, c, err);
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

	dry_tell(run, kind, record->uuid, NULL, 0, NULL, 0);
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
static enum status put_merged(struct sync_run *run, enum kind kind, const struct record *record, int64_t change_date, const struct decide *decide,
	unsigned keep, struct err *err)
{
	size_t len;
	char *doc = json_print(decide->doc, &len), *base = decide->base != NULL ? json_print(decide->base, NULL) : NULL;
	unsigned flags = (record->flags & keep) | (base != NULL ? (unsigned)RECORD_DIRTY | (record->flags & (unsigned)RECORD_REJECTED) : 0U);
	struct store_pulled row = { .kind = kind, .uuid = record->uuid, .revision = record->revision, .doc = doc, .doc_len = len, .base = base,
		.shown = decide->shown, .flags = flags };
	enum status st;

	dry_tell(run, kind, record->uuid, record->doc, strlen(record->doc), doc, len);
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

bool sync_is_awaiting(struct sync_run *run, enum kind kind, const char *uuid, unsigned flags)
{
	struct outbox_row row;

	if ((flags & (RECORD_DIRTY | RECORD_REREAD)) == 0)
		return false;
	if (store_outbox_get(run->options.store, kind, uuid, &row, NULL) != ST_OK)
		return false;
	outbox_row_done(&row);
	return row.sent_ms != 0;
}

/* ---- rows of pages ---- */

static bool is_own_user(const struct sync_run *run, const struct json *user)
{
	const char *name = json_get_string(user, "userName");

	return name != NULL && run->options.user != NULL && strcasecmp(name, run->options.user) == 0;
}

/* The own user: did something change that decides what it sees? */
static void look_at_user(struct sync_run *run, const char *old_text, size_t old_len, const struct sormas_row *row)
{
	static const char *const keys[] = { "userRoles", "region", "district", "community", "healthFacility", "laboratory", "pointOfEntry", "jurisdictionLevel",
		"limitedDiseases", "active" };
	struct json *before = NULL, *after = NULL;

	if (old_text != NULL && json_parse(row->raw.at, row->raw.len, &after, NULL) == ST_OK && is_own_user(run, after) &&
		json_parse(old_text, old_len, &before, NULL) == ST_OK)
		for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
			const struct json *a = json_get(before, keys[i]), *b = json_get(after, keys[i]);
			const char *ua = json_get_string(a, "uuid"), *ub = json_get_string(b, "uuid");

			if (ua != NULL && ub != NULL ? strcmp(ua, ub) != 0 : !json_equal(a, b))
				run->done.own_user_changed = true;
		}
	json_free(before);
	json_free(after);
}

static enum status apply_dirty(struct sync_run *run, enum kind kind, const struct sormas_row *row, bool whole, struct err *err)
{
	struct record record;
	struct decide decide;
	struct decide_local local = { .here = true };
	enum status st = store_get(run->options.store, kind, row->uuid, &record, err);

	if (st != ST_OK)
		return st;
	local.dirty = (record.flags & RECORD_DIRTY) != 0;
	local.fresh = (record.flags & RECORD_NEW) != 0;
	local.awaiting = sync_is_awaiting(run, kind, row->uuid, record.flags);
	local.doc = record.doc;
	local.doc_len = strlen(record.doc);
	local.base = record.base;
	st = decide_pulled(run->options.model, kind, &local, row, whole, &decide, err);
	if (st == ST_OK && decide.what == DECIDE_STORE) {
		st = put_merged(run, kind, &record, row->change_date, &decide, RECORD_ARCHIVED, err);
		run->done.pulled++;
		run->done.merged++;
	} else if (st == ST_OK && decide.what == DECIDE_TEXT) {
		st = put_row(run, kind, row, record.revision, 0, err);
		run->done.pulled++;
	} else if (st == ST_OK && decide.what == DECIDE_REMOVE) {
		st = sync_remove(run, kind, &record, row->raw.at, row->raw.len, err);
		run->done.pulled++;
	}
	if (st == ST_OK)
		decide_done(&decide);
	record_done(&record);
	return st;
}

/* Every record comes by itself: the first pull, a repull, new rights. */
static bool pulls_everything(const struct sync_run *run)
{
	return run->apply.item_count == 0 && run->apply.from == 0;
}

/* A case that is new here shows its person anew. If that person is here already, it may have changed while nothing showed it, and no page will bring
 * that (protocol.md D.4): it is read again, in a later run if this one does not come so far, unless this run has just read it. */
static enum status note_late_person(struct sync_run *run, const struct sormas_row *row, struct err *err)
{
	struct json *doc = NULL;
	const char *person, *text;
	int64_t revision;
	unsigned flags = RECORD_NEW;
	size_t len;
	enum status st = ST_OK;

	if (json_parse(row->raw.at, row->raw.len, &doc, NULL) != ST_OK)
		return ST_OK;
	person = json_get_string(json_get(doc, "person"), "uuid");
	if (person != NULL && !sync_set_has(&run->seen_persons, KIND_PERSONS, person) && !sync_set_has(&run->asked, KIND_PERSONS, person) &&
		store_peek(run->options.store, KIND_PERSONS, person, &revision, &flags, &text, &len, NULL) == ST_OK && (flags & RECORD_NEW) == 0) {
		sync_append_uuid(&run->late, &run->late_count, &run->late_cap, person);
		st = store_set_flags(run->options.store, KIND_PERSONS, person, RECORD_REREAD, 0, err);
	}
	json_free(doc);
	return st;
}

/* A clean record costs no tree, text in, text out; but for a case that is new here later on (note_late_person). */
static enum status apply_row(struct sync_run *run, enum kind kind, const struct sormas_row *row, bool whole, struct err *err)
{
	struct decide_local local = { 0 };
	struct decide decide;
	const char *doc = NULL;
	size_t len = 0;
	unsigned flags = 0;
	int64_t revision = 0;
	enum status st = store_peek(run->options.store, kind, row->uuid, &revision, &flags, &doc, &len, err);

	if (st != ST_OK && st != ST_NOT_FOUND)
		return st;
	if (kind == KIND_PERSONS && !pulls_everything(run))
		sync_set_add(&run->seen_persons, kind, row->uuid);
	local.here = st == ST_OK;
	if (kind == KIND_CASES && !local.here && !pulls_everything(run) && !row->deleted && (st = note_late_person(run, row, err)) != ST_OK)
		return st;
	if (local.here && (flags & (RECORD_DIRTY | RECORD_REREAD | RECORD_NEW)) != 0)
		return apply_dirty(run, kind, row, whole, err);
	local.doc = doc;
	local.doc_len = len;
	st = decide_pulled(run->options.model, kind, &local, row, whole, &decide, err);
	if (st != ST_OK || decide.what == DECIDE_SKIP)
		return st;
	run->done.pulled++;
	if (decide.what == DECIDE_REMOVE) {
		struct record record;

		st = store_get(run->options.store, kind, row->uuid, &record, err);
		if (st != ST_OK)
			return st;
		st = sync_remove(run, kind, &record, row->raw.at, row->raw.len, err);
		record_done(&record);
		return st;
	}
	if (kind == KIND_USERS)
		look_at_user(run, local.here ? doc : NULL, len, row);
	if (kind == KIND_USER_ROLES && local.here)
		run->done.role_changed = true;
	if (!local.here && run->apply.from > 0 && row->creation_date > 0 && row->creation_date < run->apply.from)
		run->done.old_record_new_here = true;
	dry_tell(run, kind, row->uuid, local.here ? doc : NULL, len, row->raw.at, row->raw.len);
	return put_row(run, kind, row, revision, flags & RECORD_ARCHIVED, err);
}

/* ---- answers of queries, record by record ---- */

static const struct sormas_row *row_of(const struct sormas_page *page, const char *uuid)
{
	for (size_t i = 0; i < page->count; i++)
		if (strcmp(page->rows[i].uuid, uuid) == 0)
			return &page->rows[i];
	return NULL;
}

static enum status drop_outbox(struct sync_run *run, enum kind kind, const char *uuid, struct err *err)
{
	enum status st = store_outbox_delete(run->options.store, kind, uuid, err);

	return st == ST_NOT_FOUND ? ST_OK : st;
}

/* A collision that was tried is remembered until its second run (sync.md "Push"). */
static enum status requeue(struct sync_run *run, const struct outbox_row *row, struct err *err)
{
	struct outbox_row queued = *row;

	if (row->tries == 0)
		return drop_outbox(run, row->kind, row->uuid, err);
	queued.sent_ms = 0;
	return store_outbox_put(run->options.store, &queued, err);
}

static enum status apply_outcome(struct sync_run *run, enum kind kind, const struct record *record, const struct outbox_row *sent, const struct sormas_row *row,
	struct err *err)
{
	struct decide decide = { .what = DECIDE_SKIP };
	bool accepted = (record->flags & RECORD_REREAD) != 0;
	/* No row: the server does not have it. */
	int64_t change_date = row != NULL ? row->change_date : 0;
	const char *theirs = row != NULL ? row->raw.at : NULL;
	size_t theirs_len = row != NULL ? row->raw.len : 0;
	enum status st;

	if (accepted && row == NULL)
		return sync_remove(run, kind, record, NULL, 0, err);
	if (accepted)
		st = decide_result(run->options.model, kind, sent->body, sent->base, record->doc, row, &decide, err);
	else
		st = decide_unknown(run->options.model, kind, sent->body, sent->base, record->doc, row, &decide, err);
	if (st != ST_OK)
		return st;
	/* A new person that nothing here shows any more (its case is gone): it can never be read, so it is out of reach. */
	if (decide.masked && !store_is_referred(run->options.store, kind, record->uuid)) {
		decide_done(&decide);
		return sync_remove(run, kind, record, theirs, theirs_len, err);
	}
	run->done.not_stored += (int64_t)decide.not_stored;
	switch (decide.what) {
	case DECIDE_STORE:
	case DECIDE_PUSH_AGAIN:
		st = put_merged(run, kind, record, change_date, &decide, RECORD_ARCHIVED | (decide.masked ? (unsigned)RECORD_REREAD : 0U), err);
		if (decide.masked && (record->flags & RECORD_REREAD) == 0 && st == ST_OK)
			st = store_set_flags(run->options.store, kind, record->uuid, RECORD_REREAD, 0, err);
		if (st == ST_OK && !decide.masked)
			st = drop_outbox(run, kind, record->uuid, err);
		if (!accepted && st == ST_OK) {
			st = store_mark_sent(run->options.store, kind, record->uuid, sent->journal_id, err);
			run->done.accepted++;
		}
		run->done.merged += decide.merged;
		if (decide.what == DECIDE_PUSH_AGAIN)
			sync_run_add_uuid(run, record->uuid, false);
		break;
	case DECIDE_SEND_AGAIN:
		if (decide.doc != NULL)
			st = put_merged(run, kind, record, change_date, &decide, RECORD_ARCHIVED, err);
		if (st == ST_OK)
			st = requeue(run, sent, err);
		sync_run_add_uuid(run, record->uuid, (record->flags & RECORD_NEW) != 0);
		break;
	case DECIDE_REMOVE:
		st = sync_remove(run, kind, record, theirs, theirs_len, err);
		break;
	case DECIDE_SKIP:
	case DECIDE_TEXT:
		break;
	}
	decide_done(&decide);
	return st;
}

static enum status apply_outdated(struct sync_run *run, enum kind kind, const struct record *record, const struct sormas_row *row, bool only_if_moved, struct err *err)
{
	struct decide_local local = { .here = true, .dirty = true, .doc = record->doc, .doc_len = strlen(record->doc), .base = record->base };
	struct decide decide;
	enum status st;

	if (row == NULL)
		return ST_OK;
	st = decide_outdated(run->options.model, kind, &local, row, only_if_moved, &decide, err);
	if (st != ST_OK)
		return st;
	if (decide.what == DECIDE_REMOVE) {
		st = sync_remove(run, kind, record, row->raw.at, row->raw.len, err);
	} else if (decide.what == DECIDE_STORE || decide.what == DECIDE_PUSH_AGAIN) {
		struct outbox_row sent;

		st = put_merged(run, kind, record, row->change_date, &decide, RECORD_ARCHIVED, err);
		run->done.merged++;
		if (st == ST_OK && store_outbox_get(run->options.store, kind, record->uuid, &sent, NULL) == ST_OK) {
			st = requeue(run, &sent, err);
			outbox_row_done(&sent);
		}
		if (decide.what == DECIDE_PUSH_AGAIN)
			sync_run_add_uuid(run, record->uuid, false);
	}
	decide_done(&decide);
	return st;
}

static enum status apply_candidate(struct sync_run *run, enum kind kind, const struct record *record, const struct sormas_row *row, struct err *err)
{
	struct decide_local local = { .here = true, .dirty = (record->flags & RECORD_DIRTY) != 0, .fresh = (record->flags & RECORD_NEW) != 0,
		.awaiting = (record->flags & RECORD_REREAD) != 0 || sync_is_awaiting(run, kind, record->uuid, record->flags) };
	struct decide decide;
	bool archived;
	enum status st = decide_removed(&local, store_is_referred(run->options.store, kind, record->uuid), row, &archived, &decide, err);

	if (st != ST_OK)
		return st;
	if (archived)
		return store_set_flags(run->options.store, kind, record->uuid, RECORD_ARCHIVED, 0, err);
	if (decide.what == DECIDE_REMOVE)
		return sync_remove(run, kind, record, row != NULL ? row->raw.at : NULL, row != NULL ? row->raw.len : 0, err);
	return ST_OK;
}

/* What is read again without having been sent waits for nothing else. */
static enum status read_again(struct sync_run *run, enum kind kind, const char *uuid, const struct sormas_row *row, struct err *err)
{
	enum status st = store_set_flags(run->options.store, kind, uuid, 0, RECORD_REREAD, err);

	return st == ST_OK && row != NULL ? apply_row(run, kind, row, false, err) : st;
}

static enum status apply_item(struct sync_run *run, const struct engine_item *item, struct err *err)
{
	enum kind kind = run->apply.kind;
	const struct sormas_row *row = row_of(run->apply.page, item->uuid);
	struct record record;
	struct outbox_row sent;
	enum status st = store_get(run->options.store, kind, item->uuid, &record, NULL);

	if (st == ST_NOT_FOUND) {
		if (item->how == ENGINE_HOW_QUERIED && row != NULL)
			return apply_row(run, kind, row, false, err);
		return drop_outbox(run, kind, item->uuid, err);
	}
	if (st != ST_OK)
		return err_set(err, st, N_("A record could not be read from the store."));
	switch (item->how) {
	case ENGINE_HOW_RESULT:
		if (store_outbox_get(run->options.store, kind, item->uuid, &sent, NULL) == ST_OK) {
			st = apply_outcome(run, kind, &record, &sent, row, err);
			outbox_row_done(&sent);
		} else {
			/* The person of an accepted case, which the case may have changed, or of one that came new. */
			st = read_again(run, kind, item->uuid, row, err);
		}
		break;
	case ENGINE_HOW_OUTDATED:
		st = apply_outdated(run, kind, &record, row, false, err);
		break;
	case ENGINE_HOW_FAILED:
		st = apply_outdated(run, kind, &record, row, true, err);
		break;
	case ENGINE_HOW_FORBIDDEN:
		if (row != NULL && (row->out_of_jurisdiction || row->deleted))
			st = sync_remove(run, kind, &record, row->raw.at, row->raw.len, err);
		break;
	case ENGINE_HOW_REMOVED:
		st = apply_candidate(run, kind, &record, row, err);
		break;
	case ENGINE_HOW_QUERIED:
		if (sync_is_awaiting(run, kind, item->uuid, record.flags))
			break; /* read with the results */
		st = read_again(run, kind, item->uuid, row, err);
		break;
	case ENGINE_HOW_PAGE:
	case ENGINE_HOW_INFRASTRUCTURE:
		break;
	}
	record_done(&record);
	return st;
}

static void set_position(struct store *store, enum kind kind, const struct engine_position *at, enum status *st, struct err *err)
{
	struct pull_position p = { .seen = at->seen, .from = at->from, .page_date = at->page_date, .t0 = at->t0, .last_full_ms = at->last_full_ms,
		.last_obsolete_ms = at->last_obsolete_ms, .single_start_mono_ms = at->single_start_mono_ms };

	memcpy(p.page_uuid, at->page_uuid, UUID_SIZE);
	*st = store_set_position(store, kind, &p, err);
}

enum status sync_apply_slice(struct sync_run *run, bool *more, struct err *err)
{
	struct store *store = run->options.store;
	const struct clock *clock = loop_clock(run->options.loop);
	const struct engine_action *a = &run->apply;
	size_t total = a->item_count > 0 ? a->item_count : a->page->count, start = run->row, at = run->row;
	int64_t begun = clock_mono(clock), took, most = run->options.unwatched ? SYNC_SLICE_UNWATCHED_MS : SYNC_SLICE_MS;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	while (st == ST_OK && at < total && at - start < run->slice) {
		if (a->item_count > 0)
			st = apply_item(run, &a->items[at], err);
		else
			st = apply_row(run, a->kind, &a->page->rows[at], run->options.mode == SYNC_REPULL, err);
		at++;
		if ((at - start) % CLOCK_CHECK_ROWS == 0 && clock_mono(clock) - begun >= most)
			break;
	}
	if (st == ST_OK && at >= total && a->has_position)
		set_position(store, a->kind, &a->position, &st, err);
	if (st == ST_OK)
		st = store_commit(store, err);
	if (st != ST_OK) {
		store_rollback(store);
		return st;
	}
	took = clock_mono(clock) - begun;
	if (took > most && run->slice > CLOCK_CHECK_ROWS)
		run->slice = run->slice * (size_t)most / (size_t)took + 1;
	else if (took < most / 2 && run->slice < SYNC_SLICE_MAX)
		run->slice *= 2;
	if (run->slice < CLOCK_CHECK_ROWS)
		run->slice = CLOCK_CHECK_ROWS;
	run->row = at;
	*more = at < total;
	return ST_OK;
}
