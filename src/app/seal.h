/* Bytes sealed with a passphrase: libsodium's Argon2id for the key, its secretstream for the content. Private to app/.
 *
 * The file: "OUTPOST-EDITS\n", a version byte, the two costs of the key (8 bytes each, little end first), the salt, the stream's
 * header, and
 * the content in pieces of SEAL_PIECE bytes, each with its tag, the last one marked as last. All before the pieces is authenticated with
 * the first piece, so nothing can be altered, cut off, put in another order or added behind. */
#ifndef OUTPOST_APP_SEAL_H
#define OUTPOST_APP_SEAL_H

#include "base/base.h"

#define SEAL_PIECE ((size_t)64 * 1024)
#define SEAL_MAX ((size_t)64 * 1024 * 1024)  /* bytes of content */

/* *out: a new string of *out_len bytes. ST_LIMIT: more than SEAL_MAX; ST_FAILED: no memory for the key. */
MUST_CHECK enum status seal_bytes(const char *text, size_t len, const char *passphrase, char **out, size_t *out_len, struct err *err);
/* *out: a new string, NUL-terminated and wiped by the caller (seal_wipe). ST_INVALID: no such file, altered, cut, another passphrase;
 * ST_REFUSED: of a newer version; ST_FAILED: no memory for the key. */
MUST_CHECK enum status seal_open(const char *sealed, size_t len, const char *passphrase, char **out, size_t *out_len, struct err *err);
void seal_wipe(char *text, size_t len);      /* and frees; NULL is fine */

#endif
