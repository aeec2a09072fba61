/* Files and folders: private (0600, 0700), bounded, whole or not at all. */
#ifndef OUTPOST_BASE_PATH_H
#define OUTPOST_BASE_PATH_H

#include "base/err.h"

char *path_join(const char *dir, const char *name);                                             /* new string */
MUST_CHECK enum status path_make_dirs(const char *dir, struct err *err);                        /* 0700, parents too; ST_FAILED */
/* $XDG_DATA_HOME/outpost/PROFILE (NULL: "default"), else below HOME, else below the account's home; new string */
char *path_default_data(const char *profile);
MUST_CHECK enum status path_read(const char *path, size_t max, char **text, size_t *len, struct err *err); /* NUL-terminated; "-" is standard input; ST_NOT_FOUND, ST_LIMIT, ST_FAILED */
MUST_CHECK enum status path_write(const char *path, const void *data, size_t len, struct err *err);        /* 0600, by a temporary file and rename, synced; ST_FAILED: the old file, if any, is as it was */
MUST_CHECK enum status path_write_new(const char *path, const void *data, size_t len, struct err *err);    /* the same for a file that is not there yet. ST_INVALID: something is; it stays as it is */
bool path_exists(const char *path);

#endif
