/* The choices that a field offers now (forms.md: choice_filter, relevant). */
#include <string.h>

#include "form/shown.h"

struct choices { struct form_view *view; const struct view_row *row; const char *typed; form_choice_fn visit; void *ctx; bool stop, seen_stored; const char *stored; };

/* The beginning of any word of the label, or of the constant. */
static bool label_matches(const struct form_view *view, const char *typed, const char *name, struct form_label label)
{
	if (!typed || !*typed)
		return true;
	char *wanted = text_fold(typed);
	char *folded = text_fold(label.id ? view_label_shown(view, label) : name);
	char *constant = text_fold(name);
	bool found = text_starts(constant, wanted) || text_starts(folded, wanted);
	for (const char *p = folded; *p && !found; p++)
		found = p[0] == ' ' && text_starts(p + 1, wanted);
	mem_free(wanted);
	mem_free(folded);
	mem_free(constant);
	return found;
}

static void offer(struct choices *c, const char *name, struct form_label label)
{
	bool stored = c->stored && !strcmp(c->stored, name);
	c->seen_stored |= stored;
	if (!c->stop && label_matches(c->view, c->typed, name, label))
		c->stop = !c->visit(c->ctx, name, label, false);
}

static void offer_list(struct choices *c)
{
	const struct form_entry *e = c->row->entry;
	for (size_t i = 0; i < e->list->count && !c->stop; i++) {
		const struct form_choice *choice = &e->list->choices[i];
		if (!view_offers(c->view, c->row, choice->name, choice, NULL))
			continue;
		struct form_label label = form_label_of(&choice->label, c->view->env.language);
		if (!label.id)
			label = (struct form_label){NULL, choice->name, true};
		offer(c, choice->name, label);
	}
}

static void offer_enum(struct choices *c, const char *name)
{
	const char *const *constants = model_enum(c->view->model, name);
	for (; constants && *constants && !c->stop; constants++) {
		if (view_offers(c->view, c->row, *constants, NULL, NULL))
			offer(c, *constants, view_constant_label(c->view, c->row->entry, *constants));
	}
}

static bool offer_value(void *ctx, const char *value, const char *caption)
{
	struct choices *c = ctx;
	offer(c, value, (struct form_label){NULL, caption && *caption ? caption : value, true});
	return !c->stop;
}

static bool offer_ref(void *ctx, const struct form_ref *ref)
{
	struct choices *c = ctx;
	if (ref->archived || !view_offers(c->view, c->row, ref->uuid, NULL, ref))
		return true;
	bool stored = c->stored && !strcmp(c->stored, ref->uuid);
	c->seen_stored |= stored;
	c->stop = !c->visit(c->ctx, ref->uuid, (struct form_label){NULL, ref->label, true}, false);
	return !c->stop;
}

bool form_is_chosen(const struct form_view *view, const char *path, const char *name)
{
	const struct view_row *r = view_find(view, path);
	if (!r || r->entry->type != FORM_SELECT_MULTIPLE)
		return false;
	/* its names are keys of its own or, without one, of the object that it stands in */
	const struct json *names = r->entry->data ? r->row.value : r->holder;
	if (!json_is_array(names))
		return json_true(json_get(names, name));
	for (const struct json *v = json_first(names); v; v = json_next(v))
		if (json_is_string(v) && !strcmp(json_string(v), name))
			return true;
	return false;
}

void form_each_choice(const struct form_view *const_view, const char *path, const char *typed, form_choice_fn visit, void *ctx)
{
	/* evaluating needs the view's scratch memory, nothing else of it changes */
	union { const struct form_view *c; struct form_view *m; } u = {.c = const_view};
	struct form_view *view = u.m;
	const struct view_row *r = view_find(view, path);
	if (!r)
		return;
	const struct form_entry *e = r->entry;
	const struct form_refs *refs = view->env.refs;
	struct choices c = {.view = view, .row = r, .typed = typed, .visit = visit, .ctx = ctx, .stored = view_stored_name(r)};
	const struct model_field *f = r->row.field;
	if (e->type == FORM_REFERENCE && refs && refs->each)
		refs->each(refs->ctx, e->reference, NULL, NULL, NULL, NULL, typed, offer_ref, &c);
	else if (e->list)
		offer_list(&c);
	else if (f && f->type == TYPE_CUSTOMIZABLE_ENUM && refs && refs->each_value)
		refs->each_value(refs->ctx, f->enum_name, view->env.scope.disease, offer_value, &c);
	else if (e->list_name)
		offer_enum(&c, e->list_name);
	if (c.stored && *c.stored && !c.seen_stored && !c.stop && (!typed || !*typed)) {
		/* kept and shown, though it is no longer offered */
		char *name = mem_strdup(c.stored);
		char *label = view_stored_text(view, r);
		visit(ctx, name, (struct form_label){NULL, label, true}, true);
		mem_free(label);
		mem_free(name);
	}
	view_scratch_done(view);
}
