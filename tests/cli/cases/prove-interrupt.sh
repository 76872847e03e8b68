# Ended in the middle of a build: what was proven by then is told, and nothing more.
: > err
FAKE_BUILD_SLEEP=20 "$STABLEQ" prove --offline > out 2> err &
pid=$!
while ! grep -q "um-proof base: building" err; do sleep 0.1; done
sleep 0.5
kill -INT $pid
wait $pid
echo "exit $?"
cat out err
no_leftovers
# A build that fails is said at once, and is no verdict on the patch.
echo "int broken(void) { return nothing; }" >> "$STABLEQ_SOURCES/linux-6.12.107/fs/nfsd/demo.c"
sq prove --offline demo-state
