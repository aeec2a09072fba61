/* Saving a form, with its questions, and leaving it. */
#include "screen_form.h"

#include <string.h>

static void form_save(struct form_screen *form);

static void form_transfer_answer(void *ctx, int choice)
{
	struct form_screen *form = ctx;

	if (choice < 0)
		return;
	edit_set_transfer(form->edit, choice == 0);
	form_save(form);
}

static void form_ask_clash(struct form_screen *form, size_t index);

static void form_clash_answer(void *ctx, int choice)
{
	struct form_screen *form = ctx;

	if (choice < 0)
		return;
	edit_resolve(form->edit, form->clash, choice == 0);
	form_ask_clash(form, form->clash + 1);
}

static char *form_clash_text(struct form_screen *form, const char *value)
{
	return value == NULL || *value == '\0' ? mem_strdup(_(N_("not answered"))) : text_value(form->screen.ui->session, value, false);
}

static void form_ask_clash(struct form_screen *form, size_t index)
{
	static const struct ask_choice choices[] = { { 'm', N_("mine") }, { 'o', N_("the other one, that is stored now") } };
	const struct edit_clash *clash;
	char *text, *mine, *stored;

	form->clash = index;
	if (index >= edit_clash_count(form->edit)) {
		form_save(form);
		return;
	}
	clash = edit_clash(form->edit, index);
	mine = form_clash_text(form, clash->mine);
	stored = form_clash_text(form, clash->stored);
	text = ui_text(N_("{1} was changed elsewhere while you typed. Mine: {2}. Stored now: {3}. Which one?"),
		i18n_label(clash->label_context, clash->label), mine, stored);
	ask_open(form->screen.ui, _(N_("Changed by both")), text, choices, 2, form_clash_answer, form);
	mem_free(text);
	mem_free(mine);
	mem_free(stored);
}

/* What stands in the way of saving; *first: a new string, the path of the first one, NULL if there is none. */
static size_t form_errors(struct form_screen *form, char **first)
{
	size_t i, count = edit_finding_count(form->edit), errors = 0;

	*first = NULL;
	for (i = 0; i < count; i++) {
		const struct edit_finding *finding = edit_finding(form->edit, i);

		if (!finding->error || finding->older)
			continue;
		if (errors++ == 0)
			*first = mem_strdup(finding->path);
	}
	return errors;
}

static void form_show_errors(struct form_screen *form, const struct err *err)
{
	struct ui *ui = form->screen.ui;
	char *first, number[24];
	size_t errors = form_errors(form, &first);

	if (first == NULL) {
		ui_say_error(ui, err);
		return;
	}
	form_focus_path(form, first);
	ui_say(ui, N_("Not saved yet: {1} to correct, marked with !. This is the first."), err_number(number, (int64_t)errors), NULL, NULL);
	mem_free(first);
}

static void form_save(struct form_screen *form)
{
	static const struct ask_choice transfer[] = { { 'm', N_("moved: the old stay becomes an earlier stay") }, { 'c',
		N_("correction: only the facility was wrong") } };
	struct ui *ui = form->screen.ui;
	struct err err;
	enum status st;

	if (form->bad_count > 0) {
		char *path = mem_strdup(form->bad[0].path);

		form_focus_path(form, path);
		ui_say(ui, N_("Not saved yet: {1}"), form->bad[0].why, NULL, NULL);
		mem_free(path);
		return;
	}
	if (!form->fresh && !edit_is_changed(form->edit)) {
		ui_say(ui, N_("Nothing was changed; ^G goes back."), NULL, NULL, NULL);
		return;
	}
	st = edit_save(form->edit, &err);
	form->stale = true;
	if (st == ST_OK) {
		form->saved = true;
		ui_pop(&form->screen);
		ui_say(ui, N_("Saved. It is sent with the next sync."), NULL, NULL, NULL);
	} else if (st == ST_ASK && edit_asks_transfer(form->edit)) {
		ask_open(ui, _(N_("Another facility")), _(N_("The facility of this case was changed. Did the person move, or was it wrong?")), transfer,
			2,
			form_transfer_answer, form);
	} else if (st == ST_ASK && edit_clash_count(form->edit) > 0) {
		form_ask_clash(form, 0);
	} else if (st == ST_INVALID) {
		form_show_errors(form, &err);
	} else {
		ui_say_error(ui, &err);
	}
}

/* ---- a new case: may it be one that is here already? ---- */

static size_t form_duplicate_list(void *ctx, const char *typed, struct choose_item *out, size_t max)
{
	struct form_screen *form = ctx;
	size_t i, count = 0;
	char *wanted = text_fold(typed);

	if (max > 0 && *typed == '\0')
		out[count++] = (struct choose_item){ .name = mem_strdup("new"), .label = mem_strdup(_(N_("None of these: save as a new person"))) };
	for (i = 0; i < form->duplicate_count && count < max; i++) {
		char *folded = text_fold(form->duplicates[i].text);

		if (text_starts(folded, wanted))
			out[count++] = (struct choose_item){ .name = mem_printf("%c%s", form->duplicates[i].person ? 'p' : 'c', form->duplicates[i].uuid),
				.label = mem_printf("%s %s", form->duplicates[i].person ? _(N_("Person:")) : _(N_("Case:")), form->duplicates[i].text) };
		mem_free(folded);
	}
	mem_free(wanted);
	return count;
}

static void form_duplicate_picked(void *ctx, const char *name)
{
	struct form_screen *form = ctx;
	struct ui *ui = form->screen.ui;

	if (name == NULL)
		return;
	if (name[0] == 'c') {
		/* The case is here already: it is opened, what was typed stays as a draft. */
		ui_pop(&form->screen);
		case_open(ui, name + 1);
		ui_say(ui, N_("This case was here already; what you typed is a draft now (d in the list)."), NULL, NULL, NULL);
		return;
	}
	edit_use_person(form->edit, name[0] == 'p' ? name + 1 : NULL);
	form->asked_duplicates = true;
	form_save(form);
}

void form_try_save(struct form_screen *form)
{
	struct choose how = { form_duplicate_list, form_duplicate_picked, NULL, form };
	struct err err;
	char *first;
	bool complete;

	form_leave_field(form);
	form->tried = true;
	complete = form_errors(form, &first) == 0 && form->bad_count == 0;
	mem_free(first);
	/* Asked when it is complete: until then the name may still change. */
	if (form->fresh && !form->asked_duplicates && complete) {
		edit_duplicates_done(form->duplicates, form->duplicate_count);
		form->duplicates = NULL;
		form->duplicate_count = 0;
		if (edit_duplicates(form->edit, &form->duplicates, &form->duplicate_count, &err) != ST_OK)
			ui_say_error(form->screen.ui, &err);
		if (form->duplicate_count > 0) {
			choose_open(form->screen.ui, _(N_("Is it one of these?")), &how, "");
			return;
		}
	}
	form_save(form);
}

/* ---- a draft that is there already ---- */

static void form_offer_answer(void *ctx, int choice)
{
	struct form_screen *form = ctx;
	struct ui *ui = form->screen.ui;
	char *name, *uuid, *draft, *path;

	if (choice == 1)
		return;
	name = mem_strdup(edit_form(form->edit));
	uuid = mem_strdup(edit_uuid(form->edit));
	draft = form->draft;
	path = form->draft_path;
	form->draft = form->draft_path = NULL;
	/* Nothing was typed yet. */
	edit_discard(form->edit);
	ui_pop(&form->screen);
	if (choice == 0)
		form_open_screen(ui, name, "cases", uuid, draft, path);
	mem_free(name);
	mem_free(uuid);
	mem_free(draft);
	mem_free(path);
}

void form_offer_draft(struct form_screen *form, const char *kind, const char *path)
{
	static const struct ask_choice choices[] = { { 'g', N_("go on with the draft") }, { 's', N_("start from what is saved; the draft stays") } };
	struct edit_draft *list;
	struct err err;
	size_t count, i;
	char *time, *changes, *text;

	if (strcmp(kind, "cases") != 0 || edit_drafts(form->screen.ui->session, &list, &count, &err) != ST_OK)
		return;
	for (i = 0; i < count && form->draft == NULL; i++) {
		const struct edit_draft *one = &list[i];

		if (one->in_use || strcmp(one->uuid, edit_uuid(form->edit)) != 0 || strcmp(one->form, edit_form(form->edit)) != 0)
			continue;
		form->draft = mem_strdup(one->id);
		form->draft_path = path == NULL ? NULL : mem_strdup(path);
		time = text_time(one->time_ms);
		changes = ui_text_count(one->changes, NN_("{1} change", "{1} changes"), NULL);
		text = ui_text(N_("What was typed here before was not saved: {1}, {2}."), changes, time, NULL);
		ask_open(form->screen.ui, _(N_("There is a draft of this form")), text, choices, 2, form_offer_answer, form);
		mem_free(time);
		mem_free(changes);
		mem_free(text);
	}
	edit_drafts_done(list, count);
}

/* ---- leaving ---- */

static void form_back_answer(void *ctx, int choice)
{
	struct form_screen *form = ctx;

	if (choice == 0) {
		form_try_save(form);
	} else if (choice == 1) {
		ui_say(form->screen.ui, edit_is_changed(form->edit) ? N_("Kept as a draft; d in the list shows the drafts.")
			: N_("There was nothing to keep: what could not be read is gone."), NULL, NULL, NULL);
		ui_pop(&form->screen);
	} else if (choice == 2) {
		edit_discard(form->edit);
		form->saved = true;
		ui_pop(&form->screen);
	}
}

void form_back(struct form_screen *form)
{
	static const struct ask_choice choices[] = { { 's', N_("save") }, { 'd', N_("keep as a draft, decide later") }, { 'x',
		N_("throw the changes away") } };

	if (form->page != NULL) {
		form_leave_page(form);
		return;
	}
	form_leave_field(form);
	if (!edit_is_changed(form->edit) && form->bad_count == 0) {
		edit_discard(form->edit);
		ui_pop(&form->screen);
		return;
	}
	ask_open(form->screen.ui, _(N_("There are changes")), form->bad_count == 0 ? _(N_("What you typed is not saved yet."))
		: _(N_("What you typed is not saved yet. What could not be read, marked with !, cannot be kept; write it again.")), choices, 3,
		form_back_answer, form);
}
