/* Rows of answers into the store: each judged by what it was asked for, in slices (sync.md section 4 "Pull", "Results", "Removed"). */
#include <string.h>

#include "app/sync_apply.h"
#include "app/sync_put.h"

#define CLOCK_CHECK_ROWS 8

/* ---- rows of pages ---- */

static bool is_own_user(const struct sync_run *run, const struct json *user)
{
	const char *name = json_get_string(user, "userName");

	return name != NULL && run->user != NULL && strcasecmp(name, run->user) == 0;
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

/* What the server sent of one record cannot be read or merged: the record and its edits stay as they are, it is told, and everything else goes on. Only
 * for what a decision says, before anything was written: the store's own failures end the run. */
static enum status leave(struct sync_run *run, const struct record *record, enum status st, struct err *err)
{
	char label[96], text[512];
	struct json *doc = NULL;

	if (st != ST_INVALID)
		return st;
	if (!sync_set_has(&run->unusable, record->kind, record->uuid)) {
		sync_set_add(&run->unusable, record->kind, record->uuid);
		(void)!json_parse_text(record->doc, &doc, NULL);
		sync_label(run, record->kind, record->uuid, doc, label);
		json_free(doc);
		err_text(err, text, sizeof text);
		sync_run_note(run, label, N_("What the server sent cannot be used; nothing was changed here. {1}"), text);
		if (run->done.unusable++ == 0) {
			run->unusable_err = *err;
			(void)err_wrap(&run->unusable_err, N_("the record {1}"), record->uuid);
		}
	}
	*err = (struct err){ 0 };
	return ST_OK;
}

static enum status apply_dirty(struct sync_run *run, enum kind kind, const struct sormas_row *row, bool whole, struct err *err)
{
	struct record record;
	struct decide decide;
	struct decide_local local = { .here = true };
	bool decided;
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
	decided = st == ST_OK;
	if (st == ST_OK && decide.what == DECIDE_STORE) {
		st = sync_put_merged(run, kind, &record, row->change_date, &decide, RECORD_ARCHIVED, err);
		run->done.pulled++;
		run->done.merged++;
	} else if (st == ST_OK && decide.what == DECIDE_TEXT) {
		st = sync_put_row(run, kind, row, record.revision, 0, err);
		run->done.pulled++;
	} else if (st == ST_OK && decide.what == DECIDE_REMOVE) {
		st = sync_remove(run, kind, &record, row->raw.at, row->raw.len, err);
		run->done.pulled++;
	}
	if (st == ST_OK)
		decide_done(&decide);
	else if (!decided) {
		decide_done(&decide);
		st = leave(run, &record, st, err);
	}
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

/* The rows of a first pull are new, one after another: they are stored without looking for them first. *done: it was. */
static enum status apply_unseen(struct sync_run *run, enum kind kind, const struct sormas_row *row, bool whole, bool *done, struct err *err)
{
	struct decide_local local = { 0 };
	struct decide decide;
	struct err why = { 0 };
	enum status st = decide_pulled(run->options.model, kind, &local, row, whole, &decide, err);

	*done = false;
	if (st != ST_OK || decide.what != DECIDE_TEXT)
		return st;
	st = sync_put_unseen(run, kind, row, &why);
	if (st == ST_STALE)
		return ST_OK;
	*done = true;
	if (st != ST_OK) {
		if (err != NULL)
			*err = why;
		return st;
	}
	sync_dry_tell(run, kind, row->uuid, NULL, 0, row->raw.at, row->raw.len);
	run->done.pulled++;
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
	bool done = false;
	enum status st = ST_OK;

	if (run->unseen && pulls_everything(run))
		st = apply_unseen(run, kind, row, whole, &done, err);
	if (st != ST_OK || done)
		return st;
	st = store_peek(run->options.store, kind, row->uuid, &revision, &flags, &doc, &len, err);
	if (st != ST_OK && st != ST_NOT_FOUND)
		return st;
	run->unseen = st == ST_NOT_FOUND;
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
	sync_dry_tell(run, kind, row->uuid, local.here ? doc : NULL, len, row->raw.at, row->raw.len);
	return sync_put_row(run, kind, row, revision, flags & RECORD_ARCHIVED, err);
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
	if (st != ST_OK) {
		decide_done(&decide);
		return leave(run, record, st, err);
	}
	/* A new person that nothing here shows any more (its case is gone): it can never be read, so it is out of reach. */
	if (decide.masked && !store_is_referred(run->options.store, kind, record->uuid)) {
		decide_done(&decide);
		return sync_remove(run, kind, record, theirs, theirs_len, err);
	}
	run->done.not_stored += (int64_t)decide.not_stored;
	switch (decide.what) {
	case DECIDE_STORE:
	case DECIDE_PUSH_AGAIN:
		st = sync_put_merged(run, kind, record, change_date, &decide, RECORD_ARCHIVED | (decide.masked ? (unsigned)RECORD_REREAD : 0U), err);
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
			st = sync_put_merged(run, kind, record, change_date, &decide, RECORD_ARCHIVED, err);
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
	if (st != ST_OK) {
		decide_done(&decide);
		return leave(run, record, st, err);
	}
	if (decide.what == DECIDE_REMOVE) {
		st = sync_remove(run, kind, record, row->raw.at, row->raw.len, err);
	} else if (decide.what == DECIDE_STORE || decide.what == DECIDE_PUSH_AGAIN) {
		struct outbox_row sent;

		st = sync_put_merged(run, kind, record, row->change_date, &decide, RECORD_ARCHIVED, err);
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
	bool queued;
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
		/* Without a push: the person of an accepted case, which the case may have changed, or of one that came new. */
		queued = store_outbox_get(run->options.store, kind, item->uuid, &sent, NULL) == ST_OK;
		if (queued && sent.sent_ms != 0)
			st = apply_outcome(run, kind, &record, &sent, row, err);
		else
			st = read_again(run, kind, item->uuid, row, err);
		if (queued)
			outbox_row_done(&sent);
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
		st = sync_put_position(run, a, err);
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
