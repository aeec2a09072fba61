/* Reading stored records: the document, whom it refers to, how it is called, whether it may be edited. Private to app/. */
#ifndef OUTPOST_APP_STORED_H
#define OUTPOST_APP_STORED_H

#include "app/profile.h"

/* Parses a stored document, which is the caller's then; a damaged one is ST_FAILED with the record's name. */
MUST_CHECK enum status stored_parse(const struct record *record, struct json **out, struct err *err);
const char *stored_reference(const struct json *doc, const char *key);      /* uuid of a reference; NULL: none */
/* The person that a case refers to, from the store; NULL: not here. The caller's. */
struct json *stored_person_of(struct session *session, const struct json *case_doc);
char *stored_short_uuid(const char *uuid);      /* the first six characters in capitals, as people tell records apart; NULL: "". New string */
/* "SLR365 Kamara, Fatu": how a record is called in the conflict log, in lists and notes. doc is JSON text. New string. */
char *stored_label(enum kind kind, const char *doc);
/* May this record be edited by the signed-in user (protocol.md C.7, D.6)? flags: of the stored record (RECORD_NEW …). */
bool stored_may_edit(struct session *session, enum kind kind, const struct json *doc, unsigned flags);

#endif
