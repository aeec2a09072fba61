/* Options and words of a command: read from the command line, and looked up. */
#include <string.h>

#include "cmd/internal.h"

static size_t cmd_option_index(const struct cmd *cmd, const char *option)
{
	size_t i;

	for (i = 0; cmd->spec->options[i].name != NULL; i++)
		if (strcmp(cmd->spec->options[i].name, option) == 0)
			return i;
	return CMD_MAX_OPTIONS;
}

const char *cmd_value(const struct cmd *cmd, const char *option)
{
	size_t i = cmd_option_index(cmd, option);

	return i < CMD_MAX_OPTIONS ? cmd->values[i] : NULL;
}

bool cmd_flag(const struct cmd *cmd, const char *option)
{
	return cmd_value(cmd, option) != NULL;
}

static const struct cmd_option global_options[] = {
	{ "--data", true }, { "--profile", true }, { "--plain", false }, { "--help", false }, { "--version", false }, { "--script", true }, { NULL,
		false },
};

/* "--name" or "--name=value" against one option. */
static bool cmd_option_matches(const struct cmd_option *option, const char *word, const char **value)
{
	size_t len = strlen(option->name);

	if (strncmp(word, option->name, len) != 0 || (word[len] != '\0' && word[len] != '='))
		return false;
	*value = word[len] == '=' ? word + len + 1 : NULL;
	return true;
}

static const struct cmd_spec *cmd_find(const struct cmd *cmd, const char *name)
{
	size_t i;

	for (i = 0; cmd->specs[i] != NULL; i++)
		if (strcmp(cmd->specs[i]->name, name) == 0)
			return cmd->specs[i];
	return NULL;
}

/* Takes one global option. 1 taken, 0 it is none, -1 wrong (a message was written). */
static int cmd_take_global(struct cmd *cmd, struct cmd_parse *parse, int argc, char **argv, int *at)
{
	const char *value;
	size_t i;

	for (i = 0; global_options[i].name != NULL; i++) {
		const struct cmd_option *option = &global_options[i];

		if (!cmd_option_matches(option, argv[*at], &value))
			continue;
		if (option->value && value == NULL) {
			if (*at + 1 >= argc) {
				cmd_usage(cmd, N_("outpost: {1} needs a value behind it"), option->name);
				return -1;
			}
			value = argv[++*at];
		}
		if (!option->value && value != NULL) {
			cmd_usage(cmd, N_("outpost: {1} takes no value"), option->name);
			return -1;
		}
		switch (i) {
		case 0:
			cmd->global.data = value;
			break;
		case 1:
			cmd->global.profile = value;
			break;
		case 2:
			cmd->global.plain = true;
			break;
		case 3:
			parse->help = true;
			break;
		case 4:
			parse->version = true;
			break;
		default:
			cmd->global.script = value;
			break;
		}
		return 1;
	}
	return 0;
}

static int cmd_take_own(struct cmd *cmd, int argc, char **argv, int *at)
{
	const char *value;
	size_t i;

	if (cmd->spec == NULL)
		return 0;
	for (i = 0; cmd->spec->options[i].name != NULL; i++) {
		const struct cmd_option *option = &cmd->spec->options[i];

		if (!cmd_option_matches(option, argv[*at], &value))
			continue;
		if (!option->value) {
			if (value != NULL) {
				cmd_usage(cmd, N_("outpost: {1} takes no value"), option->name);
				return -1;
			}
			cmd->values[i] = "";
			return 1;
		}
		if (value == NULL) {
			if (*at + 1 >= argc) {
				cmd_usage(cmd, N_("outpost: {1} needs a value behind it"), option->name);
				return -1;
			}
			value = argv[++*at];
		}
		cmd->values[i] = value;
		return 1;
	}
	return 0;
}

int cmd_parse(struct cmd *cmd, struct cmd_parse *parse, int argc, char **argv)
{
	bool options = true;
	int i, taken;

	for (i = 1; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
			continue;
		}
		if (options && strcmp(argv[i], "-h") == 0) {
			parse->help = true;
			continue;
		}
		if (options && strncmp(argv[i], "--", 2) == 0) {
			taken = cmd_take_own(cmd, argc, argv, &i);
			if (taken == 0)
				taken = cmd_take_global(cmd, parse, argc, argv, &i);
			if (taken < 0)
				return EXIT_USAGE;
			if (taken == 0)
				return cmd_usage(cmd, N_("outpost: there is no option {1}; `outpost help` lists what there is"), argv[i]);
			continue;
		}
		if (cmd->spec == NULL && cmd->count == 0) {
			cmd->spec = cmd_find(cmd, argv[i]);
			if (cmd->spec == NULL)
				return cmd_usage(NULL, N_("outpost: there is no command \"{1}\"; `outpost help` lists what there is"), argv[i]);
			continue;
		}
		cmd->words[cmd->count++] = argv[i];
	}
	return 0;
}
