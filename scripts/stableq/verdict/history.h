/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict/history.h - which upstream commits a release has, by its git history or its changelog
 *
 * A stable commit names the commit that it takes over: "commit <id> upstream." or "[ Upstream
 * commit <id> ]". One that was reverted later ("This reverts commit <its own id>", "… which is
 * commit <its upstream id> upstream.") is marked so and doesn't count, unless the revert was
 * reverted in turn.
 */
#ifndef STABLEQ_HISTORY_H
#define STABLEQ_HISTORY_H

#include "base/release.h"
#include "verdict/verdict.h"

#define HISTORY_MAX 20000	/* commits; a branch's longest so far has some 25,000 */

/**
 * history_git() - walk from a commit back to the first release of its branch
 * @h: what is found is added
 * @repo: path of a repository, bare or not
 * @rev: a commit's name: "v6.12.111", "HEAD"
 * @r: the release that it is of: the walk ends at tag v<branch>, at a commit without parents, or
 *	after HISTORY_MAX commits
 * @whole: did it get to that tag? Then a commit that wasn't found isn't there under its id
 *
 * Only messages are read. Return: 0; ERR_MISSING (no such repository or revision, or an object is
 * lacking: a shallow clone).
 */
int history_git(struct verdict_history *h, const char *repo, const char *rev,
		const struct release *r, bool *whole, struct err *err);

/**
 * history_changelog() - a file as kernel.org has beside each release, ChangeLog-6.1.192
 *
 * It covers one release. Return: 0, ERR_INPUT (no changelog: no "commit <id>" line), what
 * fs_read() says otherwise.
 */
int history_changelog(struct verdict_history *h, const char *path, struct err *err);

/**
 * history_changelogs() - those of a branch's releases up to @r in the folders of a search path
 * @search: $STABLEQ_SOURCES: folders, separated by colons; may be NULL
 * @found: how many there were
 */
int history_changelogs(struct verdict_history *h, const char *search, const struct release *r,
		       size_t *found, struct err *err);

/**
 * history_of() - all that is at hand about a release
 * @git: a repository that has it, or NULL
 * @rev: the commit in it; NULL for the release's tag
 * @search: as for history_changelogs()
 *
 * A repository that can't be read to the end is no error: what was found is found.
 * Return: 0; ERR_INPUT for a file that has a changelog's name and isn't one; ERR_SYSTEM.
 */
int history_of(struct verdict_history *h, const char *git, const char *rev, const char *search,
	       const struct release *r, struct err *err);

void history_free(struct verdict_history *h);

#endif
