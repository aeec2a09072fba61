/* Pushes: chunks, a verdict for each record, what is outdated merged and sent again, unknown outcomes, results (sync.md section 4 "Push"). */
#include <string.h>

#include "sync/internal.h"

#define COLLISION_WAIT_MS 2000
#define COLLISION_WAIT_SPREAD_MS 3000
#define OUTDATED_MOST 2                 /* sync.md: push again at most twice a run */
#define UNKNOWN_MOST 3

void push_clear_batch(struct engine *e)
{
	for (size_t i = 0; i < e->batch_count; i++)
		mem_free(e->batch[i].reason);
	e->batch_count = 0;
}

static struct push_item *find_item(struct engine *e, const char *uuid)
{
	for (size_t i = 0; i < e->batch_count; i++)
		if (strcmp(e->batch[i].uuid, uuid) == 0)
			return &e->batch[i];
	return NULL;
}

static void take_selection(struct engine *e)
{
	push_clear_batch(e);
	for (size_t i = 0; i < e->list.count; i++) {
		struct push_item *item;

		if (find_item(e, e->list.uuid[i]) != NULL)
			continue;
		mem_grow((void **)&e->batch, &e->batch_cap, e->batch_count + 1, sizeof *e->batch);
		item = &e->batch[e->batch_count++];
		*item = (struct push_item){ .fresh = e->list.fresh[i], .small = e->list.small[i] && e->list.count <= ENGINE_UPDATE_MOST, .state = ITEM_TODO, .max_chunk = ENGINE_PUSH_ITEMS };
		memcpy(item->uuid, e->list.uuid[i], UUID_SIZE);
	}
}

static void set_reason(struct push_item *item, int status, const char *reason)
{
	mem_free(item->reason);
	item->reason = mem_strdup(reason);
	item->status = status;
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

static void ask_for(struct push_item *item, enum engine_how how)
{
	item->state = ITEM_ASK;
	item->how = how;
}

/* One record's status (protocol.md B.2). */
static void judge(struct engine *e, struct push_item *item, const struct sormas_verdict *v, struct engine_item *out)
{
	if (v->status >= 200 && v->status < 300) {
		item->state = ITEM_SETTLED;
		out->status = v->status;
		e->progress.kinds[e->kind].accepted++;
		return;
	}
	set_reason(item, v->status, v->reason);
	if (v->status == 409) {
		e->progress.kinds[e->kind].outdated++;
		out->answered = !item->fresh;       /* a new one was stored by a push whose answer got lost */
		if (item->outdated++ < OUTDATED_MOST)
			ask_for(item, item->fresh ? ENGINE_HOW_RESULT : ENGINE_HOW_OUTDATED);
		else
			item->state = ITEM_SETTLED;     /* left: the next run tries again */
		return;
	}
	if (v->collision) {
		if (item->collisions++ == 0) {
			out->answered = !item->fresh;
			ask_for(item, item->fresh ? ENGINE_HOW_RESULT : ENGINE_HOW_OUTDATED);
			return;
		}
		/* Twice is no collision any more: so it answers an unknown reference, too, and says no more about it (protocol.md A.5). */
		set_reason(item, v->status, N_("the server failed at it; perhaps it does not know something that the record names (facility, person, user)"));
		item->state = ITEM_SETTLED;
		out->status = v->status;
		out->reason = item->reason;
		out->collision = true;
		return;
	}
	if (v->status == 500 && !item->fresh && item->failed++ == 0) {
		out->answered = true;
		ask_for(item, ENGINE_HOW_FAILED);
		return;
	}
	item->state = ITEM_SETTLED;
	out->status = v->status;
	out->reason = item->reason;
	e->progress.kinds[e->kind].rejected++;
	if (v->status == 403) {
		e->rights_wanted = true;
		if (!item->fresh)
			ask_for(item, ENGINE_HOW_FORBIDDEN);
	}
}

static void outcome_unknown(struct engine *e)
{
	for (size_t i = 0; i < e->batch_count; i++)
		if (e->batch[i].state == ITEM_SENT) {
			if (e->batch[i].unknown++ < UNKNOWN_MOST)
				ask_for(&e->batch[i], ENGINE_HOW_RESULT);
			else
				e->batch[i].state = ITEM_SETTLED;
		}
}

/* A whole list was refused, nothing of it is stored: in halves, until the bad record stands alone. */
static void list_refused(struct engine *e, int status)
{
	size_t half = (e->item_count + 1) / 2;

	for (size_t i = 0; e->item_count > 1 && i < e->item_count; i++)
		e->items[i].answered = true;
	for (size_t i = 0; i < e->batch_count; i++) {
		struct push_item *item = &e->batch[i];

		if (item->state != ITEM_SENT)
			continue;
		if (e->item_count > 1) {
			item->state = ITEM_TODO;
			item->max_chunk = half;
			continue;
		}
		set_reason(item, status, status == 413 ? N_("the record is too long for what stands between here and the server") : e->push.reason);
		item->state = ITEM_SETTLED;
		e->items[0].status = status;
		e->items[0].reason = item->reason;
		e->progress.kinds[e->kind].rejected++;
	}
}

static void take_push_answer(struct engine *e)
{
	struct slot *slot = &e->slot[SLOT_MAIN];

	sormas_push_done(&e->push);
	sormas_read_push(slot->status, slot->body, slot->len, e->item_count, &e->push);
	switch (e->push.kind) {
	case SORMAS_PUSH_ITEMS:
		for (size_t i = 0; i < e->item_count; i++) {
			struct push_item *item = find_item(e, e->items[i].uuid);

			if (item != NULL)
				judge(e, item, &e->push.verdicts[i], &e->items[i]);
		}
		break;
	case SORMAS_PUSH_REFUSED_LIST:
		list_refused(e, slot->status);
		break;
	case SORMAS_PUSH_UNKNOWN:
		if (slot->status > 0)
			engine_note_push(e, slot);
		outcome_unknown(e);
		break;
	case SORMAS_PUSH_LOGIN:
		outcome_unknown(e);
		break;
	}
	engine_free_slot(slot);
}

/* The answer of a partial update: the saved record, or one text (protocol.md B.1). Accepted, outdated and unknown are what they are of a push; at anything
 * else the whole record is pushed and that answer counts. true: e->page has the saved record. */
static bool take_update_answer(struct engine *e)
{
	struct slot *slot = &e->slot[SLOT_MAIN];
	struct push_item *item = find_item(e, e->items[0].uuid);
	struct sormas_row row;
	bool saved = false;

	if (item == NULL) {
		engine_free_slot(slot);
		return false;
	}
	item->small = false;
	if (slot->class == SORMAS_NO_ANSWER || slot->class == SORMAS_UNAVAILABLE || slot->class == SORMAS_PORTAL) {
		outcome_unknown(e);
	} else if (slot->status >= 200 && slot->status < 300) {
		saved = sormas_look(slot->body, slot->len, INT64_MAX, &row, NULL) == ST_OK && strcmp(row.uuid, item->uuid) == 0;
		if (saved) {
			judge(e, item, &(struct sormas_verdict){ .status = slot->status }, &e->items[0]);
			ready_page_done(&e->page);
			e->page.body = slot->body;
			slot->body = NULL;
			e->page.page.rows = mem_calloc(1, sizeof row);
			e->page.page.rows[0] = row;
			e->page.page.count = e->page.page.cap = 1;
		} else {
			outcome_unknown(e);
		}
	} else if (slot->status == 409) {
		char *reason = sormas_reason(slot->body, slot->len);

		judge(e, item, &(struct sormas_verdict){ .status = 409, .reason = reason }, &e->items[0]);
		mem_free(reason);
	} else {
		struct sormas_verdict verdict = { .status = slot->status, .reason = sormas_reason(slot->body, slot->len) };

		/* A collision, or the record is gone: a whole record would make it anew. */
		verdict.collision = slot->class == SORMAS_SERVER_ERROR && sormas_is_collision(verdict.reason);
		e->updates = e->updates && slot->class != SORMAS_NO_ENDPOINT;
		if (verdict.collision && item->collisions == 0) {
			judge(e, item, &verdict, &e->items[0]);
		} else {
			e->items[0].answered = true;
			item->state = ITEM_TODO;
		}
		mem_free(verdict.reason);
	}
	engine_free_slot(slot);
	return saved;
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

/* Which of those that were asked for the server does not have. */
static void look_for_gone(struct engine *e)
{
	for (size_t i = 0; i < e->batch_count; i++) {
		struct push_item *item = &e->batch[i];

		if (item->state != ITEM_ASK)
			continue;
		item->gone = true;
		for (size_t j = 0; j < e->page.page.count && item->gone; j++)
			item->gone = strcmp(e->page.page.rows[j].uuid, item->uuid) != 0;
	}
}

/* After the query: what is to be pushed again (e->list) and what stays as the server said. e->items := verdicts for the rest. */
static void sort_answers(struct engine *e)
{
	engine_clear_items(e);
	for (size_t i = 0; i < e->batch_count; i++) {
		struct push_item *item = &e->batch[i];
		bool again = false;

		if (item->state != ITEM_ASK)
			continue;
		for (size_t j = 0; j < e->list.count && !again; j++)
			again = strcmp(e->list.uuid[j], item->uuid) == 0;
		if (again)
			continue;
		item->state = ITEM_SETTLED;
		if (item->how == ENGINE_HOW_OUTDATED && item->gone)
			set_reason(item, item->status, N_("the server does not have this record any more"));
		if (item->how == ENGINE_HOW_FAILED || (item->how == ENGINE_HOW_OUTDATED && item->gone)) {
			struct engine_item *out = engine_add_item(e, item->uuid);

			out->status = item->status;
			out->reason = item->reason;
			e->progress.kinds[e->kind].rejected++;
		}
	}
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
			if (!take_update_answer(e))
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
			take_push_answer(e);
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
		look_for_gone(e);
		apply_answer(e);
		CO_WAIT(co);
		engine_count_done(e, e->kind);
		ready_page_done(&e->page);
		sort_answers(e);
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
			struct push_item *item = find_item(e, e->list.uuid[i]);

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
