/* Forms: reading and checking form files, the expression language, and a form opened on a record (forms.md).
 *
 * Pure: no clock, no files, no SQL; time, references and rights come in with struct form_env. Nothing here is translated:
 * texts of forms are given out as message ids with context "form:FORM.FIELD" (or as the site's own text for a language). */
#ifndef OUTPOST_FORM_H
#define OUTPOST_FORM_H

#include "model/model.h"

#define FORM_MAX_BYTES ((size_t)1024 * 1024)     /* one form file */
#define FORM_MAX_FIELDS 2000
#define FORM_MAX_NESTING 32                      /* of an expression and of groups */
#define FORM_MAX_STEPS 200000                    /* evaluation steps of one expression */

/* ---- form files ---- */

enum form_severity { FORM_ERROR, FORM_WARNING };

/* One complaint about a form file (`outpost form check`). code is stable: "syntax", "unknown_name", "cycle" … */
struct form_problem {
	int line, column;                /* 1-based */
	enum form_severity severity;
	const char *code;
	struct message message;
};

struct form;

/* Reads and checks one form file strictly. *problems (caller frees; may be set on success too: warnings) in file order.
 * ST_INVALID when there is an error; then *out stays untouched. */
MUST_CHECK enum status form_load(const struct model *model, const char *text, size_t len, struct form **out,
	struct form_problem **problems, size_t *problem_count, struct err *err);
void form_free(struct form *form);

const char *form_name(const struct form *form);        /* "hospitalization" */
const char *form_title(const struct form *form, const char *language); /* message id, or a site's own text; see form_text */
enum kind form_kind(const struct form *form);

/* The built-in forms (forms/ as it was built in): name and text, terminated by a NULL name. */
const struct embedded_file *form_builtin(void);

enum form_type {
	FORM_TEXT, FORM_INTEGER, FORM_DECIMAL, FORM_DATE, FORM_DATE_TIME, FORM_SELECT_ONE, FORM_SELECT_MULTIPLE, FORM_BOOLEAN,
	FORM_NOTE, FORM_CALCULATE, FORM_GROUP, FORM_REPEAT, FORM_REFERENCE
};

/* A label, hint or message. `own`: the site's text in the language asked for (not to be translated); else translate id in context. */
struct form_label { const char *context; const char *id; bool own; };

/* ---- what evaluation may know ---- */

/* A referenced record as choice_filter, labels and item_label see it. Strings belong to the provider until the next call. */
struct form_ref { const char *uuid, *label, *region, *district, *community, *type; bool archived; };
struct form_refs {
	bool (*get)(void *ctx, enum kind kind, const char *uuid, struct form_ref *out);
	/* Calls visit for each record of the kind in label order whose parents match (NULL: any) and whose folded label contains all words of search (NULL: all);
	 * visit returns false to stop. */
	void (*each)(void *ctx, enum kind kind, const char *region, const char *district, const char *community, const char *type, const char *search,
		bool (*visit)(void *vctx, const struct form_ref *ref), void *vctx);
	/* Customizable enum values of a type for a disease, and their captions. */
	void (*each_value)(void *ctx, const char *enum_name, const char *disease, bool (*visit)(void *vctx, const char *value, const char *caption), void *vctx);
	void *ctx;
};

struct form_env {
	int64_t now_ms;                  /* one pass has one now() */
	int64_t newest_server_ms;        /* newest server time seen; today() is the later one; 0: none */
	const struct json *person;       /* of ${/person/…}; NULL: unknown */
	const struct json *base;         /* record as the server has it: the rule for old data; NULL: everything counts as new */
	struct model_scope scope;        /* diseases, countries, features, rights */
	bool fresh;                      /* a record that is being made: form_open() puts the defaults in */
	bool editable;                   /* false: every field is read-only (protocol.md C.7, D.6) */
	const struct form_refs *refs;    /* NULL: no references known */
	const char *language;            /* of a site's own texts: "fr"; NULL: "en" */
	const char *date_order;          /* how dates are typed: "dmy", "mdy", "ymd"; NULL: "dmy" */
	const char *const *month_names;  /* 12 names in the person's language; NULL: English */
	/* A message in the person's language (base/i18n's i18n_context_text): labels are found by what is typed in it, too, and a list of choices
	 * is joined in it. NULL: English only. */
	const char *(*translate)(const char *context, const char *id);
};

/* ---- the language ---- */

/* Parses and evaluates one expression (`outpost eval`). record NULL: an empty record; type NULL: types of the JSON; at: path of ".", NULL = the root.
 * ST_INVALID with line and column. */
enum form_value_type { FORM_VALUE_STRING, FORM_VALUE_NUMBER, FORM_VALUE_BOOLEAN, FORM_VALUE_DATE, FORM_VALUE_DATE_TIME, FORM_VALUE_NODESET };
struct form_value {
	enum form_value_type type;
	bool boolean;
	double number;                   /* number; a date's day; a dateTime's milliseconds */
	char *string;                    /* string() of it; always set; the caller frees it */
	size_t count;                    /* of a nodeset */
};
MUST_CHECK enum status form_eval(const struct model *model, const char *expression, const struct json *record, const struct model_type *type,
	const char *at, const struct form_env *env, struct form_value *out, struct err *err);
void form_value_done(struct form_value *value);
const char *form_value_type_name(enum form_value_type type);    /* "string", "number", "boolean", "date", "dateTime", "nodeset" */
struct json *form_value_json(const struct form_value *value);   /* the "value" of `eval --json`: NaN and infinities null; a date as its ISO text */

/* ---- a form opened on a record ---- */

struct form_view;

/* Opens form on a copy of doc (the whole record). The env is copied shallowly: what it points to has to stay. */
struct form_view *form_open(const struct form *form, const struct model *model, const struct json *doc, const struct form_env *env);
void form_close(struct form_view *view);
void form_set_env(struct form_view *view, const struct form_env *env);   /* a new now, a new person …: evaluates again */

/* One line of the opened form, in the form's order; groups, repeats, their items (FORM_GROUP with `item` set) and notes included. */
struct form_row {
	const char *path;                /* from the record's root: "hospitalization.previousHospitalizations[UUID].admissionDate"; a nameless or layout group: its name */
	enum form_type type;
	const struct model_field *field; /* NULL: not in the model (note, group, calculate) */
	struct form_label label, hint, guidance;
	const char *appearance;          /* NULL */
	const char *list_name;           /* of a select: model enum or the form's list; NULL */
	int depth;                       /* 0 = top level */
	bool item;                       /* the head of one item of a repeat; label.own with the item_label's text */
	bool visible, required, readonly;
	const struct json *value;        /* as stored; NULL absent */
	int errors, warnings, older;     /* findings on this row; older: errors that the edit did not make */
	bool changed;                    /* differs from the document that was opened */
	bool touched;                    /* changed by the person in this view */
};
size_t form_row_count(const struct form_view *view);
size_t form_evaluated(const struct form_view *view);               /* rows that were evaluated since the form was opened: of a change, those that depend on it */
const struct form_row *form_row_at(const struct form_view *view, size_t index);    /* valid until the next change */
const struct form_row *form_row_find(const struct form_view *view, const char *path);

struct form_finding {
	const char *path;
	enum form_severity severity;
	const char *rule;                /* "required", "constraint", "warning", "type", "choice", "max_length", "min", "max", "limit" */
	struct message message;          /* of a form's own text: id with context; `own`: not to be translated */
	bool own;
	bool older;                      /* an error in data that this edit did not touch: shown, does not block saving */
};
size_t form_finding_count(const struct form_view *view);
const struct form_finding *form_finding_at(const struct form_view *view, size_t index);
bool form_can_save(const struct form_view *view);                  /* no error that is not `older` */

/* The value as the person sees it ("Thu 19 Nov 2026, 3 days ago" is the ui's; here: "2026-11-19", "Yes", a reference's label). New string. */
char *form_row_text(const struct form_view *view, const struct form_row *row);

/* Changes by the person. path names a visible row that is not read-only. Each is one undo step; dependents are recalculated, irrelevant ones set aside.
 * ST_INVALID: the text cannot be that value (err says what is expected); ST_REFUSED: read-only or hidden; ST_NOT_FOUND; ST_ASK: clears a repeat that has items (repeat with `force`). */
MUST_CHECK enum status form_set_text(struct form_view *view, const char *path, const char *typed, bool force, struct err *err); /* "" clears; dates as typed, enum constants or labels, references by uuid or unambiguous name */
MUST_CHECK enum status form_set_value(struct form_view *view, const char *path, const struct json *value, bool force, struct err *err); /* JSON as stored; NULL clears */
MUST_CHECK enum status form_add_item(struct form_view *view, const char *repeat_path, struct rand *rand, char uuid[UUID_SIZE], struct err *err);
MUST_CHECK enum status form_remove_item(struct form_view *view, const char *item_path, struct err *err);
bool form_undo(struct form_view *view);
bool form_redo(struct form_view *view);

/* The choices of a select or reference row, filtered (choice_filter, relevant, diseases) and narrowed by what was typed (first letters for short lists, words
 * for references). visit returns false to stop. label is a message id with context, or own text. `stored` marks a value that is kept but no longer offered. */
typedef bool (*form_choice_fn)(void *ctx, const char *name, struct form_label label, bool stored);
void form_each_choice(const struct form_view *view, const char *path, const char *typed, form_choice_fn visit, void *ctx);
bool form_is_chosen(const struct form_view *view, const char *path, const char *name);             /* Is it one of those that a select_multiple has? */

/* Values kept in fields that are not shown (forms.md "n values not shown here"). */
typedef void (*form_hidden_fn)(void *ctx, const struct form_row *row);
void form_each_hidden(const struct form_view *view, form_hidden_fn visit, void *ctx);

const struct json *form_doc(const struct form_view *view);         /* the document as it is now, set-aside values still in; for drafts */
struct json *form_result(const struct form_view *view);            /* the document to save: set-aside values cleared; the caller frees it */

/* The contract of `outpost form try` (product.md). */
struct json *form_try_json(const struct form_view *view);

/* Dates as people type them: ISO, "t", "t-3", "3d", "-3d", "2w", "+3d", "5 mar", "5.3.", "5/3/26" (order: "dmy", "mdy", "ymd"). Without a year the latest such
 * day not after `latest`. month_names: 12 names in the person's language, NULL = English. */
bool form_parse_day(const char *typed, int32_t today, int32_t latest, const char *order, const char *const month_names[12], int32_t *day);

#endif
