/* Private to form: forms as they are kept, and what reader, checker and view share. */
#ifndef OUTPOST_FORM_INTERNAL_H
#define OUTPOST_FORM_INTERNAL_H

#include "form/expr.h"

/* A text of a form: translated by its id in a context, or the site's own in several languages. */
struct form_text {
	const char *id;                      /* NULL: none */
	char *context;
	const struct json *own;              /* {"en": …}; NULL */
};

/* One condition of constraint or warning. */
struct form_rule {
	struct expr *condition;
	struct form_text message;
	bool warning;
	bool elsewhere;                      /* a constraint that reads another form: acts as a warning */
};

/* A choice of a list of the form's own, or a restriction of one of the model's. */
struct form_choice {
	const char *name;
	size_t index;                        /* in the file's list */
	struct form_text label;
	struct expr *relevant;
	const struct json *columns;          /* the choice as it stands in the file, for choice_filter */
};

struct form_list {
	const char *name;
	struct form_choice *choices;
	size_t count;
};

struct form_entry {
	const char *name;
	enum form_type type;
	struct form_entry *parent;           /* group, repeat or NULL */
	struct form_entry **children;
	size_t child_count;
	int index;                           /* in the order of the form */
	int line, column;
	const char *data;                    /* key in the object that holds it; NULL: nothing stored (note, group without path, calculate) */
	const struct model_type *object;     /* the type of the object that holds it */
	const struct model_field *field;     /* NULL: not in the model */
	const struct model_type *inner;      /* of a group with path, or of a repeat's items */
	struct form_text label, hint, guidance, required_message, item_label_text;
	const char *appearance, *list_name, *right;
	char *list_context;                  /* "choice:LIST" */
	const struct form_list *list;        /* the form's own list; NULL */
	enum kind reference;
	double scale;                        /* parameters: scale=100; 1 */
	struct expr *relevant, *required, *read_only, *default_value, *calculation, *choice_filter;
	bool read_only_always, required_always;
	struct form_rule *rules;
	size_t rule_count;
	char *item_label;                    /* "${a} ${b}" */
};

struct form {
	struct json *text;                   /* the file; texts point into it */
	const struct model *model;
	const char *name;
	struct form_text title;
	enum kind kind;
	const struct model_type *root_type;
	const char *path;
	const struct model_type *base_type;  /* of the object that path leads to */
	struct form_entry top;               /* the children are its */
	struct form_entry **entries;         /* all, in order */
	size_t entry_count, entry_cap;
	struct form_list *lists;
	size_t list_count;
	struct json *labels;                 /* {"YesNoUnknown":{"YES":"Yes"}}: message ids of the model's constants */
};

const struct node *form_node_at(struct scope *s, const char *path);
/* "There is no field …" with the nearest key of type (NULL: none), nested: or of objects inside it. */
void form_unknown_name(const struct model_type *type, bool nested, const char *name, int offset, struct expr_error *error);

#define NAME_MAX_DEPTH 4 /* objects inside one another that ${name} looks into */

/* ---- what expressions of a form read, without a record ---- */

/* What ${name} of an expression of `from` means: the same item or group, then outwards, then further in. NULL: no field of this form. */
const struct form_entry *form_lookup(const struct form_entry *from, const char *name);
/* The way to that field: so many objects up from the one that `from` stands in, then down these keys. item: "." is an item of the repeat
 * `from`. false: there is no such field, or nothing is stored for it. */
struct form_way { int up, count; char *keys[FORM_MAX_NESTING + 1]; };
bool form_way_to(const struct form_entry *from, bool item, const char *name, struct form_way *way);
/* The entry of this name in what a repeat's items, or a group's object, have themselves; NULL. */
const struct form_entry *form_lookup_inside(const struct form_entry *holder, const char *name);
/* The entry with this path from the record's root ("hospitalization.admissionDate"); NULL. */
const struct form_entry *form_at_path(const struct form *form, const char *path);
/* Does e, an expression of `from`, read target, itself or through what has no key? *same_item: only beside it, in the same item. */
bool form_reads(const struct form *form, const struct form_entry *from, const struct expr *e, const struct form_entry *target, bool *same_item);
/* The entry with this path from what `holder` holds; NULL. */
const struct form_entry *form_below(const struct form_entry *holder, const char *path);
/* Does the entry hold an object of its own for its children? */
bool form_holds_object(const struct form_entry *e);
/* The entry whose object an entry stands in: a repeat, a group with a path, or the top. */
const struct form_entry *form_holder(const struct form_entry *e);
/* The repeat that the entry stands in; NULL: none. */
const struct form_entry *form_repeat_of(const struct form_entry *e);
struct form_label form_label_of(const struct form_text *text, const char *language);

#endif
