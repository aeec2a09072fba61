/* Private to form: values of the expression language and how they turn into each other (forms.md "The language"). */
#ifndef OUTPOST_FORM_VALUE_H
#define OUTPOST_FORM_VALUE_H

#include "form/form.h"

/* Memory of one evaluation, freed at once. */
struct arena { struct arena_block *blocks; };
void *arena_take(struct arena *arena, size_t size);
char *arena_text(struct arena *arena, const char *s, size_t len);
char *arena_keep(struct arena *arena, char *owned);               /* copies and frees */
void arena_done(struct arena *arena);
/* What was taken since a mark is given back; values from then are gone. */
struct arena_mark { struct arena_block *block; size_t used; };
struct arena_mark arena_mark(const struct arena *arena);
void arena_release(struct arena *arena, struct arena_mark mark);

/* A place in a document: a field of an object, an item of a list, or the root. */
struct node {
	const struct json *value;           /* NULL: absent */
	const struct model_field *field;    /* what the value is; NULL: only its JSON says */
	const struct model_type *type;      /* of an object's keys; NULL: unknown */
	const struct node *parent;          /* the object that holds it; for an item the object that holds the list */
	const char *key;                    /* in its parent; NULL at the root */
	int position;                       /* 1-based, of an item; 0 otherwise */
	const struct json *list;            /* of an item that was come to through its list: the list */
	bool instant;                       /* a date that the form shows with its time */
	double scale;                       /* a number that is stored times this; 0: as it is */
	const struct value *made;           /* of what has no key (a calculate): its value; NULL */
};

struct value {
	enum form_value_type type;
	bool boolean;
	double number;                      /* number; a date's day; a dateTime's milliseconds */
	const char *text;                   /* string */
	const struct node **nodes;          /* nodeset */
	size_t count;
	bool plural;                        /* of a nodeset: it went through the items of a repeat, or a predicate */
};

struct value value_string(const char *text);
struct value value_number(double n);
struct value value_boolean(bool b);
struct value value_date(int64_t day);
struct value value_instant(int64_t ms);

/* The typed value of a node: enum constant, uuid, date, number … '' when absent (an absent primitive: false or 0). */
struct value value_of_node(struct arena *arena, const struct node *node);
/* A nodeset becomes the value of its first node, '' when empty; a list of plain values that no model knows its values with blanks between. */
struct value value_single(struct arena *arena, const struct value *v);

bool value_to_boolean(struct arena *arena, const struct value *v);
double value_to_number(struct arena *arena, const struct value *v);
const char *value_to_string(struct arena *arena, const struct value *v);
bool value_is_space(char c);                                       /* XPath's white space: blank, tab, line feed, carriage return */
bool value_is_blank(struct arena *arena, const struct value *v);   /* '' */

int64_t value_time_of_day(int64_t ms);                             /* milliseconds since midnight on the wall clock of the zone */
/* A day or an instant, if the value is or reads as one. */
bool value_to_day(struct arena *arena, const struct value *v, int32_t *day);
bool value_to_instant(struct arena *arena, const struct value *v, int64_t *ms);

enum compare_op { COMPARE_EQ, COMPARE_NE, COMPARE_LT, COMPARE_LE, COMPARE_GT, COMPARE_GE };
bool value_compare(struct arena *arena, enum compare_op op, const struct value *a, const struct value *b);

const char *value_number_text(struct arena *arena, double n);      /* shortest digits that read back the same, no exponent */

#endif
