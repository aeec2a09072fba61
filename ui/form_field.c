/* The focus of a form and what is typed in its fields: into the record, or kept as it was typed. */
#include "screen_form.h"

#include <string.h>

/* ---- what was typed and cannot be a value: kept as it was typed, with the reason ---- */

const struct form_bad *form_find_bad(const struct form_screen *form, const char *path)
{
	size_t i;

	for (i = 0; i < form->bad_count; i++)
		if (strcmp(form->bad[i].path, path) == 0)
			return &form->bad[i];
	return NULL;
}

void form_forget_bad(struct form_screen *form, const char *path)
{
	size_t i;

	for (i = 0; i < form->bad_count; i++) {
		if (strcmp(form->bad[i].path, path) != 0)
			continue;
		mem_free(form->bad[i].path);
		mem_free(form->bad[i].typed);
		mem_free(form->bad[i].why);
		form->bad[i] = form->bad[--form->bad_count];
		return;
	}
}

static void form_keep_bad(struct form_screen *form, const char *path, const char *typed, const struct err *err)
{
	char why[512];

	form_forget_bad(form, path);
	i18n_error(err, why, sizeof(why));
	mem_grow((void **)&form->bad, &form->bad_cap, form->bad_count + 1, sizeof(*form->bad));
	form->bad[form->bad_count++] = (struct form_bad){ mem_strdup(path), mem_strdup(typed), mem_strdup(why) };
}

/* ---- focus ---- */

bool form_is_text(enum edit_type type)
{
	return type == EDIT_TEXT || type == EDIT_INTEGER || type == EDIT_DECIMAL || type == EDIT_DATE || type == EDIT_DATE_TIME;
}

bool form_can_focus(const struct edit_row *row)
{
	return row->type != EDIT_NOTE && row->type != EDIT_GROUP;
}

const struct edit_row *form_focus_row(struct form_screen *form)
{
	form_layout(form);
	return form->at < form->line_count ? edit_row(form->edit, form->lines[form->at]) : NULL;
}

void form_set_focus(struct form_screen *form, size_t at)
{
	const struct edit_row *row;

	form->at = at;
	row = form_focus_row(form);
	mem_free(form->focus);
	form->focus = row == NULL ? NULL : mem_strdup(row->path);
	form->typing = false;
}

static void form_force_answer(void *ctx, int choice)
{
	struct form_screen *form = ctx;
	char *path = form->ask_path, *typed = form->ask_typed;

	form->ask_path = form->ask_typed = NULL;
	if (choice == 0)
		form_set(form, path, typed, true);
	mem_free(path);
	mem_free(typed);
}

bool form_set(struct form_screen *form, const char *path, const char *typed, bool force)
{
	static const struct ask_choice choices[] = { { 'y', N_("yes, remove them; undo brings them back") }, { 'n',
		N_("no, leave it as it was") } };
	struct err err;
	char *own = mem_strdup(path);
	enum status st = edit_set(form->edit, own, typed, force, &err);

	form->stale = true;
	form_forget_bad(form, own);
	if (st == ST_OK) {
		form->pending = true;
		form->asked_duplicates = false;
	} else if (st == ST_ASK) {
		char text[UI_MESSAGE_MAX];

		mem_free(form->ask_path);
		mem_free(form->ask_typed);
		form->ask_path = mem_strdup(own);
		form->ask_typed = mem_strdup(typed);
		i18n_error(&err, text, sizeof(text));
		ask_open(form->screen.ui, _(N_("This removes entries")), text, choices, 2, form_force_answer, form);
	} else if (st == ST_INVALID) {
		form_keep_bad(form, own, typed, &err);
	} else {
		ui_say_error(form->screen.ui, &err);
	}
	mem_free(own);
	return st != ST_ASK;
}

static bool form_commit_field(struct form_screen *form)
{
	char *path, *typed;
	bool done;

	if (!form->typing)
		return true;
	form->typing = false;
	if (!form->field.changed || form->focus == NULL)
		return true;
	path = mem_strdup(form->focus);
	typed = mem_strdup(form->field.text);
	done = form_set(form, path, typed, false);
	mem_free(path);
	mem_free(typed);
	return done;
}

void form_leave_field(struct form_screen *form)
{
	struct err err;

	form_commit_field(form);
	if (form->pending) {
		form->pending = false;
		if (edit_commit_draft(form->edit, &err) != ST_OK)
			ui_say_error(form->screen.ui, &err);
	}
}

void form_move(struct form_screen *form, int step)
{
	size_t at;

	form_leave_field(form);
	form_layout(form);
	at = form->at;
	for (;;) {
		const struct edit_row *row;

		if ((step < 0 && at == 0) || (step > 0 && at + 1 >= form->line_count)) {
			if (step > 0)
				ui_say(form->screen.ui, form->page != NULL ? N_("The last field. ^G goes back to the form.") : N_("The last field. ^S saves."), NULL,
					NULL, NULL);
			form_set_focus(form, form->at);
			return;
		}
		at = step < 0 ? at - 1 : at + 1;
		row = edit_row(form->edit, form->lines[at]);
		if (form_can_focus(row))
			break;
	}
	form_set_focus(form, at);
}

void form_focus_path(struct form_screen *form, const char *path)
{
	size_t i, n = strcspn(path, "]");

	/* A field of an item is on the item's own page. */
	mem_free(form->page);
	form->page = path[n] == ']' && path[n + 1] == '.' ? mem_strndup(path, n + 1) : NULL;
	form->stale = true;
	form_layout(form);
	for (i = 0; i < form->line_count; i++) {
		const struct edit_row *row = edit_row(form->edit, form->lines[i]);

		if (strcmp(row->path, path) == 0 && form_can_focus(row)) {
			form_set_focus(form, i);
			return;
		}
	}
}

void form_first(struct form_screen *form)
{
	size_t i;

	form->stale = true;
	form_layout(form);
	form->at = 0;
	for (i = 0; i < form->line_count; i++) {
		if (form_can_focus(edit_row(form->edit, form->lines[i]))) {
			form_set_focus(form, i);
			return;
		}
	}
}

/* ---- typing ---- */

bool form_is_readonly(struct form_screen *form, const struct edit_row *row)
{
	if (!row->readonly && row->type != EDIT_CALCULATE)
		return false;
	ui_say(form->screen.ui, N_("This can be read, not changed. F1 explains it."), NULL, NULL, NULL);
	return true;
}

/* Begins typing with what is there; dates begin anew with the first character, as nobody types into "Thu 19 Nov 2026". */
void form_begin(struct form_screen *form, const struct edit_row *row, bool anew)
{
	const struct form_bad *bad = form_find_bad(form, row->path);
	bool date = row->type == EDIT_DATE || row->type == EDIT_DATE_TIME;
	char *text;

	if (form->typing)
		return;
	if (date && (anew || (bad == NULL && row->empty)))
		text = mem_strdup("");
	else if (bad != NULL)
		text = mem_strdup(bad->typed);
	else if (row->type == EDIT_DATE)
		text = text_day_typed(form->screen.ui->session, row->day);
	else
		text = mem_strdup(row->value == NULL ? "" : row->value);
	field_set(&form->field, text);
	form->field.lines = row->type == EDIT_TEXT;
	form->field.max_length = row->type == EDIT_TEXT ? row->max_length : 100;
	form->typing = true;
	mem_free(text);
}
