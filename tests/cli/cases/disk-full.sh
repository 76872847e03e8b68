# A full disk: a clear message, exit status 3; with space again the same command goes through.
mkdir "$T/mnt"
mount -t tmpfs -o size=64k,nr_inodes=200 tmpfs "$T/mnt" 2>/dev/null ||
	skip "cannot mount a tmpfs here"
mkdir -p "$T/mnt/cache"
export STABLEQ_CACHE="$T/mnt/cache"
head -c 40000 /dev/zero > "$T/mnt/filler"
"$STABLEQ" run --offline --quiet >/dev/null 2>err.txt
echo "exit $?"
grep -c -e "No space left" -e "disk is full" err.txt
rm "$T/mnt/filler"
mount -o remount,size=64m,nr_inodes=20000 "$T/mnt"
sq run --offline --quiet | tail -n 2
umount "$T/mnt"
