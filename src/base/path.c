#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

char *path_join(const char *dir, const char *name)
{
	size_t len = strlen(dir);
	return mem_printf("%s%s%s", dir, len && dir[len - 1] == '/' ? "" : "/", name);
}

enum status path_make_dirs(const char *dir, struct err *err)
{
	char *part = mem_strdup(dir);
	enum status st = ST_OK;
	for (char *p = part + 1; st == ST_OK; p++) {
		if (*p != '/' && *p)
			continue;
		char c = *p;
		*p = '\0';
		struct stat info;
		if (mkdir(part, 0700) && (errno != EEXIST || stat(part, &info) || !S_ISDIR(info.st_mode)))
			st = err_set(err, ST_FAILED, N_("cannot make the folder {1}: {2}"), part, strerror(errno));
		*p = c;
		if (!c)
			break;
	}
	mem_free(part);
	return st;
}

char *path_default_data(const char *profile)
{
	const char *data = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");
	if (data && *data == '/')
		return mem_printf("%s/outpost/%s", data, profile ? profile : "default");
	/* without HOME (a service, a bare cron): the account's, as a shell has it */
	const struct passwd *account = home && *home ? NULL : getpwuid(getuid());
	if (account && account->pw_dir && *account->pw_dir)
		home = account->pw_dir;
	return mem_printf("%s/.local/share/outpost/%s", home && *home ? home : "/", profile ? profile : "default");
}

enum status path_read(const char *path, size_t max, char **text, size_t *len, struct err *err)
{
	bool standard = !strcmp(path, "-");
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_set(err, errno == ENOENT ? ST_NOT_FOUND : ST_FAILED, N_("cannot open {1}: {2}"), path, strerror(errno));
	struct buf b;
	buf_init(&b, max);
	enum status st = ST_OK;
	char block[16384];
	while (st == ST_OK) {
		ssize_t n = read(fd, block, sizeof block);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			st = err_set(err, ST_FAILED, N_("cannot read {1}: {2}"), path, strerror(errno));
		if (n <= 0)
			break;
		buf_add(&b, block, (size_t)n);
		if (buf_over(&b)) {
			char number[24];
			st = err_set(err, ST_LIMIT, N_("{1} is larger than {2} bytes"), path, err_number(number, (int64_t)max));
		}
	}
	if (!standard)
		close(fd);
	if (st == ST_OK)
		*text = buf_take(&b, len);
	buf_done(&b);
	return st;
}

/* Writes all of it and makes sure that it is on the disk. */
static bool path_write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return !fsync(fd);
}

/* Gives a file its name, if nothing has it. Where the file system cannot do that in one step, an empty file takes the name first. */
static bool path_take_name(const char *from, const char *to)
{
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return true;
	if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
		return false;
	int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	close(fd);
	if (!rename(from, to))
		return true;
	int why = errno;
	unlink(to);
	errno = why;
	return false;
}

static enum status path_write_as(const char *path, const void *data, size_t len, bool fresh, struct err *err)
{
	char *temporary = mem_printf("%s.%ld.tmp", path, (long)getpid());
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok = fd >= 0 && path_write_all(fd, data, len);
	int why = errno;
	if (fd >= 0 && close(fd) && ok) {
		ok = false;
		why = errno;
	}
	if (ok && !(fresh ? path_take_name(temporary, path) : !rename(temporary, path))) {
		ok = false;
		why = errno;
	}
	if (!ok && fd >= 0)
		unlink(temporary);
	enum status st = ST_OK;
	if (!ok && fresh && fd >= 0 && why == EEXIST)
		st = err_set(err, ST_INVALID, N_("{1} is there already; choose another name, nothing is overwritten"), path);
	else if (!ok)
		st = err_set(err, ST_FAILED, N_("cannot write {1}: {2}"), path, strerror(why));
	mem_free(temporary);
	return st;
}

enum status path_write(const char *path, const void *data, size_t len, struct err *err)
{
	return path_write_as(path, data, len, false, err);
}

enum status path_write_new(const char *path, const void *data, size_t len, struct err *err)
{
	return path_write_as(path, data, len, true, err);
}

bool path_exists(const char *path)
{
	return !access(path, F_OK);
}
