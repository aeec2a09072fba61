/* The connection to the server with the credentials at hand. Private to app/. */
#ifndef OUTPOST_APP_CONNECTION_H
#define OUTPOST_APP_CONNECTION_H

#include "app/profile.h"
#include "net/net.h"

/* Made when first asked for, then kept; the session's. NULL: no password at hand, or none can be made (the log says why). */
struct net *session_net(struct session *session);
void session_drop_net(struct session *session);                   /* closes its connections: after a refused password, a changed server */
/* A connection of its own: address, user, password and HTTP version from `who`, the rest from the settings. Statuses of net_new. */
MUST_CHECK enum status connection_new(struct session *session, const struct net_options *who, struct net **out, struct err *err);

#endif
