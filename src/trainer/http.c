/* libmicrohttpd on the loop: one thread, its epoll descriptor watched. The simulated link delays and paces; faults spoil answers. */
#include <errno.h>
#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/address.h"
#include "trainer/exchange.h"
#include "trainer/http.h"

#define IDLE_SECONDS 30
#define CONNECTIONS_MAX 512
#define GATHER_MS 5              /* pushes that arrive within this are simultaneous: protocol.md A.5 "parallel pushes" */
#define TICK_MS 50               /* a piece of an answer on the simulated link */
#define HEADER_BYTES 250         /* what head and headers cost on the link */
#define HUGE_BYTES (UINT64_C(256) * 1024 * 1024)
#define HEADER_TEXT_MAX 2048
#define TLS_FILE_MAX ((size_t)256 * 1024)

static char tls_priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

/* ---- running libmicrohttpd ---- */

static void run(struct http *h)
{
	MHD_run(h->daemon);
}

static void on_readable(void *ctx, int fd, short revents)
{
	(void)fd;
	(void)revents;
	run(ctx);
}

static void on_timeout(void *ctx)
{
	struct http *h = ctx;
	h->timer = 0;
	run(h);
}

static void before_wait(void *ctx)
{
	struct http *h = ctx;
	MHD_UNSIGNED_LONG_LONG ms;
	if (h->timer) {
		loop_cancel(h->loop, h->timer);
		h->timer = 0;
	}
	/* a resumed connection, and what stays in a socket after a full buffer, are not announced (measured: a push waited 30 s) */
	if (h->run_again) {
		h->run_again = false;
		h->timer = loop_after(h->loop, 0, on_timeout, h);
	} else if (MHD_get_timeout(h->daemon, &ms) == MHD_YES)
		h->timer = loop_after(h->loop, ms > 60000 ? 60000 : (int64_t)ms, on_timeout, h);
}

static int64_t now_ms(const struct http *h)
{
	return clock_mono(loop_clock(h->loop));
}

static void pause_exchange(struct exchange *x)
{
	if (!x->suspended) {
		MHD_suspend_connection(x->connection);
		x->suspended = true;
	}
}

static void resume_exchange(struct exchange *x)
{
	if (x->suspended) {
		x->suspended = false;
		x->http->run_again = true;
		MHD_resume_connection(x->connection);
	}
}

static void on_resume(void *ctx)
{
	struct exchange *x = ctx;
	x->timer = 0;
	resume_exchange(x);
}

static void resume_at(struct exchange *x, int64_t at)
{
	int64_t wait = at - now_ms(x->http);
	pause_exchange(x);
	if (x->timer)
		loop_cancel(x->http->loop, x->timer);
	x->timer = loop_after(x->http->loop, wait > 0 ? wait : 0, on_resume, x);
}

/* ---- the link ---- */

static int64_t transfer_ms(const struct http *h, size_t bytes)
{
	int64_t bps = h->t->options.link_bps;
	return bps > 0 ? ((int64_t)bytes * 8000 + bps - 1) / bps : 0;
}

static int64_t arrival(struct exchange *x)
{
	struct http *h = x->http;
	int64_t now = now_ms(h), ms = h->t->options.link_ms;
	h->up_free_ms = (h->up_free_ms > now ? h->up_free_ms : now) + transfer_ms(h, x->body.len + HEADER_BYTES);
	/* half of the round trip up; a new connection costs one more for its handshake */
	return h->up_free_ms + ms / 2 + (x->line && x->line->requests == 1 ? ms : 0);
}

/* When the first byte of the answer may go. */
static int64_t departure(struct exchange *x)
{
	const struct trainer_options *o = &x->http->t->options;
	int64_t at = now_ms(x->http) + o->pace_ms * x->answer.rows + o->link_ms - o->link_ms / 2;
	if (x->fault && x->fault->kind == FAULT_DELAY)
		at += x->fault->ms;
	return at;
}

static void answered(struct exchange *x)
{
	x->stage = READY;
	x->next_ms = departure(x);
	if (x->next_ms > now_ms(x->http))
		resume_at(x, x->next_ms);
	else
		resume_exchange(x);
}

/* ---- simultaneous pushes ---- */

static void on_gathered(void *ctx)
{
	struct http *h = ctx;
	char (*seen)[STORE_UUID] = NULL;
	size_t count = 0, cap = 0;
	h->gather_timer = 0;
	/* the list has the newest first */
	struct exchange *x = h->exchanges, *last = NULL;
	for (; x; x = x->next)
		last = x;
	for (x = last; x; x = x->previous) {
		char uuid[STORE_UUID];
		bool collided = false;
		if (!x->gathering)
			continue;
		x->gathering = false;
		if (exchange_single_uuid(x, uuid)) {
			for (size_t i = 0; i < count; i++)
				collided = collided || strcmp(seen[i], uuid) == 0;
			void *array = seen;
			mem_grow(&array, &cap, count + 1, sizeof *seen);
			seen = array;
			memcpy(seen[count++], uuid, sizeof uuid);
		}
		exchange_answer(x, collided);
		answered(x);
	}
	mem_free(seen);
}

static void gather(struct exchange *x)
{
	pause_exchange(x);
	x->gathering = true;
	if (!x->http->gather_timer)
		x->http->gather_timer = loop_after(x->http->loop, GATHER_MS, on_gathered, x->http);
}

static void on_arrived(void *ctx)
{
	struct exchange *x = ctx;
	const char *end = strrchr(x->path, '/');
	x->timer = 0;
	if (strcmp(x->method, "POST") == 0 && end && strcmp(end, "/push") == 0) {
		gather(x);
		return;
	}
	exchange_answer(x, false);
	answered(x);
}

/* ---- sending ---- */

static ssize_t read_answer(void *ctx, uint64_t pos, char *out, size_t max)
{
	struct exchange *x = ctx;
	struct http *h = x->http;
	const struct buf *body = &x->answer.body;
	int64_t now = now_ms(h);
	if (x->fault && x->fault->kind == FAULT_HUGE) {
		memset(out, ' ', max);
		return (ssize_t)max;
	}
	if (x->cut && pos >= body->len / 2)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (pos >= body->len)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (x->fault && x->stall_at != SIZE_MAX && pos >= x->stall_at) {
		x->stall_at = SIZE_MAX;
		x->next_ms = now + x->fault->ms;
	}
	if (x->next_ms > now && !h->stopping) {
		resume_at(x, x->next_ms);
		return 0;
	}
	size_t left = body->len - (size_t)pos, n = left < max ? left : max;
	if (x->cut && n > body->len / 2 - (size_t)pos)
		n = body->len / 2 - (size_t)pos;
	if (x->stall_at != SIZE_MAX && n > x->stall_at - (size_t)pos)
		n = x->stall_at - (size_t)pos;
	if (h->t->options.link_bps > 0) {
		size_t piece = (size_t)(h->t->options.link_bps * TICK_MS / 8000);
		n = n > piece && piece > 0 ? piece : n;
		h->down_free_ms = (h->down_free_ms > now ? h->down_free_ms : now) + transfer_ms(h, n + (pos == 0 ? HEADER_BYTES : 0));
		x->next_ms = h->down_free_ms;
	}
	memcpy(out, body->data + pos, n);
	return (ssize_t)n;
}

static enum MHD_Result send_answer(struct exchange *x)
{
	struct trainer_answer *a = &x->answer;
	uint64_t size = x->fault && x->fault->kind == FAULT_HUGE ? HUGE_BYTES : a->body.len;
	x->stage = DONE;
	if (x->close_only)
		return MHD_NO;
	struct MHD_Response *r = MHD_create_response_from_callback(size, 32 * 1024, read_answer, x, NULL);
	if (!r)
		return MHD_NO;
	if (a->type)
		MHD_add_response_header(r, "Content-Type", a->type);
	MHD_add_response_header(r, "X-Frame-Options", "SAMEORIGIN");
	if (a->allow)
		MHD_add_response_header(r, "Allow", a->allow);
	if (a->challenge)
		MHD_add_response_header(r, "WWW-Authenticate", "Basic realm=\"sormas-rest-realm\"");
	if (x->compressed)
		MHD_add_response_header(r, "Content-Encoding", "gzip");
	if (x->line && x->line->requests >= REQUESTS_PER_CONNECTION)
		MHD_add_response_header(r, "Connection", "close");
	enum MHD_Result result = MHD_queue_response(x->connection, (unsigned)a->status, r);
	MHD_destroy_response(r);
	return result;
}

/* ---- requests ---- */

static char *header(struct MHD_Connection *c, const char *name)
{
	const char *v = MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
	return v && strlen(v) <= HEADER_TEXT_MAX ? mem_strdup(v) : NULL;
}

static struct exchange *exchange_new(struct http *h, struct MHD_Connection *c, const char *url, const char *method)
{
	struct exchange *x = mem_calloc(1, sizeof *x);
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	size_t base = strlen(TRAINER_BASE);
	x->http = h;
	x->connection = c;
	x->line = info ? info->socket_context : NULL;
	if (x->line)
		x->line->requests++;
	x->method = mem_strdup(method);
	bool inside = strncmp(url, TRAINER_BASE, base) == 0 && (url[base] == '/' || !url[base]);
	x->path = inside ? mem_strdup(url + base) : NULL;
	const char *version = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "appVersion");
	if (version)
		x->query = mem_printf("appVersion=%.100s", version);
	x->authorization = header(c, "Authorization");
	x->type = header(c, "Content-Type");
	x->accept = header(c, "Accept");
	char *mobile = header(c, "mobile-sync"), *encoding = header(c, "Accept-Encoding");
	x->mobile_sync = mobile && strcasecmp(mobile, "true") == 0;
	x->gzip = encoding && strstr(encoding, "gzip");
	mem_free(mobile);
	mem_free(encoding);
	buf_init(&x->body, BODY_MAX);
	x->stall_at = SIZE_MAX;
	x->next = h->exchanges;
	if (x->next)
		x->next->previous = x;
	h->exchanges = x;
	return x;
}

static void exchange_free(struct exchange *x)
{
	struct http *h = x->http;
	if (x->timer)
		loop_cancel(h->loop, x->timer);
	if (x->previous)
		x->previous->next = x->next;
	else
		h->exchanges = x->next;
	if (x->next)
		x->next->previous = x->previous;
	if (x->answered)
		trainer_answer_done(&x->answer);
	mem_free(x->method);
	mem_free(x->path);
	mem_free(x->query);
	mem_free(x->authorization);
	mem_free(x->type);
	mem_free(x->accept);
	buf_done(&x->body);
	mem_free(x);
}

static enum MHD_Result request_complete(struct exchange *x)
{
	if (!x->path || buf_over(&x->body)) {
		exchange_refuse(x, x->path ? 413 : 404);
		return send_answer(x);
	}
	x->stage = WAITING;
	const struct trainer_options *o = &x->http->t->options;
	if (o->link_bps > 0 || o->link_ms > 0) {
		int64_t wait = arrival(x) - now_ms(x->http);
		pause_exchange(x);
		x->timer = loop_after(x->http->loop, wait > 0 ? wait : 0, on_arrived, x);
	} else
		on_arrived(x);
	/* ready at once: no need to wait for the next turn */
	return x->stage == READY && !x->suspended ? send_answer(x) : MHD_YES;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url, const char *method, const char *version,
	const char *upload,
	size_t *upload_size, void **mine)
{
	struct http *h = ctx;
	struct exchange *x = *mine;
	(void)version;
	if (!x) {
		*mine = exchange_new(h, c, url, method);
		return MHD_YES;
	}
	if (*upload_size > 0) {
		buf_add(&x->body, upload, *upload_size);
		*upload_size = 0;
		h->run_again = true;
		return MHD_YES;
	}
	if (h->stopping)
		return MHD_NO;
	if (x->stage == READING)
		return request_complete(x);
	return x->stage == READY ? send_answer(x) : MHD_YES;
}

static void on_completed(void *ctx, struct MHD_Connection *c, void **mine, enum MHD_RequestTerminationCode code)
{
	(void)ctx;
	(void)c;
	(void)code;
	if (*mine)
		exchange_free(*mine);
	*mine = NULL;
}

static void on_connection(void *ctx, struct MHD_Connection *c, void **socket_context, enum MHD_ConnectionNotificationCode code)
{
	(void)ctx;
	(void)c;
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		*socket_context = mem_calloc(1, sizeof(struct connection));
	else {
		mem_free(*socket_context);
		*socket_context = NULL;
	}
}

/* ---- start and stop ---- */

static void http_free(struct http *h)
{
	mem_free(h->certificate);
	if (h->key)
		explicit_bzero(h->key, strlen(h->key));
	mem_free(h->key);
	mem_free(h);
}

static enum status read_tls(struct http *h, struct err *err)
{
	size_t len;
	const struct trainer_options *o = &h->t->options;
	if (!o->tls_certificate || !o->tls_key)
		return ST_OK;
	if (MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES)
		return err_set(err, ST_INVALID, N_("The web server library of this machine cannot do TLS."));
	enum status st = path_read(o->tls_certificate, TLS_FILE_MAX, &h->certificate, &len, err);
	return st == ST_OK ? path_read(o->tls_key, TLS_FILE_MAX, &h->key, &len, err) : st;
}

/* What libmicrohttpd says about a connection or about its start; never anything of a request. */
__attribute__((format(printf, 2, 0)))
static void on_log(void *ctx, const char *format, va_list args)
{
	char text[512];
	(void)ctx;
	vsnprintf(text, sizeof text, format, args);
	fprintf(stderr, "outpost-trainer: %s%s", text, strchr(text, '\n') ? "" : "\n");
}

enum status http_start(struct trainer *t, struct loop *loop, struct http **out, struct err *err)
{
	struct address address;
	enum status st = address_parse(t->options.listen ? t->options.listen : "127.0.0.1:0", &address, err);
	if (st != ST_OK)
		return st;
	struct http *h = mem_calloc(1, sizeof *h);
	h->t = t;
	h->loop = loop;
	st = read_tls(h, err);
	if (st != ST_OK) {
		http_free(h);
		return st;
	}
	/* the list ends at the first MHD_OPTION_END, so without TLS the rest is not seen */
	struct MHD_OptionItem tls[] = {{h->key ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END, 0, h->key}, {MHD_OPTION_HTTPS_MEM_CERT, 0, h->certificate},
		{MHD_OPTION_HTTPS_PRIORITIES, 0, tls_priorities}, {MHD_OPTION_END, 0, NULL}};
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK | (address.six ? MHD_USE_IPv6 : 0) |
		(h->key ? MHD_USE_TLS | MHD_USE_ERROR_LOG : 0);
	h->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, h, MHD_OPTION_EXTERNAL_LOGGER, on_log, h,
		MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address.sa,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, h, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	if (!h->daemon) {
		bool secure = h->key != NULL;
		int code = errno;
		http_free(h);
		if (secure && code != EADDRINUSE && code != EACCES)
			return err_set(err, ST_INVALID, N_("The certificate {1} and its key cannot be used; both are PEM files and belong together."),
				t->options.tls_certificate);
		return err_set(err, ST_LATER, N_("Cannot listen on {1}: {2}. Choose another port, or 0 for a free one."), t->options.listen
			? t->options.listen : "",
			strerror(code));
	}
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
	unsigned port = info ? info->port : 0;
	info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	h->fd = info ? info->epoll_fd : -1;
	snprintf(h->url, sizeof h->url, "http%s://%s:%u%s", h->key ? "s" : "", address.host, port, TRAINER_BASE);
	loop_watch(loop, h->fd, POLLIN, on_readable, h);
	loop_before_wait(loop, before_wait, h);
	*out = h;
	return ST_OK;
}

void http_stop(struct http *h)
{
	if (!h)
		return;
	h->stopping = true;
	for (struct exchange *x = h->exchanges; x; x = x->next) {
		x->gathering = false;
		resume_exchange(x);
	}
	run(h);
	loop_unwatch(h->loop, h->fd);
	loop_before_cancel(h->loop, h);
	loop_cancel(h->loop, h->timer);
	loop_cancel(h->loop, h->gather_timer);
	MHD_stop_daemon(h->daemon);
	http_free(h);
}

const char *http_url(const struct http *h)
{
	return h->url;
}
