# The release has what a patch requires: only that patch is pushed, and listed.
q=queue-6.12
new=$T/sources/linux-6.12.108
cp -r "$T/sources/linux-6.12.107" "$new"
sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 108/' "$new/Makefile"
sed -i 's/demo: bad/demo: good/' "$new/fs/nfsd/demo.c"
cat > $q/nfsd-make-demo-better.patch <<'EOF'
Subject: nfsd: make demo better

commit 123456789abc upstream.

It was good.
---
Requires: nfsd-make-demo-good.patch
Probe-fixed: fs/nfsd/demo.c: demo: better

diff --git a/fs/nfsd/demo.c b/fs/nfsd/demo.c
--- a/fs/nfsd/demo.c
+++ b/fs/nfsd/demo.c
@@ -1,7 +1,7 @@
 // SPDX-License-Identifier: GPL-2.0
 #include "demo.h"
 
-const char demo_state[] = "demo: good";
+const char demo_state[] = "demo: better";
 
 int demo_open(int a)
 {
EOF
echo nfsd-make-demo-better.patch >> $q/series
sq status --offline 6.12.107 6.12.108
sq apply 6.12.108 --offline --to "$T/tree"
grep demo: "$T/tree/fs/nfsd/demo.c"
grep -v '^#' "$T/tree/patches/series"
