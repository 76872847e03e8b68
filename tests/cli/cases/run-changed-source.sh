# A file of the user's tree that no patch touches is replaced: what is known of the tree before says
# nothing of it now, and what is built is the new one. One that is only touched changes nothing.
k=$STABLEQ_SOURCES/linux-6.12.107
sq run --offline --quiet
touch "$k/fs/nfsd/demo.h"
sq run --offline --quiet
{ cat "$k/fs/nfsd/demo.h"; echo '#error demo.h is broken'; } > "$T/demo.h"
cp "$k/fs/nfsd/demo.h" "$T/demo.h.good"
mv "$T/demo.h" "$k/fs/nfsd/demo.h"
sq run --offline --quiet
# As it was before: the first results count again, and building it anew is no other kernel.
cp "$T/demo.h.good" "$k/fs/nfsd/demo.h"
sq run --offline --quiet
sq run --offline --again
