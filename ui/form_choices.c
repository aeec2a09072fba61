/* Choices of a form's fields: beside each other in the row, or in a list. */
#include "screen_form.h"

#include <string.h>

static size_t form_choose_list(void *ctx, const char *typed, struct choose_item *out, size_t max)
{
	struct form_screen *form = ctx;
	struct edit_choice *choices = mem_calloc(max, sizeof(*choices));
	const struct edit_row *row = form_focus_row(form);
	size_t count = row == NULL ? 0 : edit_choices(form->edit, row->path, typed, max, choices), i;

	for (i = 0; i < count; i++) {
		out[i].name = mem_strdup(choices[i].name);
		out[i].label = mem_strdup(i18n_label(choices[i].context, choices[i].label));
		out[i].marked = row->type == EDIT_SELECT_MULTIPLE ? choices[i].chosen : row->constant != NULL && strcmp(row->constant, choices[i].name) == 0;
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

void form_choose(struct form_screen *form, const struct edit_row *row, const char *typed)
{
	struct choose how = { form_choose_list, form_choose_picked, row->type == EDIT_SELECT_MULTIPLE ? form_choose_mark : NULL, form };

	if (!form_is_readonly(form, row))
		choose_open(form->screen.ui, row->label_own ? row->label : i18n_context_text(row->label_context, row->label), &how, typed);
}

void form_pick_inline(struct form_screen *form, const struct edit_row *row, const char *text)
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

void form_shift_inline(struct form_screen *form, const struct edit_row *row, int step)
{
	struct form_inline options;
	int at;

	form_inline_options(form, row, &options);
	at = options.chosen < 0 ? (step > 0 ? 0 : (int)options.count - 1) : options.chosen + step;
	if (at >= 0 && at < (int)options.count)
		form_set(form, row->path, options.names[at], false);
	form_inline_done(&options);
}
