/* One line of text being typed: cursor between characters (a letter and its marks are one), input kept in NFC. Private to ui/. */
#ifndef OUTPOST_UI_FIELD_H
#define OUTPOST_UI_FIELD_H

#include "surface.h"

#define FIELD_MAX 65536                      /* bytes */

struct field {
	char *text;                          /* never NULL */
	size_t cursor;                       /* byte offset, at a character border */
	size_t max_length;                   /* code points; 0: FIELD_MAX bytes only */
	bool lines;                          /* keeps line ends and tabs of a paste; else they become blanks */
	bool changed;
};

void field_init(struct field *field, const char *text);            /* cursor at the end */
void field_done(struct field *field);
void field_set(struct field *field, const char *text);
bool field_insert(struct field *field, const char *text);          /* false: nothing or only the beginning fitted */
void field_left(struct field *field);
void field_right(struct field *field);
void field_home(struct field *field);
void field_end(struct field *field);
bool field_delete(struct field *field);                            /* under the cursor; false: nothing there */
bool field_backspace(struct field *field);
bool field_kill(struct field *field);                              /* to the end */
/* Draws into columns col … end-1 with the cursor visible and sets the surface's cursor. secret: stars. */
void field_draw(const struct field *field, struct surface *surface, int row, int col, int end, bool secret);

#endif
