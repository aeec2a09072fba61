/* What names and paths mean: in a document, and in a form before there is one (forms.md "The language"). */
#include <string.h>

#include "form/internal.h"

static const struct node *node_new(struct scope *s, struct node n)
{
	struct node *copy = arena_take(s->arena, sizeof *copy);
	*copy = n;
	return copy;
}

const struct node *expr_child(struct scope *s, const struct node *object, const char *key)
{
	const struct model_field *f = object->type ? model_field(object->type, key) : NULL;
	return node_new(s, (struct node){.value = json_get(object->value, key), .field = f, .type = f && f->type == TYPE_OBJECT ? f->object : NULL, .parent = object, .key = key});
}

static bool is_item_list(const struct node *node)
{
	if (node->field)
		return node->field->type == TYPE_OBJECT_LIST;
	return json_is_array(node->value) && json_is_object(json_first(node->value));
}

/* The items of a list as a nodeset. */
static struct value items_of(struct scope *s, const struct node *list)
{
	size_t count = json_is_array(list->value) ? json_count(list->value) : 0;
	struct value v = {.type = FORM_VALUE_NODESET, .plural = true, .nodes = arena_take(s->arena, (count + 1) * sizeof *v.nodes)};
	for (const struct json *item = count ? json_first(list->value) : NULL; item; item = json_next(item)) {
		v.nodes[v.count] = node_new(s, (struct node){.value = item, .type = list->field ? list->field->object : NULL, .parent = list->parent, .key = list->key,
			.position = (int)v.count + 1});
		v.count++;
	}
	expr_spend(s, count);
	return v;
}

struct value expr_node_value(struct scope *s, const struct node *node)
{
	if (!node->position && is_item_list(node))
		return items_of(s, node);
	struct value v = {.type = FORM_VALUE_NODESET, .nodes = arena_take(s->arena, sizeof *v.nodes), .count = 1};
	v.nodes[0] = node;
	return v;
}

/* One step further from each node. */
static struct value step_from(struct scope *s, const struct value *from, const char *key)
{
	struct value out = {.type = FORM_VALUE_NODESET, .plural = from->plural};
	size_t cap = 0;
	for (size_t i = 0; from->type == FORM_VALUE_NODESET && i < from->count; i++) {
		struct value part;
		if (!strcmp(key, "..")) {
			if (!from->nodes[i]->parent)
				continue;
			part = (struct value){.type = FORM_VALUE_NODESET, .nodes = arena_take(s->arena, sizeof *part.nodes), .count = 1};
			part.nodes[0] = from->nodes[i]->parent;
		} else {
			part = expr_node_value(s, expr_child(s, from->nodes[i], key));
		}
		if (out.count + part.count > cap) {
			cap = (out.count + part.count) * 2;
			const struct node **more = arena_take(s->arena, cap * sizeof *more);
			if (out.count)
				memcpy(more, out.nodes, out.count * sizeof *more);
			out.nodes = more;
		}
		out.plural |= part.plural;
		for (size_t k = 0; k < part.count; k++)
			out.nodes[out.count++] = part.nodes[k];
		expr_spend(s, part.count);
	}
	return out;
}

struct value expr_resolve_steps(struct scope *s, struct value from, char *const *steps, int count)
{
	for (int i = 0; i < count; i++)
		from = step_from(s, &from, steps[i]);
	return from;
}

static bool has_key(const struct node *object, const char *key)
{
	if (object->type ? model_field(object->type, key) != NULL : json_get(object->value, key) != NULL)
		return true;
	/* an unknown key of the server's */
	return object->type && json_get(object->value, key);
}

#define NAME_MAX_DEPTH 4

/* Inside embedded objects and lists of `object`: for a name that is only further in. */
static bool resolve_inside(struct scope *s, const struct node *object, const char *name, struct value *out, int depth)
{
	if (depth == NAME_MAX_DEPTH)
		return false;
	bool typed = object->type != NULL;
	int count = typed ? model_field_count(object->type) : (int)json_count(object->value);
	const struct json *at = typed ? NULL : json_first(object->value);
	for (int i = 0; i < count; i++, at = at ? json_next(at) : NULL) {
		const char *key = typed ? model_field_at(object->type, i)->name : json_key(at);
		const struct node *child = expr_child(s, object, key);
		bool list = is_item_list(child);
		const struct model_type *type = list ? (child->field ? child->field->object : NULL) : child->type;
		if (!list && !type && !(json_is_object(child->value) && !child->field))
			continue;
		expr_spend(s, 1);
		if (list) {
			struct value items = items_of(s, child);
			struct node sample = {.type = type, .value = items.count ? items.nodes[0]->value : NULL};
			if (!has_key(&sample, name))
				continue;
			char *step[1];
			step[0] = arena_text(s->arena, name, strlen(name));
			*out = expr_resolve_steps(s, items, step, 1);
			return true;
		}
		if (has_key(child, name)) {
			*out = expr_node_value(s, expr_child(s, child, name));
			return true;
		}
		if (resolve_inside(s, child, name, out, depth + 1))
			return true;
	}
	return false;
}

struct value expr_resolve_name(struct scope *s, const char *name)
{
	struct value v;
	if (s->calculated && s->calculated(s->ctx, name, &v))
		return v;
	/* the object that the field stands in, then outwards */
	const struct node *object = s->self && s->self->parent && !s->self->position ? s->self->parent : s->self;
	const struct node *top = NULL;
	int level = 0;
	for (const struct node *n = object; n; n = n->parent, level++) {
		if (has_key(n, name))
			return expr_node_value(s, expr_child(s, n, name));
		top = n;
		if (s->outermost >= 0 && level >= s->outermost)
			break;
	}
	/* only further in: seen from outside a repeat it is a nodeset */
	level = 0;
	for (const struct node *n = object; n; n = n->parent, level++) {
		if (resolve_inside(s, n, name, &v, 0))
			return v;
		if (n == top)
			break;
	}
	return value_string("");
}

/* ---- proposals ---- */

static size_t edit_distance(const char *a, const char *b)
{
	enum { MAX = 48 };
	size_t la = strlen(a);
	size_t lb = strlen(b);
	size_t row[MAX + 1];
	if (la > MAX || lb > MAX)
		return MAX;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t change = corner + ((a[i - 1] | 0x20) != (b[j - 1] | 0x20));
			corner = row[j];
			size_t least = row[j] + 1 < row[j - 1] + 1 ? row[j] + 1 : row[j - 1] + 1;
			row[j] = change < least ? change : least;
		}
	}
	return row[lb];
}

const char *expr_nearest(const char *wrong, const char *const *names, size_t count)
{
	const char *best = NULL;
	size_t least = strlen(wrong) / 3 + 2;
	for (size_t i = 0; i < count; i++) {
		size_t d = edit_distance(wrong, names[i]);
		if (d < least && strcmp(wrong, names[i]) != 0) {
			least = d;
			best = names[i];
		}
	}
	return best;
}

/* ---- without a record: for cycles, calculations, and choices that depend on others ---- */

#define READS_DEPTH 64 /* of what has no key and reads what has no key … */

/* Does the entry hold an object of its own for its children? */
static bool holds_object(const struct form_entry *e)
{
	return e->type == FORM_REPEAT || (e->type == FORM_GROUP && e->data);
}

const struct form_entry *form_holder(const struct form_entry *e)
{
	const struct form_entry *p = e->parent;
	while (p->parent && !holds_object(p))
		p = p->parent;
	return p;
}

const struct form_entry *form_repeat_of(const struct form_entry *e)
{
	for (e = e->parent; e; e = e->parent)
		if (e->type == FORM_REPEAT)
			return e;
	return NULL;
}

static bool is_layout(const struct form_entry *e)
{
	return e->type == FORM_GROUP && !e->data;
}

/* A field of this name in the object of `holder`; deep: also in objects further in. */
static const struct form_entry *find_in(const struct form_entry *holder, const char *name, bool deep)
{
	for (size_t i = 0; i < holder->child_count; i++) {
		const struct form_entry *e = holder->children[i];
		if (!is_layout(e) && !strcmp(e->name, name))
			return e;
		if (is_layout(e)) {
			const struct form_entry *found = find_in(e, name, false);
			if (found)
				return found;
		}
	}
	for (size_t i = 0; deep && i < holder->child_count; i++) {
		const struct form_entry *found = find_in(holder->children[i], name, true);
		if (found)
			return found;
	}
	return NULL;
}

const struct form_entry *form_lookup(const struct form_entry *from, const char *name)
{
	const struct form_entry *found = NULL;
	const struct form_entry *holder = from->parent ? form_holder(from) : from;
	for (const struct form_entry *h = holder; !found; h = form_holder(h)) {
		found = find_in(h, name, false);
		if (!h->parent)
			break;
	}
	for (const struct form_entry *h = holder; !found; h = form_holder(h)) {
		found = find_in(h, name, true);
		if (!h->parent)
			break;
	}
	return found;
}

/* The part of path that an entry's own ancestors take; NULL when it does not go through them. */
static const char *below(const char *path, const char *key)
{
	size_t n = strlen(key);
	if (strncmp(path, key, n) != 0)
		return NULL;
	return path[n] == '.' ? path + n + 1 : path[n] ? NULL : path + n;
}

static const struct form_entry *find_path(const struct form_entry *holder, const char *path)
{
	for (size_t i = 0; i < holder->child_count; i++) {
		const struct form_entry *e = holder->children[i];
		const struct form_entry *found = NULL;
		if (is_layout(e)) {
			found = find_path(e, path);
		} else if (e->data) {
			const char *rest = below(path, e->data);
			if (rest && !*rest)
				return e;
			if (rest && holds_object(e))
				found = find_path(e, rest);
		}
		if (found)
			return found;
	}
	return NULL;
}

const struct form_entry *form_at_path(const struct form *form, const char *path)
{
	const char *rest = *form->path ? below(path, form->path) : path;
	return rest && *rest ? find_path(&form->top, rest) : NULL;
}

/* Steps of a reference behind an entry: through the model. */
static const struct model_field *follow_field(const struct model_field *f, const struct expr_tail *tail, int first)
{
	for (int i = first; i < tail->count && f; i++)
		f = f->object && strcmp(tail->steps[i], "..") != 0 ? model_field(f->object, tail->steps[i]) : NULL;
	return f;
}

static char *join_steps(const struct expr_tail *tail)
{
	struct buf b;
	buf_init(&b, 0);
	for (int i = 0; i < tail->count; i++)
		buf_printf(&b, "%s%s", i ? "." : "", tail->steps[i]);
	return buf_take(&b, NULL);
}

const struct form_entry *form_target(const struct form *form, const struct form_entry *from, const struct expr *e, const struct model_field **field)
{
	const struct form_entry *found = NULL;
	*field = NULL;
	if (e->op == EXPR_NAME) {
		found = form_lookup(from, e->text);
		/* ${repeat}/name is another entry of the form */
		for (int i = 0; found && i < e->tail.count && strcmp(e->tail.steps[i], "..") != 0; i++) {
			const struct form_entry *inner = holds_object(found) ? find_path(found, e->tail.steps[i]) : NULL;
			if (!inner) {
				*field = follow_field(found->field, &e->tail, i);
				return NULL;
			}
			found = inner;
		}
	} else if (e->op == EXPR_ROOT) {
		char *path = join_steps(&e->tail);
		found = form_at_path(form, path);
		mem_free(path);
		if (!found) {
			const struct model_field *f = e->tail.count ? model_field(form->root_type, e->tail.steps[0]) : NULL;
			if (f && f->type == TYPE_REFERENCE && !strcmp(f->name, "person") && e->tail.count > 1)
				*field = follow_field(model_field(model_of_kind(form->model, KIND_PERSONS), e->tail.steps[1]), &e->tail, 2);
			else
				*field = follow_field(f, &e->tail, 1);
		}
	}
	if (found)
		*field = found->field;
	return found;
}

struct reading { const struct form *form; const struct form_entry *from, *target; bool found, other_items; int depth; };

static void look_for_target(void *ctx, const struct expr *e, int in_predicate)
{
	struct reading *r = ctx;
	const struct model_field *field;
	const struct form_entry *to = form_target(r->form, r->from, e, &field);
	(void)in_predicate;
	if (!to && e->op == EXPR_NAME) /* what follows the name is not on the form, the name itself may be */
		to = form_lookup(r->from, e->text);
	if (!to)
		return;
	/* reading a list reads what is in it */
	for (const struct form_entry *t = r->target; t && t->parent; t = t->parent) {
		if (t != to)
			continue;
		r->found = true;
		r->other_items |= t != r->target || e->op == EXPR_ROOT || e->tail.count || e->tail.predicate;
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
		inner.from = virtual;
		inner.depth++;
		inner.found = inner.other_items = false;
		expr_walk(virtual->calculation, look_for_target, &inner);
		r->found |= inner.found;
		r->other_items |= inner.other_items || (inner.found && form_repeat_of(virtual) != form_repeat_of(r->from));
	}
}

bool form_reads(const struct form *form, const struct form_entry *from, const struct expr *e, const struct form_entry *target, bool *same_item)
{
	struct reading r = {.form = form, .from = from, .target = target};
	if (e)
		expr_walk(e, look_for_target, &r);
	*same_item = !r.other_items && form_repeat_of(from) == form_repeat_of(target);
	return r.found;
}

struct boolean_check { const struct form *form; const struct form_entry *from; const struct expr *text; };

static bool is_boolean_field(const struct boolean_check *c, const struct expr *e)
{
	const struct model_field *field;
	const struct form_entry *to;
	if ((e->op != EXPR_NAME && e->op != EXPR_ROOT) || e->tail.predicate)
		return e->op == EXPR_SELF && !e->tail.count && c->from->type == FORM_BOOLEAN;
	to = form_target(c->form, c->from, e, &field);
	return to ? to->type == FORM_BOOLEAN || (to->type == FORM_CALCULATE && to->calculation && expr_is_boolean(to->calculation)) : field && field->type == TYPE_BOOLEAN;
}

static void look_for_boolean(void *ctx, const struct expr *e, int in_predicate)
{
	struct boolean_check *c = ctx;
	for (size_t i = 0; e->op == EXPR_COMPARE && i < 2; i++)
		if (e->args[1 - i]->op == EXPR_STRING && !(in_predicate && e->args[i]->op == EXPR_SELF) && is_boolean_field(c, e->args[i]))
			c->text = e->args[1 - i];
}

const struct expr *form_boolean_string(const struct form *form, const struct form_entry *from, const struct expr *e)
{
	struct boolean_check c = {form, from, NULL};
	expr_walk(e, look_for_boolean, &c);
	return c.text;
}
