/* A profile that is open: its folder, store, model, forms, settings, and who is signed in.
 * The hub of app/: every other use case takes a struct session. ui/ and cmd/ see it only through app's headers.
 *
 * In all headers of app/: `err` may be NULL; out parameters are set with ST_OK only; strings and arrays that are said to be new are the
 * caller's; a `const char *` that is given back belongs to whom it was asked of and is good until the next call that changes what it says. Besides
 * the statuses named, whatever reads or writes the profile may return ST_FAILED (disk, a damaged record) and ST_LATER (another process holds the
 * database). Times are milliseconds since 1970 UTC, kinds are names ("cases"), paths and documents as in product.md. */
#ifndef OUTPOST_APP_SESSION_H
#define OUTPOST_APP_SESSION_H

#include "base/base.h"
#include "loop/loop.h"

struct session;

struct session_options {
	const char *data_dir;        /* the profile's folder; NULL: OUTPOST_DATA, else the default folder of `profile` */
	const char *profile;         /* NULL: "default" */
	struct loop *loop;           /* its clock is the session's */
	uint64_t seed;               /* 0: random from the system; else reproducible (--script) */
	const char *zone;            /* overrides the setting and the machine; NULL */
	const char *device;          /* stands for the host's name; NULL */
	bool create;                 /* make the folder when it is missing */
	bool training;               /* `outpost demo`: looks unmistakably like training */
};

/* Opens the profile and sets the zone of the process. The options are read during the call only; the loop has to outlive the session.
 * ST_INVALID: the profile's name, a zone that this machine does not know, or a file that is no (whole) database of ours;
 * ST_NOT_FOUND: no such profile and not create; ST_REFUSED: it was made by a newer Outpost. */
MUST_CHECK enum status session_open(const struct session_options *options, struct session **out, struct err *err);
/* Ends a sign-in (without its callback) and a synchronization that are under way, forgets the password, frees the session. NULL is fine. */
void session_close(struct session *session);
char *session_folder(const struct session_options *options);      /* where the profile is or would be; new string; NULL: not to be found */

struct loop *session_loop(const struct session *session);
int64_t session_now(const struct session *session);
const char *session_dir(const struct session *session);
bool session_is_training(const struct session *session);
const char *session_server(const struct session *session);        /* base URL; NULL: never signed in */
const char *session_host(const struct session *session);          /* for the screens: "sormas.example.org" */
const char *session_user(const struct session *session);          /* name; NULL: never signed in */
bool session_has_right(const struct session *session, const char *right);          /* "CASE_EDIT"; false too as long as the server told none */
bool session_has_feature(const struct session *session, const char *feature);      /* "CASE_SURVEILANCE"; true as long as the server told none */

/* What a screen shows at its top (terminal.md "Screens"). Cheap; counted anew when something was saved or synchronized. What cannot be
 * counted is 0, and the log says so. */
struct session_status {
	int64_t unsent, fresh, rejected, conflicts_open, drafts;   /* records with unsent edits, of these new ones; the rest as named */
	int64_t oldest_unsent_ms;    /* time of the oldest unsent edit; 0: none */
	int64_t last_sync_ms;        /* end of the last run that ended; 0: never */
	bool last_sync_complete;
	bool signed_in;              /* a password is at hand */
	bool locked;
};
void session_status(struct session *session, struct session_status *out);

/* Listeners: called when records, the conflict log, settings or the sign-in changed, here or (looked for every second) in another process.
 * They run inside the call that made the change: they mark themselves stale and may listen and unlisten, no more. At most 16; one too many is
 * not taken. session_unlisten takes away every one with this ctx. */
typedef void (*session_changed_fn)(void *ctx);
void session_listen(struct session *session, session_changed_fn fn, void *ctx);
void session_unlisten(struct session *session, void *ctx);

/* ---- sign in and out, lock (quality.md "Safety") ---- */

/* Signs in over the network: compatibility, locale, country, rights (protocol.md A.3); then stores server and user. The password stays in
 * locked memory, and in the kernel keyring if `keep`. A missing /sormas-rest is added when the server answers only there. `how` is read during
 * the call only; zone NULL or "": the setting's, else the machine's. A sign-in that is under way is dropped without its callback.
 *
 * done is called once, from the loop, never inside the call; err is NULL with ST_OK. With these nothing was changed (ST_FAILED: the disk failed on
 * the way, sign in again):
 * ST_INVALID  address, name, password or zone cannot be, there is no SORMAS there, or its version and ours do not fit;
 * ST_REFUSED  wrong name or password, or the account may not use the mobile interface;
 * ST_LATER    no connection, the server is not ready, or a synchronization is under way;
 * ST_ASK      another user or server: the records of the old one have to go. Again with `replace`: unsent edits are kept in the conflict log. */
struct sign_in { const char *url, *user, *password, *zone; bool keep; bool replace; };
typedef void (*sign_in_fn)(void *ctx, enum status st, const struct err *err);
void session_sign_in(struct session *session, const struct sign_in *how, sign_in_fn done, void *ctx);
void session_sign_out(struct session *session);                                    /* forgets the password everywhere; the data stays */
/* Without a connection: checked against the stored hash, then held. ST_REFUSED: wrong, or nobody signed in here; ST_LATER: too many wrong
 * ones, err says how many seconds to wait; ST_INVALID: empty or too long. */
MUST_CHECK enum status session_give_password(struct session *session, const char *password, struct err *err);
bool session_take_kept_password(struct session *session);                          /* from the keyring or `password_command`; false: ask */
void session_lock(struct session *session);                                        /* until session_give_password; a synchronization goes on */
char *session_proposed_zone(struct session *session);                              /* the setting, else the machine's; new string */
bool session_knows_account(const struct session *session);                         /* somebody signed in here: the next start asks for the password */

/* Recorded exchanges (JSON text) in place of the network (`--script`: "answers FILE"; tests), from now on. Again: more of them.
 * ST_INVALID: not the format of the recordings. */
MUST_CHECK enum status session_answers(struct session *session, const char *exchanges, size_t len, struct err *err);

#endif
