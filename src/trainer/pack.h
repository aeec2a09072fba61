/* Private to trainer: compressed answers. */
#ifndef OUTPOST_TRAINER_PACK_H
#define OUTPOST_TRAINER_PACK_H

#include <stddef.h>

/* The gzip file of some bytes; new memory, NULL when zlib fails. */
char *pack_gzip(const char *data, size_t size, size_t *len);

#endif
