/* The functions of the language for texts, with the patterns of regex(). */
#include <math.h>
#include <string.h>

#include "form/functions.h"

static const char *own_or_arg(struct scope *s, const struct expr *call)
{
	struct value v = call->count ? ARG(0) : call_self(s);
	const char *text = value_to_string(s->arena, &v);
	expr_spend(s, strlen(text) / BYTES_PER_STEP);
	return s->limit ? "" : text;
}

struct value function_string_length(struct scope *s, const struct expr *call)
{
	return value_number((double)text_count(own_or_arg(s, call)));
}

/* substr(text, start [, end]): from 0; negative counts from the end. */
struct value function_substr(struct scope *s, const struct expr *call)
{
	const char *text = call_nfc(s, call, 0);
	double len = (double)text_count(text);
	double start = trunc(call_number(s, call, 1));
	double end = call->count > 2 ? trunc(call_number(s, call, 2)) : len;
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

struct value function_substring_before(struct scope *s, const struct expr *call)
{
	const char *text = call_nfc(s, call, 0);
	const char *at = strstr(text, call_nfc(s, call, 1));
	return value_string(at ? arena_text(s->arena, text, (size_t)(at - text)) : "");
}

struct value function_substring_after(struct scope *s, const struct expr *call)
{
	const char *text = call_nfc(s, call, 0);
	const char *part = call_nfc(s, call, 1);
	const char *at = strstr(text, part);
	return value_string(at ? at + strlen(part) : "");
}

struct value function_contains(struct scope *s, const struct expr *call)
{
	return value_boolean(strstr(call_nfc(s, call, 0), call_nfc(s, call, 1)));
}

struct value function_starts_with(struct scope *s, const struct expr *call)
{
	return value_boolean(text_starts(call_nfc(s, call, 0), call_nfc(s, call, 1)));
}

struct value function_ends_with(struct scope *s, const struct expr *call)
{
	const char *text = call_nfc(s, call, 0);
	const char *end = call_nfc(s, call, 1);
	size_t len = strlen(text);
	size_t tail = strlen(end);
	return value_boolean(tail <= len && !strcmp(text + len - tail, end));
}

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
	call_each(s, call, first, add_text, &j);
	expr_spend(s, j.b.len / BYTES_PER_STEP);
	bool over = buf_over(&j.b);
	char *text = arena_keep(s->arena, buf_take(&j.b, NULL));
	s->limit |= over;
	return value_string(over ? "" : text);
}

struct value function_concat(struct scope *s, const struct expr *call)
{
	return joined(s, call, 0, "");
}

struct value function_join(struct scope *s, const struct expr *call)
{
	return joined(s, call, 1, call_text(s, call, 0));
}

struct value function_normalize_space(struct scope *s, const struct expr *call)
{
	const char *p = own_or_arg(s, call);
	char *out = arena_text(s->arena, p, strlen(p));
	size_t n = 0;
	const char *word;
	size_t len;
	while (word_next(&p, &word, &len)) {
		if (n)
			out[n++] = ' ';
		memcpy(out + n, word, len);
		n += len;
	}
	out[n] = '\0';
	return value_string(out);
}

struct value function_translate(struct scope *s, const struct expr *call)
{
	const char *text = call_nfc(s, call, 0);
	const char *from = call_nfc(s, call, 1);
	const char *to = call_nfc(s, call, 2);
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

struct value function_upper_case(struct scope *s, const struct expr *call)
{
	return value_string(arena_keep(s->arena, text_upper(call_text(s, call, 0))));
}

struct value function_lower_case(struct scope *s, const struct expr *call)
{
	return value_string(arena_keep(s->arena, text_lower(call_text(s, call, 0))));
}

#define VISITS_PER_STEP 64 /* states of a pattern visited for one step */

struct value function_regex(struct scope *s, const struct expr *call)
{
	const char *text = call_text(s, call, 0);
	struct regex *made = NULL;
	if (!call->regex) {
		/* building is work, too: at most so many states */
		expr_spend(s, REGEX_MAX_SIZE / VISITS_PER_STEP);
		made = s->limit ? NULL : regex_new(call_text(s, call, 1), NULL, NULL);
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
