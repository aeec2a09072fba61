/* Labels of constants, fields and values, taken from the forms. Private to app/; list.h and record.h show them upward. */
#ifndef OUTPOST_APP_LABELS_H
#define OUTPOST_APP_LABELS_H

#include "app/profile.h"
#include "form/form.h"

void labels_forget(struct session *session);
const char *labels_form_title(struct session *session, const struct form *form, const char **context);
char *labels_plain_path(const char *path);           /* "a.list[UUID].x" → "a.list.x"; new string */

/* The places that are none or any other: their uuids are the same on every server (protocol.md B.1). NULL after the last. */
struct labels_place { enum kind kind; const char *uuid, *name, *text; };
const struct labels_place *labels_place_at(size_t index);

#endif
