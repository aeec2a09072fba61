#include <stdio.h>
#include <stdlib.h>

#include "app/demo.h"
#include "app/sync.h"
#include "cmd/internal.h"

static const struct cmd_option demo_options_list[] = { { "--cases", true }, { "--link", true }, { "--keep", false }, { NULL, false } };

struct demo_command { struct loop *loop; enum status st; struct err err; };

static void demo_signed_in(void *ctx, enum status st, const struct err *err)
{
	struct demo_command *command = ctx;

	command->st = st;
	if (err != NULL)
		command->err = *err;
	loop_stop(command->loop);
}

static void demo_synchronized(void *ctx, const struct sync_progress *progress)
{
	struct demo_command *command = ctx;

	if (progress->verdict != SYNC_RUNNING)
		loop_stop(command->loop);
}

static int demo_prepare(struct cmd *cmd, struct demo *demo)
{
	struct sign_in how = { .url = demo_url(demo), .user = DEMO_USER, .password = DEMO_PASSWORD, .replace = true };
	struct demo_command command = { .loop = cmd->loop };
	struct sync_options options = { .mode = SYNC_CHANGES };
	struct session *session = demo_session(demo);
	const struct sync_progress *progress;
	struct err err;

	session_sign_in(session, &how, demo_signed_in, &command);
	loop_run(cmd->loop);
	if (command.st != ST_OK)
		return cmd_error(&command.err);
	sync_listen(session, demo_synchronized, &command);
	if (sync_start(session, &options, &err) != ST_OK) {
		sync_unlisten(session, &command);
		return cmd_error(&err);
	}
	if (sync_is_running(session))
		loop_run(cmd->loop);
	sync_unlisten(session, &command);
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
	struct demo *demo;
	struct err err;
	char *end;
	int status;

	if (options.cases != NULL && (strtol(options.cases, &end, 10) < 1 || *end != '\0'))
		return cmd_usage(cmd, N_("outpost: {1} takes a number"), "--cases");
	cmd_say(stderr, N_("Training: the people are made up, nothing leaves this machine."), NULL, NULL, NULL);
	if (demo_start(&options, &demo, &err) != ST_OK)
		return cmd_error(&err);
	status = demo_prepare(cmd, demo);
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
