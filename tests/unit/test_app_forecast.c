/* The estimate of what is still to be pulled (app/sync_forecast.h). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "app/sync_forecast.h"

#define DAY INT64_C(86400000)

static void nothing_is_said_before_a_page_came(void **state)
{
	struct sync_forecast forecast = { 0 };

	(void)state;
	assert_int_equal(sync_forecast_rows(&forecast), 0);
	assert_int_equal(sync_forecast_left(&forecast, 1000), -1);
}

static void rows_are_told_by_the_share_of_the_span_that_is_through(void **state)
{
	struct sync_forecast forecast = { 0 };

	(void)state;
	sync_forecast_page(&forecast, 0, 100 * DAY, 110 * DAY, 200 * DAY, 50);
	assert_int_equal(sync_forecast_rows(&forecast), 500);
	sync_forecast_page(&forecast, 7000, 110 * DAY, 150 * DAY, 200 * DAY, 50);
	assert_int_equal(sync_forecast_rows(&forecast), 200);
}

static void time_is_told_from_the_second_page_on(void **state)
{
	struct sync_forecast forecast = { 0 };

	(void)state;
	sync_forecast_page(&forecast, 0, 0, 10 * DAY, 40 * DAY, 100);
	assert_int_equal(sync_forecast_left(&forecast, 2000), -1);
	sync_forecast_page(&forecast, 5000, 10 * DAY, 20 * DAY, 40 * DAY, 100);     /* 100 rows took 5 s; 300 of 400 are to come, this page's too */
	assert_int_equal(sync_forecast_left(&forecast, 5000), 15000);
	assert_int_equal(sync_forecast_left(&forecast, 7000), 13000);
	assert_int_equal(sync_forecast_left(&forecast, 100000), 0);
}

static void a_pull_that_is_through_has_nothing_left_and_no_estimate(void **state)
{
	struct sync_forecast forecast = { 0 };

	(void)state;
	sync_forecast_page(&forecast, 0, 0, DAY, 40 * DAY, 100);
	sync_forecast_end(&forecast);
	assert_int_equal(sync_forecast_rows(&forecast), 0);
	assert_int_equal(sync_forecast_left(&forecast, 10), 0);
}

static void rows_of_one_instant_or_with_wild_dates_say_nothing(void **state)
{
	struct sync_forecast same = { 0 }, back = { 0 }, wild = { 0 };

	(void)state;
	sync_forecast_page(&same, 0, DAY, DAY, 40 * DAY, 100);
	assert_int_equal(sync_forecast_rows(&same), 0);
	sync_forecast_page(&back, 0, 3 * DAY, DAY, 2 * DAY, 100);
	assert_int_equal(sync_forecast_rows(&back), 0);
	sync_forecast_page(&wild, 0, 0, 1, INT64_MAX, 100);
	assert_int_equal(sync_forecast_rows(&wild), 0);
	sync_forecast_page(&wild, 0, INT64_MIN, INT64_MAX, INT64_MAX, INT32_MAX);
	assert_true(sync_forecast_rows(&wild) >= 0);
}

static void fewer_rows_than_came_are_never_told(void **state)
{
	struct sync_forecast forecast = { 0 };

	(void)state;
	sync_forecast_page(&forecast, 0, DAY, 50 * DAY, 40 * DAY, 100);             /* the last row changed while the page was read */
	assert_int_equal(sync_forecast_rows(&forecast), 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_said_before_a_page_came), cmocka_unit_test(rows_are_told_by_the_share_of_the_span_that_is_through),
		cmocka_unit_test(time_is_told_from_the_second_page_on), cmocka_unit_test(a_pull_that_is_through_has_nothing_left_and_no_estimate),
		cmocka_unit_test(rows_of_one_instant_or_with_wild_dates_say_nothing), cmocka_unit_test(fewer_rows_than_came_are_never_told),
	};

	return cmocka_run_group_tests_name("forecast", tests, NULL, NULL);
}
