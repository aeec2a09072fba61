/* The case list: search as you type, tabs, filters (terminal.md "Screens"). */
#include <stdio.h>
#include <string.h>

#include "internal.h"

enum { TAB_ALL, TAB_PENDING, TAB_DONE, TAB_COUNT };

struct list_screen {
	struct screen screen;
	struct list_filter filter;
	struct field search;
	bool searching;
	int tab;
	char *disease, *classification;
	struct list_page page;
	size_t page_at, page_height;             /* what `page` holds */
	bool stale;
	struct rows rows;
	struct list_counts counts;
	bool counting, counted;
};

static size_t list_height(const struct ui *ui)
{
	return (size_t)(draw_bottom(&ui->surface) - 3);
}

static void list_fill_filter(struct list_screen *list)
{
	list->filter.words = list->search.text;
	list->filter.disease = list->disease;
	list->filter.classification = list->classification;
	list->filter.investigation_status = list->tab == TAB_PENDING ? "PENDING" : list->tab == TAB_DONE ? "DONE" : NULL;
}

static bool list_count_idle(void *ctx)
{
	struct list_screen *list = ctx;
	struct err err;

	list->counting = false;
	list_fill_filter(list);
	if (list_count(list->screen.ui->session, &list->filter, &list->counts, &err) != ST_OK) {
		ui_say_error(list->screen.ui, &err);
		return false;
	}
	list->counted = true;
	list->rows.count = (size_t)list->counts.matching;
	rows_show(&list->rows, list_height(list->screen.ui));
	ui_stale(list->screen.ui);
	return false;
}

static void list_refresh(struct list_screen *list)
{
	list->stale = true;
	if (!list->counting) {
		list->counting = true;
		loop_idle(list->screen.ui->loop, list_count_idle, list);
	}
	ui_stale(list->screen.ui);
}

/* The first frame has rows, not counts: until they are known, a full page may have a next one. */
static void list_fetch(struct list_screen *list)
{
	size_t height = list_height(list->screen.ui);
	struct list_page fresh;
	struct err err;

	if (!list->stale && list->page_at == list->rows.top && list->page_height == height)
		return;
	list_fill_filter(list);
	if (list_cases(list->screen.ui->session, &list->filter, (int64_t)list->rows.top, (int64_t)height + 1, &fresh, &err) != ST_OK) {
		ui_say_error(list->screen.ui, &err);
		return;
	}
	list_page_done(&list->page);
	list->page = fresh;
	list->page_at = list->rows.top;
	list->page_height = height;
	list->stale = false;
	if (!list->counted || list->rows.count < list->rows.top + fresh.count)
		list->rows.count = list->rows.top + fresh.count;
	if (fresh.count <= height)
		list->rows.count = list->rows.top + fresh.count;
	if (list->rows.at >= list->rows.count)
		list->rows.at = list->rows.count > 0 ? list->rows.count - 1 : 0;
}

static bool list_is_filtered(const struct list_screen *list)
{
	return list->tab != TAB_ALL || list->disease != NULL || list->classification != NULL || list->filter.only_unsent || list->filter.only_rejected
		|| list->filter.only_conflicts;
}

static const struct list_case *list_selected(struct list_screen *list)
{
	list_fetch(list);
	if (list->rows.at < list->page_at || list->rows.at - list->page_at >= list->page.count)
		return NULL;
	return &list->page.rows[list->rows.at - list->page_at];
}

/* ---- drawing ---- */

static void list_add_sync(struct ui *ui, struct buf *out)
{
	const struct session_status *status = ui_status(ui);
	char *time, *part;
	bool today;

	if (sync_is_running(ui->session)) {
		buf_printf(out, "   %s", _(N_("syncing")));
	} else if (status->last_sync_ms > 0) {
		today = date_day_of(status->last_sync_ms) == date_day_of(session_now(ui->session));
		time = today ? text_clock(status->last_sync_ms) : text_time(status->last_sync_ms);
		part = ui_text(status->last_sync_complete ? N_("sync {1}") : N_("sync {1} not complete"), time, NULL, NULL);
		buf_printf(out, "   %s", part);
		mem_free(part);
		mem_free(time);
	} else {
		buf_printf(out, "   %s", _(N_("never synced")));
	}
}

enum { TOP_AGE = 1, TOP_SYNC = 2 };

/* What the upper line says of the records here: unsent, the last sync, refused, open conflicts; age and sync only as parts says. New string. */
static char *list_state(struct ui *ui, unsigned parts)
{
	const struct session_status *status = ui_status(ui);
	char *age = (parts & TOP_AGE) && status->oldest_unsent_ms > 0 ? text_age(ui->session, status->oldest_unsent_ms) : NULL,
		*number = text_number(status->unsent), *part;
	struct buf out;

	buf_init(&out, 0);
	part = status->unsent == 0 ? mem_strdup(_(N_("all sent"))) : age != NULL ? ui_text(N_("{1} unsent, oldest {2}"), number, age, NULL)
		: ui_text(N_("{1} unsent"), number, NULL, NULL);
	buf_add_text(&out, part);
	mem_free(part);
	if (parts & TOP_SYNC)
		list_add_sync(ui, &out);
	if (status->rejected > 0)
		buf_printf(&out, "   %lld %s", (long long)status->rejected, _(N_("rejected")));
	if (status->conflicts_open > 0)
		buf_printf(&out, "   %lld %s", (long long)status->conflicts_open,
			i18n_plural("conflict", "conflicts", (unsigned long)status->conflicts_open));
	mem_free(age);
	mem_free(number);
	return buf_take(&out, NULL);
}

static void list_draw_top(struct list_screen *list, struct surface *surface)
{
	/* What waits for an answer stays: first the age goes, then the time of the sync. */
	static const unsigned parts[] = { TOP_AGE | TOP_SYNC, TOP_SYNC, 0 };
	struct ui *ui = list->screen.ui;
	const char *user = session_user(ui->session), *host = session_host(ui->session);
	bool wide = surface->cols >= 120 && host != NULL;
	char *left = mem_printf("Outpost  %s%s%s", user == NULL ? "" : user, wide ? "  " : "", wide ? host : ""), *right = NULL;
	int room = draw_head_room(ui, surface, left);
	size_t i;

	for (i = surface->cols < 80; i < sizeof(parts) / sizeof(parts[0]); i++) {
		mem_free(right);
		right = list_state(ui, parts[i]);
		if (surface_columns(surface, right) <= room)
			break;
	}
	draw_head(ui, surface, left, right);
	mem_free(left);
	mem_free(right);
}

#define LIST_SEARCH 16                       /* columns that the search has at least */

/* The filters in force: "Lassa, Confirmed, unsent". New string. */
static char *list_filters(struct list_screen *list)
{
	struct session *session = list->screen.ui->session;
	const char *words[5], *context, *id;
	size_t count = 0, i;
	struct buf out;

	if (list->disease != NULL) {
		labels_constant(session, "Disease", list->disease, &context, &id);
		words[count++] = i18n_context_text(context, id);
	}
	if (list->classification != NULL) {
		labels_constant(session, "CaseClassification", list->classification, &context, &id);
		words[count++] = i18n_context_text(context, id);
	}
	if (list->filter.only_unsent)
		words[count++] = _(N_("unsent"));
	if (list->filter.only_rejected)
		words[count++] = _(N_("rejected"));
	if (list->filter.only_conflicts)
		words[count++] = _(N_("conflicts"));
	buf_init(&out, 0);
	for (i = 0; i < count; i++)
		buf_printf(&out, "%s%s", i > 0 ? ", " : "", words[i]);
	return buf_take(&out, NULL);
}

static void list_draw_tabs(struct list_screen *list, struct surface *surface)
{
	static const char *const names[TAB_COUNT] = { N_("All"), N_("Pending"), N_("Done") };
	int64_t counts[TAB_COUNT] = { list->counts.all, list->counts.pending, list->counts.done };
	char *texts[TAB_COUNT], *filters = list_filters(list);
	bool every;
	int col, i, width = 0;

	for (i = 0; i < TAB_COUNT; i++) {
		char *number = list->counted ? text_number(counts[i]) : mem_strdup("..");

		texts[i] = mem_printf("%s%s %s%s", list->tab == i ? "[" : " ", _(names[i]), number, list->tab == i ? "]" : " ");
		width += surface_columns(surface, texts[i]);
		mem_free(number);
	}
	col = surface_put(surface, 1, 1, surface->cols, ROLE_TEXT, _(N_("Cases"))) + 1;
	/* What is filtered has to be seen; where there is little room, the other tabs are not. */
	every = *filters == '\0' || col + width + 2 + surface_columns(surface, filters) + LIST_SEARCH <= surface->cols;
	for (i = 0; i < TAB_COUNT; i++) {
		if (every || list->tab == i)
			col = surface_put(surface, 1, col, surface->cols, list->tab == i ? ROLE_TITLE : ROLE_TEXT, texts[i]);
		mem_free(texts[i]);
	}
	col += 2;
	if (*filters != '\0')
		col = surface_put_cut(surface, 1, col, surface->cols - LIST_SEARCH, ROLE_TITLE, filters) + 2;
	mem_free(filters);
	col = surface_put(surface, 1, col, surface->cols, ROLE_TEXT, "/ ");
	if (list->searching)
		field_draw(&list->search, surface, 1, col, surface->cols - 1, false);
	else
		surface_put_cut(surface, 1, col, surface->cols - 1, ROLE_TEXT, list->search.text);
}

/* The beginning of a constant's label, in capitals: "LASSA", "SUSP". */
static void list_put_constant(struct list_screen *list, struct surface *surface, int row, int col, int end, const char *enum_name,
	const char *constant)
{
	const char *context, *id;
	char *upper;

	if (constant == NULL || *constant == '\0')
		return;
	labels_constant(list->screen.ui->session, enum_name, constant, &context, &id);
	upper = text_upper(i18n_context_text(context, id));
	surface_put(surface, row, col, end, ROLE_TEXT, upper);
	mem_free(upper);
}

static void list_draw_row(struct list_screen *list, struct surface *surface, int row, const struct list_case *one)
{
	struct session *session = list->screen.ui->session;
	/* a narrow list leaves the facility out, a wide one shares what is left between name and facility */
	int extra = surface->cols - 80, facility_end = surface->cols - 16, col = extra >= 0 ? 44 + extra / 2 : facility_end - 5;
	char *text = mem_printf("%s, %s", one->last_name, one->first_name), *age;
	static const char marks[] = { ' ', '+', '*', 'R' };
	char mark[3] = { marks[one->state], one->open_conflicts > 0 ? 'C' : ' ', '\0' };

	if (list_disease(one->disease) != NULL)
		surface_put(surface, row, 3, 11, ROLE_TEXT, list_disease(one->disease));
	else
		list_put_constant(list, surface, row, 3, 11, "Disease", one->disease);
	surface_put(surface, row, 12, 18, ROLE_TEXT, one->short_uuid);
	surface_put(surface, row, 19, 23, ROLE_TEXT, list_code(one->classification));
	surface_put_cut(surface, row, 24, col - 1, ROLE_TEXT, text);
	mem_free(text);
	if (one->sex != NULL && *one->sex != '\0')
		list_put_constant(list, surface, row, col, col + 1, "Sex", one->sex);
	if (one->age >= 0) {
		const char *unit = one->age_type != NULL && strncmp(one->age_type, "MONTH", 5) == 0 ? NC_("after a number", "m") : one->age_type != NULL
			&& strncmp(one->age_type, "DAY", 3) == 0 ? NC_("after a number", "d") : "";

		age = mem_printf("%2d%s", one->age, i18n_context_text("after a number", unit));
		surface_put(surface, row, col + 2, col + 5, ROLE_TEXT, age);
		mem_free(age);
	}
	if (extra >= 0)
		surface_put_cut(surface, row, col + 6, facility_end, ROLE_TEXT, labels_place(one->facility));
	surface_put(surface, row, facility_end + 1, facility_end + 5, ROLE_TEXT, list_code(one->investigation_status));
	if (one->report_date > 0) {
		age = mem_printf("%d%s", (int)(date_day_of(session_now(session)) - date_day_of(one->report_date)),
			i18n_context_text("after a number", NC_("after a number", "d")));
		surface_put_right(surface, row, surface->cols - 5, ROLE_TEXT, age);
		mem_free(age);
	}
	mark[0] = mark[0] == ' ' && mark[1] != ' ' ? mark[1] : mark[0];
	mark[1] = mark[0] == 'C' ? ' ' : mark[1];
	surface_put(surface, row, surface->cols - 3, surface->cols - 1, mark[0] == 'C' || mark[1] == 'C' ? ROLE_CONFLICT : mark[0] == ' '
		? ROLE_TEXT : ROLE_EDITED, mark);
}

static void list_draw(struct screen *screen, struct surface *surface)
{
	struct list_screen *list = (struct list_screen *)screen;
	size_t height = list_height(screen->ui), i;

	rows_show(&list->rows, height);
	list_fetch(list);
	list_draw_top(list, surface);
	draw_rule(surface, 2);
	for (i = 0; i < height && i < list->page.count; i++)
		list_draw_row(list, surface, 3 + (int)i, &list->page.rows[i]);
	if (list->page.count == 0)
		draw_text(surface, 4, 3, 3, surface->cols - 1, ROLE_HINT, list->search.text[0] != '\0' || list_is_filtered(list)
			? _(N_("No case matches. Shorten the search, or f to change the filter.")) : _(N_("No cases yet. s synchronizes, n enters a new one.")));
	draw_foot(screen, surface, list->searching ? _(N_("Enter ends the search, ^G takes it back.")) : NULL, NULL);
	if (list->page.count > 0) {
		draw_mark(surface, 3 + (int)(list->rows.at - list->rows.top));
		surface_focus(surface, list->page.rows[list->rows.at - list->rows.top].uuid);
	}
	list_draw_tabs(list, surface);           /* last: the cursor is in the search while one types there */
}

/* ---- filters ---- */

static size_t list_filter_list(void *ctx, const char *typed, struct choose_item *out, size_t max)
{
	return list_filter_choices(((struct list_screen *)ctx)->screen.ui->session, typed, out, max);
}

static void list_filter_picked(void *ctx, const char *name)
{
	struct list_screen *list = ctx;

	if (name == NULL)
		return;
	if (name[0] == 'd') {
		mem_free(list->disease);
		list->disease = mem_strdup(name + 1);
	} else if (name[0] == 'c') {
		mem_free(list->classification);
		list->classification = mem_strdup(name + 1);
	} else {
		list->filter.only_unsent = strcmp(name + 1, "unsent") == 0;
		list->filter.only_rejected = strcmp(name + 1, "rejected") == 0;
		list->filter.only_conflicts = strcmp(name + 1, "conflicts") == 0;
		if (strcmp(name + 1, "any") == 0) {
			mem_free(list->disease);
			mem_free(list->classification);
			list->disease = list->classification = NULL;
		}
	}
	list->rows.at = list->rows.top = 0;
	list_refresh(list);
}

/* ---- keys ---- */

static bool list_search_key(struct list_screen *list, enum action action)
{
	if (!list->searching)
		return false;
	if (action == ACTION_BACK) {
		field_set(&list->search, "");
		list->searching = false;
		list->search.changed = true;
	} else if (action == ACTION_OPEN || action == ACTION_UP || action == ACTION_DOWN || action == ACTION_TAB) {
		list->searching = false;             /* the rows found are selected with the arrows */
		return action == ACTION_OPEN;
	} else if (!field_act(&list->search, action)) {
		return false;
	}
	if (list->search.changed) {
		list->search.changed = false;
		list->rows.at = list->rows.top = 0;
		list_refresh(list);
	}
	return true;
}

static void list_open_selected(struct list_screen *list, bool history)
{
	const struct list_case *one = list_selected(list);
	char uuid[LIST_UUID_SIZE];

	if (one == NULL) {
		ui_say(list->screen.ui, N_("There is no case to open. n enters a new one."), NULL, NULL, NULL);
		return;
	}
	memcpy(uuid, one->uuid, sizeof(uuid));
	if (history)
		history_open(list->screen.ui, "cases", uuid);
	else
		case_open(list->screen.ui, uuid);
}

static bool list_act(struct screen *screen, enum action action)
{
	struct list_screen *list = (struct list_screen *)screen;
	struct ui *ui = screen->ui;
	struct choose filter = { list_filter_list, list_filter_picked, NULL, list };

	if (list_search_key(list, action))
		return true;
	if (rows_act(&list->rows, action, list_height(ui)))
		return true;
	if (action == ACTION_OPEN)
		list_open_selected(list, false);
	else if (action == ACTION_HISTORY)
		list_open_selected(list, true);
	else if (action == ACTION_NEW)
		form_open_new(ui, NULL);
	else if (action == ACTION_SEARCH)
		list->searching = true;
	else if (action == ACTION_FILTER)
		choose_open(ui, _(N_("Show only")), &filter, "");
	else if (action == ACTION_TAB) {
		list->tab = (list->tab + 1) % TAB_COUNT;
		list->rows.at = list->rows.top = 0;
		list_refresh(list);
	} else if (action == ACTION_SYNC)
		sync_open(ui, true);
	else if (action == ACTION_CONFLICTS)
		conflicts_open(ui, NULL);
	else if (action == ACTION_REJECTED)
		rejected_open(ui);
	else if (action == ACTION_DRAFTS) {
		if (!drafts_open(ui))
			ui_say(ui, N_("There are no drafts."), NULL, NULL, NULL);
	} else if (action == ACTION_OVERVIEW)
		overview_open(ui);
	else if (action == ACTION_EDITS_OUT)
		edits_out_open(ui);
	else if (action == ACTION_EDITS_IN)
		edits_in_open(ui);
	else if (action == ACTION_SETTINGS)
		settings_open(ui);
	else if (action == ACTION_LOCK)
		ui_lock(ui);
	else if (action == ACTION_BACK) {
		if (list->search.text[0] != '\0') {
			field_set(&list->search, "");
			list_refresh(list);
		} else
			ui_say(ui, N_("This is the first screen. q ends Outpost."), NULL, NULL, NULL);
	} else
		return false;
	return true;
}

static bool list_typing(const struct screen *screen)
{
	return ((const struct list_screen *)screen)->searching;
}

static bool list_text(struct screen *screen, const char *text, bool paste)
{
	struct list_screen *list = (struct list_screen *)screen;

	(void)paste;
	if (!list->searching)
		return false;
	field_insert(&list->search, text);
	list->search.changed = false;
	list->rows.at = list->rows.top = 0;
	list_refresh(list);
	return true;
}

static void list_changed(struct screen *screen)
{
	list_refresh((struct list_screen *)screen);
}

static void list_done(struct screen *screen)
{
	struct list_screen *list = (struct list_screen *)screen;

	loop_idle_cancel(screen->ui->loop, list);
	list_page_done(&list->page);
	field_done(&list->search);
	mem_free(list->disease);
	mem_free(list->classification);
}

void list_open(struct ui *ui)
{
	static const struct screen_class class = { .name = "list", .where = IN_LIST, .draw = list_draw, .act = list_act, .typing = list_typing,
		.text = list_text,
		.changed = list_changed, .done = list_done };
	struct list_screen *list = ui_push(ui, &class, sizeof(*list));

	field_init(&list->search, "");
	list_refresh(list);
}
