/* Private to form: what the readers and checkers of a form file share. */
#ifndef OUTPOST_FORM_LOADER_H
#define OUTPOST_FORM_LOADER_H

#include "form/internal.h"

/* Where a value of the file begins, by its path in the JSON ("/children/3/constraint/0/if"). */
struct place { char *path; size_t offset; };

struct loader {
	struct form *form;
	const char *text;
	size_t len;
	struct place *places;
	size_t place_count, place_cap;
	struct form_problem *problems;
	size_t problem_count, problem_cap;
	bool failed;
	/* while scanning */
	char *level_path[JSON_MAX_DEPTH + 1];
	size_t level_next[JSON_MAX_DEPTH + 1];
};

/* ---- loader.c: where things stand, and complaints ---- */

enum status load_note_places(struct loader *l, struct err *err);        /* fills l->places, sorted by path */
size_t load_place_of(const struct loader *l, const char *path);         /* bytes from the file's beginning; 0: no such value */
char *load_entry_place(const struct form_entry *e);                     /* the path of an entry in the file; new string */
/* An offset in a decoded string, as an offset in the file: escapes are longer there. string_at: of its opening quote. */
size_t load_raw_offset(const struct loader *l, size_t string_at, int decoded);
void load_complain(struct loader *l, size_t offset, enum form_severity severity, const char *code, const struct message *message);
void load_wrong_args(struct loader *l, const char *path, enum form_severity severity, const char *code, const char *const *id_and_args);
/* A message's id and its arguments, about the value at a path. */
#define wrong(l, path, code, ...) load_wrong_args((l), (path), FORM_ERROR, (code), (const char *const[]){__VA_ARGS__, NULL})
#define doubtful(l, path, code, ...) load_wrong_args((l), (path), FORM_WARNING, (code), (const char *const[]){__VA_ARGS__, NULL})

/* ---- load_column.c: one column ---- */

/* Complains about keys of an object that are not in the list, with the nearest that is. */
void load_check_keys(struct loader *l, const char *path, const struct json *v, const char *const *keys, size_t count);
/* A column that is a text and not translated; NULL: absent or wrong. */
const char *load_string(struct loader *l, const char *path, const char *column, const struct json *entry);
void load_text(struct loader *l, const char *path, const struct json *v, const char *context, struct form_text *out);
void load_entry_text(struct loader *l, const char *path, const char *column, const struct json *entry, const char *context, struct form_text *out);
/* always: where the column may also be true or "yes"; NULL: it may not. */
struct expr *load_condition(struct loader *l, const char *path, const char *column, const struct json *entry, bool *always, bool bare_names);
struct expr *load_default(struct loader *l, const struct form_entry *e, const char *path, const struct json *v);
void load_rules(struct loader *l, struct form_entry *e, const char *path, const struct json *v, const struct json *entry, bool warning, const char *context);
void load_parameters(struct loader *l, struct form_entry *e, const char *path, const struct json *v);

/* ---- load_type.c: what a field is ---- */

bool load_type(struct loader *l, struct form_entry *e, const char *path, const char *text);
bool load_bind_field(struct loader *l, struct form_entry *e, const char *path, const struct json *v, const struct model_type *object);
void load_check_list(struct loader *l, struct form_entry *e, const char *path);

/* ---- load_entry.c: fields, and the fields inside them ---- */

void load_children(struct loader *l, struct form_entry *parent, const char *path, const struct json *children, const struct model_type *object, const char *context);

/* ---- check_names.c, check_cycles.c: over the whole form ---- */

void load_check_names(struct loader *l);
void load_check_cycles(struct loader *l);

/* ---- check_words.c: constants that are written out ---- */

struct reference;
void load_check_compared(struct loader *l, const char *path, const struct reference *r);    /* with what a reference is compared */
void load_check_calls(struct loader *l, const char *path, const struct expr *e);            /* disease('X'), feature('X'), user-right('X') */
void load_check_words(struct loader *l, const struct form_entry *e);                        /* right and default */

#endif
