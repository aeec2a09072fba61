/* A set of (kind, uuid). Private to app/. */
#ifndef OUTPOST_APP_SYNC_SET_H
#define OUTPOST_APP_SYNC_SET_H

#include "model/model.h"

struct sync_set { uint64_t *slots; size_t cap, count; };
bool sync_set_has(const struct sync_set *set, enum kind kind, const char *uuid);
void sync_set_add(struct sync_set *set, enum kind kind, const char *uuid);
void sync_set_done(struct sync_set *set);

#endif
