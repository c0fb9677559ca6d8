/*
 * gram_compare.c: l2_gram's operators = and <>, its order and its hash.
 *
 * Grams are equal where they are the same value: rows, weights, moments, names, encoding, and what
 * the options of an aggregate left in them, all of which their text has.  How a state keeps its
 * rows does not count: they are added to the moments first.  The order is of no meaning; sorting
 * needs one.
 */
#include "gram/gram.h"

#include "base/pieces.h"

#define GRAM_WORDS  8
#define GRAM_PIECES 6

typedef struct gram_parts
{
	Datum datum;
	l2_gram *gram; /* its own memory, where that is not the datum's */
	int64 word[GRAM_WORDS];
	double weight[4]; /* their sum, and that of their logarithms */
	l2_piece piece[GRAM_PIECES];
} gram_parts;

static void
gram_parts_free(gram_parts *g)
{
	if ((Pointer) g->gram != DatumGetPointer(g->datum))
		pfree(g->gram);
}

/* A gram without buffered rows, and with moments where it has columns */
static void
gram_parts_settle(gram_parts *g)
{
	l2_gram *raw = l2_gram_raw(g->datum);

	g->gram = raw;
	if (raw->nrows == 0 && (raw->ncols == 0 || (raw->flags & L2_GRAM_MOMENTS) != 0))
		return;
	g->gram = l2_gram_copy(raw, l2_gram_options(raw), raw->options_len, l2_names_of_gram(raw));
	if ((Pointer) raw != DatumGetPointer(g->datum))
		pfree(raw);
}

/* What makes two grams equal, in the order that sorts them: the cheap and telling pieces first. */
static void
gram_take_apart(gram_parts *g, Datum d)
{
	l2_gram *gram;
	l2_names names;
	bool moments;

	g->datum = d;
	gram_parts_settle(g);
	gram = g->gram;
	names = l2_canonical_names(l2_names_of_gram(gram));
	moments = (gram->flags & L2_GRAM_MOMENTS) != 0;
	memcpy(g->word,
		   (int64[GRAM_WORDS]){gram->ncols, gram->n, gram->n_skipped, gram->absorbed,
							   (gram->flags & L2_GRAM_STORED) | gram->more << 8, gram->options_len,
							   names.len, names.encoding_len},
		   sizeof g->word);
	g->weight[0] = gram->weight_hi;
	g->weight[1] = gram->weight_lo;
	g->weight[2] = gram->log_weight_hi;
	g->weight[3] = gram->log_weight_lo;
	memcpy(g->piece,
		   (l2_piece[GRAM_PIECES]){
			   {L2_PIECE_WORDS, g->word, GRAM_WORDS},
			   {L2_PIECE_DOUBLES, g->weight, 4},
			   {L2_PIECE_BYTES, l2_gram_options(gram), gram->options_len},
			   {L2_PIECE_BYTES, names.bytes, names.len},
			   {L2_PIECE_BYTES, names.encoding, names.encoding_len},
			   {L2_PIECE_DOUBLES, moments ? l2_gram_moment_doubles(gram) : NULL,
				moments ? l2n_moments_doubles(gram->ncols) : 0},
		   },
		   sizeof g->piece);
}

static int
gram_compare(Datum a, Datum b)
{
	gram_parts x, y;
	int order;

	gram_take_apart(&x, a);
	gram_take_apart(&y, b);
	order = l2_compare_pieces(x.piece, y.piece, GRAM_PIECES);
	gram_parts_free(&x);
	gram_parts_free(&y);
	return order;
}

static uint64
gram_hash(Datum d, uint64 seed)
{
	gram_parts g;
	uint64 hash;

	gram_take_apart(&g, d);
	hash = l2_hash_pieces(g.piece, GRAM_PIECES, seed);
	gram_parts_free(&g);
	return hash;
}

L2_COMPARISON(_l2_gram_eq, gram_compare, ==);
L2_COMPARISON(_l2_gram_ne, gram_compare, !=);
L2_COMPARISON(_l2_gram_lt, gram_compare, <);
L2_COMPARISON(_l2_gram_le, gram_compare, <=);
L2_COMPARISON(_l2_gram_ge, gram_compare, >=);
L2_COMPARISON(_l2_gram_gt, gram_compare, >);
L2_ORDER(_l2_gram_cmp, gram_compare);
L2_HASH(_l2_gram_hash, gram_hash);
L2_HASH_SEEDED(_l2_gram_hash_extended, gram_hash);
