/* Members and items found by name, quickly however many there are and however they were chosen. */
#include <stdlib.h>
#include <string.h>

#include "model/internal.h"

static const char *name_of(const struct model_index *index, const struct json *v)
{
	return index->by_uuid ? json_get_string(v, "uuid") : json_key(v);
}

#define INDEX_HASHED 256 /* beyond that, sorted */

static void index_init(struct model_index *index, size_t count, bool by_uuid)
{
	size_t size = 8;
	while (size < count * 2)
		size *= 2;
	index->by_uuid = by_uuid;
	index->clean = true;
	index->sorted = 0;
	index->mask = size - 1;
	index->slots = size <= MODEL_INDEX_INLINE ? index->inline_slots : mem_alloc(size * sizeof(const struct json *));
	memset(index->slots, 0, size * sizeof(const struct json *));
}

/* Does a path's [UUID] hold it (model_parse_path)? */
static bool is_usable_uuid(const char *uuid)
{
	return uuid && *uuid && strlen(uuid) < UUID_SIZE && !strchr(uuid, ']');
}

static void index_add(struct model_index *index, const struct json *v)
{
	const char *name = name_of(index, v);
	if (index->by_uuid && !is_usable_uuid(name))
		index->clean = false;
	if (!name)
		return;
	size_t slot = model_hash(name) & index->mask;
	for (; index->slots[slot]; slot = (slot + 1) & index->mask) {
		if (strcmp(name_of(index, index->slots[slot]), name) != 0)
			continue;
		index->clean = false;
		return;
	}
	index->slots[slot] = v;
}

struct index_entry {
	const char *name;
	const struct json *value;
	size_t order;
};

static int compare_entries(const void *a, const void *b)
{
	const struct index_entry *x = a, *y = b;
	int names = strcmp(x->name, y->name);
	return names ? names : (x->order > y->order) - (x->order < y->order);
}

/* The first of each name. */
static void index_sort(struct model_index *index, const struct json *container, size_t count)
{
	struct index_entry *entries = mem_calloc(count, sizeof *entries);
	size_t n = 0;
	for (const struct json *v = json_first(container); v; v = json_next(v)) {
		const char *name = name_of(index, v);
		if (index->by_uuid && !is_usable_uuid(name))
			index->clean = false;
		if (!name)
			continue;
		entries[n] = (struct index_entry){name, v, n};
		n++;
	}
	qsort(entries, n, sizeof *entries, compare_entries);
	for (size_t i = 0; i < n; i++)
		if (i && !strcmp(entries[i - 1].name, entries[i].name))
			index->clean = false;
		else
			index->slots[index->sorted++] = entries[i].value;
	mem_free(entries);
}

static void index_fill(struct model_index *index, const struct json *container, bool by_uuid)
{
	size_t count = json_count(container);
	index_init(index, count, by_uuid);
	if (count > INDEX_HASHED)
		index_sort(index, container, count);
	else
		for (const struct json *v = json_first(container); v; v = json_next(v))
			index_add(index, v);
}

void model_index_keys(struct model_index *index, const struct json *object)
{
	index_fill(index, json_is_object(object) ? object : NULL, false);
}

void model_index_items(struct model_index *index, const struct json *list)
{
	index_fill(index, json_is_array(list) ? list : NULL, true);
}

static const struct json *find_sorted(const struct model_index *index, const char *name)
{
	size_t from = 0, to = index->sorted;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = strcmp(name, name_of(index, index->slots[middle]));
		if (!order)
			return index->slots[middle];
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

const struct json *model_index_find(const struct model_index *index, const char *name)
{
	if (index->sorted)
		return find_sorted(index, name);
	size_t slot = model_hash(name) & index->mask;
	for (; index->slots[slot]; slot = (slot + 1) & index->mask)
		if (!strcmp(name_of(index, index->slots[slot]), name))
			return index->slots[slot];
	return NULL;
}

void model_index_done(struct model_index *index)
{
	if (index->slots != index->inline_slots)
		mem_free(index->slots);
	index->slots = NULL;
}
