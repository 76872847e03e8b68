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

# Processes whose command line has a path of this case's in it.
count_running() {
	n=0
	for p in /proc/[0-9]*/cmdline; do
		case $(tr '\0' ' ' 2>/dev/null < "$p") in
		*"$T/"*) n=$((n + 1)) ;;
		esac
	done
	echo $n
}

# Nothing that belongs to this case may be running any more; ending a group takes 2 s at most.
no_leftovers() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		[ "$(count_running)" = 0 ] && break
		sleep 0.25
	done
	echo "still running: $(count_running)"
}
