/* Private to form: where the references of an expression lead, before there is a record (forms.md "Errors at load"). Names and steps are followed
 * through the form's entries and the model's types, into predicates, too. */
#ifndef OUTPOST_FORM_TRAIL_H
#define OUTPOST_FORM_TRAIL_H

#include "form/internal.h"

/* An object or a field that a reference passes. */
struct spot {
	const struct form_entry *entry;      /* the field, or what holds the object (a repeat: its item; the form itself); NULL: not on the form */
	const struct model_field *field;     /* NULL: the root, or a field without a key */
	const struct model_type *type;       /* of an object's keys; NULL: a plain value */
	bool open;                           /* nobody knows its keys: a map, a value that the model has not */
};

#define TRAIL_MAX (FORM_MAX_NESTING + EXPR_MAX_STEPS + 6)

/* From the root to where a reference ends; each spot stands in the one before. count 0: nothing is known. */
struct trail { struct spot spots[TRAIL_MAX]; int count; };

/* One reference of an expression. */
struct reference {
	const struct expr *e;
	const struct trail *trail;
	const char *wrong;                   /* the name or step that there is none of; NULL: all are known */
	const struct model_type *wrong_in;   /* the type that has no such key; NULL: a plain value, or a name of the form */
	const struct expr *beside;           /* what it is compared with; NULL */
	bool in_predicate;
};

struct trace {
	const struct model *model;
	const struct model_type *root;       /* of the record */
	const struct form *form;             /* of the expression; NULL: `eval`, whose names are the model's */
	const struct form_entry *from;       /* whose expression it is; NULL: eval */
	struct trail self;                   /* where "." is */
	void (*visit)(void *ctx, const struct reference *reference);
	void *ctx;
};

/* The trace of an expression of an entry. */
struct trace trace_of_entry(const struct form *form, const struct form_entry *from);
/* Calls visit for each reference in the expression. */
void trace_references(const struct trace *trace, const struct expr *e);

/* The end of a trail; NULL: nothing is known. */
const struct spot *trail_end(const struct trail *trail);
/* Adds a spot at the end of a trail. */
void trail_add(struct trail *trail, struct spot spot);

/* A reference that names nothing, or yes or no compared with a text: *error is set (its offset: that of the mistake), else false. */
bool reference_is_wrong(const struct reference *reference, struct expr_error *error);

#endif
