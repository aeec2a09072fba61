/* Private to trainer: facts of a default installation, as tables; each ends with an entry without a uuid. */
#ifndef OUTPOST_TRAINER_FACTS_H
#define OUTPOST_TRAINER_FACTS_H

#include <stdbool.h>
#include <stddef.h>

struct fact_role {
	const char *uuid, *caption, *standard, *level;
	bool optional_facility, associated_district_user, port_health;
	const char *rights;         /* words */
	const char *notifications;  /* words; the same for e-mail and SMS */
};

struct fact_feature { const char *uuid, *type; bool enabled; const char *properties; /* JSON or NULL */ };

struct fact_pair { const char *uuid, *value; };

struct fact_enum_value {
	const char *uuid, *type, *value, *caption, *diseases;
	int has_details;            /* -1: the value has no properties */
	bool standard, active;
};

struct fact_user {
	const char *uuid, *name, *password, *first, *last, *role; /* role: its standard name */
	int district;               /* 0 none, 1 the default one, 2 the second */
};

extern const struct fact_role fact_roles[];
extern const struct fact_feature fact_features[];
extern const struct fact_pair fact_diseases[];
extern const struct fact_enum_value fact_enum_values[];
extern const struct fact_user fact_users[];

#endif
