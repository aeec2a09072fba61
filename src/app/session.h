/* A profile that is open: its folder, store, model, forms, settings, and who is signed in.
 * The hub of app/: every other use case takes a struct session. ui/ and cmd/ see it only through app's headers. */
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
	const char *zone;            /* overrides the setting; NULL */
	bool create;                 /* make the folder when it is missing */
	bool training;               /* `outpost demo`: looks unmistakably like training */
};

/* ST_INVALID, ST_LATER (locked), ST_REFUSED (made by a newer Outpost), ST_FAILED as store_open; ST_NOT_FOUND: no such profile and not
 * create. */
MUST_CHECK enum status session_open(const struct session_options *options, struct session **out, struct err *err);
void session_close(struct session *session);
char *session_folder(const struct session_options *options);      /* where the profile is or would be; new string; NULL: not to be found */

struct loop *session_loop(const struct session *session);
int64_t session_now(const struct session *session);
struct rand *session_rand(struct session *session);
const char *session_dir(const struct session *session);
bool session_is_training(const struct session *session);
const char *session_server(const struct session *session);        /* base URL; NULL: never signed in */
const char *session_host(const struct session *session);          /* for the screens: "sormas.example.org" */
const char *session_user(const struct session *session);          /* name; NULL: never signed in */
const char *session_device(const struct session *session);        /* name of this machine, for the journal */
bool session_has_right(const struct session *session, const char *right);
bool session_has_feature(const struct session *session, const char *feature);

/* What a screen shows at its top (terminal.md "Screens"). Cheap; refreshed when something was saved or synchronized. */
struct session_status {
	int64_t unsent, fresh, rejected, conflicts_open, drafts;
	int64_t oldest_unsent_ms;    /* time of the oldest unsent edit; 0: none */
	int64_t last_sync_ms;        /* end of the last run that ended; 0: never */
	bool last_sync_complete;
	bool signed_in;              /* a password is at hand */
	bool locked;
};
void session_status(struct session *session, struct session_status *out);

/* Listeners: called when records, the conflict log, settings or the sign-in changed, here or (noticed by polling) in another process. */
typedef void (*session_changed_fn)(void *ctx);
void session_listen(struct session *session, session_changed_fn fn, void *ctx);
void session_unlisten(struct session *session, void *ctx);

/* ---- sign in and out, lock (quality.md "Safety") ---- */

/* Signs in over the network: compatibility, locale, country, rights; stores server and user; the password stays in locked memory, and in
 * the
 * kernel keyring if `keep`. A missing /sormas-rest is added when the server answers only there. Another user or server: the data of the
 * old one has to go:
 * ST_ASK unless `replace` (unsent edits are exported to the conflict log first).
 * done is called once from the loop: ST_OK; ST_REFUSED wrong password (the old data stays); ST_LATER no connection, or a run is under way; ST_ASK. */
struct sign_in { const char *url, *user, *password, *zone; bool keep; bool replace; };
typedef void (*sign_in_fn)(void *ctx, enum status st, const struct err *err);
void session_sign_in(struct session *session, const struct sign_in *how, sign_in_fn done, void *ctx);
void session_sign_out(struct session *session);                                    /* forgets the password; the data stays */
MUST_CHECK enum status session_give_password(struct session *session, const char *password,
	struct err *err); /* offline: checked against the stored hash; ST_REFUSED, ST_LATER (delay after failures) */
bool session_take_kept_password(struct session *session);                          /* from the keyring or `password_command`; false: ask */
void session_lock(struct session *session);
char *session_proposed_zone(struct session *session);                              /* new string */
/* somebody signed in here before: the next start asks for the password */
bool session_knows_account(const struct session *session);

/* Recorded exchanges in place of the network (`--script`: "answers FILE"; tests). Again: more of them. ST_INVALID: not the format of the
 * recordings. */
MUST_CHECK enum status session_answers(struct session *session, const char *exchanges, size_t len, struct err *err);

#endif
