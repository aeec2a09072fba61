/* HTTP with curl's multi interface, hung on the loop by its sockets and its timer. */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "net/internal.h"

#define CONNECT_TIMEOUT_MS 20000
#define STALL_TIMEOUT_MS 60000

struct transfer {
	struct transfer *next;
	struct http *http;
	CURL *easy;
	uint64_t id;
	net_done_fn done;
	void *ctx;
	char *url, *body;
	struct buf answer;
	int64_t date_ms;
	bool cancelled;
	char error[CURL_ERROR_SIZE];
};

struct http {
	struct net net;
	CURLM *multi;
	struct curl_slist *headers, *body_headers; /* the second with a body's type */
	char *base_url, *user, *password, *pin;
	long connect_timeout_ms, stall_timeout_ms;
	int64_t timer;         /* curl's; 0: none */
	int64_t cancel_timer;
	struct transfer *transfers;
	bool loopback;         /* plain HTTP: connections elsewhere are refused */
};

static struct http *http_of(struct net *net)
{
	union { struct net *net; struct http *http; } u = {.net = net};
	return u.http;
}

/* ---- between curl and the loop ---- */

static void http_finish(struct http *http);

static void http_socket_ready(void *ctx, int fd, short revents)
{
	struct http *http = ctx;
	int running = 0;
	int action = (revents & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) | (revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
		(revents & (POLLERR | POLLNVAL) ? CURL_CSELECT_ERR : 0);
	curl_multi_socket_action(http->multi, fd, action, &running);
	http_finish(http);
}

static int http_watch_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *per_socket)
{
	struct http *http = ctx;
	(void)easy;
	(void)per_socket;
	short events = 0;
	if (what & CURL_POLL_IN)
		events |= POLLIN;
	if (what & CURL_POLL_OUT)
		events |= POLLOUT;
	if (what == CURL_POLL_REMOVE)
		events = 0;
	loop_watch(http->net.loop, fd, events, http_socket_ready, http);
	return 0;
}

static void http_timer_due(void *ctx)
{
	struct http *http = ctx;
	int running = 0;
	http->timer = 0;
	curl_multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	http_finish(http);
}

static int http_set_timer(CURLM *multi, long timeout_ms, void *ctx)
{
	struct http *http = ctx;
	(void)multi;
	if (http->timer)
		loop_cancel(http->net.loop, http->timer);
	http->timer = timeout_ms < 0 ? 0 : loop_after(http->net.loop, timeout_ms, http_timer_due, http);
	return 0;
}

/* ---- one transfer ---- */

static size_t transfer_write(char *data, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	buf_add(&t->answer, data, size * count);
	return buf_over(&t->answer) || t->cancelled ? 0 : size * count;
}

static size_t transfer_header(char *data, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	size_t len = size * count;
	if (len > 6 && len < 128 && !strncasecmp(data, "Date: ", 6)) {
		char text[128];
		memcpy(text, data + 6, len - 6);
		text[len - 6] = '\0';
		time_t when = curl_getdate(text, NULL);
		if (when != (time_t)-1)
			t->date_ms = (int64_t)when * 1000;
	}
	return len;
}

static void transfer_free(struct transfer *t)
{
	curl_easy_cleanup(t->easy);
	mem_free(t->url);
	mem_free(t->body);
	buf_done(&t->answer);
	mem_free(t);
}

/* What to say and to do about a curl error. */
static void transfer_error(const struct transfer *t, CURLcode code, struct err *err)
{
	const char *detail = *t->error ? t->error : curl_easy_strerror(code);
	if (t->cancelled) {
		err_set(err, ST_CANCELLED, N_("stopped"));
		return;
	}
	if (buf_over(&t->answer)) {
		char number[24];
		err_set(err, ST_LIMIT, N_("the server's answer is larger than {1} bytes"), err_number(number, (int64_t)NET_MAX_ANSWER));
		return;
	}
	switch ((int)code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		err_set(err, ST_LATER, N_("the server's name was not found: {1}"), detail);
		break;
	case CURLE_COULDNT_CONNECT:
		err_set(err, ST_LATER, N_("no connection to the server: {1}"), detail);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		err_set(err, ST_LATER, N_("the server did not answer in time"));
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		err_set(err, ST_REFUSED, N_("the server's certificate is not trusted: {1}"), detail);
		break;
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		err_set(err, ST_LATER, N_("the connection was cut: {1}"), detail);
		break;
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL:
		err_set(err, ST_LATER, N_("the server's answer cannot be read: {1}"), detail);
		break;
	default:
		err_set(err, ST_LATER, N_("the request failed: {1}"), detail);
	}
}

static size_t info_size(CURL *easy, CURLINFO info)
{
	curl_off_t n = 0;
	curl_easy_getinfo(easy, info, &n);
	return n > 0 ? (size_t)n : 0;
}

static int64_t info_ms(CURL *easy, CURLINFO info)
{
	curl_off_t us = 0;
	curl_easy_getinfo(easy, info, &us);
	return us / 1000;
}

/* Takes t out of the list and calls back; the callback may send and cancel. */
static void transfer_done(struct transfer *t, CURLcode code)
{
	struct http *http = t->http;
	for (struct transfer **p = &http->transfers; *p; p = &(*p)->next) {
		if (*p == t) {
			*p = t->next;
			break;
		}
	}
	struct net_answer a = {.body = buf_text(&t->answer), .len = t->answer.len, .date_ms = t->date_ms};
	long status = 0, request = 0, header = 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &request);
	curl_easy_getinfo(t->easy, CURLINFO_HEADER_SIZE, &header);
	a.latency_ms = info_ms(t->easy, CURLINFO_STARTTRANSFER_TIME_T);
	a.total_ms = info_ms(t->easy, CURLINFO_TOTAL_TIME_T);
	a.bytes_sent = (size_t)request + info_size(t->easy, CURLINFO_SIZE_UPLOAD_T);
	a.bytes_received = (size_t)header + info_size(t->easy, CURLINFO_SIZE_DOWNLOAD_T);
	if (code == CURLE_OK && !t->cancelled)
		a.status = (int)status;
	else
		transfer_error(t, code, &a.err);
	if (!a.status) {
		a.body = "";
		a.len = 0;
	}
	curl_multi_remove_handle(http->multi, t->easy);
	t->done(t->ctx, t->id, &a);
	transfer_free(t);
}

/* Calls back for every transfer that has ended. */
static void http_finish(struct http *http)
{
	int left = 0;
	CURLMsg *message;
	while ((message = curl_multi_info_read(http->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		CURLcode code = message->data.result; /* message is gone once its handle is removed */
		char *owner = NULL;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
		union { char *c; struct transfer *t; } u = {.c = owner};
		transfer_done(u.t, code);
	}
}

/* A connection may go anywhere that TLS vouches for; without TLS only to this machine itself. */
static int http_check_address(void *ctx, char *ip, char *local_ip, int port, int local_port)
{
	struct http *http = ctx;
	(void)local_ip;
	(void)port;
	(void)local_port;
	if (!http->loopback || !strncmp(ip, "127.", 4) || !strcmp(ip, "::1"))
		return CURL_PREREQFUNC_OK;
	return CURL_PREREQFUNC_ABORT;
}

static uint64_t http_send(struct net *net, const struct net_request *request, net_done_fn done, void *ctx)
{
	struct http *http = http_of(net);
	struct transfer *t = mem_calloc(1, sizeof *t);
	*t = (struct transfer){.next = http->transfers, .http = http, .id = ++net->next_id, .done = done, .ctx = ctx, .date_ms = -1};
	buf_init(&t->answer, NET_MAX_ANSWER);
	t->url = mem_printf("%s%s", http->base_url, request->path);
	t->easy = curl_easy_init();
	if (!t->easy)
		abort();
	CURL *e = t->easy;
	curl_easy_setopt(e, CURLOPT_URL, t->url);
	curl_easy_setopt(e, CURLOPT_PRIVATE, t);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->error);
	/* without both, cancel and even the connect timeout wait for the resolver's thread */
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, http_check_address);
	curl_easy_setopt(e, CURLOPT_PREREQDATA, http);
	if (http->loopback)
		curl_easy_setopt(e, CURLOPT_PROXY, "");
	if (http->pin)
		curl_easy_setopt(e, CURLOPT_PINNEDPUBLICKEY, http->pin);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, http->headers);
	curl_easy_setopt(e, CURLOPT_USERAGENT, "Outpost/" PACKAGE_VERSION);
	if (http->user) {
		curl_easy_setopt(e, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(e, CURLOPT_USERNAME, http->user);
		curl_easy_setopt(e, CURLOPT_PASSWORD, http->password);
	}
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, http->connect_timeout_ms);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (http->stall_timeout_ms + 999) / 1000);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, transfer_write);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, transfer_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
	if (!strcmp(request->method, "POST")) {
		t->body = mem_strndup(request->body ? request->body : "", request->body ? request->body_len : 0);
		curl_easy_setopt(e, CURLOPT_HTTPHEADER, http->body_headers);
		curl_easy_setopt(e, CURLOPT_POST, 1L);
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, t->body);
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(request->body ? request->body_len : 0));
	}
	http->transfers = t;
	curl_multi_add_handle(http->multi, e);
	return t->id;
}

/* ---- cancelling ---- */

static void http_drop_cancelled(void *ctx)
{
	struct http *http = ctx;
	http->cancel_timer = 0;
	for (;;) {
		struct transfer *t = http->transfers;
		while (t && !t->cancelled)
			t = t->next;
		if (!t)
			return;
		transfer_done(t, CURLE_ABORTED_BY_CALLBACK);
	}
}

static void http_mark_cancelled(struct http *http, uint64_t id, bool all)
{
	bool any = false;
	for (struct transfer *t = http->transfers; t; t = t->next)
		if (all || t->id == id)
			t->cancelled = any = true;
	if (any && !http->cancel_timer)
		http->cancel_timer = loop_after(http->net.loop, 0, http_drop_cancelled, http);
}

static void http_cancel(struct net *net, uint64_t id)
{
	http_mark_cancelled(http_of(net), id, false);
}

static void http_cancel_all(struct net *net)
{
	http_mark_cancelled(http_of(net), 0, true);
}

/* ---- making and freeing ---- */

static void forget_text(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	mem_free(text);
}

static void http_free(struct net *net)
{
	struct http *http = http_of(net);
	while (http->transfers) {
		struct transfer *t = http->transfers;
		http->transfers = t->next;
		curl_multi_remove_handle(http->multi, t->easy);
		transfer_free(t);
	}
	curl_multi_cleanup(http->multi);
	if (http->timer)
		loop_cancel(net->loop, http->timer);
	if (http->cancel_timer)
		loop_cancel(net->loop, http->cancel_timer);
	curl_slist_free_all(http->headers);
	curl_slist_free_all(http->body_headers);
	mem_free(http->base_url);
	mem_free(http->user);
	forget_text(http->password);
	mem_free(http->pin);
	mem_free(http);
}

static const struct net_backend http_backend = {http_free, http_send, http_cancel, http_cancel_all};

/* The parts of a URL that matter: the scheme, and whether the host is this machine itself. */
static enum status http_check_url(const char *url, bool *loopback, struct err *err)
{
	CURLU *parts = curl_url();
	char *scheme = NULL, *host = NULL, *user = NULL;
	enum status st = ST_OK;
	if (!parts)
		abort();
	if (curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK || curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
		curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK || (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)) {
		st = err_set(err, ST_INVALID, N_("\"{1}\" is no address of a server; give one such as https://sormas.example.org/sormas-rest"), url);
	} else if (curl_url_get(parts, CURLUPART_USER, &user, 0) == CURLUE_OK) {
		st = err_set(err, ST_INVALID, N_("the address may not hold a user name or password"));
	} else {
		*loopback = !strcmp(scheme, "http");
		bool local = !strcmp(host, "localhost") || !strncmp(host, "127.", 4) || !strcmp(host, "[::1]");
		if (*loopback && !local)
			st = err_set(err, ST_INVALID, N_("without https only this machine itself can be reached, not {1}; use https://"), host);
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(user);
	curl_url_cleanup(parts);
	return st;
}

enum status net_new(struct loop *loop, const struct net_options *options, struct net **out, struct err *err)
{
	bool loopback = false;
	enum status st = http_check_url(options->base_url, &loopback, err);
	if (st != ST_OK)
		return st;
	if (options->user && strchr(options->user, ':'))
		return err_set(err, ST_INVALID, N_("a user name cannot hold a colon"));
	static bool started;
	if (!started && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, ST_FAILED, N_("the network library does not start"));
	started = true;

	struct http *http = mem_calloc(1, sizeof *http);
	http->net = (struct net){.backend = &http_backend, .loop = loop};
	http->multi = curl_multi_init();
	if (!http->multi)
		abort();
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, http_watch_socket);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, http_set_timer);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)NET_MAX_CONNECTIONS);
	curl_multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)NET_MAX_CONNECTIONS);
	http->base_url = mem_strdup(options->base_url);
	size_t len = strlen(http->base_url);
	while (len && http->base_url[len - 1] == '/')
		http->base_url[--len] = '\0';
	http->user = mem_strdup(options->user);
	http->password = mem_strdup(options->password ? options->password : "");
	http->pin = mem_strdup(options->pin);
	http->connect_timeout_ms = options->connect_timeout_ms > 0 ? options->connect_timeout_ms : CONNECT_TIMEOUT_MS;
	http->stall_timeout_ms = options->stall_timeout_ms > 0 ? options->stall_timeout_ms : STALL_TIMEOUT_MS;
	http->loopback = loopback;
	char *user_header = options->user_uuid ? mem_printf("User: %.6s", options->user_uuid) : NULL;
	const char *const headers[] = {"Accept: application/json", "mobile-sync: true", user_header, NULL};
	for (size_t i = 0; headers[i]; i++) {
		http->headers = curl_slist_append(http->headers, headers[i]);
		http->body_headers = curl_slist_append(http->body_headers, headers[i]);
	}
	http->body_headers = curl_slist_append(http->body_headers, "Content-Type: application/json; charset=UTF-8");
	http->body_headers = curl_slist_append(http->body_headers, "Expect:");
	mem_free(user_header);
	*out = &http->net;
	return ST_OK;
}
