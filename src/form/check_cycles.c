/* Checking that no field of a form depends on itself: relevant and calculation decide what others see. */
#include "form/load.h"

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

static void follow_name(void *ctx, const struct expr *expr, int in_predicate)
{
	struct cycle_walk *w = ctx;
	(void)in_predicate;
	const struct model_field *field;
	const struct form_entry *to = form_target(w->l->form, w->from, expr, &field);
	if (!to || w->found || (to == w->from && !w->calculation))
		return;
	const struct form_entry *from = w->from;
	bool calculation = w->calculation;
	follow(w, to);
	w->from = from;
	w->calculation = calculation;
}

static void follow(struct cycle_walk *w, const struct form_entry *e)
{
	if (w->state[e->index] == 2)
		return;
	if (w->depth > CHAIN_MAX) {
		char *place = load_entry_place(e);
		w->found = true;
		wrong(w->l, place, "nesting", N_("too many fields depend on one another in a row"));
		mem_free(place);
		return;
	}
	w->depth++;
	if (w->state[e->index] == 1) {
		char *place = load_entry_place(e);
		w->found = true;
		wrong(w->l, place, "cycle", N_("\"{1}\" depends on itself"), e->name);
		mem_free(place);
		return;
	}
	w->state[e->index] = 1;
	w->from = e;
	w->calculation = false;
	if (e->relevant)
		expr_walk(e->relevant, follow_name, w);
	w->from = e;
	w->calculation = true;
	if (e->calculation && !w->found)
		expr_walk(e->calculation, follow_name, w);
	w->state[e->index] = 2;
	w->depth--;
}

void load_check_cycles(struct loader *l)
{
	struct cycle_walk w = {.l = l, .state = mem_calloc(l->form->entry_count + 1, sizeof *w.state)};
	for (size_t i = 0; i < l->form->entry_count && !w.found; i++)
		follow(&w, l->form->entries[i]);
	mem_free(w.state);
}
