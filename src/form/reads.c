/* Which rows read which places: a table of pairs, those of one place linked. */
#include <string.h>

#include "form/reads.h"

#define NOBODY UINT32_MAX

static uint64_t mixed(uint64_t h)
{
	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
	h = (h ^ h >> 27) * 0x94d049bb133111ebu;
	return h ^ h >> 31;
}

place_id reads_place(const struct json *object, const char *key)
{
	uint64_t h = 14695981039346656037u;
	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211u;
	return mixed(h ^ mixed((uintptr_t)object));
}

/* The slot of the pair, or the free one where it would be. */
static size_t slot_of(const struct reads *reads, place_id place, uint32_t reader)
{
	size_t slot = mixed(place + reader) & reads->mask;
	for (; reads->slots[slot]; slot = (slot + 1) & reads->mask) {
		const struct read_edge *e = &reads->edges[reads->slots[slot]];
		if (e->place == place && e->reader == reader)
			break;
	}
	return slot;
}

static void make_room(struct reads *reads)
{
	void *array = reads->edges;
	mem_grow(&array, &reads->cap, reads->count + 3, sizeof *reads->edges);
	reads->edges = array;
	if (!reads->count)
		reads->edges[reads->count++] = (struct read_edge){0};
	if (reads->slots && (reads->count + 2) * 2 <= reads->mask + 1)
		return;
	reads->mask = reads->slots ? reads->mask * 2 + 1 : 1023;
	mem_free(reads->slots);
	reads->slots = mem_calloc(reads->mask + 1, sizeof *reads->slots);
	for (size_t i = 1; i < reads->count; i++)
		reads->slots[slot_of(reads, reads->edges[i].place, reads->edges[i].reader)] = (uint32_t)i;
}

static uint32_t edge_new(struct reads *reads, size_t slot, place_id place, uint32_t reader, uint32_t next)
{
	uint32_t i = (uint32_t)reads->count++;
	reads->edges[i] = (struct read_edge){place, reader, next};
	reads->slots[slot] = i;
	return i;
}

void reads_add(struct reads *reads, place_id place, size_t reader)
{
	make_room(reads);
	size_t slot = slot_of(reads, place, (uint32_t)reader);
	if (reads->slots[slot])
		return;
	size_t head_slot = slot_of(reads, place, NOBODY);
	uint32_t head = reads->slots[head_slot];
	if (!head) {
		head = edge_new(reads, head_slot, place, NOBODY, 0);
		slot = slot_of(reads, place, (uint32_t)reader);
	}
	reads->edges[head].next = edge_new(reads, slot, place, (uint32_t)reader, reads->edges[head].next);
}

uint32_t reads_first(const struct reads *reads, place_id place)
{
	return reads->count ? reads->edges[reads->slots[slot_of(reads, place, NOBODY)]].next : 0;
}

void reads_clear(struct reads *reads)
{
	mem_free(reads->edges);
	mem_free(reads->slots);
	*reads = (struct reads){0};
}
