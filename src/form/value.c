#include "form/value.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BLOCK 4096

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	char data[];
};

void *arena_take(struct arena *arena, size_t size)
{
	size = (size + 15) & ~(size_t)15;
	struct arena_block *b = arena->blocks;
	if (!b || b->size - b->used < size) {
		size_t room = size > ARENA_BLOCK ? size : ARENA_BLOCK;
		b = mem_alloc(sizeof *b + room);
		*b = (struct arena_block){.next = arena->blocks, .size = room};
		arena->blocks = b;
	}
	/* the header is 24 bytes, so that data begins 8 bytes off a multiple of 16: everything here needs 8 at most */
	void *p = b->data + b->used;
	b->used += size;
	return p;
}

char *arena_text(struct arena *arena, const char *s, size_t len)
{
	char *copy = arena_take(arena, len + 1);
	if (len)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *arena_keep(struct arena *arena, char *owned)
{
	char *copy = arena_text(arena, owned, strlen(owned));
	mem_free(owned);
	return copy;
}

struct arena_mark arena_mark(const struct arena *arena)
{
	return (struct arena_mark){arena->blocks, arena->blocks ? arena->blocks->used : 0};
}

void arena_release(struct arena *arena, struct arena_mark mark)
{
	while (arena->blocks != mark.block) {
		struct arena_block *b = arena->blocks;
		arena->blocks = b->next;
		mem_free(b);
	}
	if (arena->blocks)
		arena->blocks->used = mark.used;
}

void arena_done(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *b = arena->blocks;
		arena->blocks = b->next;
		mem_free(b);
	}
}

struct value value_string(const char *text)
{
	return (struct value){.type = FORM_VALUE_STRING, .text = text ? text : ""};
}

struct value value_number(double n)
{
	return (struct value){.type = FORM_VALUE_NUMBER, .number = n};
}

struct value value_boolean(bool b)
{
	return (struct value){.type = FORM_VALUE_BOOLEAN, .boolean = b};
}

struct value value_date(int64_t day)
{
	return (struct value){.type = FORM_VALUE_DATE, .number = (double)day};
}

struct value value_instant(int64_t ms)
{
	return (struct value){.type = FORM_VALUE_DATE_TIME, .number = (double)ms};
}

/* ---- what a node is worth ---- */

/* A map of booleans, or a select of several: the names that are true, with blanks between. */
static struct value value_of_map(struct arena *arena, const struct json *map)
{
	struct buf b;
	buf_init(&b, 0);
	for (const struct json *v = json_first(map); v; v = json_next(v)) {
		if (!json_true(v))
			continue;
		if (b.len)
			buf_add_char(&b, ' ');
		buf_add_text(&b, json_key(v));
	}
	return value_string(arena_keep(arena, buf_take(&b, NULL)));
}

static struct value value_of_array(struct arena *arena, const struct json *list)
{
	struct buf b;
	buf_init(&b, 0);
	for (const struct json *v = json_first(list); v; v = json_next(v)) {
		const char *text = json_is_object(v) ? json_get_string(v, "uuid") : json_is_number(v) ? json_number_text(v) : json_string(v);
		if (!text)
			continue;
		if (b.len)
			buf_add_char(&b, ' ');
		buf_add_text(&b, text);
	}
	return value_string(arena_keep(arena, buf_take(&b, NULL)));
}

static struct value value_of_json(struct arena *arena, const struct json *v)
{
	double n = 0;
	const char *text;
	switch (json_type(v)) {
	case JSON_FALSE:
	case JSON_TRUE:
		return value_boolean(json_true(v));
	case JSON_NUMBER:
		json_double(v, &n);
		return value_number(n);
	case JSON_STRING:
		return value_string(json_string(v));
	case JSON_OBJECT:
		text = json_get_string(v, "uuid");
		text = text ? text : json_get_string(v, "value");
		return text ? value_string(text) : value_of_map(arena, v);
	case JSON_ARRAY:
		return value_of_array(arena, v);
	case JSON_NULL:
		break;
	}
	return value_string("");
}

/* "A model date is a date", unless the form shows it with its time. */
static struct value value_of_date(struct arena *arena, const struct model_field *f, const struct json *v, bool instant)
{
	int64_t ms = 0;
	int32_t day = 0;
	if (!json_int(v, &ms)) {
		/* the server also takes ISO texts; whatever else it is stays what it is */
		if (json_string(v) && date_parse_day(json_string(v), &day))
			return value_date(day);
		return value_of_json(arena, v);
	}
	if (f->truncated)
		return value_date(date_truncated_day(ms));
	return instant ? value_instant(ms) : value_date(date_day_of(ms));
}

struct value value_of_node(struct arena *arena, const struct node *node)
{
	const struct model_field *f = node->field;
	const struct json *v = node->value;
	bool blank = json_is_null(v) || (json_string(v) && !*json_string(v));
	if (node->made)
		return *node->made;
	if (blank && f && f->primitive)
		return f->type == TYPE_BOOLEAN ? value_boolean(false) : value_number(0);
	if (blank)
		return value_string("");
	if (json_is_object(v) && (node->type || !node->key))
		return value_string(""); /* a record, an embedded object, an item: it has values, it is none */
	if (f && f->type == TYPE_DATE)
		return value_of_date(arena, f, v, node->instant);
	struct value result = value_of_json(arena, v);
	if (result.type == FORM_VALUE_NUMBER && node->scale > 1)
		result.number /= node->scale;
	return result;
}

/* A list of plain values that no model knows. */
static bool is_words(const struct value *v)
{
	size_t i = 0;
	while (i < v->count && v->nodes[i]->position && !v->nodes[i]->field && !json_is_object(v->nodes[i]->value) && !json_is_array(v->nodes[i]->value))
		i++;
	return v->plural && v->count > 1 && i == v->count;
}

struct value value_single(struct arena *arena, const struct value *v)
{
	if (v->type != FORM_VALUE_NODESET)
		return *v;
	if (is_words(v)) {
		struct buf b;
		buf_init(&b, 0);
		for (size_t i = 0; i < v->count; i++) {
			struct value word = value_of_node(arena, v->nodes[i]);
			buf_printf(&b, "%s%s", i ? " " : "", value_to_string(arena, &word));
		}
		return value_string(arena_keep(arena, buf_take(&b, NULL)));
	}
	return v->count ? value_of_node(arena, v->nodes[0]) : value_string("");
}

/* ---- conversions ---- */

bool value_to_boolean(struct arena *arena, const struct value *v)
{
	(void)arena;
	switch (v->type) {
	case FORM_VALUE_BOOLEAN:
		return v->boolean;
	case FORM_VALUE_NUMBER:
		return v->number < 0 || v->number > 0;
	case FORM_VALUE_STRING:
		return *v->text != '\0';
	case FORM_VALUE_NODESET:
		return v->count > 0;
	case FORM_VALUE_DATE:
	case FORM_VALUE_DATE_TIME:
		break;
	}
	return true;
}

bool value_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A text without the blanks around it. */
static const char *trimmed(const char *s, size_t *len)
{
	while (value_is_space(*s))
		s++;
	*len = strlen(s);
	while (*len && value_is_space(s[*len - 1]))
		(*len)--;
	return s;
}

#define DATE_TEXT_MAX 48 /* more than any date with its time */

static bool trimmed_date(const char *s, char out[DATE_TEXT_MAX])
{
	size_t len;
	s = trimmed(s, &len);
	if (len >= DATE_TEXT_MAX)
		return false;
	memcpy(out, s, len);
	out[len] = '\0';
	return true;
}

static bool text_to_day(const char *s, int32_t *day)
{
	char text[DATE_TEXT_MAX];
	return trimmed_date(s, text) && date_parse_day(text, day);
}

static bool text_to_instant(const char *s, int64_t *ms)
{
	char text[DATE_TEXT_MAX];
	return trimmed_date(s, text) && date_parse_instant(text, ms);
}

/* XPath's numbers: blanks around, a sign, digits with a point; no exponent. A day counts as its number. */
static double text_to_number(const char *s)
{
	size_t len;
	s = trimmed(s, &len);
	size_t i = len && s[0] == '-';
	size_t digits = 0;
	size_t points = 0;
	for (; i < len; i++) {
		if (isdigit((unsigned char)s[i]))
			digits++;
		else if (s[i] == '.')
			points++;
		else
			break;
	}
	if (len && i == len && digits && points <= 1 && len < 400) {
		char text[400];
		memcpy(text, s, len);
		text[len] = '\0';
		return strtod(text, NULL);
	}
	int32_t day = 0;
	return text_to_day(s, &day) ? day : (double)NAN;
}

int64_t value_time_of_day(int64_t ms)
{
	struct date_time t = date_local(ms);
	return ((t.hour * INT64_C(60) + t.minute) * 60 + t.second) * 1000 + t.milli;
}

/* Days with the time of day as their fraction, on the wall clock of the zone. */
static double instant_to_days(int64_t ms)
{
	return (double)(date_day_of(ms) * DATE_DAY_MS + value_time_of_day(ms)) / (double)DATE_DAY_MS;
}

double value_to_number(struct arena *arena, const struct value *v)
{
	struct value single;
	switch (v->type) {
	case FORM_VALUE_BOOLEAN:
		return v->boolean ? 1 : 0;
	case FORM_VALUE_STRING:
		return text_to_number(v->text);
	case FORM_VALUE_DATE_TIME:
		return instant_to_days((int64_t)v->number);
	case FORM_VALUE_NODESET:
		single = value_single(arena, v);
		return value_to_number(arena, &single);
	case FORM_VALUE_NUMBER:
	case FORM_VALUE_DATE:
		break;
	}
	return v->number;
}

const char *value_number_text(struct arena *arena, double n)
{
	if (isnan(n))
		return "NaN";
	if (isinf(n))
		return n > 0 ? "Infinity" : "-Infinity";
	if (!(n < 0 || n > 0))
		return "0";
	/* the fewest digits that read back the same, then the exponent turned into zeros */
	char text[64];
	for (int digits = 0; digits <= 16; digits++) {
		snprintf(text, sizeof text, "%.*e", digits, n);
		double back = strtod(text, NULL);
		if (!(back < n || back > n))
			break;
	}
	const char *p = text;
	char number[32];
	size_t count = 0;
	bool negative = *p == '-';
	if (negative)
		p++;
	for (; *p && *p != 'e'; p++)
		if (*p != '.')
			number[count++] = *p;
	long exponent = strtol(p + 1, NULL, 10);
	struct buf b;
	buf_init(&b, 0);
	if (negative)
		buf_add_char(&b, '-');
	if (exponent < 0) {
		buf_add_text(&b, "0.");
		for (long i = -1; i > exponent; i--)
			buf_add_char(&b, '0');
		buf_add(&b, number, count);
	} else {
		for (size_t i = 0; i < count || (long)i <= exponent; i++) {
			if ((long)i == exponent + 1)
				buf_add_char(&b, '.');
			buf_add_char(&b, i < count ? number[i] : '0');
		}
	}
	return arena_keep(arena, buf_take(&b, NULL));
}

const char *value_to_string(struct arena *arena, const struct value *v)
{
	char text[40];
	struct value single;
	switch (v->type) {
	case FORM_VALUE_STRING:
		return v->text;
	case FORM_VALUE_BOOLEAN:
		return v->boolean ? "true" : "false";
	case FORM_VALUE_NUMBER:
		return value_number_text(arena, v->number);
	case FORM_VALUE_DATE:
		date_print_day((int32_t)v->number, text);
		return arena_text(arena, text, strlen(text));
	case FORM_VALUE_DATE_TIME:
		date_print_instant((int64_t)v->number, text);
		return arena_text(arena, text, strlen(text));
	case FORM_VALUE_NODESET:
		break;
	}
	single = value_single(arena, v);
	return value_to_string(arena, &single);
}

bool value_is_blank(struct arena *arena, const struct value *v)
{
	struct value single = value_single(arena, v);
	return single.type == FORM_VALUE_STRING && !*single.text;
}

#define FIRST_DAY (-719528.0) /* 0000-01-01 and 9999-12-31: the days that YYYY-MM-DD can say */
#define LAST_DAY 2932896.0

bool value_to_day(struct arena *arena, const struct value *v, int32_t *day)
{
	struct value s = value_single(arena, v);
	int64_t ms = 0;
	double n;
	switch (s.type) {
	case FORM_VALUE_DATE_TIME:
		*day = date_day_of((int64_t)s.number);
		return true;
	case FORM_VALUE_STRING:
		if (text_to_day(s.text, day))
			return true;
		if (!text_to_instant(s.text, &ms))
			return false;
		*day = date_day_of(ms);
		return true;
	case FORM_VALUE_BOOLEAN:
	case FORM_VALUE_NODESET:
		return false;
	case FORM_VALUE_NUMBER:
	case FORM_VALUE_DATE:
		break;
	}
	n = floor(s.number);
	if (!(n >= FIRST_DAY && n <= LAST_DAY))
		return false;
	*day = (int32_t)n;
	return true;
}

bool value_to_instant(struct arena *arena, const struct value *v, int64_t *ms)
{
	struct value s = value_single(arena, v);
	int32_t day = 0;
	if (s.type == FORM_VALUE_DATE_TIME) {
		*ms = (int64_t)s.number;
		return true;
	}
	if (s.type == FORM_VALUE_STRING && text_to_instant(s.text, ms))
		return true;
	if (!value_to_day(arena, &s, &day))
		return false;
	*ms = date_start_of(day);
	if (s.type == FORM_VALUE_NUMBER) {
		/* the fraction is the time of day on the wall clock */
		int64_t of_day = (int64_t)floor((s.number - floor(s.number)) * (double)DATE_DAY_MS + 0.5);
		struct date_civil c = date_to_civil(day);
		*ms = date_from_local(c.year, c.month, c.day, (int)(of_day / 3600000), (int)(of_day / 60000 % 60), (int)(of_day / 1000 % 60), (int)(of_day % 1000));
	}
	return true;
}

/* ---- comparing ---- */

static bool compare_numbers(enum compare_op op, double a, double b)
{
	switch (op) {
	case COMPARE_EQ:
		return a <= b && a >= b;
	case COMPARE_NE:
		return !(a <= b && a >= b);
	case COMPARE_LT:
		return a < b;
	case COMPARE_LE:
		return a <= b;
	case COMPARE_GT:
		return a > b;
	case COMPARE_GE:
		break;
	}
	return a >= b;
}

static bool is_numeric(const struct value *v)
{
	return v->type == FORM_VALUE_NUMBER || v->type == FORM_VALUE_DATE || v->type == FORM_VALUE_DATE_TIME;
}

/* A day text or a date beside a dateTime: then days are compared. */
static bool reads_as_date(const struct value *v)
{
	int32_t day;
	return v->type == FORM_VALUE_DATE || (v->type == FORM_VALUE_STRING && text_to_day(v->text, &day));
}

static double number_beside(struct arena *arena, const struct value *v, const struct value *other)
{
	if (v->type == FORM_VALUE_DATE_TIME && reads_as_date(other))
		return date_day_of((int64_t)v->number);
	return value_to_number(arena, v);
}

static bool compare_singles(struct arena *arena, enum compare_op op, const struct value *a, const struct value *b)
{
	bool equality = op == COMPARE_EQ || op == COMPARE_NE;
	if (equality && (a->type == FORM_VALUE_BOOLEAN || b->type == FORM_VALUE_BOOLEAN))
		return (value_to_boolean(arena, a) == value_to_boolean(arena, b)) == (op == COMPARE_EQ);
	if (equality && !is_numeric(a) && !is_numeric(b))
		return text_same(a->text, b->text) == (op == COMPARE_EQ);
	if (a->type == FORM_VALUE_DATE_TIME && b->type == FORM_VALUE_DATE_TIME)
		return compare_numbers(op, a->number, b->number);
	return compare_numbers(op, number_beside(arena, a, b), number_beside(arena, b, a));
}

bool value_compare(struct arena *arena, enum compare_op op, const struct value *a, const struct value *b)
{
	bool equality = op == COMPARE_EQ || op == COMPARE_NE;
	if (equality && (a->type == FORM_VALUE_BOOLEAN || b->type == FORM_VALUE_BOOLEAN))
		return (value_to_boolean(arena, a) == value_to_boolean(arena, b)) == (op == COMPARE_EQ);
	/* beside yes or no a nodeset is one, in every comparison (XPath 3.4) */
	if ((a->type == FORM_VALUE_NODESET && b->type == FORM_VALUE_BOOLEAN) || (a->type == FORM_VALUE_BOOLEAN && b->type == FORM_VALUE_NODESET))
		return compare_numbers(op, value_to_boolean(arena, a), value_to_boolean(arena, b));
	/* a nodeset: true when any of its nodes makes it true */
	size_t na = a->type == FORM_VALUE_NODESET ? a->count : 1;
	size_t nb = b->type == FORM_VALUE_NODESET ? b->count : 1;
	for (size_t i = 0; i < na; i++) {
		struct value x = a->type == FORM_VALUE_NODESET ? value_of_node(arena, a->nodes[i]) : *a;
		for (size_t k = 0; k < nb; k++) {
			struct value y = b->type == FORM_VALUE_NODESET ? value_of_node(arena, b->nodes[k]) : *b;
			if (compare_singles(arena, op, &x, &y))
				return true;
		}
	}
	return false;
}
