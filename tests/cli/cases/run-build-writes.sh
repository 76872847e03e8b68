# A patch whose build writes in place into the tree that it is built in. That is all it reaches: not
# the user's own tree, nor the cache's pristine one, nor the next state's build.
k=$STABLEQ_SOURCES/linux-6.12.107
cat > queue-6.12/nfsd-make-demo-good.patch <<'P'
From: A Person <a@example.org>
Subject: nfsd: make demo good

Beside that its build changes a header.

Signed-off-by: A Person <a@example.org>
---
 Makefile       | 1 +
 fs/nfsd/demo.c | 2 +-
 2 files changed, 2 insertions(+), 1 deletion(-)

diff --git a/Makefile b/Makefile
--- a/Makefile
+++ b/Makefile
@@ -20,2 +20,3 @@
 prepare:
+	@echo '#define WRITTEN' >> $(S)/fs/nfsd/demo.h
 	@mkdir -p $(O)/include/generated $(O)/fs/nfsd
diff --git a/fs/nfsd/demo.c b/fs/nfsd/demo.c
--- a/fs/nfsd/demo.c
+++ b/fs/nfsd/demo.c
@@ -2,5 +2,5 @@
 #include "demo.h"
 
-const char demo_state[] = "demo: bad";
+const char demo_state[] = "demo: good";
 
 int demo_open(int a)
P
written() {
	echo "$1: $(grep -c WRITTEN "$2/fs/nfsd/demo.h")"
}
sq run --offline --quiet
written "user's tree" "$k"
written "working tree" "$STABLEQ_CACHE/work/6.12.107/src"
sq run --offline --again --state base
written "working tree" "$STABLEQ_CACHE/work/6.12.107/src"
# The same from a tarball.
tar -C "$STABLEQ_SOURCES" -cJf "$T/k.tar.xz" linux-6.12.107
rm -rf "$k"
mv "$T/k.tar.xz" "$k.tar.xz"
sq run --offline --quiet --again
p=$STABLEQ_CACHE/trees/linux-6.12.107
written "pristine tree" "$p"
sq source --offline --verify 6.12.107
# One that was changed all the same, at the same length, is noticed by whoever looks.
printf X | dd of="$p/fs/nfsd/Kconfig" bs=1 seek=3 conv=notrunc 2>/dev/null
sq source --offline --verify 6.12.107
sq source --offline --verify --fetch 6.12.107
printf X | dd of="$p/fs/nfsd/Kconfig" bs=1 seek=3 conv=notrunc 2>/dev/null
sq run --offline --quiet --again
sq run --offline --quiet --again --state base
sq source --offline --verify 6.12.107
