/*
 * test_spline.c: the columns of R's ns and bs at points inside, at and beyond the boundary, and how
 * the pieces of a basis meet.
 *
 * The values are those of R 4.2's splines, at the points below and with these as the boundary:
 *
 *	ns(x, knots = c(1, 2.5, 3), Boundary.knots = c(0.5, 4.75)), and so on
 */
#include "num/stats/spline.h"

#include "rows.h"

#define MOST (L2N_SPLINE_MAX + 8)

static double *from, *origin;

/* So many numbers that are NaN, and no room behind them */
static double *
new_numbers(size_t n)
{
	return memset(malloc(sizeof(double) * n), 0xff, sizeof(double) * n);
}

/* A basis with these knots; NULL where there is none */
static double *
new_basis(int n, const double *knots, int natural)
{
	int columns = l2n_spline_columns(n - 2, natural), pieces = l2n_spline_pieces(n - 2, natural);
	double *coef = new_numbers((size_t) (columns * pieces * 4));
	double *work = new_numbers(l2n_spline_worksize(n - 2));
	int failed;

	free(from);
	free(origin);
	from = new_numbers((size_t) pieces);
	origin = new_numbers((size_t) pieces);
	failed = l2n_spline_basis(n, knots, natural, from, origin, coef, work);
	free(work);
	if (!failed)
		return coef;
	free(coef);
	return NULL;
}

/* The derivative of a column of a piece at x: its 0th is the value */
static double
derivative(const double *coef, int pieces, int column, int piece, double x, int order)
{
	const double *p = coef + (column * pieces + piece) * 4;
	double t = x - origin[piece];

	if (order == 0)
		return p[0] + t * (p[1] + t * (p[2] + t * p[3]));
	if (order == 1)
		return p[1] + t * (2 * p[2] + t * 3 * p[3]);
	return 2 * p[2] + 6 * t * p[3];
}

static int
piece_of(int pieces, double x)
{
	int at = 0;

	for (int i = 1; i < pieces; i++)
		at = x >= from[i] ? i : at;
	return at;
}

static const double points[] = {0, 0.75, 1.5, 2.75, 4, 6};

static void
test_values(const char *name, int n, const double *knots, int natural, const double *want)
{
	int columns = l2n_spline_columns(n - 2, natural), pieces = l2n_spline_pieces(n - 2, natural);
	double *coef = new_basis(n, knots, natural), far = 0.0;

	for (int i = 0; i < 6; i++)
		for (int j = 0; j < columns; j++)
			far = fmax(far,
					   fabs(derivative(coef, pieces, j, piece_of(pieces, points[i]), points[i], 0) -
							want[i * columns + j]));
	ok(far < 2e-14, "%s is R's: off by %.2g", name, far);
	free(coef);
}

static void
test_r(void)
{
	static const double knots[] = {0.5, 1, 2.5, 3, 4.75}, ends[] = {0.5, 4.75};
	static const double one[] = {0.5, 2.5, 4.75};
	static const double ns[] = {0,
								0.20962301754781351,
								-0.47913832582357369,
								0.269515308275760201,
								0.00625,
								-0.10044436257499396,
								0.22958711445712907,
								-0.129142751882135115,
								0.3055555555555555247,
								-0.18245379947639959,
								0.44243408134288154,
								-0.248869170755370878,
								0.5266203703703703498,
								0.40204905979250294,
								0.14081908026263884,
								-0.075738510425512121,
								0.0285714285714285671,
								0.36698741672834934,
								0.32035529237601779,
								0.284085862324204297,
								0,
								-1.13471502590673579,
								0.45077720207253891,
								1.683937823834196656};
	static const double line[] = {-0.094327497145561545, 0.047163748572780780,
								  0.188654994291123063,  0.424473737155026953,
								  0.660292480018930816,  1.037602468601177108};
	static const double two[] = {
		-0.184423705783776343, 0.120584730704776835,  0.091863604949443137, -0.059781859344771641,
		0.346559543251071578,  -0.208497076922080721, 0.576691727653639297, -0.171436697744373062,
		0.477458746934876055,  0.348448918859323165,  0.086830236548128326, 1.520149460718531520};
	static const double bs[] = {-8.0625,
								1.1125,
								-0.05,
								0,
								0,
								0,
								0.7265625,
								0.1421875,
								0.00625,
								0,
								0,
								0,
								0.16666666666666666,
								0.5166666666666666075,
								0.3055555555555555247,
								0.0111111111111111111,
								0,
								0,
								0,
								0.00625,
								0.5266203703703703498,
								0.46095679012345681,
								0.0061728395061728392,
								0,
								0,
								0,
								0.0285714285714285671,
								0.29115646258503397,
								0.4936831875607385345,
								0.18658892128279883,
								0,
								0,
								-0.13227513227513232,
								1.8266565885613504,
								-5.7322823309217874,
								5.037900874635568};

	test_values("ns of three knots", 5, knots, 1, ns);
	test_values("ns without knots", 2, ends, 1, line);
	test_values("ns of one knot", 3, one, 1, two);
	test_values("bs of three knots", 5, knots, 0, bs);
}

/* Where pieces meet, values, slopes and curvatures do; ns has none at its ends */
static void
test_joints(int n, int natural)
{
	int columns = l2n_spline_columns(n - 2, natural), pieces = l2n_spline_pieces(n - 2, natural);
	double knots[MOST], *coef, far = 0.0, curved = 0.0;

	seed = (uint64_t) n;
	for (int i = 0; i < n; i++)
		knots[i] = (i ? knots[i - 1] : -3.0) + 0.25 + uniform();
	coef = new_basis(n, knots, natural);
	for (int j = 0; j < columns; j++)
		for (int i = 1; i < pieces; i++)
			for (int order = 0; order < 3; order++)
				far = fmax(far, fabs(derivative(coef, pieces, j, i, from[i], order) -
									 derivative(coef, pieces, j, i - 1, from[i], order)));
	ok(far < 1e-12, "%d pieces%s meet: off by %.2g", pieces, natural ? ", natural," : "", far);
	for (int j = 0; j < columns && natural; j++)
		curved = fmax(curved, fmax(fabs(derivative(coef, pieces, j, 1, knots[0], 2)),
								   fabs(derivative(coef, pieces, j, pieces - 2, knots[n - 1], 2))));
	ok(curved < 1e-12, "%d pieces end straight: %.2g", pieces, curved);
	ok(from[natural] == knots[0] && from[pieces - 1] == knots[natural ? n - 1 : n - 2] &&
		   memcmp(from, origin, sizeof(double) * (size_t) pieces) == 0,
	   "the first and the last piece begin where they should, and count from there");
	free(coef);
}

static void
test_bad_knots(void)
{
	static const double falling[] = {1, 3, 2}, equal[] = {1, 2, 2}, endless[] = {1, 2, INFINITY};
	double many[L2N_SPLINE_MAX + 3], *coef;

	for (int i = 0; i < L2N_SPLINE_MAX + 3; i++)
		many[i] = i;
	ok(!new_basis(3, falling, 0) && !new_basis(3, equal, 0) && !new_basis(3, endless, 0),
	   "knots that do not ascend, or end");
	ok(!new_basis(1, many, 0), "no boundary");
	ok(!new_basis(L2N_SPLINE_MAX + 3, many, 1), "too many knots");
	coef = new_basis(L2N_SPLINE_MAX + 2, many, 1);
	ok(coef != NULL, "as many as there may be");
	free(coef);
}

/* Knots so far apart that no double tells curvatures from 0: splines of lines */
static void
test_far_knots(void)
{
	static const double knots[] = {0, 1e170, 3e170, 4e170};

	for (int n = 2; n <= 4; n++)
	{
		double *coef = new_basis(n, knots, 1);
		int numbers = l2n_spline_columns(n - 2, 1) * l2n_spline_pieces(n - 2, 1) * 4, finite = 0;

		for (int i = 0; i < numbers; i++)
			finite += isfinite(coef[i]);
		is_int(finite, numbers, "%d knots that are far apart: all numbers are finite", n);
		free(coef);
	}
}

int
main(void)
{
	test_r();
	for (int natural = 0; natural < 2; natural++)
		for (int n = 2; n < 30; n += n < 6 ? 1 : 7)
			test_joints(n, natural);
	test_bad_knots();
	test_far_knots();
	/* knots, the splines' pieces, two constraints and a row */
	is_int((long) l2n_spline_worksize(0), 8 + 4 * 4 + 3 * 4, "room without knots");
	is_int((long) l2n_spline_worksize(5), 13 + 9 * 6 * 4 + 3 * 9, "and with five");
	free(from);
	free(origin);
	return done_testing();
}
