/* Reading and checking a form file: strict, every complaint with line and column (forms.md). */
#include <stdlib.h>
#include <string.h>

#include "form/loader.h"

extern const struct embedded_file embedded_forms[];
extern const struct embedded_file embedded_labels[];

const struct embedded_file *form_builtin(void)
{
	return embedded_forms;
}

static void load_kind(struct loader *l, const char *kind)
{
	const char *names[KIND_COUNT];
	if (kind && model_kind_from_name(kind, &l->form->kind))
		return;
	for (int i = 0; i < KIND_COUNT; i++)
		names[i] = model_kind_name((enum kind)i);
	const char *near = kind ? expr_nearest(kind, names, KIND_COUNT) : NULL;
	if (near)
		wrong(l, "/kind", "unknown_name", N_("there is no kind \"{1}\"; did you mean \"{2}\"?"), kind, near);
	else
		wrong(l, "/kind", "unknown_name", N_("a form needs its \"kind\", such as cases or persons"));
}

static void wrong_path(struct loader *l, const char *path)
{
	const struct model_type *type = l->form->root_type;
	const char **names = mem_calloc((size_t)model_field_count(type) + 1, sizeof *names);
	size_t count = 0;
	for (int i = 0; i < model_field_count(type); i++)
		if (model_field_at(type, i)->type == TYPE_OBJECT)
			names[count++] = model_field_at(type, i)->name;
	const char *near = expr_nearest(path, names, count);
	mem_free(names);
	if (near)
		wrong(l, "/path", "unknown_name", N_("\"{1}\" is no embedded object of the record; did you mean \"{2}\"?"), path, near);
	else
		wrong(l, "/path", "unknown_name", N_("\"{1}\" is no embedded object of the record"), path);
}

static void load_head(struct loader *l)
{
	struct form *form = l->form;
	static const char *const keys[] = {"form", "title", "kind", "path", "children", "lists", "person", "note"};
	load_check_keys(l, "", form->text, keys, sizeof keys / sizeof *keys);
	form->name = load_string(l, "", "form", form->text);
	if (!form->name || !*form->name) {
		if (!json_get(form->text, "form") || form->name)
			wrong(l, "", "missing", N_("a form needs a name: \"form\": \"…\""));
		form->name = "?";
	}
	char *context = mem_printf("form:%s", form->name);
	load_text(l, "/title", json_get(form->text, "title"), context, &form->title);
	mem_free(context);
	form->kind = KIND_CASES;
	load_kind(l, json_get_string(form->text, "kind"));
	form->root_type = model_of_kind(form->model, form->kind);
	form->path = load_string(l, "", "path", form->text);
	if (!form->path)
		form->path = "";
	form->base_type = form->root_type;
	if (*form->path) {
		const struct model_field *f = model_field(form->root_type, form->path);
		if (f && f->type == TYPE_OBJECT)
			form->base_type = f->object;
		else
			form->base_type = NULL;
		if (!form->base_type)
			wrong_path(l, form->path);
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

static int by_name(const void *a, const void *b)
{
	const struct form_choice *const *x = a;
	const struct form_choice *const *y = b;
	int order = strcmp((*x)->name, (*y)->name);
	return order ? order : *x < *y ? -1 : *x > *y;
}

static void check_choices_once(struct loader *l, const struct form_list *list)
{
	const struct form_choice **sorted = mem_calloc(list->count + 1, sizeof *sorted);
	for (size_t i = 0; i < list->count; i++)
		sorted[i] = &list->choices[i];
	qsort(sorted, list->count, sizeof *sorted, by_name);
	for (size_t i = 1; i < list->count; i++) {
		if (strcmp(sorted[i - 1]->name, sorted[i]->name) != 0)
			continue;
		char *place = mem_printf("/lists/%s/%zu/name", list->name, sorted[i]->index);
		wrong(l, place, "duplicate_name", N_("\"{1}\" is here twice"), sorted[i]->name);
		mem_free(place);
	}
	mem_free(sorted);
}

static void load_choice(struct loader *l, struct form_list *list, size_t index, const struct json *v, const char *context)
{
	char *place = mem_printf("/lists/%s/%zu", list->name, index);
	const char *name = json_get_string(v, "name");
	if (!name || !*name || strpbrk(name, " \t\r\n")) {
		wrong(l, place, "missing", N_("a choice needs a \"name\" without blanks"));
	} else {
		struct form_choice *c = &list->choices[list->count++];
		*c = (struct form_choice){.name = name, .index = index, .columns = v};
		load_entry_text(l, place, "label", v, context, &c->label);
		c->relevant = load_condition(l, place, "relevant", v, NULL, false);
	}
	mem_free(place);
}

static void load_lists(struct loader *l, const struct json *lists)
{
	if (!json_is_object(lists)) {
		wrong(l, "/lists", "type", N_("\"lists\" is an object: {\"name\": [choices]}"));
		return;
	}
	l->form->lists = mem_calloc(json_count(lists), sizeof *l->form->lists);
	for (const struct json *list = json_first(lists); list; list = json_next(list)) {
		struct form_list *out = &l->form->lists[l->form->list_count++];
		char *context = mem_printf("choice:%s", json_key(list));
		size_t n = 0;
		out->name = json_key(list);
		out->choices = mem_calloc(json_count(list), sizeof *out->choices);
		if (json_is_array(list)) {
			for (const struct json *v = json_first(list); v; v = json_next(v))
				load_choice(l, out, n++, v, context);
		} else {
			char *place = mem_printf("/lists/%s", out->name);
			wrong(l, place, "type", N_("a list of choices is expected here"));
			mem_free(place);
		}
		check_choices_once(l, out);
		mem_free(context);
	}
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
	st = load_note_places(&l, err);
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
		load_check_names(&l);
		load_check_cycles(&l);
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
