# A commit of any name, and what is said of a repository that lacks it or its files.
git_in() {
	git -C "$T/repo.git" -c user.name=A -c user.email=a@example.org -c init.defaultBranch=main \
		"$@"
}
mkdir "$T/repo.git"
git_in init -q
cp -r "$T/sources/linux-6.12.107/." "$T/repo.git"
sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 109/' "$T/repo.git/Makefile"
git_in add -A
git_in commit -q -m 'vendor: one'
sed -i 's/demo: bad/demo: good/' "$T/repo.git/fs/nfsd/demo.c"
git_in commit -q -a -m 'vendor: two'
sed -i 's/releases: \[6.12.107\]/releases: [6.12.107, 6.12.112]/' build-matrix.yaml
sq status --offline --git "$T/repo.git" --rev main~1
sq status --offline --git "$T/repo.git" --rev main
sq status --offline --git "$T/repo.git" --rev main --format json | sed '/evidence/,$d'
sq status --offline --git "$T/repo.git" --rev none
sq status --offline --git "$T" --rev main
sq status --rev main
sq status --git "$T/repo.git" --rev main --tree "$T/sources/linux-6.12.107"
sq status --git "$T/repo.git" --rev main 6.12.107
# Shallow: the commit before isn't there; nor is a tag, which the releases beside it don't suffer
# from.
git clone -q --depth 1 "file://$T/repo.git" "$T/shallow" 2>&1
sq status --offline --git "$T/shallow" --rev HEAD
sq status --offline --git "$T/shallow" --rev HEAD~1
sq status --offline --git "$T/shallow" 6.12.107 6.12.112
# Partial: files are only fetched when git needs them.
git_in config uploadpack.allowFilter true
git clone -q --no-checkout --filter=blob:none "file://$T/repo.git" "$T/partial" 2>&1
# libgit2 1.5 leaks a little while it looks at that repository's extensions.
export ASAN_OPTIONS=detect_leaks=0
sq status --offline --git "$T/partial" --rev HEAD 2>&1 | sed 's/object [0-9a-f]*/object ID/'
