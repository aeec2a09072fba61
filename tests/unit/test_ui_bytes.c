/* The byte budgets of terminal.md, measured on a pseudo-terminal: the real program on a stand-in for app/. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/fake_app.h"
#include "ui/ui.h"

#define QUIET_MS 30                          /* a frame is over when nothing came for so long */
#define START_MS 5000

struct pty { int fd; pid_t pid; const char *term; int percent; };

static struct session *pty_session;

static void pty_progress(void *ctx)
{
	fake_app_progress(pty_session);
	loop_after(ctx, 200, pty_progress, ctx);
}

static void pty_child(const char *term)
{
	struct ui_options options = { .caps = "utf8 mono" };
	struct session_options open = { .data_dir = NULL };
	struct session *session;
	struct err err;

	setenv("TERM", term, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	i18n_init("/nonexistent");
	fake_app.stands = true;
	open.loop = loop_new(NULL);
	if (session_open(&open, &session, &err) != ST_OK)
		_exit(9);
	pty_session = session;
	loop_stop(open.loop);                    /* as after a sync that ran before the screens */
	if (getenv("FAKE_PROGRESS") != NULL)
		loop_after(open.loop, 1000, pty_progress, open.loop);
	_exit(ui_run(session, &options));
}

static void pty_start(struct pty *pty, const char *term)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };

	pty->term = term;
	pty->percent = strcmp(term, "vt100") == 0 ? 110 : 100;
	pty->pid = forkpty(&pty->fd, NULL, NULL, &size);
	assert_true(pty->pid >= 0);
	if (pty->pid == 0)
		pty_child(term);
}

/* Bytes until it is quiet. first_ms: how long the first may take. */
static int pty_read(struct pty *pty, int first_ms, char *text, size_t size)
{
	struct pollfd p = { .fd = pty->fd, .events = POLLIN };
	int wait = first_ms, all = 0;
	size_t kept = 0;
	char bytes[4096];

	while (poll(&p, 1, wait) > 0) {
		ssize_t n = read(pty->fd, bytes, sizeof(bytes));

		if (n <= 0)
			break;
		if (text != NULL && kept + (size_t)n < size) {
			memcpy(text + kept, bytes, (size_t)n);
			kept += (size_t)n;
		}
		all += (int)n;
		wait = QUIET_MS;
	}
	if (text != NULL)
		text[kept] = '\0';
	return all;
}

static int pty_keys(struct pty *pty, const char *keys)
{
	assert_int_equal(write(pty->fd, keys, strlen(keys)), (ssize_t)strlen(keys));
	return pty_read(pty, 1000, NULL, 0);
}

static void pty_stop(struct pty *pty, int signo)
{
	int status, tries;
	pid_t ended = 0;

	kill(pty->pid, signo);
	for (tries = 0; tries < 100 && ended == 0; tries++) {
		struct pollfd p = { .fd = pty->fd, .events = POLLIN };
		char bytes[4096];

		/* a closed terminal is readable at once and for ever: then the wait is a plain one */
		if (poll(&p, 1, 20) > 0 && read(pty->fd, bytes, sizeof(bytes)) <= 0)
			poll(NULL, 0, 20);
		ended = waitpid(pty->pid, &status, WNOHANG);
	}
	if (ended == 0) {
		kill(pty->pid, SIGKILL);
		waitpid(pty->pid, &status, 0);
		fail_msg("signal %d did not end the program within two seconds", signo);
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(pty->fd);
}

static void within(const struct pty *pty, const char *action, int bytes, int budget)
{
	budget = budget * pty->percent / 100;
	if (getenv("OUTPOST_BYTES") != NULL)
		print_message("# %s, %s: %d of %d\n", pty->term, action, bytes, budget);
	if (bytes > budget)
		fail_msg("%s, %s: %d bytes, at most %d are allowed", pty->term, action, bytes, budget);
	if (bytes == 0)
		fail_msg("%s, %s: nothing was drawn", pty->term, action);
}

#define DOWN "\033[B"

static void list_budgets(const char *term)
{
	struct pty pty;
	int i;

	pty_start(&pty, term);
	within(&pty, "first paint of the list", pty_read(&pty, START_MS, NULL, 0), 2200);
	within(&pty, "one row down", pty_keys(&pty, DOWN), 20);
	within(&pty, "one row up", pty_keys(&pty, "\033[A"), 20);
	for (i = 0; i < 17; i++)
		within(&pty, "one row down", pty_keys(&pty, DOWN), 20);
	for (i = 0; i < 3; i++)
		within(&pty, "scroll one row", pty_keys(&pty, DOWN), 140);
	within(&pty, "page down", pty_keys(&pty, "\033[6~"), 1600);
	within(&pty, "page down", pty_keys(&pty, "\033[6~"), 1600);
	pty_stop(&pty, SIGTERM);
}

static void form_budgets(const char *term)
{
	struct pty pty;
	const char *c;
	char one[2] = "";

	pty_start(&pty, term);
	pty_read(&pty, START_MS, NULL, 0);
	pty_keys(&pty, "\r");
	within(&pty, "first paint of a form", pty_keys(&pty, "\r"), 1200);
	within(&pty, "next field, the hint comes", pty_keys(&pty, "\t"), 60);
	within(&pty, "next field, the hint goes", pty_keys(&pty, "\t"), 60);
	within(&pty, "next field", pty_keys(&pty, "\t"), 20);
	within(&pty, "next field", pty_keys(&pty, "\r"), 20);
	within(&pty, "next field", pty_keys(&pty, DOWN), 20);
	pty_keys(&pty, "\t\t\t");                /* remarks */
	within(&pty, "next field", pty_keys(&pty, "\t"), 20);
	for (c = "Room 12 b"; *c != '\0'; c++) {
		one[0] = *c;
		within(&pty, "type a character", pty_keys(&pty, one), 20);
	}
	pty_keys(&pty, "\033[D\033[D\033[D");
	within(&pty, "insert a character", pty_keys(&pty, "3"), 30 + 3);
	within(&pty, "insert a character", pty_keys(&pty, "\xc3\xa9"), 30 + 3);
	pty_stop(&pty, SIGHUP);
}

static void the_list_keeps_its_budgets(void **state)
{
	(void)state;
	list_budgets("xterm-256color");
}

static void the_list_keeps_its_budgets_on_a_vt100(void **state)
{
	(void)state;
	list_budgets("vt100");
}

static void a_form_keeps_its_budgets(void **state)
{
	(void)state;
	form_budgets("xterm-256color");
}

static void a_form_keeps_its_budgets_on_a_vt100(void **state)
{
	(void)state;
	form_budgets("vt100");
}

static void progress_keeps_its_budget(void **state)
{
	struct pty pty;
	int i;

	(void)state;
	setenv("FAKE_PROGRESS", "1", 1);
	pty_start(&pty, "xterm-256color");
	unsetenv("FAKE_PROGRESS");
	pty_read(&pty, START_MS, NULL, 0);
	pty_keys(&pty, "s");
	for (i = 0; i < 3; i++)
		within(&pty, "one progress update", pty_read(&pty, 2000, NULL, 0), 60);
	pty_stop(&pty, SIGTERM);
}

/* Hundredths of a second that the process used. */
static long pty_used(const struct pty *pty)
{
	char path[64], text[1024], *at;
	unsigned long user = 0, kernel = 0;
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pty->pid);
	file = fopen(path, "r");
	if (file == NULL)
		skip();
	n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = '\0';
	at = strrchr(text, ')');
	if (at == NULL || sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) != 2)
		fail_msg("no times in %s", path);
	return (long)(user + kernel);
}

static void nothing_is_sent_and_nothing_runs_while_nothing_happens(void **state)
{
	struct pty pty;
	long used;

	(void)state;
	pty_start(&pty, "xterm-256color");
	pty_read(&pty, START_MS, NULL, 0);
	used = pty_used(&pty);
	assert_int_equal(pty_read(&pty, 400, NULL, 0), 0);
	if (pty_used(&pty) - used > 10)
		fail_msg("an idle program used %ld ms of 400", (pty_used(&pty) - used) * 10);
	pty_stop(&pty, SIGTERM);
}

static void a_terminal_that_is_not_read_does_not_hold_up_sigterm(void **state)
{
	struct pty pty;
	int i;

	(void)state;
	pty_start(&pty, "xterm-256color");
	pty_read(&pty, START_MS, NULL, 0);
	/* page up and down until its queue is full; nothing is read */
	for (i = 0; i < 200; i++)
		if (write(pty.fd, "\033[6~\033[5~", 8) != 8)
			break;
	kill(pty.pid, SIGTERM);
	{
		struct pollfd none = { .fd = -1 };
		int status = 0, tries;
		pid_t ended = 0;

		for (tries = 0; tries < 100 && ended == 0; tries++) {
			poll(&none, 1, 20);
			ended = waitpid(pty.pid, &status, WNOHANG);
		}
		if (ended == 0)
			kill(pty.pid, SIGKILL);
		assert_int_equal(ended, pty.pid);
	}
	close(pty.fd);
}

static void the_terminal_is_given_back_as_it_was(void **state)
{
	struct pty pty;
	char text[65536];

	(void)state;
	pty_start(&pty, "xterm-256color");
	pty_read(&pty, START_MS, text, sizeof(text));
	assert_non_null(strstr(text, "\033[?2004h"));
	assert_int_equal(write(pty.fd, "q", 1), 1);
	pty_read(&pty, 1000, text, sizeof(text));
	assert_non_null(strstr(text, "\033[?2004l"));
	assert_non_null(strstr(text, "\033[?1049l"));
	pty_stop(&pty, SIGTERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_keeps_its_budgets),
		cmocka_unit_test(the_list_keeps_its_budgets_on_a_vt100),
		cmocka_unit_test(a_form_keeps_its_budgets),
		cmocka_unit_test(a_form_keeps_its_budgets_on_a_vt100),
		cmocka_unit_test(progress_keeps_its_budget),
		cmocka_unit_test(nothing_is_sent_and_nothing_runs_while_nothing_happens),
		cmocka_unit_test(a_terminal_that_is_not_read_does_not_hold_up_sigterm),
		cmocka_unit_test(the_terminal_is_given_back_as_it_was),
	};

	fake_app.account = fake_app.signed_in = true;
	return cmocka_run_group_tests_name("ui_bytes", tests, NULL, NULL);
}
