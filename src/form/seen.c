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

#define COMPUTED_DEPTH 200

static struct value computed_value(struct form_view *view, struct view_row *r)
{
	if (!view_decide_visible(view, r) || view->depth > COMPUTED_DEPTH)
		return value_string("");
	if (r->entry->type == FORM_SELECT_MULTIPLE) {
		struct buf b;
		buf_init(&b, 0);
		for (size_t i = 0; r->entry->list && i < r->entry->list->count; i++)
			if (json_true(json_get(r->holder, r->entry->list->choices[i].name)))
				buf_printf(&b, "%s%s", b.len ? " " : "", r->entry->list->choices[i].name);
		return value_string(arena_keep(&view->arena, buf_take(&b, NULL)));
	}
	if (!r->computed) {
		bool limit = false;
		r->computed = true;
		r->value = value_string("");
		view->depth++;
		struct value v = view_evaluate(view, r, r->entry->calculation, &limit);
		view->depth--;
		r->value = value_single(&view->arena, &v);
		/* kept until the rows are made anew; the scratch memory is not */
		if (r->value.type == FORM_VALUE_STRING) {
			r->value_text = mem_strdup(r->value.text);
			r->value.text = r->value_text;
		}
	}
	return r->value;
}

/* Seen from outside its repeat a calculate is a nodeset: its values get nodes of their own. */
static struct value computed_set(struct form_view *view, const struct form_entry *e)
{
	struct value set = {.type = FORM_VALUE_NODESET, .plural = true};
	if (!view->made)
		view->made = json_new_array();
	set.nodes = arena_take(&view->arena, (view->row_count + 1) * sizeof *set.nodes);
	for (size_t i = 0; i < view->row_count; i++) {
		struct view_row *r = &view->rows[i];
		if (r->entry != e || r->row.item)
			continue;
		struct value v = computed_value(view, r);
		struct json *made = v.type == FORM_VALUE_BOOLEAN ? json_new_bool(v.boolean) : v.type == FORM_VALUE_NUMBER ? json_new_double(v.number) :
			json_new_string(value_to_string(&view->arena, &v));
		json_append(view->made, made);
		struct node *n = arena_take(&view->arena, sizeof *n);
		*n = (struct node){.value = made, .key = e->name};
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
	*out = r ? computed_value(v->view, r) : computed_set(v->view, e);
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

/* How many objects above the row's own ${name} may look into: those of this form. */
int view_levels_of(const struct form_entry *e)
{
	int levels = 0;
	for (const struct form_entry *p = e->parent; p && p->parent; p = p->parent)
		levels += p->data != NULL;
	return levels;
}

const struct node *view_row_node(struct scope *s, const struct view_row *r)
{
	if (r->entry->data || r->row.item) {
		const struct node *n = form_node_at(s, r->path);
		return n ? n : s->root;
	}
	/* a note or calculation stands in its holder as if it had a key of its own */
	const char *dot = strrchr(r->path, '.');
	char *above = mem_strndup(r->path, dot ? (size_t)(dot - r->path) : 0);
	const struct node *holder = form_node_at(s, above);
	mem_free(above);
	return expr_child(s, holder ? holder : s->root, r->entry->name);
}

static struct value evaluate_with(struct evaluating *with, const struct expr *e, bool *limit)
{
	struct form_view *view = with->view;
	struct scope s = {.env = &view->env, .model = view->model, .root = &view->root, .person = view->person.value ? &view->person : NULL,
		.outermost = view_levels_of(with->row->entry), .arena = &view->arena, .choosing = with->ref || with->choice, .column = choice_column, .calculated = calculated,
		.look = look_at_node, .choice_label = choice_label, .ctx = with};
	s.self = view_row_node(&s, with->row);
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

bool view_decide_visible(struct form_view *view, struct view_row *r)
{
	if (r->visibility != VISIBLE_UNKNOWN)
		return r->visibility != VISIBLE_NO;
	r->visibility = VISIBLE_BEING_DECIDED;
	bool above = r->above == SIZE_MAX || view_decide_visible(view, &view->rows[r->above]);
	if (!r->row.item && r->entry->relevant)
		r->relevant = view_holds(view, r, r->entry->relevant);
	bool model = r->row.item || !r->row.field || model_field_visible(r->row.field, &view->env.scope);
	r->visibility = above && r->relevant && model ? VISIBLE_YES : VISIBLE_NO;
	return r->visibility == VISIBLE_YES;
}
