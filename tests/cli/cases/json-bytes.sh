# Bytes that are no UTF-8, in a subject and in a line that a conflict quotes: JSON keeps every
# field.
q=queue-6.12
latin=$(printf 'caf\351')
printf '%s\n' 'From: A Developer <developer@example.org>' "Subject: nfsd: $latin" '' Text. --- \
	'Upstream: 0123456789ab' '' '--- a/fs/nfsd/demo.c' '+++ b/fs/nfsd/demo.c' '@@ -1 +1 @@' \
	"-$latin" +tea > $q/latin.patch
echo latin.patch > $q/series
rm $q/nfsd-make-demo-good.patch

# What is said of the patch, wherever it stands.
show() {
	"$STABLEQ" "$@" --format json > o.json
	echo "exit $?"
	python3 - <<'EOP'
import json
def walk(v, at):
    if isinstance(v, dict):
        for k in v: walk(v[k], at + "." + k)
    elif isinstance(v, list):
        for i in v: walk(i, at + "[]")
    elif isinstance(v, str) and ("latin" in v or "caf" in v):
        print(at, repr(v))
walk(json.load(open("o.json")), "")
EOP
}

show queue $q
show status --offline 6.12.107
show run --offline --quiet
