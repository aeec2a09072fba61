/* Members and items found by name in constant time, however many there are. */
#include <string.h>

#include "model/internal.h"

static const char *name_of(const struct model_index *index, const struct json *v)
{
	return index->by_uuid ? json_get_string(v, "uuid") : json_key(v);
}

static void index_init(struct model_index *index, const struct json *container, bool by_uuid)
{
	size_t size = 8;
	size_t count = json_count(container);
	while (size < count * 2)
		size *= 2;
	index->by_uuid = by_uuid;
	index->clean = true;
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

void model_index_keys(struct model_index *index, const struct json *object)
{
	const struct json *members = json_is_object(object) ? object : NULL;
	index_init(index, members, false);
	for (const struct json *v = json_first(members); v; v = json_next(v))
		index_add(index, v);
}

void model_index_items(struct model_index *index, const struct json *list)
{
	const struct json *items = json_is_array(list) ? list : NULL;
	index_init(index, items, true);
	for (const struct json *v = json_first(items); v; v = json_next(v))
		index_add(index, v);
}

const struct json *model_index_find(const struct model_index *index, const char *name)
{
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
