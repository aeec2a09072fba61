/* Unsent edits to a file and from one: for a machine that never sees a network (app/parcel.h). */
#include <string.h>

#include "app/parcel.h"
#include "internal.h"

enum { EDITS_FILE, EDITS_PHRASE, EDITS_AGAIN, EDITS_COUNT };

struct edits_screen { struct screen screen; struct field fields[EDITS_COUNT]; int count /* of the fields that are asked */, at; };

static bool edits_is_out(const struct edits_screen *edits)
{
	return edits->screen.class->where == IN_EXPORT;
}

static const char *edits_label(int at)
{
	static const char *const labels[EDITS_COUNT] = { N_("File"), N_("Passphrase"), N_("The same once more") };

	return at < EDITS_COUNT ? _(labels[at]) : "";
}

static const char *edits_hint(const struct edits_screen *edits)
{
	static const char *const out[EDITS_COUNT] = { N_("a new file; a memory stick is often below /media"),
		N_("8 characters or more, not shown; who takes the file in needs it"), N_("so that a slip does not lock the edits up") };
	static const char *const in[EDITS_COUNT] = { N_("the file that was written there; a memory stick is often below /media"),
		N_("the one that was chosen there; it is not shown"), "" };

	return _(edits_is_out(edits) ? out[edits->at] : in[edits->at]);
}

static char *edits_intro(const struct edits_screen *edits)
{
	struct ui *ui = edits->screen.ui;
	const struct session_status *status = ui_status(ui);

	if (!edits_is_out(edits))
		return mem_strdup(_(N_("The edits in the file are merged with what is here and sent with the next sync. Nothing here is lost.")));
	return ui_text_count(status->unsent, NN_("{1} unsent record goes into a file that only the passphrase opens. It stays unsent here, too.",
		"{1} unsent records go into a file that only the passphrase opens. They stay unsent here, too."), NULL);
}

static void edits_draw(struct screen *screen, struct surface *surface)
{
	static const char *const names[EDITS_COUNT] = { "file", "passphrase", "again" };
	struct edits_screen *edits = (struct edits_screen *)screen;
	char *intro = edits_intro(edits);
	int i, width = 12, first;

	for (i = 0; i < edits->count; i++)
		if (text_columns(edits_label(i)) + 2 > width)
			width = text_columns(edits_label(i)) + 2;
	draw_head(screen->ui, surface, edits_is_out(edits) ? _(N_("Unsent edits to a file")) : _(N_("Edits from a file")), NULL);
	draw_rule(surface, 1);
	first = 3 + draw_text(surface, 2, 3, 3, surface->cols - 1, ROLE_TEXT, intro);
	mem_free(intro);
	draw_foot(screen, surface, edits_hint(edits), NULL);
	for (i = 0; i < edits->count; i++) {
		int row = first + i;

		surface_put_cut(surface, row, 3, 3 + width, ROLE_TEXT, edits_label(i));
		if (edits->fields[i].text[0] == '\0')
			surface_put(surface, row, 4 + width, surface->cols - 1, ROLE_TEXT, "..........");
		else if (i != edits->at)
			field_draw(&edits->fields[i], surface, row, 4 + width, surface->cols - 1, i != EDITS_FILE);
	}
	draw_mark(surface, first + edits->at);
	field_draw(&edits->fields[edits->at], surface, first + edits->at, 4 + width, surface->cols - 1, edits->at != EDITS_FILE);
	surface_focus(surface, names[edits->at]);
}

/* ---- what was done, and what to do next ---- */

static void edits_line(struct buf *out, const char *indent, char *text)
{
	buf_printf(out, "%s%s\n", indent, text);
	mem_free(text);
}

static void edits_tell_written(struct ui *ui, const char *path, const struct parcel_report *report)
{
	struct buf out;

	buf_init(&out, 0);
	edits_line(&out, "", ui_text_count(report->records, NN_("{1} unsent record is in this file:", "{1} unsent records are in this file:"), NULL));
	buf_printf(&out, "  %s\n", path);
	if (report->drafts > 0)
		edits_line(&out, "", ui_text_count(report->drafts, NN_("{1} draft is not in it, since it was not saved yet (d in the list).",
			"{1} drafts are not in it, since they were not saved yet (d in the list)."), NULL));
	buf_printf(&out, "\n%s\n", _(N_("What to do next")));
	buf_printf(&out, "  1. \t%s\n", _(N_("Bring the file to a machine with a connection, by memory stick or otherwise. Without the passphrase nobody can read it.")));
	buf_printf(&out, "  2. \t%s\n", _(N_("Sign in there, press i in the list of cases, give the file and the passphrase.")));
	buf_printf(&out, "  3. \t%s\n", _(N_("Synchronize there, with s.")));
	buf_printf(&out, "\n%s\n", _(N_("Here they stay unsent until this machine synchronizes; the next file holds them again, and to take them in twice does no harm.")));
	pager_open(ui, "edits-written", _(N_("The file is written")), buf_take(&out, NULL));
}

static void edits_tell_read(struct ui *ui, const struct parcel_report *report)
{
	struct buf out;
	char *time = report->written_ms > 0 ? text_time(report->written_ms) : NULL;

	buf_init(&out, 0);
	edits_line(&out, "", ui_text_count(report->records, NN_("{1} record was in the file, written by {2}.", "{1} records were in the file, written by {2}."),
		report->user));
	if (time != NULL)
		edits_line(&out, "", ui_text(N_("It was written on {1}, {2}."), report->device[0] == '\0' ? "?" : report->device, time, NULL));
	mem_free(time);
	buf_add_char(&out, '\n');
	if (report->created > 0)
		edits_line(&out, "  ", ui_text_count(report->created, NN_("{1} was not here yet", "{1} were not here yet"), NULL));
	if (report->merged > 0)
		edits_line(&out, "  ", ui_text_count(report->merged, NN_("{1} was merged with the one here", "{1} were merged with those here"), NULL));
	if (report->unchanged > 0)
		edits_line(&out, "  ", ui_text_count(report->unchanged, NN_("{1} stays as it is here", "{1} stay as they are here"), NULL));
	if (report->conflicts > 0) {
		buf_add_char(&out, '\n');
		edits_line(&out, "", ui_text_count(report->conflicts,
			NN_("{1} value was changed here, too: the one here stays, the other is in the conflict log (c in the list).",
			"{1} values were changed here, too: those here stay, the others are in the conflict log (c in the list)."), NULL));
	}
	buf_printf(&out, "\n%s\n", _(N_("What to do next")));
	edits_line(&out, "  1. \t", ui_text(N_("Synchronize, with s in the list: they are sent as {1}."), session_user(ui->session), NULL, NULL));
	buf_printf(&out, "  2. \t%s\n", _(N_("The file is not needed any more; this machine does not take it in a second time.")));
	pager_open(ui, "edits-read", _(N_("The edits are taken in")), buf_take(&out, NULL));
}

/* ---- doing it ---- */

static bool edits_miss(struct edits_screen *edits)
{
	char number[24];
	int i;

	for (i = 0; i < edits->count; i++) {
		if (!text_is_blank(edits->fields[i].text))
			continue;
		edits->at = i;
		ui_say(edits->screen.ui, N_("Please fill in: {1}"), edits_label(i), NULL, NULL);
		return true;
	}
	if (!edits_is_out(edits))
		return false;
	if (strlen(edits->fields[EDITS_PHRASE].text) < PARCEL_PASSPHRASE_MIN) {
		ui_say(edits->screen.ui, N_("This passphrase is too short; it needs {1} characters or more."), err_number(number, PARCEL_PASSPHRASE_MIN), NULL, NULL);
	} else if (strcmp(edits->fields[EDITS_PHRASE].text, edits->fields[EDITS_AGAIN].text) != 0) {
		ui_say(edits->screen.ui, N_("These are two different passphrases; please type both again."), NULL, NULL, NULL);
	} else {
		return false;
	}
	field_set(&edits->fields[EDITS_PHRASE], "");
	field_set(&edits->fields[EDITS_AGAIN], "");
	edits->at = EDITS_PHRASE;
	return true;
}

static void edits_go(struct edits_screen *edits, bool any_user);

static void edits_any_user(void *ctx, int choice)
{
	if (choice == 0)
		edits_go(ctx, true);
}

static void edits_go(struct edits_screen *edits, bool any_user)
{
	static const struct ask_choice choices[] = { { 'y', N_("yes, take them in") }, { 'n', N_("no, leave them") } };
	struct ui *ui = edits->screen.ui;
	struct parcel_report report;
	char *path, text[1024];
	struct err err;
	enum status st;

	if (edits_miss(edits))
		return;
	path = parcel_typed_path(ui->session, edits->fields[EDITS_FILE].text);
	st = edits_is_out(edits) ? parcel_write(ui->session, path, edits->fields[EDITS_PHRASE].text, &report, &err)
		: parcel_read(ui->session, path, edits->fields[EDITS_PHRASE].text, any_user, &report, &err);
	if (st == ST_OK) {
		bool out = edits_is_out(edits);

		ui->status_known = false;
		ui_pop(&edits->screen);
		if (out)
			edits_tell_written(ui, path, &report);
		else
			edits_tell_read(ui, &report);
	} else if (st == ST_ASK) {
		i18n_error(&err, text, sizeof(text));
		ask_open(ui, _(N_("Edits of somebody else")), text, choices, 2, edits_any_user, edits);
	} else {
		/* A wrong passphrase is typed anew; whatever else is wrong is about the file. */
		edits->at = !edits_is_out(edits) && st == ST_INVALID ? EDITS_PHRASE : EDITS_FILE;
		if (edits->at == EDITS_PHRASE)
			field_set(&edits->fields[EDITS_PHRASE], "");
		ui_say_error(ui, &err);
	}
	mem_free(path);
}

static bool edits_act(struct screen *screen, enum action action)
{
	struct edits_screen *edits = (struct edits_screen *)screen;

	if (action == ACTION_SAVE || (action == ACTION_NEXT && edits->at == edits->count - 1))
		edits_go(edits, false);
	else if (action == ACTION_NEXT || action == ACTION_DOWN)
		edits->at += edits->at < edits->count - 1;
	else if (action == ACTION_PREVIOUS || action == ACTION_UP)
		edits->at -= edits->at > 0;
	else
		return field_act(&edits->fields[edits->at], action);
	return true;
}

static bool edits_typing(const struct screen *screen)
{
	(void)screen;
	return true;
}

static bool edits_text(struct screen *screen, const char *text, bool paste)
{
	struct edits_screen *edits = (struct edits_screen *)screen;

	(void)paste;
	if (!field_insert(&edits->fields[edits->at], text))
		ui_say(screen->ui, N_("The field is full."), NULL, NULL, NULL);
	return true;
}

static void edits_done(struct screen *screen)
{
	struct edits_screen *edits = (struct edits_screen *)screen;
	int i;

	for (i = 0; i < EDITS_COUNT; i++)
		field_done(&edits->fields[i]);
}

static void edits_push(struct ui *ui, const struct screen_class *class, int count, char *path)
{
	struct edits_screen *edits = ui_push(ui, class, sizeof(*edits));
	int i;

	edits->count = count;
	for (i = 0; i < EDITS_COUNT; i++)
		field_init(&edits->fields[i], i == EDITS_FILE ? path : "");
	mem_free(path);
}

void edits_out_open(struct ui *ui)
{
	static const struct screen_class class = { .name = "export-edits", .where = IN_EXPORT, .draw = edits_draw, .act = edits_act,
		.typing = edits_typing, .text = edits_text, .done = edits_done };

	if (ui_status(ui)->unsent == 0)
		ui_say(ui, N_("Nothing is unsent here, so there is nothing to write to a file."), NULL, NULL, NULL);
	else
		edits_push(ui, &class, EDITS_COUNT, parcel_propose_path(ui->session));
}

void edits_in_open(struct ui *ui)
{
	static const struct screen_class class = { .name = "import-edits", .where = IN_IMPORT, .draw = edits_draw, .act = edits_act,
		.typing = edits_typing, .text = edits_text, .done = edits_done };

	edits_push(ui, &class, EDITS_AGAIN, parcel_find_path(ui->session));
}
