/* Private to form: values and labels as people read them. */
#ifndef OUTPOST_FORM_SHOWN_H
#define OUTPOST_FORM_SHOWN_H

#include "form/view.h"

/* A label as the person reads it: translated, unless it is the site's own. */
const char *view_label_shown(const struct form_view *view, struct form_label label);
/* Of a constant of one of the model's lists. */
struct form_label view_constant_label(const struct form_view *view, const struct form_entry *e, const char *constant);
/* Of a reference, a customizable enum's value or a constant; new string, NULL: the value is none of these. */
char *view_stored_text(const struct form_view *view, const struct view_row *row);
/* The uuid, value or constant that a choice is stored as; NULL: nothing is chosen. */
const char *view_stored_name(const struct view_row *row);

#endif
