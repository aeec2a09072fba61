/* Private to json: numbers by their decimal text, exact at any length. */
#ifndef OUTPOST_JSON_NUMBER_H
#define OUTPOST_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool number_is_valid(const char *text, size_t len);                 /* RFC 8259's grammar */
bool number_equal(const char *a, const char *b);                    /* by value: 1.0 = 1 = 10e-1 */
bool number_int(const char *text, size_t len, int64_t *out);        /* exact, or false */

#endif
