/* Private to trainer: libmicrohttpd on the loop, the simulated link, faults, compression. */
#ifndef OUTPOST_TRAINER_HTTP_H
#define OUTPOST_TRAINER_HTTP_H

#include "loop/loop.h"
#include "trainer/internal.h"

struct http;
MUST_CHECK enum status http_start(struct trainer *t, struct loop *loop, struct http **out, struct err *err);
void http_stop(struct http *http);
const char *http_url(const struct http *http);

#endif
