/*
 * test_hash.c: hashes that must never change, against the xxHash library.
 *
 * The values are those of python3-xxhash 3.0.0: xxh64(data[:n], seed) where data is
 * bytes((7*i*i + 13*i + 5) % 256 for i in range(256)), and xxh64(struct.pack("<nd", ...), 42).
 */
#include "num/stats/hash.h"

#include "tap.h"

static const uint64_t seeds[] = {0, 42, UINT64_MAX};

static const struct
{
	size_t len;
	uint64_t hash[3];
} of_bytes[] = {
	{0, {UINT64_C(0xEF46DB3751D8E999), UINT64_C(0x98B1582B0977E704), UINT64_C(0x298F4C84B24F5380)}},
	{1, {UINT64_C(0x50FF15A81340970F), UINT64_C(0xAB7B8F24033B23D3), UINT64_C(0xE315439BCC05B2F8)}},
	{2, {UINT64_C(0xCFCAB67147B7B878), UINT64_C(0x4D0BD5050BCC67D9), UINT64_C(0xFD0E6BE9B44587B5)}},
	{3, {UINT64_C(0x8FD1BF69A31A56F5), UINT64_C(0xA83E1CDD59655621), UINT64_C(0xC07C38B7DC8CB70D)}},
	{4, {UINT64_C(0x56AD15C35C9774FD), UINT64_C(0x2EFCFE9CEBF0A238), UINT64_C(0x42C029B61E427926)}},
	{7, {UINT64_C(0xEF764BC03DABFE4E), UINT64_C(0x539522B02ED40AB8), UINT64_C(0x2A5683EDF5F7A57D)}},
	{8, {UINT64_C(0x8E94D1FC5AE68313), UINT64_C(0x0CEBF486A24BF495), UINT64_C(0xC021D9A3CA28D09A)}},
	{12,
	 {UINT64_C(0xC28CA4C6E81EAB49), UINT64_C(0xC4B8C88132645B31), UINT64_C(0x9D657C08B0D63747)}},
	{15,
	 {UINT64_C(0x477C43CF9858C4DB), UINT64_C(0xA6900C473B0AFD14), UINT64_C(0x8254552940AC4842)}},
	{16,
	 {UINT64_C(0x4765BC7E33386B0C), UINT64_C(0xB10AD96D54BA0405), UINT64_C(0x32ADB26A13FEA566)}},
	{24,
	 {UINT64_C(0xC8334CED1A7C0EEF), UINT64_C(0xB1B3A19F84315BE1), UINT64_C(0x699D70868B626AC0)}},
	{31,
	 {UINT64_C(0x18E187606DDC662C), UINT64_C(0xC2FD95A87BD2DF27), UINT64_C(0xEB4F982F672E9BB4)}},
	{32,
	 {UINT64_C(0xFB5A878E50332551), UINT64_C(0x6C487D68EBC8B030), UINT64_C(0xEFBA422DBB21185B)}},
	{33,
	 {UINT64_C(0xA63616DA9F1BFC3D), UINT64_C(0xB5FAFEB724CB1984), UINT64_C(0x6E77AA6CFFC1B03D)}},
	{47,
	 {UINT64_C(0x37DFECA48A5564BC), UINT64_C(0x4C7841F10520D351), UINT64_C(0xF1001BE8BFC7FD6B)}},
	{64,
	 {UINT64_C(0xA6833896820986E1), UINT64_C(0x86E44444E9466AD0), UINT64_C(0x2DA0220E26BF836C)}},
	{95,
	 {UINT64_C(0xED09314B3D8D7585), UINT64_C(0x5733CB0BCF9DE6F0), UINT64_C(0x0F13AA697DBA83DD)}},
	{101,
	 {UINT64_C(0x5B1FCB2BCB4780AB), UINT64_C(0x350EADF0ADDC3064), UINT64_C(0x6F196F5CA9E24A85)}},
	{256,
	 {UINT64_C(0x1254A72EBACF507C), UINT64_C(0x9CABEA5946B74C91), UINT64_C(0xDF74046039BEA9BB)}},
};

static const double values[] = {1.5, -2.25, 0.0, 1e300, -1e-300, 3.0, 7.0, 0.1, 12345.678};

static const struct
{
	size_t n;
	uint64_t hash;
} of_doubles[] = {
	{0, UINT64_C(0x98B1582B0977E704)}, {1, UINT64_C(0x6B63CE66FF6C0CB6)},
	{3, UINT64_C(0x7B47453C2D915F90)}, {4, UINT64_C(0xD98D6ED666D07B91)},
	{5, UINT64_C(0xA97016C6F477CCD7)}, {8, UINT64_C(0xC63444A10F0E0BFC)},
	{9, UINT64_C(0x42E0427726A372C0)},
};

static const struct
{
	uint64_t x, hash;
} of_u64[] = {
	{0, UINT64_C(0xB71B47EBDA15746C)},          {1, UINT64_C(0x9ED50FD59358D232)},
	{UINT64_MAX, UINT64_C(0x358AE035BFB46FD2)}, {INT64_MAX, UINT64_C(0xD2F1C616AE7EB306)},
	{123456789, UINT64_C(0x2F64F8F3490DEF3F)},
};

/* Quick hashes of rows, one product at a time: here by halves of 64 bits, as schoolbooks multiply
 */
static uint64_t
fold_by_halves(uint64_t a, uint64_t b)
{
	uint64_t a0 = a & 0xffffffff, a1 = a >> 32, b0 = b & 0xffffffff, b1 = b >> 32;
	uint64_t middle = a1 * b0 + (a0 * b0 >> 32), other = a0 * b1 + (middle & 0xffffffff);

	return (a * b) ^ (a1 * b1 + (middle >> 32) + (other >> 32));
}

static void
test_rows(void)
{
	double row[9] = {1, 0, -2.5, 1e300, 3, 3, 0, 1, 0.1}, other[9], pair[4] = {1, 2, 3, 4},
		   swapped[4] = {3, 2, 1, 4}, second[4] = {3, 4, 1, 2};
	int alike = 0, folds = 0;

	for (int i = 0; i < 64; i++)
		folds += l2n_hash_fold(UINT64_MAX - 7 * i, L2N_HASH_P1 << (i / 2)) ==
				 fold_by_halves(UINT64_MAX - 7 * i, L2N_HASH_P1 << (i / 2));
	ok(folds == 64, "products of 128 bits");
	/* one bit anywhere is another row, of any length */
	for (size_t n = 1; n <= 9; n++)
		for (size_t at = 0; at < n; at++)
			for (int bit = 0; bit < 64; bit++)
			{
				uint64_t bits;

				memcpy(other, row, sizeof row);
				memcpy(&bits, &other[at], sizeof bits);
				bits ^= UINT64_C(1) << bit;
				memcpy(&other[at], &bits, sizeof bits);
				alike += l2n_hash_row(row, n) == l2n_hash_row(other, n);
			}
	ok(alike == 0, "a bit of a row");
	ok(l2n_hash_row(pair, 4) != l2n_hash_row(swapped, 4), "numbers in another order");
	ok(l2n_hash_row(pair, 4) != l2n_hash_row(second, 4), "pairs in another order");
	ok(l2n_hash_row(pair, 3) != l2n_hash_row(pair, 4), "a number less");
	/* two rows that exchange two of their numbers are other rows, also in sum */
	{
		double a[4] = {1, 2, 3, 4}, b[4] = {5, 6, 7, 8}, c[4] = {1, 2, 7, 8}, d[4] = {5, 6, 3, 4};

		ok(l2n_hash_row(a, 4) + l2n_hash_row(b, 4) != l2n_hash_row(c, 4) + l2n_hash_row(d, 4),
		   "numbers exchanged between rows");
	}
}

int
main(void)
{
	char buffer[256 + 8];
	double negative_zero[3] = {1.5, -2.25, -0.0};

	/* at every alignment of eight */
	for (size_t i = 0; i < sizeof of_bytes / sizeof *of_bytes; i++)
	{
		bool all = true;

		for (int offset = 0; offset < 8; offset++)
		{
			for (int j = 0; j < 256; j++)
				buffer[offset + j] = (char) (7 * j * j + 13 * j + 5);
			for (int s = 0; s < 3; s++)
				all &= l2n_hash_bytes(buffer + offset, of_bytes[i].len, seeds[s]) ==
					   of_bytes[i].hash[s];
		}
		ok(all, "%zu bytes", of_bytes[i].len);
	}
	for (size_t i = 0; i < sizeof of_doubles / sizeof *of_doubles; i++)
	{
		memcpy(buffer + 3, values, sizeof values);
		ok(l2n_hash_doubles(buffer + 3, of_doubles[i].n, 42) == of_doubles[i].hash, "%zu doubles",
		   of_doubles[i].n);
	}
	ok(l2n_hash_doubles(negative_zero, 3, 42) == of_doubles[2].hash, "minus zero is zero");
	test_rows();
	for (size_t i = 0; i < sizeof of_u64 / sizeof *of_u64; i++)
		ok(l2n_hash_u64(of_u64[i].x, 42) == of_u64[i].hash, "the integer %lld",
		   (long long) of_u64[i].x);
	return done_testing();
}
