/* The three-way merge: merge(base, mine, theirs) → merged, new base, conflicts. A pure function (sync.md section 3).
 *
 * Where section 3 says nothing:
 * - Values that are equal on all sides can still be written differently (a caption; null, "" or absent). What only one side wrote anew is
 *   taken; if both did, mine. So merge(b,m,b) is m and merge(b,b,t) is t to the letter, but for bookkeeping.
 * - Keys come in the order of theirs, then mine's additions. Conflicts come in the model's order, then those of unknown keys; the parts of one
 *   value together, where its first one is.
 * - A part (embedded object) that mine lacks is theirs, without a conflict: no form takes a part away, and the server would empty it.
 * - An absent list, null and [] are the same: no items, as they are for the server. If neither side has an array, theirs' null stays.
 * - A list of references is a list with uuids whose items have no content: both sides' additions and removals count, nothing conflicts.
 * - A list with an item that has no uuid of its own (none, longer than 36 bytes, with "]", or one that another item has) is one JSON value.
 * - Bookkeeping keys are bookkeeping in every object, also where the dictionary does not list them.
 * - A mask covers the values marked personal or sensitive, a person's phone and emailAddress, and such values of a part that has no mask of
 *   its own (portHealthInfo). A sensitive part that the masking server left out comes back whole. An item that I removed is compared
 *   with the mask of the one side lifted by the other. Conflicts report values as they are after the masks were lifted.
 * - The date of an age that I changed is mine also if I have none. */
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

/* Can the document take part in a merge? ST_INVALID: it is no object, or an embedded object or list with uuids has another JSON type than the
 * model says (the error says where). */
MUST_CHECK enum status merge_check(const struct model *model, enum kind kind, const struct json *doc, struct err *err);

/* Merges documents of a kind. base NULL or JSON null: a new record (an empty document). None of the inputs is changed or kept.
 * ST_INVALID: merge_check() refuses a side. */
MUST_CHECK enum status merge_records(const struct model *model, enum kind kind, const struct json *base, const struct json *mine,
	const struct json *theirs, struct merge_result *out, struct err *err);
void merge_result_done(struct merge_result *result);

/* Does an object in v carry the server's mask (pseudonymized)? */
bool merge_has_mask(const struct json *v);
/* The way back of a record whose masks were lifted: what `shown`, the server's own last version, has masked goes up as it came, with its flag, so that
 * the server keeps what it has, even if the record comes back into sight meanwhile (protocol.md C.7). Objects that shown does not have stay as they are. */
void merge_put_masks(const struct model_type *type, struct json *doc, const struct json *shown);

/* The contract of `outpost merge` (product.md): {"merged","base","dirty","conflicts":[{"type","path","base","mine","theirs"}]}. */
struct json *merge_result_json(const struct merge_result *result);

#endif
