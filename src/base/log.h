/* The log: one line an event, in a file of the profile; nothing personal may be written to it (quality.md "Safety"):
 * uuids, paths of fields, statuses and counts, never values or names. */
#ifndef OUTPOST_BASE_LOG_H
#define OUTPOST_BASE_LOG_H

#include "base/clock.h"
#include "base/err.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log;
MUST_CHECK enum status log_open(const char *path, const struct clock *clock, struct log **out, struct err *err); /* 0600; turned over at 1 MiB; ST_FAILED */
void log_close(struct log *log);                                                                                /* NULL is fine */
void log_write(struct log *log, enum log_level level, const char *format, ...) __attribute__((format(printf, 3, 4))); /* log NULL: nothing */

#endif
