/* Private to net: what stands behind struct net, the network or recorded exchanges. */
#ifndef OUTPOST_NET_INTERNAL_H
#define OUTPOST_NET_INTERNAL_H

#include "net/net.h"

struct net_backend {
	void (*free)(struct net *net);
	uint64_t (*send)(struct net *net, const struct net_request *request, net_done_fn done, void *ctx);
	void (*cancel)(struct net *net, uint64_t id);
	void (*cancel_all)(struct net *net);
};

struct net {
	const struct net_backend *backend;
	struct loop *loop;
	uint64_t next_id;
};

#endif
