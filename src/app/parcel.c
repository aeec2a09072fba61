#include "app/parcel.h"

#include <stdio.h>
#include <string.h>

#include "app/conflict_log.h"
#include "app/listeners.h"
#include "app/profile.h"
#include "app/seal.h"
#include "app/settings.h"

#define PARCEL_FORMAT 1
#define PARCEL_FORMAT_SHOWN 2               /* some record has "shown"; who does not know it would send what the server hides as if it were known */
#define PARCEL_MAX (SEAL_MAX + SEAL_MAX / 64)            /* bytes of a file: content, tags, header */
/* State: which files were written and read here. */
#define STATE_WRITTEN "parcel.written."                  /* + uuid of the file: when */
#define STATE_READ "parcel.read."

static bool parcel_knows(struct session *session, const char *state, const char *uuid)
{
	char *name = mem_printf("%s%s", state, uuid), *value = store_setting(session->store, name);
	bool known = value != NULL;

	mem_free(name);
	mem_free(value);
	return known;
}

static enum status parcel_note(struct session *session, const char *state, const char *uuid, struct err *err)
{
	char *name = mem_printf("%s%s", state, uuid), number[24];
	enum status st = store_set_setting(session->store, name, err_number(number, session_now(session)), err);

	mem_free(name);
	return st;
}

static enum status parcel_check(struct session *session, const char *passphrase, struct err *err)
{
	char number[24];

	if (session->server == NULL || session->user == NULL)
		return err_set(err, ST_REFUSED, N_("nobody has signed in here yet; do it with `outpost login URL USER`"));
	if (strlen(passphrase) < PARCEL_PASSPHRASE_MIN)
		return err_set(err, ST_INVALID, N_("the passphrase is too short; it needs {1} characters or more"), err_number(number,
			PARCEL_PASSPHRASE_MIN));
	return ST_OK;
}

/* ---- writing ---- */

struct parcel_collect { struct session *session; struct json *records, *journal; struct err *err; enum status st; int64_t drafts; bool shown; };

static bool parcel_add_journal(void *ctx, const struct journal_row *row)
{
	struct parcel_collect *collect = ctx;
	struct json *entry;

	if (row->sent)
		return true;
	entry = json_new_object();
	json_add(entry, "time", json_new_int(row->time_ms));
	json_add(entry, "user", json_new_string(row->user));
	json_add(entry, "device", json_new_string(row->device));
	json_add(entry, "path", json_new_string(row->path));
	json_add(entry, "old", json_new_string(row->old_value));
	json_add(entry, "new", json_new_string(row->new_value));
	json_add(entry, "cause", json_new_string(row->cause));
	json_insert(collect->journal, 0, entry);             /* they come newest first */
	return true;
}

/* Documents go as strings: character by character what is stored, whatever their nesting. */
static bool parcel_add_record(void *ctx, const struct record *record)
{
	struct parcel_collect *collect = ctx;
	struct json *object = json_new_object();

	collect->journal = json_new_array();
	collect->st = store_each_journal(collect->session->store, record->kind, record->uuid, NULL, parcel_add_journal, collect, collect->err);
	json_add(object, "kind", json_new_string(model_kind_name(record->kind)));
	json_add(object, "uuid", json_new_string(record->uuid));
	json_add(object, "new", json_new_bool((record->flags & RECORD_NEW) != 0));
	json_add(object, "doc", json_new_string(record->doc));
	json_add(object, "base", json_new_string(record->base));
	if (record->shown != NULL) {
		json_add(object, "shown", json_new_string(record->shown));
		collect->shown = true;
	}
	json_add(object, "journal", collect->journal);
	json_append(collect->records, object);
	return collect->st == ST_OK;
}

static bool parcel_count_draft(void *ctx, const struct draft *draft)
{
	struct parcel_collect *collect = ctx;

	(void)draft;
	collect->drafts++;
	return true;
}

enum status parcel_write(struct session *session, const char *path, const char *passphrase, struct parcel_report *out, struct err *err)
{
	struct parcel_collect collect = { .session = session, .records = json_new_array(), .err = err, .st = ST_OK };
	struct json *content = json_new_object();
	struct parcel_report report = { .records = 0 };
	char *text = NULL, *sealed = NULL, *zone = NULL;
	size_t len = 0, sealed_len = 0;
	enum status st = parcel_check(session, passphrase, err);

	if (st == ST_OK && path_exists(path))
		st = err_set(err, ST_INVALID, N_("{1} is there already; choose another name, nothing is overwritten"), path);
	if (st == ST_OK)
		st = store_begin(session->store, err);
	if (st != ST_OK) {
		json_free(collect.records);
		goto out;
	}
	rand_uuid(&session->rand, report.uuid);
	st = store_each(session->store, KIND_COUNT, RECORD_DIRTY, 0, parcel_add_record, &collect, err);
	if (st == ST_OK)
		st = collect.st;
	if (st == ST_OK)
		st = store_each_draft(session->store, parcel_count_draft, &collect, err);
	report.records = (int64_t)json_count(collect.records);
	report.drafts = collect.drafts;
	if (st == ST_OK && report.records == 0)
		st = err_set(err, ST_NOT_FOUND, N_("there are no unsent edits here; no file was written"));
	if (st == ST_OK)
		st = parcel_note(session, STATE_WRITTEN, report.uuid, err);
	zone = setting_get(session, "timezone");
	json_add(content, "format", json_new_int(collect.shown ? PARCEL_FORMAT_SHOWN : PARCEL_FORMAT));
	json_add(content, "file", json_new_string(report.uuid));
	json_add(content, "server", json_new_string(session->server));
	json_add(content, "training", json_new_bool(session->training));
	json_add(content, "timezone", json_new_string(zone));
	json_add(content, "user", json_new_string(session->user));
	json_add(content, "device", json_new_string(session->device));
	json_add(content, "time", json_new_int(session_now(session)));
	json_add(content, "records", collect.records);
	if (st != ST_OK) {
		store_rollback(session->store);
		goto out;
	}
	/* Other processes are not kept waiting while the key is made: a note about a file that was not written does no harm. */
	st = store_commit(session->store, err);
	if (st != ST_OK)
		goto out;
	text = json_print(content, &len);
	st = seal_bytes(text, len, passphrase, &sealed, &sealed_len, err);
	/* Somebody may have made a file of this name meanwhile. */
	if (st == ST_OK && (st = path_write_new(path, sealed, sealed_len, err)) != ST_OK && st != ST_INVALID)
		st = err_wrap(err, N_("the file of edits could not be written"));
	if (st == ST_OK) {
		log_write(session->log, LOG_INFO, "wrote %lld unsent records to a file (%s)", (long long)report.records, report.uuid);
		*out = report;
	}
out:
	seal_wipe(text, len);
	mem_free(sealed);
	mem_free(zone);
	json_free(content);
	return st;
}

/* ---- reading ---- */

static enum status parcel_broken(struct err *err, const char *what)
{
	return err_set(err, ST_INVALID, N_("the file is not as Outpost writes it ({1}); nothing was changed"), what);
}

static size_t parcel_copy(char *to, size_t size, const char *text)
{
	size_t len = text == NULL ? 0 : text_cut(text, size - 1);

	if (len > 0)
		memcpy(to, text, len);
	return len;
}

/* Is it a file for this profile, and not read before? */
static enum status parcel_judge(struct session *session, const struct json *content, bool any_user, struct parcel_report *report, struct err *err)
{
	const char *server = json_get_string(content, "server"), *zone = json_get_string(content, "timezone"),
		*uuid = json_get_string(content, "file"), *user = json_get_string(content, "user");
	char *here = setting_get(session, "timezone");
	enum status st = ST_OK;
	int64_t format = 0;

	if (!json_get_int(content, "format", &format) || uuid == NULL || strlen(uuid) >= UUID_SIZE || server == NULL || zone == NULL)
		st = parcel_broken(err, "header");
	else if (format != PARCEL_FORMAT && format != PARCEL_FORMAT_SHOWN)
		st = err_set(err, ST_REFUSED, N_("a newer Outpost wrote this file; install that version here"));
	else if (strcmp(server, session->server) != 0 || json_true(json_get(content, "training")) != session->training)
		st = err_set(err, ST_INVALID,
			N_("the file holds edits for {1}, this profile is of {2}; use --data or --profile to name the right one"), server,
			session->server);
	else if (here == NULL || strcmp(zone, here) != 0)
		st = err_set(err, ST_INVALID,
			N_("the days in this file are those of {1}, here those of {2}; `outpost set timezone {1}` changes it here"), zone,
			here == NULL ? "" : here);
	else if (!json_is_array(json_get(content, "records")))
		st = parcel_broken(err, "records");
	else if (parcel_knows(session, STATE_READ, uuid))
		st = err_set(err, ST_STALE, N_("this file was imported here before; a second time is not needed, nothing was changed"));
	else if (parcel_knows(session, STATE_WRITTEN, uuid))
		st = err_set(err, ST_STALE, N_("this file was written here; import it on the machine that synchronizes"));
	else if (!any_user && user != NULL && strcasecmp(user, session->user) != 0)
		st = err_set(err, ST_ASK, N_("the edits in this file were made by {1}; from here they would be sent as {2}"), user, session->user);
	if (st == ST_OK)
		snprintf(report->uuid, sizeof(report->uuid), "%s", uuid);
	report->user[parcel_copy(report->user, sizeof(report->user), user)] = '\0';
	report->device[parcel_copy(report->device, sizeof(report->device), json_get_string(content, "device"))] = '\0';
	if (!json_get_int(content, "time", &report->written_ms))
		report->written_ms = 0;
	mem_free(here);
	return st;
}

struct parcel_item { enum kind kind; const char *uuid; const struct json *object; struct json *doc, *base; const char *doc_text,
	*base_text, *shown_text; };

/* A document of a record: an object that names its uuid. */
static bool parcel_is_document(const char *text, const char *uuid)
{
	struct json *doc = NULL;
	const char *own = json_parse_text(text, &doc, NULL) == ST_OK && json_is_object(doc) ? json_get_string(doc, "uuid") : NULL;
	bool good = own != NULL && strcmp(own, uuid) == 0;

	json_free(doc);
	return good;
}

static enum status parcel_parse_item(const struct json *object, struct parcel_item *item, struct err *err)
{
	const char *kind = json_get_string(object, "kind");
	const char *in_doc;

	item->object = object;
	item->uuid = json_get_string(object, "uuid");
	item->doc_text = json_get_string(object, "doc");
	item->base_text = json_get_string(object, "base");
	item->shown_text = json_get_string(object, "shown");
	if (kind == NULL || !model_kind_from_name(kind, &item->kind) || model_kind_is_infrastructure(item->kind))
		return parcel_broken(err, "kind");
	if (item->uuid == NULL || *item->uuid == '\0' || strlen(item->uuid) >= UUID_SIZE)
		return parcel_broken(err, "uuid");
	if (item->doc_text == NULL || json_parse_text(item->doc_text, &item->doc, NULL) != ST_OK || !json_is_object(item->doc))
		return parcel_broken(err, "document");
	if (item->base_text != NULL && (json_parse_text(item->base_text, &item->base, NULL) != ST_OK || !json_is_object(item->base)))
		return parcel_broken(err, "snapshot");
	in_doc = json_get_string(item->doc, "uuid");
	if (in_doc == NULL || strcmp(in_doc, item->uuid) != 0)
		return parcel_broken(err, "uuid");
	/* Beside a snapshot only. */
	if (item->shown_text != NULL && (item->base == NULL || !parcel_is_document(item->shown_text, item->uuid)))
		return parcel_broken(err, "shown");
	return ST_OK;
}

/* Who changed what, when and on which device, as it was written there. */
static enum status parcel_put_journal(struct session *session, const struct parcel_item *item, struct err *err)
{
	const struct json *list = json_get(item->object, "journal"), *entry;
	enum status st = ST_OK;

	for (entry = json_first(list); entry != NULL && st == ST_OK; entry = json_next(entry)) {
		struct journal_row row = { .path = mem_strdup(json_get_string(entry, "path")), .cause = mem_strdup(json_get_string(entry, "cause")),
			.user = mem_strdup(json_get_string(entry, "user")), .device = mem_strdup(json_get_string(entry, "device")),
			.old_value = mem_strdup(json_get_string(entry, "old")), .new_value = mem_strdup(json_get_string(entry, "new")) };

		if (!json_get_int(entry, "time", &row.time_ms) || row.path == NULL || row.cause == NULL)
			st = parcel_broken(err, "journal");
		else
			st = store_add_journal(session->store, item->kind, item->uuid, &row, NULL, err);
		mem_free(row.path);
		mem_free(row.cause);
		mem_free(row.user);
		mem_free(row.device);
		mem_free(row.old_value);
		mem_free(row.new_value);
	}
	return st;
}

/* When the last edit of the file was made. */
static int64_t parcel_edited(struct session *session, const struct parcel_item *item)
{
	const struct json *entry;
	int64_t time_ms, edited = session_now(session);

	for (entry = json_first(json_get(item->object, "journal")); entry != NULL; entry = json_next(entry))
		if (json_get_int(entry, "time", &time_ms))
			edited = time_ms;
	return edited;
}

/* Unknown here: made as it is there, with its snapshot, so that the next synchronization sends or merges it. The journal of the file
 * tells it all. */
static enum status parcel_create(struct session *session, const struct parcel_item *item, struct err *err)
{
	struct store_pulled row = { .kind = item->kind, .uuid = item->uuid, .doc = item->doc_text, .doc_len = strlen(item->doc_text),
		.base = item->base_text, .flags = item->base != NULL ? RECORD_DIRTY : RECORD_DIRTY | RECORD_NEW, .now_ms = session_now(session),
		.edited_ms = parcel_edited(session, item) };
	struct merge_result judged = { 0 };
	struct json *nothing = json_new_object();
	/* The merge refuses what the model cannot hold. */
	enum status st = merge_records(session->model, item->kind, item->base, item->doc, item->base != NULL ? item->base : nothing,
		&judged, err);

	merge_result_done(&judged);
	json_free(nothing);
	if (item->shown_text != NULL)
		row.shown = (struct json_span){ item->shown_text, strlen(item->shown_text) };
	return st == ST_OK ? store_put_pulled(session->store, &row, err) : st;
}

/* The record is masked here and the file lifts its masks: what the server showed here stays beside the snapshot, as after a pull (struct record), so
 * that what it hides is neither taken for an edit nor sent as if it were known. The journal of the file tells what was edited. */
static enum status parcel_put_lifted(struct session *session, const struct parcel_item *item, const struct record *stored,
	const struct merge_result *merged, int64_t *revision, struct err *err)
{
	const char *server = stored->base != NULL ? stored->base : stored->doc, *shown = stored->shown != NULL ? stored->shown : server;
	struct merge_result lifted = { 0 };
	struct json *masked = NULL;
	enum status st = json_parse_text(server, &masked, err);

	if (st == ST_OK)
		st = merge_records(session->model, item->kind, item->base, item->base, masked, &lifted, err);
	if (st == ST_OK) {
		size_t len;
		char *doc = json_print(merged->merged, &len), *base = json_print(lifted.merged, NULL);
		struct store_pulled row = { .kind = item->kind, .uuid = item->uuid, .revision = stored->revision, .doc = doc, .doc_len = len, .base = base,
			.shown = { shown, strlen(shown) }, .flags = (stored->flags & ~(unsigned)RECORD_REJECTED) | RECORD_DIRTY, .now_ms = session_now(session),
			.edited_ms = parcel_edited(session, item) };

		st = store_put_pulled(session->store, &row, err);
		*revision = stored->revision + 1;
		mem_free(doc);
		mem_free(base);
	}
	merge_result_done(&lifted);
	json_free(masked);
	return st;
}

static enum status parcel_put_merged(struct session *session, const struct parcel_item *item, const struct record *stored, const struct json *here,
	const struct merge_result *merged, int64_t *revision, struct err *err)
{
	struct store_edit edit = { .kind = item->kind, .uuid = item->uuid, .revision = stored->revision, .doc = merged->merged,
		.user = session->user, .device = session->device, .now_ms = session_now(session), .cause = "import" };

	*revision = stored->revision;
	if (item->base == NULL || (stored->flags & RECORD_NEW) != 0 || !merge_has_mask(here))
		return store_save_edit(session->store, &edit, revision, err);
	return merged->dirty ? parcel_put_lifted(session, item, stored, merged, revision, err) : ST_OK;
}

static enum status parcel_put(struct session *session, const struct parcel_item *item, struct parcel_report *report, struct err *err)
{
	struct merge_result merged = { 0 };
	struct json *here = NULL;
	struct record stored;
	int64_t revision = 0;
	enum status st = store_get(session->store, item->kind, item->uuid, &stored, err);

	if (st == ST_NOT_FOUND) {
		st = parcel_put_journal(session, item, err);
		if (st == ST_OK)
			st = parcel_create(session, item, err);
		report->created++;
		return st;
	}
	if (st != ST_OK)
		return st;
	st = json_parse_text(stored.doc, &here, err);
	if (st == ST_OK)
		st = merge_records(session->model, item->kind, item->base, item->doc, here, &merged, err);
	if (st == ST_OK)
		st = parcel_put_journal(session, item, err);
	if (st == ST_OK)
		st = parcel_put_merged(session, item, &stored, here, &merged, &revision, err);
	if (st == ST_OK)
		st = conflict_log_merge(session, &stored, &merged, err);
	if (st == ST_OK) {
		report->conflicts += (int64_t)merged.conflict_count;
		if (revision == stored.revision)
			report->unchanged++;
		else
			report->merged++;
	}
	merge_result_done(&merged);
	json_free(here);
	record_done(&stored);
	return st;
}

enum status parcel_read(struct session *session, const char *path, const char *passphrase, bool any_user, struct parcel_report *out, struct err *err)
{
	struct parcel_report report = { .records = 0 };
	char *sealed = NULL, *text = NULL;
	size_t sealed_len = 0, len = 0;
	struct json *content = NULL;
	const struct json *object;
	enum status st = parcel_check(session, passphrase, err);

	if (st != ST_OK)
		return st;
	st = path_read(path, PARCEL_MAX, &sealed, &sealed_len, err);
	if (st == ST_NOT_FOUND)
		return err_set(err, ST_NOT_FOUND, N_("there is no file {1}; look at its name and its folder"), path);
	if (st != ST_OK)
		return err_wrap(err, N_("{1} cannot be read"), path);
	st = seal_open(sealed, sealed_len, passphrase, &text, &len, err);
	mem_free(sealed);
	if (st == ST_OK && json_parse(text, len, &content, NULL) != ST_OK)
		st = parcel_broken(err, "JSON");
	seal_wipe(text, len);
	if (st == ST_OK)
		st = store_begin(session->store, err);
	if (st != ST_OK)
		goto out;
	st = parcel_judge(session, content, any_user, &report, err);
	for (object = json_first(json_get(content, "records")); object != NULL && st == ST_OK; object = json_next(object)) {
		struct parcel_item item = { .uuid = NULL };

		st = parcel_parse_item(object, &item, err);
		if (st == ST_OK)
			st = parcel_put(session, &item, &report, err);
		json_free(item.doc);
		json_free(item.base);
		report.records++;
	}
	if (st == ST_OK)
		st = parcel_note(session, STATE_READ, report.uuid, err);
	if (st == ST_OK)
		st = store_commit(session->store, err);
	else
		store_rollback(session->store);
	if (st == ST_OK) {
		log_write(session->log, LOG_INFO, "read %lld records from a file (%s), %lld conflicts", (long long)report.records, report.uuid,
			(long long)report.conflicts);
		session_notify_changed(session);
		*out = report;
	}
out:
	json_free(content);
	return st;
}

/* ---- as JSON ---- */

char *parcel_written_json(const struct parcel_report *report)
{
	return mem_printf("{\"file\":\"%s\",\"records\":%lld,\"drafts\":%lld}", report->uuid, (long long)report->records,
		(long long)report->drafts);
}

char *parcel_read_json(const struct parcel_report *report)
{
	struct buf b;

	/* The file's uuid came from outside. */
	buf_init(&b, 0);
	buf_add_text(&b, "{\"file\":");
	json_write_string(&b, report->uuid);
	buf_printf(&b, ",\"records\":%lld,\"created\":%lld,\"merged\":%lld,\"unchanged\":%lld,\"conflicts\":%lld}", (long long)report->records,
		(long long)report->created, (long long)report->merged, (long long)report->unchanged, (long long)report->conflicts);
	return buf_take(&b, NULL);
}
