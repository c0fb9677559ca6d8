/*
 * kernel_avx2.c: the kernel for AVX2 with FMA: four columns to a vector.
 */
#if defined(__x86_64__)

#include <immintrin.h>

#define KERNEL      l2n_kernel_avx2
#define KERNEL_NAME "avx2"
#define LANES       4
#define TILE_ROWS   6
#define HAVE_FMA    1

typedef __m256d vec;

#define vload(p)      _mm256_load_pd(p)
#define vloadu(p)     _mm256_loadu_pd(p)
#define vstore(p, v)  _mm256_store_pd(p, v)
#define vstoreu(p, v) _mm256_storeu_pd(p, v)
#define vset1(x)      _mm256_set1_pd(x)
#define vfma(a, b, c) _mm256_fmadd_pd(a, b, c)
#define vfms(a, b, c) _mm256_fmsub_pd(a, b, c)
#define vmin(a, b)    _mm256_min_pd(a, b)
#define vmax(a, b)    _mm256_max_pd(a, b)

/* n lanes from p, then zeros; n lanes of v to p */
#define first_lanes(n)    _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3))
#define vload_n(p, n)     _mm256_maskload_pd(p, first_lanes(n))
#define vstore_n(p, v, n) _mm256_maskstore_pd(p, first_lanes(n), v)

/* halves of a vector: all of one value; n lanes from p and q, then zeros */
#define vset_pair(x, y)     _mm256_setr_pd(x, x, y, y)
#define vload_half(p, n)    ((n) > 1 ? _mm_loadu_pd(p) : _mm_load_sd(p))
#define vload_pair(p, q, n) _mm256_setr_m128d(vload_half(p, n), vload_half(q, n))

/* lane i of the result is lane i + r of v, around */
static inline __attribute__((always_inline)) vec
vrotate(vec v, int r)
{
	switch (r)
	{
		case 1:
			return _mm256_permute4x64_pd(v, 0x39);
		case 2:
			return _mm256_permute4x64_pd(v, 0x4e);
		default:
			return v;
	}
}

/* the same within each half */
static inline __attribute__((always_inline)) vec
vrotate_halves(vec v, int r)
{
	return r == 1 ? _mm256_permute_pd(v, 5) : v;
}

#include "num/kernel/kernel_impl.h"

#endif
