// SPDX-License-Identifier: GPL-2.0-only
#include "queue/queue.h"

#include <ctype.h>

#include "base/fs.h"
#include "base/names.h"
#include "base/parallel.h"
#include "queue/private.h"

/* A patch of 64 MiB is a mistake, and reading it would be the next. */
#define PATCH_MAX ((size_t)64 << 20)

static int not_blank(int c)
{
	return !isblank(c);
}

/* Take the next word off @s, or false. A CR is a part of it, as for quilt. */
static bool next_word(struct span *s, struct span *word)
{
	*s = span_past(*s, isblank);
	*word = span_head(*s, span_run(*s, not_blank));
	*s = span_skip(*s, word->len);
	return word->len > 0;
}

static int bad_line(const struct queue *q, unsigned int line, struct err *err, const char *what,
		    struct span word)
{
	return err_line(err, q->series, line, "%s: " SPAN_FMT, what, SPAN_ARG(word));
}

static int parse_option(struct queue *q, struct queue_patch *qp, struct span word, struct err *err)
{
	if (span_is(word, "-R")) {
		qp->reverse = true;
		return 0;
	}
	if (!span_starts(word, "-p"))
		return bad_line(q, qp->line, err, "unknown option, expected -pN or -R", word);
	if (word.len == 3 && isdigit((unsigned char)word.p[2])) {
		qp->strip = (unsigned int)(word.p[2] - '0');
		return 0;
	}
	return bad_line(q, qp->line, err, "expected -p0 to -p9 (quilt hands it to patch as it is)",
			word);
}

static const char *name_fault(const struct queue *q, struct span name)
{
	_cleanup_free_ char *s = span_dup(name);
	const char *why;

	if (span_ends(name, ".zst") ||
	    (queue_is_packed(name) && !patch_allows(q->reading, ALLOW_PACKED)))
		return "a compressed patch; unpack it";
	return patch_path_ok(s, &why) ? NULL : why;
}

static int parse_line(struct queue *q, struct names *lines, struct span line, unsigned int at,
		      struct err *err)
{
	_cleanup_free_ char *file = NULL;
	struct queue_patch *qp;
	struct span word, rest;
	const char *why;
	size_t before;

	if (line.len && line.p[0] == '#')
		return 0;
	rest = line;
	span_take_end(&rest, "\r");
	if (!next_word(&rest, &word))
		return 0;
	if (word.p[0] == '#')
		return bad_line(q, at, err, "an indented comment, which quilt takes for a patch; "
				"begin the line with '#'", word);
	if (span_has_c(word, '\0'))
		return err_set(err, ERR_INPUT, "%s:%u: a NUL byte in a name", q->series, at);
	why = span_is(word, "series") ? "the series file's own name" : name_fault(q, word);
	if (why)
		return bad_line(q, at, err, why, word);
	file = span_dup(word);
	if (names_find(lines, file, &before))
		return err_set(err, ERR_INPUT, "%s:%u: %s stands in line %zu already", q->series,
			       at, file, before);
	qp = &ARRAY_PUSH(q->patches, q->n);
	qp->file = file;
	file = NULL;
	names_set(lines, qp->file, at);
	qp->line = at;
	qp->strip = 1;
	while (next_word(&rest, &word) && word.p[0] != '#') {
		int ret = parse_option(q, qp, word, err);

		if (ret)
			return ret;
	}
	return 0;
}

static int load_patch(struct queue *q, struct queue_patch *qp, struct err *err)
{
	_cleanup_free_ char *path = fs_join(q->dir, qp->file);
	_cleanup_str_ struct str text = STR_INIT;
	size_t packed = queue_is_packed(span_of(qp->file));
	int ret = fs_read(path, PATCH_MAX, &text, err);

	if (ret == ERR_NOTFOUND)
		return err_set(err, ERR_INPUT, "%s:%u: no such patch: %s", q->series, qp->line,
			       qp->file);
	if (!ret && packed) {
		ret = queue_unpack(path, &text, err);
		/* From here on it is the patch that is in it. */
		qp->file[strlen(qp->file) - packed] = '\0';
	}
	if (!ret)
		ret = patch_parse_own(&qp->patch, path, &text, qp->strip, q->reading, err);
	if (!ret)
		ret = queue_header_parse(qp, err);
	if (!ret && qp->reverse)
		patch_reverse(&qp->patch);
	return ret;
}

const char *queue_patch_row(const struct queue_patch *qp)
{
	return qp->variant_of ? qp->variant_of : qp->file;
}

size_t queue_find_row(const struct queue *q, const char *row)
{
	size_t i = 0;

	while (i < q->n && strcmp(queue_patch_row(&q->patches[i]), row) != 0)
		i++;
	return i;
}

/* The series file that a patch's line number is of. */
static const char *series_of(const struct queue *q, const struct queue_patch *qp)
{
	return q->variants && qp->variant_of ? q->variants : q->series;
}

/*
 * Does @from require @to, through others? Then @way says how: "b.patch requires c.patch, which
 * requires a.patch".
 */
static bool reaches(const struct queue *q, size_t from, size_t to, bool *seen, struct str *way)
{
	const struct queue_patch *qp = &q->patches[from];

	if (seen[from])
		return false;
	seen[from] = true;
	for (size_t k = 0; k < qp->requires.n; k++) {
		size_t j = queue_find_row(q, qp->requires.v[k]), len = way->len;

		if (j == q->n)
			continue;
		str_addf(way, "%s requires %s", len ? ", which" : qp->file, q->patches[j].file);
		if (j == to || reaches(q, j, to, seen, way))
			return true;
		str_trunc(way, len);
	}
	return false;
}

/* Of two that stand in the wrong order, tell those that another order would help. */
static int wrong_order(const struct queue *q, size_t i, size_t j, struct err *err)
{
	const struct queue_patch *qp = &q->patches[i], *other = &q->patches[j];
	_cleanup_free_ bool *seen = xcalloc(q->n, sizeof(*seen));
	_cleanup_str_ struct str way = STR_INIT;
	const char *series = series_of(q, qp);

	if (i == j)
		return err_set(err, ERR_INPUT, "%s:%u: %s requires itself", series, qp->line,
			       qp->file);
	if (reaches(q, j, i, seen, &way))
		return err_set(err, ERR_INPUT,
			       "%s:%u: dependencies go round in a circle: %s requires %s, but %s",
			       series, qp->line, qp->file, other->file, str_span(&way).p);
	return err_set(err, ERR_INPUT,
		       "%s:%u: %s requires %s, which has to stand before it (it is in line %u)",
		       series, qp->line, qp->file, other->file, other->line);
}

int queue_check_requires(const struct queue *q, bool part, struct err *err)
{
	for (size_t i = 0; i < q->n; i++) {
		const struct queue_patch *qp = &q->patches[i];

		for (size_t k = 0; k < qp->requires.n; k++) {
			size_t j = queue_find_row(q, qp->requires.v[k]);

			if (j == q->n && part)
				continue;
			if (j == q->n)
				return err_set(err, ERR_INPUT,
					       "%s:%u: %s requires %s, which is not listed",
					       series_of(q, qp), qp->line, qp->file,
					       qp->requires.v[k]);
			if (j >= i)
				return wrong_order(q, i, j, err);
		}
	}
	return 0;
}

/* A variant in the main series would stand for a patch there, or for none. */
static int check_variants(const struct queue *q, struct err *err)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->patches[i].variant_of)
			return err_set(err, ERR_INPUT,
				       "%s:%u: %s is a variant of %s: it belongs in a "
				       "series-RELEASE",
				       q->series, q->patches[i].line, q->patches[i].file,
				       q->patches[i].variant_of);
	return 0;
}

int queue_series_parse(struct queue *q, struct span text, struct err *err)
{
	_cleanup_(names_free) struct names lines = { NULL };
	unsigned int at = 0;
	struct span line;
	int ret = 0;

	for (size_t i = 0; i < q->n; i++)
		names_set(&lines, q->patches[i].file, q->patches[i].line);
	while (span_line(&text, &line)) {
		_cleanup_err_ struct err one = ERR_INIT;
		int bad = parse_line(q, &lines, line, ++at, &one);

		ret = ret ? ret : bad;
		err_also(err, &one);
	}
	return ret;
}

/* All patches of a queue, on their way in. */
struct loading {
	struct queue *q;
	struct err *errs;	/* one a patch */
};

static void load_one(void *ctx, size_t i)
{
	struct loading *l = ctx;

	load_patch(l->q, &l->q->patches[i], &l->errs[i]);
}

/* All their faults are told, in the order of the series. */
static int load_patches(struct queue *q, struct err *err)
{
	struct loading l = { q, xcalloc(q->n, sizeof(struct err)) };
	int ret = 0;

	parallel_each(q->n, load_one, &l);
	for (size_t i = 0; i < q->n; i++) {
		ret = ret ? ret : l.errs[i].code;
		err_also(err, &l.errs[i]);
	}
	free(l.errs);
	return ret;
}

static int load_series(struct queue *q, const char *dir, const char *series,
		       enum patch_reading reading,
		       struct err *err)
{
	_cleanup_str_ struct str text = STR_INIT;
	int ret, bad;

	*q = (struct queue){ .reading = reading };
	q->dir = xstrdup(dir);
	q->series = fs_join(dir, series ? series : "series");
	ret = fs_read(q->series, PATCH_MAX, &text, err);
	/* A queue that somebody named and isn't there is a mistake in what was asked for. */
	if (ret == ERR_NOTFOUND)
		return err_set(err, ERR_INPUT, "%s: No such file or directory", q->series);
	if (ret)
		return ret;
	ret = queue_series_parse(q, str_span(&text), err);
	bad = load_patches(q, err);
	ret = ret ? ret : bad;
	return ret ? ret : queue_check_requires(q, true, err);
}

int queue_load_as(struct queue *q, const char *dir, const char *series, bool whole,
		  enum patch_reading reading, struct err *err)
{
	int ret = load_series(q, dir, series, reading, err);

	if (ret || !whole || (series && queue_series_release(series, NULL)))
		return ret;
	ret = check_variants(q, err);
	return ret ? ret : queue_check_requires(q, false, err);
}

int queue_load(struct queue *q, const char *dir, const char *series, struct err *err)
{
	return queue_load_as(q, dir, series, true, READ_STRICT, err);
}

int queue_load_part(struct queue *q, const char *dir, const char *series, struct err *err)
{
	return queue_load_as(q, dir, series, false, READ_STRICT, err);
}

int queue_load_anyones(struct queue *q, const char *dir, const char *series, struct err *err)
{
	return queue_load_as(q, dir, series, false, READ_LENIENT, err);
}

void queue_free(struct queue *q)
{
	for (size_t i = 0; i < q->n; i++) {
		struct queue_patch *qp = &q->patches[i];

		for (size_t k = 0; k < qp->nprobes; k++) {
			free(qp->probes[k].path);
			free(qp->probes[k].text);
		}
		free(qp->probes);
		for (size_t k = 0; k < qp->nunaffected; k++)
			fact_clear(&qp->unaffected[k]);
		free(qp->unaffected);
		for (size_t k = 0; k < qp->nsuccessors; k++) {
			free(qp->successors[k].id);
			fact_clear(&qp->successors[k].sign);
		}
		free(qp->successors);
		strv_free(&qp->requires);
		patch_free(&qp->patch);
		free(qp->file);
		free(qp->from);
		free(qp->mail_date);
		free(qp->subject);
		free(qp->upstream);
		free(qp->candidate);
		free(qp->author);
		free(qp->date);
		free(qp->message_id);
		strv_free(&qp->reported_by);
		free(qp->fixes);
		free(qp->link);
		free(qp->cve);
		free(qp->cvss);
		free(qp->variant_of);
	}
	free(q->patches);
	free(q->dir);
	free(q->series);
	free(q->variants);
	*q = (struct queue){ 0 };
}

static void add_file(struct strv *paths, struct names *there, const char *path)
{
	size_t at;

	if (!path || names_find(there, path, &at))
		return;
	strv_add(paths, path);
	names_set(there, paths->v[paths->n - 1], paths->n);
}

void queue_files(const struct queue *q, struct strv *paths)
{
	_cleanup_(names_free) struct names there = { NULL };

	for (size_t i = 0; i < paths->n; i++)
		names_set(&there, paths->v[i], i);
	for (size_t i = 0; i < q->n; i++) {
		const struct queue_patch *p = &q->patches[i];

		for (size_t f = 0; f < p->patch.nfiles; f++) {
			add_file(paths, &there, p->patch.files[f].old_path);
			add_file(paths, &there, p->patch.files[f].new_path);
		}
		for (size_t k = 0; k < p->nprobes; k++)
			add_file(paths, &there, p->probes[k].path);
		for (size_t k = 0; k < p->nunaffected; k++)
			add_file(paths, &there, p->unaffected[k].path);
		for (size_t k = 0; k < p->nsuccessors; k++)
			add_file(paths, &there, p->successors[k].sign.path);
	}
}

int queue_apply(const struct queue *q, size_t upto, struct fileset *fs,
		const struct patch_apply_opts *opts, struct err *err)
{
	for (size_t i = 0; i < q->n && i < upto; i++) {
		int ret = patch_apply(fs, &q->patches[i].patch, opts, NULL, err);

		if (ret)
			return ret;
	}
	return 0;
}
