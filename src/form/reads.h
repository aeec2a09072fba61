/* Private to form: which rows read which places of the document when they were last evaluated. A change of a place is a change of what these rows say.
 *
 * It is only added to: a row that does not read a place any more is evaluated once too often, never too seldom. */
#ifndef OUTPOST_FORM_READS_H
#define OUTPOST_FORM_READS_H

#include "form/internal.h"

/* An object and a key in it, as a number: two places with the same number cost an evaluation, nothing else. The places of one item's fields are the item
 * and the key; seen through the list, they are the list and the key, whichever item it is. */
typedef uint64_t place_id;

#define READS_ANY_KEY "*" /* of anything in an object, or in the items of a list */

struct read_edge { place_id place; uint32_t reader, next; };

struct reads {
	struct read_edge *edges;             /* 0 is none; of each place first one without a reader, then those that read it, linked */
	size_t count, cap;
	uint32_t *slots;                     /* edges by place and reader */
	size_t mask;
};

place_id reads_place(const struct json *object, const char *key);
void reads_add(struct reads *reads, place_id place, size_t reader);
/* The first edge of those that read the place, then edges[i].next; 0: no more. */
uint32_t reads_first(const struct reads *reads, place_id place);
void reads_clear(struct reads *reads);

#endif
