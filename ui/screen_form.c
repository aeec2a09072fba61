/* A form: its keys, and how it begins and ends. What they do is in form_*.c. */
#include "screen_form.h"

#include <string.h>

static void form_repeat_last(struct form_screen *form, const struct edit_row *row)
{
	char *typed, *path = mem_strdup(row->path);

	typed = form_is_readonly(form, row) ? NULL : edit_last_value(form->edit, path);
	if (typed != NULL && form_set(form, path, typed, false)) {
		form->typing = false;
		form_move(form, 1);
	} else if (typed == NULL && form->screen.ui->message[0] == '\0') {
		ui_say(form->screen.ui, N_("There is no last value for this field."), NULL, NULL, NULL);
	}
	mem_free(typed);
	mem_free(path);
}

/* ---- keys ---- */

static bool form_edit_key(struct form_screen *form, const struct edit_row *row, enum action action)
{
	if (form_is_inline(form, row)) {
		if (action == ACTION_LEFT || action == ACTION_RIGHT) {
			if (!form_is_readonly(form, row))
				form_shift_inline(form, row, action == ACTION_LEFT ? -1 : 1);
			return true;
		}
	}
	if (!form_is_text(row->type)) {
		if (action == ACTION_DELETE || action == ACTION_BACKSPACE) {
			if (row->type != EDIT_REPEAT && row->type != EDIT_ITEM && !form_is_readonly(form, row))
				form_set(form, row->path, "", false);
			return true;
		}
		return false;
	}
	if (action != ACTION_LEFT && action != ACTION_RIGHT && action != ACTION_HOME && action != ACTION_END && action != ACTION_DELETE
		&& action != ACTION_BACKSPACE && action != ACTION_KILL)
		return false;
	if (form_is_readonly(form, row))
		return true;
	form_begin(form, row, false);
	return field_act(&form->field, action);
}

static void form_undo(struct form_screen *form, bool redo)
{
	if (form->typing && form->field.changed && !redo) {
		form->typing = false;                /* what is being typed goes first */
		return;
	}
	form_leave_field(form);
	if (form->bad_count > 0 && !redo) {
		/* and then what could not be read */
		char *path = mem_strdup(form->bad[form->bad_count - 1].path);

		form_forget_bad(form, path);
		form_focus_path(form, path);
		mem_free(path);
		return;
	}
	if (redo ? edit_redo(form->edit) : edit_undo(form->edit)) {
		form->pending = true;
		form->asked_duplicates = false;
		form->stale = true;
		/* What changed may be on another page, or out of sight. */
		ui_say(form->screen.ui, redo ? N_("Done again. ^Z takes it back.") : N_("Taken back. ^Y does it again."), NULL, NULL, NULL);
	} else {
		ui_say(form->screen.ui, redo ? N_("There is nothing to do again.") : N_("There is nothing to undo."), NULL, NULL, NULL);
	}
}

static void form_next(struct form_screen *form, const struct edit_row *row)
{
	if (row->type == EDIT_ITEM) {
		char *path = mem_strdup(row->path);

		form_open_item(form, path);
		mem_free(path);
	} else {
		form_move(form, 1);
	}
}

static bool form_act(struct screen *screen, enum action action)
{
	struct form_screen *form = (struct form_screen *)screen;
	const struct edit_row *row = form_focus_row(form);
	int i;

	if (action == ACTION_BACK) {
		form_back(form);
		return true;
	}
	if (action == ACTION_SAVE) {
		form_try_save(form);
		return true;
	}
	if (row == NULL)
		return false;
	if (form_edit_key(form, row, action))
		return true;
	if (action == ACTION_NEXT)
		form_next(form, row);
	else if (action == ACTION_DOWN)
		form_move(form, 1);
	else if (action == ACTION_UP || action == ACTION_PREVIOUS)
		form_move(form, -1);
	else if (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP) {
		for (i = 0; i < 10; i++)
			form_move(form, action == ACTION_PAGE_DOWN ? 1 : -1);
		form->screen.ui->message[0] = '\0';
	} else if (action == ACTION_HOME) {
		form_leave_field(form);
		form_first(form);
	} else if (action == ACTION_END) {
		form_leave_field(form);
		form_layout(form);
		form_set_focus(form, form->line_count > 0 ? form->line_count - 1 : 0);
	} else if (action == ACTION_UNDO || action == ACTION_REDO)
		form_undo(form, action == ACTION_REDO);
	else if (action == ACTION_EXPLAIN)
		form_explain(form, row);
	else if (action == ACTION_HIDDEN)
		form_show_hidden(form);
	else if (action == ACTION_REPEAT)
		form_repeat_last(form, row);
	else if (action == ACTION_ADD || (action == ACTION_MARK && row->type == EDIT_REPEAT)) {
		if (row->type == EDIT_REPEAT)
			form_add(form, row);
		else
			ui_say(form->screen.ui, N_("Only a list takes entries; go to its line first."), NULL, NULL, NULL);
	} else if (action == ACTION_MARK && row->type == EDIT_ITEM)
		form_next(form, row);
	else if (action == ACTION_MARK && (row->type == EDIT_SELECT_ONE || row->type == EDIT_SELECT_MULTIPLE || row->type == EDIT_REFERENCE))
		form_choose(form, row, "");
	else if (action == ACTION_MARK)
		ui_say(form->screen.ui, row->type == EDIT_BOOLEAN ? N_("Press the first letter of a choice, or its number; Delete clears.")
			: N_("This field has no choices; its value is typed."), NULL, NULL, NULL);
	else if (action == ACTION_REMOVE)
		form_remove(form, row);
	else
		return false;
	return true;
}

static bool form_typing(const struct screen *screen)
{
	struct form_screen *form = (struct form_screen *)(uintptr_t)screen;
	const struct edit_row *row = form_focus_row(form);

	/* In choices letters are answers, too; there ? explains and + adds. */
	return row != NULL && (form_is_text(row->type) || row->type == EDIT_REFERENCE);
}

static bool form_text(struct screen *screen, const char *text, bool paste)
{
	struct form_screen *form = (struct form_screen *)screen;
	const struct edit_row *row = form_focus_row(form);

	if (row == NULL)
		return false;
	if (form_is_readonly(form, row))
		return true;
	if (form_is_text(row->type)) {
		form_begin(form, row, true);
		if (!field_insert(&form->field, text))
			ui_say(form->screen.ui, N_("The field is full."), NULL, NULL, NULL);
		return true;
	}
	if (form_is_inline(form, row)) {
		form_pick_inline(form, row, text);
		return true;
	}
	if (row->type == EDIT_SELECT_ONE || row->type == EDIT_SELECT_MULTIPLE || row->type == EDIT_REFERENCE) {
		form_choose(form, row, strcmp(text, " ") == 0 ? "" : text);
		return true;
	}
	if (!paste && row->type == EDIT_REPEAT)
		ui_say(form->screen.ui, N_("+ adds an entry to this list."), NULL, NULL, NULL);
	return row->type == EDIT_REPEAT;
}

static void form_idle(struct screen *screen)
{
	struct form_screen *form = (struct form_screen *)screen;
	struct err err;

	if (form->saved)
		return;
	/* The typed text goes into the draft; one goes on typing in it. */
	if (form->typing && form->field.changed && form->focus != NULL && form_find_bad(form, form->focus) == NULL) {
		char *typed = mem_strdup(form->field.text);
		size_t cursor = form->field.cursor;

		if (edit_set(form->edit, form->focus, typed, false, &err) == ST_OK) {
			form->pending = true;
			form->asked_duplicates = false;
			form->stale = true;
			form->field.cursor = cursor;
			form->field.changed = false;     /* it is in the record now */
		}
		mem_free(typed);
	}
	if (form->pending) {
		form->pending = false;
		if (edit_commit_draft(form->edit, &err) != ST_OK)
			ui_say_error(screen->ui, &err);
	}
}

static void form_done(struct screen *screen)
{
	struct form_screen *form = (struct form_screen *)screen;

	edit_close(form->edit);
	edit_duplicates_done(form->duplicates, form->duplicate_count);
	while (form->bad_count > 0)
		form_forget_bad(form, form->bad[0].path);
	mem_free(form->bad);
	mem_free(form->lines);
	mem_free(form->focus);
	mem_free(form->page);
	mem_free(form->came_from);
	mem_free(form->ask_path);
	mem_free(form->ask_typed);
	mem_free(form->draft);
	mem_free(form->draft_path);
	mem_free(form->title);
	field_done(&form->field);
}

static struct form_screen *form_start(struct ui *ui, struct edit *edit, bool fresh, const char *path)
{
	static const struct screen_class class = { .name = "form", .where = IN_FORM, .draw = form_draw, .act = form_act, .typing = form_typing,
		.text = form_text,
		.idle = form_idle, .done = form_done };
	struct form_screen *form = ui_push(ui, &class, sizeof(*form));
	struct edit_head head;
	struct err err;

	form->edit = edit;
	form->fresh = fresh;
	field_init(&form->field, "");
	if (!fresh && edit_head(ui->session, edit_uuid(edit), &head, &err) == ST_OK) {
		form->title = mem_printf("%s  %s", head.name == NULL ? "" : head.name, head.short_uuid);
		edit_head_done(&head);
	}
	form_first(form);
	if (path != NULL)
		form_focus_path(form, path);
	return form;
}

void form_open_screen(struct ui *ui, const char *form, const char *kind, const char *uuid, const char *draft, const char *path)
{
	struct edit *edit;
	struct form_screen *screen;
	struct err err;

	if (edit_open(ui->session, form, kind, uuid, draft, &edit, &err) != ST_OK) {
		ui_say_error(ui, &err);
		return;
	}
	screen = form_start(ui, edit, false, path);
	if (draft == NULL)
		form_offer_draft(screen, kind, path);
}

void form_open_new(struct ui *ui, const char *draft)
{
	struct edit *edit;
	struct err err;

	if (edit_open_new_case(ui->session, draft, &edit, &err) == ST_OK)
		(void)form_start(ui, edit, true, NULL);
	else
		ui_say_error(ui, &err);
}
