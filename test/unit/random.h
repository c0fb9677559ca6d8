/*
 * random.h: random numbers for the unit tests, the same on every machine.  SplitMix64 (Steele, Lea
 * and Flood 2014).
 */
#ifndef L2N_RANDOM_H
#define L2N_RANDOM_H

#include <math.h>
#include <stdint.h>

#include "tap.h"

static uint64_t seed = 1;

static uint64_t
random_bits(void)
{
	uint64_t z = (seed += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

TAP_UNUSED static double
uniform(void)
{
	return (double) (random_bits() >> 11) * 0x1p-53;
}

TAP_UNUSED static double
normal(void)
{
	return sqrt(-2.0 * log(1.0 - uniform())) * cos(2.0 * M_PI * uniform());
}

TAP_UNUSED static int
integer(int below)
{
	return (int) (random_bits() % (uint64_t) below);
}

#endif
