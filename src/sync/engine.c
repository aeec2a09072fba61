/* The run: events in, actions out (sync.md section 4). The order of the phases, the verdict. */
#include <string.h>

#include "sync/internal.h"

struct engine *engine_new(void)
{
	struct engine *e = mem_calloc(1, sizeof *e);

	e->progress.kind = -1;
	e->next_id = 1;
	return e;
}

void engine_free(struct engine *e)
{
	if (e == NULL)
		return;
	for (int i = 0; i < SLOT_COUNT; i++)
		engine_free_slot(&e->slot[i]);
	for (int k = 0; k < KIND_COUNT; k++)
		pull_done(&e->pull[k]);
	ready_page_done(&e->page);
	push_clear_batch(e);
	mem_free(e->batch);
	mem_free(e->items);
	sormas_push_done(&e->push);
	sormas_uuids_done(&e->server_uuids);
	uuid_list_done(&e->list);
	uuid_list_done(&e->missing);
	uuid_list_done(&e->regions);
	uuid_list_done(&e->queue);
	mem_free(e->actions);
	mem_free(e);
}

const struct engine_progress *engine_progress(const struct engine *engine)
{
	return &engine->progress;
}

/* ---- the main sequence ---- */

static bool may_push(const struct engine *e, enum kind kind, bool fresh)
{
	return e->start.kinds[kind].used && !model_kind_is_infrastructure(kind) && (fresh ? e->create[kind] : e->edit[kind]);
}

static void open_flight(struct engine *e)
{
	e->flight = true;
	infra_start(e);
	for (int k = 0; k < KIND_COUNT; k++)
		if (engine_may_pull(e, (enum kind)k))
			pull_start(e, (enum kind)k);
}

static bool phase(struct engine *e, enum engine_phase next)
{
	for (int p = 0; p < (int)next; p++)
		e->progress.phase_done[p] = true;
	e->progress.phase = next;
	e->progress.kind = -1;
	e->progress.activity = ENGINE_IDLE;
	return true;
}

static bool compatible(struct engine *e)
{
	struct slot *slot = &e->slot[SLOT_INFO + SORMAS_COMPATIBILITY];
	char *text;
	bool ok = false;

	if (slot->class == SORMAS_FORBIDDEN) {
		engine_fail(e, ENGINE_REFUSED, ST_REFUSED, N_("This account may not use the server's interface. Ask your administrator."), NULL);
		return false;
	}
	/* SORMAS itself never answers 404 (protocol.md A.5): what stands in front of it does, while it starts. */
	if (slot->class == SORMAS_NO_ENDPOINT) {
		engine_fail(e, ENGINE_OFFLINE, ST_LATER, N_("No SORMAS server answers at this address now. Perhaps it is starting, or has moved; try again later, nothing is lost."), NULL);
		return false;
	}
	if (slot->class != SORMAS_OK) {
		engine_note_problem(e, slot, NULL);
		e->fatal = true;
		e->progress.verdict = ENGINE_FAILED;
		return false;
	}
	text = sormas_unquote(slot->body, slot->len);
	if (strcmp(text, "COMPATIBLE") == 0)
		ok = true;
	else if (strcmp(text, "TOO_OLD") == 0)
		engine_fail(e, ENGINE_REFUSED, ST_INVALID, N_("The server wants a newer Outpost than this one. Ask your administrator; your data stays here."), NULL);
	else if (strcmp(text, "TOO_NEW") == 0)
		engine_fail(e, ENGINE_REFUSED, ST_INVALID, N_("The server is too old for this Outpost. Ask your administrator; your data stays here."), NULL);
	else
		engine_fail(e, ENGINE_FAILED, ST_INVALID, N_("The server's version check cannot be read. Is this the address of a SORMAS server?"), NULL);
	mem_free(text);
	engine_free_slot(slot);
	return ok;
}

static bool next_data_kind(struct engine *e)
{
	while (e->kind < KIND_COUNT && (!e->start.kinds[e->kind].used || model_kind_is_infrastructure(e->kind)))
		e->kind++;
	return e->kind < KIND_COUNT;
}

static void drop_reset(struct engine *e)
{
	e->reset = false;
	for (int k = 0; k < KIND_COUNT; k++) {
		e->position[k].from = 0;
		e->position[k].page_uuid[0] = '\0';
	}
}

static bool run_main(struct engine *e)
{
	int *co = &e->co_main;
	struct sormas_request request;

	CO_BEGIN(co)
	phase(e, ENGINE_CONNECT);
	for (int i = 0; i < 4; i++)
		if (i == SORMAS_COMPATIBILITY || e->start.rights_due) {
			sormas_request_info((enum sormas_info)i, &request);
			engine_send(e, SLOT_INFO + i, KIND_COUNT, &request, i != SORMAS_RIGHTS);
		}
	if (!e->start.push_first && e->start.rights_known)
		open_flight(e);
	engine_await_slot(e, SLOT_INFO + SORMAS_COMPATIBILITY);
	CO_WAIT(co);
	if (!compatible(e))
		return false;
	if (e->start.rights_due)
		CO_CALL(co, infra_info(e));
	if (e->reset) {
		drop_reset(e);
		engine_act_done(e, ENGINE_RESET_POSITIONS);
		CO_WAIT(co);
		for (int k = 0; e->flight && k < KIND_COUNT; k++)
			if (e->pull[k].state != PULL_IDLE)
				pull_restart(e, (enum kind)k);
	}

	phase(e, ENGINE_PUSH_NEW);
	for (e->kind = 0; next_data_kind(e); e->kind++)
		CO_CALL(co, push_resolve(e));
	for (e->kind = 0; next_data_kind(e); e->kind++)
		if (may_push(e, e->kind, true))
			CO_CALL(co, push_run(e, true));

	phase(e, ENGINE_INFRASTRUCTURE);
	if (!e->flight)
		open_flight(e);
	for (int k = 0; k < KIND_COUNT; k++)          /* kinds that the rights have just opened */
		if (engine_may_pull(e, (enum kind)k) && e->pull[k].state == PULL_IDLE)
			pull_start(e, (enum kind)k);
	CO_CALL(co, infra_run(e));
	if (e->reset) {
		drop_reset(e);
		engine_act_done(e, ENGINE_RESET_POSITIONS);
		CO_WAIT(co);
		for (int k = 0; k < KIND_COUNT; k++)
			if (e->pull[k].state != PULL_IDLE)
				pull_restart(e, (enum kind)k);
	}

	phase(e, ENGINE_PULL_PUSH);
	for (e->kind = 0; next_data_kind(e); e->kind++) {
		e->progress.kind = (int)e->kind;
		if (engine_may_pull(e, e->kind))
			CO_CALL(co, pull_run(e));
		if (may_push(e, e->kind, false))
			CO_CALL(co, push_run(e, false));
	}

	phase(e, ENGINE_OBSOLETE);
	/* Persons last: what referred to them may just have gone. */
	for (e->kind = KIND_PERSONS + 1; next_data_kind(e); e->kind++)
		if (engine_may_pull(e, e->kind))
			CO_CALL(co, obsolete_run(e));
	e->kind = KIND_PERSONS;
	if (e->start.kinds[e->kind].used && engine_may_pull(e, e->kind))
		CO_CALL(co, obsolete_run(e));

	phase(e, ENGINE_RESULTS);
	for (e->kind = 0; next_data_kind(e); e->kind++)
		CO_CALL(co, push_results(e));
	if (e->rights_wanted && !e->rights_asked)
		CO_CALL(co, infra_rights(e));
	if (e->reset) {
		drop_reset(e);
		engine_act_done(e, ENGINE_RESET_POSITIONS);
		CO_WAIT(co);
	}
	phase(e, ENGINE_SAVE);
	if (!e->reset)
		CO_CALL(co, infra_settle(e));
	CO_END(co);
}

/* Why a run is partial, and what comes next; a push that was answered without verdicts has said it already. */
static void explain(struct engine *e, int64_t left, int64_t rejected)
{
	struct err *err = &e->progress.err;
	char count[24];

	if (left > 0)
		*err = e->push_err;
	if (err->depth > 0)
		return;
	if (e->unreadable > 0) {
		(void)err_set(err, ST_FAILED,
			N_("Records of the kind {2} that the server itself cannot read: {1}, the last one {3}; the others came. Tell your administrator: they stop everybody's synchronization."),
			err_number(count, e->unreadable), model_kind_name(e->unreadable_kind), e->unreadable_uuid);
		return;
	}
	if (e->unusable > 0) {
		*err = e->unusable_err;
		(void)err_wrap(err, N_("The server sent records of the kind {2} that cannot be used here: {1}; the others came, and nothing was changed or lost. Tell your administrator"),
			err_number(count, e->unusable), model_kind_name(e->unusable_kind));
		return;
	}
	/* What was refused before is left, too, and no right would send it. */
	for (int k = 0; k < KIND_COUNT && left > e->done.rejected_left; k++)
		if (e->progress.kinds[k].left > 0 && !(e->edit[k] && e->create[k])) {
			(void)err_set(err, ST_REFUSED, N_("This account may not send records of the kind {1}; left here: {2}. Ask your administrator; nothing is lost."),
				model_kind_name((enum kind)k), err_number(count, e->progress.kinds[k].left));
			return;
		}
	if (e->done.rejected_left > 0)
		(void)err_set(err, ST_INVALID, N_("Refused, and sent again only after an edit: {1}."), err_number(count, e->done.rejected_left));
	else if (rejected > 0)
		(void)err_set(err, ST_INVALID, N_("What was refused is in the conflict log."));
	else if (e->progress.not_stored > 0)
		(void)err_set(err, ST_INVALID, N_("Values that the server did not keep: {1}; they are in the conflict log."), err_number(count, e->progress.not_stored));
	else if (left > 0)
		(void)err_set(err, ST_LATER, N_("Left for the next synchronization: {1}."), err_number(count, left));
}

/* Counts what is left, decides the verdict, ends the run. */
static bool run_finish(struct engine *e)
{
	int *co = &e->co_finish;
	int64_t left = 0, rejected = 0;

	CO_BEGIN(co)
	engine_act(e, ENGINE_CANCEL_REQUESTS);
	e->progress.activity = ENGINE_IDLE;
	e->progress.retry_ms = 0;
	e->progress.page_size = e->page_size;
	e->progress.no_updates = e->start.updates && !e->updates;
	engine_act_done(e, ENGINE_COUNT);
	CO_WAIT(co);
	for (int k = 0; k < KIND_COUNT; k++) {
		if (e->done.st == ST_OK && e->done.left != NULL)
			e->progress.kinds[k].left = e->done.left[k];
		left += e->progress.kinds[k].left;
		rejected += e->progress.kinds[k].rejected;
	}
	if (!e->fatal) {
		if (e->problem)
			e->progress.verdict = ENGINE_FAILED;
		else if (e->cancelled || left > 0 || rejected > 0 || e->unreadable > 0 || e->unusable > 0 || e->done.rejected_left > 0 || e->progress.not_stored > 0)
			e->progress.verdict = ENGINE_PARTIAL;
		else
			e->progress.verdict = ENGINE_COMPLETED;
		if (e->progress.verdict == ENGINE_PARTIAL && !e->cancelled && !e->start.dry)
			explain(e, left, rejected);
		if (e->cancelled && !e->problem)
			(void)err_set(&e->progress.err, ST_CANCELLED, N_("The synchronization was stopped. Start it again: it goes on where it stopped."));
		else if (!e->problem)
			for (int p = 0; p < ENGINE_PHASE_COUNT; p++)
				e->progress.phase_done[p] = true;
	}
	engine_act(e, ENGINE_FINISH);
	e->finished = true;
	CO_END(co);
}

static bool await_is_over(const struct engine *e)
{
	switch (e->await) {
	case AWAIT_NOTHING:
		return true;
	case AWAIT_SLOT:
		return e->slot[e->await_slot].state == SLOT_DONE;
	case AWAIT_PULL:
		return pull_is_ready(e, e->kind);
	case AWAIT_DONE:
	case AWAIT_TIMER:
	case AWAIT_REPLY:
		return false;
	}
	return false;
}

/* When a run ends early, only what the store is doing is waited for. */
static void end_early(struct engine *e)
{
	if (e->finishing || !(e->fatal || e->cancelled) || e->await == AWAIT_DONE)
		return;
	e->finishing = true;
	e->await = AWAIT_NOTHING;
}

static void pump(struct engine *e)
{
	end_early(e);
	while (!e->finished && await_is_over(e)) {
		e->await = AWAIT_NOTHING;
		if (e->finishing)
			(void)run_finish(e);
		else if (run_main(e))
			e->finishing = true;
		end_early(e);
	}
}

/* ---- events ---- */

static void start_run(struct engine *e, const struct engine_event *ev)
{
	e->start = *ev->start;
	e->started = true;
	e->start_now_ms = ev->now_ms;
	e->start_mono_ms = ev->mono_ms;
	rand_init(&e->rand, ev->start->seed);
	e->updates = ev->start->updates;
	e->page_size = ev->start->page_size >= ENGINE_PAGE_MIN && ev->start->page_size <= ENGINE_PAGE_MAX ? ev->start->page_size : ENGINE_PAGE_FIRST;
	for (int k = 0; k < KIND_COUNT; k++) {
		e->position[k] = ev->start->kinds[k].position;
		e->view[k] = ev->start->kinds[k].view;
		e->edit[k] = ev->start->kinds[k].edit;
		e->create[k] = ev->start->kinds[k].create;
		if (ev->start->mode == ENGINE_REPULL) {
			e->position[k].from = 0;
			e->position[k].page_uuid[0] = '\0';
		}
	}
}

static void take_done(struct engine *e, const struct engine_event *ev)
{
	if (e->await != AWAIT_DONE || ev->id != e->await_id)
		return;
	e->await = AWAIT_NOTHING;
	e->done = ev->done;
	uuid_list_clear(&e->list);
	uuid_list_clear(&e->missing);
	for (size_t i = 0; i < ev->done.uuid_count; i++) {
		uuid_list_add(&e->list, ev->done.uuids[i], ev->done.fresh != NULL && ev->done.fresh[i]);
		e->list.small[i] = ev->done.small != NULL && ev->done.small[i];
	}
	for (size_t i = 0; i < ev->done.missing_count; i++)
		uuid_list_add(&e->missing, ev->done.missing[i], false);
	e->done.uuids = e->done.missing = NULL;
	e->done.fresh = e->done.small = NULL;
	if (ev->done.st == ST_OK || e->finishing)
		return;
	if (ev->done.st == ST_CANCELLED) {
		e->cancelled = true;
		return;
	}
	e->fatal = true;
	e->progress.verdict = ENGINE_FAILED;
	e->progress.err = ev->done.err != NULL ? *ev->done.err : (struct err){ 0 };
	(void)err_wrap(&e->progress.err, N_("The data folder could not be written."));
}

static void take_timer(struct engine *e, uint32_t id)
{
	e->progress.retry_ms = 0;
	if (e->await == AWAIT_TIMER && e->await_id == id) {
		e->await = AWAIT_NOTHING;
		return;
	}
	for (int i = 0; i < SLOT_COUNT; i++)
		if (e->slot[i].state == SLOT_WAITING && e->slot[i].timer == id) {
			engine_put_on_wire(e, &e->slot[i]);
			return;
		}
}

const struct engine_action *engine_step(struct engine *e, const struct engine_event *ev, size_t *count)
{
	e->action_count = 0;
	if (e->finished || (!e->started && ev->type != ENGINE_EVENT_START)) {
		*count = 0;
		return e->actions;
	}
	e->now_ms = ev->now_ms;
	e->mono_ms = ev->mono_ms;
	switch (ev->type) {
	case ENGINE_EVENT_START:
		if (!e->started)
			start_run(e, ev);
		break;
	case ENGINE_EVENT_ANSWER:
		for (int i = 0; i < SLOT_COUNT; i++)
			if (e->slot[i].state == SLOT_SENT && e->slot[i].id == ev->id && !e->finishing) {
				engine_take_answer(e, i, ev);
				if (i >= SLOT_PULL && e->slot[i].state == SLOT_DONE && !e->fatal)
					pull_answered(e, (enum kind)(i - SLOT_PULL));
				break;
			}
		break;
	case ENGINE_EVENT_DONE:
		take_done(e, ev);
		break;
	case ENGINE_EVENT_TIMER:
		take_timer(e, ev->id);
		break;
	case ENGINE_EVENT_REPLY:
		if (e->await == AWAIT_REPLY && e->await_id == ev->id) {
			e->reply = ev->yes;
			e->await = AWAIT_NOTHING;
		}
		break;
	case ENGINE_EVENT_CANCEL:
		e->cancelled = true;
		break;
	}
	if (e->await != AWAIT_DONE)
		pump(e);
	*count = e->action_count;
	return e->actions;
}
