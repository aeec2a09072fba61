/* Checking the constants that a form writes out: in comparisons, functions, rights and defaults. The server may know more of them than this
 * program's model, so that most are only doubted. */
#include <string.h>

#include "form/loader.h"
#include "form/trail.h"

/* A field that takes one of these: the form's own list, else an enumeration of the model. */
static bool is_choice(const struct model *model, const char *enum_name, const struct form_list *list, const char *word)
{
	for (size_t i = 0; list && i < list->count; i++)
		if (!strcmp(list->choices[i].name, word))
			return true;
	return enum_name && model_enum_has(model, enum_name, word);
}

static const char *nearest_choice(const struct model *model, const char *enum_name, const struct form_list *list, const char *word)
{
	enum { MAX = 500 };
	const char *names[MAX];
	size_t count = 0;
	for (size_t i = 0; list && i < list->count && count < MAX; i++)
		names[count++] = list->choices[i].name;
	for (const char *const *c = list || !enum_name ? NULL : model_enum(model, enum_name); c && *c && count < MAX; c++)
		names[count++] = *c;
	return expr_nearest(word, names, count);
}

static void complain(struct loader *l, size_t at, enum form_severity severity, const char *word, const char *list, const char *near)
{
	struct message message;
	if (near)
		message_set(&message, N_("\"{1}\" is none of {2}; did you mean \"{3}\"?"), word, list, near);
	else
		message_set(&message, N_("\"{1}\" is none of {2}"), word, list);
	load_complain(l, at, severity, "unknown_choice", &message);
}

static void doubt_word(struct loader *l, size_t at, const char *enum_name, const char *word)
{
	if (*word && model_enum(l->form->model, enum_name) && !model_enum_has(l->form->model, enum_name, word))
		complain(l, at, FORM_WARNING, word, enum_name, nearest_choice(l->form->model, enum_name, NULL, word));
}

void load_check_compared(struct loader *l, const char *path, const struct reference *r)
{
	const struct spot *end = trail_end(r->trail);
	if (!end || !end->field || end->field->type != TYPE_ENUM || !r->beside || r->beside->op != EXPR_STRING || !*r->beside->text)
		return;
	const struct form_list *list = end->entry ? end->entry->list : NULL;
	const char *enum_name = end->field->enum_name;
	const char *word = r->beside->text;
	if (is_choice(l->form->model, enum_name, list, word))
		return;
	size_t at = load_raw_offset(l, load_place_of(l, path), r->beside->offset);
	complain(l, at, FORM_WARNING, word, list ? list->name : enum_name, nearest_choice(l->form->model, enum_name, list, word));
}

struct words { struct loader *l; const char *path; };

static void check_call(void *ctx, const struct expr *e, int in_predicate)
{
	static const struct { const char *function, *enum_name; } lists[] = {{"disease", "Disease"}, {"feature", "FeatureType"}, {"user-right", "UserRight"}};
	const struct words *w = ctx;
	(void)in_predicate;
	if (e->op != EXPR_CALL || e->count != 1 || e->args[0]->op != EXPR_STRING)
		return;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		if (strcmp(e->text, lists[i].function) != 0)
			continue;
		const char *text = e->args[0]->text;
		for (const char *p = text + strspn(text, " "); *p; p += strspn(p, " ")) {
			size_t len = strcspn(p, " ");
			char *word = mem_strndup(p, len);
			doubt_word(w->l, load_raw_offset(w->l, load_place_of(w->l, w->path), e->args[0]->offset + 1 + (int)(p - text)), lists[i].enum_name, word);
			mem_free(word);
			p += len;
		}
	}
}

void load_check_calls(struct loader *l, const char *path, const struct expr *e)
{
	struct words w = {l, path};
	expr_walk(e, check_call, &w);
}

/* A default that is simply a value has to be one of the field. */
static void check_default(struct loader *l, const struct form_entry *e, const char *place)
{
	const struct expr *v = e->default_value;
	int32_t day;
	int64_t ms;
	if (!v || v->op != EXPR_STRING || !*v->text)
		return;
	if (e->type == FORM_BOOLEAN)
		wrong(l, place, "default", N_("the default of a mark is true or false"));
	else if ((e->type == FORM_DATE || e->type == FORM_DATE_TIME) && !date_parse_day(v->text, &day) && !date_parse_instant(v->text, &ms))
		wrong(l, place, "default", N_("\"{1}\" is no date; write it like 2026-11-23, or as an expression such as today()"), v->text);
	else if (e->type == FORM_SELECT_ONE && e->field && e->field->type != TYPE_CUSTOMIZABLE_ENUM && (e->list || model_enum(l->form->model, e->list_name)) &&
		!is_choice(l->form->model, e->list ? NULL : e->list_name, e->list, v->text))
		complain(l, load_place_of(l, place), FORM_ERROR, v->text, e->list_name, nearest_choice(l->form->model, e->list_name, e->list, v->text));
}

void load_check_words(struct loader *l, const struct form_entry *e)
{
	char *above = load_entry_place(e);
	char *place = mem_printf("%s/default", above);
	check_default(l, e, place);
	mem_free(place);
	place = mem_printf("%s/right", above);
	if (e->right)
		doubt_word(l, load_place_of(l, place), "UserRight", e->right);
	mem_free(place);
	mem_free(above);
}
