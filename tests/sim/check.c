/* The invariants (quality.md "simulation"): no edit is lost without a conflict row or a rejection; nothing is applied twice; a push changes only what
 * its sender's people changed; counts add up; everybody ends with the same. */
#include <string.h>

#include "sim/sim.h"

static bool begins(const char *s, const char *head)
{
	return strncmp(s, head, strlen(head)) == 0;
}

static bool value_is(const struct saved *s, const struct json *now)
{
	struct json *v = NULL;
	bool same;

	if (s->value == NULL)
		return now == NULL;
	if (json_parse_text(s->value, &v, NULL) != ST_OK)
		return false;
	same = json_equal(v, now) || (json_is_null(v) && now == NULL);
	json_free(v);
	return same;
}

/* ---- what pushes may do ---- */

/* A new record or item came with everything that was saved in it until then. */
static void mark_inside(struct sim *sim, int client, const char *uuid, const char *head, const struct json *object)
{
	for (size_t i = 0; i < sim->save_count; i++) {
		struct saved *s = &sim->saves[i];
		const char *rest = s->path + strlen(head);
		const struct json *v;

		if (s->client != client || strcmp(s->uuid, uuid) != 0 || strcmp(s->path, head) == 0 || !begins(s->path, head))
			continue;
		if (*rest == '.')
			rest++;
		v = server_at((struct json *)(uintptr_t)object, rest);
		if (s->item ? (v == NULL) == (s->value == NULL) : value_is(s, v))
			s->applied++;
	}
}

void check_pushed(void *ctx, int client, const char *uuid, const char *path, const struct json *before, const struct json *after)
{
	struct sim *sim = ctx;
	bool known = false, twice = false, item = path[0] != '\0' && path[strlen(path) - 1] == ']';
	char *text;

	for (size_t i = 0; i < sim->save_count && (!known || twice); i++) {
		struct saved *s = &sim->saves[i];

		if (s->client != client || strcmp(s->uuid, uuid) != 0 || strcmp(s->path, path) != 0)
			continue;
		if (path[0] != '\0' && !(item ? (s->value == NULL) == (after == NULL) : value_is(s, after)))
			continue;
		known = true;
		twice = s->applied > 0 && (s->unique || s->item || path[0] == '\0');
		s->applied += !twice;
	}
	if (known && after != NULL && (item || path[0] == '\0'))
		mark_inside(sim, client, uuid, path, after);
	if (sim->server->lenient)
		return;                 /* the server let an older copy overwrite a newer one: no client can prevent that */
	if (known && twice)
		sim_fail(sim, "applied twice: client %d, %s %s", client, uuid, path);
	if (!known) {
		text = after != NULL ? json_print(after, NULL) : mem_strdup("nothing");
		sim_fail(sim, "a push of client %d changed %s %s to %.100s, which nobody there had entered", client, uuid, path, text);
		mem_free(text);
	}
	(void)before;
}

void check_forbidden(void *ctx, int client, const char *what)
{
	sim_fail(ctx, "client %d sent what must never be sent: %s", client, what);
}

/* ---- nothing is lost ---- */

struct search { const struct saved *saved; char *word; bool found; };

static bool look_in_row(void *ctx, const struct conflict_row *row)
{
	struct search *search = ctx;
	const struct saved *s = search->saved;

	if (row->kind != s->kind || strcmp(row->uuid, s->uuid) != 0)
		return true;
	if (row->type == CONFLICT_RECORD_REMOVED)
		search->found = true;
	else if (s->value == NULL)
		search->found = begins(s->path, row->path);       /* a removed item: recreated, or not known whether it is gone */
	else if (search->word != NULL)
		search->found = (row->mine != NULL && strstr(row->mine, search->word) != NULL) || begins(row->path, s->path);
	else
		search->found = begins(s->path, row->path);
	/* All parts of one value are in one conflict. */
	if (begins(s->path, "birthdate") && begins(row->path, "birthdate"))
		search->found = true;
	if (begins(s->path, "outcome") && begins(row->path, "outcome"))
		search->found = true;
	return !search->found;
}

/* Still here, to be sent: in the document, and it is not clean. */
static bool is_pending(struct client *client, const struct saved *s)
{
	struct record record;
	struct json *doc = NULL;
	bool here = false;

	if (store_get(client->store, s->kind, s->uuid, &record, NULL) != ST_OK)
		return false;
	if ((record.flags & (RECORD_DIRTY | RECORD_REREAD)) != 0 && json_parse_text(record.doc, &doc, NULL) == ST_OK) {
		const struct json *v = s->path[0] != '\0' ? server_at(doc, s->path) : doc;

		here = s->item ? (v == NULL) == (s->value == NULL) : s->path[0] == '\0' || value_is(s, v) || (v == NULL && strcmp(s->value, "null") == 0);
	}
	json_free(doc);
	record_done(&record);
	return here;
}

/* The base at the time of the save had the same value already, or the server has it from somebody else: nothing to bring. */
static bool is_there_anyway(struct sim *sim, const struct saved *s)
{
	const struct server_record *record = server_find(sim->server, s->uuid);
	const struct json *v;

	if (record == NULL || s->unique || s->path[0] == '\0')
		return false;
	v = server_at(record->doc, s->path);
	return s->item ? (v == NULL) == (s->value == NULL) : value_is(s, v) || (v == NULL && strcmp(s->value, "null") == 0);
}

static bool item_is_gone(struct sim *sim, const struct saved *s)
{
	const struct server_record *record = server_find(sim->server, s->uuid);

	return s->value == NULL && (record == NULL || server_at(record->doc, s->path) == NULL);
}

void check_saves(struct sim *sim)
{
	for (size_t i = 0; i < sim->save_count && !sim->failed; i++) {
		struct saved *s = &sim->saves[i];
		struct client *client = &sim->clients[s->client];
		struct search search = { .saved = s };
		struct conflict_filter filter = { .state = -1, .kind = (int)s->kind, .uuid = s->uuid };

		/* What is no unique value may be the same as before, and is then never sent. */
		if (s->superseded || s->applied > 0 || (!s->unique && !s->item && s->path[0] != '\0'))
			continue;
		if (is_pending(client, s) || is_there_anyway(sim, s) || item_is_gone(sim, s))
			continue;
		search.word = s->value != NULL && s->unique ? s->value : NULL;
		if (store_each_conflict(client->store, &filter, 0, 0, look_in_row, &search, NULL) != ST_OK)
			sim_fail(sim, "the conflict log of client %d cannot be read", s->client);
		if (!search.found)
			sim_fail(sim, "lost: client %d saved %s %s = %s; the server never had it, and no conflict or rejection tells of it", s->client, s->uuid, s->path,
				s->value != NULL ? s->value : "removed");
	}
}

/* ---- a run's own account ---- */

struct tally { struct client *client; struct sim *sim; const struct sync_run *run; int64_t dirty, rejected, reread, unread; };

/* What is not accepted yet keeps its person, whatever the server lists. */
static void check_person_is_here(struct client *client, const struct record *record)
{
	struct json *doc = NULL;
	struct record person;
	const char *uuid;

	if (json_parse_text(record->doc, &doc, NULL) != ST_OK)
		return;
	uuid = json_get_string(json_get(doc, "person"), "uuid");
	if (uuid != NULL && store_get(client->store, KIND_PERSONS, uuid, &person, NULL) == ST_OK)
		record_done(&person);
	else
		sim_fail(client->sim, "client %d removed the person of its new case %s", client->number, record->uuid);
	json_free(doc);
}

/* What a run wrote into the conflict log, for the story. */
static bool tell_conflict(void *ctx, const struct conflict_row *row)
{
	sim_tell(ctx, "    conflict: %s %s %s, base %.60s, mine %.60s, theirs %.60s", conflict_type_name(row->type), row->uuid, row->path, row->base != NULL ? row->base : "-",
		row->mine != NULL ? row->mine : "-", row->theirs != NULL ? row->theirs : "-");
	return true;
}

/* A value that the server refuses is in it, or was when it was pushed: the results of the same run may have merged it away. */
static bool was_refusable(const struct tally *t, const struct record *record)
{
	if (strchr(record->doc, '!') != NULL)
		return true;
	for (size_t i = 0; i < t->sim->save_count; i++) {
		const struct saved *s = &t->sim->saves[i];

		if (s->client == t->client->number && strcmp(s->uuid, record->uuid) == 0 && s->value != NULL && strchr(s->value, '!') != NULL)
			return true;
	}
	return false;
}

static bool tally_record(void *ctx, const struct record *record)
{
	struct tally *t = ctx;
	const struct server_record *there;

	t->dirty += (record->flags & RECORD_DIRTY) != 0;
	t->rejected += (record->flags & RECORD_REJECTED) != 0;
	t->reread += (record->flags & RECORD_REREAD) != 0;
	there = server_find(t->sim->server, record->uuid);
	t->unread += (record->flags & RECORD_REREAD) != 0 && there != NULL && server_shows(t->sim->server, t->client->number, there);
	if (record->kind == KIND_CASES && (record->flags & RECORD_NEW) != 0)
		check_person_is_here(t->client, record);
	if ((record->flags & RECORD_REJECTED) != 0 && (record->reject_reason == NULL || record->reject_reason[0] == '\0'))
		sim_fail(t->sim, "%s is rejected without a reason", record->uuid);
	if ((record->flags & RECORD_REJECTED) != 0 && sync_set_has(&t->run->rejected_now, record->kind, record->uuid) && record->reject_status != 403 &&
		!was_refusable(t, record))
		sim_fail(t->sim, "%s is rejected with %d, and nothing is wrong with it", record->uuid, record->reject_status);
	return true;
}

struct waiting { struct client *client; int64_t count; };

/* A person that nothing here shows any more cannot be read (protocol.md D.6): that keeps no run from being complete. */
static bool any_row(void *ctx, const struct outbox_row *row)
{
	struct waiting *waiting = ctx;

	waiting->count += row->sent_ms != 0 && (row->kind != KIND_PERSONS || store_is_referred(waiting->client->store, row->kind, row->uuid));
	return true;
}

void check_run(struct client *client)
{
	struct sim *sim = client->sim;
	const struct sync_progress *p = &client->run->progress;
	struct tally t = { .client = client, .sim = sim, .run = client->run };
	struct waiting waiting = { .client = client };
	int64_t counts[3], left = 0;

	if (sim_each_record(client, 0, tally_record, &t) != ST_OK || store_each_outbox(client->store, KIND_COUNT, any_row, &waiting, NULL) != ST_OK ||
		store_count_conflicts(client->store, counts, NULL) != ST_OK) {
		sim_fail(sim, "client %d cannot be counted", client->number);
		return;
	}
	for (int k = 0; k < p->kind_count; k++) {
		const struct sync_kind_counts *c = &p->kinds[k];

		left += c->left;
	}
	sim_tell(sim, "  client %d is through: %s, %lld requests, %lld conflicts, %lld left, %lld dirty, %lld rejected, %lld to read", client->number,
		sync_verdict_name(p->verdict), (long long)p->requests, (long long)p->conflicts, (long long)left, (long long)t.dirty, (long long)t.rejected,
		(long long)t.reread);
	if (sim->story != NULL) {
		struct conflict_filter filter = { .state = -1, .kind = -1, .run_id = client->run->run_id };

		(void)!store_each_conflict(client->store, &filter, 0, 0, tell_conflict, sim, NULL);
	}
	if (p->requests != client->sent)
		sim_fail(sim, "client %d counts %lld requests and sent %lld", client->number, (long long)p->requests, (long long)client->sent);
	if (p->conflicts != counts[0] + counts[1] + counts[2] - client->conflicts_before)
		sim_fail(sim, "client %d counts %lld conflicts and wrote down %lld", client->number, (long long)p->conflicts,
			(long long)(counts[0] + counts[1] + counts[2] - client->conflicts_before));
	if (p->verdict == SYNC_COMPLETED && (t.dirty > 0 || waiting.count > 0))
		sim_fail(sim, "client %d says complete with %lld dirty records and %lld pushes without results", client->number, (long long)t.dirty, (long long)waiting.count);
	if (sim->quiet && t.unread > 0)
		sim_fail(sim, "client %d did not read what became of %lld records that were accepted", client->number, (long long)t.unread);
	if (p->verdict == SYNC_RUNNING)
		sim_fail(sim, "client %d ended without a verdict", client->number);
}

/* ---- the same everywhere ---- */

struct compare { struct client *client; bool same, tell; };

static void differs(struct compare *c, const char *uuid, const char *how)
{
	c->same = false;
	if (c->tell)
		sim_fail(c->client->sim, "client %d and the server do not agree about %s: %s", c->client->number, uuid, how);
}

static void tell_difference(void *ctx, const char *path, const struct model_field *field, const struct json *a, const struct json *b)
{
	struct compare *c = ctx;
	char *x = a != NULL ? json_print(a, NULL) : NULL, *y = b != NULL ? json_print(b, NULL) : NULL;

	(void)field;
	sim_tell(c->client->sim, "    %s: here %s, there %s", path, x != NULL ? x : "-", y != NULL ? y : "-");
	mem_free(x);
	mem_free(y);
}

/* The same dates, too: a change to an equal value (absent, then "") is otherwise still to come when everything looks the same. */
static bool same_dates(const struct json *mine, const struct json *theirs)
{
	int64_t a = 0, b = 0;

	json_get_int(mine, "changeDate", &a);
	json_get_int(theirs, "changeDate", &b);
	if (a != b)
		return false;
	for (const struct json *t = json_first(theirs); t != NULL; t = json_next(t)) {
		const struct json *m = json_get(mine, json_key(t));

		if (json_is_object(t) && json_get(t, "changeDate") != NULL && !same_dates(m, t))
			return false;
	}
	return true;
}

static bool compare_record(void *ctx, const struct record *record)
{
	struct compare *c = ctx;
	struct sim *sim = c->client->sim;
	const struct server_record *there = server_find(sim->server, record->uuid);
	struct json *mine = NULL, *theirs;

	if (record->flags != 0 || there == NULL || there->deleted) {
		differs(c, record->uuid, record->flags != 0 ? "it is not clean" : "it is not there");
		return false;
	}
	/* Archived records that were clean go when the day's reconciliation sees them. */
	if (!server_shows(sim->server, c->client->number, there)) {
		differs(c, record->uuid, "the server does not show it");
		return false;
	}
	theirs = server_read(sim->server, c->client->number, record->uuid);
	if (json_parse_text(record->doc, &mine, NULL) != ST_OK || !model_objects_equal(model_of_kind(sim->model, record->kind), mine, theirs)) {
		if (c->tell)
			model_diff(model_of_kind(sim->model, record->kind), mine, theirs, tell_difference, c);
		differs(c, record->uuid, "its values");
	} else if (!same_dates(mine, theirs)) {
		differs(c, record->uuid, "its dates");
	}
	json_free(mine);
	json_free(theirs);
	return c->same;
}

bool check_converged(struct sim *sim, bool tell)
{
	struct compare c = { .same = true, .tell = tell };

	for (int i = 0; i < sim->history->clients && c.same; i++) {
		c.client = &sim->clients[i];
		if (store_each(c.client->store, KIND_PERSONS, 0, 0, compare_record, &c, NULL) != ST_OK ||
			(c.same && store_each(c.client->store, KIND_CASES, 0, 0, compare_record, &c, NULL) != ST_OK))
			differs(&c, "", "it cannot be read");
		for (size_t r = 0; r < sim->server->count && c.same; r++) {
			const struct server_record *there = &sim->server->records[r];
			struct record here;

			if (!server_shows(sim->server, i, there))
				continue;
			if (store_get(c.client->store, there->kind == SERVER_CASES ? KIND_CASES : KIND_PERSONS, there->uuid, &here, NULL) == ST_OK)
				record_done(&here);
			else
				differs(&c, there->uuid, "it is not here");
		}
	}
	return c.same;
}
