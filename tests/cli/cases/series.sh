# The queue's own file for a release: written in one step, read before, and for the releases it
# says.
q=queue-6.12
for n in 108 109 110; do
	cp -r "$T/sources/linux-6.12.107" "$T/sources/linux-6.12.$n"
	sed -i "s/^SUBLEVEL = .*/SUBLEVEL = $n/" "$T/sources/linux-6.12.$n/Makefile"
done
sed -i 's/demo: bad/demo: good/' "$T/sources/linux-6.12.109/fs/nfsd/demo.c"
sed -i 's/"demo: bad";/"demo: bad" "";/' "$T/sources/linux-6.12.110/fs/nfsd/demo.c"
# What the main series lists already needs no file.
sq series --offline 6.12.108 --write
sq series --offline 6.12.109 --write
cat $q/series-6.12.109
sq series --offline 6.12.109 --write
# What it says stays, what it lists is what is needed.
printf '# Mine.\n# serves: 6.12.109-6.12.120\nnfsd-make-demo-good.patch\n' > $q/series-6.12.109
sq series --offline 6.12.109 --write
cat $q/series-6.12.109
# Another file serves the release, with other patches; a conflict.
sq series --offline 6.12.110 --write
sq series --offline 6.12.110
sq series --offline 6.12.110 --format json
ls $q
# What a line of that kind can't say.
for line in '6.12.109-6.12.108' '6.12.110-6.12.112' '6.6.109-6.12.110' '6.12.109 and more' \
	'6.12.109-6.12.118-rc1' ''; do
	printf '# serves: %s\n' "$line" > $q/series-6.12.109
	sq status --offline 6.12.107
done
printf '# serves: 6.12.109\n# serves: 6.12.109\n' > $q/series-6.12.109
sq queue $q
printf '# serves: 6.12.109-6.12.111\n' > $q/series-6.12.109
printf '# serves: 6.12.111-6.12.112\n' > $q/series-6.12.112
sq queue $q
rm $q/series-*
# Of a tree and of a commit.
sed -i 's/^EXTRAVERSION =.*/EXTRAVERSION = -vendor1/' "$T/sources/linux-6.12.108/Makefile"
sq series --tree "$T/sources/linux-6.12.108"
sq series --tree "$T/sources/linux-6.12.108" --write
sq series --tree "$T/sources/linux-6.12.108" 6.12.107
sq apply --tree "$T/sources/linux-6.12.108" --to "$T/vendor"
grep demo: "$T/vendor/fs/nfsd/demo.c" "$T/sources/linux-6.12.108/fs/nfsd/demo.c"
sq apply --tree "$T/vendor" --to "$T/again"
# A queue that is named, for a kernel of any branch and without a matrix.
sed -i 's/^PATCHLEVEL = .*/PATCHLEVEL = 18/' "$T/sources/linux-6.12.108/Makefile"
mv $q "$T/mine"
rm build-matrix.yaml
sq status --queue "$T/mine" --tree "$T/sources/linux-6.12.108"
sq series --queue "$T/mine" --tree "$T/sources/linux-6.12.108"
sq status --queue "$T/mine" --offline 6.12.107 6.12.109
sq status --queue "$T/mine"
sq status --queue "$T/none" --offline 6.12.107
