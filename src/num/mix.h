/*
 * mix.h: SplitMix64 (Steele, Lea and Flood 2014), for numbers that look random and are the same
 * everywhere.
 */
#ifndef L2N_MIX_H
#define L2N_MIX_H

#include <stdint.h>

/* Its finalizer: a bijection that leaves no pattern */
static inline uint64_t
l2n_mix(uint64_t x)
{
	x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
	return x ^ x >> 31;
}

/* The next number of its stream, as one from 0 to below 1; the seed goes on with it */
static inline double
l2n_next_random(uint64_t *seed)
{
	*seed += UINT64_C(0x9E3779B97F4A7C15);
	return (double) (l2n_mix(*seed) >> 11) * 0x1p-53;
}

#endif
