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
	}
	view->row_count = 0;
}

struct view_row *view_find(const struct form_view *view, const char *path)
{
	for (size_t i = 0; i < view->row_count; i++)
		if (!strcmp(view->rows[i].path, path))
			return &view->rows[i];
	return NULL;
}

/* ---- evaluating in a row ---- */

static bool decide_visible(struct form_view *view, struct view_row *r);

/* What the base has where a node is; *known false for the person and other strangers. */
static const struct json *base_of(const struct form_view *view, const struct node *n, bool *known)
{
	if (n == &view->root) {
		*known = true;
		return view->env.base;
	}
	if (!n->parent) {
		*known = false;
		return NULL;
	}
	const struct json *above = base_of(view, n->parent, known);
	const struct json *v = json_get(above, n->key);
	if (!n->position)
		return v;
	const char *uuid = json_get_string(n->value, "uuid");
	for (const struct json *item = json_is_array(v) ? json_first(v) : NULL; uuid && item; item = json_next(item)) {
		const char *own = json_get_string(item, "uuid");
		if (own && !strcmp(own, uuid))
			return item;
	}
	return NULL;
}

/* Every node that an expression reads comes by here: is it hidden, and was it changed? */
static bool node_hidden(void *ctx, const struct node *n)
{
	struct form_view *view = ctx;
	bool known = false;
	const struct json *base = base_of(view, n, &known);
	if (known && !model_values_equal(n->field, n->value, base))
		view->reads_change = true;
	if (!n->parent || !n->key)
		return false;
	for (size_t i = 0; i < view->row_count; i++) {
		struct view_row *r = &view->rows[i];
		if (r->row.item || r->holder != n->parent->value || !r->entry->data || strcmp(r->entry->data, n->key) != 0)
			continue;
		/* a masked value is a placeholder */
		if (r->row.field && (r->row.field->personal || r->row.field->sensitive) && json_true(json_get(r->holder, "pseudonymized")))
			return true;
		return !decide_visible(view, r);
	}
	return false;
}

static bool calculated(void *ctx, const char *name, struct value *out)
{
	struct form_view *view = ctx;
	const struct form_entry *e = form_find_entry(view->form, name);
	if (!e || e->type != FORM_CALCULATE || e->data || !e->calculation)
		return false;
	for (size_t i = 0; i < view->row_count; i++) {
		if (view->rows[i].entry != e)
			continue;
		bool limit = false;
		*out = view_evaluate(view, &view->rows[i], e->calculation, &limit);
		return true;
	}
	return false;
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
	const struct form_view *view = ctx;
	const struct form_entry *e = form_find_entry(view->form, name);
	return e ? view_choice_label(view->form, e->list_name, constant) : NULL;
}

static const char *ref_column(void *ctx, const char *name)
{
	const struct form_ref *ref = ctx;
	const struct { const char *name, *value; } columns[] = {{"uuid", ref->uuid}, {"name", ref->uuid}, {"label", ref->label}, {"region", ref->region},
		{"district", ref->district}, {"community", ref->community}, {"type", ref->type}};
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		if (!strcmp(columns[i].name, name))
			return columns[i].value;
	return NULL;
}

/* The scope's hooks want two contexts: the view, and in a choice_filter the choice. */
struct choice_ctx { struct form_view *view; const struct form_ref *ref; };

static const char *choice_column(void *ctx, const char *name)
{
	const struct choice_ctx *c = ctx;
	union { const struct form_ref *ref; void *p; } u = {.ref = c->ref};
	return ref_column(u.p, name);
}

static bool choice_hidden(void *ctx, const struct node *n)
{
	const struct choice_ctx *c = ctx;
	return node_hidden(c->view, n);
}

/* How many objects above the row's own ${name} may look into: those of this form. */
static int levels_of(const struct form_entry *e)
{
	int levels = 0;
	for (const struct form_entry *p = e->parent; p && p->parent; p = p->parent)
		levels += p->data != NULL;
	return levels;
}

static const struct node *row_node(struct scope *s, const struct form_view *view, const struct view_row *r)
{
	(void)view;
	if (r->entry->data || r->row.item) {
		const struct node *n = form_node_at(s, r->path);
		if (!n)
			return s->root;
		if (r->entry->type == FORM_DATE_TIME) {
			struct node *instant = arena_take(s->arena, sizeof *instant);
			*instant = *n;
			instant->instant = true;
			return instant;
		}
		return n;
	}
	/* a note or calculation stands in its holder as if it had a key of its own */
	const char *dot = strrchr(r->path, '.');
	char *above = mem_strndup(r->path, dot ? (size_t)(dot - r->path) : 0);
	const struct node *holder = form_node_at(s, above);
	mem_free(above);
	return expr_child(s, holder ? holder : s->root, r->entry->name);
}

static struct value evaluate_with(struct form_view *view, const struct view_row *r, const struct expr *e, const struct form_ref *ref, bool *limit)
{
	struct choice_ctx choice = {view, ref};
	struct scope s = {.env = &view->env, .model = view->model, .root = &view->root, .person = view->env.person ? &view->person : NULL,
		.outermost = levels_of(r->entry), .arena = &view->arena};
	if (ref) {
		s.column = choice_column;
		s.hidden = choice_hidden;
		s.ctx = &choice;
	} else {
		s.calculated = calculated;
		s.hidden = node_hidden;
		s.choice_label = choice_label;
		s.ctx = view;
	}
	s.self = row_node(&s, view, r);
	struct value v = expr_evaluate(&s, e);
	*limit = s.limit;
	return v;
}

struct value view_evaluate(struct form_view *view, const struct view_row *r, const struct expr *e, bool *limit)
{
	return evaluate_with(view, r, e, NULL, limit);
}

struct value view_evaluate_choice(struct form_view *view, const struct view_row *r, const struct expr *e, const struct form_ref *ref)
{
	bool limit;
	return evaluate_with(view, r, e, ref, &limit);
}

static bool holds(struct form_view *view, const struct view_row *r, const struct expr *e)
{
	bool limit = false;
	struct value v = view_evaluate(view, r, e, &limit);
	return value_to_boolean(&view->arena, &v);
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

static bool decide_visible(struct form_view *view, struct view_row *r)
{
	if (r->visibility != VISIBLE_UNKNOWN)
		return r->visibility != VISIBLE_NO;
	r->visibility = VISIBLE_BEING_DECIDED;
	bool above = r->above == SIZE_MAX || decide_visible(view, &view->rows[r->above]);
	if (!r->row.item && r->entry->relevant) {
		bool change = view->reads_change;
		r->relevant = holds(view, r, r->entry->relevant);
		view->reads_change = change;
	}
	bool model = r->row.item || !r->row.field || model_field_visible(r->row.field, &view->env.scope);
	r->visibility = above && r->relevant && model ? VISIBLE_YES : VISIBLE_NO;
	return r->visibility == VISIBLE_YES;
}

static bool is_readonly(struct form_view *view, const struct view_row *r)
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
	if (f && !r->row.item && (f->personal || f->sensitive) && json_true(json_get(r->holder, "pseudonymized")))
		return true;
	return e->read_only && holds(view, r, e->read_only);
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
	view->root = (struct node){.value = view->now.doc, .type = view->form->root_type};
	view->person = (struct node){.value = view->env.person, .type = model_of_kind(view->model, KIND_PERSONS)};
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
	for (size_t i = 0; i < view->row_count; i++)
		decide_visible(view, &view->rows[i]);
	for (size_t i = 0; i < view->row_count; i++) {
		struct view_row *r = &view->rows[i];
		r->row.visible = r->visibility == VISIBLE_YES;
		r->row.readonly = is_readonly(view, r);
		if (!r->row.item && r->row.visible)
			r->row.required = r->entry->required ? holds(view, r, r->entry->required) : r->entry->required_always;
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
