/* Private to form: expressions as trees (forms.md "The language"). */
#ifndef OUTPOST_FORM_EXPR_H
#define OUTPOST_FORM_EXPR_H

#include "form/regex.h"
#include "form/value.h"

enum expr_op {
	EXPR_NUMBER, EXPR_STRING,
	EXPR_OR, EXPR_AND, EXPR_COMPARE, EXPR_ADD, EXPR_SUBTRACT, EXPR_MULTIPLY, EXPR_DIVIDE, EXPR_MODULO, EXPR_NEGATE,
	EXPR_CALL,
	EXPR_SELF,          /* . */
	EXPR_CURRENT,       /* current() */
	EXPR_PARENT,        /* .. */
	EXPR_NAME,          /* ${name} */
	EXPR_ROOT,          /* ${/path}; steps */
	EXPR_BARE           /* name inside a predicate or a choice_filter */
};

#define EXPR_MAX_STEPS 8
#define EXPR_MAX_ARGS 64

struct expr;

/* What follows a reference: /name and /.. steps, and one predicate. */
struct expr_tail {
	int count;
	char *steps[EXPR_MAX_STEPS];     /* ".." is the parent */
	int predicate_after;             /* the predicate stands after this many steps */
	struct expr *predicate;          /* NULL: none */
};

struct expr {
	enum expr_op op;
	int offset;                      /* of its beginning, in bytes of the expression's text */
	enum compare_op compare;
	double number;
	char *text;                      /* string literal, name, function */
	int function;                    /* EXPR_CALL: index into the table of functions */
	struct expr **args;
	size_t count;
	struct expr_tail tail;           /* of references */
	struct regex *regex;             /* a literal pattern, compiled once */
};

/* A mistake in an expression. */
struct expr_error {
	int offset;                      /* bytes */
	const char *code;                /* "syntax", "unknown_function", "arguments", "pattern", "nesting", "boolean_string", "unknown_name" */
	struct message message;
};

/* Parses a text. NULL and *error on a mistake. names_allowed: bare names may stand outside of predicates (choice_filter). */
struct expr *expr_parse(const char *text, bool bare_names, struct expr_error *error);
void expr_free(struct expr *e);

/* Calls visit for e and every expression in it, predicates too; in_predicate counts their depth. */
typedef void (*expr_visit_fn)(void *ctx, const struct expr *e, int in_predicate);
void expr_walk(const struct expr *e, expr_visit_fn visit, void *ctx);

bool expr_is_name(const char *text);         /* can ${ } say it? */

/* A boolean compared with a string literal: the mistake that is made most. */
bool expr_is_boolean(const struct expr *e);

/* ---- evaluating ---- */

/* What the form makes of a node: one that it hides is '' to its expressions. */
struct look { bool hidden, instant; double scale; };

struct form_entry;

struct scope {
	const struct form_env *env;
	const struct model *model;
	const struct node *root, *person;    /* person NULL: unknown */
	const struct node *self;             /* the field being checked: ".", current() */
	const struct form_entry *from;       /* whose expression it is: ${name} is a field of its form; NULL: `eval`, where it is a key of the model */
	const struct node *item;             /* inside a predicate: the item; NULL outside */
	bool raw;                            /* the document as it is: masked values too, no hooks */
	bool choosing;                       /* in a choice_filter: bare names are columns */
	/* choice_filter: the columns of a choice. Returns NULL for an unknown column. */
	const char *(*column)(void *ctx, const char *name);
	/* the value of what has no key (calculate, select_multiple of keys) by name; false: no such */
	bool (*calculated)(void *ctx, const char *name, struct value *out);
	/* how the form sees a node; NULL: as it is */
	void (*look)(void *ctx, const struct node *node, struct look *out);
	const char *(*choice_label)(void *ctx, const char *name, const char *constant);
	/* a key of an object is read; for an item that was come to through its list, object is the list; NULL: nobody wants to know */
	void (*read)(void *ctx, const struct json *object, const char *key);
	void *ctx;
	struct arena *arena;
	int steps;                           /* used so far */
	bool limit;                          /* the step limit was met */
};

struct value expr_evaluate(struct scope *s, const struct expr *e);
void expr_spend(struct scope *s, size_t steps);      /* work that is done besides; sets s->limit */
/* The nodes that a reference leads to, before anything is hidden; plain: without its predicate and what follows it. '' when there are none. */
struct value expr_nodes(struct scope *s, const struct expr *e, bool plain);
bool expr_is_reference(const struct expr *e);
/* What an expression gets of them: what the form hides is ''; a plain field is its value. */
struct value expr_settle(struct scope *s, struct value nodes);
/* Is the node masked by the server: personal or sensitive in a pseudonymized object? */
bool node_is_masked(const struct node *node);

/* ---- functions ---- */

struct function {
	const char *name;
	int least, most;                     /* arguments; most -1: any number */
	bool boolean;                        /* its result is a boolean */
	struct value (*call)(struct scope *s, const struct expr *call);
};
extern const struct function expr_functions[];
int expr_find_function(const char *name);    /* -1: unknown */

/* ---- names ---- */

/* What ${name} means seen from self: one node, or through a repeat a nodeset. */
struct value expr_resolve_name(struct scope *s, const char *name);
struct value expr_resolve_steps(struct scope *s, struct value from, char *const *steps, int count);
/* The key of an object. Whatever is read of a document is read by this, or a change of it goes unnoticed (scope's read). */
const struct node *expr_child(struct scope *s, const struct node *object, const char *key);
struct value expr_node_value(struct scope *s, const struct node *node);    /* wraps a node: a value, or a nodeset for a repeat */
/* The nearest name to a wrong one, or NULL. */
const char *expr_nearest(const char *wrong, const char *const *names, size_t count);

int64_t env_today(const struct form_env *env);

#endif
