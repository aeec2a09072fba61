/* Short lists: rejected records, drafts found, settings. */
#include <string.h>

#include "internal.h"

/* ---- rejected ---- */

struct rejected_screen { struct screen screen; struct list_rejected *list; struct rows rows; };

static void rejected_load(struct screen *screen)
{
	struct rejected_screen *rejected = (struct rejected_screen *)screen;
	struct list_rejected *fresh;
	struct err err;
	size_t count;

	if (list_rejected(screen->ui->session, &fresh, &count, &err) != ST_OK) {
		ui_say_error(screen->ui, &err);
		return;
	}
	list_rejected_done(rejected->list, rejected->rows.count);
	rejected->list = fresh;
	rejected->rows.count = count;
	rows_show(&rejected->rows, lists_height(screen->ui));
}

static void rejected_draw(struct screen *screen, struct surface *surface)
{
	struct rejected_screen *rejected = (struct rejected_screen *)screen;
	size_t height = lists_height(screen->ui) / 2, i;
	const char *hint = NULL;

	rows_show(&rejected->rows, height);
	draw_head(screen->ui, surface, _(N_("Rejected by the server")), NULL);
	draw_rule(surface, 1);
	if (rejected->rows.at < rejected->rows.count)
		hint = strcmp(rejected->list[rejected->rows.at].kind, "persons") == 0
			? _(N_("No form here changes a person: `outpost edit` does. a sends it again."))
			: _(N_("Enter opens it: correct and save. a sends it as it is."));
	draw_foot(screen, surface, hint, NULL);
	if (rejected->rows.count == 0)
		draw_text(surface, 3, 3, 3, surface->cols - 1, ROLE_HINT, _(N_("Nothing is rejected. What is saved goes with the next sync.")));
	for (i = 0; i < height && rejected->rows.top + i < rejected->rows.count; i++) {
		const struct list_rejected *one = &rejected->list[rejected->rows.top + i];
		int row = 2 + (int)i * 2;
		char *text = mem_printf("R %s  %s", one->label == NULL ? one->uuid : one->label, i18n_context_text("kind", one->kind));
		char *why = mem_printf("%s (%d)", one->reason == NULL ? "" : one->reason, one->status);

		surface_put_cut(surface, row, 3, surface->cols - 1, ROLE_TEXT, text);
		surface_put_cut(surface, row + 1, 5, surface->cols - 1, ROLE_ERROR, why);
		mem_free(text);
		mem_free(why);
		if (rejected->rows.top + i == rejected->rows.at) {
			draw_mark(surface, row);
			surface_focus(surface, one->uuid);
		}
	}
}

static bool rejected_act(struct screen *screen, enum action action)
{
	struct rejected_screen *rejected = (struct rejected_screen *)screen;
	const struct list_rejected *one = rejected->rows.at < rejected->rows.count ? &rejected->list[rejected->rows.at] : NULL;
	struct ui *ui = screen->ui;
	struct err err;

	if (rows_act(&rejected->rows, action, lists_height(ui) / 2))
		return true;
	if (action == ACTION_SYNC)
		sync_open(ui, true);
	else if (action != ACTION_OPEN && action != ACTION_AGAIN)
		return false;
	else if (one == NULL)
		ui_say(ui, N_("Nothing is selected."), NULL, NULL, NULL);
	else if (action == ACTION_OPEN && one->case_uuid[0] != '\0')
		case_open(ui, one->case_uuid);
	else if (action == ACTION_OPEN)
		ui_say(ui, N_("No screen shows this record; `outpost show` does."), NULL, NULL, NULL);
	else if (list_send_again(ui->session, one->kind, one->uuid, &err) != ST_OK)
		ui_say_error(ui, &err);
	else {
		rejected_load(screen);
		ui_say(ui, N_("It is sent again with the next sync."), NULL, NULL, NULL);
	}
	return true;
}

static void rejected_done(struct screen *screen)
{
	struct rejected_screen *rejected = (struct rejected_screen *)screen;

	list_rejected_done(rejected->list, rejected->rows.count);
}

void rejected_open(struct ui *ui)
{
	static const struct screen_class class = { .name = "rejected", .where = IN_REJECTED, .draw = rejected_draw, .act = rejected_act,
		.changed = rejected_load,
		.done = rejected_done };

	rejected_load(ui_push(ui, &class, sizeof(struct rejected_screen)));
}

/* ---- drafts ---- */

struct drafts_screen { struct screen screen; struct edit_draft *list; struct rows rows; };

static void drafts_load(struct screen *screen)
{
	struct drafts_screen *drafts = (struct drafts_screen *)screen;
	struct edit_draft *fresh;
	struct err err;
	size_t count;

	if (edit_drafts(screen->ui->session, &fresh, &count, &err) != ST_OK) {
		ui_say_error(screen->ui, &err);
		return;
	}
	edit_drafts_done(drafts->list, drafts->rows.count);
	drafts->list = fresh;
	drafts->rows.count = count;
	rows_show(&drafts->rows, lists_height(screen->ui));
}

static void drafts_draw(struct screen *screen, struct surface *surface)
{
	struct drafts_screen *drafts = (struct drafts_screen *)screen;
	size_t height = lists_height(screen->ui), i;

	rows_show(&drafts->rows, height);
	draw_head(screen->ui, surface, _(N_("Drafts: typed, not yet saved")), NULL);
	draw_rule(surface, 1);
	draw_foot(screen, surface, drafts->rows.count == 0 ? _(N_("There are no drafts left."))
		: _(N_("Enter goes on with a draft, ^G leaves them for later.")), NULL);
	for (i = 0; i < height && drafts->rows.top + i < drafts->rows.count; i++) {
		const struct edit_draft *one = &drafts->list[drafts->rows.top + i];
		char *time = text_time(one->time_ms), *changes = ui_text_count(one->changes, NN_("{1} change", "{1} changes"), NULL);
		const char *form = one->title == NULL ? one->form : i18n_label(one->title_context, one->title);
		char *line = mem_printf("%s  %s  %s%s", time, one->label == NULL ? "" : one->label, form, one->in_use
			? _(N_("  (open in another window)")) : "");
		int end = surface_put_right(surface, 2 + (int)i, surface->cols - 1, ROLE_TEXT, changes) - 2;

		surface_put_cut(surface, 2 + (int)i, 3, end, ROLE_TEXT, line);
		if (drafts->rows.top + i == drafts->rows.at) {
			draw_mark(surface, 2 + (int)i);
			surface_focus(surface, one->form);
		}
		mem_free(time);
		mem_free(changes);
		mem_free(line);
	}
}

static void drafts_discarded(void *ctx, int choice)
{
	struct drafts_screen *drafts = ctx;
	struct err err;

	if (choice == 0 && drafts->rows.at < drafts->rows.count && edit_delete_draft(drafts->screen.ui->session, drafts->list[drafts->rows.at].id,
		&err) != ST_OK)
		ui_say_error(drafts->screen.ui, &err);
	drafts_load(&drafts->screen);
}

static bool drafts_act(struct screen *screen, enum action action)
{
	static const struct ask_choice choices[] = { { 'y', N_("yes, throw it away") }, { 'n', N_("no, keep it") } };
	struct drafts_screen *drafts = (struct drafts_screen *)screen;
	const struct edit_draft *one = drafts->rows.at < drafts->rows.count ? &drafts->list[drafts->rows.at] : NULL;
	struct ui *ui = screen->ui;
	char *id, *form, *kind, *uuid;

	if (rows_act(&drafts->rows, action, lists_height(ui)))
		return true;
	if (action != ACTION_OPEN && action != ACTION_DISCARD)
		return false;
	if (one == NULL) {
		ui_say(ui, N_("There are no drafts left."), NULL, NULL, NULL);
	} else if (one->in_use) {
		ui_say(ui, N_("This draft is open in another window; close it there first."), NULL, NULL, NULL);
	} else if (action == ACTION_DISCARD) {
		ask_open(ui, _(N_("Throw the draft away?")), one->label == NULL ? "" : one->label, choices, 2, drafts_discarded, drafts);
	} else {
		id = mem_strdup(one->id);
		form = mem_strdup(one->form);
		kind = mem_strdup(one->kind);
		uuid = mem_strdup(one->uuid);
		ui_pop(screen);
		if (strcmp(form, "new-case") == 0)
			form_open_new(ui, id);
		else
			form_open_screen(ui, form, kind, uuid, id, NULL);
		mem_free(id);
		mem_free(form);
		mem_free(kind);
		mem_free(uuid);
	}
	return true;
}

static void drafts_done(struct screen *screen)
{
	struct drafts_screen *drafts = (struct drafts_screen *)screen;

	edit_drafts_done(drafts->list, drafts->rows.count);
}

bool drafts_open(struct ui *ui)
{
	static const struct screen_class class = { .name = "drafts", .where = IN_DRAFTS, .draw = drafts_draw, .act = drafts_act,
		.changed = drafts_load, .done = drafts_done };
	struct edit_draft *list;
	struct err err;
	size_t count;

	if (edit_drafts(ui->session, &list, &count, &err) != ST_OK) {
		ui_say_error(ui, &err);
		return true;
	}
	edit_drafts_done(list, count);
	if (count > 0)
		drafts_load(ui_push(ui, &class, sizeof(struct drafts_screen)));
	return count > 0;
}

/* ---- settings ---- */

struct settings_screen { struct screen screen; struct rows rows; struct field field; bool typing; };

static int settings_text_rows(const struct surface *surface, const struct setting *one)
{
	return draw_text(NULL, 0, DRAW_LINES, 1, surface->cols - 1, ROLE_HINT, _(one->text));
}

/* Rows of the list: what the longest explanation needs stays free below, so that nothing moves when another is told. */
static size_t settings_height(const struct ui *ui)
{
	int most = 1;
	size_t i;

	for (i = 0; i < settings_count(); i++)
		if (settings_text_rows(&ui->surface, setting_at(i)) > most)
			most = settings_text_rows(&ui->surface, setting_at(i));
	return lists_height(ui) - (size_t)(most - 1);
}

static void settings_draw(struct screen *screen, struct surface *surface)
{
	struct settings_screen *settings = (struct settings_screen *)screen;
	size_t height = settings_height(screen->ui), i;
	const struct setting *at = setting_at(settings->rows.at);

	settings->rows.count = settings_count();
	rows_show(&settings->rows, height);
	draw_head(screen->ui, surface, _(N_("Settings")), NULL);
	draw_rule(surface, 1);
	draw_foot(screen, surface, NULL, NULL);
	if (at != NULL && screen->ui->message[0] == '\0')
		draw_text(surface, draw_bottom(surface) - settings_text_rows(surface, at) + 1, DRAW_LINES, 1, surface->cols - 1, ROLE_HINT, _(at->text));
	for (i = 0; i < height && settings->rows.top + i < settings->rows.count; i++) {
		const struct setting *one = setting_at(settings->rows.top + i);
		char *value = setting_get(screen->ui->session, one->name);
		int row = 2 + (int)i;

		surface_put_cut(surface, row, 3, 26, ROLE_TEXT, one->name);
		if (settings->rows.top + i == settings->rows.at) {
			draw_mark(surface, row);
			surface_focus(surface, one->name);
		}
		if (settings->typing && settings->rows.top + i == settings->rows.at)
			field_draw(&settings->field, surface, row, 27, surface->cols - 1, false);
		else
			surface_put_cut(surface, row, 27, surface->cols - 1, ROLE_TEXT, value == NULL || *value == '\0' ? "..." : value);
		mem_free(value);
	}
}

static void settings_store(struct settings_screen *settings, const struct setting *one, const char *value)
{
	struct err err;

	if (setting_set(settings->screen.ui->session, one->name, value, &err) != ST_OK)
		ui_say_error(settings->screen.ui, &err);
	else
		settings->typing = false;
}

static void settings_open_row(struct settings_screen *settings, const struct setting *one)
{
	char *value = setting_get(settings->screen.ui->session, one->name);
	size_t i = 0;

	if (one->type == SETTING_BOOL) {
		settings_store(settings, one, value != NULL && strcmp(value, "true") == 0 ? "false" : "true");
	} else if (one->type == SETTING_CHOICE) {
		while (one->choices[i] != NULL && (value == NULL || strcmp(one->choices[i], value) != 0))
			i++;
		settings_store(settings, one, one->choices[i] == NULL || one->choices[i + 1] == NULL ? one->choices[0] : one->choices[i + 1]);
	} else {
		field_set(&settings->field, value);
		settings->typing = true;
		ui_say(settings->screen.ui, N_("Enter stores it, ^G leaves it as it was."), NULL, NULL, NULL);
	}
	mem_free(value);
}

static bool settings_act(struct screen *screen, enum action action)
{
	struct settings_screen *settings = (struct settings_screen *)screen;
	const struct setting *one = setting_at(settings->rows.at);

	if (!settings->typing) {
		if (rows_act(&settings->rows, action, settings_height(screen->ui)))
			return true;
		if (action != ACTION_OPEN || one == NULL)
			return false;
		settings_open_row(settings, one);
		return true;
	}
	if (action == ACTION_OPEN)
		settings_store(settings, one, settings->field.text);
	else if (action == ACTION_BACK)
		settings->typing = false;
	else
		return field_act(&settings->field, action);
	return true;
}

static bool settings_typing(const struct screen *screen)
{
	return ((const struct settings_screen *)screen)->typing;
}

static bool settings_text(struct screen *screen, const char *text, bool paste)
{
	struct settings_screen *settings = (struct settings_screen *)screen;

	(void)paste;
	return settings->typing && (field_insert(&settings->field, text) || true);
}

static void settings_done(struct screen *screen)
{
	field_done(&((struct settings_screen *)screen)->field);
}

void settings_open(struct ui *ui)
{
	static const struct screen_class class = { .name = "settings", .where = IN_SETTINGS, .draw = settings_draw, .act = settings_act,
		.typing = settings_typing,
		.text = settings_text, .done = settings_done };
	struct settings_screen *settings = ui_push(ui, &class, sizeof(*settings));

	settings->rows.count = settings_count();
	field_init(&settings->field, "");
}
