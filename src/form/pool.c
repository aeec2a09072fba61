#include "form/pool.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/base.h"

#define POOL_CHUNK ((size_t)8192)

struct pool_chunk {
	struct pool_chunk *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

void *pool_alloc(struct pool *pool, size_t size)
{
	size_t align = alignof(max_align_t);
	size_t rounded = (size + align - 1) / align * align;
	struct pool_chunk *chunk = pool->chunk;
	void *p;

	if (chunk == NULL || chunk->size - chunk->used < rounded) {
		size_t room = rounded > POOL_CHUNK ? rounded : POOL_CHUNK;

		chunk = mem_alloc(sizeof(*chunk) + room);
		chunk->next = pool->chunk;
		chunk->used = 0;
		chunk->size = room;
		pool->chunk = chunk;
	}
	p = chunk->data + chunk->used;
	chunk->used += rounded;
	pool->used += rounded;
	memset(p, 0, rounded);
	return p;
}

void *pool_array(struct pool *pool, size_t count, size_t size)
{
	/* Counts come from texts of limited length; an overflow would be a mistake of ours. */
	if (size != 0 && count > SIZE_MAX / 2 / size)
		count = SIZE_MAX / 2 / size;
	return pool_alloc(pool, count * size);
}

char *pool_strndup(struct pool *pool, const char *s, size_t len)
{
	char *copy = pool_alloc(pool, len + 1);

	memcpy(copy, s, len);
	return copy;
}

char *pool_strdup(struct pool *pool, const char *s)
{
	return s == NULL ? NULL : pool_strndup(pool, s, strlen(s));
}

char *pool_take(struct pool *pool, char *heap)
{
	char *copy = pool_strdup(pool, heap);

	mem_free(heap);
	return copy;
}

struct pool_mark pool_mark(const struct pool *pool)
{
	return (struct pool_mark){ pool->chunk, pool->chunk == NULL ? 0 : pool->chunk->used, pool->used };
}

void pool_release(struct pool *pool, struct pool_mark mark)
{
	while (pool->chunk != mark.chunk) {
		struct pool_chunk *next = pool->chunk->next;

		mem_free(pool->chunk);
		pool->chunk = next;
	}
	if (pool->chunk != NULL)
		pool->chunk->used = mark.chunk_used;
	pool->used = mark.used;
}

void pool_done(struct pool *pool)
{
	pool_release(pool, (struct pool_mark){ NULL, 0, 0 });
}
