/* Private to form: what is found wrong in an opened form. */
#ifndef OUTPOST_FORM_JUDGE_H
#define OUTPOST_FORM_JUDGE_H

#include "form/view.h"

/* Fills view->findings. */
void view_judge(struct form_view *view);
/* Is a constraint broken that is no warning? */
bool view_breaks_rule(struct form_view *view, struct view_row *row);

#endif
