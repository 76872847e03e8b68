# Warnings that are off by default: a cell asks for W=1, and for sparse, which looks at a file
# whether it has to be compiled or not.
k=$STABLEQ_SOURCES/linux-6.12.107
cat >> "$k/Makefile" <<'M'

ifneq ($(filter fs/nfsd/,$(MAKECMDGOALS)),)
real-obj-y := fs/nfsd/demo.o
endif
.PHONY: fs/nfsd/ fs/nfsd/demo.o
fs/nfsd/demo.o: $(O)/fs/nfsd/demo.o
	@$(if $(filter 2,$(C)),sparse $(S)/fs/nfsd/demo.c)
$(O)/fs/nfsd/demo.o: override CC += $(if $(filter 1,$(W)),-Wextra)
M
mkdir -p "$T/bin"
cat > "$T/bin/sparse" <<'S'
#!/bin/sh
[ "$1" = --version ] && { echo "${SPARSE_VERSION:-0.6.4}"; exit; }
grep -n '__be32' "$1" |
	sed "s,^\([0-9]*\):.*,$1:\1:9: warning: restricted __be32 degrades to integer,"
S
chmod +x "$T/bin/sparse"
PATH=$T/bin:$PATH
cell='kind: objects, arch: um, toolchain: gcc, configs: [base, arch/um]'
sed -i -e "/^  um-proof:/i\\  plain: {$cell}" \
	-e "/^  um-proof:/i\\  strict: {$cell, warnings: [W=1, sparse]}" build-matrix.yaml
more='/* __be32 */ int demo(int unused) { return 0; }'
sed -i "s,^+const char demo_state.*,+const char demo_state[] = \"demo: good\"; $more," \
	queue-6.12/nfsd-make-demo-good.patch

sq run --offline --quiet --cell plain --cell strict
sq run --offline --quiet --cell strict
# Another sparse may say something else.
SPARSE_VERSION=0.6.5 sq run --offline --quiet --cell strict
sed -i 's/W=1, sparse/W=2/' build-matrix.yaml
sq run --offline --cell strict
