/* What people do in a history: at the clients through the store as a screen does, and on the server through its web interface. */
#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"

#define REGION "REGION-AAAAAA-AAAAAA-AAAAAAAA"
#define DISTRICT "DISTRI-AAAAAA-AAAAAA-AAAAAAAA"
#define FACILITY "FACILI-AAAAAA-AAAAAA-AAAAAAAA"

/* ---- places that can be edited ---- */

enum value { VALUE_TEXT, VALUE_DAY, VALUE_CHOICE, VALUE_OUTCOME, VALUE_BIRTH };
struct spot { enum kind kind; const char *list, *key; enum value value; };      /* list: an item of it, if there is one */

static const struct spot spots[] = {
	{ KIND_CASES, NULL, "additionalDetails", VALUE_TEXT },
	{ KIND_CASES, NULL, "externalID", VALUE_TEXT },
	{ KIND_CASES, NULL, "reportDate", VALUE_DAY },
	{ KIND_CASES, NULL, "outcome", VALUE_OUTCOME },
	{ KIND_CASES, NULL, "hospitalization.admissionDate", VALUE_DAY },
	{ KIND_CASES, NULL, "hospitalization.otherHospitalizationReason", VALUE_TEXT },
	{ KIND_CASES, NULL, "hospitalization.isolated", VALUE_CHOICE },
	{ KIND_CASES, "hospitalization.previousHospitalizations", "description", VALUE_TEXT },
	{ KIND_CASES, "hospitalization.previousHospitalizations", "admissionDate", VALUE_DAY },
	{ KIND_CASES, NULL, "symptoms.symptomsComments", VALUE_TEXT },
	{ KIND_CASES, NULL, "symptoms.onsetDate", VALUE_DAY },
	{ KIND_CASES, NULL, "epiData.infectionSourceText", VALUE_TEXT },
	{ KIND_CASES, "epiData.exposures", "description", VALUE_TEXT },
	{ KIND_CASES, "epiData.exposures", "location.street", VALUE_TEXT },
	{ KIND_CASES, NULL, "healthConditions.otherConditions", VALUE_TEXT },
	{ KIND_CASES, NULL, "portHealthInfo.vesselName", VALUE_TEXT },
	{ KIND_PERSONS, NULL, "nickname", VALUE_TEXT },
	{ KIND_PERSONS, NULL, "occupationDetails", VALUE_TEXT },
	{ KIND_PERSONS, NULL, "birthdateDD", VALUE_BIRTH },
	{ KIND_PERSONS, NULL, "address.street", VALUE_TEXT },
	{ KIND_PERSONS, NULL, "address.city", VALUE_TEXT },
	{ KIND_PERSONS, "addresses", "street", VALUE_TEXT },
	{ KIND_PERSONS, "personContactDetails", "additionalInformation", VALUE_TEXT }
};
struct list_spot { enum kind kind; const char *path, *extra; };
static const struct list_spot list_spots[] = {
	{ KIND_CASES, "hospitalization.previousHospitalizations", "\"description\":" },
	{ KIND_CASES, "epiData.exposures", "\"exposureType\":\"UNKNOWN\",\"description\":" },
	{ KIND_PERSONS, "addresses", "\"street\":" },
	{ KIND_PERSONS, "personContactDetails", "\"additionalInformation\":" }
};

/* ---- documents ---- */

static struct json *parse(const char *text)
{
	struct json *v = NULL;
	struct err err;

	if (json_parse_text(text, &v, &err) != ST_OK)
		abort();
	return v;
}

struct json *people_person(const char *uuid, int number)
{
	char *text = mem_printf("{\"uuid\":\"%s\",\"firstName\":\"Ada\",\"lastName\":\"Example %d\",\"sex\":\"FEMALE\",\"birthdateDD\":%d,\"birthdateMM\":2,"
		"\"birthdateYYYY\":1980,\"nickname\":\"n%d\",\"newerKey\":\"kept %d\",\"address\":{\"uuid\":\"ADR%s\",\"street\":\"first\"},\"addresses\":[],"
		"\"personContactDetails\":[]}", uuid, number, number % 28 + 1, number, number, uuid + 3);
	struct json *doc = parse(text);

	mem_free(text);
	return doc;
}

struct json *people_case(const char *uuid, const char *person, int number)
{
	static const char *const parts[] = { "therapy", "healthConditions", "clinicalCourse", "maternalHistory", "portHealthInfo", "symptoms" };
	char *text = mem_printf("{\"uuid\":\"%s\",\"disease\":\"CHOLERA\",\"person\":{\"uuid\":\"%s\"},\"reportDate\":%lld,\"reportingUser\":{\"uuid\":"
		"\"USERME-AAAAAA-AAAAAA-AAAAAAAA\"},\"caseClassification\":\"NOT_CLASSIFIED\",\"investigationStatus\":\"PENDING\",\"outcome\":\"NO_OUTCOME\","
		"\"caseOrigin\":\"IN_COUNTRY\",\"responsibleRegion\":{\"uuid\":\"" REGION "\"},\"responsibleDistrict\":{\"uuid\":\"" DISTRICT "\"},"
		"\"facilityType\":\"HOSPITAL\",\"healthFacility\":{\"uuid\":\"" FACILITY "\"},\"newerKey\":{\"list\":[%d,1.50]},"
		"\"hospitalization\":{\"uuid\":\"HOS%s\",\"previousHospitalizations\":[]},\"epiData\":{\"uuid\":\"EPI%s\",\"exposures\":[],\"activitiesAsCase\":[]}}",
		uuid, person, 1790000000000LL + number, number, uuid + 3, uuid + 3);
	struct json *doc = parse(text);

	mem_free(text);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		text = mem_printf("{\"uuid\":\"P%02zu%s\"}", i, uuid + 3);
		json_add(doc, parts[i], parse(text));
		mem_free(text);
	}
	return doc;
}

/* ---- what was saved is written down ---- */

static bool begins(const char *s, const char *head)
{
	return strncmp(s, head, strlen(head)) == 0;
}

static struct saved *write_down(struct client *client, enum kind kind, const char *uuid, const char *path, const struct json *value, bool unique)
{
	struct sim *sim = client->sim;
	struct saved *s;
	size_t len = strlen(path);
	bool item = len > 0 && path[len - 1] == ']';

	for (size_t i = 0; i < sim->save_count; i++) {
		struct saved *old = &sim->saves[i];

		if (old->client == client->number && strcmp(old->uuid, uuid) == 0 && (strcmp(old->path, path) == 0 || (item && value == NULL && begins(old->path, path))))
			old->superseded = true;
	}
	mem_grow((void **)&sim->saves, &sim->save_cap, sim->save_count + 1, sizeof *sim->saves);
	s = &sim->saves[sim->save_count++];
	*s = (struct saved){ .client = client->number, .kind = kind, .value = value != NULL ? json_print(value, NULL) : NULL, .item = item, .unique = unique };
	memcpy(s->uuid, uuid, strlen(uuid) + 1);
	(void)snprintf(s->path, sizeof s->path, "%s", path);
	sim_tell(sim, "  client %d saves %s %s = %s", client->number, uuid, path, s->value != NULL ? s->value : "removed");
	return s;
}

/* ---- choosing ---- */

struct choice { char uuid[UUID_SIZE]; size_t seen; struct rand *rand; };

static bool choose_record(void *ctx, const struct record *record)
{
	struct choice *c = ctx;

	c->seen++;
	if (rand_below(c->rand, c->seen) == 0)
		memcpy(c->uuid, record->uuid, UUID_SIZE);
	return true;
}

/* A record of this kind that the client has; "" : none. */
static void choose(struct client *client, enum kind kind, struct rand *rand, char uuid[UUID_SIZE])
{
	struct choice c = { .rand = rand };

	if (store_each(client->store, kind, 0, RECORD_OUT_OF_REACH, choose_record, &c, NULL) != ST_OK)
		c.uuid[0] = '\0';
	memcpy(uuid, c.uuid, UUID_SIZE);
}

static const struct json *any_item(const struct json *list, struct rand *rand)
{
	size_t n = json_count(list);

	return n > 0 ? json_at(list, rand_below(rand, n)) : NULL;
}

/* The path of a spot in a document; false: the list is empty. */
static bool spot_path(const struct spot *spot, struct json *doc, struct rand *rand, char path[160])
{
	const struct json *item;

	if (spot->list == NULL) {
		(void)snprintf(path, 160, "%s", spot->key);
		return true;
	}
	item = any_item(server_at(doc, spot->list), rand);
	if (item == NULL)
		return false;
	(void)snprintf(path, 160, "%s[%s].%s", spot->list, json_get_string(item, "uuid"), spot->key);
	return true;
}

/* A value that nobody has used yet, where the field allows it. who: of which client, or 's' for the server. */
static struct json *new_value(struct sim *sim, enum value what, char who, struct rand *rand)
{
	static const char *const choices[] = { "YES", "NO", "UNKNOWN" };
	int64_t n = ++sim->next_value;
	char text[64];

	switch (what) {
	case VALUE_TEXT:
		(void)snprintf(text, sizeof text, "<%c%lld>", who, (long long)n);
		if (who != 's' && !sim->quiet && rand_below(rand, 14) == 0)
			(void)snprintf(text, sizeof text, "<%c%lld>!%s", who, (long long)n, rand_below(rand, 2) == 0 ? "400" : "500");
		return json_new_string(text);
	case VALUE_DAY:
		return json_new_int(1600000000000LL + n * 86400000LL);
	case VALUE_CHOICE:
	case VALUE_OUTCOME:
	case VALUE_BIRTH:
		break;
	}
	return json_new_string(choices[rand_below(rand, 3)]);
}

/* ---- saving ---- */

static bool save_doc(struct client *client, enum kind kind, const char *uuid, int64_t revision, const struct json *start, const struct json *doc)
{
	struct save save = { .kind = kind, .uuid = uuid, .revision = revision, .start = start, .doc = doc, .cause = "edit" };
	struct err err = { 0 };
	char text[256];
	enum status st = save_record(&client->session, &save, NULL, NULL, NULL, &err);

	if (st == ST_OK)
		return true;
	if (st != ST_STALE && st != ST_NOT_FOUND) {
		(void)err_text(&err, text, sizeof text);
		sim_fail(client->sim, "client %d could not save %s: %s", client->number, uuid, text);
	}
	return false;
}

static bool put_value(struct client *client, enum kind kind, struct json *doc, const char *path, struct json *value)
{
	struct model_path where;

	if (model_parse_path(client->sim->model, kind, path, &where, NULL) != ST_OK || model_path_set(&where, doc, value, NULL) != ST_OK) {
		sim_fail(client->sim, "the path %s cannot be set", path);
		return false;
	}
	return true;
}

/* Changes doc at a spot and remembers what is saved once it is. */
struct pending { char path[3][160]; struct json *value[3]; bool unique; int count; };

static void pend(struct pending *p, const char *path, struct json *value)
{
	(void)snprintf(p->path[p->count], 160, "%s", path);
	p->value[p->count++] = value;
}

/* A masked field is not offered to anybody (forms.md). */
static bool is_masked(const struct json *object)
{
	return json_true(json_get(object, "pseudonymized"));
}

/* A list's item has a mask of its own. */
static bool is_masked_at(const struct client *client, enum kind kind, const struct json *doc, const char *path)
{
	struct model_path where;

	if (model_parse_path(client->sim->model, kind, path, &where, NULL) != ST_OK)
		return true;
	where.count--;
	return is_masked(where.count > 0 ? model_path_get(&where, doc) : doc);
}

static bool change_spot(struct client *client, const struct spot *spot, struct json *doc, struct rand *rand, struct pending *out)
{
	struct sim *sim = client->sim;
	char path[160], who = (char)('a' + client->number);
	static const char *const outcomes[] = { "RECOVERED", "DECEASED", "UNKNOWN", "NO_OUTCOME" };

	*out = (struct pending){ .unique = spot->value == VALUE_TEXT || spot->value == VALUE_DAY };
	if (!spot_path(spot, doc, rand, path) || is_masked_at(client, spot->kind, doc, path))
		return false;
	if (spot->value == VALUE_OUTCOME) {
		const char *outcome = outcomes[rand_below(rand, 4)];

		pend(out, "outcome", json_new_string(outcome));
		pend(out, "outcomeDate", strcmp(outcome, "NO_OUTCOME") == 0 ? json_new_null() : new_value(sim, VALUE_DAY, who, rand));
	} else if (spot->value == VALUE_BIRTH) {
		pend(out, "birthdateDD", json_new_int(1 + (int64_t)rand_below(rand, 28)));
		pend(out, "birthdateMM", json_new_int(1 + (int64_t)rand_below(rand, 12)));
		pend(out, "birthdateYYYY", json_new_int(1920 + ++sim->next_value % 90));
	} else {
		pend(out, path, new_value(sim, spot->value, who, rand));
	}
	for (int i = 0; i < out->count; i++)
		if (!put_value(client, spot->kind, doc, out->path[i], json_copy(out->value[i])))
			return false;
	return true;
}

static void written(struct client *client, enum kind kind, const char *uuid, struct pending *p, bool saved)
{
	for (int i = 0; i < p->count; i++) {
		if (saved)
			(void)write_down(client, kind, uuid, p->path[i], p->value[i], p->unique);
		json_free(p->value[i]);
	}
	p->count = 0;
}

static struct json *read_doc(struct client *client, enum kind kind, const char *uuid, int64_t *revision)
{
	struct record record;
	struct json *doc;

	if (uuid[0] == '\0' || store_get(client->store, kind, uuid, &record, NULL) != ST_OK)
		return NULL;
	doc = parse(record.doc);
	*revision = record.revision;
	record_done(&record);
	return doc;
}

static void edit(struct client *client, struct rand *rand)
{
	const struct spot *spot = &spots[rand_below(rand, sizeof spots / sizeof spots[0])];
	struct pending p = { .count = 0 };
	char uuid[UUID_SIZE];
	int64_t revision = 0;
	struct json *start, *doc;

	choose(client, spot->kind, rand, uuid);
	start = read_doc(client, spot->kind, uuid, &revision);
	if (start == NULL)
		return;
	doc = json_copy(start);
	if (!is_masked(start) && change_spot(client, spot, doc, rand, &p))
		written(client, spot->kind, uuid, &p, save_doc(client, spot->kind, uuid, revision, start, doc));
	written(client, spot->kind, uuid, &p, false);
	json_free(start);
	json_free(doc);
}

static void add_or_remove(struct client *client, struct rand *rand, bool add)
{
	const struct list_spot *spot = &list_spots[rand_below(rand, sizeof list_spots / sizeof list_spots[0])];
	char uuid[UUID_SIZE], path[160];
	int64_t revision = 0;
	struct json *start, *doc, *list;
	const struct json *item;

	choose(client, spot->kind, rand, uuid);
	start = read_doc(client, spot->kind, uuid, &revision);
	if (start == NULL)
		return;
	doc = json_copy(start);
	list = server_at(doc, spot->path);
	if (!is_masked(start) && add && json_is_array(list)) {
		struct model_path where;
		struct json *made, *text = new_value(client->sim, VALUE_TEXT, (char)('a' + client->number), rand);
		char *quoted = json_print(text, NULL), *extra = mem_printf("{%s%s}", spot->extra, quoted);
		struct json *more = parse(extra);

		if (model_parse_path(client->sim->model, spot->kind, spot->path, &where, NULL) != ST_OK)
			abort();
		made = model_new_item(where.field, &client->sim->rand, clock_now(&client->sim->clock));
		for (const struct json *v = json_first(more); v != NULL; v = json_next(v))
			json_set(made, json_key(v), json_copy(v));
		(void)snprintf(path, sizeof path, "%s[%s]", spot->path, json_get_string(made, "uuid"));
		json_append(list, made);
		if (save_doc(client, spot->kind, uuid, revision, start, doc))
			(void)write_down(client, spot->kind, uuid, path, text, true);
		mem_free(extra);
		mem_free(quoted);
		json_free(more);
		json_free(text);
	} else if (!is_masked(start) && !add && (item = any_item(list, rand)) != NULL) {
		(void)snprintf(path, sizeof path, "%s[%s]", spot->path, json_get_string(item, "uuid"));
		if (put_value(client, spot->kind, doc, path, NULL) && save_doc(client, spot->kind, uuid, revision, start, doc))
			(void)write_down(client, spot->kind, uuid, path, NULL, false);
	}
	json_free(start);
	json_free(doc);
}

static void new_case(struct client *client, struct rand *rand)
{
	struct sim *sim = client->sim;
	char person[UUID_SIZE], uuid[UUID_SIZE];
	struct json *p, *c;

	rand_uuid(&sim->rand, uuid);
	if (rand_below(rand, 3) == 0)
		choose(client, KIND_PERSONS, rand, person);
	else
		person[0] = '\0';
	if (person[0] == '\0') {
		rand_uuid(&sim->rand, person);
		p = people_person(person, 100);
		if (save_doc(client, KIND_PERSONS, person, 0, NULL, p))
			(void)write_down(client, KIND_PERSONS, person, "", p, false);
		json_free(p);
	}
	c = people_case(uuid, person, 100);
	if (save_doc(client, KIND_CASES, uuid, 0, NULL, c))
		(void)write_down(client, KIND_CASES, uuid, "", c, false);
	json_free(c);
}

/* A form is opened, looked at for a while, and saved later: others may have saved meanwhile. */
static void open_form(struct client *client, struct rand *rand)
{
	json_free(client->form_start);
	client->form_kind = rand_below(rand, 3) == 0 ? KIND_PERSONS : KIND_CASES;
	choose(client, client->form_kind, rand, client->form_uuid);
	client->form_start = read_doc(client, client->form_kind, client->form_uuid, &client->form_revision);
}

static void save_form(struct client *client, struct rand *rand)
{
	const struct spot *spot;
	struct pending p = { .count = 0 };
	struct json *doc;

	if (client->form_start == NULL)
		return;
	do
		spot = &spots[rand_below(rand, sizeof spots / sizeof spots[0])];
	while (spot->kind != client->form_kind);
	doc = json_copy(client->form_start);
	if (!is_masked(client->form_start) && change_spot(client, spot, doc, rand, &p))
		written(client, spot->kind, client->form_uuid, &p,
			save_doc(client, spot->kind, client->form_uuid, client->form_revision, client->form_start, doc));
	written(client, spot->kind, client->form_uuid, &p, false);
	json_free(doc);
	json_free(client->form_start);
	client->form_start = NULL;
}

/* ---- on the server ---- */

static struct server_record *any_record(struct sim *sim, enum server_kind kind, struct rand *rand)
{
	struct server_record *found = NULL;
	size_t seen = 0;

	for (size_t i = 0; i < sim->server->count; i++)
		if (sim->server->records[i].kind == kind && !sim->server->records[i].deleted && rand_below(rand, ++seen) == 0)
			found = &sim->server->records[i];
	return found;
}

static void server_edits(struct sim *sim, struct rand *rand, bool back)
{
	const struct spot *spot = &spots[rand_below(rand, sizeof spots / sizeof spots[0])];
	struct server_record *record = any_record(sim, spot->kind == KIND_CASES ? SERVER_CASES : SERVER_PERSONS, rand);
	char path[160];
	struct json *value;

	if (record == NULL || spot->value == VALUE_OUTCOME || !spot_path(spot, record->doc, rand, path))
		return;
	if (spot->value == VALUE_BIRTH) {
		(void)server_set(sim->server, record->uuid, "birthdateDD", json_new_int(1 + (int64_t)rand_below(rand, 28)));
		(void)server_set(sim->server, record->uuid, "birthdateMM", json_new_int(1 + (int64_t)rand_below(rand, 12)));
		value = json_new_int(1920 + ++sim->next_value % 90);
		(void)snprintf(path, sizeof path, "birthdateYYYY");
	} else if (back) {
		/* the value that it had in the beginning: as if an edit had not been stored */
		value = strcmp(path, "address.street") == 0 ? json_new_string("first") : spot->value == VALUE_TEXT ? json_new_string("") : NULL;
		if (value == NULL)
			return;
	} else {
		value = new_value(sim, spot->value, 's', rand);
	}
	/* Some transactions take their time: the date is older than the moment when others see it. */
	sim->server->late_ms = rand_below(rand, 4) == 0 ? (int64_t)rand_below(rand, 40000) : 0;
	sim_tell(sim, "  the server's %s %s changes%s", record->uuid, path, sim->server->late_ms > 0 ? ", in a slow transaction" : "");
	(void)server_set(sim->server, record->uuid, path, value);
	sim->server->late_ms = 0;
}

static void server_lists(struct sim *sim, struct rand *rand, bool add)
{
	const struct list_spot *spot = &list_spots[rand_below(rand, sizeof list_spots / sizeof list_spots[0])];
	struct server_record *record = any_record(sim, spot->kind == KIND_CASES ? SERVER_CASES : SERVER_PERSONS, rand);
	const struct json *item;
	char uuid[UUID_SIZE], path[160], *text;

	if (record == NULL)
		return;
	if (add) {
		rand_uuid(&sim->rand, uuid);
		text = mem_printf("{\"uuid\":\"%s\",%s\"<s%lld>\"%s}", uuid, spot->extra, (long long)++sim->next_value, strstr(spot->path, "exposures") != NULL ?
			",\"location\":{\"uuid\":\"LOCATI-AAAAAA-AAAAAA-AAAAAAAA\"}" : "");
		(void)server_set(sim->server, record->uuid, spot->path, parse(text));
		sim_tell(sim, "  the server's %s %s gets %s", record->uuid, spot->path, uuid);
		mem_free(text);
	} else if ((item = any_item(server_at(record->doc, spot->path), rand)) != NULL) {
		(void)snprintf(path, sizeof path, "%s[%s]", spot->path, json_get_string(item, "uuid"));
		sim_tell(sim, "  the server's %s %s is removed", record->uuid, path);
		(void)server_set(sim->server, record->uuid, path, NULL);
	}
}

/* Somebody else writes a case down: of a new person, or of one that is there, who may have had no case that anybody here could see. */
static void server_writes(struct sim *sim, struct rand *rand)
{
	struct server_record *there = rand_below(rand, 3) > 0 ? any_record(sim, SERVER_PERSONS, rand) : NULL;
	char person[UUID_SIZE], uuid[UUID_SIZE];
	int number = 200 + (int)sim->server->count;

	if (sim->server->count + 2 > SIM_SERVER_RECORDS)
		return;
	if (there != NULL) {
		memcpy(person, there->uuid, sizeof person);
	} else {
		rand_uuid(&sim->rand, person);
		(void)server_add(sim->server, SERVER_PERSONS, people_person(person, number));
	}
	rand_uuid(&sim->rand, uuid);
	(void)server_add(sim->server, SERVER_CASES, people_case(uuid, person, number));
	sim_tell(sim, "  on the server there is a new case %s of %s", uuid, person);
}

void people_act(struct sim *sim, const struct op *op)
{
	struct client *client = &sim->clients[op->client];
	struct server_record *record;
	struct rand rand;

	rand_init(&rand, op->seed);
	switch (op->type) {
	case OP_EDIT:
		edit(client, &rand);
		break;
	case OP_ADD_ITEM:
	case OP_REMOVE_ITEM:
		add_or_remove(client, &rand, op->type == OP_ADD_ITEM);
		break;
	case OP_NEW:
		new_case(client, &rand);
		break;
	case OP_OPEN:
		open_form(client, &rand);
		break;
	case OP_SAVE:
		save_form(client, &rand);
		break;
	case OP_SERVER_EDIT:
	case OP_SERVER_BACK:
		server_edits(sim, &rand, op->type == OP_SERVER_BACK);
		break;
	case OP_SERVER_MANY:
		for (uint64_t n = 3 + rand_below(&rand, 6); n > 0; n--)
			server_edits(sim, &rand, false);
		break;
	case OP_SERVER_NEW:
		server_writes(sim, &rand);
		break;
	case OP_SERVER_ADD_ITEM:
	case OP_SERVER_REMOVE_ITEM:
		server_lists(sim, &rand, op->type == OP_SERVER_ADD_ITEM);
		break;
	case OP_DELETE:
	case OP_ARCHIVE:
	case OP_HIDE:
		record = any_record(sim, SERVER_CASES, &rand);
		if (record == NULL)
			break;
		if (op->type == OP_DELETE)
			server_delete(sim->server, record->uuid);
		else if (op->type == OP_ARCHIVE)
			server_archive(sim->server, record->uuid, !record->archived);
		else
			record->hidden ^= 1U << op->client;
		sim_tell(sim, "  the server's %s: %s (client %d)", record->uuid, op_name(op->type), op->client);
		break;
	case OP_RIGHTS:
		sim->server->may_edit[op->client] = !sim->server->may_edit[op->client];
		sim_tell(sim, "  client %d %s edit cases from now on", op->client, sim->server->may_edit[op->client] ? "may" : "may not");
		break;
	case OP_CLOCK:
		sim->server->offset_ms += (int64_t)rand_below(&rand, 7200000) - 3600000;
		sim_tell(sim, "  the server's clock jumps to %+lld ms", (long long)sim->server->offset_ms);
		break;
	case OP_SYNC:
	case OP_CANCEL:
	case OP_WAIT:
	case OP_TYPE_COUNT:
		break;
	}
}

/* ---- at the end: what was refused is put right ---- */

struct fix { char uuid[32][UUID_SIZE]; enum kind kind[32]; int count; };

static bool note_rejected(void *ctx, const struct record *record)
{
	struct fix *fix = ctx;

	memcpy(fix->uuid[fix->count], record->uuid, UUID_SIZE);
	fix->kind[fix->count++] = record->kind;
	return fix->count < 32;
}

static void clean(struct client *client, const char *head, struct json *v, struct pending *p)
{
	for (struct json *c = json_first(v); c != NULL && p->count == 0; c = json_next(c)) {
		const char *text = json_string(c);
		char path[160];

		if (json_is_array(v))
			(void)snprintf(path, sizeof path, "%s[%s]", head, json_get_string(c, "uuid") != NULL ? json_get_string(c, "uuid") : "");
		else
			(void)snprintf(path, sizeof path, "%s%s%s", head, head[0] != '\0' ? "." : "", json_key(c));
		if (text != NULL && strchr(text, '!') != NULL)
			pend(p, path, new_value(client->sim, VALUE_TEXT, (char)('a' + client->number), &client->sim->rand));
		else if (json_is_object(c) || json_is_array(c))
			clean(client, path, c, p);
	}
}

void people_fix_rejected(struct client *client)
{
	struct fix fix = { .count = 0 };

	if (sim_each_record(client, RECORD_DIRTY, note_rejected, &fix) != ST_OK || store_unreject(client->store, KIND_COUNT, "", NULL) != ST_OK)
		sim_fail(client->sim, "client %d could not put its rejected records right", client->number);
	for (int i = 0; i < fix.count; i++)
		for (;;) {
			struct pending p = { .count = 0 };
			int64_t revision = 0;
			struct json *start = read_doc(client, fix.kind[i], fix.uuid[i], &revision), *doc = json_copy(start);
			bool more;

			clean(client, "", doc, &p);
			more = p.count > 0;
			if (more && put_value(client, fix.kind[i], doc, p.path[0], json_copy(p.value[0]))) {
				p.unique = true;
				written(client, fix.kind[i], fix.uuid[i], &p, save_doc(client, fix.kind[i], fix.uuid[i], revision, start, doc));
			}
			json_free(start);
			json_free(doc);
			if (!more || client->sim->failed)
				break;
		}
}
