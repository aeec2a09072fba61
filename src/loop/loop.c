#include "loop/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define LOOP_SIGNALS 65

struct watch {
	int fd;
	short events;
	loop_fd_fn fn;
	void *ctx;
};

struct timer {
	int64_t id, due_ms;
	loop_timer_fn fn;
	void *ctx;
};

struct idle {
	loop_idle_fn fn;
	void *ctx;
};

struct before {
	loop_before_fn fn;
	void *ctx;
};

struct signal_handler {
	loop_signal_fn fn;
	void *ctx;
};

struct loop {
	struct clock clock;
	struct watch *watches;
	size_t watch_count, watch_cap;
	struct pollfd *polled;
	size_t polled_cap;
	struct timer *timers;
	size_t timer_count, timer_cap;
	int64_t next_timer;
	struct idle *idles;
	size_t idle_count, idle_cap;
	struct before *befores;
	size_t before_count, before_cap;
	struct signal_handler signals[LOOP_SIGNALS];
	int wake[2]; /* the self-pipe */
	bool stopped;
};

/* A signal handler may touch nothing else: the pipe of the one loop that takes signals. */
static int loop_signal_pipe = -1;

static void loop_signal_arrived(int signo)
{
	int saved = errno;
	unsigned char byte = (unsigned char)signo;
	ssize_t n = write(loop_signal_pipe, &byte, 1); /* full: a wake-up is under way anyway */
	(void)n;
	errno = saved;
}

static void loop_deliver_signals(void *ctx, int fd, short revents)
{
	struct loop *loop = ctx;
	unsigned char bytes[64];
	(void)revents;
	ssize_t n = read(fd, bytes, sizeof bytes);
	for (ssize_t i = 0; i < n; i++) {
		struct signal_handler *h = &loop->signals[bytes[i] % LOOP_SIGNALS];
		if (h->fn)
			h->fn(h->ctx, bytes[i]);
	}
}

struct loop *loop_new(const struct clock *clock)
{
	struct loop *loop = mem_calloc(1, sizeof *loop);
	loop->clock = clock ? *clock : clock_system;
	loop->wake[0] = loop->wake[1] = -1;
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	for (int signo = 1; signo < LOOP_SIGNALS; signo++)
		if (loop->signals[signo].fn)
			loop_on_signal(loop, signo, NULL, NULL);
	if (loop->wake[0] >= 0) {
		if (loop_signal_pipe == loop->wake[1])
			loop_signal_pipe = -1;
		close(loop->wake[0]);
		close(loop->wake[1]);
	}
	mem_free(loop->watches);
	mem_free(loop->polled);
	mem_free(loop->timers);
	mem_free(loop->idles);
	mem_free(loop->befores);
	mem_free(loop);
}

const struct clock *loop_clock(const struct loop *loop)
{
	return &loop->clock;
}

/* ---- descriptors ---- */

static struct watch *loop_find_watch(struct loop *loop, int fd)
{
	for (size_t i = 0; i < loop->watch_count; i++)
		if (loop->watches[i].fd == fd)
			return &loop->watches[i];
	return NULL;
}

void loop_watch(struct loop *loop, int fd, short events, loop_fd_fn fn, void *ctx)
{
	if (!events) {
		loop_unwatch(loop, fd);
		return;
	}
	struct watch *w = loop_find_watch(loop, fd);
	if (!w) {
		void *array = loop->watches;
		mem_grow(&array, &loop->watch_cap, loop->watch_count + 1, sizeof *loop->watches);
		loop->watches = array;
		w = &loop->watches[loop->watch_count++];
	}
	*w = (struct watch){fd, events, fn, ctx};
}

void loop_unwatch(struct loop *loop, int fd)
{
	struct watch *w = loop_find_watch(loop, fd);
	if (w)
		*w = loop->watches[--loop->watch_count];
}

/* Polls and calls back. Watches may come and go in callbacks: each is looked up again by its descriptor. */
static bool loop_poll(struct loop *loop, int wait_ms)
{
	size_t count = loop->watch_count;
	void *array = loop->polled;
	mem_grow(&array, &loop->polled_cap, count + 1, sizeof *loop->polled);
	loop->polled = array;
	for (size_t i = 0; i < count; i++)
		loop->polled[i] = (struct pollfd){loop->watches[i].fd, loop->watches[i].events, 0};
	int ready = poll(loop->polled, (nfds_t)count, wait_ms);
	if (ready <= 0)
		return false;
	bool worked = false;
	for (size_t i = 0; i < count; i++) {
		struct pollfd p = loop->polled[i];
		struct watch *w = p.revents ? loop_find_watch(loop, p.fd) : NULL;
		if (!w || !(p.revents & (w->events | POLLERR | POLLHUP | POLLNVAL)))
			continue;
		if (p.revents & POLLNVAL) {
			loop_unwatch(loop, p.fd); /* closed behind our back: polling it on would spin */
			continue;
		}
		worked = true;
		w->fn(w->ctx, p.fd, p.revents);
	}
	return worked;
}

/* ---- timers ---- */

int64_t loop_after(struct loop *loop, int64_t delay_ms, loop_timer_fn fn, void *ctx)
{
	void *array = loop->timers;
	mem_grow(&array, &loop->timer_cap, loop->timer_count + 1, sizeof *loop->timers);
	loop->timers = array;
	int64_t id = ++loop->next_timer;
	loop->timers[loop->timer_count++] = (struct timer){id, clock_mono(&loop->clock) + (delay_ms > 0 ? delay_ms : 0), fn, ctx};
	return id;
}

void loop_cancel(struct loop *loop, int64_t timer)
{
	for (size_t i = 0; i < loop->timer_count; i++) {
		if (loop->timers[i].id != timer)
			continue;
		loop->timer_count--;
		memmove(&loop->timers[i], &loop->timers[i + 1], (loop->timer_count - i) * sizeof *loop->timers);
		return;
	}
}

/* The timer that is due first, among equals the one set first; NULL if there is none. */
static struct timer *loop_first_timer(struct loop *loop)
{
	struct timer *first = NULL;
	for (size_t i = 0; i < loop->timer_count; i++)
		if (!first || loop->timers[i].due_ms < first->due_ms)
			first = &loop->timers[i];
	return first;
}

/* Those that were set before this turn, so that a timer of 0 ms that sets itself again does not starve the rest. */
static bool loop_run_timers(struct loop *loop)
{
	int64_t now = clock_mono(&loop->clock);
	int64_t newest = loop->next_timer;
	bool worked = false;
	for (;;) {
		struct timer *due = NULL;
		for (size_t i = 0; i < loop->timer_count; i++) {
			struct timer *t = &loop->timers[i];
			if (t->id <= newest && t->due_ms <= now && (!due || t->due_ms < due->due_ms))
				due = t;
		}
		if (!due)
			return worked;
		struct timer t = *due;
		loop_cancel(loop, t.id);
		worked = true;
		t.fn(t.ctx);
	}
}

/* ---- idle jobs, signals, before waiting ---- */

void loop_idle(struct loop *loop, loop_idle_fn fn, void *ctx)
{
	void *array = loop->idles;
	mem_grow(&array, &loop->idle_cap, loop->idle_count + 1, sizeof *loop->idles);
	loop->idles = array;
	loop->idles[loop->idle_count++] = (struct idle){fn, ctx};
}

void loop_idle_cancel(struct loop *loop, void *ctx)
{
	size_t kept = 0;
	for (size_t i = 0; i < loop->idle_count; i++)
		if (loop->idles[i].ctx != ctx)
			loop->idles[kept++] = loop->idles[i];
	loop->idle_count = kept;
}

static void loop_run_idle(struct loop *loop)
{
	struct idle job = loop->idles[0];
	loop->idle_count--;
	memmove(loop->idles, loop->idles + 1, loop->idle_count * sizeof *loop->idles);
	if (job.fn(job.ctx))
		loop_idle(loop, job.fn, job.ctx);
}

void loop_on_signal(struct loop *loop, int signo, loop_signal_fn fn, void *ctx)
{
	if (signo <= 0 || signo >= LOOP_SIGNALS)
		return;
	if (loop->wake[0] < 0) {
		if (pipe2(loop->wake, O_CLOEXEC | O_NONBLOCK))
			return;
		loop_signal_pipe = loop->wake[1];
		loop_watch(loop, loop->wake[0], POLLIN, loop_deliver_signals, loop);
	}
	loop->signals[signo] = (struct signal_handler){fn, ctx};
	struct sigaction action;
	memset(&action, 0, sizeof action);
	sigemptyset(&action.sa_mask);
	action.sa_flags = SA_RESTART;
	if (fn)
		action.sa_handler = loop_signal_arrived;
	else
		action.sa_handler = SIG_DFL;
	sigaction(signo, &action, NULL);
}

void loop_before_wait(struct loop *loop, loop_before_fn fn, void *ctx)
{
	void *array = loop->befores;
	mem_grow(&array, &loop->before_cap, loop->before_count + 1, sizeof *loop->befores);
	loop->befores = array;
	loop->befores[loop->before_count++] = (struct before){fn, ctx};
}

void loop_before_cancel(struct loop *loop, void *ctx)
{
	size_t kept = 0;
	for (size_t i = 0; i < loop->before_count; i++)
		if (loop->befores[i].ctx != ctx)
			loop->befores[kept++] = loop->befores[i];
	loop->before_count = kept;
}

/* ---- turning ---- */

/* How long poll may wait: not at all with idle jobs, at most to the first timer. */
static int loop_wait_ms(struct loop *loop, int64_t max_wait_ms)
{
	if (loop->idle_count)
		return 0;
	int64_t wait = max_wait_ms;
	struct timer *first = loop_first_timer(loop);
	if (first) {
		int64_t left = first->due_ms - clock_mono(&loop->clock);
		if (left < 0)
			left = 0;
		if (wait < 0 || left < wait)
			wait = left;
	}
	return wait > 3600000 ? 3600000 : (int)wait;
}

bool loop_turn(struct loop *loop, int64_t max_wait_ms)
{
	for (size_t i = 0; i < loop->before_count; i++)
		loop->befores[i].fn(loop->befores[i].ctx);
	bool worked = loop_poll(loop, loop_wait_ms(loop, max_wait_ms));
	worked |= loop_run_timers(loop);
	if (!worked && loop->idle_count) {
		loop_run_idle(loop);
		worked = true;
	}
	return worked;
}

void loop_run(struct loop *loop)
{
	loop->stopped = false;
	while (!loop->stopped)
		loop_turn(loop, -1);
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

bool loop_settle(struct loop *loop, int max_turns)
{
	for (int i = 0; i < max_turns; i++)
		if (!loop_turn(loop, 0))
			return true;
	return false;
}
