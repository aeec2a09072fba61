/* Values as --json and --csv print them. Private to app/. */
#ifndef OUTPOST_APP_OUTPUT_H
#define OUTPOST_APP_OUTPUT_H

#include "base/base.h"
#include "json/json.h"

struct json *output_json_value(const char *text);                    /* JSON text as a value; NULL: null; no JSON: a string */
void output_csv_field(struct buf *b, const char *text, bool first);  /* RFC 4180, control characters made visible; NULL: empty */

#endif
