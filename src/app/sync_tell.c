/* What a run tells of itself: at most twice a second, and at the end. */
#include "app/sync_tell.h"

#define TELL_EVERY_MS 500

/* Of the pulls of what people edit; -1 while one of them says nothing yet, or when they are through. */
static int64_t left_ms(const struct sync_run *run)
{
	int64_t left = 0;

	for (int k = 0; k < KIND_COUNT; k++) {
		int64_t more = sync_forecast_left(&run->forecast[k], sync_run_mono(run));

		if (run->kind_index[k] < 0 || model_kind_is_infrastructure((enum kind)k) || !run->kinds[k].view)
			continue;
		if (more < 0)
			return -1;
		left += more;
	}
	return left > 0 ? left : -1;
}

void sync_copy_progress(struct sync_run *run)
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
	p->elapsed_ms = sync_run_mono(run) - run->started_mono;
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
	run->last_tell_mono = sync_run_mono(run);
	sync_copy_progress(run);
	if (run->options.progress != NULL)
		run->options.progress(run->options.ctx);
}

void sync_tell(struct sync_run *run)
{
	int64_t since = sync_run_mono(run) - run->last_tell_mono;

	if (run->tell_timer == 0 && !run->stopped)
		run->tell_timer = loop_after(run->options.loop, since >= TELL_EVERY_MS ? 0 : TELL_EVERY_MS - since, tell_later, run);
}
