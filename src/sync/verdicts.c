/* What the server says of the records of a push, and what becomes of each (sync.md section 4 "Push"; protocol.md B.2). */
#include <string.h>

#include "sync/internal.h"

#define OUTDATED_MOST 2                 /* sync.md: push again at most twice a run */
#define UNKNOWN_MOST 3

struct push_item *push_find_item(struct engine *e, const char *uuid)
{
	for (size_t i = 0; i < e->batch_count; i++)
		if (strcmp(e->batch[i].uuid, uuid) == 0)
			return &e->batch[i];
	return NULL;
}

static void set_reason(struct push_item *item, int status, const char *reason)
{
	mem_free(item->reason);
	item->reason = mem_strdup(reason);
	item->status = status;
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

void push_take_answer(struct engine *e)
{
	struct slot *slot = &e->slot[SLOT_MAIN];

	sormas_push_done(&e->push);
	sormas_read_push(slot->status, slot->body, slot->len, e->item_count, &e->push);
	switch (e->push.kind) {
	case SORMAS_PUSH_ITEMS:
		for (size_t i = 0; i < e->item_count; i++) {
			struct push_item *item = push_find_item(e, e->items[i].uuid);

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
bool push_take_update_answer(struct engine *e)
{
	struct slot *slot = &e->slot[SLOT_MAIN];
	struct push_item *item = push_find_item(e, e->items[0].uuid);
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

/* Which of those that were asked for the server does not have. */
void push_look_for_gone(struct engine *e)
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
void push_sort_answers(struct engine *e)
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
