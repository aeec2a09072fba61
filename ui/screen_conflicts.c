/* The conflict log and one conflict: put mine back, keep the server's, open the field (sync.md section 5). */
#include <string.h>

#include "internal.h"

#define CONFLICTS_MAX 1000                   /* shown at once; the search narrows */

/* What can have a conflict, and of how many days; the first shows all. */
static const char *const conflict_kinds[] = { NULL, "cases", "persons" };
static const int conflict_days[] = { 0, 1, 7, 30 };

struct conflicts_screen {
	struct screen screen;
	char uuid[37];
	struct field search;
	bool searching, all;
	size_t kind, days;           /* of conflict_kinds, of conflict_days */
	struct conflict_list list;
	struct conflict_counts counts;
	struct rows rows;
};
struct conflict_screen { struct screen screen; struct conflicts_screen *log; };

/* The midnight from which on conflicts are shown; 0 all. */
static int64_t conflicts_from(const struct conflicts_screen *log)
{
	struct date_civil first;

	if (conflict_days[log->days] == 0)
		return 0;
	first = date_to_civil(date_day_of(session_now(log->screen.ui->session)) - conflict_days[log->days] + 1);
	return date_from_local(first.year, first.month, first.day, 0, 0, 0, 0);
}

static void conflicts_load(struct conflicts_screen *log)
{
	struct conflict_query query = { .state = log->all ? NULL : "open", .uuid = log->uuid[0] == '\0' ? NULL : log->uuid,
		.words = log->search.text[0] == '\0' ? NULL : log->search.text, .kind = conflict_kinds[log->kind], .from_ms = conflicts_from(log),
		.limit = CONFLICTS_MAX };
	struct conflict_list fresh;
	struct err err;

	if (conflict_list(log->screen.ui->session, &query, &fresh, &err) != ST_OK || conflict_count(log->screen.ui->session, &log->counts,
		&err) != ST_OK) {
		ui_say_error(log->screen.ui, &err);
		return;
	}
	conflict_list_done(&log->list);
	log->list = fresh;
	log->rows.count = fresh.count;
	rows_show(&log->rows, lists_height(log->screen.ui));
}

static char *conflict_text(struct ui *ui, const char *text, bool brief)
{
	return text == NULL || *text == '\0' ? mem_strdup(_(N_("not answered"))) : text_value(ui->session, text, brief);
}

static const char *conflict_field(const struct conflict *one)
{
	if (one->path == NULL || *one->path == '\0')
		return _(N_("whole record"));
	return i18n_label(one->field_context, one->field);
}

/* What is shown, with this between the parts; narrow: without what narrows nothing. New string. */
static char *conflicts_shown_as(const struct conflicts_screen *log, const char *gap, bool narrow)
{
	struct buf out;

	buf_init(&out, 0);
	buf_printf(&out, "%s%s", log->all ? _(N_("all")) : _(N_("open only")), gap);
	if (log->kind > 0 || !narrow)
		buf_printf(&out, "%s%s", log->kind == 0 ? _(N_("any kind")) : i18n_context_text("kind", conflict_kinds[log->kind]), gap);
	if (log->days > 0 || !narrow) {
		char *days = conflict_days[log->days] > 1 ? ui_text_count(conflict_days[log->days], NN_("{1} day", "{1} days"), NULL)
			: mem_strdup(log->days == 0 ? _(N_("any day")) : _(N_("today")));

		buf_printf(&out, "%s%s", days, gap);
		mem_free(days);
	}
	buf_printf(&out, "/ %s", log->search.text);
	return buf_take(&out, NULL);
}

/* "open only   any kind   any day   / kam", or as much of it as there is room for beside the title, which may be cut to a third (draw_head). */
static char *conflicts_shown(const struct conflicts_screen *log, const struct surface *surface, const char *title)
{
	const struct ui *ui = log->screen.ui;
	char *text = conflicts_shown_as(log, "   ", false);

	if (text_columns(text) > draw_head_room(ui, surface, title)) {
		mem_free(text);
		text = conflicts_shown_as(log, "   ", true);
	}
	if (text_columns(text) > draw_head_room(ui, surface, "") + 3 - surface->cols / 3) {
		mem_free(text);
		text = conflicts_shown_as(log, " ", true);
	}
	return text;
}

static const char *conflicts_none(const struct conflicts_screen *log)
{
	if (log->kind > 0 || log->days > 0)
		return _(N_("No conflict matches. / changes the search, t the kind, d the days."));
	if (log->search.text[0] != '\0')
		return _(N_("No conflict matches. / changes the search."));
	return log->all ? _(N_("There are no conflicts.")) : _(N_("No open conflicts. f shows the closed ones, too."));
}

static void conflicts_draw(struct screen *screen, struct surface *surface)
{
	struct conflicts_screen *log = (struct conflicts_screen *)screen;
	size_t height = lists_height(screen->ui), i;
	char a[24], b[24], c[24], *counts = ui_text(N_("Conflicts   {1} open, {2} kept, {3} restored"), err_number(a, log->counts.open),
		err_number(b, log->counts.kept),
		err_number(c, log->counts.restored)), *right = conflicts_shown(log, surface, counts);
	/* the values are what it is about: "server 24 Nov" is whole in 60 columns, too */
	int value = surface->cols / 5 < 14 ? 14 : surface->cols / 5, theirs_at = surface->cols - value, mine_at = theirs_at - value,
		field = mine_at - (surface->cols < 80 ? 11 : value);

	rows_show(&log->rows, height);
	draw_head(screen->ui, surface, counts, right);
	mem_free(counts);
	mem_free(right);
	draw_rule(surface, 1);
	draw_foot(screen, surface, log->searching ? _(N_("Type words of the name; Enter ends the search."))
		: log->all && log->rows.count > 0 ? _(N_("C open, k the server's kept, r yours put back")) : NULL, NULL);
	if (log->rows.count == 0)
		draw_text(surface, 3, 3, 3, surface->cols - 1, ROLE_HINT, conflicts_none(log));
	for (i = 0; i < height && log->rows.top + i < log->rows.count; i++) {
		const struct conflict *one = &log->list.rows[log->rows.top + i];
		int row = 2 + (int)i;
		char *my_text = conflict_text(screen->ui, one->mine_text, true), *their_text = conflict_text(screen->ui, one->theirs_text, true);
		char *time = text_clock(one->time_ms), *mine = ui_text(N_("yours {1}"), my_text, NULL, NULL);
		char *theirs = ui_text(N_("server {1}"), their_text, NULL, NULL), *left = mem_printf("%s %s", time, one->label == NULL ? ""
			: one->label);

		if (log->all)
			surface_put(surface, row, 2, 3, ROLE_CONFLICT, strcmp(one->state, "open") == 0 ? "C" : strcmp(one->state, "kept") == 0 ? "k" : "r");
		surface_put_cut(surface, row, log->all ? 4 : 3, field - 1, ROLE_TEXT, left);
		surface_put_cut(surface, row, field, mine_at - 1, ROLE_TEXT, conflict_field(one));
		if (strcmp(one->type, "field") == 0 || strcmp(one->type, "not_stored") == 0) {
			surface_put_cut(surface, row, mine_at, theirs_at - 1, ROLE_TEXT, mine);
			surface_put_cut(surface, row, theirs_at, surface->cols - 1, ROLE_TEXT, theirs);
		} else {
			surface_put_cut(surface, row, mine_at, surface->cols - 1, ROLE_TEXT, _(conflict_about(one)));
		}
		mem_free(my_text);
		mem_free(their_text);
		mem_free(time);
		mem_free(mine);
		mem_free(theirs);
		mem_free(left);
		if (log->rows.top + i == log->rows.at) {
			draw_mark(surface, row);
			surface_focus(surface, one->path == NULL ? one->type : one->path);
		}
	}
	/* The search ends where the head does. */
	if (log->searching)
		surface_cursor(surface, 0, draw_head_room(screen->ui, surface, "") + 3 - surface_columns(surface, log->search.text + log->search.cursor));
}

static const struct conflict *conflicts_selected(struct conflicts_screen *log)
{
	return log->rows.at < log->list.count ? &log->list.rows[log->rows.at] : NULL;
}

static void conflicts_say_none(struct ui *ui)
{
	ui_say(ui, N_("No conflict is selected here."), NULL, NULL, NULL);
}

static void conflicts_settle(struct conflicts_screen *log, bool restore)
{
	const struct conflict *one = conflicts_selected(log);
	struct ui *ui = log->screen.ui;
	struct err err;

	if (one == NULL) {
		conflicts_say_none(ui);
		return;
	}
	if (strcmp(one->state, "open") != 0 && !(restore && strcmp(one->state, "kept") == 0))
		ui_say(ui, N_("This conflict is closed already."), NULL, NULL, NULL);
	else if ((restore ? conflict_restore(ui->session, one->id, &err) : conflict_keep(ui->session, one->id, &err)) != ST_OK)
		ui_say_error(ui, &err);
	else {
		ui_say(ui, restore ? N_("Yours is back as a new edit; it is sent with the next sync.")
			: N_("The server's value is kept. f and r put yours back after all."), NULL, NULL, NULL);
		conflicts_load(log);
	}
}

static void conflicts_open_field(struct conflicts_screen *log)
{
	const struct conflict *one = conflicts_selected(log);
	struct ui *ui = log->screen.ui;
	const char *form;

	if (one == NULL)
		conflicts_say_none(ui);
	else if (one->path == NULL || !labels_field_form(ui->session, one->kind, one->path, &form))
		ui_say(ui, N_("No form has this field; `outpost edit` changes it."), NULL, NULL, NULL);
	else
		form_open_screen(ui, form, one->kind, one->uuid, NULL, one->path);
}

static void conflicts_export(struct conflicts_screen *log)
{
	char *text = conflict_csv(&log->list), *path = path_join(session_dir(log->screen.ui->session), "conflicts.csv");
	struct err err;

	if (path_write(path, text, strlen(text), &err) == ST_OK)
		ui_say(log->screen.ui, N_("Written to {1}"), path, NULL, NULL);
	else
		ui_say_error(log->screen.ui, &err);
	mem_free(text);
	mem_free(path);
}

/* ---- one conflict ---- */

/* Where a page of one conflict stands: in a low window without empty rows, in a narrow one who wrote a value stands further left. */
struct conflict_page { struct ui *ui; struct surface *surface; int row, label_end, who, gap; };

static void conflict_put(struct conflict_page *page, const char *label, const char *value, const char *who)
{
	char *text = conflict_text(page->ui, value, false);
	int end = page->surface->cols - 1;

	surface_put_cut(page->surface, page->row, 3, page->label_end - 1, ROLE_TEXT, label);
	surface_put_cut(page->surface, page->row++, page->label_end, end, ROLE_TEXT, text);
	mem_free(text);
	if (who != NULL)
		surface_put_cut(page->surface, page->row++, page->who, end, ROLE_HINT, who);
	page->row += page->gap;
}

static void conflict_draw_values(struct conflict_page *page, const struct conflict *one)
{
	const char *labels[] = { _(N_("Before both edits")), _(N_("Yours")),
		strcmp(one->state, "restored") == 0 ? _(N_("Server's")) : _(N_("Server's, in force")) };
	char *who, *time, *synced;
	size_t i;

	page->label_end = 25;
	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (3 + text_columns(labels[i]) + 2 > page->label_end)
			page->label_end = 3 + text_columns(labels[i]) + 2;
	if (page->label_end > page->surface->cols / 2)
		page->label_end = page->surface->cols / 2;
	page->who = page->surface->cols < 80 ? 5 : page->label_end;
	conflict_put(page, labels[0], one->base_text, NULL);
	time = one->mine_ms > 0 ? text_time(one->mine_ms) : mem_strdup("");
	who = mem_printf("%s%s%s%s%s", one->mine_user == NULL ? "" : one->mine_user, one->mine_device == NULL ? "" : ", ", one->mine_device == NULL
		? "" : one->mine_device,
		*time == '\0' ? "" : ", ", time);
	conflict_put(page, labels[1], one->mine_text, who);
	mem_free(who);
	mem_free(time);
	time = one->server_change_date > 0 ? text_time(one->server_change_date) : mem_strdup("?");
	synced = text_time(one->time_ms);
	who = ui_text(N_("{1}; synchronized {2}"), time, synced, NULL);
	surface_cursor(page->surface, page->row, page->label_end);
	conflict_put(page, labels[2], one->theirs_text, who);
	mem_free(who);
	mem_free(time);
	mem_free(synced);
}

static void conflict_draw(struct screen *screen, struct surface *surface)
{
	struct conflicts_screen *log = ((struct conflict_screen *)screen)->log;
	const struct conflict *one = conflicts_selected(log);
	struct conflict_page page = { .ui = screen->ui, .surface = surface, .row = 2, .gap = surface->rows >= 20 };
	int end = surface->cols - 1;
	char *title;

	draw_foot(screen, surface, one == NULL || strcmp(one->type, "field") == 0 ? NULL : _(conflict_about(one)), NULL);
	if (one == NULL)
		return;
	title = ui_text(N_("Conflict   {1}"), one->label, NULL, NULL);
	draw_head(screen->ui, surface, title, conflict_field(one));
	mem_free(title);
	conflict_draw_values(&page, one);
	page.row += !page.gap;               /* one empty row before what can be done, in any case */
	if (strcmp(one->state, "open") == 0) {
		page.row += draw_text(surface, page.row, 2, 3, end, ROLE_TEXT, _(N_("r puts yours back as a new edit; it is sent with the next sync.")));
		draw_text(surface, page.row, 2, 3, end, ROLE_TEXT, _(N_("k keeps the server's and closes this.")));
	} else {
		draw_text(surface, page.row, 2, 3, end, ROLE_TEXT, strcmp(one->state, "kept") == 0
			? _(N_("Closed: the server's was kept. r puts yours back after all."))
			: _(N_("Closed: yours was put back.")));
	}
	surface_focus(surface, one->path == NULL ? one->type : one->path);
}

static bool conflict_act(struct screen *screen, enum action action)
{
	struct conflicts_screen *log = ((struct conflict_screen *)screen)->log;

	if (action == ACTION_FIELD) {
		conflicts_open_field(log);
		return true;
	}
	if (action != ACTION_RESTORE && action != ACTION_KEEP)
		return false;
	ui_pop(screen);
	conflicts_settle(log, action == ACTION_RESTORE);
	return true;
}

/* Of a conflict that is closed nothing is left to decide, but that keeping can be taken back. */
static uint64_t conflict_not_now(const struct screen *screen)
{
	const struct conflict *one = conflicts_selected(((const struct conflict_screen *)screen)->log);

	if (one == NULL || strcmp(one->state, "open") == 0)
		return 0;
	return UINT64_C(1) << ACTION_KEEP | (strcmp(one->state, "kept") == 0 ? 0 : UINT64_C(1) << ACTION_RESTORE);
}

static bool conflicts_search_key(struct conflicts_screen *log, enum action action)
{
	if (action == ACTION_BACK)
		field_set(&log->search, "");
	if (action == ACTION_BACK || action == ACTION_OPEN)
		log->searching = false;
	else if (!field_act(&log->search, action))
		return false;
	conflicts_load(log);
	return true;
}

static bool conflicts_act(struct screen *screen, enum action action)
{
	static const struct screen_class one_class = { .name = "conflict", .where = IN_CONFLICT, .draw = conflict_draw, .act = conflict_act,
		.not_now = conflict_not_now };
	struct conflicts_screen *log = (struct conflicts_screen *)screen;
	struct conflict_screen *one;

	if (log->searching && conflicts_search_key(log, action))
		return true;
	if (rows_act(&log->rows, action, lists_height(screen->ui)))
		return true;
	if (action == ACTION_OPEN) {
		if (conflicts_selected(log) != NULL) {
			one = ui_push(screen->ui, &one_class, sizeof(*one));
			one->log = log;
		} else {
			conflicts_say_none(screen->ui);
		}
	} else if (action == ACTION_RESTORE || action == ACTION_KEEP)
		conflicts_settle(log, action == ACTION_RESTORE);
	else if (action == ACTION_FIELD)
		conflicts_open_field(log);
	else if (action == ACTION_EXPORT)
		conflicts_export(log);
	else if (action == ACTION_FILTER) {
		log->all = !log->all;
		conflicts_load(log);
	} else if (action == ACTION_KIND) {
		log->kind = (log->kind + 1) % (sizeof(conflict_kinds) / sizeof(conflict_kinds[0]));
		conflicts_load(log);
	} else if (action == ACTION_SINCE) {
		log->days = (log->days + 1) % (sizeof(conflict_days) / sizeof(conflict_days[0]));
		conflicts_load(log);
	} else if (action == ACTION_SEARCH)
		log->searching = true;
	else
		return false;
	return true;
}

static bool conflicts_typing(const struct screen *screen)
{
	return ((const struct conflicts_screen *)screen)->searching;
}

static bool conflicts_text(struct screen *screen, const char *text, bool paste)
{
	struct conflicts_screen *log = (struct conflicts_screen *)screen;

	(void)paste;
	if (!log->searching)
		return false;
	field_insert(&log->search, text);
	conflicts_load(log);
	return true;
}

static void conflicts_changed(struct screen *screen)
{
	conflicts_load((struct conflicts_screen *)screen);
}

static void conflicts_done(struct screen *screen)
{
	struct conflicts_screen *log = (struct conflicts_screen *)screen;

	conflict_list_done(&log->list);
	field_done(&log->search);
}

void conflicts_open(struct ui *ui, const char *uuid)
{
	static const struct screen_class class = { .name = "conflicts", .where = IN_CONFLICTS, .draw = conflicts_draw, .act = conflicts_act,
		.typing = conflicts_typing,
		.text = conflicts_text, .changed = conflicts_changed, .done = conflicts_done };
	struct conflicts_screen *log = ui_push(ui, &class, sizeof(*log));

	if (uuid != NULL)
		memcpy(log->uuid, uuid, strnlen(uuid, sizeof(log->uuid) - 1));
	field_init(&log->search, "");
	conflicts_load(log);
}
