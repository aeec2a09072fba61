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
	bool is_new;                         /* in a new record or item: never "older" */
	char *item_text;
	const struct json *note;             /* of a note with a plain reference as its calculation: what it shows */
	const struct model_field *note_field;
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
	bool reads_change;                   /* what was read differs from the base */
};

void view_refresh(struct form_view *view);                                     /* rows, visibility, findings: everything anew */
struct value view_evaluate(struct form_view *view, const struct view_row *row, const struct expr *e, bool *limit);
struct view_row *view_find(const struct form_view *view, const char *path);
struct value view_evaluate_choice(struct form_view *view, const struct view_row *row, const struct expr *e, const struct form_ref *ref);
void view_judge(struct form_view *view);                                       /* findings */
bool view_value_is_empty(const struct view_row *row);
const char *view_choice_label(const struct form *form, const char *list, const char *constant);  /* message id; NULL: none */
bool view_breaks_rule(struct form_view *view, struct view_row *row);            /* any constraint (not warning) is broken */

#endif
