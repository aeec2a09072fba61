/* Reading the columns of a form: expressions, texts, conditions, rules, defaults, parameters. */
#include <stdlib.h>
#include <string.h>

#include "form/loader.h"

static struct expr *load_expression(struct loader *l, const char *path, const struct json *v, bool bare_names)
{
	const char *text = json_string(v);
	if (!text) {
		wrong(l, path, "type", N_("an expression is expected here, as a text"));
		return NULL;
	}
	struct expr_error error = {0};
	struct expr *e = expr_parse(text, bare_names, &error);
	if (!e)
		load_complain(l, load_raw_offset(l, load_place_of(l, path), error.offset), FORM_ERROR, error.code, &error.message);
	return e;
}

void load_check_keys(struct loader *l, const char *path, const struct json *v, const char *const *keys, size_t count)
{
	for (const struct json *c = json_first(v); c; c = json_next(c)) {
		const char *key = json_key(c);
		bool known = false;
		for (size_t i = 0; i < count && !known; i++)
			known = !strcmp(keys[i], key);
		if (known)
			continue;
		char *place = mem_printf("%s/%s", path, key);
		const char *near = expr_nearest(key, keys, count);
		if (near)
			wrong(l, place, "unknown_column", N_("there is no column \"{1}\"; did you mean \"{2}\"?"), key, near);
		else
			wrong(l, place, "unknown_column", N_("there is no column \"{1}\""), key);
		mem_free(place);
	}
}

/* ---- texts ---- */

const char *load_string(struct loader *l, const char *path, const char *column, const struct json *entry)
{
	const struct json *v = json_get(entry, column);
	if (v && !json_is_string(v)) {
		char *place = mem_printf("%s/%s", path, column);
		wrong(l, place, "type", N_("a text is expected here"));
		mem_free(place);
	}
	return json_string(v);
}

void load_text(struct loader *l, const char *path, const struct json *v, const char *context, struct form_text *out)
{
	if (!v)
		return;
	if (json_is_string(v)) {
		out->id = json_string(v);
		out->context = mem_strdup(context);
	} else if (json_is_object(v) && json_get_string(v, "en")) {
		out->id = json_get_string(v, "en");
		out->own = v;
	} else {
		wrong(l, path, "type", N_("a text is expected here, or {\"en\": \"…\", \"fr\": \"…\"}"));
	}
}

struct form_label form_label_of(const struct form_text *text, const char *language)
{
	struct form_label label = {text->context, text->id, false};
	if (text->own) {
		const char *own = language ? json_get_string(text->own, language) : NULL;
		label = (struct form_label){NULL, own ? own : text->id, true};
	}
	return label;
}

void load_entry_text(struct loader *l, const char *path, const char *column, const struct json *entry, const char *context, struct form_text *out)
{
	char *place = mem_printf("%s/%s", path, column);
	load_text(l, place, json_get(entry, column), context, out);
	mem_free(place);
}

/* ---- conditions ---- */

struct expr *load_condition(struct loader *l, const char *path, const char *column, const struct json *entry, bool *always, bool bare_names)
{
	const struct json *v = json_get(entry, column);
	if (!v)
		return NULL;
	if (always && json_is_bool(v)) {
		*always = json_true(v);
		return NULL;
	}
	if (always && json_string(v) && (!strcmp(json_string(v), "yes") || !strcmp(json_string(v), "no"))) {
		*always = !strcmp(json_string(v), "yes");
		return NULL;
	}
	char *place = mem_printf("%s/%s", path, column);
	struct expr *e = load_expression(l, place, v, bare_names);
	mem_free(place);
	return e;
}

/* XLSForm's default is an expression or simply the value: YES, 2026-01-01, 3, true. */
struct expr *load_default(struct loader *l, const struct form_entry *e, const char *path, const struct json *v)
{
	const struct json *value = json_get(v, "default");
	const char *text = json_string(value);
	struct expr_error error;
	if (json_is_bool(value))
		return expr_parse(json_true(value) ? "true()" : "false()", false, &error);
	if (json_is_number(value))
		return expr_parse(json_number_text(value), false, &error);
	if (e->type == FORM_BOOLEAN && text && (!strcmp(text, "true") || !strcmp(text, "false")))
		return expr_parse(*text == 't' ? "true()" : "false()", false, &error);
	bool plain = text && !strpbrk(text, "$('\"") && e->type != FORM_INTEGER && e->type != FORM_DECIMAL;
	if (!plain)
		return load_condition(l, path, "default", v, NULL, false);
	char *literal = mem_printf("'%s'", text);
	struct expr *parsed = expr_parse(literal, false, &error);
	mem_free(literal);
	return parsed;
}

/* ---- rules ---- */

static void add_rule(struct loader *l, struct form_entry *e, const char *path, const struct json *condition, const char *message_path, const struct json *message,
	bool warning, const char *context)
{
	struct expr *parsed = load_expression(l, path, condition, false);
	if (!parsed)
		return;
	e->rules = mem_realloc(e->rules, e->rule_count + 1, sizeof *e->rules);
	struct form_rule *r = &e->rules[e->rule_count++];
	*r = (struct form_rule){.condition = parsed, .warning = warning};
	load_text(l, message_path, message, context, &r->message);
}

void load_rules(struct loader *l, struct form_entry *e, const char *path, const struct json *v, const struct json *entry, bool warning, const char *context)
{
	if (!v)
		return;
	if (!json_is_array(v)) {
		const char *key = warning ? "warning_message" : "constraint_message";
		char *message_path = mem_printf("%.*s/%s", (int)(strrchr(path, '/') - path), path, key);
		add_rule(l, e, path, v, message_path, json_get(entry, key), warning, context);
		mem_free(message_path);
		return;
	}
	static const char *const keys[] = {"if", "message"};
	size_t n = 0;
	for (const struct json *item = json_first(v); item; item = json_next(item), n++) {
		char *item_path = mem_printf("%s/%zu", path, n);
		char *if_path = mem_printf("%s/if", item_path);
		char *message_path = mem_printf("%s/message", item_path);
		if (json_get(item, "if"))
			add_rule(l, e, if_path, json_get(item, "if"), message_path, json_get(item, "message"), warning, context);
		else
			wrong(l, item_path, "missing", N_("each rule of a list is {\"if\": …, \"message\": …}"));
		if (json_is_object(item))
			load_check_keys(l, item_path, item, keys, sizeof keys / sizeof *keys);
		mem_free(item_path);
		mem_free(if_path);
		mem_free(message_path);
	}
}

/* ---- parameters ---- */

void load_parameters(struct loader *l, struct form_entry *e, const char *path, const struct json *v)
{
	static const char prefix[] = "scale=";
	const char *text = json_string(v);
	char *end = NULL;
	e->scale = 1;
	if (!v)
		return;
	if (text && text_starts(text, prefix)) {
		double scale = strtod(text + sizeof prefix - 1, &end);
		if (end && !*end && scale > 0 && scale <= 1e6) {
			e->scale = scale;
			return;
		}
	}
	wrong(l, path, "type", N_("the only parameter is scale=NUMBER, such as scale=100"));
}
