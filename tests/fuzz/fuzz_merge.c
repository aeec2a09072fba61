/* Merges whatever comes as {"kind":…,"base":…,"mine":…,"theirs":…}: nothing falls over, the inputs stay, and what was merged stays
 * merged. */
#include <stdlib.h>
#include <string.h>

#include "merge/merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct model *built_in(void)
{
	static struct model *model;
	size_t len = 0;
	if (!model) {
		const char *text = model_builtin(&len);
		if (model_load(text, len, &model, NULL) != ST_OK)
			abort();
	}
	return model;
}

static void check_merge(enum kind kind, const struct json *base, const struct json *mine, const struct json *theirs)
{
	const struct model *model = built_in();
	const struct model_type *type = model_of_kind(model, kind);
	struct merge_result result = {0};
	struct err err = {0};
	if (merge_records(model, kind, base, mine, theirs, &result, &err) != ST_OK) {
		if (!err.depth || result.merged)
			abort();
		return;
	}
	struct json *report = merge_result_json(&result);
	if (json_count(json_get(report, "conflicts")) != result.conflict_count)
		abort();
	json_free(report);
	if (result.dirty == model_objects_equal(type, result.merged, result.base))
		abort();
	struct merge_result again = {0};
	if (merge_records(model, kind, result.base, result.merged, result.base, &again, NULL) != ST_OK)
		abort();
	if (again.conflict_count || again.dirty != result.dirty || !model_objects_equal(type, result.merged, again.merged))
		abort();
	merge_result_done(&again);
	merge_result_done(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);
	struct json *doc = NULL;
	enum kind kind = KIND_CASES;
	if (json_parse(text, size, &doc, NULL) == ST_OK) {
		const char *name = json_get_string(doc, "kind");
		if (name && !model_kind_from_name(name, &kind))
			kind = KIND_PERSONS;
		struct json *before = json_copy(doc);
		check_merge(kind, json_get(doc, "base"), json_get(doc, "mine"), json_get(doc, "theirs"));
		if (!json_equal(before, doc))
			abort();
		json_free(before);
	}
	json_free(doc);
	mem_free(text);
	return 0;
}
