# A release that one patch can't serve: a second file does, by the tool and by plain quilt.
q=queue-6.12
sed -i 's/releases: \[6.12.107\]/releases: [6.12.107, 6.12.109]/' build-matrix.yaml
new=$T/sources/linux-6.12.109
cp -r "$T/sources/linux-6.12.107" "$new"
sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 109/' "$new/Makefile"
sed -i 's/"demo: bad";/"demo: bad" "";/' "$new/fs/nfsd/demo.c"
sq status --offline
sed -e 's/"demo: bad";/"demo: bad" "";/; s/"demo: good";/"demo: good" "";/' \
	-e 's/^Upstream:/Variant-of: nfsd-make-demo-good.patch\n&/' \
	$q/nfsd-make-demo-good.patch > $q/nfsd-make-demo-good-6.12.109.patch
echo nfsd-make-demo-good-6.12.109.patch > $q/series-6.12.109
sq status --offline
sq status --offline --explain demo
sq status --offline --format json 6.12.109 | grep -v '^[$]' | head -n 28
sq series 6.12.109 --offline
sq queue $q
sq queue --format json $q | sed -n '/"releases"/,$p'
sq apply 6.12.109 --offline --to "$T/tree"
grep demo: "$T/tree/fs/nfsd/demo.c"
# Plain quilt with the same two files.
cp -r "$new" "$T/plain"
(cd "$T/plain" &&
	QUILT_PATCHES="$T/repo/$q" QUILT_SERIES=series-6.12.109 QUILTRC=- quilt push -a --fuzz=0)
# The proofs name the patch of the main series, and hold for its variant.
sq prove --offline --quiet 6.12.109
# What can't be.
echo nfsd-make-demo-good.patch >> $q/series-6.12.109
sq status --offline 6.12.109
sq status --offline 6.12.107
sq queue $q
sed -i 's/^Variant-of:.*/Variant-of: other.patch/' $q/nfsd-make-demo-good-6.12.109.patch
sed -i '$d' $q/series-6.12.109
sq run --offline --quiet 6.12.109
sq apply 6.12.109 --offline --to "$T/none"
