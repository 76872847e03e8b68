# Verdicts on a tree before, with and half way through the fix; one that isn't there spoils only its
# row.
sed -i 's/releases: \[6.12.107\]/releases: [6.12.107, 6.12.108, 6.12.109]/' build-matrix.yaml
cp -r "$T/sources/linux-6.12.107" "$T/sources/linux-6.12.108"
sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 108/' "$T/sources/linux-6.12.108/Makefile"
sed -i 's/demo: bad/demo: good/; s/#include "demo.h"/#include <demo.h>/' \
	"$T/sources/linux-6.12.108/fs/nfsd/demo.c"
sq status --offline 2>/dev/null | sed 's/skipped: .*/skipped: REASON/'
sq status --offline --explain demo 6.12.107 6.12.108
sq status --offline --format json 6.12.108 | grep -v '^[$]' | head -n 25
sq status 6.12.x
sq status --offline 6.6.150
