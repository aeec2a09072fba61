/* What the tests of model and merge share: the built-in model, JSON written with ' for ". */
#ifndef OUTPOST_TEST_MERGE_FIXTURE_H
#define OUTPOST_TEST_MERGE_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "merge/merge.h"

static struct model *the_model;

static inline int load_model(void **state)
{
	(void)state;
	size_t len = 0;
	struct err err = {0};
	const char *text = model_builtin(&len);
	if (model_load(text, len, &the_model, &err) == ST_OK)
		return 0;
	char why[300];
	err_text(&err, why, sizeof why);
	print_error("the model cannot be loaded: %s\n", why);
	return -1;
}

static inline int free_model(void **state)
{
	(void)state;
	model_free(the_model);
	the_model = NULL;
	return 0;
}

/* NULL or "-" is absent. */
static inline struct json *js(const char *text)
{
	if (!text || !strcmp(text, "-"))
		return NULL;
	char *copy = mem_strdup(text);
	for (char *p = copy; *p; p++)
		if (*p == '\'')
			*p = '"';
	struct json *v = NULL;
	struct err err = {0};
	if (json_parse_text(copy, &v, &err) != ST_OK) {
		char why[300];
		err_text(&err, why, sizeof why);
		fail_msg("the test's JSON is wrong: %s in %s", why, text);
	}
	mem_free(copy);
	return v;
}

#endif
