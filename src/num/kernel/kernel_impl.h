/*
 * kernel_impl.h: the kernel, written once; kernel_<isa>.c says what a vector is and includes
 * this.
 *
 * The naive method adds products to a double: every addition drops the bits of the product
 * below the last place of the sum, n u in all, and the normal equations square the condition
 * number of what is left.  Keeping the dropped bits by two_prod and two_sum (Dot2: Ogita, Rump
 * and Oishi, SIAM J. Sci. Comput. 26, 2005) costs 10 operations a product; ours costs 4.
 *
 * Scale the columns by powers of two to a norm of at most 1 and start the accumulator S1 at 3:
 * by Cauchy-Schwarz every partial sum stays within [2, 4], one binade, so that
 *
 *		t = fma(a, b, S1);  q = t - S1;  S1 = t;  S2 += fma(a, b, -q)
 *
 * computes exactly in q what the addition took of the product, and in the last fma what it
 * left.  (The biased accumulator is that of AccSum: Rump, Ogita and Oishi, SIAM J. Sci. Comput.
 * 31, 2008.)  Every 32 rows S2 moves up to S1, so that it stays below 32 * 2^-52; its own rounding
 * is the only error: about 2^-98 of the norms, 2^-97 as the worst of many,
 * rows * 32 * 2^-104 = 2^-92 as a bound.
 *
 * A block goes through three steps, each reading memory in order:
 *	pack	copy the rows to panels of one vector of columns, and sum squares; a last panel of
 *			at most half a vector of columns has two rows in a vector
 *	scale	per panel: subtract the shift, multiply by the power of two; the sums
 *	tile	panel times rows, the accumulators in registers
 */
#ifndef L2N_KERNEL_IMPL_H
#define L2N_KERNEL_IMPL_H

#include "num/kernel/kernel.h"

extern const l2n_kernel l2n_kernel_avx512;
extern const l2n_kernel l2n_kernel_avx2;
extern const l2n_kernel l2n_kernel_portable;

/* The work area, for every vector width: see l2n_block_worksize() and struct columns */
#define L2N_MAX_LANES     8
#define L2N_COLUMN_ARRAYS 7

#endif

#ifdef KERNEL

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

#ifdef __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#ifndef vload_n
#error "kernel_impl.h needs the vector macros of a kernel_<isa>.c"
#endif

/* The rounding error of p = a * b; and a * b + c where its last bits do not matter */
#if HAVE_FMA
#define vproduct_error(a, b, p) vfms(a, b, p)
#define vmuladd(a, b, c)        vfma(a, b, c)
#else
INLINE vec
vproduct_error(vec a, vec b, vec p)
{
	const vec splitter = vset1(134217729.0); /* 2^27 + 1 */
	vec ta = splitter * a, tb = splitter * b;
	vec ah = ta - (ta - a), bh = tb - (tb - b);
	vec al = a - ah, bl = b - bh;

	return ((ah * bh - p) + ah * bl + al * bh) + al * bl;
}

#define vmuladd(a, b, c) ((a) * (b) + (c))
#endif

/* s + e = a + b exactly */
INLINE void
vtwo_sum(vec a, vec b, vec *s, vec *e)
{
	vec t = a + b;
	vec bb = t - a;

	*e = (a - (t - bb)) + (b - bb);
	*s = t;
}

/* the same for |a| >= |b| */
INLINE void
vfast_two_sum(vec a, vec b, vec *s, vec *e)
{
	vec t = a + b;

	*e = b - (t - a);
	*s = t;
}

INLINE vec
vload_part(bool full, const double *p, int n)
{
	return full ? vloadu(p) : vload_n(p, n);
}

INLINE void
vstore_part(bool full, double *p, vec v, int n)
{
	if (full)
		vstoreu(p, v);
	else
		vstore_n(p, v, n);
}

INLINE vec
vmedian(vec a, vec b, vec c)
{
	return vmax(vmin(a, b), vmin(vmax(a, b), c));
}

/* Where an accumulator of products below 1 starts: it stays within [2, 4] */
#define BIAS 3.0

/*
 * Panels
 */

/* The tiles take up to so many vectors in turn; zeros fill the panels up to that. */
#define TILE_STEP 2

/* Largest TILE_ROWS, the most columns of a tile: see CASES */
#define MAX_TILE_ROWS 12

/* Doubles of a panel.  The odd row keeps panels from competing for the same cache sets. */
#define PANEL (L2N_BLOCK_ROWS * LANES + LANES)

/*
 * The columns of a panel: a whole vector of them; fewer, the rest 0; or at most half of a vector,
 * and then a vector holds two rows.  What is known of the columns is there twice then.
 */
typedef enum shape
{
	FULL,
	PART,
	NARROW
} shape;

INLINE shape
shape_of(int n)
{
	return n >= LANES ? FULL : n > LANES / 2 ? PART : NARROW;
}

/* Rows in a vector, and doubles of a row */
#define PER_VECTOR(shape) ((shape) == NARROW ? 2 : 1)
#define ROW_SIZE(shape)   (LANES / PER_VECTOR(shape))

/* A vector of a panel from a row at p, for NARROW and the next at q */
INLINE vec
vload_rows(const shape shape, const double *p, const double *q, int n)
{
	switch (shape)
	{
		case FULL:
			return vloadu(p);
		case PART:
			return vload_n(p, n);
		default:
			return vload_pair(p, q, n);
	}
}

/* Vector i of what is known of rows */
INLINE vec
vset_rows(const shape shape, const double *of_rows, int i)
{
	if (shape == NARROW)
		return vset_pair(of_rows[2 * i], of_rows[2 * i + 1]);
	return vset1(of_rows[i]);
}

/* The sum over the rows of a vector */
INLINE vec
vfold(const shape shape, vec v)
{
	if (shape == NARROW)
		v += vrotate(v, LANES / 2);
	return v;
}

/*
 * What is known of the columns of a block: arrays of k, padded to whole vectors.  The sums of
 * squares are of x and of its distance to the candidate for the shift, plain and weighted.
 */
typedef struct columns
{
	double *candidate;
	double *norm;     /* a power of two above the norm of the shifted column */
	double *weighted; /* scratch: the sums of squares with weights */
	double *weighted_moved;
	double *plain; /* and without */
	double *plain_moved;
	double *lift; /* the power of two that a column of tiny values was multiplied by */
} columns;

/* The candidates of the columns from j on */
INLINE void
choose_candidate(const shape shape, int n, int j, const double *row[3], double *candidate)
{
	vec a = vload_rows(shape, row[0] + j, row[0] + j, n);
	vec b = vload_rows(shape, row[1] + j, row[1] + j, n);
	vec c = vload_rows(shape, row[2] + j, row[2] + j, n);

	vstore(candidate + j, vmedian(a, b, c));
}

/*
 * Copies some columns of rows first .. last - 1 to a panel and adds to their sums of squares.
 * A row of weight 0 must not count, whatever it holds, so the candidate stands in for it, and
 * for the row that a last vector lacks.
 * Four vectors at a time, since a sum waits for its previous addition.
 */
INLINE void
pack_rows(const shape shape, const bool weighted, int first, int last, int n, const double *x,
		  ptrdiff_t stride, const double *w, double *panel, columns c)
{
	const int per = PER_VECTOR(shape);
	vec candidate = vload(c.candidate);
	vec xx[4], dd[4], wxx[4], wdd[4];
	int i = first;

	UNROLL
	for (int u = 0; u < 4; u++)
		xx[u] = dd[u] = wxx[u] = wdd[u] = vset1(0.0);

#define PACK_SOURCE(row) \
	((row) < last && (!weighted || w[row] > 0.0) ? x + (row) *stride : c.candidate)
#define PACK(row, u)                                                            \
	do                                                                          \
	{                                                                           \
		vec v = vload_rows(shape, PACK_SOURCE(row), PACK_SOURCE((row) + 1), n); \
		vec d = v - candidate;                                                  \
                                                                                \
		vstore(panel + (row) *ROW_SIZE(shape), v);                              \
		xx[u] = vmuladd(v, v, xx[u]);                                           \
		dd[u] = vmuladd(d, d, dd[u]);                                           \
		if (weighted)                                                           \
		{                                                                       \
			vec weight = vset_rows(shape, w, (row) / per);                      \
                                                                                \
			wxx[u] = vmuladd(weight * v, v, wxx[u]);                            \
			wdd[u] = vmuladd(weight * d, d, wdd[u]);                            \
		}                                                                       \
	} while (0)

	for (; i + 4 * per <= last; i += 4 * per)
	{
		UNROLL
		for (int u = 0; u < 4; u++)
			PACK(i + u * per, u);
	}
	for (; i < last; i += per)
		PACK(i, 0);
#undef PACK
#undef PACK_SOURCE

#define ADD_TO(to, s) vstore(to, vload(to) + vfold(shape, (s[0] + s[1]) + (s[2] + s[3])))
	ADD_TO(c.plain, xx);
	ADD_TO(c.plain_moved, dd);
	if (weighted)
	{
		ADD_TO(c.weighted, wxx);
		ADD_TO(c.weighted_moved, wdd);
	}
#undef ADD_TO
}

/* The arrays from column j on */
INLINE columns
columns_from(columns c, int j)
{
	return (columns){c.candidate + j, c.norm + j,        c.weighted + j, c.weighted_moved + j,
					 c.plain + j,     c.plain_moved + j, c.lift + j};
}

INLINE void
clear_squares(columns c, int n)
{
	for (int j = 0; j < n; j++)
		c.plain[j] = c.plain_moved[j] = c.weighted[j] = c.weighted_moved[j] = 0.0;
}

/*
 * Squares of values below 2^-390 may underflow.  Multiplies such columns of a panel by 2^800
 * and sums their squares again.  Above that the sums can be trusted: a value there is a multiple
 * of 2^-449, and so is its distance to a near candidate.
 */
INLINE void
lift_tiny(const shape shape, const bool weighted, int rows, int n, const double *w, double *panel,
		  columns c)
{
	bool tiny = false;

	for (int j = 0; j < LANES; j++)
		c.lift[j] = 1.0;
	for (int j = 0; j < n; j++)
	{
		if (c.plain[j] < 0x1p-780)
		{
			tiny = true;
			for (int at = j; at < LANES; at += ROW_SIZE(shape))
			{
				c.lift[at] = 0x1p800;
				c.candidate[at] *= 0x1p800;
			}
		}
	}
	if (!tiny)
		return;
	for (int i = 0; i * PER_VECTOR(shape) < rows; i++)
		vstore(panel + i * LANES, vload(panel + i * LANES) * vload(c.lift));
	clear_squares(c, LANES);
	pack_rows(shape, weighted, 0, rows, n, panel, ROW_SIZE(shape), w, panel, c);
}

/* A power of two above the square root of s, and at most twice that for normal s */
INLINE double
power_above_sqrt(double s)
{
	uint64_t bits;
	double power;

	s *= 1.0 + 0x1p-40; /* s was rounded */
	memcpy(&bits, &s, sizeof(bits));
	bits = ((bits >> 52) + 1025) >> 1;
	bits <<= 52;
	memcpy(&power, &bits, sizeof(power));
	return power;
}

/*
 * Decides shift and norm of the columns of a panel.  The shift is the candidate if that
 * subtracts exactly: by Sterbenz, if it changes no value by more than half of the candidate,
 * and so surely if the norm of the change is that small.
 */
INLINE void
choose_scale(const shape shape, const bool weighted, int n, columns c)
{
	for (int j = 0; j < LANES; j++)
		c.norm[j] = 1.0;
	for (int j = 0; j < n; j++)
	{
		double candidate = c.candidate[j];
		bool near = c.plain_moved[j] * (4.0 + 0x1p-38) <= candidate * candidate;
		double squares = near ? c.plain_moved[j] : c.plain[j];

		if (weighted && squares > 0.0)
		{
			squares = near ? c.weighted_moved[j] : c.weighted[j];

			/* weights that differ by 2^900 within a block: keep to the range of a double */
			if (squares < 0x1p-960)
				squares = 0x1p-960;
		}
		for (int at = j; at < LANES; at += ROW_SIZE(shape))
		{
			if (!near)
				c.candidate[at] = 0.0;
			if (squares > 0.0)
				c.norm[at] = power_above_sqrt(squares);
		}
	}
}

/*
 * Shifts and scales a panel and returns the sums of its columns.  With weights the panel gets
 * the weighted column, the panel behind it what rounding that product lost, and the one behind
 * that the column without its weight.  Zeros fill it to a multiple of TILE_STEP vectors.
 *
 * norm_of_ones bounds the sums, as the norm of a column does its products.
 */
INLINE void
scale_panel(const shape shape, const bool weighted, int rows, const double *w, double norm_of_ones,
			vec shift, vec scale, double *panel, vec *sum, vec *sum_low)
{
	const vec bias = vset1(BIAS * norm_of_ones);
	const vec first_row = vset_pair(1.0, 0.0);
	vec s1[4], s2[4];
	int i = 0;

	UNROLL
	for (int u = 0; u < 4; u++)
	{
		s1[u] = bias;
		s2[u] = vset1(0.0);
	}

	/* x scale - shift scale: every term and the result are exact */
	shift = -shift * scale;

#define SCALE(i, u, scale, shift)                 \
	do                                            \
	{                                             \
		double *to = panel + (i) *LANES;          \
		vec h = vmuladd(vload(to), scale, shift); \
		vec t;                                    \
                                                  \
		if (weighted)                             \
		{                                         \
			vec weight = vset_rows(shape, w, i);  \
			vec v = h, l;                         \
                                                  \
			h = v * weight;                       \
			l = vproduct_error(v, weight, h);     \
			vstore(to + 2 * PANEL, v);            \
			vstore(to + PANEL, l);                \
			s2[u] += l;                           \
		}                                         \
		vstore(to, h);                            \
		t = s1[u] + h;                            \
		s2[u] += h - (t - s1[u]);                 \
		s1[u] = t;                                \
	} while (0)

	for (; (i + 4) * PER_VECTOR(shape) <= rows; i += 4)
	{
		UNROLL
		for (int u = 0; u < 4; u++)
			SCALE(i + u, u, scale, shift);
	}
	for (; (i + 1) * PER_VECTOR(shape) <= rows; i++)
		SCALE(i, 0, scale, shift);
	if (i * PER_VECTOR(shape) < rows)
	{
		SCALE(i, 0, scale * first_row, shift * first_row);
		i++;
	}
#undef SCALE
	for (; i % TILE_STEP != 0; i++)
	{
		vstore(panel + i * LANES, vset1(0.0));
		if (weighted)
		{
			vstore(panel + i * LANES + PANEL, vset1(0.0));
			vstore(panel + i * LANES + 2 * PANEL, vset1(0.0));
		}
	}

	UNROLL
	for (int u = 0; u < 4; u++)
		s1[u] -= bias;
	vtwo_sum(vfold(shape, (s1[0] + s1[1]) + (s1[2] + s1[3])),
			 vfold(shape, (s2[0] + s2[1]) + (s2[2] + s2[3])), sum, sum_low);
}

/*
 * Tiles
 */

/* s1 + s2 += a * b */
#if HAVE_FMA
#define ACCUMULATE(a, b, s1, s2) \
	do                           \
	{                            \
		vec t_ = vfma(a, b, s1); \
		vec q_ = t_ - s1;        \
                                 \
		s1 = t_;                 \
		s2 += vfms(a, b, q_);    \
	} while (0)
#else
#define ACCUMULATE(a, b, s1, s2)                    \
	do                                              \
	{                                               \
		vec p_ = (a) * (b);                         \
		vec t_ = s1 + p_;                           \
		vec q_ = t_ - s1;                           \
                                                    \
		s1 = t_;                                    \
		s2 += (p_ - q_) + vproduct_error(a, b, p_); \
	} while (0)
#endif
#define ACCUMULATE_LOW(a, b, s2) (s2 = vmuladd(a, b, s2))

/*
 * What S2 has grown to moves up to S1 every so many rows, exactly (S1 is far larger),
 * and S2 starts over: the smaller S2, the smaller its rounding.
 */
#define CARRY_ROWS 32
#define CARRY(s1, s2)     \
	do                    \
	{                     \
		vec t_ = s1 + s2; \
                          \
		s2 -= t_ - s1;    \
		s1 = t_;          \
	} while (0)

/*
 * The loop of a tile of n vectors of accumulators over so many steps, a multiple of TILE_STEP.
 * STEP(r, i, set) adds the products of step i to vector r, of the first or the second set: with
 * few vectors a step would wait for the one before, so there two sets take turns.  Their
 * sums add exactly.
 */
#define TILE_LOOP(STEP)                                                       \
	do                                                                        \
	{                                                                         \
		const int sets = 2 * n <= TILE_ROWS ? 2 : 1;                          \
		vec acc1[2][MAX_TILE_ROWS], acc2[2][MAX_TILE_ROWS];                   \
                                                                              \
		UNROLL                                                                \
		for (int r = 0; r < n; r++)                                           \
		{                                                                     \
			acc1[0][r] = acc1[1][r] = vset1(BIAS);                            \
			acc2[0][r] = acc2[1][r] = vset1(0.0);                             \
		}                                                                     \
		for (int i = 0; i < steps;)                                           \
		{                                                                     \
			const int stop = steps - i < CARRY_ROWS ? steps : i + CARRY_ROWS; \
                                                                              \
			for (; i < stop; i += sets)                                       \
			{                                                                 \
				STEP(i, 0);                                                   \
				if (sets == 2)                                                \
					STEP(i + 1, 1);                                           \
			}                                                                 \
			UNROLL                                                            \
			for (int r = 0; r < n; r++)                                       \
			{                                                                 \
				CARRY(acc1[0][r], acc2[0][r]);                                \
				if (sets == 2)                                                \
					CARRY(acc1[1][r], acc2[1][r]);                            \
			}                                                                 \
		}                                                                     \
		UNROLL                                                                \
		for (int r = 0; r < n; r++)                                           \
		{                                                                     \
			if (sets == 2)                                                    \
			{                                                                 \
				acc1[0][r] += acc1[1][r] - vset1(BIAS);                       \
				acc2[0][r] += acc2[1][r];                                     \
			}                                                                 \
			vstore(s1 + r * LANES, acc1[0][r]);                               \
			vstore(s2 + r * LANES, acc2[0][r]);                               \
		}                                                                     \
	} while (0)

/* The products of n columns, each read at a[r] in steps of row_size, with the panel at b */
#define RECTANGLE_STEP(row, set)                                          \
	do                                                                    \
	{                                                                     \
		const ptrdiff_t at = (ptrdiff_t) (row) *row_size;                 \
		vec v = vload(b + (ptrdiff_t) (row) *LANES);                      \
                                                                          \
		UNROLL                                                            \
		for (int r = 0; r < n; r++)                                       \
		{                                                                 \
			vec u = vset1(a[r][at]);                                      \
                                                                          \
			ACCUMULATE(u, v, acc1[set][r], acc2[set][r]);                 \
			if (weighted)                                                 \
				ACCUMULATE_LOW(vset1(a[r][at + PANEL]), v, acc2[set][r]); \
		}                                                                 \
	} while (0)

INLINE void
rectangle_of(const int n, const bool weighted, const int row_size, int steps,
			 const double *const *column, const double *b, double *s1, double *s2)
{
	const double *a[MAX_TILE_ROWS];

	UNROLL
	for (int r = 0; r < n; r++)
		a[r] = column[r];
	TILE_LOOP(RECTANGLE_STEP);
}

/*
 * The products of a panel with itself: the panel times itself rotated by 0, 1, .. n - 1 columns.
 * Half the columns and one reach every pair; broadcasting would take all the columns.
 */
#define DIAGONAL_STEP(i, set)                                           \
	do                                                                  \
	{                                                                   \
		const ptrdiff_t at = (ptrdiff_t) (i) *LANES;                    \
		vec u = vload(a + at), v = weighted ? vload(b + at) : u;        \
                                                                        \
		UNROLL                                                          \
		for (int r = 0; r < n; r++)                                     \
		{                                                               \
			vec w = narrow ? vrotate_halves(v, r) : vrotate(v, r);      \
                                                                        \
			ACCUMULATE(u, w, acc1[set][r], acc2[set][r]);               \
			if (weighted)                                               \
				ACCUMULATE_LOW(vload(a + at + PANEL), w, acc2[set][r]); \
		}                                                               \
	} while (0)

INLINE void
diagonal_of(const int n, const bool weighted, const bool narrow, int steps, const double *a,
			const double *b, double *s1, double *s2)
{
	TILE_LOOP(DIAGONAL_STEP);
}

/* f with n as a constant, to let it unroll; n is 1 .. most */
#define CASE(f, most, n_, ...)                 \
	case n_:                                   \
		if (n_ > (most))                       \
			__builtin_unreachable();           \
		f(n_ <= (most) ? n_ : 1, __VA_ARGS__); \
		break;
#define CASES(f, most, ...)        \
	CASE(f, most, 1, __VA_ARGS__)  \
	CASE(f, most, 2, __VA_ARGS__)  \
	CASE(f, most, 3, __VA_ARGS__)  \
	CASE(f, most, 4, __VA_ARGS__)  \
	CASE(f, most, 5, __VA_ARGS__)  \
	CASE(f, most, 6, __VA_ARGS__)  \
	CASE(f, most, 7, __VA_ARGS__)  \
	CASE(f, most, 8, __VA_ARGS__)  \
	CASE(f, most, 9, __VA_ARGS__)  \
	CASE(f, most, 10, __VA_ARGS__) \
	CASE(f, most, 11, __VA_ARGS__) \
	CASE(f, most, 12, __VA_ARGS__)

/* n columns of a panel of that shape times the panel at b */
INLINE void
rectangle(const shape shape, const bool weighted, int n, int rows, const double *const *column,
		  const double *b, double *s1, double *s2)
{
	const int steps = (rows + TILE_STEP - 1) / TILE_STEP * TILE_STEP;
	const int most = shape == FULL ? TILE_ROWS : ROW_SIZE(shape);

	switch (n)
	{
		CASES(rectangle_of, most, weighted, ROW_SIZE(shape), steps, column, b, s1, s2)
		default:
			__builtin_unreachable();
	}
}

/* The sum of the accumulators, without the bias and scaled back by norm */
INLINE void
finish(vec s1, vec s2, vec norm, vec *hi, vec *lo)
{
	vtwo_sum(s1, s2, hi, lo);
	*hi *= norm;
	*lo *= norm;
}

/* A full panel, columns j on, times all the columns before it */
INLINE void
products_above(const bool weighted, int rows, int k, int j, const double *panels, columns c,
			   double *gram_hi, double *gram_lo)
{
	const ptrdiff_t pitch = weighted ? 3 * PANEL : PANEL;
	const double *b = panels + j / LANES * pitch + (weighted ? 2 * PANEL : 0);
	double s1[TILE_ROWS * LANES] __attribute__((aligned(64)));
	double s2[TILE_ROWS * LANES] __attribute__((aligned(64)));
	vec norm = vload(c.norm + j);

	/* tiles of nearly one size, since narrow ones wait for themselves */
	for (int i = 0, tiles = (j + TILE_ROWS - 1) / TILE_ROWS; tiles > 0; tiles--)
	{
		const double *a[TILE_ROWS];
		int n = (j - i) / tiles;

		for (int r = 0; r < n; r++)
			a[r] = panels + (i + r) / LANES * pitch + (i + r) % LANES;
		rectangle(FULL, weighted, n, rows, a, b, s1, s2);
		for (int r = 0; r < n; r++, i++)
		{
			size_t at = l2n_tri(k, i, j);
			vec hi, lo;

			finish(vload(s1 + r * LANES) - vset1(BIAS), vload(s2 + r * LANES),
				   norm * vset1(c.norm[i]), &hi, &lo);
			vstoreu(gram_hi + at, hi);
			vstoreu(gram_lo + at, lo);
		}
	}
}

/* The columns of the last panel if it is not full: single columns times the panels before it */
INLINE void
products_beside(const shape shape, const bool weighted, int rows, int k, int j,
				const double *panels, columns c, double *gram_hi, double *gram_lo)
{
	const ptrdiff_t pitch = weighted ? 3 * PANEL : PANEL;
	const int n = k - j;
	const double *a[LANES];
	double s1[LANES * LANES] __attribute__((aligned(64)));
	double s2[LANES * LANES] __attribute__((aligned(64)));

	for (int r = 0; r < n; r++)
		a[r] = panels + j / LANES * pitch + r;
	for (int i = 0; i < j; i += LANES)
	{
		const double *b = panels + i / LANES * pitch + (weighted ? 2 * PANEL : 0);
		vec norm = vload(c.norm + i);

		rectangle(shape, weighted, n, rows, a, b, s1, s2);
		for (int r = 0; r < n; r++)
		{
			vec hi, lo;

			finish(vload(s1 + r * LANES) - vset1(BIAS), vload(s2 + r * LANES),
				   norm * vset1(c.norm[j + r]), &hi, &lo);
			vstore(s1 + r * LANES, hi);
			vstore(s2 + r * LANES, lo);
		}
		UNROLL
		for (int lane = 0; lane < LANES; lane++)
		{
			size_t at = l2n_tri(k, i + lane, j);

			for (int r = 0; r < n; r++)
			{
				gram_hi[at + r] = s1[r * LANES + lane];
				gram_lo[at + r] = s2[r * LANES + lane];
			}
		}
	}
}

/*
 * Copies the products of width columns, j on, with each other to the triangle.  Column i + d
 * is d columns ahead of i, and size - d behind it.
 */
INLINE void
scatter(int width, const int size, int n, int k, int j, const double *from, double *gram)
{
	UNROLL
	for (int i = 0; i < size; i++)
	{
		double *to = gram + l2n_tri(k, j + i, j + i);

		UNROLL
		for (int d = 0; d < size - i; d++)
			if (d < width - i)
				to[d] = from[d < n ? d * LANES + i : (size - d) * LANES + i + d];
	}
}

/* A panel of width columns, j on, times itself */
INLINE void
products_within(const shape shape, const bool weighted, int rows, int k, int j, int width,
				const double *panel, columns c, double *gram_hi, double *gram_lo)
{
	const double *b = panel + (weighted ? 2 * PANEL : 0);
	const int size = ROW_SIZE(shape), most = size / 2 + 1;
	const int steps =
		(rows + TILE_STEP * PER_VECTOR(shape) - 1) / (TILE_STEP * PER_VECTOR(shape)) * TILE_STEP;
	const int n = width < most ? width : most;
	double s1[(LANES / 2 + 1) * LANES] __attribute__((aligned(64)));
	double s2[(LANES / 2 + 1) * LANES] __attribute__((aligned(64)));
	double twice[2 * LANES];

	if (shape == NARROW)
		switch (n)
		{
			CASES(diagonal_of, most, weighted, true, steps, panel, b, s1, s2)
			default:
				__builtin_unreachable();
		}
	else
		diagonal_of(most, weighted, false, steps, panel, b, s1, s2);

	vstoreu(twice, vload(c.norm + j));
	vstoreu(twice + LANES, vload(c.norm + j));
	for (int r = 0; r < n; r++)
	{
		vec h, l;

		finish(vfold(shape, vload(s1 + r * LANES) - vset1(BIAS)),
			   vfold(shape, vload(s2 + r * LANES)), vloadu(twice) * vloadu(twice + r), &h, &l);
		vstore(s1 + r * LANES, h);
		vstore(s2 + r * LANES, l);
	}
	if (shape == FULL)
		width = LANES;
	scatter(width, size, n, k, j, s1, gram_hi);
	scatter(width, size, n, k, j, s2, gram_lo);
}

/* All that is to do with the panel of n columns, j on, once all are packed */
INLINE void
panel_products(const shape shape, const bool weighted, int rows, int k, int j, int n,
			   const double *w, double norm_of_ones, double root, double *panels, columns all,
			   double *shift, double *sum, double *gram)
{
	double *panel = panels + j / LANES * (weighted ? 3 * PANEL : PANEL);
	double *gram_low = gram + l2n_tri_size(k);
	columns c = columns_from(all, j);
	vec norm, s, s_low;

	lift_tiny(shape, weighted, rows, n, w, panel, c);
	choose_scale(shape, weighted, n, c);
	norm = vload(c.norm);
	scale_panel(shape, weighted, rows, w, norm_of_ones, vload(c.candidate), vset1(1.0) / norm,
				panel, &s, &s_low);
	vstore_part(shape == FULL, shift + j, vload(c.candidate) / vload(c.lift), n);
	norm *= vset1(root) / vload(c.lift);
	vstore(c.norm, norm);
	vstore_part(shape == FULL, sum + j, s * (norm * vset1(root)), n);
	vstore_part(shape == FULL, sum + k + j, s_low * (norm * vset1(root)), n);
	if (shape == FULL)
		products_above(weighted, rows, k, j, panels, all, gram, gram_low);
	else
		products_beside(shape, weighted, rows, k, j, panels, all, gram, gram_low);
	products_within(shape, weighted, rows, k, j, n, panel, all, gram, gram_low);
}

INLINE void
block_template(const bool weighted, int rows, int k, const double *x, ptrdiff_t stride,
			   const double *w, double norm_of_ones, double root, const double *candidate_row[3],
			   double *shift, double *sum, double *gram, void *work)
{
	const ptrdiff_t pitch = weighted ? 3 * PANEL : PANEL;
	const int padded = (k + LANES - 1) / LANES * LANES;
	/* many columns: pack a few rows at a time, to read each of them in order */
	const int step = k <= 8 * LANES ? L2N_BLOCK_ROWS : 16;
	double *panels = work;
	double *arrays = panels + padded / LANES * pitch;
	columns all = {arrays,
				   arrays + padded,
				   arrays + 2 * padded,
				   arrays + 3 * padded,
				   arrays + 4 * padded,
				   arrays + 5 * padded,
				   arrays + 6 * padded};

	clear_squares(all, padded);

/* f for the panel of n columns, j on, with its shape as a constant */
#define BY_SHAPE(f, ...)            \
	switch (shape_of(k - j))        \
	{                               \
		case FULL:                  \
			f(FULL, __VA_ARGS__);   \
			break;                  \
		case PART:                  \
			f(PART, __VA_ARGS__);   \
			break;                  \
		case NARROW:                \
			f(NARROW, __VA_ARGS__); \
	}

	for (int j = 0; j < k; j += LANES)
		BY_SHAPE(choose_candidate, k - j, j, candidate_row, all.candidate);
	for (int first = 0; first < rows; first += step)
	{
		int last = rows - first < step ? rows : first + step;

		for (int j = 0; j < k; j += LANES)
			BY_SHAPE(pack_rows, weighted, first, last, k - j, x + j, stride, w,
					 panels + j / LANES * pitch, columns_from(all, j));
	}
	for (int j = 0; j < k; j += LANES)
		BY_SHAPE(panel_products, weighted, rows, k, j, k - j, w, norm_of_ones, root, panels, all,
				 shift, sum, gram);
#undef BY_SHAPE
}

/* Apart, so that the path without weights keeps its registers and its place in the cache */
static __attribute__((noinline)) void
block_plain(int rows, int k, const double *x, ptrdiff_t stride, double *shift, double *sum,
			double *gram, void *work)
{
	const double *candidate_row[3] = {x, x + rows / 2 * stride, x + (rows - 1) * stride};

	block_template(false, rows, k, x, stride, NULL, power_above_sqrt(rows), 1.0, candidate_row,
				   shift, sum, gram, work);
}

static __attribute__((noinline)) void
block_weighted(int rows, int k, const double *x, ptrdiff_t stride, const double *weight,
			   double *shift, dd *wsum, double *sum, double *gram, void *work)
{
	double w[L2N_BLOCK_ROWS] __attribute__((aligned(64)));
	const double *candidate_row[3];
	int used[L2N_BLOCK_ROWS]; /* the rows whose weight is not zero */
	int n = 0;
	double largest = 0.0, root;
	vec s = vset1(0.0), s_low = vset1(0.0);

	for (int i = 0; i < rows; i++)
	{
		w[i] = weight[i * stride];
		largest = w[i] > largest ? w[i] : largest;
		if (w[i] > 0.0)
			used[n++] = i;
	}
	if (n == 0)
	{
		*wsum = dd_of(0.0);
		memset(shift, 0, k * sizeof(double));
		memset(sum, 0, 2 * k * sizeof(double));
		memset(gram, 0, 2 * l2n_tri_size(k) * sizeof(double));
		return;
	}

	/* Weights of at most 1, so that w x x is a double as long as x x is.  The norms take the root.
	 */
	root = power_above_sqrt(largest);
	for (int i = 0; i < L2N_BLOCK_ROWS; i++)
		w[i] = i < rows ? w[i] * (1.0 / root) * (1.0 / root) : 0.0;

	for (int i = 0; i < L2N_BLOCK_ROWS; i += LANES)
	{
		vec e;

		vtwo_sum(s, vload(w + i), &s, &e);
		s_low += e;
	}
	*wsum = dd_of(0.0);
	for (int lane = 0; lane < LANES; lane++)
		*wsum = dd_add(*wsum, dd_fast_two_sum(s[lane], s_low[lane]));

	candidate_row[0] = x + used[0] * stride;
	candidate_row[1] = x + used[n / 2] * stride;
	candidate_row[2] = x + used[n - 1] * stride;
	block_template(true, rows, k, x, stride, w, power_above_sqrt(wsum->hi), root, candidate_row,
				   shift, sum, gram, work);
	*wsum = dd_scale(dd_scale(*wsum, root), root);
}

static void
block(int rows, int k, const double *x, ptrdiff_t stride, const double *weight, double *shift,
	  dd *wsum, double *sum, double *gram, void *work)
{
	if (weight != NULL)
		block_weighted(rows, k, x, stride, weight, shift, wsum, sum, gram, work);
	else
	{
		*wsum = dd_of(rows);
		block_plain(rows, k, x, stride, shift, sum, gram, work);
	}
}

/*
 * Rows on their way in
 */

typedef int64_t vec_bits __attribute__((vector_size(sizeof(vec))));

INLINE void
copy_step(const bool full, int n, const double *from, double *to, vec largest, vec smallest,
		  vec_bits *large, vec_bits *small)
{
	vec v = vload_part(full, from, n);
	vec magnitude = (vec) ((vec_bits) v & ((vec_bits) vset1(-0.0) ^ -1));

	vstore_part(full, to, v, n);
	*large |= (vec_bits) (magnitude <= largest) ^ -1; /* NaN too */
	*small |= (vec_bits) (magnitude < smallest) & (vec_bits) (magnitude != vset1(0.0));
}

static int
copy_row(size_t n, const double *from, double *to, double largest, double smallest)
{
	const vec l = vset1(largest), s = vset1(smallest);
	vec_bits large = {0}, small = {0};
	int64_t any_large = 0, any_small = 0;
	size_t j = 0;

	for (; j + LANES <= n; j += LANES)
		copy_step(true, LANES, from + j, to + j, l, s, &large, &small);
	if (j < n)
		copy_step(false, (int) (n - j), from + j, to + j, l, s, &large, &small);
	for (int lane = 0; lane < LANES; lane++)
	{
		any_large |= large[lane];
		any_small |= small[lane];
	}
	return (any_large ? L2N_LARGE : 0) | (any_small ? L2N_SMALL : 0);
}

/*
 * Logistic regression
 */

/* What 1.5 2^52 + k has of k in its last bits */
#define ROUND 0x1.8p52

/* 2^k for whole k from -1022 to 1023 */
INLINE vec
vpower_of_two(vec k)
{
	vec_bits bits = (vec_bits) (k + vset1(ROUND)) - (vec_bits) vset1(ROUND);

	return (vec) ((bits + 1023) << 52);
}

/* log 2 in two parts, the first with few enough bits that its product with an exponent is exact */
#define LOG2_HI 0x1.62e42feep-1
#define LOG2_LO 0x1.a39ef35793c76p-33

/* exp(x) of what is no further from 0 than all doubles */
INLINE vec
vexp(vec x)
{
	/* 1 / n!, from 1/13! to 1/2 */
	static const double c[] = {0x1.6124613a86d09p-33, 0x1.1eed8eff8d898p-29, 0x1.ae64567f544e4p-26,
							   0x1.27e4fb7789f5cp-22, 0x1.71de3a556c734p-19, 0x1.a01a01a01a01ap-16,
							   0x1.a01a01a01a01ap-13, 0x1.6c16c16c16c17p-10, 0x1.1111111111111p-7,
							   0x1.5555555555555p-5,  0x1.5555555555555p-3,  0.5};
	vec k = (x * vset1(0x1.71547652b82fep0) + vset1(ROUND)) - vset1(ROUND), p = vset1(c[0]), whole;
	vec r = (x - k * vset1(LOG2_HI)) - k * vset1(LOG2_LO);

	for (int i = 1; i < 12; i++)
		p = vmuladd(p, r, vset1(c[i]));
	p = vset1(1.0) + (r + r * r * p);
	/* in two steps, since the result may have few bits */
	whole = vmin(vmax(k, vset1(-1000.0)), vset1(1000.0));
	return p * vpower_of_two(whole) * vpower_of_two(k - whole);
}

/* Beyond these arguments the exponential of what is negative, and of any, is no double */
#define EXP_LEAST 746.0
#define EXP_MOST  710.0

/* log(1 + e), 0 <= e <= 1; as in fdlibm, but for the polynomial, which is the series itself */
INLINE vec
vlog1p(vec e)
{
	vec u = vset1(1.0) + e, lost = e - (u - vset1(1.0));
	vec_bits halve = (vec_bits) (u > vset1(0x1.6a09e667f3bcdp0));
	vec f =
		(vec) ((halve & (vec_bits) (u * vset1(0.5))) | ((halve ^ -1) & (vec_bits) u)) - vset1(1.0);
	vec hi = (vec) (halve & (vec_bits) vset1(LOG2_HI)),
		lo = (vec) (halve & (vec_bits) vset1(LOG2_LO));
	vec s = f / (f + vset1(2.0)), z = s * s, square = vset1(0.5) * f * f, p = vset1(2.0 / 23.0);

	for (int n = 21; n > 1; n -= 2)
		p = vmuladd(p, z, vset1(2.0 / n));
	return hi + (f - (square - s * (square + z * p)) + (lost / u + lo));
}

/*
 * The same of any e >= 0: 1 + e is 2^k (1 + f).  Infinity and NaN take the last selection.
 */
INLINE vec
vlog1p_any(vec e)
{
	vec u = vset1(1.0) + e;
	vec_bits above = (vec_bits) (e > vset1(1.0));
	vec lost = (vec) ((above & (vec_bits) (vset1(1.0) - (u - e))) |
					  ((above ^ -1) & (vec_bits) (e - (u - vset1(1.0)))));
	/* how far u is above the root of 1/2, in exponents */
	vec_bits k = ((vec_bits) u - (vec_bits) vset1(0x1.6a09e667f3bcdp-1)) >> 52;
	vec whole = (vec) (k + (vec_bits) vset1(ROUND)) - vset1(ROUND);
	vec f = (vec) ((vec_bits) u - (k << 52)) - vset1(1.0);
	vec s = f / (f + vset1(2.0)), z = s * s, square = vset1(0.5) * f * f, p = vset1(2.0 / 23.0);
	vec l;
	vec_bits finite = (vec_bits) (u < vset1(INFINITY));

	for (int n = 21; n > 1; n -= 2)
		p = vmuladd(p, z, vset1(2.0 / n));
	l = whole * vset1(LOG2_HI) +
		(f - (square - s * (square + z * p)) + (lost / u + whole * vset1(LOG2_LO)));
	return (vec) ((finite & (vec_bits) l) | ((finite ^ -1) & (vec_bits) u));
}

INLINE void
exp_step(const bool full, int n, const double *x, double *e)
{
	vec v = vload_part(full, x, n);
	vec_bits nan = (vec_bits) (v != v);

	v = vexp(vmin(vmax(v, vset1(-EXP_LEAST)), vset1(EXP_MOST)));
	vstore_part(full, e, (vec) ((vec_bits) v | nan), n);
}

static void
kernel_exp(size_t n, const double *x, double *e)
{
	size_t j = 0;

	for (; j + LANES <= n; j += LANES)
		exp_step(true, LANES, x + j, e + j);
	if (j < n)
		exp_step(false, (int) (n - j), x + j, e + j);
}

static void
kernel_log1p(size_t n, const double *x, double *l)
{
	size_t j = 0;

	for (; j + LANES <= n; j += LANES)
		vstore_part(true, l + j, vlog1p_any(vload_part(true, x + j, LANES)), LANES);
	if (j < n)
	{
		int rest = (int) (n - j);

		vstore_part(false, l + j, vlog1p_any(vload_part(false, x + j, rest)), rest);
	}
}

INLINE void
logistic_step(const bool full, int n, const double *eta, double *e, double *l)
{
	vec x = vload_part(full, eta, n), v, w;
	vec_bits nan = (vec_bits) (x != x);

	v = vexp(-vmin((vec) ((vec_bits) x & ((vec_bits) vset1(-0.0) ^ -1)), vset1(EXP_LEAST)));
	w = vlog1p(v);
	vstore_part(full, e, (vec) ((vec_bits) v | nan), n);
	vstore_part(full, l, (vec) ((vec_bits) w | nan), n);
}

static void
logistic(size_t n, const double *eta, double *e, double *l)
{
	size_t j = 0;

	for (; j + LANES <= n; j += LANES)
		logistic_step(true, LANES, eta + j, e + j, l + j);
	if (j < n)
		logistic_step(false, (int) (n - j), eta + j, e + j, l + j);
}

/*
 * Row operations
 *
 * The low words of several terms are added as doubles and carried over once, at the end: an
 * error of a few u^2 of the largest term, as the products have anyway.
 */

/* (y, y_low) += (x, x_low), the accurate addition of dd.h */
INLINE void
vdd_add(vec x, vec x_low, vec *y, vec *y_low)
{
	vec s, e, t, f;

	vtwo_sum(*y, x, &s, &e);
	vtwo_sum(*y_low, x_low, &t, &f);
	vfast_two_sum(s, e + t, &s, &e);
	vfast_two_sum(s, e + f, y, y_low);
}

/* *hi + *low += a * x, not carried over */
INLINE void
vdd_multiply_add(vec a, vec a_low, vec x, vec x_low, vec *hi, vec *low)
{
	vec p = a * x;
	vec p_low = vproduct_error(a, x, p);
	vec e;

	p_low = vmuladd(a, x_low, p_low);
	p_low = vmuladd(a_low, x, p_low);
	vtwo_sum(*hi, p, hi, &e);
	*low += p_low + e;
}

INLINE void
add_step(const bool full, int n, const double *x_hi, const double *x_lo, double *y_hi, double *y_lo)
{
	vec y = vload_part(full, y_hi, n), y_low = vload_part(full, y_lo, n);

	vdd_add(vload_part(full, x_hi, n), vload_part(full, x_lo, n), &y, &y_low);
	vstore_part(full, y_hi, y, n);
	vstore_part(full, y_lo, y_low, n);
}

static void
dd_add_row(size_t n, const double *x_hi, const double *x_lo, double *y_hi, double *y_lo)
{
	size_t j = 0;

	for (; j + LANES <= n; j += LANES)
		add_step(true, LANES, x_hi + j, x_lo + j, y_hi + j, y_lo + j);
	if (j < n)
		add_step(false, (int) (n - j), x_hi + j, x_lo + j, y_hi + j, y_lo + j);
}

INLINE void
axpy_step(const bool full, int n, vec a, vec a_low, const double *x_hi, const double *x_lo,
		  double *y_hi, double *y_lo)
{
	vec y = vload_part(full, y_hi, n), y_low = vload_part(full, y_lo, n);

	vdd_multiply_add(a, a_low, vload_part(full, x_hi, n), vload_part(full, x_lo, n), &y, &y_low);
	vfast_two_sum(y, y_low, &y, &y_low);
	vstore_part(full, y_hi, y, n);
	vstore_part(full, y_lo, y_low, n);
}

static void
dd_axpy_row(size_t n, dd a, const double *x_hi, const double *x_lo, double *y_hi, double *y_lo)
{
	const vec a_hi = vset1(a.hi), a_lo = vset1(a.lo);
	size_t j = 0;

	for (; j + LANES <= n; j += LANES)
		axpy_step(true, LANES, a_hi, a_lo, x_hi + j, x_lo + j, y_hi + j, y_lo + j);
	if (j < n)
		axpy_step(false, (int) (n - j), a_hi, a_lo, x_hi + j, x_lo + j, y_hi + j, y_lo + j);
}

INLINE void
dot_step(const bool full, int n, const double *x_hi, const double *x_lo, const double *y_hi,
		 const double *y_lo, vec *s, vec *s_low)
{
	vdd_multiply_add(vload_part(full, y_hi, n), vload_part(full, y_lo, n),
					 vload_part(full, x_hi, n), vload_part(full, x_lo, n), s, s_low);
}

/*
 * Adding up the lanes of a vector takes as long as some products do one by one, and small
 * regressions, which come in great numbers, ask for 1 to 4.
 */
#define LONG_DOT (LANES + 4)

static dd
dd_dot(size_t n, const double *x_hi, const double *x_lo, const double *y_hi, const double *y_lo)
{
	dd total = dd_of(0.0);
	vec s, s_low;
	size_t j = 0;

	if (n < LONG_DOT)
	{
		for (; j < n; j++)
		{
			dd p = dd_two_prod(x_hi[j], y_hi[j]);
			dd t = dd_two_sum(total.hi, p.hi);

			p.lo += x_hi[j] * y_lo[j] + x_lo[j] * y_hi[j];
			total = dd_make(t.hi, total.lo + (t.lo + p.lo));
		}
		return dd_fast_two_sum(total.hi, total.lo);
	}

	s = s_low = vset1(0.0);
	if (n >= 4 * LANES)
	{
		/* independent sums, since an addition waits for the one before */
		vec t[4], t_low[4];

		UNROLL
		for (int u = 0; u < 4; u++)
			t[u] = t_low[u] = vset1(0.0);
		for (; j + 4 * LANES <= n; j += 4 * LANES)
		{
			UNROLL
			for (int u = 0; u < 4; u++)
			{
				size_t i = j + u * LANES;

				dot_step(true, LANES, x_hi + i, x_lo + i, y_hi + i, y_lo + i, &t[u], &t_low[u]);
				vfast_two_sum(t[u], t_low[u], &t[u], &t_low[u]);
			}
		}
		UNROLL
		for (int u = 0; u < 4; u++)
		{
			vec e;

			vtwo_sum(s, t[u], &s, &e);
			s_low += t_low[u] + e;
		}
	}
	for (; j + LANES <= n; j += LANES)
		dot_step(true, LANES, x_hi + j, x_lo + j, y_hi + j, y_lo + j, &s, &s_low);
	if (j < n)
		dot_step(false, (int) (n - j), x_hi + j, x_lo + j, y_hi + j, y_lo + j, &s, &s_low);
	for (int lane = 0; lane < LANES; lane++)
	{
		dd t = dd_two_sum(total.hi, s[lane]);

		total = dd_make(t.hi, total.lo + (t.lo + s_low[lane]));
	}
	return dd_fast_two_sum(total.hi, total.lo);
}

INLINE void
merge_step(const bool full, int n, const double *g_hi, const double *g_lo, vec a, vec a_low,
		   const double *s_hi, const double *s_lo, vec b, vec b_low, const double *d_hi,
		   const double *d_lo, double *c_hi, double *c_lo)
{
	vec c, low;

	vtwo_sum(vload_part(full, c_hi, n), vload_part(full, g_hi, n), &c, &low);
	low += vload_part(full, c_lo, n) + vload_part(full, g_lo, n);
	vdd_multiply_add(a, a_low, vload_part(full, s_hi, n), vload_part(full, s_lo, n), &c, &low);
	vdd_multiply_add(b, b_low, vload_part(full, d_hi, n), vload_part(full, d_lo, n), &c, &low);
	vfast_two_sum(c, low, &c, &low);
	vstore_part(full, c_hi, c, n);
	vstore_part(full, c_lo, low, n);
}

static void
dd_merge_row(size_t n, const double *g_hi, const double *g_lo, dd a, const double *s_hi,
			 const double *s_lo, dd b, const double *d_hi, const double *d_lo, double *c_hi,
			 double *c_lo)
{
	const vec a_hi = vset1(a.hi), a_lo = vset1(a.lo), b_hi = vset1(b.hi), b_lo = vset1(b.lo);
	size_t j = 0;

	for (; j + LANES <= n; j += LANES)
		merge_step(true, LANES, g_hi + j, g_lo + j, a_hi, a_lo, s_hi + j, s_lo + j, b_hi, b_lo,
				   d_hi + j, d_lo + j, c_hi + j, c_lo + j);
	if (j < n)
		merge_step(false, (int) (n - j), g_hi + j, g_lo + j, a_hi, a_lo, s_hi + j, s_lo + j, b_hi,
				   b_lo, d_hi + j, d_lo + j, c_hi + j, c_lo + j);
}

/*
 * Rows of a generalised linear model
 */

INLINE vec
vmagnitude(vec v)
{
	return vmax(v, -v);
}

INLINE double
vtotal(vec v)
{
	UNROLL
	for (int r = LANES / 2; r >= 1; r /= 2)
		v += vrotate(v, r);
	return v[0];
}

INLINE void
linear_step(const bool full, const bool sized, int n, const double *x, const double *centre,
			const double *coef, vec *sum, vec *size)
{
	vec t = vload_part(full, coef, n) * (vload_part(full, x, n) - vload_part(full, centre, n));

	*sum += t;
	if (sized)
		*size += vmagnitude(t);
}

INLINE void
linear_rows(const bool sized, int rows, size_t n, const double *x, ptrdiff_t stride,
			const double *centre, const double *coef, double base, double *eta, double *sizes)
{
	for (int i = 0; i < rows; i++, x += stride)
	{
		/* two sums in flight, since an addition waits for the one before */
		vec sum[2] = {vset1(0.0), vset1(0.0)}, size[2] = {vset1(0.0), vset1(0.0)};
		size_t j = 0;

		for (; j + 2 * LANES <= n; j += 2 * LANES)
		{
			linear_step(true, sized, LANES, x + j, centre + j, coef + j, &sum[0], &size[0]);
			linear_step(true, sized, LANES, x + j + LANES, centre + j + LANES, coef + j + LANES,
						&sum[1], &size[1]);
		}
		for (; j + LANES <= n; j += LANES)
			linear_step(true, sized, LANES, x + j, centre + j, coef + j, &sum[0], &size[0]);
		if (j < n)
			linear_step(false, sized, (int) (n - j), x + j, centre + j, coef + j, &sum[1],
						&size[1]);
		eta[i] = base + vtotal(sum[0] + sum[1]);
		if (sized)
			sizes[i] = vtotal(size[0] + size[1]);
	}
}

static void
linear(int rows, size_t n, const double *x, ptrdiff_t stride, const double *centre,
	   const double *coef, double base, double *eta, double *size)
{
	if (size)
		linear_rows(true, rows, n, x, stride, centre, coef, base, eta, size);
	else
		linear_rows(false, rows, n, x, stride, centre, coef, base, eta, size);
}

INLINE void
slopes_step(const bool full, int rows, int n, const double *x, ptrdiff_t stride,
			const double *centre, const double *r, const double *q, double *sum, double *size,
			double *rounding)
{
	vec c = vload_part(full, centre, n), total = vload_part(full, sum, n);
	vec magnitude = vload_part(full, size, n), rounded = vload_part(full, rounding, n);

	for (int i = 0; i < rows; i++, x += stride)
	{
		vec a = vload_part(full, x, n) - c, t = vset1(r[i]) * a;

		total += t;
		magnitude += vmagnitude(t);
		rounded += vset1(q[i]) * vmagnitude(a);
	}
	vstore_part(full, sum, total, n);
	vstore_part(full, size, magnitude, n);
	vstore_part(full, rounding, rounded, n);
}

static void
slopes(int rows, size_t n, const double *x, ptrdiff_t stride, const double *centre, const double *r,
	   const double *q, double *sum, double *size, double *rounding)
{
	size_t j = 0;

	for (; j + LANES <= n; j += LANES)
		slopes_step(true, rows, LANES, x + j, stride, centre + j, r, q, sum + j, size + j,
					rounding + j);
	if (j < n)
		slopes_step(false, rows, (int) (n - j), x + j, stride, centre + j, r, q, sum + j, size + j,
					rounding + j);
}

const l2n_kernel KERNEL = {
	.name = KERNEL_NAME,
	.block = block,
	.copy_row = copy_row,
	.dd_add_row = dd_add_row,
	.dd_axpy_row = dd_axpy_row,
	.dd_dot = dd_dot,
	.dd_merge_row = dd_merge_row,
	.logistic = logistic,
	.exp = kernel_exp,
	.log1p = kernel_log1p,
	.linear = linear,
	.slopes = slopes,
};

#endif
