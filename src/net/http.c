/* HTTP by curl's multi interface. curl tells which sockets and which timer it waits for; the loop does the waiting. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>

#include "net/internal.h"

#define HTTP_CONNECT_MS 20000
#define HTTP_STALL_MS 60000
#define HTTP_SLOW_RATE 10  /* bytes a second, on average over the time of a stall */

struct http_request {
	struct http_request *next;
	struct http *http;
	uint64_t id;
	CURL *easy;
	struct curl_slist *headers;
	char *url;
	char *body;
	size_t body_len;
	bool post, repeated;
	struct buf answer;
	int64_t date_ms;
	int64_t started_ms;
	int64_t first_byte_ms;
	int64_t last_byte_ms; /* -1 until the request is on its way: waiting for a connection is no stall */
	int64_t stall_timer;
	int64_t window_ms;    /* since when `window` counts: a line that carries next to nothing is a stall, too */
	size_t window;
	size_t sent, received;
	bool too_large;
	bool finished;        /* `result` or `err` is final; done is called by http_report */
	bool has_err;
	struct err err;
	int status;
	char why[CURL_ERROR_SIZE]; /* curl's own words; never anything that the server sent */
	net_done_fn done;
	void *ctx;
};

struct http {
	struct net net;
	CURLM *multi;
	int64_t timer;        /* curl's, 0 = none */
	int64_t report_timer; /* calls done of what is finished */
	char *base_url;
	bool plain;           /* http, to loopback */
	char *user;
	char *password;       /* pages of its own, neither swapped nor dumped */
	enum net_http version;
	char *pin;
	char *ca_file;
	long connect_ms;
	int64_t stall_ms;
	struct http_request *requests;
	int busy;             /* inside a done: freeing waits */
	bool dead;
};

static void http_report(void *ctx);
static void http_begin(struct http_request *r);

static struct http *http_of(struct net *net)
{
	union { struct net *net; struct http *http; } u = {.net = net};
	return u.http;
}

static void http_report_soon(struct http *http)
{
	if (!http->report_timer)
		http->report_timer = loop_after(http->net.loop, 0, http_report, http);
}

/* ---- the end of a request ---- */

static void http_take_out(struct http_request *r)
{
	if (r->easy) {
		curl_multi_remove_handle(r->http->multi, r->easy);
		curl_easy_cleanup(r->easy);
		r->easy = NULL;
	}
	if (r->stall_timer) {
		loop_cancel(r->http->net.loop, r->stall_timer);
		r->stall_timer = 0;
	}
}

static void http_request_free(struct http_request *r)
{
	http_take_out(r);
	curl_slist_free_all(r->headers);
	mem_free(r->url);
	mem_free(r->body);
	buf_done(&r->answer);
	mem_free(r);
}

static void http_fail(struct http_request *r, enum status st, const char *id, const char *detail)
{
	if (r->finished)
		return;
	http_take_out(r);
	err_set(&r->err, st, id, detail);
	r->has_err = true;
	r->finished = true;
	http_report_soon(r->http);
}

static void http_fail_curl(struct http_request *r, CURLcode code)
{
	const char *detail = curl_easy_strerror(code), *id = NULL;
	enum status st;
	if (r->too_large || code == CURLE_FILESIZE_EXCEEDED) {
		char number[24];
		http_fail(r, ST_LIMIT, N_("the server's answer is larger than {1} bytes"), err_number(number, (int64_t)NET_MAX_ANSWER));
		return;
	}
	/* only what decides about the next step has a case of its own; the others are all "later" */
	switch ((int)code) {
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CRL_BADFILE:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_CERTPROBLEM:
		st = tls_refusal(r->easy, code, &id);
		http_fail(r, st, id, detail);
		break;
	case CURLE_SSL_CONNECT_ERROR:
		http_fail(r, ST_LATER, N_("no secure connection was made ({1}); try again, and check the address if it stays so"), r->why[0] ? r->why : detail);
		break;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		http_fail(r, ST_LATER, N_("the server's name was not found; check the connection and the address"), NULL);
		break;
	case CURLE_COULDNT_CONNECT:
		http_fail(r, ST_LATER, N_("no connection to the server ({1})"), detail);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		http_fail(r, ST_LATER, N_("the server did not answer in time"), NULL);
		break;
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		http_fail(r, ST_LATER, N_("the connection broke off ({1})"), detail);
		break;
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_WRITE_ERROR:
	case CURLE_WEIRD_SERVER_REPLY:
		http_fail(r, ST_LATER, N_("the server's answer arrived damaged ({1})"), detail);
		break;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		http_fail(r, ST_INVALID, N_("this is no address that can be asked ({1})"), detail);
		break;
	default:
		http_fail(r, ST_LATER, N_("the request failed ({1})"), detail);
	}
}

/* A framing error: HTTP/1.1 from here on. What only reads is asked once more at once; of a POST nobody knows whether it arrived. */
static bool http_step_down(struct http_request *r, CURLcode code)
{
	if (code != CURLE_HTTP2 && code != CURLE_HTTP2_STREAM)
		return false;
	r->http->version = NET_HTTP_V1;
	if (r->post || r->repeated)
		return false;
	r->repeated = true;
	http_take_out(r);
	buf_clear(&r->answer);
	r->first_byte_ms = r->last_byte_ms = -1;
	http_begin(r);
	return true;
}

static void http_collect(struct http *http)
{
	const struct CURLMsg *message;
	int left = 0;
	while ((message = curl_multi_info_read(http->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		CURLcode code = message->data.result;
		char *owner = NULL;
		if (curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner) != CURLE_OK || !owner)
			continue;
		union { char *text; struct http_request *request; } u = {.text = owner};
		struct http_request *r = u.request;
		long status = 0;
		if (code == CURLE_OK && curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status > 0) {
			r->status = (int)status;
			http_take_out(r);
			r->finished = true;
			http_report_soon(http);
		} else if (!http_step_down(r, code)) {
			http_fail_curl(r, code == CURLE_OK ? CURLE_WEIRD_SERVER_REPLY : code);
		}
	}
}

/* A copy in pages of its own. Where locking is not allowed (a small RLIMIT_MEMLOCK) the program works on without it. */
static char *http_lock(const char *secret)
{
	size_t len = strlen(secret) + 1;
	void *pages = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED)
		abort();
	mlock(pages, len);
	madvise(pages, len, MADV_DONTDUMP);
	return memcpy(pages, secret, len);
}

static void http_unlock(char *secret)
{
	if (!secret)
		return;
	size_t len = strlen(secret) + 1;
	explicit_bzero(secret, len);
	munmap(secret, len);
}

/* Calls done; the request is out of the list already. */
static void http_tell(struct http_request *r)
{
	int64_t now = clock_mono(loop_clock(r->http->net.loop));
	struct net_answer answer = {
		.status = r->status,
		.body = r->has_err ? "" : buf_text(&r->answer),
		.len = r->has_err ? 0 : r->answer.len,
		.date_ms = r->date_ms,
		.latency_ms = r->first_byte_ms >= 0 ? r->first_byte_ms - r->started_ms : now - r->started_ms,
		.total_ms = (r->last_byte_ms >= 0 && !r->has_err ? r->last_byte_ms : now) - r->started_ms,
		.bytes_sent = r->sent,
		.bytes_received = r->received,
		.err = r->err,
	};
	if (r->done)
		r->done(r->ctx, r->id, &answer);
}

static void http_destroy(struct http *http)
{
	while (http->requests) {
		struct http_request *r = http->requests;
		http->requests = r->next;
		if (r->finished && r->err.status == ST_CANCELLED)
			http_tell(r);
		http_request_free(r);
	}
	if (http->multi)
		curl_multi_cleanup(http->multi);
	loop_cancel(http->net.loop, http->timer);
	loop_cancel(http->net.loop, http->report_timer);
	mem_free(http->base_url);
	mem_free(http->user);
	http_unlock(http->password);
	mem_free(http->pin);
	mem_free(http->ca_file);
	mem_free(http);
	curl_global_cleanup();
}

/* Calls done of every finished request, always from the loop. A done may send, cancel and free the net. */
static void http_report(void *ctx)
{
	struct http *http = ctx;
	http->report_timer = 0;
	http->busy++;
	for (struct http_request **at = &http->requests; *at && !http->dead;) {
		struct http_request *r = *at;
		if (!r->finished) {
			at = &r->next;
			continue;
		}
		*at = r->next;
		http_tell(r);
		http_request_free(r);
		at = &http->requests; /* the list may be another one now */
	}
	if (!--http->busy && http->dead)
		http_destroy(http);
}

/* ---- curl on the loop ---- */

static void http_act(struct http *http, curl_socket_t socket, int bits)
{
	int running = 0;
	curl_multi_socket_action(http->multi, socket, bits, &running);
	http_collect(http);
}

static void http_timer_due(void *ctx)
{
	struct http *http = ctx;
	http->timer = 0;
	http_act(http, CURL_SOCKET_TIMEOUT, 0);
}

static int http_on_timer(CURLM *multi, long timeout_ms, void *ctx)
{
	struct http *http = ctx;
	(void)multi;
	loop_cancel(http->net.loop, http->timer);
	http->timer = timeout_ms < 0 ? 0 : loop_after(http->net.loop, timeout_ms, http_timer_due, http);
	return 0;
}

static void http_fd_ready(void *ctx, int fd, short revents)
{
	int bits = 0;
	if (revents & (POLLIN | POLLHUP))
		bits |= CURL_CSELECT_IN;
	if (revents & POLLOUT)
		bits |= CURL_CSELECT_OUT;
	if (revents & (POLLERR | POLLNVAL))
		bits |= CURL_CSELECT_ERR;
	http_act(ctx, fd, bits);
}

static int http_on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socket_ctx)
{
	struct http *http = ctx;
	(void)easy;
	(void)socket_ctx;
	short events = 0;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= POLLIN;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= POLLOUT;
	loop_watch(http->net.loop, fd, events, http_fd_ready, http); /* CURL_POLL_REMOVE: no events, no watch */
	return 0;
}

/* ---- what one handle calls ---- */

static size_t http_on_body(char *data, size_t size, size_t count, void *ctx)
{
	struct http_request *r = ctx;
	size_t len = size * count;
	buf_add(&r->answer, data, len); /* unpacked bytes: a small gzip cannot become a large answer */
	if (buf_over(&r->answer)) {
		r->too_large = true;
		return 0;
	}
	return len;
}

static size_t http_on_header(char *data, size_t size, size_t count, void *ctx)
{
	static const char name[] = "date:";
	struct http_request *r = ctx;
	size_t len = size * count;
	if (len > sizeof name && !strncasecmp(data, name, sizeof name - 1)) {
		char *text = mem_strndup(data + sizeof name - 1, len - (sizeof name - 1));
		time_t date = curl_getdate(text, NULL);
		r->date_ms = date < 0 ? -1 : (int64_t)date * 1000;
		mem_free(text);
	}
	return len;
}

static void http_stall_due(void *ctx)
{
	struct http_request *r = ctx;
	r->stall_timer = 0;
	int64_t quiet = clock_mono(loop_clock(r->http->net.loop)) - r->last_byte_ms;
	if (r->last_byte_ms < 0)
		quiet = 0;
	int64_t since = clock_mono(loop_clock(r->http->net.loop)) - r->window_ms;
	bool slow = r->last_byte_ms >= 0 && since >= r->http->stall_ms && (int64_t)r->window * 1000 < HTTP_SLOW_RATE * since;
	if (since >= r->http->stall_ms) {
		r->window_ms += since;
		r->window = 0;
	}
	if (quiet >= r->http->stall_ms)
		http_fail(r, ST_LATER, N_("the server did not answer in time"), NULL);
	else if (slow)
		http_fail(r, ST_LATER, N_("next to nothing came through; the line is too slow or disturbed"), NULL);
	else
		r->stall_timer = loop_after(r->http->net.loop, r->http->stall_ms - quiet, http_stall_due, r);
}

/* Sees every byte on the wire; nothing of it is kept but the number (it holds the password). */
static int http_on_bytes(CURL *easy, curl_infotype type, char *data, size_t len, void *ctx)
{
	struct http_request *r = ctx;
	(void)easy;
	(void)data;
	bool out = type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT;
	bool in = type == CURLINFO_HEADER_IN || type == CURLINFO_DATA_IN;
	if (!out && !in)
		return 0;
	int64_t now = clock_mono(loop_clock(r->http->net.loop));
	if (out)
		r->sent += len;
	if (in) {
		r->received += len;
		if (r->first_byte_ms < 0) {
			r->first_byte_ms = now;
			r->window_ms = now; /* what the server needed to find its answer is not the line's */
		}
	}
	if (r->last_byte_ms < 0)
		r->window_ms = now;
	r->window += len;
	r->last_byte_ms = now;
	return 0;
}

/* ---- requests ---- */

static long http_version(const struct http *http)
{
	if (http->version == NET_HTTP_V1 || (http->version == NET_HTTP_AUTO && http->plain))
		return CURL_HTTP_VERSION_1_1;
	return http->plain ? CURL_HTTP_VERSION_2_0 : CURL_HTTP_VERSION_2TLS;
}

#define HTTP_OPT(option, value) (ok = ok && curl_easy_setopt(easy, (option), (value)) == CURLE_OK)

static bool http_prepare(struct http_request *r)
{
	struct http *http = r->http;
	CURL *easy = r->easy;
	bool ok = true;
	bool post = r->post;
	HTTP_OPT(CURLOPT_PRIVATE, (void *)r);
	HTTP_OPT(CURLOPT_URL, r->url);
	HTTP_OPT(CURLOPT_NOSIGNAL, 1L);
	HTTP_OPT(CURLOPT_QUICK_EXIT, 1L);
	HTTP_OPT(CURLOPT_PROTOCOLS_STR, http->plain ? "http" : "https");
	HTTP_OPT(CURLOPT_FOLLOWLOCATION, 0L);
	HTTP_OPT(CURLOPT_HTTP_VERSION, http_version(http));
	/* Until the first connection has said whether it takes many requests at once, the others wait for it: a TLS handshake each costs more on a thin line. */
	HTTP_OPT(CURLOPT_PIPEWAIT, http_version(http) == CURL_HTTP_VERSION_1_1 ? 0L : 1L);
	HTTP_OPT(CURLOPT_PATH_AS_IS, 1L);
	if (http->plain)
		HTTP_OPT(CURLOPT_PROXY, ""); /* a proxy would carry the password off this machine */
	ok = ok && tls_prepare(easy, http->pin, http->ca_file);
	HTTP_OPT(CURLOPT_ERRORBUFFER, r->why);
	HTTP_OPT(CURLOPT_CONNECTTIMEOUT_MS, http->connect_ms);
	HTTP_OPT(CURLOPT_TCP_KEEPALIVE, 1L);
	HTTP_OPT(CURLOPT_ACCEPT_ENCODING, "gzip");
	HTTP_OPT(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)NET_MAX_ANSWER);
	if (http->user) {
		HTTP_OPT(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		HTTP_OPT(CURLOPT_USERNAME, http->user);
		HTTP_OPT(CURLOPT_PASSWORD, http->password);
	}
	/* Every byte of a header is sent with each request on a thin line: only what protocol.md A.1 asks for. */
	static const char *const always[] = {"Accept: application/json", "mobile-sync: true", "Expect:"};
	curl_slist_free_all(r->headers);
	r->headers = NULL;
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		r->headers = curl_slist_append(r->headers, always[i]);
	if (post)
		r->headers = curl_slist_append(r->headers, "Content-Type: application/json");
	HTTP_OPT(CURLOPT_HTTPHEADER, r->headers);
	if (post) {
		HTTP_OPT(CURLOPT_POST, 1L);
		HTTP_OPT(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
		HTTP_OPT(CURLOPT_POSTFIELDS, r->body ? r->body : "");
	} else {
		HTTP_OPT(CURLOPT_HTTPGET, 1L);
	}
	HTTP_OPT(CURLOPT_WRITEFUNCTION, http_on_body);
	HTTP_OPT(CURLOPT_WRITEDATA, (void *)r);
	HTTP_OPT(CURLOPT_HEADERFUNCTION, http_on_header);
	HTTP_OPT(CURLOPT_HEADERDATA, (void *)r);
	HTTP_OPT(CURLOPT_DEBUGFUNCTION, http_on_bytes);
	HTTP_OPT(CURLOPT_DEBUGDATA, (void *)r);
	HTTP_OPT(CURLOPT_VERBOSE, 1L);
	return ok;
}

static void http_begin(struct http_request *r)
{
	struct http *http = r->http;
	r->easy = curl_easy_init();
	r->window_ms = clock_mono(loop_clock(http->net.loop));
	if (!r->easy || !http_prepare(r) || curl_multi_add_handle(http->multi, r->easy) != CURLM_OK)
		http_fail(r, ST_FAILED, N_("the request could not be prepared"), NULL);
	else
		r->stall_timer = loop_after(http->net.loop, http->stall_ms, http_stall_due, r);
}

static uint64_t http_send(struct net *net, const struct net_request *request, net_done_fn done, void *ctx)
{
	struct http *http = http_of(net);
	struct http_request *r = mem_calloc(1, sizeof *r);
	r->http = http;
	r->id = ++net->next_id;
	r->done = done;
	r->ctx = ctx;
	r->date_ms = r->first_byte_ms = r->last_byte_ms = -1;
	r->started_ms = clock_mono(loop_clock(http->net.loop));
	r->body = request->body ? mem_strndup(request->body, request->body_len) : NULL;
	buf_init(&r->answer, NET_MAX_ANSWER);
	struct http_request **at = &http->requests;
	while (*at)
		at = &(*at)->next;
	*at = r;
	r->body_len = r->body ? request->body_len : 0;
	r->post = !strcmp(request->method, "POST");
	r->url = mem_printf("%s%s", http->base_url, request->path);
	if ((strcmp(request->method, "GET") != 0 && !r->post) || request->path[0] != '/')
		http_fail_curl(r, CURLE_URL_MALFORMAT);
	else
		http_begin(r);
	return r->id;
}

/* id 0: all. */
static void http_stop(struct http *http, uint64_t id)
{
	for (struct http_request *r = http->requests; r; r = r->next) {
		if ((id && r->id != id) || (r->finished && r->err.status == ST_CANCELLED))
			continue;
		/* an answer that is here already but not told yet is cancelled too */
		r->finished = false;
		r->status = 0;
		http_fail(r, ST_CANCELLED, N_("stopped"), NULL);
	}
}

static void http_cancel(struct net *net, uint64_t id)
{
	if (id)
		http_stop(http_of(net), id);
}

static void http_cancel_all(struct net *net)
{
	http_stop(http_of(net), 0);
}

static void http_forget(struct net *net, uint64_t id)
{
	for (struct http_request *r = http_of(net)->requests; r; r = r->next)
		if (r->id == id)
			r->done = NULL;
	http_cancel(net, id);
}

static void http_free(struct net *net)
{
	struct http *http = http_of(net);
	http->dead = true;
	if (!http->busy)
		http_destroy(http);
}

static const struct net_backend http_backend = {http_free, http_send, http_cancel, http_cancel_all, http_forget};

/* ---- opening ---- */

enum status net_new(struct loop *loop, const struct net_options *options, struct net **out, struct err *err)
{
	bool plain = false;
	enum status st = address_check(options->base_url, &plain, err);
	if (st != ST_OK)
		return st;
	if (options->pin && strncmp(options->pin, "sha256//", 8) != 0)
		return err_set(err, ST_INVALID, N_("a pinned key begins with sha256//"));
	if (options->user && strchr(options->user, ':'))
		return err_set(err, ST_INVALID, N_("a user name cannot contain a colon"));
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, ST_FAILED, N_("the network library does not start"));
	struct http *http = mem_calloc(1, sizeof *http);
	http->net = (struct net){.backend = &http_backend, .loop = loop};
	http->plain = plain;
	size_t len = strlen(options->base_url);
	while (len && options->base_url[len - 1] == '/')
		len--;
	http->base_url = mem_strndup(options->base_url, len);
	if (options->user) {
		http->user = mem_strdup(options->user);
		http->password = http_lock(options->password ? options->password : "");
	}
	http->version = options->http;
	http->pin = mem_strdup(options->pin);
	http->ca_file = mem_strdup(options->ca_file ? options->ca_file : secure_getenv("SSL_CERT_FILE"));
	http->connect_ms = options->connect_timeout_ms > 0 ? options->connect_timeout_ms : HTTP_CONNECT_MS;
	http->stall_ms = options->stall_timeout_ms > 0 ? options->stall_timeout_ms : HTTP_STALL_MS;
	http->multi = curl_multi_init();
	if (!http->multi || curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, http_on_socket) || curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http) ||
	    curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, http_on_timer) || curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http) ||
	    curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)NET_MAX_CONNECTIONS) ||
	    curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)NET_MAX_CONNECTIONS)) {
		http_destroy(http);
		return err_set(err, ST_FAILED, N_("the network library does not start"));
	}
	*out = &http->net;
	return ST_OK;
}
