/* References and customizable enum values as the server prints them (protocol.md A.2). */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "trainer/internal.h"

char *person_caption(const char *first, const char *last)
{
	char *upper = text_upper(last ? last : "");
	char *caption = mem_printf("%s %s", first ? first : "", upper);
	mem_free(upper);
	return caption;
}

static struct json *named_reference(const char *uuid, char *caption, const char *first, const char *last)
{
	struct json *o = json_new_object();
	json_set(o, "uuid", json_new_string(uuid));
	json_set(o, "caption", json_new_string(caption));
	json_set(o, "firstName", json_new_string(first));
	json_set(o, "lastName", json_new_string(last));
	mem_free(caption);
	return o;
}

static struct json *person_reference(struct trainer *t, const char *uuid)
{
	struct record r;
	struct json *doc = NULL, *o = NULL;
	if (!store_get(t->store, KIND_PERSONS, uuid, &r))
		return NULL;
	if (json_parse(r.doc, r.len, &doc, NULL) == ST_OK) {
		const char *first = json_get_string(doc, "firstName"), *last = json_get_string(doc, "lastName");
		o = named_reference(uuid, person_caption(first, last), first, last);
	}
	json_free(doc);
	record_done(&r);
	return o;
}

static struct json *case_reference(struct trainer *t, enum kind kind, const char *uuid)
{
	struct record r;
	struct json *o = NULL, *person;
	if (!store_get(t->store, kind, uuid, &r))
		return NULL;
	person = r.person[0] ? person_reference(t, r.person) : NULL;
	const char *first = json_get_string(person, "firstName"), *last = json_get_string(person, "lastName");
	char *name = person_caption(first, last);
	o = named_reference(uuid, mem_printf("%s (%.6s)", name, uuid), first ? first : "", last ? last : "");
	mem_free(name);
	json_free(person);
	record_done(&r);
	return o;
}

static struct json *captioned(const char *uuid, char *caption)
{
	struct json *o = json_new_object();
	json_set(o, "uuid", json_new_string(uuid));
	json_set(o, "caption", json_new_string(caption));
	mem_free(caption);
	return o;
}

char *spoken_constant(const char *constant)
{
	char *s = mem_strdup(constant ? constant : "");
	for (char *c = *s ? s + 1 : s; *c; c++)
		*c = (char)(*c == '_' ? ' ' : tolower((unsigned char)*c));
	return s;
}

static struct json *event_reference(struct trainer *t, const char *uuid)
{
	struct record r;
	struct json *doc = NULL, *o = NULL;
	if (!store_get(t->store, KIND_EVENTS, uuid, &r))
		return NULL;
	if (json_parse(r.doc, r.len, &doc, NULL) == ST_OK) {
		char *disease = spoken_constant(json_get_string(doc, "disease")), *status = text_lower(json_get_string(doc, "eventStatus"));
		o = captioned(uuid, mem_printf("%s %s  on ", disease, status));
		mem_free(disease);
		mem_free(status);
	}
	json_free(doc);
	record_done(&r);
	return o;
}

static struct json *sample_reference(struct trainer *t, const char *uuid)
{
	struct record r;
	if (!store_get(t->store, KIND_SAMPLES, uuid, &r))
		return NULL;
	struct json *doc = NULL;
	enum status st = json_parse(r.doc, r.len, &doc, NULL);
	char *material = spoken_constant(st == ST_OK ? json_get_string(doc, "sampleMaterial") : NULL);
	struct json *o = captioned(uuid, mem_printf("%s Sample for case (%.6s)", material, r.parent));
	mem_free(material);
	json_free(doc);
	if (r.parent[0])
		json_set(o, "associatedCaseUuid", json_new_string(r.parent));
	record_done(&r);
	return o;
}

struct json *reference_new(struct trainer *t, const char *kind, const char *uuid)
{
	static const struct { const char *name; enum kind kind; } places[] = {
		{"Region", KIND_REGIONS}, {"District", KIND_DISTRICTS}, {"Community", KIND_COMMUNITIES}, {"Facility", KIND_FACILITIES},
		{"PointOfEntry", KIND_POINTS_OF_ENTRY},
	};
	if (!uuid)
		return NULL;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		if (strcmp(kind, places[i].name) != 0)
			continue;
		const struct place *p = place_by_uuid(t, places[i].kind, uuid);
		if (!p)
			return NULL;
		struct json *o = captioned(uuid, mem_strdup(p->caption));
		json_set(o, "externalId", json_new_null());
		return o;
	}
	if (strcmp(kind, "User") == 0) {
		const struct user *u = user_by_uuid(t, uuid);
		return u ? named_reference(uuid, mem_strdup(u->caption), u->fact->first, u->fact->last) : NULL;
	}
	if (strcmp(kind, "Person") == 0)
		return person_reference(t, uuid);
	if (strcmp(kind, "Case") == 0)
		return case_reference(t, KIND_CASES, uuid);
	if (strcmp(kind, "Contact") == 0)
		return case_reference(t, KIND_CONTACTS, uuid);
	if (strcmp(kind, "Event") == 0)
		return event_reference(t, uuid);
	if (strcmp(kind, "Sample") == 0)
		return sample_reference(t, uuid);
	/* parts that are referred to by name and uuid; whether they exist shows at the case only */
	if (strcmp(kind, "Therapy") == 0 || strcmp(kind, "ClinicalCourse") == 0)
		return captioned(uuid, mem_printf("%s %s", kind, uuid));
	enum kind other;
	if (model_reference_kind(kind, &other) && store_has(t->store, other, uuid))
		return captioned(uuid, mem_strdup(kind));
	return NULL;
}

struct json *enum_value_new(const char *type, const char *value, const char *disease, bool *known)
{
	static const struct { const char *type, *data; } types[] = {
		{"DiseaseVariant", "DISEASE_VARIANT"}, {"OccupationType", "OCCUPATION_TYPE"}, {"Pathogen", "PATHOGEN"}, {"SpecificRisk",
			"SPECIFIC_EVENT_RISK"},
	};
	const struct fact_enum_value *found = NULL;
	const char *data = "";
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(types[i].type, type) == 0)
			data = types[i].data;
	for (const struct fact_enum_value *f = fact_enum_values; f->uuid && !found; f++)
		if (strcmp(f->type, data) == 0 && strcmp(f->value, value) == 0 && (!f->diseases[0] || (disease && word_in(f->diseases, disease))))
			found = f;
	struct json *o = json_new_object(), *all = json_new_object();
	json_set(o, "value", json_new_string(value));
	json_set(o, "caption", found ? json_new_string(found->caption) : json_new_null());
	if (found && found->has_details >= 0) {
		struct json *properties = json_new_object();
		json_set(properties, "hasDetails", json_new_bool(found->has_details != 0));
		json_set(o, "properties", properties);
	}
	json_set(o, "hasDetails", json_new_bool(found && found->has_details > 0));
	json_set(all, "hasDetails", json_new_string("boolean"));
	json_set(o, "allProperties", all);
	*known = found != NULL;
	return o;
}
