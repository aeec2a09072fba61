/* Private to form: what follows a change. */
#ifndef OUTPOST_FORM_CHANGE_H
#define OUTPOST_FORM_CHANGE_H

#include "form/view.h"

/* Puts the defaults in, of a new item; item NULL: of a new record. */
void view_put_defaults(struct form_view *view, const char *item);

#endif
