/* Any text as a form file: complaints with places, or a form that opens on a record and gives back what it was given. */
#include <stdlib.h>
#include <string.h>

#include "form/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every row is typed into; undoing it all gives the record back. */
static void change_and_take_back(struct form_view *view, const struct json *doc)
{
	static const char *const typed[] = {"YES", "t-1", "5", "true", "x y"};
	struct rand rand;
	char uuid[UUID_SIZE];
	int done = 0;
	rand_init(&rand, 1);
	for (size_t i = 0; i < form_row_count(view) && i < 12; i++) {
		char *path = mem_strdup(form_row_at(view, i)->path);
		for (size_t k = 0; k < sizeof typed / sizeof *typed; k++)
			done += form_set_text(view, path, typed[k], (k & 1) != 0, NULL) == ST_OK;
		done += form_add_item(view, path, &rand, uuid, NULL) == ST_OK;
		mem_free(path);
	}
	struct json *result = form_result(view);
	json_free(result);
	for (; done > 0; done--)
		if (!form_undo(view))
			abort();
	if (!json_equal(form_doc(view), doc))
		abort();
}

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
	change_and_take_back(view, doc);
	form_close(view);
	form_free(form);
	return 0;
}
