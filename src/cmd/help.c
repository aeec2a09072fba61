#include <stdio.h>
#include <string.h>

#include "cmd/internal.h"

static const struct cmd_option no_options[] = { { NULL, false } };

static void help_print(const struct cmd_spec *spec)
{
	printf("  outpost %s %s\n      %s\n", spec->name, spec->usage, _(spec->text));
}

static int help_run(struct cmd *cmd)
{
	size_t i;

	/* The second word of "form check" changes nothing. */
	if (cmd->count > 0) {
		for (i = 0; cmd->specs[i] != NULL; i++)
			if (strcmp(cmd->specs[i]->name, cmd->words[0]) == 0) {
				help_print(cmd->specs[i]);
				return cmd_flush(EXIT_DONE);
			}
		return cmd_usage(NULL, N_("outpost: there is no command \"{1}\"; `outpost help` lists what there is"), cmd->words[0]);
	}
	puts(_("Outpost: case forms offline, synchronized with a SORMAS server."));
	printf("\n  outpost\n      %s\n", _("the terminal program"));
	for (i = 0; cmd->specs[i] != NULL; i++)
		help_print(cmd->specs[i]);
	printf("  outpost --script FILE\n      %s\n", _("the terminal program without a terminal, for tests and pictures"));
	printf("\n%s\n", _("Everywhere: --data DIR (the folder of the profile), --profile NAME, --plain (line by line), --help, --version."));
	puts(_("KIND is cases, persons, contacts …; a UUID may be any unique beginning of it."));
	puts(_("Exit status: 0 done, 1 failed, 2 wrong usage, 3 something was left or rejected, 4 no connection, 5 not signed in or refused."));
	return cmd_flush(EXIT_DONE);
}

static int version_run(struct cmd *cmd)
{
	(void)cmd;
	puts(PACKAGE " " PACKAGE_VERSION);
	return cmd_flush(EXIT_DONE);
}

const struct cmd_spec cmd_help_spec = { "help", "[COMMAND]", N_("what there is"), no_options, 0, 2, help_run };
const struct cmd_spec cmd_version_spec = { "version", "", N_("the version of this program"), no_options, 0, 0, version_run };
