/* Checking the names that the expressions of a form read. */
#include <string.h>

#include "form/load.h"

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
	load_complain(c->l, load_raw_offset(c->l, load_place_of(c->l, c->path), e->offset), FORM_ERROR, "unknown_name", &message);
}

/* The path of an entry in the file. */
char *load_entry_place(const struct form_entry *e)
{
	if (!e->parent)
		return mem_strdup("");
	char *above = load_entry_place(e->parent);
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
	char *above = load_entry_place(e);
	char *path = mem_printf("%s/%s", above, column);
	struct name_check check = {.l = l, .entry = e, .path = path};
	expr_walk(expr, check_one_name, &check);
	const struct expr *text = form_boolean_string(l->form, e, expr);
	if (text) {
		struct message message;
		message_set(&message, N_("yes or no is compared with the text '{1}'; write true() or false()"), text->text);
		load_complain(l, load_raw_offset(l, load_place_of(l, path), text->offset), FORM_ERROR, "boolean_string", &message);
	}
	mem_free(path);
	mem_free(above);
	return check.elsewhere;
}

void load_check_names(struct loader *l)
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
			char *above = load_entry_place(e);
			char *probe = mem_printf("%s/%s/0", above, column);
			if (load_place_of(l, probe)) {
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
