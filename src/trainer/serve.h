/* Private to trainer: answering requests. */
#ifndef OUTPOST_TRAINER_SERVE_H
#define OUTPOST_TRAINER_SERVE_H

#include "trainer/internal.h"

#define JSON_TYPE "application/json;charset=UTF-8"
#define SEGMENTS_MAX 6

struct request {
	const struct trainer_ask *ask;
	const struct user *user;
	char *path;                      /* cut at the slashes */
	const char *segment[SEGMENTS_MAX];
	int segments;
	bool get, post;
};

const struct user *serve_login(const struct trainer *t, const char *authorization); /* NULL: refused */
void serve_text(struct trainer_answer *a, int status, const char *text);    /* in quotes, not escaped: protocol.md A.2 */
void serve_web_error(struct trainer_answer *a, const char *text);           /* 500 without a type: protocol.md A.5 */
void serve_json(struct trainer_answer *a, int status, const struct json *v);
bool serve_body_list(struct trainer *t, const struct request *q, struct trainer_answer *a, struct json **list);

void serve_kind(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a);   /* read.c */
void serve_bundle(struct trainer *t, const struct request *q, struct trainer_answer *a);                 /* bundle.c */
void serve_push(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a);   /* write.c */
void serve_post_update(struct trainer *t, const struct request *q, const char *uuid, struct trainer_answer *a);
void serve_push_with_person(struct trainer *t, const struct request *q, struct trainer_answer *a);
void serve_delete(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a);

/* A record's text for a reader, appended; comma is for the second and later. */
struct writer { struct trainer *t; const struct user *user; struct buf *out; int64_t rows; bool poisoned; bool known_seen; };
bool writer_add(void *ctx, const struct record *r);
bool serve_one(struct trainer *t, const struct user *user, enum kind kind, const char *uuid, struct buf *out);

/* colleague.c */
void colleague_serve(struct trainer *t, const struct request *q, struct trainer_answer *a);
void colleague_watch(struct trainer *t, const struct user *user, const char *uuid);

#endif
