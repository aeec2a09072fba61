#include <stdio.h>
#include <string.h>

#include "app/settings.h"
#include "cmd/internal.h"

static const struct cmd_option set_options[] = { { "--json", false }, { "--default", false }, { NULL, false } };

static void set_print(struct cmd *cmd, const struct setting *setting)
{
	char *value = setting_get(cmd->session, setting->name), *line = mem_printf("%s=%s", setting->name, value);

	cmd_print_line(stdout, line);
	mem_free(line);
	line = mem_printf("    %s", _(setting->text));
	cmd_print_line(stdout, line);
	mem_free(line);
	mem_free(value);
}

/* A profile whose zone this machine does not know can only be opened to give it another one. */
static int set_open(struct cmd *cmd, bool changes_zone)
{
	struct session_options options = cmd_session_options(cmd, true);
	struct err err;

	if (changes_zone)
		options.zone = "UTC";
	return session_open(&options, &cmd->session, &err) == ST_OK ? 0 : cmd_error(&err);
}

static int set_run(struct cmd *cmd)
{
	const struct setting *setting;
	struct err err;
	char *value;
	bool changes;
	size_t i;
	int status;

	if (cmd->count > 0 && setting_find(cmd->words[0]) == NULL)
		return cmd_usage(cmd, N_("outpost: there is no setting \"{1}\"; `outpost set` lists them"), cmd->words[0]);
	if (cmd_flag(cmd, "--default") && cmd->count != 1)
		return cmd_usage(cmd, N_("outpost: --default goes with one name"), NULL);
	changes = cmd->count == 2 || (cmd->count == 1 && cmd_flag(cmd, "--default"));
	status = set_open(cmd, changes && strcmp(cmd->words[0], "timezone") == 0);
	if (status != 0)
		return status;
	if (changes) {
		if (setting_set(cmd->session, cmd->words[0], cmd->count == 2 ? cmd->words[1] : NULL, &err) != ST_OK) {
			status = cmd_error(&err);
			return err.status == ST_INVALID ? EXIT_USAGE : status;
		}
		return cmd_flag(cmd, "--json") ? cmd_print_document(settings_json(cmd->session, cmd->words[0])) : EXIT_DONE;
	}
	if (cmd_flag(cmd, "--json"))
		return cmd_print_document(settings_json(cmd->session, cmd->count == 1 ? cmd->words[0] : NULL));
	if (cmd->count == 1) {
		value = setting_get(cmd->session, cmd->words[0]);
		cmd_print_line(stdout, value);
		mem_free(value);
		return cmd_flush(EXIT_DONE);
	}
	for (i = 0; (setting = setting_at(i)) != NULL; i++)
		set_print(cmd, setting);
	return cmd_flush(EXIT_DONE);
}

const struct cmd_spec cmd_set_spec = { "set", "[NAME [VALUE|--default]] [--json]", N_("shows and changes settings of the profile"),
	set_options, 0, 2, set_run };
