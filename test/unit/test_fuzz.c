/*
 * The fuzzer of test/stress/fuzz/num.c without libFuzzer: its seed corpus, and each seed with some
 * bytes changed, moved and cut, the same each time.  What does not hold aborts.  make fuzz-num
 * looks for more.
 */
#include "tap.h"
#include "random.h"

#include "../stress/fuzz/num.c"

#define SEEDS   "test/stress/fuzz/num.seeds"
#define VARIETY 150 /* of each seed */

static int
base64_digit(int c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int) (at - digits) : -1;
}

static size_t
decode(const char *line, uint8_t *bytes)
{
	size_t n = 0;
	unsigned bits = 0;

	for (int i = 0, digit; (digit = base64_digit(line[i])) >= 0; i++)
	{
		bits = bits << 6 | (unsigned) digit;
		if (i % 4 > 0)
			bytes[n++] = (uint8_t) (bits >> (6 - i % 4 * 2));
	}
	return n;
}

/* Change, insert or remove a few bytes, or cut the end off; at most size + 8 */
static size_t
mutate(uint8_t *bytes, size_t size)
{
	for (int i = 1 + integer(6); i > 0 && size > 0; i--)
	{
		size_t at = random_bits() % size;

		switch (integer(5))
		{
			case 0:
				bytes[at] ^= (uint8_t) (1 << integer(8));
				break;
			case 1:
				bytes[at] = (uint8_t) random_bits();
				break;
			case 2:
				memmove(bytes + at + 1, bytes + at, size - at);
				bytes[at] = (uint8_t) random_bits();
				size++;
				break;
			case 3:
				memmove(bytes + at, bytes + at + 1, size - at - 1);
				size--;
				break;
			default:
				if (integer(8) == 0)
					size = at;
		}
	}
	return size;
}

int
main(void)
{
	static char line[8192];
	static uint8_t original[8192], bytes[8192 + 8];
	FILE *f = fopen(SEEDS, "r");
	int seeds = 0, inputs = 0;

	if (f == NULL)
	{
		ok(false, "%s is there", SEEDS);
		return done_testing();
	}
	while (fgets(line, sizeof line, f))
	{
		size_t size = decode(line, original);

		seeds++;
		for (int i = 0; i <= VARIETY; i++, inputs++)
		{
			size_t n;
			uint8_t *input;

			memcpy(bytes, original, size);
			n = i == 0 ? size : mutate(bytes, size);
			input = memcpy(malloc(n + 1), bytes, n); /* of its own, for AddressSanitizer */
			LLVMFuzzerTestOneInput(input, n);
			free(input);
		}
	}
	fclose(f);
	ok(seeds >= 500, "%d seeds, %d inputs", seeds, inputs);
	return done_testing();
}
