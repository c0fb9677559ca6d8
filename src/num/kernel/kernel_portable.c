/*
 * kernel_portable.c: the kernel in the compiler's own vectors of two, for every processor.
 *
 * Where the architecture does not promise an fma the library's costs hundreds of cycles, and
 * the products are split by hand instead (see dd.h): several times slower, equally right.
 */
#include <string.h>

#define KERNEL      l2n_kernel_portable
#define KERNEL_NAME "portable"
#define LANES       2

typedef double vec __attribute__((vector_size(16)));
typedef double vec_unaligned __attribute__((vector_size(16), aligned(1), may_alias));

#define vload(p)      ((vec) * (const vec_unaligned *) (p))
#define vloadu(p)     vload(p)
#define vload_n(p, n) load_first(p, n)
#define vstore(p, v)  (*(vec_unaligned *) (p) = (v))
#define vstoreu(p, v) vstore(p, v)

static inline vec
load_first(const double *p, int n)
{
	vec v = {0.0, 0.0};

	memcpy(&v, p, sizeof(double) * (size_t) n); /* p may be unaligned */
	return v;
}

static inline void
vstore_n(double *p, vec v, int n)
{
	memcpy(p, &v, sizeof(double) * (size_t) n);
}

static inline vec
vset1(double x)
{
	return (vec){x, x};
}

static inline vec
vmin(vec a, vec b)
{
	return (vec){a[0] < b[0] ? a[0] : b[0], a[1] < b[1] ? a[1] : b[1]};
}

static inline vec
vmax(vec a, vec b)
{
	return (vec){a[0] < b[0] ? b[0] : a[0], a[1] < b[1] ? b[1] : a[1]};
}

/* halves of a vector: of one value, and the first of one place */
#define vset_pair(x, y)     ((vec){x, y})
#define vload_pair(p, q, n) ((void) (n), (vec){*(p), *(q)})

/* lane i of the result is lane i + r of v, around */
static inline vec
vrotate(vec v, int r)
{
	return r == 1 ? (vec){v[1], v[0]} : v;
}

#define vrotate_halves(v, r) ((void) (r), v)

#if defined(__aarch64__)
#include <arm_neon.h>
#define HAVE_FMA      1
#define TILE_ROWS     10
#define vfma(a, b, c) ((vec) vfmaq_f64(c, a, b))
#define vfms(a, b, c) ((vec) vfmaq_f64(-(c), a, b))
#elif defined(__FMA__) || defined(FP_FAST_FMA)
#define HAVE_FMA  1
#define TILE_ROWS 6
#define vfma(a, b, c) \
	((vec){__builtin_fma((a)[0], (b)[0], (c)[0]), __builtin_fma((a)[1], (b)[1], (c)[1])})
#define vfms(a, b, c) vfma(a, b, -(c))
#else
#define HAVE_FMA  0
#define TILE_ROWS 2
#endif

#include "num/kernel/kernel_impl.h"
