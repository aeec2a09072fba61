/* A case: its forms in a column, each with marks for edits, errors and conflicts. */
#include <string.h>

#include "internal.h"

struct case_screen {
	struct screen screen;
	char uuid[37];
	struct edit_section sections[EDIT_MAX_SECTIONS];
	struct edit_head head;
	bool have_head;
	struct rows rows;
};

static void case_load(struct case_screen *one)
{
	struct edit_head head;
	struct err err;
	size_t count = 0;

	if (edit_head(one->screen.ui->session, one->uuid, &head, &err) == ST_OK) {
		if (one->have_head)
			edit_head_done(&one->head);
		one->head = head;
		one->have_head = true;
	} else {
		ui_say_error(one->screen.ui, &err);
	}
	if (edit_sections(one->screen.ui->session, one->uuid, one->sections, &count, &err) == ST_OK)
		one->rows.count = count;
	else
		ui_say_error(one->screen.ui, &err);
}

static char *case_title(struct case_screen *one)
{
	struct session *session = one->screen.ui->session;
	const char *context, *id, *class_context, *class_id;

	if (!one->have_head)
		return mem_strdup(_(N_("Case")));
	labels_constant(session, "Disease", one->head.disease, &context, &id);
	labels_constant(session, "CaseClassification", one->head.classification, &class_context, &class_id);
	return mem_printf("%s  %s  %s  %s", one->head.name == NULL ? "" : one->head.name, one->head.short_uuid, id == NULL ? ""
		: i18n_context_text(context, id),
		class_id == NULL ? "" : i18n_context_text(class_context, class_id));
}

/* The column of the marks: in a narrow window close behind the titles, so that all marks have room. */
static int case_marks(const struct case_screen *one, const struct surface *surface)
{
	int col = 24, title;
	size_t i;

	if (surface->cols >= 80)
		return 42;
	for (i = 0; i < one->rows.count; i++) {
		title = 3 + surface_columns(surface, i18n_context_text(one->sections[i].title_context, one->sections[i].title)) + 2;
		col = title > col ? title : col;
	}
	return col < 42 ? col : 42;
}

static void case_draw(struct screen *screen, struct surface *surface)
{
	struct case_screen *one = (struct case_screen *)screen;
	size_t height = (size_t)(draw_bottom(surface) - 3), i;
	char *title = case_title(one), *text;
	const char *hint = NULL;
	int marks = case_marks(one, surface);

	rows_show(&one->rows, height);
	draw_head(screen->ui, surface, title, one->have_head ? one->head.epid_number : NULL);
	mem_free(title);
	draw_rule(surface, 1);
	for (i = 0; i < height && one->rows.top + i < one->rows.count; i++) {
		const struct edit_section *section = &one->sections[one->rows.top + i];
		int row = 3 + (int)i, col;

		surface_put_cut(surface, row, 3, marks - 2, ROLE_TEXT, i18n_context_text(section->title_context, section->title));
		col = marks;
		if (!section->available)
			col = surface_put_cut(surface, row, col, surface->cols - 1, ROLE_HINT, _(N_("not for this case"))) + 2;
		if (section->edits > 0) {
			text = mem_printf("* %d %s", section->edits, _(N_("edited")));
			col = surface_put(surface, row, col, surface->cols - 1, ROLE_EDITED, text) + 2;
			mem_free(text);
		}
		if (section->errors > 0) {
			text = mem_printf("! %d %s", section->errors, _(N_("to correct")));
			col = surface_put(surface, row, col, surface->cols - 1, ROLE_ERROR, text) + 2;
			mem_free(text);
		}
		if (section->conflicts > 0) {
			text = mem_printf("C %d %s", section->conflicts, i18n_plural("conflict", "conflicts", (unsigned long)section->conflicts));
			surface_put_cut(surface, row, col, surface->cols - 1, ROLE_CONFLICT, text);
			mem_free(text);
		}
	}
	if (one->have_head && one->head.refused != NULL) {
		int row = 4 + (int)one->rows.count;

		text = ui_text(one->head.refused_person ? N_("R The server refused this person: {1}") : N_("R The server refused this case: {1}"), one->head.refused, NULL, NULL);
		row += draw_text(surface, row, draw_bottom(surface) - row, 3, surface->cols - 1, ROLE_ERROR, text);
		mem_free(text);
		if (row < draw_bottom(surface))
			draw_text(surface, row, draw_bottom(surface) - row, 3, surface->cols - 1, ROLE_TEXT, one->head.refused_person
				? _(N_("No form here changes a person; `outpost edit` does, then it is sent again."))
				: _(N_("Correct it and save; then it is sent again.")));
	}
	if (one->have_head && one->head.deleted)
		hint = _(N_("This case was deleted on the server; it can be read only."));
	else if (one->have_head && one->head.out_of_reach)
		hint = _(N_("This case is no longer in your district; it can be read only."));
	else if (one->have_head && !one->head.editable)
		hint = _(N_("You may read this case, not change it."));
	draw_foot(screen, surface, hint, NULL);
	if (one->rows.count > 0) {
		draw_mark(surface, 3 + (int)(one->rows.at - one->rows.top));
		surface_focus(surface, one->sections[one->rows.at].form);
	}
}

static bool case_act(struct screen *screen, enum action action)
{
	struct case_screen *one = (struct case_screen *)screen;
	struct ui *ui = screen->ui;

	if (rows_act(&one->rows, action, (size_t)(draw_bottom(&ui->surface) - 3)))
		return true;
	if (action == ACTION_OPEN || action == ACTION_RIGHT) {
		if (one->rows.count == 0)
			return true;
		if (!one->sections[one->rows.at].available)
			ui_say(ui, N_("This form is not for this case's disease, or you have no right to it."), NULL, NULL, NULL);
		else
			form_open_screen(ui, one->sections[one->rows.at].form, "cases", one->uuid, NULL, NULL);
	} else if (action == ACTION_HISTORY)
		history_open(ui, "cases", one->uuid);
	else if (action == ACTION_CONFLICTS)
		conflicts_open(ui, one->uuid);
	else if (action == ACTION_SYNC)
		sync_open(ui, true);
	else if (action == ACTION_LOCK)
		ui_lock(ui);
	else if (action == ACTION_LEFT)
		ui_pop(screen);
	else
		return false;
	return true;
}

static void case_changed(struct screen *screen)
{
	case_load((struct case_screen *)screen);
}

static void case_done(struct screen *screen)
{
	struct case_screen *one = (struct case_screen *)screen;

	if (one->have_head)
		edit_head_done(&one->head);
}

void case_open(struct ui *ui, const char *uuid)
{
	static const struct screen_class class = { .name = "case", .where = IN_CASE, .draw = case_draw, .act = case_act, .changed = case_changed,
		.done = case_done };
	struct case_screen *one = ui_push(ui, &class, sizeof(*one));
	size_t i;

	memcpy(one->uuid, uuid, strnlen(uuid, sizeof(one->uuid) - 1));
	case_load(one);
	for (i = 0; i < one->rows.count; i++)
		if (strcmp(one->sections[i].form, "hospitalization") == 0 && one->sections[i].available)
			one->rows.at = i;
}
