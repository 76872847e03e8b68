# Each prefix of a queue is built: a patch that breaks the build and a later one that mends it make
# a queue that nobody can bisect, and a warning is blamed on the patch that brought it.
patch() {
	cat > "queue-6.12/$1.patch" <<P
From: A Person <a@example.org>
Subject: nfsd: $1

It does.

Signed-off-by: A Person <a@example.org>
---
diff --git a/fs/nfsd/demo.c b/fs/nfsd/demo.c
--- a/fs/nfsd/demo.c
+++ b/fs/nfsd/demo.c
@@ -12,5 +12,5 @@ int demo_open(int a)
 
 int demo_release(int a)
 {
-	return $2;
+	return $3;
 }
P
	echo "$1.patch" >> queue-6.12/series
}
patch warns 'a - 1' 'a - 1; int idle'
patch breaks 'a - 1; int idle' 'a - gone'
patch mends 'a - gone' 'a - 2'

sq run --offline --quiet --check boot
sq run --offline --state prefixes
# All is known then, also what only the prefixes tell.
sq run --offline --quiet --state prefixes
sq run --offline --quiet --state prefixes --format json | sed -n '/"seconds"/d; /"results"/,/}/p'
# A shorter queue has the same prefixes.
sed -i '/breaks/d; /mends/d' queue-6.12/series
rm queue-6.12/breaks.patch queue-6.12/mends.patch
sq run --offline --quiet --state base --state prefixes
