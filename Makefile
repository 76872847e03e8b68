# SPDX-License-Identifier: GPL-2.0-only
#
# make run          install what is needed, build, run the smoke profile on real kernels
# make check        install what the tests need, run all fast tests
# make check-kernel the tests that build and boot real kernels
# make deps         install the packages only
# make deps-matrix  the cross compilers too, for "stableq run --profile arches"
# make ledger       docs/ledger.md anew
# make proven       docs/proven.md anew: every proof on every release of the matrix
# make picture      docs/rooms.svg anew
# make bench        our times beside the peers'; docs/performance.md
# make install      PREFIX=/usr/local
#
# SANITIZE=1 builds with ASan and UBSan, in a build directory of its own.

PREFIX	?= /usr/local
CC	= gcc
SANITIZE ?=
BUILD	?= build$(if $(SANITIZE),-san)

# What a fresh Debian 12 machine lacks. One list: "make deps" installs what isn't there yet.
PKGS_BUILD = gcc make pkg-config libc6-dev libarchive-dev liblzma-dev libgit2-dev \
	     libcurl4-openssl-dev libyaml-dev libjansson-dev libsqlite3-dev libssl-dev
PKGS_RUN = ca-certificates git quilt patch diffutils ccache gpgv gnupg dirmngr xz-utils \
	   bc bison flex cpio kmod libelf-dev perl qemu-system-x86
PKGS_TEST = libcmocka-dev openssl valgrind clang-tidy python3 mandoc
# The compilers of the other architectures: only "make deps-matrix" asks for them.
PKGS_MATRIX = gcc-i686-linux-gnu gcc-aarch64-linux-gnu gcc-arm-linux-gnueabihf \
	      gcc-riscv64-linux-gnu gcc-s390x-linux-gnu gcc-powerpc64le-linux-gnu \
	      gcc-powerpc64-linux-gnu gcc-powerpc-linux-gnu gcc-mips64el-linux-gnuabi64 \
	      gcc-mips-linux-gnu gcc-sparc64-linux-gnu gcc-m68k-linux-gnu gcc-hppa-linux-gnu \
	      gcc-alpha-linux-gnu gcc-sh4-linux-gnu sparse
PKGS_FUZZ = clang libclang-rt-14-dev

LIBS	= libarchive liblzma libgit2 libcurl yaml-0.1 jansson sqlite3 libcrypto

CFLAGS	?= -O2 -g
SQ_CFLAGS = -std=gnu11 -D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -Wall -Wextra -Werror -Wshadow \
	   -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter -MMD -MP
ifneq ($(SANITIZE),)
SQ_CFLAGS := $(filter-out -D_FORTIFY_SOURCE=2,$(SQ_CFLAGS)) -fsanitize=address,undefined \
	   -fno-sanitize-recover=all -fno-omit-frame-pointer
SQ_LDFLAGS = -fsanitize=address,undefined
else
# What nobody calls is left out, and so are tables for exceptions that C hasn't.
SQ_CFLAGS += -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
SQ_LDFLAGS = -Wl,--gc-sections
endif

# pkg-config is asked when a recipe runs, not when this file is read: "make deps" comes first.
PC_CFLAGS = $(shell pkg-config --cflags $(LIBS))
PC_LIBS	= $(shell pkg-config --libs $(LIBS))

# One folder a room.
MAIN	= scripts/stableq/cli/main.c
SRC	= $(filter-out $(MAIN),$(wildcard scripts/stableq/*/*.c))
OBJ	= $(SRC:%.c=$(BUILD)/%.o)
INC	= -Iscripts/stableq
GUEST	= $(wildcard scripts/guest/*.c)
UNIT	= $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c)) \
	  $(patsubst tests/guest/test_%.c,$(BUILD)/tests/guest_%,$(wildcard tests/guest/test_*.c)) \
	  $(patsubst tests/diff/%.c,$(BUILD)/tests/%,$(wildcard tests/diff/diff_*.c))

.PHONY: all
all: stableq $(BUILD)/guest/init $(BUILD)/um/xstate.so $(BUILD)/um/probe

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(SQ_CFLAGS) $(CFLAGS) $(PC_CFLAGS) $(INC) -c -o $@ $<

$(BUILD)/libstableq.a: $(OBJ)
	@rm -f $@
	$(AR) qcs $@ $^

$(BUILD)/stableq: $(MAIN:%.c=$(BUILD)/%.o) $(BUILD)/libstableq.a
	$(CC) $(SQ_LDFLAGS) $(LDFLAGS) -o $@ $^ $(PC_LIBS)

stableq: $(BUILD)/stableq
	@cp -f $< $@.tmp && mv -f $@.tmp $@

# The guest's rooms, for tests on this side: all but process 1 itself.
$(BUILD)/guest/%.o: scripts/guest/%.c $(wildcard scripts/guest/*.h)
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror $(CFLAGS) \
		$(filter -fsanitize% -fno-sanitize%,$(SQ_CFLAGS)) -c -o $@ $<

GUEST_OBJ = $(patsubst scripts/guest/%.c,$(BUILD)/guest/%.o,$(filter-out %/init.c,$(GUEST)))

$(BUILD)/libguest.a: $(GUEST_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/tests/guest_%: tests/guest/test_%.c tests/guest/guest_test.h $(BUILD)/libguest.a
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror $(CFLAGS) $(SQ_LDFLAGS) \
		-Iscripts/guest -o $@ $< $(BUILD)/libguest.a -lcmocka

# Generated cases through us and through the real patch and quilt.
$(BUILD)/tests/diff_%: tests/diff/diff_%.c $(wildcard tests/diff/[gr]*.[ch]) $(BUILD)/libstableq.a
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(SQ_CFLAGS)) $(CFLAGS) $(PC_CFLAGS) $(INC) $(SQ_LDFLAGS) \
		-o $@ $(filter %.c,$^) $(BUILD)/libstableq.a $(PC_LIBS)

# Queues to measure with.
$(BUILD)/tests/make_queue: tests/bench/make_queue.c tests/diff/gen.c tests/diff/gen_doc.c \
		$(BUILD)/libstableq.a
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(SQ_CFLAGS)) $(CFLAGS) $(PC_CFLAGS) $(INC) -Itests/diff \
		$(SQ_LDFLAGS) -o $@ $^ $(PC_LIBS)

$(BUILD)/tests/measure: tests/bench/measure.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror $(CFLAGS) -o $@ $<

# One static program is all that a guest needs: it is the initramfs' /init. Results are kept under
# its digest: where it was built must not show in it.
$(BUILD)/guest/init: $(GUEST) $(wildcard scripts/guest/*.h)
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -O2 -g -ffile-prefix-map=$(CURDIR)=. \
		-static -o $@ $(GUEST)

# What runs outside the guest: user-mode Linux gets the one preloaded where the other says so. Never
# sanitized, a kernel has no place for that runtime.
$(BUILD)/um/xstate.so: scripts/um/xstate.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -O2 -g -fPIC -shared -o $@ $< -ldl

$(BUILD)/um/probe: scripts/um/probe.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -O2 -g -o $@ $<

# Plays a host with other registers.
$(BUILD)/tests/fake-ptrace.so: tests/um/fake-ptrace.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -O2 -g -fPIC -shared -o $@ $<

$(BUILD)/tests/%: tests/unit/%.c $(BUILD)/libstableq.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(SQ_CFLAGS) $(CFLAGS) $(PC_CFLAGS) $(INC) -MF $@.d \
		$(SQ_LDFLAGS) -o $@ $< $(BUILD)/libstableq.a $(PC_LIBS) -lcmocka

-include $(OBJ:.o=.d) $(MAIN:%.c=$(BUILD)/%.d) $(wildcard $(BUILD)/tests/*.d)

# Everything below installs first what it needs, and says so.
SUDO	= $(shell [ "$$(id -u)" = 0 ] || echo sudo)

define install_missing
@want="$(1)"; miss=""; \
for p in $$want; do \
	dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || \
		miss="$$miss $$p"; \
done; \
if [ -n "$$miss" ]; then \
	echo "installing:$$miss"; \
	$(SUDO) apt-get update -qq && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
		--no-install-recommends $$miss >/dev/null; \
fi
endef

.PHONY: deps deps-test deps-matrix
deps:
	$(call install_missing,$(PKGS_BUILD) $(PKGS_RUN))

deps-test:
	$(call install_missing,$(PKGS_BUILD) $(PKGS_RUN) $(PKGS_TEST))

deps-matrix: deps
	$(call install_missing,$(PKGS_MATRIX))

# The recursive call reads this file again, now that pkg-config is there.
.PHONY: run
run: deps
	@$(MAKE) --no-print-directory -s all
	./stableq run --profile smoke $(RUN_ARGS)

.PHONY: check
check: deps-test
	@$(MAKE) --no-print-directory -s -j$$(nproc) all unit
	@BUILD=$(BUILD) SANITIZE=$(SANITIZE) tests/run-fast

.PHONY: check-kernel
check-kernel: deps-test
	@$(MAKE) --no-print-directory -s -j$$(nproc) all
	@BUILD=$(BUILD) tests/run-kernel

# What docs/ledger.md says comes from ledger.yaml and the queues.
.PHONY: ledger
ledger: deps
	@$(MAKE) --no-print-directory -s all
	./stableq ledger --format markdown > docs/ledger.md.tmp
	mv docs/ledger.md.tmp docs/ledger.md

# What docs/proven.md says comes from proofs on real kernels: hours, the first time on two cores.
PROVEN	= 6.1.187 6.1.190 6.1.192 6.6.150 6.12.107 6.12.111 6.12.113 6.12.115 6.12.117

.PHONY: proven
proven: deps
	@$(MAKE) --no-print-directory -s all
	cp docs/proven.head docs/proven.md.tmp
	./stableq prove --format markdown $(PROVEN_ARGS) $(PROVEN) >> docs/proven.md.tmp; \
		[ $$? -le 1 ]
	mv docs/proven.md.tmp docs/proven.md

# docs/rooms.svg from the includes.
.PHONY: picture
picture:
	@docs/rooms > docs/rooms.svg.tmp && mv docs/rooms.svg.tmp docs/rooms.svg

.PHONY: bench-tools
bench-tools: $(BUILD)/tests/make_queue $(BUILD)/tests/measure

.PHONY: unit
unit: bench-tools $(UNIT) $(BUILD)/tests/fake-ptrace.so

.PHONY: tidy
tidy: deps-test
	@$(MAKE) --no-print-directory -s tidy-files

.PHONY: tidy-files
tidy-files:
	clang-tidy --quiet $(SRC) $(MAIN) -- -std=gnu11 -D_GNU_SOURCE \
		$(PC_CFLAGS) $(INC)
	clang-tidy --quiet $(GUEST) scripts/um/*.c -- -std=gnu11 -D_GNU_SOURCE -Iscripts/guest

# The parsers, fed by libFuzzer for FUZZ_SECONDS each: make fuzz.
FUZZ_SECONDS ?= 60
FUZZ	= $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

$(BUILD)/fuzz/%: tests/fuzz/%.c $(SRC) $(wildcard scripts/stableq/*/*.h)
	@mkdir -p $(BUILD)/fuzz/corpus/$*
	clang -std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined $(PC_CFLAGS) \
		$(INC) -o $@ $< $(SRC) $(PC_LIBS)

.PHONY: fuzz
fuzz: deps
	$(call install_missing,$(PKGS_FUZZ))
	@$(MAKE) --no-print-directory -s $(FUZZ)
	@for f in $(FUZZ); do \
		$$f -max_total_time=$(FUZZ_SECONDS) $(BUILD)/fuzz/corpus/$${f##*/} || exit 1; \
	done

.PHONY: bench
bench: deps-test
	@$(MAKE) --no-print-directory -s all bench-tools
	@tests/bench/run
	@tests/bench/growth --docs docs $(BENCH_ARGS)

.PHONY: install
install: all
	install -D -m 755 stableq $(DESTDIR)$(PREFIX)/bin/stableq
	install -D -m 755 $(BUILD)/guest/init $(DESTDIR)$(PREFIX)/libexec/stableq/guest-init
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/libexec/stableq/um \
		$(BUILD)/um/xstate.so $(BUILD)/um/probe
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 docs/*.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man5 docs/*.5
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man7 docs/*.7

.PHONY: clean
clean:
	rm -rf build build-san stableq
