/* The terminal program (terminal.md): screens on an open session, a script that runs them without a terminal, and forms line by line. */
#ifndef OUTPOST_UI_H
#define OUTPOST_UI_H

#include "app/session.h"

struct ui_options {
	/* "utf8", "ascii", "mono", "color" with blanks between them override what the terminal seems to be; NULL: look */
	const char *caps;
	bool plain;                  /* ask line by line instead of drawing screens */
};

/* Runs until the person quits, the terminal goes away or SIGTERM or SIGHUP comes; uses session_loop(). Returns the exit status of the
 * program:
 * 0, or 1 when there is no terminal to draw on. The session stays the caller's; drafts are committed before it returns. */
int ui_run(struct session *session, const struct ui_options *options);

/* Carries out a script (product.md "--script"; "-": standard input) on a profile of its own loop, clock, seed and replayed network. The
 * profile is that
 * of OUTPOST_DATA, else the default one; it is made when it is missing. Returns 0; 1 an expectation failed or the profile does not open; 2
 * a bad line. */
int ui_script(const char *file);
int ui_script_in(const char *file, const char *data);      /* the same, on the profile in this folder; NULL: as above */

/* The table of keys as text, a line an action: name, keys, where, help with tabs between them; for the manual page. New string. */
char *ui_keys_text(void);

#endif
