# What the header says of releases that never had the bug, or have another commit in the fix's
# place.
sed -i 's/releases: \[6.12.107\]/releases: [6.12.107, 6.12.108, 6.12.109]/' build-matrix.yaml
for n in 108 109; do
	cp -r "$T/sources/linux-6.12.107" "$T/sources/linux-6.12.$n"
	sed -i "s/^SUBLEVEL = .*/SUBLEVEL = $n/" "$T/sources/linux-6.12.$n/Makefile"
done
sed -i 's/demo: bad/demo: other/' "$T/sources/linux-6.12.108/fs/nfsd/demo.c"
sed -i 's/demo: bad/demo: new/' "$T/sources/linux-6.12.109/fs/nfsd/demo.c"
sq status --offline
sed -i 's|^Probe-affected.*|&\
Not-affected-if: present fs/nfsd/demo.c: demo: other\
Not-affected-if: absent fs/nfsd/demo.c: demo: bad\
Superseded-by: ba9876543210 fs/nfsd/demo.c: demo: new|' queue-6.12/nfsd-make-demo-good.patch
sq status --offline
sq status --offline --explain demo 6.12.108 6.12.109
sq series --offline 6.12.107
sq series --offline 6.12.108
sq series --offline 6.12.109
# Facts that the bug's own text contradicts settle nothing.
sed -i '/^Not-affected-if: absent/d; s/demo: other$/demo_open/' queue-6.12/nfsd-make-demo-good.patch
sq status --offline --explain demo 6.12.107
