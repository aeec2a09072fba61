/* Private to form/: memory that is given back as a whole, so that evaluation never frees one by one. */
#ifndef OUTPOST_FORM_POOL_H
#define OUTPOST_FORM_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct pool_chunk;
struct pool { struct pool_chunk *chunk; size_t used; };    /* all zero is an empty pool; used: bytes given out */
struct pool_mark { struct pool_chunk *chunk; size_t chunk_used, used; };

void *pool_alloc(struct pool *pool, size_t size);          /* zeroed, aligned for everything */
void *pool_array(struct pool *pool, size_t count, size_t size);
char *pool_strndup(struct pool *pool, const char *s, size_t len);
char *pool_strdup(struct pool *pool, const char *s);       /* NULL gives NULL */
char *pool_take(struct pool *pool, char *heap);            /* copies a heap string into the pool and frees it */
struct pool_mark pool_mark(const struct pool *pool);
void pool_release(struct pool *pool, struct pool_mark mark); /* everything that was given out since */
void pool_done(struct pool *pool);

#endif
