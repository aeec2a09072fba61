/* Private to trainer: what serve.c hands a request on to, by its path. */
#ifndef OUTPOST_TRAINER_HANDLERS_H
#define OUTPOST_TRAINER_HANDLERS_H

#include "trainer/request.h"

/* read.c */
void serve_kind(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a);

/* A record's text for a reader, appended; comma is for the second and later. */
struct writer { struct trainer *t; const struct user *user; struct buf *out; int64_t rows; bool poisoned; bool known_seen; };
bool writer_add(void *ctx, const struct record *r);
bool serve_one(struct trainer *t, const struct user *user, enum kind kind, const char *uuid, struct buf *out);

/* bundle.c */
void serve_bundle(struct trainer *t, const struct request *q, struct trainer_answer *a);

/* write.c */
void serve_push(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a);
void serve_post_update(struct trainer *t, const struct request *q, const char *uuid, struct trainer_answer *a);
void serve_push_with_person(struct trainer *t, const struct request *q, struct trainer_answer *a);
void serve_delete(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a);

/* colleague.c */
void colleague_serve(struct trainer *t, const struct request *q, struct trainer_answer *a);
void colleague_watch(struct trainer *t, const struct user *user, const char *uuid);

#endif
