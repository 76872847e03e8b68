# What a proof can be instead: it passes on the base, fails elsewhere than claimed, dies, fails with
# the patch, or isn't there.
proof() {
	mkdir -p "scripts/proofs/$1"
	: > "scripts/proofs/$1/kunit.c"
	cat > "scripts/proofs/$1/proof.yaml" <<-END
	upstream: 0123456789ab
	unit: demo.c
	claims: demo is good
	fails:
	  - {case: is_good, text: "$2", splat: $3}
	END
}
proof demo-useless use-after-free KASAN
proof demo-elsewhere demo_release KASAN
proof demo-dies "not syncing: demo" panic
sq prove --offline --quiet 6.12.107 demo-useless
sq prove --offline --quiet 6.12.107 demo-elsewhere
sq prove --offline --quiet 6.12.107 demo-dies
sed -i 's/demo: good/demo: fine/' queue-6.12/nfsd-make-demo-good.patch
sq prove --offline --quiet demo-state
rm -r scripts/proofs/*
sq prove --offline --quiet
sq prove --offline nothing-like-it
