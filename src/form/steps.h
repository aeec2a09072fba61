/* Private to form: the document of an opened form, and the way back. */
#ifndef OUTPOST_FORM_STEPS_H
#define OUTPOST_FORM_STEPS_H

#include "form/view.h"

/* ---- steps ---- */

void view_begin_step(struct form_view *view);      /* what was not ended is forgotten, not taken back */
void view_take_back(struct form_view *view);       /* what the step under way has done */
void view_end_step(struct form_view *view);        /* it can be undone; what was undone before cannot be redone any more */
void view_forget_steps(struct form_view *view);    /* at closing: all of them, and what is set aside */

/* ---- what a step does ---- */

/* Puts value (taken; NULL: none) at a path; what holds it is made if need be. What follows from it waits for view_catch_up(). */
void view_put(struct form_view *view, const char *path, struct json *value);

struct view_aside *view_find_aside(struct form_view *view, const char *path);
void view_drop_aside(struct form_view *view, const char *path);
/* Drops those for which goes() says so. */
void view_drop_asides(struct form_view *view, bool (*goes)(const struct form_view *view, const struct view_aside *aside));
/* value is taken; NULL: it stays in the document until saving. There is none for this path. */
void view_add_aside(struct form_view *view, const char *path, struct json *value);

#endif
