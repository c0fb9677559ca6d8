/*
 * kernel.c: which of the kernels to run.
 *
 * One build has to serve every processor of an architecture, and -march=native would tie it
 * to the machine that built the package.  So each instruction set has its own file, with its
 * own flags, and the processor is asked once (as PostgreSQL does for CRC-32C).
 */
#include <string.h>

#include "num/kernel/kernel.h"
#include "num/kernel/kernel_impl.h"

/* fastest first */
static const l2n_kernel *const kernels[] = {
#if defined(__x86_64__)
	&l2n_kernel_avx512,
	&l2n_kernel_avx2,
#endif
	&l2n_kernel_portable,
};

#define N_KERNELS ((int) (sizeof(kernels) / sizeof(kernels[0])))

static bool
supported(const l2n_kernel *kernel)
{
#if defined(__x86_64__)
	/* these also ask whether the operating system saves the registers */
	__builtin_cpu_init();
	if (kernel == &l2n_kernel_avx512)
		return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
			   __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
	if (kernel == &l2n_kernel_avx2)
		return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
	return kernel == &l2n_kernel_portable;
}

const l2n_kernel *
l2n_kernel_best(void)
{
	static const l2n_kernel *best = NULL;

	for (int i = 0; i < N_KERNELS && best == NULL; i++)
		if (supported(kernels[i]))
			best = kernels[i];
	return best;
}

const l2n_kernel *
l2n_kernel_by_name(const char *name)
{
	for (int i = 0; i < N_KERNELS; i++)
		if (strcmp(kernels[i]->name, name) == 0)
			return supported(kernels[i]) ? kernels[i] : NULL;
	return NULL;
}

/* Enough for every implementation: that of the widest vectors pads most */
size_t
l2n_block_worksize(int k)
{
	size_t padded = ((size_t) k + L2N_MAX_LANES - 1) / L2N_MAX_LANES * L2N_MAX_LANES;
	size_t panels = 3 * padded * (L2N_BLOCK_ROWS + 1);

	return (panels + L2N_COLUMN_ARRAYS * padded) * sizeof(double);
}
