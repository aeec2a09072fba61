/* Where references lead, without a record: for cycles, calculations, and choices that depend on others. */
#include <string.h>

#include "form/trail.h"

/* ---- trails ---- */

const struct spot *trail_end(const struct trail *trail)
{
	return trail->count ? &trail->spots[trail->count - 1] : NULL;
}

void trail_add(struct trail *trail, struct spot spot)
{
	if (trail->count < TRAIL_MAX)
		trail->spots[trail->count++] = spot;
}

static struct spot spot_of_field(const struct model_field *f, const struct form_entry *entry)
{
	bool open = f->type == TYPE_MAP || f->type == TYPE_ANY || f->type == TYPE_VALUE_LIST || f->type == TYPE_CUSTOMIZABLE_ENUM;
	/* the person of a new case: a reference in the model, an object on the form */
	const struct model_type *type = entry && form_holds_object(entry) ? entry->inner : f->object;
	return (struct spot){.entry = entry, .field = f, .type = type, .open = open};
}

/* The objects around an entry, then the entry itself. */
static void trail_of_entry(const struct form *form, const struct form_entry *e, struct trail *trail)
{
	if (!e->parent) {
		trail->count = 0;
		trail_add(trail, (struct spot){.entry = *form->path ? NULL : e, .type = form->root_type});
		if (*form->path)
			trail_add(trail, (struct spot){.entry = e, .field = model_field(form->root_type, form->path), .type = form->base_type});
		return;
	}
	trail_of_entry(form, form_holder(e), trail);
	bool object = form_holds_object(e);
	trail_add(trail, (struct spot){.entry = e, .field = e->field, .type = object ? e->inner : NULL, .open = !e->field});
}

struct trace trace_of_entry(const struct form *form, const struct form_entry *from)
{
	struct trace t = {.model = form->model, .root = form->root_type, .form = form, .from = from};
	trail_of_entry(form, from, &t.self);
	return t;
}

/* The type of the object that the trail leads to; NULL: a plain value, or nowhere. */
static const struct model_type *type_at_end(const struct trail *trail)
{
	const struct spot *at = trail_end(trail);
	return at ? at->type : NULL;
}

/* One step further; false: there is no such key. */
static bool take_step(const struct form *form, struct trail *trail, const char *step)
{
	const struct spot *at = trail_end(trail);
	if (!at)
		return true;
	if (!strcmp(step, "..")) {
		trail->count--;
		return true;
	}
	const struct model_field *f = at->type ? model_field(at->type, step) : NULL;
	const struct form_entry *entry = at->entry && (!at->entry->parent || form_holds_object(at->entry)) ? form_below(at->entry, step) : NULL;
	if (form && *form->path && trail->count == 1 && !strcmp(step, form->path))
		entry = &form->top;
	bool uuid = !at->type && at->field && at->field->type == TYPE_REFERENCE && !strcmp(step, "uuid");
	if (at->open || uuid) {
		trail->count = 0;
		return true;
	}
	if (!f)
		return false;
	trail_add(trail, spot_of_field(f, entry));
	return true;
}

/* A key of this name in objects inside the last spot: the first in the model's order. */
static bool trail_inside(struct trail *trail, const char *name, int depth)
{
	const struct model_type *type = type_at_end(trail);
	if (!type || depth == NAME_MAX_DEPTH)
		return false;
	for (int i = 0; i < model_field_count(type); i++) {
		const struct model_field *f = model_field_at(type, i);
		if (!f->object)
			continue;
		int count = trail->count;
		trail_add(trail, spot_of_field(f, NULL));
		if (model_field(f->object, name))
			return take_step(NULL, trail, name);
		if (trail_inside(trail, name, depth + 1))
			return true;
		trail->count = count;
	}
	return false;
}

/* ${name} by the model alone: the object that "." stands in, outwards, then further in. */
static bool find_in_model(const struct trace *t, const char *name, struct trail *out)
{
	for (int inside = 0; inside < 2; inside++) {
		for (int level = t->self.count; level > 0; level--) {
			*out = t->self;
			out->count = level;
			const struct model_type *type = type_at_end(out);
			if (type && !inside && model_field(type, name))
				return take_step(NULL, out, name);
			if (type && inside && trail_inside(out, name, 0))
				return true;
		}
	}
	out->count = 0;
	return false;
}

static bool find_name(const struct trace *t, const char *name, struct trail *out)
{
	const struct form_entry *e = t->form ? form_lookup(t->from, name) : NULL;
	if (!t->form)
		return find_in_model(t, name, out);
	out->count = 0;
	if (e)
		trail_of_entry(t->form, e, out);
	return e != NULL;
}

static void trace_expr(const struct trace *t, const struct expr *e, const struct trail *item, const struct expr *beside);

/* The record, or the case's person behind it: then a step is taken already. */
static int start_at_root(const struct trace *t, const struct expr *e, struct trail *at)
{
	const struct model_field *person = t->root ? model_field(t->root, "person") : NULL;
	bool on_form = t->form && form_at_path(t->form, "person");
	at->count = 0;
	if (e->tail.count > 1 && !strcmp(e->tail.steps[0], "person") && person && person->type == TYPE_REFERENCE && !on_form) {
		trail_add(at, (struct spot){.field = person, .type = model_of_kind(t->model, KIND_PERSONS)});
		return 1;
	}
	if (t->form)
		trail_of_entry(t->form, &t->form->top, at);
	else
		trail_add(at, (struct spot){.type = t->root});
	at->count = 1;
	return 0;
}

/* Where the reference begins; *first: of its steps, the first that is still to be taken. */
static bool trace_start(const struct trace *t, const struct expr *e, const struct trail *item, struct trail *at, int *first)
{
	*first = 0;
	*at = item && e->op != EXPR_CURRENT ? *item : t->self;
	if (e->op == EXPR_PARENT)
		return take_step(t->form, at, "..");
	if (e->op == EXPR_NAME)
		return find_name(t, e->text, at);
	if (e->op == EXPR_BARE) {
		if (!item)
			at->count = 0; /* a column of a choice */
		return take_step(t->form, at, e->text);
	}
	if (e->op == EXPR_ROOT)
		*first = start_at_root(t, e, at);
	return true;
}

static void trace_reference(const struct trace *t, const struct expr *e, const struct trail *item, const struct expr *beside)
{
	struct trail at;
	int i = 0;
	struct reference r = {.e = e, .trail = &at, .beside = beside, .in_predicate = item != NULL};
	if (!trace_start(t, e, item, &at, &i)) {
		r.wrong = e->text;
		r.wrong_in = e->op == EXPR_BARE ? type_at_end(&at) : t->form ? NULL : t->root;
	}
	for (; !r.wrong; i++) {
		if (e->tail.predicate && i == e->tail.predicate_after)
			trace_expr(t, e->tail.predicate, &at, NULL);
		if (i >= e->tail.count)
			break;
		if (!take_step(t->form, &at, e->tail.steps[i])) {
			r.wrong = e->tail.steps[i];
			r.wrong_in = type_at_end(&at);
		}
	}
	if (r.wrong)
		at.count = 0;
	t->visit(t->ctx, &r);
}

static void trace_expr(const struct trace *t, const struct expr *e, const struct trail *item, const struct expr *beside)
{
	if (expr_is_reference(e))
		trace_reference(t, e, item, beside);
	for (size_t i = 0; i < e->count; i++)
		trace_expr(t, e->args[i], item, e->op == EXPR_COMPARE ? e->args[1 - i] : NULL);
}

void trace_references(const struct trace *trace, const struct expr *e)
{
	trace_expr(trace, e, NULL, NULL);
}

/* ---- mistakes ---- */

static bool is_boolean(const struct spot *s)
{
	const struct form_entry *e = s->entry;
	if (e && e->parent)
		return e->type == FORM_BOOLEAN || (e->type == FORM_CALCULATE && e->calculation && expr_is_boolean(e->calculation));
	return s->field && s->field->type == TYPE_BOOLEAN;
}

bool reference_is_wrong(const struct reference *r, struct expr_error *error)
{
	const struct spot *end = trail_end(r->trail);
	if (r->wrong) {
		form_unknown_name(r->wrong_in, r->e->op == EXPR_NAME && r->wrong == r->e->text, r->wrong, r->e->offset, error);
		return true;
	}
	if (!end || !r->beside || r->beside->op != EXPR_STRING || !is_boolean(end))
		return false;
	*error = (struct expr_error){.offset = r->beside->offset, .code = "boolean_string"};
	message_set(&error->message, N_("yes or no is compared with the text '{1}'; write true() or false()"), r->beside->text);
	return true;
}

/* ---- what an expression reads ---- */

#define READS_DEPTH 64 /* of what has no key and reads what has no key … */

struct reading { const struct form *form; const struct form_entry *from, *target; bool found, other_items; int depth; };

static void look_for_target(void *ctx, const struct reference *ref)
{
	struct reading *r = ctx;
	const struct expr *e = ref->e;
	const struct spot *end = trail_end(ref->trail);
	const struct form_entry *to = end ? end->entry : NULL;
	if (!to && e->op == EXPR_NAME) /* what follows the name is not on the form, the name itself may be */
		to = form_lookup(r->from, e->text);
	if (!to || (!e->tail.count && !ref->in_predicate && (e->op == EXPR_SELF || e->op == EXPR_CURRENT)))
		return;
	/* reading a list reads what is in it; going up to it does not */
	bool up = e->tail.count ? !strcmp(e->tail.steps[e->tail.count - 1], "..") : e->op == EXPR_PARENT;
	for (const struct form_entry *t = r->target; t && t->parent; t = t->parent) {
		if (t != to || (up && t != r->target))
			continue;
		r->found = true;
		r->other_items |= t != r->target || e->op == EXPR_ROOT || e->tail.count || e->tail.predicate || ref->in_predicate;
	}
	/* an item more or less is a change of all that is read in the list */
	for (const struct form_entry *t = to->parent; t; t = t->parent) {
		if (t == r->target && form_repeat_of(r->from) != t) {
			r->found = true;
			r->other_items = true;
		}
	}
	const struct form_entry *virtual = to->type == FORM_CALCULATE && !to->data ? to : NULL;
	if (virtual && virtual->calculation && r->depth < READS_DEPTH) {
		struct reading inner = *r;
		struct trace trace = trace_of_entry(r->form, virtual);
		trace.visit = look_for_target;
		trace.ctx = &inner;
		inner.from = virtual;
		inner.depth++;
		inner.found = inner.other_items = false;
		trace_references(&trace, virtual->calculation);
		r->found |= inner.found;
		r->other_items |= inner.other_items || (inner.found && form_repeat_of(virtual) != form_repeat_of(r->from));
	}
}

bool form_reads(const struct form *form, const struct form_entry *from, const struct expr *e, const struct form_entry *target, bool *same_item)
{
	struct reading r = {.form = form, .from = from, .target = target};
	struct trace trace = trace_of_entry(form, from);
	trace.visit = look_for_target;
	trace.ctx = &r;
	if (e)
		trace_references(&trace, e);
	*same_item = !r.other_items && form_repeat_of(from) == form_repeat_of(target);
	return r.found;
}
