# The table of docs/proven.md: a line a fix, a column a release, then what isn't as it should be.
sq prove --offline --quiet --format markdown
sed -i 's/text: use-after-free/text: double-free/' scripts/proofs/demo-uaf/proof.yaml
sq prove --offline --quiet --format markdown
