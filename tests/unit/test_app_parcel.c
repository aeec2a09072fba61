/* Unsent edits by file: what of a file is refused, and that a refused file changes nothing. The files are sealed here as seal.h describes
 * them, with the least costs for the key. */
#include "app_profile.h"

#include <sodium.h>

#include "app/draft.h"
#include "app/parcel.h"
#include "app/seal.h"
#include "app/settings.h"

#define PHRASE "a phrase of several words"
#define HEADER (14 + 1 + 16 + crypto_pwhash_SALTBYTES + crypto_secretstream_xchacha20poly1305_HEADERBYTES)
#define TAG crypto_secretstream_xchacha20poly1305_ABYTES
#define OTHER_CASE "CASEBB-AAAAAA-AAAAAA-AAAAAAAA"
#define GOOD_HEAD "\"format\":1,\"file\":\"FILEAA-AAAAAA-AAAAAA-AAAAAAAA\",\"server\":\"" SERVER "\",\"training\":false,\"timezone\":\"Africa/Lagos\""
#define SERVER "https://sormas.example.org/sormas-rest"
#define GOOD_RECORD "{\"kind\":\"cases\",\"uuid\":\"" OTHER_CASE "\",\"new\":true,\"doc\":\"{\\\"uuid\\\":\\\"" OTHER_CASE "\\\",\\\"disease\\\":\\\"LASSA\\\"}\"," \
	"\"base\":null,\"journal\":[{\"time\":1795341000000,\"user\":\"Other\",\"device\":\"tablet\",\"path\":\"disease\",\"old\":null,\"new\":\"\\\"LASSA\\\"\",\"cause\":\"new\"}]}"

static void assert_says(const struct err *err, const char *words)
{
	char text[1024];

	err_text(err, text, sizeof(text));
	if (strstr(text, words) == NULL)
		fail_msg("the message should have \"%s\" in it: %s", words, text);
}

static char *path_of(const struct profile *p, const char *name)
{
	return mem_printf("%s/%s", p->dir, name);
}

static int parcel_open(void **state)
{
	struct profile *p;
	struct err err;

	if (profile_open(state) != 0)
		return 1;
	p = *state;
	assert_ok(store_set_setting(p->session->store, STATE_SERVER, SERVER, &err), &err);
	assert_ok(setting_set(p->session, "timezone", "Africa/Lagos", &err), &err);
	session_account_changed(p->session);
	return 0;
}

static int parcel_close(void **state)
{
	struct profile *p = *state;
	char *path = path_of(p, "edits");

	unlink(path);
	mem_free(path);
	return profile_close(state);
}

static unsigned char *seal(const char *text, size_t len, size_t *out_len)
{
	crypto_secretstream_xchacha20poly1305_state stream;
	unsigned char key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
	unsigned char *out = mem_calloc(1, HEADER + len + (len / SEAL_PIECE + 1) * TAG);
	size_t at = HEADER;

	assert_true(sodium_init() >= 0);
	memcpy(out, "OUTPOST-EDITS\n\1", 15);
	out[15] = crypto_pwhash_OPSLIMIT_MIN;
	out[15 + 8] = crypto_pwhash_MEMLIMIT_MIN & 0xff;
	out[15 + 9] = crypto_pwhash_MEMLIMIT_MIN >> 8;
	memset(out + 31, 's', crypto_pwhash_SALTBYTES);
	assert_int_equal(crypto_pwhash(key, sizeof(key), PHRASE, strlen(PHRASE), out + 31, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN,
		crypto_pwhash_ALG_ARGON2ID13), 0);
	crypto_secretstream_xchacha20poly1305_init_push(&stream, out + 31 + crypto_pwhash_SALTBYTES, key);
	for (size_t done = 0;; done += SEAL_PIECE) {
		bool last = len - done < SEAL_PIECE;
		unsigned long long written;

		crypto_secretstream_xchacha20poly1305_push(&stream, out + at, &written, (const unsigned char *)text + done, last ? len - done : SEAL_PIECE,
			done == 0 ? out : NULL, done == 0 ? HEADER : 0,
			last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
		at += (size_t)written;
		if (last)
			break;
	}
	*out_len = at;
	return out;
}

static enum status read_text(struct profile *p, const char *text, struct parcel_report *report, struct err *err)
{
	char *path = path_of(p, "edits");
	size_t len;
	unsigned char *sealed = seal(text, strlen(text), &len);
	enum status st;

	unlink(path);
	assert_ok(path_write(path, (char *)sealed, len, err), err);
	st = parcel_read(p->session, path, PHRASE, true, report, err);
	mem_free(sealed);
	mem_free(path);
	return st;
}

static bool count_row(void *ctx, const struct journal_row *row)
{
	(void)row;
	(*(int *)ctx)++;
	return true;
}

/* Records, conflicts and journal of the profile in one line. */
static char *everything(struct profile *p)
{
	struct json *doc = profile_doc(p->session, KIND_CASES, P_CASE);
	char *text = json_print(doc, NULL), *out;
	int64_t conflicts[3], cases;
	struct err err;
	int rows = 0;

	assert_ok(store_count_conflicts(p->session->store, conflicts, &err), &err);
	assert_ok(store_count_kind(p->session->store, KIND_CASES, &cases, &err), &err);
	assert_ok(store_each_journal(p->session->store, KIND_CASES, P_CASE, NULL, count_row, &rows, &err), &err);
	assert_ok(store_each_journal(p->session->store, KIND_CASES, OTHER_CASE, NULL, count_row, &rows, &err), &err);
	out = mem_printf("%lld cases, %lld conflicts, %d rows, %s", (long long)cases, (long long)conflicts[0], rows, text);
	json_free(doc);
	mem_free(text);
	return out;
}

static void a_file_that_is_not_for_here_or_not_whole_changes_nothing(void **state)
{
#define RECORD(members) "{" GOOD_HEAD ",\"records\":[" GOOD_RECORD ",{" members "}]}"
	static const struct { const char *text; enum status st; const char *says; } cases[] = {
		{ "{" GOOD_HEAD ",\"records\":[", ST_INVALID, "(JSON)" },
		{ "[]", ST_INVALID, "(header)" },
		{ "{\"format\":3,\"file\":\"X\",\"server\":\"" SERVER "\",\"timezone\":\"Africa/Lagos\"}", ST_REFUSED, "newer Outpost" },
		{ "{\"format\":1,\"file\":\"FILEAA-AAAAAA-AAAAAA-AAAAAAAA-AAAAAAAA-AAAAAAA\",\"server\":\"" SERVER "\",\"timezone\":\"Africa/Lagos\"}", ST_INVALID,
			"(header)" },
		{ "{\"format\":1,\"server\":\"" SERVER "\",\"timezone\":\"Africa/Lagos\"}", ST_INVALID, "(header)" },
		{ "{\"format\":1,\"file\":\"X\",\"server\":\"https://other.example.org/sormas-rest\",\"timezone\":\"Africa/Lagos\",\"records\":[]}", ST_INVALID,
			"other.example.org" },
		{ "{\"format\":1,\"file\":\"X\",\"server\":\"" SERVER "\",\"training\":true,\"timezone\":\"Africa/Lagos\",\"records\":[]}", ST_INVALID, "holds edits for" },
		{ "{\"format\":1,\"file\":\"X\",\"server\":\"" SERVER "\",\"timezone\":\"Asia/Tokyo\",\"records\":[" GOOD_RECORD "]}", ST_INVALID,
			"outpost set timezone Asia/Tokyo" },
		{ "{" GOOD_HEAD "}", ST_INVALID, "(records)" },
		{ "{" GOOD_HEAD ",\"records\":{\"a\":" GOOD_RECORD "}}", ST_INVALID, "(records)" },
		{ RECORD("\"uuid\":\"A\",\"doc\":\"{}\""), ST_INVALID, "(kind)" },
		{ RECORD("\"kind\":\"nothings\",\"uuid\":\"A\",\"doc\":\"{}\""), ST_INVALID, "(kind)" },
		{ RECORD("\"kind\":\"regions\",\"uuid\":\"A\",\"doc\":\"{}\""), ST_INVALID, "(kind)" },
		{ RECORD("\"kind\":\"cases\",\"doc\":\"{}\""), ST_INVALID, "(uuid)" },
		{ RECORD("\"kind\":\"cases\",\"uuid\":\"\",\"doc\":\"{}\""), ST_INVALID, "(uuid)" },
		{ RECORD("\"kind\":\"cases\",\"uuid\":\"A\",\"doc\":{}"), ST_INVALID, "(document)" },
		{ RECORD("\"kind\":\"cases\",\"uuid\":\"A\",\"doc\":\"[]\""), ST_INVALID, "(document)" },
		{ RECORD("\"kind\":\"cases\",\"uuid\":\"A\",\"doc\":\"{\""), ST_INVALID, "(document)" },
		{ RECORD("\"kind\":\"cases\",\"uuid\":\"A\",\"doc\":\"{\\\"uuid\\\":\\\"B\\\"}\""), ST_INVALID, "(uuid)" },
		{ RECORD("\"kind\":\"cases\",\"uuid\":\"A\",\"doc\":\"{\\\"uuid\\\":\\\"A\\\"}\",\"base\":\"7\""), ST_INVALID, "(snapshot)" },
		{ RECORD("\"kind\":\"cases\",\"uuid\":\"A\",\"doc\":\"{\\\"uuid\\\":\\\"A\\\"}\",\"journal\":[{\"time\":1}]"), ST_INVALID, "(journal)" },
		{ RECORD("\"kind\":\"cases\",\"uuid\":\"A\",\"doc\":\"{\\\"uuid\\\":\\\"A\\\"}\",\"journal\":[{\"path\":\"x\",\"cause\":\"edit\"}]"), ST_INVALID,
			"(journal)" },
		{ RECORD("\"kind\":\"cases\",\"uuid\":\"A\",\"doc\":\"{\\\"uuid\\\":\\\"A\\\"}\",\"base\":\"{\\\"uuid\\\":\\\"A\\\"}\",\"shown\":\"7\""), ST_INVALID, "(shown)" },
		{ RECORD("\"kind\":\"cases\",\"uuid\":\"A\",\"doc\":\"{\\\"uuid\\\":\\\"A\\\"}\",\"base\":\"{\\\"uuid\\\":\\\"A\\\"}\",\"shown\":\"{\\\"uuid\\\":\\\"B\\\"}\""),
			ST_INVALID, "(shown)" },
		{ RECORD("\"kind\":\"cases\",\"uuid\":\"A\",\"doc\":\"{\\\"uuid\\\":\\\"A\\\"}\",\"shown\":\"{\\\"uuid\\\":\\\"A\\\"}\""), ST_INVALID, "(shown)" },
		/* What the model cannot hold: an object where a list has to be. */
		{ RECORD("\"kind\":\"cases\",\"uuid\":\"A\",\"doc\":\"{\\\"uuid\\\":\\\"A\\\",\\\"hospitalization\\\":{\\\"previousHospitalizations\\\":{}}}\""), ST_INVALID,
			"previousHospitalizations" },
		{ RECORD("\"kind\":\"cases\",\"uuid\":\"" P_CASE "\",\"doc\":\"{\\\"uuid\\\":\\\"" P_CASE "\\\",\\\"hospitalization\\\":7}\""), ST_INVALID,
			"hospitalization" },
	};
	struct profile *p = *state;
	struct parcel_report report;
	char *before = everything(p);
	struct err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum status st = read_text(p, cases[i].text, &report, &err);
		char *after = everything(p);

		if (st != cases[i].st)
			fail_msg("file %zu should be refused with %d, was %d: %s", i, (int)cases[i].st, (int)st, cases[i].text);
		assert_says(&err, cases[i].says);
		assert_string_equal(after, before);
		mem_free(after);
	}
	/* The same file without its mistake is taken: nothing had been noted as read. */
	assert_ok(read_text(p, "{" GOOD_HEAD ",\"records\":[" GOOD_RECORD "]}", &report, &err), &err);
	assert_int_equal(report.created, 1);
	assert_int_equal(read_text(p, "{" GOOD_HEAD ",\"records\":[" GOOD_RECORD "]}", &report, &err), ST_STALE);
	mem_free(before);
}

static void a_new_record_comes_with_its_journal_and_is_sent_from_here(void **state)
{
	struct profile *p = *state;
	struct parcel_report report;
	struct record record;
	struct err err;
	int rows = 0;

	assert_ok(read_text(p, "{" GOOD_HEAD ",\"records\":[" GOOD_RECORD "]}", &report, &err), &err);
	assert_ok(store_get(p->session->store, KIND_CASES, OTHER_CASE, &record, &err), &err);
	assert_int_equal(record.flags, RECORD_DIRTY | RECORD_NEW);
	assert_int_equal(record.edited_ms, INT64_C(1795341000000));
	record_done(&record);
	assert_ok(store_each_journal(p->session->store, KIND_CASES, OTHER_CASE, NULL, count_row, &rows, &err), &err);
	assert_int_equal(rows, 1);
}

static void what_is_here_already_is_counted_and_not_edited(void **state)
{
	struct profile *p = *state;
	struct json *doc = profile_doc(p->session, KIND_CASES, P_CASE), *quoted;
	char *text = json_print(doc, NULL), *string, *file, *printed;
	struct parcel_report report;
	struct err err;

	quoted = json_new_string(text);
	string = json_print(quoted, NULL);
	file = mem_printf("{" GOOD_HEAD ",\"records\":[{\"kind\":\"cases\",\"uuid\":\"" P_CASE "\",\"doc\":%s,\"base\":%s,\"journal\":[]}]}", string, string);
	assert_ok(read_text(p, file, &report, &err), &err);
	assert_int_equal(report.unchanged, 1);
	assert_int_equal(report.merged, 0);
	assert_int_equal(profile_flags(p->session, KIND_CASES, P_CASE) & RECORD_DIRTY, 0);
	printed = parcel_read_json(&report);
	assert_string_equal(printed,
		"{\"file\":\"FILEAA-AAAAAA-AAAAAA-AAAAAAAA\",\"records\":1,\"created\":0,\"merged\":0,\"unchanged\":1,\"conflicts\":0}");
	mem_free(printed);
	mem_free(file);
	mem_free(string);
	mem_free(text);
	json_free(quoted);
	json_free(doc);
}

/* ---- what the server hides (protocol.md C.7) ---- */

#define HIDDEN "{\"uuid\":\"" P_PERSON "\",\"creationDate\":1000,\"changeDate\":9000,\"pseudonymized\":true,\"inJurisdiction\":false," \
	"\"firstName\":\"Confidential\",\"lastName\":\"Confidential\",\"sex\":\"FEMALE\",\"birthdateYYYY\":1992,\"address\":{\"uuid\":" \
	"\"ADDRES-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":2000},\"addresses\":[],\"personContactDetails\":[]"
#define MASKED HIDDEN "}"
#define KNOWN "{\"uuid\":\"" P_PERSON "\",\"creationDate\":1000,\"changeDate\":9000,\"pseudonymized\":false,\"inJurisdiction\":false," \
	"\"firstName\":\"Fatu\",\"lastName\":\"Kamara\",\"sex\":\"FEMALE\",\"birthdateYYYY\":1992,\"address\":{\"uuid\":" \
	"\"ADDRES-AAAAAA-AAAAAA-AAAAAAAA\",\"changeDate\":2000},\"addresses\":[],\"personContactDetails\":[]"      /* and more keys */

/* The person goes out of sight while an edit of it waits: what a pull leaves behind. */
static void put_person(struct profile *p, const char *doc, const char *base, const char *shown)
{
	struct store_pulled row = { .kind = KIND_PERSONS, .uuid = P_PERSON, .doc = doc, .doc_len = strlen(doc), .base = base,
		.shown = { shown, shown == NULL ? 0 : strlen(shown) }, .flags = base != NULL ? RECORD_DIRTY : 0, .now_ms = P_NOW };
	struct record stored;
	struct err err;

	assert_ok(store_get(p->session->store, KIND_PERSONS, P_PERSON, &stored, &err), &err);
	row.revision = stored.revision;
	record_done(&stored);
	assert_ok(store_put_pulled(p->session->store, &row, &err), &err);
}

/* Writes what is unsent to a file and forgets that it came from here. */
static void write_for_another(struct profile *p)
{
	char *path = path_of(p, "edits"), *name;
	struct parcel_report report;
	struct err err;

	unlink(path);
	assert_ok(parcel_write(p->session, path, PHRASE, &report, &err), &err);
	name = mem_printf("parcel.written.%s", report.uuid);
	assert_ok(store_set_setting(p->session->store, name, NULL, &err), &err);
	mem_free(name);
	mem_free(path);
}

static void read_here(struct profile *p, struct parcel_report *report)
{
	char *path = path_of(p, "edits");
	struct err err;

	assert_ok(parcel_read(p->session, path, PHRASE, false, report, &err), &err);
	mem_free(path);
}

static void what_the_server_showed_goes_with_a_record_whose_masks_were_lifted(void **state)
{
	struct profile *p = *state;
	struct parcel_report report;
	struct record person;
	struct err err;

	put_person(p, KNOWN ",\"nickname\":\"Mine\"}", KNOWN "}", MASKED);
	write_for_another(p);
	assert_ok(store_delete(p->session->store, KIND_PERSONS, P_PERSON, &err), &err);
	read_here(p, &report);
	assert_int_equal(report.created, 1);
	assert_ok(store_get(p->session->store, KIND_PERSONS, P_PERSON, &person, &err), &err);
	assert_non_null(person.shown);
	assert_string_equal(person.shown, MASKED);
	assert_string_equal(person.base, KNOWN "}");
	assert_string_equal(person.doc, KNOWN ",\"nickname\":\"Mine\"}");
	record_done(&person);
}

/* Here the person is hidden and nothing is known of it: the file's values are there for the person who edits, and go up as they are shown. */
static void what_is_hidden_here_is_no_edit_because_the_file_knows_it(void **state)
{
	static bool const edited_here[] = { false, true };
	struct profile *p = *state;
	struct parcel_report report;
	struct record person;
	struct json *doc, *base;
	struct err err;

	for (size_t i = 0; i < 2; i++) {
		put_person(p, KNOWN ",\"educationType\":\"NONE\"}", KNOWN "}", MASKED);
		write_for_another(p);
		put_person(p, MASKED, NULL, NULL);
		if (edited_here[i])
			profile_save(p->session, "SurvOff", KIND_PERSONS, P_PERSON, NULL, "occupationType", json_new_string("FARMER"));
		read_here(p, &report);
		assert_int_equal(report.merged, 1);
		assert_int_equal(report.conflicts, 0);
		assert_ok(store_get(p->session->store, KIND_PERSONS, P_PERSON, &person, &err), &err);
		assert_int_equal(person.flags & (RECORD_DIRTY | RECORD_NEW), RECORD_DIRTY);
		assert_non_null(person.shown);
		assert_string_equal(person.shown, MASKED);
		assert_ok(json_parse_text(person.doc, &doc, &err), &err);
		assert_ok(json_parse_text(person.base, &base, &err), &err);
		assert_string_equal(json_get_string(doc, "firstName"), "Fatu");
		assert_string_equal(json_get_string(base, "firstName"), "Fatu");
		assert_string_equal(json_get_string(doc, "educationType"), "NONE");
		assert_null(json_get_string(base, "educationType"));
		if (edited_here[i])
			assert_string_equal(json_get_string(doc, "occupationType"), "FARMER");
		json_free(doc);
		json_free(base);
		record_done(&person);
	}
}

static void a_file_that_adds_nothing_to_what_is_hidden_here_changes_nothing(void **state)
{
	static const char stored[] = HIDDEN ",\"educationType\":\"NONE\"}";
	struct profile *p = *state;
	struct parcel_report report;
	struct record person;
	struct err err;

	put_person(p, KNOWN ",\"educationType\":\"NONE\"}", KNOWN "}", MASKED);
	write_for_another(p);
	put_person(p, stored, NULL, NULL);
	read_here(p, &report);
	assert_int_equal(report.unchanged, 1);
	assert_ok(store_get(p->session->store, KIND_PERSONS, P_PERSON, &person, &err), &err);
	assert_string_equal(person.doc, stored);
	assert_int_equal(person.flags & RECORD_DIRTY, 0);
	record_done(&person);
}

/* ---- the sealing ---- */

static void a_file_is_opened_only_whole_and_in_its_order(void **state)
{
	struct err err;
	size_t len = 2 * SEAL_PIECE + 1000, sealed_len, piece = SEAL_PIECE + TAG, out_len;
	char *text = mem_alloc(len), *out;
	unsigned char *sealed, *bad;

	(void)state;
	for (size_t i = 0; i < len; i++)
		text[i] = (char)('a' + i % 23);
	sealed = seal(text, len, &sealed_len);
	assert_ok(seal_open((char *)sealed, sealed_len, PHRASE, &out, &out_len, &err), &err);
	assert_int_equal(out_len, len);
	assert_memory_equal(out, text, len);
	seal_wipe(out, out_len);
	assert_int_equal(seal_open((char *)sealed, sealed_len, PHRASE "x", &out, &out_len, &err), ST_INVALID);
	/* Cut between two pieces: each piece that is left is genuine. */
	assert_int_equal(seal_open((char *)sealed, HEADER + piece, PHRASE, &out, &out_len, &err), ST_INVALID);
	assert_int_equal(seal_open((char *)sealed, HEADER + 2 * piece, PHRASE, &out, &out_len, &err), ST_INVALID);
	assert_int_equal(seal_open((char *)sealed, HEADER, PHRASE, &out, &out_len, &err), ST_INVALID);
	/* Two pieces in the other order; the first one twice. */
	bad = mem_alloc(sealed_len);
	memcpy(bad, sealed, sealed_len);
	memcpy(bad + HEADER, sealed + HEADER + piece, piece);
	memcpy(bad + HEADER + piece, sealed + HEADER, piece);
	assert_int_equal(seal_open((char *)bad, sealed_len, PHRASE, &out, &out_len, &err), ST_INVALID);
	memcpy(bad + HEADER, sealed + HEADER, piece);
	assert_int_equal(seal_open((char *)bad, sealed_len, PHRASE, &out, &out_len, &err), ST_INVALID);
	mem_free(bad);
	mem_free(sealed);
	mem_free(text);
}

static void a_file_cannot_ask_for_any_amount_of_memory_or_time(void **state)
{
	static const struct { size_t at; unsigned char value; enum status st; const char *says; } cases[] = {
		{ 14, 2, ST_REFUSED, "newer Outpost" },                   /* version */
		{ 15, 17, ST_INVALID, "damaged" }, { 15, 0, ST_INVALID, "damaged" }, { 22, 1, ST_INVALID, "damaged" },
		{ 27, 1, ST_INVALID, "damaged" }, { 30, 255, ST_INVALID, "damaged" }, { 24, 0, ST_INVALID, "damaged" },
		{ 0, 'X', ST_INVALID, "no file of" },
	};
	size_t len, out_len;
	unsigned char *sealed = seal("{}", 2, &len);
	struct err err;
	char *out;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char before = sealed[cases[i].at];

		sealed[cases[i].at] = cases[i].value;
		assert_int_equal(seal_open((char *)sealed, len, PHRASE, &out, &out_len, &err), cases[i].st);
		assert_says(&err, cases[i].says);
		sealed[cases[i].at] = before;
	}
	assert_ok(seal_open((char *)sealed, len, PHRASE, &out, &out_len, &err), &err);
	assert_string_equal(out, "{}");
	seal_wipe(out, out_len);
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(seal_open((char *)sealed, cut, PHRASE, &out, &out_len, &err), ST_INVALID);
	mem_free(sealed);
}

/* ---- writing ---- */

static void drafts_stay_behind_and_are_counted(void **state)
{
	struct profile *p = *state;
	struct parcel_report report;
	char *path = path_of(p, "edits"), *nowhere = path_of(p, "none/edits"), *printed;
	struct json *draft = profile_doc(p->session, KIND_CASES, P_CASE);
	struct err err;

	assert_ok(draft_put(p->session, "d1", KIND_CASES, P_CASE, "hospitalization", 1, NULL, draft, &err), &err);
	json_free(draft);
	assert_int_equal(parcel_write(p->session, path, "short", &report, &err), ST_INVALID);
	assert_int_equal(parcel_write(p->session, path, PHRASE, &report, &err), ST_NOT_FOUND);
	assert_int_equal(access(path, F_OK), -1);
	assert_ok(read_text(p, "{" GOOD_HEAD ",\"records\":[" GOOD_RECORD "]}", &report, &err), &err);
	/* A folder that is not there: said, and the edits are as unsent as before. */
	assert_int_not_equal(parcel_write(p->session, nowhere, PHRASE, &report, &err), ST_OK);
	assert_says(&err, "could not be written");
	assert_int_equal(parcel_write(p->session, path, PHRASE, &report, &err), ST_INVALID);
	unlink(path);
	assert_ok(parcel_write(p->session, path, PHRASE, &report, &err), &err);
	assert_int_equal(report.records, 1);
	assert_int_equal(report.drafts, 1);
	printed = parcel_written_json(&report);
	assert_non_null(strstr(printed, ",\"records\":1,\"drafts\":1}"));
	mem_free(printed);
	assert_int_equal(profile_flags(p->session, KIND_CASES, OTHER_CASE), RECORD_DIRTY | RECORD_NEW);
	assert_int_equal(parcel_read(p->session, path, PHRASE, false, &report, &err), ST_STALE);
	assert_says(&err, "was written here");
	mem_free(path);
	mem_free(nowhere);
}

#define T(f) cmocka_unit_test_setup_teardown(f, parcel_open, parcel_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_file_that_is_not_for_here_or_not_whole_changes_nothing), T(a_new_record_comes_with_its_journal_and_is_sent_from_here),
		T(what_is_here_already_is_counted_and_not_edited),
		T(what_the_server_showed_goes_with_a_record_whose_masks_were_lifted), T(what_is_hidden_here_is_no_edit_because_the_file_knows_it),
		T(a_file_that_adds_nothing_to_what_is_hidden_here_changes_nothing), cmocka_unit_test(a_file_is_opened_only_whole_and_in_its_order),
		cmocka_unit_test(a_file_cannot_ask_for_any_amount_of_memory_or_time), T(drafts_stay_behind_and_are_counted),
	};

	return cmocka_run_group_tests_name("app_parcel", tests, NULL, NULL);
}
