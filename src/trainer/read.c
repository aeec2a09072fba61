/* Reading a kind: all, pages, uuids, query, single, obsolete, deleted, archived (protocol.md B.1, B.3, D.4). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/handlers.h"
#include "trainer/mask.h"
#include "trainer/record.h"

enum { ALL = 1, PAGE = 2, QUERY = 4, UUIDS = 8, OBSOLETE_LIST = 16, SINGLE = 32, DELETED_LIST = 64, ARCHIVED_LIST = 128,
	EMPTY_CRASHES = 256, GAP = 512,
	ANY_DATES = 1024 };

static unsigned abilities(enum kind kind)
{
	const unsigned plain = ALL | QUERY | UUIDS, paged = plain | PAGE;
	switch ((int)kind) {
	case KIND_CONTINENTS: case KIND_SUBCONTINENTS: case KIND_COUNTRIES: case KIND_AREAS: case KIND_REGIONS: case KIND_DISTRICTS:
	case KIND_COMMUNITIES: case KIND_POINTS_OF_ENTRY:
		return plain | GAP;
	case KIND_FACILITIES: return QUERY | UUIDS | GAP;
	case KIND_USERS: return plain | GAP | SINGLE | EMPTY_CRASHES;
	case KIND_USER_ROLES: return ALL | UUIDS | GAP | DELETED_LIST;
	case KIND_FEATURE_CONFIGURATIONS: return plain | GAP | DELETED_LIST | EMPTY_CRASHES;
	case KIND_DISEASE_CONFIGURATIONS: case KIND_CUSTOMIZABLE_ENUM_VALUES: return plain | GAP | EMPTY_CRASHES;
	case KIND_OUTBREAKS: return UUIDS;
	case KIND_PERSONS: return paged | SINGLE | ANY_DATES;
	case KIND_CASES: case KIND_IMMUNIZATIONS: case KIND_EVENTS: case KIND_CONTACTS:
		return paged | SINGLE | OBSOLETE_LIST | DELETED_LIST | ARCHIVED_LIST | ANY_DATES;
	case KIND_EVENT_PARTICIPANTS: return paged | SINGLE | OBSOLETE_LIST | DELETED_LIST | ARCHIVED_LIST;
	case KIND_ENVIRONMENTS: return paged | SINGLE | OBSOLETE_LIST;
	case KIND_ENVIRONMENT_SAMPLES: return PAGE | QUERY | UUIDS | OBSOLETE_LIST;
	case KIND_SAMPLES: return paged | SINGLE | OBSOLETE_LIST | DELETED_LIST | EMPTY_CRASHES;
	case KIND_PATHOGEN_TESTS: return paged | DELETED_LIST | EMPTY_CRASHES;
	case KIND_ADDITIONAL_TESTS: case KIND_WEEKLY_REPORTS: case KIND_PRESCRIPTIONS: case KIND_TREATMENTS: return paged | EMPTY_CRASHES;
	case KIND_VISITS: return paged | ANY_DATES;
	case KIND_CLINICAL_VISITS: return paged | ANY_DATES;
	case KIND_TASKS: return paged | SINGLE | OBSOLETE_LIST | ARCHIVED_LIST | GAP | EMPTY_CRASHES;
	case KIND_AGGREGATE_REPORTS: case KIND_CAMPAIGN_FORM_META: case KIND_CAMPAIGN_FORM_DATA: return plain | EMPTY_CRASHES;
	case KIND_CAMPAIGNS: return plain;
	default: return 0;
	}
}

/* ---- writing records ---- */

static void add_now(struct writer *w, const struct record *r)
{
	char now[32];
	snprintf(now, sizeof now, "%013lld", (long long)trainer_now(w->t));
	buf_add(w->out, r->doc, (size_t)r->age_at);
	buf_add(w->out, now, 13);
	buf_add(w->out, r->doc + r->age_at + 13, r->len - (size_t)r->age_at - 13);
}

static void set_now(struct trainer *t, const struct record *r, struct json *doc)
{
	if (r->age_at >= 0)
		json_set(doc, "approximateAgeReferenceDate", json_new_int(trainer_now(t)));
}

static void add_tree(struct writer *w, const struct record *r, bool seen)
{
	struct json *doc = tree_of(r), *person;
	struct record pr;
	size_t len;
	set_now(w->t, r, doc);
	mask_hidden(w->t, w->user, r->kind, doc, seen);
	if (r->kind == KIND_EVENT_PARTICIPANTS && store_get(w->t->store, KIND_PERSONS, r->person, &pr)) {
		person = tree_of(&pr);
		set_now(w->t, &pr, person);
		mask_hidden(w->t, w->user, KIND_PERSONS, person, seen);
		json_set(doc, "person", person);
		record_done(&pr);
	}
	if (r->kind == KIND_PATHOGEN_TESTS && !json_get(doc, "drugSusceptibility")) {
		char uuid[UUID_SIZE];
		struct json *drugs = json_new_object();
		rand_uuid(&w->t->rand, uuid);
		json_set(drugs, "uuid", json_new_string(uuid));
		json_set(drugs, "pseudonymized", json_new_bool(false));
		json_set(drugs, "inJurisdiction", json_new_bool(false));
		json_set(doc, "drugSusceptibility", drugs);
	}
	char *text = json_print(doc, &len);
	buf_add(w->out, text, len);
	mem_free(text);
	json_free(doc);
}

bool writer_add(void *ctx, const struct record *r)
{
	struct writer *w = ctx;
	if (r->poison) {
		w->poisoned = true;
		return false;
	}
	if (w->rows++)
		buf_add_char(w->out, ',');
	bool seen = w->known_seen || record_seen(w->t, w->user, r);
	if (!seen || r->restricted || r->kind == KIND_EVENT_PARTICIPANTS || r->kind == KIND_PATHOGEN_TESTS)
		add_tree(w, r, seen);
	else if (r->age_at >= 0)
		add_now(w, r);
	else
		buf_add(w->out, r->doc, r->len);
	return true;
}

bool serve_one(struct trainer *t, const struct user *user, enum kind kind, const char *uuid, struct buf *out)
{
	struct writer w = {.t = t, .user = user, .out = out};
	struct record r;
	if (!store_get(t->store, kind, uuid, &r))
		return false;
	writer_add(&w, &r);
	record_done(&r);
	return true;
}

static bool add_uuid(void *ctx, const struct record *r)
{
	struct writer *w = ctx;
	buf_printf(w->out, "%s\"%s\"", w->rows++ ? "," : "", r->uuid);
	return true;
}

static void select_into(struct trainer *t, const struct request *q, const struct selection *sel, store_visit add, struct trainer_answer *a)
{
	struct writer w = {.t = t, .user = q->user, .out = &a->body, .known_seen = true};
	buf_add_char(&a->body, '[');
	store_select(t->store, sel, add, &w);
	buf_add_char(&a->body, ']');
	a->rows = w.rows;
	if (w.poisoned)
		serve_text(a, 500, CRASH_TEXT);
}

/* ---- the operations ---- */

static struct selection selection_of(const struct request *q, enum kind kind)
{
	struct selection sel = {.kind = kind};
	if (!model_kind_is_infrastructure(kind))
		sel.viewer = &q->user->viewer;
	sel.through_cases = kind == KIND_PERSONS;
	return sel;
}

static bool is_number(const char *s)
{
	if (*s == '-')
		s++;
	size_t n = strspn(s, "0123456789");
	return n > 0 && n < 19 && !s[n];
}

static void serve_all(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a)
{
	unsigned can = abilities(kind);
	bool page = q->segments == 5, plain = q->segments == 3;
	if (!(plain && can & ALL) && !(page && can & PAGE)) {
		serve_web_error(a, NOT_FOUND_TEXT);
		return;
	}
	if (!is_number(q->segment[2]) || (page && !is_number(q->segment[3]))) {
		serve_text(a, 500, NOT_FOUND_TEXT);
		return;
	}
	struct selection sel = selection_of(q, kind);
	sel.since = strtoll(q->segment[2], NULL, 10) + (can & GAP ? 1 : 0);
	sel.any_dates = can & ANY_DATES;
	if (page) {
		sel.limit = strtoll(q->segment[3], NULL, 10);
		if (strcmp(q->segment[4], "NO_LAST_SYNCED_UUID") != 0 && kind != KIND_CONTACTS) {
			sel.after_uuid = q->segment[4];
			sel.since = strtoll(q->segment[2], NULL, 10);
			sel.any_dates = kind == KIND_PERSONS || kind == KIND_VISITS; /* protocol.md G 9 */
		}
	}
	sel.or_newer_case = kind == KIND_PERSONS && !q->ask->mobile_sync && !sel.after_uuid;
	if (sel.limit == 0 && page)
		buf_add_text(&a->body, "[]");
	else
		select_into(t, q, &sel, writer_add, a);
}

static void serve_uuids(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a)
{
	struct selection sel = selection_of(q, kind);
	sel.since = INT64_MIN / 2;
	select_into(t, q, &sel, add_uuid, a);
	a->rows = 0;
}

static void serve_list(struct trainer *t, const struct request *q, enum kind kind, int state, bool inclusive, struct trainer_answer *a)
{
	struct selection sel = selection_of(q, kind);
	if (q->segments != 3 || !is_number(q->segment[2])) {
		serve_text(a, 500, NOT_FOUND_TEXT);
		return;
	}
	sel.since = strtoll(q->segment[2], NULL, 10);
	sel.since_includes = inclusive;
	if (state == OBSOLETE)
		sel.state = OBSOLETE;
	else if (state == DELETED)
		sel.state = DELETED;
	else
		sel.state = ARCHIVED;
	select_into(t, q, &sel, add_uuid, a);
	a->rows = 0;
}

static void serve_query(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a)
{
	struct json *list;
	if (!serve_body_list(t, q, a, &list))
		return;
	if ((json_count(list) == 0 && abilities(kind) & EMPTY_CRASHES) || json_count(list) > UUIDS_MAX) {
		serve_text(a, 500, CRASH_TEXT);
		json_free(list);
		return;
	}
	struct writer w = {.t = t, .user = q->user, .out = &a->body};
	if (kind == KIND_CASES && json_count(list) == 1 && json_string(json_first(list)))
		colleague_watch(t, q->user, json_string(json_first(list)));
	buf_add_char(&a->body, '[');
	for (const struct json *c = json_first(list); c && !w.poisoned; c = json_next(c)) {
		struct record r;
		if (!json_string(c) || !store_get(t->store, kind, json_string(c), &r))
			continue;
		writer_add(&w, &r);
		record_done(&r);
	}
	buf_add_char(&a->body, ']');
	a->rows = w.rows;
	if (w.poisoned)
		serve_text(a, 500, CRASH_TEXT);
	json_free(list);
}

/* facilities: of a region, or those of none. */
struct facilities { struct writer w; int64_t region; };

static bool add_facility(void *ctx, const struct record *r)
{
	struct facilities *f = ctx;
	return r->places.region != f->region || writer_add(&f->w, r);
}

static void serve_facilities(struct trainer *t, const struct request *q, const char *region, const char *since, struct trainer_answer *a)
{
	struct facilities f = {{.t = t, .user = q->user, .out = &a->body, .known_seen = true}, store_intern(t->store, region)};
	struct selection sel = {.kind = KIND_FACILITIES, .since = strtoll(since, NULL, 10) + 1};
	buf_add_char(&a->body, '[');
	if (f.region || !region)
		store_select(t->store, &sel, add_facility, &f);
	buf_add_char(&a->body, ']');
	a->rows = f.w.rows;
}

static void serve_single(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a)
{
	if (serve_one(t, q->user, kind, q->segment[1], &a->body)) {
		a->rows = 1;
		return;
	}
	a->status = 204;
	a->type = NULL;
}

static bool may_view(const struct user *u, enum kind kind, bool query)
{
	/* these do not ask for the right (recorded) */
	if (query && (kind == KIND_ADDITIONAL_TESTS || kind == KIND_PRESCRIPTIONS || kind == KIND_TREATMENTS))
		return true;
	const char *right = model_kind_view_right(kind);
	if (kind == KIND_VISITS && user_can(u, "CASE_VIEW"))
		return true;
	if (kind == KIND_PATHOGEN_TESTS && user_can(u, "ENVIRONMENT_SAMPLE_VIEW"))
		return true;
	return !right || user_can(u, right);
}

void serve_kind(struct trainer *t, const struct request *q, enum kind kind, struct trainer_answer *a)
{
	unsigned can = abilities(kind);
	const char *what = q->segment[1];
	bool known = (strcmp(what, "all") == 0 && can & (ALL | PAGE)) || (strcmp(what, "uuids") == 0 && can & UUIDS) ||
		(strcmp(what, "query") == 0 && can & QUERY && q->post) || (strcmp(what, "obsolete") == 0 && can & OBSOLETE_LIST) ||
		(strcmp(what, "deleted") == 0 && can & DELETED_LIST) || (strcmp(what, "archived") == 0 && can & ARCHIVED_LIST);
	bool facilities = kind == KIND_FACILITIES && ((strcmp(what, "region") == 0 && q->segments == 4) || (strcmp(what, "general") == 0 &&
		q->segments == 3));
	bool outbreaks = kind == KIND_OUTBREAKS && (strcmp(what, "active") == 0 || strcmp(what, "inactive") == 0) && q->segments == 3;
	bool single = !known && can & SINGLE && q->segments == 2 && q->get;
	bool form = strcmp(what, "all") != 0 || (q->segments == 3 && can & ALL) || (q->segments == 5 && can & PAGE);
	if ((!known && !facilities && !outbreaks && !single) || !form)
		serve_web_error(a, NOT_FOUND_TEXT);
	else if (!may_view(q->user, kind, strcmp(what, "query") == 0))
		serve_text(a, 403, NO_RIGHT_TEXT);
	else if (facilities)
		serve_facilities(t, q, strcmp(what, "region") == 0 ? q->segment[2] : NULL, q->segment[q->segments - 1], a);
	else if (outbreaks)
		buf_add_text(&a->body, "[]");
	else if (single)
		serve_single(t, q, kind, a);
	else if (strcmp(what, "all") == 0)
		serve_all(t, q, kind, a);
	else if (strcmp(what, "uuids") == 0)
		serve_uuids(t, q, kind, a);
	else if (strcmp(what, "query") == 0)
		serve_query(t, q, kind, a);
	else if (strcmp(what, "obsolete") == 0)
		serve_list(t, q, kind, OBSOLETE, true, a);
	else if (strcmp(what, "deleted") == 0)
		serve_list(t, q, kind, DELETED, false, a);
	else
		serve_list(t, q, kind, ARCHIVED, false, a);
}
