/* A form: typing in fields, choices, saving, questions. Its rows are drawn in form_rows.c. */
#include "screen_form.h"

#include <string.h>

static void form_leave_page(struct form_screen *form);

/* ---- what was typed and cannot be a value: kept as it was typed, with the reason ---- */

const struct form_bad *form_find_bad(const struct form_screen *form, const char *path)
{
	size_t i;

	for (i = 0; i < form->bad_count; i++)
		if (strcmp(form->bad[i].path, path) == 0)
			return &form->bad[i];
	return NULL;
}

static void form_forget_bad(struct form_screen *form, const char *path)
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

static bool form_is_text(enum edit_type type)
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

static void form_set_focus(struct form_screen *form, size_t at)
{
	const struct edit_row *row;

	form->at = at;
	row = form_focus_row(form);
	mem_free(form->focus);
	form->focus = row == NULL ? NULL : mem_strdup(row->path);
	form->typing = false;
}

/* Puts the field's text into the record. False: a question was opened, the focus stays. */
static bool form_set(struct form_screen *form, const char *path, const char *typed, bool force);

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

static bool form_set(struct form_screen *form, const char *path, const char *typed, bool force)
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

/* The field was left: into the record, and at once into the draft. */
static void form_leave_field(struct form_screen *form)
{
	struct err err;

	form_commit_field(form);
	if (form->pending) {
		form->pending = false;
		if (edit_commit_draft(form->edit, &err) != ST_OK)
			ui_say_error(form->screen.ui, &err);
	}
}

static void form_move(struct form_screen *form, int step)
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

static void form_first(struct form_screen *form)
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

static bool form_is_readonly(struct form_screen *form, const struct edit_row *row)
{
	if (!row->readonly && row->type != EDIT_CALCULATE)
		return false;
	ui_say(form->screen.ui, N_("This can be read, not changed. F1 explains it."), NULL, NULL, NULL);
	return true;
}

/* Begins typing with what is there; dates begin anew with the first character, as nobody types into "Thu 19 Nov 2026". */
static void form_begin(struct form_screen *form, const struct edit_row *row, bool anew)
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

/* ---- choices ---- */

static bool form_value_has(const char *value, const char *name, const char *label)
{
	size_t len = strlen(value);
	const char *const words[] = { name, label };
	size_t i;

	for (i = 0; i < 2; i++) {
		const char *at = words[i][0] == '\0' ? NULL : strstr(value, words[i]);

		while (at != NULL) {
			size_t n = strlen(words[i]);
			bool begins = at == value || at[-1] == ' ' || at[-1] == ',', ends = at + n == value + len || at[n] == ' ' || at[n] == ',';

			if (begins && ends)
				return true;
			at = strstr(at + 1, words[i]);
		}
	}
	return false;
}

static size_t form_choose_list(void *ctx, const char *typed, struct choose_item *out, size_t max)
{
	struct form_screen *form = ctx;
	struct edit_choice *choices = mem_calloc(max, sizeof(*choices));
	const struct edit_row *row = form_focus_row(form);
	size_t count = row == NULL ? 0 : edit_choices(form->edit, row->path, typed, max, choices), i;

	for (i = 0; i < count; i++) {
		const char *label = i18n_label(choices[i].context, choices[i].label);

		out[i].name = mem_strdup(choices[i].name);
		out[i].label = mem_strdup(label);
		out[i].marked = row->type == EDIT_SELECT_MULTIPLE ? row->value != NULL && form_value_has(row->value, choices[i].name, label)
			: row->constant != NULL && strcmp(row->constant, choices[i].name) == 0;
	}
	edit_choices_done(choices, count);
	mem_free(choices);
	return count;
}

static void form_choose_picked(void *ctx, const char *name)
{
	struct form_screen *form = ctx;
	const struct edit_row *row = form_focus_row(form);

	if (name == NULL || row == NULL || row->type == EDIT_SELECT_MULTIPLE)
		return;
	if (form_set(form, row->path, name, false))
		form_move(form, 1);
}

static void form_choose_mark(void *ctx, const char *name)
{
	struct form_screen *form = ctx;
	const struct edit_row *row = form_focus_row(form);
	struct choose_item *items = mem_calloc(CHOOSE_MAX, sizeof(*items));
	size_t count = form_choose_list(form, "", items, CHOOSE_MAX), i;
	struct buf typed;

	buf_init(&typed, 0);
	for (i = 0; i < count; i++) {
		if ((strcmp(items[i].name, name) == 0) != items[i].marked)
			buf_printf(&typed, "%s%s", typed.len > 0 ? " " : "", items[i].name);
		mem_free(items[i].name);
		mem_free(items[i].label);
	}
	if (row != NULL)
		form_set(form, row->path, buf_text(&typed), false);
	buf_done(&typed);
	mem_free(items);
}

static void form_choose(struct form_screen *form, const struct edit_row *row, const char *typed)
{
	struct choose how = { form_choose_list, form_choose_picked, row->type == EDIT_SELECT_MULTIPLE ? form_choose_mark : NULL, form };

	if (!form_is_readonly(form, row))
		choose_open(form->screen.ui, row->label_own ? row->label : i18n_context_text(row->label_context, row->label), &how, typed);
}

/* A letter or a digit of an inline choice sets it and goes on. */
static void form_pick_inline(struct form_screen *form, const struct edit_row *row, const char *text)
{
	struct form_inline options;
	char *typed = text_fold(text);
	size_t i, found = FORM_INLINE_MAX;

	form_inline_options(form, row, &options);
	for (i = 0; i < options.count && found == FORM_INLINE_MAX; i++) {
		char *label = text_fold(options.labels[i]);

		if (*typed != '\0' && (text_starts(label, typed) || (typed[0] == '1' + (char)i && typed[1] == '\0')))
			found = i;
		mem_free(label);
	}
	mem_free(typed);
	if (found == FORM_INLINE_MAX)
		ui_say(form->screen.ui, N_("Press the first letter of a choice, or its number; Delete clears."), NULL, NULL, NULL);
	else if (form_set(form, row->path, options.names[found], false))
		form_move(form, 1);
	form_inline_done(&options);
}

static void form_shift_inline(struct form_screen *form, const struct edit_row *row, int step)
{
	struct form_inline options;
	int at;

	form_inline_options(form, row, &options);
	at = options.chosen < 0 ? (step > 0 ? 0 : (int)options.count - 1) : options.chosen + step;
	if (at >= 0 && at < (int)options.count)
		form_set(form, row->path, options.names[at], false);
	form_inline_done(&options);
}

/* ---- items ---- */

static void form_open_item(struct form_screen *form, const char *path)
{
	mem_free(form->came_from);
	form->came_from = mem_strdup(path);
	mem_free(form->page);
	form->page = mem_strdup(path);
	form_first(form);
}

static void form_add(struct form_screen *form, const struct edit_row *row)
{
	struct err err;
	char uuid[37] = "", *path = mem_strdup(row->path), *item;

	if (form_is_readonly(form, row)) {
		mem_free(path);
		return;
	}
	if (edit_add_item(form->edit, path, uuid, &err) == ST_OK) {
		form->pending = true;
		item = mem_printf("%s[%s]", path, uuid);
		form_open_item(form, item);
		mem_free(item);
	} else {
		ui_say_error(form->screen.ui, &err);
	}
	mem_free(path);
}

static void form_remove(struct form_screen *form, const struct edit_row *row)
{
	struct err err;
	char *path;

	if (form->page == NULL && row->type != EDIT_ITEM) {
		ui_say(form->screen.ui, N_("Select an entry of a list first; ^T removes it."), NULL, NULL, NULL);
		return;
	}
	path = mem_strdup(form->page != NULL ? form->page : row->path);
	if (form->page != NULL)
		form_leave_page(form);
	if (edit_remove_item(form->edit, path, &err) == ST_OK) {
		form->pending = true;
		form->stale = true;
		ui_say(form->screen.ui, N_("Removed. ^Z brings it back."), NULL, NULL, NULL);
	} else {
		ui_say_error(form->screen.ui, &err);
	}
	mem_free(path);
}

static void form_leave_page(struct form_screen *form)
{
	char *path = form->came_from;

	form_leave_field(form);
	form->came_from = NULL;
	mem_free(form->page);
	form->page = NULL;
	form->stale = true;
	form_first(form);
	if (path != NULL)
		form_focus_path(form, path);
	mem_free(path);
}

/* ---- saving ---- */

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

static void form_show_errors(struct form_screen *form, const struct err *err)
{
	struct ui *ui = form->screen.ui;
	size_t i, count = edit_finding_count(form->edit), errors = 0;
	char *first = NULL, number[24];

	for (i = 0; i < count; i++) {
		const struct edit_finding *finding = edit_finding(form->edit, i);

		if (!finding->error || finding->older)
			continue;
		if (errors++ == 0)
			first = mem_strdup(finding->path);
	}
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

	if (max > 0 && *typed == '\0')
		out[count++] = (struct choose_item){ .name = mem_strdup("new"), .label = mem_strdup(_(N_("None of these: save as a new person"))) };
	for (i = 0; i < form->duplicate_count && count < max; i++) {
		if (strncmp(form->duplicates[i].text, typed, strlen(typed)) == 0)
			out[count++] = (struct choose_item){ .name = mem_printf("%c%s", form->duplicates[i].person ? 'p' : 'c', form->duplicates[i].uuid),
				.label = mem_printf("%s %s", form->duplicates[i].person ? _(N_("Person:")) : _(N_("Case:")), form->duplicates[i].text) };
	}
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

static void form_try_save(struct form_screen *form)
{
	struct choose how = { form_duplicate_list, form_duplicate_picked, NULL, form };
	struct err err;

	form_leave_field(form);
	form->tried = true;
	if (form->fresh && !form->asked_duplicates && form->bad_count == 0) {
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

/* ---- leaving, explaining ---- */

static void form_back_answer(void *ctx, int choice)
{
	struct form_screen *form = ctx;

	if (choice == 0) {
		form_try_save(form);
	} else if (choice == 1) {
		ui_pop(&form->screen);
		ui_say(form->screen.ui, N_("Kept as a draft; d in the list shows the drafts."), NULL, NULL, NULL);
	} else if (choice == 2) {
		edit_discard(form->edit);
		form->saved = true;
		ui_pop(&form->screen);
	}
}

static void form_back(struct form_screen *form)
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

static void form_explain(struct form_screen *form, const struct edit_row *row)
{
	const char *label = row->label_own ? row->label : i18n_context_text(row->label_context, row->label);
	const char *hint = row->hint_own ? row->hint : i18n_context_text(row->hint_context, row->hint);
	const char *guidance = row->guidance_own ? row->guidance : i18n_context_text(row->guidance_context, row->guidance);
	struct buf out;
	size_t i;

	buf_init(&out, 0);
	if (row->hint != NULL && *hint != '\0')
		buf_printf(&out, "%s\n\n", hint);
	if (row->guidance != NULL && *guidance != '\0')
		buf_printf(&out, "%s\n\n", guidance);
	if (row->type == EDIT_DATE || row->type == EDIT_DATE_TIME)
		buf_printf(&out, "%s\n\n", _(N_("A day: 2026-11-19, 19.11., 5 mar, t for today, t-3 or 3d for three days ago, 2w for two weeks ago.")));
	if (row->type == EDIT_SELECT_ONE || row->type == EDIT_BOOLEAN)
		buf_printf(&out, "%s\n\n",
			_(N_("Its first letter or its number chooses; Left and Right change it; ^O opens the list; "
				"Delete takes the answer away, which is not the same as Unknown.")));
	if (row->type == EDIT_REFERENCE || row->type == EDIT_SELECT_MULTIPLE)
		buf_printf(&out, "%s\n\n", _(N_("Type some letters, or ^O, to search in the list.")));
	if (row->type == EDIT_REPEAT)
		buf_printf(&out, "%s\n\n", _(N_("A list: + or ^O adds an entry, Enter on an entry opens it, ^T removes it.")));
	if (row->required)
		buf_printf(&out, "%s\n\n", _(N_("It has to be answered before saving.")));
	if (row->readonly)
		buf_printf(&out, "%s\n\n",
			_(N_("It can be read, not changed: you have no right to, it is calculated, or the server hides it from you.")));
	if (row->conflict)
		buf_printf(&out, "%s\n\n", _(N_("There is an open conflict about it: c in the list shows it.")));
	for (i = 0; i < edit_finding_count(form->edit); i++) {
		const struct edit_finding *finding = edit_finding(form->edit, i);
		char text[1024];

		if (strcmp(finding->path, row->path) != 0)
			continue;
		if (finding->own)
			message_text(&finding->message, text, sizeof(text));
		else
			i18n_message(&finding->message, text, sizeof(text));
		buf_printf(&out, "%s %s\n", finding->error ? "!" : "?", text);
	}
	buf_printf(&out, "\n%s\n", _(N_("Keys")));
	{
		char *keys = help_text(IN_FORM);

		buf_add_text(&out, keys);
		mem_free(keys);
	}
	pager_open(form->screen.ui, "explain", label, buf_take(&out, NULL));
}

static void form_show_hidden(struct form_screen *form)
{
	struct edit_hidden *rows;
	struct err err;
	struct buf out;
	size_t count, i;

	if (edit_hidden(form->edit, &rows, &count, &err) != ST_OK) {
		ui_say_error(form->screen.ui, &err);
		return;
	}
	buf_init(&out, 0);
	for (i = 0; i < count; i++)
		buf_printf(&out, "%s: %s\n", i18n_context_text(rows[i].label_context, rows[i].label), rows[i].value == NULL ? "" : rows[i].value);
	if (count == 0)
		buf_add_text(&out, _(N_("Every value of this form is shown.")));
	edit_hidden_done(rows, count);
	pager_open(form->screen.ui, "hidden", _(N_("Values not shown on this form; they are kept and sent as they are")), buf_take(&out, NULL));
}

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
	switch ((int)action) {
	case ACTION_LEFT: case ACTION_RIGHT: case ACTION_HOME: case ACTION_END: case ACTION_DELETE: case ACTION_BACKSPACE: case ACTION_KILL:
		break;
	default:
		return false;
	}
	if (form_is_readonly(form, row))
		return true;
	form_begin(form, row, false);
	if (action == ACTION_LEFT)
		field_left(&form->field);
	else if (action == ACTION_RIGHT)
		field_right(&form->field);
	else if (action == ACTION_HOME)
		field_home(&form->field);
	else if (action == ACTION_END)
		field_end(&form->field);
	else if (action == ACTION_DELETE)
		field_delete(&form->field);
	else if (action == ACTION_BACKSPACE)
		field_backspace(&form->field);
	else
		field_kill(&form->field);
	return true;
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
		form->stale = true;
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
	mem_free(form->title);
	field_done(&form->field);
}

static void form_start(struct ui *ui, struct edit *edit, bool fresh, const char *path)
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
}

void form_open_screen(struct ui *ui, const char *form, const char *kind, const char *uuid, const char *draft, const char *path)
{
	struct edit *edit;
	struct err err;

	if (edit_open(ui->session, form, kind, uuid, draft, &edit, &err) == ST_OK)
		form_start(ui, edit, false, path);
	else
		ui_say_error(ui, &err);
}

void form_open_new(struct ui *ui, const char *draft)
{
	struct edit *edit;
	struct err err;

	if (edit_open_new_case(ui->session, draft, &edit, &err) == ST_OK)
		form_start(ui, edit, true, NULL);
	else
		ui_say_error(ui, &err);
}
