/* Settings: one table - name, type, range, default, text - stored in the profile (architecture.md "Modules are doors"). */
#ifndef OUTPOST_APP_SETTINGS_H
#define OUTPOST_APP_SETTINGS_H

#include "app/session.h"

enum setting_type { SETTING_TEXT, SETTING_INT, SETTING_BOOL, SETTING_CHOICE };
struct setting { const char *name; enum setting_type type; int64_t min,
	max; const char *const *choices; const char *fallback; const char *text; /* message id */ };

size_t settings_count(void);
const struct setting *setting_at(size_t index);
const struct setting *setting_find(const char *name);
char *setting_get(struct session *session, const char *name);      /* the value or its default; new string; NULL: no such setting */
int64_t setting_int(struct session *session, const char *name);
bool setting_bool(struct session *session, const char *name);
MUST_CHECK enum status setting_set(struct session *session, const char *name, const char *value,
	struct err *err);   /* NULL: back to the default; ST_INVALID says the range */
MUST_CHECK enum status setting_check_zone(const char *zone, struct err *err);   /* ST_INVALID: the system does not know it */
char *settings_json(struct session *session);

#endif
