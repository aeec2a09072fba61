/* Checking that no field of a form depends on itself: relevant and calculation decide what others see. */
#include "form/loader.h"
#include "form/trail.h"

#define CHAIN_MAX 100 /* fields that depend on one another in a row: evaluation goes as deep */

struct cycle_walk {
	struct loader *l;
	int *state;                 /* 0 new, 1 under way, 2 done */
	bool found;
	bool calculation;
	const struct form_entry *from;
	int depth;
};

static void follow(struct cycle_walk *w, const struct form_entry *e);

static bool is_inside(const struct form_entry *e, const struct form_entry *list)
{
	while (e && e != list)
		e = e->parent;
	return e != NULL;
}

static void follow_reference(void *ctx, const struct reference *r)
{
	struct cycle_walk *w = ctx;
	const struct expr *e = r->e;
	const struct form_entry *from = w->from;
	bool calculation = w->calculation;
	const struct spot *end = trail_end(r->trail);
	const struct form_entry *to = end ? end->entry : NULL;
	if (!to || !to->parent || w->found)
		return;
	/* once(x) reads the own value, and a repeat may be shown because it has items */
	if (!e->tail.count && !r->in_predicate && (e->op == EXPR_SELF || e->op == EXPR_CURRENT) && calculation)
		return;
	if (!calculation && from->type == FORM_REPEAT && is_inside(to, from))
		return;
	follow(w, to);
	w->from = from;
	w->calculation = calculation;
}

static void follow_expression(struct cycle_walk *w, const struct form_entry *e, const struct expr *expr, bool calculation)
{
	struct trace trace = trace_of_entry(w->l->form, e);
	trace.visit = follow_reference;
	trace.ctx = w;
	w->from = e;
	w->calculation = calculation;
	if (expr && !w->found)
		trace_references(&trace, expr);
}

static void follow(struct cycle_walk *w, const struct form_entry *e)
{
	if (w->state[e->index] == 2)
		return;
	bool cycle = w->state[e->index] == 1;
	if (cycle || w->depth > CHAIN_MAX) {
		char *place = load_entry_place(e);
		w->found = true;
		if (cycle)
			wrong(w->l, place, "cycle", N_("\"{1}\" depends on itself"), e->name);
		else
			wrong(w->l, place, "nesting", N_("too many fields depend on one another in a row"));
		mem_free(place);
		return;
	}
	w->state[e->index] = 1;
	/* what stands in something that is not seen is not seen */
	if (e->parent->parent)
		follow(w, e->parent);
	w->depth++;
	follow_expression(w, e, e->relevant, false);
	follow_expression(w, e, e->calculation, true);
	w->depth--;
	w->state[e->index] = 2;
}

void load_check_cycles(struct loader *l)
{
	struct cycle_walk w = {.l = l, .state = mem_calloc(l->form->entry_count + 1, sizeof *w.state)};
	for (size_t i = 0; i < l->form->entry_count; i++) {
		w.found = false;
		w.depth = 0;
		follow(&w, l->form->entries[i]);
	}
	mem_free(w.state);
}
