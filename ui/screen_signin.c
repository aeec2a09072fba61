/* Signing in, and unlocking. */
#include <string.h>

#include "internal.h"

enum { SIGNIN_URL, SIGNIN_USER, SIGNIN_PASSWORD, SIGNIN_ZONE, SIGNIN_KEEP, SIGNIN_COUNT };

#define SIGNIN_SCHEME "https://"             /* what the server's address begins with, until one is typed */

struct signin_screen { struct screen screen; struct field fields[SIGNIN_KEEP]; bool keep, busy; int at; };

static const char *signin_label(int at)
{
	static const char *const labels[SIGNIN_COUNT] = { N_("Server"), N_("User"), N_("Password"), N_("Time zone"),
		N_("Keep the password for the next start?") };

	return _(labels[at]);
}

static void signin_draw(struct screen *screen, struct surface *surface)
{
	struct signin_screen *signin = (struct signin_screen *)screen;
	static const char *const hints[SIGNIN_COUNT] = { N_("https://host/sormas-rest; the administrator knows it"), N_("your name on the server"),
		N_("is not shown and not stored"),
		N_("such as Africa/Freetown"), N_("y or n; in the kernel's keyring") };
	int i, width = 24, first;

	for (i = 0; i < SIGNIN_COUNT; i++)
		if (text_columns(signin_label(i)) + 2 > width)
			width = text_columns(signin_label(i)) + 2;
	draw_head(screen->ui, surface, _(N_("Outpost   sign in")), NULL);
	first = 3 + draw_text(surface, 2, 2, 3, surface->cols - 1, ROLE_TEXT,
		_(N_("The first time needs the network; afterwards work goes on without it.")));
	draw_foot(screen, surface, signin->busy ? _(N_("Asking the server ...")) : _(hints[signin->at]), NULL);
	for (i = 0; i < SIGNIN_COUNT; i++) {
		int row = first + i;

		surface_put_cut(surface, row, 3, 3 + width, ROLE_TEXT, signin_label(i));
		if (i == signin->at)
			draw_mark(surface, row);
		if (i == SIGNIN_KEEP) {
			surface_put(surface, row, 4 + width, surface->cols, ROLE_TEXT, signin->keep ? "[" : " ");
			surface_put(surface, row, 5 + width, surface->cols, ROLE_TEXT, _(N_("Yes")));
			surface_put(surface, row, 5 + width + text_columns(_(N_("Yes"))), surface->cols, ROLE_TEXT, signin->keep ? "]  " : "  [");
			surface_put(surface, row, 8 + width + text_columns(_(N_("Yes"))), surface->cols, ROLE_TEXT, _(N_("No")));
			surface_put(surface, row, 8 + width + text_columns(_(N_("Yes"))) + text_columns(_(N_("No"))), surface->cols, ROLE_TEXT, signin->keep
				? " " : "]");
			if (i == signin->at)
				surface_cursor(surface, row, 5 + width);
		} else if (i == signin->at) {
			if (signin->fields[i].text[0] == '\0')
				surface_put(surface, row, 4 + width, surface->cols - 1, ROLE_TEXT, "..........");
			field_draw(&signin->fields[i], surface, row, 4 + width, surface->cols - 1, i == SIGNIN_PASSWORD);
		} else {
			int row_before = surface->cursor_row, col_before = surface->cursor_col;

			field_draw(&signin->fields[i], surface, row, 4 + width, surface->cols - 1, i == SIGNIN_PASSWORD);
			surface_cursor(surface, row_before, col_before);
			if (signin->fields[i].text[0] == '\0')
				surface_put(surface, row, 4 + width, surface->cols - 1, ROLE_TEXT, "..........");
		}
	}
	surface_focus(surface, signin->at == SIGNIN_URL ? "server" : signin->at == SIGNIN_USER ? "user" : signin->at == SIGNIN_PASSWORD
		? "password"
		: signin->at == SIGNIN_ZONE ? "timezone" : "keep");
}

static void signin_go(struct signin_screen *signin, bool replace);

static void signin_replace(void *ctx, int choice)
{
	if (choice == 0)
		signin_go(ctx, true);
}

static void signin_over(void *ctx, enum status st, const struct err *err)
{
	static const struct ask_choice choices[] = { { 'r', N_("replace them") }, { 'n', N_("no, go back") } };
	struct signin_screen *signin = ctx;
	struct ui *ui = signin->screen.ui;
	char text[1024];

	signin->busy = false;
	ui_stale(ui);
	if (st == ST_OK) {
		ui->status_known = false;
		ui_open_list(ui);
	} else if (st == ST_ASK) {
		i18n_error(err, text, sizeof(text));
		ask_open(ui, _(N_("Other data are on this machine")), text, choices, 2, signin_replace, signin);
	} else {
		ui_say_error(ui, err);
		if (st == ST_REFUSED) {
			/* It cannot be read, so it is typed anew. */
			field_set(&signin->fields[SIGNIN_PASSWORD], "");
			signin->at = SIGNIN_PASSWORD;
		}
	}
}

static void signin_go(struct signin_screen *signin, bool replace)
{
	struct sign_in how = { .url = signin->fields[SIGNIN_URL].text, .user = signin->fields[SIGNIN_USER].text,
		.password = signin->fields[SIGNIN_PASSWORD].text,
		.zone = text_is_blank(signin->fields[SIGNIN_ZONE].text) ? NULL : signin->fields[SIGNIN_ZONE].text, .keep = signin->keep,
			.replace = replace };
	int i;

	if (signin->busy)
		return;
	for (i = 0; i <= SIGNIN_PASSWORD; i++) {
		if (!text_is_blank(signin->fields[i].text) && strcmp(signin->fields[i].text, SIGNIN_SCHEME) != 0)
			continue;
		signin->at = i;
		ui_say(signin->screen.ui, N_("Please fill in: {1}"), signin_label(i), NULL, NULL);
		return;
	}
	signin->busy = true;
	session_sign_in(signin->screen.ui->session, &how, signin_over, signin);
}

static bool signin_act(struct screen *screen, enum action action)
{
	struct signin_screen *signin = (struct signin_screen *)screen;

	if (action == ACTION_SAVE || (action == ACTION_NEXT && signin->at == SIGNIN_KEEP))
		signin_go(signin, false);
	else if (action == ACTION_NEXT || action == ACTION_DOWN)
		signin->at += signin->at < SIGNIN_COUNT - 1;
	else if (action == ACTION_PREVIOUS || action == ACTION_UP)
		signin->at -= signin->at > 0;
	else if (action == ACTION_QUIT)
		return false;
	else if (action == ACTION_BACK) {
		if (signin->busy)
			ui_say(screen->ui, N_("The server is being asked; please wait a moment."), NULL, NULL, NULL);
		else if (screen->below != NULL)
			ui_pop(screen);
		else
			ui_say(screen->ui, N_("^C ends Outpost."), NULL, NULL, NULL);
	} else if (signin->at < SIGNIN_KEEP)
		return field_act(&signin->fields[signin->at], action);
	else if (action == ACTION_LEFT || action == ACTION_RIGHT)
		signin->keep = action == ACTION_LEFT;
	else
		return false;
	return true;
}

static bool signin_typing(const struct screen *screen)
{
	(void)screen;
	return true;
}

static bool signin_text(struct screen *screen, const char *text, bool paste)
{
	struct signin_screen *signin = (struct signin_screen *)screen;

	(void)paste;
	if (signin->at < SIGNIN_KEEP) {
		field_insert(&signin->fields[signin->at], text);
	} else {
		char *typed = text_fold(text), *yes = text_fold(_(N_("Yes")));

		signin->keep = *typed != '\0' && typed[0] == yes[0];
		mem_free(typed);
		mem_free(yes);
	}
	return true;
}

static void signin_done(struct screen *screen)
{
	struct signin_screen *signin = (struct signin_screen *)screen;
	int i;

	for (i = 0; i < SIGNIN_KEEP; i++)
		field_done(&signin->fields[i]);
}

void signin_open(struct ui *ui)
{
	static const struct screen_class class = { .name = "signin", .where = IN_SIGN_IN, .draw = signin_draw, .act = signin_act,
		.typing = signin_typing,
		.text = signin_text, .done = signin_done };
	struct signin_screen *signin = ui_push(ui, &class, sizeof(*signin));
	char *zone = session_proposed_zone(ui->session);

	field_init(&signin->fields[SIGNIN_URL], session_server(ui->session) == NULL ? SIGNIN_SCHEME : session_server(ui->session));
	field_init(&signin->fields[SIGNIN_USER], session_user(ui->session));
	field_init(&signin->fields[SIGNIN_PASSWORD], "");
	field_init(&signin->fields[SIGNIN_ZONE], zone);
	mem_free(zone);
}

/* ---- lock ---- */

struct lock_screen { struct screen screen; struct field field; };

static void lock_draw(struct screen *screen, struct surface *surface)
{
	struct lock_screen *lock = (struct lock_screen *)screen;
	char *text = ui_text(N_("Password of {1}: "), session_user(screen->ui->session), NULL, NULL);
	int col;

	draw_head(screen->ui, surface, _(N_("Outpost is locked")), NULL);
	draw_text(surface, 5, 2, 3, surface->cols - 1, ROLE_TEXT, _(N_("Enter unlocks. It works without the network. ^C ends Outpost.")));
	draw_foot(screen, surface, NULL, NULL);
	col = surface_put_cut(surface, 3, 3, surface->cols - 20, ROLE_TEXT, text);
	field_draw(&lock->field, surface, 3, col, surface->cols - 1, true);
	surface_focus(surface, "password");
	mem_free(text);
}

static bool lock_act(struct screen *screen, enum action action)
{
	struct lock_screen *lock = (struct lock_screen *)screen;
	struct ui *ui = screen->ui;
	struct err err;

	if (action == ACTION_QUIT)
		return false;
	if (action == ACTION_NEXT) {
		enum status st = session_give_password(ui->session, lock->field.text, &err);

		field_set(&lock->field, "");
		if (st != ST_OK) {
			ui_say_error(ui, &err);
		} else {
			ui->status_known = false;
			if (screen->below != NULL)
				ui_pop(screen);
			else
				ui_open_list(ui);
		}
	} else {
		return field_act(&lock->field, action);
	}
	return true;
}

static bool lock_text(struct screen *screen, const char *text, bool paste)
{
	(void)paste;
	field_insert(&((struct lock_screen *)screen)->field, text);
	return true;
}

static void lock_done(struct screen *screen)
{
	field_done(&((struct lock_screen *)screen)->field);
}

void lock_open(struct ui *ui)
{
	static const struct screen_class class = { .name = "lock", .where = IN_LOCK, .draw = lock_draw, .act = lock_act, .typing = signin_typing,
		.text = lock_text,
		.done = lock_done };
	struct lock_screen *lock = ui_push(ui, &class, sizeof(*lock));

	field_init(&lock->field, "");
}
