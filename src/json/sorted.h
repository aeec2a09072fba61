/* Private to json: the members of an object in the order of their keys, for objects with so many that looking each up would cost the square of it. */
#ifndef OUTPOST_JSON_SORTED_H
#define OUTPOST_JSON_SORTED_H

#include <cjson/cJSON.h>
#include <stddef.h>

/* A hash that everybody knows can be made to collide: up to here that costs next to nothing, beyond it order is used, which nobody can spoil. */
#define JSON_MANY 256

const cJSON **sorted_members(const cJSON *object, size_t count);    /* new array */

#endif
