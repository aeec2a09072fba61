#include "app/colleague.h"

#include <stdio.h>
#include <string.h>

#include "app/connection.h"

#define COLLEAGUE_MAX 200                    /* cases in one demo */

struct colleague {
	struct session *session;
	char (*done)[UUID_SIZE];     /* cases that were told already */
	size_t done_count;
};

struct colleague_pick { struct json *changes; };

static void colleague_see(void *ctx, const char *path, const struct model_field *field, const struct json *before, const struct json *after)
{
	struct colleague_pick *pick = ctx;
	struct json *value, *outer;
	char *rest, *dot;

	(void)before;
	/* What was cleared gives the colleague no type; an item that is new here is not on the server; of a reference there is no "other" one. */
	if (pick->changes != NULL || field == NULL || field->role != ROLE_VALUE || strchr(path, '[') != NULL || json_is_null(after)
		|| json_is_object(after)
		|| json_is_array(after))
		return;
	value = json_copy(after);
	/* "hospitalization.isolated" is {"hospitalization":{"isolated":...}}: from the inside outwards. */
	rest = mem_strdup(path);
	while ((dot = strrchr(rest, '.')) != NULL) {
		outer = json_new_object();
		json_set(outer, dot + 1, value);
		value = outer;
		*dot = '\0';
	}
	outer = json_new_object();
	json_set(outer, rest, value);
	value = outer;
	mem_free(rest);
	pick->changes = value;
}

char *colleague_body(const struct model *model, const char *uuid, const struct json *before, const struct json *after)
{
	struct colleague_pick pick = { NULL };
	struct json *body;
	char *text;

	model_diff(model_of_kind(model, KIND_CASES), before, after, colleague_see, &pick);
	if (pick.changes == NULL)
		return NULL;
	body = json_new_object();
	json_set(body, "case", json_new_string(uuid));
	json_set(body, "changes", pick.changes);
	text = json_print(body, NULL);
	json_free(body);
	return text;
}

static void colleague_answered(void *ctx, uint64_t id, const struct net_answer *answer)
{
	struct colleague *colleague = ctx;

	(void)id;
	log_write(colleague->session->log, LOG_INFO, "the demo's colleague: %d", answer->status);
}

static void colleague_saved(void *ctx, enum kind kind, const char *uuid, const struct json *before, const struct json *after)
{
	struct net_request request = { .method = "POST", .path = "/trainer/colleague" };
	struct colleague *colleague = ctx;
	struct net *net = session_net(colleague->session);
	char *body;
	size_t i;

	if (kind != KIND_CASES || net == NULL || colleague->done_count == COLLEAGUE_MAX)
		return;
	for (i = 0; i < colleague->done_count; i++)
		if (strcmp(colleague->done[i], uuid) == 0)
			return;
	body = colleague_body(colleague->session->model, uuid, before, after);
	if (body == NULL)
		return;
	snprintf(colleague->done[colleague->done_count++], UUID_SIZE, "%s", uuid);
	request.body = body;
	request.body_len = strlen(body);
	net_send(net, &request, colleague_answered, colleague);
	mem_free(body);
}

struct colleague *colleague_new(struct session *session)
{
	struct colleague *colleague = mem_calloc(1, sizeof(*colleague));

	colleague->session = session;
	colleague->done = mem_calloc(COLLEAGUE_MAX, sizeof(*colleague->done));
	session->saved = colleague_saved;
	session->saved_ctx = colleague;
	return colleague;
}

void colleague_free(struct colleague *colleague)
{
	if (colleague == NULL)
		return;
	colleague->session->saved = NULL;
	/* An answer under way would come to nobody. */
	session_drop_net(colleague->session);
	mem_free(colleague->done);
	mem_free(colleague);
}
