/* The form editor's inside: screen_form.c takes the keys, the files form_*.c do what they say. Private to these. */
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
	char *draft, *draft_path;    /* a draft of this record that is offered, and the field to go to */
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

/* ---- form_rows.c ---- */
void form_layout(struct form_screen *form);              /* rows of the page, and where the focus is now */
void form_draw(struct screen *screen, struct surface *surface);
/* False while a new record is filled in for the first time and this only says that something is still missing. */
bool form_tells(const struct form_screen *form, const struct edit_finding *finding);

/* ---- form_field.c ---- */
const struct form_bad *form_find_bad(const struct form_screen *form, const char *path);
void form_forget_bad(struct form_screen *form, const char *path);
bool form_is_text(enum edit_type type);
bool form_can_focus(const struct edit_row *row);
const struct edit_row *form_focus_row(struct form_screen *form);
void form_set_focus(struct form_screen *form, size_t at);
void form_focus_path(struct form_screen *form, const char *path);
void form_first(struct form_screen *form);
void form_move(struct form_screen *form, int step);
bool form_is_readonly(struct form_screen *form, const struct edit_row *row);               /* and says so */
void form_begin(struct form_screen *form, const struct edit_row *row, bool anew);          /* to type */
/* Puts a typed text into the record. False: a question was opened, the focus stays. */
bool form_set(struct form_screen *form, const char *path, const char *typed, bool force);
/* The field was left: into the record, and at once into the draft. */
void form_leave_field(struct form_screen *form);

/* ---- form_choices.c ---- */
void form_choose(struct form_screen *form, const struct edit_row *row, const char *typed);
/* A letter or a digit of an inline choice sets it and goes on. */
void form_pick_inline(struct form_screen *form, const struct edit_row *row, const char *text);
void form_shift_inline(struct form_screen *form, const struct edit_row *row, int step);

/* ---- form_items.c ---- */
void form_open_item(struct form_screen *form, const char *path);
void form_add(struct form_screen *form, const struct edit_row *row);
void form_remove(struct form_screen *form, const struct edit_row *row);
void form_leave_page(struct form_screen *form);

/* ---- form_save.c ---- */
void form_try_save(struct form_screen *form);
void form_back(struct form_screen *form);

/* Asks whether to go on with a draft of this record, if there is one. path: the field to go to; NULL. */
void form_offer_draft(struct form_screen *form, const char *kind, const char *path);

/* ---- form_explain.c ---- */
void form_explain(struct form_screen *form, const struct edit_row *row);
void form_show_hidden(struct form_screen *form);

#endif
