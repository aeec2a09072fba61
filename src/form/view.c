/* A form opened on a record: its rows and what is visible, required, read-only (forms.md "What is seen, kept, cleared, refused"). */
#include "form/view.h"

#include <string.h>

/* ---- rows ---- */

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

static void drop_rows(struct form_view *view)
{
	for (size_t i = 0; i < view->row_count; i++) {
		mem_free(view->rows[i].path);
		mem_free(view->rows[i].item_text);
		mem_free(view->rows[i].value_text);
	}
	view->row_count = 0;
}

/* ---- finding rows ---- */

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

bool view_is_masked(const struct view_row *r)
{
	const struct model_field *f = r->row.field;
	return f && !r->row.item && (f->personal || f->sensitive) && json_true(json_get(r->holder, "pseudonymized"));
}

/* ---- evaluating in a row ---- */

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

/* A note can show a value from elsewhere: its calculation is then a reference such as ${/healthFacility}. */
static void fill_note(struct form_view *view, struct view_row *r)
{
	const struct expr *e = r->entry->calculation;
	if (r->entry->type != FORM_NOTE || !e || e->op != EXPR_ROOT || e->tail.predicate)
		return;
	struct scope s = {.env = &view->env, .model = view->model, .root = &view->root, .outermost = -1, .arena = &view->arena};
	const struct node *n = form_node_at(&s, "");
	for (int i = 0; i < e->tail.count; i++)
		n = expr_child(&s, n, e->tail.steps[i]);
	r->note = n->value;
	r->note_field = n->field;
}

/* ---- visible, required, read-only ---- */

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

/* Whatever the form's read_only says. */
static bool is_fixed(const struct form_view *view, const struct view_row *r)
{
	const struct form_entry *e = r->entry;
	const struct model_scope *scope = &view->env.scope;
	if (!view->env.editable || e->type == FORM_CALCULATE || e->calculation || e->read_only_always)
		return true;
	if (e->right && scope->has_right && !scope->has_right(scope->ctx, e->right))
		return true;
	const struct model_field *f = e->field;
	if (f && !r->row.item && (f->role == ROLE_COMPUTED || f->role == ROLE_BOOKKEEPING))
		return true;
	return view_is_masked(r);
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

/* "${healthFacility} ${admissionDate}" with the values as people read them. */
static char *item_label_text(struct form_view *view, const struct view_row *head)
{
	struct buf b;
	buf_init(&b, 1000);
	for (const char *p = head->entry->item_label ? head->entry->item_label : ""; *p;) {
		const char *end = p[0] == '$' && p[1] == '{' ? strchr(p, '}') : NULL;
		if (!end) {
			buf_add_char(&b, *p++);
			continue;
		}
		char *path = mem_printf("%s.%.*s", head->path, (int)(end - p - 2), p + 2);
		const struct view_row *r = view_find(view, path);
		char *text = r ? form_row_text(view, &r->row) : NULL;
		buf_add_text(&b, text);
		mem_free(text);
		mem_free(path);
		p = end + 1;
	}
	char *text = buf_take(&b, NULL);
	/* blanks of what is not filled in go */
	size_t n = 0;
	for (const char *p = text; *p; p++)
		if (*p != ' ' || (n && text[n - 1] != ' '))
			text[n++] = *p;
	while (n && text[n - 1] == ' ')
		n--;
	text[n] = '\0';
	return text;
}

static const struct json *base_at(const struct form_view *view, const char *path)
{
	struct model_path p;
	if (!view->env.base || model_parse_path(view->model, view->form->kind, path, &p, NULL) != ST_OK)
		return NULL;
	return model_path_get(&p, view->env.base);
}

/* In a new record, or in an item that the base has not: nothing there is old. */
static bool stands_in_new(const struct form_view *view, const struct view_row *r)
{
	if (!view->env.base)
		return true;
	for (const struct view_row *up = r; up->above != SIZE_MAX; up = &view->rows[up->above]) {
		const struct view_row *above = &view->rows[up->above];
		if (above->row.item && !base_at(view, above->path))
			return true;
	}
	return false;
}

static void note_changes(struct form_view *view, struct view_row *r)
{
	struct model_path p;
	r->is_new = stands_in_new(view, r);
	if (r->row.item || !r->entry->data)
		return;
	const struct json *before = NULL;
	if (model_parse_path(view->model, view->form->kind, r->path, &p, NULL) == ST_OK)
		before = model_path_get(&p, view->opened);
	r->row.changed = !model_values_equal(r->row.field, r->row.value, before);
	for (size_t i = 0; i < view->touched_count && !r->row.touched; i++)
		r->row.touched = !strcmp(view->touched[i], r->path);
}

void view_refresh(struct form_view *view)
{
	drop_rows(view);
	view->finding_count = 0;
	json_free(view->made);
	view->made = NULL;
	view->root = (struct node){.value = view->now.doc, .type = view->form->root_type};
	/* the person of a new case is typed on the same form */
	const struct form_entry *person = form_at_path(view->form, "person");
	view->person = (struct node){.value = person && person->type == FORM_GROUP ? json_get(view->now.doc, "person") : view->env.person,
		.type = model_of_kind(view->model, KIND_PERSONS)};
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
	for (size_t i = 0; i < view->row_count; i++)
		view_decide_visible(view, &view->rows[i]);
	for (size_t i = 0; i < view->row_count; i++) {
		struct view_row *r = &view->rows[i];
		r->row.visible = r->visibility == VISIBLE_YES;
		r->fixed = is_fixed(view, r);
		r->row.readonly = r->fixed || (r->entry->read_only && view_holds(view, r, r->entry->read_only));
		if (!r->row.item && r->row.visible)
			r->row.required = r->entry->required ? view_holds(view, r, r->entry->required) : r->entry->required_always;
		note_changes(view, r);
		fill_note(view, r);
		if (r->row.item) {
			r->item_text = item_label_text(view, r);
			r->row.label = (struct form_label){NULL, r->item_text, true};
		}
	}
	view_judge(view);
	arena_done(&view->arena);
	view->arena = (struct arena){NULL};
}

/* ---- the door: opening and looking ---- */

struct form_view *form_open(const struct form *form, const struct model *model, const struct json *doc, const struct form_env *env)
{
	struct form_view *view = mem_calloc(1, sizeof *view);
	view->form = form;
	view->model = model;
	view->env = *env;
	view->now.doc = json_is_object(doc) ? json_copy(doc) : json_new_object();
	view->opened = json_copy(view->now.doc);
	if (!view->env.scope.disease)
		view->env.scope.disease = json_get_string(view->opened, "disease");
	view_refresh(view);
	if (env->fresh)
		view_put_defaults(view, NULL);
	return view;
}

static void state_done(struct view_state *state)
{
	json_free(state->doc);
	for (size_t i = 0; i < state->aside_count; i++) {
		mem_free(state->aside[i].path);
		json_free(state->aside[i].value);
	}
	mem_free(state->aside);
	*state = (struct view_state){0};
}

void form_close(struct form_view *view)
{
	if (!view)
		return;
	drop_rows(view);
	state_done(&view->now);
	for (size_t i = 0; i < view->undo_count; i++)
		state_done(&view->undo[i]);
	for (size_t i = 0; i < view->redo_count; i++)
		state_done(&view->redo[i]);
	for (size_t i = 0; i < view->touched_count; i++)
		mem_free(view->touched[i]);
	mem_free(view->undo);
	mem_free(view->redo);
	mem_free(view->touched);
	mem_free(view->rows);
	mem_free(view->by_path);
	mem_free(view->by_place);
	json_free(view->made);
	mem_free(view->findings);
	json_free(view->opened);
	mem_free(view);
}

void form_set_env(struct form_view *view, const struct form_env *env)
{
	view->env = *env;
	if (!view->env.scope.disease)
		view->env.scope.disease = json_get_string(view->now.doc, "disease");
	view_refresh(view);
}

size_t form_row_count(const struct form_view *view)
{
	return view->row_count;
}

const struct form_row *form_row_at(const struct form_view *view, size_t index)
{
	return &view->rows[index].row;
}

const struct form_row *form_row_find(const struct form_view *view, const char *path)
{
	const struct view_row *r = view_find(view, path);
	return r ? &r->row : NULL;
}

void form_each_hidden(const struct form_view *view, form_hidden_fn visit, void *ctx)
{
	for (size_t i = 0; i < view->row_count; i++) {
		const struct view_row *r = &view->rows[i];
		bool leaf = r->entry->data && r->entry->type != FORM_GROUP && !r->row.item;
		if (leaf && !r->row.visible && !model_value_is_empty(r->row.field, r->row.value) && !(r->entry->type == FORM_REPEAT && view_value_is_empty(r)))
			visit(ctx, &r->row);
	}
}

const struct json *form_doc(const struct form_view *view)
{
	return view->now.doc;
}

static struct json *copy_or_null(const struct json *v)
{
	return v ? json_copy(v) : json_new_null();
}

struct json *form_try_json(const struct form_view *view)
{
	struct json *doc = json_new_object();
	struct json *fields = json_new_array();
	struct json *findings = json_new_array();
	for (size_t i = 0; i < view->row_count; i++) {
		const struct form_row *r = &view->rows[i].row;
		if (r->item)
			continue;
		struct json *field = json_new_object();
		json_set(field, "path", json_new_string(r->path));
		json_set(field, "visible", json_new_bool(r->visible));
		json_set(field, "required", json_new_bool(r->required));
		json_set(field, "readonly", json_new_bool(r->readonly));
		json_set(field, "value", copy_or_null(r->value));
		json_append(fields, field);
	}
	for (size_t i = 0; i < view->finding_count; i++) {
		const struct form_finding *f = &view->findings[i];
		char text[1024];
		struct json *finding = json_new_object();
		message_text(&f->message, text, sizeof text);
		json_set(finding, "path", json_new_string(f->path));
		json_set(finding, "severity", json_new_string(f->severity == FORM_ERROR && !f->older ? "error" : "warning"));
		json_set(finding, "rule", json_new_string(f->rule));
		json_set(finding, "message", json_new_string(text));
		json_append(findings, finding);
	}
	json_set(doc, "fields", fields);
	json_set(doc, "findings", findings);
	return doc;
}
