# A cell of kind objects: configured, then only what depends on the queue is compiled, with it and
# without.
k=$STABLEQ_SOURCES/linux-6.12.107
echo 'int other;' > "$k/fs/nfsd/other.c"
echo 'int unused(void) { int gone; return 0; }' >> "$k/fs/nfsd/demo.c"
mkdir -p "$k/Documentation"
echo 'All about it.' > "$k/Documentation/demo.rst"
cat >> "$k/Makefile" <<'M'

# What kbuild knows of a directory, once it is asked for it.
ifneq ($(filter fs/nfsd/,$(MAKECMDGOALS)),)
real-obj-y := fs/nfsd/demo.o fs/nfsd/other.o
endif
.PHONY: fs/nfsd/ fs/nfsd/demo.o fs/nfsd/other.o
fs/nfsd/demo.o fs/nfsd/other.o: %: $(O)/%
$(O)/fs/nfsd/other.o: $(S)/fs/nfsd/other.c
	@echo "  CC      fs/nfsd/other.o"
	@$(CC) -c -o $@ $<
M
cell='kind: objects, arch: um, toolchain: gcc, configs: [base, arch/um]'
sed -i "/^  um-proof:/i\\  objs: {$cell}" build-matrix.yaml
log() { grep CC "$STABLEQ_CACHE/logs/6.12.107-objs-$1/build.log"; }

sq run --offline --cell objs
log base
log patched
# The same warnings as where the whole is built.
sq run --offline --quiet --cell um
warnings() {
	"$STABLEQ" run --offline --quiet --cell "$1" --format json |
		sed -n 's/.*"detail": "\(.*warning.*\)",*$/\1/p'
}
warnings objs > "$T/objs"
warnings um > "$T/full"
cmp "$T/objs" "$T/full" && grep -c . "$T/objs"
# One that a patch brings is a finding of its own.
sed -i 's/^+const char demo_state.*/+const char demo_state[] = "demo: good"; static int idle;/' \
	queue-6.12/nfsd-make-demo-good.patch
sq run --offline --quiet --cell objs
# So is a file that doesn't compile.
sed -i 's/static int idle;/static int;;x/' queue-6.12/nfsd-make-demo-good.patch
sq run --offline --quiet --cell objs
# A queue that no object depends on.
cat > queue-6.12/nfsd-make-demo-good.patch <<'P'
From: A Person <a@example.org>
Subject: nfsd: say more

It does.

Signed-off-by: A Person <a@example.org>
---
diff --git a/Documentation/demo.rst b/Documentation/demo.rst
--- a/Documentation/demo.rst
+++ b/Documentation/demo.rst
@@ -1 +1,2 @@
 All about it.
+And more.
P
sq run --offline --quiet --cell objs
# What makes no sense in such a cell, and an architecture that nothing here boots.
sed -i 's/^  objs: {/&proofs: scripts, /' build-matrix.yaml
sq run --offline --cell objs
sed -i 's/proofs: scripts, /cpus: 1, /; s/kind: objects, arch: um/arch: s390x/' build-matrix.yaml
sq run --offline --cell objs
sed -i 's/arch: s390x/kind: some, arch: s390x/' build-matrix.yaml
sq run --offline --cell objs
