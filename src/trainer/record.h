/* Private to trainer: trees to rows and back (record.c). */
#ifndef OUTPOST_TRAINER_RECORD_H
#define OUTPOST_TRAINER_RECORD_H

#include "trainer/internal.h"

struct json *tree_of(const struct record *r);
void record_write(struct trainer *t, enum kind kind, struct json *doc);  /* keeps archived */
bool record_tree(struct trainer *t, enum kind kind, const char *uuid, struct json **tree, struct record *r); /* r->doc is freed already */
void record_refresh_person(struct trainer *t, const char *person);       /* captions in cases and tasks */
bool record_seen(struct trainer *t, const struct user *user, const struct record *r);

#endif
