# What a release's commits or changelogs name counts as merged, whatever its files look like; that
# they look as if the bug were there is said beside it.
id=0123456789ab0123456789ab0123456789ab0123
git_in() {
	git -C "$T/repo.git" -c user.name=A -c user.email=a@example.org -c init.defaultBranch=main \
		"$@"
}
mkdir "$T/repo.git"
git_in init -q
cp -r "$T/sources/linux-6.12.107/." "$T/repo.git"
sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 0/' "$T/repo.git/Makefile"
git_in add -A
git_in commit -q -m 'Linux 6.12'
git_in tag v6.12
sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 109/' "$T/repo.git/Makefile"
echo '/* the fix in another form */' >> "$T/repo.git/fs/nfsd/demo.c"
git_in commit -q -a -m "nfsd: make demo good

commit $id upstream."
git_in tag v6.12.109
sq status --offline --git "$T/repo.git" --explain demo 6.12.109 |
	sed 's/commit [0-9a-f]* in/commit ID in/'
sq status --offline --git "$T/repo.git" --explain demo --rev main |
	sed 's/commit [0-9a-f]* in/commit ID in/'
# What was reverted isn't merged, however the revert names it.
git_in commit -q --allow-empty -m "Revert \"nfsd: make demo good\"

This reverts commit $(git_in rev-parse HEAD) which is
commit $id upstream."
sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 110/' "$T/repo.git/Makefile"
git_in commit -q -a -m 'Linux 6.12.110'
git_in tag v6.12.110
sq status --offline --git "$T/repo.git" 6.12.110
sq status --offline --git "$T/repo.git" --explain demo 6.12.110 |
	sed 's/commit [0-9a-f]* in/commit ID in/'
# Nothing else is seen in a tree, whose Makefile may lie about what went in.
cat > "$T/sources/ChangeLog-6.12.107" <<EOF
commit ffffffffffffffffffffffffffffffffffffffff
Author: A <a@example.org>

    nfsd: make demo good

    [ Upstream commit $id ]
EOF
sq status --offline --explain demo 6.12.107
sq status --offline --explain demo --tree "$T/sources/linux-6.12.107"
echo nothing > "$T/sources/ChangeLog-6.12.107"
sq status --offline 6.12.107
