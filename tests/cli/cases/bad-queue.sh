# Bad queues: file and line, exit status 2, nothing built.
q=queue-6.12
echo missing.patch >> $q/series
sq run --offline --quiet
sed -i '$d' $q/series
head -c -20 $q/nfsd-make-demo-good.patch > short && cp short $q/nfsd-make-demo-good.patch
sq run --offline --quiet
sq queue $q
ls "$T/cache/work" 2>/dev/null
