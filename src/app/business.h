/* What the server refuses with a sentence (protocol.md D.3, right column), as far as what is stored here tells. Private to app/. */
#ifndef OUTPOST_APP_BUSINESS_H
#define OUTPOST_APP_BUSINESS_H

#include "app/profile.h"

/* Places that lie elsewhere, impossible days of birth, two primary numbers. A place that is not known here is left to the server. Each problem goes to
 * visit, which may be NULL; their number is returned. */
size_t business_check(struct session *session, enum kind kind, const struct json *doc, model_problem_fn visit, void *ctx);

#endif
