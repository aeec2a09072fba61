/* What a form and an expression may know about the world, built in one place: time, rights, features, country, references, the person.
 * Private to app/. */
#ifndef OUTPOST_APP_ENV_H
#define OUTPOST_APP_ENV_H

#include "app/internal.h"

struct app_env {
	struct session *session;
	struct form_env env;         /* points into this struct: it may not be moved */
	struct form_refs refs;
	const char *months[12];      /* their names in the person's language */
	struct json *person;         /* of the case; owned */
	char *disease;
};

/* doc: the record (NULL: an empty one); base: what counts as old (NULL: everything is new); both stay the caller's and have to outlive
 * the env.
 * flags: of the stored record (RECORD_NEW …). */
void app_env_init(struct app_env *out, struct session *session, enum kind kind, const struct json *doc, const struct json *base,
	unsigned flags);
void app_env_done(struct app_env *env);
/* Takes person (may be NULL) in place of the stored one: a new case whose person is typed on the same form. */
void app_env_set_person(struct app_env *env, struct json *person);
void app_env_set_disease(struct app_env *env, const char *disease);

/* May this record be edited by the signed-in user (protocol.md C.7, D.6)? */
bool app_may_edit(struct session *session, enum kind kind, const struct json *doc, unsigned flags);
/* The form of a customizable enum in the server's list: "DiseaseVariant" → "DISEASE_VARIANT". */
bool app_is_pulled_value(struct session *session, const char *enum_name, const char *disease, const char *value);
/* Parses a stored document; a damaged one is ST_FAILED with the record's name. */
MUST_CHECK enum status app_parse(const struct record *record, struct json **out, struct err *err);
/* The person that a case refers to, from the store; NULL: not here. */
struct json *app_person_of(struct session *session, const struct json *case_doc);
const char *app_reference(const struct json *doc, const char *key);      /* uuid of a reference; NULL */

#endif
