/* Statuses, messages and errors (quality.md "C"; architecture.md "Modules are doors").
 *
 * The core never prints and never translates: a message is an English template (its gettext id), a context and
 * arguments. ui/ and cmd/ turn it into text with i18n_message(); --json writes it untranslated. */
#ifndef OUTPOST_BASE_ERR_H
#define OUTPOST_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))

/* What to do next, not what happened: that is in the message. */
enum status {
	ST_OK = 0,
	ST_LATER,     /* no connection, timed out, locked: the same call may work later */
	ST_ASK,       /* a person has to decide or to give something (password, choice) */
	ST_INVALID,   /* the input is wrong; the error says where; repeating cannot help */
	ST_NOT_FOUND, /* there is no such thing */
	ST_STALE,     /* it changed meanwhile: read again, decide again */
	ST_REFUSED,   /* not signed in, or no right */
	ST_LIMIT,     /* over a named limit */
	ST_FAILED,    /* the system failed: disk, memory map, database */
	ST_CANCELLED  /* a person cancelled it */
};

#define MESSAGE_ARGS 4
#define MESSAGE_ARG_MAX 192

/* A text to be shown: `id` is a string constant with the placeholders {1} to {4}; `context` (NULL: none) is gettext's. */
struct message {
	const char *context;
	const char *id;
	const char *many;            /* of a text with a count: id is the form for one, this the one for several (of a language with more forms: gettext chooses); NULL: no count */
	int64_t count;
	char arg[MESSAGE_ARGS][MESSAGE_ARG_MAX];
};

#define ERR_DEPTH 4

/* An error: the outermost message first, each further one its cause. line and column are 1-based, 0 = unknown. */
struct err {
	enum status status;
	int line;
	int column;
	int depth;
	struct message msg[ERR_DEPTH];
};

/* Marks a string for xgettext without translating it. */
#define N_(id) id
#define NC_(context, id) id      /* with the context that tells it from the same word elsewhere */
#define NN_(one, many) one, many /* the two forms of a text with a count */

/* message_set(msg, id, argument...): fills *msg; the arguments are strings, cut at a character border to MESSAGE_ARG_MAX. Missing ones are empty. */
#define message_set(msg, ...) message_set_args((msg), NULL, (const char *const[]){__VA_ARGS__, NULL})
void message_set_args(struct message *msg, const char *context, const char *const *id_and_args);

/* message_set_count(msg, n, NN_(one, many), argument...): a text about n things; where n is to be seen it is one of the arguments. */
#define message_set_count(msg, n, ...) message_set_count_args((msg), (n), (const char *const[]){__VA_ARGS__, NULL})
void message_set_count_args(struct message *msg, int64_t n, const char *const *ids_and_args);

/* The message in English, arguments put in. Returns the length that it would have (like snprintf). */
size_t message_text(const struct message *msg, char *out, size_t size);

/* err_set(err, st, id, argument...): sets *err (may be NULL) to one message and returns st, so that `return err_set(err, ST_INVALID, N_("..."), a);` works. */
#ifdef __clang_analyzer__ /* it has to know that the answer is st */
#define err_set(err, st, ...) ((void)err_set_args((err), (st), (const char *const[]){__VA_ARGS__, NULL}), (st))
#else
#define err_set(err, st, ...) err_set_args((err), (st), (const char *const[]){__VA_ARGS__, NULL})
#endif
enum status err_set_args(struct err *err, enum status st, const char *const *id_and_args);

/* err_set_count(err, st, n, NN_(one, many), argument...): the same with a count, as message_set_count. */
#ifdef __clang_analyzer__
#define err_set_count(err, st, n, ...) ((void)err_set_count_args((err), (st), (n), (const char *const[]){__VA_ARGS__, NULL}), (st))
#else
#define err_set_count(err, st, n, ...) err_set_count_args((err), (st), (n), (const char *const[]){__VA_ARGS__, NULL})
#endif
enum status err_set_count_args(struct err *err, enum status st, int64_t n, const char *const *ids_and_args);

/* err_wrap(err, id, argument...): puts a message in front of those that *err has (the deepest is dropped when full) and returns err's status (ST_FAILED if err is NULL). */
#define err_wrap(err, ...) err_wrap_args((err), (const char *const[]){__VA_ARGS__, NULL})
enum status err_wrap_args(struct err *err, const char *const *id_and_args);

/* Sets line and column, then returns err's status. */
enum status err_at(struct err *err, int line, int column);

/* "outer: inner: …" in English, with "line L, column C: " in front when known. Returns the full length (like snprintf). */
size_t err_text(const struct err *err, char *out, size_t size);

/* A number as an argument of a message: text in a caller's buffer of at least 24 bytes, returned. */
const char *err_number(char buf[24], int64_t n);

#endif
