/* Private to model: how types are kept. All texts belong to the parsed model.json, which stays alive with the model. */
#ifndef OUTPOST_MODEL_INTERNAL_H
#define OUTPOST_MODEL_INTERNAL_H

#include "model/model.h"

struct model_group {
	size_t count;
	const struct model_field *parts[MODEL_PARTS_MAX];
};

struct model_type {
	const char *name;
	struct model_field *fields;
	int count;
	bool has_uuid;
	int *slots;              /* open addressing: index + 1 of a field, 0 free */
	size_t slot_mask;
	struct model_group *groups;
	int group_count;
};

struct model_enum_values {
	const char *name;
	const char **values;     /* NULL-terminated */
};

struct model {
	struct json *text;
	struct model_type *types;
	size_t type_count;
	struct model_enum_values *enums;
	size_t enum_count;
	const struct model_type *kinds[KIND_COUNT];
	void **lists;            /* the string lists of fields, to free */
	size_t list_count, list_cap;
};

uint32_t model_hash(const char *key);

#endif
