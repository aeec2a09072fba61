/* Users, places and configurations of a default installation, and a second district with its officer. */
#include <string.h>

#include "trainer/internal.h"

static const struct place default_places[] = {
	{KIND_REGIONS, REGION_1, "Default Region", "Default Region", NULL, NULL, NULL, NULL},
	{KIND_DISTRICTS, DISTRICT_1, "Default District", "Default District", NULL, REGION_1, NULL, NULL},
	{KIND_DISTRICTS, DISTRICT_2, "Second District", "Second District", NULL, REGION_1, NULL, NULL},
	{KIND_COMMUNITIES, COMMUNITY_1, "Default Community", "Default Community", NULL, REGION_1, DISTRICT_1, NULL},
	{KIND_COMMUNITIES, COMMUNITY_2, "Second Community", "Second Community", NULL, REGION_1, DISTRICT_2, NULL},
	{KIND_FACILITIES, FACILITY_1, "Default Facility", "Default Facility", "HOSPITAL", REGION_1, DISTRICT_1, COMMUNITY_1},
	{KIND_FACILITIES, LABORATORY_1, "Default Laboratory", "Default Laboratory", "LABORATORY", REGION_1, DISTRICT_1, COMMUNITY_1},
	{KIND_FACILITIES, FACILITY_2, "Second Facility", "Second Facility", "HOSPITAL", REGION_1, DISTRICT_2, COMMUNITY_2},
	{KIND_FACILITIES, FACILITY_OTHER, "OTHER_FACILITY", "Other facility", NULL, NULL, NULL, NULL},
	{KIND_FACILITIES, FACILITY_NONE, "NO_FACILITY", "Home or other place", NULL, NULL, NULL, NULL},
	{KIND_POINTS_OF_ENTRY, "TGAI4V-M2BU7C-VR5T3V-JUKI2PAY", "Default Point Of Entry", "Default Point Of Entry", "AIRPORT", REGION_1,
		DISTRICT_1, NULL},
	{KIND_POINTS_OF_ENTRY, "SORMAS-CONSTID-OTHERS-AIRPORTX", "OTHER_AIRPORT", "Other airport", "AIRPORT", NULL, NULL, NULL},
	{KIND_POINTS_OF_ENTRY, "SORMAS-CONSTID-OTHERS-SEAPORTX", "OTHER_SEAPORT", "Other seaport", "SEAPORT", NULL, NULL, NULL},
	{KIND_POINTS_OF_ENTRY, "SORMAS-CONSTIG-OTHERS-GROUNDCR", "OTHER_GROUND_CROSSING", "Other ground crossing", "GROUND_CROSSING", NULL,
		NULL, NULL},
	{KIND_POINTS_OF_ENTRY, "SORMAS-CONSTID-OTHERS-OTHERPOE", "OTHER_POE", "Other point of entry", "OTHER", NULL, NULL, NULL},
};

static void set_viewer(struct user *u, struct store *store)
{
	struct viewer *v = &u->viewer;
	const char *level = u->role->level;
	const struct { const char *level, *column; bool responsible; const char *place; } levels[] = {
		{"REGION", "region", true, u->region}, {"DISTRICT", "district", true, u->district}, {"COMMUNITY", "community", true, u->community},
		{"HEALTH_FACILITY", "facility", false, u->facility}, {"POINT_OF_ENTRY", "poe", false, u->poe}, {"LABORATORY", "lab", false, u->lab},
	};
	v->user = u->id;
	v->all = strcmp(level, "NATION") == 0;
	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
		/* port-health users see cases of points of entry only */
		if (strcmp(level, levels[i].level) != 0 || !levels[i].place || (u->role->port_health && strcmp(level, "POINT_OF_ENTRY") != 0))
			continue;
		v->column = levels[i].column;
		v->responsible = levels[i].responsible;
		v->place = store_intern(store, levels[i].place);
	}
}

void setup_world(struct trainer *t)
{
	_Static_assert(sizeof default_places / sizeof default_places[0] <= PLACES_MAX, "room for the places");
	t->place_count = sizeof default_places / sizeof default_places[0];
	memcpy(t->places, default_places, sizeof default_places);
	for (const struct fact_user *f = fact_users; f->uuid && t->user_count < USERS_MAX; f++) {
		struct user *u = &t->users[t->user_count++];
		u->fact = f;
		for (u->role = fact_roles; strcmp(u->role->standard, f->role) != 0; u->role++) {
		}
		const char *level = u->role->level;
		bool in_district = strcmp(level, "DISTRICT") == 0 || strcmp(level, "COMMUNITY") == 0 || strcmp(level, "HEALTH_FACILITY") == 0 ||
			strcmp(level, "POINT_OF_ENTRY") == 0;
		if (f->district && strcmp(level, "LABORATORY") != 0)
			u->region = REGION_1;
		if (f->district && in_district)
			u->district = f->district == 2 ? DISTRICT_2 : DISTRICT_1;
		if (strcmp(level, "COMMUNITY") == 0)
			u->community = f->district == 2 ? COMMUNITY_2 : COMMUNITY_1;
		if (strcmp(level, "HEALTH_FACILITY") == 0)
			u->facility = f->district == 2 ? FACILITY_2 : FACILITY_1;
		if (strcmp(level, "LABORATORY") == 0)
			u->lab = LABORATORY_1;
		if (strcmp(level, "POINT_OF_ENTRY") == 0)
			u->poe = "SORMAS-CONSTID-OTHERS-OTHERPOE";
		u->caption = person_caption(f->first, f->last);
		u->id = store_intern(t->store, f->uuid);
		set_viewer(u, t->store);
	}
}

/* ---- records of a fresh store ---- */

static struct json *row_new(const char *uuid, int64_t date)
{
	struct json *o = json_new_object();
	json_set(o, "creationDate", json_new_int(date));
	json_set(o, "changeDate", json_new_int(date));
	json_set(o, "uuid", json_new_string(uuid));
	return o;
}

static void put(struct trainer *t, enum kind kind, struct json *doc, int64_t date)
{
	struct record r;
	record_init(&r, kind, json_get_string(doc, "uuid"));
	r.changed = r.any_changed = date;
	const char *region = json_get_string(json_get(doc, "region"), "uuid");
	r.places.region = kind == KIND_FACILITIES ? store_intern(t->store, region) : 0;
	r.doc = json_print(doc, &r.len);
	store_put(t->store, &r);
	record_done(&r);
	json_free(doc);
}

static void set_reference(struct trainer *t, struct json *o, const char *key, const char *kind, const char *uuid)
{
	if (uuid)
		json_set(o, key, reference_new(t, kind, uuid));
}

static struct json *words_array(const char *words)
{
	struct json *a = json_new_array();
	char *copy = mem_strdup(words), *save = NULL;
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		json_append(a, json_new_string(w));
	mem_free(copy);
	return a;
}

static void put_places(struct trainer *t, int64_t *date)
{
	for (size_t i = 0; i < t->place_count; i++) {
		const struct place *p = &t->places[i];
		bool facility = p->kind == KIND_FACILITIES, poe = p->kind == KIND_POINTS_OF_ENTRY;
		struct json *o = row_new(p->uuid, ++*date);
		json_set(o, "centrallyManaged", json_new_bool(false));
		json_set(o, "archived", json_new_bool(false));
		if (poe)
			json_set(o, "pointOfEntryType", json_new_string(p->type));
		if (!facility && !poe)
			json_set(o, "defaultInfrastructure", json_new_bool(false));
		json_set(o, "name", json_new_string(p->name));
		if (p->kind == KIND_REGIONS)
			json_set(o, "epidCode", json_new_string("DEF-REG"));
		if (p->kind == KIND_DISTRICTS)
			json_set(o, "epidCode", json_new_string(strcmp(p->uuid, DISTRICT_1) == 0 ? "DIS" : "SEC"));
		set_reference(t, o, "region", "Region", p->region);
		set_reference(t, o, "district", "District", p->district);
		set_reference(t, o, "community", "Community", p->community);
		if (facility) {
			if (p->type)
				json_set(o, "type", json_new_string(p->type));
			json_set(o, "publicOwnership", json_new_bool(false));
		}
		if (poe) {
			bool other = strncmp(p->uuid, "SORMAS-", 7) == 0;
			json_set(o, "active", json_new_bool(other));
			json_set(o, "nameOtherPointOfEntry", json_new_bool(other));
			json_set(o, "otherPointOfEntry", json_new_bool(other));
		}
		put(t, p->kind, o, *date);
	}
}

static void put_roles(struct trainer *t, int64_t *date)
{
	for (const struct fact_role *f = fact_roles; f->uuid; f++) {
		struct json *o = row_new(f->uuid, ++*date);
		json_set(o, "userRights", words_array(f->rights));
		json_set(o, "enabled", json_new_bool(true));
		json_set(o, "caption", json_new_string(f->caption));
		json_set(o, "hasOptionalHealthFacility", json_new_bool(f->optional_facility));
		json_set(o, "hasAssociatedDistrictUser", json_new_bool(f->associated_district_user));
		json_set(o, "portHealthUser", json_new_bool(f->port_health));
		json_set(o, "linkedDefaultUserRole", json_new_string(f->standard));
		json_set(o, "jurisdictionLevel", json_new_string(f->level));
		json_set(o, "emailNotificationTypes", words_array(f->notifications));
		json_set(o, "smsNotificationTypes", words_array(f->notifications));
		json_set(o, "restrictAccessToAssignedEntities", json_new_bool(false));
		put(t, KIND_USER_ROLES, o, *date);
	}
}

static void put_users(struct trainer *t, int64_t *date)
{
	for (size_t i = 0; i < t->user_count; i++) {
		const struct user *u = &t->users[i];
		char uuid[UUID_SIZE], *name = mem_printf("%s %s", u->fact->first, u->fact->last);
		struct json *o = row_new(u->fact->uuid, ++*date), *roles = json_new_array(), *role = json_new_object();
		json_set(o, "active", json_new_bool(true));
		json_set(o, "userName", json_new_string(u->fact->name));
		json_set(o, "firstName", json_new_string(u->fact->first));
		json_set(o, "lastName", json_new_string(u->fact->last));
		rand_uuid(&t->rand, uuid);
		struct json *address = row_new(uuid, *date);
		json_set(address, "pseudonymized", json_new_bool(false));
		json_set(address, "inJurisdiction", json_new_bool(false));
		json_set(o, "address", address);
		json_set(role, "uuid", json_new_string(u->role->uuid));
		json_set(role, "caption", json_new_string(u->role->caption));
		json_append(roles, role);
		json_set(o, "userRoles", roles);
		set_reference(t, o, "region", "Region", u->region);
		set_reference(t, o, "district", "District", u->district);
		set_reference(t, o, "community", "Community", u->community);
		set_reference(t, o, "healthFacility", "Facility", u->facility);
		set_reference(t, o, "laboratory", "Facility", u->lab);
		set_reference(t, o, "pointOfEntry", "PointOfEntry", u->poe);
		const struct user *officer = user_by_name(t, "SurvOff");
		if (officer && (u->facility || u->poe))
			set_reference(t, o, "associatedOfficer", "User", officer->fact->uuid);
		json_set(o, "hasConsentedToGdpr", json_new_bool(false));
		json_set(o, "jurisdictionLevel", json_new_string(u->role->level));
		json_set(o, "name", json_new_string(name));
		put(t, KIND_USERS, o, *date);
		mem_free(name);
	}
}

static void put_configurations(struct trainer *t, int64_t *date)
{
	for (const struct fact_pair *f = fact_diseases; f->uuid; f++) {
		struct json *o = row_new(f->uuid, ++*date);
		json_set(o, "disease", json_new_string(f->value));
		put(t, KIND_DISEASE_CONFIGURATIONS, o, *date);
	}
	for (const struct fact_feature *f = fact_features; f->uuid; f++) {
		struct json *o = row_new(f->uuid, ++*date), *properties;
		json_set(o, "featureType", json_new_string(f->type));
		json_set(o, "enabled", json_new_bool(f->enabled));
		if (f->properties && json_parse_text(f->properties, &properties, NULL) == ST_OK)
			json_set(o, "properties", properties);
		put(t, KIND_FEATURE_CONFIGURATIONS, o, *date);
	}
	for (const struct fact_enum_value *f = fact_enum_values; f->uuid; f++) {
		struct json *o = row_new(f->uuid, ++*date);
		json_set(o, "dataType", json_new_string(f->type));
		json_set(o, "value", json_new_string(f->value));
		json_set(o, "caption", json_new_string(f->caption));
		json_set(o, "diseases", words_array(f->diseases));
		if (f->has_details >= 0) {
			struct json *properties = json_new_object();
			json_set(properties, "hasDetails", json_new_bool(f->has_details != 0));
			json_set(o, "properties", properties);
		}
		json_set(o, "defaultValue", json_new_bool(f->standard));
		json_set(o, "active", json_new_bool(f->active));
		put(t, KIND_CUSTOMIZABLE_ENUM_VALUES, o, *date);
	}
}

void setup_store(struct trainer *t, int64_t date_ms)
{
	put_places(t, &date_ms);
	put_roles(t, &date_ms);
	put_users(t, &date_ms);
	put_configurations(t, &date_ms);
}
