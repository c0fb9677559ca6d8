/*
 * spline.h: cubic regression splines as pieces of polynomials.
 *
 * Bases are those of R's splines package, column by column: bs of degree 3 and ns, both without an
 * intercept.  A column is a cubic on each interval between neighbouring knots; beyond the boundary
 * bs goes on with its end pieces and ns with straight lines.
 *
 * Reference: C. de Boor, A Practical Guide to Splines (1978); W. N. Venables and B. D. Ripley,
 * Modern Applied Statistics with S (2002), 8.8.
 */
#ifndef L2N_SPLINE_H
#define L2N_SPLINE_H

#include <stddef.h>

#define L2N_SPLINE_MAX 100 /* interior knots */

/* Columns of a basis with so many interior knots: bs has 3 more, ns 1 more */
static inline int
l2n_spline_columns(int interior, int natural)
{
	return interior + (natural ? 1 : 3);
}

/* Intervals, those beyond the boundary of ns included */
static inline int
l2n_spline_pieces(int interior, int natural)
{
	return interior + 1 + (natural ? 2 : 0);
}

/* In doubles */
extern size_t l2n_spline_worksize(int interior);

/*
 * The basis with these n knots, in strictly ascending order, the first and the last being the
 * boundary.  For each piece: from[piece] is where it begins (the first one goes on to minus
 * infinity), origin[piece] what its polynomial counts from, and coef[(column * pieces + piece) * 4]
 * on the coefficients of 1, t, t^2 and t^3, t being x - origin.  0, or 1 where the knots do not
 * ascend or are not finite, or there are too many.
 */
extern int l2n_spline_basis(int n, const double *knots, int natural, double *from, double *origin,
							double *coef, double *work);

#endif
