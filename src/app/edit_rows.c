/* What the screen sees of an open form: rows, findings, choices, hidden values. */
#include <string.h>

#include "app/editing.h"
#include "app/formset.h"

static enum edit_type edit_type_of(const struct form_row *row)
{
	switch (row->type) {
	case FORM_TEXT: return EDIT_TEXT;
	case FORM_INTEGER: return EDIT_INTEGER;
	case FORM_DECIMAL: return EDIT_DECIMAL;
	case FORM_DATE: return EDIT_DATE;
	case FORM_DATE_TIME: return EDIT_DATE_TIME;
	case FORM_SELECT_ONE: return EDIT_SELECT_ONE;
	case FORM_SELECT_MULTIPLE: return EDIT_SELECT_MULTIPLE;
	case FORM_BOOLEAN: return EDIT_BOOLEAN;
	case FORM_NOTE: return EDIT_NOTE;
	case FORM_CALCULATE: return EDIT_CALCULATE;
	case FORM_GROUP: return row->item ? EDIT_ITEM : EDIT_GROUP;
	case FORM_REPEAT: return EDIT_REPEAT;
	case FORM_REFERENCE: return EDIT_REFERENCE;
	}
	return EDIT_NOTE;
}

struct edit_find_label { struct edit *edit; const char *constant; struct edit_row *row; };

static bool edit_visit_label(void *ctx, const char *name, struct form_label label, bool stored)
{
	struct edit_find_label *find = ctx;

	(void)stored;
	if (strcmp(name, find->constant) != 0)
		return true;
	find->row->value = edit_keep(find->edit, mem_strdup(label.id));
	find->row->value_context = label.own ? NULL : label.context;
	return false;
}

static const char *edit_constant(struct edit *edit, const struct form_row *row)
{
	const char *text = json_string(row->value);

	if (text == NULL && row->field != NULL && row->field->type == TYPE_CUSTOMIZABLE_ENUM)
		text = json_get_string(row->value, "value");
	return text == NULL || *text == '\0' ? NULL : edit_keep(edit, mem_strdup(text));
}

static bool edit_has_conflict(const struct edit *edit, const char *path)
{
	size_t i;

	for (i = 0; i < edit->conflict_count; i++)
		if (strcmp(edit->conflicts[i], path) == 0)
			return true;
	return false;
}

static void edit_fill_row(struct edit *edit, const struct form_row *row, struct edit_row *out)
{
	memset(out, 0, sizeof(*out));
	out->path = edit_keep(edit, mem_strdup(row->path));
	out->type = edit_type_of(row);
	/* Labels of a site's form and of items may be made anew with each change. */
	out->label_context = row->label.own ? NULL : row->label.context;
	out->label = edit_keep(edit, mem_strdup(row->label.id == NULL ? "" : row->label.id));
	out->label_own = row->label.own;
	out->hint_context = row->hint.own ? NULL : row->hint.context;
	out->hint = edit_keep(edit, mem_strdup(row->hint.id));
	out->hint_own = row->hint.own;
	out->guidance_context = row->guidance.own ? NULL : row->guidance.context;
	out->guidance = edit_keep(edit, mem_strdup(row->guidance.id));
	out->guidance_own = row->guidance.own;
	out->list = edit_keep(edit, mem_strdup(row->list_name));
	out->depth = row->depth;
	out->required = row->required;
	out->readonly = row->readonly;
	out->changed = row->changed;
	out->conflict = edit_has_conflict(edit, row->path);
	out->empty = row->field == NULL ? json_is_null(row->value) : model_value_is_empty(row->field, row->value) && !json_is_bool(row->value);
	out->max_length = row->field != NULL && row->field->max_length > 0 ? (size_t)row->field->max_length : 0;
	if (row->type == FORM_REPEAT)
		out->items = (int)json_count(row->value);
	out->value = edit_keep(edit, form_row_text(edit->view, row));
	if (row->type == FORM_NOTE)
		out->empty = *out->value == '\0';
	if (row->type == FORM_SELECT_ONE) {
		out->constant = edit_constant(edit, row);
		if (out->constant != NULL) {
			struct edit_find_label find = { edit, out->constant, out };

			form_each_choice(edit->view, row->path, NULL, edit_visit_label, &find);
		}
	}
	if ((row->type == FORM_DATE || row->type == FORM_DATE_TIME) && json_int(row->value, &out->date_ms))
		out->day = row->field != NULL && row->field->truncated ? date_truncated_day(out->date_ms) : date_day_of(out->date_ms);
	out->errors = row->errors;
	out->warnings = row->warnings;
	out->older = row->older;
}

static void edit_rows_refresh(struct edit *edit)
{
	size_t i, count;

	if (!edit->rows_stale)
		return;
	edit_pool_clear(edit);
	count = form_row_count(edit->view);
	mem_free(edit->rows);
	edit->rows = mem_calloc(count + 1, sizeof(*edit->rows));
	edit->row_count = 0;
	for (i = 0; i < count; i++) {
		const struct form_row *row = form_row_at(edit->view, i);

		if (row->visible)
			edit_fill_row(edit, row, &edit->rows[edit->row_count++]);
	}
	edit->rows_stale = false;
}

size_t edit_row_count(const struct edit *edit)
{
	/* Rows are made when they are looked at. */
	edit_rows_refresh((struct edit *)(uintptr_t)edit);
	return edit->row_count;
}

const struct edit_row *edit_row(struct edit *edit, size_t index)
{
	edit_rows_refresh(edit);
	return index < edit->row_count ? &edit->rows[index] : NULL;
}

const char *edit_title(const struct edit *edit, const char **context)
{
	return session_form_title(edit->session, edit->form, context);
}

/* ---- findings ---- */

size_t edit_finding_count(const struct edit *edit)
{
	return form_finding_count(edit->view);
}

const struct edit_finding *edit_finding(struct edit *edit, size_t index)
{
	const struct form_finding *f;

	if (index >= form_finding_count(edit->view))
		return NULL;
	f = form_finding_at(edit->view, index);
	edit->finding = (struct edit_finding){ .path = f->path, .error = f->severity == FORM_ERROR, .older = f->older, .rule = f->rule,
		.message = f->message,
		.own = f->own };
	return &edit->finding;
}

/* ---- values that are not shown ---- */

struct edit_hidden_run { struct edit *edit; struct edit_hidden *rows; size_t count, cap; };

static void edit_visit_hidden(void *ctx, const struct form_row *row)
{
	struct edit_hidden_run *run = ctx;
	struct edit_hidden *out;

	mem_grow((void **)&run->rows, &run->cap, run->count + 1, sizeof(*run->rows));
	out = &run->rows[run->count++];
	*out = (struct edit_hidden){ .path = mem_strdup(row->path), .label_context = row->label.own ? NULL : row->label.context,
		.label = mem_strdup(row->label.id == NULL ? row->path : row->label.id), .value = form_row_text(run->edit->view, row) };
}

enum status edit_hidden(struct edit *edit, struct edit_hidden **rows, size_t *count, struct err *err)
{
	struct edit_hidden_run run = { edit, NULL, 0, 0 };

	(void)err;
	form_each_hidden(edit->view, edit_visit_hidden, &run);
	*rows = run.rows;
	*count = run.count;
	return ST_OK;
}

void edit_hidden_done(struct edit_hidden *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		mem_free((char *)(uintptr_t)rows[i].path);
		mem_free((char *)(uintptr_t)rows[i].label);
		mem_free(rows[i].value);
	}
	mem_free(rows);
}

static void edit_count_hidden(void *ctx, const struct form_row *row)
{
	(void)row;
	(*(int *)ctx)++;
}

int edit_hidden_count(const struct edit *edit)
{
	int count = 0;

	form_each_hidden(edit->view, edit_count_hidden, &count);
	return count;
}

/* ---- choices ---- */

struct edit_choice_run { const struct form_view *view; const char *path; struct edit_choice *out; size_t count, max; };

static bool edit_visit_choice(void *ctx, const char *name, struct form_label label, bool stored)
{
	struct edit_choice_run *run = ctx;

	if (run->count == run->max)
		return false;
	run->out[run->count++] = (struct edit_choice){ .name = mem_strdup(name), .label = mem_strdup(label.id == NULL ? name : label.id),
		.context = label.own ? NULL : label.context, .stored = stored, .chosen = form_is_chosen(run->view, run->path, name) };
	return run->count < run->max;
}

size_t edit_choices(struct edit *edit, const char *path, const char *typed, size_t max, struct edit_choice *out)
{
	struct edit_choice_run run = { edit->view, path, out, 0, max };

	if (max > 0)
		form_each_choice(edit->view, path, typed, edit_visit_choice, &run);
	return run.count;
}

void edit_choices_done(struct edit_choice *choices, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		mem_free(choices[i].name);
		mem_free(choices[i].label);
	}
}
