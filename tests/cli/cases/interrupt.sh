# Ctrl-C while the compiler runs and while the guest runs: exit status 4 within 5 s, nothing left.
try() {
	"$STABLEQ" run --offline --quiet --again >out.txt 2>err.txt &
	pid=$!
	sleep 1.5
	start=$(date +%s)
	kill -INT $pid
	wait $pid
	echo "exit $?"
	[ $(($(date +%s) - start)) -le 5 ] || echo "took too long"
	tail -n 1 err.txt
	no_leftovers
}
FAKE_BUILD_SLEEP=60 try
FAKE_KERNEL=hang try
