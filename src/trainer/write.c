/* Pushes, partial updates, deletions (protocol.md B.1, B.2). */
#include <stdlib.h>
#include <string.h>

#include "trainer/handlers.h"
#include "trainer/push.h"
#include "trainer/record.h"
#include "trainer/wire.h"

static void bad_request(struct trainer_answer *a, const struct buf *message)
{
	a->status = 400;
	a->type = "text/plain";
	buf_clear(&a->body);
	buf_add(&a->body, buf_text(message), message->len);
}

static void invalid_data(struct trainer_answer *a, struct json *errors)
{
	struct json *o = json_new_object();
	json_set(o, "message", json_new_string("Invalid data"));
	json_set(o, "errors", errors);
	serve_json(a, 400, o);
	json_free(o);
}

/* Parsed, read and field-checked; false: answered. *list NULL: nothing to do. */
static bool read_list(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a, struct json **list)
{
	const struct model_type *type = model_of_kind(t->model, kind);
	struct json *errors = NULL;
	struct buf message;
	buf_init(&message, 0);
	bool fine = wire_parse(q->ask->body ? q->ask->body : "", q->ask->body_len, list, &message) &&
		(!*list || wire_read(t->model, type, *list, true, &message));
	if (!fine)
		bad_request(a, &message);
	else if (*list && (errors = bean_check(type, *list))) {
		invalid_data(a, errors);
		fine = false;
	}
	if (!fine) {
		json_free(*list);
		*list = NULL;
	}
	buf_done(&message);
	return fine;
}

/* One element of the answer. A crash's text is long, as the real one: clients must cut it. */
static void add_status(struct buf *b, int status, const char *message)
{
	buf_printf(b, "%s{\"statusCode\":%d", b->len > 1 ? "," : "", status);
	if (message) {
		buf_add_text(b, ",\"body\":");
		json_write_string(b, message);
	}
	buf_add_char(b, '}');
}

void serve_push(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a)
{
	struct json *list = NULL;
	if (!read_list(t, q, kind, a, &list))
		return;
	size_t count = json_count(list);
	int status = 200;
	if (count == 0) {
		a->type = NULL;
		json_free(list);
		return;
	}
	buf_add_char(&a->body, '[');
	for (struct json *dto = json_first(list); dto; dto = json_next(dto)) {
		char *message = NULL;
		if (kind == KIND_CASES && json_get_string(dto, "uuid"))
			colleague_watch(t, q->user, json_get_string(dto, "uuid"));
		status = push_element(t, q->user, kind, q->ask->mobile_sync, dto, &message);
		add_status(&a->body, status, message);
		mem_free(message);
	}
	buf_add_char(&a->body, ']');
	a->status = count > 1 ? 207 : status;
	a->rows = (int64_t)count;
	json_free(list);
}

/* One object, read and checked as an element. */
static bool read_object(struct trainer *t, enum kind kind, struct json *dto, struct trainer_answer *a)
{
	const struct model_type *type = model_of_kind(t->model, kind);
	struct buf message;
	struct json *errors = NULL;
	buf_init(&message, 0);
	bool fine = json_is_object(dto) && wire_read(t->model, type, dto, false, &message);
	if (!fine)
		bad_request(a, &message);
	else {
		struct json *list = json_new_array();
		json_append(list, json_copy(dto));
		if ((errors = bean_check(type, list))) {
			invalid_data(a, errors);
			fine = false;
		}
		json_free(list);
	}
	buf_done(&message);
	return fine;
}

void serve_post_update(struct trainer *t, const struct request *q, const char *uuid, struct trainer_answer *a)
{
	struct json *patch = NULL, *dto = NULL;
	struct buf message;
	char *text = NULL;
	int status = 0;
	buf_init(&message, 0);
	if (!wire_parse(q->ask->body ? q->ask->body : "", q->ask->body_len, &patch, &message) || !json_is_object(patch)) {
		bad_request(a, &message);
		goto out;
	}
	if (!push_complete_patch(t, uuid, patch, &dto, &status, &text)) {
		serve_text(a, status, text);
		goto out;
	}
	if (!read_object(t, KIND_CASES, dto, a))
		goto out;
	status = push_element(t, q->user, KIND_CASES, q->ask->mobile_sync, dto, &text);
	if (status != 200)
		serve_text(a, status, text);
	else
		serve_one(t, q->user, KIND_CASES, uuid, &a->body);
	a->rows = 1;
out:
	mem_free(text);
	json_free(dto);
	json_free(patch);
	buf_done(&message);
}

void serve_push_with_person(struct trainer *t, const struct request *q, struct trainer_answer *a)
{
	struct json *both = NULL, *person, *caze;
	struct buf message;
	char *text = NULL, *person_uuid = NULL, *case_uuid = NULL;
	buf_init(&message, 0);
	if (!wire_parse(q->ask->body ? q->ask->body : "", q->ask->body_len, &both, &message) || !json_is_object(json_get(both, "person")) ||
	    !json_is_object(json_get(both, "coreData"))) {
		bad_request(a, &message);
		goto out;
	}
	person = json_get(both, "person");
	caze = json_get(both, "coreData");
	if (!read_object(t, KIND_PERSONS, person, a) || !read_object(t, KIND_CASES, caze, a))
		goto out;
	person_uuid = mem_strdup(json_get_string(person, "uuid"));
	case_uuid = mem_strdup(json_get_string(caze, "uuid"));
	int status = person_uuid && case_uuid ? push_element(t, q->user, KIND_PERSONS, q->ask->mobile_sync, person, &text) : 500;
	if (status == 200)
		status = push_element(t, q->user, KIND_CASES, q->ask->mobile_sync, caze, &text);
	if (status != 200) {
		serve_text(a, status, text ? text : CRASH_TEXT);
		goto out;
	}
	buf_add_text(&a->body, "{\"pseudonymized\":false,\"inJurisdiction\":false,\"person\":");
	serve_one(t, q->user, KIND_PERSONS, person_uuid, &a->body);
	buf_add_text(&a->body, ",\"coreData\":");
	serve_one(t, q->user, KIND_CASES, case_uuid, &a->body);
	buf_add_char(&a->body, '}');
	a->rows = 2;
out:
	mem_free(text);
	mem_free(person_uuid);
	mem_free(case_uuid);
	json_free(both);
	buf_done(&message);
}

static const char *delete_right(enum kind kind)
{
	switch ((int)kind) {
	case KIND_CASES: return "CASE_DELETE";
	case KIND_CONTACTS: return "CONTACT_DELETE";
	case KIND_EVENTS: return "EVENT_DELETE";
	case KIND_EVENT_PARTICIPANTS: return "EVENTPARTICIPANT_DELETE";
	case KIND_IMMUNIZATIONS: return "IMMUNIZATION_DELETE";
	case KIND_SAMPLES: return "SAMPLE_DELETE";
	case KIND_TASKS: return "TASK_DELETE";
	default: return NULL;
	}
}

static bool delete_one(struct trainer *t, enum kind kind, const char *uuid)
{
	struct json *doc;
	struct record r;
	if (!uuid || !record_tree(t, kind, uuid, &doc, &r))
		return false;
	if (!r.deleted) {
		json_set(doc, "deleted", json_new_bool(true));
		json_set(doc, "deletionReason", json_new_string("OTHER_REASON"));
		json_set(doc, "otherDeletionReason", json_new_string("Deleted via ReST call"));
		json_set(doc, "changeDate", json_new_int(trainer_tick(t)));
		record_write(t, kind, doc);
	}
	json_free(doc);
	return true;
}

void serve_delete(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a)
{
	struct json *list, *done;
	if (!delete_right(kind)) {
		serve_web_error(a, NOT_FOUND_TEXT);
		return;
	}
	if (!user_can(q->user, delete_right(kind))) {
		serve_text(a, 403, NO_RIGHT_TEXT);
		return;
	}
	if (!serve_body_list(t, q, a, &list))
		return;
	done = json_new_array();
	store_begin(t->store);
	for (const struct json *c = json_first(list); c; c = json_next(c))
		if (delete_one(t, kind, json_string(c)))
			json_append(done, json_copy(c));
	store_commit(t->store);
	serve_json(a, 200, done);
	json_free(done);
	json_free(list);
}
