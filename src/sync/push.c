/* Pushes: chunks, what is outdated merged and sent again, unknown outcomes, results (sync.md section 4 "Push"). */
#include <string.h>

#include "sync/internal.h"

#define COLLISION_WAIT_MS 2000
#define COLLISION_WAIT_SPREAD_MS 3000

void push_clear_batch(struct engine *e)
{
	for (size_t i = 0; i < e->batch_count; i++)
		mem_free(e->batch[i].reason);
	e->batch_count = 0;
}

static void take_selection(struct engine *e)
{
	push_clear_batch(e);
	for (size_t i = 0; i < e->list.count; i++) {
		struct push_item *item;

		if (push_find_item(e, e->list.uuid[i]) != NULL)
			continue;
		mem_grow((void **)&e->batch, &e->batch_cap, e->batch_count + 1, sizeof *e->batch);
		item = &e->batch[e->batch_count++];
		*item = (struct push_item){ .fresh = e->list.fresh[i], .small = e->list.small[i] && e->list.count <= ENGINE_UPDATE_MOST, .state = ITEM_TODO, .max_chunk = ENGINE_PUSH_ITEMS };
		memcpy(item->uuid, e->list.uuid[i], UUID_SIZE);
	}
}

/* It goes in the request that is being made. */
static void take_item(struct engine *e, struct push_item *item)
{
	engine_add_item(e, item->uuid);
	item->state = ITEM_SENT;
	if (!item->counted) {
		item->counted = true;
		e->progress.kinds[e->kind].pushed++;
	}
}

/* The next records that can go in one request; false: none. */
static bool choose_chunk(struct engine *e)
{
	size_t most = ENGINE_PUSH_ITEMS;

	engine_clear_items(e);
	for (size_t i = 0; i < e->batch_count; i++) {
		struct push_item *item = &e->batch[i];

		if (item->state != ITEM_TODO)
			continue;
		if (item->max_chunk < most)
			most = item->max_chunk;
		if (e->item_count >= most)
			break;
		take_item(e, item);
	}
	return e->item_count > 0;
}

/* The next record that goes by its changed keys alone; false: none. */
static bool choose_update(struct engine *e)
{
	engine_clear_items(e);
	for (size_t i = 0; i < e->batch_count && e->updates && e->item_count == 0; i++) {
		struct push_item *item = &e->batch[i];

		if (item->state == ITEM_TODO && item->small && !item->fresh)
			take_item(e, item);
	}
	return e->item_count > 0;
}

static bool has_settled(const struct engine *e)
{
	for (size_t i = 0; i < e->item_count; i++)
		if (e->items[i].status != 0 || e->items[i].answered)
			return true;
	return false;
}

static bool choose_questions(struct engine *e)
{
	engine_clear_items(e);
	for (size_t i = 0; i < e->batch_count; i++)
		if (e->batch[i].state == ITEM_ASK)
			engine_add_item(e, e->batch[i].uuid)->how = e->batch[i].how;
	return e->item_count > 0;
}

/* After a collision; and where a push has failed to get an answer twice: the line or the server needs a moment. */
static bool wants_pause(const struct engine *e)
{
	for (size_t i = 0; i < e->batch_count; i++)
		if (e->batch[i].state == ITEM_ASK && (e->batch[i].collisions > 0 || e->batch[i].unknown > 1) && e->batch[i].how != ENGINE_HOW_FORBIDDEN)
			return true;
	return false;
}

static void settle_questions(struct engine *e)
{
	for (size_t i = 0; i < e->batch_count; i++)
		if (e->batch[i].state == ITEM_ASK)
			e->batch[i].state = ITEM_SETTLED;
}

static struct engine_action *act_on_items(struct engine *e, enum engine_action_type type)
{
	struct engine_action *action = engine_act_done(e, type);

	action->kind = e->kind;
	action->items = e->items;
	action->item_count = e->item_count;
	return action;
}

/* What the server says of the items is in e->page. */
static void apply_answer(struct engine *e)
{
	struct engine_action *action = act_on_items(e, ENGINE_APPLY);

	action->how = ENGINE_HOW_RESULT;
	action->page = &e->page.page;
	e->progress.activity = ENGINE_MERGING;
}

static bool settle_batch(struct engine *e)
{
	int *co = &e->co_batch;
	struct slot *slot = &e->slot[SLOT_MAIN];
	struct engine_action *action;
	struct sormas_request request;
	const char *uuids[ENGINE_PUSH_ITEMS];
	struct err err = { 0 };
	int64_t ms;

	CO_BEGIN(co)
	for (;;) {
		while (choose_update(e)) {
			e->progress.activity = ENGINE_PUSHING;
			engine_send_push(e, e->kind, true);
			CO_WAIT(co);
			if (!push_take_update_answer(e))
				ready_page_done(&e->page);
			if (has_settled(e)) {
				act_on_items(e, ENGINE_VERDICTS);
				CO_WAIT(co);
				engine_count_done(e, e->kind);
			}
			if (e->page.page.count > 0) {           /* the result is here already */
				e->items[0].how = ENGINE_HOW_RESULT;
				apply_answer(e);
				CO_WAIT(co);
				engine_count_done(e, e->kind);
				ready_page_done(&e->page);
			}
		}
		while (choose_chunk(e)) {
			e->progress.activity = ENGINE_PUSHING;
			engine_send_push(e, e->kind, false);
			CO_WAIT(co);
			ms = slot->total_ms;
			if (ms > 0 && slot->status > 0 && e->chunk_bytes > 0 && e->item_count == e->batch_count)
				e->push_rate = (int64_t)(e->chunk_bytes * 1000) / ms;
			push_take_answer(e);
			if (has_settled(e)) {
				act_on_items(e, ENGINE_VERDICTS);
				CO_WAIT(co);
				engine_count_done(e, e->kind);
			}
		}
		if (!choose_questions(e))
			break;
		if (wants_pause(e)) {
			action = engine_act(e, ENGINE_TIMER);
			action->ms = COLLISION_WAIT_MS + (int64_t)rand_below(&e->rand, COLLISION_WAIT_SPREAD_MS);
			e->await = AWAIT_TIMER;
			e->await_id = action->id;
			e->progress.activity = ENGINE_WAITING;
			e->progress.retry_ms = action->ms;
			CO_WAIT(co);
			choose_questions(e);
		}
		for (size_t i = 0; i < e->item_count; i++)
			uuids[i] = e->items[i].uuid;
		sormas_request_query(e->kind, uuids, e->item_count, &request);
		engine_send(e, SLOT_MAIN, e->kind, &request, false);
		engine_await_slot(e, SLOT_MAIN);
		e->progress.activity = ENGINE_REREADING;
		CO_WAIT(co);
		ready_page_done(&e->page);
		if (slot->class != SORMAS_OK || sormas_split(slot->body, slot->len, INT64_MAX, &e->page.page, &err) != ST_OK) {
			engine_note_problem(e, slot, NULL);
			engine_free_slot(slot);
			settle_questions(e);
			break;
		}
		e->page.body = slot->body;
		slot->body = NULL;
		engine_free_slot(slot);
		push_look_for_gone(e);
		apply_answer(e);
		CO_WAIT(co);
		engine_count_done(e, e->kind);
		ready_page_done(&e->page);
		push_sort_answers(e);
		uuid_list_swap(&e->list, &e->queue);
		if (e->item_count > 0) {
			act_on_items(e, ENGINE_VERDICTS);
			CO_WAIT(co);
			engine_count_done(e, e->kind);
		}
		if (e->queue.count == 0) {
			settle_questions(e);
			continue;
		}
		engine_clear_items(e);
		for (size_t i = 0; i < e->queue.count; i++)
			engine_add_item(e, e->queue.uuid[i]);
		act_on_items(e, ENGINE_PREPARE);
		CO_WAIT(co);
		engine_count_done(e, e->kind);
		for (size_t i = 0; i < e->list.count; i++) {
			struct push_item *item = push_find_item(e, e->list.uuid[i]);

			if (item != NULL && item->state == ITEM_ASK) {
				item->state = ITEM_TODO;
				item->fresh = e->list.fresh[i];
			}
		}
		settle_questions(e);
	}
	CO_END(co);
}

bool push_run(struct engine *e, bool fresh_only)
{
	int *co = &e->co_push;
	struct engine_action *action;
	int64_t bytes;

	CO_BEGIN(co)
	for (;;) {
		e->progress.kind = (int)e->kind;
		action = engine_act_done(e, ENGINE_SELECT);
		action->kind = e->kind;
		action->fresh_only = fresh_only;
		action->max_items = ENGINE_PUSH_ITEMS;
		bytes = e->push_rate * ENGINE_PUSH_AIM_MS / 1000;
		if (e->push_rate == 0)
			bytes = 8 * ENGINE_PUSH_BYTES_MIN;
		if (bytes < ENGINE_PUSH_BYTES_MIN)
			bytes = ENGINE_PUSH_BYTES_MIN;
		if (bytes > ENGINE_PUSH_BYTES_MAX)
			bytes = ENGINE_PUSH_BYTES_MAX;
		action->max_bytes = (size_t)bytes;
		CO_WAIT(co);
		engine_count_done(e, e->kind);
		e->chunk_bytes = e->done.total > 0 ? (size_t)e->done.total : 0;
		if (e->list.count == 0)
			break;
		take_selection(e);
		CO_CALL(co, settle_batch(e));
		push_clear_batch(e);
	}
	CO_END(co);
}

/* What an earlier run sent and never heard of again, before anything else of this kind. */
bool push_resolve(struct engine *e)
{
	int *co = &e->co_resolve;
	struct engine_action *action;

	CO_BEGIN(co)
	action = engine_act_done(e, ENGINE_LIST);
	action->list = ENGINE_LIST_UNRESOLVED;
	action->kind = e->kind;
	action->max_items = SIZE_MAX;
	CO_WAIT(co);
	if (e->list.count > 0) {
		e->progress.activity = ENGINE_REREADING;
		uuid_list_swap(&e->list, &e->queue);
		e->queue_kind = e->kind;
		e->queue_how = ENGINE_HOW_RESULT;
		CO_CALL(co, query_run(e));
	}
	CO_END(co);
}

bool push_results(struct engine *e)
{
	int *co = &e->co_results;
	struct engine_action *action;

	CO_BEGIN(co)
	for (;;) {
		action = engine_act_done(e, ENGINE_LIST);
		action->list = ENGINE_LIST_RESULTS;
		action->kind = e->kind;
		action->max_items = ENGINE_QUERY_ITEMS;
		CO_WAIT(co);
		if (e->list.count == 0)
			break;
		e->progress.kind = (int)e->kind;
		e->progress.activity = ENGINE_REREADING;
		uuid_list_swap(&e->list, &e->queue);
		e->queue_kind = e->kind;
		e->queue_how = ENGINE_HOW_RESULT;
		CO_CALL(co, query_run(e));
	}
	CO_END(co);
}
