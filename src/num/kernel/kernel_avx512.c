/*
 * kernel_avx512.c: the kernel for AVX-512: eight columns to a vector.
 */
#if defined(__x86_64__)

#include <immintrin.h>

#define KERNEL      l2n_kernel_avx512
#define KERNEL_NAME "avx512"
#define LANES       8
#define TILE_ROWS   12
#define HAVE_FMA    1

typedef __m512d vec;

#define vload(p)      _mm512_load_pd(p)
#define vloadu(p)     _mm512_loadu_pd(p)
#define vstore(p, v)  _mm512_store_pd(p, v)
#define vstoreu(p, v) _mm512_storeu_pd(p, v)
#define vset1(x)      _mm512_set1_pd(x)
#define vfma(a, b, c) _mm512_fmadd_pd(a, b, c)
#define vfms(a, b, c) _mm512_fmsub_pd(a, b, c)
#define vmin(a, b)    _mm512_min_pd(a, b)
#define vmax(a, b)    _mm512_max_pd(a, b)

/* n lanes from p, then zeros; n lanes of v to p */
#define first_lanes(n)    ((__mmask8) ((1u << (n)) - 1))
#define vload_n(p, n)     _mm512_maskz_loadu_pd(first_lanes(n), p)
#define vstore_n(p, v, n) _mm512_mask_storeu_pd(p, first_lanes(n), v)

/* halves of a vector: all of one value; n lanes from p and q, then zeros */
#define vset_pair(x, y) _mm512_insertf64x4(_mm512_set1_pd(x), _mm256_set1_pd(y), 1)
#define vload_pair(p, q, n)                                                              \
	_mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_maskz_loadu_pd(first_lanes(n), p)), \
					   _mm256_maskz_loadu_pd(first_lanes(n), q), 1)

/* lane i of the result is lane i + r of v, around */
static inline __attribute__((always_inline)) vec
vrotate(vec v, int r)
{
	__m512i i = _mm512_castpd_si512(v);

	switch (r)
	{
		case 1:
			return _mm512_castsi512_pd(_mm512_alignr_epi64(i, i, 1));
		case 2:
			return _mm512_castsi512_pd(_mm512_alignr_epi64(i, i, 2));
		case 3:
			return _mm512_castsi512_pd(_mm512_alignr_epi64(i, i, 3));
		case 4:
			return _mm512_castsi512_pd(_mm512_alignr_epi64(i, i, 4));
		default:
			return v;
	}
}

/* the same within each half */
static inline __attribute__((always_inline)) vec
vrotate_halves(vec v, int r)
{
	switch (r)
	{
		case 1:
			return _mm512_permutex_pd(v, 0x39);
		case 2:
			return _mm512_permutex_pd(v, 0x4e);
		default:
			return v;
	}
}

#include "num/kernel/kernel_impl.h"

#endif
