# Started with SIGCHLD ignored, or with all signals blocked: children are waited for, and ^C is
# heard.
cat > start.py <<'EOP'
import os, signal, sys
if sys.argv[1] == "ignored":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
else:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
os.execv(os.environ["STABLEQ"], ["stableq"] + sys.argv[2:])
EOP
for how in ignored blocked; do
	timeout -s KILL 20 python3 start.py $how run --offline --quiet --again | tail -n 1
	FAKE_BUILD_SLEEP=60 python3 start.py $how run --offline --quiet --again \
		> out.txt 2> err.txt &
	pid=$!
	sleep 1.5
	kill -TERM $pid
	wait $pid
	echo "exit $?"
	cat err.txt
	no_leftovers
done
