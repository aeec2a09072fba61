/* The demo's colleague: a second account on the training server who changes the field of a case that the trainee has just saved, once a case, so that the
 * next synchronization shows a conflict (product.md "Who uses it"). Private to app/. */
#ifndef OUTPOST_APP_COLLEAGUE_H
#define OUTPOST_APP_COLLEAGUE_H

#include "app/internal.h"

struct colleague;

struct colleague *colleague_new(struct session *session, const char *url);   /* NULL: no connection could be made */
void colleague_free(struct colleague *colleague);

/* Another value than mine and than the one before both, of the same type. NULL: none is sensible. */
struct json *colleague_value(const struct model *model, const struct model_field *field, const struct json *before, const struct json *mine, int64_t now_ms);

#endif
