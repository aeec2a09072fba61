/* Private to form: values as people type them (forms.md "Entry"). */
#ifndef OUTPOST_FORM_TYPED_H
#define OUTPOST_FORM_TYPED_H

#include "form/view.h"

/* What was typed as the field's JSON value; *out NULL: cleared. ST_INVALID says what is expected. */
enum status typed_parse(struct form_view *view, struct view_row *r, const char *typed, struct json **out, struct err *err);
/* The result of a calculation or default as the field's JSON value; NULL: empty. */
struct json *typed_from_value(struct form_view *view, const struct view_row *r, const struct value *v);

#endif
