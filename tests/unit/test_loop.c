/* loop: the order of a turn, and callbacks that change what is watched. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "loop/loop.h"

struct world {
	struct clock_manual time;
	struct loop *loop;
	char seen[64];
	int pipe[2];
	int left;
	int64_t timer;
};

static void note(struct world *w, char c)
{
	size_t n = strlen(w->seen);
	assert_true(n + 1 < sizeof w->seen);
	w->seen[n] = c;
}

static int set_up(void **state)
{
	struct world *w = mem_calloc(1, sizeof *w);
	struct clock clock = clock_from_manual(&w->time);
	w->loop = loop_new(&clock);
	assert_int_equal(pipe(w->pipe), 0);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	loop_free(w->loop);
	close(w->pipe[0]);
	close(w->pipe[1]);
	mem_free(w);
	return 0;
}

static void on_a(void *ctx) { note(ctx, 'a'); }
static void on_b(void *ctx) { note(ctx, 'b'); }
static void on_before(void *ctx) { note(ctx, '.'); }

static void on_fd(void *ctx, int fd, short revents)
{
	char c;
	assert_true(revents & POLLIN);
	assert_int_equal(read(fd, &c, 1), 1);
	note(ctx, 'f');
}

static bool on_idle(void *ctx)
{
	struct world *w = ctx;
	note(w, 'i');
	return --w->left > 0;
}

static void descriptors_come_first_then_timers_then_one_idle_job(void **state)
{
	struct world *w = *state;
	w->left = 2;
	loop_idle(w->loop, on_idle, w);
	loop_after(w->loop, 0, on_a, w);
	loop_watch(w->loop, w->pipe[0], POLLIN, on_fd, w);
	loop_before_wait(w->loop, on_before, w);
	assert_int_equal(write(w->pipe[1], "x", 1), 1);
	assert_true(loop_turn(w->loop, 0));
	assert_string_equal(w->seen, ".fa");
	assert_true(loop_settle(w->loop, 10));
	assert_string_equal(w->seen, ".fa.i.i.");
}

static void timers_run_when_due_and_in_order(void **state)
{
	struct world *w = *state;
	loop_after(w->loop, 20, on_b, w);
	loop_after(w->loop, 10, on_a, w);
	int64_t gone = loop_after(w->loop, 5, on_before, w);
	loop_cancel(w->loop, gone);
	loop_cancel(w->loop, gone);
	assert_false(loop_turn(w->loop, 0));
	clock_advance(&w->time, 10);
	assert_true(loop_turn(w->loop, 0));
	assert_string_equal(w->seen, "a");
	clock_advance(&w->time, 10);
	assert_true(loop_turn(w->loop, 0));
	assert_string_equal(w->seen, "ab");
}

static void on_again(void *ctx)
{
	struct world *w = ctx;
	note(w, 'r');
	loop_after(w->loop, 0, on_again, w);
}

static void a_timer_that_sets_itself_again_waits_for_the_next_turn(void **state)
{
	struct world *w = *state;
	loop_after(w->loop, 0, on_again, w);
	assert_true(loop_turn(w->loop, 0));
	assert_string_equal(w->seen, "r");
	assert_false(loop_settle(w->loop, 3));
	assert_string_equal(w->seen, "rrrr");
}

static bool on_idle_that_cancels(void *ctx)
{
	struct world *w = ctx;
	note(w, 'c');
	loop_idle_cancel(w->loop, w);
	return true;
}

static void a_job_may_cancel_itself_and_the_others(void **state)
{
	struct world *w = *state;
	loop_idle(w->loop, on_idle_that_cancels, w);
	loop_idle(w->loop, on_idle, w);
	assert_true(loop_settle(w->loop, 5));
	assert_string_equal(w->seen, "c");
}

static void on_stop(void *ctx)
{
	struct world *w = ctx;
	loop_stop(w->loop);
}

static void on_usr1(void *ctx, int signo)
{
	assert_int_equal(signo, SIGUSR1);
	note(ctx, 's');
	on_stop(ctx);
}

static void a_signal_is_delivered_in_a_turn(void **state)
{
	struct world *w = *state;
	loop_on_signal(w->loop, SIGUSR1, on_usr1, w);
	raise(SIGUSR1);
	assert_string_equal(w->seen, "");
	loop_run(w->loop);
	assert_string_equal(w->seen, "s");
}

static void on_fd_that_unwatches(void *ctx, int fd, short revents)
{
	struct world *w = ctx;
	(void)revents;
	note(w, 'u');
	loop_unwatch(w->loop, fd);
}

static void a_callback_may_unwatch_its_own_descriptor(void **state)
{
	struct world *w = *state;
	loop_watch(w->loop, w->pipe[0], POLLIN, on_fd_that_unwatches, w);
	assert_int_equal(write(w->pipe[1], "x", 1), 1);
	assert_true(loop_settle(w->loop, 5));
	assert_string_equal(w->seen, "u");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(descriptors_come_first_then_timers_then_one_idle_job, set_up, tear_down),
		cmocka_unit_test_setup_teardown(timers_run_when_due_and_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_timer_that_sets_itself_again_waits_for_the_next_turn, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_job_may_cancel_itself_and_the_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_signal_is_delivered_in_a_turn, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_callback_may_unwatch_its_own_descriptor, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
