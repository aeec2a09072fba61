/* Any text as an expression on a small record: it is refused with a place, or it gives a value; never a crash, never without end. */
#include <stdlib.h>
#include <string.h>

#include "form/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char record[] = "{\"disease\":\"EVD\",\"hospitalization\":{\"uuid\":\"H\",\"admissionDate\":1795132800000,\"description\":\"a b\","
		"\"previousHospitalizations\":[{\"uuid\":\"A\",\"admissionDate\":1790000000000},{\"uuid\":\"B\"}]}}";
	static struct model *model;
	static struct json *doc;
	size_t len = 0;
	const char *types = model_builtin(&len);
	if (!model && model_load(types, len, &model, NULL) != ST_OK)
		abort();
	if (!doc && json_parse_text(record, &doc, NULL) != ST_OK)
		abort();
	if (!text_is_valid((const char *)data, size))
		return 0;
	char *text = mem_strndup((const char *)data, size);
	struct form_env env = {.now_ms = INT64_C(1795341600000)};
	struct form_value v;
	struct err err = {0};
	for (int typed = 0; typed < 2; typed++) {
		enum status st = form_eval(model, text, doc, typed ? model_of_kind(model, KIND_CASES) : NULL, "hospitalization.admissionDate", &env, &v, &err);
		if (st == ST_OK) {
			if (!v.string)
				abort();
			form_value_done(&v);
		} else if (!err.line || !err.depth) {
			abort();
		}
	}
	mem_free(text);
	return 0;
}
