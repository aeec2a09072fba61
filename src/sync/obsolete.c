/* What the server does not show any more: removed, out of reach or archived (sync.md section 4 "Removed or out of reach"). */
#include <string.h>

#include "sync/internal.h"

static bool is_due(const struct engine *e, enum kind kind)
{
	int64_t age = e->start_now_ms - e->position[kind].last_obsolete_ms;

	if (e->start.mode != ENGINE_CHANGES)
		return true;
	/* A pulled case was new here but older than the last pull: what hangs on it is in no page. */
	if (kind > KIND_CASES && e->old_record_new_here)
		return true;
	return age >= ENGINE_DAY_MS || age < 0;
}

/* A first pull has just brought everything: there is nothing to compare. */
static bool is_first_pull(const struct engine *e, enum kind kind)
{
	return e->start.mode == ENGINE_CHANGES && !e->start.kinds[kind].here;
}

static bool many(const struct engine *e)
{
	return e->queue.count > ENGINE_REMOVED_UNASKED && (int64_t)e->queue.count * 10 > e->here;
}

#define COMPARED_MOST 5000000           /* a candidate twice is harmless: only the question would count it twice */

static void add_candidates(struct engine *e)
{
	size_t before = e->queue.count;

	for (size_t i = 0; i < e->list.count; i++) {
		bool known = false;

		for (size_t j = 0; before * e->list.count < COMPARED_MOST && j < before && !known; j++)
			known = strcmp(e->queue.uuid[j], e->list.uuid[i]) == 0;
		if (!known)
			uuid_list_add(&e->queue, e->list.uuid[i], false);
	}
	e->here = e->done.total;
}

static bool read_uuids(struct engine *e)
{
	struct slot *slot = &e->slot[SLOT_MAIN];
	struct err err = { 0 };
	bool ok = false;

	sormas_uuids_done(&e->server_uuids);
	if (slot->class != SORMAS_OK)
		engine_note_problem(e, slot, NULL);
	else if (sormas_split_uuids(slot->body, slot->len, &e->server_uuids, &err) != ST_OK)
		engine_note_error(e, &err, slot->request.path);
	else
		ok = true;
	engine_free_slot(slot);
	return ok;
}

static void compare(struct engine *e, enum engine_compare how)
{
	struct engine_action *action = engine_act_done(e, ENGINE_COMPARE);

	action->kind = e->kind;
	action->compare = how;
	action->server_uuids = &e->server_uuids;
}

static void ask(struct engine *e)
{
	struct engine_action *action = engine_act(e, ENGINE_ASK);
	char count[24], here[24];

	action->kind = e->kind;
	message_set(&action->message, N_("The server does not show {1} of {2} records of the kind {3} any more. Remove them here? Edits that were not sent stay in the conflict log."),
		err_number(count, (int64_t)e->queue.count), err_number(here, e->here), model_kind_name(e->kind));
	e->await = AWAIT_REPLY;
	e->await_id = action->id;
}

bool obsolete_run(struct engine *e)
{
	int *co = &e->co_obsolete;
	struct sormas_request request;
	struct engine_action *action;

	CO_BEGIN(co)
	if (is_due(e, e->kind) && e->pull[e->kind].state == PULL_IDLE) {
		e->progress.kind = (int)e->kind;
		e->progress.activity = ENGINE_PULLING;
		uuid_list_clear(&e->queue);
		if (!is_first_pull(e, e->kind)) {
			sormas_request_uuids(e->kind, &request);
			engine_send(e, SLOT_MAIN, e->kind, &request, false);
			engine_await_slot(e, SLOT_MAIN);
			CO_WAIT(co);
			if (!read_uuids(e))
				goto over;
			compare(e, ENGINE_COMPARE_UUIDS);
			CO_WAIT(co);
			add_candidates(e);
			uuid_list_swap(&e->missing, &e->regions);
			if (sormas_kind_has_obsolete(e->kind) && e->start.kinds[e->kind].position.from > 0) {
				sormas_request_obsolete(e->kind, e->start.kinds[e->kind].position.from, &request);
				engine_send(e, SLOT_MAIN, e->kind, &request, false);
				engine_await_slot(e, SLOT_MAIN);
				CO_WAIT(co);
				if (!read_uuids(e))
					goto over;
				compare(e, ENGINE_COMPARE_OBSOLETE);
				CO_WAIT(co);
				add_candidates(e);
			}
			e->reply = true;
			if (many(e)) {
				ask(e);
				CO_WAIT(co);
			}
			if (e->reply && e->queue.count > 0) {
				e->queue_kind = e->kind;
				e->queue_how = ENGINE_HOW_REMOVED;
				CO_CALL(co, query_run(e));
			}
			if (e->regions.count > 0) {
				uuid_list_swap(&e->regions, &e->queue);
				e->queue_kind = e->kind;
				e->queue_how = ENGINE_HOW_QUERIED;
				CO_CALL(co, query_run(e));
				if (e->kind > KIND_PERSONS && engine_may_pull(e, KIND_PERSONS))
					CO_CALL(co, pull_references(e));
			}
		}
		e->position[e->kind].last_obsolete_ms = e->start_now_ms;
		action = engine_act_done(e, ENGINE_SET_POSITION);
		action->kind = e->kind;
		action->position = e->position[e->kind];
		CO_WAIT(co);
	}
over:
	sormas_uuids_done(&e->server_uuids);
	uuid_list_clear(&e->regions);
	CO_END(co);
}
