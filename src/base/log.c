#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"

#define LOG_MAX_BYTES (1024 * 1024)
#define LOG_MAX_LINE 1024

struct log {
	char *path;
	int fd;
	struct clock clock;
};

static int log_open_file(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
}

enum status log_open(const char *path, const struct clock *clock, struct log **out, struct err *err)
{
	int fd = log_open_file(path);
	if (fd < 0)
		return err_set(err, ST_FAILED, N_("cannot open the log {1}: {2}"), path, strerror(errno));
	struct log *log = mem_calloc(1, sizeof *log);
	log->path = mem_strdup(path);
	log->fd = fd;
	log->clock = clock ? *clock : clock_system;
	*out = log;
	return ST_OK;
}

void log_close(struct log *log)
{
	if (!log)
		return;
	close(log->fd);
	mem_free(log->path);
	mem_free(log);
}

/* One older log is kept. */
static void log_turn_over(struct log *log)
{
	struct stat info;
	if (fstat(log->fd, &info) || info.st_size < LOG_MAX_BYTES)
		return;
	char *older = mem_printf("%s.1", log->path);
	if (!rename(log->path, older)) {
		int fd = log_open_file(log->path);
		if (fd >= 0) {
			close(log->fd);
			log->fd = fd;
		}
	}
	mem_free(older);
}

void log_write(struct log *log, enum log_level level, const char *format, ...)
{
	static const char *const names[] = {"error", "warn", "info", "debug"};
	if (!log)
		return;
	log_turn_over(log);
	char text[LOG_MAX_LINE];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	text[text_cut(text, sizeof text - 1)] = '\0';
	char *safe = text_safe(text);
	char when[40];
	date_print_utc(clock_now(&log->clock), when);
	char *line = mem_printf("%s %ld %s %s\n", when, (long)getpid(), names[level], safe);
	/* one write, so that lines of several processes do not mix; a log that cannot be written is no reason to stop */
	ssize_t written = write(log->fd, line, strlen(line));
	(void)written;
	mem_free(line);
	mem_free(safe);
}
