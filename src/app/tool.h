/* The tools that need no profile: merge three documents, evaluate an expression, check and try forms (product.md; other programs rely on
 * their answers). */
#ifndef OUTPOST_APP_TOOL_H
#define OUTPOST_APP_TOOL_H

#include "base/base.h"

/* JSON text with its length. at NULL: none was given. */
struct tool_text { const char *at; size_t len; };

/* A document of a merge: its part ("MINE") and its file are named where it is at fault. */
struct tool_side { const char *role, *file; struct tool_text text; };

/* The three-way merge of base, mine and theirs. The text of base NULL: a new record. *json: the contract of `merge`, compact or pretty; a new
 * string. ST_INVALID: not JSON (err has line and column), no record of the kind (err has the path), or an unknown kind. */
MUST_CHECK enum status tool_merge(const char *kind, const struct tool_side sides[3], bool pretty, char **json, struct err *err);
bool tool_is_kind(const char *kind);

/* What an evaluation may know (product.md: the options of `eval` and `form try`). NULL everywhere: the default said there. */
struct tool_env {
	int64_t clock_ms;            /* the machine's clock, used without `now` */
	const char *now;             /* an ISO instant, or a day (its first instant) */
	const char *zone;            /* IANA name; NULL "UTC" */
	struct tool_text person, base;
	const char *country;         /* "de" */
	const char *disease;
	const char *features;        /* "all", or names with commas or blanks between them */
	const char *rights;          /* "all", "none", or names likewise */
};

/* Sets the zone of the process, then evaluates. *text: what is printed (string() or the JSON document); a new string.
 * ST_INVALID: the expression (err has line and column), or an option; *usage (may be NULL) tells the expression and options (true) from
 * the files (false). */
MUST_CHECK enum status tool_eval(const char *expression, struct tool_text record, const char *kind, const char *at,
	const struct tool_env *env, bool json,
	char **text, bool *usage, struct err *err);

/* One complaint about a form file. */
struct tool_problem { int line, column; bool error; const char *code; struct message message; };

/* ST_OK when there is no error (there may be warnings), ST_INVALID when there is one; the problems are set in both cases and the caller
 * frees them. */
MUST_CHECK enum status tool_form_check(struct tool_text form, struct tool_problem **problems, size_t *count, struct err *err);

/* A form on a record. *json: the contract of `form try`. lines (not NULL): the same for people, one field a line. */
MUST_CHECK enum status tool_form_try(struct tool_text form, struct tool_text record, const struct tool_env *env, char **json, char **lines,
	bool *usage,
	struct err *err);

/* A string as JSON (quoted, escaped), for answers that a command puts together. */
void tool_json_string(struct buf *b, const char *s);

#endif
