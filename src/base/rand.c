/* xoshiro256**, seeded by splitmix64: small, quick, the same everywhere. */
#include "base/rand.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/random.h>

static uint64_t rotate_left(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

void rand_init(struct rand *r, uint64_t seed)
{
	for (size_t i = 0; i < 4; i++) {
		seed += UINT64_C(0x9e3779b97f4a7c15);
		uint64_t z = seed;
		z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
		r->s[i] = z ^ (z >> 31);
	}
}

void rand_init_system(struct rand *r)
{
	for (;;) {
		if (getrandom(r->s, sizeof r->s, 0) == (ssize_t)sizeof r->s && (r->s[0] | r->s[1] | r->s[2] | r->s[3]))
			return;
		if (errno != EINTR && errno != 0)
			abort();
	}
}

uint64_t rand_u64(struct rand *r)
{
	uint64_t result = rotate_left(r->s[1] * 5, 7) * 9;
	uint64_t t = r->s[1] << 17;
	r->s[2] ^= r->s[0];
	r->s[3] ^= r->s[1];
	r->s[1] ^= r->s[2];
	r->s[0] ^= r->s[3];
	r->s[2] ^= t;
	r->s[3] = rotate_left(r->s[3], 45);
	return result;
}

uint64_t rand_below(struct rand *r, uint64_t n)
{
	/* numbers under 2^64 mod n would be drawn more often than others: draw again */
	uint64_t least = (0 - n) % n;
	uint64_t x;
	do
		x = rand_u64(r);
	while (x < least);
	return x % n;
}

void rand_uuid(struct rand *r, char out[UUID_SIZE])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint64_t high = rand_u64(r);
	uint64_t low = rand_u64(r);
	size_t n = 0;
	for (int i = 0; i < 26; i++) {
		if (i == 6 || i == 12 || i == 18)
			out[n++] = '-';
		/* five bits from the top of the 128; the last digit holds the two that are left */
		out[n++] = digits[i < 25 ? high >> 59 : high >> 59 & 0x1c];
		high = high << 5 | low >> 59;
		low <<= 5;
	}
	out[n] = '\0';
}
