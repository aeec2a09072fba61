/* A synchronization as it goes: phases, counts, bytes, what went by. It goes on when the screen is left. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define SYNC_NOW "..."                       /* the state of the phase under way */

struct sync_screen { struct screen screen; bool asking; };

static const char *sync_phase_name(enum sync_phase phase)
{
	switch (phase) {
	case SYNC_PHASE_CONNECT: return N_("connect");
	case SYNC_PHASE_PUSH_NEW: return N_("push new");
	case SYNC_PHASE_INFRASTRUCTURE: return N_("places, users");
	case SYNC_PHASE_PULL_PUSH: return N_("pull and merge");
	case SYNC_PHASE_OBSOLETE: return N_("removed ones");
	case SYNC_PHASE_RESULTS: return N_("results");
	case SYNC_PHASE_SAVE: return N_("finish");
	case SYNC_PHASE_DONE: break;
	}
	return "";
}

static const char *sync_verdict_text(const struct sync_progress *progress)
{
	switch (progress->verdict) {
	case SYNC_RUNNING: return "";
	case SYNC_COMPLETED: return N_("Done: everything was sent and received.");
	case SYNC_PARTIAL: return N_("Done, but something was refused or left: v shows what.");
	case SYNC_OFFLINE: return N_("No connection. What was done is kept; s tries again from there.");
	case SYNC_REFUSED: return N_("The server refused the sign-in; check the user and the password.");
	case SYNC_FAILED: return N_("It failed; nothing is lost. s tries again.");
	}
	return "";
}

/* What came of places, users and configurations: one number, of the kind under way or of all. */
static void sync_infrastructure_counts(const struct sync_progress *progress, bool now, struct buf *out)
{
	int64_t all = 0;
	int i;

	for (i = 0; i < progress->kind_count; i++) {
		const struct sync_kind_counts *kind = &progress->kinds[i];

		if (!kind->infrastructure)
			continue;
		if (now && kind->pulled > 0 && progress->kind != NULL && strcmp(kind->kind, progress->kind) == 0) {
			buf_printf(out, "%s %lld", i18n_context_text("kind", kind->kind), (long long)kind->pulled);
			return;
		}
		all += kind->pulled;
	}
	if (all > 0)
		buf_printf(out, "%lld", (long long)all);
}

/* The counts that say where a kind stands: "persons 120/~340". */
static void sync_counts(const struct sync_progress *progress, bool push, struct buf *out)
{
	int i;

	for (i = 0; i < progress->kind_count; i++) {
		const struct sync_kind_counts *kind = &progress->kinds[i];
		const char *name = i18n_context_text("kind", kind->kind);
		int64_t done = push ? kind->pushed : kind->pulled, all = push ? kind->to_push : kind->estimate;

		if (kind->infrastructure || (done == 0 && all == 0))
			continue;
		buf_printf(out, "%s%s %lld", out->len > 0 ? "   " : "", name, (long long)done);
		if (all > 0)
			buf_printf(out, "/%s%lld", push ? "" : "~", (long long)(all > done ? all : done));
	}
}

/* In a low window only the phases that have something to tell have a row: what came of it all stays in sight. */
#define SYNC_LOW 20

/* A row of the list of phases; state: done, under way, or nothing yet. Returns the rows that it takes. */
static int sync_draw_phase(struct surface *surface, int row, const char *name, const char *state, const char *text)
{
	int at = surface->cols < 80 ? 20 : 25;

	if (surface->rows < SYNC_LOW && *text == '\0' && strcmp(state, SYNC_NOW) != 0)
		return 0;
	surface_put_cut(surface, row, 3, at - 1, ROLE_TEXT, name);
	surface_put_cut(surface, row, at, at + 6, ROLE_TEXT, state);
	surface_put_cut(surface, row, at + 7, surface->cols - 1, ROLE_TEXT, text);
	return 1;
}

static int sync_draw_phases(const struct sync_progress *progress, struct surface *surface)
{
	int phase, row = 1;

	for (phase = 0; phase < SYNC_PHASE_COUNT; phase++) {
		bool now = progress->verdict == SYNC_RUNNING && (int)progress->phase == phase, fast = progress->rate_bps >= 10000000;
		char *name = mem_printf("%d %s", phase + 1, _(sync_phase_name((enum sync_phase)phase)));
		struct buf text;

		buf_init(&text, 0);
		if (phase == SYNC_PHASE_CONNECT && progress->rate_bps > 0)
			buf_printf(&text, "%lld %s, %lld ms", (long long)(progress->rate_bps / (fast ? 1000000 : 1000)), fast ? "Mbit/s" : "kbit/s",
				(long long)progress->latency_ms);
		else if (phase == SYNC_PHASE_INFRASTRUCTURE)
			sync_infrastructure_counts(progress, now, &text);
		else if (phase == SYNC_PHASE_PULL_PUSH)
			sync_counts(progress, false, &text);
		if (now) {
			draw_mark(surface, row);
			surface_focus(surface, sync_phase_name((enum sync_phase)phase));
		}
		row += sync_draw_phase(surface, row, name, progress->phase_done[phase] ? _(N_("done")) : now ? SYNC_NOW : "", buf_text(&text));
		mem_free(name);
		buf_done(&text);
		if (phase == SYNC_PHASE_PULL_PUSH) {        /* the pushes of every phase, also of new records and again after a merge */
			buf_init(&text, 0);
			sync_counts(progress, true, &text);
			name = mem_printf("  %s", _(N_("push")));
			row += sync_draw_phase(surface, row, name, progress->phase_done[phase] ? _(N_("done"))
				: progress->verdict == SYNC_RUNNING && progress->activity == SYNC_PUSHING ? SYNC_NOW : "", buf_text(&text));
			mem_free(name);
			buf_done(&text);
		}
	}
	return row;
}

/* Returns the row behind. */
static int sync_draw_numbers(const struct sync_progress *progress, struct surface *surface, int row)
{
	char *received = text_bytes(progress->bytes_received), *unpacked = text_bytes(progress->bytes_unpacked),
		*sent = text_bytes(progress->bytes_sent);
	char *first = ui_text(N_("received {1} ({2} unpacked)   sent {3}"), received, unpacked, sent), *left = NULL, *text;
	char number[24];

	if (progress->verdict == SYNC_RUNNING && progress->retry_ms > 0) {
		char *span = text_span(progress->retry_ms);

		left = ui_text(N_("tries again in {1}"), span, NULL, NULL);
		mem_free(span);
	} else if (progress->verdict == SYNC_RUNNING && progress->left_ms >= 0) {
		char *span = text_span(progress->left_ms);

		left = ui_text(N_("left about {1}"), span, NULL, NULL);
		mem_free(span);
	}
	text = mem_printf("%s%s%s", first, left == NULL ? "" : text_columns(first) + 3 + text_columns(left) > surface->cols - 4 ? "\n" : "   ",
		left == NULL ? "" : left);
	row += draw_text(surface, row, 2, 3, surface->cols - 1, ROLE_TEXT, text);
	mem_free(text);
	if (progress->conflicts > 0) {
		text = ui_text(N_("conflicts {1}: c shows them"), err_number(number, progress->conflicts), NULL, NULL);
		surface_put_cut(surface, row, 3, surface->cols - 1, ROLE_CONFLICT, text);
		mem_free(text);
	}
	mem_free(received);
	mem_free(unpacked);
	mem_free(sent);
	mem_free(first);
	mem_free(left);
	return row + 1;
}

#define SYNC_LINES 3                         /* of a text below the phases; what is over is cut */

static int sync_text(struct surface *surface, int row, enum role role, const char *text)
{
	int room = draw_bottom(surface) - row;

	return room < 1 ? 0 : draw_text(surface, row, room < SYNC_LINES ? room : SYNC_LINES, 3, surface->cols - 1, role, text);
}

static char *sync_note_text(const struct sync_note *note)
{
	char text[1024], *time = text_clock(note->time_ms), *line;

	i18n_message(&note->message, text, sizeof(text));
	line = mem_printf("%s  %s%s%s", time, note->label, note->label[0] == '\0' ? "" : ": ", text);
	mem_free(time);
	return line;
}

static void sync_draw_notes(const struct sync_progress *progress, struct surface *surface, int row)
{
	int height = draw_bottom(surface) - row, from = progress->note_count;
	char *text;

	/* The newest that fit, the oldest of them first. */
	while (from > 0) {
		text = sync_note_text(&progress->notes[from - 1]);
		height -= draw_text(NULL, 0, SYNC_LINES, 3, surface->cols - 1, ROLE_TEXT, text);
		mem_free(text);
		if (height < 0)
			break;
		from--;
	}
	for (; from < progress->note_count; from++) {
		text = sync_note_text(&progress->notes[from]);
		row += sync_text(surface, row, ROLE_TEXT, text);
		mem_free(text);
	}
}

static void sync_answered(void *ctx, int choice)
{
	struct sync_screen *sync = ctx;

	sync->asking = false;
	sync_answer(sync->screen.ui->session, choice == 0);
}

static void sync_draw(struct screen *screen, struct surface *surface)
{
	struct ui *ui = screen->ui;
	const struct sync_progress *progress = sync_progress(ui->session);
	char *title = ui_text(N_("Synchronizing with {1} as {2}"), session_host(ui->session) == NULL ? "?" : session_host(ui->session),
		session_user(ui->session) == NULL ? "?" : session_user(ui->session), NULL), *elapsed = progress == NULL ? NULL
			: text_span(progress->elapsed_ms);
	int row;

	draw_head(ui, surface, title, elapsed);
	mem_free(title);
	mem_free(elapsed);
	if (progress == NULL) {
		surface_put_cut(surface, 2, 3, surface->cols - 1, ROLE_TEXT, _(N_("Nothing was synchronized since the program started.")));
		draw_foot(screen, surface, NULL, NULL);
		return;
	}
	draw_foot(screen, surface, NULL, NULL);
	row = sync_draw_phases(progress, surface);
	row = sync_draw_numbers(progress, surface, row);
	draw_rule(surface, row++);
	if (progress->verdict != SYNC_RUNNING) {
		row += sync_text(surface, row, ROLE_TITLE, _(sync_verdict_text(progress)));
		if (progress->err.depth > 0 && progress->verdict != SYNC_COMPLETED) {
			char text[1024];

			i18n_error(&progress->err, text, sizeof(text));
			row += sync_text(surface, row, ROLE_ERROR, text);
		}
		if (progress->verdict == SYNC_OFFLINE && ui_status(ui)->unsent > 0)
			row += sync_text(surface, row, ROLE_TEXT, _(N_("e writes what is unsent to a file, for another machine.")));
		surface_cursor(surface, row - 1, 3);
	}
	sync_draw_notes(progress, surface, row);
}

static void sync_verdicts(struct ui *ui)
{
	const struct sync_progress *progress = sync_progress(ui->session);
	struct buf out;
	int i;

	buf_init(&out, 0);
	for (i = 0; progress != NULL && i < progress->rejected_count; i++)
		buf_printf(&out, "%s  %s  %d\n  %s\n", i18n_context_text("kind", progress->rejected[i].kind), progress->rejected[i].label[0] != '\0' ? progress->rejected[i].label
			: progress->rejected[i].uuid, progress->rejected[i].status, progress->rejected[i].reason);
	if (out.len == 0)
		buf_add_text(&out, _(N_("The server refused nothing in this run.")));
	else
		buf_printf(&out, "\n%s\n", _(N_("What was refused stays here as it is: r in the list of cases shows it, opens it and sends it again.")));
	pager_open(ui, "verdicts", _(N_("What the server refused")), buf_take(&out, NULL));
}

static void sync_ask(struct sync_screen *sync)
{
	static const struct ask_choice choices[] = { { 'y', N_("yes, remove them here, too") }, { 'n', N_("no, keep them and stop") } };
	const struct sync_progress *progress = sync_progress(sync->screen.ui->session);
	char text[1024];

	if (progress == NULL || !progress->asks || sync->asking)
		return;
	sync->asking = true;
	i18n_message(&progress->question, text, sizeof(text));
	ask_open(sync->screen.ui, _(N_("Many records are gone on the server")), text, choices, 2, sync_answered, sync);
}

static bool sync_act(struct screen *screen, enum action action)
{
	struct ui *ui = screen->ui;

	sync_ask((struct sync_screen *)screen);
	if (action == ACTION_STOP) {
		if (sync_is_running(ui->session)) {
			sync_stop(ui->session);
			ui_say(ui, N_("It stops after this page."), NULL, NULL, NULL);
		} else {
			ui_say(ui, N_("Nothing runs; s starts it again."), NULL, NULL, NULL);
		}
	} else if (action == ACTION_SYNC) {
		if (sync_is_running(ui->session)) {
			ui_say(ui, N_("It runs already; x stops it."), NULL, NULL, NULL);
		} else {
			ui_pop(screen);
			sync_open(ui, true);
		}
	} else if (action == ACTION_VERDICTS)
		sync_verdicts(ui);
	else if (action == ACTION_CONFLICTS)
		conflicts_open(ui, NULL);
	else if (action == ACTION_EDITS_OUT)
		edits_out_open(ui);
	else if (action == ACTION_EDITS_IN)
		edits_in_open(ui);
	else
		return false;
	return true;
}

static uint64_t sync_not_now(const struct screen *screen)
{
	const struct sync_progress *progress = sync_progress(screen->ui->session);
	bool offline = progress != NULL && progress->verdict == SYNC_OFFLINE && ui_status(screen->ui)->unsent > 0;

	return UINT64_C(1) << (sync_is_running(screen->ui->session) ? ACTION_SYNC : ACTION_STOP) | (offline ? 0 : UINT64_C(1) << ACTION_EDITS_OUT);
}

static void sync_changed(struct screen *screen)
{
	sync_ask((struct sync_screen *)screen);
}

void sync_open(struct ui *ui, bool start)
{
	static const struct screen_class class = { .name = "sync", .where = IN_SYNC, .draw = sync_draw, .act = sync_act,
		.not_now = sync_not_now, .changed = sync_changed };
	struct sync_options options = { .mode = SYNC_CHANGES };
	struct err err;

	if (start && !sync_is_running(ui->session) && sync_start(ui->session, &options, &err) != ST_OK) {
		ui_say_error(ui, &err);
		if (err.status == ST_REFUSED)
			signin_open(ui);
		return;
	}
	ui_push(ui, &class, sizeof(struct sync_screen));
}
