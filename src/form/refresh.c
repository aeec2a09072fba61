/* Evaluating an opened form: what is visible, required, read-only, and its findings (forms.md "What is seen, kept, cleared, refused"). */
#include <string.h>

#include "form/judge.h"
#include "form/refresh.h"
#include "form/shown.h"

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

/* ---- required, read-only, changed ---- */

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
	view->finding_count = 0;
	json_free(view->made);
	view->made = NULL;
	view->root = (struct node){.value = view->now.doc, .type = view->form->root_type};
	/* the person of a new case is typed on the same form */
	const struct form_entry *person = form_at_path(view->form, "person");
	view->person = (struct node){.value = person && person->type == FORM_GROUP ? json_get(view->now.doc, "person") : view->env.person,
		.type = model_of_kind(view->model, KIND_PERSONS)};
	view_make_rows(view);
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
