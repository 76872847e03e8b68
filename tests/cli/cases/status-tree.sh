# A tree of the user's own; what is no kernel, or of no branch, is said so; a file in it that can't
# be read spoils its row only.
sq status --tree "$T/sources/linux-6.12.107"
sed -i 's/demo: bad/demo: good/' "$T/sources/linux-6.12.107/fs/nfsd/demo.c"
sq status --tree "$T/sources/linux-6.12.107"
sq status --tree "$T/sources/linux-6.12.107" 6.12.107
rm "$T/sources/linux-6.12.107/fs/nfsd/demo.c"
mkdir "$T/sources/linux-6.12.107/fs/nfsd/demo.c"
sq status --tree "$T/sources/linux-6.12.107"
sq status --tree "$T/sources/linux-6.12.107" --explain demo
sq status --tree "$T"
sed -i 's/^PATCHLEVEL = .*/PATCHLEVEL = 11/' "$T/sources/linux-6.12.107/Makefile"
sq status --tree "$T/sources/linux-6.12.107"
