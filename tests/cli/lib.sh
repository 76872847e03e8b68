# What the cases have in common; see tests/cli/run.

# Run stableq, offline but for what the case itself sets up, and show its exit status.
sq() {
	echo "\$ stableq $*"
	"$STABLEQ" "$@"
	echo "exit $?"
}

skip() {
	echo "$1"
	exit 77
}

# Nothing that belongs to this case may be running any more.
no_leftovers() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		left=$(grep -l -s -a "$T/" /proc/[0-9]*/cmdline | grep -v -e "/$$/" -e /self/ | wc -l)
		[ "$left" = 0 ] && break
		sleep 0.25
	done
	echo "still running: $left"
}
