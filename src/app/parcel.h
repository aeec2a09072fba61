/* Unsent edits as one encrypted file, for a machine that never sees a network: written there, read once on a machine that does.
 *
 * A file holds every unsent record: document, snapshot, the masked version beside it (struct record, shown) and the journal of what was not sent;
 * drafts stay behind. It has a uuid of
 * its own;
 * a profile reads a file once, and never one that it wrote itself. */
#ifndef OUTPOST_APP_PARCEL_H
#define OUTPOST_APP_PARCEL_H

#include "app/session.h"

#define PARCEL_PASSPHRASE_MIN 8             /* bytes */

struct parcel_report {
	char uuid[UUID_SIZE];        /* of the file */
	int64_t records;             /* in the file */
	int64_t drafts;              /* writing: that stay behind */
	int64_t created, merged, unchanged;         /* reading: unknown here · changed here · already so here */
	int64_t conflicts;           /* reading: rows in the conflict log */
	char user[64], device[64];   /* reading: who wrote the file, and where; cut */
	int64_t written_ms;          /* reading: when */
};

/* Writes every unsent edit to a new file (0600). The records stay unsent here.
 * ST_NOT_FOUND: nothing is unsent; ST_INVALID: the file exists, or the passphrase is too short; ST_REFUSED: nobody has signed in
 * here yet;
 * ST_LIMIT: more than a file holds; ST_FAILED: disk, memory. */
MUST_CHECK enum status parcel_write(struct session *session, const char *path, const char *passphrase, struct parcel_report *out,
	struct err *err);

/* Reads a file, in one transaction: each record is merged with the one here as a late save is (sync.md section 2; where both changed
 * a field
 * the value here stays and the other goes to the conflict log), unknown ones are made. On any error nothing is changed.
 * any_user: also edits of another account, which are sent as this one's; else ST_ASK.
 * ST_INVALID: not a file of Outpost's, cut, altered or another passphrase; of another server or time zone. ST_STALE: it was read
 * before, or written here. ST_REFUSED: nobody has signed in here yet, or a newer Outpost wrote it. ST_NOT_FOUND: no such file. ST_LIMIT,
 * ST_FAILED, ST_LATER. */
MUST_CHECK enum status parcel_read(struct session *session, const char *path, const char *passphrase, bool any_user,
	struct parcel_report *out, struct err *err);

/* Names of files for a person who picks one; new strings. A new one that is not there yet, in the person's folder (where that cannot be
 * written: the profile's). */
char *parcel_propose_path(struct session *session);
/* The newest one there or on a memory stick, by its name; NULL: none. */
char *parcel_find_path(struct session *session);
/* What was typed as a whole path: ~/x and x are in that folder. */
char *parcel_typed_path(struct session *session, const char *typed);

/* {"file","records","drafts"} and {"file","records","created","merged","unchanged","conflicts"}; new strings. */
char *parcel_written_json(const struct parcel_report *report);
char *parcel_read_json(const struct parcel_report *report);

#endif
