/*
 * base64.c: base64 at more than twice the speed of PostgreSQL's.
 *
 * PostgreSQL takes a character at a time, which is most of the work on a gram's text, and with it
 * of shipping the states of a distributed aggregate.  Here whole groups of 3 bytes and 4 characters
 * go through tables that stay in the first-level cache; the last of them, and any that holds
 * padding or an error, is left to PostgreSQL.
 */
#include "base/l2reg.h"

#include "base/base64.h"
#include "base/compat.h"

#define INVALID 0x80000000u

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool ready;
static char pair[4096][2];   /* the two characters of 12 bits */
static uint32 place[4][256]; /* what a character is worth where it stands in a group */

static void
make_tables(void)
{
	for (int i = 0; i < 4096; i++)
	{
		pair[i][0] = digits[i >> 6];
		pair[i][1] = digits[i & 63];
	}
	for (int at = 0; at < 4; at++)
	{
		for (int c = 0; c < 256; c++)
			place[at][c] = INVALID;
		for (uint32 i = 0; i < 64; i++)
			place[at][(unsigned char) digits[i]] = i << (18 - 6 * at);
	}
	ready = true;
}

int
l2_base64_encode(const char *from, int len, char *to, int room)
{
	const unsigned char *s = (const unsigned char *) from;
	int n = len / 3 * 4, rest;

	if (!ready)
		make_tables();
	if (room < n)
		return -1;
	for (int i = 0; i < n; i += 4, s += 3)
	{
		uint32 bits = (uint32) s[0] << 16 | (uint32) s[1] << 8 | s[2];

		memcpy(to + i, pair[bits >> 12], 2);
		memcpy(to + i + 2, pair[bits & 4095], 2);
	}
	rest = l2_b64_encode((const char *) s, len % 3, to + n, room - n);
	return rest < 0 ? -1 : n + rest;
}

int
l2_base64_decode(const char *from, int len, char *to, int room)
{
	const unsigned char *s = (const unsigned char *) from, *end = s + len / 4 * 4;
	int n = 0, rest;

	if (!ready)
		make_tables();
	for (; s < end && n + 3 <= room; s += 4, n += 3)
	{
		uint32 bits = place[0][s[0]] | place[1][s[1]] | place[2][s[2]] | place[3][s[3]];

		if (bits & INVALID)
			break;
		to[n] = (char) (bits >> 16);
		to[n + 1] = (char) (bits >> 8);
		to[n + 2] = (char) bits;
	}
	rest = l2_b64_decode((const char *) s, len - (int) ((const char *) s - from), to + n, room - n);
	return rest < 0 ? -1 : n + rest;
}
