#include <stdio.h>

#include "app/overview.h"
#include "cmd/internal.h"

static const struct cmd_option status_options[] = { { "--json", false }, { NULL, false } };

static int status_run(struct cmd *cmd)
{
	struct session_status s;
	char number[3][24], *time;
	int status = cmd_session(cmd, false);

	if (status != 0)
		return status;
	if (cmd_flag(cmd, "--json"))
		return cmd_print_document(overview_json(cmd->session));
	session_status(cmd->session, &s);
	if (session_server(cmd->session) == NULL || session_user(cmd->session) == NULL)
		cmd_say(stdout, N_("nobody has signed in here yet"), NULL, NULL, NULL);
	else
		cmd_say(stdout, N_("Server {1}, user {2}"), session_server(cmd->session), session_user(cmd->session), NULL);
	cmd_say(stdout, N_("{1} unsent, {2} of them new; {3} rejected"), err_number(number[0], s.unsent), err_number(number[1], s.fresh),
		err_number(number[2], s.rejected));
	cmd_say(stdout, N_("{1} open conflicts, {2} drafts"), err_number(number[0], s.conflicts_open), err_number(number[1], s.drafts), NULL);
	if (s.oldest_unsent_ms != 0) {
		time = cmd_time(s.oldest_unsent_ms);
		cmd_say(stdout, N_("The oldest unsent edit is of {1}, {2} days ago"), time,
			err_number(number[0], (session_now(cmd->session) - s.oldest_unsent_ms) / DATE_DAY_MS), NULL);
		mem_free(time);
	}
	if (s.last_sync_ms == 0) {
		cmd_say(stdout, N_("Never synchronized"), NULL, NULL, NULL);
	} else {
		time = cmd_time(s.last_sync_ms);
		cmd_say(stdout, s.last_sync_complete ? N_("Last synchronization {1}, complete; {2} days ago")
			: N_("Last synchronization {1}, not complete; {2} days ago"), time,
			err_number(number[0], (session_now(cmd->session) - s.last_sync_ms) / DATE_DAY_MS), NULL);
		mem_free(time);
	}
	return cmd_flush(EXIT_DONE);
}

const struct cmd_spec cmd_status_spec = { "status", "[--json]",
	N_("what is unsent, rejected and in conflict, and the last synchronization"), status_options, 0, 0,
	status_run };
