/* Requests and their answers, each in its slot: sending, taking what came, repeating what got no usable answer (sync.md section 4). */
#include <string.h>

#include "sync/internal.h"

#define BACKOFF_FIRST_MS 1000
#define BACKOFF_MAX_MS 30000

void engine_free_slot(struct slot *slot)
{
	sormas_request_done(&slot->request);
	mem_free(slot->body);
	*slot = (struct slot){ .state = SLOT_FREE };
}

void engine_put_on_wire(struct engine *e, struct slot *slot)
{
	struct engine_action *action = engine_act(e, ENGINE_SEND);

	slot->id = action->id;
	slot->state = SLOT_SENT;
	slot->sent_mono = e->mono_ms;
	slot->timer = 0;
	action->kind = slot->kind;
	if (slot->push) {
		action->items = e->items;
		action->item_count = e->item_count;
		action->update = slot->update;
	} else {
		action->request = &slot->request;
	}
}

struct slot *engine_send(struct engine *e, int index, enum kind kind, struct sormas_request *request, bool text)
{
	struct slot *slot = &e->slot[index];

	engine_free_slot(slot);
	slot->request = *request;
	slot->kind = kind;
	slot->text = text;
	engine_put_on_wire(e, slot);
	return slot;
}

void engine_send_push(struct engine *e, enum kind kind, bool update)
{
	struct slot *slot = &e->slot[SLOT_MAIN];

	engine_free_slot(slot);
	slot->kind = kind;
	slot->push = true;
	slot->update = update;
	slot->request.path = mem_printf("/%s/%s", model_kind_name(kind), update ? "postUpdate" : "push");
	slot->request.method = "POST";
	engine_put_on_wire(e, slot);
	engine_await_slot(e, SLOT_MAIN);
}

void engine_await_slot(struct engine *e, int slot)
{
	e->await = AWAIT_SLOT;
	e->await_slot = slot;
}

void engine_resend(struct engine *e, struct slot *slot, int64_t delay_ms)
{
	struct engine_action *action;

	mem_free(slot->body);
	slot->body = NULL;
	slot->len = 0;
	if (delay_ms <= 0) {
		engine_put_on_wire(e, slot);
		return;
	}
	action = engine_act(e, ENGINE_TIMER);
	action->ms = delay_ms;
	slot->timer = action->id;
	slot->state = SLOT_WAITING;
	e->progress.retry_ms = delay_ms;
	e->progress.activity = ENGINE_WAITING;
}

static int64_t backoff(struct engine *e, int tries)
{
	int64_t ms = BACKOFF_FIRST_MS;

	for (int i = 1; i < tries && ms < BACKOFF_MAX_MS; i++)
		ms *= 2;
	if (ms > BACKOFF_MAX_MS)
		ms = BACKOFF_MAX_MS;
	return ms / 2 + (int64_t)rand_below(&e->rand, (uint64_t)ms);
}

/* A read that got no usable answer: at once a second time (the server closes idle connections without a word), then with growing pauses. */
static void try_again(struct engine *e, int index, const struct engine_event *ev)
{
	struct slot *slot = &e->slot[index];
	int most = e->answered ? ENGINE_TRIES : ENGINE_TRIES_FIRST;

	slot->tries++;
	if (slot->tries >= most) {
		/* the cause stays a message of its own, so that it can be translated */
		engine_fail(e, ENGINE_OFFLINE, ST_LATER, sormas_class_name(slot->class), NULL);
		if (ev->err != NULL && ev->err->depth > 0)
			e->progress.err = *ev->err;
		e->progress.err.status = ST_LATER;
		(void)err_wrap(&e->progress.err, N_("No connection; nothing is lost, try again later"));
		return;
	}
	if (index >= SLOT_PULL && slot->tries > 1) {
		struct pull *pull = &e->pull[index - SLOT_PULL];

		/* A page that does not get through is asked for in smaller pieces. */
		if (pull->size > ENGINE_PAGE_MIN) {
			pull->size = pull->size / 2 < ENGINE_PAGE_MIN ? ENGINE_PAGE_MIN : pull->size / 2;
			sormas_request_done(&slot->request);
			sormas_request_page(slot->kind, pull->since, pull->size, pull->last, &slot->request);
		}
	}
	engine_resend(e, slot, slot->tries == 1 ? 0 : backoff(e, slot->tries - 1));
}

/* Cut short: an answer that should be JSON and does not end as JSON does. */
static bool is_cut(const struct slot *slot)
{
	size_t len = slot->len;

	while (len > 0 && strchr(" \t\r\n", slot->body[len - 1]) != NULL)
		len--;
	return len == 0 || (slot->body[len - 1] != ']' && slot->body[len - 1] != '}');
}

void engine_take_answer(struct engine *e, int index, const struct engine_event *ev)
{
	struct slot *slot = &e->slot[index];
	bool later;

	slot->status = ev->status;
	if (ev->keep != NULL && *ev->keep != NULL) {
		/* a page has megabytes: no copy, and what it grew into is given back */
		slot->body = mem_realloc(*ev->keep, ev->len + 1, 1);
		*ev->keep = NULL;
	} else {
		slot->body = mem_strndup(ev->body != NULL ? ev->body : "", ev->len);
	}
	slot->len = ev->len;
	slot->date_ms = ev->date_ms;
	slot->total_ms = ev->total_ms;
	slot->answer_mono = ev->mono_ms;
	slot->class = sormas_classify(ev->status, slot->body, slot->len, slot->text);
	e->progress.retry_ms = 0;
	if (ev->status > 0 && slot->class != SORMAS_PORTAL && slot->class != SORMAS_UNAVAILABLE)
		e->answered = true;
	if (slot->class == SORMAS_LOGIN) {
		engine_fail(e, ENGINE_REFUSED, ST_REFUSED, N_("The server does not accept this user and password. Sign in again; nothing is lost."), NULL);
		return;
	}
	if (ev->status == 0 && (ev->net_status == ST_REFUSED || ev->net_status == ST_INVALID)) {
		e->fatal = true;
		e->progress.verdict = ENGINE_REFUSED;
		e->progress.err = ev->err != NULL ? *ev->err : (struct err){ 0 };
		return;
	}
	if (slot->push) {
		slot->state = SLOT_DONE;
		return;
	}
	if (ev->status == 0 && ev->net_status == ST_LIMIT) {
		slot->class = SORMAS_GARBAGE;
		slot->state = SLOT_DONE;
		return;
	}
	later = slot->class == SORMAS_NO_ANSWER || slot->class == SORMAS_UNAVAILABLE || slot->class == SORMAS_PORTAL;
	if (slot->class == SORMAS_OK && !slot->text && is_cut(slot)) {
		slot->class = SORMAS_NO_ANSWER;
		later = true;
	}
	if (slot->class == SORMAS_GARBAGE && !slot->repeated) {
		slot->repeated = true;
		engine_resend(e, slot, 0);
		return;
	}
	if (later) {
		try_again(e, index, ev);
		return;
	}
	slot->state = SLOT_DONE;
	if (slot->class == SORMAS_FORBIDDEN)
		e->rights_wanted = true;
}
