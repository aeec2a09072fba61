/* HTTP by curl's multi interface. curl tells which sockets and which timer it waits for; the loop does the waiting. */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "net/http.h"

#define HTTP_CONNECT_MS 20000
#define HTTP_STALL_MS 60000

static struct http *http_of(struct net *net)
{
	union { struct net *net; struct http *http; } u = {.net = net};
	return u.http;
}

/* A server that speaks HTTP/1.1 behind TLS takes one request a connection: from now on nothing waits for the first one. */
static void http_note_version(struct http *http, CURL *easy)
{
	long version = 0;
	if (curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version) != CURLE_OK || version <= 0)
		return;
	http->net.used = version >= CURL_HTTP_VERSION_2_0 ? NET_HTTP_V2 : NET_HTTP_V1;
	if (!http->plain && http->version == NET_HTTP_AUTO && http->net.used == NET_HTTP_V1)
		http->version = NET_HTTP_V1;
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
			http_note_version(http, r->easy);
			request_take_out(r);
			r->finished = true;
			http_report_soon(http);
		} else if (!request_step_down(r, code)) {
			request_fail_curl(r, code == CURLE_OK ? CURLE_WEIRD_SERVER_REPLY : code);
		}
	}
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

/* ---- requests ---- */

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
	r->once = request->once;
	r->url = mem_printf("%s%s", http->base_url, request->path);
	if ((strcmp(request->method, "GET") != 0 && !r->post) || request->path[0] != '/')
		request_fail_curl(r, CURLE_URL_MALFORMAT);
	else
		request_begin(r);
	return r->id;
}

static void http_cancel(struct net *net, uint64_t id)
{
	for (struct http_request *r = http_of(net)->requests; r; r = r->next) {
		if (r->id != id || (r->finished && r->err.status == ST_CANCELLED))
			continue;
		/* an answer that is here already but not told yet is cancelled too */
		r->finished = false;
		r->status = 0;
		request_fail(r, ST_CANCELLED, N_("stopped"), NULL);
	}
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

static const struct net_backend http_backend = {http_free, http_send, http_cancel, http_forget};

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
		http->password = secret_lock(options->password ? options->password : "");
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
