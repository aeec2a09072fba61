/* Trees of values. A struct json is a cJSON node; numbers are kept as cJSON_Raw with the text they came in with. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "json/number.h"
#include "json/sorted.h"

static cJSON *node_of(const struct json *v)
{
	/* const is a promise of json.h's functions; the node itself is always on the heap */
	union { const struct json *json; cJSON *node; } u = {.json = v};
	return u.node;
}

static struct json *json_of(cJSON *node)
{
	union { cJSON *node; struct json *json; } u = {.node = node};
	return u.json;
}

static cJSON *node_new(int type)
{
	cJSON *node = cJSON_CreateNull();
	if (!node)
		abort();
	node->type = type;
	return node;
}

/* cJSON frees its texts with free(), which is what mem_* takes from. */
static cJSON *node_text(int type, char *text)
{
	cJSON *node = node_new(type);
	node->valuestring = text;
	return node;
}

/* ---- parsing ---- */

struct builder {
	cJSON *open[JSON_MAX_DEPTH + 1];
	int depth;
	cJSON *root;
	const char *start;
	struct err *err;
	enum status st;
	const char *duplicate;
};

static void builder_add(struct builder *b, const struct json_event *ev, cJSON *node)
{
	if (!b->depth) {
		b->root = node;
		return;
	}
	if (ev->key.at) {
		struct json_span quoted = {ev->key.at - 1, ev->key.len + 2};
		node->string = memchr(ev->key.at, '\\', ev->key.len) ? json_span_string(quoted) : mem_strndup(ev->key.at, ev->key.len);
	}
	cJSON_AddItemToArray(b->open[b->depth - 1], node);
}

static uint32_t key_hash(const char *key)
{
	uint32_t h = 2166136261u;
	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 16777619u;
	return h;
}

static const char *find_duplicate_of_many(const cJSON *object, size_t count)
{
	const cJSON **members = sorted_members(object, count);
	const char *key = NULL;
	for (size_t i = 1; i < count && !key; i++)
		if (!strcmp(members[i - 1]->string, members[i]->string))
			key = members[i]->string;
	mem_free(members);
	return key;
}

/* A key that an object has twice; NULL: none. */
static const char *find_duplicate(const cJSON *object)
{
	size_t count = 0;
	for (const cJSON *c = object->child; c; c = c->next)
		count++;
	if (count < 2)
		return NULL;
	if (count > JSON_MANY)
		return find_duplicate_of_many(object, count);
	size_t size = 4;
	while (size < count * 2)
		size *= 2;
	const char **slots = mem_calloc(size, sizeof *slots);
	const char *key = NULL;
	bool found = false;
	for (const cJSON *c = object->child; c && !found; c = c->next) {
		key = c->string;
		size_t i = key_hash(key) & (size - 1);
		while (slots[i] && !found) {
			found = !strcmp(slots[i], key);
			i = (i + 1) & (size - 1);
		}
		slots[i] = key;
	}
	mem_free(slots);
	return found ? key : NULL;
}

/* Where a key stands in an object for the second time. */
static const char *second_of(struct json_span object, const char *key)
{
	struct json_members members = json_members_of(object);
	struct json_member m;
	int times = 0;
	while (json_members_next(&members, &m)) {
		char *own = json_span_string((struct json_span){m.key.at - 1, m.key.len + 2});
		times += own && !strcmp(own, key);
		mem_free(own);
		if (times == 2)
			return m.key.at - 1;
	}
	return object.at;
}

static bool builder_visit(void *ctx, const struct json_event *ev)
{
	struct builder *b = ctx;
	if (ev->end) {
		cJSON *node = b->open[--b->depth];
		const char *twice = ev->type == JSON_OBJECT ? find_duplicate(node) : NULL;
		if (twice) {
			b->duplicate = second_of(ev->raw, twice);
			return false;
		}
		return true;
	}
	cJSON *node = NULL;
	switch (ev->type) {
	case JSON_NULL:
		node = node_new(cJSON_NULL);
		break;
	case JSON_FALSE:
		node = node_new(cJSON_False);
		break;
	case JSON_TRUE:
		node = node_new(cJSON_True);
		node->valueint = 1;
		break;
	case JSON_NUMBER:
		node = node_text(cJSON_Raw, mem_strndup(ev->raw.at, ev->raw.len));
		break;
	case JSON_STRING:
		node = node_text(cJSON_String, memchr(ev->raw.at, '\\', ev->raw.len) ? json_span_string(ev->raw) : mem_strndup(ev->raw.at + 1, ev->raw.len - 2));
		break;
	case JSON_ARRAY:
		node = node_new(cJSON_Array);
		break;
	case JSON_OBJECT:
		node = node_new(cJSON_Object);
		break;
	}
	builder_add(b, ev, node);
	if (ev->type == JSON_ARRAY || ev->type == JSON_OBJECT)
		b->open[b->depth++] = node;
	return true;
}

enum status json_parse(const char *text, size_t len, struct json **out, struct err *err)
{
	struct builder b = {.start = text};
	enum status st = json_scan(text, len, builder_visit, &b, err);
	if (st != ST_OK) {
		cJSON_Delete(b.root);
		if (b.duplicate) {
			int line, column;
			text_place(text, (size_t)(b.duplicate - text), &line, &column);
			st = err_set(err, ST_INVALID, N_("an object has the same key twice"));
			err_at(err, line, column);
		}
		return st;
	}
	*out = json_of(b.root);
	return ST_OK;
}

enum status json_parse_text(const char *text, struct json **out, struct err *err)
{
	return json_parse(text, strlen(text), out, err);
}

/* ---- printing ---- */

static void print_indent(struct buf *b, int level)
{
	buf_add_char(b, '\n');
	for (int i = 0; i < level; i++)
		buf_add_text(b, "  ");
}

static void print_node(struct buf *b, const cJSON *node, int level, bool pretty)
{
	int type = node->type & 0xff;
	if (type == cJSON_Raw) {
		buf_add_text(b, node->valuestring);
	} else if (type == cJSON_String) {
		json_write_string(b, node->valuestring);
	} else if (type == cJSON_Array || type == cJSON_Object) {
		buf_add_char(b, type == cJSON_Array ? '[' : '{');
		for (const cJSON *c = node->child; c; c = c->next) {
			if (c != node->child)
				buf_add_char(b, ',');
			if (pretty)
				print_indent(b, level + 1);
			if (type == cJSON_Object) {
				json_write_string(b, c->string);
				buf_add_text(b, pretty ? ": " : ":");
			}
			print_node(b, c, level + 1, pretty);
		}
		if (pretty && node->child)
			print_indent(b, level);
		buf_add_char(b, type == cJSON_Array ? ']' : '}');
	} else {
		buf_add_text(b, type == cJSON_True ? "true" : type == cJSON_False ? "false" : "null");
	}
}

static char *print_text(const struct json *v, bool pretty, size_t *len)
{
	struct buf b;
	buf_init(&b, 0);
	if (v)
		print_node(&b, node_of(v), 0, pretty);
	else
		buf_add_text(&b, "null");
	return buf_take(&b, len);
}

char *json_print(const struct json *v, size_t *len)
{
	return print_text(v, false, len);
}

char *json_print_pretty(const struct json *v)
{
	return print_text(v, true, NULL);
}

/* ---- making and freeing ---- */

void json_free(struct json *v)
{
	cJSON_Delete(node_of(v));
}

struct json *json_copy(const struct json *v)
{
	if (!v)
		return NULL;
	cJSON *copy = cJSON_Duplicate(node_of(v), 1);
	if (!copy)
		abort();
	/* a copy stands alone: no key of its own */
	cJSON_free(copy->string);
	copy->string = NULL;
	return json_of(copy);
}

struct json *json_new_object(void)
{
	return json_of(node_new(cJSON_Object));
}

struct json *json_new_array(void)
{
	return json_of(node_new(cJSON_Array));
}

struct json *json_new_null(void)
{
	return json_of(node_new(cJSON_NULL));
}

struct json *json_new_bool(bool value)
{
	cJSON *node = node_new(value ? cJSON_True : cJSON_False);
	node->valueint = value;
	return json_of(node);
}

struct json *json_new_int(int64_t n)
{
	char text[24];
	return json_of(node_text(cJSON_Raw, mem_strdup(err_number(text, n))));
}

struct json *json_new_double(double d)
{
	if (!isfinite(d))
		return json_new_null();
	char text[40];
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, d);
		if (digits == 17 || !(strtod(text, NULL) < d || strtod(text, NULL) > d))
			break;
	}
	return json_of(node_text(cJSON_Raw, mem_strdup(text)));
}

struct json *json_new_number_text(const char *text)
{
	if (!number_is_valid(text, strlen(text)))
		return json_new_null();
	return json_of(node_text(cJSON_Raw, mem_strdup(text)));
}

struct json *json_new_string(const char *s)
{
	return s ? json_of(node_text(cJSON_String, mem_strdup(s))) : json_new_null();
}

/* ---- looking ---- */

enum json_type json_type(const struct json *v)
{
	if (!v)
		return JSON_NULL;
	switch (node_of(v)->type & 0xff) {
	case cJSON_False:
		return JSON_FALSE;
	case cJSON_True:
		return JSON_TRUE;
	case cJSON_Raw:
		return JSON_NUMBER;
	case cJSON_String:
		return JSON_STRING;
	case cJSON_Array:
		return JSON_ARRAY;
	case cJSON_Object:
		return JSON_OBJECT;
	default:
		return JSON_NULL;
	}
}

bool json_is_null(const struct json *v)
{
	return json_type(v) == JSON_NULL;
}

bool json_is_object(const struct json *v)
{
	return json_type(v) == JSON_OBJECT;
}

bool json_is_array(const struct json *v)
{
	return json_type(v) == JSON_ARRAY;
}

bool json_is_string(const struct json *v)
{
	return json_type(v) == JSON_STRING;
}

bool json_is_number(const struct json *v)
{
	return json_type(v) == JSON_NUMBER;
}

bool json_is_bool(const struct json *v)
{
	enum json_type type = json_type(v);
	return type == JSON_TRUE || type == JSON_FALSE;
}

const char *json_string(const struct json *v)
{
	return json_is_string(v) ? node_of(v)->valuestring : NULL;
}

const char *json_number_text(const struct json *v)
{
	return json_is_number(v) ? node_of(v)->valuestring : NULL;
}

bool json_int(const struct json *v, int64_t *out)
{
	const char *text = json_number_text(v);
	return text && number_int(text, strlen(text), out);
}

bool json_span_int(struct json_span raw, int64_t *out)
{
	/* the short way of dates and small numbers */
	if (raw.at && raw.len > 0 && raw.len <= 18 && (raw.at[0] != '0' || raw.len == 1)) {
		int64_t n = 0;
		size_t i = 0;
		for (; i < raw.len && raw.at[i] >= '0' && raw.at[i] <= '9'; i++)
			n = n * 10 + (raw.at[i] - '0');
		if (i == raw.len) {
			*out = n;
			return true;
		}
	}
	return raw.at && number_is_valid(raw.at, raw.len) && number_int(raw.at, raw.len, out);
}

bool json_double(const struct json *v, double *out)
{
	const char *text = json_number_text(v);
	if (!text)
		return false;
	*out = strtod(text, NULL);
	return true;
}

bool json_is_zero(const struct json *v)
{
	const char *text = json_number_text(v);
	return text && number_equal(text, "0");
}

bool json_true(const struct json *v)
{
	return json_type(v) == JSON_TRUE;
}

static cJSON *object_find(const struct json *object, const char *key)
{
	if (!object || (node_of(object)->type & 0xff) != cJSON_Object)
		return NULL;
	for (cJSON *c = node_of(object)->child; c; c = c->next)
		if (*c->string == *key && !strcmp(c->string, key))
			return c;
	return NULL;
}

struct json *json_get(const struct json *object, const char *key)
{
	return json_of(object_find(object, key));
}

const char *json_get_string(const struct json *object, const char *key)
{
	return json_string(json_get(object, key));
}

bool json_get_int(const struct json *object, const char *key, int64_t *out)
{
	return json_int(json_get(object, key), out);
}

size_t json_count(const struct json *v)
{
	size_t n = 0;
	for (const struct json *c = json_first(v); c; c = json_next(c))
		n++;
	return n;
}

struct json *json_first(const struct json *v)
{
	return v ? json_of(node_of(v)->child) : NULL;
}

struct json *json_next(const struct json *child)
{
	return json_of(node_of(child)->next);
}

const char *json_key(const struct json *child)
{
	return node_of(child)->string;
}

struct json *json_at(const struct json *array, size_t index)
{
	struct json *c = json_first(array);
	while (c && index--)
		c = json_next(c);
	return c;
}

/* ---- changing ---- */

void json_add(struct json *object, const char *key, struct json *value)
{
	cJSON *node = node_of(value);
	char *name = mem_strdup(key);
	cJSON_free(node->string);
	node->string = name;
	cJSON_AddItemToArray(node_of(object), node);
}

void json_set(struct json *object, const char *key, struct json *value)
{
	if (!value) {
		json_remove(object, key);
		return;
	}
	cJSON *node = node_of(value);
	char *name = mem_strdup(key); /* key may be the one that is replaced */
	cJSON *old = object_find(object, key);
	cJSON_free(node->string);
	node->string = name;
	if (old == node)
		return;
	if (old)
		cJSON_ReplaceItemViaPointer(node_of(object), old, node);
	else
		cJSON_AddItemToArray(node_of(object), node);
}

void json_remove(struct json *object, const char *key)
{
	json_free(json_detach(object, key));
}

static struct json *node_detach(cJSON *parent, cJSON *child)
{
	if (!child)
		return NULL;
	cJSON_DetachItemViaPointer(parent, child);
	cJSON_free(child->string);
	child->string = NULL;
	return json_of(child);
}

struct json *json_detach(struct json *object, const char *key)
{
	return node_detach(node_of(object), object_find(object, key));
}

void json_append(struct json *array, struct json *value)
{
	cJSON_AddItemToArray(node_of(array), node_of(value));
}

void json_insert(struct json *array, size_t index, struct json *value)
{
	cJSON *parent = node_of(array);
	cJSON *after = node_of(json_at(array, index));
	cJSON *node = node_of(value);
	if (!after) {
		json_append(array, value);
		return;
	}
	/* not cJSON_InsertItemInArray: Debian's 1.7.15 refuses (and so loses) what is not put first */
	node->next = after;
	node->prev = after->prev; /* of the first: the last */
	after->prev = node;
	if (after == parent->child)
		parent->child = node;
	else
		node->prev->next = node;
}

struct json *json_detach_at(struct json *array, size_t index)
{
	return node_detach(node_of(array), node_of(json_at(array, index)));
}

/* ---- comparing ---- */

static bool many_equal(const struct json *a, const struct json *b, size_t count)
{
	const cJSON **x = sorted_members(node_of(a), count), **y = sorted_members(node_of(b), count);
	bool same = true;
	for (size_t i = 0; i < count && same; i++) {
		union { const cJSON *node; const struct json *json; } left = {x[i]}, right = {y[i]};
		same = !strcmp(x[i]->string, y[i]->string) && json_equal(left.json, right.json);
	}
	mem_free(x);
	mem_free(y);
	return same;
}

static bool objects_equal(const struct json *a, const struct json *b)
{
	size_t count = json_count(a);
	if (count != json_count(b))
		return false;
	if (count > JSON_MANY)
		return many_equal(a, b, count);
	/* keys are mostly in the same order: look at the neighbour first */
	const struct json *hint = json_first(b);
	for (const struct json *c = json_first(a); c; c = json_next(c)) {
		const struct json *other = hint && !strcmp(json_key(hint), json_key(c)) ? hint : json_get(b, json_key(c));
		if (!other || !json_equal(c, other))
			return false;
		hint = json_next(other);
	}
	return true;
}

bool json_equal(const struct json *a, const struct json *b)
{
	enum json_type type = json_type(a);
	if (type != json_type(b))
		return false;
	if (type == JSON_STRING)
		return !strcmp(json_string(a), json_string(b));
	if (type == JSON_NUMBER)
		return number_equal(json_number_text(a), json_number_text(b));
	if (type == JSON_OBJECT)
		return objects_equal(a, b);
	if (type != JSON_ARRAY)
		return true;
	const struct json *x = json_first(a);
	const struct json *y = json_first(b);
	for (; x && y && json_equal(x, y); x = json_next(x))
		y = json_next(y);
	return !x && !y;
}
