/* Private to trainer: what the JSON reader and the field checks refuse before any record is looked at (protocol.md A.5, D.3). */
#ifndef OUTPOST_TRAINER_WIRE_H
#define OUTPOST_TRAINER_WIRE_H

#include "trainer/internal.h"

/* A character that cannot come from outside: stands for \u0000, which our JSON refuses and the server stumbles over (protocol.md D.3
 * "Texts"). */
#define NUL_SIGN "\xEF\xB7\x90" /* U+FDD0 */

/* Parses a request's body. false: the 400 text is in message. An empty body gives NULL. */
bool wire_parse(const char *body, size_t len, struct json **out, struct buf *message);

/* Checks keys, types and constants of a list (list true) or one object, and turns dates and numbers into their one form.
 * false: the reader's message. */
bool wire_read(const struct model *model, const struct model_type *type, struct json *dto, bool list, struct buf *message);

/* The field checks over a list of DTOs. Returns the object of errors, NULL when there is none. */
struct json *bean_check(const struct model_type *type, const struct json *list);

/* A text or value in which NUL_SIGN occurs anywhere. */
bool wire_has_nul(const struct json *v);

#endif
