/* Trees to rows: the columns that select a record come from its document here, and only here. */
#include <string.h>

#include "trainer/record.h"

struct json *tree_of(const struct record *r)
{
	struct json *tree = NULL;
	/* our own text: it parses */
	return json_parse(r->doc, r->len, &tree, NULL) == ST_OK ? tree : json_new_object();
}

bool record_tree(struct trainer *t, enum kind kind, const char *uuid, struct json **tree, struct record *r)
{
	if (!uuid || !store_get(t->store, kind, uuid, r))
		return false;
	*tree = tree_of(r);
	record_done(r);
	return true;
}

static int64_t place(struct trainer *t, const struct json *doc, const char *key)
{
	return store_intern(t->store, json_get_string(json_get(doc, key), "uuid"));
}

static int64_t greatest_date(const struct json *v)
{
	int64_t best = 0, date;
	for (const struct json *c = json_first(v); c; c = json_next(c)) {
		const char *key = json_is_object(v) ? json_key(c) : NULL;
		if (key && strcmp(key, "changeDate") == 0 && json_int(c, &date))
			best = date > best ? date : best;
		else if (json_is_object(c) || json_is_array(c)) {
			date = greatest_date(c);
			best = date > best ? date : best;
		}
	}
	return best;
}

static const char *parent_key(enum kind kind)
{
	switch ((int)kind) {
	case KIND_CONTACTS:
	case KIND_TASKS: return "caze";
	case KIND_SAMPLES: return "associatedCase";
	default: return NULL;
	}
}

/* Things that hang on a case are seen by who sees the case. */
static void inherit_places(struct trainer *t, struct record *r, enum kind kind, const char *uuid)
{
	struct record parent;
	if (!uuid || !store_get(t->store, kind, uuid, &parent))
		return;
	int64_t reporter = r->places.reporter, officer = r->places.officer;
	struct places own = r->places;
	r->places = parent.places;
	r->places.reporter = reporter;
	r->places.officer = officer;
	if (own.region || own.resp_region) {
		r->places.region = own.region;
		r->places.district = own.district;
		r->places.community = own.community;
	}
	if (kind == KIND_CASES)
		memcpy(r->parent, uuid, strlen(uuid) + 1);
	else
		memcpy(r->parent, parent.parent, sizeof r->parent);
	record_done(&parent);
}

/* Treatments and clinical visits name a part of the case. */
static void inherit_from_part(struct trainer *t, struct record *r, const struct json *doc, const char *key)
{
	char owner[STORE_UUID];
	const char *part = json_get_string(json_get(doc, key), "uuid");
	if (part && store_part_owner(t->store, part, owner))
		inherit_places(t, r, KIND_CASES, owner);
}

static void set_places(struct trainer *t, struct record *r, const struct json *doc)
{
	struct places *p = &r->places;
	const struct json *event = r->kind == KIND_EVENTS ? json_get(doc, "eventLocation") : doc;
	p->resp_region = place(t, doc, "responsibleRegion");
	p->resp_district = place(t, doc, "responsibleDistrict");
	p->resp_community = place(t, doc, "responsibleCommunity");
	p->region = place(t, event, "region");
	p->district = place(t, event, "district");
	p->community = place(t, event, "community");
	p->facility = place(t, doc, "healthFacility");
	p->poe = place(t, doc, "pointOfEntry");
	p->lab = place(t, doc, "lab");
	p->reporter = place(t, doc, r->kind == KIND_TASKS ? "creatorUser" : "reportingUser");
	p->officer = place(t, doc, r->kind == KIND_TASKS ? "assigneeUser" : r->kind == KIND_CASES ? "surveillanceOfficer" : "contactOfficer");
	const char *parent = parent_key(r->kind) ? json_get_string(json_get(doc, parent_key(r->kind)), "uuid") : NULL;
	inherit_places(t, r, KIND_CASES, parent);
	if (r->kind == KIND_PATHOGEN_TESTS || r->kind == KIND_ADDITIONAL_TESTS)
		inherit_places(t, r, KIND_SAMPLES, json_get_string(json_get(doc, "sample"), "uuid"));
	if (r->kind == KIND_EVENT_PARTICIPANTS)
		inherit_places(t, r, KIND_EVENTS, json_get_string(json_get(doc, "event"), "uuid"));
	if (r->kind == KIND_CLINICAL_VISITS)
		inherit_from_part(t, r, doc, "clinicalCourse");
	if (r->kind == KIND_PRESCRIPTIONS || r->kind == KIND_TREATMENTS)
		inherit_from_part(t, r, doc, "therapy");
}

static bool is_restricted(const struct model_type *type, const struct json *doc)
{
	for (const struct json *c = json_first(doc); c; c = json_next(c)) {
		const struct model_field *f = model_field(type, json_key(c));
		if (f && f->user_right)
			return true;
	}
	return false;
}

static bool is_poison(const struct json *doc)
{
	const struct json *variant = json_get(doc, "diseaseVariant");
	return variant && json_is_null(json_get(variant, "caption"));
}

void record_write(struct trainer *t, enum kind kind, struct json *doc)
{
	struct record r, old;
	const char *uuid = json_get_string(doc, "uuid"), *person;
	int64_t address = 0;
	record_init(&r, kind, uuid);
	json_get_int(doc, "changeDate", &r.changed);
	r.any_changed = greatest_date(doc);
	if (kind == KIND_PERSONS) {
		json_get_int(json_get(doc, "address"), "changeDate", &address);
		r.any_changed = address > r.changed ? address : r.changed;
	}
	if (store_get(t->store, kind, uuid, &old)) {
		r.archived = old.archived;
		record_done(&old);
	}
	r.deleted = json_true(json_get(doc, "deleted"));
	r.poison = kind == KIND_CASES && is_poison(doc);
	r.restricted = is_restricted(model_of_kind(t->model, kind), doc);
	person = json_get_string(json_get(doc, "person"), "uuid");
	if (person && strlen(person) < sizeof r.person)
		memcpy(r.person, person, strlen(person) + 1);
	if (kind != KIND_PERSONS)
		set_places(t, &r, doc);
	r.doc = json_print(doc, &r.len);
	if (kind == KIND_PERSONS && json_get(doc, "birthdateYYYY") && !json_get(doc, "deathDate")) {
		static const char key[] = "\"approximateAgeReferenceDate\":";
		const char *at = strstr(r.doc, key);
		r.age_at = at ? at + sizeof key - 1 - r.doc : -1;
	}
	store_put(t->store, &r);
	if (kind == KIND_CASES)
		store_move_children(t->store, uuid, &r.places);
	record_done(&r);
}

bool record_seen(struct trainer *t, const struct user *user, const struct record *r)
{
	if (r->kind == KIND_PERSONS)
		return store_person_seen(t->store, r->uuid, &user->viewer);
	return model_kind_is_infrastructure(r->kind) || viewer_sees(&user->viewer, &r->places);
}

/* ---- a person's name changed: captions that show it do, dates do not ---- */

struct refresh { struct trainer *t; const char *key; };

static bool refresh_one(void *ctx, const struct record *r)
{
	struct refresh *f = ctx;
	struct json *doc = tree_of(r), *old = json_get(doc, f->key), *now;
	now = reference_new(f->t, strcmp(f->key, "person") == 0 ? "Person" : "Case", json_get_string(old, "uuid"));
	if (now) {
		json_set(doc, f->key, now);
		if (r->kind == KIND_TASKS)
			json_set(doc, "contextReference", json_copy(now));
		record_write(f->t, r->kind, doc);
	}
	json_free(doc);
	return true;
}

static bool refresh_case(void *ctx, const struct record *r)
{
	struct refresh *f = ctx, tasks = {f->t, "caze"};
	refresh_one(f, r);
	store_children(f->t->store, KIND_TASKS, r->uuid, refresh_one, &tasks);
	return true;
}

void record_refresh_person(struct trainer *t, const char *person)
{
	struct refresh f = {t, "person"};
	store_of_person(t->store, KIND_CASES, person, refresh_case, &f);
}
