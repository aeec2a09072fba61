/* The document of an opened form and its states, for undo. */
#include <string.h>

#include "form/refresh.h"
#include "form/steps.h"

struct view_state view_state_copy(const struct view_state *state)
{
	struct view_state copy = {.doc = json_copy(state->doc), .aside_count = state->aside_count};
	copy.aside = mem_calloc(state->aside_count, sizeof *copy.aside);
	for (size_t i = 0; i < state->aside_count; i++)
		copy.aside[i] = (struct view_aside){mem_strdup(state->aside[i].path), json_copy(state->aside[i].value)};
	return copy;
}

void view_state_done(struct view_state *state)
{
	json_free(state->doc);
	for (size_t i = 0; i < state->aside_count; i++) {
		mem_free(state->aside[i].path);
		json_free(state->aside[i].value);
	}
	mem_free(state->aside);
	*state = (struct view_state){0};
}

void view_push_undo(struct form_view *view, struct view_state before)
{
	if (view->undo_count == VIEW_MAX_UNDO) {
		view_state_done(&view->undo[0]);
		memmove(view->undo, view->undo + 1, --view->undo_count * sizeof *view->undo);
	}
	void *array = view->undo;
	mem_grow(&array, &view->undo_cap, view->undo_count + 1, sizeof *view->undo);
	view->undo = array;
	view->undo[view->undo_count++] = before;
	for (size_t i = 0; i < view->redo_count; i++)
		view_state_done(&view->redo[i]);
	view->redo_count = 0;
}

static bool step_back(struct form_view *view, struct view_state *from, size_t *from_count, struct view_state **to, size_t *to_count, size_t *to_cap)
{
	if (!*from_count)
		return false;
	void *array = *to;
	mem_grow(&array, to_cap, *to_count + 1, sizeof **to);
	*to = array;
	(*to)[(*to_count)++] = view->now;
	view->now = from[--*from_count];
	view_refresh(view);
	return true;
}

bool form_undo(struct form_view *view)
{
	return step_back(view, view->undo, &view->undo_count, &view->redo, &view->redo_count, &view->redo_cap);
}

bool form_redo(struct form_view *view)
{
	return step_back(view, view->redo, &view->redo_count, &view->undo, &view->undo_count, &view->undo_cap);
}

/* ---- values that are set aside ---- */

struct view_aside *view_find_aside(struct form_view *view, const char *path)
{
	for (size_t i = 0; i < view->now.aside_count; i++)
		if (!strcmp(view->now.aside[i].path, path))
			return &view->now.aside[i];
	return NULL;
}

void view_drop_aside(struct form_view *view, struct view_aside *a)
{
	size_t i = (size_t)(a - view->now.aside);
	mem_free(a->path);
	json_free(a->value);
	view->now.aside_count--;
	memmove(a, a + 1, (view->now.aside_count - i) * sizeof *a);
}

void view_add_aside(struct form_view *view, const char *path, struct json *value)
{
	struct view_aside *old = view_find_aside(view, path);
	if (old)
		view_drop_aside(view, old);
	view->now.aside = mem_realloc(view->now.aside, view->now.aside_count + 1, sizeof *view->now.aside);
	view->now.aside[view->now.aside_count++] = (struct view_aside){mem_strdup(path), value};
}

/* ---- changing the document ---- */

void view_put(struct form_view *view, const char *path, struct json *value)
{
	/* a new case's person is typed where the model has a reference: go by the keys */
	struct json *at = view->now.doc;
	const char *p = path;
	for (;;) {
		size_t len = strcspn(p, ".[");
		char *key = mem_strndup(p, len);
		p += len;
		if (!*p) {
			json_set(at, key, value);
			mem_free(key);
			return;
		}
		struct json *next = json_get(at, key);
		if (*p == '[') {
			size_t item = strcspn(++p, "]");
			struct json *found = NULL;
			for (struct json *v = json_is_array(next) ? json_first(next) : NULL; v && !found; v = json_next(v)) {
				const char *uuid = json_get_string(v, "uuid");
				if (uuid && strlen(uuid) == item && !strncmp(uuid, p, item))
					found = v;
			}
			next = found;
			p += item + 1;
		} else if (!json_is_object(next)) {
			json_set(at, key, json_new_object());
			next = json_get(at, key);
		}
		mem_free(key);
		if (*p == '.')
			p++;
		if (!next) {
			json_free(value);
			return;
		}
		at = next;
	}
}

struct json *form_result(const struct form_view *view)
{
	struct form_view copy = *view;
	copy.now.doc = json_copy(view->now.doc);
	for (size_t i = 0; i < view->now.aside_count; i++) {
		const struct view_aside *a = &view->now.aside[i];
		const struct view_row *r = view_find(view, a->path);
		if (a->value || !r)
			continue;
		view_put(&copy, a->path, r->entry->type == FORM_REPEAT ? json_new_array() : NULL);
	}
	return copy.now.doc;
}

void view_take_back(struct form_view *view, struct view_state *before)
{
	view_state_done(&view->now);
	view->now = *before;
	view_refresh(view);
}
