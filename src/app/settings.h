/* Settings: one table - name, type, range, default, text - stored in the profile (architecture.md "Modules are doors"). */
#ifndef OUTPOST_APP_SETTINGS_H
#define OUTPOST_APP_SETTINGS_H

#include "app/session.h"

enum setting_type { SETTING_TEXT, SETTING_INT, SETTING_BOOL, SETTING_CHOICE };

struct setting {
	const char *name;
	enum setting_type type;
	int64_t min, max;            /* of SETTING_INT; max of SETTING_TEXT: bytes */
	const char *const *choices;  /* of SETTING_CHOICE, NULL-terminated */
	const char *fallback;        /* the default, as text */
	const char *text;            /* what it does: a message id */
};

size_t settings_count(void);
const struct setting *setting_at(size_t index);                    /* NULL after the last */
const struct setting *setting_find(const char *name);              /* NULL: there is none */
char *setting_get(struct session *session, const char *name);      /* the value or its default; new string; NULL: no such setting */
int64_t setting_int(struct session *session, const char *name);    /* of a SETTING_INT */
bool setting_bool(struct session *session, const char *name);      /* of a SETTING_BOOL */
/* Checks and stores it and tells the listeners; value NULL: back to the default. What depends on it follows at once, but the zone and the
 * folder of forms count from the next start. ST_NOT_FOUND: no such setting; ST_INVALID: err says what it takes. */
MUST_CHECK enum status setting_set(struct session *session, const char *name, const char *value, struct err *err);
/* A zone such as Africa/Lagos. ST_INVALID: the system does not know it. The zone of the process stays as it is. */
MUST_CHECK enum status setting_check_zone(const char *zone, struct err *err);
/* {"name": value …} with numbers and booleans as such, of all or of the one that is named; new string. */
char *settings_json(struct session *session, const char *name);

#endif
