/* The driver of a synchronization: the engine's actions on store, transport and loop. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/sync_apply.h"
#include "app/sync_begin.h"
#include "app/sync_list.h"
#include "app/sync_push.h"
#include "app/sync_put.h"
#include "app/sync_run.h"
#include "app/sync_tell.h"

struct sync_pending { struct sync_run *run; uint32_t id; uint64_t net_id; struct sync_pending *next; };
struct sync_timer { struct sync_run *run; uint32_t id; int64_t timer; struct sync_timer *next; };

/* ---- steps ---- */

/* Counts a step; true: this was the last one before the stop. */
static bool count_step(struct sync_run *run)
{
	run->step++;
	if (run->options.stop_at > 0 && run->step >= run->options.stop_at)
		run->stopped = true;
	else if (run->options.stop_at < 0 && run->step >= -run->options.stop_at)
		_exit(SYNC_STOPPED_EXIT);
	return run->stopped;
}

static void feed(struct sync_run *run, struct engine_event *event);

/* Answers that are still to come find no run any more and free their own pending. */
static void drop_pending(struct sync_run *run)
{
	while (run->pending != NULL) {
		struct sync_pending *pending = run->pending;

		run->pending = pending->next;
		pending->run = NULL;
		run->options.transport.cancel(run->options.transport.ctx, pending->net_id);
	}
}

static void stop_dead(struct sync_run *run)
{
	run->finished = true;
	drop_pending(run);
	if (run->options.ended != NULL)
		run->options.ended(run->options.ctx);
}

/* ---- requests ---- */

static void answered(void *ctx, uint64_t id, const struct net_answer *answer)
{
	struct sync_pending *pending = ctx, **at;
	struct sync_run *run = pending->run;
	struct engine_event event = { .type = ENGINE_EVENT_ANSWER, .id = pending->id, .status = answer->status, .body = answer->body, .len = answer->len,
		.keep = answer->keep,
		.date_ms = answer->date_ms, .total_ms = answer->total_ms, .net_status = answer->err.status, .err = &answer->err };

	(void)id;
	if (run == NULL) {
		mem_free(pending);
		return;
	}
	for (at = &run->pending; *at != NULL && *at != pending; at = &(*at)->next)
		;
	if (*at != NULL)
		*at = pending->next;
	mem_free(pending);
	run->progress.bytes_sent += (int64_t)answer->bytes_sent;
	run->progress.bytes_received += (int64_t)answer->bytes_received;
	run->progress.bytes_unpacked += (int64_t)answer->len;
	if (answer->status > 0 && answer->latency_ms > 0)
		run->progress.latency_ms = answer->latency_ms;
	if (answer->total_ms > answer->latency_ms && answer->bytes_received > 4096)
		run->progress.rate_bps = (int64_t)answer->bytes_received * 8000 / (answer->total_ms - answer->latency_ms);
	if (run->finished || answer->err.status == ST_CANCELLED)
		return;
	log_write(run->options.log, LOG_DEBUG, "answer %d, %zu bytes, %lld ms", answer->status, answer->len, (long long)answer->total_ms);
	feed(run, &event);
}

static enum status send_request(struct sync_run *run, const struct engine_action *action, struct err *err)
{
	struct sormas_request push = { 0 };
	const struct sormas_request *from = action->request;
	struct sync_pending *pending;
	struct net_request request;
	enum status st = ST_OK;

	if (from == NULL) {
		st = sync_push_body(run, action, &push, err);
		if (st != ST_OK)
			return st;
		from = &push;
	}
	request = (struct net_request){ .method = from->method, .path = from->path, .body = from->body, .body_len = from->body_len,
		.once = action->request == NULL };
	pending = mem_calloc(1, sizeof *pending);
	pending->run = run;
	pending->id = action->id;
	pending->next = run->pending;
	run->pending = pending;
	run->progress.requests++;
	log_write(run->options.log, LOG_DEBUG, "%s %s", from->method, from->path);
	pending->net_id = run->options.transport.send(run->options.transport.ctx, &request, answered, pending);
	if (action->request == NULL)
		sormas_request_done(&push);
	return ST_OK;
}

static void cancel_requests(struct sync_run *run)
{
	/* Their callbacks still come, with ST_CANCELLED, and free what is pending. */
	for (struct sync_pending *p = run->pending, *next; p != NULL; p = next) {
		next = p->next;
		run->options.transport.cancel(run->options.transport.ctx, p->net_id);
	}
}

/* ---- timers ---- */

static void timer_over(void *ctx)
{
	struct sync_timer *timer = ctx, **at;
	struct sync_run *run = timer->run;
	struct engine_event event = { .type = ENGINE_EVENT_TIMER, .id = timer->id };

	for (at = &run->timer; *at != NULL && *at != timer; at = &(*at)->next)
		;
	if (*at != NULL)
		*at = timer->next;
	mem_free(timer);
	feed(run, &event);
}

static void start_timer(struct sync_run *run, const struct engine_action *action)
{
	struct sync_timer *timer = mem_calloc(1, sizeof *timer);

	timer->run = run;
	timer->id = action->id;
	timer->next = run->timer;
	run->timer = timer;
	timer->timer = loop_after(run->options.loop, action->ms, timer_over, timer);
}

/* ---- store actions ---- */

static void begin_done(struct sync_run *run)
{
	run->done = (struct engine_done){ .st = ST_OK };
	run->done_err = (struct err){ 0 };
	run->uuid_count = run->missing_count = 0;
}

static void end_done(struct sync_run *run, enum status st)
{
	run->done.st = st;
	run->done.err = &run->done_err;
	run->done.unusable_err = run->done.unusable > 0 ? &run->unusable_err : NULL;
	run->done.uuids = run->uuids;
	run->done.fresh = run->fresh;
	run->done.small = run->small;
	run->done.uuid_count = run->uuid_count;
	run->done.missing = run->missing;
	run->done.missing_count = run->missing_count;
	run->have_done = true;
}

static void feed_done(struct sync_run *run)
{
	struct engine_event event = { .type = ENGINE_EVENT_DONE, .id = run->apply.id, .done = run->done };

	run->have_done = false;
	feed(run, &event);
}

/* In a turn of its own, so that no slice has to wait for it. */
static bool copy_log(struct sync_run *run)
{
	if (store_log_length(run->options.store) < (run->options.unwatched ? STORE_LOG_LONGER : STORE_LOG_LONG))
		return false;
	(void)store_checkpoint(run->options.store);
	return true;
}

static void next_slice(void *ctx)
{
	struct sync_run *run = ctx;
	bool more = false;
	enum status st;

	run->apply_timer = 0;
	if (!run->cancelled && copy_log(run)) {
		run->apply_timer = loop_after(run->options.loop, 0, next_slice, run);
		return;
	}
	if (run->cancelled) {
		st = ST_CANCELLED;
	} else {
		st = sync_apply_slice(run, &more, &run->done_err);
		if (st == ST_OK && run->options.stored != NULL && run->done.changed > 0)
			run->options.stored(run->options.ctx);
	}
	if (st != ST_CANCELLED && count_step(run)) {
		stop_dead(run);
		return;
	}
	sync_tell(run);
	if (st == ST_OK && more) {
		run->apply_timer = loop_after(run->options.loop, 0, next_slice, run);
		return;
	}
	run->applying = false;
	if (st == ST_LATER && run->done_err.depth == 0)
		(void)err_set(&run->done_err, st, N_("Another process holds the data for too long."));
	end_done(run, st);
	feed_done(run);
}

static void finish(struct sync_run *run)
{
	const struct engine_progress *p = engine_progress(run->engine);
	char *json;

	run->finished = true;
	drop_pending(run);                      /* whoever is told of the end may close the connections */
	sync_copy_progress(run);
	if (!run->options.dry) {
		json = sync_json(&run->progress);
		if (store_finish_run(run->options.store, run->run_id, sync_run_now(run), json, NULL) != ST_OK)
			log_write(run->options.log, LOG_WARN, "the run could not be written down");
		mem_free(json);
		sync_keep_start(run);
	}
	if (run->locked)
		store_unlock_run(run->options.store);
	run->locked = false;
	if (run->tell_timer != 0)
		loop_cancel(run->options.loop, run->tell_timer);
	run->tell_timer = 0;
	log_write(run->options.log, LOG_INFO, "sync: verdict %d, %lld requests", (int)p->verdict, (long long)run->progress.requests);
	if (run->options.progress != NULL)
		run->options.progress(run->options.ctx);
	if (run->options.ended != NULL)
		run->options.ended(run->options.ctx);
}

/* Carries out one action; false: the run is over or stopped. */
static bool execute(struct sync_run *run, const struct engine_action *action)
{
	enum status st = ST_OK;
	struct err *err = &run->done_err;
	bool answer = true;

	switch (action->type) {
	case ENGINE_SEND:
		answer = false;
		st = send_request(run, action, err);
		if (st != ST_OK) {
			/* Its body is gone: as if no answer came; the outbox tells what to do. */
			struct engine_event event = { .type = ENGINE_EVENT_ANSWER, .id = action->id, .body = "", .net_status = ST_LATER };

			feed(run, &event);
			return !run->finished;
		}
		break;
	case ENGINE_CANCEL_REQUESTS:
		answer = false;
		cancel_requests(run);
		break;
	case ENGINE_TIMER:
		answer = false;
		start_timer(run, action);
		break;
	case ENGINE_APPLY:
		begin_done(run);
		run->apply = *action;
		run->applying = true;
		if (action->has_position && action->page->count > 0)
			sync_forecast_page(&run->forecast[action->kind], sync_run_mono(run), action->page->rows[0].greatest, action->position.page_date,
				action->position.t0, (int64_t)action->page->count);
		run->row = 0;
		run->unseen = false;
		if (run->slice == 0)
			run->slice = SYNC_SLICE_FIRST;
		run->apply_timer = loop_after(run->options.loop, 0, next_slice, run);
		return true;                    /* its slices are its steps */
	case ENGINE_SET_POSITION:
		begin_done(run);
		sync_forecast_end(&run->forecast[action->kind]);
		st = sync_put_position(run, action, err);
		break;
	case ENGINE_RESET_POSITIONS:
		begin_done(run);
		st = store_reset_positions(run->options.store, err);
		break;
	case ENGINE_DELETE:
		begin_done(run);
		st = sync_delete_items(run, action, err);
		break;
	case ENGINE_INFO:
		begin_done(run);
		st = sync_take_info(run, action, err);
		break;
	case ENGINE_LIST:
		begin_done(run);
		st = sync_list_uuids(run, action, err);
		break;
	case ENGINE_SELECT:
		begin_done(run);
		st = sync_select(run, action, err);
		break;
	case ENGINE_PREPARE:
		begin_done(run);
		st = sync_prepare(run, action, err);
		break;
	case ENGINE_VERDICTS:
		begin_done(run);
		st = sync_verdicts(run, action, err);
		if (run->options.stored != NULL)
			run->options.stored(run->options.ctx);
		break;
	case ENGINE_COMPARE:
		begin_done(run);
		st = sync_compare(run, action, err);
		break;
	case ENGINE_COUNT:
		begin_done(run);
		st = sync_count_left(run, err);
		break;
	case ENGINE_ASK:
		answer = false;
		run->ask_id = action->id;
		run->progress.asks = true;
		run->progress.question = action->message;
		/* its third word is a kind, which people read in their language */
		snprintf(run->progress.question.arg[2], sizeof(run->progress.question.arg[2]), "%s", i18n_context_text("kind", action->message.arg[2]));
		break;
	case ENGINE_FINISH:
		finish(run);
		return false;
	}
	if (answer) {
		run->apply.id = action->id;
		end_done(run, st);
	}
	if (count_step(run)) {
		stop_dead(run);
		return false;
	}
	return true;
}

static void feed(struct sync_run *run, struct engine_event *event)
{
	const struct engine_action *actions;
	struct engine_action *copy;
	size_t count;

	if (run->finished)
		return;
	event->now_ms = sync_run_now(run);
	event->mono_ms = sync_run_mono(run);
	actions = engine_step(run->engine, event, &count);
	copy = mem_realloc(NULL, count, sizeof *copy);
	if (count > 0)
		memcpy(copy, actions, count * sizeof *copy);
	for (size_t i = 0; i < count; i++)
		if (!execute(run, &copy[i]))
			break;
	mem_free(copy);
	if (run->finished)
		return;
	sync_tell(run);
	if (run->have_done)
		feed_done(run);
}

/* ---- the run ---- */

static void begin(void *ctx)
{
	struct sync_run *run = ctx;
	struct engine_start start;
	struct engine_event event = { .type = ENGINE_EVENT_START, .start = &start };

	run->apply_timer = 0;
	if (sync_fill_start(run, &start, &run->done_err) != ST_OK) {
		run->progress.err = run->done_err;
		run->progress.verdict = SYNC_FAILED;
		run->finished = true;
		if (run->locked)
			store_unlock_run(run->options.store);
		run->locked = false;
		if (run->options.ended != NULL)
			run->options.ended(run->options.ctx);
		return;
	}
	feed(run, &event);
}

enum status sync_run_new(const struct sync_run_options *options, struct sync_run **out, struct err *err)
{
	struct sync_run *run = mem_calloc(1, sizeof *run);
	const char *stop = getenv("OUTPOST_STOP_AT_STEP");
	struct run_holder who;
	enum status st = ST_OK;

	run->options = *options;
	run->progress.mode = options->mode;
	run->progress.left_ms = -1;
	if (stop != NULL && options->stop_at == 0)
		run->options.stop_at = -strtoll(stop, NULL, 10);
	run->progress.started_ms = sync_run_now(run);
	run->started_mono = sync_run_mono(run);
	if (!options->dry) {
		st = store_lock_run(options->store, sync_run_now(run), &who, err);
		if (st == ST_LATER) {
			char pid[24], since[40];

			date_print_instant(who.since_ms, since);
			if (err != NULL)
				*err = (struct err){ 0 };
			if (who.terminal[0] != '\0')
				(void)err_set(err, ST_LATER, N_("A synchronization is running already: process {1}, terminal {2}, since {3}. Wait until it is through."),
					err_number(pid, who.pid), who.terminal, since);
			else
				(void)err_set(err, ST_LATER, N_("A synchronization is running already: process {1}, no terminal, since {2}. Wait until it is through."),
					err_number(pid, who.pid), since);
		}
		if (st == ST_OK) {
			run->locked = true;
			st = store_start_run(options->store, sync_mode_name(options->mode), sync_run_now(run), &run->run_id, err);
		}
	}
	if (st != ST_OK) {
		if (run->locked)
			store_unlock_run(options->store);
		mem_free(run);
		return st;
	}
	run->user = mem_strdup(options->user);
	run->options.user = NULL;
	run->engine = engine_new();
	run->apply_timer = loop_after(options->loop, 0, begin, run);
	*out = run;
	return ST_OK;
}

void sync_run_cancel(struct sync_run *run)
{
	struct engine_event event = { .type = ENGINE_EVENT_CANCEL };

	if (run->finished)
		return;
	run->cancelled = true;
	feed(run, &event);
}

void sync_run_answer(struct sync_run *run, bool yes)
{
	struct engine_event event = { .type = ENGINE_EVENT_REPLY, .id = run->ask_id, .yes = yes };

	if (run->finished || !run->progress.asks)
		return;
	run->progress.asks = false;
	feed(run, &event);
}

void sync_run_free(struct sync_run *run)
{
	if (run == NULL)
		return;
	run->finished = true;
	if (run->apply_timer != 0)
		loop_cancel(run->options.loop, run->apply_timer);
	if (run->tell_timer != 0)
		loop_cancel(run->options.loop, run->tell_timer);
	while (run->timer != NULL) {
		struct sync_timer *next = run->timer->next;

		loop_cancel(run->options.loop, run->timer->timer);
		mem_free(run->timer);
		run->timer = next;
	}
	drop_pending(run);
	if (run->locked && !run->stopped)
		store_unlock_run(run->options.store);
	engine_free(run->engine);
	mem_free(run->user);
	mem_free(run->notes);
	mem_free(run->rejected);
	mem_free(run->uuids);
	mem_free(run->fresh);
	mem_free(run->small);
	mem_free(run->missing);
	sync_set_done(&run->selected);
	sync_set_done(&run->unusable);
	sync_set_done(&run->reread);
	sync_set_done(&run->asked);
	sync_set_done(&run->rejected_now);
	sync_set_done(&run->accepted_persons);
	sync_set_done(&run->seen_persons);
	mem_free(run->late);
	json_free(run->enums);
	mem_free(run);
}
