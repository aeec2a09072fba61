/* See fault_vfs.h. Writes that were not synced are remembered with what stood there before, so that a loss of power can be played. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/mem.h"
#include "base/rand.h"
#include "fault_vfs.h"

struct fault_file { sqlite3_file base; char *path; bool counted; sqlite3_file *real; };

/* One write that a sync has not made sure: the bytes that stood there and the length that the file had. */
struct undo { struct undo *older; char *path; sqlite3_int64 offset, old_size; size_t len, old_len; char *old; };

static sqlite3_vfs fault_vfs, *real_vfs;
static struct undo *undos;
static enum fault armed;
static int fault_at, fault_count;
static bool was_hit;

/* Counts an operation; true: it (or one before it) fails. *torn: this very one arrives in part. */
static bool fails(bool is_write, bool *torn)
{
	bool now;

	fault_count++;
	now = armed != FAULT_NONE && fault_count == fault_at;
	*torn = false;
	if (now)
		was_hit = true;
	switch (armed) {
	case FAULT_NONE:
		return false;
	case FAULT_ONCE:
		return now;
	case FAULT_FULL:
		return is_write && fault_count >= fault_at;
	case FAULT_TEAR:
		*torn = now && is_write;
		return fault_count >= fault_at;
	case FAULT_STOP:
		return fault_count >= fault_at;
	}
	return false;
}

static void remember(const char *path, sqlite3_int64 offset, size_t len)
{
	struct undo *u = mem_calloc(1, sizeof *u);
	struct stat info;
	int fd = open(path, O_RDONLY);
	ssize_t got = 0;

	u->path = mem_strdup(path);
	u->offset = offset;
	u->len = len;
	u->old = mem_alloc(len);
	if (fd >= 0) {
		if (fstat(fd, &info) == 0)
			u->old_size = info.st_size;
		got = pread(fd, u->old, len, offset);
		close(fd);
	}
	u->old_len = got > 0 ? (size_t)got : 0;
	u->older = undos;
	undos = u;
}

static void drop_undos(const char *path)
{
	struct undo **at = &undos;

	while (*at != NULL) {
		struct undo *u = *at;

		if (path != NULL && strcmp(u->path, path) != 0) {
			at = &u->older;
			continue;
		}
		*at = u->older;
		mem_free(u->path);
		mem_free(u->old);
		mem_free(u);
	}
}

void fault_vfs_forget(void)
{
	drop_undos(NULL);
}

void fault_vfs_power_loss(uint64_t seed)
{
	struct rand rand;

	rand_init(&rand, seed);
	for (struct undo *u = undos; u != NULL; u = u->older) { /* the newest first */
		int fd;

		if (rand_below(&rand, 2) == 0)
			continue; /* this one reached the disk by itself */
		fd = open(u->path, O_WRONLY);
		if (fd < 0)
			continue;
		if (u->old_len > 0 && pwrite(fd, u->old, u->old_len, u->offset) < 0)
			abort();
		if (u->old_len < u->len) { /* the file's end had not been written: zeros, or nothing */
			char *zeros = mem_calloc(1, u->len - u->old_len);
			struct stat info;

			if (fstat(fd, &info) == 0 && info.st_size == u->offset + (sqlite3_int64)u->len) {
				if (ftruncate(fd, u->offset + (sqlite3_int64)u->old_len) != 0)
					abort();
			} else if (pwrite(fd, zeros, u->len - u->old_len, u->offset + (sqlite3_int64)u->old_len) < 0) {
				abort();
			}
			mem_free(zeros);
		}
		close(fd);
	}
	drop_undos(NULL);
}

void fault_vfs_arm(enum fault fault, int at)
{
	armed = fault;
	fault_at = at;
	fault_count = 0;
	was_hit = false;
}

bool fault_vfs_hit(void)
{
	return was_hit;
}

int fault_vfs_count(void)
{
	return fault_count;
}

/* ---- files ---- */

static struct fault_file *own(sqlite3_file *file)
{
	return (struct fault_file *)(void *)file;
}

static int file_close(sqlite3_file *file)
{
	struct fault_file *f = own(file);
	int rc = f->real->pMethods != NULL ? f->real->pMethods->xClose(f->real) : SQLITE_OK;

	mem_free(f->real);
	mem_free(f->path);
	return rc;
}

static int file_read(sqlite3_file *file, void *data, int len, sqlite3_int64 offset)
{
	return own(file)->real->pMethods->xRead(own(file)->real, data, len, offset);
}

static int file_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 offset)
{
	struct fault_file *f = own(file);
	bool torn;

	if (!f->counted)
		return f->real->pMethods->xWrite(f->real, data, len, offset);
	if (fails(true, &torn)) {
		if (torn) {
			remember(f->path, offset, (size_t)len / 2);
			(void)f->real->pMethods->xWrite(f->real, data, len / 2, offset);
		}
		return armed == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
	}
	remember(f->path, offset, (size_t)len);
	return f->real->pMethods->xWrite(f->real, data, len, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct fault_file *f = own(file);
	bool torn;

	if (f->counted && fails(false, &torn))
		return SQLITE_IOERR_TRUNCATE;
	return f->real->pMethods->xTruncate(f->real, size);
}

static int file_sync(sqlite3_file *file, int flags)
{
	struct fault_file *f = own(file);
	bool torn;

	(void)flags; /* no real sync: the test plays the loss of power itself, and a real one only takes time */
	if (f->counted) {
		if (fails(false, &torn))
			return SQLITE_IOERR_FSYNC;
		drop_undos(f->path);
	}
	return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return own(file)->real->pMethods->xFileSize(own(file)->real, size);
}

static int file_lock(sqlite3_file *file, int level)
{
	return own(file)->real->pMethods->xLock(own(file)->real, level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	return own(file)->real->pMethods->xUnlock(own(file)->real, level);
}

static int file_check_lock(sqlite3_file *file, int *out)
{
	return own(file)->real->pMethods->xCheckReservedLock(own(file)->real, out);
}

static int file_control(sqlite3_file *file, int op, void *arg)
{
	return own(file)->real->pMethods->xFileControl(own(file)->real, op, arg);
}

static int file_sector(sqlite3_file *file)
{
	return own(file)->real->pMethods->xSectorSize(own(file)->real);
}

static int file_traits(sqlite3_file *file)
{
	/* No promise that a write is never torn or that sizes are safe: the worst disk that SQLite knows. */
	return own(file)->real->pMethods->xDeviceCharacteristics(own(file)->real) & ~(SQLITE_IOCAP_POWERSAFE_OVERWRITE | SQLITE_IOCAP_ATOMIC | SQLITE_IOCAP_SAFE_APPEND);
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	return own(file)->real->pMethods->xShmMap(own(file)->real, page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return own(file)->real->pMethods->xShmLock(own(file)->real, offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
	own(file)->real->pMethods->xShmBarrier(own(file)->real);
}

static int file_shm_unmap(sqlite3_file *file, int drop)
{
	return own(file)->real->pMethods->xShmUnmap(own(file)->real, drop);
}

static const sqlite3_io_methods file_methods = {
	.iVersion = 2, .xClose = file_close, .xRead = file_read, .xWrite = file_write, .xTruncate = file_truncate, .xSync = file_sync,
		.xFileSize = file_size,
	.xLock = file_lock, .xUnlock = file_unlock, .xCheckReservedLock = file_check_lock, .xFileControl = file_control,
		.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_traits, .xShmMap = file_shm_map, .xShmLock = file_shm_lock, .xShmBarrier = file_shm_barrier,
		.xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
	struct fault_file *f = own(file);
	int rc;

	(void)vfs;
	memset(f, 0, sizeof *f);
	f->real = mem_calloc(1, (size_t)real_vfs->szOsFile);
	rc = real_vfs->xOpen(real_vfs, name, f->real, flags, out_flags);
	if (rc != SQLITE_OK) {
		mem_free(f->real);
		return rc;
	}
	f->path = mem_strdup(name != NULL ? name : "");
	f->counted = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0 && name != NULL;
	f->base.pMethods = &file_methods;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	bool torn;

	(void)vfs;
	if (fails(false, &torn))
		return SQLITE_IOERR_DELETE;
	drop_undos(name);
	return real_vfs->xDelete(real_vfs, name, sync);
}

void fault_vfs_install(void)
{
	real_vfs = sqlite3_vfs_find(NULL);
	fault_vfs = *real_vfs;
	fault_vfs.zName = "fault";
	fault_vfs.szOsFile = (int)sizeof(struct fault_file);
	fault_vfs.xOpen = vfs_open;
	fault_vfs.xDelete = vfs_delete;
	fault_vfs.pNext = NULL;
	sqlite3_vfs_register(&fault_vfs, 1);
}

void fault_vfs_uninstall(void)
{
	sqlite3_vfs_unregister(&fault_vfs);
	sqlite3_vfs_register(real_vfs, 1);
	drop_undos(NULL);
}
