#include <stdio.h>

#include "app/labels.h"
#include "app/record.h"
#include "cmd/internal.h"

static const struct cmd_option history_options[] = { { "--json", false }, { NULL, false } };

static int history_run(struct cmd *cmd)
{
	struct record_change *rows;
	char uuid[UUID_SIZE];
	struct err err;
	enum status st;
	size_t count, i;
	int status;

	if (!record_is_kind(cmd->words[0]))
		return cmd_usage(cmd, N_("outpost: there is no kind \"{1}\"; kinds are cases, persons, contacts …"), cmd->words[0]);
	status = cmd_session(cmd, false);
	if (status != 0)
		return status;
	st = record_find(cmd->session, cmd->words[0], cmd->words[1], uuid, &err);
	if (st == ST_NOT_FOUND && record_is_uuid(cmd->words[1])) {
		/* The journal outlives the record. */
		snprintf(uuid, sizeof(uuid), "%s", cmd->words[1]);
		st = ST_OK;
	}
	if (st == ST_OK)
		st = record_history(cmd->session, cmd->words[0], uuid, cmd->count > 2 ? cmd->words[2] : NULL, &rows, &count, &err);
	if (st != ST_OK)
		return cmd_error(&err);
	if (cmd_flag(cmd, "--json")) {
		status = cmd_print_document(record_history_json(rows, count));
	} else {
		for (i = 0; i < count; i++) {
			char *time = cmd_time(rows[i].time_ms), *before = labels_value(cmd->session, cmd->words[0], rows[i].path, rows[i].old_value);
			char *after = labels_value(cmd->session, cmd->words[0], rows[i].path, rows[i].new_value);
			const char *cause = record_cause_text(rows[i].cause);
			char *line = mem_printf("%s  %s@%s  %s: \"%s\" -> \"%s\"%s%s%s%s", time, rows[i].user, rows[i].device, rows[i].path, before, after,
				cause == NULL ? "" : "  (", cause == NULL ? "" : _(cause), cause == NULL ? "" : ")", rows[i].sent ? "" : _("  (not sent)"));

			cmd_print_line(stdout, line);
			mem_free(line);
			mem_free(after);
			mem_free(before);
			mem_free(time);
		}
		status = cmd_flush(EXIT_DONE);
	}
	record_history_done(rows, count);
	return status;
}

const struct cmd_spec cmd_history_spec = { "history", "KIND UUID [PATH] [--json]",
	N_("who changed what and when on this machine, the newest first"), history_options, 2, 3,
	history_run };
