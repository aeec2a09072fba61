/* One expression on one record: `outpost eval` (product.md). */
#include <math.h>
#include <string.h>

#include "form/trail.h"

/* ---- where "." is ---- */

static const struct node *item_node(struct arena *arena, const struct node *list, const char *uuid)
{
	int position = 0;
	for (const struct json *item = json_is_array(list->value) ? json_first(list->value) : NULL; item; item = json_next(item)) {
		position++;
		const char *own = json_get_string(item, "uuid");
		if (!own || strcmp(own, uuid) != 0)
			continue;
		struct node *n = arena_take(arena, sizeof *n);
		*n = (struct node){.value = item, .type = list->field ? list->field->object : NULL, .parent = list->parent, .key = list->key, .position = position};
		return n;
	}
	return NULL;
}

const struct node *form_node_at(struct scope *s, const char *path)
{
	const struct node *at = s->root;
	const char *p = path ? path : "";
	while (*p && at) {
		size_t len = strcspn(p, ".[");
		const struct node *child = expr_child(s, at, arena_text(s->arena, p, len));
		p += len;
		if (*p == '[') {
			size_t item = strcspn(++p, "]");
			child = item_node(s->arena, child, arena_text(s->arena, p, item));
			p += item + (p[item] == ']');
		}
		if (*p == '.')
			p++;
		at = child;
	}
	return at;
}

/* ---- mistakes, when the types are known ---- */

struct type_check { struct expr_error *error; bool failed; };

static void check_reference(void *ctx, const struct reference *reference)
{
	struct type_check *c = ctx;
	if (!c->failed)
		c->failed = reference_is_wrong(reference, c->error);
}

/* Unknown names and steps; yes or no compared with a text. */
static bool types_are_fine(const struct scope *s, const struct expr *e, struct expr_error *error)
{
	struct type_check check = {error, false};
	struct trace trace = {.model = s->model, .root = s->root->type, .visit = check_reference, .ctx = &check};
	const struct node *up[TRAIL_MAX];
	int count = 0;
	for (const struct node *n = s->self; n && count < TRAIL_MAX; n = n->parent)
		up[count++] = n;
	while (count-- > 0)
		trail_add(&trace.self, (struct spot){.field = up[count]->field, .type = up[count]->type, .open = up[count]->parent && !up[count]->field && !up[count]->position});
	trace_references(&trace, e);
	return !check.failed;
}

/* ---- the door ---- */

static enum status expression_error(const char *text, const struct expr_error *error, struct err *err)
{
	int line, column;
	text_place(text, (size_t)error->offset, &line, &column);
	if (err) {
		*err = (struct err){.status = ST_INVALID, .depth = 1};
		err->msg[0] = error->message;
		err_at(err, line, column);
	}
	return ST_INVALID;
}

static void take_value(struct scope *s, const struct value *v, struct form_value *out)
{
	struct form_value result = {.type = v->type, .count = v->count};
	struct value single = value_single(s->arena, v);
	result.boolean = single.boolean;
	result.number = single.type == FORM_VALUE_STRING ? 0 : single.number;
	result.string = mem_strdup(value_to_string(s->arena, v));
	*out = result;
}

/* A key on the way to "." that neither the type nor the record has; NULL: none. */
static const struct node *unknown_key(const struct node *self)
{
	const struct node *found = NULL;
	for (const struct node *n = self; n->parent; n = n->parent)
		if (n->parent->type && !n->field && !n->position && !n->value)
			found = n;
	return found;
}

static enum status no_such_place(const struct node *unknown, const char *at, struct err *err)
{
	struct expr_error error;
	err_set(err, ST_NOT_FOUND, N_("the record has no \"{1}\""), at);
	if (unknown && err) {
		form_unknown_name(unknown->parent->type, false, unknown->key, 0, &error);
		err->msg[0] = error.message;
	}
	return ST_NOT_FOUND;
}

enum status form_eval(const struct model *model, const char *expression, const struct json *record, const struct model_type *type, const char *at,
	const struct form_env *env, struct form_value *out, struct err *err)
{
	struct expr_error error = {0};
	struct expr *e = expr_parse(expression, false, &error);
	if (!e)
		return expression_error(expression, &error, err);
	struct arena arena = {NULL};
	struct json *nothing = record ? NULL : json_new_object();
	struct node root = {.value = record ? record : nothing, .type = type};
	struct node person = {.value = env->person, .type = model_of_kind(model, KIND_PERSONS)};
	struct scope s = {.env = env, .model = model, .root = &root, .person = env->person ? &person : NULL, .arena = &arena};
	s.self = at && *at ? form_node_at(&s, at) : &root;
	const struct node *unknown = s.self ? unknown_key(s.self) : NULL;
	enum status st = ST_OK;
	if (!s.self || unknown) {
		st = no_such_place(unknown, at, err);
	} else if (type && !types_are_fine(&s, e, &error)) {
		st = expression_error(expression, &error, err);
	} else {
		struct value v = expr_evaluate(&s, e);
		take_value(&s, &v, out);
	}
	arena_done(&arena);
	json_free(nothing);
	expr_free(e);
	return st;
}

void form_value_done(struct form_value *value)
{
	mem_free(value->string);
	*value = (struct form_value){0};
}

const char *form_value_type_name(enum form_value_type type)
{
	static const char *const names[] = {
		[FORM_VALUE_STRING] = "string", [FORM_VALUE_NUMBER] = "number", [FORM_VALUE_BOOLEAN] = "boolean", [FORM_VALUE_DATE] = "date",
		[FORM_VALUE_DATE_TIME] = "dateTime", [FORM_VALUE_NODESET] = "nodeset",
	};
	return names[type];
}

struct json *form_value_json(const struct form_value *value)
{
	switch (value->type) {
	case FORM_VALUE_BOOLEAN:
		return json_new_bool(value->boolean);
	case FORM_VALUE_NUMBER:
		/* as string() writes it: shortest, no exponent; NaN and Infinity are null */
		return isfinite(value->number) ? json_new_number_text(value->string) : json_new_null();
	case FORM_VALUE_STRING:
	case FORM_VALUE_DATE:
	case FORM_VALUE_DATE_TIME:
	case FORM_VALUE_NODESET:
		break;
	}
	return json_new_string(value->string);
}
