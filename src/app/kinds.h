/* Kinds of records as people name them. Private to app/. */
#ifndef OUTPOST_APP_KINDS_H
#define OUTPOST_APP_KINDS_H

#include "model/model.h"

/* "cases" → KIND_CASES. ST_INVALID: there is no such kind; err says which there are. */
MUST_CHECK enum status kind_named(const char *name, enum kind *out, struct err *err);

#endif
