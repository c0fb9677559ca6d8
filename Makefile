# make help         this list
# make              build (PostgreSQL 13 or later, libopenblas-serial-dev)
# make install      into the server that PG_CONFIG belongs to
# make installcheck pg_regress on a running server
# make demo         a regression on house prices, in a throwaway cluster (KEEP=1: stay in psql)
# make test         every test, in a throwaway cluster; what is missing is installed or named
# make unit         the tests of src/num alone: no PostgreSQL needed
# make matrix       the tests in Debian systems with PostgreSQL 13 to 19 (SUITES="trixie forky": only those)
# make docs         docs/reference, from the catalog and docs/examples.sql
# make deb          a Debian package for the server that PG_CONFIG belongs to, in build/
# make dist         the committed tree as an archive for PGXN, in build/
# make bench        the benchmarks, in a throwaway cluster (PARTS=cv: only those of bench/cv.sql)
# make compare      l2reg against what else a user could pick: docs/benchmarks.md (COMPARE_ROWS=10000: a trial)
# make format       clang-format (format-check: report only)
# make fuzz         a fuzzer that speaks SQL, for an hour (FUZZ_SECONDS=, FUZZ_SEED=, FUZZ_ROUNDS=)
# make faults       failures of memory, disk, backends and servers, for an hour (FAULTS=, FAULT_SECONDS=, KILLS=)
# make fuzz-num     libFuzzer on src/num, minutes each (FUZZ_SECONDS=): needs clang
# make fuzz-types   libFuzzer on the input of the types, inside a backend, minutes (FUZZ_SECONDS=): needs clang
# make mutants      random single mistakes in the sources, and which no test notices (N=100 SEED=1 JOBS=2 AREAS=num)
# make coverage     the tests, and which lines of src they run: a table, and listings in build/coverage
# make lint         clang-tidy, cppcheck and shellcheck
#
# Settings: PG_CONFIG, BLAS_LIBS (e.g. -lopenblas), WERROR=1, PG_CFLAGS (added last); SANITIZE=1:
# AddressSanitizer and UBSan, for make test, unit and fuzz.

EXTENSION  = l2reg
MODULE_big = l2reg
PG_CONFIG ?= pg_config
WERROR    ?= 0
SANITIZE  ?= 0
COVERAGE  ?= 0
FUZZ      ?= 0

# The control file is the one place that has the version.
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" $(EXTENSION).control)

NUM_OBJS := $(patsubst %.c,%.o,$(sort $(wildcard src/num/*/*.c)))
OBJS     := $(patsubst %.c,%.o,$(sort $(wildcard src/*/*.c))) $(NUM_OBJS)

INSTALL_SQL = sql/$(EXTENSION)--$(EXTVERSION).sql
# The pieces of the install script, each after those that it needs
CHAPTERS = forms options gram term product model fit elastic-net dropout ewm predict explain export trace summary \
	diagnose robust contrast drift iv components path cv select record row logistic logistic-cv glm resistant multinomial \
	score class-score spellings progress named schedule models train notices follow drift-named margins report
# Install scripts of releases, as they were, and the steps between versions: none before 1.0
DATA        = $(sort $(wildcard sql/upgrade/*.sql))
DATA_built  = $(INSTALL_SQL)

# sql/NAME.sql is a regression test once expected/NAME.out says what it should print.
TESTS   := $(patsubst expected/%.out,%,$(sort $(wildcard expected/*.out)))
TESTS   := $(filter $(TESTS),$(patsubst sql/%.sql,%,$(wildcard sql/*.sql)))
REGRESS := $(strip $(filter setup,$(TESTS)) $(filter-out setup,$(TESTS)))
REGRESS_OPTS = --inputdir=. $(if $(REGRESS_OUTPUT),--outputdir='$(REGRESS_OUTPUT)')

# Debian's PostgreSQL 13 has no pg_isolation_regress
ISOLATION := $(if $(wildcard $(dir $(shell $(PG_CONFIG) --pgxs 2>/dev/null))../test/isolation/pg_isolation_regress),$(patsubst test/isolation/specs/%.spec,%,$(sort $(wildcard test/isolation/specs/*.spec))))
ISOLATION_OPTS = --inputdir=test/isolation $(if $(REGRESS_OUTPUT),--outputdir='$(REGRESS_OUTPUT)')

UNIT_TESTS := $(patsubst test/unit/%.c,build/unit/%,$(sort $(wildcard test/unit/test_*.c)))

EXTRA_CLEAN = build .build-config results output_iso regression.diffs regression.out \
	src/*/*.o src/num/*/*.o src/report/page.css.inc sql/$(EXTENSION)--*.sql

# ---- compiler

# The error terms of double-double arithmetic survive neither contraction nor fast-math.
# Before 16 PostgreSQL leaves PGDLLEXPORT empty, and -fvisibility=hidden would hide the functions.
override PG_CPPFLAGS := -Isrc -DL2REG_VERSION='"$(EXTVERSION)"' \
	-DPGDLLEXPORT='__attribute__((visibility("default")))' $(PG_CPPFLAGS)
override PG_CFLAGS := -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -Wno-declaration-after-statement \
	-fvisibility=hidden -ffp-contract=off $(if $(filter 1,$(WERROR)),-Werror) $(PG_CFLAGS)

# The only flags for speed
KERNEL_FLAGS = -O3

# test/cluster.sh starts the server with the library that these need.  Warnings are another
# build's affair: with the checks in it the compiler sees paths that there are not.
ifeq ($(SANITIZE),1)
override PG_CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer -Wno-error
KERNEL_FLAGS = -O1 -fno-sanitize=undefined
endif

# make coverage builds a copy of the tree with this.
ifeq ($(COVERAGE),1)
override PG_CFLAGS += --coverage -O0
KERNEL_FLAGS = -O1
endif

# make fuzz-types builds a copy of the tree with this.
ifeq ($(FUZZ),1)
override CC = clang
override PG_CFLAGS += -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer -Wno-error -Wno-unknown-warning-option -Wno-ignored-optimization-argument -Wno-ignored-attributes
KERNEL_FLAGS = -O1 -fno-sanitize=all
endif

# Bitcode lets the JIT inline functions into expressions.  Aggregates and functions that take
# and return varlena gain nothing from it, and it would ask every builder for clang and llvm.
override with_llvm := no

# ---- OpenBLAS

# A backend must stay single-threaded, and PostgreSQL loads modules with global symbols.  Hence
# the serial build, static, its symbols hidden: no thread, and no quarrel with the OpenBLAS of
# numpy in PL/Python.  libgfortran is linked only where LAPACK calls it.
HOST     := $(shell $(CC) -dumpmachine 2>/dev/null)
LIBDIRS  := $(wildcard /usr/lib/$(shell $(CC) -print-multiarch 2>/dev/null) /usr/lib/*-linux-gnu*)
OPENBLAS := $(firstword $(wildcard $(addsuffix /openblas-serial/libopenblas.a,$(LIBDIRS))))
GFORTRAN := $(firstword $(wildcard $(addsuffix /libgfortran.so.5,$(LIBDIRS))))

BLAS_LIBS ?= $(OPENBLAS) -Wl,--exclude-libs,ALL -Wl,--as-needed $(GFORTRAN)
SHLIB_LINK = $(BLAS_LIBS) -lm

# ---- PostgreSQL, as far as it is there

all:

ifneq ($(shell command -v $(PG_CONFIG) 2>/dev/null),)
PGXS := $(wildcard $(shell $(PG_CONFIG) --pgxs 2>/dev/null))
endif

ifneq ($(PGXS),)
include $(PGXS)
else
# Only what needs no server: make unit, format, clean, and make test and demo, which fetch it.
all install installcheck uninstall installdirs:
	@PG_CONFIG='$(filter-out pg_config,$(PG_CONFIG))' bash test/lib/setup.sh --check build; exit 1

CFLAGS ?= -O2 -g
override CFLAGS += -fPIC -fwrapv -fno-strict-aliasing $(PG_CFLAGS)
override CPPFLAGS := $(PG_CPPFLAGS) $(CPPFLAGS)

clean:
	rm -rf $(EXTENSION).so $(EXTRA_CLEAN)
endif

# ---- what is built

# The kernels choose their instruction set at run time.
src/num/kernel/kernel_portable.o: override CFLAGS += $(KERNEL_FLAGS)
# loops over the rows of a block, of which a compiler makes vectors
$(addprefix src/num/glm/,gamma.o negative_binomial.o poisson.o): override CFLAGS += $(KERNEL_FLAGS)
ifneq ($(filter x86_64-% amd64-%,$(HOST)),)
src/num/kernel/kernel_avx2.o: override CFLAGS += $(KERNEL_FLAGS) -mavx2 -mfma
src/num/kernel/kernel_avx512.o: override CFLAGS += $(KERNEL_FLAGS) -mavx512f -mavx512vl -mavx512dq -mavx2 -mfma
QUADMATH = -lquadmath
endif

# The report's style sheet as strings of C
src/report/page.css.inc: src/report/page.css
	@sed 's/["\\]/\\&/g; s/.*/"&\\n"/' $< >$@.tmp && mv $@.tmp $@
src/report/report.o: src/report/page.css.inc

# Objects follow the headers, and the server and flags they were compiled for.
$(OBJS): $(wildcard src/*/*.h src/num/*/*.h) .build-config

BUILD_CONFIG = $(subst ',,$(HOST) $(CC) $(VERSION_NUM) $(filter-out -Werror,$(CFLAGS)) $(CPPFLAGS))
.build-config: FORCE
	@printf '%s\n' '$(BUILD_CONFIG)' | cmp -s - $@ || { rm -f $@; printf '%s\n' '$(BUILD_CONFIG)' >$@; }

$(EXTENSION).so: | openblas

openblas:
	@test -n '$(strip $(filter-out -Wl%,$(BLAS_LIBS)))' || { \
		echo 'OpenBLAS is missing: install libopenblas-serial-dev, or name another build of it' >&2; \
		echo '(one without threads) with make BLAS_LIBS=-lopenblas.' >&2; exit 1; }

$(INSTALL_SQL): $(CHAPTERS:%=sql/install/%.sql) $(EXTENSION).control Makefile
	@rm -f $@
	@{ printf '%s\n' '\echo Use "CREATE EXTENSION $(EXTENSION)" to load this file. \quit'; \
		for f in $(filter %.sql,$^); do echo; cat $$f || exit 1; done; } >$@.tmp && mv $@.tmp $@

# ---- tests and tools

# The objects are the module's own; an archive lets each test take those it calls.
unit-build: $(UNIT_TESTS)

unit: unit-build
	prove --exec '' $(UNIT_TESTS)

build/libl2n.a: $(NUM_OBJS)
	@mkdir -p $(@D) && rm -f $@
	$(AR) rcs $@ $^

build/unit/%.o: test/unit/%.c $(wildcard test/unit/*.h src/num/*.h src/num/*/*.h) .build-config
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Wno-missing-format-attribute -Itest/unit -Isrc $(CPPFLAGS) -c $< -o $@

build/unit/%: build/unit/%.o build/libl2n.a | openblas
	$(CC) $(CFLAGS) $< build/libl2n.a $(BLAS_LIBS) $(QUADMATH) -lm -o $@

build/unit/test_fuzz.o: test/stress/fuzz/num.c
build/unit/test_glm_fits.o build/unit/test_steps.o: test/stress/glm_fits.c
build/unit/test_newton_parts.o: src/num/glm/newton.c
.SECONDARY: $(UNIT_TESTS:%=%.o)

# The module whose calls of the server fail on demand: see test/stress/fault/fault.c
build/l2reg_fault.so: test/stress/fault/fault.c test/stress/fault/calls.sh $(OBJS) | openblas
	@mkdir -p $(@D)
	@bash test/stress/fault/calls.sh $(shell $(PG_CONFIG) --bindir)/postgres $(OBJS) >build/fault.calls
	@sed 's/.*/-Wl,--wrap=&/' build/fault.calls >build/fault.wrap
	@{ sed 's/.*/.globl __wrap_&\n.hidden __wrap_&\n__wrap_&:\n\tdecq l2_fault_left(%rip)\n\tjz 1f\n\tjmp __real_&@PLT\n1:\tsubq $$8, %rsp\n\tleaq 2f(%rip), %rdi\n\tcall l2_fault\n2:\t.string "&"/' build/fault.calls; \
		echo '.hidden l2_fault_left; .hidden l2_fault; .section .note.GNU-stack,"",@progbits'; } >build/fault.S
	$(CC) $(CFLAGS) $(CFLAGS_SL) $(CPPFLAGS) -shared -o $@ test/stress/fault/fault.c build/fault.S $(OBJS) @build/fault.wrap $(LDFLAGS) $(SHLIB_LINK)

export SANITIZE
test:
	@bash test/run.sh

coverage:
	@bash test/coverage.sh

lint:
	@bash test/lint.sh

faults: all
	@FAULTS=$(or $(FAULTS),200) FAULT_SECONDS=$(or $(FAULT_SECONDS),2) FAULT_FUNCTIONS=$(or $(FAULT_FUNCTIONS),.) bash test/run.sh test/tap/fault.sh
	@bash test/stress/full.sh
	@bash test/stress/kill.sh
	@bash test/stress/crash.sh

fuzz-num:
	@bash test/stress/fuzz-num.sh

fuzz-types:
	@bash test/stress/fuzz-types.sh

export N SEED JOBS AREAS MINUTES SUITE AGAIN
mutants: all unit-build
	@perl test/mutants/mutants.pl

fuzz:
	@bash test/stress/fuzz.sh

demo:
	@KEEP='$(KEEP)' bash test/demo.sh

docs:
	@mkdir -p docs/reference && bash test/cluster.sh bash docs/make.sh docs/reference

deb:
	@bash packaging/deb.sh

# PGXN wants the install script, which the tree does not have
dist: $(INSTALL_SQL)
	@mkdir -p build
	git archive --format=zip --prefix=$(EXTENSION)-$(EXTVERSION)/sql/ --add-file=$(INSTALL_SQL) \
		--prefix=$(EXTENSION)-$(EXTVERSION)/ -o build/$(EXTENSION)-$(EXTVERSION).zip HEAD

matrix:
	@bash test/matrix.sh $(SUITES)

bench:
	@PARTS='$(PARTS)' bash test/bench.sh

compare:
	@bash test/bench.sh python3 bench/compare/run.py

SOURCES = $(wildcard src/*/*.[ch] src/num/*/*.[ch] test/unit/*.[ch] test/stress/*.[ch])
CLANG_FORMAT ?= clang-format

help:
	@sed -n '/^# make/p' Makefile | sed 's/^# //'

format format-check:
	@if command -v $(CLANG_FORMAT) >/dev/null 2>&1; then \
		$(CLANG_FORMAT) $(if $(filter format,$@),-i,--dry-run --Werror) $(SOURCES); \
	else echo 'clang-format is not installed: nothing checked'; fi

FORCE:
.PHONY: all unit unit-build openblas test coverage mutants lint faults fuzz fuzz-num fuzz-types demo docs deb dist matrix bench compare format format-check help clean FORCE
