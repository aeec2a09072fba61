/* How constants, fields, values and places are called, taken from the forms; texts as message ids with their context, for i18n_label().
 * What is given belongs to the session and is read anew after a synchronization: whoever keeps it across the loop takes a copy. Contexts stay. */
#ifndef OUTPOST_APP_LABELS_H
#define OUTPOST_APP_LABELS_H

#include "app/session.h"

/* The label of an enum constant. A constant without one (NULL too) is given back as it is, with the context NULL. */
void labels_constant(struct session *session, const char *enum_name, const char *constant, const char **context, const char **id);
/* Constants in use for a filter: the diseases of the configuration, all classifications …; NULL-terminated. */
const char *const *labels_choices(struct session *session, const char *enum_name);
/* The name of a place in the person's language where a server calls it NO_FACILITY, OTHER_AIRPORT or the like; else the name itself. */
const char *labels_place(const char *name);

/* A field's label for people ("Hospitalization, Discharge") from the forms; the path itself, with the context NULL, if no form has it. */
const char *labels_field(struct session *session, const char *kind, const char *path, const char **context);
/* The form where a field stands, to open it from a conflict: false if none. */
bool labels_field_form(struct session *session, const char *kind, const char *path, const char **form);
/* A JSON value of a field (NULL: absent) as people read it, in the language of the environment: it may be put together of several labels.
 * path NULL or "": the whole record. New string. */
char *labels_value(struct session *session, const char *kind, const char *path, const char *json_value);

/* "a.list[UUID].x" → "a.list.x": fields of items have one label. New string. */
char *labels_plain_path(const char *path);
/* What was read is given back; it is read again when it is asked for. For session_close. */
void labels_forget(struct session *session);

#endif
