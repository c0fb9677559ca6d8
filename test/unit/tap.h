/*
 * tap.h: just enough of the Test Anything Protocol for the unit tests, which run without
 * PostgreSQL: "ok 1 - what was checked" lines, the plan last, exit status 1 on failure.
 */
#ifndef L2N_TAP_H
#define L2N_TAP_H

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAP_UNUSED    __attribute__((unused))
#define TAP_FORMAT(f) __attribute__((format(printf, f, f + 1)))

static int tap_run = 0;
static int tap_failed = 0;

static void
tap_line(bool passed, const char *format, va_list args)
{
	tap_run++;
	if (!passed)
		tap_failed++;
	printf("%sok %d - ", passed ? "" : "not ", tap_run);
	vprintf(format, args);
	putchar('\n');
	fflush(stdout);
}

/* A comment for the reader of the log; the harness ignores it */
TAP_UNUSED TAP_FORMAT(1) static void diag(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("# ", stdout);
	vprintf(format, args);
	putchar('\n');
	va_end(args);
}

TAP_UNUSED TAP_FORMAT(2) static bool ok(bool condition, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tap_line(condition, format, args);
	va_end(args);
	return condition;
}

/* |got - want| <= tolerance * |want|; a want of 0 or an infinity must be met exactly */
TAP_UNUSED TAP_FORMAT(4) static bool is_close(double got, double want, double tolerance,
											  const char *format, ...)
{
	bool passed = got == want || fabs(got - want) <= tolerance * fabs(want);
	va_list args;

	va_start(args, format);
	tap_line(passed, format, args);
	va_end(args);
	if (!passed)
		printf("#   got %.17g, want %.17g, off by %.3g relative, %.3g allowed\n", got, want,
			   fabs(got - want) / fabs(want), tolerance);
	return passed;
}

TAP_UNUSED TAP_FORMAT(3) static bool is_int(long got, long want, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tap_line(got == want, format, args);
	va_end(args);
	if (got != want)
		printf("#   got %ld, want %ld\n", got, want);
	return got == want;
}

/* The larger one; NaN, which C's fmax passes over, is larger than anything */
TAP_UNUSED static double
larger_or_nan(double a, double b)
{
	return isnan(a) || isnan(b) ? INFINITY : a > b ? a : b;
}

/* Tests look for the largest of many errors with it, none of which may be lost */
#define fmax(a, b) larger_or_nan(a, b)

/*
 * Scratch, aligned to 64, whose every double is NaN, and 64 bytes more of it: a number that was
 * never written, or lies behind the end, shows in what is made of it
 */
TAP_UNUSED static void *
dirty(size_t size)
{
	size_t all = (size + 127) / 64 * 64;

	return memset(aligned_alloc(64, all), 0xff, all);
}

/* A check that cannot run here; counts as passed */
TAP_UNUSED TAP_FORMAT(1) static void skip(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tap_run++;
	printf("ok %d # SKIP ", tap_run);
	vprintf(format, args);
	putchar('\n');
	va_end(args);
}

/* Prints the plan; the exit status for main */
TAP_UNUSED static int
done_testing(void)
{
	printf("1..%d\n", tap_run);
	if (tap_failed > 0)
		printf("# %d of %d failed\n", tap_failed, tap_run);
	return tap_failed > 0;
}

#endif
