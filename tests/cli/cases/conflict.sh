# A patch that does not apply: the finding names file and hunk, the base is still checked.
sed -i -e 's/^ const char demo_state/ const char other/' \
	-e 's/^-const char demo_state/-const char other/' \
	queue-6.12/nfsd-make-demo-good.patch
sq run --offline --quiet
