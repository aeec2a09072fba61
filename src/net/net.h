/* Requests over HTTP: curl's multi interface hung on the loop; or recorded answers in its place (--script "answers").
 *
 * Every handle sets NOSIGNAL and QUICK_EXIT. TLS is always verified; plain HTTP only to loopback (quality.md "Safety").
 * Bodies go uncompressed, answers may come in gzip (protocol.md A.1). */
#ifndef OUTPOST_NET_H
#define OUTPOST_NET_H

#include "base/base.h"
#include "loop/loop.h"

#define NET_MAX_ANSWER ((size_t)16 * 1024 * 1024)   /* one answer, unpacked */
#define NET_MAX_HEADERS ((size_t)256 * 1024)        /* of one answer, those of informational answers before it too */
#define NET_MAX_CONNECTIONS 4

struct net;

/* AUTO: 2 where TLS brings it by ALPN, else 1.1. V2: without TLS by Upgrade, too (never by prior knowledge). A framing error: 1.1 from then on. */
enum net_http { NET_HTTP_AUTO, NET_HTTP_V1, NET_HTTP_V2 };
enum net_http net_http_named(const char *name);                   /* "1.1", "2"; anything else, NULL too: AUTO */

enum net_http net_http_used(const struct net *net);               /* by the last answer; AUTO: none came yet, or it was recorded */

struct net_options {
	const char *base_url;        /* without a trailing slash; "https://host/sormas-rest" */
	const char *user;            /* Basic authentication, UTF-8 */
	const char *password;        /* copied into locked memory */
	const char *pin;             /* "sha256//…" of the server's public key: believed instead of any authority; the name is checked as well. NULL: none */
	const char *ca_file;         /* PEM file of the authorities to believe; NULL: that of the environment's SSL_CERT_FILE, else the system's */
	enum net_http http;
	int connect_timeout_ms;      /* 0: 20 s */
	int stall_timeout_ms;        /* without a byte, or with less than 10 bytes a second over that time; 0: 60 s */
};

struct net_request {
	const char *method;          /* "GET" or "POST" */
	const char *path;            /* after the base URL, begins with '/' */
	const char *body;            /* JSON text, copied; NULL: none */
	size_t body_len;
	bool once;                   /* a POST that is never sent a second time by itself, not even when a used connection closes without an answer */
};

/* What came back. Valid during the callback only. */
struct net_answer {
	int status;                  /* HTTP status; 0 = none came */
	const char *body;            /* unpacked, NUL-terminated; never NULL */
	char **keep;                 /* body's own memory: whoever sets *keep to NULL has it from then on (mem_free). NULL, or *keep NULL: not to be had */
	size_t len;
	int64_t date_ms;             /* Date header, -1 if none */
	int64_t latency_ms;          /* to the first byte */
	int64_t total_ms;
	size_t bytes_sent;           /* on the wire, headers too */
	size_t bytes_received;
	struct err err;              /* status 0: why. ST_LATER connection, timeout, cut; ST_REFUSED certificate; ST_LIMIT too large; ST_CANCELLED */
};

typedef void (*net_done_fn)(void *ctx, uint64_t id, const struct net_answer *answer);

MUST_CHECK enum status net_new(struct loop *loop, const struct net_options *options, struct net **out, struct err *err); /* ST_INVALID: url */
struct net *net_keep(struct net *net);                            /* one more owner: it lives until each of them has called net_free() */
/* The last owner's call drops what is under way; what was cancelled is still told so, the rest gets no callback. Inside a callback it waits for its end. */
void net_free(struct net *net);

/* Starts a request; returns its id (> 0). done is called once, never from inside this call. */
uint64_t net_send(struct net *net, const struct net_request *request, net_done_fn done, void *ctx);
void net_cancel(struct net *net, uint64_t id);                    /* its done is called with ST_CANCELLED in the next turn; within 2 s in any case */
void net_forget(struct net *net, uint64_t id);                    /* cancels, and its done is not called any more: ctx may go */

/* Recorded exchanges instead of a network: a request is answered by the next exchange with the same method and path
 * (bodies are compared as JSON where the recording has one, else any); an unknown request gets status 0, ST_LATER. */
MUST_CHECK enum status net_new_replay(struct loop *loop, const char *exchanges, size_t len, struct net **out, struct err *err);
MUST_CHECK enum status net_replay_add(struct net *net, const char *exchanges, size_t len, struct err *err);

#endif
