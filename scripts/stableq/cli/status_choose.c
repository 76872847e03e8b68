// SPDX-License-Identifier: GPL-2.0-only
/* status_choose.c - which patches a person means by a word */
#include "cli/status.h"

#include <ctype.h>

#include "base/fs.h"
#include "ledger/ledger.h"
#include "base/nearest.h"

#define ID_MIN 7	/* as git abbreviates; what is shorter is a word */

static bool is_hex(const char *s)
{
	return strlen(s) >= ID_MIN && s[strspn(s, "0123456789abcdefABCDEF")] == '\0';
}

/* Part of a text, whatever its case. */
static bool part_of(const char *text, const char *word)
{
	return text && strcasestr(text, word);
}

/* An id may be written as short as here, and as long as there, or the other way round. */
static bool id_is(const char *id, const char *word)
{
	return id && is_hex(word) && !strncasecmp(id, word, MIN(strlen(id), strlen(word)));
}

static bool means(const struct queue_patch *p, const char *word)
{
	return part_of(p->file, word) || part_of(p->subject, word) ||
	       id_is(queue_patch_commit(p), word) || (p->cve && !strcasecmp(p->cve, word));
}

static bool is_fix(const struct queue_patch *p, const struct ledger_fix *fix)
{
	const char *commit = queue_patch_commit(p),
		*id = fix->upstream ? fix->upstream : fix->candidate;

	return commit && id && same_commit(commit, id);
}

/* Every word that is about a patch, as what was meant perhaps. */
static void add_candidates(const struct queue_patch *p, struct strv *words)
{
	struct span rest = span_of(p->file);

	strv_add(words, p->file);
	if (p->cve)
		strv_add(words, p->cve);
	while (rest.len) {
		size_t n = span_run(rest, isalnum);

		if (n > 3)
			strv_addf(words, SPAN_FMT, (int)n, rest.p);
		rest = span_skip(rest, n + 1);
	}
}

static int none(const struct queue *queues, size_t nqueues, const struct ledger *l,
		const char *word, struct err *err)
{
	_cleanup_strv_ struct strv words = STRV_INIT;
	const char *best;

	for (size_t q = 0; q < nqueues; q++)
		for (size_t i = 0; i < queues[q].n; i++)
			add_candidates(&queues[q].patches[i], &words);
	for (size_t i = 0; i < l->n; i++)
		strv_add(&words, l->fixes[i].id);
	best = nearest(word, (const char *const *)words.v, words.n);
	return err_set(err, ERR_INPUT,
		       "%s: no such patch: expected a part of a file's name or subject, an "
		       "upstream id, a CVE or a name of the ledger%s%s%s", word,
		       best ? "; did you mean '" : "", best ? best : "", best ? "'?" : "");
}

int status_choose(const struct queue *queues, size_t nqueues, const struct matrix *m,
		  const char *ledger, const char *word, struct strv *chosen, struct err *err)
{
	const struct ledger_fix *fix = NULL;
	struct ledger l = { NULL };
	size_t found = 0;
	int ret = ledger && fs_exists(ledger) ? ledger_load(&l, ledger, m, err) : 0;

	for (size_t i = 0; !ret && i < l.n && !fix; i++)
		if (!strcasecmp(l.fixes[i].id, word))
			fix = &l.fixes[i];
	for (size_t q = 0; !ret && q < nqueues; q++)
		for (size_t i = 0; i < queues[q].n; i++) {
			const struct queue_patch *p = &queues[q].patches[i];

			/* A name of the ledger is a name, not a part of others'. */
			if (fix ? !is_fix(p, fix) : !means(p, word))
				continue;
			found++;
			if (!strv_has(chosen, queue_patch_row(p)))
				strv_add(chosen, queue_patch_row(p));
		}
	if (!ret && !found)
		ret = none(queues, nqueues, &l, word, err);
	ledger_free(&l);
	return ret;
}
