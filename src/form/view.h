/* Private to form: a form opened on a record. */
#ifndef OUTPOST_FORM_VIEW_H
#define OUTPOST_FORM_VIEW_H

#include "form/reads.h"

enum view_visibility { VISIBLE_UNKNOWN, VISIBLE_BEING_DECIDED, VISIBLE_YES, VISIBLE_NO };

struct view_row {
	struct form_row row;                 /* what is given out */
	const struct form_entry *entry;
	char *path;
	struct json *holder;                 /* the object that has the value; NULL: it is not there */
	const struct json *base, *opened;    /* the same object in the base, and as it was opened; of an item's head: the item. NULL: not there */
	const struct json *list;             /* of an item's head: the list that it is in */
	const char *item;                    /* of an item's head, and of what is in it: the item's uuid; NULL */
	struct node node;                    /* its place, as expressions see it */
	size_t above;                        /* the row of the group, repeat or item that it stands in; SIZE_MAX: none */
	size_t end;                          /* the row after the last that stands in it */
	size_t next;                         /* the next row of the same entry; SIZE_MAX: none */
	enum view_visibility visibility;
	bool relevant;                       /* by this form alone */
	bool fixed;                          /* read-only by itself, whatever the form's read_only says */
	bool locked;                         /* read-only by itself: fixed, or the form says so */
	bool is_new;                         /* in a new record or item: never "older" */
	bool differs;                        /* its own value does from the one that was opened; of a list or group when `compared` */
	bool compared;
	size_t changed_inside;               /* fields in it that differ */
	char *item_text;
	const struct json *note;             /* of a note with a plain reference as its calculation: what it shows */
	const struct model_field *note_field;
	bool computed;                       /* of what has no key and was asked for (calculate, select_multiple of keys): its value is here */
	struct value value;
	char *value_text;
	/* while a change is followed */
	bool queued, due;                    /* what others see of it, and all the rest, is to be evaluated */
	bool turned, was_relevant;           /* `relevant` may be another than before the change: it was this */
};

/* A value that was set aside: out of the document, or irrelevant in it. */
struct view_aside { char *path; struct json *value; /* NULL: it is still in the document, cleared at saving */ };

/* One value of the document that a step changed: what is there on the other side of the step. */
struct view_edit {
	char *path;
	struct json *value;                  /* NULL: nothing */
	size_t position;                     /* where its key stood when it went; SIZE_MAX: unknown */
};

/* One step of undo or redo. */
struct view_step {
	struct view_edit *edits;             /* in the order in which they were made */
	size_t count, cap;
	bool asides;                         /* it changed what is set aside: that of the other side is here */
	struct view_aside *aside;
	size_t aside_count;
};

#define VIEW_MAX_UNDO 200

struct view_finding { struct form_finding found; size_t row; };

struct view_findings { struct view_finding *list; size_t count, cap; };

struct view_list { size_t *rows; size_t count, cap; };

struct form_view {
	const struct form *form;
	const struct model *model;
	struct form_env env;
	char *disease;                       /* for an environment that has none */
	struct json *opened;                 /* as it was opened */
	struct json *doc;
	struct view_aside *aside;
	size_t aside_count, aside_cap;
	struct view_step step;               /* the one under way */
	struct view_step *undo, *redo;
	size_t undo_count, undo_cap, redo_count, redo_cap;
	char **touched;
	size_t touched_count, touched_cap;
	struct view_row *rows;
	size_t row_count, row_cap;
	size_t *by_path, *by_place;          /* rows by path, and by the object and key of their value: index + 1, 0 free */
	size_t slot_mask;
	size_t *first;                       /* by entry: its first row; SIZE_MAX: none */
	struct node root, base, person;      /* the record, the object that the form is about, the case's person */
	struct view_findings findings;       /* in the order of the rows */
	/* while evaluating */
	struct arena arena;
	int depth;                           /* of calculates that read one another */
	int deciding;                        /* repeats whose own relevant is being evaluated */
	bool trying;                         /* a value is in the document for a moment only: nothing calculated from it is kept */
	struct reads reads;                  /* what each row read */
	size_t reader;                       /* the row that is being evaluated; SIZE_MAX: nobody */
	/* what a change left to be evaluated (refresh.h) */
	bool stale;                          /* the rows themselves: items or objects came or went */
	struct view_list queue, due, turned;
	size_t evaluated;                    /* rows, so far */
};

/* ---- rows.c ---- */

void view_make_rows(struct form_view *view);                                   /* anew, nothing evaluated; those of before are the caller's now */
void view_drop_rows(struct view_row *rows, size_t count);
struct view_row *view_find(const struct form_view *view, const char *path);
struct view_row *view_find_value(const struct form_view *view, const struct json *holder, const char *key);
/* The first such row that is not before `from`; SIZE_MAX: none. */
size_t view_find_value_from(const struct form_view *view, const struct json *holder, const char *key, size_t from);
/* The row of an entry that an expression in row `from` means: in the same item, or further out. NULL: several or none. */
struct view_row *view_row_beside(struct form_view *view, const struct form_entry *e, const struct view_row *from);
void view_take_value(struct view_row *row);                                    /* the document has another value there */
void view_mark_touched(struct form_view *view, const char *path);              /* the person changed the row there */
bool view_is_masked(const struct view_row *row);
bool view_value_is_empty(const struct view_row *row);
const char *view_key(const struct view_row *row);                              /* under which others read it: its key, or the name of what has none */
void view_list_add(struct view_list *list, size_t row);
void view_list_sort(struct view_list *list);
/* What was taken while evaluating is given back. */
void view_scratch_done(struct form_view *view);

/* ---- seen.c ---- */

struct value view_evaluate(struct form_view *view, const struct view_row *row, const struct expr *e, bool *limit);
bool view_holds(struct form_view *view, const struct view_row *row, const struct expr *e);     /* as a condition; false at the step limit */
/* Is the choice (of a list, an enum, a reference) offered now? ref: of a reference; else choice, or name alone. */
bool view_offers(struct form_view *view, const struct view_row *row, const char *name, const struct form_choice *choice, const struct form_ref *ref);
bool view_decide_visible(struct form_view *view, struct view_row *row);        /* once for each row, when it is first asked for */
struct value view_computed_value(struct form_view *view, struct view_row *row);               /* of what has no key; kept until what it reads changes */
/* The row that is evaluated reads this key. */
void view_note_read(struct form_view *view, const struct json *object, const char *key);
void view_note_keys(struct form_view *view, const struct view_row *row);       /* … those of a select_multiple's choices */
/* The document as it is, without what the form makes of it; what is read is noted. */
struct scope view_raw_scope(struct form_view *view, const struct view_row *row);
const char *view_choice_label(const struct form *form, const char *list, const char *constant);  /* message id; NULL: none */

#endif
