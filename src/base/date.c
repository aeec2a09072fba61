#include "base/date.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

#define DATE_MAX_MS INT64_C(8640000000000000) /* 100 million days, as ECMAScript limits instants */
#define DATE_ZONE_MAX 64
#define DATE_HOUR_MS INT64_C(3600000)

static char date_zone_name[DATE_ZONE_MAX] = "UTC";
static bool date_zone_is_set;

static int64_t floor_div(int64_t a, int64_t b)
{
	int64_t q = a / b;
	return a % b < 0 ? q - 1 : q;
}

static int64_t date_clamp(int64_t ms)
{
	return ms > DATE_MAX_MS ? DATE_MAX_MS : ms < -DATE_MAX_MS ? -DATE_MAX_MS : ms;
}

/* A name, not a path: letters, digits, "_+-" and "/" between parts, and a compiled zone of that name. */
static bool date_zone_exists(const char *name)
{
	if (!strcmp(name, "UTC"))
		return true;
	size_t len = strlen(name);
	if (!len || len >= DATE_ZONE_MAX || !isalpha((unsigned char)name[0]) || name[len - 1] == '/')
		return false;
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_+-/", *p))
			return false;
	char *path = mem_printf("/usr/share/zoneinfo/%s", name);
	FILE *file = fopen(path, "rb");
	char magic[4];
	bool found = file && fread(magic, 1, 4, file) == 4 && !memcmp(magic, "TZif", 4);
	if (file)
		fclose(file);
	mem_free(path);
	return found;
}

static void date_use_zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
	snprintf(date_zone_name, sizeof date_zone_name, "%s", name);
	date_zone_is_set = true;
}

enum status date_set_zone(const char *name, struct err *err)
{
	if (!name || !date_zone_exists(name))
		return err_set(err, ST_INVALID, N_("\"{1}\" is no time zone that this machine knows; give a name such as Africa/Freetown or UTC"), name ? name : "");
	date_use_zone(name);
	return ST_OK;
}

const char *date_zone(void)
{
	return date_zone_name;
}

char *date_machine_zone(void)
{
	static const char zoneinfo[] = "zoneinfo/";
	const char *tz = getenv("TZ");
	if (tz && !date_zone_is_set && date_zone_exists(*tz == ':' ? tz + 1 : tz))
		return mem_strdup(*tz == ':' ? tz + 1 : tz);
	char target[512];
	ssize_t n = readlink("/etc/localtime", target, sizeof target - 1);
	if (n > 0) {
		target[n] = '\0';
		const char *name = strstr(target, zoneinfo);
		if (name && date_zone_exists(name + sizeof zoneinfo - 1))
			return mem_strdup(name + sizeof zoneinfo - 1);
	}
	return mem_strdup("UTC");
}

static bool date_is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool date_is_valid(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (year < -9999 || year > 9999 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && date_is_leap(year));
}

/* Days are counted from 1 March of year 0, so that the leap day is the last of its year; 146097 days are 400 years. */
int32_t date_from_civil(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = floor_div(y, 400);
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
	return (int32_t)(era * 146097 + day_of_era - 719468);
}

struct date_civil date_to_civil(int32_t day)
{
	int64_t z = (int64_t)day + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t of_era = z - era * 146097;
	int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t mp = (5 * of_year + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);
	return (struct date_civil){(int)(year_of_era + era * 400 + (month <= 2)), month, (int)(of_year - (153 * mp + 2) / 5 + 1)};
}

int date_weekday(int32_t day)
{
	int64_t w = ((int64_t)day + 3) % 7; /* 1970-01-01 was a Thursday */
	return (int)(w < 0 ? w + 7 : w) + 1;
}

struct date_time date_local(int64_t ms)
{
	if (!date_zone_is_set)
		date_use_zone("UTC");
	ms = date_clamp(ms);
	int64_t seconds = floor_div(ms, 1000);
	time_t t = (time_t)seconds;
	struct tm tm;
	if (!localtime_r(&t, &tm))
		memset(&tm, 0, sizeof tm);
	return (struct date_time){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(ms - seconds * 1000), (int)(tm.tm_gmtoff / 60)};
}

int32_t date_day_of(int64_t ms)
{
	struct date_time t = date_local(ms);
	return date_from_civil(t.year, t.month, t.day);
}

/* The first instant whose day is not before `day`: exact also where clocks skip midnight or a whole day. */
int64_t date_start_of(int32_t day)
{
	int64_t before = (int64_t)day * DATE_DAY_MS - 48 * DATE_HOUR_MS;
	int64_t after = (int64_t)day * DATE_DAY_MS + 48 * DATE_HOUR_MS;
	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;
		if (date_day_of(middle) < day)
			before = middle;
		else
			after = middle;
	}
	return after;
}

int64_t date_from_local(int year, int month, int day, int hour, int minute, int second, int milli)
{
	int64_t wall = (int64_t)date_from_civil(year, month, day) * DATE_DAY_MS + hour * DATE_HOUR_MS + minute * INT64_C(60000) + second * INT64_C(1000) + milli;
	/* the offset that holds at the result; the earlier instant where a wall time comes twice */
	int64_t guess = wall - date_local(wall - 24 * DATE_HOUR_MS).offset_min * INT64_C(60000);
	if (guess + date_local(guess).offset_min * INT64_C(60000) == wall)
		return guess;
	int64_t after = wall - date_local(wall + 24 * DATE_HOUR_MS).offset_min * INT64_C(60000);
	/* a wall time that the clock leaps over: as if it had not leapt */
	return after + date_local(after).offset_min * INT64_C(60000) == wall ? after : guess;
}

int32_t date_truncated_day(int64_t ms)
{
	return (int32_t)floor_div(date_clamp(ms) + 11 * DATE_HOUR_MS, DATE_DAY_MS);
}

int64_t date_truncated_ms(int32_t day)
{
	return (int64_t)day * DATE_DAY_MS + 12 * DATE_HOUR_MS;
}

void date_print_day(int32_t day, char out[16])
{
	struct date_civil c = date_to_civil(day);
	char text[48];
	snprintf(text, sizeof text, "%04d-%02d-%02d", c.year, c.month, c.day);
	snprintf(out, 16, "%.15s", text);
}

void date_print_instant(int64_t ms, char out[40])
{
	struct date_time t = date_local(ms);
	int offset = t.offset_min < 0 ? -t.offset_min : t.offset_min;
	char text[96];
	snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%c%02d:%02d", t.year, t.month, t.day, t.hour, t.minute, t.second, t.milli,
		t.offset_min < 0 ? '-' : '+', offset / 60, offset % 60);
	snprintf(out, 40, "%.39s", text);
}

void date_print_utc(int64_t ms, char out[40])
{
	ms = date_clamp(ms);
	int32_t day = (int32_t)floor_div(ms, DATE_DAY_MS);
	int64_t of_day = ms - (int64_t)day * DATE_DAY_MS;
	struct date_civil c = date_to_civil(day);
	char text[96];
	snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day, (int)(of_day / DATE_HOUR_MS), (int)(of_day / 60000 % 60),
		(int)(of_day / 1000 % 60), (int)(of_day % 1000));
	snprintf(out, 40, "%.39s", text);
}

/* Exactly n digits. */
static bool read_digits(const char **s, int n, int *out)
{
	int value = 0;
	for (int i = 0; i < n; i++, (*s)++) {
		if (!isdigit((unsigned char)**s))
			return false;
		value = value * 10 + (**s - '0');
	}
	*out = value;
	return true;
}

static bool read_sign(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static bool read_day(const char **s, struct date_civil *c)
{
	return read_digits(s, 4, &c->year) && read_sign(s, '-') && read_digits(s, 2, &c->month) && read_sign(s, '-') && read_digits(s, 2, &c->day) &&
		date_is_valid(c->year, c->month, c->day);
}

bool date_parse_day(const char *s, int32_t *day)
{
	struct date_civil c;
	if (!s || !read_day(&s, &c) || *s)
		return false;
	*day = date_from_civil(c.year, c.month, c.day);
	return true;
}

bool date_parse_instant(const char *s, int64_t *ms)
{
	struct date_civil c;
	int hour = 0, minute = 0, second = 0, milli = 0;
	if (!s || !read_day(&s, &c) || !read_sign(&s, 'T') || !read_digits(&s, 2, &hour) || !read_sign(&s, ':') || !read_digits(&s, 2, &minute))
		return false;
	if (read_sign(&s, ':')) {
		if (!read_digits(&s, 2, &second))
			return false;
		if (read_sign(&s, '.')) {
			int scale = 100;
			if (!isdigit((unsigned char)*s))
				return false;
			for (; isdigit((unsigned char)*s); s++, scale /= 10)
				milli += (*s - '0') * scale;
		}
	}
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	if (!*s) {
		*ms = date_from_local(c.year, c.month, c.day, hour, minute, second, milli);
		return true;
	}
	int offset = 0;
	if (!read_sign(&s, 'Z')) {
		int sign = *s == '-' ? -1 : 1;
		int off_hour = 0, off_minute = 0;
		if ((*s != '+' && *s != '-') || (s++, !read_digits(&s, 2, &off_hour)))
			return false;
		read_sign(&s, ':');
		if (!read_digits(&s, 2, &off_minute) || off_hour > 18 || off_minute > 59)
			return false;
		offset = sign * (off_hour * 60 + off_minute);
	}
	if (*s)
		return false;
	*ms = (int64_t)date_from_civil(c.year, c.month, c.day) * DATE_DAY_MS + hour * DATE_HOUR_MS + (minute - offset) * INT64_C(60000) + second * INT64_C(1000) + milli;
	return true;
}
