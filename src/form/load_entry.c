/* Reading the fields of a form, with all their columns, and the fields inside them. */
#include <string.h>

#include "form/loader.h"

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
	{"list_name", N_("the list stands in the type: select_one LIST")},
	{"instance_name", N_("records are called by their person or number")},
	{"save_to", N_("what is saved goes to the server's record")},
	{"rights", N_("write right")},
};

/* Columns with something behind "::": a language, or what goes to another program. */
static const struct { const char *begin, *instead; } missing_families[] = {
	{"label::", N_("write {\"en\": \"…\", \"fr\": \"…\"} as the text")}, {"hint::", N_("write {\"en\": \"…\", \"fr\": \"…\"} as the text")},
	{"guidance_hint::", N_("write {\"en\": \"…\", \"fr\": \"…\"} as the text")}, {"constraint_message::", N_("write {\"en\": \"…\", \"fr\": \"…\"} as the text")},
	{"required_message::", N_("write {\"en\": \"…\", \"fr\": \"…\"} as the text")}, {"media::", N_("a terminal shows no pictures; describe it in guidance_hint")},
	{"bind::", N_("there is no other program that would read it")}, {"body::", N_("there is no other program that would read it")},
	{"instance::", N_("there is no other program that would read it")},
};

static const char *instead_of_column(const char *key)
{
	for (size_t i = 0; i < sizeof missing_columns / sizeof *missing_columns; i++)
		if (!strcmp(missing_columns[i].column, key))
			return missing_columns[i].instead;
	for (size_t i = 0; i < sizeof missing_families / sizeof *missing_families; i++)
		if (text_starts(key, missing_families[i].begin))
			return missing_families[i].instead;
	return NULL;
}

static void check_columns(struct loader *l, const char *path, const struct json *v)
{
	size_t count = sizeof columns / sizeof *columns;
	const char **known = mem_calloc(count + json_count(v), sizeof *known);
	memcpy(known, columns, sizeof columns);
	for (const struct json *c = json_first(v); c; c = json_next(c)) {
		const char *instead = instead_of_column(json_key(c));
		if (!instead)
			continue;
		char *place = mem_printf("%s/%s", path, json_key(c));
		wrong(l, place, "unsupported", N_("\"{1}\" does not exist here: {2}"), json_key(c), instead);
		mem_free(place);
		known[count++] = json_key(c);
	}
	load_check_keys(l, path, v, known, count);
	mem_free(known);
}

/* Columns that would do nothing on this type. */
static void check_use(struct loader *l, const struct form_entry *e, const char *path, const struct json *v)
{
	bool choice = e->type == FORM_SELECT_ONE || e->type == FORM_SELECT_MULTIPLE || e->type == FORM_REFERENCE;
	bool number = e->type == FORM_INTEGER || e->type == FORM_DECIMAL;
	const struct { const char *column; bool fine; const char *id; bool warning; } uses[] = {
		{"path", e->type == FORM_GROUP, N_("only a group has a path"), false},
		{"item_label", e->type == FORM_REPEAT, N_("only a repeat has an item_label"), false},
		{"choice_filter", choice, N_("only a select or a reference has a choice_filter"), false},
		{"parameters", number, N_("only an integer or a decimal has a scale"), false},
		{"constraint_message", json_is_string(json_get(v, "constraint")), N_("there is no constraint that is one expression; in a list each has its own message"), true},
		{"warning_message", json_is_string(json_get(v, "warning")), N_("there is no warning that is one expression; in a list each has its own message"), true},
	};
	for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
		char *place = mem_printf("%s/%s", path, uses[i].column);
		if (json_get(v, uses[i].column) && !uses[i].fine && uses[i].warning)
			doubtful(l, place, "unused", uses[i].id);
		else if (json_get(v, uses[i].column) && !uses[i].fine)
			wrong(l, place, "unknown_column", uses[i].id);
		mem_free(place);
	}
}

static const struct form_list *find_list(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->list_count; i++)
		if (!strcmp(form->lists[i].name, name))
			return &form->lists[i];
	return NULL;
}

/* ${name} has to be able to say it, and it can be there only once: beside its like, and as a key of one object also in another group. */
static void check_name(struct loader *l, const struct form_entry *e, const char *path)
{
	char *place = mem_printf("%s/name", path);
	bool twice = false;
	for (size_t i = 0; i + 1 < l->form->entry_count && !twice; i++) {
		const struct form_entry *other = l->form->entries[i];
		twice = !strcmp(other->name, e->name) && (other->parent == e->parent || (other->data && !strcmp(other->data, e->name) && form_holder(other) == form_holder(e)));
	}
	if (twice)
		wrong(l, place, "duplicate_name", N_("\"{1}\" is here twice"), e->name);
	if (!expr_is_name(e->name))
		wrong(l, place, "name", N_("a name begins with a letter and goes on with letters, digits, _ - or ."));
	mem_free(place);
}

static void load_entry(struct loader *l, struct form_entry *parent, const char *path, const struct json *v, const struct model_type *object, const char *context)
{
	const char *name = load_string(l, path, "name", v);
	const char *type = load_string(l, path, "type", v);
	if (!json_get(v, "name") || !json_get(v, "type") || (name && !*name)) {
		wrong(l, path, "missing", N_("a field needs a \"name\" and a \"type\""));
		return;
	}
	if (!name || !type)
		return;
	if (l->form->entry_count >= FORM_MAX_FIELDS) {
		if (l->form->entry_count == FORM_MAX_FIELDS)
			wrong(l, path, "limit", N_("a form can have at most 2000 fields"));
		return;
	}
	struct form_entry *e = mem_calloc(1, sizeof *e);
	*e = (struct form_entry){.name = name, .parent = parent, .index = (int)l->form->entry_count, .scale = 1};
	text_place(l->text, load_place_of(l, path), &e->line, &e->column);
	parent->children = mem_realloc(parent->children, parent->child_count + 1, sizeof *parent->children);
	parent->children[parent->child_count++] = e;
	void *array = l->form->entries;
	mem_grow(&array, &l->form->entry_cap, l->form->entry_count + 1, sizeof(struct form_entry *));
	l->form->entries = array;
	l->form->entries[l->form->entry_count++] = e;
	check_name(l, e, path);
	check_columns(l, path, v);
	char *own_context = mem_printf("%s.%s", context, name);
	if (load_type(l, e, path, type)) {
		e->list = e->list_name ? find_list(l->form, e->list_name) : NULL;
		if (load_bind_field(l, e, path, v, object))
			load_check_list(l, e, path);
		check_use(l, e, path, v);
	}
	load_entry_text(l, path, "label", v, own_context, &e->label);
	load_entry_text(l, path, "hint", v, own_context, &e->hint);
	load_entry_text(l, path, "guidance_hint", v, own_context, &e->guidance);
	load_entry_text(l, path, "required_message", v, own_context, &e->required_message);
	e->item_label = mem_strdup(load_string(l, path, "item_label", v));
	e->appearance = load_string(l, path, "appearance", v);
	if (e->appearance && text_starts(e->appearance, "search(")) {
		char *appearance_place = mem_printf("%s/appearance", path);
		wrong(l, appearance_place, "unsupported", N_("\"{1}\" does not exist here: {2}"), "search", N_("use reference; long lists search as one types"));
		mem_free(appearance_place);
	}
	e->right = load_string(l, path, "right", v);
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

void load_children(struct loader *l, struct form_entry *parent, const char *path, const struct json *children, const struct model_type *object, const char *context)
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
