# The same release from another tree, whose files are no younger: what differs is built all the
# same.
sq run --offline --quiet --state base
cp -a "$STABLEQ_SOURCES/linux-6.12.107" "$T/other"
sed -i 's/demo: bad/demo: other/' "$T/other/fs/nfsd/demo.c" queue-6.12/nfsd-make-demo-good.patch
touch -d '2020-01-01' "$T/other/fs/nfsd/demo.c"
mkdir "$T/elsewhere" && mv "$T/other" "$T/elsewhere/linux-6.12.107"
STABLEQ_SOURCES="$T/elsewhere"
sq run --offline --quiet --state base
grep -h "Linux version" "$STABLEQ_CACHE"/logs/*-base/boot.console
