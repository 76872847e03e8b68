# Which patches --explain is about: part of a file's name, an id, a CVE, a name of the ledger, a
# subject.
sed -i 's/^Upstream:.*/&\
CVE: CVE-2026-12345 7.5/' queue-6.12/nfsd-make-demo-good.patch
cat > ledger.yaml <<EOF
fixes:
  A5:
    upstream: 0123456789ab
    since: "5.2"
EOF
for word in make-demo 0123456 0123456789abcdef CVE-2026-12345 a5 'make demo good'; do
	sq status --offline 6.12.107 --explain "$word" | head -n 3
done
sq status --offline 6.12.107 --explain demo --explain A5 | grep -c '^nfsd'
# What isn't there is an error, with the nearest.
sq status --offline 6.12.107 --explain dmeo
sq status --offline 6.12.107 --explain CVE-2026-12354
sq status --offline 6.12.107 --explain A6
sq status --offline 6.12.107 --explain fedcba98
sq status --offline 6.12.107 --explain demo --explain nothing-like-it
