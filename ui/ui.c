/* The stack of screens, keys to actions, drawing, timers; and the program on a terminal. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/* ---- messages ---- */

char *ui_text(const char *id, const char *a, const char *b, const char *c)
{
	struct message message;
	char text[2048];

	message_set(&message, id, a == NULL ? "" : a, b == NULL ? "" : b, c == NULL ? "" : c);
	i18n_message(&message, text, sizeof(text));
	return mem_strdup(text);
}

char *ui_text_count(int64_t n, const char *one, const char *many, const char *b)
{
	struct message message;
	char text[2048], number[24];

	message_set_count(&message, n, one, many, err_number(number, n), b == NULL ? "" : b);
	i18n_message(&message, text, sizeof(text));
	return mem_strdup(text);
}

void ui_stale(struct ui *ui)
{
	ui->stale = true;
}

void ui_say(struct ui *ui, const char *id, const char *a, const char *b, const char *c)
{
	char *text = ui_text(id, a, b, c);
	size_t len = text_cut(text, sizeof(ui->message) - 1);

	memcpy(ui->message, text, len);
	ui->message[len] = '\0';
	mem_free(text);
	ui_stale(ui);
}

void ui_say_error(struct ui *ui, const struct err *err)
{
	char text[UI_MESSAGE_MAX];

	i18n_error(err, text, sizeof(text));
	memcpy(ui->message, text, sizeof(text));
	ui_stale(ui);
}

const struct session_status *ui_status(struct ui *ui)
{
	if (!ui->status_known) {
		session_status(ui->session, &ui->status);
		ui->status_known = true;
	}
	return &ui->status;
}

/* ---- the stack ---- */

void *ui_push(struct ui *ui, const struct screen_class *class, size_t size)
{
	struct screen *screen = mem_calloc(1, size);

	screen->class = class;
	screen->ui = ui;
	screen->below = ui->top;
	ui->top = screen;
	ui_stale(ui);
	return screen;
}

void ui_pop(struct screen *screen)
{
	struct ui *ui = screen->ui;
	struct screen **at = &ui->top;

	while (*at != NULL && *at != screen)
		at = &(*at)->below;
	if (*at == NULL)
		return;
	*at = screen->below;
	/* It may be running just now: freed at the end of the turn. */
	screen->below = ui->gone;
	ui->gone = screen;
	if (ui->top != NULL && ui->top->class->changed != NULL)
		ui->top->class->changed(ui->top);
	ui_stale(ui);
}

static void ui_bury(struct ui *ui)
{
	while (ui->gone != NULL) {
		struct screen *screen = ui->gone;

		ui->gone = screen->below;
		if (screen->class->done != NULL)
			screen->class->done(screen);
		mem_free(screen);
	}
}

static void ui_changed(void *ctx)
{
	struct ui *ui = ctx;
	struct screen *screen;

	ui->status_known = false;
	for (screen = ui->top; screen != NULL; screen = screen->below)
		if (screen->class->changed != NULL)
			screen->class->changed(screen);
	ui_stale(ui);
}

/* ---- idle: drafts, lock, sync by itself ---- */

static void ui_commit(struct ui *ui)
{
	struct screen *screen;

	for (screen = ui->top; screen != NULL; screen = screen->below)
		if (screen->class->idle != NULL)
			screen->class->idle(screen);
}

static void ui_idle(void *ctx)
{
	struct ui *ui = ctx;

	ui->idle_timer = 0;
	ui_commit(ui);
}

void ui_lock(struct ui *ui)
{
	if (session_user(ui->session) == NULL || (ui->top != NULL && ui->top->class->where == IN_LOCK))
		return;
	ui_commit(ui);
	session_lock(ui->session);
	lock_open(ui);
	ui->repaint = true;
}

static void ui_lock_now(void *ctx)
{
	struct ui *ui = ctx;

	ui->lock_timer = 0;
	ui_lock(ui);
}

static void ui_sync_now(void *ctx)
{
	struct ui *ui = ctx;
	struct sync_options options = { .mode = SYNC_CHANGES };
	struct err err;
	int64_t minutes = setting_int(ui->session, "sync_minutes");

	if (!sync_is_running(ui->session) && sync_start(ui->session, &options, &err) != ST_OK)
		ui_say_error(ui, &err);
	ui->sync_timer = minutes > 0 ? loop_after(ui->loop, minutes * 60000, ui_sync_now, ui) : 0;
}

static void ui_arm(struct ui *ui)
{
	int64_t minutes = setting_int(ui->session, "lock_minutes");

	if (ui->idle_timer != 0)
		loop_cancel(ui->loop, ui->idle_timer);
	if (ui->lock_timer != 0)
		loop_cancel(ui->loop, ui->lock_timer);
	ui->idle_timer = loop_after(ui->loop, UI_IDLE_MS, ui_idle, ui);
	ui->lock_timer = minutes > 0 ? loop_after(ui->loop, minutes * 60000, ui_lock_now, ui) : 0;
	minutes = setting_int(ui->session, "sync_minutes");
	if (ui->sync_timer == 0 && minutes > 0)
		ui->sync_timer = loop_after(ui->loop, minutes * 60000, ui_sync_now, ui);
}

static void ui_progress(void *ctx, const struct sync_progress *progress)
{
	struct ui *ui = ctx;

	(void)progress;
	ui_stale(ui);
}

/* ---- life ---- */

void ui_init(struct ui *ui, struct session *session, int rows, int cols)
{
	memset(ui, 0, sizeof(*ui));
	ui->session = session;
	ui->loop = session_loop(session);
	surface_init(&ui->surface, rows, cols);
	session_listen(session, ui_changed, ui);
	sync_listen(session, ui_progress, ui);
	ui_arm(ui);
}

void ui_done(struct ui *ui)
{
	ui_commit(ui);
	while (ui->top != NULL) {
		struct screen *screen = ui->top;

		ui->top = screen->below;
		screen->below = ui->gone;
		ui->gone = screen;
	}
	ui_bury(ui);
	session_unlisten(ui->session, ui);
	sync_unlisten(ui->session, ui);
	loop_cancel(ui->loop, ui->idle_timer);
	loop_cancel(ui->loop, ui->lock_timer);
	loop_cancel(ui->loop, ui->sync_timer);
	surface_done(&ui->surface);
}

void ui_open_list(struct ui *ui)
{
	while (ui->top != NULL)
		ui_pop(ui->top);
	list_open(ui);
	if (session_is_training(ui->session) && !ui->noticed_training) {
		ui->noticed_training = true;
		ui_say(ui, N_("Training: these people are made up; nothing leaves this machine."), NULL, NULL, NULL);
	}
	drafts_open(ui);
}

void ui_start(struct ui *ui)
{
	if (!session_knows_account(ui->session)) {
		signin_open(ui);
		return;
	}
	ui->status_known = false;
	if (!ui_status(ui)->signed_in && !session_take_kept_password(ui->session)) {
		lock_open(ui);
		return;
	}
	ui_open_list(ui);
}

void ui_resize(struct ui *ui, int rows, int cols)
{
	surface_resize(&ui->surface, rows, cols);
	ui->repaint = true;
	ui_stale(ui);
}

/* ---- keys ---- */

static void ui_act(struct ui *ui, enum action action)
{
	struct screen *top = ui->top;

	if (action == ACTION_REDRAW)
		ui->repaint = true;
	else if (top->class->act != NULL && top->class->act(top, action))
		return;
	else if (action == ACTION_HELP)
		pager_open(ui, "help", _(N_("Help")), help_text(top->class->where));
	else if (action == ACTION_BACK && top->below != NULL)
		ui_pop(top);
	else if (action == ACTION_QUIT)
		ui->quit = true;
}

/* A question and what is only read have no help: their keys stand at the bottom. */
static void ui_say_no_key(struct ui *ui, const char *key, const char *id)
{
	ui_say(ui, keymap_find(ui->top->class->where, key_from_name("F1"), true) != ACTION_NONE ? id : N_("{1} means nothing here. ^G goes back."), key, NULL, NULL);
}

void ui_key(struct ui *ui, int key, const char *paste)
{
	struct screen *top = ui->top;
	bool typing, small = ui->surface.rows < UI_MIN_ROWS || ui->surface.cols < UI_MIN_COLS;
	enum action action;
	char text[5] = "", name[16];

	if (top == NULL || ui->quit)
		return;
	ui_arm(ui);
	if (small && key != 3)
		return;                              /* nothing is seen: nothing is done */
	ui->message[0] = '\0';
	ui_stale(ui);
	if (paste != NULL) {
		if (top->class->text != NULL)
			top->class->text(top, paste, true);
		return;
	}
	typing = top->class->typing != NULL && top->class->typing(top);
	action = keymap_find(top->class->where, key, typing);
	if (action != ACTION_NONE) {
		ui_act(ui, action);
	} else if (key >= 32 && key < KEY_SPECIAL) {
		text[text_put(key, text)] = '\0';
		if (top->class->text == NULL || !top->class->text(top, text, false))
			ui_say_no_key(ui, text, N_("{1} means nothing here. ? shows the keys."));
	} else if (key != KEY_NONE) {
		keys_name(key, name);
		ui_say_no_key(ui, i18n_context_text("key", name), N_("{1} means nothing here. F1 shows the keys."));
	}
	ui_bury(ui);
}

/* ---- drawing ---- */

static void ui_draw_screen(struct screen *screen, struct surface *surface)
{
	if (screen->class->over && screen->below != NULL)
		ui_draw_screen(screen->below, surface);
	surface->screen = screen->class->name;
	surface->focus[0] = '\0';
	screen->class->draw(screen, surface);
}

void ui_draw(struct ui *ui)
{
	struct surface *surface = &ui->surface;

	ui_bury(ui);
	ui->stale = false;
	surface_clear(surface);
	surface->screen = "-";
	if (surface->rows < UI_MIN_ROWS || surface->cols < UI_MIN_COLS) {
		struct wrap_line lines[UI_MIN_ROWS];
		char cols[24], rows[24];
		int count, i;
		char *text = ui_text(N_("Please enlarge the window: {1} x {2} at least."), err_number(cols, UI_MIN_COLS), err_number(rows, UI_MIN_ROWS),
			NULL);

		surface->screen = "small";
		count = wrap_text(text, surface->cols, lines, UI_MIN_ROWS);
		for (i = 0; i < count; i++)
			surface_put_line(surface, i, 0, surface->cols, ROLE_TEXT, &lines[i]);
		surface_cursor(surface, 0, 0);
		mem_free(text);
	} else if (ui->top != NULL) {
		ui_draw_screen(ui->top, surface);
		draw_message(ui, surface);
	}
}

static void ui_before_wait(void *ctx)
{
	struct ui *ui = ctx;

	if (ui->quit)
		loop_stop(ui->loop);
	/* While bytes are queued no new frame is made. */
	if (!ui->stale || ui->term == NULL || term_is_busy(ui->term))
		return;
	ui_draw(ui);
	term_show(ui->term, &ui->surface, ui->repaint);
	ui->repaint = false;
}

static void ui_signal(void *ctx, int signo)
{
	struct ui *ui = ctx;

	(void)signo;
	ui->quit = true;
}

int ui_run(struct session *session, const struct ui_options *options)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };
	struct ui ui;
	struct err err;
	char text[UI_MESSAGE_MAX];
	size_t i;

	if (options->plain || setting_bool(session, "plain"))
		return plain_run(session);
	ui_init(&ui, session, 24, 80);
	if (term_open(&ui, options, &ui.term, &err) != ST_OK) {
		i18n_error(&err, text, sizeof(text));
		fprintf(stderr, "outpost: %s\n", text);
		ui_done(&ui);
		return 1;
	}
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		loop_on_signal(ui.loop, signals[i], ui_signal, &ui);
	loop_before_wait(ui.loop, ui_before_wait, &ui);
	ui_start(&ui);
	/* loop_run, not loop_turn: a loop that somebody stopped before (the demo's first sync) does not wait until it is run again */
	while (!ui.quit)
		loop_run(ui.loop);
	loop_before_cancel(ui.loop, &ui);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		loop_on_signal(ui.loop, signals[i], NULL, NULL);
		signal(signals[i], SIG_IGN);     /* a second one must not keep the terminal from being restored, nor drafts from being committed */
	}
	ui_done(&ui);
	term_close(ui.term);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_DFL);
	return 0;
}
