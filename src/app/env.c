#include "app/env.h"

#include <string.h>

#include "app/account.h"
#include "app/labels.h"
#include "app/place.h"
#include "app/settings.h"
#include "app/stored.h"

/* ---- references ---- */

static bool env_get_ref(void *ctx, enum kind kind, const char *uuid, struct form_ref *out)
{
	struct session *session = ctx;
	struct ref_row row;

	if (store_get_ref(session->store, kind, uuid, &row, NULL) != ST_OK)
		return false;
	*out = (struct form_ref){ .uuid = uuid, .label = labels_place(row.name), .region = row.region, .district = row.district,
		.community = row.community, .type = row.type, .archived = row.archived };
	return true;
}

struct env_each { bool (*visit)(void *ctx, const struct form_ref *ref); void *ctx; unsigned places; bool stop; };

static bool env_visit_ref(void *ctx, const struct ref_row *row)
{
	struct env_each *each = ctx;
	const struct place *place;
	size_t i;
	struct form_ref ref = { .uuid = row->uuid, .label = labels_place(row->name), .region = row->region, .district = row->district,
		.community = row->community,
		.type = row->type, .archived = row->archived };

	for (i = 0; (place = place_at(i)) != NULL; i++)
		if (strcmp(place->uuid, row->uuid) == 0)
			each->places |= 1u << i;
	each->stop = !each->visit(each->ctx, &ref);
	return !each->stop;
}

/* The store knows these places by the server's words only; whoever reads "Other airport" types that. */
static void env_each_place(struct session *session, struct env_each *each, enum kind kind, const char *search)
{
	const struct place *place;
	struct ref_row row;
	char *typed = text_fold(search);
	size_t i;

	for (i = 0; (place = place_at(i)) != NULL && !each->stop; i++) {
		char *label;

		if (place->kind != kind || (each->places & 1u << i) != 0 || store_get_ref(session->store, kind, place->uuid, &row, NULL) != ST_OK)
			continue;
		label = text_fold(_(place->text));
		if (strstr(label, typed) != NULL)
			(void)env_visit_ref(each, &row);
		mem_free(label);
	}
	mem_free(typed);
}

static void env_each_ref(void *ctx, enum kind kind, const char *region, const char *district, const char *community, const char *type,
	const char *search,
	bool (*visit)(void *vctx, const struct form_ref *ref), void *vctx)
{
	struct env_each each = { visit, vctx, 0, false };
	struct session *session = ctx;

	if (store_each_ref(session->store, kind, region, district, community, type, search, env_visit_ref, &each, NULL) != ST_OK)
		log_write(session->log, LOG_WARN, "the %s could not be listed", model_kind_name(kind));
	else if (search != NULL && *search != '\0' && region == NULL && district == NULL && community == NULL && type == NULL)
		env_each_place(session, &each, kind, search);
}

struct env_values { const char *type; const char *disease; bool (*visit)(void *ctx, const char *value, const char *caption); void *ctx; };

static bool env_visit_value(void *ctx, const struct record *record)
{
	const struct env_values *values = ctx;
	const char *type, *value, *caption;
	struct json *doc, *list, *child;
	bool fits, go_on = true;

	if (json_parse_text(record->doc, &doc, NULL) != ST_OK)
		return true;
	type = json_get_string(doc, "dataType");
	value = json_get_string(doc, "value");
	caption = json_get_string(doc, "caption");
	list = json_get(doc, "diseases");
	fits = values->disease == NULL || json_count(list) == 0;
	for (child = json_first(list); child != NULL && !fits; child = json_next(child))
		fits = json_string(child) != NULL && strcmp(json_string(child), values->disease) == 0;
	/* An inactive value is no longer offered; the field that has it keeps it. */
	if (json_is_bool(json_get(doc, "active")) && !json_true(json_get(doc, "active")))
		fits = false;
	if (fits && type != NULL && value != NULL && (strcmp(type, values->type) == 0))
		go_on = values->visit(values->ctx, value, caption == NULL || *caption == '\0' ? value : caption);
	json_free(doc);
	return go_on;
}

static void env_each_value(void *ctx, const char *enum_name, const char *disease, bool (*visit)(void *vctx, const char *value,
	const char *caption), void *vctx)
{
	struct env_values values = { .type = model_enum_data_type(enum_name), .disease = disease, .visit = visit, .ctx = vctx };
	struct session *session = ctx;

	if (store_each(session->store, KIND_CUSTOMIZABLE_ENUM_VALUES, 0, 0, env_visit_value, &values, NULL) != ST_OK)
		log_write(session->log, LOG_WARN, "the values of %s could not be listed", values.type);
}

struct env_find_value { const char *value; bool found; };

static bool env_is_value(void *ctx, const char *value, const char *caption)
{
	struct env_find_value *find = ctx;

	(void)caption;
	find->found = strcmp(value, find->value) == 0;
	return !find->found;
}

bool env_is_pulled_value(struct session *session, const char *enum_name, const char *disease, const char *value)
{
	struct env_find_value find = { value, false };

	env_each_value(session, enum_name, disease, env_is_value, &find);
	return find.found;
}

static bool env_has_right(void *ctx, const char *right)
{
	return session_has_right(ctx, right);
}

static bool env_has_feature(void *ctx, const char *feature)
{
	return session_has_feature(ctx, feature);
}

/* ---- the whole ---- */

struct env_find_disease { const char *person; char *disease; };

static bool env_visit_case(void *ctx, const struct case_row *row)
{
	struct env_find_disease *find = ctx;

	if (strcmp(row->person_uuid, find->person) != 0 || row->disease == NULL || *row->disease == '\0')
		return true;
	find->disease = mem_strdup(row->disease);
	return false;
}

/* A person's form shows what the disease of the newest case asks for. The search narrows the list by name, as the list has no order by
 * person. */
static char *env_disease_of_person(struct session *session, const struct json *doc)
{
	struct env_find_disease find = { json_get_string(doc, "uuid"), NULL };
	struct case_query query = { .limit = 0 };
	const char *last = json_get_string(doc, "lastName");

	if (find.person == NULL)
		return NULL;
	query.words = last != NULL && *last != '\0' ? last : NULL;
	if (store_list_cases(session->store, &query, env_visit_case, &find, NULL) != ST_OK)
		return NULL;
	return find.disease;
}

/* The setting date_order, or the locale's order. */
static const char *env_date_order(struct session *session)
{
	static const char *const orders[] = { "dmy", "mdy", "ymd" };
	char *setting = setting_get(session, "date_order");
	const char *found = NULL;
	size_t i;

	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (setting != NULL && strcmp(setting, orders[i]) == 0)
			found = orders[i];
	mem_free(setting);
	return found != NULL ? found : i18n_date_order();
}

void env_init(struct env *out, struct session *session, enum kind kind, const struct json *doc, const struct json *base,
	unsigned flags)
{
	static const char *const months[12] = { N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"),
		N_("September"), N_("October"), N_("November"), N_("December") };
	const char *disease = json_get_string(doc, "disease");
	int i;

	memset(out, 0, sizeof(*out));
	out->session = session;
	out->refs = (struct form_refs){ .get = env_get_ref, .each = env_each_ref, .each_value = env_each_value, .ctx = session };
	out->person = kind == KIND_CASES ? stored_person_of(session, doc) : NULL;
	if (kind == KIND_PERSONS)
		out->disease = env_disease_of_person(session, doc);
	else if (disease != NULL && *disease != '\0')
		out->disease = mem_strdup(disease);
	out->env.now_ms = session_now(session);
	out->env.newest_server_ms = session_newest_server(session);
	out->env.person = out->person;
	out->env.base = base;
	out->env.scope.disease = out->disease;
	out->env.scope.country = session_country(session);
	out->env.scope.has_feature = env_has_feature;
	out->env.scope.has_right = env_has_right;
	out->env.scope.ctx = session;
	out->env.editable = stored_may_edit(session, kind, doc, flags);
	out->env.refs = &out->refs;
	out->env.language = session_language(session);
	out->env.date_order = env_date_order(session);
	for (i = 0; i < 12; i++)
		out->months[i] = _(months[i]);
	out->env.month_names = out->months;
	out->env.translate = i18n_context_text;
}

void env_set_person(struct env *env, struct json *person)
{
	json_free(env->person);
	env->person = person;
	env->env.person = person;
}

void env_set_disease(struct env *env, const char *disease)
{
	mem_free(env->disease);
	env->disease = disease == NULL || *disease == '\0' ? NULL : mem_strdup(disease);
	env->env.scope.disease = env->disease;
}

void env_done(struct env *env)
{
	json_free(env->person);
	mem_free(env->disease);
}
