/* Values of single fields by the model alone: typed ones and those of files (product.md "edit", "new case"). Private to app/. */
#ifndef OUTPOST_APP_VALUE_H
#define OUTPOST_APP_VALUE_H

#include "app/profile.h"

/* A value for a field as a person writes it (days in ISO, constants or labels, references by uuid or name, JSON for lists and maps). NULL
 * value: empty. */
MUST_CHECK enum status value_parse(struct session *session, const struct model_field *field, const char *disease, const char *typed,
	struct json **out, struct err *err);
/* A JSON value from a file for a field: days may be ISO text, references a uuid or a name; unknown keys and constants are refused. Takes
 * value always. */
MUST_CHECK enum status value_clean(struct session *session, const struct model_field *field, const char *disease, const char *path,
	struct json *value, struct json **out,
	struct err *err);
MUST_CHECK enum status value_clean_object(struct session *session, const struct model_type *type, const char *disease, const char *path,
	struct json *object,
	struct err *err);

#endif
