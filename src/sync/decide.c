/* What becomes of one record (sync.md section 4). Pure: texts in, trees and conflicts out; the driver stores them in the transaction it read in. */
#include <string.h>

#include "sync/sync.h"

void decide_done(struct decide *decide)
{
	json_free(decide->doc);
	json_free(decide->base);
	for (size_t i = 0; i < decide->conflict_count; i++) {
		mem_free(decide->conflicts[i].path);
		json_free(decide->conflicts[i].base);
		json_free(decide->conflicts[i].mine);
		json_free(decide->conflicts[i].theirs);
	}
	mem_free(decide->conflicts);
	*decide = (struct decide){ .what = DECIDE_SKIP };
}

static void add_conflict(struct decide *out, enum conflict_type type, const char *path, const struct json *base, const struct json *mine, const struct json *theirs)
{
	struct merge_conflict *c;

	out->conflicts = mem_realloc(out->conflicts, out->conflict_count + 1, sizeof *out->conflicts);
	c = &out->conflicts[out->conflict_count++];
	*c = (struct merge_conflict){ .type = type, .path = mem_strdup(path), .base = json_copy(base), .mine = json_copy(mine), .theirs = json_copy(theirs) };
}

/* Merges and takes the result into out. */
static enum status merge_into(const struct model *model, enum kind kind, const struct json *base, const struct json *mine, const struct json *theirs,
	struct decide *out, struct err *err)
{
	struct merge_result result;
	enum status st = merge_records(model, kind, base, mine, theirs, &result, err);

	if (st != ST_OK)
		return err_wrap(err, N_("The server's version of a record cannot be merged."));
	out->what = DECIDE_STORE;
	out->doc = result.merged;
	out->base = result.dirty ? result.base : NULL;
	if (!result.dirty)
		json_free(result.base);
	result.merged = result.base = NULL;
	for (size_t i = 0; i < result.conflict_count; i++)
		add_conflict(out, result.conflicts[i].type, result.conflicts[i].path, result.conflicts[i].base, result.conflicts[i].mine, result.conflicts[i].theirs);
	merge_result_done(&result);
	return ST_OK;
}

/* What the server hides is not sent back as if it were known (protocol.md C.7): what it shows is kept beside what was known before. */
static void keep_masks(const struct json *theirs, const struct sormas_row *row, struct decide *out)
{
	if (merge_has_mask(theirs))
		out->shown = row->raw;
}

static enum status parse(const char *text, struct json **out, struct err *err)
{
	*out = NULL;
	return text != NULL ? json_parse_text(text, out, err) : ST_OK;
}

static enum status merge_texts(const struct model *model, enum kind kind, const char *base, const char *mine, const struct sormas_row *row, struct decide *out,
	struct err *err)
{
	struct json *b = NULL, *m = NULL, *t = NULL;
	enum status st = parse(base, &b, err);

	if (st == ST_OK)
		st = parse(mine, &m, err);
	if (st == ST_OK)
		st = json_parse(row->raw.at, row->raw.len, &t, err);
	if (st == ST_OK)
		st = merge_into(model, kind, b, m, t, out, err);
	if (st == ST_OK)
		keep_masks(t, row, out);
	json_free(b);
	json_free(m);
	json_free(t);
	return st;
}

/* The same version: the same dates, uuids and masks in every object. */
static bool same_version(const char *text, size_t len, const struct sormas_row *row)
{
	struct sormas_row here;

	if (len == row->raw.len && memcmp(text, row->raw.at, len) == 0)
		return true;
	return sormas_look(text, len, INT64_MAX, &here, NULL) == ST_OK && here.signature == row->signature;
}

enum status decide_pulled(const struct model *model, enum kind kind, const struct decide_local *local, const struct sormas_row *row,
	bool whole, struct decide *out, struct err *err)
{
	*out = (struct decide){ .what = DECIDE_SKIP };
	/* What was sent and not yet re-read is re-read by its own query (sync.md "Results"). */
	if (local->here && local->awaiting)
		return ST_OK;
	if (row->deleted) {
		if (local->here && !local->fresh)
			out->what = DECIDE_REMOVE;
		return ST_OK;
	}
	if (!local->here) {
		out->what = DECIDE_TEXT;
		return ST_OK;
	}
	if (!local->dirty) {
		if (whole || !same_version(local->doc, local->doc_len, row))
			out->what = DECIDE_TEXT;
		return ST_OK;
	}
	if (!whole && local->base != NULL && same_version(local->base, strlen(local->base), row))
		return ST_OK;
	out->merged = true;
	return merge_texts(model, kind, local->base, local->doc, row, out, err);
}

enum status decide_outdated(const struct model *model, enum kind kind, const struct decide_local *local, const struct sormas_row *row,
	bool only_if_moved, struct decide *out, struct err *err)
{
	enum status st;

	*out = (struct decide){ .what = DECIDE_SKIP };
	if (!local->here)
		return ST_OK;
	if (row->deleted) {
		out->what = DECIDE_REMOVE;
		return ST_OK;
	}
	if (only_if_moved && local->base != NULL && same_version(local->base, strlen(local->base), row))
		return ST_OK;
	out->merged = true;
	st = merge_texts(model, kind, local->base, local->doc, row, out, err);
	if (st == ST_OK && out->base != NULL)
		out->what = DECIDE_PUSH_AGAIN;
	return st;
}

enum status decide_removed(const struct decide_local *local, bool referred, const struct sormas_row *row, bool *archived, struct decide *out, struct err *err)
{
	(void)err;
	*out = (struct decide){ .what = DECIDE_SKIP };
	*archived = false;
	if (!local->here || local->fresh || local->awaiting || referred)
		return ST_OK;
	if (row != NULL && !row->deleted && !row->out_of_jurisdiction && local->dirty) {
		*archived = true;
		return ST_OK;
	}
	out->what = DECIDE_REMOVE;
	return ST_OK;
}

/* ---- results and unknown outcomes: what of the edits is in the server's version? ---- */

/* The object that an edit's path lies in, in one document: the deepest with a change date of its own. NULL: not there. */
static const struct json *part_of(const struct json *doc, const struct model_path *path)
{
	const struct json *at = doc, *part = doc;

	for (int i = 0; i < path->count && at != NULL; i++) {
		const struct model_step *step = &path->step[i];
		bool last = i == path->count - 1;

		/* A list item that came or went moves its owner; so does a value. */
		if (last)
			break;
		at = json_get(at, step->key);
		if (step->item[0] != '\0') {
			const struct json *item = NULL;

			for (const struct json *c = json_first(at); c != NULL && item == NULL; c = json_next(c)) {
				const char *uuid = json_get_string(c, "uuid");

				if (uuid != NULL && strcmp(uuid, step->item) == 0)
					item = c;
			}
			at = item;
		}
		if (json_is_object(at) && json_get(at, "changeDate") != NULL)
			part = at;
	}
	return part;
}

static bool part_moved(const struct json *base, const struct json *theirs, const struct model_path *path)
{
	int64_t b = 0, t = 0;

	json_get_int(part_of(base, path), "changeDate", &b);
	json_get_int(part_of(theirs, path), "changeDate", &t);
	return b != t;
}

/* Whether the object that holds the path, in theirs, is masked: its own flag, else that of its owners. */
static bool is_masked(const struct json *theirs, const struct model_path *path, const struct model_field *field)
{
	const struct json *part = part_of(theirs, path);

	if (field != NULL && !field->personal && !field->sensitive)
		return false;
	return json_true(json_get(part, "pseudonymized"));
}

static bool equal_at(const struct model_path *path, const struct model_field *field, const struct json *a, const struct json *b)
{
	bool item = path->count > 0 && path->step[path->count - 1].item[0] != '\0';

	if (item && field != NULL && field->object != NULL) {
		if (json_is_null(a) || json_is_null(b))
			return json_is_null(a) && json_is_null(b);
		return model_objects_equal(field->object, a, b);
	}
	return model_values_equal(field, a, b);
}

struct edits {
	const struct model *model;
	enum kind kind;
	const struct json *base, *sent, *mine, *theirs;
	bool applied;                       /* any edited path where T = S ≠ B */
	struct json *adjusted;              /* mine, without what is not to be sent again by itself */
	struct decide *out;
};

/* The path of an edit; unknown keys of the root are their own path. */
static bool follow(const struct edits *edits, const char *path, struct model_path *out)
{
	return model_parse_path(edits->model, edits->kind, path, out, NULL) == ST_OK;
}

static void see_applied(void *ctx, const char *path, const struct model_field *field, const struct json *old_value, const struct json *new_value)
{
	struct edits *edits = ctx;
	struct model_path where;

	if (!follow(edits, path, &where))
		return;
	if (equal_at(&where, field, model_path_get(&where, edits->theirs), new_value))
		edits->applied = true;
	/* An item that was added here can only have come from here, whatever somebody made of it since. */
	if (where.count > 0 && where.step[where.count - 1].item[0] != '\0' && old_value == NULL && model_path_get(&where, edits->theirs) != NULL)
		edits->applied = true;
}

static void see_not_stored(void *ctx, const char *path, const struct model_field *field, const struct json *old_value, const struct json *new_value)
{
	struct edits *edits = ctx;
	struct model_path where;
	const struct json *theirs;
	bool masked;

	if (!follow(edits, path, &where))
		return;
	if (field != NULL && field->role != ROLE_VALUE)
		return;
	theirs = model_path_get(&where, edits->theirs);
	masked = is_masked(edits->theirs, &where, field);
	if (equal_at(&where, field, theirs, new_value))
		return;
	if (!masked && decide_is_server_rule(edits->kind, path, edits->sent, edits->theirs))
		return;
	/* Edited again since: the merge speaks for it. */
	if (!equal_at(&where, field, model_path_get(&where, edits->mine), new_value))
		return;
	add_conflict(edits->out, CONFLICT_NOT_STORED, path, old_value, new_value, theirs);
	edits->out->not_stored++;
}

static void see_unknown(void *ctx, const char *path, const struct model_field *field, const struct json *old_value, const struct json *new_value)
{
	struct edits *edits = ctx;
	struct model_path where;
	const struct json *theirs;

	if (!follow(edits, path, &where))
		return;
	theirs = model_path_get(&where, edits->theirs);
	if (!part_moved(edits->base, edits->theirs, &where) || !equal_at(&where, field, theirs, old_value))
		return;
	if (!equal_at(&where, field, model_path_get(&where, edits->mine), new_value))
		return;
	add_conflict(edits->out, CONFLICT_UNKNOWN_OUTCOME, path, old_value, new_value, theirs);
	(void)!model_path_set(&where, edits->adjusted, json_copy(old_value), NULL);
}

struct texts { struct json *sent, *base, *mine, *theirs; };

static void texts_done(struct texts *t)
{
	json_free(t->sent);
	json_free(t->base);
	json_free(t->mine);
	json_free(t->theirs);
}

static enum status texts_parse(const char *sent, const char *base, const char *mine, const struct sormas_row *row, struct texts *out, struct err *err)
{
	enum status st;

	*out = (struct texts){ 0 };
	st = parse(sent, &out->sent, err);
	if (st == ST_OK)
		st = parse(base, &out->base, err);
	if (st == ST_OK)
		st = parse(mine, &out->mine, err);
	if (st == ST_OK)
		st = json_parse(row->raw.at, row->raw.len, &out->theirs, err);
	if (st != ST_OK)
		texts_done(out);
	return st;
}

/* theirs with its masks lifted by what the server had before the push: under a mask the server drops edits (protocol.md C.7), so what was sent is no
 * evidence of what it has. */
static enum status lift_masks(const struct model *model, enum kind kind, struct texts *t, struct json **lifted, struct err *err)
{
	struct merge_result result;
	enum status st;

	*lifted = NULL;
	if (t->base == NULL)
		return ST_OK;
	st = merge_records(model, kind, t->base, t->base, t->theirs, &result, err);
	if (st != ST_OK)
		return err_wrap(err, N_("The server's version of a record cannot be merged."));
	*lifted = result.merged;
	result.merged = NULL;
	merge_result_done(&result);
	return ST_OK;
}

/* What a new record had before: nothing. Its parts are there, empty, so that they are compared field by field: what the server sets in one of them
 * by a rule is no edit that was lost. */
static struct json *nothing_yet(const struct model_type *type, const struct json *sent)
{
	struct json *nothing = json_new_object();

	for (const struct json *child = json_first(sent); child != NULL; child = json_next(child)) {
		const struct model_field *field = model_field(type, json_key(child));

		if (field != NULL && field->type == TYPE_OBJECT && json_is_object(child))
			json_set(nothing, json_key(child), json_new_object());
	}
	return nothing;
}

/* The push has arrived: what came back is the new base, what did not come back is told. */
static enum status take_result(const struct model *model, enum kind kind, struct texts *t, const struct sormas_row *row, struct decide *out, struct err *err)
{
	bool masked_new = kind == KIND_PERSONS && t->base == NULL && row->pseudonymized && row->out_of_jurisdiction;
	struct edits edits = { .model = model, .kind = kind, .base = t->base, .sent = t->sent, .mine = t->mine, .theirs = t->theirs, .out = out };
	struct json *empty = t->base == NULL ? nothing_yet(model_of_kind(model, kind), t->sent) : NULL, *lifted;
	enum status st = lift_masks(model, kind, t, &lifted, err);

	/* A new person that is still masked is read again when its case is there: until then nothing of it is taken (protocol.md G.1, step 6). */
	if (st == ST_OK)
		st = merge_into(model, kind, t->sent, t->mine, masked_new ? t->sent : lifted != NULL ? lifted : t->theirs, out, err);
	if (st == ST_OK && !masked_new)
		model_diff(model_of_kind(model, kind), t->base != NULL ? t->base : empty, t->sent, see_not_stored, &edits);
	out->masked = masked_new;
	if (st == ST_OK && !masked_new)
		keep_masks(t->theirs, row, out);
	json_free(lifted);
	json_free(empty);
	return st;
}

enum status decide_result(const struct model *model, enum kind kind, const char *sent, const char *base, const char *mine,
	const struct sormas_row *row, struct decide *out, struct err *err)
{
	struct texts t;
	enum status st;

	*out = (struct decide){ .what = DECIDE_SKIP };
	if (row->deleted) {
		out->what = DECIDE_REMOVE;
		return ST_OK;
	}
	st = texts_parse(sent, base, mine, row, &t, err);
	if (st != ST_OK)
		return st;
	st = take_result(model, kind, &t, row, out, err);
	texts_done(&t);
	return st;
}

enum status decide_unknown(const struct model *model, enum kind kind, const char *sent, const char *base, const char *mine,
	const struct sormas_row *row, struct decide *out, struct err *err)
{
	const struct model_type *type = model_of_kind(model, kind);
	struct edits edits = { .model = model, .kind = kind };
	struct texts t;
	enum status st;

	*out = (struct decide){ .what = DECIDE_SKIP };
	if (row == NULL) {
		out->what = DECIDE_SEND_AGAIN;
		return ST_OK;
	}
	if (row->deleted) {
		out->what = DECIDE_REMOVE;
		return ST_OK;
	}
	st = texts_parse(sent, base, mine, row, &t, err);
	if (st != ST_OK)
		return st;
	edits.base = t.base;
	edits.sent = t.sent;
	edits.mine = t.mine;
	edits.theirs = t.theirs;
	edits.out = out;
	if (t.base != NULL)
		model_diff(type, t.base, t.sent, see_applied, &edits);
	if (t.base == NULL || edits.applied) {
		st = take_result(model, kind, &t, row, out, err);
		if (st == ST_OK && out->base != NULL)
			out->what = DECIDE_PUSH_AGAIN;
		out->merged = true;
	} else {
		edits.adjusted = json_copy(t.mine);
		model_diff(type, t.base, t.sent, see_unknown, &edits);
		st = merge_into(model, kind, t.base, edits.adjusted, t.theirs, out, err);
		if (st == ST_OK)
			out->what = out->base != NULL ? DECIDE_SEND_AGAIN : DECIDE_STORE;
		if (st == ST_OK)
			keep_masks(t.theirs, row, out);
		json_free(edits.adjusted);
	}
	texts_done(&t);
	return st;
}
