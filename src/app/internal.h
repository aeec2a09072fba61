/* What the files of app/ share: the session's inside and small helpers. Private to this folder (sync*.c included). */
#ifndef OUTPOST_APP_INTERNAL_H
#define OUTPOST_APP_INTERNAL_H

#include "app/session.h"
#include "form/form.h"
#include "merge/merge.h"
#include "model/model.h"
#include "net/net.h"
#include "store/store.h"

/* State kept as settings of the store; not in the table of settings, so `outpost set` does not show it. */
#define STATE_SERVER "account.server"            /* base URL without a trailing slash */
#define STATE_USER "account.user"
#define STATE_USER_UUID "account.user_uuid"      /* of the record in users; written when it is known */
#define STATE_HASH "account.hash"                /* libsodium's crypto_pwhash_str of the password */
#define STATE_FAILURES "account.failures"        /* wrong passwords in a row */
#define STATE_FAILED_AT "account.failed_ms"
#define STATE_RIGHTS "account.rights"            /* the answer of users/rights: JSON array of strings */
#define STATE_HTTP "server.http"                 /* "1.1": at the last sign-in it did not offer more behind TLS (bench/README.md "quiet run") */
#define STATE_RIGHTS_AT "account.rights_ms"      /* when it was asked, wall clock (sync.md section 4: daily) */
#define STATE_LOCALE "server.locale"             /* "de-DE" */
#define STATE_COUNTRY "server.country_name"
#define STATE_NEWEST "server.newest_ms"          /* the newest server time seen (forms.md: today()) */
#define STATE_TRAINING "profile.training"        /* "1": made by `outpost demo`; never signs in to a real server */
#define STATE_RESTORED "state.restored."      /* + old uuid: the uuid under which a removed record was created again */

#define SESSION_MAX_LISTENERS 16

struct session_listener { session_changed_fn fn; void *ctx; };
struct session_names { char **names; size_t count; };             /* sorted */
struct session_form { struct form *form; bool site; char *source, *title_context; };
struct sync_driver;

struct session {
	struct loop *loop;
	struct clock clock;
	struct rand rand;
	char *dir;                      /* the profile's folder */
	bool training;
	bool zone_fixed;                /* by session_options: no setting changes it */
	struct log *log;
	struct model *model;
	struct store *store;
	struct session_form *forms;
	size_t form_count;

	char *server, *host, *user, *user_uuid, *device;              /* NULL: unknown */
	struct session_names rights, features;
	bool rights_known, features_known;                            /* false: never told; then nothing is hidden for want of a feature */
	char *password;                 /* sodium_malloc; NULL: not signed in */
	bool locked;
	struct net *net;                /* with the current credentials; NULL until asked for */
	bool net_given;                 /* set by a test or --script (recorded answers): never made anew */
	struct sign_in_run *signing;    /* under way */

	struct session_listener listeners[SESSION_MAX_LISTENERS];
	size_t listener_count;
	int64_t poll_timer;             /* 0: none */
	int64_t data_version;
	struct session_status status;
	bool status_known;
	struct session_cache *cache;    /* of labels.c: constants in use for the filters */
	char *country, *language;       /* "" : looked up, none */
	bool rights_loaded, features_loaded;

	/* Told after a person's edit of a stored record was saved (the demo's colleague). */
	void (*saved)(void *ctx, enum kind kind, const char *uuid, const struct json *before, const struct json *after);
	void *saved_ctx;

	struct sync_driver *sync;       /* of sync.c */
	void (*sync_done)(struct session *session);                   /* set by sync.c: ends a run and frees `sync` */
};

/* ---- accessors ---- */
struct store *session_store(struct session *session);
struct model *session_model(struct session *session);
struct log *session_log(struct session *session);
/* made and kept with the current credentials; NULL: no password at hand */
struct net *session_net(struct session *session);
bool session_knows_rights(struct session *session);               /* did the server ever tell them? */
void session_drop_net(struct session *session);                   /* closes its connections: after a refused password, a changed server */
const struct session_form *session_forms(struct session *session, size_t *count);
const struct form *session_form(struct session *session, const char *name);      /* NULL: none */
const char *session_user_uuid(struct session *session);           /* "" until the users were pulled */
const char *session_password(struct session *session);            /* NULL: not at hand */

const char *session_country(struct session *session);             /* "ng" from the server's locale; NULL: none known */
const char *session_language(struct session *session);            /* of a site's own texts; "en" if nothing else is said */
void session_setting_changed(struct session *session,
	const char *name);          /* a setting was stored: what depends on it is made anew */
MUST_CHECK enum status session_load_forms(struct session *session,
	struct err *err);      /* built-in, then the site's; bad ones of the site are logged and left out */
void session_free_forms(struct session *session);

void session_account_changed(struct session *session);            /* server or user were stored: reads them again */
/* "SLR365 Kamara, Fatu": how a record is called in the conflict log, in lists and notes. doc is JSON text. New string. */
char *record_label(struct session *session, enum kind kind, const char *doc);

/* Conflicts of a merge into a stored record as open rows of the log. */
MUST_CHECK enum status app_log_conflicts(struct session *session, const struct record *stored, const struct merge_result *merged,
	struct err *err);

struct json *app_json_value(const char *text);                     /* JSON text as a value; NULL: null */
void csv_field(struct buf *b, const char *text, bool first);       /* RFC 4180, control characters made visible */

/* Tells every listener; forgets what was cached. Call it after a transaction that others should see. */
void session_notify_changed(struct session *session);
/* Reads rights, features and the own user again from the store: after users/rights was stored (session_store_rights) or infrastructure
 * was pulled. */
void session_reload_rights(struct session *session);
/* Stores the answer of users/rights, users/me's locale and the like. ST_INVALID: it is no array of strings. `changed` may be NULL. */
MUST_CHECK enum status session_store_rights(struct session *session, const char *body, size_t len, bool *changed, struct err *err);
/* A server time was seen (Date header, change dates): kept if it is newer than the newest and not absurdly ahead. */
void session_note_server_time(struct session *session, int64_t ms);
int64_t session_newest_server(struct session *session);

#endif
