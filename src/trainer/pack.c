/* gzip, the only user of zlib. */
#include <zlib.h>

#include "base/base.h"
#include "trainer/pack.h"

char *pack_gzip(const char *data, size_t size, size_t *len)
{
	z_stream z = {0};
	if (deflateInit2(&z, 4, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	size_t max = deflateBound(&z, size);
	char *out = mem_alloc(max);
	/* zlib's input is not const in this build; it is not written to */
	union { const char *in; Bytef *bytes; } in = {.in = data};
	z.next_in = in.bytes;
	z.avail_in = (uInt)size;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)max;
	int rc = deflate(&z, Z_FINISH);
	*len = z.total_out;
	deflateEnd(&z);
	if (rc == Z_STREAM_END)
		return out;
	mem_free(out);
	return NULL;
}
