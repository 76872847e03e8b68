# Killed at any moment, a run goes on where it was: no finished result is lost, nothing is left.
export FAKE_BUILD_SLEEP=1
for when in 0.1 0.3 0.6 0.9 1.2 1.5 1.8 2.1 2.4; do
	"$STABLEQ" run --offline --quiet >/dev/null 2>&1 &
	pid=$!
	sleep $when
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
done
no_leftovers
sq run --offline --quiet | grep -v -e reused
sq run --offline --quiet | grep -c reused
