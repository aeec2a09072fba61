/* For the tests of the store: the model, a store in memory or in a folder of its own, and small documents of made-up people. */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store.h"

#define UNUSED __attribute__((unused))

struct fixture { struct store *store; char dir[64], path[128]; };

static struct model *fixture_model;

static void must(enum status st, const struct err *err, const char *what)
{
	char text[1024] = "";

	if (st == ST_OK)
		return;
	err_text(err, text, sizeof text);
	fail_msg("%s: status %d: %s", what, (int)st, text);
}
#define MUST(call) must((call), &err, #call)

/* Says what was expected of a call that has to fail. */
static UNUSED void expect_status(enum status got, enum status wanted, const char *what)
{
	if (got != wanted)
		fail_msg("%s answered status %d, expected %d", what, (int)got, (int)wanted);
}
#define EXPECT(call, wanted) expect_status((call), (wanted), #call)

static void load_model(void)
{
	struct err err = { 0 };
	char *text = NULL;
	size_t len = 0;

	if (fixture_model != NULL)
		return;
	MUST(path_read(TOP_SRCDIR "/forms/model/model.json", 64 * 1024 * 1024, &text, &len, &err));
	MUST(model_load(text, len, &fixture_model, &err));
	mem_free(text);
}

static UNUSED int group_teardown(void **state)
{
	(void)state;
	model_free(fixture_model);
	fixture_model = NULL;
	return 0;
}

static UNUSED int memory_setup(void **state)
{
	struct fixture *f = mem_calloc(1, sizeof *f);
	struct err err = { 0 };

	load_model();
	MUST(store_open(":memory:", fixture_model, &f->store, &err));
	*state = f;
	return 0;
}

static UNUSED int folder_setup(void **state)
{
	struct fixture *f = mem_calloc(1, sizeof *f);

	load_model();
	strcpy(f->dir, "/tmp/outpost-store-XXXXXX");
	if (mkdtemp(f->dir) == NULL)
		fail_msg("no folder for the test");
	snprintf(f->path, sizeof f->path, "%s/data.db", f->dir);
	*state = f;
	return 0;
}

static UNUSED int file_setup(void **state)
{
	struct fixture *f;
	struct err err = { 0 };

	folder_setup(state);
	f = *state;
	MUST(store_open(f->path, fixture_model, &f->store, &err));
	return 0;
}

static UNUSED int teardown(void **state)
{
	struct fixture *f = *state;

	store_close(f->store);
	if (f->dir[0] != '\0') {
		DIR *dir = opendir(f->dir);
		struct dirent *entry;

		while (dir != NULL && (entry = readdir(dir)) != NULL) {
			char name[512];

			snprintf(name, sizeof name, "%s/%s", f->dir, entry->d_name);
			if (entry->d_name[0] != '.' && unlink(name) != 0)
				rmdir(name);
		}
		if (dir != NULL)
			closedir(dir);
		rmdir(f->dir);
	}
	mem_free(f);
	return 0;
}

/* ---- documents ---- */

static UNUSED char *case_doc(const char *uuid, const char *person, const char *epid, int64_t report_date)
{
	return mem_printf("{\"uuid\":\"%s\",\"creationDate\":1000,\"changeDate\":2000,\"pseudonymized\":false,\"inJurisdiction\":true,\"disease\":\"CHOLERA\","
		"\"person\":{\"uuid\":\"%s\",\"caption\":\"x\",\"firstName\":\"Ref\",\"lastName\":\"Erence\"},\"epidNumber\":\"%s\",\"reportDate\":%lld,"
		"\"caseClassification\":\"SUSPECT\",\"investigationStatus\":\"PENDING\",\"outcome\":\"NO_OUTCOME\",\"healthFacility\":{\"uuid\":\"FACILI-1\",\"caption\":\"Old Name\"},"
		"\"hospitalization\":{\"uuid\":\"HOSPIT-1\",\"changeDate\":1999,\"previousHospitalizations\":[]},\"unknownKey\":{\"a\":1}}",
		uuid, person, epid, (long long)report_date);
}

static UNUSED char *person_doc(const char *uuid, const char *first, const char *last, const char *sex)
{
	return mem_printf("{\"uuid\":\"%s\",\"changeDate\":3000,\"firstName\":\"%s\",\"lastName\":\"%s\",\"sex\":\"%s\",\"birthdateDD\":23,\"birthdateMM\":11,\"birthdateYYYY\":1990,"
		"\"addresses\":[],\"personContactDetails\":[]}", uuid, first, last, sex);
}

static UNUSED void put_flags(struct store *store, enum kind kind, const char *uuid, char *doc, const char *base, unsigned flags)
{
	struct err err = { 0 };
	int64_t revision = 0;
	unsigned old;
	const char *text;
	size_t len;
	struct store_pulled row = { .kind = kind, .uuid = uuid, .doc = doc, .doc_len = strlen(doc), .base = base, .flags = flags,
		.now_ms = 500 };

	if (store_peek(store, kind, uuid, &revision, &old, &text, &len, &err) == ST_OK)
		row.revision = revision;
	MUST(store_put_pulled(store, &row, &err));
	mem_free(doc);
}

static UNUSED void put(struct store *store, enum kind kind, const char *uuid, char *doc)
{
	put_flags(store, kind, uuid, doc, NULL, 0);
}

static UNUSED struct record get(struct store *store, enum kind kind, const char *uuid)
{
	struct record record;
	struct err err = { 0 };

	MUST(store_get(store, kind, uuid, &record, &err));
	return record;
}

/* A person's save: one key of the stored document set to a JSON value. Gives the new revision. */
static UNUSED enum status edit_key_at(struct store *store, enum kind kind, const char *uuid, int64_t revision, const char *key,
	const char *value, int64_t now_ms,
	const char *draft, int64_t *new_revision, struct err *err)
{
	struct record record = get(store, kind, uuid);
	struct json *doc = NULL, *v = NULL;
	struct store_edit edit = { .kind = kind, .uuid = uuid, .revision = revision, .user = "ada", .device = "post 7", .now_ms = now_ms,
		.draft_id = draft, .cause = "edit" };
	enum status st;

	must(json_parse_text(record.doc, &doc, err), err, "json_parse_text");
	if (value != NULL)
		must(json_parse_text(value, &v, err), err, "json_parse_text");
	json_set(doc, key, v);
	edit.doc = doc;
	st = store_save_edit(store, &edit, new_revision, err);
	json_free(doc);
	record_done(&record);
	return st;
}

static UNUSED int64_t edit_key(struct store *store, enum kind kind, const char *uuid, const char *key, const char *value, int64_t now_ms)
{
	struct record record = get(store, kind, uuid);
	struct err err = { 0 };
	int64_t revision = 0;

	MUST(edit_key_at(store, kind, uuid, record.revision, key, value, now_ms, NULL, &revision, &err));
	record_done(&record);
	return revision;
}

#endif
