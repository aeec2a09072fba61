/* The demo's colleague: tells the training server which field of a case the trainee has just saved, so that somebody else changes it
 * there and the
 * next synchronization shows a conflict (product.md "Who uses it"; trainer/trainer.h has the interface). Once a case. Private to app/. */
#ifndef OUTPOST_APP_COLLEAGUE_H
#define OUTPOST_APP_COLLEAGUE_H

#include "app/profile.h"

struct colleague;

struct colleague *colleague_new(struct session *session);
void colleague_free(struct colleague *colleague);

/* {"case":UUID,"changes":{…}} of an edit: its first field that stands alone. NULL: there is none. New string. */
char *colleague_body(const struct model *model, const char *uuid, const struct json *before, const struct json *after);

#endif
