/* The address of a server as people type it. Private to app/. */
#ifndef OUTPOST_APP_SERVER_URL_H
#define OUTPOST_APP_SERVER_URL_H

#include "base/base.h"

bool server_url_is_loopback(const char *url);         /* this machine itself: localhost, 127.*, ::1 */
/* Trims, adds https://, refuses plain http to anything but loopback (quality.md "Safety"). New string; ST_INVALID: err says what is wrong. */
MUST_CHECK enum status server_url_clean(const char *typed, char **out, struct err *err);

#endif
