/* A growing byte buffer with a named maximum. Over the maximum it stops growing and says so: check buf_over() at the end. */
#ifndef OUTPOST_BASE_BUF_H
#define OUTPOST_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data;  /* always NUL-terminated once something was added; NULL while empty */
	size_t len;
	size_t cap;
	size_t max;  /* bytes; 0 = no maximum */
	bool over;
};

void buf_init(struct buf *b, size_t max);
void buf_done(struct buf *b);
void buf_clear(struct buf *b);                                /* keeps the memory, clears `over` */
void buf_add(struct buf *b, const void *data, size_t len);
void buf_add_text(struct buf *b, const char *s);              /* NULL adds nothing */
void buf_add_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *buf_text(const struct buf *b);                    /* never NULL; belongs to b */
char *buf_take(struct buf *b, size_t *len);                   /* the caller frees it; never NULL; b is empty afterwards; len may be NULL */
bool buf_over(const struct buf *b);

#endif
