#include "app/former.h"

#include <stdio.h>
#include <string.h>

#include "app/stored.h"

struct former_clear { struct session *session; struct err *err; enum status st; enum kind kind; char (*uuids)[UUID_SIZE]; size_t count,
	cap; };

static bool former_export(void *ctx, const struct record *record)
{
	struct former_clear *clear = ctx;
	struct conflict_row row = { .time_ms = session_now(clear->session), .kind = record->kind, .type = CONFLICT_RECORD_REMOVED,
		.server_change_date = record->change_date, .state = CONFLICT_OPEN, .path = mem_strdup("") };
	int64_t id;

	memcpy(row.uuid, record->uuid, sizeof(row.uuid));
	row.label = stored_label(record->kind, record->doc);
	row.base = record->base;
	row.mine = record->doc;
	clear->st = store_add_conflict(clear->session->store, &row, &id, clear->err);
	mem_free(row.label);
	mem_free(row.path);
	return clear->st == ST_OK;
}

static bool former_collect(void *ctx, const char *uuid, int64_t change_date, unsigned flags)
{
	struct former_clear *clear = ctx;

	(void)change_date;
	(void)flags;
	mem_grow((void **)&clear->uuids, &clear->cap, clear->count + 1, sizeof(*clear->uuids));
	snprintf(clear->uuids[clear->count++], UUID_SIZE, "%s", uuid);
	return true;
}

struct former_outbox { struct { enum kind kind; char uuid[UUID_SIZE]; } *rows; size_t count, cap; };

static bool former_collect_outbox(void *ctx, const struct outbox_row *row)
{
	struct former_outbox *list = ctx;

	mem_grow((void **)&list->rows, &list->cap, list->count + 1, sizeof(*list->rows));
	list->rows[list->count].kind = row->kind;
	memcpy(list->rows[list->count++].uuid, row->uuid, UUID_SIZE);
	return true;
}

enum status former_remove(struct session *session, struct err *err)
{
	struct former_clear clear = { .session = session, .err = err };
	struct former_outbox outbox = { NULL, 0, 0 };
	struct store *store = session->store;
	enum status st = store_begin(store, err);
	size_t i;
	int kind;

	if (st != ST_OK)
		return st;
	for (kind = 0; kind < KIND_COUNT && st == ST_OK; kind++) {
		clear.kind = (enum kind)kind;
		clear.st = ST_OK;
		clear.count = 0;
		st = store_each(store, clear.kind, RECORD_DIRTY, 0, former_export, &clear, err);
		if (st == ST_OK)
			st = clear.st;
		if (st == ST_OK)
			st = store_each_uuid(store, clear.kind, former_collect, &clear, err);
		for (i = 0; i < clear.count && st == ST_OK; i++)
			st = store_delete(store, clear.kind, clear.uuids[i], err);
	}
	if (st == ST_OK)
		st = store_each_outbox(store, KIND_COUNT, former_collect_outbox, &outbox, err);
	for (i = 0; i < outbox.count && st == ST_OK; i++)
		st = store_outbox_delete(store, outbox.rows[i].kind, outbox.rows[i].uuid, err);
	if (st == ST_OK)
		st = store_reset_positions(store, err);
	for (kind = 0; kind < KIND_COUNT && st == ST_OK; kind++) {
		struct pull_position zero = { 0 };

		st = store_set_position(store, (enum kind)kind, &zero, err);
	}
	if (st == ST_OK)
		st = store_set_setting(store, STATE_RIGHTS, NULL, err);
	if (st == ST_OK)
		st = store_set_setting(store, STATE_NEWEST, NULL, err);
	if (st == ST_OK)
		st = store_commit(store, err);
	else
		store_rollback(store);
	mem_free(clear.uuids);
	mem_free(outbox.rows);
	return st;
}

bool former_has_data(struct session *session)
{
	int64_t count;
	int kind;

	for (kind = 0; kind < KIND_COUNT; kind++)
		if (store_count_kind(session->store, (enum kind)kind, &count, NULL) == ST_OK && count > 0)
			return true;
	return false;
}
