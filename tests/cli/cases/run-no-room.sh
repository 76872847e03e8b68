# Where there is no room for what a run needs, it says so before it begins, with exit status 3.
mkdir "$T/mnt"
mount -t tmpfs -o size=64m tmpfs "$T/mnt" 2>/dev/null || skip "cannot mount a tmpfs here"
export STABLEQ_CACHE="$T/mnt/cache"
truncate -s 100M "$T/sources/linux-6.12.107/large"
sq run --offline --quiet 2>&1 >/dev/null | sed 's/[0-9]* MB are free/N MB are free/'
"$STABLEQ" run --offline --quiet >/dev/null 2>&1
echo "exit $?"
ls "$T/mnt/cache" | grep -x work
rm "$T/sources/linux-6.12.107/large"
sq run --offline --quiet | tail -n 2
umount "$T/mnt"
