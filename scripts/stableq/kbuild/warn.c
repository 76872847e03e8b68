// SPDX-License-Identifier: GPL-2.0-only
/*
 * Warnings, across builds of one object directory.
 *
 * make compiles only what has changed, and says nothing of the rest. So the warnings are kept: a
 * build adds what it hears, line by line as it comes, for it may be killed and the next one will
 * not compile the same file again. What was said of a source file is forgotten when the file is
 * compiled again, of a header when it has been written since the last build that was completed.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "kbuild/private.h"

#define LEDGER_MAX (16UL * 1024 * 1024)

int kbuild_ledger_open(const struct kbuild *b, struct strv *old, double *built, int *fd,
		       struct err *err)
{
	_cleanup_free_ char *path = kbuild_own(b, "warnings");
	_cleanup_str_ struct str text = STR_INIT;
	_cleanup_err_ struct err why = ERR_INIT;
	struct span rest, line;
	int ret = fs_read(path, LEDGER_MAX, &text, &why);

	*built = 0;
	if (ret && ret != ERR_NOTFOUND)
		return err_move(err, &why);
	for (rest = str_span(&text); span_line(&rest, &line);) {
		/* The last line may have been cut short by a kill. */
		if (span_starts(line, "built "))
			*built = strtod(line.p + strlen("built "), NULL);
		else if (line.len && (rest.len || text.s[text.len - 1] == '\n'))
			strv_addf(old, SPAN_FMT, SPAN_ARG(line));
	}
	*fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666);
	return *fd < 0 ? err_sys(err, "%s", path) : 0;
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool has(const char *const *sorted, size_t n, const char *s)
{
	return n && bsearch(&s, sorted, n, sizeof(*sorted), compare_strings);
}

/* The place of a warning: what is before the first colon. */
static char *file_of(const char *warning)
{
	return xstrndup(warning, strcspn(warning, ":"));
}

static bool still_true(const struct kbuild *b, const char *warning, double built,
		       const char *const *units, size_t nunits)
{
	_cleanup_free_ char *file = file_of(warning), *path = NULL;
	struct stat st;
	size_t n = strlen(file);

	path = fs_join(b->tree, file);
	if (stat(path, &st) < 0)
		return false;
	if (n > 2 && (!strcmp(file + n - 2, ".c") || !strcmp(file + n - 2, ".S"))) {
		file[n - 1] = 'o';
		return !has(units, nunits, file);
	}
	return (double)st.st_mtim.tv_sec + (double)st.st_mtim.tv_nsec / 1e9 < built;
}

int kbuild_ledger_close(struct kbuild *b, const struct kbuild_diag *d, const struct strv *old,
			double built, bool complete, struct err *err)
{
	_cleanup_free_ char *path = kbuild_own(b, "warnings");
	_cleanup_free_ const char **units = xcalloc(d->units.n, sizeof(*units));
	_cleanup_str_ struct str text = STR_INIT;
	struct timespec now;

	for (size_t i = 0; i < d->units.n; i++)
		units[i] = d->units.v[i];
	if (d->units.n)
		qsort(units, d->units.n, sizeof(*units), compare_strings);
	strv_free(&b->warnings);
	for (size_t i = 0; i < d->warnings.n; i++)
		strv_add(&b->warnings, d->warnings.v[i]);
	for (size_t i = 0; i < old->n; i++)
		if (still_true(b, old->v[i], built, units, d->units.n))
			strv_add(&b->warnings, old->v[i]);
	strv_unique(&b->warnings);
	if (complete) {
		/* The clock of time stamps, which lags behind the exact one by up to a tick. */
		clock_gettime(CLOCK_REALTIME_COARSE, &now);
		built = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
	}
	str_addf(&text, "built %.9f\n", built);
	for (size_t i = 0; i < b->warnings.n; i++)
		str_addf(&text, "%s\n", b->warnings.v[i]);
	return fs_write(path, text.s, text.len, 0666, err);
}

/* "path: warning: text", without the number of the line. */
static char *without_line(const char *warning)
{
	size_t file = strcspn(warning, ":"), n;

	if (!warning[file])
		return xstrdup(warning);
	n = strspn(warning + file + 1, "0123456789");
	if (!n || warning[file + 1 + n] != ':')
		return xstrdup(warning);
	return xasprintf("%.*s%s", (int)file, warning, warning + file + 1 + n);
}

/*
 * Lines move with every patch, so they are no part of what is compared. The same text twice in a
 * file where it was once is new, though: the later of the two is taken for it.
 */
void kbuild_new_warnings(const struct strv *before, const struct strv *now, struct strv *fresh)
{
	_cleanup_strv_ struct strv known = STRV_INIT;
	_cleanup_free_ bool *used = xcalloc(before->n, sizeof(*used));

	for (size_t i = 0; i < before->n; i++) {
		_cleanup_free_ char *key = without_line(before->v[i]);

		strv_add(&known, key);
	}
	for (size_t i = 0; i < now->n; i++) {
		_cleanup_free_ char *key = without_line(now->v[i]);
		bool found = false;

		for (size_t k = 0; k < known.n && !found; k++) {
			found = !used[k] && !strcmp(known.v[k], key);
			if (found)
				used[k] = true;
		}
		if (!found)
			strv_add(fresh, now->v[i]);
	}
}
