/* Checking the names that the expressions of a form read. */
#include <string.h>

#include "form/loader.h"
#include "form/trail.h"

struct name_check {
	struct loader *l;
	const struct form_entry *entry;
	const char *path;                  /* of the expression */
	bool elsewhere;                    /* reads a field that is not on this form */
};

static const char *const of_references[] = {"uuid", "region", "district", "community", "type"};

/* A column that the choices of the field have: of a reference, or of any choice of the form's own list. */
static bool is_column(const struct form_entry *e, const char *name)
{
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

static void complain_at(struct name_check *c, int offset, const char *code, const struct message *message)
{
	load_complain(c->l, load_raw_offset(c->l, load_place_of(c->l, c->path), offset), FORM_ERROR, code, message);
}

/* The columns of an own list, as its first choice has them. */
static void unknown_column(struct name_check *c, const char *name, int offset)
{
	enum { MAX = 32 };
	const char *names[MAX + 7] = {"name", "label"};
	size_t count = 2;
	for (size_t i = 0; c->entry->type == FORM_REFERENCE && i < sizeof of_references / sizeof *of_references; i++)
		names[count++] = of_references[i];
	const struct form_list *list = c->entry->list;
	for (const struct json *v = list && list->count ? json_first(list->choices[0].columns) : NULL; v && count < MAX; v = json_next(v))
		names[count++] = json_key(v);
	const char *near = expr_nearest(name, names, count);
	struct message message;
	if (near)
		message_set(&message, N_("the choices have no column \"{1}\"; did you mean \"{2}\"?"), name, near);
	else
		message_set(&message, N_("the choices have no column \"{1}\"; a field is written ${{1}}"), name);
	complain_at(c, offset, "unknown_name", &message);
}

static void unknown_on_form(struct name_check *c, const char *name, int offset)
{
	const struct form *form = c->l->form;
	const char **names = mem_calloc(form->entry_count + 1, sizeof *names);
	for (size_t i = 0; i < form->entry_count; i++)
		names[i] = form->entries[i]->name;
	const char *near = expr_nearest(name, names, form->entry_count);
	struct message message;
	if (near)
		message_set(&message, N_("there is no field \"{1}\" on this form; did you mean \"{2}\"?"), name, near);
	else
		message_set(&message, N_("there is no field \"{1}\" on this form; a field elsewhere is written like ${/symptoms/onsetDate}"), name);
	mem_free(names);
	complain_at(c, offset, "unknown_name", &message);
}

static void check_reference(void *ctx, const struct reference *r)
{
	struct name_check *c = ctx;
	const struct expr *e = r->e;
	const struct spot *end = trail_end(r->trail);
	struct expr_error error;
	bool column = e->op == EXPR_BARE && !r->in_predicate;
	if (column && !is_column(c->entry, e->text))
		unknown_column(c, e->text, e->offset);
	else if (!column && e->op == EXPR_NAME && r->wrong == e->text)
		unknown_on_form(c, e->text, e->offset);
	else if (reference_is_wrong(r, &error))
		complain_at(c, error.offset, error.code, &error.message);
	else
		load_check_compared(c->l, c->path, r);
	if (e->op == EXPR_ROOT)
		c->elsewhere |= !end || !end->entry;
	else if (!r->in_predicate && (e->op == EXPR_CURRENT || e->op == EXPR_PARENT))
		c->elsewhere |= end && end->field && !end->entry;
}

/* Does the expression at a path of the file read a field that is not on the form? */
static bool check_names_at(struct loader *l, const struct form_entry *e, const struct expr *expr, const char *path)
{
	struct name_check check = {.l = l, .entry = e, .path = path};
	struct trace trace = trace_of_entry(l->form, e);
	trace.visit = check_reference;
	trace.ctx = &check;
	if (expr) {
		trace_references(&trace, expr);
		load_check_calls(l, path, expr);
	}
	return check.elsewhere;
}

static bool check_names(struct loader *l, const struct form_entry *e, const struct expr *expr, const char *column)
{
	char *above = load_entry_place(e);
	char *path = mem_printf("%s/%s", above, column);
	bool elsewhere = check_names_at(l, e, expr, path);
	mem_free(path);
	mem_free(above);
	return elsewhere;
}

/* item_label: what stands between ${ and } is a field of the item. */
static void check_item_label(struct loader *l, const struct form_entry *e)
{
	char *above = load_entry_place(e);
	char *path = mem_printf("%s/item_label", above);
	struct name_check check = {.l = l, .entry = e, .path = path};
	for (const char *p = e->item_label ? strstr(e->item_label, "${") : NULL; p; p = strstr(p + 2, "${")) {
		size_t len = strcspn(p + 2, "}");
		char *name = mem_strndup(p + 2, len);
		const struct form_entry *found = form_lookup_inside(e, name);
		struct message message;
		message_set(&message, N_("a ${ without its }"), NULL);
		if (!p[2 + len])
			complain_at(&check, (int)(p - e->item_label), "syntax", &message);
		else if (!found)
			unknown_on_form(&check, name, (int)(p - e->item_label));
		mem_free(name);
	}
	mem_free(path);
	mem_free(above);
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
		check_item_label(l, e);
		load_check_words(l, e);
		for (size_t k = 0; e->list && k < e->list->count; k++) {
			if (!e->list->choices[k].relevant)
				continue;
			char *path = mem_printf("/lists/%s/%zu/relevant", e->list->name, e->list->choices[k].index);
			check_names_at(l, e, e->list->choices[k].relevant, path);
			mem_free(path);
		}
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
