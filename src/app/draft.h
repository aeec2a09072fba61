/* Drafts: typed, not yet saved. Private to app/. */
#ifndef OUTPOST_APP_DRAFT_H
#define OUTPOST_APP_DRAFT_H

#include "app/profile.h"
#include "form/form.h"

/* One draft by id. ST_NOT_FOUND. To be freed with draft_free. */
MUST_CHECK enum status draft_get(struct session *session, const char *id, struct draft *out, struct err *err);
void draft_free(struct draft *draft);
MUST_CHECK enum status draft_put(struct session *session, const char *id, enum kind kind, const char *uuid, const char *form,
	int64_t revision,
	const struct json *start, const struct json *doc, struct err *err);
/* Puts what the draft changed into a view that was opened on the draft's base, field by field, so that set-aside values and undo are as
 * they were. */
void draft_apply(struct session *session, struct form_view *view, enum kind kind, const struct json *start, const struct json *doc);

#endif
