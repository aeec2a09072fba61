/* Private to form: the document of an opened form, and the way back. */
#ifndef OUTPOST_FORM_STEPS_H
#define OUTPOST_FORM_STEPS_H

#include "form/view.h"

struct view_state view_state_copy(const struct view_state *state);
void view_state_done(struct view_state *state);
/* before is taken. What was undone cannot be redone any more. */
void view_push_undo(struct form_view *view, struct view_state before);
/* Returns to a state, which is taken. */
void view_take_back(struct form_view *view, struct view_state *before);

/* ---- values that are set aside ---- */

struct view_aside *view_find_aside(struct form_view *view, const char *path);
void view_drop_aside(struct form_view *view, struct view_aside *aside);
/* value is taken; NULL: it stays in the document until saving. */
void view_add_aside(struct form_view *view, const char *path, struct json *value);

/* ---- the document ---- */

/* Puts value (taken; NULL: none) at a path; what holds it is made if need be. */
void view_put(struct form_view *view, const char *path, struct json *value);

#endif
