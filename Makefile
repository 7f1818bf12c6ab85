# SPDX-License-Identifier: MIT
# Builds and checks ronin. `make help` lists the targets; config.mk, when it
# exists, overrides the variables below. Every mode has its own tree.
-include config.mk

VERSION = 0.1.0
PREFIX ?= /usr/local
MODE   ?= release
O      ?= build/$(MODE)
CFLAGS ?= -O2 -g
JOBS   ?= $(shell nproc 2>/dev/null || echo 2)

# One archive per layer, and only the packages that the layer may use. A unit
# test links its own layer alone, so a call upwards does not link.
PKGS.interp  = bdw-gc libutf8proc libxxhash libpcre2-8 gmp
PKGS.exec    = libuv sqlite3 libxxhash liblz4 libmd
PKGS.runtime = $(sort $(PKGS.interp) $(PKGS.exec) libedit)
needs = $(if $(filter runtime,$1),$O/runtime.a $O/exec.a $O/interp.a,$O/$1.a)

MODE.release = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong
MODE.asan    = -DSANITIZED -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
MODE.ubsan   = -DSANITIZED -O1 -fsanitize=undefined -fno-sanitize-recover=all
MODE.tsan    = -DSANITIZED -O1 -fsanitize=thread
MODE.fuzz    = -DSANITIZED -O1 -fsanitize=fuzzer-no-link,address
LINK.release = -Wl,-z,relro -Wl,-z,now
CLANG := $(findstring clang,$(shell $(CC) --version 2>/dev/null))
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
    -Wvla -Wundef -Wcast-qual -Wwrite-strings -Wformat=2 -Wstrict-prototypes \
    -Wmissing-prototypes -Wold-style-definition -Wnull-dereference \
    -Wdouble-promotion -Wpointer-arith $(if $(CLANG),-Wimplicit-fallthrough, \
    -Wimplicit-fallthrough=5 -Wlogical-op -Wduplicated-cond)

# pkg-config is asked when a recipe first needs it, so that `setup`, `clean`
# and `help` work on a machine that has no package yet.
ask = $(shell pkg-config $1 2>/dev/null || echo -missing)
some = $(if $(filter -missing,$1),$(error a package is missing: run \
    `make setup`),$1)
includes = $(eval includes := $(call some,$(patsubst -I%,-isystem%, \
    $(call ask,--cflags $(PKGS.runtime)))))$(includes)
libs = $(call some,$(call ask,--libs $(PKGS.$1))) -lm -pthread
# The program has within it what the system has of these as archives: half of a
# short run was the dynamic linker. `STATIC=` shares all. Not the collector: within
# the program it keeps sequences alive that nobody holds (decision 012).
STATIC ?= gmp lz4 pcre2-8 utf8proc uv xxhash sqlite3
archive = $(firstword $(wildcard $(foreach f,$1.a $1_a.a, \
    $(filter /%,$(shell $(CC) -print-file-name=lib$f)))))
archive_of = $(if $(filter $(STATIC:%=-l%),$1),$(call archive,$(1:-l%=%)))
program_libs = $(foreach l,$(call libs,runtime),$(or $(call archive_of,$l),$l))

BASE_CFLAGS = -std=c11 -D_GNU_SOURCE -DRONIN_VERSION='"$(VERSION)"' -I. \
    -fPIE -fno-common $(WARNINGS) $(CFLAGS) $(MODE.$(MODE)) $(includes) $(WERROR)
BASE_LDFLAGS = -pie $(LDFLAGS) $(MODE.$(MODE)) $(LINK.$(MODE))

src = $(sort $(wildcard $(foreach e,c S,$1/*.$e $1/*/*.$e)))
obj = $(patsubst %,$O/%.o,$(basename $1))
unit = $(patsubst %.c,$O/%,$(wildcard tests/unit/$1_*.c))
fuzz = $(patsubst %.c,$O/%,$(wildcard tests/fuzz/$1_*.c))
# libFuzzer brings a main of its own.
FUZZ_MAIN = $(if $(filter fuzz,$(MODE)),-fsanitize=fuzzer,$O/tests/fuzz/replay.o)
C_FILES = $(sort $(wildcard $(foreach d,interp exec runtime tests, \
    $d/*.[ch] $d/*/*.[ch])))
PROGRAMS = $(if $(wildcard runtime/main.c),$O/ronin) \
    $(if $(wildcard tests/lang/runner.c),$O/tests/lang-runner) \
    $(foreach l,interp exec runtime,$(call unit,$l) $(call fuzz,$l))
Q = $(if $V,,@)
SUBMAKE = $(MAKE) --no-print-directory
PARALLEL = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))
say = $(if $V,,@printf '  %-4s %s\n' $1 $@)

all: $O/ronin
	@:
programs: $(PROGRAMS)
	@:

$O/ronin: $(call needs,runtime)
	$(call say,LINK)
	$Q$(CC) $(BASE_LDFLAGS) -o $@ $^ $(program_libs)
$O/tests/lang-runner: $O/tests/lang/runner.o $(call needs,interp)
	$(call say,LINK)
	$Q$(CC) $(BASE_LDFLAGS) -o $@ $^ $(call libs,interp)

define layer
$O/$1.a: $(call obj,$(call src,$1))
$(call unit,$1): $O/tests/unit/%: $O/tests/unit/%.o $O/tests/lib/test.o $(call needs,$1)
	$$(call say,LINK)
	$$Q$$(CC) $$(BASE_LDFLAGS) -o $$@ $$^ $$(or $$(LIBS),$$(call libs,$1))
$(call fuzz,$1): $O/tests/fuzz/%: $O/tests/fuzz/%.o $(filter %.o,$(FUZZ_MAIN)) $(call needs,$1)
	$$(call say,LINK)
	$$Q$$(CC) $$(BASE_LDFLAGS) $(filter -%,$(FUZZ_MAIN)) -o $$@ $$^ $$(call libs,$1)
endef
$(foreach l,interp exec runtime,$(eval $(call layer,$l)))
# What is kept alive hangs on how the program is linked.
$O/tests/unit/interp_heads: LIBS = $(program_libs)

$O/%.a:
	$(call say,AR)
	@mkdir -p $(@D) && rm -f $@
	$Q$(AR) rcs $@ $^
$O/%.o: %.c
	$(call say,CC)
	@mkdir -p $(@D)
	$Q$(CC) $(BASE_CFLAGS) -MMD -MP -c -o $@ $<
# Assembly only embeds files; it depends on all that could be embedded.
$O/%.o: %.S $(wildcard stdlib/*.magma stdlib/*/*.magma exec/*/*.sql \
    runtime/help/* runtime/page/* spec/*.md spec/*/*.md)
	$(call say,AS)
	@mkdir -p $(@D)
	$Q$(CC) -I. -c -o $@ $<
.SECONDARY:

# The build is the first test. The last line says how many tests passed.
KINDS.check-fast = --only build-all,unit,lang
check check-fast: setup
	+@$(SUBMAKE) $(PARALLEL) -k programs \
	    WERROR=$(if $(filter release,$(MODE)),-Werror); \
	tests/run --tree $O --built $$? $(KINDS.$@) $(KINDS) $(ARGS)
# The language alone has no threads: what is slow under tsan without them is left
# out.
KINDS.asan = --only build-all,unit,lang,spec,build,regress
KINDS.ubsan = $(KINDS.asan)
KINDS.tsan = --only build-all,unit,spec,build,ninja,regress \
    build-all exec_ runtime_ spec/build build/ ninja/ regress/
asan ubsan tsan:
	+@$(SUBMAKE) MODE=$@ KINDS='$(KINDS.$@)' \
	    O=$(if $(filter build/release,$O),build/$@,$O-$@) check
# Finds new inputs for TIME seconds, beside the corpus; what crashes is kept in
# build/fuzz. Needs clang with its libFuzzer.
FUZZ ?= interp_reader
TIME ?= 60
FUZZ_DIRS = build/fuzz/found/$(FUZZ) tests/fuzz/corpus/$(FUZZ)
fuzz:
	+@$(SUBMAKE) $(PARALLEL) MODE=fuzz O=build/fuzz CC=clang \
	    build/fuzz/tests/fuzz/$(FUZZ)
	@mkdir -p $(FUZZ_DIRS)
	ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0 \
	    build/fuzz/tests/fuzz/$(FUZZ) -max_total_time=$(TIME) -max_len=2048 \
	    -timeout=20 -rss_limit_mb=4096 -verbosity=0 -print_final_stats=1 \
	    -artifact_prefix=build/fuzz/$(FUZZ)- $(FUZZ_DIRS) $(ARGS)
# The language's tests with a collection at every EVERY-th allocation, budgets
# of every size and more random programs: minutes to hours, where `check` takes
# seconds.
EVERY ?= 10
hard: programs
	HARD_EVERY=$(EVERY) FINGERPRINT_CASES=20000 FUZZ_CASES=200000 \
	    tests/run --tree $O --timeout 36000 --only unit,hard \
	    interp_fingerprint_random interp_fuzz interp_budgets hard/ $(ARGS)
# Random graphs, edits, kills and faults against a reference model.
STEPS ?= 2000
sim: all
	@RONIN=$(abspath $O/ronin) CC='$(CC)' tests/sim/run --steps $(STEPS) \
	    $(if $(SEED),--seed $(SEED)) $(ARGS)
# Real projects from Debian's archive, beside ninja: about an hour. ONLY names
# some; RESUME=1 goes on where a run of the same program ended.
check-real: all
	@tests/setup ninja cmake meson '?g++' '?gfortran'
	@tests/real/run --ronin $(abspath $O/ronin) $(if $(RESUME),--resume) \
	    $(ONLY) $(ARGS)
# Pages in a browser, which is too large to be installed for every check.
check-browser: all
	@tests/setup chromium chromedriver
	@/usr/bin/python3 -c 'import selenium' || { echo 'install python3-selenium' >&2; exit 1; }
	@tests/run --tree $O query-output/04
# A million actions in a chain, into one, and out of one file: takes long.
check-large: all
	@RONIN=$(abspath $O/ronin) tests/large/run $(ARGS)
# What a script needs to build ronin another way (the demonstration).
demo bench:
	@tests/setup $(if $(filter bench,$@),ninja)
	+@$(SUBMAKE) $(PARALLEL) all
	+@$(SUBMAKE) -s run-$@
bench-lang: all
	@CC='$(CC)' O='$O' tests/bench/languages $(ARGS)
run-%: export RONIN = $(abspath $O/ronin)
run-%: export RONIN_CFLAGS = $(BASE_CFLAGS)
run-%: export RONIN_LDFLAGS = $(BASE_LDFLAGS)
run-%: export RONIN_LIBS = $(program_libs)
run-%:
	@CC='$(CC)' O='$O' tests/$*/run $(ARGS)

lint:
	@printf '%s\n' $(filter %.c,$(C_FILES)) | xargs -P $(JOBS) -n 4 sh -c \
	    'clang-tidy --quiet --warnings-as-errors=* "$$@" -- $$FLAGS 2>/dev/null' lint
lint: export FLAGS = $(filter-out -W% -f% -g -DRONIN%,$(BASE_CFLAGS)) -DRONIN_VERSION=""
reference: $O/ronin
	$O/ronin eval -e '(clojure.repl/print-reference)' >spec/magma/reference.md

format:
	clang-format -i $(C_FILES)
format-check:
	@! clang-format --dry-run $(C_FILES) 2>&1 | sed -n 's/:.*warning:/:/p' | uniq | grep .
layers:
	@tests/$@
# Programs with a question mark are for tests, which are skipped without them.
setup:
	@tests/$@ '?ninja' '?cmake' '?meson' '?tmux' '?mandoc' '?cmark-gfm' \
	    '?dot'
headers: export FLAGS = $(BASE_CFLAGS) -Werror
headers:
	@printf '%s\n' $(filter-out tests/%,$(filter %.h,$(C_FILES))) | \
	    xargs -P $(JOBS) -I{} sh -c 'echo "typedef int alone;" | \
	    $(CC) $$(eval "printf %s\\\\n $$FLAGS") -fsyntax-only -include {} -x c -'

# The manual pages, from `ronin help` and the chapters of spec/.
man: all
	@tests/setup cmark-gfm
	@runtime/help/man $O/ronin $O/man
share = $(DESTDIR)$(PREFIX)/share
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/ronin
	install -m 755 $O/ronin $(DESTDIR)$(PREFIX)/bin/ronin
	install -d $(DESTDIR)$(PREFIX)/libexec/ronin
	ln -sf ../../bin/ronin $(DESTDIR)$(PREFIX)/libexec/ronin/ninja
	install -m 644 stdlib/magma_syntax.py $(share)/ronin/
	install -d $(share)/bash-completion/completions $(share)/zsh/site-functions \
	    $(share)/fish/vendor_completions.d
	install -m 644 runtime/help/completion.bash $(share)/bash-completion/completions/ronin
	install -m 644 runtime/help/completion.zsh $(share)/zsh/site-functions/_ronin
	install -m 644 runtime/help/completion.fish $(share)/fish/vendor_completions.d/ronin.fish
	for page in $(wildcard $O/man/*); do \
	    install -D -m 644 $$page $(share)/man/man$${page##*.}/$${page##*/} || exit; \
	done
uninstall:
	rm -rf $(addprefix $(DESTDIR)$(PREFIX)/,bin/ronin share/ronin libexec/ronin \
	    share/bash-completion/completions/ronin share/zsh/site-functions/_ronin \
	    share/fish/vendor_completions.d/ronin.fish share/man/man1/ronin.1 \
	    share/man/man5/magma.5 share/man/man7/ronin-query.7 share/man/man7/ronin-events.7)
clean:
	rm -rf build
help:
	@echo 'make [all]                  the program, $O/ronin'
	@echo 'make setup                  install what is missing'
	@echo 'make check | check-fast     every test | unit and language tests'
	@echo 'make check-browser          pages, in a headless Chromium'
	@echo 'make asan | ubsan | tsan    the tests under a sanitizer'
	@echo 'make demo | bench           the demonstration | measurements'
	@echo "make check-real             real projects, beside ninja: ONLY='zlib lapack', RESUME=1"
	@echo 'make check-large            a million actions; ARGS=10000 for fewer'
	@echo 'make bench-lang             Magma next to other languages'
	@echo 'make sim                    random builds: SEED=the printed one, STEPS=how many'
	@echo 'make hard                   the language with EVERY=10th allocation a collection'
	@echo 'make fuzz                   FUZZ=a target of tests/fuzz, TIME=seconds'
	@echo 'make lint | format | format-check | layers | headers | reference | clean'
	@echo 'make man                    the manual pages, in $O/man'
	@echo 'make install | uninstall    honours PREFIX and DESTDIR; with the pages of `make man`'
	@echo 'Variables: MODE O CC CFLAGS LDFLAGS STATIC WERROR JOBS V=1 ARGS'
.PHONY: all man check-browser check-real check-large programs setup check check-fast asan ubsan tsan demo bench fuzz hard sim lint \
    bench-lang reference format format-check layers headers install uninstall clean help
# What is measured has depfiles of its own, 100,000 of them.
-include $(shell find $O -path $O/bench -prune -o -name '*.d' -print 2>/dev/null)
