#include "app/colleague.h"

#include <stdio.h>
#include <string.h>

#define COLLEAGUE_USER "NatUser"             /* made-up account of the training server; sees every case */
#define COLLEAGUE_MAX 200                    /* cases in one demo */
#define COLLEAGUE_FEW 6                      /* constants of a list from which another one may be taken */

struct colleague {
	struct session *session;
	struct net *net;
	char (*done)[UUID_SIZE];     /* cases that were changed already */
	size_t done_count;
	/* under way */
	bool busy;
	char uuid[UUID_SIZE];
	char *path;
	struct json *value;
};

struct json *colleague_value(const struct model *model, const struct model_field *field, const struct json *before, const struct json *mine, int64_t now_ms)
{
	const char *const *constants;
	const char *text = json_string(mine);
	struct json *value;
	int64_t n;
	size_t i;

	if (field == NULL || field->role != ROLE_VALUE || field->value_group >= 0)
		return NULL;
	switch (field->type) {
	case TYPE_DATE:
		if (!json_int(mine, &n))
			return json_new_int(field->truncated ? date_truncated_ms(date_day_of(now_ms)) : date_start_of(date_day_of(now_ms)));
		value = json_new_int(n + DATE_DAY_MS <= now_ms ? n + DATE_DAY_MS : n - DATE_DAY_MS);
		if (model_values_equal(field, value, before)) {
			json_free(value);
			value = json_new_int(n - 2 * DATE_DAY_MS);
		}
		return value;
	case TYPE_ENUM:
		constants = field->enum_name == NULL ? NULL : model_enum(model, field->enum_name);
		for (i = 0; constants != NULL && constants[i] != NULL; i++)
			;
		if (i > COLLEAGUE_FEW)
			return NULL;
		for (i = 0; constants != NULL && constants[i] != NULL; i++)
			if ((text == NULL || strcmp(text, constants[i]) != 0) && (json_string(before) == NULL || strcmp(json_string(before), constants[i]) != 0))
				return json_new_string(constants[i]);
		return NULL;
	case TYPE_STRING: {
		char *other = mem_printf("%s%s", text == NULL || strlen(text) > 100 ? "" : text, text == NULL ? "checked by a colleague" : " (checked)");

		value = json_new_string(other);
		mem_free(other);
		return value;
	}
	case TYPE_INTEGER:
		return json_new_int((json_int(mine, &n) ? n : 0) + 1);
	case TYPE_BOOLEAN:
	case TYPE_NUMBER:
	case TYPE_CUSTOMIZABLE_ENUM:
	case TYPE_REFERENCE:
	case TYPE_OBJECT:
	case TYPE_OBJECT_LIST:
	case TYPE_VALUE_LIST:
	case TYPE_MAP:
	case TYPE_ANY:
		break;
	}
	return NULL;
}

static void colleague_ready(struct colleague *colleague)
{
	mem_free(colleague->path);
	json_free(colleague->value);
	colleague->path = NULL;
	colleague->value = NULL;
	colleague->busy = false;
}

static void colleague_pushed(void *ctx, uint64_t id, const struct net_answer *answer)
{
	struct colleague *colleague = ctx;

	(void)id;
	log_write(colleague->session->log, LOG_INFO, "the demo's colleague changed %s of %s: %d", colleague->path, colleague->uuid, answer->status);
	colleague_ready(colleague);
}

static void colleague_read(void *ctx, uint64_t id, const struct net_answer *answer)
{
	struct colleague *colleague = ctx;
	struct net_request request = { .method = "POST", .path = "/cases/push" };
	struct session *session = colleague->session;
	struct json *list = NULL, *doc;
	struct model_path path;
	char *body = NULL;

	(void)id;
	if (answer->status != 200 || json_parse(answer->body, answer->len, &list, NULL) != ST_OK)
		goto out;
	doc = json_at(list, 0);
	if (!json_is_object(doc) || json_true(json_get(doc, "deleted")) || model_parse_path(session->model, KIND_CASES, colleague->path, &path, NULL) != ST_OK
		|| model_path_set(&path, doc, json_copy(colleague->value), NULL) != ST_OK)
		goto out;
	model_prepare_for_push(session->model, KIND_CASES, doc);
	body = json_print(list, &request.body_len);
	request.body = body;
	net_send(colleague->net, &request, colleague_pushed, colleague);
	mem_free(body);
	json_free(list);
	return;
out:
	json_free(list);
	colleague_ready(colleague);
}

static void colleague_see(void *ctx, const char *path, const struct model_field *field, const struct json *before, const struct json *mine)
{
	struct colleague *colleague = ctx;

	/* An item that is new here is not on the server. */
	if (colleague->value != NULL || strchr(path, '[') != NULL)
		return;
	colleague->value = colleague_value(colleague->session->model, field, before, mine, session_now(colleague->session));
	if (colleague->value != NULL)
		colleague->path = mem_strdup(path);
}

static void colleague_saved(void *ctx, enum kind kind, const char *uuid, const struct json *before, const struct json *after)
{
	struct colleague *colleague = ctx;
	struct net_request request = { .method = "POST", .path = "/cases/query" };
	char *body;
	size_t i;

	if (kind != KIND_CASES || colleague->busy || colleague->done_count == COLLEAGUE_MAX)
		return;
	for (i = 0; i < colleague->done_count; i++)
		if (strcmp(colleague->done[i], uuid) == 0)
			return;
	model_diff(model_of_kind(colleague->session->model, kind), before, after, colleague_see, colleague);
	if (colleague->value == NULL)
		return;
	colleague->busy = true;
	snprintf(colleague->uuid, sizeof(colleague->uuid), "%s", uuid);
	memcpy(colleague->done[colleague->done_count++], colleague->uuid, UUID_SIZE);
	body = mem_printf("[\"%s\"]", colleague->uuid);
	request.body = body;
	request.body_len = strlen(body);
	net_send(colleague->net, &request, colleague_read, colleague);
	mem_free(body);
}

struct colleague *colleague_new(struct session *session, const char *url)
{
	struct net_options options = { .base_url = url, .user = COLLEAGUE_USER, .password = COLLEAGUE_USER };
	struct colleague *colleague = mem_calloc(1, sizeof(*colleague));

	colleague->session = session;
	colleague->done = mem_calloc(COLLEAGUE_MAX, sizeof(*colleague->done));
	if (net_new(session->loop, &options, &colleague->net, NULL) != ST_OK) {
		mem_free(colleague->done);
		mem_free(colleague);
		return NULL;
	}
	session->saved = colleague_saved;
	session->saved_ctx = colleague;
	return colleague;
}

void colleague_free(struct colleague *colleague)
{
	if (colleague == NULL)
		return;
	colleague->session->saved = NULL;
	net_free(colleague->net);
	colleague_ready(colleague);
	mem_free(colleague->done);
	mem_free(colleague);
}
