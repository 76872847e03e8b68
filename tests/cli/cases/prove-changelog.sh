# What fails without a patch goes into its message, before the trailers, and is put there anew when
# something else fails; all else of the file stays.
p=queue-6.12/nfsd-make-demo-good.patch
cp $p before
sq prove --offline --quiet --changelog demo-uaf
diff before $p
sq prove --offline --quiet --changelog demo-uaf | tail -n 1
cp $p first
sq prove --offline --quiet --changelog demo-state | tail -n 1
diff first $p
sq queue queue-6.12
