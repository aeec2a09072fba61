/* What lists and searches need, taken from the text of a document in one pass of the scanner: no tree is made for a clean record. */
#include <string.h>

#include "store/internal.h"

/* sub NULL: the value itself; else a key of the object there. With its length, because it is asked of every member of every record. */
struct want { const char *key, *sub; enum slot slot; unsigned char len; };
#define WANT(key, sub, slot) { (key), (sub), (slot), sizeof(key) - 1 }

static const struct want of_cases[] = {
	WANT("reportDate", NULL, SLOT_REPORT_DATE), WANT("disease", NULL, SLOT_DISEASE), WANT("caseClassification", NULL, SLOT_CLASSIFICATION),
	WANT("investigationStatus", NULL, SLOT_INVESTIGATION), WANT("outcome", NULL, SLOT_OUTCOME), WANT("epidNumber", NULL, SLOT_EPID),
	WANT("person", "uuid", SLOT_PERSON), WANT("person", "firstName", SLOT_PERSON_FIRST), WANT("person", "lastName", SLOT_PERSON_LAST),
	WANT("healthFacility", "uuid", SLOT_FACILITY), WANT("healthFacility", "caption", SLOT_FACILITY_CAPTION),
	WANT("healthFacilityDetails", NULL, SLOT_FACILITY_DETAILS), { NULL, NULL, SLOT_COUNT, 0 }
};
static const struct want of_persons[] = {
	WANT("firstName", NULL, SLOT_FIRST), WANT("lastName", NULL, SLOT_LAST), WANT("sex", NULL, SLOT_SEX), WANT("birthdateDD", NULL, SLOT_BIRTH_DAY),
	WANT("birthdateMM", NULL, SLOT_BIRTH_MONTH), WANT("birthdateYYYY", NULL, SLOT_BIRTH_YEAR), WANT("approximateAge", NULL, SLOT_AGE),
	WANT("approximateAgeType", NULL, SLOT_AGE_TYPE), { NULL, NULL, SLOT_COUNT, 0 }
};
static const struct want of_refs[] = {
	WANT("name", NULL, SLOT_NAME), WANT("region", "uuid", SLOT_REGION), WANT("district", "uuid", SLOT_DISTRICT),
	WANT("community", "uuid", SLOT_COMMUNITY),
	WANT("type", NULL, SLOT_TYPE), WANT("archived", NULL, SLOT_ARCHIVED), { NULL, NULL, SLOT_COUNT, 0 }
};
static const struct want of_countries[] = { WANT("defaultName", NULL, SLOT_NAME), WANT("isoCode", NULL, SLOT_TYPE), WANT("archived", NULL, SLOT_ARCHIVED),
	{ NULL, NULL, SLOT_COUNT, 0 } };
static const struct want of_continents[] = { WANT("defaultName", NULL, SLOT_NAME), WANT("archived", NULL, SLOT_ARCHIVED),
	{ NULL, NULL, SLOT_COUNT, 0 } };
static const struct want of_entries[] = {
	WANT("name", NULL, SLOT_NAME), WANT("region", "uuid", SLOT_REGION), WANT("district", "uuid", SLOT_DISTRICT),
	WANT("pointOfEntryType", NULL, SLOT_TYPE),
	WANT("archived", NULL, SLOT_ARCHIVED), WANT("active", NULL, SLOT_ACTIVE), { NULL, NULL, SLOT_COUNT, 0 }
};
static const struct want of_users[] = {
	WANT("firstName", NULL, SLOT_FIRST), WANT("lastName", NULL, SLOT_LAST), WANT("userName", NULL, SLOT_NAME), WANT("region", "uuid", SLOT_REGION),
	WANT("district", "uuid", SLOT_DISTRICT), WANT("community", "uuid", SLOT_COMMUNITY), WANT("active", NULL, SLOT_ACTIVE),
	{ NULL, NULL, SLOT_COUNT, 0 }
};
static const struct want of_roles[] = { WANT("caption", NULL, SLOT_NAME), WANT("enabled", NULL, SLOT_ACTIVE), { NULL, NULL, SLOT_COUNT, 0 } };
static const struct want of_diseases[] = { WANT("disease", NULL, SLOT_NAME), WANT("active", NULL, SLOT_ACTIVE), { NULL, NULL, SLOT_COUNT, 0 } };
static const struct want of_features[] = { WANT("featureType", NULL, SLOT_NAME), WANT("enabled", NULL, SLOT_ACTIVE),
	{ NULL, NULL, SLOT_COUNT, 0 } };
static const struct want of_values[] = { WANT("caption", NULL, SLOT_NAME), WANT("dataType", NULL, SLOT_TYPE), WANT("active", NULL, SLOT_ACTIVE),
	{ NULL, NULL, SLOT_COUNT, 0 } };
static const struct want of_outbreaks[] = { WANT("disease", NULL, SLOT_NAME), WANT("district", "uuid", SLOT_DISTRICT),
	{ NULL, NULL, SLOT_COUNT, 0 } };
static const struct want of_others[] = { { NULL, NULL, SLOT_COUNT, 0 } };

bool kind_is_ref(enum kind kind)
{
	return kind < KIND_PERSONS || kind == KIND_CAMPAIGNS;
}

static const struct want *wants(enum kind kind)
{
	if (kind == KIND_CASES)
		return of_cases;
	if (kind == KIND_PERSONS)
		return of_persons;
	if (kind == KIND_USERS)
		return of_users;
	if (kind == KIND_COUNTRIES)
		return of_countries;
	if (kind == KIND_CONTINENTS || kind == KIND_SUBCONTINENTS)
		return of_continents;
	if (kind == KIND_POINTS_OF_ENTRY)
		return of_entries;
	if (kind == KIND_USER_ROLES)
		return of_roles;
	if (kind == KIND_DISEASE_CONFIGURATIONS)
		return of_diseases;
	if (kind == KIND_FEATURE_CONFIGURATIONS)
		return of_features;
	if (kind == KIND_CUSTOMIZABLE_ENUM_VALUES)
		return of_values;
	if (kind == KIND_OUTBREAKS)
		return of_outbreaks;
	return kind_is_ref(kind) ? of_refs : of_others;
}

/* Is something wanted of the object at this key? */
static bool is_parent(const struct want *wants, const struct store_link_key *links, size_t link_count, struct json_span key)
{
	for (const struct want *w = wants; w->key != NULL; w++)
		if (w->len == key.len && w->sub != NULL && memcmp(w->key, key.at, key.len) == 0)
			return true;
	for (size_t i = 0; i < link_count; i++)
		if (json_span_is(key, links[i].key))
			return true;
	return false;
}

static void read_object(const struct store *store, enum kind kind, const struct want *wants, const struct json_member *parent, struct store_columns *out)
{
	struct json_members members = json_members_of(parent->raw);
	struct json_member m;

	while (json_members_next(&members, &m)) {
		bool found = false;

		if (m.key.len == 0 || m.type == JSON_OBJECT || m.type == JSON_ARRAY)
			continue;
		for (const struct want *w = wants; w->key != NULL && !found; w++) {
			if (w->sub != NULL && w->sub[0] == m.key.at[0] && json_span_is(m.key, w->sub) && json_span_is(parent->key, w->key)) {
				out->slot[w->slot] = m.raw;
				found = true;
			}
		}
		if (found || !json_span_is(m.key, "uuid"))
			continue;
		for (size_t i = 0; i < store->link_count[kind]; i++)
			if (json_span_is(parent->key, store->links[kind][i].key))
				out->link[i] = m.raw;
	}
}

static void read_value(const struct want *wants, const struct json_member *m, struct store_columns *out)
{
	if (m->key.len == 4 && json_span_is(m->key, "uuid"))
		out->slot[SLOT_UUID] = m->raw;
	else if (m->key.len == 10 && json_span_is(m->key, "changeDate"))
		out->slot[SLOT_CHANGE_DATE] = m->raw;
	for (const struct want *w = wants; w->key != NULL; w++) {
		if (w->len == m->key.len && w->sub == NULL && memcmp(w->key, m->key.at, m->key.len) == 0) {
			out->slot[w->slot] = m->raw;
			return;
		}
	}
}

static bool see_root(void *ctx, const struct json_event *ev)
{
	bool *is_object = ctx;

	if (ev->depth == 0)
		*is_object = ev->type == JSON_OBJECT;
	return true;
}

static void read_member(const struct store *store, enum kind kind, const struct want *wanted, const struct json_member *m, struct store_columns *out)
{
	if (m->key.len == 0 || m->type == JSON_ARRAY)
		return;
	if (m->type != JSON_OBJECT)
		read_value(wanted, m, out);
	else if (is_parent(wanted, store->links[kind], store->link_count[kind], m->key))
		read_object(store, kind, wanted, m, out);
}

void columns_of_members(const struct store *store, enum kind kind, const char *doc, const struct json_spot *members, size_t count,
	struct store_columns *out)
{
	const struct want *wanted = wants(kind);

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < count; i++) {
		struct json_member m = json_member_at(doc, members[i]);

		read_member(store, kind, wanted, &m, out);
	}
}

enum status columns_read(const struct store *store, enum kind kind, const char *doc, size_t len, struct store_columns *out, struct err *err)
{
	const struct want *wanted = wants(kind);
	struct json_members members = json_members_of((struct json_span){ doc, len });
	struct json_member m;
	bool is_object = false;
	enum status st = json_scan(doc, len, see_root, &is_object, err);

	memset(out, 0, sizeof *out);
	if (st != ST_OK)
		return st;
	if (!is_object)
		return err_set(err, ST_INVALID, N_("A document has to be a JSON object."));
	while (json_members_next(&members, &m))
		read_member(store, kind, wanted, &m, out);
	return ST_OK;
}

int64_t columns_int(const struct store_columns *columns, enum slot slot, int64_t fallback)
{
	int64_t value;

	return columns->slot[slot].at != NULL && json_span_int(columns->slot[slot], &value) ? value : fallback;
}

bool columns_true(const struct store_columns *columns, enum slot slot, bool fallback)
{
	struct json_span raw = columns->slot[slot];

	if (raw.at == NULL || json_span_is(raw, "null"))
		return fallback;
	return json_span_is(raw, "true");
}

char *span_text(struct json_span raw)
{
	char *text;

	if (raw.at == NULL || raw.len < 2 || raw.at[0] != '"')
		return mem_strdup("");
	if (memchr(raw.at, '\\', raw.len) == NULL)
		return mem_strndup(raw.at + 1, raw.len - 2);
	text = json_span_string(raw);
	return text != NULL ? text : mem_strdup("");
}

char *columns_text(const struct store_columns *columns, enum slot slot)
{
	return span_text(columns->slot[slot]);
}
