/* `new case`: a case and its person from a file, with the rules that the forms would apply (product.md). */
#include <stdio.h>
#include <string.h>

#include "app/demand.h"
#include "app/env.h"
#include "app/formset.h"
#include "app/listeners.h"
#include "app/newcase.h"
#include "app/profile.h"
#include "app/record.h"
#include "app/stored.h"
#include "app/value.h"

struct casefile {
	struct session *session;
	struct json *doc, *person;   /* person NULL: an existing one */
	struct json *given_case, *given_person;    /* as in the file, cleaned: what was given on purpose */
	record_note_fn note;
	void *ctx;
};

/* Does the file give a value for this row? */
static bool casefile_gives(const struct json *given, const struct form_row *row)
{
	const struct json *at = given;
	const char *path = row->path;

	if (given == NULL || row->field == NULL || row->item)
		return false;
	while (*path != '\0' && at != NULL) {
		size_t len = strcspn(path, ".[");
		char *key = mem_strndup(path, len);

		at = json_get(at, key);
		mem_free(key);
		path += len;
		if (*path == '[') {
			/* An item: by its uuid. */
			size_t end = strcspn(path, "]");
			struct json *child;
			char *uuid = mem_strndup(path + 1, end - 1);

			for (child = json_first(at); child != NULL; child = json_next(child))
				if (json_get_string(child, "uuid") != NULL && strcmp(json_get_string(child, "uuid"), uuid) == 0)
					break;
			at = child;
			mem_free(uuid);
			path += end + (path[end] == ']');
		}
		if (*path == '.')
			path++;
	}
	if (at == NULL || json_is_null(at) || (json_string(at) != NULL && *json_string(at) == '\0'))
		return false;
	return !((json_is_array(at) || json_is_object(at)) && json_count(at) == 0) && row->type != FORM_GROUP;
}

struct casefile_seen { char **paths; bool *shown; size_t count; };

static void casefile_see(struct casefile_seen *seen, const char *path, bool shown)
{
	size_t i;

	for (i = 0; i < seen->count && strcmp(seen->paths[i], path) != 0; i++)
		;
	if (i == seen->count) {
		seen->paths = mem_realloc(seen->paths, i + 1, sizeof(*seen->paths));
		seen->shown = mem_realloc(seen->shown, i + 1, sizeof(*seen->shown));
		seen->paths[i] = mem_strdup(path);
		seen->shown[i] = false;
		seen->count++;
	}
	seen->shown[i] = seen->shown[i] || shown;
}

/* Every form of the kind on which the file has a value, and the one for new cases; errors are counted. */
static size_t casefile_rules(struct casefile *run, enum kind kind, const struct json *doc, const struct json *given)
{
	struct casefile_seen seen = { NULL, NULL, 0 };
	const struct session_form *forms;
	size_t form_count, i, k, errors = 0;

	forms = session_forms(run->session, &form_count);
	for (i = 0; i < form_count; i++) {
		const struct form *form = forms[i].form;
		bool fresh = strcmp(form_name(form), "new-case") == 0, used = fresh || strcmp(form_name(form), "person") == 0;
		struct json *whole = json_copy(doc), *person = run->person == NULL ? stored_person_of(run->session, doc) : json_copy(run->person);
		struct form_view *view;
		struct env env;

		if (form_kind(form) != kind) {
			json_free(whole);
			json_free(person);
			continue;
		}
		env_init(&env, run->session, kind, doc, NULL, RECORD_NEW);
		/* The form of new cases holds the person, too. */
		if (fresh && person != NULL)
			json_set(whole, "person", json_copy(person));
		if (kind == KIND_CASES && person != NULL)
			env_set_person(&env, json_copy(person));
		if (kind == KIND_PERSONS)
			env_set_disease(&env, json_get_string(run->doc, "disease"));
		view = form_open(form, run->session->model, whole, &env.env);
		for (k = 0; k < form_row_count(view); k++) {
			const struct form_row *row = form_row_at(view, k);

			if (row->type == FORM_NOTE || row->type == FORM_CALCULATE || !casefile_gives(given, row))
				continue;
			used = true;
			casefile_see(&seen, row->path, row->visible);
		}
		for (k = 0; used && k < form_finding_count(view); k++) {
			const struct form_finding *f = form_finding_at(view, k);

			/* A person who is here already is not what is entered now. */
			if (run->person == NULL && strncmp(f->path, "person.", 7) == 0)
				continue;
			errors += f->severity == FORM_ERROR;
			if (run->note != NULL)
				run->note(run->ctx, f->severity == FORM_ERROR, f->path, &f->message, f->own);
		}
		form_close(view);
		env_done(&env);
		json_free(whole);
		json_free(person);
	}
	for (i = 0; i < seen.count; i++) {
		if (!seen.shown[i]) {
			struct message message;

			errors++;
			message_set(&message, N_("{1} is not shown on its form for this record, so it cannot be set"), seen.paths[i]);
			if (run->note != NULL)
				run->note(run->ctx, true, seen.paths[i], &message, false);
		}
		mem_free(seen.paths[i]);
	}
	mem_free(seen.paths);
	mem_free(seen.shown);
	return errors;
}

static enum status casefile_read_person(struct casefile *run, const struct json *root, struct err *err)
{
	const struct json *given = json_get(root, "person");
	const char *uuid = json_get_string(given, "uuid");
	char full[UUID_SIZE];
	struct record record;
	struct json *person = NULL;
	enum status st;

	if (!json_is_object(given))
		return err_set(err, ST_INVALID, N_("\"person\" is missing; it is an object with the person's data, or {\"uuid\":\"…\"} of one who is here"));
	if (json_count(given) == 1 && uuid != NULL) {
		st = record_find(run->session, "persons", uuid, full, err);
		if (st == ST_OK)
			st = store_get(run->session->store, KIND_PERSONS, full, &record, err);
		if (st != ST_OK)
			return st;
		st = stored_parse(&record, &person, err);
		record_done(&record);
		if (st == ST_OK)
			newcase_set_person(run->doc, person);
		json_free(person);
		return st;
	}
	if (uuid != NULL && store_get(run->session->store, KIND_PERSONS, uuid, &record, NULL) == ST_OK) {
		record_done(&record);
		return err_set(err, ST_INVALID, N_("the person {1} is here already; give only its uuid, and edit it with `outpost edit`"), uuid);
	}
	run->person = json_copy(given);
	st = value_clean_object(run->session, model_of_kind(run->session->model, KIND_PERSONS), NULL, "", run->person, err);
	if (st != ST_OK)
		return err_wrap(err, N_("the person cannot be taken"));
	run->given_person = json_copy(run->person);
	newcase_complete_person(run->session, run->person);
	newcase_set_person(run->doc, run->person);
	return ST_OK;
}

static enum status casefile_read(struct casefile *run, const struct json *root, struct err *err)
{
	const struct json *given = json_get(root, "case"), *child;
	const char *uuid = json_get_string(given, "uuid"), *other = stored_reference(given, "person");
	struct record record;
	enum status st;

	if (!json_is_object(root) || !json_is_object(given))
		return err_set(err, ST_INVALID, N_("the file has to be {\"person\":{…},\"case\":{…}}"));
	for (child = json_first(root); child != NULL; child = json_next(child))
		if (strcmp(json_key(child), "person") != 0 && strcmp(json_key(child), "case") != 0)
			return err_set(err, ST_INVALID, N_("\"{1}\" does not belong here; the file has to be {\"person\":{…},\"case\":{…}}"), json_key(child));
	if (uuid != NULL && store_get(run->session->store, KIND_CASES, uuid, &record, NULL) == ST_OK) {
		record_done(&record);
		return err_set(err, ST_INVALID, N_("the case {1} is here already; `outpost edit` changes it"), uuid);
	}
	run->doc = json_copy(given);
	json_remove(run->doc, "person");
	st = value_clean_object(run->session, model_of_kind(run->session->model, KIND_CASES), json_get_string(given, "disease"), "", run->doc,
		err);
	if (st != ST_OK)
		return err_wrap(err, N_("the case cannot be taken"));
	run->given_case = json_copy(run->doc);
	st = casefile_read_person(run, root, err);
	if (st != ST_OK)
		return st;
	if (other != NULL && strcmp(other, stored_reference(run->doc, "person")) != 0)
		return err_set(err, ST_INVALID, N_("the case names the person {1}, the file gives another one"), other);
	return newcase_complete(run->session, run->doc, err);
}

enum status record_new_case(struct session *session, const char *json, size_t len, record_note_fn note, void *ctx, char case_uuid[UUID_SIZE],
	char person_uuid[UUID_SIZE],
	struct err *err)
{
	struct casefile run = { .session = session, .note = note, .ctx = ctx };
	struct json *root = NULL;
	size_t errors = 0;
	enum status st = json_parse(json, len, &root, err);

	if (st != ST_OK)
		return err_wrap(err, N_("the file is no correct JSON"));
	st = casefile_read(&run, root, err);
	if (st == ST_OK) {
		errors = casefile_rules(&run, KIND_CASES, run.doc, run.given_case);
		if (run.person != NULL)
			errors += casefile_rules(&run, KIND_PERSONS, run.person, run.given_person);
		/* What the forms have not said already, the server would. */
		if (errors == 0)
			errors += demand_check(session, KIND_CASES, NULL, run.doc, note, ctx);
		if (errors == 0 && run.person != NULL)
			errors += demand_check(session, KIND_PERSONS, NULL, run.person, note, ctx);
		if (errors > 0)
			st = err_set(err, ST_INVALID, N_("nothing was saved: please correct what is wrong and try again"));
	}
	if (st == ST_OK)
		st = newcase_save(session, run.doc, run.person, NULL, err);
	if (st == ST_OK) {
		snprintf(case_uuid, UUID_SIZE, "%s", json_get_string(run.doc, "uuid"));
		snprintf(person_uuid, UUID_SIZE, "%s", stored_reference(run.doc, "person"));
		session_notify_changed(session);
	}
	json_free(root);
	json_free(run.doc);
	json_free(run.person);
	json_free(run.given_case);
	json_free(run.given_person);
	return st;
}
