# The example of proofs(7), taken out of the page: a folder, and nothing else, is a proof. What it
# says is compiled and run.
page=$(dirname "$STABLEQ")/../docs/proofs.7
example() {
	sed -n "/^\.Pa scripts\/proofs\/demo\/$1 :/,/^\.Ed/{/^\./!p}" "$page" \
		> "scripts/proofs/demo/$1"
	[ -s "scripts/proofs/demo/$1" ] || echo "proofs(7) has no $1"
}
rm -r scripts/proofs/*
mkdir scripts/proofs/demo
example proof.yaml
example kunit.c
[ "$(cat scripts/proofs/demo/* | wc -l)" -le 35 ] && echo it is short
sq prove --offline demo
# A hook holds for the server's code alone.
echo '#define demo_open demo_hooked' > scripts/proofs/demo/demo_hooks.h
sed -i -e '1a #ifdef demo_open\n#error it holds behind the code of the server\n#endif' \
	-e 's/demo_open(3)/demo_hooked(3)/' scripts/proofs/demo/kunit.c
sq prove --offline --quiet demo | grep -e proven -e exit
mkdir scripts/proofs/other
cp scripts/proofs/demo/* scripts/proofs/other
sq prove --offline --quiet demo
rm -r scripts/proofs/other
# What isn't as the page has it.
mv scripts/proofs/demo/kunit.c scripts/proofs/demo/suite.c
sq prove --offline demo
mv scripts/proofs/demo/suite.c scripts/proofs/demo/kunit.c
sed -i 's/demo\.c/dmeo.c/' scripts/proofs/demo/proof.yaml
sq prove --offline demo
sed -i 's/^unit:/unti:/' scripts/proofs/demo/proof.yaml
sq prove --offline demo
