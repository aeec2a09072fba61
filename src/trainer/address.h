/* Private to trainer: a loopback address. */
#ifndef OUTPOST_TRAINER_ADDRESS_H
#define OUTPOST_TRAINER_ADDRESS_H

#include <sys/socket.h>

#include "base/base.h"

struct address { struct sockaddr_storage sa; char host[64]; bool six; };

/* "127.0.0.1:8080", "localhost:0", "[::1]:0". ST_INVALID for another form, ST_REFUSED for any other machine's or all addresses. */
MUST_CHECK enum status address_parse(const char *listen, struct address *out, struct err *err);

#endif
