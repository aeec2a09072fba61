/* Evaluating an opened form, all of it or what a change concerns: what is visible, required, read-only, and its findings (forms.md "What is seen, kept,
 * cleared, refused"). */
#include <math.h>
#include <string.h>

#include "form/judge.h"
#include "form/refresh.h"
#include "form/shown.h"

/* ---- what a row says ---- */

/* A note can show a value from elsewhere: its calculation is then a reference such as ${/healthFacility}. */
static void fill_note(struct form_view *view, struct view_row *r)
{
	const struct expr *e = r->entry->calculation;
	if (r->entry->type != FORM_NOTE || !e || e->op != EXPR_ROOT || e->tail.predicate)
		return;
	struct scope s = view_raw_scope(view, r);
	const struct node *n = &view->root;
	view->reader = (size_t)(r - view->rows);
	for (int i = 0; i < e->tail.count; i++)
		n = expr_child(&s, n, e->tail.steps[i]);
	r->note = n->value;
	r->note_field = n->field;
	view->reader = SIZE_MAX;
}

/* Whatever the form's read_only says. */
static bool is_fixed(const struct form_view *view, const struct view_row *r)
{
	const struct form_entry *e = r->entry;
	const struct model_scope *scope = &view->env.scope;
	if (!view->env.editable || e->type == FORM_CALCULATE || e->calculation || e->read_only_always)
		return true;
	if (e->right && scope->has_right && !scope->has_right(scope->ctx, e->right))
		return true;
	const struct model_field *f = e->field;
	if (f && (f->role == ROLE_COMPUTED || f->role == ROLE_BOOKKEEPING))
		return true;
	return view_is_masked(r);
}

/* "${healthFacility} ${admissionDate}" with the values as people read them. */
static char *item_label_text(struct form_view *view, const struct view_row *head)
{
	struct buf b;
	buf_init(&b, 1000);
	for (const char *p = head->entry->item_label ? head->entry->item_label : ""; *p;) {
		const char *end = p[0] == '$' && p[1] == '{' ? strchr(p, '}') : NULL;
		if (!end) {
			buf_add_char(&b, *p++);
			continue;
		}
		char *path = mem_printf("%s.%.*s", head->path, (int)(end - p - 2), p + 2);
		const struct view_row *r = view_find(view, path);
		char *text = r ? form_row_text(view, &r->row) : NULL;
		if (r)
			view_note_read(view, r->holder, view_key(r));
		if (r && r->entry->type == FORM_SELECT_MULTIPLE && !r->entry->data)
			view_note_keys(view, r);
		buf_add_text(&b, text);
		mem_free(text);
		mem_free(path);
		p = end + 1;
	}
	char *text = buf_take(&b, NULL);
	/* blanks of what is not filled in go */
	size_t n = 0;
	for (const char *p = text; *p; p++)
		if (*p != ' ' || (n && text[n - 1] != ' '))
			text[n++] = *p;
	while (n && text[n - 1] == ' ')
		n--;
	text[n] = '\0';
	return text;
}

/* ---- is it another value than when the form was opened? ---- */

static bool holds_rows(const struct view_row *r)
{
	return r->entry->type == FORM_REPEAT || r->entry->type == FORM_GROUP;
}

/* A list or group is another as soon as one of its fields is. Without that it is only compared once: what is no field changes with the rows only. */
static void note_changed_inside(struct view_row *r)
{
	if (r->row.item || !r->entry->data)
		return;
	if (!r->changed_inside && !r->compared) {
		r->compared = true;
		r->differs = !model_values_equal(r->row.field, r->row.value, json_get(r->opened, r->entry->data));
	}
	r->row.changed = r->changed_inside || r->differs;
}

static bool is_changed(const struct view_row *r)
{
	const struct form_entry *e = r->entry;
	if (e->data)
		return !model_values_equal(r->row.field, r->row.value, json_get(r->opened, e->data));
	for (size_t i = 0; e->type == FORM_SELECT_MULTIPLE && e->list && i < e->list->count; i++)
		if (json_true(json_get(r->holder, e->list->choices[i].name)) != json_true(json_get(r->opened, e->list->choices[i].name)))
			return true;
	return false;
}

/* Of a field; the lists and groups around it count those that are changed. */
static void note_changed(struct form_view *view, struct view_row *r)
{
	if (r->row.item || holds_rows(r))
		return;
	bool changed = is_changed(r);
	if (changed == r->differs)
		return;
	r->differs = changed;
	r->row.changed = changed && r->entry->data;
	for (size_t up = r->above; up != SIZE_MAX; up = view->rows[up].above) {
		struct view_row *above = &view->rows[up];
		above->changed_inside = changed ? above->changed_inside + 1 : above->changed_inside - 1;
	}
}

/* Read-only by itself, or in a group, list or item that is. Is it so now and was not, or the other way round? */
static bool note_readonly(const struct form_view *view, struct view_row *r)
{
	bool before = r->row.readonly;
	r->row.readonly = r->locked || (r->above != SIZE_MAX && view->rows[r->above].row.readonly);
	return r->row.readonly != before;
}

/* What the row says of itself, once it is known which rows are seen. Is it read-only now and was not, or the other way round? */
static bool settle(struct form_view *view, struct view_row *r)
{
	const struct form_entry *e = r->entry;
	view->reader = (size_t)(r - view->rows);
	r->row.visible = r->visibility == VISIBLE_YES;
	/* an item is as its list is */
	r->fixed = !r->row.item && is_fixed(view, r);
	r->locked = r->fixed || (!r->row.item && e->read_only && view_holds(view, r, e->read_only));
	r->row.required = !r->row.item && r->row.visible && (e->required ? view_holds(view, r, e->required) : e->required_always);
	note_changed(view, r);
	if (e->type == FORM_SELECT_MULTIPLE && !e->data)
		view_note_keys(view, r);
	if (r->row.item) {
		mem_free(r->item_text);
		r->item_text = item_label_text(view, r);
		r->row.label = (struct form_label){NULL, r->item_text, true};
	}
	view->reader = SIZE_MAX;
	return note_readonly(view, r);
}

/* ---- who is to be evaluated ---- */

static void queue_row(struct form_view *view, size_t i)
{
	if (!view->rows[i].queued)
		view_list_add(&view->queue, i);
	view->rows[i].queued = true;
}

static void make_due(struct form_view *view, size_t i)
{
	if (!view->rows[i].due)
		view_list_add(&view->due, i);
	view->rows[i].due = true;
}

typedef void (*wake_fn)(struct form_view *view, size_t row);

static void wake_place(struct form_view *view, const struct json *object, const char *key, wake_fn wake)
{
	for (uint32_t i = reads_first(&view->reads, reads_place(object, key)); i; i = view->reads.edges[i].next)
		wake(view, view->reads.edges[i].reader);
}

/* Those that read this key: of the object itself, through the lists that it stands in, or with all around it. up: a row that it stands in. */
static void wake_readers(struct form_view *view, const struct json *holder, const char *key, size_t up, wake_fn wake)
{
	wake_place(view, holder, key, wake);
	wake_place(view, holder, READS_ANY_KEY, wake);
	for (; up != SIZE_MAX; up = view->rows[up].above) {
		const struct view_row *r = &view->rows[up];
		if (r->row.item && r->holder == holder)
			wake_place(view, r->list, key, wake);
		if (r->row.item)
			wake_place(view, r->list, READS_ANY_KEY, wake);
		if (r->entry->data)
			wake_place(view, r->holder, READS_ANY_KEY, wake);
	}
	if (holder != view->doc)
		wake_place(view, view->doc, READS_ANY_KEY, wake);
}

/* The item that a path leads into; SIZE_MAX: none. */
static size_t item_of_path(const struct form_view *view, const char *path)
{
	const char *bracket = strrchr(path, ']');
	if (!bracket)
		return SIZE_MAX;
	char *item = mem_strndup(path, (size_t)(bracket - path) + 1);
	const struct view_row *head = view_find(view, item);
	mem_free(item);
	return head ? (size_t)(head - view->rows) : SIZE_MAX;
}

void view_value_changed(struct form_view *view, const char *path, const struct json *holder, const char *key)
{
	for (size_t i = view_find_value_from(view, holder, key, 0); i != SIZE_MAX; i = view_find_value_from(view, holder, key, i + 1)) {
		view_take_value(&view->rows[i]);
		queue_row(view, i);
	}
	wake_readers(view, holder, key, item_of_path(view, path), queue_row);
}

/* ---- what others see of a row ---- */

static bool same_value(const struct value *a, const struct value *b)
{
	bool nan = isnan(a->number) && isnan(b->number);
	if (a->type != b->type || a->boolean != b->boolean)
		return false;
	return a->type == FORM_VALUE_STRING ? !strcmp(a->text, b->text) : nan || (a->number >= b->number && a->number <= b->number);
}

/* Evaluates again what others see of a row: is that another than before? */
static bool is_seen_anew(struct form_view *view, struct view_row *r)
{
	enum view_visibility before = r->visibility;
	r->visibility = VISIBLE_UNKNOWN;
	view_decide_visible(view, r);
	bool anew = r->visibility != before;
	if (r->computed) {
		struct value old = r->value;
		char *old_text = r->value_text;
		r->value_text = NULL;
		r->computed = false;
		struct value v = view_computed_value(view, r);
		anew |= !same_value(&old, &v);
		mem_free(old_text);
	}
	if (r->entry->type == FORM_NOTE && r->entry->calculation) {
		fill_note(view, r);
		anew = true; /* an item's label may show it */
	}
	return anew;
}

/* Follows what the queue's rows let others see. False: more than all rows were evaluated, which is no use. */
static bool follow_queue(struct form_view *view)
{
	for (size_t i = 0; i < view->queue.count; i++) {
		size_t at = view->queue.rows[i];
		struct view_row *r = &view->rows[at];
		enum view_visibility before = r->visibility;
		if (i > view->row_count + 100)
			return false;
		r->queued = false;
		make_due(view, at);
		if (is_seen_anew(view, r))
			wake_readers(view, r->holder, view_key(r), r->above, queue_row);
		for (size_t k = at + 1; r->visibility != before && k < r->end; k++)
			queue_row(view, k);
	}
	view->queue.count = 0;
	return true;
}

/* ---- findings ---- */

/* Judges the rows that are due; the findings of the others stay. */
static void judge_due(struct form_view *view)
{
	struct view_findings fresh = {0};
	bool had = false;
	view_list_sort(&view->due);
	for (size_t i = 0; i < view->due.count; i++) {
		struct view_row *r = &view->rows[view->due.rows[i]];
		had |= r->row.errors || r->row.warnings || r->row.older;
		view->reader = view->due.rows[i];
		view_judge_row(view, r, &fresh);
	}
	view->reader = SIZE_MAX;
	if (had || fresh.count) {
		struct view_findings all = {0};
		size_t next = 0;
		for (size_t i = 0; i < view->findings.count; i++) {
			const struct view_finding *f = &view->findings.list[i];
			for (; next < fresh.count && fresh.list[next].row < f->row; next++)
				view_findings_add(&all, &fresh.list[next]);
			if (!view->rows[f->row].due)
				view_findings_add(&all, f);
		}
		for (; next < fresh.count; next++)
			view_findings_add(&all, &fresh.list[next]);
		mem_free(view->findings.list);
		view->findings = all;
	}
	mem_free(fresh.list);
}

/* The lists and groups around the rows that are due, and those that are due themselves. */
static void note_containers(struct form_view *view)
{
	for (size_t i = 0; i < view->due.count; i++)
		for (size_t up = view->due.rows[i]; up != SIZE_MAX; up = view->rows[up].above)
			if (holds_rows(&view->rows[up]))
				note_changed_inside(&view->rows[up]);
}

/* A row became read-only, or is not so any more: a rule that reads what cannot be changed here only warns, and what stands in the row goes with it. */
static void readonly_turned(struct form_view *view, size_t at)
{
	wake_readers(view, view->rows[at].holder, view_key(&view->rows[at]), view->rows[at].above, make_due);
	for (size_t k = at + 1; k < view->rows[at].end; k++) {
		struct view_row *r = &view->rows[k];
		if (!note_readonly(view, r))
			continue;
		make_due(view, k);
		wake_readers(view, r->holder, view_key(r), r->above, make_due);
	}
}

/* Everything else of the rows that are due. */
static void settle_due(struct form_view *view)
{
	for (size_t i = 0; i < view->due.count; i++) {
		size_t at = view->due.rows[i];
		if (settle(view, &view->rows[at]))
			readonly_turned(view, at);
	}
	note_containers(view);
	judge_due(view);
	for (size_t i = 0; i < view->due.count; i++)
		view->rows[view->due.rows[i]].due = false;
	view->evaluated += view->due.count;
	view->due.count = 0;
	view_scratch_done(view);
}

/* ---- the rows themselves ---- */

/* A row that was there before this change keeps whether it was relevant then; a new one was not. */
static void keep_relevance(struct form_view *view, const struct view_row *old, size_t old_count)
{
	view->turned.count = 0;
	for (size_t i = 0; i < view->row_count; i++) {
		view->rows[i].turned = true;
		view_list_add(&view->turned, i);
	}
	for (size_t i = 0; i < old_count; i++) {
		struct view_row *r = view_find(view, old[i].path);
		if (r)
			r->was_relevant = old[i].turned ? old[i].was_relevant : old[i].relevant;
	}
}

static void make_rows(struct form_view *view)
{
	struct view_row *old = view->rows;
	size_t old_count = view->row_count;
	view_make_rows(view);
	keep_relevance(view, old, old_count);
	view_drop_rows(old, old_count);
	for (size_t i = 0; i < view->row_count; i++) {
		struct view_row *r = &view->rows[i];
		const struct view_row *above = r->above == SIZE_MAX ? NULL : &view->rows[r->above];
		r->is_new = !view->env.base || (above && (above->is_new || (above->row.item && !above->base)));
	}
	for (size_t i = 0; i < view->touched_count; i++)
		view_mark_touched(view, view->touched[i]);
}

void view_refresh(struct form_view *view)
{
	view->stale = false;
	view->queue.count = view->due.count = view->findings.count = 0;
	reads_clear(&view->reads);
	/* the person of a new case is typed on the same form */
	const struct form_entry *person = form_at_path(view->form, "person");
	view->person = (struct node){.value = person && person->type == FORM_GROUP ? json_get(view->doc, "person") : view->env.person,
		.type = model_of_kind(view->model, KIND_PERSONS)};
	make_rows(view);
	for (size_t i = 0; i < view->row_count; i++) {
		view_decide_visible(view, &view->rows[i]);
		fill_note(view, &view->rows[i]);
		make_due(view, i);
	}
	settle_due(view);
}

void view_catch_up(struct form_view *view)
{
	if (view->stale || !follow_queue(view))
		view_refresh(view);
	else
		settle_due(view);
}
