# Killed at any moment, a run goes on where it was: no finished result is lost, nothing is left.
export FAKE_BUILD_SLEEP=1
sq run --offline --quiet --state base
for when in 0.05 0.1 0.2 0.4 0.7 1.0 1.3; do
	"$STABLEQ" run --offline --quiet >/dev/null 2>&1 &
	pid=$!
	sleep $when
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
done
no_leftovers
"$STABLEQ" run --offline --quiet | grep -e ' base ' -e '^[0-9]* passed' |
	sed 's/[0-9]* reused/N reused/'
sq run --offline --quiet | grep -c 'reused'
