/* The history of a record: every saved change, who made it, and whether it is sent. */
#include <string.h>

#include "internal.h"

struct history_screen { struct screen screen; char kind[32], uuid[37]; char *whose; struct record_change *list; struct rows rows; };

static void history_load(struct screen *screen)
{
	struct history_screen *history = (struct history_screen *)screen;
	struct record_change *fresh;
	struct err err;
	size_t count;

	if (record_history(screen->ui->session, history->kind, history->uuid, NULL, &fresh, &count, &err) != ST_OK) {
		ui_say_error(screen->ui, &err);
		return;
	}
	record_history_done(history->list, history->rows.count);
	history->list = fresh;
	history->rows.count = count;
}

/* A change in words. */
struct history_words { char *what, *was, *is, *who; };

static char *history_value(struct history_screen *history, const struct record_change *one, const char *json)
{
	char *text = labels_value(history->screen.ui->session, history->kind, one->path, json), *value = text_value(history->screen.ui->session, text, false);

	mem_free(text);
	if (value != NULL && *value != '\0')
		return value;
	mem_free(value);
	return mem_strdup("-");
}

static struct history_words history_words(struct history_screen *history, const struct record_change *one)
{
	const char *context = NULL, *cause = record_cause_text(one->cause);
	const char *label = one->path == NULL ? "" : labels_field(history->screen.ui->session, history->kind, one->path, &context);
	struct history_words out = { .was = history_value(history, one, one->old_value), .is = history_value(history, one, one->new_value) };
	char *time = text_time(one->time_ms);

	out.what = mem_printf("%s  %s%s%s%s", time, *label == '\0' ? _(N_("whole record")) : i18n_label(context, label), cause == NULL ? "" : " (",
		cause == NULL ? "" : _(cause), cause == NULL ? "" : ")");
	out.who = mem_printf("%s%s%s", one->user == NULL ? "" : one->user, one->device == NULL ? "" : ", ", one->device == NULL ? "" : one->device);
	mem_free(time);
	return out;
}

static void history_words_done(struct history_words *words)
{
	mem_free(words->what);
	mem_free(words->was);
	mem_free(words->is);
	mem_free(words->who);
}

static void history_draw(struct screen *screen, struct surface *surface)
{
	struct history_screen *history = (struct history_screen *)screen;
	size_t height = lists_height(screen->ui) / 2, i;

	rows_show(&history->rows, height);
	draw_head(screen->ui, surface, _(N_("History")), history->whose);
	draw_rule(surface, 1);
	draw_foot(screen, surface, NULL, NULL);
	if (history->rows.count == 0)
		draw_text(surface, 3, 3, 3, surface->cols - 1, ROLE_HINT, _(N_("Nothing was changed on this machine.")));
	for (i = 0; i < height && history->rows.top + i < history->rows.count; i++) {
		const struct record_change *one = &history->list[history->rows.top + i];
		struct history_words words = history_words(history, one);
		char *change = mem_printf("%s > %s", words.was, words.is);
		int row = 2 + (int)i * 2, end;

		/* a long value is cut, not who wrote it and whether it is sent */
		end = one->sent ? surface->cols - 1 : surface_put_right(surface, row, surface->cols - 1, ROLE_EDITED, _(N_("* not sent"))) - 2;
		surface_put_cut(surface, row, 3, end, ROLE_TEXT, words.what);
		end = surface_put_right(surface, row + 1, surface->cols - 1, ROLE_HINT, words.who) - 2;
		surface_put_cut(surface, row + 1, 5, end, ROLE_TEXT, change);
		if (history->rows.top + i == history->rows.at) {
			draw_mark(surface, row);
			surface_focus(surface, one->path == NULL ? "-" : one->path);
		}
		history_words_done(&words);
		mem_free(change);
	}
}

/* One change with its values whole. */
static void history_read(struct history_screen *history, const struct record_change *one)
{
	struct history_words words = history_words(history, one);

	pager_open(history->screen.ui, "change", _(N_("One change")), mem_printf("%s\n%s%s%s\n\n%s\n  %s\n\n%s\n  %s\n", words.what, words.who,
		one->sent ? "" : "   ", one->sent ? "" : _(N_("* not sent")), _(N_("Before")), words.was, _(N_("After")), words.is));
	history_words_done(&words);
}

static bool history_act(struct screen *screen, enum action action)
{
	struct history_screen *history = (struct history_screen *)screen;

	if (rows_act(&history->rows, action, lists_height(screen->ui) / 2))
		return true;
	if (action != ACTION_OPEN)
		return false;
	if (history->rows.at < history->rows.count)
		history_read(history, &history->list[history->rows.at]);
	else
		ui_say(screen->ui, N_("Nothing is selected."), NULL, NULL, NULL);
	return true;
}

static void history_done(struct screen *screen)
{
	struct history_screen *history = (struct history_screen *)screen;

	record_history_done(history->list, history->rows.count);
	mem_free(history->whose);
}

void history_open(struct ui *ui, const char *kind, const char *uuid)
{
	static const struct screen_class class = { .name = "history", .where = IN_HISTORY, .draw = history_draw, .act = history_act,
		.changed = history_load,
		.done = history_done };
	struct history_screen *history = ui_push(ui, &class, sizeof(*history));
	struct edit_head head;

	memcpy(history->kind, kind, strnlen(kind, sizeof(history->kind) - 1));
	memcpy(history->uuid, uuid, strnlen(uuid, sizeof(history->uuid) - 1));
	if (strcmp(kind, "cases") == 0 && edit_head(ui->session, uuid, &head, NULL) == ST_OK) {
		history->whose = mem_printf("%s  %s", head.name == NULL ? "" : head.name, head.short_uuid);
		edit_head_done(&head);
	} else {
		history->whose = mem_strdup(uuid);
	}
	history_load(&history->screen);
}
