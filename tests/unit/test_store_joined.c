/* The layer that joins the log's writes: fewer of them, and nothing less sure (store/joined.c). */
#include "store_fixture.h"

#include "store/internal.h"
#include "support/fault_vfs.h"

#define CASES 150               /* of a page each: more than the caches here and than one joined write hold */
#define STEPS_MAX 200

static int joined_setup(void **state)
{
	folder_setup(state);
	fault_vfs_install();
	fault_vfs_arm(FAULT_NONE, 0);
	return 0;
}

static int joined_teardown(void **state)
{
	fault_vfs_arm(FAULT_NONE, 0);
	teardown(state);
	fault_vfs_uninstall();
	return 0;
}

/* With a cache of 20 pages, so that a transaction writes to the log long before its end. */
static struct store *open_small(const struct fixture *f)
{
	struct store *store = NULL;
	struct err err = { 0 };

	MUST(store_open(f->path, fixture_model, &store, &err));
	MUST(db_exec(store, "PRAGMA cache_size = 20", &err));
	return store;
}

static char *long_doc(int number, int version)
{
	char uuid[16], filler[3000];

	snprintf(uuid, sizeof uuid, "C-%d", number);
	memset(filler, 'a' + (number + version) % 26, sizeof filler - 1);
	filler[sizeof filler - 1] = '\0';
	return mem_printf("{\"uuid\":\"%s\",\"changeDate\":%d,\"reportDate\":%d,\"additionalDetails\":\"%s\"}", uuid, version, number * 7919 % 1000, filler);
}

static enum status put_case(struct store *store, int number, int version, struct err *err)
{
	char uuid[16], *doc = long_doc(number, version);
	struct store_pulled row = { .kind = KIND_CASES, .uuid = uuid, .revision = version - 1, .doc = doc, .doc_len = strlen(doc), .now_ms = 5 };
	enum status st;

	snprintf(uuid, sizeof uuid, "C-%d", number);
	st = store_put_pulled(store, &row, err);
	mem_free(doc);
	return st;
}

/* from, from + step, … below to, in one transaction */
static enum status put_cases(struct store *store, int from, int to, int step, int version, struct err *err)
{
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	for (int i = from; i < to && st == ST_OK; i += step)
		st = put_case(store, i, version, err);
	return tx_end(store, st, err);
}

static void has_case(struct store *store, int number, int version)
{
	char uuid[16], *doc = long_doc(number, version);
	struct record record;

	snprintf(uuid, sizeof uuid, "C-%d", number);
	record = get(store, KIND_CASES, uuid);
	if (strcmp(record.doc, doc) != 0)
		fail_msg("the case %d is not what was written at version %d", number, version);
	record_done(&record);
	mem_free(doc);
}

static int64_t count_cases(struct store *store)
{
	int64_t count = -1;
	struct err err = { 0 };

	MUST(store_count_kind(store, KIND_CASES, &count, &err));
	return count;
}

static void is_whole(struct store *store, const char *what, int step)
{
	struct json *report = NULL;
	struct err err = { 0 };

	MUST(store_check(store, &report, &err));
	if (!json_true(json_get(report, "ok")))
		fail_msg("%s at step %d: %s", what, step, json_print(report, NULL));
	json_free(report);
}

static void remove_files(const struct fixture *f)
{
	static const char *const all[] = { "", "-wal", "-shm" };

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		char *name = mem_printf("%s%s", f->path, all[i]);

		unlink(name);
		mem_free(name);
	}
	fault_vfs_forget();
}

static void a_transaction_reaches_the_disk_in_few_writes(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };

	f->store = open_small(f);
	fault_vfs_arm(FAULT_NONE, 0);
	MUST(put_cases(f->store, 0, CASES, 1, 1, &err));
	/* a write for each page and one for each page's head would be 300 */
	if (fault_vfs_count() > 25)
		fail_msg("%d operations, expected at most 25", fault_vfs_count());
	is_whole(f->store, "few writes", 0);
}

static void what_is_gathered_is_read_back(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };

	f->store = open_small(f);
	MUST(store_begin(f->store, &err));
	for (int i = 0; i < CASES; i++) {
		MUST(put_case(f->store, i, 1, &err));
		has_case(f->store, i / 2, 1);
		has_case(f->store, i > 25 ? i - 25 : 0, 1);
	}
	for (int i = 0; i < CASES; i++)
		has_case(f->store, i, 1);
	MUST(store_commit(f->store, &err));
	for (int i = 0; i < CASES; i++)
		has_case(f->store, i, 1);
}

static void what_was_given_up_is_not_written_over_what_another_store_saved(void **state)
{
	struct fixture *f = *state;
	struct store *other = open_small(f);
	struct err err = { 0 };

	f->store = open_small(f);
	MUST(store_begin(f->store, &err));
	for (int i = 0; i < 40; i++)
		MUST(put_case(f->store, i, 1, &err));
	store_rollback(f->store);
	MUST(put_cases(other, 100, 140, 1, 1, &err));
	MUST(put_cases(f->store, 200, 202, 1, 1, &err));
	assert_int_equal(count_cases(other), 42);
	is_whole(other, "after a rollback", 0);
	store_close(f->store);
	store_close(other);
	f->store = open_small(f);
	assert_int_equal(count_cases(f->store), 42);
	for (int i = 100; i < 140; i++)
		has_case(f->store, i, 1);
	has_case(f->store, 201, 1);
	is_whole(f->store, "opened again", 0);
}

/* The disk fails at each operation of a long transaction: it is undone as a whole, and the next one, of this store or another, is as good as ever. */
static void fails_whole(struct fixture *f, enum fault fault, const char *what)
{
	int step = 1;
	bool hit = true;

	for (; hit && step < STEPS_MAX; step++) {
		struct err err = { 0 }, why = { 0 };
		struct store *other;
		enum status st;

		remove_files(f);
		f->store = open_small(f);
		other = open_small(f);
		MUST(put_cases(f->store, 1000, 1003, 1, 1, &err));
		fault_vfs_arm(fault, step);
		st = put_cases(f->store, 0, CASES, 1, 1, &why);
		hit = fault_vfs_hit();
		if ((st == ST_OK) == hit)
			fail_msg("%s at step %d: status %d though the fault was %s", what, step, (int)st, hit ? "met" : "not met");
		fault_vfs_arm(FAULT_NONE, 0);
		assert_int_equal(count_cases(f->store), hit ? 3 : CASES + 3);
		MUST(put_cases(step % 2 == 0 ? f->store : other, 2000, 2003, 1, 1, &err));
		assert_int_equal(count_cases(f->store), hit ? 6 : CASES + 6);
		assert_int_equal(count_cases(other), hit ? 6 : CASES + 6);
		is_whole(other, what, step);
		store_close(f->store);
		store_close(other);
		f->store = open_small(f);
		has_case(f->store, 1002, 1);
		has_case(f->store, 2002, 1);
		is_whole(f->store, what, step);
		store_close(f->store);
		f->store = NULL;
	}
	if (step < 8)
		fail_msg("%s: the transaction has only %d operations", what, step - 1);
}

static void a_disk_that_fails_once_undoes_the_transaction(void **state)
{
	fails_whole(*state, FAULT_ONCE, "fails once");
}

static void a_full_disk_undoes_the_transaction(void **state)
{
	fails_whole(*state, FAULT_FULL, "full");
}

/* The machine stops and what was not synced is lost or not, write by write: the transaction is there as a whole or not at all, and it is there if the
 * commit said so. */
static void power_loss_leaves_all_or_nothing(void **state)
{
	struct fixture *f = *state;
	bool hit = true;
	int none = 0, all = 0;

	for (int step = 1; hit && step < STEPS_MAX; step++) {
		for (uint64_t seed = 1; seed <= 4; seed++) {
			struct err err = { 0 }, why = { 0 };
			int64_t count;
			enum status st;

			remove_files(f);
			f->store = open_small(f);
			MUST(put_cases(f->store, 1000, 1003, 1, 1, &err));
			fault_vfs_arm(seed % 2 == 0 ? FAULT_STOP : FAULT_TEAR, step);
			st = put_cases(f->store, 0, CASES, 1, 1, &why);
			hit = fault_vfs_hit();
			store_close(f->store);
			fault_vfs_power_loss(seed + (uint64_t)step * 10);
			fault_vfs_arm(FAULT_NONE, 0);
			f->store = open_small(f);
			count = count_cases(f->store);
			if (st == ST_OK ? count != CASES + 3 : count != 3 && count != CASES + 3)
				fail_msg("step %d, seed %d: %lld cases after the power came back, the transaction's status was %d", step, (int)seed, (long long)count, (int)st);
			is_whole(f->store, "power loss", step);
			store_close(f->store);
			f->store = NULL;
			none += count == 3;
			all += count != 3;
		}
	}
	assert_true(none > 20);
	assert_true(all > 0);
}

/* Pages in the log's order and out of it, several times each; the log is copied while the store is open, and again when it closes. */
static void a_checkpoint_copies_what_the_log_says(void **state)
{
	struct fixture *f = *state;
	struct err err = { 0 };

	/* with the whole cache, so that the pages come into the log in their order */
	MUST(store_open(f->path, fixture_model, &f->store, &err));
	MUST(put_cases(f->store, 0, CASES, 1, 1, &err));
	MUST(put_cases(f->store, 3, CASES, 7, 2, &err));
	MUST(put_cases(f->store, CASES, 2 * CASES, 1, 1, &err));
	assert_int_equal(sqlite3_wal_checkpoint_v2(f->store->db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL), SQLITE_OK);
	for (int i = 0; i < 2 * CASES; i++)
		has_case(f->store, i, i < CASES && i % 7 == 3 ? 2 : 1);
	MUST(put_cases(f->store, 4, CASES, 7, 2, &err));
	store_close(f->store);
	f->store = open_small(f);
	for (int i = 0; i < 2 * CASES; i++)
		has_case(f->store, i, i < CASES && (i % 7 == 3 || i % 7 == 4) ? 2 : 1);
	is_whole(f->store, "after the checkpoints", 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, joined_setup, joined_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_transaction_reaches_the_disk_in_few_writes), T(what_is_gathered_is_read_back),
		T(what_was_given_up_is_not_written_over_what_another_store_saved), T(a_disk_that_fails_once_undoes_the_transaction),
		T(a_full_disk_undoes_the_transaction), T(power_loss_leaves_all_or_nothing), T(a_checkpoint_copies_what_the_log_says),
	};

	return cmocka_run_group_tests(tests, NULL, group_teardown);
}
