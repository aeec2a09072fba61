/* The log's writes, joined. SQLite writes each page of a transaction to its write-ahead log as two: a head of 24 bytes and the page. This layer between
 * SQLite and the system's files gathers them and writes 128 KiB at a time.
 *
 * Nothing is less sure than without it. What is gathered belongs to the transaction under way; nobody else looks at it before SQLite publishes the
 * transaction, and with synchronous = FULL it does so after a sync of the log, which writes first what is gathered. So a write that fails here fails
 * the sync, and the sync the commit. From a failed write to the end of the transaction everything on the log fails: SQLite takes the writes before
 * for done. A transaction that ends otherwise leaves nothing behind: its pages are forgotten when it gives back the lock of the writers, because the
 * next one, of whatever process, writes to the same place.
 *
 * A checkpoint reads the log's pages mostly one after another; they are read ahead between the two marks that SQLite gives. The pages that it copies do
 * not change meanwhile. What it writes to the database is not joined: SQLite goes on without asking again whether the last of it was written. */
#include <string.h>

#include "store/internal.h"

#define NAME "outpost-joined"
#define JOINED_BYTES 131072
#define AHEAD_BYTES 65536
#define WRITER_LOCK 0                    /* of the locks in shared memory */

struct joined_file {
	sqlite3_file base;                   /* has to be first */
	sqlite3_file *real;
	struct joined_file *peer;            /* of a database its log, of a log its database; NULL */
	bool is_log;
	/* of a log */
	char *data;
	size_t len;                          /* gathered, or read ahead */
	sqlite3_int64 at;                    /* where data belongs */
	bool gathered, reads_ahead;          /* what data is */
	bool synced;                         /* in this transaction: what follows is no page of it */
	int failed;                          /* the first error of this transaction */
	sqlite3_int64 size, next;            /* of a checkpoint: the log's size; where the read before ended */
};

static struct joined_file *own(sqlite3_file *file)
{
	return (struct joined_file *)(void *)file;
}

static const sqlite3_io_methods *methods(const struct joined_file *f)
{
	return f->real->pMethods;
}

static void forget(struct joined_file *f)
{
	f->len = 0;
	f->gathered = false;
}

static int flush(struct joined_file *f)
{
	if (f->failed == SQLITE_OK && f->gathered && f->len > 0)
		f->failed = methods(f)->xWrite(f->real, f->data, (int)f->len, f->at);
	forget(f);
	return f->failed;
}

/* ---- files ---- */

static int joined_close(sqlite3_file *file)
{
	struct joined_file *f = own(file);
	int rc;

	rc = methods(f)->xClose(f->real);    /* what is gathered is of a transaction that did not end */
	if (f->peer != NULL)
		f->peer->peer = NULL;
	mem_free(f->data);
	mem_free(f->real);
	f->base.pMethods = NULL;
	return rc;
}

static bool holds(const struct joined_file *f, int len, sqlite3_int64 at)
{
	return at >= f->at && at + len <= f->at + (sqlite3_int64)f->len;
}

static int joined_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
	struct joined_file *f = own(file);
	bool in_turn = at >= f->next && at - f->next < len;
	int rc;

	if (!f->is_log)
		return methods(f)->xRead(f->real, out, len, at);
	if (f->failed != SQLITE_OK)
		return f->failed;
	if (f->gathered && !holds(f, len, at) && at + len > f->at && (rc = flush(f)) != SQLITE_OK)
		return rc;
	if (f->reads_ahead) {
		f->next = at + len;
		if (!holds(f, len, at) && in_turn && at + AHEAD_BYTES <= f->size && len <= AHEAD_BYTES) {
			f->len = 0;
			rc = methods(f)->xRead(f->real, f->data, AHEAD_BYTES, at);
			if (rc != SQLITE_OK)
				return rc;
			f->at = at;
			f->len = AHEAD_BYTES;
		}
	}
	if (!holds(f, len, at))
		return methods(f)->xRead(f->real, out, len, at);
	memcpy(out, f->data + (at - f->at), (size_t)len);
	return SQLITE_OK;
}

static int joined_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
	struct joined_file *f = own(file);
	int rc;

	if (!f->is_log)
		return methods(f)->xWrite(f->real, data, len, at);
	if (f->failed != SQLITE_OK)
		return f->failed;
	if (f->gathered ? at != f->at + (sqlite3_int64)f->len || f->len + (size_t)len > JOINED_BYTES : f->len > 0) {
		rc = flush(f);
		if (rc != SQLITE_OK)
			return rc;
	}
	/* The log's own head, and what is written behind a commit to fill a sector, are in nobody's transaction. */
	if (at == 0 || f->synced || f->reads_ahead || f->peer == NULL || len > JOINED_BYTES) {
		rc = flush(f);
		if (rc == SQLITE_OK)
			rc = methods(f)->xWrite(f->real, data, len, at);
		if (f->peer != NULL)
			f->failed = rc;
		return rc;
	}
	if (!f->gathered)
		f->at = at;
	f->gathered = true;
	memcpy(f->data + f->len, data, (size_t)len);
	f->len += (size_t)len;
	return SQLITE_OK;
}

static int joined_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct joined_file *f = own(file);
	int rc = f->is_log ? flush(f) : SQLITE_OK;

	return rc == SQLITE_OK ? methods(f)->xTruncate(f->real, size) : rc;
}

static int joined_sync(sqlite3_file *file, int flags)
{
	struct joined_file *f = own(file);
	bool had = f->gathered;
	int rc = f->is_log ? flush(f) : SQLITE_OK;

	f->synced = f->synced || had;
	return rc == SQLITE_OK ? methods(f)->xSync(f->real, flags) : rc;
}

static int joined_size(sqlite3_file *file, sqlite3_int64 *size)
{
	struct joined_file *f = own(file);
	int rc = f->is_log ? flush(f) : SQLITE_OK;

	return rc == SQLITE_OK ? methods(f)->xFileSize(f->real, size) : rc;
}

static int joined_lock(sqlite3_file *file, int level)
{
	return methods(own(file))->xLock(own(file)->real, level);
}

static int joined_unlock(sqlite3_file *file, int level)
{
	return methods(own(file))->xUnlock(own(file)->real, level);
}

static int joined_check_lock(sqlite3_file *file, int *out)
{
	return methods(own(file))->xCheckReservedLock(own(file)->real, out);
}

static void read_ahead(struct joined_file *log, bool on)
{
	if (log == NULL || log->gathered)
		return;
	forget(log);
	log->next = -1;
	log->reads_ahead = on && methods(log)->xFileSize(log->real, &log->size) == SQLITE_OK;
}

static int joined_control(sqlite3_file *file, int op, void *arg)
{
	struct joined_file *f = own(file);

	if (!f->is_log && (op == SQLITE_FCNTL_CKPT_START || op == SQLITE_FCNTL_CKPT_DONE))
		read_ahead(f->peer, op == SQLITE_FCNTL_CKPT_START);
	return methods(f)->xFileControl(f->real, op, arg);
}

static int joined_sector(sqlite3_file *file)
{
	return methods(own(file))->xSectorSize(own(file)->real);
}

static int joined_traits(sqlite3_file *file)
{
	return methods(own(file))->xDeviceCharacteristics(own(file)->real);
}

static int joined_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	return methods(own(file))->xShmMap(own(file)->real, page, size, extend, out);
}

static int joined_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	struct joined_file *f = own(file);

	if (f->peer != NULL && offset == WRITER_LOCK && (flags & SQLITE_SHM_UNLOCK) != 0) {
		forget(f->peer);
		f->peer->synced = false;
		f->peer->failed = SQLITE_OK;
	}
	return methods(f)->xShmLock(f->real, offset, n, flags);
}

/* SQLite's fence between the two copies of the head that it publishes: were it ever to publish without a sync, all would be written by then. */
static void joined_shm_barrier(sqlite3_file *file)
{
	struct joined_file *f = own(file);

	if (f->peer != NULL && f->peer->gathered)
		(void)flush(f->peer);
	methods(f)->xShmBarrier(f->real);
}

static int joined_shm_unmap(sqlite3_file *file, int drop)
{
	return methods(own(file))->xShmUnmap(own(file)->real, drop);
}

static const sqlite3_io_methods joined_methods = {
	.iVersion = 2, .xClose = joined_close, .xRead = joined_read, .xWrite = joined_write, .xTruncate = joined_truncate, .xSync = joined_sync,
	.xFileSize = joined_size, .xLock = joined_lock, .xUnlock = joined_unlock, .xCheckReservedLock = joined_check_lock, .xFileControl = joined_control,
	.xSectorSize = joined_sector, .xDeviceCharacteristics = joined_traits, .xShmMap = joined_shm_map, .xShmLock = joined_shm_lock,
	.xShmBarrier = joined_shm_barrier, .xShmUnmap = joined_shm_unmap,
};

/* ---- the layer ---- */

/* Whatever stands below: the system's files, or a test's. */
static sqlite3_vfs *below(void)
{
	return sqlite3_vfs_find(NULL);
}

static int joined_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct joined_file *f = own(file);
	sqlite3_vfs *real = below();
	int rc;

	(void)vfs;
	memset(f, 0, sizeof *f);
	f->real = mem_calloc(1, (size_t)real->szOsFile);
	rc = real->xOpen(real, name, f->real, flags, out_flags);
	if (rc != SQLITE_OK) {
		if (methods(f) != NULL)
			methods(f)->xClose(f->real);
		mem_free(f->real);
		return rc;
	}
	if ((flags & SQLITE_OPEN_WAL) != 0) {
		sqlite3_file *database = sqlite3_database_file_object(name);

		f->is_log = true;
		f->data = mem_alloc(JOINED_BYTES);
		if (database != NULL && database->pMethods == &joined_methods) {
			f->peer = own(database);
			f->peer->peer = f;
		}
	}
	f->base.pMethods = &joined_methods;
	return SQLITE_OK;
}

static int joined_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs;
	return below()->xDelete(below(), name, sync);
}

static int joined_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	(void)vfs;
	return below()->xAccess(below(), name, flags, out);
}

static int joined_full_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
	(void)vfs;
	return below()->xFullPathname(below(), name, size, out);
}

const char *joined_vfs(void)
{
	sqlite3_vfs *real, *vfs;

	/* Before SQLite is first used: nobody asks it how much memory it has, and counting takes a lock at each piece. Later calls are refused. */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	real = below();
	if (real == NULL || sqlite3_vfs_find(NAME) != NULL)
		return real == NULL ? NULL : NAME;
	/* SQLite keeps it for as long as the process lives. */
	vfs = mem_alloc(sizeof *vfs);
	*vfs = *real;
	vfs->pNext = NULL;
	vfs->zName = NAME;
	vfs->szOsFile = (int)sizeof(struct joined_file);
	vfs->xOpen = joined_open;
	vfs->xDelete = joined_delete;
	vfs->xAccess = joined_access;
	vfs->xFullPathname = joined_full_path;
	if (sqlite3_vfs_register(vfs, 0) == SQLITE_OK)
		return NAME;
	mem_free(vfs);
	return NULL;
}
