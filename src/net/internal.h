/* Private to net: what stands behind struct net, the network or recorded exchanges. */
#ifndef OUTPOST_NET_INTERNAL_H
#define OUTPOST_NET_INTERNAL_H

#include <curl/curl.h>

#include "net/net.h"

struct net_backend {
	void (*free)(struct net *net);
	uint64_t (*send)(struct net *net, const struct net_request *request, net_done_fn done, void *ctx);
	void (*cancel)(struct net *net, uint64_t id);
	void (*forget)(struct net *net, uint64_t id);
};

struct net {
	const struct net_backend *backend;
	struct loop *loop;
	uint64_t next_id;
	int more_owners;
	enum net_http used;
};

/* address.c: may this address be asked? plain: http, on this machine. ST_INVALID with what is wrong. */
MUST_CHECK enum status address_check(const char *text, bool *plain, struct err *err);

/* secret.c: a copy in locked pages that no dump has; secret_unlock (NULL is fine) wipes it. */
char *secret_lock(const char *secret);
void secret_unlock(char *secret);

/* tls.c. pin and ca_file may be NULL. */
bool tls_prepare(CURL *easy, const char *pin, const char *ca_file);
enum status tls_refusal(CURL *easy, CURLcode code, const char **id);   /* why the server was not believed, in words; {1} is curl's text */

#endif
