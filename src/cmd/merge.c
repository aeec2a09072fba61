#include <stdio.h>
#include <string.h>

#include "app/tool.h"
#include "cmd/internal.h"

static const struct cmd_option merge_options[] = { { "--json", false }, { NULL, false } };

static int merge_run(struct cmd *cmd)
{
	struct tool_side sides[3] = { { .role = "BASE" }, { .role = "MINE" }, { .role = "THEIRS" } };
	char *owned[3] = { NULL, NULL, NULL }, *json;
	int status = EXIT_DONE;
	struct err err;
	size_t i;

	if (!tool_is_kind(cmd->words[0]))
		return cmd_usage(cmd, N_("outpost: there is no kind \"{1}\"; kinds are cases, persons, contacts …"), cmd->words[0]);
	for (i = 0; i < 3; i++) {
		sides[i].file = cmd->words[i + 1];
		if (i == 0 && strcmp(sides[i].file, "-") == 0)
			continue;
		if (cmd_read(sides[i].file, &owned[i], &sides[i].text.len, &err) != ST_OK) {
			status = cmd_error(&err);
			goto out;
		}
		sides[i].text.at = owned[i];
	}
	if (tool_merge(cmd->words[0], sides, !cmd_flag(cmd, "--json"), &json, &err) == ST_OK)
		status = cmd_print_document(json);
	else
		status = cmd_error(&err);
out:
	for (i = 0; i < 3; i++)
		mem_free(owned[i]);
	return status;
}

const struct cmd_spec cmd_merge_spec = { "merge", "KIND BASE MINE THEIRS [--json]",
	N_("merges three JSON files; BASE - means there is none (a new record)"), merge_options, 4, 4, merge_run };
