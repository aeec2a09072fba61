/* The commands: one file each; they print text, CSV or JSON on standard output and messages on standard error (product.md).
 *
 * cmd.c has their table and runs one. Below the commands: options.c (what was written), profile.c (files, loop, profile), password.c, say.c. */
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
enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,              /* the command line is wrong */
	EXIT_PARTIAL = 3,            /* something was left or rejected */
	EXIT_OFFLINE = 4,            /* no connection, or another synchronization runs: later */
	EXIT_REFUSED = 5,            /* not signed in, or refused */
};

struct session;

/* The terminal program; main gives it, so that the commands do not know curses. A function that is NULL: this build has none. Both return
 * the exit status. */
struct cmd_screen {
	int (*run)(struct session *session, bool plain);          /* on the open profile, which stays cmd_main's */
	int (*script)(const char *file, const char *data);        /* data: the profile's folder */
};

/* Runs what argv says and returns the exit status; everything that it opened is closed. screen NULL: no terminal program. Messages are in the
 * language that i18n_init has chosen. */
int cmd_main(int argc, char **argv, const struct cmd_screen *screen);

#endif
