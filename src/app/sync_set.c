/* Sets of (kind, uuid): open addressing over their hashes. */
#include "app/sync_set.h"

static uint64_t hash_of(enum kind kind, const char *uuid)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ ((uint64_t)kind << 32);

	for (; *uuid != '\0'; uuid++)
		h = (h ^ (unsigned char)*uuid) * UINT64_C(0x100000001b3);
	h ^= h >> 29;
	return h == 0 ? 1 : h;
}

static uint64_t *set_slot(const struct sync_set *set, uint64_t h)
{
	size_t i = (size_t)h & (set->cap - 1);

	while (set->slots[i] != 0 && set->slots[i] != h)
		i = (i + 1) & (set->cap - 1);
	return &set->slots[i];
}

bool sync_set_has(const struct sync_set *set, enum kind kind, const char *uuid)
{
	return set->count > 0 && *set_slot(set, hash_of(kind, uuid)) != 0;
}

void sync_set_add(struct sync_set *set, enum kind kind, const char *uuid)
{
	uint64_t h = hash_of(kind, uuid), *slot;

	if (2 * (set->count + 1) > set->cap) {
		struct sync_set bigger = { .cap = set->cap > 0 ? 2 * set->cap : 64 };

		bigger.slots = mem_calloc(bigger.cap, sizeof *bigger.slots);
		for (size_t i = 0; i < set->cap; i++)
			if (set->slots[i] != 0)
				*set_slot(&bigger, set->slots[i]) = set->slots[i];
		bigger.count = set->count;
		mem_free(set->slots);
		*set = bigger;
	}
	slot = set_slot(set, h);
	if (*slot == 0) {
		*slot = h;
		set->count++;
	}
}

void sync_set_done(struct sync_set *set)
{
	mem_free(set->slots);
	*set = (struct sync_set){ 0 };
}
