/* Private to form: evaluating an opened form, all of it or what a change concerns (forms.md "a change re-evaluates only what depends on it").
 *
 * In three rounds: what others see of a row (is it shown, what does it calculate), then all else that it says (required, read-only, its label), then its
 * findings. After a change the first round goes from row to row: a row that is seen otherwise than before wakes those that read it. */
#ifndef OUTPOST_FORM_REFRESH_H
#define OUTPOST_FORM_REFRESH_H

#include "form/view.h"

/* Rows, visibility, findings: everything anew. */
void view_refresh(struct form_view *view);
/* The document has another value for this key, which stands at path: its rows and those that read it wait for view_catch_up(). */
void view_value_changed(struct form_view *view, const char *path, const struct json *holder, const char *key);
/* Evaluates what waits; everything when rows came or went (view->stale). */
void view_catch_up(struct form_view *view);

#endif
