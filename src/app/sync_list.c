/* What the engine asks the store: lists of uuids, comparisons, what is left (sync.md section 4). */
#include <stdlib.h>
#include <string.h>

#include "app/sync_list.h"

#define CLOCK_PERSONS 500       /* looked at for one with a birth date */

struct lister { struct sync_run *run; enum kind kind; size_t most, seen; };

static bool list_outbox(void *ctx, const struct outbox_row *row)
{
	struct lister *l = ctx;

	if (row->sent_ms != 0)
		sync_run_add_uuid(l->run, row->uuid, false);
	return l->run->uuid_count < l->most;
}

static bool list_results(void *ctx, const struct record *record)
{
	struct lister *l = ctx;

	if (sync_set_has(&l->run->reread, l->kind, record->uuid))
		return true;
	sync_set_add(&l->run->reread, l->kind, record->uuid);
	sync_run_add_uuid(l->run, record->uuid, false);
	return l->run->uuid_count < l->most;
}

static bool list_clock(void *ctx, const struct record *record)
{
	struct lister *l = ctx;
	struct sormas_row row;

	if ((record->flags & (RECORD_NEW | RECORD_REREAD)) == 0 && sormas_look(record->doc, strlen(record->doc), INT64_MAX, &row, NULL) == ST_OK && row.clock_ms > 0)
		sync_run_add_uuid(l->run, record->uuid, false);
	return l->run->uuid_count == 0 && ++l->seen < CLOCK_PERSONS;
}

static bool list_uuid(void *ctx, const char *uuid, int64_t change_date, unsigned flags)
{
	struct lister *l = ctx;

	(void)change_date;
	(void)flags;
	sync_run_add_uuid(l->run, uuid, false);
	return l->run->uuid_count < l->most;
}

/* Persons of accepted cases: the uuids are not in the set itself, only their marks; so the cases accepted in this run tell. */
static bool list_person_of_case(void *ctx, const struct record *record)
{
	struct lister *l = ctx;
	struct json *doc = NULL;

	if (json_parse_text(record->doc, &doc, NULL) == ST_OK) {
		const char *person = json_get_string(json_get(doc, "person"), "uuid");

		if (person != NULL && sync_set_has(&l->run->accepted_persons, KIND_PERSONS, person) && !sync_set_has(&l->run->reread, KIND_PERSONS, person)) {
			int64_t revision;
			unsigned flags;
			const char *text;
			size_t len;

			if (store_peek(l->run->options.store, KIND_PERSONS, person, &revision, &flags, &text, &len, NULL) == ST_OK && (flags & RECORD_NEW) == 0) {
				sync_set_add(&l->run->reread, KIND_PERSONS, person);
				sync_run_add_uuid(l->run, person, false);
			}
		}
		json_free(doc);
	}
	return l->run->uuid_count < l->most;
}

static enum status list_missing(struct sync_run *run, size_t most, struct err *err)
{
	char **uuids = NULL;
	size_t count = 0;
	enum status st = store_missing_persons(run->options.store, most + run->asked.count, &uuids, &count, err);

	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < count; i++) {
		if (run->uuid_count < most && sormas_uuid_is_good(uuids[i], strlen(uuids[i])) && !sync_set_has(&run->asked, KIND_PERSONS, uuids[i])) {
			sync_set_add(&run->asked, KIND_PERSONS, uuids[i]);
			sync_run_add_uuid(run, uuids[i], false);
		}
		mem_free(uuids[i]);
	}
	mem_free(uuids);
	while (run->late_count > 0 && run->uuid_count < most) {
		const char *uuid = run->late[--run->late_count];

		if (!sync_set_has(&run->asked, KIND_PERSONS, uuid)) {
			sync_set_add(&run->asked, KIND_PERSONS, uuid);
			sync_run_add_uuid(run, uuid, false);
		}
	}
	return ST_OK;
}

enum status sync_list_uuids(struct sync_run *run, const struct engine_action *action, struct err *err)
{
	struct store *store = run->options.store;
	struct lister l = { .run = run, .kind = action->kind, .most = action->max_items };
	enum status st = ST_OK;

	switch (action->list) {
	case ENGINE_LIST_UNRESOLVED:
		return store_each_outbox(store, l.kind, list_outbox, &l, err);
	case ENGINE_LIST_RESULTS:
		st = store_each(store, action->kind, RECORD_REREAD, 0, list_results, &l, err);
		/* Cases accepted in this run are not re-read yet: persons come before them. */
		for (int k = KIND_PERSONS + 1; st == ST_OK && action->kind == KIND_PERSONS && k < KIND_COUNT && run->uuid_count < l.most; k++)
			if (run->kinds[k].used && run->accepted_persons.count > 0)
				st = store_each(store, (enum kind)k, RECORD_REREAD, 0, list_person_of_case, &l, err);
		return st;
	case ENGINE_LIST_MISSING_PERSONS:
		return list_missing(run, action->max_items, err);
	case ENGINE_LIST_CLOCK_PERSON:
		return store_each(store, KIND_PERSONS, 0, RECORD_NEW, list_clock, &l, err);
	case ENGINE_LIST_REGIONS:
		return store_each_uuid(store, KIND_REGIONS, list_uuid, &l, err);
	}
	return st;
}

/* ---- /uuids and /obsolete ---- */

struct comparer { struct sync_run *run; const struct engine_action *action; struct sormas_uuids here; enum status st; struct err err; };

static bool compare_one(void *ctx, const char *uuid, int64_t change_date, unsigned flags)
{
	struct comparer *c = ctx;
	bool there = sormas_uuids_have(c->action->server_uuids, uuid);

	(void)change_date;
	c->run->done.total++;
	sync_append_uuid(&c->here.uuid, &c->here.count, &c->here.cap, uuid);
	/* It was brought back from the archive, or was only out of sight. */
	if (there && c->action->compare == ENGINE_COMPARE_UUIDS && (flags & RECORD_ARCHIVED) != 0)
		c->st = store_set_flags(c->run->options.store, c->action->kind, uuid, 0, RECORD_ARCHIVED, &c->err);
	if (c->st != ST_OK)
		return false;
	/* Never a record that the server has not accepted, or whose results are not read. */
	if ((flags & (RECORD_NEW | RECORD_REREAD)) != 0)
		return true;
	if (there == (c->action->compare == ENGINE_COMPARE_OBSOLETE))
		sync_run_add_uuid(c->run, uuid, false);
	return true;
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

enum status sync_compare(struct sync_run *run, const struct engine_action *action, struct err *err)
{
	struct comparer c = { .run = run, .action = action };
	enum status st = store_each_uuid(run->options.store, action->kind, compare_one, &c, err);
	size_t kept = 0;

	if (st == ST_OK && c.st != ST_OK) {
		st = c.st;
		if (err != NULL)
			*err = c.err;
	}
	/* A person that some record here refers to stays (sync.md "Removed or out of reach"). */
	if (st == ST_OK && action->kind == KIND_PERSONS) {
		for (size_t i = 0; i < run->uuid_count; i++)
			if (!store_is_referred(run->options.store, action->kind, run->uuids[i]))
				memmove(run->uuids[kept++], run->uuids[i], UUID_SIZE);
		run->uuid_count = kept;
	}
	if (st == ST_OK && action->compare == ENGINE_COMPARE_UUIDS) {
		if (c.here.count > 1)
			qsort(c.here.uuid, c.here.count, sizeof *c.here.uuid, compare_text);
		for (size_t i = 0; i < action->server_uuids->count; i++)
			if (!sormas_uuids_have(&c.here, action->server_uuids->uuid[i]))
				sync_run_add_missing(run, action->server_uuids->uuid[i]);
	}
	sormas_uuids_done(&c.here);
	return st;
}

/* ---- what is left ---- */

static bool count_dirty(void *ctx, const struct record *record)
{
	struct lister *l = ctx;

	if ((record->flags & RECORD_REJECTED) != 0)
		l->run->done.rejected_left++;
	/* Edited again after it was rejected: it is waiting, not rejected. */
	if ((record->flags & RECORD_REJECTED) == 0 || !sync_set_has(&l->run->rejected_now, l->kind, record->uuid))
		l->run->left[l->kind]++;
	return true;
}

/* A person that no record here shows cannot be read back by its own creator (protocol.md D.6): that is no reason to call a run incomplete. */
static bool count_unread(void *ctx, const struct record *record)
{
	struct lister *l = ctx;

	if (l->kind != KIND_PERSONS || store_is_referred(l->run->options.store, l->kind, record->uuid))
		l->run->left[l->kind]++;
	return true;
}

enum status sync_count_left(struct sync_run *run, struct err *err)
{
	bool edited[KIND_COUNT], unread[KIND_COUNT];
	enum status st = store_flagged(run->options.store, RECORD_DIRTY, edited, err);

	if (st == ST_OK)
		st = store_flagged(run->options.store, RECORD_REREAD, unread, err);
	for (int k = KIND_PERSONS; k < KIND_COUNT && st == ST_OK; k++) {
		struct lister l = { .run = run, .kind = (enum kind)k };

		run->left[k] = 0;
		if (model_kind_is_infrastructure(l.kind))
			continue;
		if (edited[k])
			st = store_each(run->options.store, l.kind, RECORD_DIRTY, 0, count_dirty, &l, err);
		if (st == ST_OK && unread[k])
			st = store_each(run->options.store, l.kind, RECORD_REREAD, RECORD_DIRTY, count_unread, &l, err);
	}
	run->done.left = run->left;
	return st;
}
