/* keys LABEL OUTPOST DATA PASSWORD [ROUNDS]: the program in a terminal of 80x24 as a person has it: from its start to the first screen, from the password to
 * the list, and from a key to the first byte of its echo, in the list, while one searches, and in a form. JSON lines, milliseconds.
 * keys LABEL cat: the floor, a program that gives back what it gets. */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define QUIET_MS 40                          /* nothing for so long: it has drawn all */
#define GIVE_UP_MS 20000
#define SAMPLES 4000

static int terminal;
static char seen[1 << 16];                   /* what came since the last key */
static size_t seen_len;

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Waits for output; false: nothing came in time, or the program has ended. */
static bool take_output(int timeout_ms)
{
	struct pollfd p = { .fd = terminal, .events = POLLIN };
	char bytes[4096];
	ssize_t n;

	if (poll(&p, 1, timeout_ms) <= 0 || (n = read(terminal, bytes, sizeof bytes)) <= 0)
		return false;
	for (ssize_t i = 0; i < n && seen_len < sizeof seen - 1; i++)
		seen[seen_len++] = bytes[i] != '\0' ? bytes[i] : ' ';
	seen[seen_len] = '\0';
	return true;
}

static void until_quiet(void)
{
	while (take_output(QUIET_MS))
		continue;
}

/* The time until the terminal has been sent this text. */
static double until_text(const char *text, double since)
{
	while (strstr(seen, text) == NULL)
		if (!take_output(GIVE_UP_MS)) {
			fprintf(stderr, "keys: never seen: %s\n", text);
			exit(1);
		}
	return now_ms() - since;
}

/* Sends a key; the time until the first byte of what it changes. */
static double key(const char *bytes)
{
	double begun;

	seen_len = 0;
	seen[0] = '\0';
	begun = now_ms();
	if (write(terminal, bytes, strlen(bytes)) < 0 || !take_output(GIVE_UP_MS)) {
		fprintf(stderr, "keys: no echo of the key \"%s\"\n", *bytes < ' ' ? "(control)" : bytes);
		exit(1);
	}
	begun = now_ms() - begun;
	until_quiet();
	return begun;
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The keys in turn, ROUNDS times. */
static void measure(const char *label, const char *what, const char *const *keys, int rounds)
{
	static double taken[SAMPLES];
	size_t n = 0;

	for (int r = 0; r < rounds; r++)
		for (size_t i = 0; keys[i] != NULL && n < SAMPLES; i++)
			taken[n++] = key(keys[i]);
	qsort(taken, n, sizeof taken[0], by_size);
	printf("{\"bench\":\"%s\",\"keys\":\"%s\",\"n\":%zu,\"median_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f}\n", label, what, n, taken[n / 2], taken[n * 99 / 100],
		taken[n - 1]);
	fflush(stdout);
}

static pid_t start(char *const *command, const struct termios *line)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	pid_t pid;

	pid = forkpty(&terminal, NULL, line, &size);
	if (pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execvp(command[0], command);
		_exit(127);
	}
	if (pid < 0) {
		perror("forkpty");
		exit(1);
	}
	return pid;
}

int main(int argc, char **argv)
{
	static const char *const rows[] = { "\033[B", "\033[B", "\033[B", "\033[A", "\033[A", "\033[A", NULL };
	static const char *const fields[] = { "\033[B", "\033[A", NULL };    /* a form can be short */
	static const char *const letters[] = { "k", "a", "m", "\177", "\177", "\177", NULL };
	int rounds = argc > 5 ? atoi(argv[5]) : 20;
	char data[] = "--data";
	double begun, frame, list;
	pid_t pid;

	if (argc == 3 && strcmp(argv[2], "cat") == 0) {
		struct termios t;

		memset(&t, 0, sizeof t);
		cfmakeraw(&t);               /* cat gives it back, not the terminal */
		pid = start((char *[]){ argv[2], NULL }, &t);
		measure(argv[1], "echo", (const char *const[]){ "a", "b", NULL }, 50);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return 0;
	}
	if (argc < 5) {
		fprintf(stderr, "usage: keys LABEL OUTPOST DATA PASSWORD [ROUNDS]\n       keys LABEL cat\n");
		return 2;
	}
	begun = now_ms();
	pid = start((char *[]){ argv[2], data, argv[3], NULL }, NULL);
	frame = until_text("locked", begun);
	until_quiet();
	if (write(terminal, argv[4], strlen(argv[4])) < 0)
		return 1;
	until_quiet();
	seen_len = 0;
	begun = now_ms();
	if (write(terminal, "\r", 1) < 0)
		return 1;
	list = until_text("Cases", begun);
	until_quiet();
	printf("{\"bench\":\"%s\",\"first_frame_ms\":%.1f,\"password_to_list_ms\":%.1f}\n", argv[1], frame, list);
	measure(argv[1], "rows of the list", rows, rounds);
	(void)key("/");
	measure(argv[1], "search as one types", letters, rounds);
	(void)key("\r");                         /* the search ends; the case; its hospitalization, which is selected */
	(void)key("\r");
	(void)key("\r");
	measure(argv[1], "fields of a form", fields, 3 * rounds);
	kill(pid, SIGHUP);
	waitpid(pid, NULL, 0);
	return 0;
}
