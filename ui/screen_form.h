/* The form editor's inside: screen_form.c acts, form_rows.c lays out and draws. Private to both. */
#ifndef OUTPOST_UI_SCREEN_FORM_H
#define OUTPOST_UI_SCREEN_FORM_H

#include "internal.h"

/* What was typed and cannot be a value. */
struct form_bad { char *path, *typed, *why; };

struct form_screen {
	struct screen screen;
	struct edit *edit;
	bool fresh, saved, asked_duplicates;
	bool tried;                  /* to save: from then on what is missing is told */
	char *title;                 /* of the record; NULL for a new one */
	char *page;                  /* path of the item whose page is shown; NULL the form itself */
	char *came_from;             /* row to return to from the page */
	char *focus;                 /* path; the cursor stays on its field when others come and go */
	struct field field;          /* of the focused row, while `typing` */
	bool typing;
	bool pending;                /* changes that are not in the draft yet */
	bool stale;                  /* rows have to be listed again */
	size_t *lines;               /* indices of the page's rows */
	size_t line_count, line_cap, at;
	int label_width;
	int top;                     /* first line shown */
	struct form_bad *bad;
	size_t bad_count, bad_cap;
	char *ask_path, *ask_typed;
	size_t clash;
	struct edit_duplicate *duplicates;
	size_t duplicate_count;
};

#define FORM_INLINE_MAX 4
/* Choices that stand beside each other in the row. */
struct form_inline { char *names[FORM_INLINE_MAX], *labels[FORM_INLINE_MAX]; size_t count; int chosen; /* -1 none */ };
void form_inline_options(struct form_screen *form, const struct edit_row *row, struct form_inline *out);
void form_inline_done(struct form_inline *options);
bool form_is_inline(struct form_screen *form, const struct edit_row *row);

void form_layout(struct form_screen *form);              /* rows of the page, and where the focus is now */
void form_draw(struct screen *screen, struct surface *surface);
/* False while a new record is filled in for the first time and this only says that something is still missing. */
bool form_tells(const struct form_screen *form, const struct edit_finding *finding);
const struct form_bad *form_find_bad(const struct form_screen *form, const char *path);
const struct edit_row *form_focus_row(struct form_screen *form);
bool form_can_focus(const struct edit_row *row);
void form_focus_path(struct form_screen *form, const char *path);

#endif
