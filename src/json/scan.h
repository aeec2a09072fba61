/* Private to json: what scanning and walking share. */
#ifndef OUTPOST_JSON_SCAN_H
#define OUTPOST_JSON_SCAN_H

#include <endian.h>
#include <string.h>

#include "json/json.h"

#define SCAN_EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Over bytes inside a string that need nothing (no quote, backslash, control character or byte above 127), eight at a time: most of a page is them.
 * May stop up to seven bytes before the end. The lowest byte that sets its high bit is the first that needs something; what a subtraction borrows
 * spoils only bytes above it. */
static inline const char *scan_skip_plain(const char *p, const char *end)
{
	while (end - p >= 8) {
		uint64_t x, need;
		memcpy(&x, p, 8);
		x = le64toh(x);
		need = (((x ^ SCAN_EIGHT('"')) - SCAN_EIGHT(1)) | ((x ^ SCAN_EIGHT('\\')) - SCAN_EIGHT(1)) | (x - SCAN_EIGHT(0x20)) | x) & SCAN_EIGHT(0x80);
		if (need)
			return p + __builtin_ctzll(need) / 8;
		p += 8;
	}
	return p;
}

#endif
