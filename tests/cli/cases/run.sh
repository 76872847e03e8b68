# The main job, then again: everything is reused; then one byte of the patch changes.
sq run --offline
sq run --offline --quiet
sed -i 's/demo: good/demo: fine/' queue-6.12/nfsd-make-demo-good.patch
sq run --offline --quiet
