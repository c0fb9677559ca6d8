/*
 * group.c: blockwise steps to find the groups that are in, Newton's to finish on them.
 *
 * A blockwise step minimises a bound of the objective that has a multiple of the identity for its
 * curvature in the group (Yang and Zou, Stat. Comput. 25, 2015); that settles which groups are in,
 * but creeps at the end.  Where a group is in, its norm is smooth, so that Newton's steps with
 *
 *	H = C + l2 + l1_g (I - u u' / |u|^2) / |u|
 *
 * on the columns of these groups square the error; they take gradients in double-double, and what
 * is certified is the double that is returned.
 */
#include "num/solve/group.h"

#include <math.h>
#include <string.h>

#include "num/linalg/dense.h"

/* What a condition may be missed by in the end, as a share; what the search is content with */
#define CERTIFIED 9e-10
#define CONTENT   1e-14

/* Of the largest that a gradient's terms can be: what their last bits may make of it */
#define LAST_BITS 0x1p-48

/* Sweeps at a time, Newton's steps at a time, halvings of one */
#define SWEEPS   20
#define STEPS    30
#define HALVINGS 10

/* A step of Newton's that promises this share of the squares squares its error into the last bit */
#define SETTLED 0x1p-86

/* A group whose norm falls to this share of it in a step is left to the sweeps */
#define COLLAPSE 1e-2

struct l2n_group_net
{
	l2n_system sys;
	int p;
	int groups;
	l2n_group_spec kept; /* the spec */
	double *unit;   /* p: u = unit times the scaled coefficient; 0 for a column without spread */
	double *square; /* p: what there is on u^2 / 2 */
	double *extra;  /* p: of that, in any case */
	double *weight; /* of each group: what multiplies l1 */
	double *l1;     /* of each group */
	double *bound;  /* of each group: no less than its largest eigenvalue */
	int *first;     /* of each group: its columns are from here on in member, */
	int *member;    /* p; groups + 1 numbers in first */
	double *q;      /* p x p in full: c in units of u, and square on the diagonal */
	double *u;      /* p */
	double *g;      /* p: rhs - q u */
	double *b;      /* 2p: scaled coefficients */
	double *exact;  /* 2p: their gradient */
	double *f;      /* p: slope of the objective on the active columns */
	double *h;      /* p x p: its curvature, and factor */
	double *d;      /* p: a step */
	int *active;    /* p */
	int n_active;
};

typedef l2n_group_net net;

size_t
l2n_group_worksize(int p, int groups)
{
	size_t k = (size_t) p, n = (size_t) groups;

	return sizeof(net) + l2n_system_worksize(p) + sizeof(double) * (2 * k * k + 11 * k + 3 * n) +
		   sizeof(int) * (2 * k + n + 1) + 24 * 64;
}

static void
group_members(net *n)
{
	int at = 0;

	for (int g = 0; g < n->groups; g++)
	{
		n->first[g] = at;
		for (int j = 0; j < n->p; j++)
			if (n->kept.group[j] == g)
				n->member[at++] = j;
	}
	n->first[n->groups] = at;
}

l2n_status
l2n_group_start(const l2n_moments *m, const l2n_group_spec *spec, void *work,
				l2n_group_net **started, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) spec->columns.p, k = (size_t) spec->groups;
	char *at = work;
	net *n = l2n_take(&at, sizeof(net));
	double **vector[] = {&n->unit, &n->square, &n->extra, &n->u, &n->g, &n->f, &n->d};
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	memset(n, 0, sizeof *n);
	n->p = spec->columns.p;
	n->groups = spec->groups;
	n->kept = *spec;
	for (size_t i = 0; i < sizeof(vector) / sizeof(vector[0]); i++)
	{
		*vector[i] = l2n_take(&at, sizeof(double) * p);
		memset(*vector[i], 0, sizeof(double) * p);
	}
	n->b = l2n_take(&at, sizeof(double) * 2 * p);
	n->exact = l2n_take(&at, sizeof(double) * 2 * p);
	n->weight = l2n_take(&at, sizeof(double) * k);
	n->l1 = l2n_take(&at, sizeof(double) * k);
	n->bound = l2n_take(&at, sizeof(double) * k);
	n->first = l2n_take(&at, sizeof(int) * (k + 1));
	n->member = l2n_take(&at, sizeof(int) * p);
	n->active = l2n_take(&at, sizeof(int) * p);
	n->q = l2n_take(&at, sizeof(double) * p * p);
	n->h = l2n_take(&at, sizeof(double) * p * p);
	status = l2n_system_init(&n->sys, m, &spec->columns, NULL, at, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	group_members(n);
	for (size_t j = 0; j < p; j++)
	{
		int column = spec->columns.feature[j];
		double variance = spec->variance ? spec->variance[j] : l2n_variance(m, column);
		double sd = spec->standardize ? sqrt(variance) : 1.0;

		if (n->sys.c[l2n_tri(p, j, j)] > 0.0 && sd > 0.0)
			n->unit[j] = sd * n->sys.scale[j];
		n->extra[j] = spec->extra && n->unit[j] > 0.0 ? spec->extra[j] / (sd * sd) : 0.0;
	}
	for (int g = 0; g < n->groups; g++)
	{
		int size = n->first[g + 1] - n->first[g];
		double factor = spec->penalty ? spec->penalty[n->member[n->first[g]]] : 1.0;

		n->weight[g] = factor * sqrt((double) size) * n->sys.scale_y;
	}
	*started = n;
	return L2N_OK;
}

/* q, and of each group a bound of its curvature */
static l2n_status
group_penalise(net *n, double l1, double l2, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) n->p;

	for (size_t j = 0; j < p; j++)
	{
		double factor = n->kept.penalty ? n->kept.penalty[j] : 1.0;

		n->square[j] = l2 * factor + n->extra[j];
		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (size_t i = j; i < p; i++)
		{
			double v = n->unit[i] > 0.0 && n->unit[j] > 0.0
						   ? n->sys.c[l2n_tri(p, j, i)] / n->unit[i] / n->unit[j]
						   : 0.0;

			if (i == j && n->unit[j] > 0.0)
				v += n->square[j];
			if (!isfinite(v))
				return L2N_OUT_OF_RANGE;
			n->q[j * p + i] = n->q[i * p + j] = v;
		}
	}
	for (int g = 0; g < n->groups; g++)
	{
		n->l1[g] = n->weight[g] > 0.0 ? l1 * n->weight[g] : 0.0;
		n->bound[g] = 0.0;
		for (int i = n->first[g]; i < n->first[g + 1]; i++)
		{
			double sum = 0.0;

			for (int j = n->first[g]; j < n->first[g + 1]; j++)
				sum += fabs(n->q[(size_t) n->member[i] * p + (size_t) n->member[j]]);
			n->bound[g] = fmax(n->bound[g], sum);
		}
	}
	return L2N_OK;
}

/* The gradient of the squares in u, by way of the coefficients as they will be returned */
static void
group_gradient(const l2n_kernel *kernel, net *n)
{
	size_t p = (size_t) n->p;

	for (size_t j = 0; j < p; j++)
	{
		n->b[j] = n->unit[j] > 0.0 ? n->u[j] / n->unit[j] : 0.0;
		n->b[p + j] = 0.0;
		n->u[j] = n->b[j] * n->unit[j];
	}
	l2n_system_gradient(kernel, &n->sys, n->b, n->exact);
	for (size_t j = 0; j < p; j++)
		n->g[j] = n->unit[j] > 0.0 ? n->exact[j] / n->unit[j] - n->square[j] * n->u[j] : 0.0;
}

static double
group_norm(const net *n, const double *v, int g)
{
	double sum = 0.0;

	for (int i = n->first[g]; i < n->first[g + 1]; i++)
		sum += v[n->member[i]] * v[n->member[i]];
	return sqrt(sum);
}

/* Take u to value in column j, and the gradient with it */
static void
group_move(net *n, int j, double value)
{
	double step = value - n->u[j];

	if (step == 0.0)
		return;
	n->u[j] = value;
	l2n_dense_axpy(n->p, -step, n->q + (size_t) j * (size_t) n->p, n->g);
}

/* One step of each group */
static void
group_sweep(net *n)
{
	for (int g = 0; g < n->groups; g++)
	{
		double bound = n->bound[g], norm = 0.0, shrink;

		if (!(bound > 0.0))
			continue;
		for (int i = n->first[g]; i < n->first[g + 1]; i++)
		{
			int j = n->member[i];

			n->d[j] = bound * n->u[j] + n->g[j];
		}
		norm = group_norm(n, n->d, g);
		shrink = norm > n->l1[g] ? (1.0 - n->l1[g] / norm) / bound : 0.0;
		for (int i = n->first[g]; i < n->first[g + 1]; i++)
			group_move(n, n->member[i], shrink * n->d[n->member[i]]);
	}
}

/* The columns of groups that are in */
static void
group_activate(net *n)
{
	n->n_active = 0;
	for (int g = 0; g < n->groups; g++)
	{
		bool in = n->l1[g] == 0.0 || group_norm(n, n->u, g) > 0.0;

		for (int i = n->first[g]; in && i < n->first[g + 1]; i++)
			if (n->unit[n->member[i]] > 0.0)
				n->active[n->n_active++] = n->member[i];
	}
}

/* h on the active columns, lower triangle, and damping on its diagonal as a share of it */
static void
group_curvature(net *n, double damping)
{
	size_t p = (size_t) n->p, k = (size_t) n->n_active;

	for (size_t a = 0; a < k; a++)
	{
		size_t j = (size_t) n->active[a];
		int g = n->kept.group[j];
		double norm = group_norm(n, n->u, g), pull = n->l1[g] > 0.0 ? n->l1[g] / norm : 0.0;

		for (size_t i = a; i < k; i++)
		{
			size_t l = (size_t) n->active[i];
			double v = n->q[j * p + l];

			if (pull > 0.0 && n->kept.group[l] == g)
				v += pull * ((i == a ? 1.0 : 0.0) - n->u[j] / norm * (n->u[l] / norm));
			n->h[a * k + i] = i == a ? v * (1.0 + damping) : v;
		}
	}
}

/* The slope of the objective on the active columns, from g */
static void
group_slope(net *n)
{
	for (int a = 0; a < n->n_active; a++)
	{
		int j = n->active[a], g = n->kept.group[j];

		n->f[a] = -n->g[j];
		if (n->l1[g] > 0.0)
			n->f[a] += n->l1[g] * (n->u[j] / group_norm(n, n->u, g));
	}
}

/* What the objective promises along d from u, less what it is at u: share of the step */
static double
group_change(const net *n, double share)
{
	size_t p = (size_t) n->p;
	double sum = 0.0;

	for (int a = 0; a < n->n_active; a++)
	{
		size_t j = (size_t) n->active[a];
		double along = 0.0;

		for (int i = 0; i < n->n_active; i++)
			along += n->q[j * p + (size_t) n->active[i]] * n->d[i];
		sum += share * n->d[a] * (0.5 * share * along - n->g[j]);
	}
	for (int g = 0; g < n->groups; g++)
	{
		double before = 0.0, cross = 0.0, norm;

		if (!(n->l1[g] > 0.0))
			continue;
		for (int a = 0; a < n->n_active; a++)
			if (n->kept.group[n->active[a]] == g)
			{
				double u = n->u[n->active[a]], d = share * n->d[a];

				before += u * u;
				cross += d * (2.0 * u + d);
			}
		/* |u + d| - |u|, without cancellation */
		norm = sqrt(before);
		if (norm > 0.0)
			sum += n->l1[g] * (cross / (sqrt(fmax(before + cross, 0.0)) + norm));
	}
	return sum;
}

/* Whether a step of that share leaves all groups in */
static bool
group_stays(const net *n, double share)
{
	for (int g = 0; g < n->groups; g++)
	{
		double before = 0.0, after = 0.0;

		for (int a = 0; a < n->n_active && n->l1[g] > 0.0; a++)
			if (n->kept.group[n->active[a]] == g)
			{
				double u = n->u[n->active[a]], v = u + share * n->d[a];

				before += u * u;
				after += v * v;
			}
		if (after < COLLAPSE * COLLAPSE * before)
			return false;
	}
	return true;
}

/* Newton's step on the active columns; false where there is none to be gone */
static l2n_status
group_newton(const l2n_kernel *kernel, net *n, bool *gone, l2n_poll poll, void *poll_arg)
{
	int k = n->n_active;
	double share = 1.0, promised = 0.0;
	l2n_status status = L2N_ILL_CONDITIONED;

	*gone = false;
	if (poll && poll(poll_arg))
		return L2N_INTERRUPTED;
	group_slope(n);
	for (double damping = 0.0; status == L2N_ILL_CONDITIONED && damping < 1.0;
		 damping = fmax(damping * 100.0, 1e-12))
	{
		group_curvature(n, damping);
		status = l2n_dense_factor(k, n->h, k, poll, poll_arg);
	}
	if (status == L2N_ILL_CONDITIONED)
		return L2N_OK;
	if (status != L2N_OK)
		return status;
	for (int a = 0; a < k; a++)
		n->d[a] = -n->f[a];
	l2n_dense_solve(k, 1, n->h, n->d);
	for (int a = 0; a < k; a++)
		promised += n->f[a] * n->d[a];
	for (int i = 0; i < HALVINGS; i++, share *= 0.5)
		if (group_stays(n, share) && group_change(n, share) <= 0.1 * share * promised)
		{
			for (int a = 0; a < k; a++)
				n->u[n->active[a]] += share * n->d[a];
			group_gradient(kernel, n);
			*gone = -promised > SETTLED * n->sys.syy.hi;
			return L2N_OK;
		}
	return L2N_OK;
}

/*
 * The most by which a condition is missed at u, as a share of what its terms may add up to, besides
 * what last bits make of it.  g is exact.
 */
static double
group_missed(net *n, double rss)
{
	size_t p = (size_t) n->p;
	double largest = 0.0, square = n->sys.syy.hi;

	if (n->kept.square > 0.0)
		square = fmin(square, n->kept.square * n->sys.scale_y * n->sys.scale_y);
	rss = fmin(rss, square);
	for (int g = 0; g < n->groups; g++)
	{
		double norm = group_norm(n, n->u, g), pull = 0.0, size = n->l1[g], bits = 0.0;

		for (int i = n->first[g]; i < n->first[g + 1]; i++)
		{
			size_t j = (size_t) n->member[i];
			double own = sqrt(n->q[j * p + j]), off = n->g[j];

			size = fmax(size, n->l1[g] + own * sqrt(rss));
			bits = fmax(bits, LAST_BITS * own * sqrt(square));
			if (norm > 0.0 && n->l1[g] > 0.0)
				off -= n->l1[g] * (n->u[j] / norm);
			pull += off * off;
		}
		pull = sqrt(pull);
		if (norm == 0.0)
			pull -= n->l1[g];
		if (pull > bits && size > 0.0)
			largest = fmax(largest, (pull - bits) / size);
	}
	return largest;
}

/*
 * Effective parameters: trace of C H^-1 on the active columns (Vaiter and others, ACHA 2017), and
 * the intercept; NaN where H cannot be factored
 */
static l2n_status
group_df(net *n, double *df, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) n->p;
	int k = n->n_active;
	double sum = n->sys.intercept ? 1.0 : 0.0;
	l2n_status status;

	group_curvature(n, 1e-14);
	status = l2n_dense_factor(k, n->h, k, poll, poll_arg);
	*df = NAN;
	if (status != L2N_OK)
		return status == L2N_ILL_CONDITIONED ? L2N_OK : status;
	for (int a = 0; a < k; a++)
	{
		size_t j = (size_t) n->active[a];

		for (int i = 0; i < k; i++)
			n->d[i] = n->q[j * p + (size_t) n->active[i]] - (i == a ? n->square[j] : 0.0);
		l2n_dense_solve(k, 1, n->h, n->d);
		sum += n->d[a];
	}
	*df = sum;
	return L2N_OK;
}

l2n_status
l2n_group_solve(const l2n_kernel *kernel, l2n_group_net *n, double l1, double l2, int max_iter,
				l2n_group_fit *fit, l2n_poll poll, void *poll_arg)
{
	double scale = n->sys.scale_y * n->sys.scale_y, best = HUGE_VAL;
	l2n_status status = group_penalise(n, l1, l2, poll, poll_arg);
	int idle = 0;

	fit->iterations = 0;
	if (status != L2N_OK)
		return status;
	group_gradient(kernel, n);
	for (;;)
	{
		bool gone = true;

		for (int i = 0; i < SWEEPS && fit->iterations < max_iter; i++, fit->iterations++)
		{
			if (poll && poll(poll_arg))
				return L2N_INTERRUPTED;
			group_sweep(n);
		}
		group_gradient(kernel, n);
		group_activate(n);
		for (int i = 0; gone && i < STEPS && n->n_active > 0; i++)
		{
			status = group_newton(kernel, n, &gone, poll, poll_arg);
			if (status != L2N_OK)
				return status;
		}
		status = l2n_system_solution(&n->sys, n->b, n->exact, &fit->solution);
		if (status != L2N_OK)
			return status;
		fit->missed = group_missed(n, fit->solution.rss * scale);
		idle = fit->missed < 0.5 * best ? 0 : idle + 1;
		best = fmin(best, fit->missed);
		if (fit->missed <= CONTENT || fit->iterations >= max_iter ||
			(fit->missed <= CERTIFIED && idle >= 2))
			break;
	}
	fit->converged = fit->missed <= CERTIFIED;
	fit->nonzero = 0;
	for (int j = 0; j < n->p; j++)
		fit->nonzero += fit->solution.coef[j] != 0.0;
	return group_df(n, &fit->df, poll, poll_arg);
}

l2n_status
l2n_group_parameters(const l2n_kernel *kernel, l2n_group_net *n, double l1, double l2,
					 const double *coef, double *df, l2n_poll poll, void *poll_arg)
{
	l2n_status status = group_penalise(n, l1, l2, poll, poll_arg);

	if (status != L2N_OK)
		return status;
	for (int j = 0; j < n->p; j++)
		n->u[j] = coef[j] / n->sys.scale[j] * n->sys.scale_y * n->unit[j];
	group_gradient(kernel, n);
	group_activate(n);
	return group_df(n, df, poll, poll_arg);
}

l2n_status
l2n_group_largest(const l2n_kernel *kernel, l2n_group_net *n, double *l1, l2n_group_fit *fit,
				  l2n_poll poll, void *poll_arg)
{
	l2n_status status = l2n_group_solve(kernel, n, HUGE_VAL, 0.0, 10000, fit, poll, poll_arg);

	*l1 = 0.0;
	if (status != L2N_OK)
		return status;
	for (int g = 0; g < n->groups; g++)
		if (n->weight[g] > 0.0)
			*l1 = fmax(*l1, group_norm(n, n->g, g) / n->weight[g]);
	return L2N_OK;
}
