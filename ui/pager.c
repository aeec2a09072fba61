/* Lines to read: help, explanations, the overview, verdicts. */
#include <string.h>

#include "internal.h"

#define PAGER_MAX 2000
#define HELP_KEYS 14                         /* columns of the keys in the help; some are longer in other languages */

struct pager { struct screen screen; char *name, *title, *text; struct rows rows; struct screen_class class; struct pager_keys keys; };

struct pager_line { struct wrap_line head, text; int col; };

/* The lines as they are shown: empty ones stay, long ones are wrapped. What stands behind the tab of an indented line is a column of its own, so
 * that its second line does not begin below what stands before it. Returns the number of lines. */
static size_t pager_lines(const struct pager *pager, int cols, struct pager_line *out)
{
	struct wrap_line *wrapped = mem_calloc(PAGER_MAX, sizeof(*wrapped));
	const char *at = pager->text;
	size_t count = 0;

	while (*at != '\0' && count < PAGER_MAX) {
		size_t len = strcspn(at, "\n"), head_len = strcspn(at, "\t\n");
		const char *rest = at[0] == ' ' && at[head_len] == '\t' && head_len < (size_t)cols / 2 ? at + head_len + 1 : at;
		char *line = mem_strndup(rest, len - (size_t)(rest - at)), *head = mem_strndup(at, rest == at ? 0 : head_len);
		int col = 2 + text_columns(head), n = wrap_text(line, cols - 2 - col, wrapped, (int)(PAGER_MAX - count)), k;

		for (k = 0; k < n; k++)
			out[count++] = (struct pager_line){ { at, k == 0 && rest != at ? head_len : 0 }, { rest + (wrapped[k].at - line), wrapped[k].len }, col };
		mem_free(line);
		mem_free(head);
		at += len + (at[len] == '\n');
	}
	mem_free(wrapped);
	return count;
}

static void pager_draw(struct screen *screen, struct surface *surface)
{
	struct pager *pager = (struct pager *)screen;
	struct pager_line *lines = mem_calloc(PAGER_MAX, sizeof(*lines));
	size_t height = lists_height(screen->ui), count = pager_lines(pager, surface->cols, lines), i;

	/* The selected line is the top one: there is nothing to select. */
	pager->rows.count = count > height ? count - height + 1 : 1;
	rows_show(&pager->rows, 1);
	draw_head(screen->ui, surface, pager->title, NULL);
	draw_rule(surface, 1);
	for (i = 0; i < height && pager->rows.at + i < count; i++) {
		const struct pager_line *one = &lines[pager->rows.at + i];

		surface_put_line(surface, 2 + (int)i, 2, one->col, ROLE_TEXT, &one->head);
		surface_put_line(surface, 2 + (int)i, one->col, surface->cols - 1, ROLE_TEXT, &one->text);
	}
	draw_foot(screen, surface, pager->rows.at + height < count ? _(N_("PgDn shows more.")) : pager->keys.hint != NULL ? _(pager->keys.hint) : NULL,
		NULL);
	surface_cursor(surface, 2, 1);
	mem_free(lines);
}

static bool pager_act(struct screen *screen, enum action action)
{
	struct pager *pager = (struct pager *)screen;
	size_t height = lists_height(screen->ui), i;

	if (pager->keys.act != NULL && pager->keys.act(screen->ui, action))
		return true;
	if (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP) {
		for (i = 0; i + 1 < height; i++)
			rows_act(&pager->rows, action == ACTION_PAGE_DOWN ? ACTION_DOWN : ACTION_UP, 1);
		return true;
	}
	return rows_act(&pager->rows, action, 1);
}

static void pager_done(struct screen *screen)
{
	struct pager *pager = (struct pager *)screen;

	mem_free(pager->name);
	mem_free(pager->title);
	mem_free(pager->text);
}

/* Not with every page of a sync: making the text takes a while. */
static void pager_changed(struct screen *screen)
{
	struct pager *pager = (struct pager *)screen;

	if (pager->keys.text == NULL || sync_is_running(screen->ui->session))
		return;
	mem_free(pager->text);
	pager->text = pager->keys.text(screen->ui);
}

static struct pager *pager_push(struct ui *ui, const char *name, const char *title, char *text)
{
	static const struct screen_class class = { .name = "pager", .where = IN_PAGER, .draw = pager_draw, .act = pager_act,
		.changed = pager_changed, .done = pager_done };
	struct pager *pager = ui_push(ui, &class, sizeof(*pager));

	pager->name = mem_strdup(name);
	pager->class = class;
	pager->class.name = pager->name;
	pager->screen.class = &pager->class;
	pager->title = mem_strdup(title);
	pager->text = text;
	return pager;
}

void pager_open(struct ui *ui, const char *name, const char *title, char *text)
{
	(void)pager_push(ui, name, title, text);
}

void pager_open_keys(struct ui *ui, const char *name, const char *title, const struct pager_keys *keys)
{
	struct pager *pager = pager_push(ui, name, title, keys->text(ui));

	pager->class.where = keys->where;
	pager->keys = *keys;
}

char *help_text(unsigned where)
{
	struct buf out;
	size_t i;
	int pass;

	buf_init(&out, 0);
	for (pass = 0; pass < 2; pass++) {
		buf_printf(&out, "%s%s\n", pass > 0 ? "\n" : "", pass == 0 ? _(N_("On this screen")) : _(N_("Everywhere")));
		for (i = 0; i < keymap_count(); i++) {
			char *keys;
			int pad;

			if ((keymap[i].where & where) == 0 || (keymap[i].where == IN_ANY) != (pass == 1))
				continue;
			keys = keymap_keys_text(&keymap[i]);
			pad = text_columns(keys) < HELP_KEYS ? HELP_KEYS - text_columns(keys) : 0;
			buf_printf(&out, "  %s%*s \t%s\n", keys, pad, "", _(keymap[i].help));
			mem_free(keys);
		}
	}
	buf_printf(&out, "\n%s\n", _(N_("Marks: * edited, ! error, ? please check, # to be answered, C conflict, R rejected, + new.")));
	return buf_take(&out, NULL);
}
