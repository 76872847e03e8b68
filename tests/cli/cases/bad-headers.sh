# Headers that contradict themselves or each other, and dependencies that can't be met: file and
# line.
q=queue-6.12
p=$q/nfsd-make-demo-good.patch
cp $p good

field() {
	sed "s|^Upstream: .*|&\n$1|" good > $p
	sq queue $q
}

field "Upstream: ba9876543210"
sed 's/^Upstream: .*/Upstream: ba9876543210/' good > $p
sq queue $q
sed 's/^It was bad.*/commit ba9876543210 upstream./' good > $p
sq queue $q
field "Probe-fixed: fs/nfsd/demo.c: demo:  bad"
field "Probe-fixed: fs/nfsd/demo.c: demo: good"
field "Probe-gone: fs/nfsd/demo.c: x"
field "CVE: CVE-2026-1"
field "CVE: CVE-2026-12345 11.0"
field "Requires: nfsd-make-demo-good.patch"

field "Not-affected-if: fs/nfsd/demo.c"
field "Not-affected-if: absent ../demo.c"
field "Not-affected-if: absent fs/nfsd/demo.c:"
field "Not-affected-if: present fs/nfsd/demo.c: demo: bad"
field "Superseded-by: fs/nfsd/demo.c: x"
field "Superseded-by: ba9876543210 fs/nfsd/demo.c"
field "Superseded-by: 0123456789ab fs/nfsd/demo.c: x"

# The one that is required stands later; and no order will do.
cp good $p
sed 's|^Upstream: .*|&\nRequires: later.patch|' good > $p
sed 's/demo: good/demo: better/; s/demo: bad/demo: good/' good > $q/later.patch
echo later.patch >> $q/series
sq queue $q
sed -i 's|^Upstream: .*|&\nRequires: last.patch|' $q/later.patch
sed 's/demo: good/demo: best/; s/demo: bad/demo: better/' good |
	sed 's|^Upstream: .*|&\nRequires: nfsd-make-demo-good.patch|' > $q/last.patch
echo last.patch >> $q/series
sq queue $q
sq status --offline --quiet
