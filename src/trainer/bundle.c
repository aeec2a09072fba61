/* The infrastructure bundle (protocol.md B.4). */
#include <string.h>

#include "trainer/handlers.h"
#include "trainer/wire.h"

#define LIMIT_DEFAULT 1000

struct part { const char *date, *list, *deleted; enum kind kind; bool needed; };

static const struct part parts[] = {
	{"continentChangeDate", "continents", NULL, KIND_CONTINENTS, false},
	{"subcontinentChangeDate", "subcontinents", NULL, KIND_SUBCONTINENTS, false},
	{"countryChangeDate", "countries", NULL, KIND_COUNTRIES, false},
	{"areaChangeDate", "areas", NULL, KIND_AREAS, false},
	{"regionChangeDate", "regions", NULL, KIND_REGIONS, false},
	{"districtChangeDate", "districts", NULL, KIND_DISTRICTS, false},
	{"communityChangeDate", "communities", NULL, KIND_COMMUNITIES, false},
	{"facilityChangeDate", "facilities", NULL, KIND_FACILITIES, true},
	{"pointOfEntryChangeDate", "pointsOfEntry", NULL, KIND_POINTS_OF_ENTRY, false},
	{"userChangeDate", "users", NULL, KIND_USERS, false},
	{"diseaseClassificationChangeDate", "diseaseClassifications", NULL, KIND_COUNT, true},
	{"diseaseConfigurationChangeDate", "diseaseConfigurations", NULL, KIND_DISEASE_CONFIGURATIONS, false},
	{"userRoleChangeDate", "userRoles", "deletedUserRoleUuids", KIND_USER_ROLES, true},
	{"featureConfigurationChangeDate", "featureConfigurations", "deletedFeatureConfigurationUuids", KIND_FEATURE_CONFIGURATIONS, true},
};

#define PARTS (sizeof parts / sizeof parts[0])

static bool read_dates(const struct request *q, struct trainer_answer *a, int64_t since[PARTS])
{
	struct json *body = NULL;
	struct buf message;
	bool fine, crash = false;
	buf_init(&message, 0);
	fine = wire_parse(q->ask->body ? q->ask->body : "", q->ask->body_len, &body, &message);
	for (const struct json *c = json_first(body); fine && c; c = json_next(c)) {
		bool known = false;
		for (size_t i = 0; i < PARTS && json_is_object(body); i++)
			known = known || strcmp(parts[i].date, json_key(c)) == 0;
		if (!known) {
			buf_printf(&message, "Unrecognized field \"%s\" (class de.symeda.sormas.api.infrastructure.InfrastructureChangeDatesDto)",
				json_is_object(body) ? json_key(c) : "");
			fine = false;
		}
	}
	for (size_t i = 0; i < PARTS; i++) {
		since[i] = 0;
		if (!json_get_int(body, parts[i].date, &since[i]) && parts[i].needed)
			crash = true;
	}
	if (!fine) {
		a->status = 400;
		a->type = "text/plain";
		buf_add(&a->body, buf_text(&message), message.len);
	} else if (crash)
		serve_text(a, 500, CRASH_TEXT);
	json_free(body);
	buf_done(&message);
	return fine && !crash;
}

struct count { int64_t n; };

static bool count_one(void *ctx, const struct record *r)
{
	struct count *c = ctx;
	(void)r;
	c->n++;
	return true;
}

static bool too_many(struct trainer *t, const int64_t since[PARTS])
{
	int64_t limit = t->options.infrastructure_limit > 0 ? t->options.infrastructure_limit : LIMIT_DEFAULT;
	for (size_t i = 0; i < PARTS; i++) {
		if (parts[i].kind != KIND_FACILITIES && parts[i].kind != KIND_COMMUNITIES)
			continue;
		struct count c = {0};
		struct selection sel = {.kind = parts[i].kind, .since = since[i] + 1};
		store_select(t->store, &sel, count_one, &c);
		if (c.n > limit)
			return true;
	}
	return false;
}

void serve_bundle(struct trainer *t, const struct request *q, struct trainer_answer *a)
{
	int64_t since[PARTS];
	if (!read_dates(q, a, since))
		return;
	bool initial = too_many(t, since);
	struct writer w = {.t = t, .user = q->user, .out = &a->body, .known_seen = true};
	buf_printf(&a->body, "{\"initialSyncRequired\":%s", initial ? "true" : "false");
	for (size_t i = 0; i < PARTS; i++) {
		buf_printf(&a->body, ",\"%s\":", parts[i].list);
		/* areas come with their feature only */
		if (initial || parts[i].kind == KIND_AREAS)
			buf_add_text(&a->body, "null");
		else {
			struct selection sel = {.kind = parts[i].kind, .since = since[i] + 1};
			w.rows = 0;
			buf_add_char(&a->body, '[');
			if (parts[i].kind != KIND_COUNT)
				store_select(t->store, &sel, writer_add, &w);
			buf_add_char(&a->body, ']');
			a->rows += w.rows;
		}
		if (parts[i].deleted)
			buf_printf(&a->body, ",\"%s\":%s", parts[i].deleted, initial ? "null" : "[]");
	}
	buf_add_char(&a->body, '}');
}
