/* Evaluating an expression: total, and bounded by FORM_MAX_STEPS. */
#include <math.h>
#include <string.h>

#include "form/expr.h"

bool node_is_masked(const struct node *node)
{
	/* what stands in a masked object is masked with it */
	for (const struct node *n = node; n && n->parent; n = n->parent)
		if (n->field && (n->field->personal || n->field->sensitive) && json_true(json_get(n->parent->value, "pseudonymized")))
			return true;
	return false;
}

/* The node as the form sees it; NULL when it is hidden. */
__attribute__((nonnull)) static const struct node *look_at(struct scope *s, const struct node *n)
{
	struct look look = {0};
	if (s->raw)
		return n;
	if (s->look)
		s->look(s->ctx, n, &look);
	if (look.hidden || node_is_masked(n))
		return NULL;
	if (!look.instant && !(look.scale > 1))
		return n;
	struct node *copy = arena_take(s->arena, sizeof *copy);
	*copy = *n;
	copy->instant = look.instant;
	copy->scale = look.scale;
	return copy;
}

/* Does the node stand in an item that is hidden, because its list is? */
static bool in_hidden_item(struct scope *s, const struct node *n)
{
	for (; n; n = n->parent)
		if (n->position && !look_at(s, n))
			return true;
	return false;
}

/* Hidden items, with what is in them, are not there; a hidden field of an item is there and ''. */
static struct value settle_set(struct scope *s, struct value v)
{
	const struct node **nodes = arena_take(s->arena, (v.count + 1) * sizeof *nodes);
	size_t count = 0;
	for (size_t i = 0; i < v.count; i++) {
		const struct node *n = look_at(s, v.nodes[i]);
		if (!n && in_hidden_item(s, v.nodes[i]))
			continue;
		if (!n) {
			struct node *blank = arena_take(s->arena, sizeof *blank);
			*blank = (struct node){.parent = v.nodes[i]->parent, .key = v.nodes[i]->key};
			n = blank;
		}
		nodes[count++] = n;
	}
	v.nodes = nodes;
	v.count = count;
	return v;
}

/* An object that no model knows and that is neither a reference, nor a customizable value, nor a map of marks. */
static bool holds_values(const struct json *v)
{
	bool map = true;
	if (!json_is_object(v) || json_get_string(v, "uuid") || json_get_string(v, "value"))
		return false;
	for (const struct json *c = json_first(v); c; c = json_next(c))
		map = map && json_is_bool(c);
	return !map;
}

/* A reference to a plain field is its value; through a repeat it stays a nodeset, however many nodes there are. */
struct value expr_settle(struct scope *s, struct value v)
{
	if (v.type != FORM_VALUE_NODESET)
		return v;
	if (v.plural)
		return settle_set(s, v);
	if (!v.count)
		return value_string("");
	const struct node *n = look_at(s, v.nodes[0]);
	if (!n)
		return value_string("");
	bool object = n->position || !n->key || (n->field ? n->field->type == TYPE_OBJECT : holds_values(n->value));
	return object ? v : value_of_node(s->arena, n);
}

static struct value keep_matching(struct scope *s, const struct value *set, const struct expr *predicate)
{
	struct value out = {.type = FORM_VALUE_NODESET, .plural = true};
	if (set->type != FORM_VALUE_NODESET || !set->count)
		return out;
	out.nodes = arena_take(s->arena, set->count * sizeof *out.nodes);
	const struct node *outer = s->item;
	for (size_t i = 0; i < set->count && !s->limit; i++) {
		struct node *item = arena_take(s->arena, sizeof *item);
		*item = *set->nodes[i];
		if (!item->position)
			item->position = (int)i + 1;
		s->item = item;
		struct value v = expr_evaluate(s, predicate);
		/* a number is a position, as in XPath: the same that position() gives */
		bool keep = v.type == FORM_VALUE_NUMBER ? v.number <= item->position && v.number >= item->position : value_to_boolean(s->arena, &v);
		if (keep)
			out.nodes[out.count++] = set->nodes[i];
	}
	s->item = outer;
	return out;
}

static struct value follow_tail(struct scope *s, struct value v, const struct expr_tail *tail, bool plain)
{
	if (plain && tail->predicate)
		return expr_resolve_steps(s, v, tail->steps, tail->predicate_after);
	if (!tail->predicate)
		return expr_resolve_steps(s, v, tail->steps, tail->count);
	v = expr_resolve_steps(s, v, tail->steps, tail->predicate_after);
	v = keep_matching(s, &v, tail->predicate);
	return expr_resolve_steps(s, v, tail->steps + tail->predicate_after, tail->count - tail->predicate_after);
}

static struct value node_as_set(struct scope *s, const struct node *n)
{
	struct value v = {.type = FORM_VALUE_NODESET};
	if (!n)
		return v;
	v.nodes = arena_take(s->arena, sizeof *v.nodes);
	v.nodes[0] = n;
	v.count = 1;
	return v;
}

/* ${/person/…} reads the case's person; '' if unknown. */
static struct value from_root(struct scope *s, const struct expr *e, bool plain)
{
	const struct expr_tail *tail = &e->tail;
	int skip = 0;
	const struct node *root = s->root;
	const struct model_field *person = s->root->type ? model_field(s->root->type, "person") : NULL;
	if (tail->count > 1 && !strcmp(tail->steps[0], "person") && (s->person || (person && person->type == TYPE_REFERENCE))) {
		if (!s->person)
			return value_string("");
		root = s->person;
		skip = 1;
	}
	struct expr_tail rest = *tail;
	rest.count -= skip;
	memmove(rest.steps, tail->steps + skip, (size_t)rest.count * sizeof *rest.steps);
	rest.predicate_after -= skip;
	return follow_tail(s, node_as_set(s, root), &rest, plain);
}

struct value expr_nodes(struct scope *s, const struct expr *e, bool plain)
{
	struct value v = value_string("");
	const struct node *here = s->item ? s->item : s->self;
	if (e->op == EXPR_SELF) {
		v = s->item ? node_as_set(s, here) : here ? expr_node_value(s, here) : v;
	} else if (e->op == EXPR_CURRENT) {
		v = node_as_set(s, s->self);
	} else if (e->op == EXPR_PARENT) {
		v = node_as_set(s, here ? here->parent : NULL);
	} else if (e->op == EXPR_ROOT) {
		return from_root(s, e, plain);
	} else if (e->op == EXPR_NAME) {
		v = expr_resolve_name(s, e->text);
	} else if (s->item) { /* a bare name: a key of the item, or a column of the choice */
		v = expr_node_value(s, expr_child(s, s->item, e->text));
	} else if (s->choosing) {
		v = value_string(s->column ? s->column(s->ctx, e->text) : NULL);
	}
	return v.type == FORM_VALUE_NODESET ? follow_tail(s, v, &e->tail, plain) : v;
}

static double arithmetic(enum expr_op op, double a, double b)
{
	return op == EXPR_ADD ? a + b : op == EXPR_SUBTRACT ? a - b : op == EXPR_MULTIPLY ? a * b : op == EXPR_DIVIDE ? a / b : fmod(a, b); /* mod: the sign of the dividend */
}

/* What is given up is false, NaN or '', whatever came out half done. */
static struct value nothing_like(const struct value *v)
{
	return v->type == FORM_VALUE_BOOLEAN ? value_boolean(false) : v->type == FORM_VALUE_NUMBER ? value_number((double)NAN) : value_string("");
}

struct value expr_evaluate(struct scope *s, const struct expr *e)
{
	struct value a, b;
	expr_spend(s, 1);
	if (s->limit)
		return value_string("");
	switch (e->op) {
	case EXPR_NUMBER:
		return value_number(e->number);
	case EXPR_STRING:
		return value_string(e->text);
	case EXPR_OR:
	case EXPR_AND:
		a = expr_evaluate(s, e->args[0]);
		if (value_to_boolean(s->arena, &a) == (e->op == EXPR_OR))
			return value_boolean(e->op == EXPR_OR && !s->limit);
		b = expr_evaluate(s, e->args[1]);
		return value_boolean(value_to_boolean(s->arena, &b) && !s->limit);
	case EXPR_COMPARE:
		a = expr_evaluate(s, e->args[0]);
		b = expr_evaluate(s, e->args[1]);
		expr_spend(s, (a.type == FORM_VALUE_NODESET ? a.count : 1) * (b.type == FORM_VALUE_NODESET ? b.count : 1));
		return value_boolean(!s->limit && value_compare(s->arena, e->compare, &a, &b));
	case EXPR_ADD:
	case EXPR_SUBTRACT:
	case EXPR_MULTIPLY:
	case EXPR_DIVIDE:
	case EXPR_MODULO:
		a = expr_evaluate(s, e->args[0]);
		b = expr_evaluate(s, e->args[1]);
		return value_number(s->limit ? (double)NAN : arithmetic(e->op, value_to_number(s->arena, &a), value_to_number(s->arena, &b)));
	case EXPR_NEGATE:
		a = expr_evaluate(s, e->args[0]);
		return value_number(s->limit ? (double)NAN : -value_to_number(s->arena, &a));
	case EXPR_CALL:
		a = expr_functions[e->function].call(s, e);
		return s->limit ? nothing_like(&a) : a;
	case EXPR_SELF:
	case EXPR_CURRENT:
	case EXPR_PARENT:
	case EXPR_NAME:
	case EXPR_ROOT:
	case EXPR_BARE:
		break;
	}
	return expr_settle(s, expr_nodes(s, e, false));
}
