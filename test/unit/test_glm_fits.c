/*
 * test_glm_fits.c: some of the random fits of test/stress/glm_fits.c; how many, and which, the
 * environment says.
 */
#include "../stress/glm_fits.c"

static void
hold(bool others, long fits, uint64_t from)
{
	glm_tally t = glm_run(others, fits, from);
	const char *what = others ? "of other families" : "logistic and Poisson";

	diag(
		"%ld fits %s, %ld steps, largest residual %.2g, %ld separated, %ld at an edge, %ld refused",
		t.fits, what, t.steps, t.worst, t.separated, t.edge, t.refused);
	is_int(t.wrong, 0, "every fit that says so has converged, %s", what);
	ok(t.unconverged * 10000 <= t.fits, "%ld of %ld penalised fits do not converge, %s",
	   t.unconverged, t.fits, what);
}

int
main(void)
{
	const char *fits = getenv("GLM_FITS"), *from = getenv("GLM_SEED");
	long n = fits ? atol(fits) : 2000;
	uint64_t first = from ? strtoull(from, NULL, 10) : 1;

	hold(false, n, first);
	hold(true, n, first);
	return done_testing();
}
