/* The functions of the language (forms.md "The language"): XPath's and ODK's, and Outpost's own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "form/expr.h"

#define ARG(i) expr_evaluate(s, call->args[i])
#define BYTES_PER_STEP 64 /* of a text that a function works on */

static double arg_number(struct scope *s, const struct expr *call, size_t i)
{
	struct value v = ARG(i);
	return value_to_number(s->arena, &v);
}

static const char *arg_text(struct scope *s, const struct expr *call, size_t i)
{
	struct value v = ARG(i);
	const char *text = value_to_string(s->arena, &v);
	expr_spend(s, strlen(text) / BYTES_PER_STEP);
	return s->limit ? "" : text;
}

/* For what looks into texts: as "=" sees them. What is then taken out of them is NFC, too. */
static const char *arg_nfc(struct scope *s, const struct expr *call, size_t i)
{
	return arena_keep(s->arena, text_nfc(arg_text(s, call, i)));
}

static bool arg_boolean(struct scope *s, const struct expr *call, size_t i)
{
	struct value v = ARG(i);
	return value_to_boolean(s->arena, &v);
}

static struct value self_value(struct scope *s)
{
	struct expr self = {.op = EXPR_SELF};
	return expr_evaluate(s, &self);
}

/* Calls visit for each argument, a nodeset node by node. */
typedef void (*each_fn)(struct scope *s, const struct value *v, void *ctx);

static void each_argument(struct scope *s, const struct expr *call, size_t first, each_fn visit, void *ctx)
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
	return arg_boolean(s, call, 0) ? ARG(1) : ARG(2);
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
	struct value own = self_value(s);
	own = value_single(s->arena, &own);
	if (!value_is_blank(s->arena, &own))
		return own;
	struct value v = ARG(0);
	return value_single(s->arena, &v);
}

static struct value f_not(struct scope *s, const struct expr *call)
{
	return value_boolean(!arg_boolean(s, call, 0));
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
	return value_boolean(arg_boolean(s, call, 0));
}

static struct value f_boolean_from_string(struct scope *s, const struct expr *call)
{
	const char *text = arg_text(s, call, 0);
	return value_boolean(!strcmp(text, "true") || !strcmp(text, "1"));
}

/* ---- numbers ---- */

static struct value f_string(struct scope *s, const struct expr *call)
{
	struct value v = call->count ? ARG(0) : self_value(s);
	return value_string(value_to_string(s->arena, &v));
}

static struct value f_number(struct scope *s, const struct expr *call)
{
	struct value v = call->count ? ARG(0) : self_value(s);
	return value_number(value_to_number(s->arena, &v));
}

static struct value f_int(struct scope *s, const struct expr *call)
{
	return value_number(trunc(arg_number(s, call, 0)));
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
	double n = arg_number(s, call, 0);
	double places = call->count > 1 ? trunc(arg_number(s, call, 1)) : 0;
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
	return value_number(fabs(arg_number(s, call, 0)));
}

static struct value f_pow(struct scope *s, const struct expr *call)
{
	return value_number(pow(arg_number(s, call, 0), arg_number(s, call, 1)));
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
	each_argument(s, call, 0, add_total, &t);
	return extreme(&t, t.least);
}

static struct value f_max(struct scope *s, const struct expr *call)
{
	struct totals t = {0};
	each_argument(s, call, 0, add_total, &t);
	return extreme(&t, t.most);
}

static struct value f_sum(struct scope *s, const struct expr *call)
{
	struct totals t = {0};
	each_argument(s, call, 0, add_total, &t);
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

static bool next_word(const char **p, const char **word, size_t *len)
{
	while (value_is_space(**p))
		(*p)++;
	*word = *p;
	while (**p && !value_is_space(**p))
		(*p)++;
	*len = (size_t)(*p - *word);
	return *len > 0;
}

static bool has_word(const char *list, const char *wanted)
{
	const char *word;
	size_t len;
	while (next_word(&list, &word, &len))
		if (strlen(wanted) == len && !memcmp(word, wanted, len))
			return true;
	return false;
}

static struct value f_count_selected(struct scope *s, const struct expr *call)
{
	const char *p = arg_text(s, call, 0);
	const char *word;
	size_t len;
	double count = 0;
	while (next_word(&p, &word, &len))
		count++;
	return value_number(count);
}

static struct value f_selected(struct scope *s, const struct expr *call)
{
	const char *list = arg_nfc(s, call, 0);
	const char *p = arg_nfc(s, call, 1);
	const char *word;
	size_t len;
	if (!next_word(&p, &word, &len))
		return value_boolean(false);
	const char *rest;
	size_t more;
	/* one choice is asked for: two words are the name of none */
	return value_boolean(!next_word(&p, &rest, &more) && has_word(list, arena_text(s->arena, word, len)));
}

static struct value f_selected_at(struct scope *s, const struct expr *call)
{
	const char *p = arg_text(s, call, 0);
	double index = trunc(arg_number(s, call, 1));
	const char *word;
	size_t len;
	for (double i = 0; index >= 0 && next_word(&p, &word, &len); i++)
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
		double index = trunc(arg_number(s, call, i + 1));
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

/* ---- text ---- */

static const char *own_or_arg(struct scope *s, const struct expr *call)
{
	struct value v = call->count ? ARG(0) : self_value(s);
	const char *text = value_to_string(s->arena, &v);
	expr_spend(s, strlen(text) / BYTES_PER_STEP);
	return s->limit ? "" : text;
}

static struct value f_string_length(struct scope *s, const struct expr *call)
{
	return value_number((double)text_count(own_or_arg(s, call)));
}

/* substr(text, start [, end]): from 0; negative counts from the end. */
static struct value f_substr(struct scope *s, const struct expr *call)
{
	const char *text = arg_nfc(s, call, 0);
	double len = (double)text_count(text);
	double start = trunc(arg_number(s, call, 1));
	double end = call->count > 2 ? trunc(arg_number(s, call, 2)) : len;
	if (isnan(start) || isnan(end))
		return value_string("");
	if (start < 0)
		start = fmax(len + start, 0);
	if (end < 0)
		end = len + end;
	const char *p = text;
	const char *stop = text + strlen(text);
	const char *first = NULL;
	double i = 0;
	for (; p < stop && i < end; i++) {
		if (i >= start && !first)
			first = p;
		text_next(&p, stop);
	}
	return value_string(first ? arena_text(s->arena, first, (size_t)(p - first)) : "");
}

static struct value f_substring_before(struct scope *s, const struct expr *call)
{
	const char *text = arg_nfc(s, call, 0);
	const char *at = strstr(text, arg_nfc(s, call, 1));
	return value_string(at ? arena_text(s->arena, text, (size_t)(at - text)) : "");
}

static struct value f_substring_after(struct scope *s, const struct expr *call)
{
	const char *text = arg_nfc(s, call, 0);
	const char *part = arg_nfc(s, call, 1);
	const char *at = strstr(text, part);
	return value_string(at ? at + strlen(part) : "");
}

static struct value f_contains(struct scope *s, const struct expr *call)
{
	return value_boolean(strstr(arg_nfc(s, call, 0), arg_nfc(s, call, 1)));
}

static struct value f_starts_with(struct scope *s, const struct expr *call)
{
	return value_boolean(text_starts(arg_nfc(s, call, 0), arg_nfc(s, call, 1)));
}

static struct value f_ends_with(struct scope *s, const struct expr *call)
{
	const char *text = arg_nfc(s, call, 0);
	const char *end = arg_nfc(s, call, 1);
	size_t len = strlen(text);
	size_t tail = strlen(end);
	return value_boolean(tail <= len && !strcmp(text + len - tail, end));
}

#define TEXT_MAX ((size_t)1 << 20)

struct joining { struct buf b; const char *separator; size_t count; };

static void add_text(struct scope *s, const struct value *v, void *ctx)
{
	struct joining *j = ctx;
	if (j->count++)
		buf_add_text(&j->b, j->separator);
	buf_add_text(&j->b, value_to_string(s->arena, v));
	expr_spend(s, 1);
}

static struct value joined(struct scope *s, const struct expr *call, size_t first, const char *separator)
{
	struct joining j = {.separator = separator};
	buf_init(&j.b, TEXT_MAX);
	each_argument(s, call, first, add_text, &j);
	expr_spend(s, j.b.len / BYTES_PER_STEP);
	bool over = buf_over(&j.b);
	char *text = arena_keep(s->arena, buf_take(&j.b, NULL));
	s->limit |= over;
	return value_string(over ? "" : text);
}

static struct value f_concat(struct scope *s, const struct expr *call)
{
	return joined(s, call, 0, "");
}

static struct value f_join(struct scope *s, const struct expr *call)
{
	return joined(s, call, 1, arg_text(s, call, 0));
}

static struct value f_normalize_space(struct scope *s, const struct expr *call)
{
	const char *p = own_or_arg(s, call);
	char *out = arena_text(s->arena, p, strlen(p));
	size_t n = 0;
	const char *word;
	size_t len;
	while (next_word(&p, &word, &len)) {
		if (n)
			out[n++] = ' ';
		memcpy(out + n, word, len);
		n += len;
	}
	out[n] = '\0';
	return value_string(out);
}

static struct value f_translate(struct scope *s, const struct expr *call)
{
	const char *text = arg_nfc(s, call, 0);
	const char *from = arg_nfc(s, call, 1);
	const char *to = arg_nfc(s, call, 2);
	const char *end = text + strlen(text);
	char *out = arena_take(s->arena, strlen(text) * 4 + 1);
	size_t n = 0;
	for (const char *p = text; p < end;) {
		int32_t c = text_next(&p, end);
		const char *f = from;
		const char *t = to;
		const char *from_end = from + strlen(from);
		const char *to_end = to + strlen(to);
		int32_t result = c;
		expr_spend(s, 1 + strlen(from) / BYTES_PER_STEP);
		while (f < from_end) {
			int32_t a = text_next(&f, from_end);
			int32_t b = text_next(&t, to_end); /* -1: dropped */
			if (a == c) {
				result = b;
				break;
			}
		}
		if (result >= 0)
			n += text_put(result, out + n);
	}
	out[n] = '\0';
	return value_string(out);
}

static struct value f_upper_case(struct scope *s, const struct expr *call)
{
	return value_string(arena_keep(s->arena, text_upper(arg_text(s, call, 0))));
}

static struct value f_lower_case(struct scope *s, const struct expr *call)
{
	return value_string(arena_keep(s->arena, text_lower(arg_text(s, call, 0))));
}

#define VISITS_PER_STEP 64 /* states of a pattern visited for one step */

static struct value f_regex(struct scope *s, const struct expr *call)
{
	const char *text = arg_text(s, call, 0);
	struct regex *made = NULL;
	if (!call->regex) {
		/* building is work, too: at most so many states */
		expr_spend(s, REGEX_MAX_SIZE / VISITS_PER_STEP);
		made = s->limit ? NULL : regex_new(arg_text(s, call, 1), NULL, NULL);
	}
	const struct regex *re = call->regex ? call->regex : made;
	bool matches = false;
	if (re && s->steps < FORM_MAX_STEPS) {
		/* its visits count: long texts against large patterns meet the step limit */
		size_t given = (size_t)(FORM_MAX_STEPS - s->steps) * VISITS_PER_STEP;
		size_t left = given;
		matches = regex_matches(re, text, &left);
		expr_spend(s, (given - left) / VISITS_PER_STEP);
		s->limit |= !left;
	}
	regex_free(made);
	return value_boolean(matches);
}

/* ---- dates ---- */

int64_t env_today(const struct form_env *env)
{
	int32_t today = date_day_of(env->now_ms);
	int32_t server = env->newest_server_ms > 0 ? date_day_of(env->newest_server_ms) : today;
	return server > today ? server : today;
}

static struct value f_today(struct scope *s, const struct expr *call)
{
	(void)call;
	return value_date(env_today(s->env));
}

static struct value f_now(struct scope *s, const struct expr *call)
{
	(void)call;
	return value_instant(s->env->now_ms);
}

static struct value f_date(struct scope *s, const struct expr *call)
{
	struct value v = ARG(0);
	int32_t day = 0;
	return value_to_day(s->arena, &v, &day) ? value_date(day) : value_string("");
}

static struct value f_date_time(struct scope *s, const struct expr *call)
{
	struct value v = ARG(0);
	int64_t ms = 0;
	return value_to_instant(s->arena, &v, &ms) ? value_instant(ms) : value_string("");
}

/* Days since 1970 in UTC, as ODK has it: the one number of a moment that no zone changes. */
static struct value f_decimal_date_time(struct scope *s, const struct expr *call)
{
	struct value v = ARG(0);
	int64_t ms = 0;
	if (!value_to_instant(s->arena, &v, &ms))
		return value_number((double)NAN);
	return value_number((double)ms / (double)DATE_DAY_MS);
}

static struct value f_decimal_time(struct scope *s, const struct expr *call)
{
	struct value v = ARG(0);
	int64_t ms = 0;
	const char *text = value_to_string(s->arena, &v);
	if (strlen(text) >= 5 && text[2] == ':') { /* a time of day alone */
		char *whole = mem_printf("1970-01-01T%sZ", text);
		bool plain = date_parse_instant(whole, &ms);
		mem_free(whole);
		if (plain)
			return value_number((double)ms / (double)DATE_DAY_MS);
		/* with an offset: what the zone's clock shows then, today */
		char today[16];
		date_print_day((int32_t)env_today(s->env), today);
		whole = mem_printf("%sT%s", today, text);
		bool shifted = date_parse_instant(whole, &ms);
		mem_free(whole);
		if (!shifted)
			return value_number((double)NAN);
	} else if (!value_to_instant(s->arena, &v, &ms)) {
		return value_number((double)NAN);
	}
	/* from the milliseconds: a fraction taken off a day number has lost its last digits */
	return value_number((double)value_time_of_day(ms) / (double)DATE_DAY_MS);
}

static const char *const month_names[12] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const day_names[7] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

static void add_date_part(struct buf *b, char c, const struct date_time *t, int weekday)
{
	switch (c) {
	case 'Y':
		buf_printf(b, "%04d", t->year);
		break;
	case 'y':
		buf_printf(b, "%02d", (t->year % 100 + 100) % 100);
		break;
	case 'm':
		buf_printf(b, "%02d", t->month);
		break;
	case 'n':
		buf_printf(b, "%d", t->month);
		break;
	case 'b':
		buf_add_text(b, month_names[t->month - 1]);
		break;
	case 'd':
		buf_printf(b, "%02d", t->day);
		break;
	case 'e':
		buf_printf(b, "%d", t->day);
		break;
	case 'H':
		buf_printf(b, "%02d", t->hour);
		break;
	case 'h':
		buf_printf(b, "%d", t->hour);
		break;
	case 'M':
		buf_printf(b, "%02d", t->minute);
		break;
	case 'S':
		buf_printf(b, "%02d", t->second);
		break;
	case '3':
		buf_printf(b, "%03d", t->milli);
		break;
	case 'a':
		buf_add_text(b, day_names[weekday - 1]);
		break;
	case '%':
		buf_add_char(b, '%');
		break;
	default: /* not a part of a date: as it stands */
		buf_add_char(b, '%');
		buf_add_char(b, c);
	}
}

static struct value format_with(struct scope *s, const struct expr *call, const struct date_time *t)
{
	const char *format = arg_text(s, call, 1);
	int weekday = date_weekday(date_from_civil(t->year, t->month, t->day));
	struct buf b;
	buf_init(&b, TEXT_MAX);
	for (const char *p = format; *p; p++) {
		if (*p == '%' && p[1])
			add_date_part(&b, *++p, t, weekday);
		else
			buf_add_char(&b, *p);
	}
	return value_string(arena_keep(s->arena, buf_take(&b, NULL)));
}

static struct value f_format_date(struct scope *s, const struct expr *call)
{
	struct value v = ARG(0);
	int32_t day = 0;
	if (!value_to_day(s->arena, &v, &day))
		return value_string("");
	struct date_civil c = date_to_civil(day);
	struct date_time t = {.year = c.year, .month = c.month, .day = c.day};
	return format_with(s, call, &t);
}

static struct value f_format_date_time(struct scope *s, const struct expr *call)
{
	struct value v = ARG(0);
	int64_t ms = 0;
	if (!value_to_instant(s->arena, &v, &ms))
		return value_string("");
	struct date_time t = date_local(ms);
	return format_with(s, call, &t);
}

/* Completed years. */
static struct value f_age(struct scope *s, const struct expr *call)
{
	struct value born_value = ARG(0);
	struct value at_value = call->count > 1 ? ARG(1) : value_date(env_today(s->env));
	int32_t born = 0, at = 0;
	if (!value_to_day(s->arena, &born_value, &born) || !value_to_day(s->arena, &at_value, &at))
		return value_number((double)NAN);
	struct date_civil b = date_to_civil(born);
	struct date_civil a = date_to_civil(at);
	int years = a.year - b.year - (a.month < b.month || (a.month == b.month && a.day < b.day));
	return value_number(years);
}

/* ---- labels, rights, features, where we are ---- */

static struct value f_choice_name(struct scope *s, const struct expr *call)
{
	const char *constant = arg_text(s, call, 0);
	const char *name = arg_text(s, call, 1); /* '${field}', or the field's name */
	size_t len = strlen(name);
	if (len > 3 && name[0] == '$' && name[1] == '{' && name[len - 1] == '}')
		name = arena_text(s->arena, name + 2, len - 3);
	const char *label = *constant && s->choice_label ? s->choice_label(s->ctx, name, constant) : NULL;
	return value_string(label ? arena_text(s->arena, label, strlen(label)) : constant);
}

static struct value f_user_right(struct scope *s, const struct expr *call)
{
	const struct model_scope *m = &s->env->scope;
	return value_boolean(!m->has_right || m->has_right(m->ctx, arg_text(s, call, 0)));
}

static struct value f_feature(struct scope *s, const struct expr *call)
{
	const struct model_scope *m = &s->env->scope;
	return value_boolean(!m->has_feature || m->has_feature(m->ctx, arg_text(s, call, 0)));
}

static struct value f_country(struct scope *s, const struct expr *call)
{
	const char *country = s->env->scope.country;
	const char *codes = arena_keep(s->arena, text_lower(arg_text(s, call, 0)));
	return value_boolean(country && has_word(codes, country));
}

static struct value f_disease(struct scope *s, const struct expr *call)
{
	const char *disease = s->env->scope.disease;
	if (!disease)
		disease = json_string(expr_child(s, s->root, "disease")->value);
	return value_boolean(disease && has_word(arg_text(s, call, 0), disease));
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
	{"string-length", 0, 1, false, f_string_length},
	{"substr", 2, 3, false, f_substr},
	{"substring-before", 2, 2, false, f_substring_before},
	{"substring-after", 2, 2, false, f_substring_after},
	{"contains", 2, 2, true, f_contains},
	{"starts-with", 2, 2, true, f_starts_with},
	{"ends-with", 2, 2, true, f_ends_with},
	{"concat", 0, -1, false, f_concat},
	{"join", 1, -1, false, f_join},
	{"normalize-space", 0, 1, false, f_normalize_space},
	{"translate", 3, 3, false, f_translate},
	{"upper-case", 1, 1, false, f_upper_case},
	{"lower-case", 1, 1, false, f_lower_case},
	{"regex", 2, 2, true, f_regex},
	{"today", 0, 0, false, f_today},
	{"now", 0, 0, false, f_now},
	{"date", 1, 1, false, f_date},
	{"date-time", 1, 1, false, f_date_time},
	{"decimal-date-time", 1, 1, false, f_decimal_date_time},
	{"decimal-time", 1, 1, false, f_decimal_time},
	{"format-date", 2, 2, false, f_format_date},
	{"format-date-time", 2, 2, false, f_format_date_time},
	{"position", 0, 1, false, f_position},
	{"jr:choice-name", 2, 2, false, f_choice_name},
	{"user-right", 1, 1, true, f_user_right},
	{"feature", 1, 1, true, f_feature},
	{"country", 1, 1, true, f_country},
	{"disease", 1, 1, true, f_disease},
	{"age", 1, 2, false, f_age},
	{NULL, 0, 0, false, NULL},
};

int expr_find_function(const char *name)
{
	for (int i = 0; expr_functions[i].name; i++)
		if (!strcmp(expr_functions[i].name, name))
			return i;
	return -1;
}
