#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "app/demo.h"
#include "app/sync.h"
#include "cmd/internal.h"

static const struct cmd_option demo_options_list[] = { { "--cases", true }, { "--link", true }, { "--keep", false }, { NULL, false } };

#define DEMO_TELL_MS 500                     /* between two lines about how far it is */

struct demo_command { struct loop *loop; enum status st; struct err err; bool stop; int64_t told_ms; const char *told_kind; int64_t told; };
struct demo_terminal { struct termios before; bool quiet; };

static const int demo_signals[] = { SIGINT, SIGTERM, SIGHUP };

/* Until the screen is there, what is typed is not shown, and then it is dropped. */
static void demo_quiet(struct demo_terminal *terminal)
{
	struct termios quiet;

	terminal->quiet = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &terminal->before) == 0;
	if (!terminal->quiet)
		return;
	quiet = terminal->before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
}

static void demo_loud(struct demo_terminal *terminal)
{
	if (terminal->quiet)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal->before);
	terminal->quiet = false;
}

static void demo_signal(void *ctx, int signo)
{
	struct demo_command *command = ctx;

	(void)signo;
	command->stop = true;
	loop_stop(command->loop);
}

static void demo_listen(struct demo_command *command, bool on)
{
	size_t i;

	for (i = 0; i < sizeof(demo_signals) / sizeof(demo_signals[0]); i++)
		loop_on_signal(command->loop, demo_signals[i], on ? demo_signal : NULL, command);
}

static void demo_signed_in(void *ctx, enum status st, const struct err *err)
{
	struct demo_command *command = ctx;

	command->st = st;
	if (err != NULL)
		command->err = *err;
	loop_stop(command->loop);
}

/* How far the first synchronization is: on a slow line it takes a while. */
static void demo_tell(struct demo_command *command, const struct sync_progress *progress)
{
	int64_t now = clock_mono(loop_clock(command->loop));
	const struct sync_kind_counts *kind = NULL;
	char pulled[24], all[24];
	int i;

	for (i = 0; i < progress->kind_count; i++)
		if (progress->kind != NULL && strcmp(progress->kinds[i].kind, progress->kind) == 0)
			kind = &progress->kinds[i];
	if (kind == NULL || now - command->told_ms < DEMO_TELL_MS || (kind->kind == command->told_kind && kind->pulled == command->told))
		return;
	command->told_ms = now;
	command->told_kind = kind->kind;
	command->told = kind->pulled;
	if (kind->pulled == 0)
		cmd_say(stderr, N_("First synchronization: {1} ..."), i18n_context_text("kind", kind->kind), NULL, NULL);
	else if (kind->estimate > kind->pulled)
		cmd_say(stderr, N_("First synchronization: {1} of about {2} {3} ..."), err_number(pulled, kind->pulled), err_number(all, kind->estimate),
			i18n_context_text("kind", kind->kind));
	else
		cmd_say(stderr, N_("First synchronization: {1} {2} ..."), err_number(pulled, kind->pulled), i18n_context_text("kind", kind->kind), NULL);
}

static void demo_synchronized(void *ctx, const struct sync_progress *progress)
{
	struct demo_command *command = ctx;

	if (progress->verdict != SYNC_RUNNING)
		loop_stop(command->loop);
	else
		demo_tell(command, progress);
}

/* An exit status; EXIT_FAILED with command->stop: somebody ended it. */
static int demo_prepare(struct cmd *cmd, struct demo *demo, struct demo_command *command)
{
	struct sign_in how = { .url = demo_url(demo), .user = DEMO_USER, .password = DEMO_PASSWORD, .replace = true };
	struct sync_options options = { .mode = SYNC_CHANGES };
	struct session *session = demo_session(demo);
	const struct sync_progress *progress;
	struct err err;

	cmd_say(stderr, N_("Signing in ..."), NULL, NULL, NULL);
	session_sign_in(session, &how, demo_signed_in, command);
	loop_run(cmd->loop);
	if (command->stop)
		return EXIT_FAILED;
	if (command->st != ST_OK)
		return cmd_error(&command->err);
	sync_listen(session, demo_synchronized, command);
	if (sync_start(session, &options, &err) != ST_OK) {
		sync_unlisten(session, command);
		return cmd_error(&err);
	}
	if (sync_is_running(session))
		loop_run(cmd->loop);
	sync_unlisten(session, command);
	if (command->stop)
		return EXIT_FAILED;
	progress = sync_progress(session);
	if (progress != NULL && progress->verdict != SYNC_COMPLETED && progress->verdict != SYNC_PARTIAL) {
		if (progress->err.depth > 0)
			return cmd_error(&progress->err);
		return sync_exit_status(progress);
	}
	return EXIT_DONE;
}

static int demo_run(struct cmd *cmd)
{
	struct demo_options options = { .program = cmd->global.program, .cases = cmd_value(cmd, "--cases"), .link = cmd_value(cmd, "--link"),
		.data = cmd->global.data, .keep = cmd_flag(cmd, "--keep"), .loop = cmd_loop(cmd) };
	struct demo_command command = { .loop = options.loop };
	struct demo_terminal terminal;
	struct demo *demo;
	struct err err;
	char *end;
	int status;

	if (options.cases != NULL && (strtol(options.cases, &end, 10) < 1 || *end != '\0'))
		return cmd_usage(cmd, N_("outpost: {1} takes a number"), "--cases");
	cmd_say(stderr, N_("Training: the people are made up, nothing leaves this machine."), NULL, NULL, NULL);
	cmd_say(stderr, N_("Starting the training server ..."), NULL, NULL, NULL);
	options.stop = &command.stop;
	demo_quiet(&terminal);
	demo_listen(&command, true);
	if (demo_start(&options, &demo, &err) != ST_OK) {
		demo_loud(&terminal);
		return cmd_error(&err);
	}
	command.told_ms = clock_mono(loop_clock(command.loop));
	status = demo_prepare(cmd, demo, &command);
	demo_listen(&command, false);
	demo_loud(&terminal);
	if (command.stop) {
		demo_discard(demo);
		err_set(&err, ST_CANCELLED, N_("the demo was ended before it was ready"));
		return cmd_error(&err);
	}
	if (status == EXIT_DONE) {
		demo_watch(demo);
		if (cmd->screen == NULL || cmd->screen->run == NULL) {
			cmd_say(stderr, N_("outpost: this program was built without its screens; `outpost help` lists the commands"), NULL, NULL, NULL);
			status = EXIT_FAILED;
		} else {
			status = cmd->screen->run(demo_session(demo), cmd->global.plain);
		}
	}
	demo_stop(demo);
	return status;
}

const struct cmd_spec cmd_demo_spec = { "demo", "[--cases N] [--link gprs] [--keep]",
	N_("training: an own server on this machine, made-up people, a colleague who changes the same case"), demo_options_list, 0, 0, demo_run };
