/* The rows of a form: which are on the page, how they are written, what stands below them. */
#include <string.h>

#include "screen_form.h"

#define FORM_LABEL_MIN 26
#define FORM_HINT_MAX 30                     /* columns: another hint may cost 60 bytes (terminal.md "Budgets"); F1 shows all */
#define FORM_EMPTY ".........."
#define FORM_LABEL_LINES 3

static const char *form_label(const struct edit_row *row)
{
	/* what a form asks about the person of a new case is no group that the form names */
	if (row->type == EDIT_GROUP && strcmp(row->path, "person") == 0 && (row->label == NULL || *row->label == '\0'))
		return _(N_("Person"));
	return row->label_own ? row->label : i18n_context_text(row->label_context, row->label);
}

/* ---- inline choices ---- */

void form_inline_options(struct form_screen *form, const struct edit_row *row, struct form_inline *out)
{
	struct edit_choice choices[FORM_INLINE_MAX + 1];
	size_t i;

	memset(out, 0, sizeof(*out));
	out->chosen = -1;
	if (row->type == EDIT_BOOLEAN) {
		bool yes = row->value != NULL && (strcmp(row->value, "true") == 0 || strcmp(row->value, "Yes") == 0);

		out->count = 2;
		out->names[0] = mem_strdup("true");
		out->names[1] = mem_strdup("false");
		out->labels[0] = mem_strdup(_(N_("Yes")));
		out->labels[1] = mem_strdup(_(N_("No")));
		out->chosen = row->empty ? -1 : yes ? 0 : 1;
		return;
	}
	out->count = edit_choices(form->edit, row->path, "", FORM_INLINE_MAX + 1, choices);
	if (out->count > FORM_INLINE_MAX) {
		edit_choices_done(choices, out->count);
		out->count = 0;
		return;
	}
	for (i = 0; i < out->count; i++) {
		out->names[i] = mem_strdup(choices[i].name);
		out->labels[i] = mem_strdup(i18n_label(choices[i].context, choices[i].label));
		if (row->constant != NULL && strcmp(row->constant, choices[i].name) == 0)
			out->chosen = (int)i;
	}
	edit_choices_done(choices, out->count);
}

void form_inline_done(struct form_inline *options)
{
	size_t i;

	for (i = 0; i < options->count; i++) {
		mem_free(options->names[i]);
		mem_free(options->labels[i]);
	}
	options->count = 0;
}

bool form_is_inline(struct form_screen *form, const struct edit_row *row)
{
	struct form_inline options;
	int columns = 0, width = form->screen.ui->surface.cols - 3 - form->label_width - 3;
	size_t i;

	if (row->type == EDIT_BOOLEAN)
		return true;
	if (row->type != EDIT_SELECT_ONE)
		return false;
	form_inline_options(form, row, &options);
	for (i = 0; i < options.count; i++)
		columns += text_columns(options.labels[i]) + 3;
	i = options.count;
	form_inline_done(&options);
	return i > 0 && columns <= width;
}

/* ---- which rows ---- */

/* A heading whose fields are all hidden is left out. */
static bool form_is_bare(struct form_screen *form, size_t i)
{
	const struct edit_row *row = edit_row(form->edit, i), *below;
	size_t count = edit_row_count(form->edit);
	int depth = row->depth;

	if (row->type != EDIT_GROUP)
		return false;
	for (i++; i < count; i++) {
		below = edit_row(form->edit, i);
		if (below->depth <= depth)
			break;
		if (below->type != EDIT_GROUP)
			return false;
	}
	return true;
}

void form_layout(struct form_screen *form)
{
	size_t i, count = edit_row_count(form->edit), at = form->at;
	int item_depth = -1, half = form->screen.ui->surface.cols / 2, width = FORM_LABEL_MIN;
	bool in_page = false, found = false;

	if (!form->stale)
		return;
	form->stale = false;
	form->line_count = 0;
	for (i = 0; i < count; i++) {
		const struct edit_row *row = edit_row(form->edit, i);
		bool show;

		if (item_depth >= 0 && row->depth <= item_depth) {
			item_depth = -1;
			in_page = false;
		}
		show = form->page == NULL ? item_depth < 0 : in_page;
		if (row->type == EDIT_ITEM && item_depth < 0) {
			item_depth = row->depth;
			in_page = form->page != NULL && strcmp(row->path, form->page) == 0;
		}
		if (!show || form_is_bare(form, i))
			continue;
		mem_grow((void **)&form->lines, &form->line_cap, form->line_count + 1, sizeof(*form->lines));
		if (form->focus != NULL && strcmp(form->focus, row->path) == 0) {
			at = form->line_count;
			found = true;
		}
		form->lines[form->line_count++] = i;
		if (row->type != EDIT_GROUP && row->type != EDIT_ITEM && row->type != EDIT_NOTE) {
			int columns = text_columns(form_label(row)) + 1;

			width = columns > width ? columns : width;
		}
	}
	form->label_width = width > half - 4 ? half - 4 : width;
	if (!found) {
		/* its field went: the nearest that can have the focus */
		if (at >= form->line_count)
			at = form->line_count > 0 ? form->line_count - 1 : 0;
		while (at > 0 && !form_can_focus(edit_row(form->edit, form->lines[at])))
			at--;
		mem_free(form->focus);
		form->focus = form->line_count > 0 ? mem_strdup(edit_row(form->edit, form->lines[at])->path) : NULL;
		form->typing = false;
	}
	form->at = at;
}

/* ---- drawing ---- */

struct form_pen {
	struct form_screen *form;
	struct surface *surface;     /* NULL: only measure */
	int row;                     /* line of the page, from 0 */
	int top, first, end;         /* line `top` is drawn in row `first`; rows from `end` on are the foot's */
};

static int form_pen_row(const struct form_pen *pen)
{
	int row = pen->row - pen->top + pen->first;

	return pen->surface == NULL || pen->row < pen->top || row >= pen->end ? -1 : row;
}

static void form_pen_text(struct form_pen *pen, int col, enum role role, const char *text)
{
	int row = form_pen_row(pen);

	if (row >= 0)
		surface_put_cut(pen->surface, row, col, pen->surface->cols - 1, role, text);
}

static void form_draw_inline(struct form_pen *pen, const struct edit_row *row, int col)
{
	struct form_inline options;
	int y = form_pen_row(pen);
	size_t i;

	if (y < 0)
		return;
	form_inline_options(pen->form, row, &options);
	for (i = 0; i < options.count; i++) {
		bool chosen = options.chosen == (int)i;

		surface_put(pen->surface, y, col, col + 1, ROLE_TEXT, chosen ? "[" : " ");
		col = surface_put(pen->surface, y, col + 1, pen->surface->cols - 1, ROLE_TEXT, options.labels[i]);
		surface_put(pen->surface, y, col, col + 1, ROLE_TEXT, chosen ? "]" : " ");
		col += 2;
	}
	form_inline_done(&options);
}

static char *form_value_text(struct form_screen *form, const struct edit_row *row)
{
	const struct form_bad *bad = form_find_bad(form, row->path);

	if (bad != NULL)
		return mem_strdup(bad->typed);
	if (row->type == EDIT_REPEAT)
		return row->items == 0 ? mem_strdup(_(N_("no entries"))) : ui_text_count(row->items, NN_("{1} entry", "{1} entries"), NULL);
	if (row->empty || row->value == NULL || *row->value == '\0')
		return mem_strdup(row->type == EDIT_NOTE || row->type == EDIT_CALCULATE || row->readonly ? "-" : FORM_EMPTY);
	if (row->type == EDIT_DATE)
		return text_date(form->screen.ui->session, row->day, true);
	if (row->type == EDIT_DATE_TIME) {
		char *day = text_date(form->screen.ui->session, row->day, false), *time = text_clock(row->date_ms), *text = mem_printf("%s, %s", day,
			time);

		mem_free(day);
		mem_free(time);
		return text;
	}
	return mem_strdup(i18n_label(row->value_context, row->value));
}

static void form_draw_value(struct form_pen *pen, const struct edit_row *row, int col, bool focused)
{
	struct form_screen *form = pen->form;
	int y = form_pen_row(pen);
	char *text;

	if (y < 0)
		return;
	if (form_is_inline(form, row) && form_find_bad(form, row->path) == NULL) {
		form_draw_inline(pen, row, col);
		if (focused)
			surface_cursor(pen->surface, y, col);
		return;
	}
	if (focused && form->typing) {
		if (form->field.text[0] == '\0')
			surface_put(pen->surface, y, col, pen->surface->cols - 1, ROLE_TEXT, FORM_EMPTY);
		field_draw(&form->field, pen->surface, y, col, pen->surface->cols - 1, false);
		return;
	}
	text = form_value_text(form, row);
	surface_put_cut(pen->surface, y, col, pen->surface->cols - 1, row->readonly ? ROLE_HINT : ROLE_TEXT, text);
	if (focused)
		surface_cursor(pen->surface, y, row->type == EDIT_TEXT && !row->empty && col + text_columns(text) < pen->surface->cols - 1
			? col + text_columns(text) : col);
	mem_free(text);
}

static void form_draw_finding(struct form_pen *pen, int col, enum role role, const char *sign, const char *text)
{
	struct wrap_line lines[FORM_LABEL_LINES];
	int i, count = wrap_text(text, (pen->surface == NULL ? pen->form->screen.ui->surface.cols : pen->surface->cols) - 3 - col, lines,
		FORM_LABEL_LINES);

	for (i = 0; i < count; i++) {
		char *line = mem_printf("%s %.*s", i == 0 ? sign : " ", (int)lines[i].len, lines[i].at);

		form_pen_text(pen, col, role, line);
		mem_free(line);
		pen->row++;
	}
}

bool form_tells(const struct form_screen *form, const struct edit_finding *finding)
{
	return !form->fresh || form->tried || strcmp(finding->rule, "required") != 0;
}

static void form_draw_findings(struct form_pen *pen, const struct edit_row *row, int col)
{
	const struct form_bad *bad = form_find_bad(pen->form, row->path);
	size_t i, count = edit_finding_count(pen->form->edit);

	/* what is said about the value that is still there would not be about what is shown */
	if (bad != NULL) {
		form_draw_finding(pen, col, ROLE_ERROR, "!", bad->why);
		return;
	}
	if (row->errors + row->warnings + row->older == 0)
		return;
	for (i = 0; i < count; i++) {
		const struct edit_finding *finding = edit_finding(pen->form->edit, i);
		char text[1024], *older;

		if (strcmp(finding->path, row->path) != 0 || !form_tells(pen->form, finding))
			continue;
		if (finding->own)
			message_text(&finding->message, text, sizeof(text));
		else
			i18n_message(&finding->message, text, sizeof(text));
		older = finding->older ? ui_text(N_("{1} (older)"), text, NULL, NULL) : mem_strdup(text);
		form_draw_finding(pen, col, finding->error && !finding->older ? ROLE_ERROR : ROLE_WARNING, finding->error && !finding->older ? "!" : "?",
			older);
		mem_free(older);
	}
}

static void form_draw_row(struct form_pen *pen, size_t index, bool focused)
{
	const struct edit_row *row = edit_row(pen->form->edit, pen->form->lines[index]);
	const struct edit_row *base = edit_row(pen->form->edit, pen->form->lines[0]);
	int indent = (row->depth - base->depth) * 2, label_col, value_col = 3 + pen->form->label_width + 1, label_end, i, count, y;
	struct wrap_line lines[FORM_LABEL_LINES];
	char *label = row->type == EDIT_ITEM ? text_days(form_label(row)) : mem_strdup(form_label(row));
	char mark[2] = { row->conflict ? 'C' : row->changed ? '*' : '\0', '\0' };

	if (indent < 0)
		indent = 0;
	if (indent > 6)
		indent = 6;
	label_col = 3 + indent;
	label_end = row->type == EDIT_GROUP || row->type == EDIT_ITEM || (row->type == EDIT_NOTE && row->empty)
		? pen->form->screen.ui->surface.cols - 1 : value_col - 1;
	count = wrap_text(label, label_end - label_col, lines, FORM_LABEL_LINES);
	y = form_pen_row(pen);
	if (y >= 0 && focused) {
		draw_mark(pen->surface, y);
		surface_focus(pen->surface, row->path);
	}
	if (y >= 0 && mark[0] != '\0')
		surface_put(pen->surface, y, 2, 3, row->conflict ? ROLE_CONFLICT : ROLE_EDITED, mark);
	if (label_end == value_col - 1)
		form_draw_value(pen, row, value_col, focused);
	for (i = 0; i < count; i++) {
		char *line = mem_printf("%.*s%s", (int)lines[i].len, lines[i].at, i == count - 1 && row->required ? " #" : "");

		if (form_pen_row(pen) >= 0)
			surface_put_cut(pen->surface, form_pen_row(pen), label_col, label_end, row->type == EDIT_GROUP ? ROLE_TITLE : ROLE_TEXT, line);
		mem_free(line);
		pen->row++;
	}
	mem_free(label);
	form_draw_findings(pen, row, value_col);
}

static void form_count(struct form_screen *form, int *filled, int *total, int *errors)
{
	size_t i;

	*filled = *total = 0;
	*errors = (int)form->bad_count;
	for (i = 0; i < form->line_count; i++) {
		const struct edit_row *row = edit_row(form->edit, form->lines[i]);

		if (!form_can_focus(row) || row->type == EDIT_ITEM || row->type == EDIT_CALCULATE)
			continue;
		*total += 1;
		*filled += row->type == EDIT_REPEAT ? row->items > 0 : !row->empty;
	}
	for (i = 0; i < edit_finding_count(form->edit); i++) {
		const struct edit_finding *finding = edit_finding(form->edit, i);

		*errors += finding->error && !finding->older && form_find_bad(form, finding->path) == NULL && form_tells(form, finding);
	}
}

static void form_draw_title(struct form_screen *form, struct surface *surface, int filled, int total)
{
	const char *context = NULL, *title = edit_title(form->edit, &context);
	char *left = mem_printf("%s", form->title == NULL ? _(N_("A new case")) : form->title), *right, a[24], b[24], *count;

	count = ui_text(N_("{1} of {2}"), err_number(a, filled), err_number(b, total), NULL);
	if (form->title == NULL && form->page == NULL)
		right = mem_strdup(count);
	else
		right = mem_printf("%s%s   %s", i18n_context_text(context, title), form->page != NULL ? _(N_(", entry")) : "", count);
	draw_head(form->screen.ui, surface, left, right);
	mem_free(left);
	mem_free(right);
	mem_free(count);
}

void form_draw(struct screen *screen, struct surface *surface)
{
	struct form_screen *form = (struct form_screen *)screen;
	struct form_pen pen = { .form = form, .first = 1, .end = draw_bottom(surface) };
	int filled, total, errors, from = 0, to = 0, height = pen.end - pen.first, hidden;
	const struct edit_row *row;
	char *right, *hint = NULL, number[24];
	size_t i;

	form->stale = true;                      /* the width may have changed */
	form_layout(form);
	form_count(form, &filled, &total, &errors);
	for (i = 0; i < form->line_count; i++) {
		if (i == form->at)
			from = pen.row;
		form_draw_row(&pen, i, false);
		if (i == form->at)
			to = pen.row;
	}
	if (form->top + height > pen.row)
		form->top = pen.row > height ? pen.row - height : 0;
	if (to > form->top + height)
		form->top = to - height;
	if (from < form->top || form->at == 0)
		form->top = form->at == 0 ? 0 : from;
	form_draw_title(form, surface, filled, total);
	row = form_focus_row(form);
	if (row != NULL && row->hint != NULL && *row->hint != '\0') {
		const char *text = row->hint_own ? row->hint : i18n_context_text(row->hint_context, row->hint);
		struct wrap_line line[2];
		int lines = wrap_text(text, FORM_HINT_MAX, line, 2);

		hint = mem_printf("%.*s%s", (int)line[0].len, line[0].at, lines > 1 ? ".." : "");
	}
	if (hint == NULL && row != NULL && row->type == EDIT_REPEAT && !row->readonly)
		hint = mem_strdup(_(N_("+ adds an entry.")));
	else if (hint == NULL && row != NULL && row->type == EDIT_ITEM)
		hint = mem_strdup(row->readonly ? _(N_("Enter opens it.")) : _(N_("Enter opens it, ^T removes it.")));
	hidden = edit_hidden_count(form->edit);
	right = errors > 0 ? ui_text_count(errors, NN_("{1} error", "{1} errors"), NULL)
		: hidden > 0 && form->page == NULL ? ui_text(N_("^V {1} not shown"), err_number(number, hidden), NULL, NULL) : NULL;
	draw_foot(screen, surface, hint, right);
	mem_free(hint);
	mem_free(right);
	pen = (struct form_pen){ .form = form, .surface = surface, .top = form->top, .first = 1, .end = draw_bottom(surface) };
	for (i = 0; i < form->line_count; i++)
		if (i != form->at)
			form_draw_row(&pen, i, false);
		else
			form_draw_row(&pen, i, true);
}
