/* The inside of an open profile: its folder, clock, log, model and store, and what the files above keep with it. Private to app/. */
#ifndef OUTPOST_APP_PROFILE_H
#define OUTPOST_APP_PROFILE_H

#include "app/session.h"
#include "model/model.h"
#include "store/store.h"

/* State kept as settings of the store; not in the table of settings, so `outpost set` does not show it. */
#define STATE_SERVER "account.server"            /* base URL without a trailing slash */
#define STATE_USER "account.user"
#define STATE_HASH "account.hash"                /* libsodium's crypto_pwhash_str of the password */
#define STATE_FAILURES "account.failures"        /* wrong passwords in a row */
#define STATE_FAILED_AT "account.failed_ms"
#define STATE_RIGHTS "account.rights"            /* the answer of users/rights: JSON array of strings */
#define STATE_HTTP "server.http"                 /* "1.1": at the last sign-in it did not offer more behind TLS (tests/bench/README.md "A run with nothing to do") */
#define STATE_RIGHTS_AT "account.rights_ms"      /* when it was asked, wall clock (sync.md section 4: daily) */
#define STATE_LOCALE "server.locale"             /* "de-DE" */
#define STATE_COUNTRY "server.country_name"
#define STATE_NEWEST "server.newest_ms"          /* the newest server time seen (forms.md: today()) */
#define STATE_TRAINING "profile.training"        /* "1": made by `outpost demo`; never signs in to a real server */
#define STATE_RESTORED "state.restored."         /* + old uuid: the uuid under which a removed record was created again */
#define STATE_SETTING "setting."                 /* + name: what a person set (settings.h) */

#define SESSION_MAX_LISTENERS 16

struct session_listener { session_changed_fn fn; void *ctx; };
struct session_names { char **names; size_t count; };             /* sorted */
struct labels;
struct net;
struct session_form;
struct sign_in_run;
struct sync_driver;

struct session {
	/* profile.c */
	struct loop *loop;
	struct clock clock;
	struct rand rand;
	char *dir;                      /* the profile's folder */
	bool training;
	struct log *log;
	struct model *model;
	struct store *store;

	/* session.c */
	bool zone_fixed;                /* by session_options: no setting changes it */
	char *host_name;                /* session_options' device; NULL: the machine's name */
	struct session_status status;   /* its counts, if status_known */
	bool status_known;

	/* listeners.c */
	struct session_listener listeners[SESSION_MAX_LISTENERS];
	size_t listener_count;
	int64_t poll_timer;             /* 0: none */
	int64_t data_version;

	/* account.c */
	char *server, *host, *user, *user_uuid, *device;              /* NULL: unknown */
	struct session_names rights, features;
	bool rights_loaded, features_loaded;
	bool rights_known, features_known;                            /* false: never told; then nothing is hidden for want of a feature */
	char *country, *language;       /* "" : looked up, none */
	unsigned reloads;               /* how often rights and infrastructure were new: what was made of them is made again */

	/* secret.c, lock.c */
	char *password;                 /* sodium_malloc; NULL: not signed in */
	bool locked;

	/* connection.c */
	struct net *net;                /* with the current credentials; NULL until asked for */
	bool net_given;                 /* set by a test or --script (recorded answers): never made anew */

	/* formset.c, labels.c */
	struct session_form *forms;
	size_t form_count;
	struct labels *labels;          /* NULL: not read yet */

	/* signin.c */
	struct sign_in_run *signing;    /* under way */

	/* Told after a person's edit of a stored record was saved (the demo's colleague). */
	void (*saved)(void *ctx, enum kind kind, const char *uuid, const struct json *before, const struct json *after);
	void *saved_ctx;

	struct sync_driver *sync;       /* of sync.c */
	void (*sync_done)(struct session *session);                   /* set by sync.c: ends a run and frees `sync` */
};

/* Folder, log, model and store; the statuses of session_open. Nothing else is read yet. */
MUST_CHECK enum status session_open_profile(const struct session_options *options, struct session **out, struct err *err);
void session_close_profile(struct session *session);                      /* frees the session, too */

#endif
