#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/conflict.h"
#include "cmd/internal.h"

static const struct cmd_option conflicts_options[] = { { "--open", false }, { "--json", false }, { "--csv", false }, { NULL, false } };

static void conflicts_print(const struct conflict *row)
{
	char *time = cmd_time(row->time_ms), *line;

	line = mem_printf("%lld  %s  %s  %s  %s  %s  %s: %s  %s: %s  [%s]", (long long)row->id, time, row->kind, row->label[0] == '\0' ? row->uuid
		: row->label,
		row->path[0] == '\0' ? _("whole record") : row->path, _(conflict_about(row)), _("yours"), row->mine_text, _("server"), row->theirs_text,
		i18n_context_text("conflict", conflict_state_text(row)));
	cmd_print_line(stdout, line);
	mem_free(line);
	mem_free(time);
}

static int conflicts_list_run(struct cmd *cmd)
{
	struct conflict_query query = { .state = cmd_flag(cmd, "--open") ? "open" : NULL };
	struct conflict_list list;
	struct err err;
	int status;
	size_t i;

	if (cmd_flag(cmd, "--json") && cmd_flag(cmd, "--csv"))
		return cmd_usage(cmd, N_("outpost: choose one of --json and --csv"), NULL);
	status = cmd_session(cmd, false);
	if (status != 0)
		return status;
	if (conflict_list(cmd->session, &query, &list, &err) != ST_OK)
		return cmd_error(&err);
	if (cmd_flag(cmd, "--json")) {
		status = cmd_print_document(conflict_json(&list));
	} else if (cmd_flag(cmd, "--csv")) {
		status = cmd_print_csv(conflict_csv(&list));
	} else {
		for (i = 0; i < list.count; i++)
			conflicts_print(&list.rows[i]);
		status = cmd_flush(EXIT_DONE);
	}
	conflict_list_done(&list);
	return status;
}

static int conflicts_run(struct cmd *cmd)
{
	bool restore, keep;
	struct err err;
	long long id;
	char *end;
	int status;

	if (cmd->count == 0)
		return conflicts_list_run(cmd);
	restore = strcmp(cmd->words[0], "restore") == 0;
	keep = strcmp(cmd->words[0], "keep") == 0;
	if ((!restore && !keep) || cmd->count != 2)
		return cmd_usage(cmd, N_("outpost: there are conflicts, conflicts restore ID and conflicts keep ID"), NULL);
	if (cmd_flag(cmd, "--open") || cmd_flag(cmd, "--csv"))
		return cmd_usage(cmd, N_("outpost: --open and --csv are for the list"), NULL);
	id = strtoll(cmd->words[1], &end, 10);
	if (*end != '\0' || end == cmd->words[1] || id <= 0)
		return cmd_usage(cmd, N_("outpost: \"{1}\" is no number of a conflict"), cmd->words[1]);
	status = cmd_session(cmd, false);
	if (status != 0)
		return status;
	if ((restore ? conflict_restore(cmd->session, id, &err) : conflict_keep(cmd->session, id, &err)) != ST_OK) {
		status = cmd_error(&err);
		/* As with `edit`: a missing right here is no refusal by the server. */
		return err.status == ST_REFUSED ? EXIT_FAILED : status;
	}
	cmd_say(stderr, restore ? N_("Your value is back as a new edit; the next sync sends it.")
		: N_("The server's value stays; the conflict is closed."), NULL, NULL, NULL);
	if (cmd_flag(cmd, "--json"))
		return cmd_print_document(mem_printf("{\"id\":%lld,\"state\":\"%s\"}", id, restore ? "restored" : "kept"));
	return EXIT_DONE;
}

const struct cmd_spec cmd_conflicts_spec = { "conflicts", "[--open] [--json|--csv]  |  conflicts restore ID [--json]  |  conflicts keep ID [--json]",
	N_("values that lost against the server's; restore puts yours back, keep closes it"), conflicts_options, 0, 2, conflicts_run };
