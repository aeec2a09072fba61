/* The functions of the language (forms.md "The language"): XPath's and ODK's, and Outpost's own; those for texts and dates have files of their
 * own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "form/functions.h"

double call_number(struct scope *s, const struct expr *call, size_t i)
{
	struct value v = ARG(i);
	return value_to_number(s->arena, &v);
}

const char *call_text(struct scope *s, const struct expr *call, size_t i)
{
	struct value v = ARG(i);
	const char *text = value_to_string(s->arena, &v);
	expr_spend(s, strlen(text) / BYTES_PER_STEP);
	return s->limit ? "" : text;
}

const char *call_nfc(struct scope *s, const struct expr *call, size_t i)
{
	return arena_keep(s->arena, text_nfc(call_text(s, call, i)));
}

bool call_boolean(struct scope *s, const struct expr *call, size_t i)
{
	struct value v = ARG(i);
	return value_to_boolean(s->arena, &v);
}

struct value call_self(struct scope *s)
{
	struct expr self = {.op = EXPR_SELF};
	return expr_evaluate(s, &self);
}

void call_each(struct scope *s, const struct expr *call, size_t first, each_fn visit, void *ctx)
{
	for (size_t i = first; i < call->count; i++) {
		struct value v = ARG(i);
		if (v.type != FORM_VALUE_NODESET) {
			visit(s, &v, ctx);
			continue;
		}
		for (size_t k = 0; k < v.count; k++) {
			struct value one = value_of_node(s->arena, v.nodes[k]);
			expr_spend(s, 1);
			visit(s, &one, ctx);
		}
	}
}

/* ---- logic ---- */

static struct value f_if(struct scope *s, const struct expr *call)
{
	return call_boolean(s, call, 0) ? ARG(1) : ARG(2);
}

static struct value f_coalesce(struct scope *s, const struct expr *call)
{
	for (size_t i = 0; i < call->count; i++) {
		struct value v = ARG(i);
		v = value_single(s->arena, &v);
		if (!value_is_blank(s->arena, &v))
			return v;
	}
	return value_string("");
}

static struct value f_once(struct scope *s, const struct expr *call)
{
	struct value own = call_self(s);
	own = value_single(s->arena, &own);
	if (!value_is_blank(s->arena, &own))
		return own;
	struct value v = ARG(0);
	return value_single(s->arena, &v);
}

static struct value f_not(struct scope *s, const struct expr *call)
{
	return value_boolean(!call_boolean(s, call, 0));
}

static struct value f_true(struct scope *s, const struct expr *call)
{
	(void)s;
	(void)call;
	return value_boolean(true);
}

static struct value f_false(struct scope *s, const struct expr *call)
{
	(void)s;
	(void)call;
	return value_boolean(false);
}

static struct value f_boolean(struct scope *s, const struct expr *call)
{
	return value_boolean(call_boolean(s, call, 0));
}

static struct value f_boolean_from_string(struct scope *s, const struct expr *call)
{
	const char *text = call_text(s, call, 0);
	return value_boolean(!strcmp(text, "true") || !strcmp(text, "1"));
}

/* ---- numbers ---- */

static struct value f_string(struct scope *s, const struct expr *call)
{
	struct value v = call->count ? ARG(0) : call_self(s);
	return value_string(value_to_string(s->arena, &v));
}

static struct value f_number(struct scope *s, const struct expr *call)
{
	struct value v = call->count ? ARG(0) : call_self(s);
	return value_number(value_to_number(s->arena, &v));
}

static struct value f_int(struct scope *s, const struct expr *call)
{
	return value_number(trunc(call_number(s, call, 0)));
}

/* The digits of a number, rounded at a place: what people see of 1.005 has its half at the third, whatever its nearest double is. */
static double round_digits(struct scope *s, double n, int places)
{
	const char *text = value_number_text(s->arena, fabs(n));
	size_t whole = strcspn(text, ".");
	size_t fraction = text[whole] ? strlen(text + whole + 1) : 0;
	if (places >= (int)fraction)
		return n;
	/* a zero in front for the carry, the digits, the point left out */
	size_t count = 1 + whole + fraction;
	char *digits = arena_take(s->arena, count + 2);
	digits[0] = '0';
	memcpy(digits + 1, text, whole);
	memcpy(digits + 1 + whole, text + whole + (fraction > 0), fraction);
	digits[count] = '\0';
	int kept = 1 + (int)whole + places;
	if (kept < 1)
		return copysign(0, n);
	/* halves go up, towards +Infinity */
	bool half = digits[kept] == '5' && strspn(digits + kept + 1, "0") == strlen(digits + kept + 1);
	bool away = half ? n > 0 : digits[kept] >= '5';
	memset(digits + kept, '0', count - (size_t)kept);
	if (away) {
		int i = kept - 1;
		for (; digits[i] == '9'; i--)
			digits[i] = '0';
		digits[i]++;
	}
	memmove(digits + whole + 2, digits + whole + 1, fraction + 1);
	digits[whole + 1] = '.';
	/* XPath: what is rounded up to zero keeps its sign */
	return copysign(strtod(digits, NULL), n);
}

static struct value f_round(struct scope *s, const struct expr *call)
{
	double n = call_number(s, call, 0);
	double places = call->count > 1 ? trunc(call_number(s, call, 1)) : 0;
	if (!isfinite(n))
		return value_number(n);
	if (isnan(places))
		return value_number((double)NAN);
	if (places > 400 || places < -400)
		return value_number(places > 0 ? n : copysign(0, n));
	return value_number(round_digits(s, n, (int)places));
}

static struct value f_abs(struct scope *s, const struct expr *call)
{
	return value_number(fabs(call_number(s, call, 0)));
}

static struct value f_pow(struct scope *s, const struct expr *call)
{
	return value_number(pow(call_number(s, call, 0), call_number(s, call, 1)));
}

/* min, max and sum skip blanks. */
struct totals { double sum, least, most; size_t count; bool all_dates; };

static void add_total(struct scope *s, const struct value *v, void *ctx)
{
	struct totals *t = ctx;
	if (value_is_blank(s->arena, v))
		return;
	double n = value_to_number(s->arena, v);
	t->all_dates = (t->count == 0 || t->all_dates) && v->type == FORM_VALUE_DATE;
	t->sum += n;
	if (!t->count || isnan(n) || n < t->least)
		t->least = isnan(t->least) ? t->least : n;
	if (!t->count || isnan(n) || n > t->most)
		t->most = isnan(t->most) ? t->most : n;
	t->count++;
}

static struct value extreme(const struct totals *t, double n)
{
	if (!t->count)
		return value_number((double)NAN);
	return t->all_dates ? value_date((int64_t)n) : value_number(n);
}

static struct value f_min(struct scope *s, const struct expr *call)
{
	struct totals t = {0};
	call_each(s, call, 0, add_total, &t);
	return extreme(&t, t.least);
}

static struct value f_max(struct scope *s, const struct expr *call)
{
	struct totals t = {0};
	call_each(s, call, 0, add_total, &t);
	return extreme(&t, t.most);
}

static struct value f_sum(struct scope *s, const struct expr *call)
{
	struct totals t = {0};
	call_each(s, call, 0, add_total, &t);
	return value_number(t.sum);
}

static struct value f_count(struct scope *s, const struct expr *call)
{
	struct value v = ARG(0);
	/* a plain field counts when it is filled in */
	return value_number(v.type == FORM_VALUE_NODESET ? (double)v.count : value_is_blank(s->arena, &v) ? 0 : 1);
}

static void add_non_empty(struct scope *s, const struct value *v, void *ctx)
{
	double *count = ctx;
	*count += !value_is_blank(s->arena, v);
}

static struct value f_count_non_empty(struct scope *s, const struct expr *call)
{
	double count = 0;
	struct value v = ARG(0);
	for (size_t i = 0; v.type == FORM_VALUE_NODESET && i < v.count; i++) {
		struct value one = value_of_node(s->arena, v.nodes[i]);
		bool object = v.nodes[i]->position && json_is_object(v.nodes[i]->value); /* an item is something */
		count += object || !value_is_blank(s->arena, &one);
	}
	if (v.type != FORM_VALUE_NODESET)
		add_non_empty(s, &v, &count);
	return value_number(count);
}

/* ---- several choices: names with blanks between ---- */

bool word_next(const char **p, const char **word, size_t *len)
{
	while (value_is_space(**p))
		(*p)++;
	*word = *p;
	while (**p && !value_is_space(**p))
		(*p)++;
	*len = (size_t)(*p - *word);
	return *len > 0;
}

bool word_in(const char *list, const char *wanted)
{
	const char *word;
	size_t len;
	while (word_next(&list, &word, &len))
		if (strlen(wanted) == len && !memcmp(word, wanted, len))
			return true;
	return false;
}

static struct value f_count_selected(struct scope *s, const struct expr *call)
{
	const char *p = call_text(s, call, 0);
	const char *word;
	size_t len;
	double count = 0;
	while (word_next(&p, &word, &len))
		count++;
	return value_number(count);
}

static struct value f_selected(struct scope *s, const struct expr *call)
{
	const char *list = call_nfc(s, call, 0);
	const char *p = call_nfc(s, call, 1);
	const char *word;
	size_t len;
	if (!word_next(&p, &word, &len))
		return value_boolean(false);
	const char *rest;
	size_t more;
	/* one choice is asked for: two words are the name of none */
	return value_boolean(!word_next(&p, &rest, &more) && word_in(list, arena_text(s->arena, word, len)));
}

static struct value f_selected_at(struct scope *s, const struct expr *call)
{
	const char *p = call_text(s, call, 0);
	double index = trunc(call_number(s, call, 1));
	const char *word;
	size_t len;
	for (double i = 0; index >= 0 && word_next(&p, &word, &len); i++)
		if (i >= index)
			return value_string(arena_text(s->arena, word, len));
	return value_string("");
}

/* The key that a reference ends in; NULL: in none. */
static const char *last_key(const struct expr *e)
{
	if (!e->tail.count)
		return e->op == EXPR_NAME ? e->text : NULL;
	const char *step = e->tail.steps[e->tail.count - 1];
	return strcmp(step, "..") != 0 ? step : NULL;
}

static struct value key_of_item(struct scope *s, struct value item, const char *key)
{
	char *step[1];
	step[0] = arena_text(s->arena, key, strlen(key));
	return expr_resolve_steps(s, item, step, 1);
}

/* indexed-repeat(${name}, ${repeat}, index [, ${inner repeat}, index …]): of the names and paths their last keys count, in the item chosen */
static struct value f_indexed_repeat(struct scope *s, const struct expr *call)
{
	const char *name = last_key(call->args[0]);
	struct value item = value_string("");
	for (size_t i = 1; name && i + 1 < call->count; i += 2) {
		const char *inner = i > 1 ? last_key(call->args[i]) : NULL;
		struct value items = i == 1 ? ARG(1) : inner ? key_of_item(s, item, inner) : value_string("");
		double index = trunc(call_number(s, call, i + 1));
		if (items.type != FORM_VALUE_NODESET || !(index >= 1 && index <= (double)items.count))
			return value_string("");
		item = items;
		item.nodes += (size_t)index - 1;
		item.count = 1;
	}
	if (!name || item.type != FORM_VALUE_NODESET)
		return value_string("");
	struct value v = expr_settle(s, key_of_item(s, item, name));
	return value_single(s->arena, &v);
}

static struct value f_position(struct scope *s, const struct expr *call)
{
	const struct node *n = s->item;
	if (call->count) {
		struct value v = ARG(0);
		n = v.type == FORM_VALUE_NODESET && v.count ? v.nodes[0] : NULL;
	} else if (!n) {
		n = s->self;
	}
	for (; n; n = n->parent)
		if (n->position)
			return value_number(n->position);
	return value_number(call->count ? (double)NAN : 1);
}

/* ---- labels, rights, features, where we are ---- */

static struct value f_choice_name(struct scope *s, const struct expr *call)
{
	const char *constant = call_text(s, call, 0);
	const char *name = call_text(s, call, 1); /* '${field}', or the field's name */
	size_t len = strlen(name);
	if (len > 3 && name[0] == '$' && name[1] == '{' && name[len - 1] == '}')
		name = arena_text(s->arena, name + 2, len - 3);
	const char *label = *constant && s->choice_label ? s->choice_label(s->ctx, name, constant) : NULL;
	return value_string(label ? arena_text(s->arena, label, strlen(label)) : constant);
}

static struct value f_user_right(struct scope *s, const struct expr *call)
{
	const struct model_scope *m = &s->env->scope;
	return value_boolean(!m->has_right || m->has_right(m->ctx, call_text(s, call, 0)));
}

static struct value f_feature(struct scope *s, const struct expr *call)
{
	const struct model_scope *m = &s->env->scope;
	return value_boolean(!m->has_feature || m->has_feature(m->ctx, call_text(s, call, 0)));
}

static struct value f_country(struct scope *s, const struct expr *call)
{
	const char *country = s->env->scope.country;
	const char *codes = arena_keep(s->arena, text_lower(call_text(s, call, 0)));
	return value_boolean(country && word_in(codes, country));
}

static struct value f_disease(struct scope *s, const struct expr *call)
{
	const char *disease = s->env->scope.disease;
	if (!disease)
		disease = json_string(expr_child(s, s->root, "disease")->value);
	return value_boolean(disease && word_in(call_text(s, call, 0), disease));
}

const struct function expr_functions[] = {
	{"if", 3, 3, false, f_if},
	{"coalesce", 1, -1, false, f_coalesce},
	{"once", 1, 1, false, f_once},
	{"not", 1, 1, true, f_not},
	{"true", 0, 0, true, f_true},
	{"false", 0, 0, true, f_false},
	{"boolean", 1, 1, true, f_boolean},
	{"boolean-from-string", 1, 1, true, f_boolean_from_string},
	{"string", 0, 1, false, f_string},
	{"number", 0, 1, false, f_number},
	{"int", 1, 1, false, f_int},
	{"round", 1, 2, false, f_round},
	{"abs", 1, 1, false, f_abs},
	{"pow", 2, 2, false, f_pow},
	{"min", 1, -1, false, f_min},
	{"max", 1, -1, false, f_max},
	{"sum", 1, -1, false, f_sum},
	{"count", 1, 1, false, f_count},
	{"count-non-empty", 1, 1, false, f_count_non_empty},
	{"count-selected", 1, 1, false, f_count_selected},
	{"selected", 2, 2, true, f_selected},
	{"selected-at", 2, 2, false, f_selected_at},
	{"indexed-repeat", 3, 7, false, f_indexed_repeat},
	{"string-length", 0, 1, false, function_string_length},
	{"substr", 2, 3, false, function_substr},
	{"substring-before", 2, 2, false, function_substring_before},
	{"substring-after", 2, 2, false, function_substring_after},
	{"contains", 2, 2, true, function_contains},
	{"starts-with", 2, 2, true, function_starts_with},
	{"ends-with", 2, 2, true, function_ends_with},
	{"concat", 0, -1, false, function_concat},
	{"join", 1, -1, false, function_join},
	{"normalize-space", 0, 1, false, function_normalize_space},
	{"translate", 3, 3, false, function_translate},
	{"upper-case", 1, 1, false, function_upper_case},
	{"lower-case", 1, 1, false, function_lower_case},
	{"regex", 2, 2, true, function_regex},
	{"today", 0, 0, false, function_today},
	{"now", 0, 0, false, function_now},
	{"date", 1, 1, false, function_date},
	{"date-time", 1, 1, false, function_date_time},
	{"decimal-date-time", 1, 1, false, function_decimal_date_time},
	{"decimal-time", 1, 1, false, function_decimal_time},
	{"format-date", 2, 2, false, function_format_date},
	{"format-date-time", 2, 2, false, function_format_date_time},
	{"position", 0, 1, false, f_position},
	{"jr:choice-name", 2, 2, false, f_choice_name},
	{"user-right", 1, 1, true, f_user_right},
	{"feature", 1, 1, true, f_feature},
	{"country", 1, 1, true, f_country},
	{"disease", 1, 1, true, f_disease},
	{"age", 1, 2, false, function_age},
	{NULL, 0, 0, false, NULL},
};

int expr_find_function(const char *name)
{
	for (int i = 0; expr_functions[i].name; i++)
		if (!strcmp(expr_functions[i].name, name))
			return i;
	return -1;
}
