/* Infrastructure: the bundle, customizable enum values, the kinds one by one; rights, locale and country (sync.md section 4; protocol.md B.4). */
#include <string.h>

#include "sync/internal.h"

#define FIRST_KIND KIND_CONTINENTS
#define LAST_KIND KIND_FEATURE_CONFIGURATIONS

static int64_t since_of(struct engine *e, enum kind kind)
{
	const struct engine_position *at = &e->position[kind];
	int64_t age = e->start_now_ms - at->last_full_ms;

	if (at->from > 0 && (age >= ENGINE_DAY_MS || age < 0))
		return at->from > ENGINE_DAY_MS ? at->from - ENGINE_DAY_MS : 0;
	return at->from;
}

void infra_start(struct engine *e)
{
	int64_t since[KIND_COUNT] = { 0 };
	struct sormas_request request;

	e->bundle_mono = e->mono_ms;
	for (int k = 0; k < KIND_COUNT; k++)
		since[k] = since_of(e, (enum kind)k);
	sormas_request_bundle(since, &request);
	engine_send(e, SLOT_BUNDLE, KIND_COUNT, &request, false);
	sormas_request_all(KIND_CUSTOMIZABLE_ENUM_VALUES, since[KIND_CUSTOMIZABLE_ENUM_VALUES], &request);
	engine_send(e, SLOT_ENUMS, KIND_CUSTOMIZABLE_ENUM_VALUES, &request, false);
}

/* What info/… and users/rights say. A server that does not tell its country is fine. */
bool infra_info(struct engine *e)
{
	int *co = &e->co_info;
	struct engine_action *action;
	struct slot *slot;

	CO_BEGIN(co)
	for (e->info = SORMAS_LOCALE; e->info <= SORMAS_RIGHTS; e->info++) {
		engine_await_slot(e, SLOT_INFO + (int)e->info);
		CO_WAIT(co);
		slot = &e->slot[SLOT_INFO + (int)e->info];
		if (slot->class != SORMAS_OK) {
			engine_note_problem(e, slot, NULL);
			continue;
		}
		action = engine_act_done(e, ENGINE_INFO);
		action->info = e->info;
		action->text = slot->body;
		action->len = slot->len;
		CO_WAIT(co);
		if (e->info == SORMAS_RIGHTS) {
			e->rights_asked = true;
			engine_take_rights(e);
		}
		engine_free_slot(&e->slot[SLOT_INFO + (int)e->info]);
	}
	CO_END(co);
}

/* The rights alone: after a 403, or when the bundle brought the own user or a role. */
bool infra_rights(struct engine *e)
{
	int *co = &e->co_rights;
	struct engine_action *action;
	struct slot *slot = &e->slot[SLOT_INFO + SORMAS_RIGHTS];
	struct sormas_request request;

	CO_BEGIN(co)
	e->rights_asked = true;
	sormas_request_info(SORMAS_RIGHTS, &request);
	engine_send(e, SLOT_INFO + SORMAS_RIGHTS, KIND_COUNT, &request, false);
	engine_await_slot(e, SLOT_INFO + SORMAS_RIGHTS);
	CO_WAIT(co);
	if (slot->class == SORMAS_OK) {
		action = engine_act_done(e, ENGINE_INFO);
		action->info = SORMAS_RIGHTS;
		action->text = slot->body;
		action->len = slot->len;
		CO_WAIT(co);
		engine_take_rights(e);
	}
	engine_free_slot(slot);
	CO_END(co);
}

/* Gives the records of one infrastructure kind to the store; e->page is theirs. */
static void apply_page(struct engine *e, enum kind kind)
{
	struct engine_action *action;

	for (size_t i = 0; i < e->page.page.count; i++) {
		int64_t date = e->page.page.rows[i].change_date;

		if (date > e->infra_seen[kind] && (e->clock_ms == 0 || date <= e->clock_ms + ENGINE_DAY_MS))
			e->infra_seen[kind] = date;
	}
	e->progress.kind = (int)kind;
	e->progress.activity = ENGINE_MERGING;
	action = engine_act_done(e, ENGINE_APPLY);
	action->kind = kind;
	action->how = ENGINE_HOW_INFRASTRUCTURE;
	action->page = &e->page.page;
}

static void take_page(struct engine *e, enum kind kind)
{
	engine_count_done(e, kind);
	e->infra_changed[kind] += e->done.changed;
	if (e->done.role_changed || e->done.own_user_changed)
		e->rights_wanted = true;
	if (e->done.own_user_changed)
		e->jurisdiction_changed = true;
	ready_page_done(&e->page);
}

static struct engine_action *move_position(struct engine *e, enum kind kind)
{
	struct engine_position *at = &e->position[kind];
	struct engine_action *action;
	int64_t quiet = e->start_mono_ms - at->single_start_mono_ms, age = e->start_now_ms - at->last_full_ms;

	if (e->infra_seen[kind] > at->seen)
		at->seen = e->infra_seen[kind];
	if (at->from == 0 || age >= ENGINE_DAY_MS || age < 0)
		at->last_full_ms = e->start_now_ms;
	if (at->single_start_mono_ms == 0 || quiet < 0 || e->infra_changed[kind] > 0)
		at->single_start_mono_ms = e->start_mono_ms > 0 ? e->start_mono_ms : 1;
	/* A row exactly 1 ms newer than `since` is skipped by these endpoints (protocol.md B.1): so one less finds everything that is newer. */
	if (at->seen > ENGINE_OVERLAP_MS)
		at->from = e->infra_changed[kind] == 0 && (quiet >= ENGINE_OVERLAP_MS || at->from == at->seen - 1) ? at->seen - 1 : at->seen - ENGINE_OVERLAP_MS;
	action = engine_act_done(e, ENGINE_SET_POSITION);
	action->kind = kind;
	action->position = *at;
	return action;
}

static bool position_moves(const struct engine *e, enum kind kind)
{
	const struct engine_position *at = &e->position[kind];
	int64_t age = e->start_now_ms - at->last_full_ms;

	return e->infra_seen[kind] > 0 || (at->from > 0 && (age >= ENGINE_DAY_MS || age < 0));
}

static bool removed_list(struct engine *e, struct json_span span)
{
	struct sormas_uuids uuids;

	engine_clear_items(e);
	if (span.at == NULL || sormas_split_uuids(span.at, span.len, &uuids, NULL) != ST_OK)
		return false;
	for (size_t i = 0; i < uuids.count; i++)
		engine_add_item(e, uuids.uuid[i]);
	sormas_uuids_done(&uuids);
	return e->item_count > 0;
}

static void delete_items(struct engine *e, enum kind kind)
{
	struct engine_action *action = engine_act_done(e, ENGINE_DELETE);

	action->kind = kind;
	action->items = e->items;
	action->item_count = e->item_count;
}

/* One answer of a kind asked alone; false: it could not be used, and is noted. */
static bool read_single(struct engine *e, enum kind kind)
{
	struct slot *slot = &e->slot[SLOT_MAIN];
	struct err err = { 0 };

	ready_page_done(&e->page);
	if (slot->class == SORMAS_NO_ENDPOINT || slot->class == SORMAS_FORBIDDEN) {
		engine_free_slot(slot);         /* this server or account does not have it */
		return false;
	}
	if (slot->class != SORMAS_OK) {
		engine_note_problem(e, slot, NULL);
		engine_free_slot(slot);
		return false;
	}
	if (sormas_split_usable(slot->body, slot->len, INT64_MAX, &e->page.page, &err) != ST_OK) {
		engine_note_error(e, &err, slot->request.path);
		engine_free_slot(slot);
		return false;
	}
	engine_note_left_out(e, kind, &e->page.page);
	e->page.body = slot->body;
	slot->body = NULL;
	engine_free_slot(slot);
	return true;
}

/* The kinds one by one: a first pull of a large country, or a bundle that failed (protocol.md B.4, C.2). */
static bool one_by_one(struct engine *e)
{
	int *co = &e->co_fallback;
	struct sormas_request request;
	struct engine_action *action;
	struct slot *slot = &e->slot[SLOT_MAIN];

	CO_BEGIN(co)
	for (e->bundle_kind = FIRST_KIND; e->bundle_kind <= LAST_KIND; e->bundle_kind++) {
		if (!sormas_kind_is_in_bundle(e->bundle_kind))
			continue;
		e->progress.kind = (int)e->bundle_kind;
		e->infra_failed = false;
		uuid_list_clear(&e->regions);
		if (e->bundle_kind == KIND_FACILITIES) {
			action = engine_act_done(e, ENGINE_LIST);
			action->list = ENGINE_LIST_REGIONS;
			action->kind = KIND_REGIONS;
			action->max_items = SIZE_MAX;
			CO_WAIT(co);
			uuid_list_swap(&e->list, &e->regions);
		}
		for (e->region = 0; e->region <= e->regions.count; e->region++) {
			if (e->region == 0)
				sormas_request_all(e->bundle_kind, since_of(e, e->bundle_kind), &request);
			else
				sormas_request_facilities(e->regions.uuid[e->region - 1], since_of(e, e->bundle_kind), &request);
			engine_send(e, SLOT_MAIN, e->bundle_kind, &request, false);
			engine_await_slot(e, SLOT_MAIN);
			CO_WAIT(co);
			if (!read_single(e, e->bundle_kind)) {
				e->infra_failed = true;
				continue;
			}
			if (e->page.page.count == 0)
				continue;
			apply_page(e, e->bundle_kind);
			CO_WAIT(co);
			take_page(e, e->bundle_kind);
		}
		if (!e->infra_failed && position_moves(e, e->bundle_kind)) {
			move_position(e, e->bundle_kind);
			CO_WAIT(co);
		}
		if ((e->bundle_kind == KIND_USER_ROLES || e->bundle_kind == KIND_FEATURE_CONFIGURATIONS) && e->start.kinds[e->bundle_kind].position.from > 0) {
			sormas_request_removed(e->bundle_kind, e->start.kinds[e->bundle_kind].position.from, &request);
			engine_send(e, SLOT_MAIN, e->bundle_kind, &request, false);
			engine_await_slot(e, SLOT_MAIN);
			CO_WAIT(co);
			if (slot->class == SORMAS_OK && removed_list(e, (struct json_span){ slot->body, slot->len })) {
				delete_items(e, e->bundle_kind);
				CO_WAIT(co);
			}
			engine_free_slot(slot);
		}
	}
	CO_END(co);
}

static bool read_bundle(struct engine *e)
{
	struct slot *slot = &e->slot[SLOT_BUNDLE];

	return slot->class == SORMAS_OK && sormas_split_bundle(slot->body, slot->len, &e->bundle, NULL) == ST_OK && !e->bundle.initial_sync_required;
}

bool infra_run(struct engine *e)
{
	int *co = &e->co_infra;
	struct slot *slot = &e->slot[SLOT_BUNDLE], *enums = &e->slot[SLOT_ENUMS];
	struct err err = { 0 };
	enum kind kind;

	CO_BEGIN(co)
	e->progress.activity = ENGINE_PULLING;
	engine_await_slot(e, SLOT_BUNDLE);
	CO_WAIT(co);
	if (read_bundle(e)) {
		for (e->bundle_kind = FIRST_KIND; e->bundle_kind <= LAST_KIND; e->bundle_kind++) {
			kind = e->bundle_kind;
			ready_page_done(&e->page);
			if (e->bundle.list[kind].at == NULL)
				continue;
			if (sormas_split_usable(e->bundle.list[kind].at, e->bundle.list[kind].len, INT64_MAX, &e->page.page, &err) != ST_OK) {
				engine_note_error(e, &err, slot->request.path);
				continue;
			}
			engine_note_left_out(e, kind, &e->page.page);
			if (e->page.page.count > 0) {
				apply_page(e, kind);
				CO_WAIT(co);
				take_page(e, e->bundle_kind);
			}
			if (position_moves(e, e->bundle_kind)) {
				move_position(e, e->bundle_kind);
				CO_WAIT(co);
			}
		}
		if (removed_list(e, e->bundle.removed_roles)) {
			delete_items(e, KIND_USER_ROLES);
			CO_WAIT(co);
			e->rights_wanted = true;
		}
		if (removed_list(e, e->bundle.removed_features)) {
			delete_items(e, KIND_FEATURE_CONFIGURATIONS);
			CO_WAIT(co);
		}
	} else {
		CO_CALL(co, one_by_one(e));
	}
	engine_free_slot(slot);

	e->bundle_kind = KIND_CUSTOMIZABLE_ENUM_VALUES;
	engine_await_slot(e, SLOT_ENUMS);
	CO_WAIT(co);
	ready_page_done(&e->page);
	if (enums->class != SORMAS_OK) {
		if (enums->class != SORMAS_NO_ENDPOINT && enums->class != SORMAS_FORBIDDEN)
			engine_note_problem(e, enums, NULL);
	} else if (sormas_split_usable(enums->body, enums->len, INT64_MAX, &e->page.page, &err) != ST_OK) {
		engine_note_error(e, &err, enums->request.path);
	} else {
		engine_note_left_out(e, KIND_CUSTOMIZABLE_ENUM_VALUES, &e->page.page);
		if (e->page.page.count > 0) {
			apply_page(e, KIND_CUSTOMIZABLE_ENUM_VALUES);
			CO_WAIT(co);
			take_page(e, KIND_CUSTOMIZABLE_ENUM_VALUES);
		}
		if (position_moves(e, KIND_CUSTOMIZABLE_ENUM_VALUES)) {
			move_position(e, KIND_CUSTOMIZABLE_ENUM_VALUES);
			CO_WAIT(co);
		}
	}
	engine_free_slot(enums);
	if (e->rights_wanted && !e->rights_asked)
		CO_CALL(co, infra_rights(e));
	if (e->jurisdiction_changed)
		e->reset = true;
	e->jurisdiction_changed = false;
	CO_END(co);
}

/* At the end of a run, when a pull has told the server's clock: a kind whose newest row was older than the overlap when it was asked has nothing on
 * its way any more, and need not be read a second time. Without this the whole of a fresh installation, made in one go, came twice. */
bool infra_settle(struct engine *e)
{
	int *co = &e->co_settle;
	struct engine_position *at;
	struct engine_action *action;
	int64_t asked = e->clock_ms - (e->clock_mono - e->bundle_mono);

	CO_BEGIN(co)
	for (e->bundle_kind = FIRST_KIND; e->bundle_kind <= KIND_CUSTOMIZABLE_ENUM_VALUES; e->bundle_kind++) {
		at = &e->position[e->bundle_kind];
		if (e->clock_ms == 0 || e->bundle_mono == 0 || e->infra_seen[e->bundle_kind] == 0 || at->from != at->seen - ENGINE_OVERLAP_MS ||
			at->seen > asked - ENGINE_OVERLAP_MS)
			continue;
		at->from = at->seen - 1;
		action = engine_act_done(e, ENGINE_SET_POSITION);
		action->kind = e->bundle_kind;
		action->position = *at;
		CO_WAIT(co);
	}
	CO_END(co);
}
