/* Dates as people type them (forms.md "Entry"). */
#include <ctype.h>
#include <string.h>

#include "form/form.h"

static const char *const english_months[12] = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"};

static bool read_number(const char **p, int *out)
{
	int n = 0;
	int digits = 0;
	for (; digits < 5 && isdigit((unsigned char)**p); (*p)++, digits++)
		n = n * 10 + (**p - '0');
	*out = n;
	return digits > 0 && digits < 5;
}

static void skip_blanks(const char **p)
{
	while (isspace((unsigned char)**p))
		(*p)++;
}

/* t, t-3, t+2; 3d and -3d (ago), +3d (ahead); 2w likewise. */
static bool parse_relative(const char *p, int32_t today, int32_t *day)
{
	int n = 0;
	if (*p == 't') {
		p++;
		skip_blanks(&p);
		if (!*p) {
			*day = today;
			return true;
		}
		char sign = *p++;
		skip_blanks(&p);
		if ((sign != '-' && sign != '+') || !read_number(&p, &n) || *p)
			return false;
		*day = sign == '-' ? today - n : today + n;
		return true;
	}
	char sign = *p == '+' || *p == '-' ? *p++ : '-';
	if (!read_number(&p, &n))
		return false;
	skip_blanks(&p);
	if ((*p != 'd' && *p != 'w') || p[1])
		return false;
	n *= *p == 'w' ? 7 : 1;
	*day = sign == '+' ? today + n : today - n;
	return true;
}

/* A month by the beginning of its name, three letters at least and only one that fits. */
static int find_month(const char *word, size_t len, const char *const month_names[12])
{
	int found = 0;
	char *typed = mem_strndup(word, len);
	char *folded = text_fold(typed);
	for (int m = 0; m < 12 && text_count(folded) >= 2; m++) {
		char *own = text_fold(month_names ? month_names[m] : english_months[m]);
		if (text_starts(own, folded) || text_starts(english_months[m], folded))
			found = found ? -1 : m + 1;
		mem_free(own);
	}
	mem_free(typed);
	mem_free(folded);
	return found > 0 ? found : 0;
}

static int full_year(int year, int digits, int32_t latest)
{
	if (digits > 2)
		return year;
	int this_year = date_to_civil(latest).year;
	int full = this_year / 100 * 100 + year;
	return full > this_year + 10 ? full - 100 : full;
}

static bool take_date(int year, bool has_year, int month, int d, int32_t latest, int32_t *day)
{
	if (has_year) {
		if (!date_is_valid(year, month, d))
			return false;
		*day = date_from_civil(year, month, d);
		return true;
	}
	/* the latest such day that is not after `latest`; 29 February may be some years back */
	int from = date_to_civil(latest).year;
	for (int y = from; y > from - 9; y--) {
		if (date_is_valid(y, month, d) && date_from_civil(y, month, d) <= latest) {
			*day = date_from_civil(y, month, d);
			return true;
		}
	}
	return false;
}

struct parts { int n[3], digits[3], count, month_at; };

/* Numbers and at most one month's name, with ". / - ," or blanks between. */
static bool split_parts(const char *p, const char *const month_names[12], struct parts *out)
{
	out->month_at = -1;
	while (*p) {
		if (out->count == 3)
			return false;
		const char *start = p;
		if (isdigit((unsigned char)*p)) {
			if (!read_number(&p, &out->n[out->count]))
				return false;
			out->digits[out->count] = (int)(p - start);
		} else if (isalpha((unsigned char)*p) || (unsigned char)*p >= 0x80) {
			while (isalpha((unsigned char)*p) || (unsigned char)*p >= 0x80)
				p++;
			out->n[out->count] = find_month(start, (size_t)(p - start), month_names);
			if (!out->n[out->count] || out->month_at >= 0)
				return false;
			out->month_at = out->count;
		} else {
			return false;
		}
		out->count++;
		while (*p && strchr(" ./-,", *p))
			p++;
	}
	return out->count >= 2;
}

bool form_parse_day(const char *typed, int32_t today, int32_t latest, const char *order, const char *const month_names[12], int32_t *day)
{
	const char *p = typed ? typed : "";
	skip_blanks(&p);
	size_t len = strlen(p);
	while (len && isspace((unsigned char)p[len - 1]))
		len--;
	if (!len || len > 40)
		return false;
	char *text = mem_strndup(p, len);
	struct parts parts = {.month_at = -1};
	bool ok = date_parse_day(text, day) || parse_relative(text, today, day);
	if (!ok && split_parts(text, month_names, &parts)) {
		/* which part is which: a month's name and a year of four digits tell; else the locale's order */
		int at[3] = {-1, -1, -1}; /* day, month, year */
		const char *sequence = order && strlen(order) == 3 ? order : "dmy";
		at[1] = parts.month_at;
		for (int i = 0; i < parts.count; i++)
			if (i != parts.month_at && parts.digits[i] == 4)
				at[2] = i;
		int next = 0;
		for (int i = 0; i < parts.count; i++) {
			if (i == at[1] || i == at[2])
				continue;
			for (; next < 3; next++) {
				int role = sequence[next] == 'd' ? 0 : sequence[next] == 'm' ? 1 : 2;
				bool year_left_out = role == 2 && parts.count == 2;
				if (at[role] < 0 && !year_left_out) {
					at[role] = i;
					next++;
					break;
				}
			}
		}
		bool has_year = at[2] >= 0;
		int year = has_year ? full_year(parts.n[at[2]], parts.digits[at[2]], latest) : 0;
		ok = at[0] >= 0 && at[1] >= 0 && take_date(year, has_year, parts.n[at[1]], parts.n[at[0]], latest, day);
	}
	mem_free(text);
	return ok;
}
