/* Parts that all screens have, and how numbers, days and times are written. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

int draw_head_room(const struct ui *ui, const struct surface *surface, const char *left)
{
	int training = session_is_training(ui->session) ? surface_columns(surface, _(N_("TRAINING"))) + 2 : 0;

	return surface->cols - 1 - training - 3 - surface_columns(surface, left);
}

void draw_head(struct ui *ui, struct surface *surface, const char *left, const char *right)
{
	int end = surface->cols - 1;

	if (session_is_training(ui->session))
		end = surface_put_right(surface, 0, end, ROLE_TRAINING, _(N_("TRAINING"))) - 2;
	if (right != NULL && *right != '\0') {
		int columns = surface_columns(surface, right), least = surface_columns(surface, left) + 3;

		/* the title keeps at least a third of the line */
		if (least > surface->cols / 3)
			least = surface->cols / 3;
		if (end - columns < least) {
			surface_put_cut(surface, 0, least, end, ROLE_TITLE, right);
			end = least - 2;
		} else {
			end = surface_put_right(surface, 0, end, ROLE_TITLE, right) - 2;
		}
	}
	surface_put_cut(surface, 0, 1, end, ROLE_TITLE, left);
}

void draw_rule(struct surface *surface, int row)
{
	surface_fill(surface, row, 1, surface->cols - 1, ROLE_RULE, '-');
}

int draw_bottom(const struct surface *surface)
{
	return surface->rows - 3;
}

void draw_foot(struct screen *screen, struct surface *surface, const char *hint, const char *right)
{
	struct ui *ui = screen->ui;
	int row = draw_bottom(surface), end = surface->cols - 1;
	struct keymap_place place = { .where = screen->class->where, .typing = screen->class->typing != NULL && screen->class->typing(screen),
		.not_now = screen->class->not_now == NULL ? 0 : screen->class->not_now(screen) };
	char *bar;

	if (ui->message[0] == '\0' && hint != NULL)
		surface_put_cut(surface, row, 1, end, ROLE_HINT, hint);
	draw_rule(surface, row + 1);
	if (right != NULL && *right != '\0')
		end = surface_put_right(surface, row + 2, end, ROLE_ERROR, right) - 2;   /* short by design */
	bar = keymap_bar(&place, end - 1);
	surface_put(surface, row + 2, 1, end, ROLE_KEYS, bar);
	mem_free(bar);
}

int draw_text(struct surface *surface, int row, int max, int col, int end, enum role role, const char *text)
{
	struct wrap_line lines[DRAW_LINES];
	int count = wrap_text(text, end - col, lines, max < DRAW_LINES ? max : DRAW_LINES), i;

	for (i = 0; surface != NULL && i < count; i++) {
		char *line = i == count - 1 ? mem_strdup(lines[i].at) : mem_strndup(lines[i].at, lines[i].len);

		surface_put_cut(surface, row + i, col, end, role, line);
		mem_free(line);
	}
	return count;
}

void draw_message(struct ui *ui, struct surface *surface)
{
	int end = surface->cols - 1, count, row, i;

	if (ui->message[0] == '\0')
		return;
	count = draw_text(NULL, 0, DRAW_LINES, 1, end, ROLE_HINT, ui->message);
	row = draw_bottom(surface) - count + 1;
	for (i = 0; i < count; i++)
		surface_fill(surface, row + i, 0, surface->cols, ROLE_TEXT, ' ');
	draw_text(surface, row, DRAW_LINES, 1, end, ROLE_HINT, ui->message);
}

void draw_mark(struct surface *surface, int row)
{
	surface_put(surface, row, 1, 2, ROLE_TEXT, ">");
	surface_cursor(surface, row, 1);
}

/* ---- rows ---- */

size_t lists_height(const struct ui *ui)
{
	return (size_t)(draw_bottom(&ui->surface) - 2);
}

void rows_show(struct rows *rows, size_t height)
{
	if (height == 0)
		height = 1;
	if (rows->at >= rows->count)
		rows->at = rows->count > 0 ? rows->count - 1 : 0;
	if (rows->at < rows->top)
		rows->top = rows->at;
	else if (rows->at >= rows->top + height)
		rows->top = rows->at - height + 1;
	if (rows->top + height > rows->count)
		rows->top = rows->count > height ? rows->count - height : 0;
}

bool rows_act(struct rows *rows, enum action action, size_t height)
{
	size_t last = rows->count > 0 ? rows->count - 1 : 0;

	if (height == 0)
		height = 1;
	if (action == ACTION_UP) {
		rows->at -= rows->at > 0;
	} else if (action == ACTION_DOWN) {
		rows->at += rows->at < last;
	} else if (action == ACTION_HOME) {
		rows->at = 0;
	} else if (action == ACTION_END) {
		rows->at = last;
	} else if (action == ACTION_PAGE_UP) {
		rows->at = rows->at > height ? rows->at - height : 0;
		rows->top = rows->top > height ? rows->top - height : 0;
	} else if (action == ACTION_PAGE_DOWN) {
		rows->at = rows->at + height < last ? rows->at + height : last;
		rows->top += height;
	} else {
		return false;
	}
	rows_show(rows, height);
	return true;
}

/* ---- words ---- */

char *text_number(int64_t n)
{
	return mem_printf("%lld", (long long)n);
}

static const char *month_short(int month)
{
	static const char *const names[12] = { N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"), N_("Jul"), N_("Aug"), N_("Sep"),
		N_("Oct"),
		N_("Nov"), N_("Dec") };

	return _(names[month >= 1 && month <= 12 ? month - 1 : 0]);
}

static const char *weekday_short(int weekday)
{
	static const char *const names[7] = { N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun") };

	return _(names[weekday >= 1 && weekday <= 7 ? weekday - 1 : 0]);
}

char *text_date(struct session *session, int32_t day, bool ago)
{
	struct date_civil civil = date_to_civil(day);
	int32_t today = date_day_of(session_now(session));
	char *date = mem_printf("%s %d %s %d", weekday_short(date_weekday(day)), civil.day, month_short(civil.month), civil.year), *out;

	if (!ago)
		return date;
	if (day == today)
		out = ui_text(N_("{1}, today"), date, NULL, NULL);
	else if (day == today - 1)
		out = ui_text(N_("{1}, yesterday"), date, NULL, NULL);
	else if (day == today + 1)
		out = ui_text(N_("{1}, tomorrow"), date, NULL, NULL);
	else if (day < today && day > today - 1000)
		out = ui_text_count(today - day, NN_("{2}, {1} day ago", "{2}, {1} days ago"), date);
	else if (day > today && day < today + 1000)
		out = ui_text_count(day - today, NN_("{2}, in {1} day", "{2}, in {1} days"), date);
	else
		return date;
	mem_free(date);
	return out;
}

char *text_day_typed(struct session *session, int32_t day)
{
	struct date_civil civil = date_to_civil(day);
	char *order = setting_get(session, "date_order"), *out;

	if (order != NULL && strcmp(order, "mdy") == 0)
		out = mem_printf("%02d/%02d/%04d", civil.month, civil.day, civil.year);
	else if (order != NULL && strcmp(order, "dmy") == 0)
		out = mem_printf("%02d.%02d.%04d", civil.day, civil.month, civil.year);
	else
		out = mem_printf("%04d-%02d-%02d", civil.year, civil.month, civil.day);      /* ISO is read whatever the order is */
	mem_free(order);
	return out;
}

char *text_value(struct session *session, const char *value, bool brief)
{
	struct date_civil civil;
	int32_t day;

	if (value == NULL || strlen(value) != 10 || !date_parse_day(value, &day))
		return mem_strdup(value);
	if (!brief)
		return text_date(session, day, false);
	civil = date_to_civil(day);
	if (civil.year == date_to_civil(date_day_of(session_now(session))).year)
		return mem_printf("%d %s", civil.day, month_short(civil.month));
	return mem_printf("%d %s %d", civil.day, month_short(civil.month), civil.year);
}

static bool goes_on(char c)
{
	return isalnum((unsigned char)c) || c == '-';
}

char *text_days(const char *text)
{
	struct buf out;
	const char *at = text;

	buf_init(&out, 0);
	while (*at != '\0') {
		char day_text[11];
		int32_t day;

		memcpy(day_text, at, strnlen(at, 10));
		day_text[strnlen(at, 10)] = '\0';
		if ((at == text || !goes_on(at[-1])) && strlen(day_text) == 10 && !goes_on(at[10]) && date_parse_day(day_text, &day)) {
			struct date_civil civil = date_to_civil(day);

			buf_printf(&out, "%d %s %d", civil.day, month_short(civil.month), civil.year);
			at += 10;
		} else {
			buf_add_char(&out, *at++);
		}
	}
	return buf_take(&out, NULL);
}

char *text_time(int64_t ms)
{
	struct date_time t = date_local(ms);

	return mem_printf("%d %s, %02d:%02d", t.day, month_short(t.month), t.hour, t.minute);
}

char *text_clock(int64_t ms)
{
	struct date_time t = date_local(ms);

	return mem_printf("%02d:%02d", t.hour, t.minute);
}

char *text_age(struct session *session, int64_t ms)
{
	int64_t age = session_now(session) - ms;
	char number[24];

	if (age < 0)
		age = 0;
	if (age >= DATE_DAY_MS)
		return ui_text(N_("{1} d"), err_number(number, age / DATE_DAY_MS), NULL, NULL);
	if (age >= 3600000)
		return ui_text(N_("{1} h"), err_number(number, age / 3600000), NULL, NULL);
	return ui_text(N_("{1} min"), err_number(number, age / 60000), NULL, NULL);
}

char *text_bytes(int64_t bytes)
{
	char number[24], tenth[24];

	if (bytes < 10000)
		return ui_text(N_("{1} B"), err_number(number, bytes), NULL, NULL);
	if (bytes < 1000000)
		return ui_text(N_("{1} kB"), err_number(number, bytes / 1000), NULL, NULL);
	return ui_text(N_("{1}.{2} MB"), err_number(number, bytes / 1000000), err_number(tenth, bytes / 100000 % 10), NULL);
}

char *text_span(int64_t ms)
{
	int64_t s = ms / 1000;

	if (s < 60)
		return mem_printf("%lld s", (long long)s);
	if (s < 3600)
		return mem_printf("%lld min %lld s", (long long)(s / 60), (long long)(s % 60));
	return mem_printf("%lld h %lld min", (long long)(s / 3600), (long long)(s / 60 % 60));
}
