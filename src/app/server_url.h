/* The address of a server as people type it (quality.md "Safety"). */
#ifndef OUTPOST_APP_SERVER_URL_H
#define OUTPOST_APP_SERVER_URL_H

#include "base/base.h"

bool server_url_is_loopback(const char *url);         /* this machine itself: localhost, 127.*, ::1 */
/* Trims and adds https://. New string; ST_INVALID: it cannot be an address, err says why. */
MUST_CHECK enum status server_url_parse(const char *typed, char **out, struct err *err);
/* The same, refusing plain http to anything but loopback, too. */
MUST_CHECK enum status server_url_clean(const char *typed, char **out, struct err *err);

#endif
