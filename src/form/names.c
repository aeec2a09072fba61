/* What names and paths mean in a document (forms.md "The language"). */
#include <string.h>

#include "form/internal.h"

static const struct node *node_new(struct scope *s, struct node n)
{
	struct node *copy = arena_take(s->arena, sizeof *copy);
	*copy = n;
	return copy;
}

/* Where the model's types, not the value, decide what is made of it. */
static const struct node *child_of(struct scope *s, const struct node *object, const char *key)
{
	const struct model_field *f = object->type ? model_field(object->type, key) : NULL;
	return node_new(s, (struct node){.value = json_get(object->value, key), .field = f, .type = f && f->type == TYPE_OBJECT ? f->object : NULL, .parent = object, .key = key});
}

const struct node *expr_child(struct scope *s, const struct node *object, const char *key)
{
	if (s->read)
		s->read(s->ctx, object->list ? object->list : object->value, key);
	return child_of(s, object, key);
}

static bool is_item_list(const struct node *node)
{
	if (node->field)
		return node->field->type == TYPE_OBJECT_LIST;
	return json_is_array(node->value);
}

/* The items of a list as a nodeset. */
static struct value items_of(struct scope *s, const struct node *list)
{
	size_t count = json_is_array(list->value) ? json_count(list->value) : 0;
	struct value v = {.type = FORM_VALUE_NODESET, .plural = true, .nodes = arena_take(s->arena, (count + 1) * sizeof *v.nodes)};
	for (const struct json *item = count ? json_first(list->value) : NULL; item; item = json_next(item)) {
		v.nodes[v.count] = node_new(s, (struct node){.value = item, .type = list->field ? list->field->object : NULL, .parent = list->parent, .key = list->key,
			.position = (int)v.count + 1, .list = list->value});
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
			/* a set has each node once: items of one list stand side by side and have the same parent */
			if (!from->nodes[i]->parent || (out.count && out.nodes[out.count - 1] == from->nodes[i]->parent))
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

static int steps_inside(struct scope *s, const struct node *object, const char *name, char **steps, int depth);

/* The steps behind one key of an object; its list may have the name in any of its items, or further in. */
static int steps_behind(struct scope *s, const struct node *child, const char *name, char **steps, int depth)
{
	struct value nodes = expr_node_value(s, child);
	const struct model_type *inner = child->field ? child->field->object : NULL;
	struct node sample = {.type = inner};
	struct value seen = {.nodes = (const struct node *[]){&sample}, .count = inner ? 1 : 0};
	for (int pass = 0; pass < 2; pass++) { /* by the model, then what is really there */
		const struct value *set = pass ? &nodes : &seen;
		for (size_t i = 0; i < set->count && !s->limit; i++) {
			if (has_key(set->nodes[i], name)) {
				steps[depth] = arena_text(s->arena, name, strlen(name));
				return depth + 1;
			}
		}
	}
	for (size_t i = 0; i < nodes.count && !inner && !s->limit; i++) {
		int count = steps_inside(s, nodes.nodes[i], name, steps, depth);
		if (count)
			return count;
	}
	return inner ? steps_inside(s, nodes.plural ? &sample : child, name, steps, depth) : 0;
}

/* The steps from an object to a name that is only further in, through embedded objects and lists; 0: it is not there. */
static int steps_inside(struct scope *s, const struct node *object, const char *name, char **steps, int depth)
{
	if (depth == NAME_MAX_DEPTH)
		return 0;
	bool typed = object->type != NULL;
	int count = typed ? model_field_count(object->type) : (int)json_count(object->value);
	const struct json *at = typed ? NULL : json_first(object->value);
	for (int i = 0; i < count && !s->limit; i++, at = at ? json_next(at) : NULL) {
		const char *key = typed ? model_field_at(object->type, i)->name : json_key(at);
		const struct node *child = child_of(s, object, key);
		if (!child->type && !is_item_list(child) && !(json_is_object(child->value) && !child->field))
			continue;
		expr_spend(s, 1);
		steps[depth] = arena_text(s->arena, key, strlen(key));
		int found = steps_behind(s, child, name, steps, depth + 1);
		if (found)
			return found;
	}
	return 0;
}

static bool resolve_inside(struct scope *s, const struct node *object, const char *name, struct value *out)
{
	char *steps[NAME_MAX_DEPTH + 1];
	int count = steps_inside(s, object, name, steps, 0);
	if (!count)
		return false;
	struct value from = {.type = FORM_VALUE_NODESET, .nodes = (const struct node *[]){object}, .count = 1};
	*out = expr_resolve_steps(s, from, steps, count);
	return true;
}

/* A form's names are its fields, whatever other keys the objects have. */
static struct value resolve_on_form(struct scope *s, const struct node *object, bool item, const char *name)
{
	struct form_way way;
	if (!form_way_to(s->from, item, name, &way))
		return value_string("");
	for (; object && way.up > 0; way.up--)
		object = object->parent;
	if (!object)
		return value_string("");
	struct value from = {.type = FORM_VALUE_NODESET, .nodes = (const struct node *[]){object}, .count = 1};
	return expr_resolve_steps(s, from, way.keys, way.count);
}

struct value expr_resolve_name(struct scope *s, const char *name)
{
	struct value v;
	if (s->calculated && s->calculated(s->ctx, name, &v))
		return v;
	/* the object that the field stands in, then outwards */
	bool item = s->self && s->self->position;
	const struct node *object = s->self && s->self->parent && !item ? s->self->parent : s->self;
	if (s->from)
		return resolve_on_form(s, object, item, name);
	for (const struct node *n = object; n; n = n->parent)
		if (has_key(n, name))
			return expr_node_value(s, expr_child(s, n, name));
	/* only further in: seen from outside a repeat it is a nodeset */
	for (const struct node *n = object; n; n = n->parent)
		if (resolve_inside(s, n, name, &v))
			return v;
	return value_string("");
}
