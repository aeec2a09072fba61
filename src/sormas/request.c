/* Paths and bodies of requests (protocol.md B.1 to B.4). */
#include <inttypes.h>
#include <string.h>

#include "sormas/sormas.h"

/* Later than any date: so no disease classification is ever sent to us (170 kB that nothing here uses). */
#define NEVER_MS INT64_C(4102444800000)

void sormas_request_done(struct sormas_request *request)
{
	mem_free(request->path);
	mem_free(request->body);
	*request = (struct sormas_request){ .method = "GET" };
}

static void get(struct sormas_request *out, char *path)
{
	*out = (struct sormas_request){ .method = "GET", .path = path };
}

static void post(struct sormas_request *out, char *path, struct buf *body)
{
	*out = (struct sormas_request){ .method = "POST", .path = path };
	out->body = buf_take(body, &out->body_len);
}

void sormas_request_info(enum sormas_info what, struct sormas_request *out)
{
	static const char *const paths[] = {
		[SORMAS_COMPATIBILITY] = ("/info/checkcompatibility?appVersion=" SORMAS_APP_VERSION),
		[SORMAS_LOCALE] = "/info/locale",
		[SORMAS_COUNTRY] = "/info/countryname",
		[SORMAS_RIGHTS] = "/users/rights"
	};

	get(out, mem_strdup(paths[what]));
}

void sormas_request_page(enum kind kind, int64_t since, int size, const char *last_uuid, struct sormas_request *out)
{
	bool first = last_uuid == NULL || last_uuid[0] == '\0';

	get(out, mem_printf("/%s/all/%" PRId64 "/%d/%s", model_kind_name(kind), since, size, first ? "NO_LAST_SYNCED_UUID" : last_uuid));
}

void sormas_request_all(enum kind kind, int64_t since, struct sormas_request *out)
{
	get(out, mem_printf("/%s/%s/%" PRId64, model_kind_name(kind), kind == KIND_FACILITIES ? "general" : "all", since));
}

void sormas_request_facilities(const char *region, int64_t since, struct sormas_request *out)
{
	get(out, mem_printf("/facilities/region/%s/%" PRId64, region, since));
}

void sormas_request_removed(enum kind kind, int64_t since, struct sormas_request *out)
{
	get(out, mem_printf("/%s/deleted/%" PRId64, model_kind_name(kind), since));
}

void sormas_request_obsolete(enum kind kind, int64_t since, struct sormas_request *out)
{
	get(out, mem_printf("/%s/obsolete/%" PRId64, model_kind_name(kind), since));
}

void sormas_request_uuids(enum kind kind, struct sormas_request *out)
{
	get(out, mem_printf("/%s/uuids", model_kind_name(kind)));
}

void sormas_request_query(enum kind kind, const char *const *uuids, size_t count, struct sormas_request *out)
{
	struct buf body;

	buf_init(&body, 0);
	for (size_t i = 0; i < count; i++) {
		buf_add_char(&body, i == 0 ? '[' : ',');
		json_write_string(&body, uuids[i]);
	}
	buf_add_char(&body, ']');
	post(out, mem_printf("/%s/query", model_kind_name(kind)), &body);
}

void sormas_request_push(enum kind kind, const char *const *bodies, size_t count, struct sormas_request *out)
{
	struct buf body;

	buf_init(&body, 0);
	for (size_t i = 0; i < count; i++) {
		buf_add_char(&body, i == 0 ? '[' : ',');
		buf_add_text(&body, bodies[i]);
	}
	buf_add_char(&body, ']');
	post(out, mem_printf("/%s/push", model_kind_name(kind)), &body);
}

void sormas_request_update(const char *uuid, char *body, struct sormas_request *out)
{
	*out = (struct sormas_request){ .method = "POST", .path = mem_printf("/cases/postUpdate/%s", uuid), .body = body, .body_len = strlen(body) };
}

/* Kinds of the bundle: the key of its date, the key of its list. */
struct bundle_key { enum kind kind; const char *date, *list; };
static const struct bundle_key bundle_keys[] = {
	{ KIND_CONTINENTS, "continentChangeDate", "continents" },
	{ KIND_SUBCONTINENTS, "subcontinentChangeDate", "subcontinents" },
	{ KIND_COUNTRIES, "countryChangeDate", "countries" },
	{ KIND_AREAS, "areaChangeDate", "areas" },
	{ KIND_REGIONS, "regionChangeDate", "regions" },
	{ KIND_DISTRICTS, "districtChangeDate", "districts" },
	{ KIND_COMMUNITIES, "communityChangeDate", "communities" },
	{ KIND_FACILITIES, "facilityChangeDate", "facilities" },
	{ KIND_POINTS_OF_ENTRY, "pointOfEntryChangeDate", "pointsOfEntry" },
	{ KIND_USERS, "userChangeDate", "users" },
	{ KIND_DISEASE_CONFIGURATIONS, "diseaseConfigurationChangeDate", "diseaseConfigurations" },
	{ KIND_USER_ROLES, "userRoleChangeDate", "userRoles" },
	{ KIND_FEATURE_CONFIGURATIONS, "featureConfigurationChangeDate", "featureConfigurations" }
};
#define BUNDLE_KEYS (sizeof bundle_keys / sizeof bundle_keys[0])

void sormas_request_bundle(const int64_t since[KIND_COUNT], struct sormas_request *out)
{
	struct buf body;

	buf_init(&body, 0);
	for (size_t i = 0; i < BUNDLE_KEYS; i++)
		buf_printf(&body, "%c\"%s\":%" PRId64, i == 0 ? '{' : ',', bundle_keys[i].date, since[bundle_keys[i].kind]);
	buf_printf(&body, ",\"diseaseClassificationChangeDate\":%" PRId64 "}", NEVER_MS);
	post(out, mem_strdup("/infrastructure/sync"), &body);
}

bool sormas_kind_is_in_bundle(enum kind kind)
{
	for (size_t i = 0; i < BUNDLE_KEYS; i++)
		if (bundle_keys[i].kind == kind)
			return true;
	return false;
}

struct bundle_scan { struct sormas_bundle bundle; bool object; };

static bool see_bundle(void *ctx, const struct json_event *ev)
{
	struct bundle_scan *scan = ctx;

	if (ev->depth == 0) {
		scan->object = ev->type == JSON_OBJECT;
		return true;
	}
	if (ev->depth != 1)
		return true;
	if (json_span_is(ev->key, "initialSyncRequired"))
		scan->bundle.initial_sync_required = ev->type == JSON_TRUE;
	if (ev->type != JSON_ARRAY || !ev->end)
		return true;
	if (json_span_is(ev->key, "deletedUserRoleUuids"))
		scan->bundle.removed_roles = ev->raw;
	else if (json_span_is(ev->key, "deletedFeatureConfigurationUuids"))
		scan->bundle.removed_features = ev->raw;
	for (size_t i = 0; i < BUNDLE_KEYS; i++)
		if (json_span_is(ev->key, bundle_keys[i].list))
			scan->bundle.list[bundle_keys[i].kind] = ev->raw;
	return true;
}

enum status sormas_split_bundle(const char *text, size_t len, struct sormas_bundle *out, struct err *err)
{
	struct bundle_scan scan = { 0 };
	enum status st = json_scan(text, len, see_bundle, &scan, err);

	if (st != ST_OK)
		return err_wrap(err, N_("The server's infrastructure cannot be read."));
	if (!scan.object)
		return err_set(err, ST_INVALID, N_("The server's infrastructure is no JSON object."));
	*out = scan.bundle;
	return ST_OK;
}

bool sormas_kind_has_obsolete(enum kind kind)
{
	static const enum kind kinds[] = { KIND_CASES, KIND_IMMUNIZATIONS, KIND_EVENTS, KIND_EVENT_PARTICIPANTS, KIND_ENVIRONMENTS,
		KIND_ENVIRONMENT_SAMPLES, KIND_SAMPLES, KIND_CONTACTS, KIND_TASKS };

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i] == kind)
			return true;
	return false;
}

int64_t sormas_next_since(enum kind kind, int64_t last_date)
{
	return kind == KIND_CONTACTS ? last_date - 1 : last_date;
}
