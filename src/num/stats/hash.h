/*
 * hash.h: 64-bit hashes whose values never change, for deciding by a row's key or contents.
 *
 * PostgreSQL's own hash functions may differ by version and byte order; a split into training and
 * test rows must not.  This is XXH64 (Collet, "xxHash fast digest algorithm", 2014) over bytes, and
 * over numbers as their bytes in little-endian order, so a library in any language reproduces it.
 */
#ifndef L2N_HASH_H
#define L2N_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define L2N_HASH_P1 UINT64_C(0x9E3779B185EBCA87)
#define L2N_HASH_P2 UINT64_C(0xC2B2AE3D27D4EB4F)
#define L2N_HASH_P3 UINT64_C(0x165667B19E3779F9)
#define L2N_HASH_P4 UINT64_C(0x85EBCA77C2B2AE63)
#define L2N_HASH_P5 UINT64_C(0x27D4EB2F165667C5)

static inline uint64_t
l2n_hash_rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static inline uint32_t
l2n_hash_read32(const unsigned char *p)
{
	return (uint32_t) p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16 | (uint32_t) p[3] << 24;
}

/* Compilers make one load of it where the machine is little-endian */
static inline uint64_t
l2n_hash_read64(const unsigned char *p)
{
	return (uint64_t) l2n_hash_read32(p) | (uint64_t) l2n_hash_read32(p + 4) << 32;
}

static inline uint64_t
l2n_hash_round(uint64_t lane, uint64_t word)
{
	return l2n_hash_rotate(lane + word * L2N_HASH_P2, 31) * L2N_HASH_P1;
}

/* Four words into four lanes */
static inline void
l2n_hash_stripe(uint64_t lane[4], uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	lane[0] = l2n_hash_round(lane[0], a);
	lane[1] = l2n_hash_round(lane[1], b);
	lane[2] = l2n_hash_round(lane[2], c);
	lane[3] = l2n_hash_round(lane[3], d);
}

static inline void
l2n_hash_lanes(uint64_t lane[4], uint64_t seed)
{
	lane[0] = seed + L2N_HASH_P1 + L2N_HASH_P2;
	lane[1] = seed + L2N_HASH_P2;
	lane[2] = seed;
	lane[3] = seed - L2N_HASH_P1;
}

static inline uint64_t
l2n_hash_join(const uint64_t lane[4])
{
	uint64_t h = l2n_hash_rotate(lane[0], 1) + l2n_hash_rotate(lane[1], 7) +
				 l2n_hash_rotate(lane[2], 12) + l2n_hash_rotate(lane[3], 18);

	for (int i = 0; i < 4; i++)
		h = (h ^ l2n_hash_round(0, lane[i])) * L2N_HASH_P1 + L2N_HASH_P4;
	return h;
}

static inline uint64_t
l2n_hash_word(uint64_t h, uint64_t word)
{
	return l2n_hash_rotate(h ^ l2n_hash_round(0, word), 27) * L2N_HASH_P1 + L2N_HASH_P4;
}

static inline uint64_t
l2n_hash_finish(uint64_t h)
{
	h = (h ^ h >> 33) * L2N_HASH_P2;
	h = (h ^ h >> 29) * L2N_HASH_P3;
	return h ^ h >> 32;
}

/* XXH64 */
static inline uint64_t
l2n_hash_bytes(const void *data, size_t len, uint64_t seed)
{
	const unsigned char *p = data;
	const unsigned char *end = p + len;
	uint64_t h = seed + L2N_HASH_P5;

	if (len >= 32)
	{
		uint64_t lane[4];

		l2n_hash_lanes(lane, seed);
		for (; end - p >= 32; p += 32)
			l2n_hash_stripe(lane, l2n_hash_read64(p), l2n_hash_read64(p + 8),
							l2n_hash_read64(p + 16), l2n_hash_read64(p + 24));
		h = l2n_hash_join(lane);
	}
	h += len;
	for (; end - p >= 8; p += 8)
		h = l2n_hash_word(h, l2n_hash_read64(p));
	if (end - p >= 4)
	{
		h = l2n_hash_rotate(h ^ l2n_hash_read32(p) * L2N_HASH_P1, 23) * L2N_HASH_P2 + L2N_HASH_P3;
		p += 4;
	}
	for (; p < end; p++)
		h = l2n_hash_rotate(h ^ *p * L2N_HASH_P5, 11) * L2N_HASH_P1;
	return l2n_hash_finish(h);
}

/* l2n_hash_bytes of the eight bytes of x, the lowest first */
static inline uint64_t
l2n_hash_u64(uint64_t x, uint64_t seed)
{
	return l2n_hash_finish(l2n_hash_word(seed + L2N_HASH_P5 + 8, x));
}

/* Doubles that are equal have equal bits, but for the zeros */
static inline uint64_t
l2n_hash_read_double(const char *p)
{
	uint64_t bits;

	memcpy(&bits, p, sizeof bits);
	return bits << 1 == 0 ? 0 : bits;
}

/*
 * l2n_hash_bytes of n doubles, each as its IEEE bits, the lowest byte first, and -0 as 0.  values
 * need not be aligned.
 */
static inline uint64_t
l2n_hash_doubles(const void *values, size_t n, uint64_t seed)
{
	const char *p = values;
	uint64_t h = seed + L2N_HASH_P5;
	size_t i = 0;

	if (n >= 4)
	{
		uint64_t lane[4];

		l2n_hash_lanes(lane, seed);
		for (; n - i >= 4; i += 4, p += 32)
			l2n_hash_stripe(lane, l2n_hash_read_double(p), l2n_hash_read_double(p + 8),
							l2n_hash_read_double(p + 16), l2n_hash_read_double(p + 24));
		h = l2n_hash_join(lane);
	}
	h += 8 * (uint64_t) n;
	for (; i < n; i++, p += 8)
		h = l2n_hash_word(h, l2n_hash_read_double(p));
	return l2n_hash_finish(h);
}

/* A hash as a number below n, each as likely */
static inline int
l2n_hash_below(uint64_t hash, int n)
{
	return (int) ((hash >> 32) * (uint64_t) n >> 32);
}

/* The halves of a product of 128 bits, folded */
static inline uint64_t
l2n_hash_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 product = (unsigned __int128) a * b;

	return (uint64_t) product ^ (uint64_t) (product >> 64);
#else
	uint64_t a0 = (uint32_t) a, a1 = a >> 32, b0 = (uint32_t) b, b1 = b >> 32;
	uint64_t low = a0 * b0, middle = a1 * b0 + (low >> 32), other = a0 * b1 + (uint32_t) middle;

	return (a * b) ^ (a1 * b1 + (middle >> 32) + (other >> 32));
#endif
}

/*
 * A quick hash of n doubles, by their bits, to be compared with its like only.  A product for each
 * two, none of which waits for another (as in wyhash by Wang Yi), each place with numbers of its
 * own.
 */
static inline uint64_t
l2n_hash_row(const double *values, size_t n)
{
	uint64_t sum = n * L2N_HASH_P5, a, b, salt = L2N_HASH_P1;

	for (; n >= 2; n -= 2, values += 2, salt += L2N_HASH_P3)
	{
		memcpy(&a, values, sizeof a);
		memcpy(&b, values + 1, sizeof b);
		sum += l2n_hash_fold(a ^ salt, b ^ (salt + L2N_HASH_P2));
	}
	if (n > 0)
	{
		memcpy(&a, values, sizeof a);
		sum += l2n_hash_fold(a ^ salt, salt + L2N_HASH_P2);
	}
	return l2n_hash_fold(sum ^ L2N_HASH_P4, L2N_HASH_P2);
}

#endif
