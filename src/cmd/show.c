#include <stdio.h>

#include "app/record.h"
#include "cmd/internal.h"

static const struct cmd_option show_options[] = { { "--base", false }, { "--server", false }, { "--json", false }, { NULL, false } };

static int show_run(struct cmd *cmd)
{
	enum record_version version = cmd_flag(cmd, "--base") ? RECORD_BASE : cmd_flag(cmd, "--server") ? RECORD_SERVER : RECORD_MINE;
	char uuid[UUID_SIZE], *json;
	struct err err;
	enum status st;
	int status;

	if (cmd_flag(cmd, "--base") && cmd_flag(cmd, "--server"))
		return cmd_usage(cmd, N_("outpost: choose one of --base and --server"), NULL);
	if (!record_is_kind(cmd->words[0]))
		return cmd_usage(cmd, N_("outpost: there is no kind \"{1}\"; kinds are cases, persons, contacts …"), cmd->words[0]);
	status = cmd_session(cmd, false);
	if (status != 0)
		return status;
	st = record_find(cmd->session, cmd->words[0], cmd->words[1], uuid, &err);
	if (st == ST_OK)
		st = record_text(cmd->session, cmd->words[0], uuid, version, &json, &err);
	if (st != ST_OK)
		return cmd_error(&err);
	if (!cmd_flag(cmd, "--json"))
		json = record_pretty(json);
	return cmd_print_document(json);
}

const struct cmd_spec cmd_show_spec = { "show", "KIND UUID [--base|--server] [--json]", N_("one record as the server's document"),
	show_options, 2, 2, show_run };
