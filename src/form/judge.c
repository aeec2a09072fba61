/* Findings: what the model, the form's required, constraint and warning say about each row (forms.md "Old data", "Read-only"). */
#include <string.h>

#include "form/view.h"

struct judging {
	struct form_view *view;
	struct view_row *r;
	bool changed;              /* the row's own value is new or changed */
};

static void find(struct judging *j, enum form_severity severity, const char *rule, const struct message *message, bool own, bool older)
{
	struct form_view *view = j->view;
	void *array = view->findings;
	mem_grow(&array, &view->finding_cap, view->finding_count + 1, sizeof *view->findings);
	view->findings = array;
	view->findings[view->finding_count++] = (struct form_finding){j->r->path, severity, rule, *message, own, severity == FORM_ERROR && older};
	if (severity == FORM_ERROR && !older)
		j->r->row.errors++;
	else
		j->r->row.warnings++;
}

#define find_text(j, severity, rule, older, ...) find_args((j), (severity), (rule), (older), (const char *const[]){__VA_ARGS__, NULL})

static void find_args(struct judging *j, enum form_severity severity, const char *rule, bool older, const char *const *id_and_args)
{
	struct message message;
	message_set_args(&message, NULL, id_and_args);
	find(j, severity, rule, &message, false, older);
}

/* ---- what the model demands ---- */

static bool json_fits(const struct model_field *f, const struct json *v)
{
	int64_t n;
	switch (f->type) {
	case TYPE_STRING:
		return json_is_string(v);
	case TYPE_ENUM:
		return json_is_string(v);
	case TYPE_BOOLEAN:
		return json_is_bool(v);
	case TYPE_INTEGER:
	case TYPE_DATE:
		return json_int(v, &n);
	case TYPE_NUMBER:
		return json_is_number(v);
	case TYPE_REFERENCE:
	case TYPE_CUSTOMIZABLE_ENUM:
	case TYPE_OBJECT:
	case TYPE_MAP:
		return json_is_object(v);
	case TYPE_OBJECT_LIST:
	case TYPE_VALUE_LIST:
		return json_is_array(v);
	case TYPE_ANY:
		break;
	}
	return true;
}

static bool in_own_list(const struct form_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->choices[i].name, name))
			return true;
	return false;
}

/* A constant that is in no list; one that is only not offered any more stays valid. */
static bool is_unknown_choice(const struct judging *j)
{
	const struct form_entry *e = j->r->entry;
	const struct model_field *f = j->r->row.field;
	const struct json *v = j->r->row.value;
	if (e->type == FORM_SELECT_ONE && json_string(v)) {
		bool model = f && f->type == TYPE_ENUM && f->enum_name && model_enum_has(j->view->model, f->enum_name, json_string(v));
		return !model && !(e->list && in_own_list(e->list, json_string(v)));
	}
	if (e->type == FORM_SELECT_MULTIPLE && json_is_object(v) && f && f->enum_name)
		for (const struct json *c = json_first(v); c; c = json_next(c))
			if (!model_enum_has(j->view->model, f->enum_name, json_key(c)))
				return true;
	return false;
}

static void judge_model(struct judging *j)
{
	const struct model_field *f = j->r->row.field;
	const struct json *v = j->r->row.value;
	char number[24];
	double n = 0;
	bool older = !j->changed;
	if (!f || json_is_null(v) || j->r->entry->type == FORM_GROUP)
		return;
	if (f->type == TYPE_REFERENCE && !strcmp(f->name, "person"))
		return; /* a new case's person stands in its place */
	if (!json_fits(f, v)) {
		if (!(json_string(v) && !*json_string(v)))
			find_text(j, FORM_ERROR, "type", older, N_("this is no value of the field; enter it again"));
		return;
	}
	if (is_unknown_choice(j))
		find_text(j, FORM_ERROR, "choice", older, N_("this is none of the choices; choose again"));
	if (f->type == TYPE_STRING && f->max_length >= 0 && (int64_t)text_count(json_string(v)) > f->max_length)
		find_text(j, FORM_ERROR, "max_length", older, N_("longer than {1} characters; shorten it"), err_number(number, f->max_length));
	if ((f->type == TYPE_INTEGER || f->type == TYPE_NUMBER) && json_double(v, &n)) {
		if (f->has_min && n < f->min)
			find_text(j, FORM_ERROR, "min", older, N_("less than {1}"), err_number(number, (int64_t)f->min));
		if (f->has_max && n > f->max)
			find_text(j, FORM_ERROR, "max", older, N_("more than {1}"), err_number(number, (int64_t)f->max));
	}
}

/* ---- what the form says ---- */

static void found_limit(struct judging *j)
{
	find_text(j, FORM_WARNING, "limit", false, N_("a rule of this field takes too long and was given up"));
}

static void judge_rule(struct judging *j, const struct form_rule *rule)
{
	struct form_view *view = j->view;
	bool limit = false;
	view->reads_change = false;
	struct value v = view_evaluate(view, j->r, rule->condition, &limit);
	if (limit) {
		found_limit(j);
		return;
	}
	if (value_to_boolean(&view->arena, &v))
		return;
	bool older = !j->r->is_new && !j->changed && !view->reads_change;
	/* what the person may not change cannot block the saving */
	bool warning = rule->warning || j->r->row.readonly;
	struct form_label label = form_label_of(&rule->message, view->env.language);
	struct message message = {.context = label.context, .id = label.id};
	if (!label.id)
		message_set(&message, warning ? N_("please check this value") : N_("this value is not allowed here"));
	find(j, warning ? FORM_WARNING : FORM_ERROR, rule->warning ? "warning" : "constraint", &message, label.own, older);
}

static void judge_required(struct judging *j)
{
	struct form_view *view = j->view;
	if (!j->r->row.required || j->r->row.readonly || !view_value_is_empty(j->r))
		return;
	view->reads_change = false;
	bool limit = false;
	if (j->r->entry->required)
		view_evaluate(view, j->r, j->r->entry->required, &limit);
	bool older = !j->r->is_new && !j->changed && !view->reads_change;
	struct form_label label = form_label_of(&j->r->entry->required_message, view->env.language);
	struct message message = {.context = label.context, .id = label.id};
	if (!label.id)
		message_set(&message, N_("must be filled in"));
	find(j, FORM_ERROR, "required", &message, label.own, older);
}

static bool is_masked(const struct view_row *r)
{
	return r->row.field && (r->row.field->personal || r->row.field->sensitive) && json_true(json_get(r->holder, "pseudonymized"));
}

static bool differs_from_base(const struct form_view *view, const struct view_row *r)
{
	struct model_path p;
	if (!view->env.base)
		return true;
	if (!r->entry->data || model_parse_path(view->model, view->form->kind, r->path, &p, NULL) != ST_OK)
		return false;
	return !model_values_equal(r->row.field, r->row.value, model_path_get(&p, view->env.base));
}

void view_judge(struct form_view *view)
{
	for (size_t i = 0; i < view->row_count; i++) {
		struct view_row *r = &view->rows[i];
		if (!r->row.visible || r->row.item || is_masked(r))
			continue;
		struct judging j = {view, r, r->is_new || differs_from_base(view, r)};
		judge_model(&j);
		judge_required(&j);
		if (view_value_is_empty(r))
			continue;
		for (size_t k = 0; k < r->entry->rule_count; k++)
			judge_rule(&j, &r->entry->rules[k]);
	}
	view->reads_change = false;
}

bool view_breaks_rule(struct form_view *view, struct view_row *r)
{
	for (size_t k = 0; k < r->entry->rule_count; k++) {
		bool limit = false;
		if (r->entry->rules[k].warning)
			continue;
		struct value v = view_evaluate(view, r, r->entry->rules[k].condition, &limit);
		if (!limit && !value_to_boolean(&view->arena, &v))
			return true;
	}
	return false;
}

size_t form_finding_count(const struct form_view *view)
{
	return view->finding_count;
}

const struct form_finding *form_finding_at(const struct form_view *view, size_t index)
{
	return &view->findings[index];
}

bool form_can_save(const struct form_view *view)
{
	for (size_t i = 0; i < view->finding_count; i++)
		if (view->findings[i].severity == FORM_ERROR && !view->findings[i].older)
			return false;
	return true;
}
