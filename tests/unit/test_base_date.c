/* base/date: days and instants in a zone, also where clocks jump. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/base.h"

static void use(const char *zone)
{
	struct err err = {0};
	if (date_set_zone(zone, &err) != ST_OK)
		fail_msg("this machine does not know the zone %s", zone);
}

static void a_name_that_is_no_zone_is_refused(void **state)
{
	(void)state;
	use("UTC");
	static const char *const bad[] = {"", "Europe/Atlantis", "../../../etc/passwd", "/usr/share/zoneinfo/UTC", "Africa", "Africa/", "zone.tab", "Africa/../UTC", ":UTC", "UTC+3 ", "EST5EDT,M3"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err err = {0};
		if (date_set_zone(bad[i], &err) != ST_INVALID)
			fail_msg("\"%s\" was taken as a zone", bad[i]);
	}
	assert_int_equal(date_set_zone(NULL, NULL), ST_INVALID);
	assert_string_equal(date_zone(), "UTC");
}

static void days_and_dates_are_one_to_one(void **state)
{
	(void)state;
	assert_int_equal(date_from_civil(1970, 1, 1), 0);
	assert_int_equal(date_from_civil(2000, 3, 1), 11017);
	assert_int_equal(date_from_civil(1969, 12, 31), -1);
	for (int32_t day = date_from_civil(-9999, 1, 1); day <= date_from_civil(9999, 12, 31); day += 97) {
		struct date_civil c = date_to_civil(day);
		assert_true(date_is_valid(c.year, c.month, c.day));
		assert_int_equal(date_from_civil(c.year, c.month, c.day), day);
	}
	assert_false(date_is_valid(2023, 2, 29));
	assert_true(date_is_valid(2024, 2, 29));
	assert_false(date_is_valid(1900, 2, 29));
	assert_int_equal(date_weekday(0), 4);
	assert_int_equal(date_weekday(-4), 7);
	assert_int_equal(date_weekday(date_from_civil(2026, 11, 23)), 1);
}

static void starts(const char *zone, int y, int m, int d, const char *utc)
{
	char text[40];
	use(zone);
	int32_t day = date_from_civil(y, m, d);
	int64_t start = date_start_of(day);
	date_print_utc(start, text);
	if (strcmp(text, utc) != 0)
		fail_msg("%04d-%02d-%02d in %s starts at %s, not at %s", y, m, d, zone, text, utc);
	assert_int_equal(date_day_of(start), day);
	assert_int_equal(date_day_of(start - 1), day - 1);
}

static void a_day_starts_at_its_first_instant_also_without_a_midnight(void **state)
{
	(void)state;
	starts("UTC", 2026, 11, 23, "2026-11-23T00:00:00.000Z");
	starts("Africa/Lagos", 2026, 11, 23, "2026-11-22T23:00:00.000Z");
	starts("America/Sao_Paulo", 2018, 11, 4, "2018-11-04T03:00:00.000Z"); /* 00:00 became 01:00 */
	starts("Africa/Cairo", 2024, 4, 26, "2024-04-25T22:00:00.000Z");      /* the same */
	starts("Africa/Cairo", 2024, 11, 1, "2024-10-31T22:00:00.000Z");      /* 23:00 to 24:00 came twice on the day before */
}

static void printing_and_parsing_agree(void **state)
{
	(void)state;
	use("Africa/Lagos");
	int64_t ms = 0;
	char text[40];
	assert_true(date_parse_instant("2026-11-23T10:00:00.123+01:00", &ms));
	date_print_instant(ms, text);
	assert_string_equal(text, "2026-11-23T10:00:00.123+01:00");
	date_print_utc(ms, text);
	assert_string_equal(text, "2026-11-23T09:00:00.123Z");
	int64_t local = 0;
	assert_true(date_parse_instant("2026-11-23T10:00:00.123", &local));
	assert_int_equal(local, ms);
	date_print_utc(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999Z");
	static const char *const bad[] = {"", "2026-02-30T00:00Z", "2026-11-23", "2026-11-23T24:00Z", "2026-11-23T10:60Z", "2026-11-23T10:00Zx", "2026-11-23T10:00+25:00", "26-11-23T10:00Z"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (date_parse_instant(bad[i], &ms))
			fail_msg("\"%s\" was taken as an instant", bad[i]);
	int32_t day = 0;
	assert_true(date_parse_day("2024-02-29", &day));
	assert_false(date_parse_day("2023-02-29", &day));
	assert_false(date_parse_day("2024-2-29", &day));
	assert_false(date_parse_day("2024-02-29 ", &day));
}

/* As other programs take it: 02:30 on the night in which 02:00 becomes 03:00 is half an hour after the leap. */
static void a_time_that_the_clock_leaps_over_is_read_with_the_offset_before(void **state)
{
	(void)state;
	int64_t ms = 0;
	char text[40];
	use("Europe/Berlin");
	assert_true(date_parse_instant("2026-03-29T02:30:00", &ms));
	date_print_instant(ms, text);
	assert_string_equal(text, "2026-03-29T03:30:00.000+02:00");
	assert_true(date_parse_instant("2026-10-25T02:30:00", &ms)); /* comes twice: the first */
	date_print_instant(ms, text);
	assert_string_equal(text, "2026-10-25T02:30:00.000+02:00");
	use("America/Sao_Paulo");
	assert_true(date_parse_instant("2018-11-04T00:00", &ms));
	date_print_instant(ms, text);
	assert_string_equal(text, "2018-11-04T01:00:00.000-02:00");
}

static void a_truncated_day_is_the_utc_day_eleven_hours_later(void **state)
{
	(void)state;
	int32_t day = date_from_civil(2026, 11, 23);
	assert_int_equal(date_truncated_day((int64_t)day * DATE_DAY_MS), day);
	assert_int_equal(date_truncated_day((int64_t)day * DATE_DAY_MS - 11 * INT64_C(3600000)), day);
	assert_int_equal(date_truncated_day((int64_t)day * DATE_DAY_MS - 11 * INT64_C(3600000) - 1), day - 1);
	assert_int_equal(date_truncated_day(date_truncated_ms(day)), day);
	assert_int_equal(date_truncated_day(-1), 0);
}

static void extreme_instants_do_no_harm(void **state)
{
	(void)state;
	use("Africa/Cairo");
	char text[40];
	date_print_instant(INT64_MAX, text);
	date_print_instant(INT64_MIN, text);
	date_print_utc(INT64_MIN, text);
	assert_true(date_day_of(INT64_MIN) < date_day_of(INT64_MAX));
	assert_true(date_truncated_day(INT64_MIN) < date_truncated_day(INT64_MAX));
	assert_true(date_start_of(INT32_MIN) < date_start_of(INT32_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_that_is_no_zone_is_refused),
		cmocka_unit_test(days_and_dates_are_one_to_one),
		cmocka_unit_test(a_day_starts_at_its_first_instant_also_without_a_midnight),
		cmocka_unit_test(printing_and_parsing_agree),
		cmocka_unit_test(a_time_that_the_clock_leaps_over_is_read_with_the_offset_before),
		cmocka_unit_test(a_truncated_day_is_the_utc_day_eleven_hours_later),
		cmocka_unit_test(extreme_instants_do_no_harm),
	};
	return cmocka_run_group_tests_name("base_date", tests, NULL, NULL);
}
