/* A form opened on a record: opening it, looking at it, closing it (forms.md "What is seen, kept, cleared, refused"). */
#include <string.h>

#include "form/change.h"
#include "form/refresh.h"
#include "form/steps.h"

/* Without a disease of its own it has the document's, as it is now. */
static void take_env(struct form_view *view, const struct form_env *env)
{
	view->env = *env;
	mem_free(view->disease);
	view->disease = mem_strdup(json_get_string(view->doc, "disease"));
	if (!view->env.scope.disease)
		view->env.scope.disease = view->disease;
}

struct form_view *form_open(const struct form *form, const struct model *model, const struct json *doc, const struct form_env *env)
{
	struct form_view *view = mem_calloc(1, sizeof *view);
	view->form = form;
	view->model = model;
	view->doc = json_is_object(doc) ? json_copy(doc) : json_new_object();
	view->opened = json_copy(view->doc);
	take_env(view, env);
	view->reader = SIZE_MAX;
	view_refresh(view);
	if (env->fresh)
		view_put_defaults(view, NULL);
	view_begin_step(view); /* defaults are not undone */
	return view;
}

void form_close(struct form_view *view)
{
	if (!view)
		return;
	view_drop_rows(view->rows, view->row_count);
	view_forget_steps(view);
	json_free(view->doc);
	for (size_t i = 0; i < view->touched_count; i++)
		mem_free(view->touched[i]);
	mem_free(view->touched);
	mem_free(view->disease);
	mem_free(view->by_path);
	mem_free(view->by_place);
	mem_free(view->first);
	view_scratch_done(view);
	reads_clear(&view->reads);
	mem_free(view->queue.rows);
	mem_free(view->due.rows);
	mem_free(view->turned.rows);
	mem_free(view->findings.list);
	json_free(view->opened);
	mem_free(view);
}

void form_set_env(struct form_view *view, const struct form_env *env)
{
	take_env(view, env);
	view_refresh(view);
}

size_t form_evaluated(const struct form_view *view)
{
	return view->evaluated;
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
	return view->doc;
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
	for (size_t i = 0; i < view->findings.count; i++) {
		const struct form_finding *f = form_finding_at(view, i);
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
