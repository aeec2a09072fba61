#include "json/number.h"

#include <string.h>

/* A number as sign, significant digits (without zeros at either end) and the power of ten behind the last of them. */
struct decimal {
	bool negative;
	const char *first, *last; /* first and one past the last significant digit, a '.' may lie between */
	int64_t exponent;
	bool zero;
	bool huge; /* the exponent is beyond EXPONENT_MAX */
};

#define EXPONENT_MAX INT64_C(1000000000000000) /* so many digits no text has */

bool number_is_valid(const char *text, size_t len)
{
	const char *p = text;
	const char *end = text + len;
	if (p < end && *p == '-')
		p++;
	const char *digits = p;
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	if (p == digits || (*digits == '0' && p - digits > 1))
		return false;
	if (p < end && *p == '.') {
		digits = ++p;
		while (p < end && *p >= '0' && *p <= '9')
			p++;
		if (p == digits)
			return false;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		digits = p;
		while (p < end && *p >= '0' && *p <= '9')
			p++;
		if (p == digits)
			return false;
	}
	return p == end;
}

static struct decimal number_read(const char *text, size_t len)
{
	struct decimal d = {.zero = true};
	const char *p = text;
	const char *end = text + len;
	if (p < end && *p == '-') {
		d.negative = true;
		p++;
	}
	int64_t after_point = 0; /* digits after the point, up to the last significant one */
	int64_t trailing = 0;    /* zeros before the point and behind the last significant digit */
	bool point = false;
	int64_t seen_after = 0;
	for (; p < end && *p != 'e' && *p != 'E'; p++) {
		if (*p == '.') {
			point = true;
			continue;
		}
		if (point)
			seen_after++;
		else if (!d.zero)
			trailing++;
		if (*p == '0')
			continue;
		if (d.zero)
			d.first = p;
		d.zero = false;
		d.last = p + 1;
		after_point = seen_after;
		trailing = 0;
	}
	int64_t exponent = 0;
	if (p < end) {
		bool negative = false;
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			negative = *p++ == '-';
		for (; p < end; p++)
			if (exponent < EXPONENT_MAX)
				exponent = exponent * 10 + (*p - '0');
		d.huge = exponent >= EXPONENT_MAX;
		if (negative)
			exponent = -exponent;
	}
	d.exponent = exponent - after_point + (after_point ? 0 : trailing);
	return d;
}

bool number_equal(const char *a, const char *b)
{
	struct decimal x = number_read(a, strlen(a));
	struct decimal y = number_read(b, strlen(b));
	if (x.zero || y.zero)
		return x.zero && y.zero;
	/* such an exponent was not read to its end: only the same text is surely the same number */
	if (x.huge || y.huge)
		return !strcmp(a, b);
	if (x.negative != y.negative || x.exponent != y.exponent)
		return false;
	const char *p = x.first;
	const char *q = y.first;
	for (;;) {
		if (p < x.last && *p == '.')
			p++;
		if (q < y.last && *q == '.')
			q++;
		if (p >= x.last || q >= y.last)
			return p >= x.last && q >= y.last;
		if (*p++ != *q++)
			return false;
	}
}

/* Up to 18 digits, as dates, counts and years are. */
static bool number_plain(const char *text, size_t len, int64_t *out)
{
	int64_t value = 0;
	if (!len || len > 18)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (text[i] - '0');
	}
	*out = value;
	return true;
}

bool number_int(const char *text, size_t len, int64_t *out)
{
	if (number_plain(text, len, out))
		return true;
	struct decimal d = number_read(text, len);
	if (d.zero) {
		*out = 0;
		return true;
	}
	if (d.exponent < 0 || d.exponent > 18)
		return false;
	int64_t value = 0;
	for (const char *p = d.first; p < d.last; p++) {
		if (*p == '.')
			continue;
		int digit = *p - '0';
		if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, digit, &value))
			return false;
	}
	for (int64_t i = 0; i < d.exponent; i++)
		if (__builtin_mul_overflow(value, 10, &value))
			return false;
	/* counted downwards, so that -2^63 fits */
	if (!d.negative && __builtin_sub_overflow(0, value, &value))
		return false;
	*out = value;
	return true;
}
