/* A password in memory. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "net/internal.h"

/* A copy in pages of its own. Where locking is not allowed (a small RLIMIT_MEMLOCK) the program works on without it. */
char *secret_lock(const char *secret)
{
	size_t len = strlen(secret) + 1;
	void *pages = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED)
		abort();
	mlock(pages, len);
	madvise(pages, len, MADV_DONTDUMP);
	return memcpy(pages, secret, len);
}

void secret_unlock(char *secret)
{
	if (!secret)
		return;
	size_t len = strlen(secret) + 1;
	explicit_bzero(secret, len);
	munmap(secret, len);
}
