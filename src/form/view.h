/* Private to form: a form opened on a record. */
#ifndef OUTPOST_FORM_VIEW_H
#define OUTPOST_FORM_VIEW_H

#include "form/internal.h"

enum view_visibility { VISIBLE_UNKNOWN, VISIBLE_BEING_DECIDED, VISIBLE_YES, VISIBLE_NO };

struct view_row {
	struct form_row row;                 /* what is given out */
	const struct form_entry *entry;
	char *path;
	struct json *holder;                 /* the object that has the value; NULL: it is not there */
	const char *item;                    /* of an item's head, and of what is in it: the item's uuid; NULL */
	size_t above;                        /* the row of the group, repeat or item that it stands in; SIZE_MAX: none */
	enum view_visibility visibility;
	bool relevant;                       /* by this form alone */
	bool fixed;                          /* read-only whatever the form's read_only says */
	bool is_new;                         /* in a new record or item: never "older" */
	char *item_text;
	const struct json *note;             /* of a note with a plain reference as its calculation: what it shows */
	const struct model_field *note_field;
	bool computed;                       /* of a calculate without a key: its value is here */
	struct value value;
	char *value_text;
};

/* A value that was set aside: out of the document, or irrelevant in it. */
struct view_aside { char *path; struct json *value; /* NULL: it is still in the document, cleared at saving */ };

struct view_state { struct json *doc; struct view_aside *aside; size_t aside_count; };

#define VIEW_MAX_UNDO 200

struct form_view {
	const struct form *form;
	const struct model *model;
	struct form_env env;
	struct json *opened;                 /* as it was opened */
	struct view_state now;
	struct view_state *undo, *redo;
	size_t undo_count, undo_cap, redo_count, redo_cap;
	char **touched;
	size_t touched_count, touched_cap;
	struct view_row *rows;
	size_t row_count, row_cap;
	struct form_finding *findings;
	size_t finding_count, finding_cap;
	/* while evaluating */
	struct arena arena;
	struct node root, person;
	size_t *by_path, *by_place;          /* rows by path, and by the object and key of their value: index + 1, 0 free */
	size_t slot_mask;
	struct json *made;                   /* values of calculates that are read through a repeat */
	int depth;                           /* of calculates that read one another */
};

/* ---- rows.c ---- */

void view_make_rows(struct form_view *view);                                   /* anew, nothing evaluated */
void view_drop_rows(struct form_view *view);
struct view_row *view_find(const struct form_view *view, const char *path);
struct view_row *view_find_value(const struct form_view *view, const struct json *holder, const char *key);
/* The row of an entry that an expression in row `from` means: in the same item, or further out. NULL: several or none. */
struct view_row *view_row_beside(struct form_view *view, const struct form_entry *e, const struct view_row *from);
bool view_is_masked(const struct view_row *row);
bool view_value_is_empty(const struct view_row *row);

/* ---- seen.c ---- */

struct value view_evaluate(struct form_view *view, const struct view_row *row, const struct expr *e, bool *limit);
bool view_holds(struct form_view *view, const struct view_row *row, const struct expr *e);     /* as a condition; false at the step limit */
/* Is the choice (of a list, an enum, a reference) offered now? ref: of a reference; else choice, or name alone. */
bool view_offers(struct form_view *view, const struct view_row *row, const char *name, const struct form_choice *choice, const struct form_ref *ref);
bool view_decide_visible(struct form_view *view, struct view_row *row);        /* once for each row, when it is first asked for */
const struct node *view_row_node(struct scope *s, const struct view_row *row);
int view_levels_of(const struct form_entry *e);                                /* how many objects of this form stand around it */
const char *view_choice_label(const struct form *form, const char *list, const char *constant);  /* message id; NULL: none */

#endif
