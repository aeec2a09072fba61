#include "app/conflict_log.h"

#include <string.h>

#include "app/stored.h"

enum status conflict_log_merge(struct session *session, const struct record *stored, const struct merge_result *merged, struct err *err)
{
	struct conflict_row head = { .time_ms = session_now(session), .kind = stored->kind, .server_change_date = stored->change_date };
	enum status st = ST_OK;

	memcpy(head.uuid, stored->uuid, sizeof(head.uuid));
	head.label = stored_label(stored->kind, stored->doc);
	for (size_t i = 0; i < merged->conflict_count && st == ST_OK; i++)
		st = store_log_conflict(session->store, &head, &merged->conflicts[i], err);
	conflict_row_done(&head);
	return st;
}
