/* Changes by the person: setting, items, set-aside values, calculations (forms.md "What is seen, kept, cleared, refused"). */
#include <string.h>

#include "form/change.h"
#include "form/refresh.h"
#include "form/steps.h"
#include "form/typed.h"

/* ---- setting aside ---- */

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
		struct view_aside *a = view_find_aside(view, r->path);
		if (relevant && a && !a->value)
			view_drop_aside(view, a);
		if (!relevant && has_value(r) && was_relevant(known, count, r->path)) {
			view_add_aside(view, r->path, NULL);
			items |= r->entry->type == FORM_REPEAT;
		}
	}
	return items;
}

/* ---- children of a changed parent: a choice that is no longer offered ---- */

/* Does a row of `reader` stand where a change of `changed` in that item is read? */
static bool is_reached(const struct view_row *r, const char *changed_item, bool same_item)
{
	if (!same_item)
		return true;
	return r->item && changed_item ? !strcmp(r->item, changed_item) : r->item == changed_item;
}

static bool choice_reads(const struct form *form, const struct form_entry *e, const struct form_entry *changed, bool *same_item)
{
	/* The server's own lists go by the disease (protocol.md D.3). */
	if (e->field && e->field->type == TYPE_CUSTOMIZABLE_ENUM && changed->data && !strcmp(changed->data, "disease") && changed->object == form->root_type)
		return true;
	if (e->choice_filter && form_reads(form, e, e->choice_filter, changed, same_item))
		return true;
	for (size_t i = 0; e->list && i < e->list->count; i++)
		if (e->list->choices[i].relevant && form_reads(form, e, e->list->choices[i].relevant, changed, same_item))
			return true;
	return false;
}

static const char *choice_name(const struct json *value)
{
	const char *name = json_get_string(value, "uuid");
	if (!name)
		name = json_get_string(value, "value");
	return name ? name : json_string(value);
}

enum offered { OFFERED_UNKNOWN, OFFERED_YES, OFFERED_NO };

struct find_value { const char *name; bool found; };

static bool is_value(void *ctx, const char *value, const char *caption)
{
	struct find_value *find = ctx;
	(void)caption;
	find->found = !strcmp(value, find->name);
	return !find->found;
}

static enum offered is_offered(struct form_view *view, const struct view_row *r, const struct json *value)
{
	const struct form_entry *e = r->entry;
	const struct form_refs *refs = view->env.refs;
	const char *name = choice_name(value);
	struct form_ref ref;
	if (!name || !*name)
		return OFFERED_UNKNOWN;
	if (e->type == FORM_REFERENCE) {
		if (!refs || !refs->get || !refs->get(refs->ctx, e->reference, name, &ref))
			return OFFERED_UNKNOWN; /* an unresolved reference keeps its uuid */
		return view_offers(view, r, name, NULL, &ref) ? OFFERED_YES : OFFERED_NO;
	}
	if (!e->list && e->field && e->field->type == TYPE_CUSTOMIZABLE_ENUM) {
		struct find_value find = {name, false};
		const char *disease = json_get_string(view->now.doc, "disease");
		if (!refs || !refs->each_value)
			return OFFERED_UNKNOWN;
		/* The environment's disease is the one before this change. */
		refs->each_value(refs->ctx, e->field->enum_name, disease ? disease : view->env.scope.disease, is_value, &find);
		return find.found ? OFFERED_YES : OFFERED_NO;
	}
	for (size_t i = 0; e->list && i < e->list->count; i++)
		if (!strcmp(e->list->choices[i].name, name))
			return view_offers(view, r, name, &e->list->choices[i], NULL) ? OFFERED_YES : OFFERED_NO;
	if (e->list)
		return OFFERED_UNKNOWN;
	return view_offers(view, r, name, NULL, NULL) ? OFFERED_YES : OFFERED_NO;
}

static void check_children(struct form_view *view, const struct form_entry *changed, const char *item)
{
	for (size_t i = 0; i < view->row_count; i++) {
		const struct view_row *r = &view->rows[i];
		const struct form_entry *e = r->entry;
		bool same_item = false;
		if ((e->type != FORM_REFERENCE && e->type != FORM_SELECT_ONE) || r->row.item || e == changed || !e->data)
			continue;
		if (!choice_reads(view->form, e, changed, &same_item) || !is_reached(r, item, same_item))
			continue;
		struct view_aside *a = view_find_aside(view, r->path);
		char *path = mem_strdup(r->path);
		char *own_item = mem_strdup(r->item);
		bool moved = false;
		if (is_offered(view, r, r->row.value) == OFFERED_NO) {
			view_add_aside(view, path, json_copy(r->row.value));
			view_put(view, path, NULL);
			moved = true;
		} else if (json_is_null(r->row.value) && a && a->value && is_offered(view, r, a->value) == OFFERED_YES) {
			view_put(view, path, json_copy(a->value));
			view_drop_aside(view, view_find_aside(view, path));
			moved = true;
		}
		if (moved) {
			view_refresh(view);
			check_children(view, e, own_item);
		}
		mem_free(path);
		mem_free(own_item);
	}
}

/* ---- calculations ---- */

#define CALCULATION_ROUNDS 100 /* calculations that wait for one another */

/* Each calculation that reads what changed, then those that read its result. */
static void run_calculations(struct form_view *view, const struct form_entry *changed, const char *item, int round)
{
	for (size_t i = 0; i < view->row_count && round < CALCULATION_ROUNDS; i++) {
		const struct view_row *r = &view->rows[i];
		const struct form_entry *e = r->entry;
		bool same_item = false;
		bool limit = false;
		if (!e->calculation || !e->data || r->row.item || !r->row.visible || e == changed)
			continue;
		if (!form_reads(view->form, e, e->calculation, changed, &same_item) || !is_reached(r, item, same_item))
			continue;
		struct value v = view_evaluate(view, r, e->calculation, &limit);
		struct json *result = typed_from_value(view, r, &v);
		if (model_values_equal(r->row.field, r->row.value, result)) {
			json_free(result);
			continue;
		}
		char *path = mem_strdup(r->path);
		char *own_item = mem_strdup(r->item);
		view_put(view, path, result);
		view_refresh(view);
		check_children(view, e, own_item);
		run_calculations(view, e, own_item, round + 1);
		mem_free(path);
		mem_free(own_item);
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

/* Empties the lists that this read_only counts. False when there is nothing in them. */
static bool empty_lists(struct form_view *view, const struct view_row *r)
{
	char **paths = mem_calloc(view->row_count + 1, sizeof *paths);
	size_t count = 0;
	for (size_t i = 0; i < view->row_count; i++) {
		const struct view_row *list = &view->rows[i];
		bool same_item = false;
		if (list->entry->type == FORM_REPEAT && !list->row.item && !view_value_is_empty(list) && !list->row.readonly
			&& form_reads(view->form, r->entry, r->entry->read_only, list->entry, &same_item))
			paths[count++] = mem_strdup(list->path);
	}
	for (size_t i = 0; i < count; i++) {
		view_put(view, paths[i], json_new_array());
		touch(view, paths[i]);
		mem_free(paths[i]);
	}
	mem_free(paths);
	view_refresh(view);
	return count > 0;
}

/* A field that is read-only only as long as a list has items can be changed once the person confirms that these go.
 * ST_OK with *before set: they are gone, and *before is the state to return to. */
static enum status open_up(struct form_view *view, const char *path, bool force, struct view_state *before, bool *opened, struct err *err)
{
	struct view_row *r = view_find(view, path);
	*opened = false;
	if (!r || !r->row.visible || !r->row.readonly || r->fixed || r->row.item)
		return ST_OK;
	*before = view_state_copy(&view->now);
	bool emptied = empty_lists(view, r);
	r = view_find(view, path);
	if (!emptied || !r || r->row.readonly || !force) {
		bool would_help = emptied && r && !r->row.readonly;
		view_take_back(view, before);
		return would_help ? err_set(err, ST_ASK, N_("this removes a list that has entries")) : ST_OK;
	}
	*opened = true;
	return ST_OK;
}

/* Puts the value in, lets everything follow, and takes it all back when items would go without the person's word. */
static enum status apply(struct form_view *view, const char *path, struct json *value, bool force, const struct view_state *opened_from, struct err *err)
{
	struct view_row *r = view_find(view, path);
	char *where = mem_strdup(path);
	const struct form_entry *changed = r->entry;
	char *item = mem_strdup(r->item);
	size_t count = 0;
	struct known_relevance *known = remember_relevance(view, &count);
	struct view_state before = opened_from ? *opened_from : view_state_copy(&view->now);
	struct view_aside *a = view_find_aside(view, where);
	if (a)
		view_drop_aside(view, a);
	if (r->entry->type == FORM_SELECT_MULTIPLE && !r->entry->data && r->entry->list) {
		/* its choices are boolean keys of the object */
		char *dot = strrchr(where, '.');
		for (size_t i = 0; i < r->entry->list->count; i++) {
			const char *key = r->entry->list->choices[i].name;
			char *key_path = mem_printf("%.*s%s", dot ? (int)(dot - where) + 1 : 0, where, key);
			view_put(view, key_path, json_new_bool(json_true(json_get(value, key))));
			mem_free(key_path);
		}
		json_free(value);
	} else {
		view_put(view, where, value);
	}
	view_refresh(view);
	check_children(view, changed, item);
	run_calculations(view, changed, item, 0);
	bool items = note_aside(view, known, count);
	for (size_t i = 0; i < count; i++)
		mem_free(known[i].path);
	mem_free(known);
	enum status st = ST_OK;
	if (items && !force) {
		view_state_done(&view->now);
		view->now = before;
		view_refresh(view);
		st = err_set(err, ST_ASK, N_("this removes a list that has entries"));
	} else {
		view_push_undo(view, before);
		touch(view, where);
		view_refresh(view);
	}
	mem_free(where);
	mem_free(item);
	return st;
}

/* Puts value (taken) in, or, when it may not be, returns to what was opened for it. */
static enum status finish_change(struct form_view *view, const char *path, enum status st, struct json *value, bool force, struct view_state *opened_from,
	struct err *err)
{
	if (st == ST_OK)
		return apply(view, path, value, force, opened_from, err);
	if (opened_from)
		view_take_back(view, opened_from);
	return st;
}

enum status form_set_value(struct form_view *view, const char *path, const struct json *value, bool force, struct err *err)
{
	struct view_row *r = NULL;
	struct view_state before = {0};
	bool opened = false;
	enum status st = open_up(view, path, force, &before, &opened, err);
	if (st != ST_OK)
		return st;
	st = find_changeable(view, path, &r, err);
	if (st == ST_OK && (r->row.item || r->entry->type == FORM_GROUP || r->entry->type == FORM_NOTE))
		st = err_set(err, ST_REFUSED, N_("{1} cannot be changed here"), path);
	return finish_change(view, path, st, st == ST_OK && !json_is_null(value) ? json_copy(value) : NULL, force, opened ? &before : NULL, err);
}

enum status form_set_text(struct form_view *view, const char *path, const char *typed, bool force, struct err *err)
{
	struct view_row *r = NULL;
	struct json *value = NULL;
	struct view_state before = {0};
	bool opened = false;
	enum status st = open_up(view, path, force, &before, &opened, err);
	if (st != ST_OK)
		return st;
	st = find_changeable(view, path, &r, err);
	if (st == ST_OK)
		st = typed_parse(view, r, typed, &value, err);
	arena_done(&view->arena);
	view->arena = (struct arena){NULL};
	return finish_change(view, path, st, value, force, opened ? &before : NULL, err);
}

void view_put_defaults(struct form_view *view, const char *item)
{
	for (size_t i = 0; i < view->row_count; i++) {
		struct view_row *f = &view->rows[i];
		bool limit = false;
		bool here = item ? f->item && !strcmp(f->item, item) : !f->item;
		if (f->row.item || !here || !f->entry->default_value || !f->entry->data || !view_value_is_empty(f))
			continue;
		struct value v = view_evaluate(view, f, f->entry->default_value, &limit);
		struct json *value = typed_from_value(view, f, &v);
		if (!value)
			continue;
		char *path = mem_strdup(f->path);
		view_put(view, path, value);
		mem_free(path);
		/* one default may read another */
		view_refresh(view);
	}
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
	st = apply(view, repeat_path, list, true, NULL, err);
	if (st != ST_OK)
		return st;
	memcpy(uuid, new_uuid, UUID_SIZE);
	/* defaults work in a new item only; they belong to the same step */
	view_put_defaults(view, new_uuid);
	return ST_OK;
}

enum status form_remove_item(struct form_view *view, const char *item_path, struct err *err)
{
	struct view_row *r = NULL;
	enum status st = find_changeable(view, item_path, &r, err);
	if (st != ST_OK)
		return st;
	if (!r || !r->row.item)
		return err_set(err, ST_INVALID, N_("{1} is no item of a list"), item_path);
	const struct view_row *repeat = &view->rows[r->above];
	struct json *list = json_new_array();
	for (const struct json *v = json_first(repeat->row.value); v; v = json_next(v)) {
		const char *uuid = json_get_string(v, "uuid");
		if (!uuid || strcmp(uuid, r->item) != 0)
			json_append(list, json_copy(v));
	}
	char *path = mem_strdup(repeat->path);
	st = apply(view, path, list, true, NULL, err);
	mem_free(path);
	return st;
}

