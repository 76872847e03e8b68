# A patch that brings a compiler warning is a finding; one that doesn't compile, too.
cat >> queue-6.12/nfsd-make-demo-good.patch <<'EOF'
@@ -9,5 +9,6 @@
 
 int demo_release(int a)
 {
+	int unused;
 	return a - 1;
 }
EOF
sq run --offline --quiet
sed -i 's/int unused;/int broken/' queue-6.12/nfsd-make-demo-good.patch
sq run --offline --quiet
