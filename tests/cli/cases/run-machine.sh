# What this machine can't do is no fact about a kernel, and nothing of it is kept: no memory, no
# process, a make that can't begin.
sq run --offline --quiet --jobs 4294967295 2>&1
sq run --offline --quiet --jobs 0 2>&1
sq prove --offline --quiet --jobs many 2>&1
real=$(command -v make)
mkdir bin
fake() {
	printf '#!/bin/sh\ncase $* in *" linux") %s ;; esac\nexec %s "$@"\n' "$1" "$real" > bin/make
	chmod +x bin/make
	echo "== $1"
	PATH="$PWD/bin:$PATH" sq run --offline --quiet --state base 2>&1 |
		grep -e build -e stableq -e exit
	PATH="$PWD/bin:$PATH" sq prove --offline --quiet demo-state 2>&1 | grep -e stableq -e exit
}
fake 'echo "virtual memory exhausted"; exit 2'
fake 'echo "make: *** [x: fs/nfsd/demo.o] Killed"; exit 2'
fake 'echo "make: unknown word"; exit 2'
fake 'kill -KILL $$'
sq run --offline --quiet --state base
