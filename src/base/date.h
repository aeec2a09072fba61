/* Days, instants and the profile's time zone (sync.md "Days"; forms.md "The language").
 *
 * An instant is int64_t milliseconds since 1970-01-01T00:00:00Z. A day is int32_t whole days since 1970-01-01 of a calendar.
 * The zone is set once, by date_set_zone(), and only here is localtime_r used. */
#ifndef OUTPOST_BASE_DATE_H
#define OUTPOST_BASE_DATE_H

#include "base/err.h"

#define DATE_DAY_MS INT64_C(86400000)

struct date_civil { int year, month, day; };                                   /* proleptic Gregorian, month and day from 1 */
struct date_time { int year, month, day, hour, minute, second, milli, offset_min; };

/* Sets TZ for the process to an IANA name ("Africa/Lagos", "UTC"). ST_INVALID for a name that the system does not know. */
MUST_CHECK enum status date_set_zone(const char *name, struct err *err);
const char *date_zone(void);                                                    /* the name that was set; "UTC" before */
char *date_machine_zone(void);                                                  /* the machine's zone name from TZ or /etc/localtime, else "UTC"; new string */

bool date_is_valid(int year, int month, int day);
int32_t date_from_civil(int year, int month, int day);                          /* year -9999…9999 */
struct date_civil date_to_civil(int32_t day);
int date_weekday(int32_t day);                                                  /* 1 Monday … 7 Sunday */

int32_t date_day_of(int64_t ms);                                                /* the day in the zone */
int64_t date_start_of(int32_t day);                                             /* the first instant of the day in the zone (also where midnight does not exist) */
struct date_time date_local(int64_t ms);                                        /* wall clock in the zone */
/* A wall time in the zone: the earlier instant where it comes twice; where the clock leaps over it, as if it had not leapt. */
int64_t date_from_local(int year, int month, int day, int hour, int minute, int second, int milli);
int32_t date_truncated_day(int64_t ms);                                         /* sync.md: the UTC day of value + 11 h */
int64_t date_truncated_ms(int32_t day);                                         /* 12:00 UTC of the day */

/* "2026-11-23" of a day, "2026-11-23T10:00:00.000+01:00" of an instant. */
void date_print_day(int32_t day, char out[16]);
void date_print_instant(int64_t ms, char out[40]);
void date_print_utc(int64_t ms, char out[40]);                                  /* "2026-11-23T09:00:00.000Z" */

/* ISO 8601: YYYY-MM-DD; and an instant "YYYY-MM-DDThh:mm[:ss[.mmm]][Z|+hh:mm]" (without an offset: the zone's). false if it is none or impossible. */
bool date_parse_day(const char *s, int32_t *day);
bool date_parse_instant(const char *s, int64_t *ms);

#endif
