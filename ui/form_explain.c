/* What a form tells about a field, and the values that it does not show. */
#include "screen_form.h"

#include <string.h>

void form_explain(struct form_screen *form, const struct edit_row *row)
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
			_(N_("It can be read, not changed: you have no right to, it is calculated or follows from other answers here, or the server hides it from you.")));
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

void form_show_hidden(struct form_screen *form)
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
