/*
 * test_glm_fits.c: some of the random fits of test/stress/glm_fits.c; how many, and which, the
 * environment says.
 */
#include "../stress/glm_fits.c"

int
main(void)
{
	const char *fits = getenv("GLM_FITS"), *from = getenv("GLM_SEED");
	glm_tally t = glm_run(fits ? atol(fits) : 2000, from ? strtoull(from, NULL, 10) : 1);

	diag("%ld fits, %ld steps, largest residual %.2g, %ld separated, %ld refused", t.fits, t.steps,
		 t.worst, t.separated, t.refused);
	is_int(t.wrong, 0, "every fit that says so has converged");
	ok(t.unconverged * 10000 <= t.fits, "%ld of %ld penalised fits do not converge", t.unconverged,
	   t.fits);
	return done_testing();
}
