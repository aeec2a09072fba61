/* Private to trainer: storing what a client sent (protocol.md B.2, D). */
#ifndef OUTPOST_TRAINER_PUSH_H
#define OUTPOST_TRAINER_PUSH_H

#include "trainer/internal.h"

/* Stores one DTO (already read and field-checked; it may be changed) in a transaction of its own. Returns the status; *message is new
 * or NULL. */
int push_element(struct trainer *t, const struct user *user, enum kind kind, bool mobile_sync, struct json *dto, char **message);

/* cases/postUpdate: completes dto from the stored case. false: status and message are set. */
bool push_complete_patch(struct trainer *t, const char *uuid, struct json *patch, struct json **dto, int *status, char **message);

#endif
