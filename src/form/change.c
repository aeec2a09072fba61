/* Changes by the person: setting, items, set-aside values, calculations, undo (forms.md "What is seen, kept, cleared, refused"). */
#include <string.h>

#include "form/typed.h"
#include "form/view.h"

/* ---- states, for undo ---- */

static struct view_state state_copy(const struct view_state *state)
{
	struct view_state copy = {.doc = json_copy(state->doc), .aside_count = state->aside_count};
	copy.aside = mem_calloc(state->aside_count, sizeof *copy.aside);
	for (size_t i = 0; i < state->aside_count; i++)
		copy.aside[i] = (struct view_aside){mem_strdup(state->aside[i].path), json_copy(state->aside[i].value)};
	return copy;
}

static void state_free(struct view_state *state)
{
	json_free(state->doc);
	for (size_t i = 0; i < state->aside_count; i++) {
		mem_free(state->aside[i].path);
		json_free(state->aside[i].value);
	}
	mem_free(state->aside);
}

static void push_undo(struct form_view *view, struct view_state before)
{
	if (view->undo_count == VIEW_MAX_UNDO) {
		state_free(&view->undo[0]);
		memmove(view->undo, view->undo + 1, --view->undo_count * sizeof *view->undo);
	}
	void *array = view->undo;
	mem_grow(&array, &view->undo_cap, view->undo_count + 1, sizeof *view->undo);
	view->undo = array;
	view->undo[view->undo_count++] = before;
	for (size_t i = 0; i < view->redo_count; i++)
		state_free(&view->redo[i]);
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

/* ---- setting aside ---- */

static struct view_aside *find_aside(struct form_view *view, const char *path)
{
	for (size_t i = 0; i < view->now.aside_count; i++)
		if (!strcmp(view->now.aside[i].path, path))
			return &view->now.aside[i];
	return NULL;
}

static void drop_aside(struct form_view *view, struct view_aside *a)
{
	size_t i = (size_t)(a - view->now.aside);
	mem_free(a->path);
	json_free(a->value);
	view->now.aside_count--;
	memmove(a, a + 1, (view->now.aside_count - i) * sizeof *a);
}

static void add_aside(struct form_view *view, const char *path, struct json *value)
{
	struct view_aside *old = find_aside(view, path);
	if (old)
		drop_aside(view, old);
	view->now.aside = mem_realloc(view->now.aside, view->now.aside_count + 1, sizeof *view->now.aside);
	view->now.aside[view->now.aside_count++] = (struct view_aside){mem_strdup(path), value};
}

static bool has_value(const struct view_row *r)
{
	if (r->row.item || !r->entry->data || r->entry->type == FORM_GROUP || r->entry->type == FORM_NOTE)
		return false;
	return r->entry->type == FORM_REPEAT ? !view_value_is_empty(r) : !model_value_is_empty(r->row.field, r->row.value);
}

/* By the form's own conditions, up to the top. The model's (disease, country, right) set nothing aside. */
static bool is_relevant(const struct form_view *view, const struct view_row *r)
{
	for (;; r = &view->rows[r->above]) {
		if (!r->relevant)
			return false;
		if (r->above == SIZE_MAX)
			return true;
	}
}

struct known_relevance { char *path; bool relevant; };

static struct known_relevance *remember_relevance(const struct form_view *view, size_t *count)
{
	struct known_relevance *known = mem_calloc(view->row_count, sizeof *known);
	*count = view->row_count;
	for (size_t i = 0; i < view->row_count; i++)
		known[i] = (struct known_relevance){mem_strdup(view->rows[i].path), is_relevant(view, &view->rows[i])};
	return known;
}

static bool was_relevant(const struct known_relevance *known, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(known[i].path, path))
			return known[i].relevant;
	return false;
}

/* What this change made irrelevant is set aside, what it made relevant again comes back. True when a repeat with items would go. */
static bool note_aside(struct form_view *view, const struct known_relevance *known, size_t count)
{
	bool items = false;
	for (size_t i = 0; i < view->row_count; i++) {
		const struct view_row *r = &view->rows[i];
		bool relevant = is_relevant(view, r);
		struct view_aside *a = find_aside(view, r->path);
		if (relevant && a && !a->value)
			drop_aside(view, a);
		if (!relevant && has_value(r) && was_relevant(known, count, r->path)) {
			add_aside(view, r->path, NULL);
			items |= r->entry->type == FORM_REPEAT;
		}
	}
	return items;
}

/* ---- children of a changed parent: a reference that is no longer offered ---- */

struct offer { struct form_view *view; const struct view_row *row; const char *uuid; bool offered, known; };

static bool choice_offered(struct form_view *view, const struct view_row *r, const struct form_ref *ref)
{
	if (!r->entry->choice_filter)
		return true;
	struct value v = view_evaluate_choice(view, r, r->entry->choice_filter, ref);
	return value_to_boolean(&view->arena, &v);
}

static bool mentions(const struct expr *e, const char *name)
{
	if (e->op == EXPR_NAME && !strcmp(e->text, name))
		return true;
	for (size_t i = 0; i < e->count; i++)
		if (mentions(e->args[i], name))
			return true;
	return e->tail.predicate && mentions(e->tail.predicate, name);
}

static void set_in_doc(struct form_view *view, const char *path, struct json *value)
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

static void check_children(struct form_view *view, const char *changed, size_t above)
{
	const struct form_refs *refs = view->env.refs;
	for (size_t i = 0; refs && refs->get && i < view->row_count; i++) {
		const struct view_row *r = &view->rows[i];
		const struct form_entry *e = r->entry;
		if (e->type != FORM_REFERENCE || r->row.item || r->above != above || !e->choice_filter || !mentions(e->choice_filter, changed))
			continue;
		struct form_ref ref;
		const char *uuid = json_get_string(r->row.value, "uuid");
		struct view_aside *a = find_aside(view, r->path);
		if (uuid && refs->get(refs->ctx, e->reference, uuid, &ref) && !choice_offered(view, r, &ref)) {
			char *path = mem_strdup(r->path);
			char *name = mem_strdup(e->name);
			size_t row_above = r->above;
			add_aside(view, path, json_copy(r->row.value));
			set_in_doc(view, path, NULL);
			view_refresh(view);
			check_children(view, name, row_above);
			mem_free(path);
			mem_free(name);
		} else if (!uuid && a && a->value) {
			const char *old = json_get_string(a->value, "uuid");
			if (old && refs->get(refs->ctx, e->reference, old, &ref) && choice_offered(view, r, &ref)) {
				char *path = mem_strdup(r->path);
				set_in_doc(view, path, json_copy(a->value));
				drop_aside(view, a);
				view_refresh(view);
				mem_free(path);
			}
		}
	}
}

/* ---- calculations ---- */

static void run_calculations(struct form_view *view, const char *changed)
{
	for (size_t i = 0; i < view->row_count; i++) {
		const struct view_row *r = &view->rows[i];
		if (!r->entry->calculation || !r->entry->data || r->row.item || !r->row.visible || !mentions(r->entry->calculation, changed))
			continue;
		bool limit = false;
		struct value v = view_evaluate(view, r, r->entry->calculation, &limit);
		struct json *result = typed_from_value(view, r, &v);
		char *path = mem_strdup(r->path);
		set_in_doc(view, path, result);
		mem_free(path);
		view_refresh(view);
	}
}

/* ---- one change ---- */

static void touch(struct form_view *view, const char *path)
{
	for (size_t i = 0; i < view->touched_count; i++)
		if (!strcmp(view->touched[i], path))
			return;
	void *array = view->touched;
	mem_grow(&array, &view->touched_cap, view->touched_count + 1, sizeof *view->touched);
	view->touched = array;
	view->touched[view->touched_count++] = mem_strdup(path);
}

static enum status find_changeable(struct form_view *view, const char *path, struct view_row **out, struct err *err)
{
	struct view_row *r = view_find(view, path);
	if (!r)
		return err_set(err, ST_NOT_FOUND, N_("this form has no field {1}"), path);
	if (!r->row.visible)
		return err_set(err, ST_REFUSED, N_("{1} is not shown now, so it cannot be changed"), path);
	if (r->row.readonly)
		return err_set(err, ST_REFUSED, N_("{1} cannot be changed here"), path);
	*out = r;
	return ST_OK;
}

/* Puts the value in, lets everything follow, and takes it all back when items would go without the person's word. */
static enum status apply(struct form_view *view, const char *path, struct json *value, bool force, struct err *err)
{
	struct view_row *r = view_find(view, path);
	char *where = mem_strdup(path);
	char *name = mem_strdup(r->entry->name);
	size_t above = r->above;
	size_t count = 0;
	struct known_relevance *known = remember_relevance(view, &count);
	struct view_state before = state_copy(&view->now);
	struct view_aside *a = find_aside(view, where);
	if (a)
		drop_aside(view, a);
	if (r->entry->type == FORM_SELECT_MULTIPLE && !r->entry->data && r->entry->list) {
		/* its choices are boolean keys of the object */
		char *dot = strrchr(where, '.');
		for (size_t i = 0; i < r->entry->list->count; i++) {
			const char *key = r->entry->list->choices[i].name;
			char *key_path = mem_printf("%.*s%s", dot ? (int)(dot - where) + 1 : 0, where, key);
			set_in_doc(view, key_path, json_new_bool(json_true(json_get(value, key))));
			mem_free(key_path);
		}
		json_free(value);
	} else {
		set_in_doc(view, where, value);
	}
	view_refresh(view);
	check_children(view, name, above);
	run_calculations(view, name);
	bool items = note_aside(view, known, count);
	for (size_t i = 0; i < count; i++)
		mem_free(known[i].path);
	mem_free(known);
	enum status st = ST_OK;
	if (items && !force) {
		state_free(&view->now);
		view->now = before;
		view_refresh(view);
		st = err_set(err, ST_ASK, N_("this removes a list that has entries"));
	} else {
		push_undo(view, before);
		touch(view, where);
		view_refresh(view);
	}
	mem_free(where);
	mem_free(name);
	return st;
}

enum status form_set_value(struct form_view *view, const char *path, const struct json *value, bool force, struct err *err)
{
	struct view_row *r = NULL;
	enum status st = find_changeable(view, path, &r, err);
	if (st == ST_OK && (r->row.item || r->entry->type == FORM_GROUP || r->entry->type == FORM_NOTE))
		st = err_set(err, ST_REFUSED, N_("{1} cannot be changed here"), path);
	if (st != ST_OK)
		return st;
	return apply(view, path, json_is_null(value) ? NULL : json_copy(value), force, err);
}

enum status form_set_text(struct form_view *view, const char *path, const char *typed, bool force, struct err *err)
{
	struct view_row *r = NULL;
	struct json *value = NULL;
	enum status st = find_changeable(view, path, &r, err);
	if (st == ST_OK)
		st = typed_parse(view, r, typed, &value, err);
	arena_done(&view->arena);
	view->arena = (struct arena){NULL};
	return st == ST_OK ? apply(view, path, value, force, err) : st;
}

enum status form_add_item(struct form_view *view, const char *repeat_path, struct rand *rand, char uuid[UUID_SIZE], struct err *err)
{
	struct view_row *r = NULL;
	enum status st = find_changeable(view, repeat_path, &r, err);
	if (st == ST_OK && (r->entry->type != FORM_REPEAT || r->row.item))
		st = err_set(err, ST_INVALID, N_("{1} is no list"), repeat_path);
	if (st != ST_OK)
		return st;
	const struct form_entry *e = r->entry;
	struct json *item = model_new_item(e->field, rand, view->env.now_ms);
	struct json *list = json_is_array(r->row.value) ? json_copy(r->row.value) : json_new_array();
	char new_uuid[UUID_SIZE];
	memcpy(new_uuid, json_get_string(item, "uuid"), strlen(json_get_string(item, "uuid")) + 1);
	json_append(list, item);
	st = apply(view, repeat_path, list, true, err);
	if (st != ST_OK)
		return st;
	memcpy(uuid, new_uuid, UUID_SIZE);
	/* defaults work in a new item only; they belong to the same step */
	for (size_t i = 0; i < view->row_count; i++) {
		struct view_row *f = &view->rows[i];
		bool limit = false;
		if (f->row.item || !f->item || strcmp(f->item, new_uuid) != 0 || !f->entry->default_value || !f->entry->data || !view_value_is_empty(f))
			continue;
		struct value v = view_evaluate(view, f, f->entry->default_value, &limit);
		struct json *value = typed_from_value(view, f, &v);
		if (value)
			set_in_doc(view, f->path, value);
	}
	view_refresh(view);
	return ST_OK;
}

enum status form_remove_item(struct form_view *view, const char *item_path, struct err *err)
{
	struct view_row *r = NULL;
	enum status st = find_changeable(view, item_path, &r, err);
	if (st == ST_OK && !r->row.item)
		st = err_set(err, ST_INVALID, N_("{1} is no item of a list"), item_path);
	if (st != ST_OK)
		return st;
	const struct view_row *repeat = &view->rows[r->above];
	struct json *list = json_new_array();
	for (const struct json *v = json_first(repeat->row.value); v; v = json_next(v)) {
		const char *uuid = json_get_string(v, "uuid");
		if (!uuid || strcmp(uuid, r->item) != 0)
			json_append(list, json_copy(v));
	}
	char *path = mem_strdup(repeat->path);
	st = apply(view, path, list, true, err);
	mem_free(path);
	return st;
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
		set_in_doc(&copy, a->path, r->entry->type == FORM_REPEAT ? json_new_array() : NULL);
	}
	return copy.now.doc;
}
