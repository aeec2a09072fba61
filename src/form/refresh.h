/* Private to form: evaluating an opened form. */
#ifndef OUTPOST_FORM_REFRESH_H
#define OUTPOST_FORM_REFRESH_H

#include "form/view.h"

/* Rows, visibility, findings: everything anew. */
void view_refresh(struct form_view *view);

#endif
