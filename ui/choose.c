/* Pick one of a list, or mark several; what is typed narrows it (forms.md "Entry": first letters filter, long lists search as you type). */
#include <string.h>

#include "internal.h"

struct choose_screen {
	struct screen screen;
	struct choose how;
	char *title;
	struct field field;
	struct choose_item items[CHOOSE_MAX];
	struct rows rows;
};

static void choose_forget(struct choose_screen *choose)
{
	size_t i;

	for (i = 0; i < choose->rows.count; i++) {
		mem_free(choose->items[i].name);
		mem_free(choose->items[i].label);
	}
	choose->rows.count = 0;
}

static void choose_list(struct choose_screen *choose)
{
	choose_forget(choose);
	choose->rows.count = choose->how.list(choose->how.ctx, choose->field.text, choose->items, CHOOSE_MAX);
	if (choose->rows.at >= choose->rows.count)
		choose->rows.at = 0;
}

static size_t choose_height(const struct ui *ui)
{
	int height = draw_bottom(&ui->surface) - 5;

	return height > 14 ? 14 : (size_t)(height < 3 ? 3 : height);
}

static void choose_draw(struct screen *screen, struct surface *surface)
{
	struct choose_screen *choose = (struct choose_screen *)screen;
	size_t height = choose_height(screen->ui), i;
	int col = surface->cols / 4, end = surface->cols - 1, row = 1, y;
	int cursor_col;

	rows_show(&choose->rows, height);
	for (y = row; y <= row + (int)height + 1; y++)
		surface_fill(surface, y, col, end, ROLE_TEXT, ' ');
	surface_fill(surface, row, col, end, ROLE_DIALOG, ' ');
	cursor_col = surface_put_cut(surface, row, col + 1, col + (end - col) / 2, ROLE_DIALOG, choose->title);
	surface_put(surface, row, cursor_col + 1, end, ROLE_DIALOG, "/");
	for (i = 0; i < height && choose->rows.top + i < choose->rows.count; i++) {
		const struct choose_item *item = &choose->items[choose->rows.top + i];

		y = row + 1 + (int)i;
		if (choose->rows.top + i == choose->rows.at) {
			surface_put(surface, y, col + 1, end, ROLE_TEXT, ">");
			surface_focus(surface, item->name);
		}
		if (choose->how.mark != NULL)
			surface_put(surface, y, col + 3, end, ROLE_TEXT, item->marked ? "[x]" : "[ ]");
		surface_put_cut(surface, y, col + (choose->how.mark != NULL ? 7 : 3), end - 1, ROLE_TEXT, item->label);
	}
	if (choose->rows.count == 0)
		draw_text(surface, row + 1, (int)height, col + 3, end - 1, ROLE_HINT, _(N_("Nothing begins so. Backspace takes letters back.")));
	surface_fill(surface, row + (int)height + 1, col, end, ROLE_RULE, '-');
	surface_fill(surface, surface->rows - 1, 0, surface->cols, ROLE_TEXT, ' ');
	surface_fill(surface, draw_bottom(surface), 0, surface->cols, ROLE_TEXT, ' ');
	draw_foot(screen, surface, choose->how.mark != NULL ? _(N_("^O marks, Enter is done.")) : _(N_("Type to narrow, Enter takes it.")), NULL);
	field_draw(&choose->field, surface, row, cursor_col + 3, end - 1, false);
}

static bool choose_act(struct screen *screen, enum action action)
{
	struct choose_screen *choose = (struct choose_screen *)screen;
	struct choose how = choose->how;
	char *name;

	if (action == ACTION_OPEN && choose->rows.count == 0 && how.mark == NULL)
		return true;
	if (action == ACTION_OPEN) {
		name = choose->rows.count == 0 ? NULL : mem_strdup(choose->items[choose->rows.at].name);
		ui_pop(screen);
		how.picked(how.ctx, name);
		mem_free(name);
	} else if (action == ACTION_MARK) {
		if (how.mark != NULL && choose->rows.count > 0) {
			name = mem_strdup(choose->items[choose->rows.at].name);
			how.mark(how.ctx, name);
			mem_free(name);
			choose_list(choose);
		}
	} else if (action == ACTION_BACK) {
		ui_pop(screen);
		how.picked(how.ctx, NULL);
	} else if (!rows_act(&choose->rows, action, choose_height(screen->ui))) {       /* Home and End are the list's */
		if (!field_act(&choose->field, action))
			return false;
		if (choose->field.changed) {
			choose->field.changed = false;
			choose_list(choose);
		}
	}
	return true;
}

static bool choose_typing(const struct screen *screen)
{
	(void)screen;
	return true;
}

static bool choose_text(struct screen *screen, const char *text, bool paste)
{
	struct choose_screen *choose = (struct choose_screen *)screen;

	if (!paste && choose->how.mark != NULL && strcmp(text, " ") == 0)
		return choose_act(screen, ACTION_MARK);
	field_insert(&choose->field, text);
	choose->field.changed = false;
	choose->rows.at = 0;
	choose_list(choose);
	return true;
}

static void choose_done(struct screen *screen)
{
	struct choose_screen *choose = (struct choose_screen *)screen;

	choose_forget(choose);
	field_done(&choose->field);
	mem_free(choose->title);
}

static const struct screen_class choose_class = { .name = "choose", .where = IN_CHOOSE, .over = true, .draw = choose_draw,
	.act = choose_act,
	.typing = choose_typing, .text = choose_text, .done = choose_done };

void choose_open(struct ui *ui, const char *title, const struct choose *how, const char *typed)
{
	struct choose_screen *choose = ui_push(ui, &choose_class, sizeof(*choose));
	size_t i;

	choose->how = *how;
	choose->title = mem_strdup(title);
	field_init(&choose->field, typed);
	choose_list(choose);
	for (i = 0; i < choose->rows.count && how->mark == NULL; i++)
		if (choose->items[i].marked)
			choose->rows.at = i;
}
