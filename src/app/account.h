/* Who is signed in, and what the server told: rights, features, the own user, country, its time. Private to app/. */
#ifndef OUTPOST_APP_ACCOUNT_H
#define OUTPOST_APP_ACCOUNT_H

#include "app/profile.h"

void session_load_account(struct session *session);               /* server, user and this machine's name, from the store */
void session_account_changed(struct session *session);            /* server or user were stored: reads them and all that hangs on them again */
void session_free_account(struct session *session);

bool session_knows_rights(struct session *session);               /* did the server ever tell them? */
/* Stores the answer of users/rights. ST_INVALID: it is no array of strings. `changed` (may be NULL): other rights than before. */
MUST_CHECK enum status session_store_rights(struct session *session, const char *body, size_t len, bool *changed, struct err *err);
/* Reads rights, features and the own user again from the store: after session_store_rights, or when infrastructure was pulled. */
void session_reload_rights(struct session *session);

const char *session_user_uuid(struct session *session);           /* "" until the users were pulled */
const char *session_country(struct session *session);             /* "ng" from the server's locale; NULL: none known */
const char *session_language(struct session *session);            /* of a site's own texts; "en" if nothing else is said */

/* A server time was seen (Date header, change dates): kept if it is newer than the newest and not absurdly ahead. */
void session_note_server_time(struct session *session, int64_t ms);
int64_t session_newest_server(struct session *session);           /* 0: none was seen */

#endif
