/* Where pulls stand, runs, and the one lock `run`. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/internal.h"

#define POSITION "seen, start, page_date, page_uuid, t0, last_full_ms, last_obsolete_ms, single_start_mono_ms"

static void read_position(sqlite3_stmt *stmt, struct pull_position *out)
{
	out->seen = sqlite3_column_int64(stmt, 0);
	out->from = sqlite3_column_int64(stmt, 1);
	out->page_date = sqlite3_column_int64(stmt, 2);
	column_copy(stmt, 3, out->page_uuid, sizeof out->page_uuid);
	out->t0 = sqlite3_column_int64(stmt, 4);
	out->last_full_ms = sqlite3_column_int64(stmt, 5);
	out->last_obsolete_ms = sqlite3_column_int64(stmt, 6);
	out->single_start_mono_ms = sqlite3_column_int64(stmt, 7);
}

enum status store_get_position(struct store *store, enum kind kind, struct pull_position *out, struct err *err)
{
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st = db_prepare(store, "SELECT " POSITION " FROM position WHERE kind = ?", &stmt, err);

	if (st != ST_OK)
		return st;
	bind_int(stmt, 1, store->kind_number[kind]);
	st = db_step(store, stmt, &row, err);
	if (st == ST_OK) {
		*out = (struct pull_position){ 0 };
		if (row)
			read_position(stmt, out);
	}
	db_done(store, stmt);
	return st;
}

enum status store_get_positions(struct store *store, struct pull_position out[KIND_COUNT], struct err *err)
{
	sqlite3_stmt *stmt;
	bool row;
	enum status st = db_prepare(store, "SELECT " POSITION ", kind FROM position", &stmt, err);

	if (st != ST_OK)
		return st;
	memset(out, 0, KIND_COUNT * sizeof *out);
	while ((st = db_step(store, stmt, &row, err)) == ST_OK && row) {
		enum kind kind;

		if (kind_from_number(store, sqlite3_column_int64(stmt, 8), &kind))
			read_position(stmt, &out[kind]);
	}
	db_done(store, stmt);
	return st;
}

enum status store_set_position(struct store *store, enum kind kind, const struct pull_position *position, struct err *err)
{
	static const char sql[] = "INSERT OR REPLACE INTO position(kind, seen, start, page_date, page_uuid, t0, last_full_ms,"
		" last_obsolete_ms, single_start_mono_ms)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)";
	sqlite3_stmt *stmt;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = db_prepare(store, sql, &stmt, err);
	if (st == ST_OK) {
		bind_int(stmt, 1, store->kind_number[kind]);
		bind_int(stmt, 2, position->seen);
		bind_int(stmt, 3, position->from);
		bind_int(stmt, 4, position->page_date);
		bind_text(stmt, 5, position->page_uuid);
		bind_int(stmt, 6, position->t0);
		bind_int(stmt, 7, position->last_full_ms);
		bind_int(stmt, 8, position->last_obsolete_ms);
		bind_int(stmt, 9, position->single_start_mono_ms);
		st = db_run(store, stmt, err);
	}
	return tx_end(store, st, err);
}

enum status store_reset_positions(struct store *store, struct err *err)
{
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	/* The page position goes, too: it belongs to a pull that began at the old `from`. */
	st = db_exec(store, "UPDATE position SET start = 0, page_date = 0, page_uuid = '', t0 = 0, single_start_mono_ms = 0", err);
	return tx_end(store, st, err);
}

/* ---- runs ---- */

enum status store_start_run(struct store *store, const char *mode, int64_t now_ms, int64_t *run_id, struct err *err)
{
	sqlite3_stmt *stmt;
	int64_t id = 0;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = db_prepare(store, "INSERT INTO run(mode, start_ms) VALUES(?, ?)", &stmt, err);
	if (st == ST_OK) {
		bind_text(stmt, 1, mode);
		bind_int(stmt, 2, now_ms);
		st = db_run(store, stmt, err);
		id = sqlite3_last_insert_rowid(store->db);
	}
	st = tx_end(store, st, err);
	if (st == ST_OK)
		*run_id = id;
	return st;
}

enum status store_finish_run(struct store *store, int64_t run_id, int64_t now_ms, const char *summary_json, struct err *err)
{
	sqlite3_stmt *stmt;
	char number[24];
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = db_prepare(store, "UPDATE run SET end_ms = ?, summary = ? WHERE id = ?", &stmt, err);
	if (st == ST_OK) {
		bind_int(stmt, 1, now_ms);
		bind_text(stmt, 2, summary_json);
		bind_int(stmt, 3, run_id);
		st = db_run(store, stmt, err);
	}
	if (st == ST_OK && sqlite3_changes64(store->db) == 0)
		st = err_set(err, ST_NOT_FOUND, N_("There is no run with the number {1}."), err_number(number, run_id));
	return tx_end(store, st, err);
}

char *store_last_run(struct store *store, int64_t *start_ms, int64_t *end_ms)
{
	static const char sql[] = "SELECT summary, start_ms, end_ms FROM run WHERE end_ms IS NOT NULL AND summary IS NOT NULL ORDER BY id"
		" DESC LIMIT 1";
	sqlite3_stmt *stmt;
	struct err ignored;
	char *summary = NULL;
	bool row = false;

	if (db_prepare(store, sql, &stmt, &ignored) != ST_OK)
		return NULL;
	if (db_step(store, stmt, &row, &ignored) == ST_OK && row) {
		summary = column_text(stmt, 0);
		if (start_ms != NULL)
			*start_ms = sqlite3_column_int64(stmt, 1);
		if (end_ms != NULL)
			*end_ms = sqlite3_column_int64(stmt, 2);
	}
	db_done(store, stmt);
	return summary;
}

/* ---- the lock ---- */

static void read_line(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, out, size - 1) : 0;

	if (fd >= 0)
		close(fd);
	out[len > 0 ? len : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

/* Start time in clock ticks since boot: field 22 of /proc/PID/stat. 0: no such process, or it is a zombie and will do nothing more. */
static int64_t process_start(int64_t pid)
{
	char path[64], text[1024], *p;
	long long started = 0;

	snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
	read_line(path, text, sizeof text);
	p = strrchr(text, ')'); /* the name in brackets may hold anything, brackets too */
	if (p == NULL || p[1] == '\0' || p[2] == 'Z' || p[2] == 'X')
		return 0;
	p++;
	for (int field = 3; field <= 22 && *p != '\0'; field++) {
		p += strspn(p, " ");
		if (field == 22)
			started = strtoll(p, NULL, 10);
		p += strcspn(p, " ");
	}
	return started;
}

/* Read once: a connection to SQLite does not survive a fork either. */
static const struct store_identity *identify(struct store *store)
{
	struct store_identity *out = &store->me;
	char machine[64], name[80] = "";
	ssize_t len;

	if (out->pid != 0)
		return out;
	*out = (struct store_identity){ .pid = getpid() };
	out->started = process_start(out->pid);
	read_line("/proc/sys/kernel/random/boot_id", out->boot, sizeof out->boot);
	read_line("/etc/machine-id", machine, sizeof machine);
	if (gethostname(name, sizeof name - 1) != 0)
		name[0] = '\0';
	snprintf(out->host, sizeof out->host, "%s %s", name, machine);
	len = readlink("/proc/self/ns/pid", out->space, sizeof out->space - 1);
	out->space[len > 0 ? len : 0] = '\0';
	return out;
}

/* Is the holder certainly gone? Whenever that cannot be told (another machine, another container), it is not. */
static bool is_gone(const struct store_identity *holder, const struct store_identity *me)
{
	if (strcmp(holder->host, me->host) != 0)
		return false;
	if (holder->boot[0] == '\0' || me->boot[0] == '\0' || holder->started == 0)
		return false;
	if (strcmp(holder->boot, me->boot) != 0)
		return true; /* the machine was started anew since */
	if (strcmp(holder->space, me->space) != 0)
		return false;
	return process_start(holder->pid) != holder->started;
}

static enum status read_holder(struct store *store, struct store_identity *holder, struct run_holder *who, bool *held, struct err *err)
{
	sqlite3_stmt *stmt;
	bool row = false;
	enum status st = db_prepare(store, "SELECT pid, started, boot, host, space, terminal, since_ms FROM run_lock", &stmt, err);

	if (st != ST_OK)
		return st;
	st = db_step(store, stmt, &row, err);
	if (st == ST_OK && row) {
		holder->pid = sqlite3_column_int64(stmt, 0);
		holder->started = sqlite3_column_int64(stmt, 1);
		column_copy(stmt, 2, holder->boot, sizeof holder->boot);
		column_copy(stmt, 3, holder->host, sizeof holder->host);
		column_copy(stmt, 4, holder->space, sizeof holder->space);
		who->pid = holder->pid;
		column_copy(stmt, 5, who->terminal, sizeof who->terminal);
		who->since_ms = sqlite3_column_int64(stmt, 6);
	}
	if (st == ST_OK)
		*held = row;
	db_done(store, stmt);
	return st;
}

static enum status write_holder(struct store *store, const struct store_identity *me, int64_t now_ms, struct err *err)
{
	static const char sql[] = "INSERT OR REPLACE INTO run_lock(one, pid, started, boot, host, space, terminal, since_ms) VALUES(1, ?,"
		" ?, ?, ?, ?, ?, ?)";
	char terminal[64] = "";
	sqlite3_stmt *stmt;
	enum status st = db_prepare(store, sql, &stmt, err);

	if (st != ST_OK)
		return st;
	if (ttyname_r(STDIN_FILENO, terminal, sizeof terminal) != 0)
		terminal[0] = '\0'; /* cron has none */
	bind_int(stmt, 1, me->pid);
	bind_int(stmt, 2, me->started);
	bind_text(stmt, 3, me->boot);
	bind_text(stmt, 4, me->host);
	bind_text(stmt, 5, me->space);
	bind_text(stmt, 6, terminal);
	bind_int(stmt, 7, now_ms);
	return db_run(store, stmt, err);
}

enum status store_lock_run(struct store *store, int64_t now_ms, struct run_holder *who, struct err *err)
{
	const struct store_identity *me = identify(store);
	struct store_identity holder = { 0 };
	struct run_holder found = { 0 };
	char number[24], since[40], host[64];
	bool held = false;
	enum status st = store_begin(store, err);

	if (st != ST_OK)
		return st;
	st = read_holder(store, &holder, &found, &held, err);
	if (st == ST_OK && held && !is_gone(&holder, me)) {
		date_print_instant(found.since_ms, since);
		snprintf(host, sizeof host, "%.*s", (int)strcspn(holder.host, " "), holder.host);
		if (who != NULL)
			*who = found;
		if (strcmp(holder.host, me->host) != 0)
			st = err_set(err, ST_LATER, N_("The machine {2} is synchronizing this data (process {1}, since {3}). Wait until it is"
				" done, or end it there."),
				err_number(number, found.pid), host, since);
		else
			st = err_set(err, ST_LATER, N_("A synchronization is under way already (process {1}, terminal {2}, since {3}). Wait until"
				" it is done."),
				err_number(number, found.pid), found.terminal[0] != '\0' ? found.terminal : "-", since);
	}
	if (st == ST_OK)
		st = write_holder(store, me, now_ms, err);
	st = tx_end(store, st, err);
	if (st == ST_OK)
		store->run_locked = true;
	return st;
}

void store_unlock_run(struct store *store)
{
	const struct store_identity *me = identify(store);
	struct err ignored;
	sqlite3_stmt *stmt;
	enum status st;

	if (!store->run_locked)
		return;
	store->run_locked = false;
	if (store_begin(store, &ignored) != ST_OK)
		return; /* it is taken over when this process has gone */
	st = db_prepare(store, "DELETE FROM run_lock WHERE pid = ? AND started = ?", &stmt, &ignored);
	if (st == ST_OK) {
		bind_int(stmt, 1, me->pid);
		bind_int(stmt, 2, me->started);
		st = db_run(store, stmt, &ignored);
	}
	if (tx_end(store, st, &ignored) != ST_OK)
		return;
}
