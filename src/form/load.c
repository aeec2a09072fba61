/* Reading and checking a form file: strict, every complaint with line and column (forms.md). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "form/internal.h"

extern const struct embedded_file embedded_forms[];
extern const struct embedded_file embedded_labels[];

const struct embedded_file *form_builtin(void)
{
	return embedded_forms;
}

/* Where each value of the file begins, by its path in the JSON ("children/3/constraint/0/if"). */
struct place { char *path; size_t offset; };

struct loader {
	struct form *form;
	const char *text;
	size_t len;
	struct place *places;
	size_t place_count, place_cap;
	struct form_problem *problems;
	size_t problem_count, problem_cap;
	bool failed;
	/* while scanning */
	char *level_path[JSON_MAX_DEPTH + 1];
	size_t level_next[JSON_MAX_DEPTH + 1];
	bool level_array[JSON_MAX_DEPTH + 1];
};

static bool note_place(void *ctx, const struct json_event *ev)
{
	struct loader *l = ctx;
	int d = ev->depth;
	if (ev->end) {
		mem_free(l->level_path[d]);
		l->level_path[d] = NULL;
		return true;
	}
	char *path;
	if (!d)
		path = mem_strdup("");
	else if (ev->key.at)
		path = mem_printf("%s/%.*s", l->level_path[d - 1], (int)ev->key.len, ev->key.at);
	else
		path = mem_printf("%s/%zu", l->level_path[d - 1], l->level_next[d - 1]++);
	void *array = l->places;
	mem_grow(&array, &l->place_cap, l->place_count + 1, sizeof *l->places);
	l->places = array;
	l->places[l->place_count++] = (struct place){path, (size_t)(ev->raw.at - l->text)};
	if (ev->type == JSON_OBJECT || ev->type == JSON_ARRAY) {
		l->level_path[d] = mem_strdup(path);
		l->level_next[d] = 0;
	}
	return true;
}

static size_t place_of(const struct loader *l, const char *path)
{
	for (size_t i = 0; i < l->place_count; i++)
		if (!strcmp(l->places[i].path, path))
			return l->places[i].offset;
	return 0;
}

static void line_of(const struct loader *l, size_t offset, int *line, int *column)
{
	*line = 1;
	*column = 1;
	for (size_t i = 0; i < offset && i < l->len; i++) {
		if (l->text[i] == '\n') {
			(*line)++;
			*column = 1;
		} else if (((unsigned char)l->text[i] & 0xc0) != 0x80) {
			(*column)++;
		}
	}
}

static void complain(struct loader *l, size_t offset, enum form_severity severity, const char *code, const struct message *message)
{
	void *array = l->problems;
	mem_grow(&array, &l->problem_cap, l->problem_count + 1, sizeof *l->problems);
	l->problems = array;
	struct form_problem *p = &l->problems[l->problem_count++];
	*p = (struct form_problem){.severity = severity, .code = code, .message = *message};
	line_of(l, offset, &p->line, &p->column);
	l->failed |= severity == FORM_ERROR;
}

#define wrong(l, path, code, ...) wrong_args((l), (path), FORM_ERROR, (code), (const char *const[]){__VA_ARGS__, NULL})
#define doubtful(l, path, code, ...) wrong_args((l), (path), FORM_WARNING, (code), (const char *const[]){__VA_ARGS__, NULL})

static void wrong_args(struct loader *l, const char *path, enum form_severity severity, const char *code, const char *const *id_and_args)
{
	struct message message;
	message_set_args(&message, NULL, id_and_args);
	complain(l, place_of(l, path), severity, code, &message);
}

/* An offset in a decoded string, as an offset in the file: escapes are longer there. */
static size_t raw_offset(const struct loader *l, size_t string_at, int decoded)
{
	const char *p = l->text + string_at + 1;
	const char *end = l->text + l->len;
	for (int i = 0; i < decoded && p < end && *p != '"';) {
		if (*p != '\\') {
			p++;
			i++;
		} else if (p[1] == 'u') {
			int32_t code = (int32_t)strtol((char[]){p[2], p[3], p[4], p[5], '\0'}, NULL, 16);
			char bytes[4];
			i += (int)text_put(code, bytes);
			p += 6;
		} else {
			p += 2;
			i++;
		}
	}
	return (size_t)(p - l->text);
}

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
		complain(l, raw_offset(l, place_of(l, path), error.offset), FORM_ERROR, error.code, &error.message);
	return e;
}

/* ---- texts ---- */

static void load_text(struct loader *l, const char *path, const struct json *v, const char *context, struct form_text *out)
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

static void load_rules(struct loader *l, struct form_entry *e, const char *path, const struct json *v, const struct json *entry, bool warning, const char *context)
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
	size_t n = 0;
	for (const struct json *item = json_first(v); item; item = json_next(item), n++) {
		char *item_path = mem_printf("%s/%zu", path, n);
		char *if_path = mem_printf("%s/if", item_path);
		char *message_path = mem_printf("%s/message", item_path);
		if (json_get(item, "if"))
			add_rule(l, e, if_path, json_get(item, "if"), message_path, json_get(item, "message"), warning, context);
		else
			wrong(l, item_path, "missing", N_("each rule of a list is {\"if\": …, \"message\": …}"));
		mem_free(item_path);
		mem_free(if_path);
		mem_free(message_path);
	}
}

/* ---- columns ---- */

static const char *const columns[] = {"type", "name", "label", "hint", "guidance_hint", "required", "required_message", "relevant", "constraint", "constraint_message",
	"read_only", "default", "calculation", "choice_filter", "appearance", "parameters", "warning", "warning_message", "right", "item_label", "children", "path", "note"};

static const struct { const char *column, *instead; } missing_columns[] = {
	{"readonly", N_("write read_only")},
	{"or_other", N_("add the choice OTHER and a text with relevant")},
	{"calculate", N_("write calculation")},
	{"repeat_count", N_("items are added by the person; use relevant on the repeat")},
	{"trigger", N_("a calculation runs when a field that it reads changes")},
	{"media::image", N_("a terminal shows no pictures; describe it in guidance_hint")},
	{"constraint_msg", N_("write constraint_message")},
	{"required_msg", N_("write required_message")},
	{"choices", N_("put lists into the form's \"lists\"")},
	{"body::accuracyThreshold", N_("there is no position sensor here")},
};

static void check_columns(struct loader *l, const char *path, const struct json *v)
{
	for (const struct json *c = json_first(v); c; c = json_next(c)) {
		const char *key = json_key(c);
		bool known = false;
		for (size_t i = 0; i < sizeof columns / sizeof *columns && !known; i++)
			known = !strcmp(columns[i], key);
		if (known)
			continue;
		char *place = mem_printf("%s/%s", path, key);
		const char *instead = NULL;
		for (size_t i = 0; i < sizeof missing_columns / sizeof *missing_columns; i++)
			if (!strcmp(missing_columns[i].column, key))
				instead = missing_columns[i].instead;
		const char *near = expr_nearest(key, columns, sizeof columns / sizeof *columns);
		if (instead)
			wrong(l, place, "unsupported", N_("\"{1}\" does not exist here: {2}"), key, instead);
		else if (near)
			wrong(l, place, "unknown_column", N_("there is no column \"{1}\"; did you mean \"{2}\"?"), key, near);
		else
			wrong(l, place, "unknown_column", N_("there is no column \"{1}\""), key);
		mem_free(place);
	}
}

static const struct { const char *name; enum form_type type; } types[] = {
	{"text", FORM_TEXT}, {"integer", FORM_INTEGER}, {"decimal", FORM_DECIMAL}, {"date", FORM_DATE}, {"dateTime", FORM_DATE_TIME}, {"select_one", FORM_SELECT_ONE},
	{"select_multiple", FORM_SELECT_MULTIPLE}, {"boolean", FORM_BOOLEAN}, {"note", FORM_NOTE}, {"calculate", FORM_CALCULATE}, {"group", FORM_GROUP},
	{"repeat", FORM_REPEAT}, {"reference", FORM_REFERENCE},
};

static const struct { const char *name, *instead; } missing_types[] = {
	{"select_one_from_file", N_("use reference, or a list of the form's own")},
	{"select_multiple_from_file", N_("use a list of the form's own")},
	{"audit", N_("the journal keeps every change")},
	{"begin_group", N_("write a group with children")},
	{"begin_repeat", N_("write a repeat with children")},
	{"geopoint", N_("use two decimals")},
	{"range", N_("use integer or decimal with a constraint")},
	{"rank", N_("use select_multiple")},
	{"start", N_("the journal keeps the time of every save")},
	{"end", N_("the journal keeps the time of every save")},
	{"image", N_("a terminal shows no pictures")},
	{"time", N_("use dateTime")},
};

/* "select_one LIST", "reference KIND" … */
static bool load_type(struct loader *l, struct form_entry *e, const char *path, const char *text)
{
	char *place = mem_printf("%s/type", path);
	size_t len = strcspn(text, " ");
	const char *word = text[len] ? text + len + 1 : "";
	bool known = false;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (strlen(types[i].name) == len && !memcmp(types[i].name, text, len)) {
			e->type = types[i].type;
			known = true;
		}
	}
	bool needs_word = e->type == FORM_SELECT_ONE || e->type == FORM_SELECT_MULTIPLE || e->type == FORM_REFERENCE;
	if (!known) {
		const char *instead = NULL;
		for (size_t i = 0; i < sizeof missing_types / sizeof *missing_types; i++)
			if (strlen(missing_types[i].name) == len && !memcmp(missing_types[i].name, text, len))
				instead = missing_types[i].instead;
		if (instead)
			wrong(l, place, "unsupported", N_("\"{1}\" does not exist here: {2}"), text, instead);
		else
			wrong(l, place, "unknown_type", N_("there is no type \"{1}\""), text);
	} else if (needs_word && strstr(word, "or_other")) {
		wrong(l, place, "unsupported", N_("\"{1}\" does not exist here: {2}"), "or_other", N_("add the choice OTHER and a text with relevant"));
		known = false;
	} else if (needs_word != (*word != '\0')) {
		wrong(l, place, "type", needs_word ? N_("\"{1}\" needs a name behind it") : N_("nothing may follow \"{1}\""), text);
		known = false;
	} else if (e->type == FORM_REFERENCE) {
		char name[64] = "";
		if (strlen(word) < sizeof name - 1) {
			memcpy(name, word, strlen(word) + 1);
			name[0] = (char)(name[0] >= 'a' && name[0] <= 'z' ? name[0] - 'a' + 'A' : name[0]);
		}
		if (!model_reference_kind(name, &e->reference)) {
			wrong(l, place, "unknown_type", N_("there is no kind \"{1}\" to refer to; write region, district, facility, user …"), word);
			known = false;
		}
	} else {
		e->list_name = needs_word ? word : NULL;
		e->list_context = needs_word ? mem_printf("choice:%s", word) : NULL;
	}
	mem_free(place);
	return known;
}

static const struct form_list *find_list(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->list_count; i++)
		if (!strcmp(form->lists[i].name, name))
			return &form->lists[i];
	return NULL;
}

/* Does the form's type go with the model's? */
static bool type_fits(struct loader *l, const struct form_entry *e)
{
	const struct model_field *f = e->field;
	switch (e->type) {
	case FORM_TEXT:
		return f->type == TYPE_STRING || f->type == TYPE_ANY;
	case FORM_INTEGER:
		return f->type == TYPE_INTEGER || f->type == TYPE_NUMBER;
	case FORM_DECIMAL:
		return f->type == TYPE_NUMBER || f->type == TYPE_INTEGER;
	case FORM_DATE:
	case FORM_DATE_TIME:
		return f->type == TYPE_DATE;
	case FORM_SELECT_ONE:
		if (!e->list && !model_enum(l->form->model, e->list_name) && f->type == TYPE_ENUM)
			return true; /* an unknown list is said so */
		if (f->type == TYPE_ENUM && !e->list)
			return f->enum_name && e->list_name && !strcmp(f->enum_name, e->list_name);
		if (f->type == TYPE_CUSTOMIZABLE_ENUM)
			return f->enum_name && e->list_name && !strcmp(f->enum_name, e->list_name);
		return f->type == TYPE_ENUM || f->type == TYPE_STRING;
	case FORM_SELECT_MULTIPLE:
		return f->type == TYPE_MAP || f->type == TYPE_VALUE_LIST;
	case FORM_BOOLEAN:
		return f->type == TYPE_BOOLEAN;
	case FORM_REFERENCE: {
		enum kind kind;
		return f->type == TYPE_REFERENCE && f->reference && model_reference_kind(f->reference, &kind) && kind == e->reference;
	}
	case FORM_REPEAT:
		return f->type == TYPE_OBJECT_LIST && f->object;
	case FORM_GROUP:
		return f->type == TYPE_OBJECT && f->object;
	case FORM_NOTE:
	case FORM_CALCULATE:
		break;
	}
	(void)l;
	return true;
}

static void check_list(struct loader *l, struct form_entry *e, const char *path)
{
	if (!e->list_name)
		return;
	char *place = mem_printf("%s/type", path);
	const char *const *constants = model_enum(l->form->model, e->list_name);
	bool customizable = e->field && e->field->type == TYPE_CUSTOMIZABLE_ENUM;
	if (!e->list && !constants && !customizable)
		wrong(l, place, "unknown_list", N_("there is no list \"{1}\" in the model or in this form's \"lists\""), e->list_name);
	for (size_t i = 0; e->list && i < e->list->count && e->field && e->field->type == TYPE_ENUM && e->field->enum_name; i++)
		if (!model_enum_has(l->form->model, e->field->enum_name, e->list->choices[i].name))
			wrong(l, place, "contradiction", N_("\"{1}\" of the list is no constant of {2}"), e->list->choices[i].name, e->field->enum_name);
	mem_free(place);
}

static void load_parameters(struct loader *l, struct form_entry *e, const char *path, const struct json *v)
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

/* ---- entries ---- */

static void load_children(struct loader *l, struct form_entry *parent, const char *path, const struct json *children, const struct model_type *object, const char *context);

static struct expr *load_condition(struct loader *l, const char *path, const char *column, const struct json *entry, bool *always, bool bare_names)
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

static void load_entry_text(struct loader *l, const char *path, const char *column, const struct json *entry, const char *context, struct form_text *out)
{
	char *place = mem_printf("%s/%s", path, column);
	load_text(l, place, json_get(entry, column), context, out);
	mem_free(place);
}

static bool bind_field(struct loader *l, struct form_entry *e, const char *path, const struct json *v, const struct model_type *object)
{
	char *place = mem_printf("%s/name", path);
	bool layout = e->type == FORM_NOTE || e->type == FORM_CALCULATE || (e->type == FORM_GROUP && !json_get(v, "path"));
	const char *key = e->type == FORM_GROUP && json_get(v, "path") ? json_get_string(v, "path") : e->name;
	const struct model_field *f = object && key ? model_field(object, key) : NULL;
	bool fine = true;
	e->object = object;
	if (layout) {
		e->inner = object;
		if (e->type == FORM_CALCULATE && f) {
			e->field = f;
			e->data = f->name;
		}
	} else if (!f) {
		bool multiple = e->type == FORM_SELECT_MULTIPLE; /* its choices' names may be the keys */
		fine = multiple;
		if (!multiple) {
			struct expr_error error;
			form_unknown_name(object, key ? key : "", 0, &error);
			complain(l, place_of(l, place), FORM_ERROR, "unknown_name", &error.message);
		}
	} else {
		e->field = f;
		e->data = f->name;
		e->inner = f->object;
		if (!type_fits(l, e)) {
			wrong(l, place, "contradiction", N_("\"{1}\" is another type in the model than this form says"), e->name);
			fine = false;
		}
	}
	mem_free(place);
	return fine;
}

/* XLSForm's default is an expression or simply the value: YES, 2026-01-01, 3, true. */
static struct expr *load_default(struct loader *l, const struct form_entry *e, const char *path, const struct json *v)
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

static void load_entry(struct loader *l, struct form_entry *parent, const char *path, const struct json *v, const struct model_type *object, const char *context)
{
	const char *name = json_get_string(v, "name");
	const char *type = json_get_string(v, "type");
	if (!json_is_object(v) || !name || !*name || !type) {
		wrong(l, path, "missing", N_("a field needs a \"name\" and a \"type\""));
		return;
	}
	if (l->form->entry_count >= FORM_MAX_FIELDS) {
		if (l->form->entry_count == FORM_MAX_FIELDS)
			wrong(l, path, "limit", N_("a form can have at most 2000 fields"));
		return;
	}
	struct form_entry *e = mem_calloc(1, sizeof *e);
	*e = (struct form_entry){.name = name, .parent = parent, .index = (int)l->form->entry_count, .scale = 1};
	line_of(l, place_of(l, path), &e->line, &e->column);
	parent->children = mem_realloc(parent->children, parent->child_count + 1, sizeof *parent->children);
	parent->children[parent->child_count++] = e;
	void *array = l->form->entries;
	mem_grow(&array, &l->form->entry_cap, l->form->entry_count + 1, sizeof(struct form_entry *));
	l->form->entries = array;
	l->form->entries[l->form->entry_count++] = e;
	for (size_t i = 0; i + 1 < parent->child_count; i++) {
		if (!strcmp(parent->children[i]->name, name)) {
			char *place = mem_printf("%s/name", path);
			wrong(l, place, "duplicate_name", N_("\"{1}\" is here twice"), name);
			mem_free(place);
		}
	}
	check_columns(l, path, v);
	char *own_context = mem_printf("%s.%s", context, name);
	if (load_type(l, e, path, type)) {
		e->list = e->list_name ? find_list(l->form, e->list_name) : NULL;
		if (bind_field(l, e, path, v, object))
			check_list(l, e, path);
	}
	load_entry_text(l, path, "label", v, own_context, &e->label);
	load_entry_text(l, path, "hint", v, own_context, &e->hint);
	load_entry_text(l, path, "guidance_hint", v, own_context, &e->guidance);
	load_entry_text(l, path, "required_message", v, own_context, &e->required_message);
	e->item_label = mem_strdup(json_get_string(v, "item_label"));
	e->appearance = json_get_string(v, "appearance");
	if (e->appearance && text_starts(e->appearance, "search(")) {
		char *appearance_place = mem_printf("%s/appearance", path);
		wrong(l, appearance_place, "unsupported", N_("\"{1}\" does not exist here: {2}"), "search", N_("use reference; long lists search as one types"));
		mem_free(appearance_place);
	}
	e->right = json_get_string(v, "right");
	e->relevant = load_condition(l, path, "relevant", v, NULL, false);
	e->required = load_condition(l, path, "required", v, &e->required_always, false);
	e->read_only = load_condition(l, path, "read_only", v, &e->read_only_always, false);
	e->default_value = load_default(l, e, path, v);
	e->calculation = load_condition(l, path, "calculation", v, NULL, false);
	e->choice_filter = load_condition(l, path, "choice_filter", v, NULL, true);
	char *place = mem_printf("%s/parameters", path);
	load_parameters(l, e, place, json_get(v, "parameters"));
	mem_free(place);
	place = mem_printf("%s/constraint", path);
	load_rules(l, e, place, json_get(v, "constraint"), v, false, own_context);
	mem_free(place);
	place = mem_printf("%s/warning", path);
	load_rules(l, e, place, json_get(v, "warning"), v, true, own_context);
	mem_free(place);
	bool holds = e->type == FORM_GROUP || e->type == FORM_REPEAT;
	place = mem_printf("%s/children", path);
	if (holds)
		load_children(l, e, place, json_get(v, "children"), e->inner, e->type == FORM_REPEAT ? own_context : context);
	else if (json_get(v, "children"))
		wrong(l, place, "unknown_column", N_("only a group or a repeat has children"));
	mem_free(place);
	mem_free(own_context);
}

static void load_children(struct loader *l, struct form_entry *parent, const char *path, const struct json *children, const struct model_type *object, const char *context)
{
	int depth = 0;
	for (const struct form_entry *e = parent; e; e = e->parent)
		depth++;
	if (!json_is_array(children)) {
		wrong(l, path, "missing", N_("a list of \"children\" is expected here"));
		return;
	}
	if (depth > FORM_MAX_NESTING) {
		wrong(l, path, "nesting", N_("nested too deeply"));
		return;
	}
	size_t n = 0;
	for (const struct json *v = json_first(children); v; v = json_next(v), n++) {
		char *place = mem_printf("%s/%zu", path, n);
		load_entry(l, parent, place, v, object, context);
		mem_free(place);
	}
}

static void load_lists(struct loader *l, const struct json *lists)
{
	l->form->lists = mem_calloc(json_count(lists), sizeof *l->form->lists);
	for (const struct json *list = json_first(lists); list; list = json_next(list)) {
		struct form_list *out = &l->form->lists[l->form->list_count++];
		out->name = json_key(list);
		out->choices = mem_calloc(json_count(list), sizeof *out->choices);
		char *context = mem_printf("choice:%s", out->name);
		size_t n = 0;
		for (const struct json *v = json_first(list); v; v = json_next(v), n++) {
			char *place = mem_printf("/lists/%s/%zu", out->name, n);
			const char *name = json_get_string(v, "name");
			if (!name || strpbrk(name, " \t\n")) {
				wrong(l, place, "missing", N_("a choice needs a \"name\" without blanks"));
			} else {
				struct form_choice *c = &out->choices[out->count++];
				c->name = name;
				char *label_place = mem_printf("%s/label", place);
				load_text(l, label_place, json_get(v, "label"), context, &c->label);
				mem_free(label_place);
				c->relevant = load_condition(l, place, "relevant", v, NULL, false);
				c->columns = v;
			}
			mem_free(place);
		}
		mem_free(context);
	}
}

/* ---- checks over the whole form ---- */

const struct form_entry *form_find_entry(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->entry_count; i++)
		if (!strcmp(form->entries[i]->name, name))
			return form->entries[i];
	return NULL;
}

struct name_check {
	struct loader *l;
	const struct form_entry *entry;
	const char *path;                  /* of the expression */
	bool elsewhere;                    /* reads a field that is not on this form */
};

/* A column that the choices of the field have: of a reference, or of any choice of the form's own list. */
static bool is_column(const struct form_entry *e, const char *name)
{
	static const char *const of_references[] = {"uuid", "region", "district", "community", "type"};
	if (!strcmp(name, "name") || !strcmp(name, "label"))
		return true;
	for (size_t i = 0; e->type == FORM_REFERENCE && i < sizeof of_references / sizeof *of_references; i++)
		if (!strcmp(of_references[i], name))
			return true;
	for (size_t i = 0; e->list && i < e->list->count; i++)
		if (json_get(e->list->choices[i].columns, name))
			return true;
	return false;
}

static void check_one_name(void *ctx, const struct expr *e, int in_predicate)
{
	struct name_check *c = ctx;
	const struct form *form = c->l->form;
	const char *wrong_name = NULL;
	const struct model_field *field;
	if (e->op == EXPR_NAME && !form_lookup(c->entry, e->text)) {
		wrong_name = e->text;
	} else if (e->op == EXPR_ROOT) {
		wrong_name = form_wrong_step(form->model, form->root_type, &e->tail);
		c->elsewhere |= !form_target(form, c->entry, e, &field);
	} else if (e->op == EXPR_BARE && !in_predicate && !is_column(c->entry, e->text)) {
		wrong_name = e->text;
	}
	if (!wrong_name)
		return;
	const char **names = mem_calloc(form->entry_count + 1, sizeof *names);
	size_t count = 0;
	for (size_t i = 0; i < form->entry_count; i++)
		names[count++] = form->entries[i]->name;
	const char *near = expr_nearest(wrong_name, names, count);
	struct message message;
	if (near)
		message_set(&message, N_("there is no field \"{1}\" on this form; did you mean \"{2}\"?"), wrong_name, near);
	else
		message_set(&message, N_("there is no field \"{1}\" on this form; a field elsewhere is written like ${/symptoms/onsetDate}"), wrong_name);
	mem_free(names);
	complain(c->l, raw_offset(c->l, place_of(c->l, c->path), e->offset), FORM_ERROR, "unknown_name", &message);
}

/* The path of an entry in the file. */
static char *entry_place(const struct form_entry *e)
{
	if (!e->parent)
		return mem_strdup("");
	char *above = entry_place(e->parent);
	size_t n = 0;
	while (e->parent->children[n] != e)
		n++;
	char *place = !e->parent->parent && e->parent->name && !strcmp(e->parent->name, "person") && !e->parent->label.id ? mem_printf("/person/children/%zu", n) :
		mem_printf("%s/children/%zu", above, n);
	mem_free(above);
	return place;
}

static bool check_names(struct loader *l, const struct form_entry *e, const struct expr *expr, const char *column)
{
	if (!expr)
		return false;
	char *above = entry_place(e);
	char *path = mem_printf("%s/%s", above, column);
	struct name_check check = {.l = l, .entry = e, .path = path};
	expr_walk(expr, check_one_name, &check);
	const struct expr *text = form_boolean_string(l->form, e, expr);
	if (text) {
		struct message message;
		message_set(&message, N_("yes or no is compared with the text '{1}'; write true() or false()"), text->text);
		complain(l, raw_offset(l, place_of(l, path), text->offset), FORM_ERROR, "boolean_string", &message);
	}
	mem_free(path);
	mem_free(above);
	return check.elsewhere;
}

static void check_all_names(struct loader *l)
{
	for (size_t i = 0; i < l->form->entry_count; i++) {
		struct form_entry *e = l->form->entries[i];
		check_names(l, e, e->relevant, "relevant");
		check_names(l, e, e->required, "required");
		check_names(l, e, e->read_only, "read_only");
		check_names(l, e, e->default_value, "default");
		check_names(l, e, e->calculation, "calculation");
		check_names(l, e, e->choice_filter, "choice_filter");
		size_t constraints = 0;
		for (size_t k = 0; k < e->rule_count; k++)
			constraints += !e->rules[k].warning;
		for (size_t k = 0; k < e->rule_count; k++) {
			struct form_rule *r = &e->rules[k];
			size_t n = r->warning ? k - constraints : k;
			char *column = r->warning ? mem_strdup("warning") : mem_strdup("constraint");
			char *above = entry_place(e);
			char *probe = mem_printf("%s/%s/0", above, column);
			if (place_of(l, probe)) {
				mem_free(column);
				column = mem_printf("%s/%zu/if", r->warning ? "warning" : "constraint", n);
			}
			if (check_names(l, e, r->condition, column) && !r->warning) {
				char *place = mem_printf("%s/%s", above, column);
				r->elsewhere = true;
				doubtful(l, place, "other_form", N_("this constraint reads a field of another form, so it acts as a warning"));
				mem_free(place);
			}
			mem_free(column);
			mem_free(probe);
			mem_free(above);
		}
	}
}

/* ---- cycles: relevant and calculation decide what others see ---- */

#define CHAIN_MAX 100 /* fields that depend on one another in a row: evaluation goes as deep */

struct cycle_walk {
	struct loader *l;
	int *state;                 /* 0 new, 1 under way, 2 done */
	bool found;
	bool calculation;
	const struct form_entry *from;
	int depth;
};

static void follow(struct cycle_walk *w, const struct form_entry *e);

static void follow_name(void *ctx, const struct expr *expr, int in_predicate)
{
	struct cycle_walk *w = ctx;
	(void)in_predicate;
	const struct model_field *field;
	const struct form_entry *to = form_target(w->l->form, w->from, expr, &field);
	if (!to || w->found || (to == w->from && !w->calculation))
		return;
	const struct form_entry *from = w->from;
	bool calculation = w->calculation;
	follow(w, to);
	w->from = from;
	w->calculation = calculation;
}

static void follow(struct cycle_walk *w, const struct form_entry *e)
{
	if (w->state[e->index] == 2)
		return;
	if (w->depth > CHAIN_MAX) {
		char *place = entry_place(e);
		w->found = true;
		wrong(w->l, place, "nesting", N_("too many fields depend on one another in a row"));
		mem_free(place);
		return;
	}
	w->depth++;
	if (w->state[e->index] == 1) {
		char *place = entry_place(e);
		w->found = true;
		wrong(w->l, place, "cycle", N_("\"{1}\" depends on itself"), e->name);
		mem_free(place);
		return;
	}
	w->state[e->index] = 1;
	w->from = e;
	w->calculation = false;
	if (e->relevant)
		expr_walk(e->relevant, follow_name, w);
	w->from = e;
	w->calculation = true;
	if (e->calculation && !w->found)
		expr_walk(e->calculation, follow_name, w);
	w->state[e->index] = 2;
	w->depth--;
}

static void check_cycles(struct loader *l)
{
	struct cycle_walk w = {.l = l, .state = mem_calloc(l->form->entry_count + 1, sizeof *w.state)};
	for (size_t i = 0; i < l->form->entry_count && !w.found; i++)
		follow(&w, l->form->entries[i]);
	mem_free(w.state);
}

/* ---- the door ---- */

static void load_head(struct loader *l)
{
	struct form *form = l->form;
	static const char *const keys[] = {"form", "title", "kind", "path", "children", "lists", "person", "note"};
	for (const struct json *v = json_first(form->text); v; v = json_next(v)) {
		bool known = false;
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
			known |= !strcmp(keys[i], json_key(v));
		if (!known) {
			char *place = mem_printf("/%s", json_key(v));
			wrong(l, place, "unknown_column", N_("there is no column \"{1}\""), json_key(v));
			mem_free(place);
		}
	}
	form->name = json_get_string(form->text, "form");
	if (!form->name || !*form->name) {
		wrong(l, "", "missing", N_("a form needs a name: \"form\": \"…\""));
		form->name = "?";
	}
	char *context = mem_printf("form:%s", form->name);
	load_text(l, "/title", json_get(form->text, "title"), context, &form->title);
	mem_free(context);
	const char *kind = json_get_string(form->text, "kind");
	form->kind = KIND_CASES;
	if (!kind || !model_kind_from_name(kind, &form->kind))
		wrong(l, "/kind", "unknown_name", N_("a form needs its \"kind\", such as cases or persons"));
	form->root_type = model_of_kind(form->model, form->kind);
	form->path = json_get_string(form->text, "path");
	if (!form->path)
		form->path = "";
	form->base_type = form->root_type;
	if (*form->path) {
		const struct model_field *f = model_field(form->root_type, form->path);
		if (f && f->type == TYPE_OBJECT)
			form->base_type = f->object;
		else
			wrong(l, "/path", "unknown_name", N_("\"{1}\" is no embedded object of the record"), form->path);
	}
}

/* Labels of the model's constants come with the program (forms/labels.json). */
static void load_labels(struct form *form)
{
	struct json *doc = NULL;
	if (json_parse(embedded_labels[0].text, embedded_labels[0].len, &doc, NULL) == ST_OK)
		form->labels = json_detach(doc, "labels");
	json_free(doc);
}

/* The person of a new case is typed on the same form: its fields stand under "person". */
static void load_person(struct loader *l)
{
	const struct json *person = json_get(l->form->text, "person");
	if (!person)
		return;
	struct form_entry *e = mem_calloc(1, sizeof *e);
	*e = (struct form_entry){.name = "person", .type = FORM_GROUP, .parent = &l->form->top, .index = (int)l->form->entry_count, .scale = 1, .data = "person",
		.object = l->form->root_type, .inner = model_of_kind(l->form->model, KIND_PERSONS)};
	e->field = model_field(l->form->root_type, "person");
	struct form_entry *top = &l->form->top;
	top->children = mem_realloc(top->children, top->child_count + 1, sizeof *top->children);
	top->children[top->child_count++] = e;
	void *array = l->form->entries;
	mem_grow(&array, &l->form->entry_cap, l->form->entry_count + 1, sizeof(struct form_entry *));
	l->form->entries = array;
	l->form->entries[l->form->entry_count++] = e;
	char *context = mem_printf("form:%s", l->form->name);
	load_children(l, e, "/person/children", json_get(person, "children"), e->inner, context);
	mem_free(context);
}

static int by_place(const void *a, const void *b)
{
	const struct form_problem *x = a;
	const struct form_problem *y = b;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->column < y->column ? -1 : x->column > y->column;
}

enum status form_load(const struct model *model, const char *text, size_t len, struct form **out, struct form_problem **problems, size_t *problem_count,
	struct err *err)
{
	struct json *doc = NULL;
	struct loader l = {.text = text, .len = len};
	struct err parse = {0};
	*problems = NULL;
	*problem_count = 0;
	enum status st = len > FORM_MAX_BYTES ? err_set(&parse, ST_LIMIT, N_("a form can be at most 1 MiB")) : json_parse(text, len, &doc, &parse);
	if (st != ST_OK) {
		if (err)
			*err = parse;
		*problems = mem_calloc(1, sizeof **problems);
		**problems = (struct form_problem){.line = parse.line ? parse.line : 1, .column = parse.column ? parse.column : 1, .severity = FORM_ERROR, .code = "syntax",
			.message = parse.msg[0]};
		*problem_count = 1;
		return ST_INVALID;
	}
	l.form = mem_calloc(1, sizeof *l.form);
	l.form->text = doc;
	l.form->model = model;
	st = json_scan(text, len, note_place, &l, err);
	if (st == ST_OK && !json_is_object(doc)) {
		wrong(&l, "", "syntax", N_("a form is a JSON object"));
	} else if (st == ST_OK) {
		load_head(&l);
		load_labels(l.form);
		char *context = mem_printf("form:%s", l.form->name);
		if (json_get(doc, "lists"))
			load_lists(&l, json_get(doc, "lists"));
		load_children(&l, &l.form->top, "/children", json_get(doc, "children"), l.form->base_type, context);
		load_person(&l);
		mem_free(context);
		check_all_names(&l);
		check_cycles(&l);
	}
	for (size_t i = 0; i < l.place_count; i++)
		mem_free(l.places[i].path);
	mem_free(l.places);
	if (l.problem_count)
		qsort(l.problems, l.problem_count, sizeof *l.problems, by_place);
	*problems = l.problems;
	*problem_count = l.problem_count;
	if (st == ST_OK && !l.failed) {
		*out = l.form;
		return ST_OK;
	}
	form_free(l.form);
	for (size_t i = 0; i < l.problem_count; i++) {
		if (l.problems[i].severity != FORM_ERROR || !err)
			continue;
		*err = (struct err){.status = ST_INVALID, .depth = 1, .line = l.problems[i].line, .column = l.problems[i].column};
		err->msg[0] = l.problems[i].message;
		break;
	}
	return ST_INVALID;
}

static void free_text(struct form_text *text)
{
	mem_free(text->context);
}

static void free_entry(struct form_entry *e)
{
	struct expr *const expressions[] = {e->relevant, e->required, e->read_only, e->default_value, e->calculation, e->choice_filter};
	for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++)
		expr_free(expressions[i]);
	for (size_t i = 0; i < e->rule_count; i++) {
		expr_free(e->rules[i].condition);
		free_text(&e->rules[i].message);
	}
	free_text(&e->label);
	free_text(&e->hint);
	free_text(&e->guidance);
	free_text(&e->required_message);
	mem_free(e->item_label);
	mem_free(e->list_context);
	mem_free(e->rules);
	mem_free(e->children);
	mem_free(e);
}

void form_free(struct form *form)
{
	if (!form)
		return;
	for (size_t i = 0; i < form->entry_count; i++)
		free_entry(form->entries[i]);
	mem_free(form->entries);
	mem_free(form->top.children);
	for (size_t i = 0; i < form->list_count; i++) {
		for (size_t k = 0; k < form->lists[i].count; k++) {
			free_text(&form->lists[i].choices[k].label);
			expr_free(form->lists[i].choices[k].relevant);
		}
		mem_free(form->lists[i].choices);
	}
	mem_free(form->lists);
	free_text(&form->title);
	json_free(form->labels);
	json_free(form->text);
	mem_free(form);
}

const char *form_name(const struct form *form)
{
	return form->name;
}

const char *form_title(const struct form *form, const char *language)
{
	const char *title = form_label_of(&form->title, language).id;
	return title ? title : form->name;
}

enum kind form_kind(const struct form *form)
{
	return form->kind;
}

const char *form_path(const struct form *form)
{
	return form->path;
}
