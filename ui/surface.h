/* A grid of cells that screens draw on; the terminal and --script show it (terminal.md "Drawing"). Private to ui/. */
#ifndef OUTPOST_UI_SURFACE_H
#define OUTPOST_UI_SURFACE_H

#include "base/base.h"

/* What a text is, not what it looks like. */
enum role { ROLE_TEXT, ROLE_TITLE, ROLE_RULE, ROLE_KEYS, ROLE_HINT, ROLE_LABEL, ROLE_ERROR, ROLE_WARNING, ROLE_CONFLICT, ROLE_EDITED,
	ROLE_DIALOG, ROLE_TRAINING, ROLE_COUNT };
const char *role_name(enum role role);

/* What the terminal can show. What it cannot is shown as its base letter or '?'; values never change. */
enum repertoire { REPERTOIRE_UTF8, REPERTOIRE_CODESET, REPERTOIRE_ASCII };

#define CELL_BYTES 24                        /* a base character and its combining marks; more marks are not shown */
struct cell { char text[CELL_BYTES]; int width; /* 0: the right half of a wide character */ enum role role; };

struct surface {
	int rows, cols;
	struct cell *cells;
	int cursor_row, cursor_col;
	enum repertoire repertoire;
	const char *screen;                  /* name of the screen that drew it */
	char focus[200];                     /* what has the focus; "" nothing */
};

void surface_init(struct surface *surface, int rows, int cols);
void surface_done(struct surface *surface);
void surface_resize(struct surface *surface, int rows, int cols);          /* blank afterwards */
void surface_clear(struct surface *surface);
struct cell *surface_cell(const struct surface *surface, int row, int col);       /* NULL outside */

/* Puts text (made safe: control and bidirectional characters become visible signs) into columns col … end-1 of a row; what does not fit is
 * left out.
 * Returns the column behind it. Rows and columns outside are clipped. */
int surface_put(struct surface *surface, int row, int col, int end, enum role role, const char *text);
/* The same; text that does not fit ends in "..". */
int surface_put_cut(struct surface *surface, int row, int col, int end, enum role role, const char *text);
/* Ends at column end-1. Returns the first column. */
int surface_put_right(struct surface *surface, int row, int end, enum role role, const char *text);
void surface_fill(struct surface *surface, int row, int col, int end, enum role role, char c);
void surface_cursor(struct surface *surface, int row, int col);
void surface_focus(struct surface *surface, const char *name);

/* The text as this repertoire shows it. New string; the cells stay the same but for wide characters, which become "? ". */
char *repertoire_text(enum repertoire repertoire, const char *text);
/* Columns of a text as surface_put shows it. */
int surface_columns(const struct surface *surface, const char *text);

/* Breaks text at blanks into lines of at most width columns. Returns the number of lines (at least 1, at most max); starts and lens in
 * bytes. */
struct wrap_line { const char *at; size_t len; };
int wrap_text(const char *text, int width, struct wrap_line *lines, int max);
/* surface_put_cut() of one of the lines. */
int surface_put_line(struct surface *surface, int row, int col, int end, enum role role, const struct wrap_line *line);

#endif
