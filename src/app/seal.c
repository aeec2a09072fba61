#include "app/seal.h"

#include <sodium.h>
#include <string.h>

#define SEAL_MAGIC "OUTPOST-EDITS\n"
#define SEAL_MAGIC_SIZE (sizeof(SEAL_MAGIC) - 1)
#define SEAL_VERSION 1
/* What a file may ask of this machine before anything of it is known to be genuine. */
#define SEAL_MAX_OPS 16
#define SEAL_MAX_MEMORY (UINT64_C(1024) * 1024 * 1024)
#define SEAL_COSTS (SEAL_MAGIC_SIZE + 1)
#define SEAL_SALT (SEAL_COSTS + 16)
#define SEAL_STREAM (SEAL_SALT + crypto_pwhash_SALTBYTES)
#define SEAL_HEADER (SEAL_STREAM + crypto_secretstream_xchacha20poly1305_HEADERBYTES)
#define SEAL_TAG crypto_secretstream_xchacha20poly1305_ABYTES

static void seal_put(unsigned char *at, uint64_t n)
{
	for (int i = 0; i < 8; i++)
		at[i] = (unsigned char)(n >> (8 * i));
}

static uint64_t seal_get(const unsigned char *at)
{
	uint64_t n = 0;

	for (int i = 7; i >= 0; i--)
		n = n << 8 | at[i];
	return n;
}

void seal_wipe(char *text, size_t len)
{
	if (text == NULL)
		return;
	sodium_memzero(text, len);
	mem_free(text);
}

static enum status seal_key(const unsigned char *header, const char *passphrase, unsigned char key[], struct err *err)
{
	uint64_t ops = seal_get(header + SEAL_COSTS), memory = seal_get(header + SEAL_COSTS + 8);

	if (sodium_init() < 0 || crypto_pwhash(key, crypto_secretstream_xchacha20poly1305_KEYBYTES, passphrase, strlen(passphrase),
		header + SEAL_SALT, ops, (size_t)memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return err_set(err, ST_FAILED, N_("there is not enough memory to make the key from the passphrase; end other programs and try again"));
	return ST_OK;
}

enum status seal_bytes(const char *text, size_t len, const char *passphrase, char **out, size_t *out_len, struct err *err)
{
	unsigned char key[crypto_secretstream_xchacha20poly1305_KEYBYTES], *sealed;
	crypto_secretstream_xchacha20poly1305_state stream;
	size_t pieces = len / SEAL_PIECE + 1, done = 0, at = SEAL_HEADER;
	enum status st;

	if (len > SEAL_MAX)
		return err_set(err, ST_LIMIT, N_("there are more unsent edits than one file can hold; send some of them first"));
	if (sodium_init() < 0)
		return err_set(err, ST_FAILED, N_("this machine has no random numbers for a key"));
	sealed = mem_alloc(SEAL_HEADER + len + pieces * SEAL_TAG);
	memcpy(sealed, SEAL_MAGIC, SEAL_MAGIC_SIZE);
	sealed[SEAL_MAGIC_SIZE] = SEAL_VERSION;
	seal_put(sealed + SEAL_COSTS, crypto_pwhash_OPSLIMIT_MODERATE);
	seal_put(sealed + SEAL_COSTS + 8, crypto_pwhash_MEMLIMIT_MODERATE);
	randombytes_buf(sealed + SEAL_SALT, crypto_pwhash_SALTBYTES);
	st = seal_key(sealed, passphrase, key, err);
	if (st != ST_OK) {
		mem_free(sealed);
		return st;
	}
	crypto_secretstream_xchacha20poly1305_init_push(&stream, sealed + SEAL_STREAM, key);
	sodium_memzero(key, sizeof(key));
	for (size_t i = 0; i < pieces; i++) {
		size_t piece = i + 1 < pieces ? SEAL_PIECE : len - done;
		unsigned long long written;

		crypto_secretstream_xchacha20poly1305_push(&stream, sealed + at, &written, (const unsigned char *)text + done, piece,
			i == 0 ? sealed : NULL, i == 0 ? SEAL_HEADER : 0,
			i + 1 < pieces ? crypto_secretstream_xchacha20poly1305_TAG_MESSAGE : crypto_secretstream_xchacha20poly1305_TAG_FINAL);
		at += (size_t)written;
		done += piece;
	}
	sodium_memzero(&stream, sizeof(stream));
	*out = (char *)sealed;
	*out_len = at;
	return ST_OK;
}

enum status seal_open(const char *sealed_text, size_t len, const char *passphrase, char **out, size_t *out_len, struct err *err)
{
	const unsigned char *sealed = (const unsigned char *)sealed_text;
	unsigned char key[crypto_secretstream_xchacha20poly1305_KEYBYTES], tag = 0;
	crypto_secretstream_xchacha20poly1305_state stream;
	size_t at = SEAL_HEADER, done = 0;
	enum status st;
	char *text;
	bool good;

	if (len < SEAL_MAGIC_SIZE + 1 || memcmp(sealed, SEAL_MAGIC, SEAL_MAGIC_SIZE) != 0)
		return err_set(err, ST_INVALID, N_("this is no file of `outpost export-edits`"));
	if (sealed[SEAL_MAGIC_SIZE] != SEAL_VERSION)
		return err_set(err, ST_REFUSED, N_("a newer Outpost wrote this file; install that version here"));
	if (len < SEAL_HEADER + SEAL_TAG)
		return err_set(err, ST_INVALID, N_("the file is cut off; copy it again"));
	if (seal_get(sealed + SEAL_COSTS) > SEAL_MAX_OPS || seal_get(sealed + SEAL_COSTS + 8) > SEAL_MAX_MEMORY ||
		seal_get(sealed + SEAL_COSTS) < crypto_pwhash_OPSLIMIT_MIN || seal_get(sealed + SEAL_COSTS + 8) < crypto_pwhash_MEMLIMIT_MIN)
		return err_set(err, ST_INVALID, N_("the file is damaged; copy it again"));
	st = seal_key(sealed, passphrase, key, err);
	if (st != ST_OK)
		return st;
	good = crypto_secretstream_xchacha20poly1305_init_pull(&stream, sealed + SEAL_STREAM, key) == 0;
	sodium_memzero(key, sizeof(key));
	text = mem_alloc(len - SEAL_HEADER + 1);
	while (good && at < len && tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
		size_t piece = len - at < SEAL_PIECE + SEAL_TAG ? len - at : SEAL_PIECE + SEAL_TAG;
		bool first = at == SEAL_HEADER;
		unsigned long long got = 0;

		good = piece >= SEAL_TAG && crypto_secretstream_xchacha20poly1305_pull(&stream, (unsigned char *)text + done, &got, &tag,
			sealed + at, piece, first ? sealed : NULL, first ? SEAL_HEADER : 0) == 0;
		at += piece;
		done += (size_t)got;
	}
	sodium_memzero(&stream, sizeof(stream));
	if (!good || at != len || tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
		seal_wipe(text, len - SEAL_HEADER);
		return err_set(err, ST_INVALID,
			N_("the passphrase is not the one of this file, or the file was cut off or altered; nothing was changed"));
	}
	text[done] = '\0';
	*out = text;
	*out_len = done;
	return ST_OK;
}
