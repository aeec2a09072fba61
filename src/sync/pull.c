/* Pulls: pages fetched ahead, kinds side by side, applied in order (sync.md section 4 "Pull", "Where the next pull starts"). */
#include <string.h>

#include "sync/internal.h"

int pull_next_size(int size, size_t rows, int64_t total_ms)
{
	int64_t next;

	/* Too few rows say nothing about the speed. */
	if (rows < (size_t)ENGINE_PAGE_MIN || total_ms <= 0)
		return size;
	next = (int64_t)rows * ENGINE_PAGE_AIM_MS / total_ms;
	if (next > 4 * (int64_t)size)
		next = 4 * (int64_t)size;
	if (next > ENGINE_PAGE_MAX)
		next = ENGINE_PAGE_MAX;
	if (next < ENGINE_PAGE_MIN)
		next = ENGINE_PAGE_MIN;
	return (int)next;
}

static void ask_page(struct engine *e, enum kind kind)
{
	struct pull *pull = &e->pull[kind];
	struct sormas_request request;

	sormas_request_page(kind, pull->since, pull->size, pull->last, &request);
	if (pull->pages == 0)
		pull->started_mono = e->mono_ms;
	pull->state = PULL_ASKED;
	engine_send(e, SLOT_PULL + (int)kind, kind, &request, false);
}

void pull_start(struct engine *e, enum kind kind)
{
	struct pull *pull = &e->pull[kind];
	const struct engine_position *at = &e->position[kind];
	int64_t since_full = e->start_now_ms - at->last_full_ms;

	pull_done(pull);
	pull->used_from = at->from;
	pull->size = e->page_size;
	pull->since = at->from;
	if (at->page_uuid[0] != '\0' && at->t0 > 0) {
		/* An interrupted run goes on: same clock, same place. */
		pull->since = sormas_next_since(kind, at->page_date);
		pull->date = at->page_date;
		memcpy(pull->last, at->page_uuid, UUID_SIZE);
		memcpy(pull->uuid, at->page_uuid, UUID_SIZE);
		pull->t0 = at->t0;
		pull->pages = 1;
	} else if (at->from > 0 && (since_full >= ENGINE_DAY_MS || since_full < 0)) {
		pull->daily = true;
		pull->since = at->from - ENGINE_DAY_MS;
	} else if (at->from == 0) {
		pull->daily = true;
	}
	ask_page(e, kind);
}

void pull_done(struct pull *pull)
{
	for (int i = 0; i < pull->ready_count; i++)
		ready_page_done(&pull->ready[i]);
	*pull = (struct pull){ .state = PULL_IDLE };
}

void pull_restart(struct engine *e, enum kind kind)
{
	struct pull *pull = &e->pull[kind];
	struct slot *slot = &e->slot[SLOT_PULL + (int)kind];

	if (slot->state == SLOT_SENT || slot->state == SLOT_WAITING) {
		for (int i = 0; i < pull->ready_count; i++)
			ready_page_done(&pull->ready[i]);
		pull->ready_count = 0;
		pull->restart = true;
		return;
	}
	engine_free_slot(slot);
	pull_start(e, kind);
}

/* The row that the next page starts behind: the greatest date not after the limit; of equal dates the later row, in the server's own order. */
static bool page_end(const struct sormas_page *page, int64_t limit, int64_t *date, char uuid[UUID_SIZE])
{
	bool found = false;

	for (size_t i = 0; i < page->count; i++) {
		const struct sormas_row *row = &page->rows[i];

		if (row->change_date <= limit && (!found || row->change_date >= *date)) {
			*date = row->change_date;
			memcpy(uuid, row->uuid, UUID_SIZE);
			found = true;
		}
	}
	return found;
}

/* Is there a row not after `limit` behind the place where the pull is? Rows of the last minute before T0 are followed only if there is no other: one of them
 * may have been saved by a slow transaction while the page was read, and what lies between would be skipped for good. */
static bool moves_on(const struct pull *pull, const struct sormas_page *page, int64_t limit, int64_t *date, char uuid[UUID_SIZE])
{
	return page_end(page, limit, date, uuid) && (pull->uuid[0] == '\0' || *date > pull->date || (*date == pull->date && strcmp(uuid, pull->uuid) != 0));
}

static void keep_page(struct pull *pull, struct slot *slot, struct sormas_page *page)
{
	struct ready_page *ready = &pull->ready[pull->ready_count++];

	ready->body = slot->body;
	slot->body = NULL;
	ready->page = *page;
	ready->date = pull->date;
	memcpy(ready->uuid, pull->uuid, UUID_SIZE);
}

static void fail_pull(struct engine *e, enum kind kind)
{
	e->pull[kind].state = PULL_FAILED;
	engine_free_slot(&e->slot[SLOT_PULL + (int)kind]);
}

/* T0 is known: what the page says about going on. Takes page. */
static void use_page(struct engine *e, enum kind kind, struct sormas_page *page)
{
	struct pull *pull = &e->pull[kind];
	struct slot *slot = &e->slot[SLOT_PULL + (int)kind];
	bool full = page->count + page->left_out >= (size_t)pull->size, stuck, first = pull->pages == 0, beyond = false;
	int64_t greatest = INT64_MIN, date = 0;
	char uuid[UUID_SIZE] = "";

	for (size_t i = 0; i < page->count; i++) {
		if (page->rows[i].change_date > greatest)
			greatest = page->rows[i].change_date;
		if (page->rows[i].greatest > pull->seen)
			pull->seen = page->rows[i].greatest;
	}
	if (first && full && greatest <= pull->since && 2 * pull->size <= ENGINE_PAGE_DOUBLED_MAX) {
		/* Changes of embedded parts alone: page two would be the whole database. */
		sormas_page_done(page);
		pull->size *= 2;
		ask_page(e, kind);
		return;
	}
	beyond = moves_on(pull, page, pull->t0 - ENGINE_OVERLAP_MS, &date, uuid) || moves_on(pull, page, pull->t0, &date, uuid);
	if (beyond) {
		pull->date = date;
		memcpy(pull->uuid, uuid, UUID_SIZE);
	}
	pull->pages++;
	e->page_size = pull_next_size(pull->size < e->page_size ? pull->size : e->page_size, page->count, slot->total_ms);
	pull->size = e->page_size;
	stuck = full && !beyond && page->left_out > 0;
	engine_note_left_out(e, kind, page);
	keep_page(pull, slot, page);
	if (stuck) {
		/* Nothing that the next page could begin behind: what follows would be skipped for good. */
		engine_note_error(e, &e->unusable_err, slot->request.path);
		fail_pull(e, kind);
		return;
	}
	engine_free_slot(slot);
	if (!full || !beyond) {
		pull->state = PULL_ENDED;
		return;
	}
	pull->since = sormas_next_since(kind, pull->date);
	memcpy(pull->last, pull->uuid, UUID_SIZE);
	if (pull->ready_count < PULL_AHEAD)
		ask_page(e, kind);
	else
		pull->state = PULL_FULL;
}

static void look_at_page(struct engine *e, enum kind kind)
{
	struct pull *pull = &e->pull[kind];
	struct slot *slot = &e->slot[SLOT_PULL + (int)kind];
	struct sormas_page page;
	struct err err = { 0 };
	bool later = false;

	if (sormas_split_usable(slot->body, slot->len, pull->t0 > 0 ? pull->t0 : INT64_MAX, &page, &err) != ST_OK) {
		if (!slot->repeated) {
			slot->repeated = true;
			engine_resend(e, slot, 0);
			return;
		}
		engine_note_error(e, &err, slot->request.path);
		fail_pull(e, kind);
		return;
	}
	if (page.clock_ms > 0) {
		e->clock_ms = page.clock_ms;
		e->clock_mono = slot->answer_mono;
	}
	if (pull->t0 == 0 && page.count > 0) {
		if (e->clock_ms == 0) {
			pull->state = PULL_RAW;
			pull->needs_clock = true;
			sormas_page_done(&page);
			return;
		}
		pull->t0 = e->clock_ms - (e->clock_mono - pull->started_mono);
		for (size_t i = 0; i < page.count && !later; i++)
			later = page.rows[i].greatest > pull->t0;
		if (later) {
			/* Dates after T0 do not count as seen: once more, now that it is known. */
			sormas_page_done(&page);
			if (sormas_split_usable(slot->body, slot->len, pull->t0, &page, &err) != ST_OK) {
				fail_pull(e, kind);
				return;
			}
		}
	}
	pull->needs_clock = false;
	use_page(e, kind, &page);
}

void pull_answered(struct engine *e, enum kind kind)
{
	struct pull *pull = &e->pull[kind];
	struct slot *slot = &e->slot[SLOT_PULL + (int)kind];

	if (pull->restart) {
		engine_free_slot(slot);
		pull_start(e, kind);
		return;
	}
	if (slot->class == SORMAS_SERVER_ERROR) {
		/* One row that the server cannot read makes it fail at the whole page (protocol.md D.3): the rows are then asked for one by one. */
		engine_look_problem(slot, &pull->err);
		pull->state = PULL_BROKEN;
		engine_free_slot(slot);
		return;
	}
	if (slot->class != SORMAS_OK) {
		engine_note_problem(e, slot, NULL);
		fail_pull(e, kind);
		return;
	}
	look_at_page(e, kind);
	if (kind == KIND_PERSONS && e->clock_ms > 0)
		for (int k = 0; k < KIND_COUNT; k++)
			if (e->pull[k].state == PULL_RAW)
				look_at_page(e, (enum kind)k);
}

bool pull_is_ready(const struct engine *e, enum kind kind)
{
	const struct pull *pull = &e->pull[kind];

	return pull->ready_count > 0 || pull->state == PULL_ENDED || pull->state == PULL_FAILED || pull->state == PULL_BROKEN ||
		pull->state == PULL_IDLE ||
		(pull->state == PULL_RAW && pull->needs_clock);
}

/* The server's clock for a kind whose first page brought rows: a person just read, a Date header, the greatest date of the page. */
static bool find_clock(struct engine *e)
{
	int *co = &e->co_clock;
	struct engine_action *action;
	struct sormas_request request;
	struct pull *pull = &e->pull[e->kind];
	struct slot *slot = &e->slot[SLOT_PULL + (int)e->kind], *one = &e->slot[SLOT_MAIN];
	struct sormas_page page;
	const char *uuid;

	CO_BEGIN(co)
	action = engine_act_done(e, ENGINE_LIST);
	action->list = ENGINE_LIST_CLOCK_PERSON;
	action->kind = KIND_PERSONS;
	action->max_items = 1;
	CO_WAIT(co);
	if (e->clock_ms == 0 && e->list.count > 0) {
		uuid = e->list.uuid[0];
		sormas_request_query(KIND_PERSONS, &uuid, 1, &request);
		engine_send(e, SLOT_MAIN, KIND_PERSONS, &request, false);
		engine_await_slot(e, SLOT_MAIN);
		CO_WAIT(co);
		if (one->class == SORMAS_OK && sormas_split(one->body, one->len, INT64_MAX, &page, NULL) == ST_OK) {
			if (page.clock_ms > 0) {
				e->clock_ms = page.clock_ms;
				e->clock_mono = one->answer_mono;
			}
			sormas_page_done(&page);
		}
		engine_free_slot(one);
	}
	if (e->clock_ms == 0 && slot->date_ms > 0) {
		e->clock_ms = slot->date_ms;
		e->clock_mono = slot->answer_mono;
	}
	if (e->clock_ms == 0 && sormas_split_usable(slot->body, slot->len, INT64_MAX, &page, NULL) == ST_OK) {
		for (size_t i = 0; i < page.count; i++)
			if (page.rows[i].greatest > pull->t0)
				pull->t0 = page.rows[i].greatest;
		sormas_page_done(&page);
		if (pull->t0 == 0)
			pull->t0 = 1;           /* rows without any date */
	}
	CO_END(co);
}

/* Where the next pull of this kind starts. */
static void next_start(struct engine *e, enum kind kind)
{
	struct pull *pull = &e->pull[kind];
	struct engine_position *at = &e->position[kind];
	int64_t quiet = e->start_mono_ms - at->single_start_mono_ms, end;
	/* A row that is newer than all before is new, also if it was sent from here and is skipped. */
	bool new_rows = pull->changed > 0 || pull->seen > at->seen;

	at->page_uuid[0] = '\0';
	at->page_date = 0;
	at->t0 = 0;
	if (pull->daily)
		at->last_full_ms = e->start_now_ms;
	if (pull->seen > at->seen)
		at->seen = pull->seen;
	if (e->reset) {
		at->from = 0;
		return;
	}
	if (at->single_start_mono_ms == 0 || quiet < 0 || new_rows)
		at->single_start_mono_ms = e->start_mono_ms > 0 ? e->start_mono_ms : 1;
	if (pull->t0 == 0)
		return;                         /* nothing came */
	end = at->seen < pull->t0 ? at->seen : pull->t0;
	if (end <= 0)
		return;
	if (!new_rows && (at->from == end || (pull->pages == 1 && quiet >= ENGINE_OVERLAP_MS)))
		at->from = end;
	else
		at->from = end - ENGINE_OVERLAP_MS;
}

bool pull_run(struct engine *e)
{
	int *co = &e->co_pull;
	struct pull *pull = &e->pull[e->kind];
	struct engine_position *at = &e->position[e->kind];
	struct engine_action *action;

	CO_BEGIN(co)
	while (pull->state != PULL_IDLE) {
		e->progress.kind = (int)e->kind;
		e->progress.activity = ENGINE_PULLING;
		if (!pull_is_ready(e, e->kind)) {
			e->await = AWAIT_PULL;
			CO_WAIT(co);
		}
		if (pull->state == PULL_RAW && pull->needs_clock && pull->ready_count == 0) {
			CO_CALL(co, find_clock(e));
			look_at_page(e, e->kind);
			continue;
		}
		if (pull->ready_count == 0)
			break;
		ready_page_done(&e->page);
		e->page = pull->ready[0];
		pull->ready[0] = pull->ready[1];
		pull->ready[1] = (struct ready_page){ 0 };
		pull->ready_count--;
		if (pull->state == PULL_FULL)
			ask_page(e, e->kind);
		if (e->page.page.count == 0)
			continue;
		e->progress.activity = ENGINE_MERGING;
		at->page_date = e->page.date;
		memcpy(at->page_uuid, e->page.uuid, UUID_SIZE);
		at->t0 = pull->t0;
		action = engine_act_done(e, ENGINE_APPLY);
		action->kind = e->kind;
		action->how = ENGINE_HOW_PAGE;
		action->page = &e->page.page;
		action->has_position = true;
		action->position = *at;
		action->from = pull->used_from;
		CO_WAIT(co);
		engine_count_done(e, e->kind);
		pull->changed += e->done.changed;
		ready_page_done(&e->page);
	}
	if (pull->state == PULL_ENDED) {
		next_start(e, e->kind);
		action = engine_act_done(e, ENGINE_SET_POSITION);
		action->kind = e->kind;
		action->position = *at;
		CO_WAIT(co);
	}
	if (pull->state == PULL_BROKEN)
		CO_CALL(co, query_rest(e));
	pull_done(pull);
	if (e->kind > KIND_PERSONS && engine_may_pull(e, KIND_PERSONS))
		CO_CALL(co, pull_references(e));
	CO_END(co);
}
