# What is no kernel, not whole, or not there; the other releases are still answered.
sed -i 's/releases: \[6.12.107\]/releases: [6.12.107, 6.12.108, 6.12.109, 6.12.110]/' \
	build-matrix.yaml
mkdir "$T/sources/linux-6.12.108"
echo 'all:' > "$T/sources/linux-6.12.108/Makefile"
cp -r "$T/sources/linux-6.12.107" "$T/linux-6.12.109"
sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 109/' "$T/linux-6.12.109/Makefile"
seq 200000 > "$T/linux-6.12.109/fs/large.c"
tar -C "$T" -cJf "$T/whole.tar.xz" linux-6.12.109
head -c 3000 "$T/whole.tar.xz" > "$T/sources/linux-6.12.109.tar.xz"
# Why it is damaged is libarchive's to say.
{
	sq status --offline
	sq source --offline --fetch 6.12.109
} 2>&1 | sed 's/damaged (.*);/damaged (WHY);/'
ls -A "$T/cache/trees"
# A tarball of something else.
tar -C "$T/repo" -cJf "$T/sources/linux-6.12.109.tar.xz" configs
sq status --offline 6.12.109 6.12.107
# A file that the patch touches: not there, a directory, far too large, a link.
f=$T/sources/linux-6.12.107/fs/nfsd/demo.c
mv "$f" "$T/demo.c"
sq status --offline --explain demo 6.12.107
mkdir "$f"
sq status --offline --explain demo 6.12.107
rmdir "$f"
truncate -s 100M "$f"
sq status --offline --explain demo 6.12.107
rm "$f"
ln -s /etc/passwd "$f"
sq status --offline --explain demo 6.12.107
# Trees that are none.
sq status --tree "$T/nowhere"
sq status --tree "$T/demo.c"
sq status --tree "$T/sources/linux-6.12.108"
