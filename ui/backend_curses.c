/* The terminal: ncurses writes its bytes to a memfd, the loop sends them to the non-blocking tty; a terminal that stalls never holds
 * anything up
 * (terminal.md "Drawing"). The only user of curses.h. */
#include <curses.h>

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#undef lines
#include "internal.h"

#define TERM_QUEUE_MAX ((size_t)4 * 1024 * 1024)   /* bytes a stalled terminal may owe us */
#define TERM_READ 4096

struct terminal {
	struct ui *ui;
	int in, out;                 /* out is opened anew, so that O_NONBLOCK is ours alone */
	int memory;                  /* where ncurses writes */
	FILE *file, *null;
	SCREEN *screen;
	struct termios before;
	struct keys keys;
	struct buf queue;
	size_t sent;
	int64_t escape_timer;
	int escape_delay;
	bool colour;
	int saved_stderr;
	struct cell *shown;          /* what curses has: only rows that differ are given to it */
	int shown_rows, shown_cols;
};

/* A handler for crashes can reach nothing but globals: how the terminal was, and what puts it right. */
static struct termios crash_termios;
static int crash_fd = -1;
static char crash_text[256];
static size_t crash_len;

static void term_crash(int signo)
{
	if (crash_fd >= 0) {
		ssize_t n = write(crash_fd, crash_text, crash_len);

		(void)n;
		tcsetattr(crash_fd, TCSANOW, &crash_termios);
	}
	signal(signo, SIG_DFL);
	raise(signo);
}

static const int crash_signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

/* ---- bytes out ---- */

static void term_writable(void *ctx, int fd, short revents);

static void term_readable(void *ctx, int fd, short revents);

static void term_watch(struct terminal *term)
{
	bool owes = term->sent < term->queue.len;

	if (term->in == term->out)
		loop_watch(term->ui->loop, term->in, (short)(POLLIN | (owes ? POLLOUT : 0)), term_readable, term);
	else if (owes)
		loop_watch(term->ui->loop, term->out, POLLOUT, term_writable, term);
	else
		loop_unwatch(term->ui->loop, term->out);
}

static void term_send(struct terminal *term)
{
	while (term->sent < term->queue.len) {
		ssize_t n = write(term->out, term->queue.data + term->sent, term->queue.len - term->sent);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN) {
			term->ui->quit = true;       /* the terminal went away: drafts are committed on the way out */
			term->sent = term->queue.len;
		}
		if (n <= 0)
			break;
		term->sent += (size_t)n;
	}
	if (term->sent == term->queue.len) {
		buf_clear(&term->queue);
		term->sent = 0;
	}
	term_watch(term);
}

static void term_writable(void *ctx, int fd, short revents)
{
	(void)fd;
	(void)revents;
	term_send(ctx);
}

/* What ncurses wrote since the last time goes to the queue. */
static void term_collect(struct terminal *term)
{
	off_t size;
	char chunk[4096];
	off_t at = 0;

	fflush(term->file);
	size = lseek(term->memory, 0, SEEK_CUR);
	while (at < size) {
		ssize_t n = pread(term->memory, chunk, sizeof(chunk), at);

		if (n <= 0)
			break;
		buf_add(&term->queue, chunk, (size_t)n);
		at += n;
	}
	if (size > 0 && (ftruncate(term->memory, 0) != 0 || lseek(term->memory, 0, SEEK_SET) != 0))
		term->ui->quit = true;
}

bool term_is_busy(const struct terminal *term)
{
	return term->sent < term->queue.len;
}

/* ---- keys in ---- */

static void term_key(void *ctx, int key, const char *paste)
{
	ui_key(ctx, key, paste);
}

static void term_escape(void *ctx)
{
	struct terminal *term = ctx;

	term->escape_timer = 0;
	keys_timeout(&term->keys, term_key, term->ui);
}

static void term_readable(void *ctx, int fd, short revents)
{
	struct terminal *term = ctx;
	char bytes[TERM_READ];
	ssize_t n;

	(void)fd;
	if (revents & POLLOUT)
		term_send(term);
	if (!(revents & (POLLIN | POLLHUP | POLLERR)))
		return;
	n = read(term->in, bytes, sizeof(bytes));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		term->ui->quit = true;
		loop_unwatch(term->ui->loop, term->in);
		return;
	}
	loop_cancel(term->ui->loop, term->escape_timer);
	term->escape_timer = 0;
	keys_feed(&term->keys, bytes, (size_t)n, term_key, term->ui);
	if (keys_waiting(&term->keys))
		term->escape_timer = loop_after(term->ui->loop, term->escape_delay, term_escape, term);
}

/* ---- drawing ---- */

static attr_t term_attributes(const struct terminal *term, enum role role, short *pair)
{
	*pair = 0;
	switch (role) {
	case ROLE_DIALOG:
		return A_REVERSE;
	case ROLE_TRAINING:
		return A_BOLD;
	case ROLE_ERROR:
	case ROLE_CONFLICT:
		*pair = term->colour ? 1 : 0;
		return A_NORMAL;
	case ROLE_WARNING:
		*pair = term->colour ? 2 : 0;
		return A_NORMAL;
	case ROLE_TEXT: case ROLE_TITLE: case ROLE_RULE: case ROLE_KEYS: case ROLE_HINT: case ROLE_LABEL: case ROLE_EDITED: case ROLE_COUNT:
		break;
	}
	return A_NORMAL;
}

static void term_put_cell(const struct terminal *term, int row, int col, const struct cell *cell)
{
	wchar_t wide[CCHARW_MAX + 1];
	const char *at = cell->text, *end = at + strlen(at);
	int n = 0, wide_cells;
	cchar_t out;
	short pair;
	attr_t attributes = term_attributes(term, cell->role, &pair);

	while (at < end && n < CCHARW_MAX)
		wide[n++] = (wchar_t)text_next(&at, end);
	wide[n] = L'\0';
	wide_cells = n > 0 ? wcwidth(wide[0]) : 0;
	if (wide_cells != cell->width) {
		/* The C library has other widths: a sign that both agree on, so that cells stay where they are. */
		wide[0] = L'?';
		wide[1] = L'\0';
		if (cell->width == 2) {
			cchar_t blank;

			if (setcchar(&blank, L" ", attributes, pair, NULL) == OK)
				mvadd_wch(row, col + 1, &blank);
		}
	}
	if (setcchar(&out, wide, attributes, pair, NULL) == OK)
		mvadd_wch(row, col, &out);
}

void term_show(struct terminal *term, const struct surface *surface, bool repaint)
{
	size_t count = (size_t)surface->rows * (size_t)surface->cols, line = (size_t)surface->cols;
	int row, col;

	if (term_is_busy(term))
		return;
	set_term(term->screen);
	if (term->shown == NULL || term->shown_rows != surface->rows || term->shown_cols != surface->cols) {
		resizeterm(surface->rows, surface->cols);
		mem_free(term->shown);
		term->shown = mem_calloc(count, sizeof(*term->shown));
		term->shown_rows = surface->rows;
		term->shown_cols = surface->cols;
		repaint = true;
	}
	if (repaint)
		clearok(curscr, TRUE);
	for (row = 0; row < surface->rows; row++) {
		const struct cell *cells = &surface->cells[(size_t)row * line];

		if (!repaint && memcmp(&term->shown[(size_t)row * line], cells, line * sizeof(*cells)) == 0)
			continue;
		for (col = 0; col < surface->cols; col++)
			if (cells[col].width > 0)
				term_put_cell(term, row, col, &cells[col]);
		memcpy(&term->shown[(size_t)row * line], cells, line * sizeof(*cells));
	}
	move(surface->cursor_row, surface->cursor_col);
	refresh();
	term_collect(term);
	term_send(term);
}

static void term_size(const struct terminal *term, int *rows, int *cols)
{
	struct winsize size;

	*rows = 24;
	*cols = 80;
	if (ioctl(term->out, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
		*rows = size.ws_row > 500 ? 500 : size.ws_row;
		*cols = size.ws_col > 1000 ? 1000 : size.ws_col;
	}
}

static void term_resized(void *ctx, int signo)
{
	struct terminal *term = ctx;
	int rows, cols;

	(void)signo;
	term_size(term, &rows, &cols);
	ui_resize(term->ui, rows, cols);
}

static void term_continued(void *ctx, int signo)
{
	struct terminal *term = ctx;
	struct termios raw = term->before;

	cfmakeraw(&raw);
	tcsetattr(term->in, TCSANOW, &raw);
	term_resized(ctx, signo);
}

/* ---- opening and closing ---- */

static enum repertoire term_repertoire(struct session *session, const char *caps)
{
	const char *names[] = { "LC_ALL", "LC_CTYPE", "LANG" }, *value = NULL;
	char *setting = setting_get(session, "charset"), *lower;
	enum repertoire repertoire = REPERTOIRE_ASCII;
	size_t i;

	for (i = 0; i < 3 && (value == NULL || *value == '\0'); i++)
		value = getenv(names[i]);
	lower = text_lower(value == NULL ? "" : value);
	if ((caps != NULL && strstr(caps, "ascii") != NULL) || (setting != NULL && strcmp(setting, "ascii") == 0))
		repertoire = REPERTOIRE_ASCII;
	else if ((caps != NULL && strstr(caps, "utf8") != NULL) || (setting != NULL && strcmp(setting, "utf8") == 0))
		repertoire = REPERTOIRE_UTF8;
	else if (strstr(lower, "utf-8") != NULL || strstr(lower, "utf8") != NULL)
		repertoire = REPERTOIRE_UTF8;
	else if (*lower != '\0' && strcmp(lower, "c") != 0 && strcmp(lower, "posix") != 0 && strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		repertoire = REPERTOIRE_CODESET;
	mem_free(setting);
	mem_free(lower);
	return repertoire;
}

static bool term_wants_colour(struct session *session, const char *caps)
{
	char *setting = setting_get(session, "colour");
	const char *no = getenv("NO_COLOR");
	bool colour = !(no != NULL && *no != '\0') && !(setting != NULL && strcmp(setting, "never") == 0);

	if (setting != NULL && strcmp(setting, "always") == 0)
		colour = true;
	if (caps != NULL && (strstr(caps, "mono") != NULL || strstr(caps, "color") != NULL))
		colour = strstr(caps, "mono") == NULL;
	mem_free(setting);
	return colour;
}

static void term_define_keys(struct terminal *term)
{
	static const struct { const char *capability; int key; } known[] = { { "kcuu1", KEY_CODE_UP }, { "kcud1", KEY_CODE_DOWN }, { "kcub1",
		KEY_CODE_LEFT },
		{ "kcuf1", KEY_CODE_RIGHT }, { "khome", KEY_CODE_HOME }, { "kend", KEY_CODE_END }, { "kpp", KEY_CODE_PAGE_UP }, { "knp",
			KEY_CODE_PAGE_DOWN },
		{ "kdch1", KEY_CODE_DELETE }, { "kich1", KEY_CODE_INSERT }, { "kcbt", KEY_CODE_BACK_TAB }, { "kf1", KEY_CODE_F1 } };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		char name[8] = "", *sequence;

		memcpy(name, known[i].capability, strlen(known[i].capability));
		sequence = tigetstr(name);
		if (sequence != NULL && sequence != (char *)-1)
			keys_define(&term->keys, sequence, known[i].key);
	}
}

static enum status term_start_curses(struct terminal *term, struct err *err)
{
	const char *name = getenv("TERM");
	char *type = mem_strdup(name != NULL && *name != '\0' ? name : "vt100");
	enum status st = ST_OK;

	use_env(FALSE);
	term->screen = newterm(type, term->file, term->null);
	if (term->screen == NULL) {
		mem_free(type);
		type = mem_strdup("vt100");
		term->screen = newterm(type, term->file, term->null);
		if (term->screen != NULL)
			ui_say(term->ui, N_("The terminal {1} is not known here; it is treated as a vt100."), name, NULL, NULL);
	}
	if (term->screen == NULL)
		st = err_set(err, ST_FAILED, N_("this terminal cannot be used; try --plain, or set TERM to vt100"));
	mem_free(type);
	return st;
}

enum status term_open(struct ui *ui, const struct ui_options *options, struct terminal **out, struct err *err)
{
	struct terminal *term;
	struct termios raw;
	int rows, cols, log, fd;
	size_t i;
	char *path, *sequence, rmcup[] = "rmcup";

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(err, ST_FAILED, N_("there is no terminal; use --plain, or one of the commands that `outpost help` lists"));
	term = mem_calloc(1, sizeof(*term));
	term->ui = ui;
	term->in = STDIN_FILENO;
	fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	term->out = fd >= 0 ? fd : STDOUT_FILENO;
	term->memory = memfd_create("screen", MFD_CLOEXEC);
	term->file = term->memory >= 0 ? fdopen(dup(term->memory), "w") : NULL;
	term->null = fopen("/dev/null", "r");
	term->saved_stderr = -1;
	keys_init(&term->keys);
	buf_init(&term->queue, TERM_QUEUE_MAX);
	tcgetattr(term->in, &term->before);
	if (term->file == NULL || term->null == NULL) {
		term_close(term);
		return err_set(err, ST_FAILED, N_("there is no memory to draw in; close other programs and try again"));
	}
	if (term_start_curses(term, err) != ST_OK) {
		term_close(term);
		return ST_FAILED;
	}
	typeahead(-1);
	idlok(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	scrollok(stdscr, FALSE);
	if (term_wants_colour(ui->session, options->caps) && has_colors()) {
		start_color();
		use_default_colors();
		init_pair(1, COLOR_RED, -1);
		init_pair(2, COLOR_YELLOW, -1);
		term->colour = true;
	}
	term_define_keys(term);
	ui->surface.repertoire = term_repertoire(ui->session, options->caps);
	term->escape_delay = (int)setting_int(ui->session, "escape_delay");
	/* stderr is kept away from the screen */
	path = path_join(session_dir(ui->session), "stderr.log");
	log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	mem_free(path);
	if (log >= 0 && isatty(STDERR_FILENO)) {
		term->saved_stderr = dup(STDERR_FILENO);
		dup2(log, STDERR_FILENO);
	}
	if (log >= 0)
		close(log);
	raw = term->before;
	cfmakeraw(&raw);                         /* no IXON: ^S saves */
	tcsetattr(term->in, TCSADRAIN, &raw);
	crash_termios = term->before;
	crash_fd = STDOUT_FILENO;
	{
		struct buf text;

		buf_init(&text, sizeof(crash_text));
		buf_add_text(&text, "\033[?2004l\r\n");
		buf_add_text(&text, "\033[m");
		sequence = tigetstr(rmcup);
		if (sequence != NULL && sequence != (char *)-1)
			buf_add_text(&text, sequence);
		crash_len = text.len;
		memcpy(crash_text, buf_text(&text), text.len);
		buf_done(&text);
	}
	for (i = 0; i < sizeof(crash_signals) / sizeof(crash_signals[0]); i++)
		signal(crash_signals[i], term_crash);
	term_size(term, &rows, &cols);
	ui_resize(ui, rows, cols);
	loop_watch(ui->loop, term->in, POLLIN, term_readable, term);
	loop_on_signal(ui->loop, SIGWINCH, term_resized, term);
	loop_on_signal(ui->loop, SIGCONT, term_continued, term);
	if (getenv("TERM") != NULL && strncmp(getenv("TERM"), "vt", 2) != 0)
		buf_add_text(&term->queue, "\033[?2004h");       /* bracketed paste; a vt100 would only ignore it */
	term_send(term);
	*out = term;
	return ST_OK;
}

void term_close(struct terminal *term)
{
	size_t i;
	struct pollfd poll_out;

	if (term == NULL)
		return;
	for (i = 0; i < sizeof(crash_signals) / sizeof(crash_signals[0]); i++)
		signal(crash_signals[i], SIG_DFL);
	crash_fd = -1;
	loop_unwatch(term->ui->loop, term->in);
	loop_unwatch(term->ui->loop, term->out);
	loop_cancel(term->ui->loop, term->escape_timer);
	loop_on_signal(term->ui->loop, SIGWINCH, NULL, NULL);
	loop_on_signal(term->ui->loop, SIGCONT, NULL, NULL);
	if (term->screen != NULL) {
		endwin();
		term_collect(term);
		buf_add_text(&term->queue, "\033[?2004l");
		/* A stalled terminal has a quarter of a second for its last bytes. */
		while (term->sent < term->queue.len) {
			ssize_t n;

			poll_out = (struct pollfd){ .fd = term->out, .events = POLLOUT };
			if (poll(&poll_out, 1, 250) <= 0)
				break;
			n = write(term->out, term->queue.data + term->sent, term->queue.len - term->sent);
			if (n <= 0)
				break;
			term->sent += (size_t)n;
		}
		tcsetattr(term->in, TCSANOW, &term->before);
		delscreen(term->screen);
	}
	if (term->saved_stderr >= 0) {
		dup2(term->saved_stderr, STDERR_FILENO);
		close(term->saved_stderr);
	}
	if (term->file != NULL)
		fclose(term->file);
	if (term->null != NULL)
		fclose(term->null);
	if (term->memory >= 0)
		close(term->memory);
	if (term->out > STDERR_FILENO)
		close(term->out);
	keys_done(&term->keys);
	buf_done(&term->queue);
	mem_free(term->shown);
	mem_free(term);
}
