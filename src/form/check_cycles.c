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
	const struct form_entry *list;   /* the repeat whose own condition reads what is in it, while that is followed; NULL */
	bool *inside;                    /* of the entries in it: followed; NULL: none yet */
	int depth;
};

static void follow(struct cycle_walk *w, const struct form_entry *e);
static void follow_inside(struct cycle_walk *w, const struct form_entry *e);

static bool is_inside(const struct form_entry *e, const struct form_entry *list)
{
	while (e && e != list)
		e = e->parent;
	return e != NULL;
}

/* What is not in the list that decides now: the list may not be decided by it and it by the list. */
static void follow_outside(struct cycle_walk *w, const struct form_entry *to)
{
	const struct form_entry *list = w->list;
	w->list = NULL;
	follow(w, to);
	w->list = list;
}

/* The list's own condition reads what is in it: while it is decided, that counts as if the list were shown. */
static void follow_list(struct cycle_walk *w, const struct form_entry *list, const struct form_entry *to)
{
	if (!w->inside)
		w->inside = mem_calloc(w->l->form->entry_count, sizeof *w->inside);
	w->list = list;
	follow_inside(w, to);
	w->list = NULL;
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
	if (w->list && is_inside(to, w->list))
		follow_inside(w, to);
	else if (!calculation && from->type == FORM_REPEAT && is_inside(to, from))
		follow_list(w, from, to);
	else
		follow_outside(w, to);
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

static void complain(struct cycle_walk *w, const struct form_entry *e, bool cycle)
{
	char *place = load_entry_place(e);
	w->found = true;
	if (cycle)
		wrong(w->l, place, "cycle", N_("\"{1}\" depends on itself"), e->name);
	else
		wrong(w->l, place, "nesting", N_("too many fields depend on one another in a row"));
	mem_free(place);
}

/* What stands in the list that is being decided: only what it reads outside is of interest, circles within are found on their own. */
static void follow_inside(struct cycle_walk *w, const struct form_entry *e)
{
	if (e == w->list || w->inside[e->index])
		return;
	w->inside[e->index] = true;
	if (w->depth > CHAIN_MAX) {
		complain(w, e, false);
		return;
	}
	follow_inside(w, e->parent);
	w->depth++;
	follow_expression(w, e, e->relevant, false);
	follow_expression(w, e, e->calculation, true);
	w->depth--;
}

static void follow(struct cycle_walk *w, const struct form_entry *e)
{
	if (w->state[e->index] == 2)
		return;
	bool cycle = w->state[e->index] == 1;
	if (cycle || w->depth > CHAIN_MAX) {
		complain(w, e, cycle);
		return;
	}
	w->state[e->index] = 1;
	/* what stands in something that is not seen is not seen */
	if (e->parent->parent)
		follow(w, e->parent);
	bool *inside = w->inside;
	w->inside = NULL;
	w->depth++;
	follow_expression(w, e, e->relevant, false);
	follow_expression(w, e, e->calculation, true);
	w->depth--;
	mem_free(w->inside);
	w->inside = inside;
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
