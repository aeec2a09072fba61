/* Who is told when something changed (session.h has what screens call). Private to app/. */
#ifndef OUTPOST_APP_LISTENERS_H
#define OUTPOST_APP_LISTENERS_H

#include "app/profile.h"

/* Tells every listener; forgets what was counted. Call it after a transaction that others should see. */
void session_notify_changed(struct session *session);
void listeners_stop(struct session *session);                     /* no more looking for what other processes do */

#endif
