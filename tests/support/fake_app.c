/* A small stand-in for app/: made-up cases, one form, two conflicts, a sync that stands still. For the golden screens and the byte budgets
 * of ui/. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/conflict.h"
#include "app/edit.h"
#include "app/labels.h"
#include "app/list.h"
#include "app/parcel.h"
#include "app/record.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/sync.h"
#include "tests/support/fake_app.h"

#define FAKE_CASES 214
#define FAKE_ROWS 32
#define FAKE_UNDO 200
#define FAKE_NOW INT64_C(1795341600000)      /* 2026-11-22T10:00:00Z */

struct session {
	struct loop *loop;
	struct rand rand;
	session_changed_fn changed;
	void *changed_ctx;
	sync_progress_fn progress;
	void *progress_ctx;
	struct sync_progress sync;
	struct sync_note notes[2];
	bool signed_in, locked, kept[2];
	char answers[8];
};

/* What the tests decide before a session is opened. */
struct fake_app fake_app = { .training = false, .account = true, .signed_in = true };

/* A label of a form or a choice, which is not in po/outpost.pot. */
static const char *fake_label(const char *label)
{
	static struct { const char *label; char text[120]; } longer[60];
	static const char letters[][4] = { "a\xc3\xa1", "e\xc3\xa9", "i\xc3\xad", "o\xc3\xb3", "u\xc3\xba" };
	size_t i = 0, k, n = strlen(label);
	struct buf out;

	if (!fake_app.longer)
		return label;
	while (longer[i].label != NULL && strcmp(longer[i].label, label) != 0)
		if (++i == sizeof(longer) / sizeof(longer[0]))
			return label;
	if (longer[i].label == NULL) {
		buf_init(&out, 0);
		buf_add_char(&out, '[');
		for (k = 0; k < n; k++) {
			size_t at = 0;

			while (at < 5 && letters[at][0] != label[k])
				at++;
			buf_add_text(&out, at < 5 ? letters[at] + 1 : (char[]){ label[k], '\0' });
		}
		for (k = 2; k * 10 < n * 4; k++)
			buf_add_char(&out, k % 5 == 0 ? ' ' : '~');
		buf_add_char(&out, ']');
		snprintf(longer[i].text, sizeof(longer[i].text), "%s", buf_text(&out));
		longer[i].label = label;
		buf_done(&out);
	}
	return longer[i].text;
}

/* ---- session ---- */

enum status session_open(const struct session_options *options, struct session **out, struct err *err)
{
	struct session *session = mem_calloc(1, sizeof(*session));

	(void)err;
	session->loop = options->loop;
	rand_init(&session->rand, 1);
	session->signed_in = fake_app.signed_in;
	fake_app.saves = fake_app.drafts = 0;
	*out = session;
	return ST_OK;
}

void session_close(struct session *session) { mem_free(session); }
struct loop *session_loop(const struct session *session) { return session->loop; }
int64_t session_now(const struct session *session) { return fake_app.stands ? FAKE_NOW : clock_now(loop_clock(session->loop)); }
const char *session_dir(const struct session *session) { (void)session; return fake_app.dir == NULL ? "/tmp" : fake_app.dir; }
bool session_is_training(const struct session *session) { (void)session; return fake_app.training; }
const char *session_server(const struct session *session) { (void)session; return fake_app.account
	? "https://sormas.example.org/sormas-rest" : NULL; }
const char *session_host(const struct session *session) { (void)session; return fake_app.account ? "sormas.example.org" : NULL; }
const char *session_user(const struct session *session) { (void)session; return fake_app.account ? "SurvOff" : NULL; }
bool session_knows_account(const struct session *session) { (void)session; return fake_app.account; }
bool session_take_kept_password(struct session *session) { (void)session; return false; }
void session_lock(struct session *session) { session->locked = true; }
char *session_proposed_zone(struct session *session) { (void)session; return mem_strdup("Africa/Freetown"); }

void session_status(struct session *session, struct session_status *out)
{
	if (fake_app.empty) {
		*out = (struct session_status){ .signed_in = session->signed_in, .locked = session->locked };
		return;
	}
	*out = (struct session_status){ .unsent = 3, .fresh = 1, .rejected = 1, .conflicts_open = !session->kept[0] + !session->kept[1],
		.drafts = fake_app.drafts,
		.oldest_unsent_ms = FAKE_NOW - 2 * DATE_DAY_MS, .last_sync_ms = FAKE_NOW - 48 * 60000, .last_sync_complete = true,
			.signed_in = session->signed_in,
		.locked = session->locked };
}

void session_listen(struct session *session, session_changed_fn fn, void *ctx)
{
	session->changed = fn;
	session->changed_ctx = ctx;
}

void session_unlisten(struct session *session, void *ctx)
{
	if (session->changed_ctx == ctx)
		session->changed = NULL;
}

void session_sign_in(struct session *session, const struct sign_in *how, sign_in_fn done, void *ctx)
{
	struct err err;

	if (strcmp(how->password, "right") == 0) {
		fake_app.account = session->signed_in = true;
		done(ctx, ST_OK, NULL);
		return;
	}
	if (strcmp(how->password, "another") == 0 && !how->replace)
		done(ctx, err_set(&err, ST_ASK, N_("this profile belongs to {1} at {2}: their records have to leave this machine first; unsent edits are kept in the "
			"conflict log"), "HospInf", "sormas.example.org"), &err);
	else
		done(ctx, err_set(&err, ST_REFUSED, N_("the server does not let you in: wrong name or password, or the account may not use the mobile interface")),
			&err);
}

enum status session_give_password(struct session *session, const char *password, struct err *err)
{
	if (strcmp(password, "right") != 0)
		return err_set(err, ST_REFUSED, N_("this is not the password; if it changed on the server: `outpost login`"));
	session->signed_in = true;
	session->locked = false;
	return ST_OK;
}

enum status session_answers(struct session *session, const char *exchanges, size_t len, struct err *err)
{
	(void)session;
	(void)len;
	return exchanges[0] == '[' ? ST_OK : err_set(err, ST_INVALID, N_("not a list of exchanges"));
}

/* ---- settings ---- */

static const struct setting settings[] = {
	{ "lock_minutes", SETTING_INT, 0, 1440, NULL, "15", N_("lock the screen after so many idle minutes; 0: never") },
	{ "plain", SETTING_BOOL, 0, 1, NULL, "false", N_("ask line by line instead of drawing screens") },
	{ "escape_delay", SETTING_INT, 0, 5000, NULL, "50", N_("milliseconds to wait after Escape; more on serial lines") },
	{ "partial_updates", SETTING_BOOL, 0, 1, NULL, "true", N_("send only a case's changed fields, if the server can; false: whole records") },
};

size_t settings_count(void) { return sizeof(settings) / sizeof(settings[0]); }
const struct setting *setting_at(size_t index) { return index < settings_count() ? &settings[index] : NULL; }

char *setting_get(struct session *session, const char *name)
{
	size_t i;

	(void)session;
	if (strcmp(name, "date_order") == 0)
		return mem_strdup("dmy");
	for (i = 0; i < settings_count(); i++)
		if (strcmp(settings[i].name, name) == 0)
			return mem_strdup(settings[i].fallback);
	return NULL;
}

int64_t setting_int(struct session *session, const char *name)
{
	char *value = setting_get(session, name);
	int64_t n = value == NULL ? 0 : strtoll(value, NULL, 10);

	mem_free(value);
	return n;
}

bool setting_bool(struct session *session, const char *name) { (void)session; (void)name; return false; }

enum status setting_set(struct session *session, const char *name, const char *value, struct err *err)
{
	(void)session;
	(void)value;
	return err_set(err, ST_INVALID, N_("{1} takes a number from {2} to {3}"), name, "0", "1440");
}

/* ---- list ---- */

static const char *const first_names[] = { "Fatu", "Ibrahim", "Ọlábísí", "Aminata", "Thế", "Mohamed", "Mariama" };
static const char *const last_names[] = { "Kamara", "Kamanda", "Adéọlá", "Sesay", "Nguyễn", "Koroma", "Bangura-Thompson-Williams" };
static const char *const facilities[] = { "Kenema Hosp.", "Daru CHC", "Kailahun Government Hospital", "Segbwema" };
static char fake_short[FAKE_CASES][8];

static void fake_case(size_t i, struct list_case *out)
{
	*out = (struct list_case){ .epid_number = "", .disease = i % 3 == 1 ? "CHOLERA" : "LASSA", .classification = i % 4 == 1 ? "CONFIRMED"
		: "SUSPECT",
		.investigation_status = i % 7 == 1 ? "DONE" : "PENDING", .outcome = "", .first_name = first_names[i % 7], .last_name = last_names[i % 7],
		.sex = i % 2 ? "MALE" : "FEMALE", .facility = facilities[i % 4], .age = (int)(i * 7 % 80), .age_type = "YEARS",
		.report_date = FAKE_NOW - (int64_t)(i / 3) * DATE_DAY_MS, .state = i == 0 ? LIST_DIRTY : i == 4 ? LIST_NEW : i == 6 ? LIST_REJECTED
			: LIST_CLEAN,
		.open_conflicts = i == 1 };
	snprintf(out->uuid, sizeof(out->uuid), "%c%c%zu-FAKE-CASE-UUID", (char)('A' + i % 26), (char)('Z' - i % 25), 1000 + i);
	memcpy(fake_short[i], out->uuid, 6);
	out->short_uuid = fake_short[i];
}

static bool fake_matches(const struct list_filter *filter, const struct list_case *one)
{
	bool found = true;

	if (filter->words != NULL && *filter->words != '\0') {
		char *name = mem_printf("%s %s %s", one->last_name, one->first_name, one->uuid), *folded = text_fold(name),
			*wanted = text_fold(filter->words);

		found = strstr(folded, wanted) != NULL;
		mem_free(name);
		mem_free(folded);
		mem_free(wanted);
	}
	return found && (filter->disease == NULL || strcmp(filter->disease, one->disease) == 0)
		&& (filter->investigation_status == NULL || strcmp(filter->investigation_status, one->investigation_status) == 0)
		&& (!filter->only_unsent || one->state != LIST_CLEAN) && (!filter->only_conflicts || one->open_conflicts > 0);
}

enum status list_cases(struct session *session, const struct list_filter *filter, int64_t offset, int64_t limit, struct list_page *out,
	struct err *err)
{
	struct list_case one;
	size_t i;

	(void)session;
	(void)err;
	out->rows = mem_calloc(FAKE_CASES, sizeof(*out->rows));
	out->count = 0;
	for (i = 0; !fake_app.empty && i < FAKE_CASES && (limit == 0 || (int64_t)out->count < limit); i++) {
		fake_case(i, &one);
		if (fake_matches(filter, &one) && offset-- <= 0)
			out->rows[out->count++] = one;
	}
	return ST_OK;
}

void list_page_done(struct list_page *page)
{
	mem_free(page->rows);
	*page = (struct list_page){ NULL, 0 };
}

enum status list_count(struct session *session, const struct list_filter *filter, struct list_counts *out, struct err *err)
{
	struct list_page page;

	*out = fake_app.empty ? (struct list_counts){ .all = 0 } : (struct list_counts){ .all = 214, .pending = 183, .done = 31 };
	if (list_cases(session, filter, 0, 0, &page, err) != ST_OK)
		return ST_FAILED;
	out->matching = (int64_t)page.count;
	list_page_done(&page);
	return ST_OK;
}

void labels_constant(struct session *session, const char *enum_name, const char *constant, const char **context, const char **id)
{
	static const struct { const char *constant, *label; } labels[] = { { "LASSA", "Lassa" }, { "CHOLERA", "Cholera" }, { "SUSPECT",
		"Suspect" }, { "CONFIRMED", "Confirmed" },
		{ "PENDING", "Pending" }, { "DONE", "Done" } };
	size_t i;

	(void)session;
	*context = NULL;
	*id = constant;
	if (strcmp(enum_name, "Sex") == 0) {     /* its first letter alone is shown, which a bracket would hide */
		*id = strcmp(constant, "MALE") == 0 ? "Male" : "Female";
		return;
	}
	for (i = 0; constant != NULL && i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i].constant, constant) == 0)
			*id = fake_label(labels[i].label);
}

const char *const *labels_choices(struct session *session, const char *enum_name)
{
	static const char *const diseases[] = { "CHOLERA", "LASSA", NULL }, *const classes[] = { "CONFIRMED", "SUSPECT", NULL };

	(void)session;
	return strcmp(enum_name, "Disease") == 0 ? diseases : classes;
}

enum status list_rejected(struct session *session, struct list_rejected **rows, size_t *count, struct err *err)
{
	(void)session;
	(void)err;
	*count = 0;
	*rows = NULL;
	if (fake_app.empty)
		return ST_OK;
	*rows = mem_calloc(1, sizeof(**rows));
	**rows = (struct list_rejected){ .kind = "cases", .uuid = "GT1006-FAKE", .label = mem_strdup("GT1006 Bangura, Mariama"), .status = 403,
		.reason = mem_strdup("the case is outside of your jurisdiction"), .edited_ms = FAKE_NOW - 3600000, .case_uuid = "GT1006-FAKE-CASE-UUID" };
	*count = 1;
	return ST_OK;
}

void list_rejected_done(struct list_rejected *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		mem_free(rows[i].label);
		mem_free(rows[i].reason);
	}
	mem_free(rows);
}

enum status list_send_again(struct session *session, const char *kind, const char *uuid, struct err *err)
{
	(void)session;
	(void)kind;
	(void)uuid;
	(void)err;
	return ST_OK;
}

/* ---- editing ---- */


struct fake_state { char values[FAKE_ROWS][120]; int items; };
struct edit {
	struct session *session;
	bool fresh;
	struct fake_state start, now, undo[FAKE_UNDO], redo[FAKE_UNDO];
	int undo_count, redo_count;
	struct edit_row rows[FAKE_ROWS];
	size_t count;
	struct edit_finding findings[4];
	size_t finding_count;
	bool answered;
};

static const struct { const char *path; enum edit_type type; const char *label, *hint,
	*list; int depth; const char *value; } fake_rows[] = {
	{ "facility", EDIT_NOTE, "Facility", NULL, NULL, 0, "Kenema Hosp." },
	{ "hospitalization.admittedToHealthFacility", EDIT_SELECT_ONE, "Admitted as an inpatient?", NULL, "YesNoUnknown", 0, "YES" },
	{ "hospitalization.admissionDate", EDIT_DATE, "Admission", "The first day in the ward.", NULL, 0, "2026-11-19" },
	{ "hospitalization.dischargeDate", EDIT_DATE, "Discharge", NULL, NULL, 0, "" },
	{ "hospitalization.stillHospitalized", EDIT_SELECT_ONE, "Still in hospital?", NULL, "YesNoUnknown", 0, "" },
	{ "hospitalization.leftAgainstAdvice", EDIT_SELECT_ONE, "Left against advice?", NULL, "YesNoUnknown", 0, "" },
	{ "hospitalization.hospitalizationReason", EDIT_SELECT_ONE, "Reason", NULL, "HospitalizationReasonType", 0, "" },
	{ "hospitalization.isolated", EDIT_SELECT_ONE, "Isolated?", NULL, "YesNoUnknown", 0, "" },
	{ "hospitalization.intensiveCareUnit", EDIT_SELECT_ONE, "Intensive care?", NULL, "YesNoUnknown", 0, "" },
	{ "hospitalization.icuLengthOfStay", EDIT_INTEGER, "Days in intensive care", "Whole days.", NULL, 0, "" },
	{ "hospitalization.description", EDIT_TEXT, "Remarks", NULL, NULL, 0, "Came with her sister, walked two hours." },
	{ "hospitalization.room", EDIT_TEXT, "Room", NULL, NULL, 0, "" },
	{ "hospitalization.bed", EDIT_TEXT, "Bed", NULL, NULL, 0, "" },
	{ "hospitalization.previousHospitalizations", EDIT_REPEAT, "Earlier stays", NULL, NULL, 0, "" },
	{ "hospitalization.previousHospitalizations[S1]", EDIT_ITEM, "Daru CHC 2026-10-03", NULL, NULL, 1, "" },
	{ "hospitalization.previousHospitalizations[S1].admissionDate", EDIT_DATE, "Admission", NULL, NULL, 2, "2026-10-03" },
	{ "hospitalization.previousHospitalizations[S1].description", EDIT_TEXT, "Remarks", NULL, NULL, 2, "" },
};
#define FAKE_COUNT (sizeof(fake_rows) / sizeof(fake_rows[0]))

static bool fake_is_shown(const struct edit *edit, size_t i)
{
	if (strstr(fake_rows[i].path, "icuLength") != NULL)
		return strcmp(edit->now.values[i - 1], "YES") == 0;
	return edit->now.items > 0 || strchr(fake_rows[i].path, '[') == NULL;
}

static const char *fake_constant_label(const char *constant)
{
	static const char *const labels[][2] = { { "YES", "Yes" }, { "NO", "No" }, { "UNKNOWN", "Unknown" }, { "REPORTED_DISEASE",
		"Reported disease" },
		{ "ISOLATION", "Isolation" }, { "OTHER", "Other" }, { "UNKNOWN_REASON", "Not known" }, { "OBSERVATION", "Observation" } };
	size_t i;

	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i][0], constant) == 0)
			return fake_label(labels[i][1]);
	return constant;
}

static void fake_refresh(struct edit *edit)
{
	size_t i, k;

	edit->count = edit->finding_count = 0;
	if (edit->now.values[3][0] != '\0' && strcmp(edit->now.values[3], edit->now.values[2]) < 0) {
		edit->findings[0] = (struct edit_finding){ .path = fake_rows[3].path, .error = true, .rule = "constraint" };
		message_set(&edit->findings[0].message, N_("before the admission"));
		edit->finding_count = 1;
	}
	if (edit->fresh && fake_app.requires && edit->now.values[11][0] == '\0') {
		edit->findings[edit->finding_count] = (struct edit_finding){ .path = fake_rows[11].path, .error = true, .rule = "required" };
		message_set(&edit->findings[edit->finding_count++].message, N_("which room?"));
	}
	for (i = 0; i < FAKE_COUNT; i++) {
		struct edit_row *row = &edit->rows[edit->count];
		const char *value = edit->now.values[i];
		int32_t day;

		if (!fake_is_shown(edit, i))
			continue;
		*row = (struct edit_row){ .path = fake_rows[i].path, .type = fake_rows[i].type, .label = fake_label(fake_rows[i].label),
			.hint = fake_rows[i].hint == NULL ? NULL : fake_label(fake_rows[i].hint),
			.list = fake_rows[i].list,
			.depth = fake_rows[i].depth, .empty = *value == '\0', .value = value, .changed = strcmp(value, edit->start.values[i]) != 0,
				.label_own = true };
		if (row->type == EDIT_DATE && date_parse_day(value, &day)) {
			row->day = day;
			row->date_ms = date_start_of(day);
		}
		if (row->type == EDIT_SELECT_ONE && *value != '\0') {
			row->constant = value;
			row->value = fake_constant_label(value);
		}
		if (row->type == EDIT_REPEAT)
			row->items = edit->now.items;
		for (k = 0; k < edit->finding_count; k++)
			row->errors += strcmp(edit->findings[k].path, row->path) == 0;
		edit->count++;
	}
}

static enum status fake_open(struct session *session, struct edit **out)
{
	struct edit *edit = mem_calloc(1, sizeof(*edit));
	size_t i;

	edit->session = session;
	for (i = 0; i < FAKE_COUNT; i++)
		snprintf(edit->now.values[i], sizeof(edit->now.values[i]), "%s", fake_rows[i].value);
	edit->now.items = 1;
	edit->start = edit->now;
	fake_refresh(edit);
	*out = edit;
	return ST_OK;
}

enum status edit_open(struct session *session, const char *form, const char *kind, const char *uuid, const char *draft_id,
	struct edit **out, struct err *err)
{
	(void)kind;
	(void)uuid;
	(void)draft_id;
	if (strcmp(form, "hospitalization") != 0)
		return err_set(err, ST_NOT_FOUND, N_("there is no form {1}"), form);
	return fake_open(session, out);
}

enum status edit_open_new_case(struct session *session, const char *draft_id, struct edit **out, struct err *err)
{
	(void)draft_id;
	(void)err;
	fake_open(session, out);
	(*out)->fresh = true;
	fake_refresh(*out);
	return ST_OK;
}

void edit_close(struct edit *edit) { mem_free(edit); }
void edit_discard(struct edit *edit) { if (edit_is_changed(edit)) fake_app.drafts = 0; edit->now = edit->start; }
size_t edit_row_count(const struct edit *edit) { return edit->count; }
const struct edit_row *edit_row(struct edit *edit, size_t index) { return index < edit->count ? &edit->rows[index] : NULL; }
const char *edit_title(const struct edit *edit, const char **context) { *context = NULL; return fake_label(edit->fresh ? "New case"
	: "Hospitalization"); }
const char *edit_form(const struct edit *edit) { return edit->fresh ? "new-case" : "hospitalization"; }
bool edit_is_changed(const struct edit *edit) { return memcmp(&edit->start, &edit->now, sizeof(edit->now)) != 0; }
int edit_hidden_count(const struct edit *edit) { (void)edit; return 0; }
enum status edit_hidden(struct edit *edit, struct edit_hidden **rows, size_t *count, struct err *err) {
	(void)edit; (void)err; *rows = NULL; *count = 0; return ST_OK; }
void edit_hidden_done(struct edit_hidden *rows, size_t count) { (void)rows; (void)count; }
size_t edit_finding_count(const struct edit *edit) { return edit->finding_count; }
const struct edit_finding *edit_finding(struct edit *edit, size_t index) { return index < edit->finding_count ? &edit->findings[index]
	: NULL; }
const char *edit_uuid(const struct edit *edit) { (void)edit; return "AZ1000-FAKE-CASE-UUID"; }

static void fake_remember(struct edit *edit)
{
	if (edit->undo_count == FAKE_UNDO)
		memmove(edit->undo, edit->undo + 1, sizeof(edit->undo[0]) * (size_t)--edit->undo_count);
	edit->undo[edit->undo_count++] = edit->now;
	edit->redo_count = 0;
}

enum status edit_set(struct edit *edit, const char *path, const char *typed, bool force, struct err *err)
{
	char value[120];
	int day, month, year;
	size_t i = 0;

	(void)force;
	while (i < FAKE_COUNT && strcmp(fake_rows[i].path, path) != 0)
		i++;
	if (i == FAKE_COUNT)
		return err_set(err, ST_NOT_FOUND, N_("there is no field {1}"), path);
	snprintf(value, sizeof(value), "%s", typed);
	if (fake_rows[i].type == EDIT_DATE && *typed != '\0') {
		if (sscanf(typed, "%d.%d.%d", &day, &month, &year) == 3 && date_is_valid(year, month, day))
			snprintf(value, sizeof(value), "%04d-%02d-%02d", year, month, day);
		else if (strcmp(typed, "t") == 0)
			date_print_day(date_day_of(session_now(edit->session)), value);
		else
			return err_set(err, ST_INVALID, N_("{1} is not a day; write it as 19.11.2026 or t-3"), typed);
	}
	fake_remember(edit);
	memset(edit->now.values[i], 0, sizeof(edit->now.values[i]));
	memcpy(edit->now.values[i], value, strlen(value));
	fake_refresh(edit);
	return ST_OK;
}

enum status edit_add_item(struct edit *edit, const char *repeat_path, char uuid[37], struct err *err)
{
	(void)repeat_path;
	if (edit->now.items > 0)
		return err_set(err, ST_LIMIT, N_("the stand-in has one entry only"));
	fake_remember(edit);
	edit->now.items = 1;
	memcpy(uuid, "S1", 3);
	fake_refresh(edit);
	return ST_OK;
}

enum status edit_remove_item(struct edit *edit, const char *item_path, struct err *err)
{
	(void)item_path;
	(void)err;
	fake_remember(edit);
	edit->now.items = 0;
	fake_refresh(edit);
	return ST_OK;
}

bool edit_undo(struct edit *edit)
{
	if (edit->undo_count == 0)
		return false;
	edit->redo[edit->redo_count++] = edit->now;
	edit->now = edit->undo[--edit->undo_count];
	fake_refresh(edit);
	return true;
}

bool edit_redo(struct edit *edit)
{
	if (edit->redo_count == 0)
		return false;
	edit->undo[edit->undo_count++] = edit->now;
	edit->now = edit->redo[--edit->redo_count];
	fake_refresh(edit);
	return true;
}

enum status edit_commit_draft(struct edit *edit, struct err *err) {
	(void)edit; (void)err; fake_app.drafts = 1; fake_app.commits++; return ST_OK; }
char *edit_last_value(struct edit *edit, const char *path) { (void)edit; return strstr(path, "isolated") != NULL ? mem_strdup("NO")
	: NULL; }

size_t edit_choices(struct edit *edit, const char *path, const char *typed, size_t max, struct edit_choice *out)
{
	static const char *const yes_no[] = { "YES", "NO", "UNKNOWN", NULL }, *const reasons[] = { "REPORTED_DISEASE", "ISOLATION", "OBSERVATION",
		"UNKNOWN_REASON", "OTHER", NULL };
	const char *const *names = strstr(path, "hospitalizationReason") != NULL ? reasons : yes_no;
	char *wanted = text_fold(typed == NULL ? "" : typed);
	size_t count = 0, i;

	(void)edit;
	for (i = 0; names[i] != NULL && count < max; i++) {
		char *label = text_fold(fake_constant_label(names[i]));

		if (text_starts(label, wanted))
			out[count++] = (struct edit_choice){ .name = mem_strdup(names[i]), .label = mem_strdup(fake_constant_label(names[i])) };
		mem_free(label);
	}
	mem_free(wanted);
	return count;
}

void edit_choices_done(struct edit_choice *choices, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		mem_free(choices[i].name);
		mem_free(choices[i].label);
	}
}

enum status edit_save(struct edit *edit, struct err *err)
{
	if (edit->finding_count > 0)
		return err_set(err, ST_INVALID, N_("there are errors"));
	if ((fake_app.clash || fake_app.moved) && !edit->answered)
		return err_set(err, ST_ASK, N_("the person has to decide"));
	edit->start = edit->now;
	fake_app.saves++;
	fake_app.drafts = 0;
	return ST_OK;
}

size_t edit_clash_count(const struct edit *edit) { return fake_app.clash && !edit->answered; }

const struct edit_clash *edit_clash(const struct edit *edit, size_t index)
{
	static char mine[] = "2026-11-20", stored[] = "2026-11-21";
	static struct edit_clash clash = { .path = "hospitalization.dischargeDate", .mine = mine, .stored = stored };

	(void)edit;
	(void)index;
	clash.label = (char *)(uintptr_t)fake_label("Discharge");
	return &clash;
}

void edit_resolve(struct edit *edit, size_t index, bool keep_mine) { (void)index; (void)keep_mine; edit->answered = true; }
bool edit_asks_transfer(const struct edit *edit) { return fake_app.moved && !edit->answered; }
void edit_set_transfer(struct edit *edit, bool moved) { (void)moved; edit->answered = true; }

enum status edit_duplicates(struct edit *edit, struct edit_duplicate **rows, size_t *count, struct err *err)
{
	(void)edit;
	(void)err;
	*rows = mem_calloc(1, sizeof(**rows));
	**rows = (struct edit_duplicate){ .uuid = "AZ1000-FAKE-PERSON", .text = mem_strdup("Kamara, Fatu  F 34  Kenema"), .person = true };
	*count = 1;
	return ST_OK;
}

void edit_duplicates_done(struct edit_duplicate *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		mem_free(rows[i].text);
	mem_free(rows);
}

void edit_use_person(struct edit *edit, const char *person_uuid) { (void)edit; (void)person_uuid; }

enum status edit_drafts(struct session *session, struct edit_draft **rows, size_t *count, struct err *err)
{
	(void)session;
	(void)err;
	*rows = NULL;
	*count = 0;
	if (fake_app.drafts > 0) {
		*rows = mem_calloc(1, sizeof(**rows));
		**rows = (struct edit_draft){ .id = mem_strdup("1"), .form = mem_strdup("hospitalization"), .kind = mem_strdup("cases"),
			.uuid = "AZ1000-FAKE-CASE-UUID",
			.label = mem_strdup("AZ1000 Kamara, Fatu"), .title = fake_label("Hospitalization"), .time_ms = FAKE_NOW - 7200000, .changes = 2 };
		*count = 1;
	}
	return ST_OK;
}

void edit_drafts_done(struct edit_draft *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		mem_free(rows[i].id);
		mem_free(rows[i].form);
		mem_free(rows[i].kind);
		mem_free(rows[i].label);
	}
	mem_free(rows);
}

enum status edit_delete_draft(struct session *session, const char *id, struct err *err) {
	(void)session; (void)id; (void)err; fake_app.drafts = 0; return ST_OK; }

enum status edit_sections(struct session *session, const char *case_uuid, struct edit_section out[EDIT_MAX_SECTIONS], size_t *count,
	struct err *err)
{
	(void)session;
	(void)case_uuid;
	(void)err;
	out[0] = (struct edit_section){ .form = "case", .title = fake_label("Case information"), .available = true };
	out[1] = (struct edit_section){ .form = "hospitalization", .title = fake_label("Hospitalization"), .available = true, .edits = 2, .conflicts = 1 };
	out[2] = (struct edit_section){ .form = "symptoms", .title = fake_label("Symptoms"), .available = true, .errors = 1 };
	out[3] = (struct edit_section){ .form = "port-health", .title = fake_label("Port health"), .available = false };
	*count = 4;
	return ST_OK;
}

enum status edit_head(struct session *session, const char *case_uuid, struct edit_head *out, struct err *err)
{
	(void)session;
	(void)err;
	memset(out, 0, sizeof(*out));
	memcpy(out->uuid, case_uuid, strnlen(case_uuid, 36));
	memcpy(out->short_uuid, case_uuid, 6);
	out->name = mem_strdup("Kamara, Fatu");
	out->disease = mem_strdup("LASSA");
	out->classification = mem_strdup("SUSPECT");
	out->epid_number = mem_strdup("SLE-KEN-26-014");
	out->editable = true;
	if (strncmp(case_uuid, "GT1006", 6) == 0)
		out->refused = mem_strdup("the case is outside of your jurisdiction");
	return ST_OK;
}

void edit_head_done(struct edit_head *head)
{
	mem_free(head->name);
	mem_free(head->disease);
	mem_free(head->classification);
	mem_free(head->epid_number);
	mem_free(head->refused);
}

/* ---- conflicts ---- */

enum status conflict_list(struct session *session, const struct conflict_query *query, struct conflict_list *out, struct err *err)
{
	size_t i;

	(void)err;
	out->rows = mem_calloc(2, sizeof(*out->rows));
	out->count = 0;
	for (i = 0; !fake_app.empty && i < 2; i++) {
		if (query->state != NULL && session->kept[i])
			continue;
		if (query->words != NULL && strcasestr(i == 0 ? "AZ1000 Kamara, Fatu" : "BY1001 Kamanda, Ibrahim", query->words) == NULL)
			continue;
		if ((query->kind != NULL && strcmp(query->kind, i == 0 ? "cases" : "persons") != 0) || (i == 1 && FAKE_NOW - 172800000 < query->from_ms))
			continue;
		out->rows[out->count++] = (struct conflict){ .id = (int64_t)i + 1, .time_ms = i == 0 ? FAKE_NOW : FAKE_NOW - 172800000, .server_change_date = FAKE_NOW - 6300000,
			.kind = "cases",
			.uuid = "AZ1000-FAKE-CASE-UUID", .label = mem_strdup(i == 0 ? "AZ1000 Kamara, Fatu" : "BY1001 Kamanda, Ibrahim"),
			.path = mem_strdup("hospitalization.dischargeDate"), .field = mem_strdup(fake_label(i == 0 ? "Discharge" : "Earlier stay")), .type = i == 0 ? "field"
				: "list_item_removed",
			.base_text = mem_strdup("2026-11-21"), .mine_text = mem_strdup("2026-11-22"), .theirs_text = mem_strdup("2026-11-24"),
				.mine_user = mem_strdup("SurvOff"),
			.mine_device = mem_strdup("health-post-3"), .mine_ms = FAKE_NOW - 60000000, .state = session->kept[i] ? "kept" : "open" };
	}
	return ST_OK;
}

void conflict_list_done(struct conflict_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		mem_free(list->rows[i].label);
		mem_free(list->rows[i].path);
		mem_free(list->rows[i].field);
		mem_free(list->rows[i].base_text);
		mem_free(list->rows[i].mine_text);
		mem_free(list->rows[i].theirs_text);
		mem_free(list->rows[i].mine_user);
		mem_free(list->rows[i].mine_device);
	}
	mem_free(list->rows);
	*list = (struct conflict_list){ NULL, 0 };
}

enum status conflict_count(struct session *session, struct conflict_counts *out, struct err *err)
{
	(void)err;
	*out = fake_app.empty ? (struct conflict_counts){ .open = 0 } : (struct conflict_counts){ .open = !session->kept[0] + !session->kept[1], .kept = 12 + session->kept[0] + session->kept[1],
		.restored = 2 };
	return ST_OK;
}

enum status conflict_restore(struct session *session, int64_t id, struct err *err) {
	(void)err; session->kept[id == 2] = true; return ST_OK; }
enum status conflict_keep(struct session *session, int64_t id, struct err *err) { (void)err; session->kept[id == 2] = true; return ST_OK; }
char *conflict_csv(const struct conflict_list *list) { (void)list; return mem_strdup("id\r\n"); }

/* ---- records ---- */

bool labels_field_form(struct session *session, const char *kind, const char *path, const char **form)
{
	(void)session;
	(void)kind;
	*form = "hospitalization";
	return strncmp(path, "hospitalization", 15) == 0;
}

enum status record_history(struct session *session, const char *kind, const char *uuid, const char *path, struct record_change **rows,
	size_t *count, struct err *err)
{
	(void)session;
	(void)kind;
	(void)uuid;
	(void)path;
	(void)err;
	*count = 0;
	*rows = NULL;
	if (fake_app.empty)
		return ST_OK;
	*rows = mem_calloc(1, sizeof(**rows));
	**rows = (struct record_change){ .time_ms = FAKE_NOW - 3600000, .user = mem_strdup("SurvOff"), .device = mem_strdup("health-post-3"),
		.path = mem_strdup("hospitalization.dischargeDate"), .old_value = mem_strdup("1"), .new_value = mem_strdup("2"), .sent = false };
	*count = 1;
	return ST_OK;
}

void record_history_done(struct record_change *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		mem_free(rows[i].user);
		mem_free(rows[i].device);
		mem_free(rows[i].path);
		mem_free(rows[i].old_value);
		mem_free(rows[i].new_value);
	}
	mem_free(rows);
}

const char *labels_place(const char *name) { return name != NULL && strcmp(name, "NO_FACILITY") == 0 ? "At home (no facility)" : name; }

const char *conflict_about(const struct conflict *conflict)
{
	return strcmp(conflict->type, "field") == 0 ? N_("changed on both sides") : N_("removed there, edited here");
}

const char *record_cause_text(const char *cause) { return cause != NULL && strcmp(cause, "restore") == 0 ? "put back from a conflict" : NULL; }

const char *labels_field(struct session *session, const char *kind, const char *path, const char **context)
{
	(void)session;
	(void)kind;
	(void)path;
	*context = NULL;
	return fake_label("Hospitalization, Discharge");
}

char *labels_value(struct session *session, const char *kind, const char *path, const char *json_value)
{
	(void)session;
	(void)kind;
	(void)path;
	return mem_strdup(json_value == NULL ? "" : strcmp(json_value, "1") == 0 ? "21 Nov 2026" : "22 Nov 2026");
}

/* ---- sync ---- */

static void fake_sync_end(struct session *session)
{
	static const struct sync_rejected rejected[] = { { .kind = "cases", .uuid = "GT1006-FAKE-CASE-UUID", .status = 403,
		.reason = "the case is outside of your jurisdiction", .label = "GT1006 Bangura, Mariama" } };
	struct sync_progress *sync = &session->sync;
	int phase;

	sync->verdict = fake_app.ends;
	if (fake_app.ends == SYNC_COMPLETED || fake_app.ends == SYNC_PARTIAL) {
		for (phase = 0; phase < SYNC_PHASE_COUNT; phase++)
			sync->phase_done[phase] = true;
		sync->phase = SYNC_PHASE_DONE;
		sync->kinds[0].pulled = 347;
		sync->kinds[1].pulled = 92;
		sync->kinds[0].estimate = sync->kinds[1].estimate = 0;       /* all are here */
	}
	if (fake_app.ends == SYNC_PARTIAL) {
		sync->rejected = rejected;
		sync->rejected_count = 1;
	}
	if (fake_app.ends == SYNC_OFFLINE)
		err_set(&sync->err, ST_LATER, N_("the server's name was not found; check the connection and the address"));
	if (fake_app.ends == SYNC_REFUSED)
		err_set(&sync->err, ST_REFUSED, N_("The server does not accept this user and password. Sign in again; nothing is lost."));
}

enum status sync_start(struct session *session, const struct sync_options *options, struct err *err)
{
	struct sync_progress *sync = &session->sync;

	(void)options;
	(void)err;
	*sync = (struct sync_progress){ .phase = SYNC_PHASE_PULL_PUSH, .verdict = SYNC_RUNNING, .conflicts = 1, .bytes_sent = 18000,
		.bytes_received = 412000,
		.bytes_unpacked = 1900000, .elapsed_ms = 72000, .rate_bps = 34000, .latency_ms = 640, .left_ms = 100000, .kind_count = 2, .note_count = 1,
			.notes = session->notes };
	sync->phase_done[SYNC_PHASE_CONNECT] = sync->phase_done[SYNC_PHASE_PUSH_NEW] = sync->phase_done[SYNC_PHASE_INFRASTRUCTURE] = true;
	sync->kinds[0] = (struct sync_kind_counts){ .kind = "persons", .pulled = 120, .estimate = 340, .pushed = 2, .to_push = 2 };
	sync->kinds[1] = (struct sync_kind_counts){ .kind = "cases", .pulled = 61, .estimate = 90, .pushed = 2, .to_push = 2 };
	session->notes[0] = (struct sync_note){ .time_ms = FAKE_NOW + 120000, .label = "case SLR365" };
	message_set(&session->notes[0].message, N_("discharge, the server's 24 Nov. kept, yours was 22 Nov."));
	if (fake_app.asks) {
		sync->asks = true;
		message_set(&sync->question, N_("The server does not show {1} of {2} records of the kind {3} any more. Remove them here? Edits that were "
			"not sent stay in the conflict log."), "40", "90", i18n_context_text("kind", "cases"));
	}
	if (fake_app.ends != SYNC_RUNNING)
		fake_sync_end(session);
	return ST_OK;
}

bool sync_is_running(const struct session *session) { return session->sync.kind_count > 0 && session->sync.verdict == SYNC_RUNNING; }
const struct sync_progress *sync_progress(const struct session *session) { return session->sync.kind_count == 0 ? NULL : &session->sync; }

void sync_stop(struct session *session)
{
	session->sync.verdict = SYNC_PARTIAL;
	if (session->progress != NULL)
		session->progress(session->progress_ctx, &session->sync);
}

void sync_answer(struct session *session, bool yes) { (void)session; (void)yes; }

void sync_listen(struct session *session, sync_progress_fn fn, void *ctx)
{
	session->progress = fn;
	session->progress_ctx = ctx;
}

void sync_unlisten(struct session *session, void *ctx)
{
	if (session->progress_ctx == ctx)
		session->progress = NULL;
}

void fake_app_progress(struct session *session)
{
	struct sync_progress *sync = &session->sync;

	sync->kinds[0].pulled += 7;
	sync->bytes_received += 9000;
	sync->elapsed_ms += 500;
	if (session->progress != NULL)
		session->progress(session->progress_ctx, sync);
}

/* ---- files of edits: the passphrase is "a good phrase"; a name with "taken" is there, with "nowhere" is not, with "other" is of somebody else ---- */

char *parcel_propose_path(struct session *session) { (void)session; return mem_strdup("/data/nurse/outpost-edits-2026-11-22"); }
char *parcel_find_path(struct session *session) { (void)session; return fake_app.empty ? NULL : mem_strdup("/media/nurse/STICK/outpost-edits-2026-11-21"); }
char *parcel_typed_path(struct session *session, const char *typed)
{
	(void)session;
	return typed[0] == '/' ? mem_strdup(typed) : mem_printf("/data/nurse/%s", typed);
}

enum status parcel_write(struct session *session, const char *path, const char *passphrase, struct parcel_report *out, struct err *err)
{
	(void)session;
	(void)passphrase;
	if (strstr(path, "taken") != NULL)
		return err_set(err, ST_INVALID, "{1} is there already; choose another name, nothing is overwritten", path);
	*out = (struct parcel_report){ .records = 3, .drafts = 1 };
	return ST_OK;
}

enum status parcel_read(struct session *session, const char *path, const char *passphrase, bool any_user, struct parcel_report *out, struct err *err)
{
	(void)session;
	if (strstr(path, "nowhere") != NULL)
		return err_set(err, ST_NOT_FOUND, "there is no file {1}; look at its name and its folder", path);
	if (strcmp(passphrase, "a good phrase") != 0)
		return err_set(err, ST_INVALID, "the passphrase is not the one of this file, or the file was cut off or altered");
	if (strstr(path, "other") != NULL && !any_user)
		return err_set(err, ST_ASK, "the edits in this file were made by {1}; from here they would be sent as {2}", "HospInf", "SurvOff");
	*out = (struct parcel_report){ .records = 4, .created = 1, .merged = 2, .unchanged = 1, .conflicts = 1, .user = "HospInf", .device = "laptop",
		.written_ms = FAKE_NOW - DATE_DAY_MS };
	return ST_OK;
}
