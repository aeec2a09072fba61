/* The commands: one file each; they print text, CSV or JSON on standard output and messages on standard error (product.md). */
#ifndef OUTPOST_CMD_H
#define OUTPOST_CMD_H

#include "base/base.h"

/* What stands before, between and behind the words of a command (product.md "Everywhere"). */
struct cmd_global {
	const char *program;         /* argv[0] */
	const char *data;            /* --data; NULL */
	const char *profile;         /* --profile; NULL */
	bool plain;                  /* --plain */
	const char *script;          /* --script FILE: the terminal program without a terminal */
};

/* Exit statuses (product.md). */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_PARTIAL = 3, EXIT_OFFLINE = 4, EXIT_REFUSED = 5 };

/* Starts the terminal program on a profile; main gives it, so that the commands do not know curses. NULL: this build has none. */
struct session;
struct cmd_screen {
	int (*run)(struct session *session, bool plain);
	int (*script)(const char *file, const char *data);
};

/* Runs what argv says and returns the exit status. */
int cmd_main(int argc, char **argv, const struct cmd_screen *screen);

#endif
