/* Where the server may listen: this machine only. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/address.h"

enum status address_parse(const char *listen, struct address *out, struct err *err)
{
	const char *colon = strrchr(listen, ':');
	size_t len = colon ? (size_t)(colon - listen) : 0;
	char host[64];
	char *end = NULL;
	memset(out, 0, sizeof *out);
	long port = colon && colon[1] ? strtol(colon + 1, &end, 10) : -1;
	if (!colon || len == 0 || len >= sizeof host || port < 0 || port > 65535 || *end)
		return err_set(err, ST_INVALID, N_("The address {1} is not of the form 127.0.0.1:PORT."), listen);
	memcpy(host, listen, len);
	host[len] = '\0';
	if (host[0] == '[' && host[len - 1] == ']') {
		host[len - 1] = '\0';
		memmove(host, host + 1, len - 1);
	}
	if (strcmp(host, "localhost") == 0)
		memcpy(host, "127.0.0.1", 10);
	struct sockaddr_in *v4 = (struct sockaddr_in *)&out->sa;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&out->sa;
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		if (ntohl(v4->sin_addr.s_addr) >> 24 != 127)
			return err_set(err, ST_REFUSED, N_("The training server listens on this machine only (127.0.0.1), not on {1}."), host);
	} else if (memset(&out->sa, 0, sizeof out->sa) && inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
		out->six = true;
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		if (!IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr))
			return err_set(err, ST_REFUSED, N_("The training server listens on this machine only (127.0.0.1), not on {1}."), host);
	} else
		return err_set(err, ST_REFUSED, N_("The training server listens on this machine only (127.0.0.1), not on {1}."), host);
	snprintf(out->host, sizeof out->host, out->six ? "[%s]" : "%s", host);
	return ST_OK;
}
