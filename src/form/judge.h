/* Private to form: what is found wrong in an opened form. */
#ifndef OUTPOST_FORM_JUDGE_H
#define OUTPOST_FORM_JUDGE_H

#include "form/view.h"

/* Adds what is wrong with a row, and counts it there. */
void view_judge_row(struct form_view *view, struct view_row *row, struct view_findings *out);
void view_findings_add(struct view_findings *findings, const struct view_finding *finding);
/* Is a constraint broken that is no warning? */
bool view_breaks_rule(struct form_view *view, struct view_row *row);

#endif
