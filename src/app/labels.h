/* Labels of constants, fields and values, taken from the forms. Private to app/; list.h and record.h show them upward. */
#ifndef OUTPOST_APP_LABELS_H
#define OUTPOST_APP_LABELS_H

#include "app/internal.h"

void labels_forget(struct session *session);
const char *labels_form_title(struct session *session, const struct form *form, const char **context);

#endif
