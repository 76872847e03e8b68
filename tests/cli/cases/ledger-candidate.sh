# A fix whose upstream commit nobody confirms: patch and ledger name what may be it, and agree on
# that.
id=0123456789abcdef0123456789abcdef01234567
sed -i -e 's/^commit .* upstream\.$/Upstream-candidate: '$id'/' -e '/^Upstream: /d' \
	queue-6.12/nfsd-make-demo-good.patch
printf 'fixes:\n  D1:\n    candidate: 0123456789ab\n    since: "6.2"\n' > ledger.yaml
sq ledger --format markdown | grep '^| D1'
sq ledger --format json | grep -e '"upstream"' -e '"candidate"'
sq queue queue-6.12 --format json | grep -e '"upstream"' -e '"candidate"'
# What one is sure of and the other isn't doesn't go together.
sed -i 's/candidate/upstream/' ledger.yaml
sq ledger
printf '    candidate: 0123456789ab\n' >> ledger.yaml
sq ledger
