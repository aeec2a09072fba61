/* A sign-in that is under way. Private to app/; session.h has the rest. */
#ifndef OUTPOST_APP_SIGNIN_H
#define OUTPOST_APP_SIGNIN_H

#include "app/session.h"

void signin_cancel(struct session *session);          /* without a callback; nothing under way: nothing happens */

#endif
