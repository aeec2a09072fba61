/* Editing a record by PATH=VALUE (product.md "edit"). */
#include "app/record.h"

#include "app/assign.h"
#include "app/kinds.h"
#include "app/listeners.h"
#include "app/profile.h"
#include "app/save.h"
#include "app/stored.h"

#define RECORD_EDIT_TRIES 30           /* of a command; each lost one is another process that saved */

/* What was deleted here and is not sent yet can be taken back; what the server shows as deleted cannot (protocol.md C.7). */
static bool record_may_edit(struct session *session, enum kind kind, const struct record *record, const struct json *doc)
{
	struct json *base, *probe;
	bool may;

	if (!json_true(json_get(doc, "deleted")) || record->base == NULL || json_parse_text(record->base, &base, NULL) != ST_OK)
		return stored_may_edit(session, kind, doc, record->flags);
	probe = json_copy(doc);
	json_set(probe, "deleted", json_new_bool(json_true(json_get(base, "deleted"))));
	may = stored_may_edit(session, kind, probe, record->flags);
	json_free(probe);
	json_free(base);
	return may;
}

static enum status record_edit_once(struct session *session, enum kind kind, const char *uuid, const char *const *assignments, size_t count,
	record_note_fn note, record_item_fn item, void *ctx, struct err *err)
{
	struct assign_run run = { .session = session, .kind = kind, .note = note, .item = item, .ctx = ctx };
	struct json *start = NULL;
	struct record record;
	enum status st = store_get(session->store, kind, uuid, &record, err);

	if (st != ST_OK)
		return st;
	st = stored_parse(&record, &start, err);
	if (st != ST_OK)
		goto out;
	if (!record_may_edit(session, kind, &record, start)) {
		st = err_set(err, ST_REFUSED, N_("this record may not be edited by this account (deleted, elsewhere, or the right is missing)"));
		goto out;
	}
	run.start = start;
	run.doc = json_copy(start);
	run.flags = record.flags;
	st = assign_apply(&run, assignments, count, err);
	if (st == ST_OK) {
		struct save save = { .kind = kind, .uuid = record.uuid, .revision = record.revision, .start = start, .doc = run.doc, .cause = "edit" };

		save_complete(session, kind, start, run.doc);
		st = save_record(session, &save, NULL, NULL, NULL, err);
	}
	if (st == ST_OK)
		assign_tell_items(&run);
	json_free(run.doc);
	assign_done(&run);
out:
	json_free(start);
	record_done(&record);
	return st;
}

enum status record_edit(struct session *session, const char *kind_name, const char *uuid, const char *const *assignments, size_t count,
	record_note_fn note, record_item_fn item, void *ctx, struct err *err)
{
	enum kind kind;
	enum status st = kind_named(kind_name, &kind, err);
	int tries;

	for (tries = 0; st == ST_OK && tries < RECORD_EDIT_TRIES; tries++) {
		st = record_edit_once(session, kind, uuid, assignments, count, note, item, ctx, err);
		if (st != ST_STALE)
			break;
		/* Somebody saved in the moment between: what the command says is applied to what is there now. */
		st = tries + 1 < RECORD_EDIT_TRIES ? ST_OK : ST_STALE;
	}
	if (st == ST_OK)
		session_notify_changed(session);
	return st;
}
