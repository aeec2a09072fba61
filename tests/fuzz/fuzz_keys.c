/* Any bytes from a terminal: keys come out valid, pastes are UTF-8, nothing is kept beyond the limits. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ui/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_key(void *ctx, int key, const char *paste)
{
	char name[16];

	(void)ctx;
	if (paste != NULL) {
		if (!text_is_valid(paste, strlen(paste)))
			abort();
		return;
	}
	if (key <= 0 || key > KEY_CODE_F12)
		abort();
	keys_name(key, name);
	if (!text_is_valid(name, strlen(name)) || (key > 32 && key_from_name(name) != key))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keys keys;
	size_t half = size / 2;

	keys_init(&keys);
	keys_define(&keys, "\033[Q", KEY_CODE_F1);
	keys_feed(&keys, (const char *)data, half, fuzz_key, NULL);
	if (size % 3 == 0 && keys_waiting(&keys))
		keys_timeout(&keys, fuzz_key, NULL);
	keys_feed(&keys, (const char *)data + half, size - half, fuzz_key, NULL);
	keys_timeout(&keys, fuzz_key, NULL);
	keys_done(&keys);
	return 0;
}
