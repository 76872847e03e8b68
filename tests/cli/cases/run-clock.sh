# The clock is set back behind a build: its objects are dated in the future, and make would take
# them for up to date in every state.
demo() {
	sed -n 's/.*(\(demo: [a-z]*\)).*/\1/p' \
		"$STABLEQ_CACHE"/logs/6.12.107-um-patched/boot.console
}
sq run --offline --quiet --state base
find "$STABLEQ_CACHE/work" -type f -exec touch -d '+1 hour' {} +
sq run --offline --quiet --state patched 2>&1 | sed 's/stands 3[56][0-9][0-9] s/stands N s/'
demo
find "$STABLEQ_CACHE/work/6.12.107" -newermt '+1 min' -type f | sed "s|$STABLEQ_CACHE/||"
# It is set back a little while make runs, which notices that.
says="make[1]: warning:  Clock skew detected.  Your build may be incomplete."
sed -i "s|^prepare:|&\\n\\t@[ ! -e \"$T/skew\" ] \\|\\| echo \"$says\"|" \
	"$STABLEQ_SOURCES/linux-6.12.107/Makefile"
touch "$T/skew"
sq run --offline --quiet --state base
rm "$T/skew"
sq run --offline --quiet --state base
