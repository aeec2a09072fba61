/* Private to merge. */
#ifndef OUTPOST_MERGE_INTERNAL_H
#define OUTPOST_MERGE_INTERNAL_H

#include "merge/merge.h"

/* Lifts the masks of pseudonymized objects, object by object, before anything is compared (sync.md section 3). base, mine may be NULL. */
void merge_lift_masks(const struct model_type *type, struct json *base, struct json *mine, struct json *theirs);

#endif
