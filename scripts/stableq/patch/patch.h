/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patch/patch.h - a mail header and a unified diff, parsed strictly
 *
 * Two dialects are read: git's (diff --git, with modes, renames, copies, new, deleted and empty
 * files, quoted names) and plain ones (--- and +++ lines, with -p0, -p1 … and /dev/null). Binary
 * patches are refused: a queue holds text.
 */
#ifndef STABLEQ_PATCH_H
#define STABLEQ_PATCH_H

#include "base/err.h"
#include "base/str.h"
#include "patch/allow.h"

struct hunk_line {
	char kind;		/* ' ', '-' or '+' */
	bool no_newline;	/* followed by "\ No newline at end of file" */
	struct span text;	/* with its newline, unless no_newline; points into the patch */
};

struct hunk {
	unsigned int line;	/* of the @@ line in the patch file, from 1 */
	size_t old_start, old_len;
	size_t new_start, new_len;
	struct span section;	/* what follows the second @@ */
	struct hunk_line *lines;
	size_t nlines;
};

enum file_change {
	FILE_MODIFIED,
	FILE_NEW,
	FILE_DELETED,
	FILE_RENAMED,
	FILE_COPIED,
};

struct file_patch {
	unsigned int line;	/* where it begins in the patch file */
	enum file_change change;
	/*
	 * After stripping. A plain diff may name two different files, "foo.c.orig" and "foo.c":
	 * patch_apply() then picks the one that exists, by GNU patch's rules.
	 */
	char *old_path;		/* NULL for FILE_NEW */
	char *new_path;		/* NULL for FILE_DELETED */
	unsigned int old_mode;	/* 0 if the patch doesn't say */
	unsigned int new_mode;
	bool apart;		/* text stands before it: another commit, perhaps */
	bool git;		/* "diff --git": its old names mean the state before the patch */
	bool old_empty;		/* the first hunk says -0,0 */
	bool new_empty;		/* the first hunk says +0,0 */
	struct hunk *hunks;	/* none for pure renames, modes, empty files */
	size_t nhunks;
};

struct patch {
	char *name;		/* as messages call it: "queue-6.1/foo.patch" */
	char *text;		/* the whole file; spans point into it */
	size_t len;
	bool reversed;		/* by patch_reverse(): old and new aren't as in the text */
	enum patch_reading reading;	/* how it was read */
	struct span header;	/* all before the first diff */
	struct file_patch *files;
	size_t nfiles;
};

/**
 * patch_parse() - parse a patch file's bytes
 * @p: filled in; freed by patch_free() also after an error
 * @name: for messages
 * @text: the bytes; copied
 * @strip: leading path components to remove, as patch -p; quilt's default is 1
 * @err: "name:line: what is wrong, what was expected"
 *
 * Refused, with ERR_INPUT: hunks shorter or longer than their @@ line says, a patch cut short,
 * garbage inside a diff, binary patches, symbolic links and submodules, context and ed diffs,
 * diffs that are indented (patch would apply them), names that are absolute or leave the tree, or
 * that go through .git or .pc. A file of no bytes is a patch that changes nothing, as in quilt;
 * one with text and no diff is an error, as in GNU patch.
 *
 * A plain or git diff whose +++ line ends in CR LF was mangled on its way: the CRs of its hunk
 * lines are dropped, as GNU patch does. With LF there, CRs belong to the file.
 *
 * Return: 0 or ERR_INPUT.
 */
int patch_parse(struct patch *p, const char *name, struct span text, unsigned int strip,
		struct err *err);

/**
 * patch_parse_own() - the same of a buffer that is taken over, and empty then
 * @reading: anybody's patch may hold more, see patch/allow.h
 */
int patch_parse_own(struct patch *p, const char *name, struct str *text, unsigned int strip,
		    enum patch_reading reading, struct err *err);
void patch_free(struct patch *p);

/**
 * patch_reverse() - swap old and new in place, as patch -R
 *
 * A copy cannot be reversed: applying it then fails, since its target exists.
 */
void patch_reverse(struct patch *p);

/** patch_path_ok() - may a patch write to @path? Else @why says what is wrong with it. */
bool patch_path_ok(const char *path, const char **why);

enum hunk_result {
	HUNK_CLEAN,
	HUNK_OFFSET,
	HUNK_FUZZ,		/* perhaps with an offset too */
	HUNK_FAILED,
	HUNK_REVERSED,		/* the file already has what the hunk makes */
};

struct hunk_outcome {
	enum hunk_result result;
	long offset;		/* lines, may be negative; against the @@ line */
	unsigned int fuzz;
	size_t at;		/* line of the original where it went, from 1 */
	/* for HUNK_FAILED, where one line can be named; else NULL and 0 */
	char *expected, *found;	/* without indent; @found is NULL behind the file's end */
	size_t line;		/* of the file, as it is */
	char *detail;		/* for HUNK_FAILED: all that in words; else NULL */
};

struct file_outcome {
	const struct file_patch *fp;
	struct hunk_outcome *hunks;
	size_t nhunks;
	char *error;		/* the file is missing, exists, isn't a file …; else NULL */
	/* of the file that it changed, or would have; NULL if none was found */
	char *path;
};

/*
 * The files a patch sees and changes, in memory. A path is looked up among the changed files
 * first, then through @load.
 */
struct fileset;

/*
 * @load: fetch a file of the underlying tree. Fills @to and @mode; returns 0, ERR_NOTFOUND,
 * ERR_FOLDER, which is no file either, or another error that ends the operation. Called once a
 * path.
 */
typedef int (*fileset_load_fn)(void *ctx, const char *path, struct str *to, unsigned int *mode,
			       struct err *err);

struct fileset *fileset_new(fileset_load_fn load, void *ctx);
void fileset_free(struct fileset *fs);

/**
 * fileset_get() - a file as it stands now
 *
 * Return: 0; ERR_NOTFOUND when it doesn't exist (or was deleted); other errors of load.
 */
int fileset_get(struct fileset *fs, const char *path, struct span *text, unsigned int *mode,
		struct err *err);

/** fileset_put() - set a file's content and mode; fileset_remove() - delete it. */
void fileset_put(struct fileset *fs, const char *path, struct span text, unsigned int mode);
void fileset_remove(struct fileset *fs, const char *path);

/** fileset_over() - a layer whose underlying tree is @below as it stands; changes stay in it. */
struct fileset *fileset_over(struct fileset *below);

/** fileset_commit() - make the changes of a layer in what is below it. */
int fileset_commit(struct fileset *over, struct fileset *below);

struct fileset_change {
	const char *path;
	bool exists;		/* false: deleted */
	bool existed;		/* in the underlying tree */
	struct span text;
	unsigned int mode;
};

/** fileset_each() - every path that was changed, sorted by path; @fn non-zero ends it. */
int fileset_each(struct fileset *fs, int (*fn)(void *ctx, const struct fileset_change *c),
		 void *ctx);

/** fileset_each_touched() - also those that were written with the bytes they had. */
int fileset_each_touched(struct fileset *fs, int (*fn)(void *ctx, const struct fileset_change *c),
			 void *ctx);

struct patch_apply_opts {
	unsigned int max_fuzz;	/* 0 to 2 */
	/*
	 * Leave the hunks that fit, as patch does, else all or nothing. A file that none fits is
	 * set to what it was, since patch writes it anew, too.
	 */
	bool keep_partial;
};

/**
 * patch_apply() - apply a patch with GNU patch's outcome
 * @fs: changed only on success (or with keep_partial)
 * @p: parsed patch
 * @opts: NULL for fuzz 0, all or nothing
 * @out: one a file of the patch, in order; *out is freed by file_outcomes_free(out, p->nfiles)
 * @err: first failure, for people: file, hunk, what was expected and found
 *
 * A hunk is searched at its line plus the last hunk's offset, then ever farther both ways, at
 * each fuzz in turn (patch(1), locate_hunk in GNU patch's src/patch.c).
 *
 * Where GNU patch goes on and this refuses, on purpose: a rename or copy onto a file that exists,
 * or from one that doesn't (GNU patch may lose the file); a new empty file where a file with
 * content stands; deleting an empty file that isn't there; a patch of several commits that touches
 * a file twice, of which GNU patch makes something else than the commits, one after the other.
 *
 * Return: 0 when every hunk went in, ERR_FINDING when one did not, other errors of load.
 */
int patch_apply(struct fileset *fs, const struct patch *p, const struct patch_apply_opts *opts,
		struct file_outcome **out, struct err *err);
void file_outcomes_free(struct file_outcome *out, size_t n);

#endif
