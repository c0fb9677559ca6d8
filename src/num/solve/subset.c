/*
 * subset.c: forward, backward and best subsets of columns, or of terms of some columns each.
 *
 * Each subset could be fitted anew, p^3 operations each, or all of them updated from one inverse
 * by sweeps, which lose digits from step to step.  Here subsets grow by rows of a Cholesky factor
 * in double-double, and shrink by orthogonal transformations of one, which lose nothing.
 *
 * The best subset of each size is found by branch and bound: no part of a set of columns has a
 * smaller RSS than the set (Furnival and Wilson, Technometrics 16, 1974).  The tree is that of
 * Gatu and Kontoghiorghes (J. Comput. Graph. Stat. 15, 2006): a node is a triangular factor, whose
 * leading parts are subsets too, and its children each lack one term.  In every node the terms
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

static inline dd
at(const double *x, size_t low, size_t i)
{
	return dd_make(x[i], x[low + i]);
}

static inline void
put_dd(double *x, size_t low, size_t i, dd v)
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

/* No column has entered: what is left of each is all of it. */
static void
factor_start(factor *f)
{
	size_t p = f->width - 1, low = l2n_tri_size(p);

	f->n = 0;
	for (size_t j = 0; j < p; j++)
	{
		put_dd(f->rest, f->width, j, at(f->s->c, low, l2n_tri(p, j, j)));
		put_dd(f->product, f->width, j, at(f->s->rhs, p, j));
	}
	put_dd(f->rest, f->width, p, f->s->syy);
	put_dd(f->product, f->width, p, f->s->syy);
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

/* Enter a column: its row of the factor, and what it leaves of the others and of the target. */
static void
factor_enter(factor *f, size_t i)
{
	size_t w = f->width, p = w - 1, low = l2n_tri_size(p), first = f->first;
	double *row = factor_row(f, f->n);
	dd inverse, last;

	for (size_t j = first; j < p; j++)
		put_dd(row, w, j, at(f->s->c, low, i < j ? l2n_tri(p, i, j) : l2n_tri(p, j, i)));
	put_dd(row, w, p, at(f->s->rhs, p, i));
	for (int l = 0; l < f->n; l++)
	{
		const double *above = factor_row(f, l);

		f->kernel->dd_axpy_row(w - first, dd_neg(at(above, w, i)), above + first, above + w + first,
							   row + first, row + w + first);
	}
	put_dd(row, w, i, at(f->rest, w, i));
	inverse = dd_div(dd_of(1.0), dd_sqrt(at(f->rest, w, i)));
	last = dd_mul(at(row, w, p), inverse);
	for (size_t j = first; j < w; j++)
	{
		dd v = dd_mul(at(row, w, j), inverse);

		put_dd(row, w, j, v);
		put_dd(f->rest, w, j, dd_sub(at(f->rest, w, j), dd_mul(v, v)));
		put_dd(f->product, w, j, dd_sub(at(f->product, w, j), dd_mul(v, last)));
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
	int n_terms;
	int *term;        /* n_terms + 1: where the columns of each begin */
	bool *has;        /* n_terms: with a column entered */
	int widest;       /* columns of a term, at most */
	double *tried[2]; /* rest and product before a trial */
	double unit;      /* its square is true sums of squares over scaled ones */
	l2n_poll poll;
	void *poll_arg;
} search;

static bool
interrupted(const search *s)
{
	return s->poll && s->poll(s->poll_arg);
}

static void
search_record(search *s, int size, dd rss)
{
	size_t p = (size_t) s->spec->columns.p;

	s->found->rss[size] = rss.hi * s->unit * s->unit;
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
		factor_enter(f, j);
		s->in[j] = true;
	}
	f->first = forced;
	for (size_t j = forced; j < p; j++)
		s->found->left_out[j] = explained(f, j);
	s->base = f->n;
	memcpy(s->base_rest, f->rest, sizeof(double) * 2 * f->width);
	memcpy(s->base_product, f->product, sizeof(double) * 2 * f->width);
	s->found->smallest = s->found->largest = f->n;
	search_record(s, f->n, factor_rss(f));
}

/* Back to the forced columns */
static void
search_restart(search *s)
{
	size_t p = s->f.width - 1, forced = (size_t) s->spec->forced;

	s->f.n = s->base;
	memcpy(s->f.rest, s->base_rest, sizeof(double) * 2 * s->f.width);
	memcpy(s->f.product, s->base_product, sizeof(double) * 2 * s->f.width);
	memset(s->in + forced, 0, sizeof(bool) * (p - forced));
	memset(s->has, 0, sizeof(bool) * (size_t) s->n_terms);
}

static void
search_take(search *s, size_t j)
{
	factor_enter(&s->f, j);
	s->in[j] = true;
}

/* Enter the columns of a term that those before do not explain; how many */
static int
take_term(search *s, int t)
{
	int before = s->f.n;

	for (int j = s->term[t]; j < s->term[t + 1]; j++)
		if (!explained(&s->f, (size_t) j))
			search_take(s, (size_t) j);
	s->has[t] = s->f.n > before;
	return s->f.n - before;
}

/* How many columns a term would add, and RSS with them */
static int
try_term(search *s, int t, dd *rss)
{
	factor *f = &s->f;
	size_t first = (size_t) s->term[t], bytes = sizeof(double) * 2 * f->width;
	int added;

	if (s->term[t + 1] == s->term[t] + 1)
	{
		if (explained(f, first))
			return 0;
		*rss = rss_with(f, first);
		return 1;
	}
	memcpy(s->tried[0], f->rest, bytes);
	memcpy(s->tried[1], f->product, bytes);
	added = take_term(s, t);
	*rss = factor_rss(f);
	f->n -= added;
	memcpy(f->rest, s->tried[0], bytes);
	memcpy(f->product, s->tried[1], bytes);
	memset(s->in + first, 0, sizeof(bool) * (size_t) (s->term[t + 1] - s->term[t]));
	s->has[t] = false;
	return added;
}

static bool
needs(const search *s, int t, int other)
{
	return s->spec->needs && s->spec->needs[(size_t) t * (size_t) s->n_terms + (size_t) other];
}

/* Whether no column of a term is considered at all */
static bool
is_useless(const search *s, int t)
{
	for (int j = s->term[t]; j < s->term[t + 1]; j++)
		if (!s->found->left_out[j])
			return false;
	return true;
}

static bool
may_enter(const search *s, int t)
{
	for (int u = 0; s->spec->needs && u < s->n_terms; u++)
		if (needs(s, t, u) && !s->has[u] && !is_useless(s, u))
			return false;
	return true;
}

static bool
may_leave(const search *s, int t)
{
	for (int u = 0; s->spec->needs && u < s->n_terms; u++)
		if (s->has[u] && needs(s, u, t))
			return false;
	return true;
}

/* What subsets are compared by */
static double
judged(const search *s, dd rss, int size)
{
	double value;

	if (s->widest <= 1 || s->spec->judge == NULL)
		return rss.hi;
	value = s->spec->judge(s->spec->judge_arg, rss.hi * s->unit * s->unit, size);
	return isnan(value) ? INFINITY : value;
}

/* Whether a value is less than another by more than a tie */
static bool
is_less(double a, double b)
{
	return a < (isinf(b) ? b : b - TIE * fabs(b));
}

/*
 * The best term to enter so that the subset has from size least to most: by what steps go by, or
 * by RSS; n_terms where there is none
 */
static int
next_term(search *s, int least, int most, bool by_rss)
{
	int best = s->n_terms;
	double best_value = 0.0;
	dd best_rss = dd_of(0.0);

	for (int t = 0; t < s->n_terms; t++)
	{
		double value;
		dd rss;
		int size;

		if (s->has[t] || !may_enter(s, t))
			continue;
		size = try_term(s, t, &rss);
		if (size == 0 || s->f.n + size < least || s->f.n + size > most)
			continue;
		value = by_rss ? rss.hi : judged(s, rss, s->f.n + size);
		if (best == s->n_terms || is_less(value, best_value) ||
			(isinf(value) && value == best_value && is_less(rss.hi, best_rss.hi)))
		{
			best = t;
			best_value = value;
			best_rss = rss;
		}
	}
	return best;
}

/*
 * Forward
 */

/* Enter the best term again and again; a subset of each size that is come by is recorded. */
static l2n_status
forward(search *s)
{
	for (;;)
	{
		int t = next_term(s, s->f.n + 1, s->spec->largest, false);

		if (t == s->n_terms)
			return L2N_OK;
		if (interrupted(s))
			return L2N_INTERRUPTED;
		take_term(s, t);
		search_record(s, s->f.n, factor_rss(&s->f));
		s->found->largest = s->f.n;
	}
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
	size_t n;      /* columns left */
	size_t stride; /* 2 stride doubles a row: high words, low words */
	int *term;     /* of each, in order */
	double **row;  /* of W, theirs */
	double *z;
	double *v;     /* scratch */
	double **axis; /* scratch: of the rows of a term */
	dd rss;
} shrinking;

/* Enter all columns that the ones before do not explain, and invert their factor */
static l2n_status
invert_all(search *s, shrinking *h, size_t *column, double *w)
{
	factor *f = &s->f;
	size_t p = f->width - 1, stride = h->stride;

	h->n = 0;
	for (int t = 0; t < s->n_terms; t++)
		for (int j = s->term[t]; j < s->term[t + 1]; j++)
		{
			if (interrupted(s))
				return L2N_INTERRUPTED;
			s->found->left_out[j] = explained(f, (size_t) j);
			if (s->found->left_out[j])
				continue;
			search_take(s, (size_t) j);
			s->has[t] = true;
			h->term[h->n] = t;
			column[h->n++] = (size_t) j;
		}
	h->rss = factor_rss(f);

	memset(w, 0, sizeof(double) * 2 * stride * h->n);
	for (size_t i = h->n; i-- > 0;)
	{
		const double *u = factor_row(f, s->base + (int) i);
		double *row = h->row[i] = w + 2 * stride * i;
		dd inverse = dd_div(dd_of(1.0), at(u, f->width, column[i]));

		if (interrupted(s))
			return L2N_INTERRUPTED;
		put_dd(h->z, stride, i, at(u, f->width, p));
		for (size_t l = i + 1; l < h->n; l++)
			f->kernel->dd_axpy_row(h->n - l, dd_neg(at(u, f->width, column[l])), h->row[l] + l,
								   h->row[l] + stride + l, row + l, row + stride + l);
		put_dd(row, stride, i, dd_of(1.0));
		for (size_t l = i; l < h->n; l++)
			put_dd(row, stride, l, dd_mul(at(row, stride, l), inverse));
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
	put_dd(v, low, last, dd_add(at(v, low, last), end));

	memmove(h->row + k, h->row + k + 1, sizeof(double *) * (last - k));
	memmove(h->term + k, h->term + k + 1, sizeof(int) * (last - k));
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

/*
 * What RSS gains without the n columns from place k on, those of a term: the square of z's part in
 * the space of their rows of W
 */
static dd
term_gain(const search *s, const shrinking *h, size_t k, size_t n)
{
	const l2n_kernel *kernel = s->f.kernel;
	size_t low = h->stride;
	dd gain = dd_of(0.0);

	for (size_t i = 0; i < n; i++)
	{
		double *w = memcpy(h->axis[i], h->row[k + i], sizeof(double) * 2 * low);
		dd along, square;

		for (size_t j = 0; j < i; j++)
		{
			const double *a = h->axis[j];
			dd part = kernel->dd_dot(h->n, w, w + low, a, a + low);

			part = dd_div(part, kernel->dd_dot(h->n, a, a + low, a, a + low));
			kernel->dd_axpy_row(h->n, dd_neg(part), a, a + low, w, w + low);
		}
		along = kernel->dd_dot(h->n, w, w + low, h->z, h->z + low);
		square = kernel->dd_dot(h->n, w, w + low, w, w + low);
		gain = dd_add(gain, dd_div(dd_mul(along, along), square));
	}
	return gain;
}

/* The columns of the term at place k */
static size_t
shrinking_term_columns(const shrinking *h, size_t k)
{
	size_t end = k;

	while (end < h->n && h->term[end] == h->term[k])
		end++;
	return end - k;
}

/* The place of the term that is best left out; of equal ones the last */
static size_t
weakest(const search *s, const shrinking *h)
{
	size_t best = h->n;
	double least = 0.0, least_rss = 0.0;

	for (size_t k = 0, n; k < h->n; k += n)
	{
		double value;
		dd rss;

		n = shrinking_term_columns(h, k);
		if (!may_leave(s, h->term[k]))
			continue;
		rss = clean_rss(&s->f, dd_add(h->rss, term_gain(s, h, k, n)));
		value = judged(s, rss, s->base + (int) (h->n - n));
		if (isinf(value) && best < h->n && value == least ? is_less(least_rss, rss.hi)
														  : best < h->n && is_less(least, value))
			continue;
		best = k;
		least = value;
		least_rss = rss.hi;
	}
	return best;
}

/*
 * Begin with all terms and leave the weakest out again and again, by the inverse of their matrix;
 * a subset of each size that is come by is recorded.
 */
static l2n_status
backward(search *s, char *work)
{
	size_t p = s->f.width - 1, wide = (size_t) s->widest;
	shrinking h = {.stride = p};
	size_t *column = l2n_take(&work, sizeof(size_t) * p);
	l2n_status status;

	h.term = l2n_take(&work, sizeof(int) * p);
	h.row = l2n_take(&work, sizeof(double *) * p);
	h.z = l2n_take(&work, sizeof(double) * 2 * p);
	h.v = l2n_take(&work, sizeof(double) * 2 * p);
	h.axis = l2n_take(&work, sizeof(double *) * wide);
	h.axis[0] = l2n_take(&work, sizeof(double) * 2 * p * wide);
	for (size_t i = 1; i < wide; i++)
		h.axis[i] = h.axis[0] + 2 * p * i;
	status = invert_all(s, &h, column, l2n_take(&work, sizeof(double) * 2 * p * p));
	if (status != L2N_OK)
		return status;

	for (;;)
	{
		int size = s->base + (int) h.n, t;
		size_t k;

		if (size <= s->spec->largest)
		{
			if (size > s->found->largest)
				s->found->largest = size;
			search_record(s, size, clean_rss(&s->f, h.rss));
		}
		if (h.n == 0)
			return L2N_OK;
		k = weakest(s, &h);
		t = h.term[k];
		for (size_t n = shrinking_term_columns(&h, k); n > 0 && status == L2N_OK; n--)
			status = drop_column(s, &h, k);
		if (status != L2N_OK)
			return status;
		s->has[t] = false;
		memset(s->in + s->term[t], 0, sizeof(bool) * (size_t) (s->term[t + 1] - s->term[t]));
	}
}

/*
 * Best
 */

/* Terms as bits of a word */
typedef uint64_t set;

#define ONE(term) ((set) 1 << (term))

/* Some terms in all subsets of a node, the others free to be dropped in its children */
typedef struct node
{
	int rank; /* of the columns of the fixed ones */
	int n_free;
	int n_columns; /* of the free ones */
	set fixed;
	int term[L2N_BEST_MAX];      /* the free ones */
	int first[L2N_BEST_MAX + 1]; /* where their columns begin, and n_columns */
	double rss;                  /* with all of them, fixed and free */
	/* factor of the columns of the free ones, target last */
	double r[L2N_BEST_COLUMNS][L2N_BEST_COLUMNS + 1];
} node;

typedef struct best
{
	search *s;
	int largest;                         /* size */
	set found[L2N_BEST_COLUMNS + 1];     /* of each size */
	double rss[L2N_BEST_COLUMNS + 1];    /* theirs, in double-double, as a share of y'y */
	double target[L2N_BEST_COLUMNS + 1]; /* what another of this size must be below */
	set all;                             /* terms of the search */
	set needs[L2N_BEST_MAX];             /* what each of them is never without */
	node *nodes;                         /* one a level */
	double inverse[L2N_BEST_COLUMNS][L2N_BEST_COLUMNS];
	double square[L2N_BEST_COLUMNS][L2N_BEST_COLUMNS + 1];
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
rotate_pair(int n, double c, double s, double *x, double *y)
{
	for (int j = 0; j < n; j++)
	{
		double u = x[j], v = y[j];

		x[j] = c * u + s * v;
		y[j] = c * v - s * u;
	}
}

/* Rows of the inverse W of the factor of the free columns */
static void
best_invert(best *b, const node *n)
{
	int k = n->n_columns;

	for (int i = k; i-- > 0;)
	{
		double *w = b->inverse[i];
		double inverse = 1.0 / (n->r[i][i] != 0.0 ? n->r[i][i] : 1e-30);

		memset(w + i, 0, sizeof(double) * (size_t) (k - i));
		for (int l = i + 1; l < k; l++)
			for (int j = l; j < k; j++)
				w[j] -= n->r[i][l] * b->inverse[l][j];
		w[i] = 1.0;
		for (int j = i; j < k; j++)
			w[j] *= inverse;
	}
}

/* What RSS gains without the columns from one on to another: z'z in the space of their rows of W */
static double
columns_gain(best *b, const node *n, int from, int to)
{
	int k = n->n_columns;
	double gain = 0.0;

	for (int i = from; i < to; i++)
	{
		double *w = b->inverse[i], square = 0.0, along = 0.0;

		if (i > from)
			memset(w + from, 0, sizeof(double) * (size_t) (i - from));
		for (int l = from; l < i; l++)
		{
			const double *axis = b->inverse[l];
			double part = 0.0, length = 0.0;

			for (int j = from; j < k; j++)
			{
				part += w[j] * axis[j];
				length += axis[j] * axis[j];
			}
			for (int j = from; j < k; j++)
				w[j] -= part / length * axis[j];
		}
		for (int j = from; j < k; j++)
		{
			square += w[j] * w[j];
			along += w[j] * n->r[j][k];
		}
		gain += along * along / square;
	}
	return gain;
}

/* Put columns from first on into that order, which permutes them, and make r triangular again */
static void
permute(best *b, node *n, int first, const int *order)
{
	int k = n->n_columns;

	for (int i = first; i < k; i++)
	{
		for (int j = first; j < k; j++)
			b->square[i][j] = i <= order[j] ? n->r[i][order[j]] : 0.0;
		b->square[i][k] = n->r[i][k];
	}
	for (int j = first; j < k; j++)
		for (int i = k - 1; i > j; i--)
			if (b->square[i][j] != 0.0)
			{
				double c, s;

				rotation(b->square[i - 1][j], b->square[i][j], &c, &s);
				rotate_pair(k + 1 - j, c, s, b->square[i - 1] + j, b->square[i] + j);
			}
	/* the rows above keep their numbers, in the new order */
	for (int i = 0; i < first; i++)
	{
		double row[L2N_BEST_COLUMNS];

		for (int j = first; j < k; j++)
			row[j] = n->r[i][order[j]];
		memcpy(n->r[i] + first, row + first, sizeof(double) * (size_t) (k - first));
	}
	for (int i = first; i < k; i++)
		memcpy(n->r[i] + i, b->square[i] + i, sizeof(double) * (size_t) (k + 1 - i));
}

/* Put the free terms in the order of what RSS gains without them, the largest first */
static void
sort_terms(best *b, node *n)
{
	int free = n->n_free, rank[L2N_BEST_MAX], order[L2N_BEST_COLUMNS], same = 0, columns = 0;
	int term[L2N_BEST_MAX], first[L2N_BEST_MAX + 1];
	double gain[L2N_BEST_MAX];

	best_invert(b, n);
	for (int i = 0; i < free; i++)
	{
		int k = i;

		gain[i] = columns_gain(b, n, n->first[i], n->first[i + 1]);
		for (; k > 0 && gain[rank[k - 1]] < gain[i]; k--)
			rank[k] = rank[k - 1];
		rank[k] = i;
	}
	while (same < free && rank[same] == same)
		same++;
	if (same == free)
		return;

	memcpy(term, n->term, sizeof term);
	memcpy(first, n->first, sizeof first);
	for (int i = 0; i < free; i++)
	{
		n->term[i] = term[rank[i]];
		n->first[i] = columns;
		for (int j = first[rank[i]]; j < first[rank[i] + 1]; j++)
			order[columns++] = j;
	}
	permute(b, n, n->first[same], order);
}

/* child = n without free term i, those before it fixed */
static void
node_drop(const node *n, int i, node *child)
{
	int from = n->first[i], next = n->first[i + 1], k = n->n_columns - next;

	child->n_free = n->n_free - i - 1;
	child->n_columns = k;
	child->fixed = n->fixed;
	for (int j = 0; j < i; j++)
		child->fixed |= ONE(n->term[j]);
	memcpy(child->term, n->term + i + 1, sizeof(int) * (size_t) child->n_free);
	for (int j = 0; j <= child->n_free; j++)
		child->first[j] = n->first[i + 1 + j] - next;
	for (int j = 0; j < k; j++)
		memcpy(child->r[j] + j, n->r[next + j] + next + j, sizeof(double) * (size_t) (k + 1 - j));

	/* the rows of its columns go into those below */
	child->rss = n->rss;
	for (int e = from; e < next; e++)
	{
		double row[L2N_BEST_COLUMNS + 1], c, s;

		memcpy(row, n->r[e] + next, sizeof(double) * (size_t) (k + 1));
		for (int j = 0; j < k; j++)
		{
			rotation(child->r[j][j], row[j], &c, &s);
			rotate_pair(k + 1 - j, c, s, child->r[j] + j, row + j);
		}
		child->rss += row[k] * row[k];
	}
}

/* A size that is not better than a smaller one is of no use, so its target is theirs */
static void
set_best(best *b, int size, set terms, double rss)
{
	b->found[size] = terms;
	b->rss[size] = rss;
	for (int i = size; i <= b->largest; i++)
	{
		double own = b->rss[i];

		own = isinf(own) ? own : own * (1.0 - 1e-9) - 1e-14 * sqrt(own);
		b->target[i] = i > 0 && b->target[i - 1] < own ? b->target[i - 1] : own;
	}
}

/* Enter a set of terms; false where one is explained by those before it */
static bool
enter_set(search *s, set terms)
{
	search_restart(s);
	for (int t = 0; t < s->n_terms; t++)
		if ((terms & ONE(t)) && take_term(s, t) == 0)
			return false;
	return true;
}

/* Whether a set has what each of its terms is never without */
static bool
best_is_whole(const best *b, set terms)
{
	for (int t = 0; terms >> t; t++)
		if ((terms & ONE(t)) && (b->needs[t] & ~terms))
			return false;
	return true;
}

/* A set that seems better than the best of its size */
static void
best_consider(best *b, set terms)
{
	if (best_is_whole(b, terms) && enter_set(b->s, terms))
	{
		double rss = factor_rss(&b->s->f).hi / b->s->sys.syy.hi;
		int size = b->s->f.n - b->s->base;

		if (size <= b->largest && rss < b->rss[size])
			set_best(b, size, terms, rss);
	}
}

/*
 * A node of the tree: consider the subsets that its order of terms gives at no cost, then visit
 * the children whose bound says that they may have better ones.
 */
static l2n_status
best_visit(best *b, node *n)
{
	node *child = n + 1;
	set terms = n->fixed;
	int independent = 0, rank[L2N_BEST_MAX + 1], last;
	double rss = n->rss;

	if (interrupted(b->s))
		return L2N_INTERRUPTED;
	sort_terms(b, n);

	/* the leading terms are subsets of their own */
	rank[0] = n->rank;
	while (independent < n->n_free)
	{
		int i = independent, more = 0;

		for (int j = n->first[i]; j < n->first[i + 1]; j++)
			more += fabs(n->r[j][j]) > EXPLAINED;
		if (more == 0)
			break;
		terms |= ONE(n->term[i]);
		rank[++independent] = rank[i] + more;
	}
	for (int i = n->n_free; i > 0; i--)
	{
		if (i <= independent)
		{
			if (rank[i] <= b->largest && rss < b->target[rank[i]])
				best_consider(b, terms);
			terms &= ~ONE(n->term[i - 1]);
		}
		for (int j = n->first[i - 1]; j < n->first[i]; j++)
			rss += n->r[j][n->n_columns] * n->r[j][n->n_columns];
	}

	/* child i, all of whose subsets have the terms before i and others */
	last = independent < n->n_free - 1 ? independent : n->n_free - 2;
	for (int i = last; i >= 0; i--)
	{
		int size = rank[i] + 1;
		l2n_status status;

		if (size > b->largest || !(n->rss < b->target[size]))
			continue;
		node_drop(n, i, child);
		child->rank = rank[i];
		if (!(child->rss < b->target[size]))
			continue;
		status = best_visit(b, child);
		if (status != L2N_OK)
			return status;
	}
	return L2N_OK;
}

/* The terms that an earlier one alone explains, which is then as good: each doubles a search */
static set
copies(search *s)
{
	const factor *f = &s->f;
	int columns[L2N_BEST_MAX];
	set copied = 0;

	for (int t = 0; t < s->n_terms; t++)
		columns[t] = enter_set(s, ONE(t)) ? f->n - s->base : 0;
	for (int t = 0; t < s->n_terms; t++)
		if (enter_set(s, ONE(t)))
			for (int u = t + 1; u < s->n_terms; u++)
			{
				bool all = columns[u] == columns[t];

				for (int j = s->term[u]; j < s->term[u + 1] && all; j++)
					all = explained(f, (size_t) j);
				copied |= all ? ONE(u) : 0;
			}
	return copied;
}

/* The node of all terms of use, each column scaled to length 1, and so the target */
static void
plant(best *b, node *root)
{
	search *s = b->s;
	factor *f = &s->f;
	size_t w = f->width, p = w - 1, column[L2N_BEST_COLUMNS];
	double y = 1.0 / sqrt(s->sys.syy.hi);
	set copied = copies(s);

	search_restart(s);
	root->rank = root->n_free = root->n_columns = 0;
	root->fixed = b->all = 0;
	for (int t = 0; t < s->n_terms; t++)
	{
		int first = root->n_columns;

		for (int i = s->term[t]; i < s->term[t + 1] && !(copied & ONE(t)); i++)
		{
			size_t j = (size_t) i;
			dd own = dd_of(LENGTH * s->sys.c[l2n_tri(p, j, j)]);

			if (s->found->left_out[j])
				continue;
			if (explained(f, j))
				put_dd(f->rest, w, j, f->rest[j] > 0.0 ? dd_add(at(f->rest, w, j), own) : own);
			search_take(s, j);
			column[root->n_columns++] = j;
		}
		if (root->n_columns == first)
			continue;
		b->all |= ONE(t);
		root->term[root->n_free] = t;
		root->first[root->n_free++] = first;
	}
	root->first[root->n_free] = root->n_columns;
	for (int i = 0; i < root->n_columns; i++)
	{
		const double *row = factor_row(f, s->base + i);

		for (int j = i; j < root->n_columns; j++)
			root->r[i][j] = row[column[j]] / sqrt(s->sys.c[l2n_tri(p, column[j], column[j])]);
		root->r[i][root->n_columns] = row[p] * y;
	}
	root->rss = factor_rss(f).hi * y * y;
	for (int t = 0; t < s->n_terms; t++)
	{
		b->needs[t] = 0;
		for (int u = 0; u < s->n_terms; u++)
			b->needs[t] |= needs(s, t, u) ? ONE(u) & b->all : 0;
	}
}

/*
 * Exchange terms for others, one at a time, as long as that helps: it mends what double could
 * not tell apart, and takes the earlier of terms that do as well.
 */
static l2n_status
best_exchange(best *b, int size)
{
	search *s = b->s;
	bool moved = b->found[size] != 0;

	for (int round = 0; moved && round < MAX_ROUNDS; round++)
	{
		moved = false;
		for (int t = L2N_BEST_MAX; t-- > 0;)
		{
			set others = b->found[size] & ~ONE(t);
			int other;

			if (others == b->found[size])
				continue;
			if (interrupted(s))
				return L2N_INTERRUPTED;
			if (!enter_set(s, others))
				continue;
			other = next_term(s, s->base + size, s->base + size, true);
			if (other == s->n_terms || other == t || !best_is_whole(b, others | ONE(other)))
				continue;
			take_term(s, other);
			set_best(b, size, others | ONE(other), factor_rss(&s->f).hi / s->sys.syy.hi);
			moved = true;
		}
	}
	return L2N_OK;
}

/* What going forward has found is the best so far */
static void
best_start(best *b)
{
	search *s = b->s;
	size_t p = s->f.width - 1;

	for (int size = 0; size <= b->largest; size++)
	{
		b->rss[size] = INFINITY;
		b->found[size] = 0;
	}
	for (int size = 0; size <= s->found->largest - s->base; size++)
	{
		const bool *member = s->found->member + (size_t) (s->base + size) * p;
		double rss = s->found->rss[s->base + size];
		set terms = 0;

		for (int t = 0; t < s->n_terms; t++)
			for (int j = s->term[t]; j < s->term[t + 1]; j++)
				terms |= member[j] ? ONE(t) : 0;
		if (rss >= 0.0)
			set_best(b, size, terms, rss / s->unit / s->unit / s->sys.syy.hi);
	}
}

/* The subsets that the search has ended with; of terms of many columns only better ones */
static void
best_record(best *b)
{
	search *s = b->s;
	double least = INFINITY;

	for (int size = 0; size <= b->largest; size++)
	{
		double *rss = s->found->rss + s->base + size;

		if (isinf(b->rss[size]) || (s->widest > 1 && !is_less(b->rss[size], least)))
		{
			*rss = -1.0;
			continue;
		}
		if (size > 0 && enter_set(s, b->found[size]))
			search_record(s, s->base + size, factor_rss(&s->f));
		least = b->rss[size];
		s->found->largest = s->base + size;
	}
}

/* The best subset of each size by the tree; exchanges mend what double could not tell apart. */
static l2n_status
best_subsets(search *s, char *work)
{
	best *b = l2n_take(&work, sizeof(best));
	l2n_status status;

	/* going forward gives a first best of the sizes that it comes by */
	status = forward(s);
	if (status != L2N_OK || !(s->sys.syy.hi > 0.0))
		return status;
	b->s = s;
	b->nodes = l2n_take(&work, sizeof(node) * (L2N_BEST_MAX + 1));
	b->largest = s->spec->largest - s->base;
	best_start(b);
	plant(b, b->nodes);
	status = best_visit(b, b->nodes);
	for (int size = 1; size <= b->largest && status == L2N_OK; size++)
		status = best_exchange(b, size);
	if (status == L2N_OK)
		best_record(b);
	return status;
}

/* Columns of a term, at most */
static int
widest_term(const l2n_subset_spec *spec)
{
	int widest = spec->columns.p > spec->forced ? 1 : 0;

	for (int t = 0; spec->term && t < spec->n_terms; t++)
		if (spec->term[t + 1] - spec->term[t] > widest)
			widest = spec->term[t + 1] - spec->term[t];
	return widest;
}

/* Rows that the factor of a search has at most, those of a trial among them */
static size_t
factor_rows(const l2n_subset_spec *spec)
{
	int rows = spec->largest + widest_term(spec);

	return (size_t) (spec->method == L2N_FORWARD && rows < spec->columns.p ? rows
																		   : spec->columns.p);
}

size_t
l2n_subset_worksize(const l2n_subset_spec *spec)
{
	size_t p = (size_t) spec->columns.p, width = p + 1, wide = (size_t) widest_term(spec) + 1;
	size_t extra = 0;

	if (spec->method == L2N_BACKWARD)
		extra = sizeof(double) * (2 * p * (p + wide) + 4 * p) +
				(sizeof(size_t) + sizeof(int) + sizeof(double *)) * p + sizeof(double *) * wide;
	if (spec->method == L2N_BEST)
		extra = sizeof(best) + sizeof(node) * (L2N_BEST_MAX + 1);
	return l2n_system_worksize(spec->columns.p) +
		   sizeof(double) * (2 * width * (factor_rows(spec) + 6) + p) +
		   (2 * sizeof(bool) + sizeof(int)) * width + extra + 24 * 64;
}

/* Which columns belong together */
static void
search_terms(search *s, char **work)
{
	const l2n_subset_spec *spec = s->spec;
	int p = spec->columns.p;

	s->n_terms = spec->term ? spec->n_terms : p - spec->forced;
	s->widest = widest_term(spec);
	s->term = l2n_take(work, sizeof(int) * ((size_t) p + 1));
	s->has = l2n_take(work, sizeof(bool) * ((size_t) p + 1));
	for (int t = 0; t <= s->n_terms; t++)
		s->term[t] = spec->term ? spec->term[t] : spec->forced + t;
	memset(s->has, 0, sizeof(bool) * (size_t) s->n_terms);
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
	s.unit = 1.0 / s.sys.scale_y;
	s.f.kernel = kernel;
	s.f.s = &s.sys;
	s.f.width = p + 1;
	s.f.rest = l2n_take(&next, sizeof(double) * 2 * s.f.width);
	s.f.product = l2n_take(&next, sizeof(double) * 2 * s.f.width);
	s.base_rest = l2n_take(&next, sizeof(double) * 2 * s.f.width);
	s.base_product = l2n_take(&next, sizeof(double) * 2 * s.f.width);
	s.f.floor = l2n_take(&next, sizeof(double) * p);
	s.in = l2n_take(&next, sizeof(bool) * p);
	s.tried[0] = l2n_take(&next, sizeof(double) * 2 * s.f.width);
	s.tried[1] = l2n_take(&next, sizeof(double) * 2 * s.f.width);
	search_terms(&s, &next);
	s.f.u = l2n_take(&next, sizeof(double) * 2 * s.f.width * factor_rows(spec));
	for (size_t j = 0; j < p; j++)
		s.f.floor[j] = l2n_system_floor(&s.sys, m, &spec->columns, (int) j);
	for (int size = 0; size <= spec->largest; size++)
		found->rss[size] = -1.0;
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
	return status;
}
