/* What the screen sees of an open form: rows, findings, choices, hidden values, duplicates, the last value of a field. */
#include <stdio.h>
#include <string.h>

#include "app/editing.h"
#include "app/labels.h"
#include "app/list.h"
#include "app/newcase.h"
#include "app/profile.h"

#define EDIT_LAST_MAX 500                    /* bytes of a value that is remembered */

/* ---- strings of rows ---- */

const char *edit_keep(struct edit *edit, char *text)
{
	if (text == NULL)
		return NULL;
	mem_grow((void **)&edit->pool.strings, &edit->pool.cap, edit->pool.count + 1, sizeof(*edit->pool.strings));
	edit->pool.strings[edit->pool.count++] = text;
	return text;
}

void edit_pool_clear(struct edit *edit)
{
	size_t i;

	for (i = 0; i < edit->pool.count; i++)
		mem_free(edit->pool.strings[i]);
	edit->pool.count = 0;
}

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
	size_t i, findings = form_finding_count(edit->view);

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
	for (i = 0; i < findings; i++) {
		const struct form_finding *f = form_finding_at(edit->view, i);

		if (strcmp(f->path, row->path) != 0)
			continue;
		if (f->older)
			out->older++;
		else if (f->severity == FORM_ERROR)
			out->errors++;
		else
			out->warnings++;
	}
}

void edit_rows_refresh(struct edit *edit)
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
	return labels_form_title(edit->session, edit->form, context);
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

struct edit_choice_run { struct edit_choice *out; size_t count, max; };

static bool edit_visit_choice(void *ctx, const char *name, struct form_label label, bool stored)
{
	struct edit_choice_run *run = ctx;

	if (run->count == run->max)
		return false;
	run->out[run->count++] = (struct edit_choice){ .name = mem_strdup(name), .label = mem_strdup(label.id == NULL ? name : label.id),
		.context = label.own ? NULL : label.context, .stored = stored };
	return run->count < run->max;
}

size_t edit_choices(struct edit *edit, const char *path, const char *typed, size_t max, struct edit_choice *out)
{
	struct edit_choice_run run = { out, 0, max };

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

/* ---- the last value ---- */

/* "cases.hospitalization.previousHospitalizations.isolated": without the items' uuids. New string. */
static char *edit_last_key(enum kind kind, const char *path)
{
	struct buf b;

	buf_init(&b, 0);
	buf_printf(&b, "last.%s.", model_kind_name(kind));
	while (*path != '\0') {
		size_t len = strcspn(path, "[");

		buf_add(&b, path, len);
		path += len;
		path += strcspn(path, "]");
		path += *path == ']';
	}
	return buf_take(&b, NULL);
}

/* Never names, dates or identifiers (forms.md "Entry"). */
static bool edit_may_repeat(const struct model_field *field)
{
	static const char *const never[] = { "uuid", "person", "epidNumber", "externalID", "externalId", "externalToken", "internalToken",
		"caseReferenceNumber",
		"caseIdIsm", "contactInformation" };
	size_t i;

	if (field == NULL || field->role != ROLE_VALUE)
		return false;
	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strcmp(field->name, never[i]) == 0)
			return false;
	if (field->type == TYPE_STRING)
		return !field->personal && strstr(field->name, "Name") == NULL && strstr(field->name, "Phone") == NULL && strstr(field->name,
			"Email") == NULL;
	return field->type == TYPE_BOOLEAN || field->type == TYPE_ENUM || field->type == TYPE_CUSTOMIZABLE_ENUM || field->type == TYPE_REFERENCE
		|| ((field->type == TYPE_INTEGER || field->type == TYPE_NUMBER) && strncmp(field->name, "birthdate", 9) != 0 && strncmp(field->name,
			"report", 6) != 0);
}

/* A value as one would type it; NULL: none. New string. */
static char *edit_typed(const struct model_field *field, const struct json *value)
{
	const char *text = json_string(value);

	if (field->type == TYPE_REFERENCE)
		text = json_get_string(value, "uuid");
	else if (field->type == TYPE_CUSTOMIZABLE_ENUM)
		text = json_get_string(value, "value");
	else if (json_is_bool(value))
		text = json_true(value) ? "true" : "false";
	else if (json_is_number(value))
		text = json_number_text(value);
	return text == NULL || *text == '\0' || strlen(text) > EDIT_LAST_MAX ? NULL : mem_strdup(text);
}

struct edit_remember_run { struct session *session; enum kind kind; };

static void edit_remember_change(void *ctx, const char *path, const struct model_field *field, const struct json *old_value,
	const struct json *new_value)
{
	const struct edit_remember_run *run = ctx;
	char *key, *typed;

	(void)old_value;
	if (!edit_may_repeat(field) || json_is_object(new_value) != (field->type == TYPE_REFERENCE || field->type == TYPE_CUSTOMIZABLE_ENUM))
		return;
	typed = edit_typed(field, new_value);
	if (typed == NULL)
		return;
	key = edit_last_key(run->kind, path);
	if (store_set_setting(run->session->store, key, typed, NULL) != ST_OK)
		log_write(run->session->log, LOG_WARN, "a last value could not be remembered");
	mem_free(key);
	mem_free(typed);
}

void edit_remember(struct session *session, enum kind kind, const struct json *before, const struct json *after)
{
	struct edit_remember_run run = { session, kind };

	if (store_begin(session->store, NULL) != ST_OK)
		return;
	model_diff(model_of_kind(session->model, kind), before, after, edit_remember_change, &run);
	if (store_commit(session->store, NULL) != ST_OK)
		store_rollback(session->store);
}

char *edit_last_value(struct edit *edit, const char *path)
{
	const struct form_row *row = form_row_find(edit->view, path);
	char *key, *typed;

	if (row == NULL || !edit_may_repeat(row->field))
		return NULL;
	key = edit_last_key(edit->kind, path);
	typed = store_setting(edit->session->store, key);
	mem_free(key);
	return typed;
}

/* ---- duplicates of a new case ---- */

struct edit_duplicate_run { struct edit *edit; struct edit_duplicate *rows; size_t count, cap; };

static struct edit_duplicate *edit_add_duplicate(struct edit_duplicate_run *run, const char *uuid, bool person)
{
	struct edit_duplicate *out;

	mem_grow((void **)&run->rows, &run->cap, run->count + 1, sizeof(*run->rows));
	out = &run->rows[run->count++];
	memset(out, 0, sizeof(*out));
	snprintf(out->uuid, sizeof(out->uuid), "%s", uuid);
	out->person = person;
	return out;
}

/* A constant as people read it; "" for none. */
static const char *edit_constant_text(struct edit_duplicate_run *run, const char *list, const char *constant)
{
	const char *context, *id;

	list_label(run->edit->session, list, constant, &context, &id);
	return id == NULL ? "" : i18n_label(context, id);
}

static bool edit_duplicate_case(void *ctx, const struct case_row *row)
{
	struct edit_duplicate_run *run = ctx;
	char day[16] = "";

	if (row->report_date != 0)
		date_print_day(date_day_of(row->report_date), day);
	edit_add_duplicate(run, row->uuid, false)->text = mem_printf("%s, %s · %s · %s · %s", row->last_name, row->first_name,
		edit_constant_text(run, "Disease", row->disease), day, list_place(row->facility));
	return run->count < 50;
}

static bool edit_duplicate_person(void *ctx, const struct record *record, double similarity)
{
	struct edit_duplicate_run *run = ctx;
	int64_t year = 0, month = 0, day = 0;
	struct json *doc;
	char birth[40] = "";

	(void)similarity;
	if (json_parse_text(record->doc, &doc, NULL) != ST_OK)
		return true;
	json_get_int(doc, "birthdateYYYY", &year);
	json_get_int(doc, "birthdateMM", &month);
	json_get_int(doc, "birthdateDD", &day);
	if (year > 0 && year < 10000)
		snprintf(birth, sizeof(birth), month > 0 && month < 13 && day > 0 && day < 32 ? " · %04d-%02d-%02d" : " · %04d", (int)year, (int)month,
			(int)day);
	edit_add_duplicate(run, record->uuid, true)->text = mem_printf("%s, %s%s%s%s", json_get_string(doc, "lastName") == NULL ? ""
		: json_get_string(doc, "lastName"),
		json_get_string(doc, "firstName") == NULL ? "" : json_get_string(doc, "firstName"), json_get_string(doc, "sex") == NULL ? "" : " · ",
		edit_constant_text(run, "Sex", json_get_string(doc, "sex")), birth);
	json_free(doc);
	return run->count < 50;
}

enum status edit_duplicates(struct edit *edit, struct edit_duplicate **rows, size_t *count, struct err *err)
{
	struct edit_duplicate_run run = { edit, NULL, 0, 0 };
	const struct json *doc = form_doc(edit->view);
	enum status st;

	if (!edit->fresh) {
		*rows = NULL;
		*count = 0;
		return ST_OK;
	}
	/* With a chosen person the question is whether this illness is here already. */
	if (edit->use_person != NULL)
		st = newcase_each_case(edit->session, doc, edit->use_person, edit_duplicate_case, &run, err);
	else
		st = newcase_each_person(edit->session, json_get(doc, "person"), edit_duplicate_person, &run, err);
	if (st != ST_OK) {
		edit_duplicates_done(run.rows, run.count);
		return st;
	}
	*rows = run.rows;
	*count = run.count;
	return ST_OK;
}

void edit_duplicates_done(struct edit_duplicate *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		mem_free(rows[i].text);
	mem_free(rows);
}
