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

static bool was_relevant(const struct form_view *view, const struct view_row *r)
{
	for (;; r = &view->rows[r->above]) {
		if (!(r->turned ? r->was_relevant : r->relevant))
			return false;
		if (r->above == SIZE_MAX)
			return true;
	}
}

/* From here on it is noted which rows become relevant or irrelevant. */
static void forget_turned(struct form_view *view)
{
	for (size_t i = 0; i < view->turned.count; i++)
		view->rows[view->turned.rows[i]].turned = false;
	view->turned.count = 0;
}

static bool comes_back(const struct form_view *view, const struct view_aside *aside)
{
	const struct view_row *r = aside->value ? NULL : view_find(view, aside->path);
	return r && is_relevant(view, r);
}

/* What this change made irrelevant is set aside, what it made relevant again comes back. True when a repeat with items would go. */
static bool note_aside(struct form_view *view)
{
	bool items = false;
	size_t next = 0;
	if (!view->turned.count)
		return false;
	view_drop_asides(view, comes_back);
	size_t before = view->aside_count;
	view_list_sort(&view->turned);
	for (size_t i = 0; i < view->turned.count; i++) {
		size_t turned = view->turned.rows[i];
		for (size_t k = turned > next ? turned : next; k < view->rows[turned].end; k++) {
			const struct view_row *r = &view->rows[k];
			next = k + 1;
			if (!has_value(r) || is_relevant(view, r) || !was_relevant(view, r))
				continue;
			if (before)
				view_drop_aside(view, r->path);
			view_add_aside(view, r->path, NULL);
			items |= r->entry->type == FORM_REPEAT;
		}
	}
	return items;
}

/* ---- what reads a changed field ---- */

typedef bool (*reads_fn)(const struct form *form, const struct form_entry *e, const struct form_entry *changed, bool *same_item);

/* The rows of those fields that read a changed row, in their order: of the same item, or of all. The caller frees the list. */
static struct view_list rows_that_read(struct form_view *view, const char *path, reads_fn reads)
{
	const struct view_row *changed = view_find(view, path);
	struct view_list list = {0};
	for (size_t i = 0; changed && i < view->form->entry_count; i++) {
		const struct form_entry *e = view->form->entries[i];
		bool same_item = false;
		if (e == changed->entry || !e->data || !reads(view->form, e, changed->entry, &same_item))
			continue;
		const struct view_row *beside = same_item ? view_row_beside(view, e, changed) : NULL;
		if (beside)
			view_list_add(&list, (size_t)(beside - view->rows));
		for (size_t k = view->first[i]; !same_item && k != SIZE_MAX; k = view->rows[k].next)
			view_list_add(&list, k);
	}
	view_list_sort(&list);
	return list;
}

/* ---- children of a changed parent: a choice that is no longer offered ---- */

static bool choice_reads(const struct form *form, const struct form_entry *e, const struct form_entry *changed, bool *same_item)
{
	if (e->type != FORM_REFERENCE && e->type != FORM_SELECT_ONE)
		return false;
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
		const char *disease = json_get_string(view->doc, "disease");
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

static void check_children(struct form_view *view, const char *changed)
{
	struct view_list children = rows_that_read(view, changed, choice_reads);
	for (size_t i = 0; i < children.count; i++) {
		const struct view_row *r = &view->rows[children.rows[i]];
		struct view_aside *a = view_find_aside(view, r->path);
		char *path = mem_strdup(r->path);
		bool moved = false;
		if (is_offered(view, r, r->row.value) == OFFERED_NO) {
			struct json *value = json_copy(r->row.value);
			view_drop_aside(view, path);
			view_add_aside(view, path, value);
			view_put(view, path, NULL);
			moved = true;
		} else if (json_is_null(r->row.value) && a && a->value && is_offered(view, r, a->value) == OFFERED_YES) {
			view_put(view, path, json_copy(a->value));
			view_drop_aside(view, path);
			moved = true;
		}
		if (moved) {
			view_catch_up(view);
			check_children(view, path);
		}
		mem_free(path);
	}
	mem_free(children.rows);
}

/* ---- calculations ---- */

#define CALCULATION_ROUNDS 100 /* calculations that wait for one another */

static bool calculation_reads(const struct form *form, const struct form_entry *e, const struct form_entry *changed, bool *same_item)
{
	return e->calculation && form_reads(form, e, e->calculation, changed, same_item);
}

/* Each calculation that reads what changed, then those that read its result. */
static void run_calculations(struct form_view *view, const char *changed, int round)
{
	struct view_list readers = rows_that_read(view, changed, calculation_reads);
	for (size_t i = 0; i < readers.count && round < CALCULATION_ROUNDS; i++) {
		const struct view_row *r = &view->rows[readers.rows[i]];
		bool limit = false;
		if (!r->row.visible)
			continue;
		struct value v = view_evaluate(view, r, r->entry->calculation, &limit);
		struct json *result = typed_from_value(view, r, &v);
		if (model_values_equal(r->row.field, r->row.value, result)) {
			json_free(result);
			continue;
		}
		char *path = mem_strdup(r->path);
		view_put(view, path, result);
		view_catch_up(view);
		check_children(view, path);
		run_calculations(view, path, round + 1);
		mem_free(path);
	}
	mem_free(readers.rows);
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
	view_mark_touched(view, path);
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
static bool empty_lists(struct form_view *view, const struct form_entry *counting)
{
	struct view_list lists = {0};
	for (size_t i = 0; i < view->form->entry_count; i++) {
		const struct form_entry *e = view->form->entries[i];
		bool same_item = false;
		if (e->type != FORM_REPEAT || !form_reads(view->form, counting, counting->read_only, e, &same_item))
			continue;
		for (size_t k = view->first[i]; k != SIZE_MAX; k = view->rows[k].next)
			if (!view_value_is_empty(&view->rows[k]) && !view->rows[k].row.readonly)
				view_list_add(&lists, k);
	}
	for (size_t i = 0; i < lists.count; i++) {
		view_put(view, view->rows[lists.rows[i]].path, json_new_array());
		touch(view, view->rows[lists.rows[i]].path);
	}
	bool any = lists.count > 0;
	mem_free(lists.rows);
	view_catch_up(view);
	return any;
}

/* Is it, or something that it stands in, read-only whatever the form's read_only says? */
static bool is_fixed(const struct form_view *view, const struct view_row *r)
{
	while (!r->fixed && r->above != SIZE_MAX)
		r = &view->rows[r->above];
	return r->fixed;
}

/* Begins a step. A field that is read-only only as long as a list has items can be changed once the person confirms that these go: then they go here. */
static enum status open_up(struct form_view *view, const char *path, bool force, struct err *err)
{
	struct view_row *r = view_find(view, path);
	view_begin_step(view);
	if (!r || !r->row.visible || !r->row.readonly || r->row.item || is_fixed(view, r))
		return ST_OK;
	bool emptied = false;
	for (const struct form_entry *e = r->entry; e; e = e->parent)
		emptied |= e->read_only && empty_lists(view, e);
	r = view_find(view, path);
	if (emptied && r && !r->row.readonly && force)
		return ST_OK;
	bool would_help = emptied && r && !r->row.readonly;
	view_take_back(view);
	return would_help ? err_set(err, ST_ASK, N_("this removes a list that has entries")) : ST_OK;
}

/* Puts the value in and lets everything follow; the step is still open. Takes it all back when items would go without the person's word. */
static enum status apply(struct form_view *view, const char *path, struct json *value, bool force, struct err *err)
{
	struct view_row *r = view_find(view, path);
	char *where = mem_strdup(path);
	forget_turned(view);
	view_drop_aside(view, where);
	if (r->entry->type == FORM_SELECT_MULTIPLE && !r->entry->data && r->entry->list) {
		/* its choices are boolean keys of the object */
		const struct form_list *list = r->entry->list;
		char *dot = strrchr(where, '.');
		for (size_t i = 0; i < list->count; i++) {
			const char *key = list->choices[i].name;
			char *key_path = mem_printf("%.*s%s", dot ? (int)(dot - where) + 1 : 0, where, key);
			view_put(view, key_path, json_new_bool(json_true(json_get(value, key))));
			mem_free(key_path);
		}
		json_free(value);
	} else {
		view_put(view, where, value);
	}
	view_catch_up(view);
	check_children(view, where);
	run_calculations(view, where, 0);
	enum status st = ST_OK;
	if (note_aside(view) && !force) {
		view_take_back(view);
		st = err_set(err, ST_ASK, N_("this removes a list that has entries"));
	} else {
		touch(view, where);
	}
	mem_free(where);
	return st;
}

/* Puts value (taken) in, or, when it may not be, takes back what was opened for it. */
static enum status finish_change(struct form_view *view, const char *path, enum status st, struct json *value, bool force, struct err *err)
{
	view_scratch_done(view);
	if (st != ST_OK) {
		view_take_back(view);
		return st;
	}
	st = apply(view, path, value, force, err);
	if (st == ST_OK)
		view_end_step(view);
	return st;
}

enum status form_set_value(struct form_view *view, const char *path, const struct json *value, bool force, struct err *err)
{
	struct view_row *r = NULL;
	enum status st = open_up(view, path, force, err);
	if (st != ST_OK)
		return st;
	st = find_changeable(view, path, &r, err);
	if (st == ST_OK && (r->row.item || r->entry->type == FORM_GROUP || r->entry->type == FORM_NOTE))
		st = err_set(err, ST_REFUSED, N_("{1} cannot be changed here"), path);
	return finish_change(view, path, st, st == ST_OK && !json_is_null(value) ? json_copy(value) : NULL, force, err);
}

enum status form_set_text(struct form_view *view, const char *path, const char *typed, bool force, struct err *err)
{
	struct view_row *r = NULL;
	struct json *value = NULL;
	enum status st = open_up(view, path, force, err);
	if (st != ST_OK)
		return st;
	st = find_changeable(view, path, &r, err);
	if (st == ST_OK)
		st = typed_parse(view, r, typed, &value, err);
	return finish_change(view, path, st, value, force, err);
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
		view_catch_up(view);
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
	view_begin_step(view);
	st = apply(view, repeat_path, list, true, err);
	if (st != ST_OK)
		return st;
	memcpy(uuid, new_uuid, UUID_SIZE);
	/* defaults work in a new item only; they belong to the same step */
	view_put_defaults(view, new_uuid);
	view_end_step(view);
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
	view_begin_step(view);
	st = apply(view, path, list, true, err);
	if (st == ST_OK)
		view_end_step(view);
	mem_free(path);
	return st;
}

