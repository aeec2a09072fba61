/* net: against a small HTTP server on the same loop, and against recorded answers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

#define CONNECTIONS 16

/* Every name hangs: this definition stands before libc's, also for libcurl. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
	static int never[2] = {-1, -1};
	char c;
	(void)name;
	(void)service;
	(void)hints;
	*result = NULL;
	if (never[0] < 0 && pipe(never))
		return EAI_FAIL;
	while (read(never[0], &c, 1) < 0 && errno == EINTR)
		continue;
	return EAI_FAIL;
}

struct connection {
	int fd;
	struct buf in, out;
	size_t written;
	bool close_after;
	bool used;
};

struct world {
	struct loop *loop;
	struct net *net;
	int listener;
	int port;
	char url[64];
	struct connection c[CONNECTIONS];
	int accepted;
	char last_request[8192];
	int vanished;       /* requests that got no answer */
	size_t got, sent;   /* bytes of the last request and of its answer */
	int answers;
	int status;
	enum status err;
	char body[256];
	size_t len;
	int64_t date_ms;
	size_t bytes_sent, bytes_received;
	uint64_t id;
	struct connection *trickle;
	int64_t trickle_timer;
	bool breaks_frames;
	bool takes;         /* the body, for good */
	char *taken;
	struct net_request again; /* sent from inside done when method is set */
};

/* ---- gzip by hand: one block with fixed codes ---- */

struct bits { struct buf *out; unsigned acc; int n; };

static void put_bit(struct bits *b, unsigned bit)
{
	b->acc |= bit << b->n;
	if (++b->n == 8) {
		buf_add_char(b->out, (char)b->acc);
		b->acc = 0;
		b->n = 0;
	}
}

static void put_code(struct bits *b, unsigned code, int len)
{
	for (int i = len - 1; i >= 0; i--)
		put_bit(b, code >> i & 1);
}

static void gzip_begin(struct bits *b, struct buf *out)
{
	*b = (struct bits){.out = out};
	buf_add(out, "\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
	put_bit(b, 1);
	put_bit(b, 1);
	put_bit(b, 0);
}

static void gzip_text(struct buf *out, const char *text)
{
	struct bits b;
	uint32_t crc = 0xffffffff;
	gzip_begin(&b, out);
	for (const char *p = text; *p; p++) {
		put_code(&b, 0x30u + (unsigned char)*p, 8);
		crc ^= (unsigned char)*p;
		for (int i = 0; i < 8; i++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
	}
	put_code(&b, 0, 7);
	while (b.n)
		put_bit(&b, 0);
	crc ^= 0xffffffff;
	uint32_t len = (uint32_t)strlen(text);
	for (int i = 0; i < 32; i += 8)
		buf_add_char(out, (char)(crc >> i & 0xff));
	for (int i = 0; i < 32; i += 8)
		buf_add_char(out, (char)(len >> i & 0xff));
}

/* n times 258 zero bytes; without its end. */
static void gzip_bomb(struct buf *out, size_t n)
{
	struct bits b;
	gzip_begin(&b, out);
	put_code(&b, 0x30, 8);
	for (size_t i = 0; i < n; i++) {
		put_code(&b, 0xc5, 8);
		put_code(&b, 0, 5);
	}
	while (b.n)
		put_bit(&b, 0);
}

/* ---- the server ---- */

static void server_close(struct world *w, struct connection *c)
{
	loop_unwatch(w->loop, c->fd);
	close(c->fd);
	buf_done(&c->in);
	buf_done(&c->out);
	c->used = false;
}

static void server_ready(void *ctx, int fd, short revents);

/* A byte each fifth of a second, for ever. */
static void server_trickle(void *ctx)
{
	struct world *w = ctx;
	w->trickle_timer = loop_after(w->loop, 200, server_trickle, w);
	if (!w->trickle->used)
		return;
	buf_add_text(&w->trickle->out, " ");
	loop_watch(w->loop, w->trickle->fd, POLLIN | POLLOUT, server_ready, w);
}

static void server_respond(struct world *w, struct connection *c, const char *path)
{
	struct buf *o = &c->out;
	if (text_starts(path, "/base/gzip ")) {
		struct buf z;
		buf_init(&z, 0);
		gzip_text(&z, "[\"packed\"]");
		buf_printf(o, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", z.len);
		buf_add(o, z.data, z.len);
		buf_done(&z);
	} else if (text_starts(path, "/base/bomb ")) {
		buf_add_text(o, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
		gzip_bomb(o, NET_MAX_ANSWER / 258 + 2000);
		c->close_after = true;
	} else if (text_starts(path, "/base/notgzip ")) {
		buf_add_text(o, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello");
	} else if (text_starts(path, "/base/chunked ")) {
		buf_add_text(o, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n");
	} else if (text_starts(path, "/base/cut ")) {
		buf_add_text(o, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1,2");
		c->close_after = true;
	} else if (text_starts(path, "/base/cutchunk ")) {
		buf_add_text(o, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n[1,2");
		c->close_after = true;
	} else if (text_starts(path, "/base/vanish ")) {
		w->vanished++;
		c->close_after = true;
	} else if (text_starts(path, "/base/huge ")) {
		buf_printf(o, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\nx", NET_MAX_ANSWER + 1);
	} else if (text_starts(path, "/base/headers ")) {
		buf_add_text(o, "HTTP/1.1 200 OK\r\n");
		for (int i = 0; i < 20000; i++)
			buf_printf(o, "X-%06d: %064d\r\n", i, i);
		buf_add_text(o, "Content-Length: 4\r\n\r\n\"ok\"");
	} else if (text_starts(path, "/base/continue ")) {
		for (int i = 0; i < 60000; i++)
			buf_add_text(o, "HTTP/1.1 100 Continue\r\n\r\n");
		buf_add_text(o, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\"ok\"");
	} else if (text_starts(path, "/base/stall ")) {
		buf_add_text(o, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[1");
	} else if (text_starts(path, "/base/trickle ")) {
		buf_add_text(o, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
		w->trickle = c;
		server_trickle(w);
	} else if (w->breaks_frames && strstr(w->last_request, "Upgrade: h2c")) {
		buf_add_text(o, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
		for (int i = 0; i < 64; i++)
			buf_add_text(o, "no frame");
	} else if (text_starts(path, "/base/401 ")) {
		buf_add_text(o, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 6\r\n\r\n<html>");
	} else if (text_starts(path, "/base/moved ")) {
		buf_add_text(o, "HTTP/1.1 302 Found\r\nLocation: /base/plain\r\nContent-Length: 0\r\n\r\n");
	} else if (!text_starts(path, "/base/silent ")) {
		buf_add_text(o, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\"ok\"");
	}
	w->sent = o->len;
}

static void server_ready(void *ctx, int fd, short revents)
{
	struct world *w = ctx;
	struct connection *c = w->c;
	while (!c->used || c->fd != fd)
		c++;
	if (revents & (POLLIN | POLLHUP)) {
		char block[65536];
		ssize_t n = read(fd, block, sizeof block);
		if (n <= 0) {
			if (n == 0 || errno != EAGAIN)
				server_close(w, c);
			return;
		}
		buf_add(&c->in, block, (size_t)n);
		const char *end = strstr(buf_text(&c->in), "\r\n\r\n");
		const char *length = end ? strstr(c->in.data, "Content-Length: ") : NULL;
		size_t need = end ? (size_t)(end - c->in.data) + 4 + (length && length < end ? strtoul(length + 16, NULL, 10) : 0) : 0;
		if (end && c->in.len >= need) {
			w->got = c->in.len;
			size_t keep = c->in.len < sizeof w->last_request - 1 ? c->in.len : sizeof w->last_request - 1;
			memcpy(w->last_request, c->in.data, keep);
			w->last_request[keep] = '\0';
			server_respond(w, c, strchr(c->in.data, ' ') + 1);
			buf_clear(&c->in);
		}
	}
	while (c->written < c->out.len) {
		ssize_t n = send(fd, c->out.data + c->written, c->out.len - c->written, MSG_NOSIGNAL);
		if (n <= 0) {
			if (errno != EAGAIN) {
				server_close(w, c);
				return;
			}
			loop_watch(w->loop, fd, POLLIN | POLLOUT, server_ready, w);
			return;
		}
		c->written += (size_t)n;
	}
	loop_watch(w->loop, fd, POLLIN, server_ready, w);
	buf_clear(&c->out);
	c->written = 0;
	if (c->close_after)
		server_close(w, c);
}

static void server_accept(void *ctx, int fd, short revents)
{
	struct world *w = ctx;
	(void)revents;
	int got = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (got < 0)
		return;
	size_t i = 0;
	while (i < CONNECTIONS && w->c[i].used)
		i++;
	assert_true(i < CONNECTIONS);
	w->c[i] = (struct connection){.fd = got, .used = true};
	w->accepted++;
	loop_watch(w->loop, got, POLLIN, server_ready, w);
}

/* ---- the client's side ---- */

static void on_done(void *ctx, uint64_t id, const struct net_answer *a)
{
	struct world *w = ctx;
	w->answers++;
	w->id = id;
	w->status = a->status;
	w->err = a->err.status;
	w->len = a->len;
	w->date_ms = a->date_ms;
	w->bytes_sent = a->bytes_sent;
	w->bytes_received = a->bytes_received;
	assert_non_null(a->body);
	assert_int_equal(a->body[a->len], 0);
	size_t keep = a->len < sizeof w->body - 1 ? a->len : sizeof w->body - 1;
	memcpy(w->body, a->body, keep);
	w->body[keep] = '\0';
	if (w->takes && a->keep && *a->keep) {
		assert_ptr_equal(*a->keep, a->body);
		w->taken = *a->keep;
		*a->keep = NULL;
	}
	assert_true(a->total_ms >= 0 && a->latency_ms >= 0);
	if (!a->status)
		assert_int_equal(a->err.depth, 1);
	if (w->again.method) {
		struct net_request r = w->again;
		w->again.method = NULL;
		net_send(w->net, &r, on_done, w);
	}
}

static void wait_for(struct world *w, int answers)
{
	int64_t start = clock_mono(&clock_system);
	while (w->answers < answers) {
		loop_turn(w->loop, 100);
		if (clock_mono(&clock_system) - start > 4000)
			fail_msg("%d answers came instead of %d", w->answers, answers);
	}
}

static uint64_t ask(struct world *w, const char *path)
{
	struct net_request r = {.method = "GET", .path = path};
	return net_send(w->net, &r, on_done, w);
}

static void get(struct world *w, const char *path)
{
	int before = w->answers;
	uint64_t id = ask(w, path);
	assert_int_equal(w->answers, before);
	wait_for(w, before + 1);
	assert_int_equal(w->id, id);
}

static void open_net(struct world *w, const char *url, int connect_ms)
{
	struct net_options o = {.base_url = url, .user = "Bj\xc3\xb6rn", .password = "p\xc3\xa4ss", .connect_timeout_ms = connect_ms, .stall_timeout_ms = 1000};
	assert_int_equal(net_new(w->loop, &o, &w->net, NULL), ST_OK);
}

static int set_up(void **state)
{
	struct world *w = mem_calloc(1, sizeof *w);
	w->loop = loop_new(NULL);
	w->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* a loopback address of this process: nobody else listens on the port when it is closed */
	uint32_t own = 0x7f010000u + (uint32_t)getpid() % 0xfe0000u;
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(own)};
	union { struct sockaddr_in *in; struct sockaddr *any; } u = {.in = &a};
	socklen_t len = sizeof a;
	assert_int_equal(bind(w->listener, u.any, sizeof a), 0);
	assert_int_equal(listen(w->listener, 16), 0);
	assert_int_equal(getsockname(w->listener, u.any, &len), 0);
	w->port = ntohs(a.sin_port);
	loop_watch(w->loop, w->listener, POLLIN, server_accept, w);
	char host[INET_ADDRSTRLEN];
	char *url = mem_printf("http://%s:%d/base", inet_ntop(AF_INET, &a.sin_addr, host, sizeof host), w->port);
	memcpy(w->url, url, strlen(url) + 1);
	mem_free(url);
	open_net(w, w->url, 0);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	net_free(w->net);
	for (size_t i = 0; i < CONNECTIONS; i++)
		if (w->c[i].used)
			server_close(w, &w->c[i]);
	if (w->listener >= 0)
		close(w->listener);
	loop_free(w->loop);
	mem_free(w);
	return 0;
}

static void whoever_takes_the_body_has_it_for_good(void **state)
{
	struct world *w = *state;
	struct net_request r = {.method = "GET", .path = "/gzip"};
	w->takes = true;
	net_send(w->net, &r, on_done, w);
	wait_for(w, 1);
	w->takes = false;
	get(w, "/plain"); /* the first request is gone by now */
	assert_string_equal(w->body, "\"ok\"");
	assert_non_null(w->taken);
	assert_string_equal(w->taken, "[\"packed\"]");
	mem_free(w->taken);
}

static void a_request_carries_what_the_server_wants(void **state)
{
	struct world *w = *state;
	struct net_request r = {.method = "POST", .path = "/cases/push", .body = "[{\"a\":1}]rest", .body_len = 9};
	net_send(w->net, &r, on_done, w);
	wait_for(w, 1);
	assert_int_equal(w->status, 200);
	assert_string_equal(w->body, "\"ok\"");
	static const char *const wanted[] = {"POST /base/cases/push HTTP/1.1\r\n", "Authorization: Basic QmrDtnJuOnDDpHNz\r\n", "Accept: application/json\r\n", "mobile-sync: true\r\n",
		"Content-Type: application/json\r\n", "Accept-Encoding: gzip\r\n", "Content-Length: 9\r\n", "\r\n\r\n[{\"a\":1}]"};
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (!strstr(w->last_request, wanted[i]))
			fail_msg("%s is missing in %s", wanted[i], w->last_request);
	assert_null(strstr(w->last_request, "rest"));
	assert_null(strstr(w->last_request, "Expect"));
	get(w, "/plain");
	assert_null(strstr(w->last_request, "Content-Type"));
}

static void bytes_are_counted_as_they_were_on_the_wire(void **state)
{
	struct world *w = *state;
	struct net_request r = {.method = "POST", .path = "/push", .body = "[1,2,3,4,5]", .body_len = 11};
	net_send(w->net, &r, on_done, w);
	wait_for(w, 1);
	assert_int_equal(w->bytes_sent, w->got);
	assert_int_equal(w->bytes_received, w->sent);
	static const char *const paths[] = {"/gzip", "/plain"};
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		get(w, paths[i]);
		assert_int_equal(w->bytes_sent, w->got);
		assert_int_equal(w->bytes_received, w->sent);
	}
}

static void a_connection_is_used_again(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 5; i++)
		get(w, "/plain");
	assert_int_equal(w->accepted, 1);
}

static void no_more_connections_than_allowed(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 12; i++)
		ask(w, "/plain");
	wait_for(w, 12);
	assert_true(w->accepted <= NET_MAX_CONNECTIONS);
}

static void gzip_and_chunks_are_undone(void **state)
{
	struct world *w = *state;
	get(w, "/gzip");
	assert_int_equal(w->status, 200);
	assert_string_equal(w->body, "[\"packed\"]");
	assert_int_equal(w->date_ms, -1);
	get(w, "/chunked");
	assert_int_equal(w->status, 200);
	assert_string_equal(w->body, "[1,2]");
	assert_true(w->date_ms == INT64_C(1795428000000));
}

static void fails(struct world *w, const char *path, enum status st)
{
	get(w, path);
	if (w->status != 0 || w->err != st)
		fail_msg("%s: HTTP %d and status %d instead of %d", path, w->status, (int)w->err, (int)st);
	assert_int_equal(w->len, 0);
}

static void a_cut_answer_is_no_answer(void **state)
{
	fails(*state, "/cut", ST_LATER);
	fails(*state, "/cutchunk", ST_LATER);
	fails(*state, "/notgzip", ST_LATER);
}

static void too_large_an_answer_is_refused_also_when_packed(void **state)
{
	fails(*state, "/huge", ST_LIMIT);
	fails(*state, "/bomb", ST_LIMIT);
}

/* They are kept nowhere, but curl keeps them, and nobody looks at how long they go on. */
static void headers_without_end_are_refused(void **state)
{
	fails(*state, "/headers", ST_LIMIT);
	fails(*state, "/continue", ST_LIMIT);
}

static void a_server_that_goes_silent_is_given_up(void **state)
{
	fails(*state, "/stall", ST_LATER);
}

static void a_line_that_carries_next_to_nothing_is_given_up(void **state)
{
	struct world *w = *state;
	fails(w, "/trickle", ST_LATER);
	loop_cancel(w->loop, w->trickle_timer);
}

static void http_2_is_offered_without_tls_only_when_chosen(void **state)
{
	struct world *w = *state;
	get(w, "/plain");
	assert_null(strstr(w->last_request, "Upgrade"));
	net_free(w->net);
	struct net_options o = {.base_url = w->url, .http = NET_HTTP_V2, .stall_timeout_ms = 1000};
	assert_int_equal(net_new(w->loop, &o, &w->net, NULL), ST_OK);
	get(w, "/plain");
	assert_non_null(strstr(w->last_request, "Upgrade: h2c\r\n"));
	assert_int_equal(w->status, 200);
	/* never by prior knowledge: a request in HTTP/1.1 came first */
	assert_ptr_equal(strstr(w->last_request, "GET /base/plain HTTP/1.1\r\n"), w->last_request);
}

static void a_framing_error_falls_back_for_good(void **state)
{
	struct world *w = *state;
	net_free(w->net);
	w->breaks_frames = true;
	struct net_options o = {.base_url = w->url, .http = NET_HTTP_V2, .stall_timeout_ms = 1000};
	assert_int_equal(net_new(w->loop, &o, &w->net, NULL), ST_OK);
	get(w, "/plain");
	assert_int_equal(w->status, 200);
	assert_null(strstr(w->last_request, "Upgrade"));
	get(w, "/chunked");
	assert_int_equal(w->status, 200);
	assert_null(strstr(w->last_request, "Upgrade"));
}

static void a_push_is_not_repeated_after_a_framing_error(void **state)
{
	struct world *w = *state;
	net_free(w->net);
	w->breaks_frames = true;
	struct net_options o = {.base_url = w->url, .http = NET_HTTP_V2, .stall_timeout_ms = 1000};
	assert_int_equal(net_new(w->loop, &o, &w->net, NULL), ST_OK);
	struct net_request r = {.method = "POST", .path = "/push", .body = "[1]", .body_len = 3};
	net_send(w->net, &r, on_done, w);
	wait_for(w, 1);
	assert_int_equal(w->status, 0);
	assert_int_equal(w->err, ST_LATER);
	net_send(w->net, &r, on_done, w);
	wait_for(w, 2);
	assert_int_equal(w->status, 200);
}

/* Whether it was taken, nobody knows: sent again by itself, curl's way, it would come twice (sync.md "Push"). */
static void a_push_is_sent_once_also_when_a_used_connection_closes_without_an_answer(void **state)
{
	static const char *const bodies[] = {"[1]", "[\"a longer one, that goes by itself\"]"};
	struct world *w = *state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		struct net_request r = {.method = "POST", .path = "/vanish", .body = bodies[i], .body_len = strlen(bodies[i]), .once = true};
		int before = w->answers;
		get(w, "/plain");
		w->vanished = 0;
		net_send(w->net, &r, on_done, w);
		wait_for(w, before + 2);
		assert_int_equal(w->status, 0);
		assert_int_equal(w->err, ST_LATER);
		assert_int_equal(w->vanished, 1);
	}
}

static void a_refusal_and_a_redirect_are_answers(void **state)
{
	struct world *w = *state;
	get(w, "/401");
	assert_int_equal(w->status, 401);
	get(w, "/moved");
	assert_int_equal(w->status, 302);
}

static void nobody_listening_is_later(void **state)
{
	struct world *w = *state;
	loop_unwatch(w->loop, w->listener);
	close(w->listener);
	w->listener = -1;
	fails(w, "/plain", ST_LATER);
}

static void a_cancelled_request_is_told_once_in_the_next_turn(void **state)
{
	struct world *w = *state;
	uint64_t id = ask(w, "/silent");
	uint64_t other = ask(w, "/plain");
	wait_for(w, 1);
	assert_int_equal(w->id, other);
	net_cancel(w->net, id);
	net_cancel(w->net, id);
	net_cancel(w->net, 999);
	assert_int_equal(w->answers, 1);
	loop_turn(w->loop, 0);
	assert_int_equal(w->answers, 2);
	assert_int_equal(w->id, id);
	assert_int_equal(w->err, ST_CANCELLED);
	net_cancel(w->net, id);
	get(w, "/plain");
	assert_int_equal(w->answers, 3);
	assert_int_equal(w->status, 200);
}

static void done_may_send_the_next_request(void **state)
{
	struct world *w = *state;
	w->again = (struct net_request){.method = "GET", .path = "/gzip"};
	ask(w, "/plain");
	wait_for(w, 2);
	assert_string_equal(w->body, "[\"packed\"]");
}

static void freeing_drops_what_is_under_way(void **state)
{
	struct world *w = *state;
	ask(w, "/silent");
	ask(w, "/plain");
	loop_turn(w->loop, 0);
	net_free(w->net);
	w->net = NULL;
	for (int i = 0; i < 10; i++)
		loop_turn(w->loop, 0);
	assert_int_equal(w->answers, 0);
}

static void freeing_still_tells_what_was_cancelled(void **state)
{
	struct world *w = *state;
	ask(w, "/silent");
	uint64_t id = ask(w, "/plain");
	net_cancel(w->net, id);
	net_free(w->net);
	w->net = NULL;
	assert_int_equal(w->answers, 1);
	assert_int_equal(w->err, ST_CANCELLED);
}

static void a_forgotten_request_is_never_told(void **state)
{
	struct world *w = *state;
	net_forget(w->net, ask(w, "/plain"));
	ask(w, "/gzip");
	wait_for(w, 1);
	for (int i = 0; i < 10; i++)
		loop_turn(w->loop, 0);
	assert_int_equal(w->answers, 1);
	assert_string_equal(w->body, "[\"packed\"]");
}

static void a_net_lives_until_its_last_owner_frees_it(void **state)
{
	struct world *w = *state;
	ask(w, "/plain");
	struct net *net = net_keep(w->net);
	net_free(net);
	wait_for(w, 1);
	assert_int_equal(w->status, 200);
}

static void cancelling_does_not_wait_for_the_names_resolver(void **state)
{
	struct world *w = *state;
	net_free(w->net);
	open_net(w, "https://hangs.example", 0);
	int64_t start = clock_mono(&clock_system);
	uint64_t id = ask(w, "/x");
	for (int i = 0; i < 5; i++)
		loop_turn(w->loop, 10);
	net_cancel(w->net, id);
	wait_for(w, 1);
	assert_int_equal(w->err, ST_CANCELLED);
	net_free(w->net);
	/* the connect timeout does not wait for it either */
	open_net(w, "https://hangs.example", 200);
	fails(w, "/x", ST_LATER);
	net_free(w->net);
	w->net = NULL;
	assert_true(clock_mono(&clock_system) - start < 2000);
}

static void addresses_that_would_show_the_password_are_refused(void **state)
{
	(void)state;
	struct loop *loop = loop_new(NULL);
	static const char *const bad[] = {"http://sormas.example/x", "http://127.0.0.1.evil.example/", "http://localhost.evil.example", "http://10.0.0.1", "http://127.evil.example",
		"ftp://127.0.0.1", "file:///etc/passwd", "https://user:secret@host/", "", "nonsense\n", "https://host/x?y", "https://host/#y", "http://[::2]"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct net *net = NULL;
		struct net_options o = {.base_url = bad[i], .user = "u", .password = "p"};
		if (net_new(loop, &o, &net, NULL) != ST_INVALID)
			fail_msg("%s was taken", bad[i]);
	}
	static const char *const good[] = {"http://localhost:6080/sormas-rest", "http://127.0.0.2", "http://[::1]:80/x/", "https://sormas.example.org/sormas-rest"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct net *net = NULL;
		struct net_options o = {.base_url = good[i]};
		if (net_new(loop, &o, &net, NULL) != ST_OK)
			fail_msg("%s was refused", good[i]);
		net_free(net);
	}
	struct net *net = NULL;
	struct net_options pin = {.base_url = "https://h.example", .pin = "/tmp/key.pem"};
	assert_int_equal(net_new(loop, &pin, &net, NULL), ST_INVALID);
	struct net_options colon = {.base_url = "https://h.example", .user = "a:b", .password = "p"};
	assert_int_equal(net_new(loop, &colon, &net, NULL), ST_INVALID);
	loop_free(loop);
}

static void recorded_answers_come_in_their_order_and_once(void **state)
{
	struct world *w = *state;
	static const char text[] = "{\"exchanges\":["
		"{\"request\":{\"method\":\"GET\",\"path\":\"/a\"},\"response\":{\"status\":200,\"body\":[1]}},"
		"{\"request\":{\"method\":\"GET\",\"path\":\"/a\"},\"response\":{\"status\":500,\"body\":\"\\\"x\\\"\"}},"
		"{\"request\":{\"method\":\"POST\",\"path\":\"/p\",\"body\":{\"x\":1,\"y\":2}},\"response\":{\"status\":204,\"body\":\"\"}}]}";
	net_free(w->net);
	assert_int_equal(net_new_replay(w->loop, text, sizeof text - 1, &w->net, NULL), ST_OK);
	get(w, "/a");
	assert_int_equal(w->status, 200);
	assert_string_equal(w->body, "[1]");
	get(w, "/a");
	assert_int_equal(w->status, 500);
	assert_string_equal(w->body, "\"x\"");
	fails(w, "/a", ST_LATER);
	fails(w, "/unknown", ST_LATER);
	struct net_request r = {.method = "POST", .path = "/p", .body = "{\"y\":2.0,\"x\":1}", .body_len = 15};
	int before = w->answers;
	net_send(w->net, &r, on_done, w);
	wait_for(w, before + 1);
	assert_int_equal(w->status, 204);
	assert_string_equal(w->body, "");
	assert_int_equal(net_replay_add(w->net, "[1", 2, NULL), ST_INVALID);
	assert_int_equal(net_replay_add(w->net, "{}", 2, NULL), ST_INVALID);
	uint64_t id = ask(w, "/a");
	net_cancel(w->net, id);
	loop_turn(w->loop, 0);
	assert_int_equal(w->err, ST_CANCELLED);
}

static void recordings_cannot_be_added_to_a_network(void **state)
{
	struct world *w = *state;
	assert_int_equal(net_replay_add(w->net, "{\"exchanges\":[]}", 16, NULL), ST_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const char *const proxies[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
	for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++)
		unsetenv(proxies[i]);
	const struct CMUnitTest tests[] = {
		TEST(whoever_takes_the_body_has_it_for_good),
		TEST(a_request_carries_what_the_server_wants),
		TEST(bytes_are_counted_as_they_were_on_the_wire),
		TEST(a_connection_is_used_again),
		TEST(no_more_connections_than_allowed),
		TEST(gzip_and_chunks_are_undone),
		TEST(a_cut_answer_is_no_answer),
		TEST(too_large_an_answer_is_refused_also_when_packed),
		TEST(headers_without_end_are_refused),
		TEST(a_server_that_goes_silent_is_given_up),
		TEST(a_line_that_carries_next_to_nothing_is_given_up),
		TEST(http_2_is_offered_without_tls_only_when_chosen),
		TEST(a_framing_error_falls_back_for_good),
		TEST(a_push_is_not_repeated_after_a_framing_error),
		TEST(a_push_is_sent_once_also_when_a_used_connection_closes_without_an_answer),
		TEST(a_refusal_and_a_redirect_are_answers),
		TEST(nobody_listening_is_later),
		TEST(a_cancelled_request_is_told_once_in_the_next_turn),
		TEST(done_may_send_the_next_request),
		TEST(freeing_drops_what_is_under_way),
		TEST(freeing_still_tells_what_was_cancelled),
		TEST(a_forgotten_request_is_never_told),
		TEST(a_net_lives_until_its_last_owner_frees_it),
		TEST(cancelling_does_not_wait_for_the_names_resolver),
		TEST(addresses_that_would_show_the_password_are_refused),
		TEST(recorded_answers_come_in_their_order_and_once),
		TEST(recordings_cannot_be_added_to_a_network),
	};
	return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
