/* Clocks are passed in, so that tests and --script can stand still. */
#ifndef OUTPOST_BASE_CLOCK_H
#define OUTPOST_BASE_CLOCK_H

#include <stdint.h>

struct clock {
	int64_t (*now_ms)(void *ctx);   /* wall clock, UTC */
	int64_t (*mono_ms)(void *ctx);  /* monotonic, counts through suspend */
	void *ctx;
};

extern const struct clock clock_system;

/* A clock that stands until it is moved. */
struct clock_manual { int64_t now_ms; int64_t mono_ms; };
struct clock clock_from_manual(struct clock_manual *m);
void clock_advance(struct clock_manual *m, int64_t ms);

static inline int64_t clock_now(const struct clock *c) { return c->now_ms(c->ctx); }
static inline int64_t clock_mono(const struct clock *c) { return c->mono_ms(c->ctx); }

#endif
