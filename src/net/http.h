/* Private to net: the requests over the network (http.c), each of them (request.c), and their end (ending.c). */
#ifndef OUTPOST_NET_HTTP_H
#define OUTPOST_NET_HTTP_H

#include "net/internal.h"

struct http_request {
	struct http_request *next;
	struct http *http;
	uint64_t id;
	CURL *easy;
	struct curl_slist *headers;
	char *url;
	char *body;
	size_t body_len, body_sent;
	bool post, once, repeated;
	struct buf answer;
	int64_t date_ms;
	int64_t started_ms;
	int64_t first_byte_ms;
	int64_t last_byte_ms; /* -1 until the request is on its way: waiting for a connection is no stall */
	int64_t stall_timer;
	int64_t window_ms;    /* since when `window` counts: a line that carries next to nothing is a stall, too */
	size_t window;
	size_t sent, received;
	size_t header_len;
	size_t too_large;     /* the limit that the answer is over; 0 */
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

/* ending.c */
void request_take_out(struct http_request *r);                    /* from curl; the answer stays */
void request_free(struct http_request *r);
void request_fail(struct http_request *r, enum status st, const char *id, const char *detail);   /* finishes it */
void http_report_soon(struct http *http);                         /* done of what is finished is called from the loop */
void http_destroy(struct http *http);                             /* outside of every done; what was cancelled is still told so */

/* request.c */
void request_begin(struct http_request *r);                       /* makes its handle and gives it to curl, or finishes it */
void request_fail_curl(struct http_request *r, CURLcode code);
bool request_step_down(struct http_request *r, CURLcode code);    /* true: it is under way once more, over HTTP/1.1 */

#endif
