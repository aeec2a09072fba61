#include <stdio.h>
#include <string.h>

#include "app/doctor.h"
#include "cmd/internal.h"

static const struct cmd_option backup_options[] = { { NULL, false } };
static const struct cmd_option doctor_options[] = { { "--json", false }, { "--password-stdin", false }, { NULL, false } };

static int backup_run(struct cmd *cmd)
{
	struct err err;
	int status;

	if (strcmp(cmd->words[0], "-") == 0 || cmd->words[0][0] == '\0')
		return cmd_usage(cmd, N_("outpost: a backup needs a file"), NULL);
	status = cmd_session(cmd, false);
	if (status != 0)
		return status;
	if (backup_write(cmd->session, cmd->words[0], &err) != ST_OK)
		return cmd_error(&err);
	cmd_say(stderr, N_("The backup is in {1}."), cmd->words[0], NULL, NULL);
	return EXIT_DONE;
}

struct doctor_command { struct doctor doctor; struct loop *loop; bool asked; };

static void doctor_answered(void *ctx, const struct doctor_line *line)
{
	struct doctor_command *command = ctx;

	if (command->doctor.count < DOCTOR_MAX)
		command->doctor.lines[command->doctor.count++] = *line;
	command->asked = true;
	loop_stop(command->loop);
}

static int doctor_print(struct cmd *cmd, const struct doctor *doctor)
{
	char text[1024];
	size_t i;

	if (cmd_flag(cmd, "--json"))
		return cmd_print_document(doctor_json(doctor));
	for (i = 0; i < doctor->count; i++) {
		const struct doctor_line *line = &doctor->lines[i];
		char *whole;

		i18n_message(&line->message, text, sizeof(text));
		whole = mem_printf("%-8s %-9s %s", doctor_state_name(line->state), line->name, text);
		cmd_print_line(stdout, whole);
		mem_free(whole);
	}
	return cmd_flush(EXIT_DONE);
}

static int doctor_main(struct cmd *cmd)
{
	struct session_options options = cmd_session_options(cmd, false);
	struct doctor_command command = { .asked = false };
	struct err err;
	enum status st = session_open(&options, &cmd->session, &err);
	int status;

	if (st == ST_NOT_FOUND)
		return cmd_session(cmd, false);
	if (st != ST_OK) {
		/* This is what a doctor is for. */
		doctor_run_closed(&options, &err, &command.doctor);
		status = doctor_print(cmd, &command.doctor);
		return status != EXIT_DONE ? status : cmd_error_status(&err);
	}
	command.loop = cmd->loop;
	doctor_run(cmd->session, &command.doctor);
	/* The link is asked only with a password at hand: a check must not hang on a question. */
	if (session_server(cmd->session) != NULL) {
		if (cmd_flag(cmd, "--password-stdin"))
			(void)cmd_password(cmd);
		else
			(void)session_take_kept_password(cmd->session);
		doctor_link(cmd->session, doctor_answered, &command);
		if (!command.asked)
			loop_run(cmd->loop);
	}
	status = doctor_print(cmd, &command.doctor);
	return status != EXIT_DONE ? status : command.doctor.bad ? EXIT_FAILED : EXIT_DONE;
}

const struct cmd_spec cmd_backup_spec = { "backup", "FILE", N_("writes the whole profile into one consistent file"), backup_options, 1, 1,
	backup_run };
const struct cmd_spec cmd_doctor_spec = { "doctor", "[--json] [--password-stdin]",
	N_("checks database, space, file rights, forms, clock, link"), doctor_options, 0, 0,
	doctor_main };
