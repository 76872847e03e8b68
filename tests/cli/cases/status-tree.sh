# A tree of the user's own; what is no kernel, or of no branch, is said so; a file in it that can't
# be read spoils its row only.
sq status --tree "$T/sources/linux-6.12.107"
# A tarball under any name, of a release that nobody listed, and a candidate.
cp -r "$T/sources/linux-6.12.107" "$T/vendor"
sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 119/; s/^EXTRAVERSION =.*/EXTRAVERSION = -rc1/' \
	"$T/vendor/Makefile"
tar -C "$T" -czf "$T/vendor-5.tgz" vendor
sq status --tree "$T/vendor"
sq status --tree "$T/vendor-5.tgz"
sq series --tree "$T/vendor-5.tgz"
sq apply --tree "$T/vendor-5.tgz" --to "$T/none"
echo nothing > "$T/empty.tar.gz"
sq status --tree "$T/empty.tar.gz"
tar -C "$T/vendor" -czf "$T/part.tar.gz" fs
sq status --tree "$T/part.tar.gz"
sed -i 's/demo: bad/demo: good/' "$T/sources/linux-6.12.107/fs/nfsd/demo.c"
sq status --tree "$T/sources/linux-6.12.107"
sq status --tree "$T/sources/linux-6.12.107" 6.12.107
rm "$T/sources/linux-6.12.107/fs/nfsd/demo.c"
mkdir "$T/sources/linux-6.12.107/fs/nfsd/demo.c"
sq status --tree "$T/sources/linux-6.12.107"
sq status --tree "$T/sources/linux-6.12.107" --explain demo
sq status --tree "$T"
sed -i 's/^PATCHLEVEL = .*/PATCHLEVEL = 11/' "$T/sources/linux-6.12.107/Makefile"
sq status --tree "$T/sources/linux-6.12.107"
