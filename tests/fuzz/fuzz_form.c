/* Any text as a form file: complaints with places, or a form that opens on a record and gives back what it was given. */
#include <stdlib.h>
#include <string.h>

#include "form/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char record[] = "{\"uuid\":\"C\",\"hospitalization\":{\"uuid\":\"H\",\"isolated\":\"NO\",\"previousHospitalizations\":[{\"uuid\":\"A\"}]}}";
	static struct model *model;
	static struct json *doc;
	size_t len = 0;
	const char *types = model_builtin(&len);
	if (!model && model_load(types, len, &model, NULL) != ST_OK)
		abort();
	if (!doc && json_parse_text(record, &doc, NULL) != ST_OK)
		abort();
	struct form *form = NULL;
	struct form_problem *problems = NULL;
	size_t count = 0;
	enum status st = form_load(model, (const char *)data, size, &form, &problems, &count, NULL);
	if (st != ST_OK && !count)
		abort();
	for (size_t i = 0; i < count; i++)
		if (problems[i].line < 1 || !problems[i].code)
			abort();
	mem_free(problems);
	if (st != ST_OK)
		return 0;
	struct form_env env = {.now_ms = INT64_C(1795341600000), .editable = true};
	struct form_view *view = form_open(form, model, doc, &env);
	struct json *report = form_try_json(view);
	struct json *result = form_result(view);
	if (!json_equal(result, doc)) /* opening changes nothing */
		abort();
	json_free(report);
	json_free(result);
	form_close(view);
	form_free(form);
	return 0;
}
