/* A question with a few answers, each with its letter. The one place for reverse video (terminal.md "Drawing"). */
#include <string.h>

#include "internal.h"

#define DIALOG_COLS 60
#define DIALOG_LINES 12

struct dialog {
	struct screen screen;
	char *title, *text;
	struct ask_choice choices[ASK_MAX];
	size_t count, at;
	ask_fn done;
	void *ctx;
};

static void dialog_draw(struct screen *screen, struct surface *surface)
{
	struct dialog *dialog = (struct dialog *)screen;
	struct wrap_line lines[DIALOG_LINES];
	int width = DIALOG_COLS, col, row, i, count, height;

	if (width > surface->cols - 4)
		width = surface->cols - 4;
	count = wrap_text(dialog->text, width - 4, lines, DIALOG_LINES);
	height = count + (int)dialog->count + 4;
	col = (surface->cols - width) / 2;
	row = (surface->rows - height) / 2;
	if (row < 0)
		row = 0;
	for (i = 0; i < height; i++) {
		surface_fill(surface, row + i, col, col + width, ROLE_TEXT, i == height - 1 ? '-' : ' ');
		surface_fill(surface, row + i, col, col + 1, ROLE_TEXT, i == height - 1 ? '+' : '|');
		surface_fill(surface, row + i, col + width - 1, col + width, ROLE_TEXT, i == height - 1 ? '+' : '|');
	}
	surface_fill(surface, row, col, col + width, ROLE_DIALOG, ' ');
	surface_put_cut(surface, row, col + 2, col + width - 2, ROLE_DIALOG, dialog->title);
	for (i = 0; i < count; i++)
		surface_put_line(surface, row + 1 + i, col + 2, col + width - 2, ROLE_TEXT, &lines[i]);
	for (i = 0; i < (int)dialog->count; i++) {
		char letter[2] = { dialog->choices[i].key, '\0' };
		int y = row + 2 + count + i;

		surface_put(surface, y, col + 4, col + width - 2, ROLE_KEYS, letter);
		surface_put_cut(surface, y, col + 7, col + width - 2, ROLE_TEXT, _(dialog->choices[i].text));
		if ((size_t)i == dialog->at) {
			surface_put(surface, y, col + 2, col + 3, ROLE_TEXT, ">");
			surface_cursor(surface, y, col + 2);
			surface_focus(surface, letter);
		}
	}
}

static void dialog_answer(struct dialog *dialog, int choice)
{
	ask_fn done = dialog->done;
	void *ctx = dialog->ctx;

	ui_pop(&dialog->screen);
	done(ctx, choice);
}

static bool dialog_act(struct screen *screen, enum action action)
{
	struct dialog *dialog = (struct dialog *)screen;
	struct rows rows = { dialog->count, dialog->at, 0 };

	if (action == ACTION_OPEN)
		dialog_answer(dialog, (int)dialog->at);
	else if (action == ACTION_BACK)
		dialog_answer(dialog, -1);
	else if (rows_act(&rows, action, dialog->count))
		dialog->at = rows.at;
	else
		return false;
	return true;
}

static bool dialog_text(struct screen *screen, const char *text, bool paste)
{
	struct dialog *dialog = (struct dialog *)screen;
	size_t i;

	if (paste)
		return true;
	for (i = 0; i < dialog->count; i++) {
		if ((text[0] | 0x20) == dialog->choices[i].key && text[1] == '\0') {
			dialog_answer(dialog, (int)i);
			return true;
		}
	}
	return false;
}

static void dialog_done(struct screen *screen)
{
	struct dialog *dialog = (struct dialog *)screen;

	mem_free(dialog->title);
	mem_free(dialog->text);
}

static const struct screen_class dialog_class = { .name = "ask", .where = IN_ASK, .over = true, .draw = dialog_draw, .act = dialog_act,
	.text = dialog_text,
	.done = dialog_done };

void ask_open(struct ui *ui, const char *title, const char *text, const struct ask_choice *choices, size_t count, ask_fn done, void *ctx)
{
	struct dialog *dialog = ui_push(ui, &dialog_class, sizeof(*dialog));

	dialog->title = mem_strdup(title);
	dialog->text = mem_strdup(text);
	dialog->count = count < ASK_MAX ? count : ASK_MAX;
	memcpy(dialog->choices, choices, dialog->count * sizeof(*choices));
	dialog->done = done;
	dialog->ctx = ctx;
}
