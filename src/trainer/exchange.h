/* Private to trainer: one request on the network and its answer (answer.c), and the server that carries them (http.c). */
#ifndef OUTPOST_TRAINER_EXCHANGE_H
#define OUTPOST_TRAINER_EXCHANGE_H

#include <microhttpd.h>

#include "loop/loop.h"
#include "trainer/fault.h"
#include "trainer/internal.h"

enum stage { READING, WAITING, READY, DONE };

struct exchange {
	struct http *http;
	struct MHD_Connection *connection;
	struct connection *line;
	struct exchange *next, *previous;
	enum stage stage;
	char *method, *path, *query, *authorization, *type, *accept;
	bool mobile_sync, gzip, suspended, gathering;
	struct buf body;
	int64_t timer;
	/* the answer */
	struct trainer_answer answer;
	bool answered, compressed, cut, close_only;
	const struct fault *fault;
	size_t stall_at;             /* SIZE_MAX: nowhere */
	int64_t next_ms;             /* when the next piece may go */
};

struct connection { int64_t requests; };

struct http {
	struct trainer *t;
	struct loop *loop;
	struct MHD_Daemon *daemon;
	int fd;
	int64_t timer, gather_timer;
	char url[160];
	struct exchange *exchanges;
	int64_t up_free_ms, down_free_ms;
	char *certificate, *key;     /* PEM; libmicrohttpd keeps pointing to them */
	bool stopping;
	bool run_again;              /* libmicrohttpd has work that its epoll descriptor does not announce */
};

/* Asks the trainer, or lets a fault or a collision of pushes answer in its place; packs and spoils the answer. */
void exchange_answer(struct exchange *x, bool collided);
void exchange_refuse(struct exchange *x, int status);              /* an answer that only has a status */
bool exchange_single_uuid(const struct exchange *x, char uuid[STORE_UUID]); /* the uuid of a push of one record; false otherwise */

#endif
