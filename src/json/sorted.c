/* Members in the order of their keys. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "json/sorted.h"

static int compare_keys(const void *a, const void *b)
{
	const cJSON *const *x = a, *const *y = b;
	return strcmp((*x)->string, (*y)->string);
}

const cJSON **sorted_members(const cJSON *object, size_t count)
{
	const cJSON **members = mem_calloc(count ? count : 1, sizeof *members);
	size_t n = 0;
	for (const cJSON *c = object->child; c && n < count; c = c->next)
		members[n++] = c;
	qsort(members, n, sizeof *members, compare_keys);
	return members;
}
