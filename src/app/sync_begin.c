/* What the engine starts with: positions, rights, what waits to be pushed (sync.md section 4). */
#include <string.h>

#include "app/sync_begin.h"

#define SETTING_PAGE_SIZE "sync.page_size"
#define SETTING_NO_UPDATES "sync.no_updates"   /* 1: the server has no partial updates; asked anew with the rights */

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

enum status sync_take_info(struct sync_run *run, const struct engine_action *action, struct err *err)
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

enum status sync_fill_start(struct sync_run *run, struct engine_start *start, struct err *err)
{
	struct store *store = run->options.store;
	struct pull_position positions[KIND_COUNT];
	bool edited[KIND_COUNT], fresh[KIND_COUNT];
	enum status st = store_get_positions(store, positions, err);

	if (st == ST_OK)
		st = store_flagged(store, RECORD_DIRTY, edited, err);
	if (st == ST_OK)
		st = store_flagged(store, RECORD_NEW, fresh, err);
	*start = (struct engine_start){ .mode = (enum engine_mode)run->options.mode, .dry = run->options.dry, .rights_due = run->options.rights_due,
		.rights_known = run->options.rights_known, .seed = run->options.seed };
	start->page_size = (int)store_setting_int(store, SETTING_PAGE_SIZE, 0);
	start->updates = !run->options.no_updates && (run->options.rights_due || store_setting_int(store, SETTING_NO_UPDATES, 0) == 0);
	fill_rights(run);
	for (int k = 0; k < KIND_COUNT && st == ST_OK; k++) {
		struct engine_kind *kind = &run->kinds[k];
		const struct pull_position p = positions[k];

		kind->used = model_kind_is_infrastructure((enum kind)k) || k == KIND_PERSONS || k == KIND_CASES;
		kind->position = (struct engine_position){ .seen = p.seen, .from = p.from, .page_date = p.page_date, .t0 = p.t0, .last_full_ms = p.last_full_ms,
			.last_obsolete_ms = p.last_obsolete_ms, .single_start_mono_ms = p.single_start_mono_ms };
		memcpy(kind->position.page_uuid, p.page_uuid, UUID_SIZE);
		if (kind->used && !model_kind_is_infrastructure((enum kind)k))
			st = store_has_kind(store, (enum kind)k, &kind->here, err);
		if (st != ST_OK)
			break;
		run->kind_index[k] = -1;
		if (kind->used && run->progress.kind_count < SYNC_MAX_KINDS) {
			run->kind_index[k] = run->progress.kind_count;
			run->progress.kinds[run->progress.kind_count++] = (struct sync_kind_counts){ .kind = model_kind_name((enum kind)k),
				.infrastructure = model_kind_is_infrastructure((enum kind)k) };
		}
		if (kind->used && edited[k] && !model_kind_is_infrastructure((enum kind)k))
			st = store_each(store, (enum kind)k, RECORD_DIRTY, RECORD_REJECTED, count_one, &run->progress.kinds[run->kind_index[k]].to_push, err);
		if (st != ST_OK)
			break;
		if (kind->used && fresh[k] && !model_kind_is_infrastructure((enum kind)k) && !run->options.dry)
			st = store_each(store, (enum kind)k, RECORD_NEW, RECORD_REJECTED, any, &start->push_first, err);
	}
	if (st == ST_OK && !start->push_first)
		st = store_each_outbox(store, KIND_COUNT, any_outbox, &start->push_first, err);
	memcpy(start->kinds, run->kinds, sizeof start->kinds);
	return st;
}

void sync_keep_start(struct sync_run *run)
{
	const struct engine_progress *p = engine_progress(run->engine);
	char number[24];

	if (p->page_size > 0 && store_set_setting(run->options.store, SETTING_PAGE_SIZE, err_number(number, p->page_size), NULL) != ST_OK)
		log_write(run->options.log, LOG_WARN, "the page size could not be kept");
	if ((p->no_updates || run->options.rights_due) &&
		store_set_setting(run->options.store, SETTING_NO_UPDATES, p->no_updates ? "1" : NULL, NULL) != ST_OK)
		log_write(run->options.log, LOG_WARN, "that the server has no partial updates could not be kept");
}
