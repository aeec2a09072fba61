/* poll(2), a sorted list of timers, a self-pipe for signals, a queue of idle jobs. Callbacks may change any of them. */
#include "loop/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct loop_watch {
	int fd;
	short events;
	uint64_t serial; /* a descriptor's number is used again: results are only for the watch that they were asked for */
	loop_fd_fn fn;
	void *ctx;
};

struct loop_timer {
	struct loop_timer *next;
	int64_t id;
	int64_t due;
	loop_timer_fn fn;
	void *ctx;
};

struct loop_idle {
	struct loop_idle *next;
	loop_idle_fn fn;
	void *ctx;
};

struct loop_before {
	struct loop_before *next;
	loop_before_fn fn;
	void *ctx;
	bool gone; /* cancelled while the list is walked; freed afterwards */
};

struct loop_signal {
	loop_signal_fn fn;
	void *ctx;
};

struct loop {
	struct clock clock;
	void *watches; /* struct loop_watch[watch_count] */
	size_t watch_count, watch_cap;
	uint64_t serial;
	void *polls;   /* struct pollfd[], rebuilt every turn */
	size_t poll_cap;
	void *serials; /* uint64_t[], beside polls */
	size_t serial_cap;
	struct loop_timer *timers;
	int64_t last_timer;
	struct loop_idle *idle;
	struct loop_idle *running_idle; /* out of the queue while it runs; fn NULL when it was cancelled meanwhile */
	struct loop_before *before;
	int before_depth;
	struct loop_signal signals[NSIG];
	int pipe[2]; /* -1 until the first signal is asked for */
	bool stopped;
};

/* A handler can reach nothing but globals: the pipe of the loop that takes signals, and which of them came. */
static volatile sig_atomic_t loop_pending[NSIG];
static volatile sig_atomic_t loop_signal_pipe = -1;
static struct loop *loop_with_signals;

static void loop_handle_signal(int signo)
{
	int keep = errno;
	loop_pending[signo] = 1;
	if (loop_signal_pipe >= 0) {
		ssize_t n = write(loop_signal_pipe, "", 1); /* a full pipe wakes up just as well */
		(void)n;
	}
	errno = keep;
}

struct loop *loop_new(const struct clock *clock)
{
	struct loop *loop = mem_calloc(1, sizeof *loop);
	loop->clock = clock ? *clock : clock_system;
	loop->pipe[0] = loop->pipe[1] = -1;
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	for (int signo = 1; signo < NSIG; signo++)
		if (loop->signals[signo].fn)
			loop_on_signal(loop, signo, NULL, NULL);
	if (loop_with_signals == loop) {
		loop_with_signals = NULL;
		loop_signal_pipe = -1;
	}
	for (size_t i = 0; i < 2; i++)
		if (loop->pipe[i] >= 0)
			close(loop->pipe[i]);
	for (struct loop_timer *t = loop->timers, *next; t; t = next) {
		next = t->next;
		mem_free(t);
	}
	for (struct loop_idle *j = loop->idle, *next; j; j = next) {
		next = j->next;
		mem_free(j);
	}
	for (struct loop_before *b = loop->before, *next; b; b = next) {
		next = b->next;
		mem_free(b);
	}
	mem_free(loop->watches);
	mem_free(loop->polls);
	mem_free(loop->serials);
	mem_free(loop);
}

const struct clock *loop_clock(const struct loop *loop)
{
	return &loop->clock;
}

/* ---- descriptors ---- */

static struct loop_watch *loop_find_watch(const struct loop *loop, int fd)
{
	struct loop_watch *watches = loop->watches;
	for (size_t i = 0; i < loop->watch_count; i++)
		if (watches[i].fd == fd)
			return &watches[i];
	return NULL;
}

void loop_watch(struct loop *loop, int fd, short events, loop_fd_fn fn, void *ctx)
{
	if (!events) {
		loop_unwatch(loop, fd);
		return;
	}
	struct loop_watch *w = loop_find_watch(loop, fd);
	if (!w) {
		mem_grow(&loop->watches, &loop->watch_cap, loop->watch_count + 1, sizeof *w);
		w = (struct loop_watch *)loop->watches + loop->watch_count++;
	}
	*w = (struct loop_watch){fd, events, ++loop->serial, fn, ctx};
}

void loop_unwatch(struct loop *loop, int fd)
{
	struct loop_watch *w = loop_find_watch(loop, fd);
	if (!w)
		return;
	struct loop_watch *watches = loop->watches;
	size_t i = (size_t)(w - watches);
	memmove(w, w + 1, (loop->watch_count - i - 1) * sizeof *w);
	loop->watch_count--;
}

/* ---- timers ---- */

int64_t loop_after(struct loop *loop, int64_t delay_ms, loop_timer_fn fn, void *ctx)
{
	struct loop_timer *t = mem_calloc(1, sizeof *t);
	t->id = ++loop->last_timer;
	if (__builtin_add_overflow(clock_mono(&loop->clock), delay_ms > 0 ? delay_ms : 0, &t->due))
		t->due = INT64_MAX;
	t->fn = fn;
	t->ctx = ctx;
	struct loop_timer **at = &loop->timers;
	while (*at && (*at)->due <= t->due)
		at = &(*at)->next;
	t->next = *at;
	*at = t;
	return t->id;
}

void loop_cancel(struct loop *loop, int64_t timer)
{
	for (struct loop_timer **at = &loop->timers; *at; at = &(*at)->next) {
		if ((*at)->id == timer) {
			struct loop_timer *t = *at;
			*at = t->next;
			mem_free(t);
			return;
		}
	}
}

int64_t loop_next_due(const struct loop *loop)
{
	return loop->timers ? loop->timers->due : INT64_MAX;
}

/* Timers that were due when the turn came to them; those that the callbacks add wait for the next turn. */
static bool loop_run_timers(struct loop *loop)
{
	int64_t now = clock_mono(&loop->clock);
	int64_t newest = loop->last_timer;
	bool worked = false;
	for (;;) {
		struct loop_timer **at = &loop->timers;
		while (*at && (*at)->due <= now && (*at)->id > newest)
			at = &(*at)->next;
		struct loop_timer *t = *at;
		if (!t || t->due > now)
			return worked;
		*at = t->next;
		loop_timer_fn fn = t->fn;
		void *ctx = t->ctx;
		mem_free(t);
		worked = true;
		fn(ctx);
	}
}

/* ---- idle jobs ---- */

static void loop_queue_idle(struct loop *loop, struct loop_idle *job)
{
	struct loop_idle **at = &loop->idle;
	while (*at)
		at = &(*at)->next;
	job->next = NULL;
	*at = job;
}

void loop_idle(struct loop *loop, loop_idle_fn fn, void *ctx)
{
	struct loop_idle *job = mem_calloc(1, sizeof *job);
	job->fn = fn;
	job->ctx = ctx;
	loop_queue_idle(loop, job);
}

void loop_idle_cancel(struct loop *loop, void *ctx)
{
	for (struct loop_idle **at = &loop->idle; *at;) {
		struct loop_idle *job = *at;
		if (job->ctx == ctx) {
			*at = job->next;
			mem_free(job);
		} else {
			at = &job->next;
		}
	}
	if (loop->running_idle && loop->running_idle->ctx == ctx)
		loop->running_idle->fn = NULL;
}

static bool loop_run_idle(struct loop *loop)
{
	struct loop_idle *job = loop->idle;
	if (!job)
		return false;
	loop->idle = job->next;
	struct loop_idle *outer = loop->running_idle;
	loop->running_idle = job;
	bool again = job->fn(job->ctx);
	loop->running_idle = outer;
	if (again && job->fn)
		loop_queue_idle(loop, job);
	else
		mem_free(job);
	return true;
}

/* ---- signals ---- */

void loop_on_signal(struct loop *loop, int signo, loop_signal_fn fn, void *ctx)
{
	if (signo <= 0 || signo >= NSIG)
		return;
	struct sigaction action;
	memset(&action, 0, sizeof action);
	sigemptyset(&action.sa_mask);
	if (!fn) {
		action.sa_handler = SIG_DFL;
		sigaction(signo, &action, NULL);
		loop->signals[signo] = (struct loop_signal){NULL, NULL};
		loop_pending[signo] = 0;
		return;
	}
	if (loop->pipe[0] < 0 && pipe2(loop->pipe, O_CLOEXEC | O_NONBLOCK)) {
		/* without it a signal is still delivered: it interrupts poll */
		loop->pipe[0] = loop->pipe[1] = -1;
	}
	loop->signals[signo] = (struct loop_signal){fn, ctx};
	loop_with_signals = loop;
	loop_signal_pipe = loop->pipe[1];
	action.sa_handler = loop_handle_signal;
	action.sa_flags = SA_RESTART;
	sigaction(signo, &action, NULL);
}

static bool loop_run_signals(struct loop *loop)
{
	if (loop_with_signals != loop)
		return false;
	char drain[64];
	while (loop->pipe[0] >= 0 && read(loop->pipe[0], drain, sizeof drain) > 0)
		continue;
	bool worked = false;
	for (int signo = 1; signo < NSIG; signo++) {
		if (!loop_pending[signo])
			continue;
		loop_pending[signo] = 0;
		struct loop_signal s = loop->signals[signo];
		if (s.fn) {
			s.fn(s.ctx, signo);
			worked = true;
		}
	}
	return worked;
}

/* ---- before waiting ---- */

void loop_before_wait(struct loop *loop, loop_before_fn fn, void *ctx)
{
	struct loop_before *b = mem_calloc(1, sizeof *b);
	b->fn = fn;
	b->ctx = ctx;
	struct loop_before **at = &loop->before;
	while (*at)
		at = &(*at)->next;
	*at = b;
}

static void loop_sweep_before(struct loop *loop)
{
	for (struct loop_before **at = &loop->before; *at;) {
		struct loop_before *b = *at;
		if (b->gone) {
			*at = b->next;
			mem_free(b);
		} else {
			at = &b->next;
		}
	}
}

void loop_before_cancel(struct loop *loop, void *ctx)
{
	for (struct loop_before *b = loop->before; b; b = b->next)
		b->gone = b->gone || b->ctx == ctx;
	if (!loop->before_depth)
		loop_sweep_before(loop);
}

static void loop_run_before(struct loop *loop)
{
	loop->before_depth++;
	for (struct loop_before *b = loop->before; b; b = b->next)
		if (!b->gone)
			b->fn(b->ctx);
	if (!--loop->before_depth)
		loop_sweep_before(loop);
}

/* ---- turns ---- */

static int loop_wait_ms(const struct loop *loop, int64_t max_wait_ms)
{
	if (loop->idle || loop->stopped)
		return 0;
	int64_t wait = max_wait_ms < 0 ? -1 : max_wait_ms;
	if (loop->timers) {
		int64_t left = loop->timers->due - clock_mono(&loop->clock);
		if (left < 0)
			left = 0;
		if (wait < 0 || left < wait)
			wait = left;
	}
	return wait > INT_MAX ? INT_MAX : (int)wait;
}

static bool loop_run_descriptors(struct loop *loop, int64_t max_wait_ms)
{
	size_t count = loop->watch_count;
	mem_grow(&loop->polls, &loop->poll_cap, count + 1, sizeof(struct pollfd));
	mem_grow(&loop->serials, &loop->serial_cap, count + 1, sizeof(uint64_t));
	struct pollfd *polls = loop->polls;
	uint64_t *serials = loop->serials;
	const struct loop_watch *watches = loop->watches;
	for (size_t i = 0; i < count; i++) {
		polls[i] = (struct pollfd){.fd = watches[i].fd, .events = watches[i].events};
		serials[i] = watches[i].serial;
	}
	polls[count] = (struct pollfd){.fd = loop->pipe[0], .events = POLLIN}; /* -1: poll passes over it */
	int ready = poll(polls, count + 1, loop_wait_ms(loop, max_wait_ms));
	bool worked = loop_run_signals(loop);
	if (ready <= 0)
		return worked;
	for (size_t i = 0; i < count; i++) {
		/* a callback may run a turn of its own: the arrays are read anew each time */
		struct pollfd p = ((struct pollfd *)loop->polls)[i];
		uint64_t serial = ((uint64_t *)loop->serials)[i];
		struct loop_watch *w = p.revents ? loop_find_watch(loop, p.fd) : NULL;
		if (!w || w->serial != serial)
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

bool loop_turn(struct loop *loop, int64_t max_wait_ms)
{
	loop_run_before(loop);
	bool worked = loop_run_descriptors(loop, max_wait_ms);
	worked = loop_run_timers(loop) || worked;
	return worked || loop_run_idle(loop);
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
