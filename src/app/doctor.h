/* The check-up of a profile (`outpost doctor`), and its backup in one consistent file (product.md). */
#ifndef OUTPOST_APP_DOCTOR_H
#define OUTPOST_APP_DOCTOR_H

#include "app/session.h"

/* A copy of the database as it is now, 0600; others may go on working. Where it is gets noted in the profile's folder, outside the database,
 * for the day on which that cannot be opened. ST_INVALID: the file exists; ST_FAILED: disk. */
MUST_CHECK enum status backup_write(struct session *session, const char *path, struct err *err);

/* What `doctor` found, one line each. */
enum doctor_state { DOCTOR_OK, DOCTOR_WARN, DOCTOR_BAD };
struct doctor_line { const char *name; enum doctor_state state; struct message message; };   /* name: a word for --json, "backup" */
#define DOCTOR_MAX 16
struct doctor { struct doctor_line lines[DOCTOR_MAX]; size_t count; bool bad; };             /* bad: a line is DOCTOR_BAD */
const char *doctor_state_name(enum doctor_state state);           /* "ok", "warning", "error" */
/* Integrity, space, file rights, forms, clock, account, what is unsent. The link is asked by the caller (doctor_link). */
void doctor_run(struct session *session, struct doctor *out);
/* The profile could not be opened (err of session_open): what it is, and where the last backup is. */
void doctor_run_closed(const struct session_options *options, const struct err *err, struct doctor *out);
/* Asks the server for its version; done is called once with one more line, valid during the call: from the loop, or, without a password at
 * hand, inside this call. */
typedef void (*doctor_fn)(void *ctx, const struct doctor_line *line);
void doctor_link(struct session *session, doctor_fn done, void *ctx);
char *doctor_json(const struct doctor *doctor);                   /* `outpost doctor --json` (product.md); new string */

#endif
