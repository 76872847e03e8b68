# What others wrote can't give orders to a terminal: subjects, file names, YAML, ledger and CVE
# records.
q=queue-6.12
esc=$(printf '\033]0;x\007\033[2J')
bidi=$(printf '\342\200\256')
c1=$(printf '\302\233')

printf '%s\n' 'From: A Developer <developer@example.org>' \
	"Subject: nfsd: ${esc}caf$(printf '\303\251') $bidi$c1" '' Text. --- \
	'Upstream: 0123456789ab' '' '--- /dev/null' '+++ b/fs/x' '@@ -0,0 +1 @@' +x > $q/h.patch
echo h.patch > $q/series
rm $q/nfsd-make-demo-good.patch
sq queue $q
sq status --offline 6.12.107
sq status --offline --explain h.patch 6.12.107

# Names that errors quote; a line of a name's own is no line of ours.
echo "no$esc.patch" > $q/series
sq queue $q
sq queue "$(printf 'queue\nstableq: all is well')"
sq "$esc" 2>&1 | tail -n 2
cp build-matrix.yaml good.yaml
printf '"\\e[31m\\nx\\u202e": 1\n' >> build-matrix.yaml
sq status --offline
mv good.yaml build-matrix.yaml

echo h.patch > $q/series
printf 'fixes:\n  "A\\e[2J": {what: x}\n' > ledger.yaml
sq ledger
printf 'fixes:\n  D1:\n    upstream: 0123456789ab\n' > ledger.yaml
printf '{"cveMetadata": {"cveId": "CVE-\\u001b[31m", "state": "\\u202eX"}}' > c.json
sq ledger --cve c.json
