/* What goes as a partial update, and what has to be a push (sync.h sync_patch(), protocol.md B.1 "postUpdate"). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "merge_fixture.h"
#include "sync/sync.h"

#define CASE "CASEAA-AAAAAA-AAAAAA-AAAAAAAA"
#define STAY "HOSPAA-AAAAAA-AAAAAA-AAAAAAAA"
#define SIGNS "SYMPAA-AAAAAA-AAAAAA-AAAAAAAA"
#define LONG "\"epidNumber\":\"a number that is as long as a real record would be, so that a patch is less than half of it, however the uuids count in this place\","
#define PREVIOUS "\"previousHospitalizations\":[{\"uuid\":\"PREVAA-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":9,\"description\":\"earlier\"}]"
#define BASE "{\"uuid\":\"" CASE "\",\"changeDate\":1000,\"disease\":\"CHOLERA\",\"additionalDetails\":\"before\"," LONG \
	"\"hospitalization\":{\"uuid\":\"" STAY "\",\"changeDate\":900,\"description\":\"old\",\"isolated\":\"NO\"," PREVIOUS "}," \
	"\"symptoms\":{\"uuid\":\"" SIGNS "\",\"changeDate\":800,\"fever\":\"YES\"}}"

/* base with the first `from` replaced by `to`. */
static char *changed(const char *base, const char *from, const char *to)
{
	const char *at = strstr(base, from);

	assert_non_null(at);
	return mem_printf("%.*s%s%s", (int)(at - base), base, to, at + strlen(from));
}

static void assert_patch(const char *base, const char *from, const char *to, const char *expected)
{
	char *sent = changed(base, from, to), *patch = sync_patch(the_model, KIND_CASES, base, sent);

	if (expected == NULL) {
		if (patch != NULL)
			fail_msg("%s: expected a push, not %s", to, patch);
	} else {
		assert_non_null(patch);
		assert_string_equal(patch, expected);
	}
	mem_free(patch);
	mem_free(sent);
}

static void a_changed_key_goes_with_the_records_uuid_and_date(void **state)
{
	(void)state;
	assert_patch(BASE, "\"before\"", "\"after\"", "{\"uuid\":\"" CASE "\",\"changeDate\":1000,\"additionalDetails\":\"after\"}");
}

static void a_changed_part_goes_with_its_own_uuid_and_date_and_nothing_else_of_it(void **state)
{
	(void)state;
	assert_patch(BASE, "\"old\"", "\"new\"", "{\"uuid\":\"" CASE "\",\"changeDate\":1000,\"hospitalization\":{\"uuid\":\"" STAY
		"\",\"changeDate\":900,\"description\":\"new\"}}");
}

static void what_was_emptied_goes_as_null(void **state)
{
	const char *expected = "{\"uuid\":\"" CASE "\",\"changeDate\":1000,\"hospitalization\":{\"uuid\":\"" STAY "\",\"changeDate\":900,\"isolated\":null}}";

	(void)state;
	assert_patch(BASE, "\"isolated\":\"NO\"", "\"isolated\":null", expected);
	assert_patch(BASE, "\"isolated\":\"NO\",", "", expected);
}

static void a_changed_list_is_a_push(void **state)
{
	(void)state;
	assert_patch(BASE, "earlier", "long ago", NULL);                                         /* an item's value */
	assert_patch(BASE, PREVIOUS, "\"previousHospitalizations\":[]", NULL);                    /* an item fewer */
}

static void keys_that_the_model_does_not_know_are_a_push(void **state)
{
	(void)state;
	assert_patch(BASE, "\"disease\"", "\"anyNewKey\":1,\"disease\"", NULL);
}

static void a_part_that_is_new_or_another_one_is_a_push(void **state)
{
	(void)state;
	assert_patch(BASE, "\"disease\"", "\"epiData\":{\"uuid\":\"EPIDAA-AAAAAA-AAAAAA-AAAAAAAA\"},\"disease\"", NULL);
	assert_patch(BASE, SIGNS "\",\"changeDate\":800,\"fever\":\"YES\"", "SYMPBB-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":800,\"fever\":\"NO\"", NULL);
}

static void what_is_masked_is_a_push(void **state)
{
	char *record = changed(BASE, "\"disease\"", "\"pseudonymized\":true,\"disease\""), *part = changed(BASE, "\"fever\"", "\"pseudonymized\":true,\"fever\"");

	(void)state;
	assert_patch(record, "\"before\"", "\"after\"", NULL);
	assert_patch(part, "\"YES\"", "\"NO\"", NULL);
	assert_patch(part, "\"before\"", "\"after\"", "{\"uuid\":\"" CASE "\",\"changeDate\":1000,\"additionalDetails\":\"after\"}");
	mem_free(record);
	mem_free(part);
}

static void little_to_save_is_a_push(void **state)
{
	char *words = mem_calloc(1, 3000);

	(void)state;
	memset(words, 'x', 2999);
	words[0] = words[2998] = '"';
	assert_patch(BASE, "\"before\"", words, NULL);
	mem_free(words);
}

static void nothing_changed_a_new_record_or_another_kind_is_a_push(void **state)
{
	char *sent = changed(BASE, "\"before\"", "\"after\"");

	(void)state;
	assert_patch(BASE, "\"before\"", "\"before\"", NULL);
	assert_null(sync_patch(the_model, KIND_CASES, NULL, sent));
	assert_null(sync_patch(the_model, KIND_PERSONS, BASE, sent));
	assert_null(sync_patch(the_model, KIND_CASES, "{broken", sent));
	mem_free(sent);
}

static void a_record_without_a_version_is_a_push(void **state)
{
	char *base = changed(BASE, "\"changeDate\":1000,", "");

	(void)state;
	assert_patch(base, "\"before\"", "\"after\"", NULL);
	mem_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_changed_key_goes_with_the_records_uuid_and_date),
		cmocka_unit_test(a_changed_part_goes_with_its_own_uuid_and_date_and_nothing_else_of_it),
		cmocka_unit_test(what_was_emptied_goes_as_null),
		cmocka_unit_test(a_changed_list_is_a_push),
		cmocka_unit_test(keys_that_the_model_does_not_know_are_a_push),
		cmocka_unit_test(a_part_that_is_new_or_another_one_is_a_push),
		cmocka_unit_test(what_is_masked_is_a_push),
		cmocka_unit_test(little_to_save_is_a_push),
		cmocka_unit_test(nothing_changed_a_new_record_or_another_kind_is_a_push),
		cmocka_unit_test(a_record_without_a_version_is_a_push),
	};

	return cmocka_run_group_tests_name("patch", tests, load_model, free_model);
}
