# What was seen is kept, and judged when it is asked for: in whatever order the commands come, the
# same is found. Here a warning that the patch brings, with the patched state looked at first.
cat >> queue-6.12/nfsd-make-demo-good.patch <<'END'
@@ -9,5 +9,6 @@
 
 int demo_release(int a)
 {
+	int unused;
 	return a - 1;
 }
END
sq run --offline --state patched
sq run --offline --quiet --state patched
sq run --offline --quiet | grep -e build -e passed
# A warning that the base has, too, is none of the patch's; the base is known by now.
sed -i 's/return a;/{ int old; } return a;/' "$STABLEQ_SOURCES"/linux-6.12.107/fs/nfsd/demo.c
sq run --offline --quiet | grep -e build -e passed
sed -i '/^@@ -9,5/,$d' queue-6.12/nfsd-make-demo-good.patch
sq run --offline --quiet --state patched | grep -e build -e passed
