/* What the run asks of its host: actions, the items and lists that go with them, and what DONE brought (sync.md section 4). */
#include <string.h>

#include "sync/internal.h"

void uuid_list_clear(struct uuid_list *list)
{
	list->count = 0;
}

void uuid_list_add(struct uuid_list *list, const char *uuid, bool fresh)
{
	if (list->count == list->cap) {
		size_t cap = list->cap > 0 ? 2 * list->cap : 64;

		list->uuid = mem_realloc(list->uuid, cap, sizeof *list->uuid);
		list->fresh = mem_realloc(list->fresh, cap, sizeof *list->fresh);
		list->small = mem_realloc(list->small, cap, sizeof *list->small);
		list->cap = cap;
	}
	memset(list->uuid[list->count], 0, UUID_SIZE);
	memcpy(list->uuid[list->count], uuid, strnlen(uuid, UUID_SIZE - 1));
	list->small[list->count] = false;
	list->fresh[list->count++] = fresh;
}

void uuid_list_swap(struct uuid_list *a, struct uuid_list *b)
{
	struct uuid_list c = *a;

	*a = *b;
	*b = c;
}

void uuid_list_done(struct uuid_list *list)
{
	mem_free(list->uuid);
	mem_free(list->fresh);
	mem_free(list->small);
}

void ready_page_done(struct ready_page *page)
{
	sormas_page_done(&page->page);
	mem_free(page->body);
	*page = (struct ready_page){ 0 };
}

struct engine_action *engine_act(struct engine *e, enum engine_action_type type)
{
	struct engine_action *action;

	mem_grow((void **)&e->actions, &e->action_cap, e->action_count + 1, sizeof *e->actions);
	action = &e->actions[e->action_count++];
	*action = (struct engine_action){ .type = type, .id = e->next_id++ };
	return action;
}

struct engine_action *engine_act_done(struct engine *e, enum engine_action_type type)
{
	struct engine_action *action = engine_act(e, type);

	e->await = AWAIT_DONE;
	e->await_id = action->id;
	return action;
}

void engine_clear_items(struct engine *e)
{
	e->item_count = 0;
}

struct engine_item *engine_add_item(struct engine *e, const char *uuid)
{
	struct engine_item *item;

	mem_grow((void **)&e->items, &e->item_cap, e->item_count + 1, sizeof *e->items);
	item = &e->items[e->item_count++];
	*item = (struct engine_item){ .status = 0 };
	memcpy(item->uuid, uuid, strnlen(uuid, UUID_SIZE - 1));
	return item;
}

void engine_take_rights(struct engine *e)
{
	if (e->done.kinds != NULL)
		for (int k = 0; k < KIND_COUNT; k++) {
			e->view[k] = e->done.kinds[k].view;
			e->edit[k] = e->done.kinds[k].edit;
			e->create[k] = e->done.kinds[k].create;
		}
	if (e->done.rights_changed)
		e->reset = true;
}

void engine_count_done(struct engine *e, enum kind kind)
{
	struct engine_counts *c = &e->progress.kinds[kind];

	c->pulled += e->done.pulled;
	c->merged += e->done.merged;
	c->accepted += e->done.accepted;
	c->deleted += e->done.deleted;
	c->rejected += e->done.rejected;
	e->progress.conflicts += e->done.conflicts;
	e->progress.not_stored += e->done.not_stored;
	engine_note_unusable(e, kind, e->done.unusable, e->done.unusable_err);
	e->old_record_new_here = e->old_record_new_here || e->done.old_record_new_here;
}

bool engine_may_pull(const struct engine *e, enum kind kind)
{
	return e->start.kinds[kind].used && e->view[kind] && !model_kind_is_infrastructure(kind);
}
