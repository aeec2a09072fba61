/* The forms of a profile: the built-in ones, each replaced by the site's of the same name (forms.md). Private to app/. */
#ifndef OUTPOST_APP_FORMSET_H
#define OUTPOST_APP_FORMSET_H

#include "app/profile.h"
#include "form/form.h"

struct session_form { struct form *form; bool site; char *source, *title_context; };

/* Reads them, once. Those of the site that cannot be used are logged and left out; a built-in one that cannot: its status. */
MUST_CHECK enum status session_load_forms(struct session *session, struct err *err);
void session_free_forms(struct session *session);
const struct session_form *session_forms(struct session *session, size_t *count);      /* reads them if need be; the session's */
const struct form *session_form(struct session *session, const char *name);            /* NULL: none */
/* In the language of the session; *context NULL: as it is, else a message id. */
const char *session_form_title(struct session *session, const struct form *form, const char **context);

#endif
