/* What the tests of forms share: the model, an environment that stands at 2026-11-22 10:00 UTC, a form opened on a JSON text. */
#ifndef OUTPOST_TESTS_FORM_FIXTURE_H
#define OUTPOST_TESTS_FORM_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form/form.h"

#define FIXTURE_NOW INT64_C(1795341600000) /* 2026-11-22T10:00:00Z */

static struct model *fixture_model;

static inline int fixture_open(void **state)
{
	size_t len = 0;
	struct err err = {0};
	const char *text = model_builtin(&len);
	(void)state;
	assert_int_equal(date_set_zone("UTC", &err), ST_OK);
	assert_int_equal(model_load(text, len, &fixture_model, &err), ST_OK);
	return 0;
}

static inline int fixture_close(void **state)
{
	(void)state;
	model_free(fixture_model);
	return 0;
}

static inline struct json *fixture_json(const char *text)
{
	struct json *v = NULL;
	struct err err = {0};
	if (json_parse_text(text, &v, &err) != ST_OK) {
		char why[300];
		err_text(&err, why, sizeof why);
		fail_msg("the test's JSON is wrong: %s in %s", why, text);
	}
	return v;
}

static inline struct form *fixture_form(const char *name)
{
	struct err err = {0};
	for (const struct embedded_file *f = form_builtin(); f->name; f++) {
		if (strcmp(f->name, name) != 0)
			continue;
		struct form *form = NULL;
		struct form_problem *problems = NULL;
		size_t count = 0;
		assert_int_equal(form_load(fixture_model, f->text, f->len, &form, &problems, &count, &err), ST_OK);
		mem_free(problems);
		return form;
	}
	fail_msg("there is no built-in form %s", name);
	return NULL;
}

/* Is there such a finding? severity 'E' or 'W'. */
static inline bool fixture_has(const struct form_view *view, char severity, const char *path, const char *rule)
{
	for (size_t i = 0; i < form_finding_count(view); i++) {
		const struct form_finding *f = form_finding_at(view, i);
		if (!strcmp(f->path, path) && !strcmp(f->rule, rule) && (f->severity == FORM_ERROR) == (severity == 'E'))
			return true;
	}
	return false;
}

static inline void fixture_print(const struct form_view *view)
{
	for (size_t i = 0; i < form_finding_count(view); i++) {
		const struct form_finding *f = form_finding_at(view, i);
		char text[300];
		message_text(&f->message, text, sizeof text);
		print_message("# %c %s %s: %s\n", f->severity == FORM_ERROR ? 'E' : 'W', f->path, f->rule, text);
	}
}

#endif
