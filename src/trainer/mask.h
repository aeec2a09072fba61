/* Private to trainer: what a reader may not see (mask.c; protocol.md C.7, D.6). */
#ifndef OUTPOST_TRAINER_MASK_H
#define OUTPOST_TRAINER_MASK_H

#include "trainer/internal.h"

void mask_hidden(const struct trainer *t, const struct user *user, enum kind kind, struct json *doc, bool seen);
void mask_restore(const struct user *user, const struct model_type *type, const struct json *stored, struct json *dto, bool may_see);

#endif
