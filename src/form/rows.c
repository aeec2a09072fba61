/* The rows of an opened form: one for each field, group, list, item and note, in the form's order; and finding them. */
#include <string.h>

#include "form/view.h"

/* ---- making them ---- */

static struct view_row *add_row(struct form_view *view, const struct form_entry *e, char *path, struct json *holder, const char *item, size_t above)
{
	void *array = view->rows;
	mem_grow(&array, &view->row_cap, view->row_count + 1, sizeof *view->rows);
	view->rows = array;
	struct view_row *r = &view->rows[view->row_count++];
	*r = (struct view_row){.entry = e, .path = path, .holder = holder, .item = item, .above = above, .relevant = true};
	r->row = (struct form_row){.path = path, .type = e->type, .field = e->field, .appearance = e->appearance, .list_name = e->list_name};
	r->row.label = form_label_of(&e->label, view->env.language);
	r->row.hint = form_label_of(&e->hint, view->env.language);
	r->row.guidance = form_label_of(&e->guidance, view->env.language);
	if (e->data && holder)
		r->row.value = json_get(holder, e->data);
	return r;
}

static void add_rows(struct form_view *view, const struct form_entry *parent, const char *prefix, struct json *holder, const char *item, size_t above, int depth);

static void add_items(struct form_view *view, const struct form_entry *e, const char *path, const struct json *list, size_t above, int depth)
{
	for (struct json *v = json_is_array(list) ? json_first(list) : NULL; v; v = json_next(v)) {
		const char *uuid = json_get_string(v, "uuid");
		if (!json_is_object(v) || !uuid)
			continue; /* nothing to name it by: it stays as it is */
		char *item_path = mem_printf("%s[%s]", path, uuid);
		size_t index = view->row_count;
		struct view_row *head = add_row(view, e, item_path, v, uuid, above);
		head->row.type = FORM_GROUP;
		head->row.item = true;
		head->row.depth = depth;
		head->row.value = v;
		char *below = mem_printf("%s.", item_path);
		add_rows(view, e, below, v, uuid, index, depth + 1);
		mem_free(below);
	}
}

static void add_rows(struct form_view *view, const struct form_entry *parent, const char *prefix, struct json *holder, const char *item, size_t above, int depth)
{
	for (size_t i = 0; i < parent->child_count; i++) {
		const struct form_entry *e = parent->children[i];
		char *path = mem_printf("%s%s", prefix, e->data ? e->data : e->name);
		size_t index = view->row_count;
		struct view_row *r = add_row(view, e, path, holder, item, above);
		r->row.depth = depth;
		struct json *value = e->data && holder ? json_get(holder, e->data) : NULL;
		if (e->type == FORM_REPEAT) {
			add_items(view, e, path, value, index, depth + 1);
		} else if (e->type == FORM_GROUP) {
			bool embedded = e->data != NULL;
			char *below = embedded ? mem_printf("%s.", path) : mem_strdup(prefix);
			add_rows(view, e, below, embedded ? (json_is_object(value) ? value : NULL) : holder, item, index, depth + 1);
			mem_free(below);
		}
	}
}

void view_drop_rows(struct form_view *view)
{
	for (size_t i = 0; i < view->row_count; i++) {
		mem_free(view->rows[i].path);
		mem_free(view->rows[i].item_text);
		mem_free(view->rows[i].value_text);
	}
	view->row_count = 0;
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
	mem_free(view->by_path);
	mem_free(view->by_place);
	view->by_path = mem_calloc(size, sizeof *view->by_path);
	view->by_place = mem_calloc(size, sizeof *view->by_place);
	view->slot_mask = size - 1;
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
	view_drop_rows(view);
	struct json *holder = view->now.doc;
	char *prefix = mem_strdup("");
	if (*view->form->path) {
		struct json *v = json_get(view->now.doc, view->form->path);
		holder = json_is_object(v) ? v : NULL;
		mem_free(prefix);
		prefix = mem_printf("%s.", view->form->path);
	}
	add_rows(view, &view->form->top, prefix, holder, NULL, SIZE_MAX, 0);
	mem_free(prefix);
	index_rows(view);
}

struct view_row *view_find(const struct form_view *view, const char *path)
{
	if (!view->by_path)
		return NULL;
	for (size_t slot = hash_text(path) & view->slot_mask; view->by_path[slot]; slot = (slot + 1) & view->slot_mask) {
		struct view_row *r = &view->rows[view->by_path[slot] - 1];
		if (!strcmp(r->path, path))
			return r;
	}
	return NULL;
}

struct view_row *view_find_value(const struct form_view *view, const struct json *holder, const char *key)
{
	if (!view->by_place)
		return NULL;
	for (size_t slot = hash_place(holder, key) & view->slot_mask; view->by_place[slot]; slot = (slot + 1) & view->slot_mask) {
		struct view_row *r = &view->rows[view->by_place[slot] - 1];
		if (r->holder == holder && !strcmp(r->entry->data, key))
			return r;
	}
	return NULL;
}

/* The row of an entry that an expression in `from` means: in the same item, or further out. NULL: several or none. */
struct view_row *view_row_beside(struct form_view *view, const struct form_entry *e, const struct view_row *from)
{
	const struct form_entry *repeat = form_repeat_of(e);
	const char *item = from->item;
	/* from an inner item outwards: the item of the repeat that e stands in */
	for (const struct view_row *up = from; repeat; up = &view->rows[up->above]) {
		if (up->row.item && up->entry == repeat) {
			item = up->item;
			break;
		}
		if (up->above == SIZE_MAX)
			return NULL;
	}
	for (size_t i = 0; i < view->row_count; i++) {
		struct view_row *r = &view->rows[i];
		if (r->entry == e && !r->row.item && (!repeat || (r->item && item && !strcmp(r->item, item))))
			return r;
	}
	return NULL;
}

/* ---- what a row alone says ---- */

bool view_is_masked(const struct view_row *r)
{
	const struct model_field *f = r->row.field;
	return f && !r->row.item && (f->personal || f->sensitive) && json_true(json_get(r->holder, "pseudonymized"));
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
