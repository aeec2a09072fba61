/* What expressions see from a row: hidden fields are '', calculations have values, choices have columns (forms.md "What is seen, kept, cleared, refused"). */
#include <string.h>

#include "form/view.h"

/* What the hooks of an evaluation know. */
struct evaluating {
	struct form_view *view;
	const struct view_row *row;
	const struct form_ref *ref;           /* choice_filter: the choice */
	const struct form_choice *choice;
};

/* How the form sees a node: hidden, with its time, scaled. */
static void look_at_node(void *ctx, const struct node *n, struct look *out)
{
	const struct evaluating *v = ctx;
	if (!n->parent || !n->key)
		return;
	struct view_row *r = view_find_value(v->view, n->parent->value, n->key);
	if (!r)
		return;
	out->hidden = view_is_masked(r) || !view_decide_visible(v->view, r);
	out->instant = r->entry->type == FORM_DATE_TIME;
	out->scale = r->entry->scale;
}

/* ---- what is read ---- */

void view_note_read(struct form_view *view, const struct json *object, const char *key)
{
	if (view->reader != SIZE_MAX)
		reads_add(&view->reads, reads_place(object, key), view->reader);
}

void view_note_keys(struct form_view *view, const struct view_row *r)
{
	for (size_t i = 0; r->entry->list && i < r->entry->list->count; i++)
		view_note_read(view, r->holder, r->entry->list->choices[i].name);
}

static void note_read(void *ctx, const struct json *object, const char *key)
{
	const struct evaluating *v = ctx;
	view_note_read(v->view, object, key);
}

static void note_raw_read(void *ctx, const struct json *object, const char *key)
{
	view_note_read(ctx, object, key);
}

/* While a repeat decides whether it is shown, what is in it counts as if it were: that is not kept, and it is the repeat that reads. */
static bool is_in_undecided(const struct form_view *view, const struct view_row *r)
{
	for (size_t up = r->above; view->deciding && up != SIZE_MAX; up = view->rows[up].above)
		if (view->rows[up].visibility == VISIBLE_BEING_DECIDED)
			return true;
	return false;
}

/* From now on r reads; returns who did. */
static size_t read_as(struct form_view *view, const struct view_row *r)
{
	size_t before = view->reader;
	if (!is_in_undecided(view, r))
		view->reader = (size_t)(r - view->rows);
	return before;
}

/* ---- values of what has no key ---- */

#define COMPUTED_DEPTH 200

static struct value compute(struct form_view *view, const struct view_row *r)
{
	bool limit = false;
	if (r->entry->type != FORM_SELECT_MULTIPLE) {
		view->depth++;
		struct value v = view_evaluate(view, r, r->entry->calculation, &limit);
		view->depth--;
		return value_single(&view->arena, &v);
	}
	struct buf b;
	buf_init(&b, 0);
	view_note_keys(view, r);
	for (size_t i = 0; r->entry->list && i < r->entry->list->count; i++)
		if (json_true(json_get(r->holder, r->entry->list->choices[i].name)))
			buf_printf(&b, "%s%s", b.len ? " " : "", r->entry->list->choices[i].name);
	return value_string(arena_keep(&view->arena, buf_take(&b, NULL)));
}

struct value view_computed_value(struct form_view *view, struct view_row *r)
{
	view_note_read(view, r->holder, view_key(r));
	if (!view_decide_visible(view, r) || view->depth > COMPUTED_DEPTH)
		return value_string("");
	if (view->trying || is_in_undecided(view, r))
		return compute(view, r);
	if (!r->computed) {
		size_t reader = read_as(view, r);
		r->computed = true;
		r->value = value_string("");
		r->value = compute(view, r);
		view->reader = reader;
		/* kept until what it reads changes; the scratch memory is not */
		mem_free(r->value_text);
		r->value_text = r->value.type == FORM_VALUE_STRING ? mem_strdup(r->value.text) : NULL;
		if (r->value_text)
			r->value.text = r->value_text;
	}
	return r->value;
}

/* Seen from outside its repeat a calculate is a nodeset: its values get nodes of their own. */
static bool is_in_hidden_item(struct form_view *view, const struct view_row *r)
{
	for (size_t up = r->above; up != SIZE_MAX; up = view->rows[up].above)
		if (view->rows[up].row.item && !view_decide_visible(view, &view->rows[up]))
			return true;
	return false;
}

static struct value computed_set(struct form_view *view, const struct form_entry *e)
{
	struct value set = {.type = FORM_VALUE_NODESET, .plural = true};
	set.nodes = arena_take(&view->arena, (view->row_count + 1) * sizeof *set.nodes);
	for (size_t i = 0; i < view->row_count; i++) {
		struct view_row *r = &view->rows[i];
		if (r->entry != e || r->row.item)
			continue;
		/* also that it is not there now */
		view_note_read(view, r->holder, view_key(r));
		if (is_in_hidden_item(view, r))
			continue;
		struct value *made = arena_take(&view->arena, sizeof *made);
		struct node *n = arena_take(&view->arena, sizeof *n);
		*made = view_computed_value(view, r);
		*n = (struct node){.made = made, .key = e->name};
		set.nodes[set.count++] = n;
	}
	return set;
}

static bool calculated(void *ctx, const char *name, struct value *out)
{
	const struct evaluating *v = ctx;
	const struct form_entry *e = form_lookup(v->row->entry, name);
	bool virtual = e && !e->data && ((e->type == FORM_CALCULATE && e->calculation) || e->type == FORM_SELECT_MULTIPLE);
	if (!virtual)
		return false;
	struct view_row *r = view_row_beside(v->view, e, v->row);
	*out = r ? view_computed_value(v->view, r) : computed_set(v->view, e);
	return true;
}

const char *view_choice_label(const struct form *form, const char *list, const char *constant)
{
	for (size_t i = 0; list && i < form->list_count; i++) {
		if (strcmp(form->lists[i].name, list) != 0)
			continue;
		for (size_t k = 0; k < form->lists[i].count; k++)
			if (!strcmp(form->lists[i].choices[k].name, constant))
				return form->lists[i].choices[k].label.id;
	}
	return list ? json_get_string(json_get(form->labels, list), constant) : NULL;
}

static const char *choice_label(void *ctx, const char *name, const char *constant)
{
	const struct evaluating *v = ctx;
	const struct form_entry *e = form_lookup(v->row->entry, name);
	return e ? view_choice_label(v->view->form, e->list_name, constant) : NULL;
}

static const char *choice_column(void *ctx, const char *name)
{
	const struct evaluating *v = ctx;
	if (v->choice) {
		const struct json *column = json_get(v->choice->columns, name);
		if (!strcmp(name, "name"))
			return v->choice->name;
		if (!strcmp(name, "label"))
			return v->choice->label.id;
		return json_is_number(column) ? json_number_text(column) : json_is_bool(column) ? (json_true(column) ? "true" : "false") : json_string(column);
	}
	const struct form_ref *ref = v->ref;
	const struct { const char *name, *value; } columns[] = {{"uuid", ref->uuid}, {"name", ref->uuid}, {"label", ref->label}, {"region", ref->region},
		{"district", ref->district}, {"community", ref->community}, {"type", ref->type}};
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		if (!strcmp(columns[i].name, name))
			return columns[i].value;
	return NULL;
}

struct scope view_raw_scope(struct form_view *view, const struct view_row *r)
{
	return (struct scope){.env = &view->env, .model = view->model, .root = &view->root, .person = view->person.value ? &view->person : NULL, .self = &r->node,
		.from = r->entry, .arena = &view->arena, .raw = true, .read = note_raw_read, .ctx = view};
}

static struct value evaluate_with(struct evaluating *with, const struct expr *e, bool *limit)
{
	struct scope s = view_raw_scope(with->view, with->row);
	s.raw = false;
	s.choosing = with->ref || with->choice;
	s.column = choice_column;
	s.calculated = calculated;
	s.look = look_at_node;
	s.choice_label = choice_label;
	s.read = note_read;
	s.ctx = with;
	struct value v = expr_evaluate(&s, e);
	*limit = s.limit;
	return v;
}

struct value view_evaluate(struct form_view *view, const struct view_row *r, const struct expr *e, bool *limit)
{
	struct evaluating with = {.view = view, .row = r};
	return evaluate_with(&with, e, limit);
}

bool view_holds(struct form_view *view, const struct view_row *r, const struct expr *e)
{
	struct arena_mark mark = arena_mark(&view->arena);
	bool limit = false;
	struct value v = view_evaluate(view, r, e, &limit);
	bool result = value_to_boolean(&view->arena, &v);
	arena_release(&view->arena, mark);
	return result;
}

bool view_offers(struct form_view *view, const struct view_row *r, const char *name, const struct form_choice *choice, const struct form_ref *ref)
{
	struct form_ref alone = {.uuid = name};
	struct evaluating with = {.view = view, .row = r, .ref = ref ? ref : &alone, .choice = choice};
	bool limit = false;
	if (choice && choice->relevant && !view_holds(view, r, choice->relevant))
		return false;
	if (!r->entry->choice_filter)
		return true;
	struct arena_mark mark = arena_mark(&view->arena);
	struct value v = evaluate_with(&with, r->entry->choice_filter, &limit);
	bool result = value_to_boolean(&view->arena, &v);
	arena_release(&view->arena, mark);
	return result;
}

/* ---- is a row seen? ---- */

/* The form's own condition; what it was before this change is kept. */
static void set_relevant(struct form_view *view, struct view_row *r, bool relevant)
{
	if (r->relevant != relevant && !r->turned) {
		r->turned = true;
		r->was_relevant = r->relevant;
		view_list_add(&view->turned, (size_t)(r - view->rows));
	}
	r->relevant = relevant;
}

bool view_decide_visible(struct form_view *view, struct view_row *r)
{
	bool passing = is_in_undecided(view, r);
	enum view_visibility before = r->visibility;
	if (before == VISIBLE_BEING_DECIDED || (before != VISIBLE_UNKNOWN && !passing))
		return before != VISIBLE_NO;
	bool own = !r->row.item && r->entry->relevant;
	bool list = own && r->entry->type == FORM_REPEAT;
	size_t reader = read_as(view, r);
	r->visibility = VISIBLE_BEING_DECIDED;
	view->deciding += list;
	bool above = r->above == SIZE_MAX ? !view->base.field || model_field_visible(view->base.field, &view->env.scope) :
		view_decide_visible(view, &view->rows[r->above]);
	bool relevant = !own || view_holds(view, r, r->entry->relevant);
	bool model = r->row.item || !r->row.field || model_field_visible(r->row.field, &view->env.scope);
	bool visible = above && relevant && model;
	view->deciding -= list;
	view->reader = reader;
	r->visibility = passing ? before : visible ? VISIBLE_YES : VISIBLE_NO;
	if (!passing)
		set_relevant(view, r, relevant);
	return visible;
}
