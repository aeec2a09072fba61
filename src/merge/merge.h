/* The three-way merge: merge(base, mine, theirs) → merged, new base, conflicts. A pure function (sync.md section 3). */
#ifndef OUTPOST_MERGE_H
#define OUTPOST_MERGE_H

#include "model/model.h"

enum conflict_type {
	CONFLICT_FIELD, CONFLICT_LIST_ITEM_REMOVED, CONFLICT_LIST_ITEM_RECREATED,
	CONFLICT_RECORD_REMOVED, CONFLICT_NOT_STORED, CONFLICT_UNKNOWN_OUTCOME, /* the last three come from sync, not from a merge */
	CONFLICT_TYPE_COUNT
};
const char *conflict_type_name(enum conflict_type type);              /* "field", "list_item_removed", … (sync.md section 5) */
bool conflict_type_from_name(const char *name, enum conflict_type *out);

struct merge_conflict {
	enum conflict_type type;
	char *path;                 /* "hospitalization.dischargeDate", "hospitalization.previousHospitalizations[UUID].admissionDate" */
	struct json *base, *mine, *theirs;   /* copies; NULL = absent */
};

struct merge_result {
	struct json *merged;
	struct json *base;          /* the new base: theirs with masks lifted */
	bool dirty;                 /* merged differs from the new base */
	struct merge_conflict *conflicts;
	size_t conflict_count;
};

/* Merges documents of a kind. base NULL: a new record (an empty document). None of the inputs is changed or kept.
 * ST_INVALID: mine or theirs is no object, or an embedded object or list has another JSON type than the model says. */
MUST_CHECK enum status merge_records(const struct model *model, enum kind kind, const struct json *base, const struct json *mine,
	const struct json *theirs, struct merge_result *out, struct err *err);
void merge_result_done(struct merge_result *result);

/* The contract of `outpost merge` (product.md): {"merged","base","dirty","conflicts":[{"type","path","base","mine","theirs"}]}. */
struct json *merge_result_json(const struct merge_result *result);

#endif
