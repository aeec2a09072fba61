/* What a form and an expression may know about the world, built in one place: time, rights, features, country, references, the person.
 * Private to app/. */
#ifndef OUTPOST_APP_ENV_H
#define OUTPOST_APP_ENV_H

#include "app/profile.h"
#include "form/form.h"

struct env {
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
void env_init(struct env *out, struct session *session, enum kind kind, const struct json *doc, const struct json *base,
	unsigned flags);
void env_done(struct env *env);
/* Takes person (may be NULL) in place of the stored one: a new case whose person is typed on the same form. */
void env_set_person(struct env *env, struct json *person);
void env_set_disease(struct env *env, const char *disease);

/* Is it in the server's list of a customizable enum ("DiseaseVariant"), for this disease (NULL: any)? */
bool env_is_pulled_value(struct session *session, const char *enum_name, const char *disease, const char *value);

#endif
