/* Expressions as trees: going through them; and what an evaluation may cost. */
#include "form/expr.h"

void expr_free(struct expr *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->count; i++)
		expr_free(e->args[i]);
	mem_free(e->args);
	for (int i = 0; i < e->tail.count; i++)
		mem_free(e->tail.steps[i]);
	expr_free(e->tail.predicate);
	regex_free(e->regex);
	mem_free(e->text);
	mem_free(e);
}

static void walk(const struct expr *e, expr_visit_fn visit, void *ctx, int in_predicate)
{
	visit(ctx, e, in_predicate);
	for (size_t i = 0; i < e->count; i++)
		walk(e->args[i], visit, ctx, in_predicate);
	if (e->tail.predicate)
		walk(e->tail.predicate, visit, ctx, in_predicate + 1);
}

void expr_walk(const struct expr *e, expr_visit_fn visit, void *ctx)
{
	walk(e, visit, ctx, 0);
}

bool expr_is_reference(const struct expr *e)
{
	return e->op == EXPR_SELF || e->op == EXPR_CURRENT || e->op == EXPR_PARENT || e->op == EXPR_NAME || e->op == EXPR_ROOT || e->op == EXPR_BARE;
}

void expr_spend(struct scope *s, size_t steps)
{
	if (s->steps > FORM_MAX_STEPS || steps > (size_t)(FORM_MAX_STEPS - s->steps)) {
		s->steps = FORM_MAX_STEPS + 1;
		s->limit = true;
	} else {
		s->steps += (int)steps;
	}
}
