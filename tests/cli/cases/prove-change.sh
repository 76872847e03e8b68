# One patch less: just its own proofs fail. A mutant: the case that it names fails.
sq prove --offline --quiet --leave-one-out
mkdir mutants
mutant() {
	cat > mutants/$1.patch <<-END
	The fix, undone.

	Killed-by: $3

	--- a/fs/nfsd/demo.c
	+++ b/fs/nfsd/demo.c
	@@ -1,7 +1,7 @@
	 // SPDX-License-Identifier: GPL-2.0
	 #include "demo.h"
	 
	-const char demo_state[] = "demo: good";
	+const char demo_state[] = "demo: $2";
	 
	 int demo_open(int a)
	 {
	END
}
mutant undone bad "demo-state is_good"
mutant harmless "good enough" "demo-state is_good"
mutant elsewhere bad "demo-state opens"
mutant lost bad "no-such-proof is_good"
mutant homeless bad is_good
mkdir -p scripts/proofs/demo-state/mutants/6.12
mutant ../scripts/proofs/demo-state/mutants/6.12/own bad is_good
sq prove --offline --quiet --mutant mutants/undone.patch --mutant mutants/harmless.patch \
	--mutant mutants/elsewhere.patch
sq prove --offline --quiet --mutant scripts/proofs/demo-state/mutants/6.12/own.patch
sq prove --offline --quiet --mutants
sq prove --offline --quiet --mutants demo-uaf
sq prove --offline --quiet --mutant mutants/lost.patch
sq prove --offline --quiet --mutant mutants/homeless.patch
sq prove --offline --quiet --mutant queue-6.12/nfsd-make-demo-good.patch
