/* The functions of the language for days, moments and times of day. */
#include <math.h>
#include <string.h>

#include "form/functions.h"

int64_t env_today(const struct form_env *env)
{
	int32_t today = date_day_of(env->now_ms);
	int32_t server = env->newest_server_ms > 0 ? date_day_of(env->newest_server_ms) : today;
	return server > today ? server : today;
}

struct value function_today(struct scope *s, const struct expr *call)
{
	(void)call;
	return value_date(env_today(s->env));
}

struct value function_now(struct scope *s, const struct expr *call)
{
	(void)call;
	return value_instant(s->env->now_ms);
}

struct value function_date(struct scope *s, const struct expr *call)
{
	struct value v = ARG(0);
	int32_t day = 0;
	return value_to_day(s->arena, &v, &day) ? value_date(day) : value_string("");
}

struct value function_date_time(struct scope *s, const struct expr *call)
{
	struct value v = ARG(0);
	int64_t ms = 0;
	return value_to_instant(s->arena, &v, &ms) ? value_instant(ms) : value_string("");
}

/* Days since 1970 in UTC, as ODK has it: the one number of a moment that no zone changes. */
struct value function_decimal_date_time(struct scope *s, const struct expr *call)
{
	struct value v = ARG(0);
	int64_t ms = 0;
	if (!value_to_instant(s->arena, &v, &ms))
		return value_number((double)NAN);
	return value_number((double)ms / (double)DATE_DAY_MS);
}

struct value function_decimal_time(struct scope *s, const struct expr *call)
{
	struct value v = ARG(0);
	int64_t ms = 0;
	const char *text = value_to_string(s->arena, &v);
	if (strlen(text) >= 5 && text[2] == ':') { /* a time of day alone */
		char *whole = mem_printf("1970-01-01T%sZ", text);
		bool plain = date_parse_instant(whole, &ms);
		mem_free(whole);
		if (plain)
			return value_number((double)ms / (double)DATE_DAY_MS);
		/* with an offset: what the zone's clock shows then, today */
		char today[16];
		date_print_day((int32_t)env_today(s->env), today);
		whole = mem_printf("%sT%s", today, text);
		bool shifted = date_parse_instant(whole, &ms);
		mem_free(whole);
		if (!shifted)
			return value_number((double)NAN);
	} else if (!value_to_instant(s->arena, &v, &ms)) {
		return value_number((double)NAN);
	}
	/* from the milliseconds: a fraction taken off a day number has lost its last digits */
	return value_number((double)value_time_of_day(ms) / (double)DATE_DAY_MS);
}

static const char *const month_names[12] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const day_names[7] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

static void add_date_part(struct buf *b, char c, const struct date_time *t, int weekday)
{
	switch (c) {
	case 'Y':
		buf_printf(b, "%04d", t->year);
		break;
	case 'y':
		buf_printf(b, "%02d", (t->year % 100 + 100) % 100);
		break;
	case 'm':
		buf_printf(b, "%02d", t->month);
		break;
	case 'n':
		buf_printf(b, "%d", t->month);
		break;
	case 'b':
		buf_add_text(b, month_names[t->month - 1]);
		break;
	case 'd':
		buf_printf(b, "%02d", t->day);
		break;
	case 'e':
		buf_printf(b, "%d", t->day);
		break;
	case 'H':
		buf_printf(b, "%02d", t->hour);
		break;
	case 'h':
		buf_printf(b, "%d", t->hour);
		break;
	case 'M':
		buf_printf(b, "%02d", t->minute);
		break;
	case 'S':
		buf_printf(b, "%02d", t->second);
		break;
	case '3':
		buf_printf(b, "%03d", t->milli);
		break;
	case 'a':
		buf_add_text(b, day_names[weekday - 1]);
		break;
	case '%':
		buf_add_char(b, '%');
		break;
	default: /* not a part of a date: as it stands */
		buf_add_char(b, '%');
		buf_add_char(b, c);
	}
}

static struct value format_with(struct scope *s, const struct expr *call, const struct date_time *t)
{
	const char *format = call_text(s, call, 1);
	int weekday = date_weekday(date_from_civil(t->year, t->month, t->day));
	struct buf b;
	buf_init(&b, TEXT_MAX);
	for (const char *p = format; *p; p++) {
		if (*p == '%' && p[1])
			add_date_part(&b, *++p, t, weekday);
		else
			buf_add_char(&b, *p);
	}
	return value_string(arena_keep(s->arena, buf_take(&b, NULL)));
}

struct value function_format_date(struct scope *s, const struct expr *call)
{
	struct value v = ARG(0);
	int32_t day = 0;
	if (!value_to_day(s->arena, &v, &day))
		return value_string("");
	struct date_civil c = date_to_civil(day);
	struct date_time t = {.year = c.year, .month = c.month, .day = c.day};
	return format_with(s, call, &t);
}

struct value function_format_date_time(struct scope *s, const struct expr *call)
{
	struct value v = ARG(0);
	int64_t ms = 0;
	if (!value_to_instant(s->arena, &v, &ms))
		return value_string("");
	struct date_time t = date_local(ms);
	return format_with(s, call, &t);
}

/* Completed years. */
struct value function_age(struct scope *s, const struct expr *call)
{
	struct value born_value = ARG(0);
	struct value at_value = call->count > 1 ? ARG(1) : value_date(env_today(s->env));
	int32_t born = 0, at = 0;
	if (!value_to_day(s->arena, &born_value, &born) || !value_to_day(s->arena, &at_value, &at))
		return value_number((double)NAN);
	struct date_civil b = date_to_civil(born);
	struct date_civil a = date_to_civil(at);
	int years = a.year - b.year - (a.month < b.month || (a.month == b.month && a.day < b.day));
	return value_number(years);
}
