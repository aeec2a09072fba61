/* The rows of an opened form: one for each field, group, list, item and note, in the form's order; and finding them. */
#include <stdlib.h>
#include <string.h>

#include "form/view.h"

/* ---- making them ---- */

/* Where rows stand: an object of the document, and the same object in the base and as it was opened. */
struct place {
	const char *prefix;                  /* of paths */
	struct json *holder;
	const struct json *base, *opened;
	const char *item;
	size_t above;
	int depth;
};

static struct view_row *add_row(struct form_view *view, const struct form_entry *e, char *path, const struct place *at)
{
	void *array = view->rows;
	mem_grow(&array, &view->row_cap, view->row_count + 1, sizeof *view->rows);
	view->rows = array;
	struct view_row *r = &view->rows[view->row_count++];
	*r = (struct view_row){.entry = e, .path = path, .holder = at->holder, .base = at->base, .opened = at->opened, .item = at->item, .above = at->above, .relevant = true};
	r->row = (struct form_row){.path = path, .type = e->type, .field = e->field, .appearance = e->appearance, .list_name = e->list_name, .depth = at->depth};
	r->row.label = form_label_of(&e->label, view->env.language);
	r->row.hint = form_label_of(&e->hint, view->env.language);
	r->row.guidance = form_label_of(&e->guidance, view->env.language);
	if (e->data && at->holder)
		r->row.value = json_get(at->holder, e->data);
	return r;
}

static void add_rows(struct form_view *view, const struct form_entry *parent, const struct place *at);

/* The item of another version of the list; *cursor goes along, as most items stand in the same order in both. */
static const struct json *same_item(const struct json *list, const struct json **cursor, const char *uuid)
{
	const struct json *start = *cursor ? *cursor : json_is_array(list) ? json_first(list) : NULL;
	const struct json *item = start;
	while (item) {
		const char *own = json_get_string(item, "uuid");
		if (own && !strcmp(own, uuid)) {
			*cursor = json_next(item);
			return item;
		}
		item = json_next(item) ? json_next(item) : json_first(list);
		if (item == start)
			break;
	}
	return NULL;
}

static void add_items(struct form_view *view, const struct form_entry *e, const char *path, const struct json *list, const struct place *at)
{
	const struct json *base = json_get(at->base, e->data);
	const struct json *opened = json_get(at->opened, e->data);
	const struct json *base_cursor = NULL;
	const struct json *opened_cursor = NULL;
	int position = 0;
	for (struct json *v = json_is_array(list) ? json_first(list) : NULL; v; v = json_next(v)) {
		const char *uuid = json_get_string(v, "uuid");
		position++;
		if (!json_is_object(v) || !uuid)
			continue; /* nothing to name it by: it stays as it is */
		struct place inside = {.holder = v, .base = same_item(base, &base_cursor, uuid), .opened = same_item(opened, &opened_cursor, uuid), .item = uuid,
			.above = at->above, .depth = at->depth};
		char *item_path = mem_printf("%s[%s]", path, uuid);
		size_t index = view->row_count;
		struct view_row *head = add_row(view, e, item_path, &inside);
		head->row.type = FORM_GROUP;
		head->row.item = true;
		head->row.value = v;
		head->list = list;
		head->node.position = position;
		char *below = mem_printf("%s.", item_path);
		inside.prefix = below;
		inside.above = index;
		inside.depth++;
		add_rows(view, e, &inside);
		mem_free(below);
		view->rows[index].end = view->row_count;
	}
}

static void add_group(struct form_view *view, const struct form_entry *e, const char *path, struct json *value, const struct place *at)
{
	struct place inside = *at;
	char *below = NULL;
	if (e->data) {
		below = mem_printf("%s.", path);
		inside.prefix = below;
		inside.holder = json_is_object(value) ? value : NULL;
		inside.base = json_get(at->base, e->data);
		/* the person of a new case is no part of the model's case: all that is typed of it counts as changed */
		inside.opened = e->field && e->field->type == TYPE_OBJECT ? json_get(at->opened, e->data) : NULL;
	}
	add_rows(view, e, &inside);
	mem_free(below);
}

static void add_rows(struct form_view *view, const struct form_entry *parent, const struct place *at)
{
	for (size_t i = 0; i < parent->child_count; i++) {
		const struct form_entry *e = parent->children[i];
		char *path = mem_printf("%s%s", at->prefix, e->data ? e->data : e->name);
		size_t index = view->row_count;
		add_row(view, e, path, at);
		struct place inside = *at;
		inside.above = index;
		inside.depth++;
		struct json *value = e->data && at->holder ? json_get(at->holder, e->data) : NULL;
		if (e->type == FORM_REPEAT)
			add_items(view, e, path, value, &inside);
		else if (e->type == FORM_GROUP)
			add_group(view, e, path, value, &inside);
		view->rows[index].end = view->row_count;
	}
}

void view_drop_rows(struct view_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		mem_free(rows[i].path);
		mem_free(rows[i].item_text);
		mem_free(rows[i].value_text);
	}
	mem_free(rows);
}

/* ---- their places ---- */

static struct node child_node(const struct node *parent, const char *key, const struct model_field *field, const struct json *value)
{
	return (struct node){.value = value, .field = field, .type = field && field->type == TYPE_OBJECT ? field->object : NULL, .parent = parent, .key = key};
}

/* The node of the object that the row stands in. */
static const struct node *holder_node(const struct form_view *view, const struct view_row *r)
{
	for (size_t up = r->above; up != SIZE_MAX; up = view->rows[up].above) {
		const struct view_row *above = &view->rows[up];
		if (above->row.item || (above->entry->type == FORM_GROUP && above->entry->data))
			return &above->node;
	}
	return *view->form->path ? &view->base : &view->root;
}

static void place_row(const struct form_view *view, struct view_row *r)
{
	const struct form_entry *e = r->entry;
	if (r->row.item) {
		/* an item's parent is the object that holds the list */
		const struct view_row *repeat = &view->rows[r->above];
		int position = r->node.position;
		r->node = (struct node){.value = r->row.value, .type = e->inner, .parent = repeat->node.parent, .key = e->data, .position = position};
		return;
	}
	/* a note or calculation stands in its holder as if it had a key of its own */
	const char *key = view_key(r);
	const struct node *holder = holder_node(view, r);
	const struct model_field *field = e->data ? e->field : holder->type ? model_field(holder->type, key) : NULL;
	r->node = child_node(holder, key, field, json_get(r->holder, key));
	if (e->data && e->type == FORM_GROUP)
		r->node.type = e->inner;
}

/* ---- finding them ---- */

static size_t hash_text(const char *text)
{
	size_t h = 14695981039346656037u;
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 1099511628211u;
	return h ^ h >> 29;
}

static size_t hash_place(const struct json *holder, const char *key)
{
	return (hash_text(key) ^ (size_t)((uintptr_t)holder >> 4)) * 0x9e3779b97f4a7c15u >> 7;
}

static bool stands_for_value(const struct view_row *r)
{
	return r->entry->data && !r->row.item;
}

static void index_rows(struct form_view *view)
{
	size_t size = 16;
	while (size < view->row_count * 2)
		size *= 2;
	view->by_path = mem_calloc(size, sizeof *view->by_path);
	view->by_place = mem_calloc(size, sizeof *view->by_place);
	view->first = mem_calloc(view->form->entry_count + 1, sizeof *view->first);
	view->slot_mask = size - 1;
	for (size_t i = 0; i < view->form->entry_count; i++)
		view->first[i] = SIZE_MAX;
	for (size_t i = view->row_count; i-- > 0;) {
		struct view_row *r = &view->rows[i];
		r->next = r->row.item ? SIZE_MAX : view->first[r->entry->index];
		if (!r->row.item)
			view->first[r->entry->index] = i;
	}
	for (size_t i = 0; i < view->row_count; i++) {
		const struct view_row *r = &view->rows[i];
		size_t slot = hash_text(r->path) & view->slot_mask;
		while (view->by_path[slot])
			slot = (slot + 1) & view->slot_mask;
		view->by_path[slot] = i + 1;
		if (!stands_for_value(r))
			continue;
		slot = hash_place(r->holder, r->entry->data) & view->slot_mask;
		while (view->by_place[slot])
			slot = (slot + 1) & view->slot_mask;
		view->by_place[slot] = i + 1;
	}
}

void view_make_rows(struct form_view *view)
{
	struct json *own = *view->form->path ? json_get(view->doc, view->form->path) : NULL;
	struct place at = {.prefix = "", .holder = view->doc, .base = view->env.base, .opened = view->opened, .above = SIZE_MAX};
	char *prefix = NULL;
	if (*view->form->path) {
		prefix = mem_printf("%s.", view->form->path);
		at.prefix = prefix;
		at.holder = json_is_object(own) ? own : NULL;
		at.base = json_get(view->env.base, view->form->path);
		at.opened = json_get(view->opened, view->form->path);
	}
	view->rows = NULL;
	view->row_count = view->row_cap = 0;
	mem_free(view->by_path);
	mem_free(view->by_place);
	mem_free(view->first);
	add_rows(view, &view->form->top, &at);
	mem_free(prefix);
	view->root = (struct node){.value = view->doc, .type = view->form->root_type};
	if (*view->form->path)
		view->base = child_node(&view->root, view->form->path, model_field(view->form->root_type, view->form->path), own);
	for (size_t i = 0; i < view->row_count; i++)
		place_row(view, &view->rows[i]);
	index_rows(view);
}

static struct view_row *find_entry(const struct form_view *view, const char *path, const struct form_entry *e)
{
	if (!view->by_path)
		return NULL;
	for (size_t slot = hash_text(path) & view->slot_mask; view->by_path[slot]; slot = (slot + 1) & view->slot_mask) {
		struct view_row *r = &view->rows[view->by_path[slot] - 1];
		if (!strcmp(r->path, path) && (!e || (r->entry == e && !r->row.item)))
			return r;
	}
	return NULL;
}

struct view_row *view_find(const struct form_view *view, const char *path)
{
	return find_entry(view, path, NULL);
}

size_t view_find_value_from(const struct form_view *view, const struct json *holder, const char *key, size_t from)
{
	if (!view->by_place)
		return SIZE_MAX;
	/* they stand in the table in their order */
	for (size_t slot = hash_place(holder, key) & view->slot_mask; view->by_place[slot]; slot = (slot + 1) & view->slot_mask) {
		const struct view_row *r = &view->rows[view->by_place[slot] - 1];
		if (view->by_place[slot] > from && r->holder == holder && !strcmp(r->entry->data, key))
			return view->by_place[slot] - 1;
	}
	return SIZE_MAX;
}

struct view_row *view_find_value(const struct form_view *view, const struct json *holder, const char *key)
{
	size_t i = view_find_value_from(view, holder, key, 0);
	return i == SIZE_MAX ? NULL : &view->rows[i];
}

/* "isolated" or "address.street": from the item of its repeat. */
static char *path_in_item(const struct form_entry *e, const struct form_entry *repeat)
{
	char *path = mem_strdup(e->data ? e->data : e->name);
	for (const struct form_entry *up = e->parent; up != repeat; up = up->parent) {
		if (!up->data)
			continue;
		char *longer = mem_printf("%s.%s", up->data, path);
		mem_free(path);
		path = longer;
	}
	return path;
}

struct view_row *view_row_beside(struct form_view *view, const struct form_entry *e, const struct view_row *from)
{
	const struct form_entry *repeat = form_repeat_of(e);
	if (!repeat)
		return view->first[e->index] == SIZE_MAX ? NULL : &view->rows[view->first[e->index]];
	/* from an inner item outwards: the item of the repeat that e stands in */
	for (const struct view_row *up = from;; up = &view->rows[up->above]) {
		if (up->row.item && up->entry == repeat) {
			char *inside = path_in_item(e, repeat);
			char *path = mem_printf("%s.%s", up->path, inside);
			struct view_row *r = find_entry(view, path, e);
			mem_free(inside);
			mem_free(path);
			return r;
		}
		if (up->above == SIZE_MAX)
			return NULL;
	}
}

/* ---- what a row alone says ---- */

const char *view_key(const struct view_row *r)
{
	return r->entry->data ? r->entry->data : r->entry->name;
}

void view_take_value(struct view_row *r)
{
	const char *key = view_key(r);
	r->node.value = json_get(r->holder, key);
	if (r->entry->data)
		r->row.value = r->node.value;
}

void view_mark_touched(struct form_view *view, const char *path)
{
	struct view_row *r = view_find(view, path);
	if (r && r->entry->data && !r->row.item)
		r->row.touched = true;
}

bool view_is_masked(const struct view_row *r)
{
	return !r->row.item && node_is_masked(&r->node);
}

bool view_value_is_empty(const struct view_row *r)
{
	const struct json *v = r->row.value;
	if (r->entry->type == FORM_REPEAT)
		return !json_is_array(v) || !json_first(v);
	if (r->entry->type == FORM_SELECT_MULTIPLE && r->entry->list && !r->entry->data) {
		for (size_t i = 0; i < r->entry->list->count; i++)
			if (json_true(json_get(r->holder, r->entry->list->choices[i].name)))
				return false;
		return true;
	}
	if (json_is_null(v))
		return !(r->row.field && r->row.field->primitive); /* an absent primitive is false or 0 */
	return json_string(v) && !*json_string(v);
}

/* ---- what goes with a view ---- */

void view_list_add(struct view_list *list, size_t row)
{
	void *array = list->rows;
	mem_grow(&array, &list->cap, list->count + 1, sizeof *list->rows);
	list->rows = array;
	list->rows[list->count++] = row;
}

static int by_number(const void *a, const void *b)
{
	const size_t *x = a;
	const size_t *y = b;
	return *x < *y ? -1 : *x > *y;
}

void view_list_sort(struct view_list *list)
{
	if (list->count)
		qsort(list->rows, list->count, sizeof *list->rows, by_number);
}

void view_scratch_done(struct form_view *view)
{
	arena_done(&view->arena);
	view->arena = (struct arena){NULL};
}
