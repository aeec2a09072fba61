/* What is asked for by its uuid: lists, what records here refer to, and the rows of a page that the server fails at (sync.md section 4 "References",
 * "Results", "Any failure"; protocol.md D.3 "Poison values"). */
#include <string.h>

#include "sync/internal.h"

#define UNREADABLE_IN_A_ROW 16          /* so many, and it is the server that fails, not a row */

/* The list that is asked for now: e->query_most uuids from e->queue_at on. */
static void ask_list(struct engine *e)
{
	const char *uuids[ENGINE_QUERY_ITEMS];
	struct sormas_request request;
	size_t count;

	engine_clear_items(e);
	for (count = 0; count < e->query_most && e->queue_at + count < e->queue.count; count++) {
		uuids[count] = e->queue.uuid[e->queue_at + count];
		engine_add_item(e, uuids[count])->how = e->queue_how;
	}
	sormas_request_query(e->queue_kind, uuids, count, &request);
	engine_send(e, SLOT_MAIN, e->queue_kind, &request, false);
	engine_await_slot(e, SLOT_MAIN);
}

/* The server failed at the list. true: ask again, for a part of it or for what comes after it. */
static bool go_on_after_failure(struct engine *e, struct slot *slot)
{
	if (slot->class != SORMAS_SERVER_ERROR || e->unreadable_in_a_row >= UNREADABLE_IN_A_ROW)
		return false;
	if (e->item_count > 1) {
		e->query_most = (e->item_count + 1) / 2;
		return true;
	}
	e->unreadable_in_a_row++;
	e->unreadable++;
	e->unreadable_kind = e->queue_kind;
	memcpy(e->unreadable_uuid, e->items[0].uuid, UUID_SIZE);
	e->queue_at++;
	return true;
}

bool query_run(struct engine *e)
{
	int *co = &e->co_query;
	struct slot *slot = &e->slot[SLOT_MAIN];
	struct engine_action *action;
	struct err err = { 0 };

	CO_BEGIN(co)
	e->unreadable_in_a_row = 0;
	e->query_most = ENGINE_QUERY_ITEMS;
	e->queue_at = 0;
	while (e->queue_at < e->queue.count) {
		ask_list(e);
		CO_WAIT(co);
		if (slot->class != SORMAS_OK) {
			if (go_on_after_failure(e, slot)) {
				engine_free_slot(slot);
				continue;
			}
			engine_note_problem(e, slot, NULL);
			engine_free_slot(slot);
			e->queue_at += e->item_count;
			continue;
		}
		ready_page_done(&e->page);
		if (sormas_split(slot->body, slot->len, INT64_MAX, &e->page.page, &err) != ST_OK) {
			engine_note_error(e, &err, slot->request.path);
			engine_free_slot(slot);
			e->queue_at += e->item_count;
			continue;
		}
		e->page.body = slot->body;
		slot->body = NULL;
		engine_free_slot(slot);
		e->unreadable_in_a_row = 0;
		action = engine_act_done(e, ENGINE_APPLY);
		action->kind = e->queue_kind;
		action->how = e->queue_how;
		action->page = &e->page.page;
		action->items = e->items;
		action->item_count = e->item_count;
		CO_WAIT(co);
		engine_count_done(e, e->queue_kind);
		ready_page_done(&e->page);
		e->queue_at += e->item_count;
		if (e->query_most < ENGINE_QUERY_ITEMS)
			e->query_most = 2 * e->query_most < ENGINE_QUERY_ITEMS ? 2 * e->query_most : ENGINE_QUERY_ITEMS;
	}
	CO_END(co);
}

/* Persons that records here refer to and that are not here. */
bool pull_references(struct engine *e)
{
	int *co = &e->co_refs;
	struct engine_action *action;

	CO_BEGIN(co)
	for (;;) {
		action = engine_act_done(e, ENGINE_LIST);
		action->list = ENGINE_LIST_MISSING_PERSONS;
		action->kind = KIND_PERSONS;
		action->max_items = ENGINE_QUERY_ITEMS;
		CO_WAIT(co);
		if (e->list.count == 0)
			break;
		uuid_list_swap(&e->list, &e->queue);
		e->queue_kind = KIND_PERSONS;
		e->queue_how = ENGINE_HOW_QUERIED;
		CO_CALL(co, query_run(e));
	}
	CO_END(co);
}

/* In place of pages: what is not here, and once a day everything. The page position stays where it is: when the row is put right there, the pages bring
 * whatever was changed meanwhile. */
bool query_rest(struct engine *e)
{
	int *co = &e->co_rest;
	struct slot *slot = &e->slot[SLOT_MAIN];
	struct engine_position *at = &e->position[e->kind];
	struct engine_action *action;
	struct sormas_request request;
	int64_t age = e->start_now_ms - at->last_full_ms;
	bool read = e->server_uuids.count > 0;

	CO_BEGIN(co)
	e->unreadable_before = e->unreadable;
	sormas_request_uuids(e->kind, &request);
	engine_send(e, SLOT_MAIN, e->kind, &request, false);
	engine_await_slot(e, SLOT_MAIN);
	CO_WAIT(co);
	sormas_uuids_done(&e->server_uuids);
	read = slot->class == SORMAS_OK && sormas_split_uuids(slot->body, slot->len, &e->server_uuids, NULL) == ST_OK;
	engine_free_slot(slot);
	if (read) {
		action = engine_act_done(e, ENGINE_COMPARE);
		action->kind = e->kind;
		action->compare = ENGINE_COMPARE_UUIDS;
		action->server_uuids = &e->server_uuids;
		CO_WAIT(co);
		uuid_list_swap(&e->missing, &e->queue);
		if (e->start.mode != ENGINE_CHANGES || age >= ENGINE_DAY_MS || age < 0) {
			uuid_list_clear(&e->queue);
			for (size_t i = 0; i < e->server_uuids.count; i++)
				uuid_list_add(&e->queue, e->server_uuids.uuid[i], false);
			at->last_full_ms = e->start_now_ms;
		}
		e->queue_kind = e->kind;
		e->queue_how = ENGINE_HOW_QUERIED;
		CO_CALL(co, query_run(e));
	}
	if (!e->problem && e->unreadable > e->unreadable_before) {
		action = engine_act_done(e, ENGINE_SET_POSITION);
		action->kind = e->kind;
		action->position = *at;
		CO_WAIT(co);
	} else {
		/* The server failed; or the row is one that is here already, and not all were asked for. */
		if (read && e->start.mode == ENGINE_CHANGES)
			(void)err_wrap(&e->pull[e->kind].err, N_("What was changed could not be pulled; a complete synchronization asks for every record by itself"));
		engine_note_error(e, &e->pull[e->kind].err, NULL);
	}
	sormas_uuids_done(&e->server_uuids);
	CO_END(co);
}
