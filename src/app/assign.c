#include "app/assign.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "app/demand.h"
#include "app/env.h"
#include "app/formset.h"
#include "app/stored.h"
#include "app/value.h"

#define ASSIGN_MAX 500                       /* assignments of one command */

enum assign_what { ASSIGN_SET, ASSIGN_ADD, ASSIGN_REMOVE };

struct assign {
	char *path_text;
	const char *value;
	struct model_path path;
	enum assign_what what;
	bool done, on_form;
	struct err err;              /* why it could not be done so far */
	bool failed;
};

void assign_done(struct assign_run *run)
{
	mem_free(run->items);
}

void assign_tell_items(struct assign_run *run)
{
	size_t i;

	for (i = 0; run->item != NULL && i < run->item_count; i++)
		run->item(run->ctx, run->items[i]);
}

static void assign_add_uuid(struct assign_run *run, const char *uuid)
{
	run->items = mem_realloc(run->items, run->item_count + 1, sizeof(*run->items));
	snprintf(run->items[run->item_count++], UUID_SIZE, "%s", uuid);
}

/* ---- reading ---- */

static enum status assign_parse(struct assign_run *run, const char *text, struct assign *out, struct err *err)
{
	const char *mark = strchr(text, '=');
	const struct model_step *last;
	enum status st;

	memset(out, 0, sizeof(*out));
	if (mark == NULL || mark == text)
		return err_set(err, ST_INVALID, N_("\"{1}\" is no PATH=VALUE"), text);
	if (!text_is_valid(text, strlen(text)))
		return err_set(err, ST_INVALID, N_("a value is not valid UTF-8"));
	out->path_text = mem_strndup(text, (size_t)(mark - text));
	out->value = mark + 1;
	st = model_parse_path(run->session->model, run->kind, out->path_text, &out->path, err);
	if (st != ST_OK)
		return st;
	last = &out->path.step[out->path.count - 1];
	out->what = strcmp(last->item, "+") == 0 ? ASSIGN_ADD : last->item[0] != '\0' ? ASSIGN_REMOVE : ASSIGN_SET;
	if (out->path.field == NULL)
		return err_set(err, ST_INVALID, N_("{1} is no field that the server knows"), out->path_text);
	/* What servers tell each other is nobody's to edit: a part that is not there would be made without a uuid, and sent so. */
	if (out->path.field->role != ROLE_VALUE || text_starts(out->path.step[0].key, "sormasToSormas"))
		return err_set(err, ST_INVALID, N_("{1} is written by the server and cannot be edited"), out->path_text);
	if (out->what == ASSIGN_REMOVE && *out->value != '\0')
		return err_set(err, ST_INVALID, N_("{1}: name a field of the item, or leave the value empty to remove it"), out->path_text);
	if (out->what == ASSIGN_ADD && *out->value == '\0')
		return err_set(err, ST_INVALID, N_("{1} takes the item as JSON, such as {}"), out->path_text);
	if (out->what == ASSIGN_SET && out->path.field->type == TYPE_OBJECT_LIST && *out->value == '\0' && json_count(model_path_get(&out->path,
		run->start)) > 0)
		return err_set(err, ST_INVALID, N_("{1} has items; remove them one by one with {1}[UUID]="), out->path_text);
	if (out->what == ASSIGN_SET && (out->path.field->type == TYPE_OBJECT_LIST || out->path.field->type == TYPE_OBJECT))
		return err_set(err, ST_INVALID, N_("{1} has fields of its own: write {1}.FIELD=VALUE or, for a list, {1}[+]={…}"), out->path_text);
	return ST_OK;
}

/* The items of a list whose uuid begins so, as that of a record is found; uuid: the first one's. */
static size_t assign_count_items(const struct json *list, const char *beginning, char uuid[UUID_SIZE])
{
	const struct json *item;
	size_t count = 0;

	for (item = json_first(list); item != NULL; item = json_next(item)) {
		const char *own = json_get_string(item, "uuid");

		if (own == NULL || strlen(own) >= UUID_SIZE || strncasecmp(own, beginning, strlen(beginning)) != 0)
			continue;
		if (count++ == 0)
			snprintf(uuid, UUID_SIZE, "%s", own);
	}
	return count;
}

static char *assign_print_path(const struct model_path *path)
{
	struct buf b;
	int i;

	buf_init(&b, 0);
	for (i = 0; i < path->count; i++) {
		const struct model_step *step = &path->step[i];

		buf_printf(&b, i == 0 ? "%s" : ".%s", step->key);
		if (step->item[0] != '\0')
			buf_printf(&b, "[%s]", step->item);
	}
	return buf_take(&b, NULL);
}

/* Items named in a path have to be there; a unique beginning of the uuid is enough and is replaced by the whole. */
static enum status assign_find_items(struct assign_run *run, struct assign *a, struct err *err)
{
	int i;

	for (i = 0; i < a->path.count; i++) {
		struct model_path part = a->path;
		char *item = a->path.step[i].item, uuid[UUID_SIZE];
		size_t found;

		if (item[0] == '\0' || strcmp(item, "+") == 0)
			continue;
		part.count = i + 1;
		if (model_path_get(&part, run->start) != NULL)
			continue;
		part.step[i].item[0] = '\0';
		found = assign_count_items(model_path_get(&part, run->start), item, uuid);
		if (found == 0)
			return err_set(err, ST_NOT_FOUND, N_("{1}: there is no item {2}"), a->path_text, item);
		if (found > 1)
			return err_set(err, ST_ASK, N_("{1}: several items have a uuid that begins with {2}; write more of it"), a->path_text, item);
		snprintf(item, UUID_SIZE, "%s", uuid);
		mem_free(a->path_text);
		a->path_text = assign_print_path(&a->path);
	}
	return ST_OK;
}

/* ---- by the model alone ---- */

/* Is the field hidden by the server from this account? */
static bool assign_is_masked(const struct assign_run *run, const struct assign *a)
{
	const struct model_field *field = a->path.field;
	const struct json *parent = model_path_parent(&a->path, run->doc, false);

	return (field->personal || field->sensitive) && json_true(json_get(parent, "pseudonymized"));
}

/* Values into a new item; its embedded objects keep the uuids that they were given. */
static void assign_fill(struct json *item, const struct json *values)
{
	const struct json *value;

	for (value = json_first(values); value != NULL; value = json_next(value)) {
		struct json *part = json_get(item, json_key(value));

		if (json_is_object(part) && json_is_object(value))
			assign_fill(part, value);
		else
			json_set(item, json_key(value), json_copy(value));
	}
}

static enum status assign_by_model(struct assign_run *run, struct assign *a, struct err *err)
{
	const char *disease = json_get_string(run->doc, "disease");
	struct json *value = NULL, *list, *item;
	enum status st;

	if (assign_is_masked(run, a))
		return err_set(err, ST_REFUSED, N_("{1} is hidden from this account by the server"), a->path_text);
	if (a->what == ASSIGN_SET) {
		st = value_parse(run->session, a->path.field, disease, a->value, &value, err);
		if (st != ST_OK)
			return st;
		if (value == NULL && a->path.field->primitive)
			value = a->path.field->type == TYPE_BOOLEAN ? json_new_bool(false) : json_new_int(0);
		(void)model_path_parent(&a->path, run->doc, true);
		return model_path_set(&a->path, run->doc, value, err);
	}
	if (a->what == ASSIGN_REMOVE)
		return model_path_set(&a->path, run->doc, NULL, err);
	st = json_parse_text(a->value, &value, err);
	if (st != ST_OK || !json_is_object(value)) {
		if (st == ST_OK)
			json_free(value);
		return err_set(err, ST_INVALID, N_("{1} takes the item as a JSON object"), a->path_text);
	}
	st = value_clean_object(run->session, a->path.field->object, disease, a->path_text, value, err);
	if (st != ST_OK) {
		json_free(value);
		return st;
	}
	if (json_get(value, "uuid") != NULL) {
		json_free(value);
		return err_set(err, ST_INVALID, N_("{1} is written by the server and cannot be edited"), "uuid");
	}
	item = model_new_item(a->path.field, &run->session->rand, session_now(run->session));
	assign_fill(item, value);
	json_free(value);
	{
		struct model_path list_path = a->path;

		list_path.step[list_path.count - 1].item[0] = '\0';
		list = model_path_get(&list_path, run->doc);
		if (list == NULL || !json_is_array(list)) {
			(void)model_path_parent(&list_path, run->doc, true);
			st = model_path_set(&list_path, run->doc, json_new_array(), err);
			list = model_path_get(&list_path, run->doc);
		}
	}
	if (st != ST_OK || list == NULL) {
		json_free(item);
		return st == ST_OK ? err_set(err, ST_NOT_FOUND, N_("{1} is not in this record"), a->path_text) : st;
	}
	assign_add_uuid(run, json_get_string(item, "uuid"));
	json_append(list, item);
	return ST_OK;
}

/* ---- by the forms ---- */

/* The row of a form that an assignment is about: of the field, the list, or the item. */
static const struct form_row *assign_row(const struct form_view *view, const struct assign *a)
{
	const struct form_row *row;
	char *path;

	if (a->what != ASSIGN_ADD) {
		row = form_row_find(view, a->path_text);
	} else {
		path = mem_strndup(a->path_text, strlen(a->path_text) - strlen("[+]"));
		row = form_row_find(view, path);
		mem_free(path);
	}
	if (row == NULL || row->field == NULL || row->type == FORM_NOTE || row->type == FORM_CALCULATE)
		return a->what == ASSIGN_REMOVE && row != NULL && row->item ? row : NULL;
	return row;
}

static enum status assign_new_item(struct assign_run *run, struct form_view *view, struct assign *a, struct err *err)
{
	char *list = mem_strndup(a->path_text, strlen(a->path_text) - strlen("[+]")), uuid[UUID_SIZE];
	struct json *value = NULL, *key, *clean;
	enum status st = json_parse_text(a->value, &value, err);
	size_t left, before;

	if (st != ST_OK || !json_is_object(value)) {
		if (st == ST_OK)
			json_free(value);
		mem_free(list);
		return err_set(err, ST_INVALID, N_("{1} takes the item as a JSON object"), a->path_text);
	}
	st = form_add_item(view, list, &run->session->rand, uuid, err);
	/* One field may make another visible, so go round until nothing more can be set. */
	for (before = SIZE_MAX, left = json_count(value); st == ST_OK && left > 0 && left < before;) {
		struct json *next;

		before = left;
		for (key = json_first(value); key != NULL; key = next) {
			const struct model_field *field = model_field(a->path.field->object, json_key(key));
			char *path = mem_printf("%s[%s].%s", list, uuid, json_key(key));
			const char *text = json_string(key);
			enum status set;

			next = json_next(key);
			if (field == NULL || field->role != ROLE_VALUE) {
				st = field == NULL ? err_set(err, ST_INVALID, N_("{1} is no field that the server knows"), path)
					: err_set(err, ST_INVALID, N_("{1} is written by the server and cannot be edited"), path);
			} else if (form_row_find(view, path) == NULL) {
				st = err_set(err, ST_INVALID, N_("{1} is on no form; add the item without it, then set it"), path);
			} else {
				/* Texts as a person writes them (days in ISO, names of places), the rest as it is stored. */
				if (text != NULL) {
					set = form_set_text(view, path, text, false, err);
				} else {
					clean = NULL;
					set = value_clean(run->session, field, json_get_string(run->doc, "disease"), path, json_copy(key), &clean, err);
					if (set == ST_OK)
						set = form_set_value(view, path, clean, false, err);
					json_free(clean);
				}
				if (set == ST_OK) {
					json_remove(value, json_key(key));
					left--;
				}
			}
			mem_free(path);
			if (st != ST_OK)
				break;
		}
	}
	if (st == ST_OK && left > 0) {
		/* The first that could not be set says why. */
		char *path = mem_printf("%s[%s].%s", list, uuid, json_key(json_first(value)));
		const struct form_row *row = form_row_find(view, path);

		if (row != NULL && !row->visible)
			st = err_set(err, ST_INVALID, N_("{1} is not shown on its form for this record, so it cannot be set"), path);
		else
			st = err == NULL || err->status == ST_OK ? ST_INVALID : err_wrap(err, N_("{1} could not be set"), path);
		mem_free(path);
	}
	if (st == ST_OK)
		assign_add_uuid(run, uuid);
	json_free(value);
	mem_free(list);
	return st;
}

static enum status assign_by_form(struct assign_run *run, struct form_view *view, struct assign *a, struct err *err)
{
	switch (a->what) {
	case ASSIGN_ADD:
		return assign_new_item(run, view, a, err);
	case ASSIGN_REMOVE:
		return form_remove_item(view, a->path_text, err);
	case ASSIGN_SET:
		break;
	}
	return form_set_text(view, a->path_text, a->value, false, err);
}

/* One form: everything that can be set there now. */
static bool assign_pass(struct assign_run *run, const struct form *form, struct assign *list, size_t count)
{
	struct env env;
	struct form_view *view;
	bool progress, any = false;
	size_t i, items = run->item_count;

	for (i = 0; i < count && (list[i].done || !list[i].on_form); i++)
		;
	if (i == count)
		return false;
	env_init(&env, run->session, run->kind, run->doc, run->start, run->flags);
	view = form_open(form, run->session->model, run->doc, &env.env);
	do {
		progress = false;
		for (i = 0; i < count; i++) {
			struct assign *a = &list[i];
			const struct form_row *row = a->done || !a->on_form ? NULL : assign_row(view, a);

			if (row == NULL || !row->visible || row->readonly)
				continue;
			memset(&a->err, 0, sizeof(a->err));
			if (assign_by_form(run, view, a, &a->err) == ST_OK) {
				a->done = progress = any = true;
			} else {
				a->failed = true;
				if (a->what == ASSIGN_ADD) {
					/* A half-made item must not stay; a new start is simpler than to undo. */
					form_close(view);
					env_done(&env);
					run->item_count = items;
					return false;
				}
			}
		}
	} while (progress);
	if (any) {
		struct json *result = form_result(view);

		form_close(view);
		env_done(&env);
		json_free(run->doc);
		run->doc = result;
		return true;
	}
	form_close(view);
	env_done(&env);
	return false;
}

static bool assign_uses_form(const struct form *form, enum kind kind)
{
	/* The form of new cases repeats fields of the others. */
	return form_kind(form) == kind && strcmp(form_name(form), "new-case") != 0;
}

/* The rules of a form that was used, on the document as it is in the end. */
static size_t assign_findings(struct assign_run *run, const struct form *form, struct assign *list, size_t count, bool *shown)
{
	struct env env;
	struct form_view *view;
	size_t i, errors = 0;
	bool used = false;

	env_init(&env, run->session, run->kind, run->doc, run->start, run->flags);
	view = form_open(form, run->session->model, run->doc, &env.env);
	for (i = 0; i < count; i++) {
		const struct form_row *row = list[i].what == ASSIGN_SET ? assign_row(view, &list[i]) : NULL;

		if (list[i].what != ASSIGN_SET && list[i].on_form)
			used = true;
		if (row == NULL)
			continue;
		used = true;
		if (row->visible)
			shown[i] = true;
	}
	for (i = 0; used && i < form_finding_count(view); i++) {
		const struct form_finding *f = form_finding_at(view, i);
		bool error = f->severity == FORM_ERROR && !f->older;

		errors += error;
		if (run->note != NULL)
			run->note(run->ctx, error, f->path, &f->message, f->own);
	}
	form_close(view);
	env_done(&env);
	return errors;
}

/* ---- the whole ---- */

static enum status assign_check_transfer(struct assign_run *run, struct err *err)
{
	const char *before = stored_reference(run->start, "healthFacility"), *after = stored_reference(run->doc, "healthFacility");

	if (run->kind != KIND_CASES || (run->flags & RECORD_NEW) != 0 || before == NULL || (after != NULL && strcmp(before, after) == 0))
		return ST_OK;
	if (session_has_right(run->session, "CASE_TRANSFER") || session_has_right(run->session, "CASE_REFER_FROM_POE"))
		return ST_OK;
	return err_set(err, ST_REFUSED, N_("this account may not move a case to another facility"));
}

static enum status assign_explain(struct assign_run *run, const struct session_form *forms, size_t form_count, struct assign *a,
	struct err *err)
{
	bool readonly = false;
	size_t i;

	if (a->failed && a->err.depth > 0) {
		*err = a->err;
		return err_wrap(err, N_("{1} could not be set"), a->path_text) == ST_REFUSED ? ST_REFUSED : ST_INVALID;
	}
	for (i = 0; i < form_count; i++) {
		const struct form_row *row;
		struct form_view *view;
		struct env env;

		if (!assign_uses_form(forms[i].form, run->kind))
			continue;
		env_init(&env, run->session, run->kind, run->doc, run->start, run->flags);
		view = form_open(forms[i].form, run->session->model, run->doc, &env.env);
		row = assign_row(view, a);
		readonly = readonly || (row != NULL && row->visible && row->readonly);
		form_close(view);
		env_done(&env);
	}
	if (readonly)
		return err_set(err, ST_REFUSED, N_("{1} is read-only for this account in this record"), a->path_text);
	return err_set(err, ST_INVALID, N_("{1} is not shown on its form for this record, so it cannot be set"), a->path_text);
}

enum status assign_apply(struct assign_run *run, const char *const *assignments, size_t count, struct err *err)
{
	const struct session_form *forms;
	struct assign *list;
	size_t i, k, form_count, errors = 0;
	bool progress, *shown;
	enum status st = ST_OK;
	struct err unused;

	if (err == NULL)
		err = &unused;
	if (count == 0 || count > ASSIGN_MAX)
		return err_set(err, count == 0 ? ST_INVALID : ST_LIMIT, N_("name at least one and at most 500 PATH=VALUE"));
	list = mem_calloc(count, sizeof(*list));
	shown = mem_calloc(count, sizeof(*shown));
	forms = session_forms(run->session, &form_count);
	for (i = 0; i < count && st == ST_OK; i++) {
		st = assign_parse(run, assignments[i], &list[i], err);
		if (st == ST_OK)
			st = assign_find_items(run, &list[i], err);
		for (k = 0; k < i && st == ST_OK; k++)
			if (list[i].what != ASSIGN_ADD && strcmp(list[i].path_text, list[k].path_text) == 0)
				st = err_set(err, ST_INVALID, N_("{1} is set twice"), list[i].path_text);
	}
	/* Which are on a form? */
	for (k = 0; k < form_count && st == ST_OK; k++) {
		struct form_view *view;
		struct env env;

		if (!assign_uses_form(forms[k].form, run->kind))
			continue;
		env_init(&env, run->session, run->kind, run->doc, run->start, run->flags);
		view = form_open(forms[k].form, run->session->model, run->doc, &env.env);
		for (i = 0; i < count; i++)
			list[i].on_form = list[i].on_form || assign_row(view, &list[i]) != NULL;
		form_close(view);
		env_done(&env);
	}
	for (i = 0; i < count && st == ST_OK; i++) {
		if (!list[i].on_form) {
			st = assign_by_model(run, &list[i], err);
			list[i].done = true;
			shown[i] = true;
		}
	}
	do {
		progress = false;
		for (k = 0; k < form_count && st == ST_OK; k++)
			if (assign_uses_form(forms[k].form, run->kind))
				progress = assign_pass(run, forms[k].form, list, count) || progress;
	} while (progress);
	for (i = 0; i < count && st == ST_OK; i++)
		if (!list[i].done)
			st = assign_explain(run, forms, form_count, &list[i], err);
	for (k = 0; k < form_count && st == ST_OK; k++)
		if (assign_uses_form(forms[k].form, run->kind))
			errors += assign_findings(run, forms[k].form, list, count, shown);
	for (i = 0; i < count && st == ST_OK; i++)
		/* Set first and then hidden by another assignment of the same command. */
		if (list[i].what == ASSIGN_SET && *list[i].value != '\0' && !shown[i])
			st = err_set(err, ST_INVALID, N_("{1} is not shown on its form for this record, so it cannot be set"), list[i].path_text);
	if (st == ST_OK)
		st = assign_check_transfer(run, err);
	/* What the forms have not said already, the server would. */
	if (st == ST_OK && errors == 0)
		errors += demand_check(run->session, run->kind, run->start, run->doc, run->note, run->ctx);
	if (st == ST_OK && errors > 0)
		st = err_set(err, ST_INVALID, N_("nothing was saved: please correct what is wrong and try again"));
	for (i = 0; i < count; i++)
		mem_free(list[i].path_text);
	mem_free(list);
	mem_free(shown);
	return st;
}
