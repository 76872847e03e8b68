# Bytes that are no UTF-8, in a subject and in a line that a conflict quotes: JSON keeps every field.
q=queue-6.12
printf 'From: A Developer <developer@example.org>\nSubject: nfsd: caf\351\n\nText.\n---\nUpstream: 0123456789ab\n\n--- a/fs/nfsd/demo.c\n+++ b/fs/nfsd/demo.c\n@@ -1 +1 @@\n-caf\351\n+tea\n' > $q/latin.patch
echo latin.patch > $q/series

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
