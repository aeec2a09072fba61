/* Findings: what the model, the form's required, constraint and warning say about each row (forms.md "Old data", "Read-only"). */
#include <string.h>

#include "form/judge.h"

struct judging {
	struct form_view *view;
	struct view_row *r;
	struct view_findings *findings;
	bool changed;              /* the row's own value is new or changed */
};

void view_findings_add(struct view_findings *findings, const struct view_finding *finding)
{
	void *array = findings->list;
	mem_grow(&array, &findings->cap, findings->count + 1, sizeof *findings->list);
	findings->list = array;
	findings->list[findings->count++] = *finding;
}

static void find(struct judging *j, enum form_severity severity, const char *rule, const struct message *message, bool own, bool older)
{
	struct form_finding found = {j->r->path, severity, rule, *message, own, severity == FORM_ERROR && older};
	view_findings_add(j->findings, &(struct view_finding){found, (size_t)(j->r - j->view->rows)});
	if (severity != FORM_ERROR)
		j->r->row.warnings++;
	else if (older)
		j->r->row.older++;
	else
		j->r->row.errors++;
}

#define find_text(j, severity, rule, older, ...) find_args((j), (severity), (rule), (older), (const char *const[]){__VA_ARGS__, NULL})

static void find_args(struct judging *j, enum form_severity severity, const char *rule, bool older, const char *const *id_and_args)
{
	struct message message;
	message_set_args(&message, NULL, id_and_args);
	find(j, severity, rule, &message, false, older);
}

/* ---- what a rule reads ---- */

/* Something besides the row's own value. */
struct view_reads {
	bool changed;                        /* differs from the base */
	bool fixed;                          /* is on another form, masked, or read-only here */
};

#define READING_DEPTH 32 /* of what has no key and reads what has no key … */

struct reading { struct form_view *view; const struct view_row *row; struct view_reads found; int depth; };

static void read_expression(struct reading *r, const struct view_row *row, const struct expr *e);

/* A date without its time is the same as long as its day is, as when it is typed (forms.md "Entry"). */
static bool same_stored(const struct model_field *f, bool timed, const struct json *a, const struct json *b)
{
	int64_t x = 0;
	int64_t y = 0;
	if (f && f->type == TYPE_DATE && !f->truncated && !timed && json_int(a, &x) && json_int(b, &y))
		return date_day_of(x) == date_day_of(y);
	return model_values_equal(f, a, b);
}

static bool is_timed(const struct form_view *view, const struct node *n)
{
	const struct view_row *r = n->parent && n->key ? view_find_value(view, n->parent->value, n->key) : NULL;
	return r && r->entry->type == FORM_DATE_TIME;
}

static bool same_nodes(const struct form_view *view, const struct value *a, const struct value *b, bool whole)
{
	if (a->type != b->type || a->count != b->count)
		return a->type != FORM_VALUE_NODESET && b->type != FORM_VALUE_NODESET;
	for (size_t i = 0; i < a->count; i++) {
		const struct node *x = a->nodes[i];
		const struct node *y = b->nodes[i];
		const char *uuid = x->position ? json_get_string(x->value, "uuid") : NULL;
		const char *other = y->position ? json_get_string(y->value, "uuid") : NULL;
		if (uuid || other) {
			if (!uuid || !other || strcmp(uuid, other) != 0 || (whole && x->type && !model_objects_equal(x->type, x->value, y->value)))
				return false;
		} else if (!same_stored(x->field, is_timed(view, x), x->value, y->value)) {
			return false;
		}
	}
	return true;
}

/* Objects are compared with all that is in them. */
static void note_whole(struct form_view *view, const struct value *nodes, bool whole)
{
	for (size_t i = 0; nodes->type == FORM_VALUE_NODESET && i < nodes->count; i++) {
		const struct node *n = nodes->nodes[i];
		if (n->type && (whole || !n->position))
			view_note_read(view, n->list ? n->list : n->value, READS_ANY_KEY);
	}
}

static void note_fixed(struct reading *r, const struct value *nodes)
{
	for (size_t i = 0; nodes->type == FORM_VALUE_NODESET && i < nodes->count; i++) {
		const struct node *n = nodes->nodes[i];
		if (!n->parent || !n->key)
			continue; /* the record itself */
		const struct view_row *other = view_find_value(r->view, n->parent->value, n->key);
		if (other == r->row)
			continue;
		if (!other || view_is_masked(other) || other->row.readonly)
			r->found.fixed = true;
	}
}

/* The keys of a select_multiple. */
static void read_choices(struct reading *r, const struct view_row *row)
{
	view_note_keys(r->view, row);
	for (size_t k = 0; r->view->env.base && row->entry->list && k < row->entry->list->count; k++) {
		const char *key = row->entry->list->choices[k].name;
		r->found.changed |= json_true(json_get(row->base, key)) != json_true(json_get(row->holder, key));
	}
}

static void read_computed(struct reading *r, const struct view_row *row, const struct form_entry *e)
{
	const struct view_row *other = view_row_beside(r->view, e, row);
	if (r->depth >= READING_DEPTH)
		return;
	r->depth++;
	for (size_t i = other ? (size_t)(other - r->view->rows) : r->view->first[e->index]; i != SIZE_MAX; i = other ? SIZE_MAX : r->view->rows[i].next) {
		const struct view_row *each = &r->view->rows[i];
		if (e->type == FORM_SELECT_MULTIPLE)
			read_choices(r, each);
		else if (e->calculation)
			read_expression(r, each, e->calculation);
	}
	r->depth--;
}

/* Where the row is, or would be, in the base. */
static const struct node *base_node(struct form_view *view, const struct view_row *r, const struct node *root)
{
	size_t up = r->above;
	while (up != SIZE_MAX && !view->rows[up].row.item && !(view->rows[up].entry->type == FORM_GROUP && view->rows[up].entry->data))
		up = view->rows[up].above;
	struct node *n = arena_take(&view->arena, sizeof *n);
	*n = r->node;
	n->value = r->row.item ? r->base : json_get(r->base, view_key(r));
	if (r->row.item) {
		n->parent = base_node(view, &view->rows[r->above], root)->parent;
	} else if (up != SIZE_MAX) {
		n->parent = base_node(view, &view->rows[up], root);
	} else if (*view->form->path) {
		struct node *own = arena_take(&view->arena, sizeof *own);
		*own = view->base;
		own->value = json_get(view->env.base, view->form->path);
		own->parent = root;
		n->parent = own;
	} else {
		n->parent = root;
	}
	return n;
}

/* The record's disease is what disease('X') asks for; a record of a kind that has none goes by another's. */
static bool has_disease(const struct form_view *view)
{
	return model_field(view->form->root_type, "disease") != NULL;
}

static void read_disease(struct reading *r)
{
	struct form_view *view = r->view;
	if (!view->env.base || !has_disease(view))
		return;
	view_note_read(view, view->doc, "disease");
	r->found.changed |= !model_values_equal(model_field(view->form->root_type, "disease"), json_get(view->doc, "disease"), json_get(view->env.base, "disease"));
}

struct walking { struct reading *reading; const struct view_row *row; };

static void read_reference(void *ctx, const struct expr *e, int in_predicate)
{
	struct walking *w = ctx;
	struct reading *r = w->reading;
	struct form_view *view = r->view;
	if (e->op == EXPR_CALL && !strcmp(e->text, "disease"))
		read_disease(r);
	bool own = e->op == EXPR_SELF || e->op == EXPR_BARE || e->op == EXPR_PARENT;
	/* in a predicate these are of the item: the list is compared as a whole */
	if (!expr_is_reference(e) || (own && in_predicate) || ((e->op == EXPR_SELF || e->op == EXPR_CURRENT) && !e->tail.count))
		return;
	const struct form_entry *to = e->op == EXPR_NAME ? form_lookup(w->row->entry, e->text) : NULL;
	if (to && !to->data && (to->type == FORM_CALCULATE || to->type == FORM_SELECT_MULTIPLE)) {
		read_computed(r, w->row, to);
		return;
	}
	struct arena_mark mark = arena_mark(&view->arena);
	struct scope now = view_raw_scope(view, w->row);
	struct value a = expr_nodes(&now, e, true);
	note_fixed(r, &a);
	if (view->env.base) {
		const struct node base_root = {.value = view->env.base, .type = view->form->root_type};
		struct scope before = now;
		before.root = &base_root;
		before.self = base_node(view, w->row, &base_root);
		before.read = NULL;
		struct value b = expr_nodes(&before, e, true);
		bool whole = e->tail.predicate != NULL;
		note_whole(view, &a, whole);
		r->found.changed |= !same_nodes(view, &a, &b, whole);
	}
	arena_release(&view->arena, mark);
}

static void read_expression(struct reading *r, const struct view_row *row, const struct expr *e)
{
	struct walking w = {r, row};
	expr_walk(e, read_reference, &w);
}

static struct view_reads what_is_read(struct form_view *view, const struct view_row *row, const struct expr *e)
{
	struct reading r = {.view = view, .row = row};
	read_expression(&r, row, e);
	return r.found;
}

/* Did the row's condition hold in the base? What a calculation made of it is not known: then it did not. */
static bool was_relevant(struct form_view *view, const struct view_row *row)
{
	if (!view->env.base)
		return false;
	struct arena_mark mark = arena_mark(&view->arena);
	const struct node base_root = {.value = view->env.base, .type = view->form->root_type};
	struct scope before = view_raw_scope(view, row);
	struct form_env env = view->env;
	if (has_disease(view))
		env.scope.disease = json_get_string(env.base, "disease");
	before.env = &env;
	before.root = &base_root;
	before.self = base_node(view, row, &base_root);
	before.read = NULL;
	struct value v = expr_evaluate(&before, row->entry->relevant);
	bool held = value_to_boolean(&view->arena, &v);
	arena_release(&view->arena, mark);
	return held;
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

static void find_length(struct judging *j, int64_t most, bool older)
{
	struct message message;
	char number[24];
	message_set_count(&message, most, NN_("longer than {1} character; shorten it", "longer than {1} characters; shorten it"), err_number(number, most));
	find(j, FORM_ERROR, "max_length", &message, false, older);
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
		find_length(j, f->max_length, older);
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
	struct arena_mark mark = arena_mark(&view->arena);
	struct value v = view_evaluate(view, j->r, rule->condition, &limit);
	bool kept = value_to_boolean(&view->arena, &v);
	arena_release(&view->arena, mark);
	if (limit) {
		found_limit(j);
		return;
	}
	if (kept)
		return;
	struct view_reads reads = what_is_read(view, j->r, rule->condition);
	bool older = !j->r->is_new && !j->changed && !reads.changed;
	/* what the person may not change here cannot block the saving */
	bool warning = rule->warning || rule->elsewhere || reads.fixed || j->r->row.readonly;
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
	bool changed = j->r->entry->required && what_is_read(view, j->r, j->r->entry->required).changed;
	/* what made the field appear made it required */
	for (const struct view_row *up = j->r; !changed; up = &view->rows[up->above]) {
		changed = !up->row.item && up->entry->relevant && what_is_read(view, up, up->entry->relevant).changed && !was_relevant(view, up);
		if (up->above == SIZE_MAX)
			break;
	}
	bool older = !j->r->is_new && !j->changed && !changed;
	struct form_label label = form_label_of(&j->r->entry->required_message, view->env.language);
	struct message message = {.context = label.context, .id = label.id};
	if (!label.id)
		message_set(&message, N_("must be filled in"));
	find(j, FORM_ERROR, "required", &message, label.own, older);
}

static bool differs_from_base(const struct form_view *view, const struct view_row *r)
{
	if (!view->env.base)
		return true;
	return r->entry->data && !same_stored(r->row.field, r->entry->type == FORM_DATE_TIME, r->row.value, json_get(r->base, r->entry->data));
}

void view_judge_row(struct form_view *view, struct view_row *r, struct view_findings *out)
{
	r->row.errors = r->row.warnings = r->row.older = 0;
	if (!r->row.visible || r->row.item || view_is_masked(r))
		return;
	struct judging j = {view, r, out, r->is_new || differs_from_base(view, r)};
	judge_model(&j);
	judge_required(&j);
	if (view_value_is_empty(r))
		return;
	for (size_t k = 0; k < r->entry->rule_count; k++)
		judge_rule(&j, &r->entry->rules[k]);
}

bool view_breaks_rule(struct form_view *view, struct view_row *r)
{
	for (size_t k = 0; k < r->entry->rule_count; k++) {
		if (!r->entry->rules[k].warning && !r->entry->rules[k].elsewhere && !view_holds(view, r, r->entry->rules[k].condition))
			return true;
	}
	return false;
}

size_t form_finding_count(const struct form_view *view)
{
	return view->findings.count;
}

const struct form_finding *form_finding_at(const struct form_view *view, size_t index)
{
	return &view->findings.list[index].found;
}

bool form_can_save(const struct form_view *view)
{
	for (size_t i = 0; i < view->findings.count; i++)
		if (view->findings.list[i].found.severity == FORM_ERROR && !view->findings.list[i].found.older)
			return false;
	return true;
}
