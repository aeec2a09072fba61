/* The document of an opened form: changing it, what is set aside of it, and the way back, step by step. */
#include <string.h>

#include "form/refresh.h"
#include "form/steps.h"

/* ---- values that are set aside ---- */

static void drop_asides(struct view_aside *aside, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		mem_free(aside[i].path);
		json_free(aside[i].value);
	}
	mem_free(aside);
}

/* The step under way keeps what was set aside before it. */
static void keep_asides(struct form_view *view)
{
	struct view_step *step = &view->step;
	if (step->asides)
		return;
	step->asides = true;
	step->aside_count = view->aside_count;
	step->aside = mem_calloc(view->aside_count + 1, sizeof *step->aside);
	for (size_t i = 0; i < view->aside_count; i++)
		step->aside[i] = (struct view_aside){mem_strdup(view->aside[i].path), json_copy(view->aside[i].value)};
}

struct view_aside *view_find_aside(struct form_view *view, const char *path)
{
	for (size_t i = 0; i < view->aside_count; i++)
		if (!strcmp(view->aside[i].path, path))
			return &view->aside[i];
	return NULL;
}

void view_drop_aside(struct form_view *view, const char *path)
{
	struct view_aside *a = view_find_aside(view, path);
	if (!a)
		return;
	keep_asides(view);
	mem_free(a->path);
	json_free(a->value);
	view->aside_count--;
	memmove(a, a + 1, (size_t)(view->aside + view->aside_count - a) * sizeof *a);
}

void view_drop_asides(struct form_view *view, bool (*goes)(const struct form_view *view, const struct view_aside *aside))
{
	size_t kept = 0;
	bool any = false;
	for (size_t i = 0; i < view->aside_count && !any; i++)
		any = goes(view, &view->aside[i]);
	if (!any)
		return;
	keep_asides(view);
	for (size_t i = 0; i < view->aside_count; i++) {
		struct view_aside a = view->aside[i];
		if (!goes(view, &a)) {
			view->aside[kept++] = a;
			continue;
		}
		mem_free(a.path);
		json_free(a.value);
	}
	view->aside_count = kept;
}

void view_add_aside(struct form_view *view, const char *path, struct json *value)
{
	keep_asides(view);
	void *array = view->aside;
	mem_grow(&array, &view->aside_cap, view->aside_count + 1, sizeof *view->aside);
	view->aside = array;
	view->aside[view->aside_count++] = (struct view_aside){mem_strdup(path), value};
}

/* ---- the document ---- */

static struct json *item_with(const struct json *list, const char *uuid, size_t len)
{
	for (struct json *v = json_is_array(list) ? json_first(list) : NULL; v; v = json_next(v)) {
		const char *own = json_get_string(v, "uuid");
		if (own && strlen(own) == len && !strncmp(own, uuid, len))
			return v;
	}
	return NULL;
}

/* The item that the beginning of a path leads to, when it has a row. *rest: what follows it, or the whole path. */
static struct json *start_of(const struct form_view *view, const char *path, const char **rest)
{
	const char *bracket = strrchr(path, ']');
	*rest = path;
	if (!bracket)
		return view->doc;
	char *item = mem_strndup(path, (size_t)(bracket - path) + 1);
	const struct view_row *head = view->stale ? NULL : view_find(view, item);
	mem_free(item);
	if (!head)
		return view->doc;
	*rest = bracket + 1 + (bracket[1] == '.');
	return head->holder;
}

/* Follows a path to the object that holds its last key. *missing: what follows the key that is no object yet; NULL: all are there. NULL: an item is not there. */
static struct json *follow(const struct form_view *view, const char *path, const char **key, const char **missing)
{
	/* a new case's person is typed where the model has a reference: go by the keys */
	const char *p;
	struct json *at = start_of(view, path, &p);
	*missing = NULL;
	for (;;) {
		size_t len = strcspn(p, ".[");
		*key = p;
		if (!p[len])
			return at;
		char *name = mem_strndup(p, len);
		struct json *next = json_get(at, name);
		mem_free(name);
		p += len;
		if (*p == '[') {
			size_t item = strcspn(++p, "]");
			next = item_with(next, p, item);
			if (!next)
				return NULL;
			p += item + 1;
		} else if (!json_is_object(next)) {
			*missing = p + 1;
			return at;
		}
		p += *p == '.';
		at = next;
	}
}

/* An object, and in it objects, for each key of a path but the last, which has the value. NULL: the path goes on through a list. */
static struct json *objects_around(const char *path, struct json *value)
{
	size_t len = strcspn(path, ".[");
	struct json *inner = value;
	if (path[len] == '[') {
		json_free(value);
		inner = NULL;
	} else if (path[len]) {
		inner = objects_around(path + len + 1, value);
	}
	char *key = mem_strndup(path, len);
	struct json *object = json_new_object();
	json_set(object, key, inner);
	mem_free(key);
	return object;
}

static bool has_rows_inside(const struct form_view *view, const struct json *holder, const char *key, const struct json *value)
{
	const struct view_row *r = view_find_value(view, holder, key);
	if (r)
		return r->entry->type == FORM_REPEAT || r->entry->type == FORM_GROUP;
	return json_is_object(value) || json_is_array(value);
}

static size_t position_of(const struct json *object, const char *key)
{
	size_t position = 0;
	for (const struct json *v = json_first(object); v && strcmp(json_key(v), key) != 0; v = json_next(v))
		position++;
	return position;
}

/* The last key of an object goes before those from a position on: a key that comes back stands where it stood. */
static void move_last_to(struct json *object, size_t position)
{
	for (size_t behind = json_count(object); behind > position + 1; behind--) {
		char *key = mem_strdup(json_key(json_at(object, position)));
		json_add(object, key, json_detach(object, key));
		mem_free(key);
	}
}

/* Puts the edit's value at its path and keeps there what was in its place; what holds it is made if need be: then that is the edit's path from now on.
 * False: there is no such item. */
static bool exchange(struct form_view *view, struct view_edit *edit)
{
	const char *start = NULL;
	const char *missing = NULL;
	struct json *at = follow(view, edit->path, &start, &missing);
	if (!at)
		return false;
	struct json *in = missing ? objects_around(missing, edit->value) : edit->value;
	size_t key_len = strcspn(start, ".[");
	char *key = mem_strndup(start, key_len);
	char *path = mem_strndup(edit->path, (size_t)(start - edit->path) + key_len);
	const struct json *old = json_get(at, key);
	bool rows = has_rows_inside(view, at, key, in) || has_rows_inside(view, at, key, old);
	bool comes = !old && in;
	size_t position = edit->position;
	edit->position = old && !in ? position_of(at, key) : SIZE_MAX;
	edit->value = json_copy(old);
	json_set(at, key, in);
	if (comes && position != SIZE_MAX)
		move_last_to(at, position);
	if (rows)
		view->stale = true;
	else if (!view->stale)
		view_value_changed(view, path, at, key);
	mem_free(edit->path);
	edit->path = path;
	mem_free(key);
	return true;
}

static void edit_done(struct view_edit *edit)
{
	mem_free(edit->path);
	json_free(edit->value);
}

void view_put(struct form_view *view, const char *path, struct json *value)
{
	struct view_edit edit = {.path = mem_strdup(path), .value = value, .position = SIZE_MAX};
	if (!exchange(view, &edit)) {
		edit_done(&edit);
		return;
	}
	struct view_step *step = &view->step;
	void *array = step->edits;
	mem_grow(&array, &step->cap, step->count + 1, sizeof *step->edits);
	step->edits = array;
	step->edits[step->count++] = edit;
}

struct json *form_result(const struct form_view *view)
{
	struct form_view copy = {.doc = json_copy(view->doc), .stale = true};
	for (size_t i = 0; i < view->aside_count; i++) {
		const struct view_aside *a = &view->aside[i];
		const struct view_row *r = view_find(view, a->path);
		if (a->value || !r)
			continue;
		struct view_edit edit = {.path = mem_strdup(a->path), .value = r->entry->type == FORM_REPEAT ? json_new_array() : NULL};
		(void)exchange(&copy, &edit);
		edit_done(&edit);
	}
	return copy.doc;
}

/* ---- steps ---- */

static void step_done(struct view_step *step)
{
	for (size_t i = 0; i < step->count; i++)
		edit_done(&step->edits[i]);
	mem_free(step->edits);
	drop_asides(step->aside, step->aside_count);
	*step = (struct view_step){0};
}

/* To the other side of a step. */
static void cross(struct form_view *view, struct view_step *step, bool back)
{
	for (size_t i = 0; i < step->count; i++)
		(void)exchange(view, &step->edits[back ? step->count - 1 - i : i]);
	if (step->asides) {
		struct view_aside *aside = view->aside;
		size_t count = view->aside_count;
		view->aside = step->aside;
		view->aside_count = view->aside_cap = step->aside_count;
		step->aside = aside;
		step->aside_count = count;
	}
	view_catch_up(view);
}

void view_begin_step(struct form_view *view)
{
	step_done(&view->step);
}

void view_take_back(struct form_view *view)
{
	cross(view, &view->step, true);
	step_done(&view->step);
}

static void push(struct view_step **steps, size_t *count, size_t *cap, struct view_step *step)
{
	void *array = *steps;
	mem_grow(&array, cap, *count + 1, sizeof **steps);
	*steps = array;
	(*steps)[(*count)++] = *step;
	*step = (struct view_step){0};
}

void view_end_step(struct form_view *view)
{
	if (view->undo_count == VIEW_MAX_UNDO) {
		step_done(&view->undo[0]);
		memmove(view->undo, view->undo + 1, --view->undo_count * sizeof *view->undo);
	}
	push(&view->undo, &view->undo_count, &view->undo_cap, &view->step);
	for (size_t i = 0; i < view->redo_count; i++)
		step_done(&view->redo[i]);
	view->redo_count = 0;
}

bool form_undo(struct form_view *view)
{
	if (!view->undo_count)
		return false;
	struct view_step step = view->undo[--view->undo_count];
	cross(view, &step, true);
	push(&view->redo, &view->redo_count, &view->redo_cap, &step);
	return true;
}

bool form_redo(struct form_view *view)
{
	if (!view->redo_count)
		return false;
	struct view_step step = view->redo[--view->redo_count];
	cross(view, &step, false);
	push(&view->undo, &view->undo_count, &view->undo_cap, &step);
	return true;
}

void view_forget_steps(struct form_view *view)
{
	step_done(&view->step);
	for (size_t i = 0; i < view->undo_count; i++)
		step_done(&view->undo[i]);
	for (size_t i = 0; i < view->redo_count; i++)
		step_done(&view->redo[i]);
	mem_free(view->undo);
	mem_free(view->redo);
	drop_asides(view->aside, view->aside_count);
}
