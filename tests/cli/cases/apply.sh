# A tree that real quilt goes on with.
sq apply 6.12.107 --offline --to "$T/tree"
grep demo: "$T/tree/fs/nfsd/demo.c"
cd "$T/tree"
quilt applied
quilt pop -a
diff -r --exclude=.pc --exclude=patches . "$T/sources/linux-6.12.107" && echo pristine
quilt push -a --fuzz=0
echo '/* more */' >> fs/nfsd/demo.c
quilt refresh
cd "$T/repo"
sq apply 6.12.107 --offline --to "$T/tree"
sq apply 6.12.107 --offline
sq series 6.12.107 --offline
ls -d "$T"/tree*
