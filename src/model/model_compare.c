/*
 * model_compare.c: l2_model's operators = and <>, its order and its hash.
 *
 * Models are equal where they are the same value, which their text tells: all numbers to the last
 * bit, names, encoding, method, and how they were fitted.  Numbers that are not known equal one
 * another, and statistics that a value of an earlier release lacks are not known; so they do not
 * go into the hash, which then stays what it was.  The order is of no meaning; sorting needs one.
 */
#include "model/model.h"

#include "base/pieces.h"

#define MODEL_WORDS  12
#define MODEL_PIECES 7

typedef struct model_parts
{
	Datum datum;
	l2_model *model; /* its own memory, where that is not the datum's */
	int64 word[MODEL_WORDS];
	l2_piece piece[MODEL_PIECES];
} model_parts;

static void
model_parts_free(model_parts *m)
{
	if ((Pointer) m->model != DatumGetPointer(m->datum))
		pfree(m->model);
}

/* How many statistics there are up to the last one that is known */
static int
model_known_stats(const l2_model *m)
{
	int n = m->nstats;

	while (n > 0 && isnan(m->values[n - 1]))
		n--;
	return n;
}

/*
 * What makes two models equal, in the order that sorts them; what says when and how long it was
 * made does not.
 */
static void
model_take_apart(model_parts *m, Datum d)
{
	l2_model *model = l2_model_get_any(d);
	l2_names names = l2_canonical_names(l2_names_of_model(model));
	int stats = model_known_stats(model);

	m->datum = d;
	m->model = model;
	memcpy(m->word,
		   (int64[MODEL_WORDS]){model->p, model->method, model->flags, model->lambda_scale,
								model->solver, model->n, model->n_skipped, stats, model->nvectors,
								names.len, names.encoding_len, model->kept},
		   sizeof m->word);
	memcpy(m->piece,
		   (l2_piece[MODEL_PIECES]){
			   {L2_PIECE_WORDS, m->word, MODEL_WORDS},
			   {L2_PIECE_BYTES, names.bytes, names.len},
			   {L2_PIECE_BYTES, names.encoding, names.encoding_len},
			   {L2_PIECE_BYTES, l2_model_dropped(model), model->p},
			   {L2_PIECE_DOUBLES, model->values, stats},
			   {L2_PIECE_DOUBLES, l2_model_vector(model, L2_ESTIMATE),
				(Size) model->nvectors * (model->p + 1)},
			   {L2_PIECE_DOUBLES, l2_model_vector(model, model->nvectors),
				l2_model_matrices(model) * l2_model_triangle(model) +
					2 * l2_model_class_numbers(model)},
		   },
		   sizeof m->piece);
}

static int
model_compare(Datum a, Datum b)
{
	model_parts x, y;
	int order;

	model_take_apart(&x, a);
	model_take_apart(&y, b);
	order = l2_compare_pieces(x.piece, y.piece, MODEL_PIECES);
	model_parts_free(&x);
	model_parts_free(&y);
	return order;
}

static uint64
model_hash(Datum d, uint64 seed)
{
	model_parts m;
	uint64 hash;

	model_take_apart(&m, d);
	hash = l2_hash_pieces(m.piece, MODEL_PIECES, seed);
	model_parts_free(&m);
	return hash;
}

L2_COMPARISON(_l2_model_eq, model_compare, ==);
L2_COMPARISON(_l2_model_ne, model_compare, !=);
L2_COMPARISON(_l2_model_lt, model_compare, <);
L2_COMPARISON(_l2_model_le, model_compare, <=);
L2_COMPARISON(_l2_model_ge, model_compare, >=);
L2_COMPARISON(_l2_model_gt, model_compare, >);
L2_ORDER(_l2_model_cmp, model_compare);
L2_HASH(_l2_model_hash, model_hash);
L2_HASH_SEEDED(_l2_model_hash_extended, model_hash);
