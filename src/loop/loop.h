/* The loop: poll, timers, signals, idle jobs. One thread; callbacks run one after another and never wait.
 * Order of a turn: descriptors, timers that are due, then - only when neither had work - one idle job. */
#ifndef OUTPOST_LOOP_H
#define OUTPOST_LOOP_H

#include <poll.h>

#include "base/base.h"

struct loop;

typedef void (*loop_fd_fn)(void *ctx, int fd, short revents);   /* poll's bits */
typedef void (*loop_timer_fn)(void *ctx);
typedef bool (*loop_idle_fn)(void *ctx);                        /* at most some milliseconds of work; false = done, not again */
typedef void (*loop_signal_fn)(void *ctx, int signo);
typedef void (*loop_before_fn)(void *ctx);                      /* once a turn before waiting: draw, commit drafts */

struct loop *loop_new(const struct clock *clock);               /* the clock's content is copied, its ctx has to outlive the loop; NULL = the system's */
void loop_free(struct loop *loop);                              /* closes no descriptor that is watched, calls nothing; NULL is fine */
const struct clock *loop_clock(const struct loop *loop);        /* the loop's */

/* Watches fd for events (POLLIN, POLLOUT). Again for the same fd: replaced. events 0: removed. Callbacks may add and remove. */
void loop_watch(struct loop *loop, int fd, short events, loop_fd_fn fn, void *ctx);
void loop_unwatch(struct loop *loop, int fd);

/* One shot after delay_ms (0: in the next turn). Returns an id > 0. Cancelling an id that is gone is fine. */
int64_t loop_after(struct loop *loop, int64_t delay_ms, loop_timer_fn fn, void *ctx);
void loop_cancel(struct loop *loop, int64_t timer);
/* When the earliest timer is due, on the monotonic clock; INT64_MAX: none. For a clock that is moved by hand. */
int64_t loop_next_due(const struct loop *loop);

void loop_idle(struct loop *loop, loop_idle_fn fn, void *ctx);  /* queued first in, first out; a job that returns true goes to the end */
void loop_idle_cancel(struct loop *loop, void *ctx);            /* every job with this ctx */

/* Delivers a signal in a turn of the loop (self-pipe; no work in the handler). fn NULL restores the default. Signals belong to the process:
 * only the loop that asked last gets them. */
void loop_on_signal(struct loop *loop, int signo, loop_signal_fn fn, void *ctx);

void loop_before_wait(struct loop *loop, loop_before_fn fn, void *ctx); /* several may be set; called in order */
void loop_before_cancel(struct loop *loop, void *ctx);

/* One turn; waits at most max_wait_ms (-1: until something happens, 0: not at all). Returns false when nothing was done. */
bool loop_turn(struct loop *loop, int64_t max_wait_ms);
void loop_run(struct loop *loop);                               /* until loop_stop */
void loop_stop(struct loop *loop);

/* Turns until no descriptor is ready, no timer is due and no idle job is left (for --script: "settle"). At most max_turns; false if that was not enough. */
bool loop_settle(struct loop *loop, int max_turns);

#endif
