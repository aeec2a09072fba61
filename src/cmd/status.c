#include <stdio.h>

#include "app/overview.h"
#include "cmd/internal.h"

static const struct cmd_option status_options[] = { { "--json", false }, { NULL, false } };

static int status_run(struct cmd *cmd)
{
	struct session_status s;
	char number[3][24], *time;
	int64_t days;
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
	cmd_say_count(stdout, s.conflicts_open, NN_("{1} open conflict", "{1} open conflicts"), err_number(number[0], s.conflicts_open), NULL, NULL);
	cmd_say_count(stdout, s.drafts, NN_("{1} draft", "{1} drafts"), err_number(number[0], s.drafts), NULL, NULL);
	if (s.oldest_unsent_ms != 0) {
		time = cmd_time(s.oldest_unsent_ms);
		days = (session_now(cmd->session) - s.oldest_unsent_ms) / DATE_DAY_MS;
		cmd_say_count(stdout, days, NN_("The oldest unsent edit is of {1}, {2} day ago", "The oldest unsent edit is of {1}, {2} days ago"), time,
			err_number(number[0], days), NULL);
		mem_free(time);
	}
	if (s.last_sync_ms == 0) {
		cmd_say(stdout, N_("Never synchronized"), NULL, NULL, NULL);
	} else {
		time = cmd_time(s.last_sync_ms);
		days = (session_now(cmd->session) - s.last_sync_ms) / DATE_DAY_MS;
		(void)err_number(number[0], days);
		if (s.last_sync_complete)
			cmd_say_count(stdout, days, NN_("Last synchronization {1}, complete; {2} day ago", "Last synchronization {1}, complete; {2} days ago"), time,
				number[0], NULL);
		else
			cmd_say_count(stdout, days, NN_("Last synchronization {1}, not complete; {2} day ago", "Last synchronization {1}, not complete; {2} days ago"),
				time, number[0], NULL);
		mem_free(time);
	}
	return cmd_flush(EXIT_DONE);
}

const struct cmd_spec cmd_status_spec = { "status", "[--json]",
	N_("what is unsent, rejected and in conflict, and the last synchronization"), status_options, 0, 0,
	status_run };
