/* Pages: split by the scanner, without trees (sync.md "Pull"; quality.md "To know what is possible"). */
#include <stdlib.h>
#include <string.h>

#include "sormas/sormas.h"

/* What is known of an object that is open. */
struct frame {
	uint64_t hash;
	bool therapy;               /* in a therapy: its dates come from clients (protocol.md D.2) */
};

struct scan {
	int base;                   /* depth of a record: 1 in a page, 0 alone */
	int64_t not_after;
	struct frame frame[JSON_MAX_DEPTH + 1];
	struct sormas_row row;
	bool born, dead;            /* of the row */
	bool named;                 /* the row: its key uuid was there */
	int64_t age_reference;
	const char *record;         /* where the row begins */
	size_t first_member;        /* of the row, among the page's */
	struct sormas_page *page;   /* NULL: one record */
	bool array;
	bool lenient;               /* what is no usable row is left out */
	bool inside;                /* a list that stands in a row's place */
	enum status st;
	struct err *err;
};

bool sormas_uuid_is_good(const char *s, size_t len)
{
	if (len < 20 || len > UUID_SIZE - 1)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'))
			return false;
	}
	return true;
}

static uint64_t mix(uint64_t h)
{
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33;
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ (h >> 33);
}

static uint64_t hash_span(struct json_span s, uint64_t seed)
{
	uint64_t h = mix(seed ^ (s.len << 8)), eight;

	for (; s.len >= 8; s.at += 8, s.len -= 8) {
		memcpy(&eight, s.at, 8);
		h = (h ^ eight) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32;
	}
	for (; s.len > 0; s.at++, s.len--)
		h = (h ^ (unsigned char)*s.at) * UINT64_C(0x100000001b3);
	return mix(h);
}

static bool copy_uuid(struct json_span raw, char out[UUID_SIZE])
{
	if (raw.len < 2 || !sormas_uuid_is_good(raw.at + 1, raw.len - 2))
		return false;
	memcpy(out, raw.at + 1, raw.len - 2);
	out[raw.len - 2] = '\0';
	return true;
}

/* A change date anywhere in the record. */
static void see_change_date(struct scan *scan, const struct json_event *ev, bool root)
{
	struct frame *frame = &scan->frame[ev->depth - 1];
	int64_t ms;

	frame->hash ^= hash_span(ev->raw, 2);
	if (ev->type != JSON_NUMBER || !json_span_int(ev->raw, &ms))
		return;
	if (root)
		scan->row.change_date = ms;
	if (frame->therapy)
		return;
	if (ms > scan->not_after)
		scan->row.later = true;
	else if (ms > scan->row.greatest)
		scan->row.greatest = ms;
}

/* Keys of the record itself. */
static void see_root_key(struct scan *scan, const struct json_event *ev)
{
	bool value = ev->type == JSON_TRUE;

	switch (ev->key.len) {
	case 7:
		if (json_span_is(ev->key, "deleted"))
			scan->row.deleted = value;
		break;
	case 8:
		if (json_span_is(ev->key, "archived"))
			scan->row.archived = value;
		break;
	case 9:
		if (json_span_is(ev->key, "deathDate"))
			scan->dead = scan->dead || ev->type == JSON_NUMBER;
		break;
	case 12:
		if (json_span_is(ev->key, "creationDate") && ev->type == JSON_NUMBER)
			json_span_int(ev->raw, &scan->row.creation_date);
		break;
	case 13:
		if (json_span_is(ev->key, "birthdateYYYY"))
			scan->born = ev->type == JSON_NUMBER;
		break;
	case 16:
		if (json_span_is(ev->key, "presentCondition"))
			scan->dead = scan->dead || json_span_is(ev->raw, "\"DEAD\"") || json_span_is(ev->raw, "\"BURIED\"");
		break;
	case 27:
		if (json_span_is(ev->key, "approximateAgeReferenceDate") && ev->type == JSON_NUMBER)
			json_span_int(ev->raw, &scan->age_reference);
		break;
	default:
		break;
	}
}

static void see_member(struct scan *scan, const struct json_event *ev)
{
	bool root = ev->depth == scan->base + 1;
	struct frame *frame = &scan->frame[ev->depth - 1];

	switch (ev->key.len) {
	case 4:
		if (json_span_is(ev->key, "uuid")) {
			frame->hash ^= hash_span(ev->raw, 1);
			if (root && (scan->named || ev->type != JSON_STRING || !copy_uuid(ev->raw, scan->row.uuid)))
				scan->row.uuid[0] = '\0';
			scan->named = scan->named || root;
		}
		break;
	case 10:
		if (json_span_is(ev->key, "changeDate"))
			see_change_date(scan, ev, root);
		break;
	case 13:
		if (json_span_is(ev->key, "pseudonymized")) {
			frame->hash ^= ev->type == JSON_TRUE ? mix(3) : 0;
			if (root)
				scan->row.pseudonymized = ev->type == JSON_TRUE;
		}
		break;
	case 14:
		if (json_span_is(ev->key, "inJurisdiction")) {
			frame->hash ^= ev->type == JSON_TRUE ? mix(4) : 0;
			if (root)
				scan->row.out_of_jurisdiction = ev->type == JSON_FALSE;
		}
		break;
	default:
		break;
	}
	if (root)
		see_root_key(scan, ev);
}

/* A row that cannot be used: left out and counted, or the end. */
static bool refuse_row(struct scan *scan, const char *why)
{
	struct sormas_page *page = scan->page;

	if (page == NULL || !scan->lenient) {
		scan->st = err_set(scan->err, ST_INVALID, why);
		return false;
	}
	if (page->count + page->left_out >= SORMAS_MAX_ROWS) {
		scan->st = err_set(scan->err, ST_LIMIT, N_("The server sent more records in one answer than Outpost takes."));
		return false;
	}
	if (page->left_out++ == 0) {
		page->left_out_row = page->count + 1;
		page->left_out_why = why;
	}
	page->member_count = scan->first_member;
	return true;
}

static bool end_record(struct scan *scan, const struct json_event *ev)
{
	struct sormas_row *row = &scan->row;

	row->raw = ev->raw;
	if (row->uuid[0] == '\0')
		return refuse_row(scan, N_("The server sent a record without a valid uuid."));
	if (scan->born && !scan->dead && scan->age_reference > 0)
		row->clock_ms = scan->age_reference;
	if (scan->page != NULL) {
		struct sormas_page *page = scan->page;

		if (page->count + page->left_out >= SORMAS_MAX_ROWS) {
			scan->st = err_set(scan->err, ST_LIMIT, N_("The server sent more records in one answer than Outpost takes."));
			return false;
		}
		row->member_count = page->member_count - scan->first_member;
		scan->first_member = page->member_count;
		mem_grow((void **)&page->rows, &page->cap, page->count + 1, sizeof *page->rows);
		page->rows[page->count++] = *row;
		if (row->clock_ms > 0 && (page->clock_ms == 0 || row->clock_ms < page->clock_ms))
			page->clock_ms = row->clock_ms;
	}
	return true;
}

/* A member of the record itself is through. */
static void keep_member(struct sormas_page *page, const char *record, const struct json_event *ev)
{
	if (page->member_count == page->member_cap)
		mem_grow((void **)&page->members, &page->member_cap, page->member_count + 1, sizeof *page->members);
	page->members[page->member_count++] = json_spot_of(record, ev->type, ev->key, ev->raw);
}

/* The members moved while the page grew. */
static void hand_out_members(struct sormas_page *page)
{
	size_t at = 0;

	for (size_t i = 0; i < page->count; i++) {
		page->rows[i].members = page->members + at;
		at += page->rows[i].member_count;
	}
}

static bool see(void *ctx, const struct json_event *ev)
{
	struct scan *scan = ctx;

	if (ev->depth < scan->base) {
		scan->array = ev->type == JSON_ARRAY;
		return true;
	}
	if (scan->inside) {
		scan->inside = ev->depth > scan->base;
		return true;
	}
	if (ev->depth == scan->base && (ev->type != JSON_OBJECT)) {
		if (scan->base == 0 || scan->array) {
			scan->inside = ev->type == JSON_ARRAY && !ev->end;
			return refuse_row(scan, N_("The server sent something that is no record."));
		}
		scan->st = err_set(scan->err, ST_INVALID, N_("The server sent something that is no list of records."));
		return false;
	}
	if (ev->type == JSON_OBJECT && !ev->end) {
		struct frame *frame = &scan->frame[ev->depth];

		frame->hash = 0;
		frame->therapy = ev->depth > scan->base && (scan->frame[ev->depth - 1].therapy || json_span_is(ev->key, "therapy"));
		if (ev->depth == scan->base) {
			scan->row = (struct sormas_row){ .uuid = "" };
			scan->record = ev->raw.at;
			scan->born = scan->dead = scan->named = false;
			scan->age_reference = 0;
		}
		return true;
	}
	if (ev->type == JSON_ARRAY && !ev->end) {
		scan->frame[ev->depth].therapy = ev->depth > 0 && scan->frame[ev->depth - 1].therapy;
		return true;
	}
	if (ev->depth == scan->base + 1 && scan->page != NULL)
		keep_member(scan->page, scan->record, ev);
	if (ev->type == JSON_OBJECT) {
		scan->row.signature += mix(scan->frame[ev->depth].hash);
		return ev->depth > scan->base || end_record(scan, ev);
	}
	if (ev->key.at != NULL && ev->depth > scan->base)
		see_member(scan, ev);
	return true;
}

static enum status run_scan(struct scan *scan, const char *text, size_t len)
{
	enum status st = json_scan(text, len, see, scan, scan->err);

	if (scan->st != ST_OK)
		return scan->st;
	return st;
}

static enum status split(const char *text, size_t len, int64_t not_after_ms, bool lenient, struct sormas_page *out, struct err *err)
{
	struct sormas_page page = { 0 };
	struct scan scan = { .base = 1, .not_after = not_after_ms, .page = &page, .lenient = lenient, .err = err };
	enum status st = run_scan(&scan, text, len);

	if (st == ST_OK && !scan.array)
		st = err_set(err, ST_INVALID, N_("The server sent something that is no list of records."));
	if (st != ST_OK) {
		sormas_page_done(&page);
		return st;
	}
	hand_out_members(&page);
	*out = page;
	return ST_OK;
}

enum status sormas_split(const char *text, size_t len, int64_t not_after_ms, struct sormas_page *out, struct err *err)
{
	return split(text, len, not_after_ms, false, out, err);
}

enum status sormas_split_usable(const char *text, size_t len, int64_t not_after_ms, struct sormas_page *out, struct err *err)
{
	return split(text, len, not_after_ms, true, out, err);
}

void sormas_page_done(struct sormas_page *page)
{
	mem_free(page->rows);
	mem_free(page->members);
	*page = (struct sormas_page){ 0 };
}

enum status sormas_look(const char *text, size_t len, int64_t not_after_ms, struct sormas_row *out, struct err *err)
{
	struct scan scan = { .base = 0, .not_after = not_after_ms, .err = err };
	enum status st = run_scan(&scan, text, len);

	if (st == ST_OK)
		*out = scan.row;
	return st;
}

/* ---- lists of uuids ---- */

struct uuid_scan { struct sormas_uuids list; bool array; enum status st; struct err *err; };

static bool see_uuid(void *ctx, const struct json_event *ev)
{
	struct uuid_scan *scan = ctx;
	struct sormas_uuids *list = &scan->list;

	if (ev->depth == 0) {
		scan->array = ev->type == JSON_ARRAY;
		return true;
	}
	if (ev->type != JSON_STRING) {
		scan->st = err_set(scan->err, ST_INVALID, N_("The server sent something that is no list of uuids."));
		return false;
	}
	mem_grow((void **)&list->uuid, &list->cap, list->count + 1, sizeof *list->uuid);
	if (!copy_uuid(ev->raw, list->uuid[list->count])) {
		scan->st = err_set(scan->err, ST_INVALID, N_("The server sent a uuid that is none."));
		return false;
	}
	list->count++;
	return true;
}

static int compare_uuids(const void *a, const void *b)
{
	return strcmp(a, b);
}

enum status sormas_split_uuids(const char *text, size_t len, struct sormas_uuids *out, struct err *err)
{
	struct uuid_scan scan = { .err = err };
	enum status st = json_scan(text, len, see_uuid, &scan, err);
	size_t kept = 0;

	if (scan.st != ST_OK)
		st = scan.st;
	else if (st == ST_OK && !scan.array)
		st = err_set(err, ST_INVALID, N_("The server sent something that is no list of uuids."));
	if (st != ST_OK) {
		sormas_uuids_done(&scan.list);
		return st;
	}
	if (scan.list.count > 1)
		qsort(scan.list.uuid, scan.list.count, sizeof *scan.list.uuid, compare_uuids);
	for (size_t i = 0; i < scan.list.count; i++)
		if (kept == 0 || strcmp(scan.list.uuid[kept - 1], scan.list.uuid[i]) != 0) {
			if (kept != i)
				memcpy(scan.list.uuid[kept], scan.list.uuid[i], UUID_SIZE);
			kept++;
		}
	scan.list.count = kept;
	*out = scan.list;
	return ST_OK;
}

bool sormas_uuids_have(const struct sormas_uuids *uuids, const char *uuid)
{
	return uuids->count > 0 && bsearch(uuid, uuids->uuid, uuids->count, sizeof *uuids->uuid, compare_uuids) != NULL;
}

void sormas_uuids_done(struct sormas_uuids *uuids)
{
	mem_free(uuids->uuid);
	*uuids = (struct sormas_uuids){ 0 };
}
