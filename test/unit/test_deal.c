/*
 * test_deal.c: folds as the rules say, which must never change, and what rows and sketches hold.
 */
#include "num/stats/deal.h"

#include <stdlib.h>

#include "num/stats/hash.h"

#include "tap.h"

enum
{
	WIDTH = 3,
	ROOM = 5000
};

/* The rules once more, without a table: sort what copies are dealt by */
typedef struct expected
{
	uint64_t mix;
	int row;
} expected;

static int
compare_expected(const void *a, const void *b)
{
	const expected *x = a, *y = b;

	return x->mix != y->mix ? (x->mix < y->mix ? -1 : 1) : x->row - y->row;
}

static bool
deals_evenly(int folds, int n, const uint64_t *hash, const int64_t *count)
{
	int64_t total = 0, at = 0, size[64] = {0}, least = INT64_MAX, most = 0;
	int64_t *by_rule = calloc((size_t) n * (size_t) folds, sizeof *by_rule);
	void *work;
	expected *list;
	l2n_deal d;
	bool same = true;

	for (int i = 0; i < n; i++)
		total += count[i];
	list = malloc(sizeof *list * (size_t) total);
	for (int i = 0; i < n; i++)
		for (int64_t k = 0; k < count[i]; k++)
			list[at++] = (expected){l2n_mix(l2n_mix(hash[i]) + (uint64_t) k), i};
	qsort(list, (size_t) total, sizeof *list, compare_expected);
	for (int64_t j = 0; j < total; j++)
		by_rule[list[j].row * folds + j % folds]++;

	work = malloc(l2n_deal_worksize(folds, total));
	same &= l2n_deal_start(&d, folds, n, hash, count, work, NULL, NULL) == L2N_OK;
	for (int i = 0; i < n; i++)
	{
		const int *fold;
		const int64_t *tally;
		int touched = l2n_deal_next(&d, i, &fold, &tally, NULL, NULL);
		int64_t sum = 0;

		for (int f = 0; f < touched; f++)
		{
			same &= tally[fold[f]] == by_rule[i * folds + fold[f]];
			size[fold[f]] += tally[fold[f]];
			sum += tally[fold[f]];
		}
		same &= sum == count[i];
	}
	for (int f = 0; f < folds; f++)
	{
		least = size[f] < least ? size[f] : least;
		most = size[f] > most ? size[f] : most;
	}
	free(work);
	free(list);
	free(by_rule);
	return same && most - least <= 1;
}

static bool
stop(void *arg)
{
	return --*(int *) arg < 0;
}

static int
ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;

	return x < y ? -1 : x > y;
}

/* How large a table is: 24 bytes, 8 for each number, hash and count, 4 for each slot */
static void
test_sizes(void)
{
	ok(l2n_distinct_size(3, 1) == 24 + 8 * 5 + 4 * 8 &&
		   l2n_distinct_size(3, 5) == 24 + 5 * 8 * 5 + 4 * 8 &&
		   l2n_distinct_size(3, 6) == 24 + 6 * 8 * 5 + 4 * 16 &&
		   l2n_distinct_size(1, 5462) == 24 + 5462 * 8 * 3 + 4 * 16384,
	   "tables have room, two thirds of their slots");
	for (int room = 1; room < 40; room++)
	{
		l2n_distinct *d = malloc(l2n_distinct_size(2, room));
		double row[2] = {0, -1};
		bool all = true;

		/* all at the same place, which is the last one */
		memset(d, 0xff, l2n_distinct_size(2, room));
		l2n_distinct_init(d, 2, room);
		for (int pass = 0; pass < 2; pass++)
			for (int i = 0; i <= room; i++)
			{
				row[0] = i;
				all &= l2n_distinct_add(d, UINT64_MAX, row, 1 + pass) == (i < room);
			}
		for (int i = 0; i < room; i++)
			all &= l2n_distinct_count(d)[i] == 3 && l2n_distinct_hash(d)[i] == UINT64_MAX &&
				   l2n_distinct_row(d, i)[0] == i && l2n_distinct_row(d, i)[1] == -1;
		if (!all || d->n != room || d->total != 3 * room)
			ok(false, "a table of %d rows", room);
		free(d);
	}
}

/* The smallest 256 of many hashes, in order, each once */
static void
test_sketch(int n)
{
	l2n_sketch s = {0}, none = {0};
	uint64_t *all = malloc(sizeof *all * (size_t) n);
	double want;
	bool same = true;

	for (int i = 0; i < n; i++)
	{
		all[i] = i == 7 ? 0 : i == 8 ? UINT64_MAX : l2n_mix((uint64_t) i + 1000);
		l2n_sketch_add(&s, all[i], 1);
		if (i % 3 == 0)
			l2n_sketch_add(&s, all[i / 2], 2);
	}
	qsort(all, (size_t) n, sizeof *all, ascending);
	is_int(s.n, n < 256 ? n : 256, "%d hashes: so many are kept", n);
	for (int i = 0; i < s.n; i++)
		same &= s.hash[i] == all[i];
	ok(same, "the smallest, in order");
	want = n < 256 ? n : 255 / ((double) all[255] + 1) * 0x1p64;
	is_close(l2n_sketch_distinct(&s), want, 1e-15, "how many there are");
	is_int((long) s.rows, n + 2 * ((n + 2) / 3), "of so many rows");
	l2n_sketch_merge(&none, &s);
	ok(memcmp(&none, &s, sizeof s) == 0, "merged with none they are the same");
	free(all);
}

/* Up to 100,000 copies are dealt evenly, more by their mixes */
static void
test_limit(void)
{
	for (int64_t total = 100000; total <= 100001; total++)
	{
		uint64_t hash[3] = {1, 5, 9};
		int64_t count[3] = {total - 30003, 3, 30000}, size[4] = {0};
		void *work = malloc(l2n_deal_worksize(4, total));
		l2n_deal d;
		bool by_rule = true;
		int never = 0;

		is_int(l2n_deal_start(&d, 4, 3, hash, count, work, stop, &never), L2N_INTERRUPTED,
			   "stops when told");
		is_int(l2n_deal_start(&d, 4, 3, hash, count, work, NULL, NULL), L2N_OK, "%ld copies",
			   (long) total);
		for (int i = 0; i < 3; i++)
		{
			const int *fold;
			const int64_t *tally;
			int64_t want[4] = {0};
			int n = l2n_deal_next(&d, i, &fold, &tally, NULL, NULL), other = 0;

			for (int64_t k = 0; k < count[i]; k++)
				want[l2n_deal_mix(hash[i], (uint64_t) k) % 4]++;
			for (int f = 0; f < n; f++)
				size[fold[f]] += tally[fold[f]];
			for (int f = 0; f < 4; f++)
			{
				by_rule &= tally[f] == want[f];
				other += want[f] > 0;
			}
			by_rule &= other == n;
		}
		if (total == 100000)
			ok(!by_rule && size[0] == 25000 && size[1] == 25000 && size[2] == 25000,
			   "in folds of one size");
		else
			ok(by_rule, "each by its mix, whatever the row before left");
		free(work);
	}
}

int
main(void)
{
	const double negative[WIDTH] = {1, 2, 3};
	l2n_distinct *table = malloc(l2n_distinct_size(WIDTH, ROOM)), *copy;
	l2n_sketch sketch = {0}, halves[2] = {{0}, {0}};
	uint64_t hash[50], heavy = 7;
	int64_t count[50], many = 1000000, sum = 0;
	const int *fold;
	const int64_t *tally;
	void *work;
	l2n_deal d;
	double row[WIDTH];
	bool all = true;
	int polls = 14, n;

	/* what folds depend on must not change: these are the values of splitmix64 */
	ok(l2n_mix(0) == 0 && l2n_mix(1) == UINT64_C(0x5692161D100B05E5) &&
		   l2n_mix(UINT64_C(0x9E3779B97F4A7C15)) == UINT64_C(0xE220A8397B1DCDAF),
	   "the mix is that of splitmix64");
	ok(l2n_deal_most(10, 4) == 4096 && l2n_deal_most(10, 101) == 4096 &&
		   l2n_deal_most(10, 1000) == 523 && l2n_deal_most(10, 10000) == 160 &&
		   l2n_deal_most(10000, 4) == 160000,
	   "rows that wait: 4096, or 4 MB of them, but 16 a fold");

	for (int i = 0; i < 50; i++)
	{
		hash[i] = l2n_hash_u64((uint64_t) i, 0);
		count[i] = 1 + i % 4 + (i == 17 ? 900 : 0);
	}
	ok(deals_evenly(10, 50, hash, count), "ten folds of 50 rows with copies");
	ok(deals_evenly(7, 50, hash, count), "seven of them");
	ok(deals_evenly(64, 20, hash, count), "more folds than copies");
	ok(deals_evenly(2, 1, hash, count), "one row");
	hash[3] = hash[4]; /* the order they are given in decides */
	ok(deals_evenly(10, 50, hash, count), "two rows with the same hash");

	/* beyond 100,000 copies each goes where its mix says */
	work = malloc(l2n_deal_worksize(10, many));
	l2n_deal_start(&d, 10, 1, &heavy, &many, work, NULL, NULL);
	n = l2n_deal_next(&d, 0, &fold, &tally, NULL, NULL);
	for (int f = 0; f < n; f++)
		sum += tally[fold[f]];
	for (int f = 0; f < n; f++)
		all &= llabs(tally[fold[f]] - many / 10) < 1500; /* five standard deviations */
	ok(n == 10 && sum == many && all, "a million copies of a row");
	for (int f = 0; f < 10; f++)
	{
		int64_t by_rule = 0;

		for (int64_t k = 0; k < many; k++)
			by_rule += l2n_mix(l2n_mix(heavy) + (uint64_t) k) % 10 == (uint64_t) f;
		all &= by_rule == tally[f];
	}
	ok(all, "each where its mix says");
	l2n_deal_start(&d, 10, 1, &heavy, &many, work, NULL, NULL);
	ok(l2n_deal_next(&d, 0, &fold, &tally, stop, &polls) == -1, "which can be stopped");
	polls = 15;
	ok(l2n_deal_next(&d, 0, &fold, &tally, stop, &polls) >= 0 && polls == 0, "each 65,536 of them");
	free(work);

	/* asked each 65,536 of them, and not before */
	for (many = 65535; many <= 65536; many++)
	{
		work = malloc(l2n_deal_worksize(10, many));
		l2n_deal_start(&d, 10, 1, &heavy, &many, work, NULL, NULL);
		polls = 1;
		n = l2n_deal_next(&d, 0, &fold, &tally, stop, &polls);
		ok(n == 10 && polls == 65536 - many, "of %ld copies it asks %d times", (long) many,
		   1 - polls);
		free(work);
	}

	/* the table */
	l2n_distinct_init(table, WIDTH, ROOM);
	all = true;
	for (int i = 0; i < 4 * ROOM; i++)
	{
		row[0] = i % ROOM;
		row[1] = 2;
		row[2] = 0.5;
		all &= l2n_distinct_add(table, l2n_hash_doubles(row, WIDTH, 0), row, 1);
	}
	for (int i = 0; i < ROOM; i++)
		all &= l2n_distinct_count(table)[i] == 4 && l2n_distinct_row(table, i)[0] == i;
	ok(table->n == ROOM && table->total == 4 * ROOM && all, "as many rows as there is room for");
	ok(!l2n_distinct_add(table, 1, negative, 1) && table->n == ROOM, "and no more");
	l2n_distinct_init(table, WIDTH, 2);
	ok(l2n_distinct_add(table, 9, negative, 3) && l2n_distinct_add(table, 9, negative, 4) &&
		   table->n == 1 && table->total == 7 && l2n_distinct_count(table)[0] == 7,
	   "copies are counted");
	row[0] = 1;
	row[1] = 2;
	row[2] = 4;
	ok(l2n_distinct_add(table, 9, row, 1) && table->n == 2, "rows with the same hash are two");
	copy = malloc(l2n_distinct_size(WIDTH, 2));
	memcpy(copy, table, l2n_distinct_size(WIDTH, 2));
	free(table);
	ok(l2n_distinct_add(copy, 9, row, 1) && copy->n == 2 && l2n_distinct_count(copy)[1] == 2,
	   "a table may be moved");
	free(copy);

	/* the sketch */
	for (int i = 0; i < 200; i++)
		l2n_sketch_add(&sketch, l2n_hash_u64((uint64_t) (i % 100), 0), 2);
	ok(l2n_sketch_distinct(&sketch) == 100 && sketch.rows == 400, "few are counted");
	for (int i = 0; i < 100000; i++)
	{
		uint64_t h = l2n_hash_u64((uint64_t) (i % 20000), 0);

		l2n_sketch_add(&sketch, h, 1);
		l2n_sketch_add(&halves[i % 2], h, 1);
	}
	ok(fabs(l2n_sketch_distinct(&sketch) / 20000 - 1) < 0.25, "many are guessed: %.0f of 20000",
	   l2n_sketch_distinct(&sketch));
	for (int i = 0; i < 100; i++)
		l2n_sketch_add(&halves[0], l2n_hash_u64((uint64_t) i, 0), 4);
	l2n_sketch_merge(&halves[0], &halves[1]);
	ok(memcmp(&halves[0], &sketch, sizeof sketch) == 0, "in whatever order, and in parts");
	test_sizes();
	test_sketch(100);
	test_sketch(255);
	test_sketch(256);
	test_sketch(257);
	test_sketch(9000);
	test_limit();
	return done_testing();
}
