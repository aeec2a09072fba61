/* The driver of a synchronization: the engine's actions on store, transport and loop. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/sync_run.h"

#define SETTING_PAGE_SIZE "sync.page_size"
#define SETTING_NO_UPDATES "sync.no_updates"   /* 1: the server has no partial updates; asked anew with the rights */
#define TELL_EVERY_MS 500

struct sync_pending { struct sync_run *run; uint32_t id; uint64_t net_id; struct sync_pending *next; };
struct sync_timer { struct sync_run *run; uint32_t id; int64_t timer; struct sync_timer *next; };

/* ---- sets: open addressing over hashes of (kind, uuid) ---- */

static uint64_t hash_of(enum kind kind, const char *uuid)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ ((uint64_t)kind << 32);

	for (; *uuid != '\0'; uuid++)
		h = (h ^ (unsigned char)*uuid) * UINT64_C(0x100000001b3);
	h ^= h >> 29;
	return h == 0 ? 1 : h;
}

static uint64_t *set_slot(const struct sync_set *set, uint64_t h)
{
	size_t i = (size_t)h & (set->cap - 1);

	while (set->slots[i] != 0 && set->slots[i] != h)
		i = (i + 1) & (set->cap - 1);
	return &set->slots[i];
}

bool sync_set_has(const struct sync_set *set, enum kind kind, const char *uuid)
{
	return set->count > 0 && *set_slot(set, hash_of(kind, uuid)) != 0;
}

void sync_set_add(struct sync_set *set, enum kind kind, const char *uuid)
{
	uint64_t h = hash_of(kind, uuid), *slot;

	if (2 * (set->count + 1) > set->cap) {
		struct sync_set bigger = { .cap = set->cap > 0 ? 2 * set->cap : 64 };

		bigger.slots = mem_calloc(bigger.cap, sizeof *bigger.slots);
		for (size_t i = 0; i < set->cap; i++)
			if (set->slots[i] != 0)
				*set_slot(&bigger, set->slots[i]) = set->slots[i];
		bigger.count = set->count;
		mem_free(set->slots);
		*set = bigger;
	}
	slot = set_slot(set, h);
	if (*slot == 0) {
		*slot = h;
		set->count++;
	}
}

void sync_set_done(struct sync_set *set)
{
	mem_free(set->slots);
	*set = (struct sync_set){ 0 };
}

/* ---- small things ---- */

int64_t sync_run_now(const struct sync_run *run)
{
	return clock_now(loop_clock(run->options.loop));
}

static int64_t mono(const struct sync_run *run)
{
	return clock_mono(loop_clock(run->options.loop));
}

void sync_append_uuid(char (**uuids)[UUID_SIZE], size_t *count, size_t *cap, const char *uuid)
{
	mem_grow((void **)uuids, cap, *count + 1, sizeof **uuids);
	memset((*uuids)[*count], 0, UUID_SIZE);
	memcpy((*uuids)[(*count)++], uuid, strnlen(uuid, UUID_SIZE - 1));
}

void sync_run_add_uuid(struct sync_run *run, const char *uuid, bool fresh)
{
	if (run->uuid_count == run->uuid_cap) {
		run->uuid_cap = run->uuid_cap > 0 ? 2 * run->uuid_cap : 64;
		run->uuids = mem_realloc(run->uuids, run->uuid_cap, sizeof *run->uuids);
		run->fresh = mem_realloc(run->fresh, run->uuid_cap, sizeof *run->fresh);
		run->small = mem_realloc(run->small, run->uuid_cap, sizeof *run->small);
	}
	memset(run->uuids[run->uuid_count], 0, UUID_SIZE);
	memcpy(run->uuids[run->uuid_count], uuid, strnlen(uuid, UUID_SIZE - 1));
	run->small[run->uuid_count] = false;
	run->fresh[run->uuid_count++] = fresh;
}

void sync_run_add_missing(struct sync_run *run, const char *uuid)
{
	sync_append_uuid(&run->missing, &run->missing_count, &run->missing_cap, uuid);
}

void sync_run_note(struct sync_run *run, const char *label, const char *id, const char *arg)
{
	struct sync_progress *p = &run->progress;
	struct sync_note *note;

	if (p->note_count == SYNC_MAX_EVENTS) {
		memmove(run->notes, run->notes + 1, (SYNC_MAX_EVENTS - 1) * sizeof run->notes[0]);
		p->note_count--;
	}
	note = &run->notes[p->note_count++];
	*note = (struct sync_note){ .time_ms = sync_run_now(run) };
	memcpy(note->label, label, text_cut(label, sizeof note->label - 1));
	message_set(&note->message, id, arg != NULL ? arg : "");
}

static void person_names(const struct json *person, char *out, size_t size)
{
	const char *first = json_get_string(person, "firstName"), *last = json_get_string(person, "lastName");
	char text[256];

	out[0] = '\0';
	if (first == NULL && last == NULL)
		return;
	(void)snprintf(text, sizeof text, "%s%s%s", last != NULL ? last : "", last != NULL && first != NULL ? ", " : "", first != NULL ? first : "");
	(void)snprintf(out, size, "%.*s", (int)text_cut(text, size - 1), text);
}

/* "SLR365 Kamara, Fatu": the short uuid and the person. */
void sync_label(struct sync_run *run, enum kind kind, const char *uuid, const struct json *doc, char out[96])
{
	char names[80] = "", shorter[7];
	const struct json *person = kind == KIND_PERSONS ? doc : json_get(doc, "person");
	const char *person_uuid = json_get_string(person, "uuid");
	struct record record;

	person_names(person, names, sizeof names);
	if (names[0] == '\0' && kind != KIND_PERSONS && person_uuid != NULL &&
		store_get(run->options.store, KIND_PERSONS, person_uuid, &record, NULL) == ST_OK) {
		struct json *other = NULL;

		if (json_parse_text(record.doc, &other, NULL) == ST_OK)
			person_names(other, names, sizeof names);
		json_free(other);
		record_done(&record);
	}
	(void)snprintf(shorter, sizeof shorter, "%.6s", uuid);
	(void)snprintf(out, 96, "%s%s%s", shorter, names[0] != '\0' ? " " : "", names);
}

/* ---- progress ---- */

/* Of the pulls of what people edit; -1 while one of them says nothing yet, or when they are through. */
static int64_t left_ms(const struct sync_run *run)
{
	int64_t left = 0;

	for (int k = 0; k < KIND_COUNT; k++) {
		int64_t more = sync_forecast_left(&run->forecast[k], mono(run));

		if (run->kind_index[k] < 0 || model_kind_is_infrastructure((enum kind)k) || !run->kinds[k].view)
			continue;
		if (more < 0)
			return -1;
		left += more;
	}
	return left > 0 ? left : -1;
}

static void copy_progress(struct sync_run *run)
{
	const struct engine_progress *from = engine_progress(run->engine);
	struct sync_progress *p = &run->progress;

	p->phase = run->finished ? SYNC_PHASE_DONE : (enum sync_phase)from->phase;
	p->activity = (enum sync_activity)from->activity;
	p->kind = from->kind >= 0 ? model_kind_name((enum kind)from->kind) : NULL;
	p->verdict = run->finished ? (enum sync_verdict)from->verdict : SYNC_RUNNING;
	for (int i = 0; i < SYNC_PHASE_COUNT; i++)
		p->phase_done[i] = from->phase_done[i];
	for (int k = 0; k < KIND_COUNT; k++) {
		const struct engine_counts *c = &from->kinds[k];
		struct sync_kind_counts *to = run->kind_index[k] >= 0 ? &p->kinds[run->kind_index[k]] : NULL;

		if (to == NULL)
			continue;
		to->pulled = c->pulled;
		to->merged = c->merged;
		to->pushed = c->pushed;
		to->accepted = c->accepted;
		to->outdated = c->outdated;
		to->rejected = c->rejected;
		to->deleted = c->deleted;
		to->left = c->left;
		to->estimate = sync_forecast_rows(&run->forecast[k]);
	}
	/* What the slices of the page under way have done already. */
	if (run->applying && run->kind_index[run->apply.kind] >= 0) {
		p->kinds[run->kind_index[run->apply.kind]].pulled += run->done.pulled;
		p->kinds[run->kind_index[run->apply.kind]].merged += run->done.merged;
	}
	p->conflicts = from->conflicts + (run->applying ? run->done.conflicts : 0);
	p->elapsed_ms = mono(run) - run->started_mono;
	p->retry_ms = from->retry_ms;
	p->err = from->err;
	p->rejected = run->rejected;
	p->notes = run->notes;
	p->left_ms = run->finished ? -1 : left_ms(run);
}

static void tell_later(void *ctx)
{
	struct sync_run *run = ctx;

	run->tell_timer = 0;
	run->last_tell_mono = mono(run);
	copy_progress(run);
	if (run->options.progress != NULL)
		run->options.progress(run->options.ctx);
}

static void tell(struct sync_run *run)
{
	int64_t since = mono(run) - run->last_tell_mono;

	if (run->tell_timer == 0 && !run->stopped)
		run->tell_timer = loop_after(run->options.loop, since >= TELL_EVERY_MS ? 0 : TELL_EVERY_MS - since, tell_later, run);
}

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
	request = (struct net_request){ .method = from->method, .path = from->path, .body = from->body, .body_len = from->body_len };
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

static void next_slice(void *ctx)
{
	struct sync_run *run = ctx;
	bool more = false;
	enum status st;

	run->apply_timer = 0;
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
	tell(run);
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

static void fill_rights(struct sync_run *run)
{
	for (int k = 0; k < KIND_COUNT; k++) {
		const char *view = model_kind_view_right((enum kind)k), *edit = model_kind_edit_right((enum kind)k), *create = model_kind_create_right((enum kind)k);
		bool (*has)(void *, const char *) = run->options.has_right;

		run->kinds[k].view = has == NULL || view == NULL || has(run->options.ctx, view);
		run->kinds[k].edit = has == NULL || edit == NULL || has(run->options.ctx, edit);
		run->kinds[k].create = has == NULL || create == NULL || has(run->options.ctx, create);
	}
}

static enum status take_info(struct sync_run *run, const struct engine_action *action, struct err *err)
{
	char *text;
	enum status st;

	if (action->info == SORMAS_RIGHTS) {
		bool changed = false;

		st = ST_OK;
		if (run->options.take_rights != NULL && !run->options.dry)
			st = run->options.take_rights(run->options.ctx, action->text, action->len, &changed, err);
		if (st == ST_INVALID) {
			log_write(run->options.log, LOG_WARN, "the rights cannot be read");
			st = ST_OK;
		}
		fill_rights(run);
		run->done.kinds = run->kinds;
		run->done.rights_changed = changed;
		return st;
	}
	text = sormas_unquote(action->text, action->len);
	st = store_set_setting(run->options.store, action->info == SORMAS_LOCALE ? "server.locale" : "server.country_name", text, err);
	mem_free(text);
	return st;
}

static enum status delete_items(struct sync_run *run, const struct engine_action *action, struct err *err)
{
	enum status st = store_begin(run->options.store, err);

	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < action->item_count && st == ST_OK; i++) {
		int64_t revision;
		unsigned flags;
		const char *doc;
		size_t len;

		if (store_peek(run->options.store, action->kind, action->items[i].uuid, &revision, &flags, &doc, &len, NULL) != ST_OK)
			continue;
		st = store_delete(run->options.store, action->kind, action->items[i].uuid, err);
		run->done.deleted++;
	}
	if (st == ST_OK)
		return store_commit(run->options.store, err);
	store_rollback(run->options.store);
	return st;
}

static enum status set_position(struct sync_run *run, const struct engine_action *action, struct err *err)
{
	const struct engine_position *at = &action->position;
	struct pull_position p = { .seen = at->seen, .from = at->from, .page_date = at->page_date, .t0 = at->t0, .last_full_ms = at->last_full_ms,
		.last_obsolete_ms = at->last_obsolete_ms, .single_start_mono_ms = at->single_start_mono_ms };

	memcpy(p.page_uuid, at->page_uuid, UUID_SIZE);
	return store_set_position(run->options.store, action->kind, &p, err);
}

static void finish(struct sync_run *run)
{
	const struct engine_progress *p = engine_progress(run->engine);
	char number[24], *json;

	run->finished = true;
	drop_pending(run);                      /* whoever is told of the end may close the connections */
	copy_progress(run);
	if (!run->options.dry) {
		json = sync_json(&run->progress);
		if (store_finish_run(run->options.store, run->run_id, sync_run_now(run), json, NULL) != ST_OK)
			log_write(run->options.log, LOG_WARN, "the run could not be written down");
		mem_free(json);
		if (p->page_size > 0 && store_set_setting(run->options.store, SETTING_PAGE_SIZE, err_number(number, p->page_size), NULL) != ST_OK)
			log_write(run->options.log, LOG_WARN, "the page size could not be kept");
		if ((p->no_updates || run->options.rights_due) &&
			store_set_setting(run->options.store, SETTING_NO_UPDATES, p->no_updates ? "1" : NULL, NULL) != ST_OK)
			log_write(run->options.log, LOG_WARN, "that the server has no partial updates could not be kept");
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
			sync_forecast_page(&run->forecast[action->kind], mono(run), action->page->rows[0].greatest, action->position.page_date,
				action->position.t0, (int64_t)action->page->count);
		run->row = 0;
		if (run->slice == 0)
			run->slice = SYNC_SLICE_FIRST;
		run->apply_timer = loop_after(run->options.loop, 0, next_slice, run);
		return true;                    /* its slices are its steps */
	case ENGINE_SET_POSITION:
		begin_done(run);
		sync_forecast_end(&run->forecast[action->kind]);
		st = set_position(run, action, err);
		break;
	case ENGINE_RESET_POSITIONS:
		begin_done(run);
		st = store_reset_positions(run->options.store, err);
		break;
	case ENGINE_DELETE:
		begin_done(run);
		st = delete_items(run, action, err);
		break;
	case ENGINE_INFO:
		begin_done(run);
		st = take_info(run, action, err);
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
	event->mono_ms = mono(run);
	actions = engine_step(run->engine, event, &count);
	copy = mem_calloc(count + 1, sizeof *copy);
	if (count > 0)
		memcpy(copy, actions, count * sizeof *copy);
	for (size_t i = 0; i < count; i++)
		if (!execute(run, &copy[i]))
			break;
	mem_free(copy);
	if (run->finished)
		return;
	tell(run);
	if (run->have_done)
		feed_done(run);
}

/* ---- the run ---- */

static bool any(void *ctx, const struct record *record)
{
	(void)record;
	*(bool *)ctx = true;
	return false;
}

static bool count_one(void *ctx, const struct record *record)
{
	(void)record;
	++*(int64_t *)ctx;
	return true;
}

static bool any_outbox(void *ctx, const struct outbox_row *row)
{
	if (row->sent_ms == 0)
		return true;
	*(bool *)ctx = true;
	return false;
}

static enum status fill_start(struct sync_run *run, struct engine_start *start, struct err *err)
{
	struct store *store = run->options.store;
	enum status st = ST_OK;

	*start = (struct engine_start){ .mode = (enum engine_mode)run->options.mode, .dry = run->options.dry, .rights_due = run->options.rights_due,
		.rights_known = run->options.rights_known, .seed = run->options.seed };
	start->page_size = (int)store_setting_int(store, SETTING_PAGE_SIZE, 0);
	start->updates = !run->options.no_updates && (run->options.rights_due || store_setting_int(store, SETTING_NO_UPDATES, 0) == 0);
	fill_rights(run);
	for (int k = 0; k < KIND_COUNT && st == ST_OK; k++) {
		struct engine_kind *kind = &run->kinds[k];
		struct pull_position p;
		int64_t count = 0;

		kind->used = model_kind_is_infrastructure((enum kind)k) || k == KIND_PERSONS || k == KIND_CASES;
		st = store_get_position(store, (enum kind)k, &p, err);
		if (st != ST_OK)
			break;
		kind->position = (struct engine_position){ .seen = p.seen, .from = p.from, .page_date = p.page_date, .t0 = p.t0, .last_full_ms = p.last_full_ms,
			.last_obsolete_ms = p.last_obsolete_ms, .single_start_mono_ms = p.single_start_mono_ms };
		memcpy(kind->position.page_uuid, p.page_uuid, UUID_SIZE);
		if (kind->used && !model_kind_is_infrastructure((enum kind)k))
			st = store_count_kind(store, (enum kind)k, &count, err);
		if (st != ST_OK)
			break;
		kind->here = count > 0;
		run->kind_index[k] = -1;
		if (kind->used && run->progress.kind_count < SYNC_MAX_KINDS) {
			run->kind_index[k] = run->progress.kind_count;
			run->progress.kinds[run->progress.kind_count++] = (struct sync_kind_counts){ .kind = model_kind_name((enum kind)k),
				.infrastructure = model_kind_is_infrastructure((enum kind)k) };
		}
		if (kind->used && !model_kind_is_infrastructure((enum kind)k))
			st = store_each(store, (enum kind)k, RECORD_DIRTY, RECORD_REJECTED, count_one, &run->progress.kinds[run->kind_index[k]].to_push, err);
		if (st != ST_OK)
			break;
		if (kind->used && !model_kind_is_infrastructure((enum kind)k) && !run->options.dry)
			st = store_each(store, (enum kind)k, RECORD_NEW, RECORD_REJECTED, any, &start->push_first, err);
	}
	if (st == ST_OK && !start->push_first)
		st = store_each_outbox(store, KIND_COUNT, any_outbox, &start->push_first, err);
	memcpy(start->kinds, run->kinds, sizeof start->kinds);
	return st;
}

static void begin(void *ctx)
{
	struct sync_run *run = ctx;
	struct engine_start start;
	struct engine_event event = { .type = ENGINE_EVENT_START, .start = &start };

	run->apply_timer = 0;
	if (fill_start(run, &start, &run->done_err) != ST_OK) {
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
	run->progress.notes = run->notes;
	if (stop != NULL && options->stop_at == 0)
		run->options.stop_at = -strtoll(stop, NULL, 10);
	run->progress.started_ms = sync_run_now(run);
	run->started_mono = mono(run);
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
	mem_free(run->rejected);
	mem_free(run->uuids);
	mem_free(run->fresh);
	mem_free(run->small);
	mem_free(run->missing);
	sync_set_done(&run->selected);
	sync_set_done(&run->reread);
	sync_set_done(&run->asked);
	sync_set_done(&run->rejected_now);
	sync_set_done(&run->accepted_persons);
	sync_set_done(&run->seen_persons);
	mem_free(run->late);
	json_free(run->enums);
	mem_free(run);
}
