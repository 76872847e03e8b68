# Two questions: is a patch needed, and does it fit? What doesn't fit may be needed badly.
sed -i 's/releases: \[6.12.107\]/releases: [6.12.107, 6.12.108, 6.12.109, 6.12.110, 6.12.111]/' \
	build-matrix.yaml
for n in 108 109 110 111; do
	cp -r "$T/sources/linux-6.12.107" "$T/sources/linux-6.12.$n"
	sed -i "s/^SUBLEVEL = .*/SUBLEVEL = $n/" "$T/sources/linux-6.12.$n/Makefile"
done
# The bug in other surroundings, in other words, and a file that went away.
for n in 108 109 110; do
	sed -i 's/"demo: bad";/"demo: bad" "";/' "$T/sources/linux-6.12.$n/fs/nfsd/demo.c"
done
sed -i 's/demo: bad/demo: other/' "$T/sources/linux-6.12.111/fs/nfsd/demo.c"
cp -r "$T/sources/linux-6.12.107" "$T/bare"
rm -r "$T/bare/fs/nfsd"
sq status --offline
sq status --offline --format json 6.12.108 | sed -n '/"verdict"/,/"marked"/p'
sq status --offline --format json 6.12.111 | sed -n '/"verdict"/,/"fit"/p'
sq status --offline --explain demo 6.12.111
sq status --tree "$T/bare"
# No probe tells: the lines that it changes do.
sed -i '/^Probe-/d' queue-6.12/nfsd-make-demo-good.patch
sq status --offline --explain demo 6.12.107 6.12.108 6.12.111
# Its own file names, whatever the width, and no release in two lines.
for n in $(seq 112 140); do
	cp -r "$T/sources/linux-6.12.107" "$T/sources/linux-6.12.$n"
	sed -i "s/^SUBLEVEL = .*/SUBLEVEL = $n/" "$T/sources/linux-6.12.$n/Makefile"
	[ $((n % 2)) = 0 ] ||
		sed -i 's/demo: bad/demo: good/' "$T/sources/linux-6.12.$n/fs/nfsd/demo.c"
done
sq status --offline $(seq -f 6.12.%g 107 140)
