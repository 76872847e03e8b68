# Names of guest checks that the guest doesn't have are told before anything is built.
sed -i 's/^  boot: /  bott: /; s/\[boot\]/[bott]/' build-matrix.yaml
sq run --offline
sed -i 's/bott/entirely-other/' build-matrix.yaml
sq run --offline 2>&1 |
	sed 's/it has: boot, .*session, .*stop.*/it has: boot, ... session, ... stop .../'
ls -A "$STABLEQ_CACHE" 2>/dev/null
# The guest program itself is asked.
STABLEQ_GUEST="$PWD/broken" && printf '#!/bin/sh\necho "no list" >&2\nexit 2\n' > broken &&
	chmod +x broken
sq run --offline
"${STABLEQ%/stableq}/guest/init" --list | grep -x -e boot -e session -e stop
