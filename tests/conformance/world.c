/* The server's places and this program's own records. */
#include <stdio.h>
#include <string.h>

#include "world.h"

static void keep_uuid(char out[UUID_SIZE], const char *uuid)
{
	snprintf(out, UUID_SIZE, "%s", uuid ? uuid : "");
}

static bool in_place(const struct json *o, const char *key, const char *uuid)
{
	return strcmp(text_at(json_get(o, key), "uuid"), uuid) == 0;
}

static void find_places(struct world *w)
{
	struct reply r = client_get(&w->me, "/districts/all/0");
	keep_uuid(w->region, text_at(w->user, "region.uuid"));
	keep_uuid(w->district, text_at(w->user, "district.uuid"));
	for (const struct json *d = json_first(r.json); d; d = json_next(d)) {
		if (!w->region[0])
			keep_uuid(w->region, text_at(d, "region.uuid"));
		if (!w->district[0] && in_place(d, "region", w->region))
			keep_uuid(w->district, text_at(d, "uuid"));
		if (w->district[0] && strcmp(text_at(d, "uuid"), w->district) != 0)
			keep_uuid(w->other_district, text_at(d, "uuid"));
	}
	reply_done(&r);
	r = client_get(&w->me, "/communities/all/0");
	for (const struct json *c = json_first(r.json); c; c = json_next(c))
		if (!w->community[0] && in_place(c, "district", w->district))
			keep_uuid(w->community, text_at(c, "uuid"));
	reply_done(&r);
	char *path = mem_printf("/facilities/region/%s/0", w->region);
	r = client_get(&w->me, path);
	mem_free(path);
	for (const struct json *f = json_first(r.json); f; f = json_next(f))
		if (!w->facility[0] && in_place(f, "district", w->district) && in_place(f, "community", w->community) &&
		    strcmp(text_at(f, "type"), "HOSPITAL") == 0)
			keep_uuid(w->facility, text_at(f, "uuid"));
	reply_done(&r);
}

bool world_open(struct world *w)
{
	rand_init_system(&w->rand);
	struct reply r = client_get(&w->me, "/users/rights");
	if (r.status != 200) {
		printf("Bail out! Signing in as %s gave %ld.\n", w->me.user, r.status);
		reply_done(&r);
		return false;
	}
	w->rights = json_copy(r.json);
	reply_done(&r);
	r = client_get(&w->me, "/users/all/0");
	for (const struct json *u = json_first(r.json); u; u = json_next(u))
		if (strcasecmp(text_at(u, "userName"), w->me.user) == 0)
			w->user = json_copy(u);
	reply_done(&r);
	find_places(w);
	w->now = clock_now(&clock_system);
	if (w->user && w->facility[0])
		return true;
	printf("Bail out! The account needs a district with a hospital.\n");
	return false;
}

void world_close(struct world *w)
{
	json_free(w->user);
	json_free(w->rights);
}

bool world_can(const struct world *w, const char *right)
{
	for (const struct json *c = json_first(w->rights); c; c = json_next(c))
		if (strcmp(json_string(c), right) == 0)
			return true;
	return false;
}

void new_uuid(struct world *w, char out[UUID_SIZE])
{
	rand_uuid(&w->rand, out);
}

static struct json *reference(const char *uuid)
{
	struct json *o = json_new_object();
	json_set(o, "uuid", json_new_string(uuid));
	return o;
}

static struct json *row(struct world *w)
{
	struct json *o = json_new_object();
	char uuid[UUID_SIZE];
	new_uuid(w, uuid);
	put_text(o, "uuid", uuid);
	put_date(o, "creationDate", w->now);
	put_date(o, "changeDate", 0);
	return o;
}

struct json *new_person(struct world *w, const char *first, const char *last)
{
	struct json *p = row(w), *address = row(w);
	put(p, "pseudonymized", json_new_bool(false));
	put_text(p, "firstName", first);
	put_text(p, "lastName", last);
	put_text(p, "sex", "FEMALE");
	put_date(p, "birthdateYYYY", 1990);
	put_date(p, "birthdateMM", 4);
	put_date(p, "birthdateDD", 17);
	put(address, "region", reference(w->region));
	put(address, "district", reference(w->district));
	put_text(address, "city", "Madeuptown");
	put(p, "address", address);
	put(p, "addresses", json_new_array());
	put(p, "personContactDetails", json_new_array());
	return p;
}

struct json *new_case(struct world *w, const char *person)
{
	static const char *const parts[] = {"hospitalization", "symptoms", "epiData", "clinicalCourse", "maternalHistory", "portHealthInfo",
		"healthConditions", "therapy"};
	struct json *c = row(w);
	put(c, "pseudonymized", json_new_bool(false));
	put_text(c, "disease", "CHOLERA");
	put(c, "person", reference(person));
	put_date(c, "reportDate", w->now);
	put(c, "reportingUser", reference(text_at(w->user, "uuid")));
	put_text(c, "caseClassification", "NOT_CLASSIFIED");
	put_text(c, "investigationStatus", "PENDING");
	put_text(c, "outcome", "NO_OUTCOME");
	put_text(c, "caseOrigin", "IN_COUNTRY");
	put(c, "responsibleRegion", reference(w->region));
	put(c, "responsibleDistrict", reference(w->district));
	put(c, "responsibleCommunity", reference(w->community));
	put_text(c, "facilityType", "HOSPITAL");
	put(c, "healthFacility", reference(w->facility));
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		put(c, parts[i], row(w));
	put(c, "therapy.changeDate", NULL);
	put(c, "hospitalization.previousHospitalizations", json_new_array());
	put(c, "epiData.exposures", json_new_array());
	put(c, "epiData.activitiesAsCase", json_new_array());
	return c;
}

int push_one(const struct account *a, const char *kind, const struct json *doc, char **text)
{
	struct json *list = json_new_array();
	char *path = mem_printf("/%s/push", kind);
	json_append(list, json_copy(doc));
	struct reply r = client_post(a, path, list);
	int status = (int)r.status;
	if (json_is_array(r.json)) {
		status = (int)date_at(r.json, "[0].statusCode");
		if (json_count(r.json) != 1 || status != r.status)
			check(false, "one pushed record: the HTTP status %ld is the element's %d, in a list of %zu", r.status, status, json_count(r.json));
		if (text)
			*text = mem_strdup(text_at(r.json, "[0].body"));
	} else if (text)
		*text = mem_strdup(r.body);
	mem_free(path);
	json_free(list);
	reply_done(&r);
	return status;
}

int push_me(struct world *w, const char *kind, const struct json *doc)
{
	return push_one(&w->me, kind, doc, NULL);
}

struct json *read_one(const struct account *a, const char *kind, const char *uuid)
{
	struct json *list = json_new_array(), *doc;
	char *path = mem_printf("/%s/query", kind);
	json_append(list, json_new_string(uuid));
	struct reply r = client_post(a, path, list);
	doc = json_is_array(r.json) && json_count(r.json) == 1 ? json_copy(json_at(r.json, 0)) : NULL;
	mem_free(path);
	json_free(list);
	reply_done(&r);
	return doc;
}

bool stored_pair(struct world *w, const char *last, struct json **person, struct json **caze)
{
	struct json *p = new_person(w, "Ada", last), *c = new_case(w, text_at(p, "uuid"));
	bool fine = push_me(w, "persons", p) == 200 && push_me(w, "cases", c) == 200;
	*person = fine ? read_one(&w->me, "persons", text_at(p, "uuid")) : NULL;
	*caze = fine ? read_one(&w->me, "cases", text_at(c, "uuid")) : NULL;
	json_free(p);
	json_free(c);
	if (*person && *caze)
		return true;
	json_free(*person);
	json_free(*caze);
	return check(false, "a new person (%s) and its case can be stored and read", last);
}
