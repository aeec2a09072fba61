#include "sim/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the shape of the records (protocol.md A.4, B.2) ---- */

struct shape { const char *const *parts, *const *lists; const struct shape *const *part_shapes, *const *list_shapes; };

static const char *const none[] = { NULL };
static const struct shape leaf = { none, none, NULL, NULL };
static const struct shape *const one_leaf[] = { &leaf };
static const char *const location_part[] = { "location", NULL };
static const struct shape located = { location_part, none, one_leaf, NULL };
static const char *const previous_list[] = { "previousHospitalizations", NULL };
static const struct shape hospitalization = { none, previous_list, NULL, one_leaf };
static const char *const epi_lists[] = { "exposures", "activitiesAsCase", NULL };
static const struct shape *const epi_list_shapes[] = { &located, &located };
static const struct shape epi_data = { none, epi_lists, NULL, epi_list_shapes };
/* in the order in which the server copies them */
static const char *const case_parts[] = { "hospitalization", "epiData", "therapy", "healthConditions", "clinicalCourse", "maternalHistory", "portHealthInfo",
	"symptoms", NULL };
static const struct shape *const case_shapes[] = { &hospitalization, &epi_data, &leaf, &leaf, &leaf, &leaf, &leaf, &leaf };
static const struct shape case_shape = { case_parts, none, case_shapes, NULL };
static const char *const person_parts[] = { "address", NULL };
static const char *const person_lists[] = { "addresses", "personContactDetails", NULL };
static const struct shape *const person_list_shapes[] = { &leaf, &leaf };
static const struct shape person_shape = { person_parts, person_lists, one_leaf, person_list_shapes };

/* Of the root these are copied before the parts; the others after them (B.2 "Partial commit"). */
static const char *const early_keys[] = { "reportDate", "caseClassification", "investigationStatus", "outcome", "outcomeDate", NULL };
static const char *const bookkeeping[] = { "uuid", "creationDate", "changeDate", "pseudonymized", "inJurisdiction", NULL };
/* What a masked person or case shows nothing of (C.7). */
static const char *const masked_keys[] = { "nickname", "mothersName", "occupationDetails", "birthdateDD", "birthdateMM", "additionalDetails", "street", "city", "additionalInformation",
	"description", NULL };

static bool in_list(const char *const *list, const char *key)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, key) == 0)
			return true;
	return false;
}

static const struct shape *shape_of(enum server_kind kind)
{
	return kind == SERVER_CASES ? &case_shape : &person_shape;
}

static const struct shape *list_shape(const struct shape *shape, const char *key)
{
	for (size_t i = 0; shape->lists[i] != NULL; i++)
		if (strcmp(shape->lists[i], key) == 0)
			return shape->list_shapes[i];
	return NULL;
}

static struct json *item_of(const struct json *list, const char *uuid)
{
	for (struct json *i = json_first(list); i != NULL; i = json_next(i)) {
		const char *u = json_get_string(i, "uuid");

		if (u != NULL && uuid != NULL && strcmp(u, uuid) == 0)
			return i;
	}
	return NULL;
}

static bool same(const struct json *a, const struct json *b)
{
	const char *ua = json_get_string(a, "uuid"), *ub = json_get_string(b, "uuid");

	if (ua != NULL && ub != NULL)
		return strcmp(ua, ub) == 0;             /* a reference: captions are ignored (A.2) */
	return json_equal(a, b);
}

/* ---- the server ---- */

struct server *server_new(const struct clock *clock)
{
	struct server *server = mem_calloc(1, sizeof *server);

	server->clock = clock;
	for (int i = 0; i < SERVER_CLIENTS; i++)
		server->may_edit[i] = true;
	return server;
}

void server_free(struct server *server)
{
	if (server == NULL)
		return;
	for (size_t i = 0; i < server->count; i++)
		json_free(server->records[i].doc);
	mem_free(server->records);
	mem_free(server);
}

int64_t server_now(const struct server *server)
{
	return clock_now(server->clock) + server->offset_ms;
}

static int64_t date_of(const struct json *object)
{
	int64_t ms = 0;

	json_get_int(object, "changeDate", &ms);
	return ms;
}

/* The time of a transaction: no two of a server are in the same millisecond. */
static int64_t transaction_time(struct server *server)
{
	int64_t now = server_now(server);

	if (now <= server->last_transaction && server->last_transaction - now < 1000)
		now = server->last_transaction + 1;
	server->last_transaction = now;
	return now;
}

static void stamp(struct json *object, int64_t now)
{
	json_set(object, "changeDate", json_new_int(now));
	if (json_get(object, "creationDate") == NULL)
		json_set(object, "creationDate", json_new_int(now));
}

static void stamp_all(struct json *object, const struct shape *shape, int64_t now)
{
	stamp(object, now);
	for (size_t i = 0; shape->parts[i] != NULL; i++)
		if (json_is_object(json_get(object, shape->parts[i])))
			stamp_all(json_get(object, shape->parts[i]), shape->part_shapes[i], now);
	for (size_t i = 0; shape->lists[i] != NULL; i++)
		for (struct json *item = json_first(json_get(object, shape->lists[i])); item != NULL; item = json_next(item))
			stamp_all(item, shape->list_shapes[i], now);
}

struct server_record *server_add(struct server *server, enum server_kind kind, struct json *doc)
{
	struct server_record *record;

	mem_grow((void **)&server->records, &server->cap, server->count + 1, sizeof *server->records);
	record = &server->records[server->count++];
	*record = (struct server_record){ .kind = kind, .doc = doc };
	(void)snprintf(record->uuid, sizeof record->uuid, "%s", json_get_string(doc, "uuid"));
	stamp_all(doc, shape_of(kind), transaction_time(server));
	return record;
}

struct server_record *server_find(struct server *server, const char *uuid)
{
	for (size_t i = 0; uuid != NULL && i < server->count; i++)
		if (strcmp(server->records[i].uuid, uuid) == 0)
			return &server->records[i];
	return NULL;
}

bool server_shows(struct server *server, int client, const struct server_record *record)
{
	if (record->deleted)
		return false;
	if (record->kind == SERVER_CASES)
		return !record->archived && (record->hidden & (1U << client)) == 0;
	/* a person through any case that the client may see, archived ones too (D.4) */
	for (size_t i = 0; i < server->count; i++) {
		const struct server_record *c = &server->records[i];
		const char *person = c->kind == SERVER_CASES ? json_get_string(json_get(c->doc, "person"), "uuid") : NULL;

		if (person != NULL && !c->deleted && (c->hidden & (1U << client)) == 0 && strcmp(person, record->uuid) == 0)
			return true;
	}
	return false;
}

static bool in_reach(struct server *server, int client, const struct server_record *record)
{
	if (record->kind == SERVER_CASES)
		return (record->hidden & (1U << client)) == 0;
	return server_shows(server, client, record);
}

static void mask(struct json *doc)
{
	for (size_t i = 0; masked_keys[i] != NULL; i++)
		json_remove(doc, masked_keys[i]);
	for (struct json *c = json_first(doc); c != NULL; c = json_next(c))
		if (json_is_array(c))
			for (struct json *item = json_first(c); item != NULL; item = json_next(item))
				mask(item);
		else if (json_is_object(c) && json_get(c, "changeDate") != NULL)
			mask(c);
	if (json_get(doc, "firstName") != NULL) {
		json_set(doc, "firstName", json_new_string("Confidential"));
		json_set(doc, "lastName", json_new_string("Confidential"));
	}
	if (json_is_object(doc))
		json_set(doc, "pseudonymized", json_new_bool(true));
}

static struct json *read_record(struct server *server, int client, const struct server_record *record)
{
	struct json *doc = json_copy(record->doc);
	struct json *person = json_get(doc, "person");
	bool reach = in_reach(server, client, record);

	json_set(doc, "inJurisdiction", json_new_bool(reach));
	json_set(doc, "pseudonymized", json_new_bool(false));
	json_set(doc, "deleted", json_new_bool(record->deleted));
	if (person != NULL)
		json_set(person, "caption", json_new_string("Somebody"));
	if (record->kind == SERVER_PERSONS && json_get(doc, "birthdateYYYY") != NULL)
		json_set(doc, "approximateAgeReferenceDate", json_new_int(server_now(server)));
	if (!reach)
		mask(doc);
	return doc;
}

struct json *server_read(struct server *server, int client, const char *uuid)
{
	const struct server_record *record = server_find(server, uuid);

	return record != NULL ? read_record(server, client, record) : NULL;
}

/* ---- paths ---- */

/* Walks to the object that holds the last step; *last is that step's key, item its [UUID] or "". */
static struct json *walk(struct json *doc, const char *path, char last[64], char item[UUID_SIZE])
{
	struct json *at = doc;

	for (;;) {
		size_t n = strcspn(path, ".[");

		(void)snprintf(last, 64, "%.*s", (int)n, path);
		path += n;
		item[0] = '\0';
		if (*path == '[') {
			n = strcspn(++path, "]");
			(void)snprintf(item, UUID_SIZE, "%.*s", (int)n, path);
			path += n + 1;
		}
		if (*path != '.')
			return at;
		path++;
		at = json_get(at, last);
		if (item[0] != '\0')
			at = item_of(at, item);
		if (at == NULL)
			return NULL;
	}
}

struct json *server_at(struct json *doc, const char *path)
{
	char key[64], item[UUID_SIZE];
	struct json *owner = walk(doc, path, key, item), *value = json_get(owner, key);

	return item[0] != '\0' ? item_of(value, item) : value;
}

/* In SORMAS a change inside an item of a person's lists moves no date that a page goes by (protocol.md B.3), so that no other client can see it before the
 * person moves for another reason. Here the person moves with its items: histories have to end the same everywhere. */
static void follow_items(struct server_record *record, int64_t now)
{
	for (size_t i = 0; record->kind == SERVER_PERSONS && person_lists[i] != NULL; i++)
		for (struct json *item = json_first(json_get(record->doc, person_lists[i])); item != NULL; item = json_next(item))
			if (date_of(item) == now)
				stamp(record->doc, now);
}

static const struct shape *owner_shape(const struct shape *shape, const char *path)
{
	while (strchr(path, '.') != NULL) {
		char key[64];
		size_t n = strcspn(path, ".[");
		const struct shape *next = NULL;

		(void)snprintf(key, sizeof key, "%.*s", (int)n, path);
		for (size_t i = 0; shape->parts[i] != NULL; i++)
			if (strcmp(shape->parts[i], key) == 0)
				next = shape->part_shapes[i];
		if (next == NULL)
			next = list_shape(shape, key);
		if (next == NULL)
			return &leaf;
		shape = next;
		path = strchr(path, '.') + 1;
	}
	return shape;
}

bool server_set(struct server *server, const char *uuid, const char *path, struct json *value)
{
	struct server_record *record = server_find(server, uuid);
	struct json *owner, *list;
	char key[64], item[UUID_SIZE];
	const struct shape *items;
	int64_t now;

	if (record == NULL || record->deleted || (owner = walk(record->doc, path, key, item)) == NULL) {
		json_free(value);
		return false;
	}
	now = transaction_time(server);
	if (server->late_ms > 0 && now - server->late_ms > date_of(owner) && now - server->late_ms > date_of(record->doc))
		now -= server->late_ms;
	items = list_shape(owner_shape(shape_of(record->kind), path), key);
	list = json_get(owner, key);
	if (item[0] != '\0') {
		size_t i = 0;

		json_free(value);
		for (struct json *c = json_first(list); c != NULL && strcmp(json_get_string(c, "uuid"), item) != 0; c = json_next(c))
			i++;
		if (i >= json_count(list))
			return false;
		json_free(json_detach_at(list, i));
	} else if (items != NULL) {
		stamp_all(value, items, now);
		json_append(list, value);
	} else if (same(list, value)) {
		json_free(value);
		return true;
	} else {
		json_set(owner, key, value);
	}
	stamp(owner, now);
	follow_items(record, now);
	return true;
}

void server_delete(struct server *server, const char *uuid)
{
	struct server_record *record = server_find(server, uuid);

	if (record == NULL)
		return;
	record->deleted = true;
	record->touched = transaction_time(server);
	stamp(record->doc, record->touched);
}

void server_archive(struct server *server, const char *uuid, bool archived)
{
	struct server_record *record = server_find(server, uuid);

	if (record == NULL)
		return;
	record->archived = archived;
	record->touched = transaction_time(server);
	stamp(record->doc, record->touched);
}

/* ---- pages ---- */

static int64_t greatest(const struct json *object, const struct shape *shape)
{
	int64_t most = date_of(object);

	for (size_t i = 0; shape->parts[i] != NULL; i++) {
		int64_t ms = json_get(object, shape->parts[i]) != NULL ? greatest(json_get(object, shape->parts[i]), shape->part_shapes[i]) : 0;

		most = ms > most ? ms : most;
	}
	for (size_t i = 0; shape->lists[i] != NULL; i++)
		for (struct json *item = json_first(json_get(object, shape->lists[i])); item != NULL; item = json_next(item)) {
			int64_t ms = greatest(item, shape->list_shapes[i]);

			most = ms > most ? ms : most;
		}
	return most;
}

/* A person's own lists do not count, only its address (B.3). */
static int64_t first_page_date(const struct server_record *record)
{
	int64_t own = date_of(record->doc), address;

	if (record->kind == SERVER_CASES)
		return greatest(record->doc, &case_shape);
	address = date_of(json_get(record->doc, "address"));
	return own > address ? own : address;
}

static bool wanted(const struct server_record *record, int64_t since, const char *last)
{
	int64_t own = date_of(record->doc);

	if (last[0] == '\0')
		return first_page_date(record) > since;
	if (record->kind == SERVER_PERSONS && first_page_date(record) > since && own <= since)
		return true;
	return own >= since + 1 || (own >= since && strcmp(record->uuid, last) > 0);
}

static int by_date(const void *a, const void *b)
{
	const struct server_record *x = *(struct server_record *const *)a, *y = *(struct server_record *const *)b;
	int64_t dx = date_of(x->doc), dy = date_of(y->doc);

	return dx != dy ? (dx < dy ? -1 : 1) : strcmp(x->uuid, y->uuid);
}

static char *rows_text(struct server *server, int client, struct server_record **rows, size_t count)
{
	struct buf out;

	buf_init(&out, 0);
	buf_add_char(&out, '[');
	for (size_t i = 0; i < count; i++) {
		struct json *doc = read_record(server, client, rows[i]);
		char *text = json_print(doc, NULL);

		if (i > 0)
			buf_add_char(&out, ',');
		buf_add_text(&out, text);
		mem_free(text);
		json_free(doc);
	}
	buf_add_char(&out, ']');
	return buf_take(&out, NULL);
}

static void page(struct server *server, int client, enum server_kind kind, int64_t since, size_t size, const char *last, struct server_reply *out)
{
	struct server_record *chosen[64];
	char uuids[64][UUID_SIZE];
	size_t count = 0;

	for (size_t i = 0; i < server->count && count < 64; i++)
		if (server->records[i].kind == kind && server_shows(server, client, &server->records[i]) && wanted(&server->records[i], since, last))
			chosen[count++] = &server->records[i];
	qsort(chosen, count, sizeof *chosen, by_date);
	if (count > size)
		count = size;
	for (size_t i = 0; i < count; i++)
		memcpy(uuids[i], chosen[i]->uuid, UUID_SIZE);
	if (server->watch.reading != NULL)
		server->watch.reading(server->watch.ctx);
	for (size_t i = 0; i < count; i++)
		chosen[i] = server_find(server, uuids[i]);
	qsort(chosen, count, sizeof *chosen, by_date);
	out->status = 200;
	out->body = rows_text(server, client, chosen, count);
}

/* ---- pushes ---- */

struct push { struct server *server; int client; const char *uuid; bool masked; int64_t now; const char *stale; int64_t stale_date; };

static void forbid(struct server *server, int client, const char *what)
{
	if (server->watch.forbidden != NULL)
		server->watch.forbidden(server->watch.ctx, client, what);
}

static bool is_stale(struct push *push, const struct json *stored, const struct json *dto)
{
	int64_t sent = 0;

	if (json_get_int(dto, "changeDate", &sent) && sent + push->server->tolerance_ms >= date_of(stored)) {
		push->server->lenient = push->server->lenient || sent != date_of(stored);
		return false;
	}
	push->stale = json_get_string(stored, "uuid");
	push->stale_date = date_of(stored);
	return true;
}

static bool copy_object(struct push *push, struct json *stored, const struct json *dto, const struct shape *shape, bool root, bool is_case);

/* Does a masked object keep what it has: the sender may not see it, or sends what it was shown (C.7)? */
static bool is_kept(const struct push *push, const struct json *dto, const char *key, const struct json *value)
{
	bool name = strcmp(key, "firstName") == 0 || strcmp(key, "lastName") == 0;
	const char *text = json_string(value);

	if (!name && !in_list(masked_keys, key))
		return false;
	return push->masked || (json_true(json_get(dto, "pseudonymized")) && (json_is_null(value) || (name && text != NULL && strcmp(text, "Confidential") == 0)));
}

/* The object's own keys: absent ones are emptied. */
static bool copy_keys(struct push *push, struct json *stored, const struct json *dto, const struct shape *shape, const char *const *only, const char *const *but)
{
	struct json *changes = json_new_object();
	bool changed = false;

	for (struct json *v = json_first(stored); v != NULL; v = json_next(v))
		if (json_get(dto, json_key(v)) == NULL)
			json_add(changes, json_key(v), json_new_null());
	for (struct json *v = json_first(dto); v != NULL; v = json_next(v))
		if (!same(v, json_get(stored, json_key(v))))
			json_add(changes, json_key(v), json_copy(v));
	for (struct json *v = json_first(changes); v != NULL; v = json_next(v)) {
		const char *key = json_key(v);

		if (in_list(bookkeeping, key) || in_list(shape->parts, key) || in_list(shape->lists, key) || (only != NULL && !in_list(only, key)) ||
			(but != NULL && in_list(but, key)) || strcmp(key, "approximateAgeReferenceDate") == 0 || strcmp(key, "deleted") == 0)
			continue;
		if (is_kept(push, dto, key, v))
			continue;
		if (json_is_null(v))
			json_remove(stored, key);
		else
			json_set(stored, key, json_copy(v));
		changed = true;
	}
	json_free(changes);
	return changed;
}

/* *moved: items came or went. False: an item is stale; the ones before it are copied. */
static bool copy_list(struct push *push, struct json *owner, const char *key, const struct json *dto, const struct shape *shape, bool *moved)
{
	struct json *list = json_get(owner, key);
	size_t i = 0;

	if (!json_is_array(list)) {
		json_set(owner, key, json_new_array());
		list = json_get(owner, key);
	}
	for (const struct json *item = json_first(dto); item != NULL; item = json_next(item)) {
		struct json *stored = item_of(list, json_get_string(item, "uuid"));

		if (stored == NULL) {
			stored = json_copy(item);
			stamp_all(stored, shape, push->now);
			json_append(list, stored);
			*moved = true;
		} else if (!copy_object(push, stored, item, shape, false, false)) {
			return false;
		}
	}
	while (i < json_count(list)) {
		if (item_of(dto, json_get_string(json_at(list, i), "uuid")) == NULL) {
			json_free(json_detach_at(list, i));
			*moved = true;
		} else {
			i++;
		}
	}
	return true;
}

static bool copy_object(struct push *push, struct json *stored, const struct json *dto, const struct shape *shape, bool root, bool is_case)
{
	bool changed, fine = true;

	if (is_stale(push, stored, dto))
		return false;
	changed = copy_keys(push, stored, dto, shape, root && is_case ? early_keys : NULL, NULL);
	for (size_t i = 0; shape->parts[i] != NULL && fine; i++) {
		struct json *mine = json_get(stored, shape->parts[i]), *theirs = json_get(dto, shape->parts[i]);

		if (theirs == NULL) {
			forbid(push->server, push->client, "a record without one of its embedded objects");
			continue;
		}
		if (mine == NULL) {
			json_set(stored, shape->parts[i], json_copy(theirs));
			stamp_all(json_get(stored, shape->parts[i]), shape->part_shapes[i], push->now);
			continue;
		}
		fine = copy_object(push, mine, theirs, shape->part_shapes[i], false, false);
	}
	for (size_t i = 0; shape->lists[i] != NULL && fine; i++) {
		bool moved = false;

		if (!json_is_array(json_get(dto, shape->lists[i])))
			forbid(push->server, push->client, "an absent or null list");
		fine = copy_list(push, stored, shape->lists[i], json_get(dto, shape->lists[i]), shape->list_shapes[i], &moved);
		changed = changed || moved;
	}
	if (fine && root && is_case)
		changed = copy_keys(push, stored, dto, shape, NULL, early_keys) || changed;
	if (changed)
		stamp(stored, push->now);
	return fine;
}

/* Everything that differs, for the watch. */
static void differ(struct push *push, const char *head, const struct json *before, const struct json *after, const struct shape *shape)
{
	const struct json *sides[2] = { before, after };

	for (int side = 0; side < 2; side++)
		for (const struct json *v = json_first(sides[side]); v != NULL; v = json_next(v)) {
			const char *key = json_key(v);
			const struct json *other = json_get(sides[1 - side], key);
			const struct shape *items = list_shape(shape, key), *inner = NULL;
			char path[256];

			if (in_list(bookkeeping, key) || (side == 1 && other != NULL))
				continue;
			(void)snprintf(path, sizeof path, "%s%s%s", head, head[0] != '\0' ? "." : "", key);
			for (size_t i = 0; shape->parts[i] != NULL; i++)
				if (strcmp(shape->parts[i], key) == 0)
					inner = shape->part_shapes[i];
			if (items != NULL) {
				const struct json *a = json_get(before, key), *b = json_get(after, key);

				for (const struct json *item = json_first(a); item != NULL; item = json_next(item)) {
					const struct json *now = item_of(b, json_get_string(item, "uuid"));
					char at[320];

					(void)snprintf(at, sizeof at, "%s[%s]", path, json_get_string(item, "uuid"));
					if (now == NULL)
						push->server->watch.pushed(push->server->watch.ctx, push->client, push->uuid, at, item, NULL);
					else
						differ(push, at, item, now, items);
				}
				for (const struct json *item = json_first(b); item != NULL; item = json_next(item))
					if (item_of(a, json_get_string(item, "uuid")) == NULL) {
						char at[320];

						(void)snprintf(at, sizeof at, "%s[%s]", path, json_get_string(item, "uuid"));
						push->server->watch.pushed(push->server->watch.ctx, push->client, push->uuid, at, NULL, item);
					}
			} else if (inner != NULL && v != NULL && other != NULL) {
				differ(push, path, json_get(before, key), json_get(after, key), inner);
			} else if (!same(json_get(before, key), json_get(after, key))) {
				push->server->watch.pushed(push->server->watch.ctx, push->client, push->uuid, path, json_get(before, key), json_get(after, key));
			}
		}
}

/* What the server sets by itself (D.5). */
static void rules(struct server *server, struct server_record *record, int64_t now)
{
	struct json *h = json_get(record->doc, "hospitalization");

	if (record->kind != SERVER_CASES)
		return;
	if (json_count(json_get(h, "previousHospitalizations")) > 0 &&
		(json_get_string(h, "hospitalizedPreviously") == NULL || strcmp(json_get_string(h, "hospitalizedPreviously"), "YES") != 0)) {
		json_set(h, "hospitalizedPreviously", json_new_string("YES"));
		stamp(h, now);
	}
	if (json_get_string(record->doc, "epidNumber") == NULL || json_get_string(record->doc, "epidNumber")[0] == '\0') {
		char number[32];

		(void)snprintf(number, sizeof number, "NAT-REG-DIS-26-%03d", (int)(record - server->records));
		json_set(record->doc, "epidNumber", json_new_string(number));
		stamp(record->doc, now);
	}
	if (json_get(record->doc, "outcomeDate") != NULL && json_get_string(record->doc, "outcome") != NULL &&
		strcmp(json_get_string(record->doc, "outcome"), "NO_OUTCOME") == 0) {
		json_remove(record->doc, "outcomeDate");
		stamp(record->doc, now);
	}
	if (json_get_string(record->doc, "outcome") != NULL && strcmp(json_get_string(record->doc, "outcome"), "DECEASED") == 0) {
		struct server_record *person = server_find(server, json_get_string(json_get(record->doc, "person"), "uuid"));

		if (person != NULL && !same(json_get(person->doc, "causeOfDeathDisease"), json_get(record->doc, "disease"))) {
			json_set(person->doc, "presentCondition", json_new_string("DEAD"));
			json_set(person->doc, "causeOfDeathDisease", json_copy(json_get(record->doc, "disease")));
			stamp(person->doc, now);
		}
	}
}

static bool says(const struct json *dto, const char *word)
{
	char *text = json_print(dto, NULL);
	bool found = strstr(text, word) != NULL;

	mem_free(text);
	return found;
}

static void check_sendable(struct server *server, int client, const struct json *v, bool root, const struct json *stored)
{
	int64_t ms = 1;

	if (json_is_object(v) && json_get_string(v, "uuid") != NULL && !root && stored == NULL && json_get_int(v, "changeDate", &ms) && ms == 0)
		forbid(server, client, "a change date of 0 in a new embedded object");
	for (struct json *c = json_first(v); c != NULL; c = json_next(c))
		if (json_is_object(c) || json_is_array(c))
			check_sendable(server, client, c, false, stored);
}

/* One element, in its own transaction. reason: for anything but 200. */
static int push_one(struct server *server, int client, enum server_kind kind, const struct json *dto, char reason[200])
{
	const char *uuid = json_get_string(dto, "uuid");
	struct server_record *record = server_find(server, uuid);
	struct push push = { .server = server, .client = client, .uuid = uuid, .now = transaction_time(server) };
	struct json *before;
	bool fine;

	server->lenient = false;
	check_sendable(server, client, dto, true, record != NULL ? record->doc : NULL);
	if (kind == SERVER_CASES && !server->may_edit[client]) {
		(void)snprintf(reason, 200, "You have no rights for this");
		return 403;
	}
	if (record != NULL && record->kind == SERVER_CASES && !in_reach(server, client, record)) {
		(void)snprintf(reason, 200, "The case outside the user's jurisdiction can not be edited");
		return 403;
	}
	if (says(dto, "!500")) {
		(void)snprintf(reason, 200, "This value is refused by a rule of this server");
		return 500;
	}
	if (record == NULL) {
		record = server_add(server, kind, json_copy(dto));
		json_remove(record->doc, "deleted");
		if (server->watch.pushed != NULL)
			server->watch.pushed(server->watch.ctx, client, uuid, "", NULL, record->doc);
		rules(server, record, push.now);
		return 200;
	}
	push.masked = !in_reach(server, client, record);
	before = json_copy(record->doc);
	fine = copy_object(&push, record->doc, dto, shape_of(kind), true, kind == SERVER_CASES);
	follow_items(record, push.now);
	if (fine && !server->lenient && record->deleted && !json_true(json_get(dto, "deleted")))
		forbid(server, client, "a push that un-deletes a record");
	if (server->watch.pushed != NULL)
		differ(&push, "", before, record->doc, shape_of(kind));
	json_free(before);
	if (!fine) {
		/* parts that were copied stay; the root's version moves with them (B.2) */
		(void)snprintf(reason, 200, "Dto is older (%s) than current version on server (%lld): '%s'", "null", (long long)push.stale_date, push.stale);
		return 409;
	}
	rules(server, record, push.now);
	return 200;
}

static void push(struct server *server, int client, enum server_kind kind, const char *body, struct server_reply *out)
{
	struct json *list = NULL;
	struct buf text;
	int status = 200;
	size_t n = 0;

	server->pushes++;
	if (body == NULL || json_parse_text(body, &list, NULL) != ST_OK || !json_is_array(list) || json_count(list) == 0) {
		forbid(server, client, "a push that is no list, or an empty one");
		*out = (struct server_reply){ 400, mem_strdup("\"bad\"") };
		json_free(list);
		return;
	}
	for (struct json *dto = json_first(list); dto != NULL; dto = json_next(dto)) {
		if (json_get_string(dto, "uuid") == NULL)
			forbid(server, client, "a record without uuid");
		for (struct json *other = json_first(list); other != dto; other = json_next(other))
			if (same(dto, other))
				forbid(server, client, "one record twice in a list");
		if (says(dto, "!400")) {
			*out = (struct server_reply){ 400, mem_strdup("{\"message\":\"constraint violation\",\"errors\":[]}") };
			json_free(list);
			return;
		}
	}
	buf_init(&text, 0);
	buf_add_char(&text, '[');
	for (struct json *dto = json_first(list); dto != NULL; dto = json_next(dto), n++) {
		char reason[200] = "";

		status = push_one(server, client, kind, dto, reason);
		if (server->watch.told != NULL) {
			char *line = mem_printf("push of %s by %d: %d %s", json_get_string(dto, "uuid"), client, status, reason);

			server->watch.told(server->watch.ctx, line);
			mem_free(line);
		}
		buf_printf(&text, "%s{\"statusCode\":%d", n > 0 ? "," : "", status);
		if (status != 200)
			buf_printf(&text, ",\"body\":\"%s\"", reason);
		buf_add_char(&text, '}');
	}
	buf_add_char(&text, ']');
	*out = (struct server_reply){ n > 1 ? 207 : status, buf_take(&text, NULL) };
	json_free(list);
}

/* Absent keys stay, null clears (B.1 "postUpdate"). */
static void lay_over(struct json *stored, const struct json *patch, const struct shape *shape)
{
	for (const struct json *c = json_first(patch); c != NULL; c = json_next(c)) {
		int part = 0;

		while (shape->parts[part] != NULL && strcmp(shape->parts[part], json_key(c)) != 0)
			part++;
		if (shape->parts[part] != NULL && json_is_object(c) && json_is_object(json_get(stored, json_key(c))))
			lay_over(json_get(stored, json_key(c)), c, shape->part_shapes[part]);
		else
			json_set(stored, json_key(c), json_copy(c));
	}
}

static void post_update(struct server *server, int client, const char *uuid, const char *body, struct server_reply *out)
{
	struct server_record *record = server_find(server, uuid);
	struct json *patch = NULL, *dto = NULL;
	char reason[200] = "";
	int status;

	server->pushes++;
	server->updates++;
	if (body == NULL || json_parse_text(body, &patch, NULL) != ST_OK || json_get_string(patch, "uuid") == NULL || record == NULL) {
		*out = (struct server_reply){ 500, mem_strdup("\"CORBA TRANSACTION_ROLLEDBACK\"") };
	} else if (says(patch, "!400")) {
		*out = (struct server_reply){ 400, mem_strdup("{\"message\":\"constraint violation\",\"errors\":[]}") };
	} else {
		dto = json_copy(record->doc);
		if (record->deleted)
			json_set(dto, "deleted", json_new_bool(true));
		lay_over(dto, patch, &case_shape);
		status = push_one(server, client, SERVER_CASES, dto, reason);
		if (status == 200) {
			struct json *saved = read_record(server, client, record);

			*out = (struct server_reply){ 200, json_print(saved, NULL) };
			json_free(saved);
		} else {
			*out = (struct server_reply){ status, mem_printf("\"%s\"", reason) };
		}
		if (server->watch.told != NULL) {
			char *line = mem_printf("update of %s by %d: %d %s", uuid, client, status, reason);

			server->watch.told(server->watch.ctx, line);
			mem_free(line);
		}
	}
	json_free(dto);
	json_free(patch);
}

/* ---- requests ---- */

static void query(struct server *server, int client, enum server_kind kind, const char *body, struct server_reply *out)
{
	struct json *list = NULL;
	struct server_record *rows[64];
	size_t count = 0;

	if (body == NULL || json_parse_text(body, &list, NULL) != ST_OK || json_count(list) == 0)
		forbid(server, client, "an empty query");
	for (struct json *v = json_first(list); v != NULL && count < 64; v = json_next(v)) {
		struct server_record *record = server_find(server, json_string(v));

		if (record != NULL && record->kind == kind)
			rows[count++] = record;
	}
	json_free(list);
	*out = (struct server_reply){ 200, rows_text(server, client, rows, count) };
}

static void uuids(struct server *server, int client, enum server_kind kind, bool obsolete, int64_t since, struct server_reply *out)
{
	struct buf text;
	bool any = false;

	buf_init(&text, 0);
	buf_add_char(&text, '[');
	for (size_t i = 0; i < server->count; i++) {
		const struct server_record *r = &server->records[i];

		if (r->kind != kind || (obsolete ? !(r->deleted || r->archived) || r->touched < since || (r->hidden & (1U << client)) != 0 :
			!server_shows(server, client, r)))
			continue;
		buf_printf(&text, "%s\"%s\"", any ? "," : "", r->uuid);
		any = true;
	}
	buf_add_char(&text, ']');
	*out = (struct server_reply){ 200, buf_take(&text, NULL) };
}

static void data_request(struct server *server, int client, enum server_kind kind, const char *rest, const char *body, struct server_reply *out)
{
	long long since = 0;
	int size = 0;
	char last[64] = "";

	if (strcmp(rest, "push") == 0)
		push(server, client, kind, body, out);
	else if (strncmp(rest, "postUpdate/", 11) == 0 && kind == SERVER_CASES && !server->no_updates)
		post_update(server, client, rest + 11, body, out);
	else if (strcmp(rest, "query") == 0)
		query(server, client, kind, body, out);
	else if (strcmp(rest, "uuids") == 0)
		uuids(server, client, kind, false, 0, out);
	else if (sscanf(rest, "obsolete/%lld", &since) == 1)
		uuids(server, client, kind, true, since, out);
	else if (sscanf(rest, "all/%lld/%d/%63s", &since, &size, last) == 3 && size > 0)
		page(server, client, kind, since, (size_t)size, strcmp(last, "NO_LAST_SYNCED_UUID") == 0 ? "" : last, out);
	else
		*out = (struct server_reply){ 500, mem_strdup("\"HTTP 404 Not Found\"") };
}

void server_handle(struct server *server, int client, const char *method, const char *path, const char *body, struct server_reply *out)
{
	(void)method;
	if (strncmp(path, "/persons/", 9) == 0)
		data_request(server, client, SERVER_PERSONS, path + 9, body, out);
	else if (strncmp(path, "/cases/", 7) == 0)
		data_request(server, client, SERVER_CASES, path + 7, body, out);
	else if (strncmp(path, "/info/checkcompatibility", 24) == 0)
		*out = (struct server_reply){ 200, mem_strdup("\"COMPATIBLE\"") };
	else if (strcmp(path, "/info/locale") == 0)
		*out = (struct server_reply){ 200, mem_strdup("\"en\"") };
	else if (strcmp(path, "/info/countryname") == 0)
		*out = (struct server_reply){ 200, mem_strdup("\"\"") };
	else if (strcmp(path, "/users/rights") == 0)
		*out = (struct server_reply){ 200, mem_strdup(server->may_edit[client] ? "[\"CASE_VIEW\",\"CASE_EDIT\",\"CASE_CREATE\",\"PERSON_VIEW\",\"PERSON_EDIT\"]" :
			"[\"CASE_VIEW\",\"PERSON_VIEW\",\"PERSON_EDIT\"]") };
	else if (strcmp(path, "/infrastructure/sync") == 0)
		*out = (struct server_reply){ 200, mem_strdup("{\"initialSyncRequired\":false,\"continents\":[],\"subcontinents\":[],\"countries\":[],\"areas\":null,"
			"\"regions\":[],\"districts\":[],\"communities\":[],\"facilities\":[],\"pointsOfEntry\":[],\"users\":[],\"diseaseClassifications\":[],"
			"\"diseaseConfigurations\":[],\"userRoles\":[],\"deletedUserRoleUuids\":[],\"featureConfigurations\":[],"
			"\"deletedFeatureConfigurationUuids\":[]}") };
	else if (strncmp(path, "/customizableenumvalues/all/", 28) == 0)
		*out = (struct server_reply){ 200, mem_strdup("[]") };
	else
		*out = (struct server_reply){ 500, mem_strdup("\"HTTP 404 Not Found\"") };
}
