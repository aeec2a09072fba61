#include "base/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t clock_read(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t system_now(void *ctx)
{
	(void)ctx;
	return clock_read(CLOCK_REALTIME);
}

static int64_t system_mono(void *ctx)
{
	(void)ctx;
	return clock_read(CLOCK_BOOTTIME);
}

const struct clock clock_system = {system_now, system_mono, NULL};

static int64_t manual_now(void *ctx)
{
	const struct clock_manual *m = ctx;
	return m->now_ms;
}

static int64_t manual_mono(void *ctx)
{
	const struct clock_manual *m = ctx;
	return m->mono_ms;
}

struct clock clock_from_manual(struct clock_manual *m)
{
	return (struct clock){manual_now, manual_mono, m};
}

void clock_advance(struct clock_manual *m, int64_t ms)
{
	m->now_ms += ms;
	m->mono_ms += ms;
}
