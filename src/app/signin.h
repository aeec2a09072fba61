/* Private to app/: what session.c and the demo need from signing in. */
#ifndef OUTPOST_APP_SIGNIN_H
#define OUTPOST_APP_SIGNIN_H

#include "app/profile.h"

void signin_cancel(struct session *session);          /* without a callback */
bool signin_url_is_loopback(const char *url);
/* Trims, adds https://, refuses plain http to anything but loopback. New string. */
MUST_CHECK enum status signin_clean_url(const char *typed, char **out, struct err *err);

#endif
