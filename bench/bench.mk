# bench.mk: bench/kernel.c, linked with the objects and the OpenBLAS of the module.

include Makefile

# Debian keeps the headers of each build of OpenBLAS apart, as it does the libraries.
CBLAS := $(wildcard $(patsubst /usr/lib/%,/usr/include/%,$(dir $(OPENBLAS))))

build/bench/kernel: bench/kernel.c build/libl2n.a | openblas
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Isrc $(CBLAS:%=-I%) $(CPPFLAGS) $< build/libl2n.a $(BLAS_LIBS) -lm -o $@

# Which OpenBLAS that is
openblas-version:
	@echo 'OPENBLAS_VERSION' | $(CC) $(CBLAS:%=-I%) -include openblas_config.h -E - 2>/dev/null | \
		sed -n '$$s/[^"]*"[^0-9]*\([0-9.]*\).*/\1/p'

.PHONY: openblas-version
