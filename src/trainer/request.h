/* Private to trainer: one request whose sender is known, and the forms of its answer. */
#ifndef OUTPOST_TRAINER_REQUEST_H
#define OUTPOST_TRAINER_REQUEST_H

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

void serve_text(struct trainer_answer *a, int status, const char *text);    /* in quotes, not escaped: protocol.md A.2 */
void serve_web_error(struct trainer_answer *a, const char *text);           /* 500 without a type: protocol.md A.5 */
void serve_json(struct trainer_answer *a, int status, const struct json *v);
bool serve_body_list(struct trainer *t, const struct request *q, struct trainer_answer *a, struct json **list); /* false: answered */

#endif
