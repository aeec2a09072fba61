#include "app/overview.h"

#include "app/profile.h"

char *overview_json(struct session *session)
{
	struct json *object = json_new_object(), *run = NULL;
	struct session_status status;
	int64_t start, end;
	char *summary, *text;

	session_status(session, &status);
	json_set(object, "server", json_new_string(session->server));
	json_set(object, "user", json_new_string(session->user));
	json_set(object, "dirty", json_new_int(status.unsent));
	json_set(object, "new", json_new_int(status.fresh));
	json_set(object, "rejected", json_new_int(status.rejected));
	json_set(object, "conflicts_open", json_new_int(status.conflicts_open));
	json_set(object, "drafts", json_new_int(status.drafts));
	json_set(object, "oldest_unsent", status.oldest_unsent_ms == 0 ? json_new_null() : json_new_int(status.oldest_unsent_ms));
	summary = store_last_run(session->store, &start, &end);
	if (summary == NULL || json_parse_text(summary, &run, NULL) != ST_OK)
		run = json_new_null();
	json_set(object, "last_run", run);
	mem_free(summary);
	text = json_print(object, NULL);
	json_free(object);
	return text;
}
