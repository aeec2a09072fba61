/* The password: kept in locked memory, verified offline, in the kernel's keyring if the person wants (quality.md "Safety"). Private to
 * app/. */
#ifndef OUTPOST_APP_SECRET_H
#define OUTPOST_APP_SECRET_H

#include "app/profile.h"

#define SECRET_MAX 1024                     /* bytes of a password */
#define SECRET_KEEP_S (12 * 60 * 60)        /* the keyring forgets it after this */
#define SECRET_FREE_TRIES 3                 /* wrong passwords before the first delay */
#define SECRET_MAX_DELAY_MS (15 * 60 * 1000)

/* Takes a copy into locked memory. */
MUST_CHECK enum status secret_hold(struct session *session, const char *password, struct err *err);
void secret_forget(struct session *session);                     /* memory only */
/* Stores the hash that offline verification uses; failures are forgotten. */
MUST_CHECK enum status secret_store_hash(struct session *session, const char *password, struct err *err);
/* ST_OK it is the one; ST_REFUSED wrong (counted in the profile); ST_LATER: too many were wrong, wait; ST_NOT_FOUND: no hash is stored. */
MUST_CHECK enum status secret_verify(struct session *session, const char *password, struct err *err);
int64_t secret_delay_ms(int64_t failures);                       /* after so many wrong ones in a row */

/* The kernel's user keyring; failures are no errors: the person is asked again. */
bool secret_keep(struct session *session, const char *password);
void secret_unkeep(struct session *session);
char *secret_kept(struct session *session);                      /* NULL: none; to be freed with secret_wipe */
/* First line of what the command says; NULL: it failed. To be freed with secret_wipe. */
char *secret_from_command(const char *command);
void secret_wipe(char *password);

#endif
