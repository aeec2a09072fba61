/* Strict JSON: trees for what is edited or merged, a scanner for what only passes through.
 *
 * The only user of cJSON, whose weaknesses (quality.md "C") are refused or handled here: a number keeps the text it came in with
 * (2^63-1 and 1.10 survive), "\u0000" and bad UTF-8 are refused, duplicate keys are refused, keys have case, nothing may follow the
 * document, nesting and size have limits. Strings are valid UTF-8 without NUL. */
#ifndef OUTPOST_JSON_H
#define OUTPOST_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/base.h"

#define JSON_MAX_DEPTH 64                       /* nested objects and arrays */
#define JSON_MAX_BYTES ((size_t)64 * 1024 * 1024) /* one text */

struct json; /* one value and everything in it */

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Parses len bytes. ST_INVALID with line and column, ST_LIMIT. The caller frees *out. */
MUST_CHECK enum status json_parse(const char *text, size_t len, struct json **out, struct err *err);
MUST_CHECK enum status json_parse_text(const char *text, struct json **out, struct err *err);

/* Compact text: keys in their order, numbers as they came. New string, the caller frees it; len may be NULL. */
char *json_print(const struct json *v, size_t *len);
char *json_print_pretty(const struct json *v);

void json_free(struct json *v);                            /* NULL is fine; never of a value that is inside another */
struct json *json_copy(const struct json *v);              /* NULL gives NULL */

struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_new_null(void);
struct json *json_new_bool(bool b);
struct json *json_new_int(int64_t n);
struct json *json_new_double(double d);                    /* shortest text that reads back the same; NaN and infinities: null */
struct json *json_new_number_text(const char *text);       /* a valid JSON number; otherwise null */
struct json *json_new_string(const char *s);               /* valid UTF-8; NULL gives JSON null */

enum json_type json_type(const struct json *v);            /* v NULL (absent) is JSON_NULL */
bool json_is_null(const struct json *v);                   /* absent or null */
bool json_is_object(const struct json *v);
bool json_is_array(const struct json *v);
bool json_is_string(const struct json *v);
bool json_is_number(const struct json *v);
bool json_is_bool(const struct json *v);
const char *json_string(const struct json *v);             /* NULL unless a string */
const char *json_number_text(const struct json *v);        /* NULL unless a number */
bool json_int(const struct json *v, int64_t *out);         /* a number with an exact int64_t value (also 1.0, 1e3) */
bool json_double(const struct json *v, double *out);
bool json_is_zero(const struct json *v);                   /* 0, -0, 0.0, 0e5; exact: not 1e-400, which is 0 as a double */
bool json_true(const struct json *v);                      /* true only for true */

/* Objects. Keys have case. */
struct json *json_get(const struct json *object, const char *key);           /* NULL when absent or not an object */
const char *json_get_string(const struct json *object, const char *key);     /* NULL when absent or no string */
bool json_get_int(const struct json *object, const char *key, int64_t *out);
void json_set(struct json *object, const char *key, struct json *value);     /* takes value; replaces in place or appends; value NULL removes */
void json_add(struct json *object, const char *key, struct json *value);     /* takes value; the caller knows that the key is not there: no looking */
void json_remove(struct json *object, const char *key);
struct json *json_detach(struct json *object, const char *key);              /* now the caller's; NULL when absent */

/* Objects and arrays. */
size_t json_count(const struct json *v);
struct json *json_first(const struct json *v);             /* children in order */
struct json *json_next(const struct json *child);
const char *json_key(const struct json *child);            /* of an object's child */
struct json *json_at(const struct json *array, size_t index);
void json_append(struct json *array, struct json *value);  /* takes value */
void json_insert(struct json *array, size_t index, struct json *value);
struct json *json_detach_at(struct json *array, size_t index);

/* The same JSON value: key order does not count, numbers by value (1.0 = 1, exact for any length), strings by bytes. NULL = null. */
bool json_equal(const struct json *a, const struct json *b);

/* The scanner: validates like json_parse in one pass and reports without allocating. Spans point into the text. */
struct json_span { const char *at; size_t len; };

struct json_event {
	enum json_type type;      /* of the value; JSON_OBJECT/JSON_ARRAY are reported at their end too, with `end` set */
	bool end;
	int depth;                /* 0 = the document itself */
	struct json_span key;     /* raw, without quotes (escapes not undone); at NULL in arrays and at the root */
	struct json_span raw;     /* the value's text; for the end of an object or array the whole of it */
};

/* Called for every value. Return false to stop (json_scan returns ST_CANCELLED). */
typedef bool (*json_visit)(void *ctx, const struct json_event *ev);
MUST_CHECK enum status json_scan(const char *text, size_t len, json_visit visit, void *ctx, struct err *err);

/* The members of an object whose text json_scan() has accepted, one after another: nothing is checked again, which costs a fraction of a scan.
 * Of a text that was not accepted the members may be nonsense, but lie inside it. */
struct json_members { const char *p, *end; };
struct json_member { enum json_type type; struct json_span key, raw; };      /* key as in json_event; raw: the whole value */
struct json_members json_members_of(struct json_span object);               /* of anything else: none */
bool json_members_next(struct json_members *members, struct json_member *out);

/* A member in 16 bytes, for who keeps many: where it stands in the text of its object. A key of more than 65,535 bytes is cut. */
struct json_spot { uint32_t key, raw, raw_len; uint16_t key_len; uint8_t type; };
static inline struct json_spot json_spot_of(const char *text, enum json_type type, struct json_span key, struct json_span raw)
{
	return (struct json_spot){ .key = (uint32_t)(key.at - text), .raw = (uint32_t)(raw.at - text), .raw_len = (uint32_t)raw.len,
		.key_len = key.len > UINT16_MAX ? UINT16_MAX : (uint16_t)key.len, .type = (uint8_t)type };
}
static inline struct json_member json_member_at(const char *text, struct json_spot spot)
{
	return (struct json_member){ .type = (enum json_type)spot.type, .key = { text + spot.key, spot.key_len }, .raw = { text + spot.raw, spot.raw_len } };
}

/* Raw bytes equal. Here, because with a literal it comes down to a comparison of numbers: it is asked of every value of a page. */
static inline bool json_span_is(struct json_span s, const char *literal)
{
	return s.at && strlen(literal) == s.len && !memcmp(s.at, literal, s.len);
}
char *json_span_string(struct json_span raw_string);                 /* a raw string value (with its quotes) decoded; new string; NULL if it is none */
bool json_span_int(struct json_span raw, int64_t *out);

/* Writing without a tree. */
void json_write_string(struct buf *b, const char *s);                /* quoted and escaped; NULL writes null */

#endif
