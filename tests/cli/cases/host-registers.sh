# Hosts that take a short register state back, and that take only a whole one: a kernel runs on
# both.
export FAKE_KERNEL=registers ASAN_OPTIONS=verify_asan_link_order=0
for host in small large; do
	echo "== $host"
	LD_PRELOAD=$FAKE_PTRACE FAKE_XSTATE=$host sq run --offline --quiet --again --state patched
done
echo "== nothing to ask with"
STABLEQ_UM=$T/nowhere sq run --offline --quiet --again --state patched
