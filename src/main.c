/* Outpost: the terminal program and its commands. */
#include "app/session.h"
#include "base/base.h"
#include "cmd/cmd.h"
#include "ui/ui.h"

/* A build of the commands alone (tests of the core link without curses) leaves the screens out. */
#pragma weak ui_run
#pragma weak ui_script

static int main_run_screens(struct session *session, bool plain)
{
	struct ui_options options = { .plain = plain };

	return ui_run(session, &options);
}

static int main_run_script(const char *file)
{
	return ui_script(file);
}

int main(int argc, char **argv)
{
	struct cmd_screen screen = { NULL, NULL };

	if (ui_run != NULL)
		screen.run = main_run_screens;
	if (ui_script != NULL)
		screen.script = main_run_script;
	i18n_init(LOCALEDIR);
	return cmd_main(argc, argv, &screen);
}
