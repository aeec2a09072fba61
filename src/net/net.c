/* The door of net: each call goes to the backend that was chosen when the net was made. */
#include "net/net.h"

#include <string.h>

#include "net/internal.h"

struct net *net_keep(struct net *net)
{
	net->more_owners++;
	return net;
}

void net_free(struct net *net)
{
	if (!net)
		return;
	if (net->more_owners > 0)
		net->more_owners--;
	else
		net->backend->free(net);
}

uint64_t net_send(struct net *net, const struct net_request *request, net_done_fn done, void *ctx)
{
	return net->backend->send(net, request, done, ctx);
}

void net_cancel(struct net *net, uint64_t id)
{
	net->backend->cancel(net, id);
}

void net_forget(struct net *net, uint64_t id)
{
	net->backend->forget(net, id);
}

enum net_http net_http_named(const char *name)
{
	if (name && !strcmp(name, "1.1"))
		return NET_HTTP_V1;
	return name && !strcmp(name, "2") ? NET_HTTP_V2 : NET_HTTP_AUTO;
}

enum net_http net_http_used(const struct net *net)
{
	return net->used;
}
