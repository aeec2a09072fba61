#include "app/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/colleague.h"
#include "app/profile.h"

#define DEMO_PROGRAM "outpost-trainer"
#define DEMO_START_MS 60000                  /* making the people may take a while */
#define DEMO_MAX_LINE 300

struct demo {
	struct session *session;
	pid_t child;
	int out;                     /* the training server's standard output, kept open */
	char *url, *dir;
	bool keep;
	struct colleague *colleague;
};

/* ---- finding and starting the training server ---- */

static char *demo_beside(const char *program)
{
	char self[4096], *slash, *path;
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len > 0) {
		self[len] = '\0';
	} else if (program != NULL && strchr(program, '/') != NULL) {
		snprintf(self, sizeof(self), "%s", program);
	} else {
		return NULL;
	}
	slash = strrchr(self, '/');
	if (slash == NULL)
		return NULL;
	*slash = '\0';
	path = path_join(self, DEMO_PROGRAM);
	if (access(path, X_OK) == 0)
		return path;
	mem_free(path);
	return NULL;
}

static const char *demo_link(const char *link)
{
	static const struct { const char *name, *value; } known[] = { { "gprs", "40,600" }, { "edge", "120,400" }, { "satellite", "256,700" } };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(link, known[i].name) == 0)
			return known[i].value;
	return link;
}

static enum status demo_spawn(struct demo *demo, const struct demo_options *options, struct err *err)
{
	const char *argv[16];
	char *beside = demo_beside(options->program);
	int fds[2], n = 0;
	sigset_t none;

	argv[n++] = beside == NULL ? DEMO_PROGRAM : beside;
	argv[n++] = "--listen";
	argv[n++] = "127.0.0.1:0";
	argv[n++] = "--colleague";
	if (options->cases != NULL) {
		argv[n++] = "--cases";
		argv[n++] = options->cases;
	}
	if (options->link != NULL) {
		argv[n++] = "--link";
		argv[n++] = demo_link(options->link);
	}
	argv[n] = NULL;
	if (pipe2(fds, O_CLOEXEC) != 0) {
		mem_free(beside);
		return err_set(err, ST_FAILED, N_("the training server could not be started"));
	}
	demo->child = fork();
	if (demo->child == 0) {
		/* It must not outlive this program, nor take its ^C. */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		setpgid(0, 0);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		dup2(fds[1], STDOUT_FILENO);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(fds[1]);
	mem_free(beside);
	if (demo->child < 0) {
		close(fds[0]);
		return err_set(err, ST_FAILED, N_("the training server could not be started"));
	}
	demo->out = fds[0];
	return ST_OK;
}

/* The first line: "listening on URL". */
static enum status demo_read_url(struct demo *demo, const struct demo_options *options, struct err *err)
{
	int64_t end = clock_mono(&clock_system) + DEMO_START_MS;
	char line[DEMO_MAX_LINE];
	size_t len = 0;
	int status;

	for (;;) {
		struct pollfd wait = { .fd = demo->out, .events = POLLIN };
		int64_t left = end - clock_mono(&clock_system);
		ssize_t got;

		if (left <= 0)
			return err_set(err, ST_FAILED, N_("the training server does not say where it listens"));
		if (poll(&wait, 1, (int)left) <= 0) {
			/* a signal ends the poll; the loop tells it */
			loop_turn(options->loop, 0);
			if (options->stop != NULL && *options->stop)
				return err_set(err, ST_CANCELLED, N_("the demo was ended before it was ready"));
			continue;
		}
		got = read(demo->out, line + len, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			if (waitpid(demo->child, &status, 0) == demo->child) {
				demo->child = 0;
				if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
					return err_set(err, ST_NOT_FOUND, N_("the program outpost-trainer was not found; it belongs beside outpost"));
			}
			return err_set(err, ST_FAILED, N_("the training server ended at once"));
		}
		if (line[len] == '\n')
			break;
		if (++len == sizeof(line) - 1)
			return err_set(err, ST_FAILED, N_("the training server does not say where it listens"));
	}
	line[len] = '\0';
	if (strncmp(line, "listening on ", 13) != 0)
		return err_set(err, ST_FAILED, N_("the training server does not say where it listens"));
	demo->url = mem_strdup(line + 13);
	return ST_OK;
}

/* ---- the folder ---- */

/* Only what a profile has in it; never a whole folder. */
static void demo_clear(const char *dir)
{
	static const char *const names[] = { "outpost.db", "outpost.db-wal", "outpost.db-shm", "outpost.db-journal", "outpost.log" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = path_join(dir, names[i]);

		unlink(path);
		mem_free(path);
	}
}

/* Was this folder made by a demo? Anything else is not ours to clear. */
static enum status demo_check_dir(const char *dir, const struct demo_options *options, struct err *err)
{
	struct session_options open = { .data_dir = dir, .loop = options->loop };
	struct session *session;
	bool training;
	enum status st = session_open(&open, &session, err);

	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st != ST_OK)
		return st;
	training = session_is_training(session);
	session_close(session);
	if (!training)
		return err_set(err, ST_INVALID, N_("{1} is the folder of a real profile; the demo does not touch it"), dir);
	if (!options->keep)
		demo_clear(dir);
	return ST_OK;
}

enum status demo_start(const struct demo_options *options, struct demo **out, struct err *err)
{
	struct demo *demo = mem_calloc(1, sizeof(*demo));
	char *dir = options->data != NULL ? mem_strdup(options->data) : path_default_data("demo");
	struct session_options open = { .data_dir = dir, .loop = options->loop, .create = true, .training = true };
	enum status st;

	demo->out = -1;
	demo->dir = dir;
	demo->keep = options->keep;
	st = demo_check_dir(dir, options, err);
	if (st == ST_OK)
		st = demo_spawn(demo, options, err);
	if (st == ST_OK)
		st = demo_read_url(demo, options, err);
	if (st == ST_OK)
		st = session_open(&open, &demo->session, err);
	if (st != ST_OK) {
		demo_stop(demo);
		return st;
	}
	*out = demo;
	return ST_OK;
}

struct session *demo_session(struct demo *demo)
{
	return demo->session;
}

const char *demo_url(const struct demo *demo)
{
	return demo->url;
}

void demo_watch(struct demo *demo)
{
	if (demo->colleague == NULL)
		demo->colleague = colleague_new(demo->session);
}

void demo_stop(struct demo *demo)
{
	int status;

	if (demo == NULL)
		return;
	colleague_free(demo->colleague);
	session_close(demo->session);
	if (demo->child > 0) {
		kill(demo->child, SIGTERM);
		while (waitpid(demo->child, &status, 0) < 0 && errno == EINTR)
			;
	}
	if (demo->out >= 0)
		close(demo->out);
	mem_free(demo->url);
	mem_free(demo->dir);
	mem_free(demo);
}

void demo_discard(struct demo *demo)
{
	char *made = demo == NULL || demo->keep ? NULL : mem_strdup(demo->dir);

	demo_stop(demo);
	if (made == NULL)
		return;
	demo_clear(made);
	(void)!rmdir(made);                      /* stays, if something else is in it */
	mem_free(made);
}
