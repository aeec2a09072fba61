/* Checked memory: never returns NULL; a program without memory stops with a message (drafts make that harmless). */
#ifndef OUTPOST_BASE_MEM_H
#define OUTPOST_BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size) __attribute__((malloc, returns_nonnull));                 /* not initialized; size 0 gives a pointer to free */
void *mem_calloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));  /* zeroed; overflow stops */
void *mem_realloc(void *p, size_t count, size_t size) __attribute__((returns_nonnull));/* array of count elements; overflow stops */
char *mem_strdup(const char *s) __attribute__((malloc));                               /* NULL gives NULL */
char *mem_strndup(const char *s, size_t len) __attribute__((malloc));                  /* exactly len bytes and a NUL */
char *mem_printf(const char *format, ...) __attribute__((malloc, format(printf, 1, 2)));
void mem_free(void *p);                                                                /* NULL is fine */

/* Grows *array (of elements of `size` bytes) so that it can hold `need`; *cap is kept. For amortized appends. */
void mem_grow(void **array, size_t *cap, size_t need, size_t size);

#endif
