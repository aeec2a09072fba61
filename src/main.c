/* Outpost: the terminal program and its commands. */
#include "app/session.h"
#include "base/base.h"
#include "cmd/cmd.h"

#if defined(__has_include)
#if __has_include("ui/ui.h")
#include "ui/ui.h"
#define MAIN_HAS_SCREENS 1
#endif
#endif

#ifdef MAIN_HAS_SCREENS
static int main_run_screens(struct session *session, bool plain)
{
	struct ui_options options = { .plain = plain };

	return ui_run(session, &options);
}

static int main_run_script(const char *file)
{
	return ui_script(file);
}
#endif

int main(int argc, char **argv)
{
	struct cmd_screen screen = { NULL, NULL };

#ifdef MAIN_HAS_SCREENS
	screen.run = main_run_screens;
	screen.script = main_run_script;
#endif
	i18n_init(LOCALEDIR);
	return cmd_main(argc, argv, &screen);
}
