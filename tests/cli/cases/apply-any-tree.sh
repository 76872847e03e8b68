# Any queue on any tree, in place: what quilt leaves, byte for byte, and it goes on from there.
mkdir -p "$T/a/src" "$T/q/sub"
printf '1\n2\n3\n4\n5\n' > "$T/a/src/count"
echo old > "$T/a/gone"
printf '%s\n' --- 'Subject: a word about it' --- '--- a/src/count' '+++ b/src/count' \
	'@@ -1,5 +1,5 @@' ' 1' '-2' '+two' ' 3' ' 4' ' 5' > "$T/q/one.patch"
printf '%s\n' '--- a/src/count' '+++ b/src/count' '@@ -2,4 +2,4 @@' ' two' ' 3' '-4' '+four' ' 5' \
	'--- a/gone' '+++ /dev/null' '@@ -1 +0,0 @@' '-old' \
	'--- /dev/null' '+++ b/new/file' '@@ -0,0 +1 @@' '+new' > "$T/q/sub/two.patch"
printf 'one.patch\nsub/two.patch\n' > "$T/q/series"
cp -a "$T/a" "$T/b"
cp -a "$T/a" "$T/before"
sq apply --tree "$T/a" --in-place --queue "$T/q"
sq apply --tree "$T/a" --in-place --queue "$T/q" --force
(cd "$T/b" && QUILT_PATCHES="$T/q" QUILTRC=- quilt push -a -q --fuzz=0 > /dev/null)
diff -r "$T/a" "$T/b" && echo as quilt leaves it
(cd "$T/a" && QUILTRC=- quilt pop -a -q > /dev/null; rm -rf .pc new) &&
	diff -r "$T/a" "$T/before" && echo popped
sq apply --tree "$T/a" --to "$T/c" --queue "$T/q" --force
cat "$T/c/src/count" "$T/c/.pc/applied-patches"
diff -r "$T/a" "$T/before" && echo untouched
# All or nothing.
sed -i s/four/2+2/ "$T/q/sub/two.patch"
sed -i s/two/zwei/ "$T/q/sub/two.patch"
sq apply --tree "$T/a" --in-place --queue "$T/q" --force
diff -r "$T/a" "$T/before" && echo untouched
sq apply --in-place --queue "$T/q" --force
sq apply --tree "$T/a" --in-place --to "$T/d" --queue "$T/q" --force
# Fuzz, and what doesn't fit.
sed -i s/zwei/two/ "$T/q/sub/two.patch"
sed -i 's/2+2/four/; s/^-old/-other/' "$T/q/sub/two.patch"
printf '1\n2\n3\n4\nfive\n' > "$T/a/src/count"
cp -a "$T/a" "$T/e"
sq apply --tree "$T/a" --in-place --queue "$T/q" --force --fuzz 3
sq apply --tree "$T/a" --in-place --queue "$T/q" --force --fuzz 1
sq apply --tree "$T/a" --in-place --queue "$T/q" --force --fuzz 1 --keep-going
cat "$T/a/src/count" "$T/a/gone.rej"
cd "$T/e"
export QUILT_PATCHES="$T/q" QUILTRC=-
quilt push -a -f --fuzz=1 -q > /dev/null
diff -r "$T/a" "$T/e" && echo as quilt leaves it
quilt pop
