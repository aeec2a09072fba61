/* A case that moves to another facility (protocol.md E.3, end; forms.md "Changing a case's facility"). Private to app/. */
#ifndef OUTPOST_APP_TRANSFER_H
#define OUTPOST_APP_TRANSFER_H

#include "app/profile.h"

bool transfer_is_one(const struct json *before, const struct json *after);   /* was the facility of a case changed? */
/* The old stay becomes an earlier stay, the new one starts empty. before: the case as it was; doc: with the new facility, is changed. */
void transfer_move(struct session *session, const struct json *before, struct json *doc);

#endif
