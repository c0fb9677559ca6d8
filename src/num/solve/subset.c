/*
 * subset.c: forward, backward and best subsets of columns.
 *
 * Each subset could be fitted anew, p^3 operations each, or all of them updated from one inverse
 * by sweeps, which lose digits from step to step.  Here subsets grow by rows of a Cholesky factor
 * in double-double, and shrink by orthogonal transformations of one, which lose nothing.
 *
 * The best subset of each size is found by branch and bound: no part of a set of columns has a
 * smaller RSS than the set (Furnival and Wilson, Technometrics 16, 1974).  The tree is that of
 * Gatu and Kontoghiorghes (J. Comput. Graph. Stat. 15, 2006): a node is a triangular factor, whose
 * leading parts are subsets too, and its children each lack one column.  In every node the columns
 * are put in the order of what RSS gains without them (Hofmann, Gatu and Kontoghiorghes, Comput.
 * Stat. Data Anal. 52, 2007): then bounds cut so well that 40 columns mostly take a fraction of a
 * second.  The search is in double, on a factor rounded from double-double; what it finds is
 * computed in double-double.
 */
#include "num/solve/subset.h"

#include <stdint.h>
#include <string.h>

/* Two residual sums of squares that differ by less are the same: copies of columns, in other units
 */
#define TIE 1e-12

/* A share of y'y below which a residual sum of squares is only what rounding left */
#define RESIDUE 0x1p-90

/*
 * In the search, the share of its square that a column which others explain gets as a length of
 * its own: the factor then has no zero on its diagonal, and no subset's RSS goes below the true one
 * by more than rounding.  Far below L2N_COLLINEAR, far above rounding in double.
 */
#define LENGTH 1e-26

/* A pivot of the search below this, for columns of length 1, is that of an explained column */
#define EXPLAINED 5e-13

/* How often a subset's columns are exchanged in turn, at most: far more than ever needed */
#define MAX_ROUNDS 50

/* Nodes between two polls: each takes some microseconds */
#define POLL_NODES 64

static inline dd
at(const double *x, size_t low, size_t i)
{
	return dd_make(x[i], x[low + i]);
}

static inline void
put(double *x, size_t low, size_t i, dd v)
{
	x[i] = v.hi;
	x[low + i] = v.lo;
}

/*
 * Columns entered one by one: rows of their Cholesky factor over all columns that may still enter,
 * the target last, and what those have left.
 */
typedef struct factor
{
	const l2n_kernel *kernel;
	const l2n_system *s;
	size_t width;    /* p + 1 */
	size_t first;    /* column: those before it are done with */
	int n;           /* entered */
	double *u;       /* n rows of 2 width */
	double *rest;    /* 2 width: squares of what is not explained; the target's is RSS */
	double *product; /* 2 width: with the target, of what is not explained */
	double *floor;   /* p: of rest, at which a column is explained */
} factor;

static double *
factor_row(const factor *f, int i)
{
	return f->u + (size_t) i * 2 * f->width;
}

static void
factor_start(factor *f)
{
	size_t p = f->width - 1, low = l2n_tri_size(p);

	f->n = 0;
	f->first = 0;
	for (size_t j = 0; j < p; j++)
	{
		put(f->rest, f->width, j, at(f->s->c, low, l2n_tri(p, j, j)));
		put(f->product, f->width, j, at(f->s->rhs, p, j));
	}
	put(f->rest, f->width, p, f->s->syy);
	put(f->product, f->width, p, f->s->syy);
}

static bool
explained(const factor *f, size_t j)
{
	return !(f->rest[j] > f->floor[j]);
}

static dd
clean_rss(const factor *f, dd rss)
{
	return rss.hi > RESIDUE * f->s->syy.hi ? rss : dd_of(0.0);
}

static dd
factor_rss(const factor *f)
{
	return clean_rss(f, at(f->rest, f->width, f->width - 1));
}

/* RSS with column j too */
static dd
rss_with(const factor *f, size_t j)
{
	size_t w = f->width;
	dd product = at(f->product, w, j), gain = dd_div(dd_mul(product, product), at(f->rest, w, j));

	return clean_rss(f, dd_sub(at(f->rest, w, w - 1), gain));
}

static void
enter(factor *f, size_t i)
{
	size_t w = f->width, p = w - 1, low = l2n_tri_size(p), first = f->first;
	double *row = factor_row(f, f->n);
	dd inverse, last;

	for (size_t j = first; j < p; j++)
		put(row, w, j, at(f->s->c, low, i < j ? l2n_tri(p, i, j) : l2n_tri(p, j, i)));
	put(row, w, p, at(f->s->rhs, p, i));
	for (int l = 0; l < f->n; l++)
	{
		const double *above = factor_row(f, l);

		f->kernel->dd_axpy_row(w - first, dd_neg(at(above, w, i)), above + first, above + w + first,
							   row + first, row + w + first);
	}
	put(row, w, i, at(f->rest, w, i));
	inverse = dd_div(dd_of(1.0), dd_sqrt(at(f->rest, w, i)));
	last = dd_mul(at(row, w, p), inverse);
	for (size_t j = first; j < w; j++)
	{
		dd v = dd_mul(at(row, w, j), inverse);

		put(row, w, j, v);
		put(f->rest, w, j, dd_sub(at(f->rest, w, j), dd_mul(v, v)));
		put(f->product, w, j, dd_sub(at(f->product, w, j), dd_mul(v, last)));
	}
	f->n++;
}

/* A search and its memory */
typedef struct search
{
	const l2n_subset_spec *spec;
	l2n_subsets *found;
	l2n_system sys;
	factor f;
	bool *in; /* p: columns entered */
	int base; /* forced columns entered, and what was left then */
	double *base_rest;
	double *base_product;
	double unit; /* from scaled to true sums of squares */
	l2n_poll poll;
	void *poll_arg;
} search;

static bool
interrupted(const search *s)
{
	return s->poll && s->poll(s->poll_arg);
}

static void
record(search *s, int size, dd rss)
{
	size_t p = (size_t) s->spec->columns.p;

	s->found->rss[size] = rss.hi * s->unit;
	memcpy(s->found->member + (size_t) size * p, s->in, sizeof(bool) * p);
}

/*
 * Enter the forced columns, leave out those of no use, and record the smallest subset.  Each later
 * one starts from here.
 */
static void
enter_forced(search *s)
{
	factor *f = &s->f;
	size_t p = f->width - 1, forced = (size_t) s->spec->forced;

	factor_start(f);
	memset(s->in, 0, sizeof(bool) * p);
	for (size_t j = 0; j < forced; j++)
	{
		f->first = j;
		s->found->left_out[j] = explained(f, j);
		if (s->found->left_out[j])
			continue;
		enter(f, j);
		s->in[j] = true;
	}
	f->first = forced;
	for (size_t j = forced; j < p; j++)
		s->found->left_out[j] = explained(f, j);
	s->base = f->n;
	memcpy(s->base_rest, f->rest, sizeof(double) * 2 * f->width);
	memcpy(s->base_product, f->product, sizeof(double) * 2 * f->width);
	s->found->smallest = s->found->largest = f->n;
	record(s, f->n, factor_rss(f));
}

/* Back to the forced columns */
static void
restart(search *s)
{
	size_t p = s->f.width - 1, forced = (size_t) s->spec->forced;

	s->f.n = s->base;
	memcpy(s->f.rest, s->base_rest, sizeof(double) * 2 * s->f.width);
	memcpy(s->f.product, s->base_product, sizeof(double) * 2 * s->f.width);
	memset(s->in + forced, 0, sizeof(bool) * (p - forced));
}

static void
take(search *s, size_t j)
{
	enter(&s->f, j);
	s->in[j] = true;
}

/* The column that lowers RSS most, and to what; p where there is none */
static size_t
next_column(const search *s, dd *rss)
{
	const factor *f = &s->f;
	size_t p = f->width - 1, best = p;

	for (size_t j = f->first; j < p; j++)
	{
		dd with;

		if (s->in[j] || explained(f, j))
			continue;
		with = rss_with(f, j);
		if (best == p || with.hi < rss->hi * (1.0 - TIE))
		{
			best = j;
			*rss = with;
		}
	}
	return best;
}

/*
 * Forward
 */

static l2n_status
forward(search *s)
{
	for (int size = s->base + 1; size <= s->spec->largest; size++)
	{
		dd rss;
		size_t j = next_column(s, &rss);

		if (j == s->f.width - 1)
			break;
		if (interrupted(s))
			return L2N_INTERRUPTED;
		take(s, j);
		record(s, size, factor_rss(&s->f));
		s->found->largest = size;
	}
	return L2N_OK;
}

/*
 * Backward
 *
 * Columns R with QR factor U have (R'R)^-1 = W W', W = U^-1.  Without column j RSS gains (w_j z)^2
 * / |w_j|^2, z being the target's coordinates; and a reflection that turns row j of W into a
 * multiple of the last axis leaves in the other rows and axes the W of the others.
 */

typedef struct shrinking
{
	size_t n;       /* columns left */
	size_t stride;  /* 2 stride doubles a row: high words, low words */
	size_t *column; /* which, in order */
	double **row;   /* of W, theirs */
	double *z;
	double *v; /* scratch */
	dd rss;
} shrinking;

/* Enter all columns that the ones before do not explain, and invert their factor */
static l2n_status
invert_all(search *s, shrinking *h, double *w)
{
	factor *f = &s->f;
	size_t p = f->width - 1, stride = h->stride;

	h->n = 0;
	for (size_t j = f->first; j < p; j++)
	{
		if (interrupted(s))
			return L2N_INTERRUPTED;
		s->found->left_out[j] = explained(f, j);
		if (s->found->left_out[j])
			continue;
		take(s, j);
		h->column[h->n++] = j;
	}
	h->rss = factor_rss(f);

	memset(w, 0, sizeof(double) * 2 * stride * h->n);
	for (size_t i = h->n; i-- > 0;)
	{
		const double *u = factor_row(f, s->base + (int) i);
		double *row = h->row[i] = w + 2 * stride * i;
		dd inverse = dd_div(dd_of(1.0), at(u, f->width, h->column[i]));

		if (interrupted(s))
			return L2N_INTERRUPTED;
		put(h->z, stride, i, at(u, f->width, p));
		for (size_t l = i + 1; l < h->n; l++)
			f->kernel->dd_axpy_row(h->n - l, dd_neg(at(u, f->width, h->column[l])), h->row[l] + l,
								   h->row[l] + stride + l, row + l, row + stride + l);
		put(row, stride, i, dd_of(1.0));
		for (size_t l = i; l < h->n; l++)
			put(row, stride, l, dd_mul(at(row, stride, l), inverse));
	}
	return L2N_OK;
}

/* x = (1 - 2 v v' / v'v) x, of which h->n numbers count */
static void
reflect(const l2n_kernel *kernel, const shrinking *h, dd twice, double *x)
{
	double *v = h->v;
	size_t low = h->stride;
	dd along = kernel->dd_dot(h->n, x, x + low, v, v + low);

	kernel->dd_axpy_row(h->n, dd_neg(dd_mul(along, twice)), v, v + low, x, x + low);
}

/* Drop the column at place k */
static l2n_status
drop_column(const search *s, shrinking *h, size_t k)
{
	const l2n_kernel *kernel = s->f.kernel;
	size_t low = h->stride, last = h->n - 1;
	double *v = h->v, *row = h->row[k];
	dd square, end, twice, z;

	memcpy(v, row, sizeof(double) * h->n);
	memcpy(v + low, row + low, sizeof(double) * h->n);
	square = kernel->dd_dot(h->n, v, v + low, v, v + low);
	end = dd_sqrt(square);
	if (v[last] < 0.0)
		end = dd_neg(end);
	/* v'v = 2 (|w|^2 + |w| |w_last|) */
	twice = dd_div(dd_of(1.0), dd_add(square, dd_mul(end, at(v, low, last))));
	put(v, low, last, dd_add(at(v, low, last), end));

	memmove(h->row + k, h->row + k + 1, sizeof(double *) * (last - k));
	memmove(h->column + k, h->column + k + 1, sizeof(size_t) * (last - k));
	for (size_t i = 0; i < last; i++)
	{
		if (interrupted(s))
			return L2N_INTERRUPTED;
		reflect(kernel, h, twice, h->row[i]);
	}
	reflect(kernel, h, twice, h->z);
	z = at(h->z, low, last);
	h->rss = dd_add(h->rss, dd_mul(z, z));
	h->n--;
	return L2N_OK;
}

/* The place of the column without which RSS gains least; of equal ones the last */
static size_t
weakest(const search *s, const shrinking *h)
{
	const l2n_kernel *kernel = s->f.kernel;
	size_t low = h->stride, best = 0;
	dd least = dd_of(0.0);

	for (size_t k = 0; k < h->n; k++)
	{
		const double *w = h->row[k];
		dd along = kernel->dd_dot(h->n, w, w + low, h->z, h->z + low);
		dd square = kernel->dd_dot(h->n, w, w + low, w, w + low);
		dd rss = clean_rss(&s->f, dd_add(h->rss, dd_div(dd_mul(along, along), square)));

		if (k == 0 || rss.hi <= least.hi * (1.0 + TIE))
		{
			best = k;
			if (k == 0 || rss.hi < least.hi)
				least = rss;
		}
	}
	return best;
}

static l2n_status
backward(search *s, char *work)
{
	size_t p = s->f.width - 1;
	shrinking h = {.stride = p};
	l2n_status status;

	h.column = l2n_take(&work, sizeof(size_t) * p);
	h.row = l2n_take(&work, sizeof(double *) * p);
	h.z = l2n_take(&work, sizeof(double) * 2 * p);
	h.v = l2n_take(&work, sizeof(double) * 2 * p);
	status = invert_all(s, &h, l2n_take(&work, sizeof(double) * 2 * p * p));
	if (status != L2N_OK)
		return status;

	for (;;)
	{
		int size = s->base + (int) h.n;
		size_t k;

		if (size <= s->spec->largest)
		{
			if (size > s->found->largest)
				s->found->largest = size;
			record(s, size, clean_rss(&s->f, h.rss));
		}
		if (h.n == 0)
			return L2N_OK;
		k = weakest(s, &h);
		s->in[h.column[k]] = false;
		status = drop_column(s, &h, k);
		if (status != L2N_OK)
			return status;
	}
}

/*
 * Best
 */

/* Columns as bits of a word, forced ones not among them */
typedef uint64_t set;

#define ONE(column) ((set) 1 << (column))

/* Some columns in all subsets of a node, the others free to be dropped in its children */
typedef struct node
{
	int n_fixed;
	int n_free;
	set fixed;
	int column[L2N_BEST_MAX];                 /* the free ones */
	double rss;                               /* with all of them, fixed and free */
	double r[L2N_BEST_MAX][L2N_BEST_MAX + 1]; /* factor of the free ones, target last */
} node;

typedef struct best
{
	search *s;
	int largest;                     /* size */
	set found[L2N_BEST_MAX + 1];     /* of each size */
	double rss[L2N_BEST_MAX + 1];    /* theirs, in double-double, as a share of y'y */
	double target[L2N_BEST_MAX + 1]; /* what another of this size must be below */
	node *nodes;                     /* one a level */
	int countdown;                   /* to the next poll */
	double inverse[L2N_BEST_MAX][L2N_BEST_MAX];
	double square[L2N_BEST_MAX][L2N_BEST_MAX + 1];
} best;

/* A rotation that takes (a, b) to (|(a, b)|, 0) */
static inline void
rotation(double a, double b, double *c, double *s)
{
	double h = sqrt(a * a + b * b);

	*c = h > 0.0 ? a / h : 1.0;
	*s = h > 0.0 ? b / h : 0.0;
}

/* x, y = c x + s y, c y - s x */
static inline void
rotate(int n, double c, double s, double *x, double *y)
{
	for (int j = 0; j < n; j++)
	{
		double u = x[j], v = y[j];

		x[j] = c * u + s * v;
		y[j] = c * v - s * u;
	}
}

/* What RSS gains without each free column: (w_j z)^2 / |w_j|^2 with W the inverse factor */
static void
gains(best *b, const node *n, double *gain)
{
	int free = n->n_free;

	for (int i = free; i-- > 0;)
	{
		double *w = b->inverse[i];
		double inverse = 1.0 / (n->r[i][i] != 0.0 ? n->r[i][i] : 1e-30);
		double square = 0.0, along = 0.0;

		memset(w + i, 0, sizeof(double) * (size_t) (free - i));
		for (int l = i + 1; l < free; l++)
			for (int j = l; j < free; j++)
				w[j] -= n->r[i][l] * b->inverse[l][j];
		w[i] = 1.0;
		for (int j = i; j < free; j++)
		{
			w[j] *= inverse;
			square += w[j] * w[j];
			along += w[j] * n->r[j][free];
		}
		gain[i] = along * along / square;
	}
}

/* Put the free columns in the order of those gains, the largest first */
static void
sort_columns(best *b, node *n)
{
	int free = n->n_free, order[L2N_BEST_MAX], column[L2N_BEST_MAX], first = 0;
	double gain[L2N_BEST_MAX];

	gains(b, n, gain);
	for (int i = 0; i < free; i++)
	{
		int k = i;

		for (; k > 0 && gain[order[k - 1]] < gain[i]; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
	while (first < free && order[first] == first)
		first++;
	if (first == free)
		return;

	for (int i = first; i < free; i++)
	{
		for (int j = first; j < free; j++)
			b->square[i][j] = i <= order[j] ? n->r[i][order[j]] : 0.0;
		b->square[i][free] = n->r[i][free];
	}
	for (int j = first; j < free; j++)
		for (int i = free - 1; i > j; i--)
			if (b->square[i][j] != 0.0)
			{
				double c, s;

				rotation(b->square[i - 1][j], b->square[i][j], &c, &s);
				rotate(free + 1 - j, c, s, b->square[i - 1] + j, b->square[i] + j);
			}
	/* the rows above keep their numbers, in the new order */
	for (int i = 0; i < first; i++)
	{
		double row[L2N_BEST_MAX];

		for (int j = first; j < free; j++)
			row[j] = n->r[i][order[j]];
		memcpy(n->r[i] + first, row + first, sizeof(double) * (size_t) (free - first));
	}
	for (int i = first; i < free; i++)
	{
		memcpy(n->r[i] + i, b->square[i] + i, sizeof(double) * (size_t) (free + 1 - i));
		column[i] = n->column[order[i]];
	}
	memcpy(n->column + first, column + first, sizeof(int) * (size_t) (free - first));
}

/* child = n without free column i, those before it fixed */
static void
drop(const node *n, int i, node *child)
{
	int free = n->n_free - i - 1;
	double below[L2N_BEST_MAX + 1];

	child->n_fixed = n->n_fixed + i;
	child->n_free = free;
	child->fixed = n->fixed;
	for (int j = 0; j < i; j++)
		child->fixed |= ONE(n->column[j]);
	memcpy(child->column, n->column + i + 1, sizeof(int) * (size_t) free);

	memcpy(below, n->r[i] + i + 1, sizeof(double) * (size_t) (free + 1));
	for (int j = 0; j < free; j++)
	{
		double *row = child->r[j], c, s;

		memcpy(row + j, below + j, sizeof(double) * (size_t) (free + 1 - j));
		memcpy(below + j, n->r[i + 1 + j] + i + 1 + j, sizeof(double) * (size_t) (free + 1 - j));
		rotation(row[j], below[j], &c, &s);
		rotate(free + 1 - j, c, s, row + j, below + j);
	}
	child->rss = n->rss + below[free] * below[free];
}

static void
set_best(best *b, int size, set columns, double rss)
{
	b->found[size] = columns;
	b->rss[size] = rss;
	b->target[size] = rss * (1.0 - 1e-9) - 1e-14 * sqrt(rss);
}

/* Enter a set of columns; false where one is explained by those before it */
static bool
enter_set(search *s, set columns)
{
	restart(s);
	for (size_t j = 0; columns >> j; j++)
		if (columns & ONE(j))
		{
			if (explained(&s->f, s->f.first + j))
				return false;
			take(s, s->f.first + j);
		}
	return true;
}

/* A set that seems better than the best of its size */
static void
consider(best *b, int size, set columns)
{
	if (enter_set(b->s, columns))
	{
		double rss = factor_rss(&b->s->f).hi / b->s->sys.syy.hi;

		if (rss < b->rss[size])
			set_best(b, size, columns, rss);
	}
}

static l2n_status
visit(best *b, node *n)
{
	node *child = n + 1;
	set columns = n->fixed;
	int independent = 0;
	double rss = n->rss;

	if (--b->countdown <= 0)
	{
		if (interrupted(b->s))
			return L2N_INTERRUPTED;
		b->countdown = POLL_NODES;
	}
	sort_columns(b, n);

	/* the leading columns are subsets of their own */
	while (independent < n->n_free && fabs(n->r[independent][independent]) > EXPLAINED)
		columns |= ONE(n->column[independent++]);
	for (int i = n->n_free; i > 0; i--)
	{
		int size = n->n_fixed + i;

		if (i <= independent)
		{
			if (size <= b->largest && rss < b->target[size])
				consider(b, size, columns);
			columns &= ~ONE(n->column[i - 1]);
		}
		rss += n->r[i - 1][n->n_free] * n->r[i - 1][n->n_free];
	}

	/* child i, all of whose subsets have the columns before i and others */
	for (int i = independent < n->n_free - 1 ? independent : n->n_free - 2; i >= 0; i--)
	{
		int size = n->n_fixed + i + 1;
		l2n_status status;

		if (size > b->largest || !(n->rss < b->target[size]))
			continue;
		drop(n, i, child);
		if (!(child->rss < b->target[size]))
			continue;
		status = visit(b, child);
		if (status != L2N_OK)
			return status;
	}
	return L2N_OK;
}

/* The columns that an earlier one alone explains, which is then as good: each doubles a search */
static set
copies(search *s)
{
	const factor *f = &s->f;
	size_t p = f->width - 1;
	set copied = 0;

	for (size_t i = f->first; i < p; i++)
		if (enter_set(s, ONE(i - f->first)))
			for (size_t j = i + 1; j < p; j++)
				copied |= explained(f, j) ? ONE(j - f->first) : 0;
	return copied;
}

/* The node of all columns of use, each scaled to length 1, and so the target */
static void
plant(best *b, node *root)
{
	search *s = b->s;
	factor *f = &s->f;
	size_t w = f->width, p = w - 1;
	double y = 1.0 / sqrt(s->sys.syy.hi);
	set copied = copies(s);

	restart(s);
	root->n_fixed = root->n_free = 0;
	root->fixed = 0;
	for (size_t j = f->first; j < p; j++)
	{
		dd own = dd_of(LENGTH * s->sys.c[l2n_tri(p, j, j)]);

		if (s->found->left_out[j] || (copied & ONE(j - f->first)))
			continue;
		if (explained(f, j))
			put(f->rest, w, j, f->rest[j] > 0.0 ? dd_add(at(f->rest, w, j), own) : own);
		take(s, j);
		root->column[root->n_free++] = (int) (j - f->first);
	}
	for (int i = 0; i < root->n_free; i++)
	{
		const double *row = factor_row(f, s->base + i);

		for (int j = i; j < root->n_free; j++)
		{
			size_t column = f->first + (size_t) root->column[j];

			root->r[i][j] = row[column] / sqrt(s->sys.c[l2n_tri(p, column, column)]);
		}
		root->r[i][root->n_free] = row[p] * y;
	}
	root->rss = factor_rss(f).hi * y * y;
}

/*
 * Exchange columns for others, one at a time, as long as that helps: it mends what double could
 * not tell apart, and takes the earlier of columns that do as well.
 */
static l2n_status
exchange(best *b, int size)
{
	search *s = b->s;
	bool moved = true;

	for (int round = 0; moved && round < MAX_ROUNDS; round++)
	{
		moved = false;
		for (int j = L2N_BEST_MAX; j-- > 0;)
		{
			set others = b->found[size] & ~ONE(j);
			size_t column;
			dd rss;

			if (others == b->found[size])
				continue;
			if (interrupted(s))
				return L2N_INTERRUPTED;
			if (!enter_set(s, others))
				continue;
			column = next_column(s, &rss);
			if (column == s->f.width - 1 || column == s->f.first + (size_t) j)
				continue;
			set_best(b, size, others | ONE(column - s->f.first), rss.hi / s->sys.syy.hi);
			moved = true;
		}
	}
	return L2N_OK;
}

static l2n_status
best_subsets(search *s, char *work)
{
	best *b = l2n_take(&work, sizeof(best));
	size_t p = s->f.width - 1, forced = s->f.first;
	l2n_status status;

	/* going forward gives all sizes that there are, and a first best */
	status = forward(s);
	if (status != L2N_OK || !(s->sys.syy.hi > 0.0))
		return status;
	b->s = s;
	b->nodes = l2n_take(&work, sizeof(node) * L2N_BEST_MAX);
	b->largest = s->found->largest - s->base;
	b->countdown = 0;
	for (int size = 0; size <= b->largest; size++)
	{
		const bool *member = s->found->member + (size_t) (s->base + size) * p;
		set columns = 0;

		for (size_t j = forced; j < p; j++)
			columns |= member[j] ? ONE(j - forced) : 0;
		set_best(b, size, columns, s->found->rss[s->base + size] / s->unit / s->sys.syy.hi);
	}

	plant(b, b->nodes);
	status = visit(b, b->nodes);
	for (int size = 1; size <= b->largest && status == L2N_OK; size++)
	{
		status = exchange(b, size);
		if (status == L2N_OK && enter_set(s, b->found[size]))
			record(s, s->base + size, factor_rss(&s->f));
	}
	return status;
}

size_t
l2n_subset_worksize(const l2n_subset_spec *spec)
{
	size_t p = (size_t) spec->columns.p, width = p + 1, rows = (size_t) spec->largest, extra = 0;

	if (spec->method != L2N_FORWARD)
		rows = p;
	if (spec->method == L2N_BACKWARD)
		extra = sizeof(double) * (2 * p * p + 4 * p) + (sizeof(size_t) + sizeof(double *)) * p;
	if (spec->method == L2N_BEST)
		extra = sizeof(best) + sizeof(node) * L2N_BEST_MAX;
	return l2n_system_worksize(spec->columns.p) + sizeof(double) * (2 * width * (rows + 4) + p) +
		   sizeof(bool) * p + extra + 16 * 64;
}

l2n_status
l2n_subset(const l2n_kernel *kernel, const l2n_moments *m, const l2n_subset_spec *spec,
		   l2n_subsets *found, void *work, l2n_poll poll, void *poll_arg)
{
	search s = {.spec = spec, .found = found, .poll = poll, .poll_arg = poll_arg};
	size_t p = (size_t) spec->columns.p;
	char *next = work;
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	status = l2n_system_init(&s.sys, m, &spec->columns, NULL,
							 l2n_take(&next, l2n_system_worksize(spec->columns.p)), poll, poll_arg);
	if (status != L2N_OK)
		return status;
	s.unit = 1.0 / (s.sys.scale_y * s.sys.scale_y);
	s.f.kernel = kernel;
	s.f.s = &s.sys;
	s.f.width = p + 1;
	s.f.rest = l2n_take(&next, sizeof(double) * 2 * s.f.width);
	s.f.product = l2n_take(&next, sizeof(double) * 2 * s.f.width);
	s.base_rest = l2n_take(&next, sizeof(double) * 2 * s.f.width);
	s.base_product = l2n_take(&next, sizeof(double) * 2 * s.f.width);
	s.f.floor = l2n_take(&next, sizeof(double) * p);
	s.in = l2n_take(&next, sizeof(bool) * p);
	s.f.u = l2n_take(&next, sizeof(double) * 2 * s.f.width *
								(size_t) (spec->method == L2N_FORWARD ? spec->largest : (int) p));
	for (size_t j = 0; j < p; j++)
		s.f.floor[j] = l2n_system_floor(&s.sys, m, &spec->columns, (int) j);
	enter_forced(&s);

	switch (spec->method)
	{
		case L2N_FORWARD:
			status = forward(&s);
			break;
		case L2N_BACKWARD:
			status = backward(&s, next);
			break;
		case L2N_BEST:
			status = best_subsets(&s, next);
			break;
	}
	for (int size = found->smallest; size <= found->largest && status == L2N_OK; size++)
		if (!isfinite(found->rss[size]))
			status = L2N_OUT_OF_RANGE;
	return status;
}
