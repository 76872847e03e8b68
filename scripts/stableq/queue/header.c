// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue/header.c - the mail header of a patch, its trailers, and the fields behind "---"
 */
#include "queue/private.h"

#include <ctype.h>

struct header {
	struct queue_patch *qp;
	const char *name;
	struct err *err;
	unsigned int line;
	unsigned int upstream_line, cve_line;	/* 0: not seen */
	char *commit;				/* of the message's "commit ID upstream." */
	unsigned int commit_line;
};

/* Without "[PATCH 6.1 1/2]" and the like in front. */
static struct span bare_subject(struct span s)
{
	struct span tag, rest;

	while (span_starts(s, "[") && span_cut(s, "]", &tag, &rest)) {
		while (tag.len && !span_starts_nocase(tag, "PATCH") &&
		       !span_starts_nocase(tag, "RFC"))
			tag = span_skip(tag, 1);
		if (!tag.len)
			break;
		s = span_trim(rest);
	}
	return s;
}

/* A patch without a mail header begins with its text, which may begin with trailers. */
static bool has_mail_header(struct span rest)
{
	struct span line, v;

	if (span_starts(rest, "From "))
		return true;
	while (span_line(&rest, &line) && span_trim(line).len)
		if (queue_field(line, "From", &v) || queue_field(line, "Subject", &v))
			return true;
	return false;
}

/* The first of its name counts. */
static void keep_first(char **to, struct span v)
{
	if (!*to && v.len)
		*to = span_dup(v);
}

/*
 * The mail's own header, up to the first blank line. The subject may go on in lines that begin
 * with a blank (RFC 5322, 2.2.3).
 */
static void mail_header(struct header *h, struct span *rest)
{
	_cleanup_str_ struct str subject = STR_INIT;
	bool in_subject = false;
	struct span line, v;

	if (!has_mail_header(*rest))
		return;
	for (struct span look = *rest; span_line(&look, &line); *rest = look) {
		size_t name = 0;

		while (name < line.len && line.p[name] > ' ' && line.p[name] != ':')
			name++;
		if (line.len && (line.p[0] == ' ' || line.p[0] == '\t')) {
			v = span_trim(line);
			if (in_subject && v.len) {
				str_addc(&subject, ' ');
				str_add(&subject, v.p, v.len);
			}
		} else if (queue_field(line, "Subject", &v) && !subject.len) {
			str_add(&subject, v.p, v.len);
			in_subject = true;
		} else if ((name && name < line.len && line.p[name] == ':') ||
			   (!h->line && span_starts(line, "From "))) {
			in_subject = false;
			if (queue_field(line, "From", &v))
				keep_first(&h->qp->from, v);
			else if (queue_field(line, "Date", &v))
				keep_first(&h->qp->mail_date, v);
		} else {
			break;
		}
		h->line++;
	}
	if (subject.len)
		h->qp->subject = span_dup(bare_subject(str_span(&subject)));
}

static int parse_cve(struct header *h, struct span v)
{
	struct span id, score, year, number;
	bool scored = span_cut(v, " ", &id, &score);

	if (h->cve_line)
		return parse_error(h, h->line, "a second CVE: (the first is in line %u)",
				   h->cve_line);
	h->cve_line = h->line;
	if (!span_starts(id, "CVE-") || !span_cut(span_skip(id, 4), "-", &year, &number) ||
	    year.len != 4 || span_past(year, isdigit).len || number.len < 4 ||
	    span_past(number, isdigit).len)
		return parse_error(h, h->line,
				   "expected \"CVE: CVE-YYYY-NNNN [SCORE]\", found: " SPAN_FMT,
				   SPAN_ARG(v));
	h->qp->cve = span_dup(id);
	if (scored) {
		struct span s = span_trim(score);
		bool ok = (s.len == 3 && isdigit((unsigned char)s.p[0]) && s.p[1] == '.' &&
			   isdigit((unsigned char)s.p[2])) || span_is(s, "10.0");

		if (!ok)
			return parse_error(h, h->line,
					   "expected a score from 0.0 to 10.0, found: " SPAN_FMT,
					   SPAN_ARG(s));
		h->qp->cvss = span_dup(s);
	}
	return 0;
}

static int message_line(struct header *h, struct span line)
{
	struct queue_patch *qp = h->qp;
	const char *why;
	struct span v;

	if (upstream_line(line, &v)) {
		if (!is_commit_id(v))
			return parse_error(h, h->line,
					   "expected a commit id of 12 to 40 hex digits: " SPAN_FMT,
					   SPAN_ARG(v));
		if (h->commit) {
			_cleanup_free_ char *other = span_dup(v);

			return same_commit(h->commit, other) ? 0 :
			       parse_error(h, h->line, "upstream commit %s, but %s in line %u",
					   other, h->commit, h->commit_line);
		}
		h->commit = span_dup(v);
		h->commit_line = h->line;
	} else if (queue_field(line, "Fixes", &v)) {
		keep_first(&qp->fixes, v);
	} else if (queue_field(line, "Link", &v)) {
		keep_first(&qp->link, v);
	} else if (queue_field(line, "CVE", &v)) {
		return parse_cve(h, v);
	} else if (queue_provenance_line(qp, line, &why)) {
		return why ? parse_error(h, h->line, "%s, found: " SPAN_FMT, why, SPAN_ARG(line)) :
		       0;
	} else if (span_starts_nocase(line, "Probe-fixed:") ||
		   span_starts_nocase(line, "Probe-affected:")) {
		return parse_error(h, h->line, "a probe has to stand behind the \"---\" line");
	}
	return 0;
}

static int parse_upstream(struct header *h, struct span v)
{
	if (h->upstream_line)
		return parse_error(h, h->line, "a second Upstream: (the first is in line %u)",
				   h->upstream_line);
	h->upstream_line = h->line;
	if (!is_commit_id(v))
		return parse_error(h, h->line,
				   "expected a commit id of 12 to 40 hex digits: " SPAN_FMT,
				   SPAN_ARG(v));
	h->qp->upstream = span_dup(v);
	return 0;
}

/* "N x " in front of the text. Return: false when there is a number that makes no sense. */
static bool probe_count(struct span *text, unsigned int *count)
{
	struct span rest = span_past(*text, isdigit);
	size_t digits = text->len - rest.len;

	*count = 0;
	if (!digits || !span_take(&rest, " x "))
		return true;
	if (digits > 4)
		return false;
	*count = (unsigned int)strtoul(text->p, NULL, 10);
	*text = span_trim(rest);
	return *count && text->len;
}

static int parse_probe(struct header *h, enum probe_kind kind, struct span v)
{
	struct queue_patch *qp = h->qp;
	struct span path, text;
	struct probe *p;
	const char *why;
	bool colon = span_cut(v, ":", &path, &text);

	path = span_trim(path);
	text = span_trim(text);
	if (!colon || !path.len || span_has_c(path, ' '))
		return parse_error(h, h->line, "expected \"PATH: TEXT\" or \"PATH: N x TEXT\", "
				   "found: " SPAN_FMT, SPAN_ARG(v));
	p = &ARRAY_PUSH(qp->probes, qp->nprobes);
	p->kind = kind;
	p->line = h->line;
	p->path = span_dup(path);
	if (!text.len)
		return parse_error(h, h->line, "a probe without a text to look for");
	if (!probe_count(&text, &p->count))
		return parse_error(h, h->line, "expected a count from 1 to 9999 before \" x \"");
	p->text = span_dup(text);
	if (!patch_path_ok(p->path, &why))
		return parse_error(h, h->line, "%s: %s", why, p->path);
	return 0;
}

static int parse_requires(struct header *h, struct span v)
{
	_cleanup_free_ char *file = span_dup(v);

	if (!v.len || span_has_c(v, ' ') || span_has_c(v, ','))
		return parse_error(h, h->line,
				   "expected one patch file a Requires: line, found: " SPAN_FMT,
				   SPAN_ARG(v));
	if (strv_has(&h->qp->requires, file))
		return parse_error(h, h->line, "a second Requires: of %s", file);
	strv_add(&h->qp->requires, file);
	return 0;
}

static int parse_variant(struct header *h, struct span v)
{
	if (h->qp->variant_of)
		return parse_error(h, h->line, "a second Variant-of: (the first is of %s)",
				   h->qp->variant_of);
	if (!v.len || span_has_c(v, ' '))
		return parse_error(h, h->line, "expected one patch file behind Variant-of:, "
				   "found: " SPAN_FMT, SPAN_ARG(v));
	h->qp->variant_of = span_dup(v);
	return 0;
}

static int parse_unaffected(struct header *h, struct span v)
{
	struct queue_patch *qp = h->qp;
	struct fact f;
	const char *why = fact_parse(&f, v);

	if (why)
		return parse_error(h, h->line, "%s, found: " SPAN_FMT, why, SPAN_ARG(v));
	ARRAY_PUSH(qp->unaffected, qp->nunaffected) = f;
	return 0;
}

static int parse_successor(struct header *h, struct span v)
{
	struct queue_patch *qp = h->qp;
	_cleanup_free_ char *text = NULL;
	struct span id, sign;
	struct fact f;
	const char *why;

	span_cut(v, " ", &id, &sign);
	text = xasprintf("present " SPAN_FMT, SPAN_ARG(sign));
	if (!is_commit_id(id))
		return parse_error(h, h->line, "expected \"ID PATH: TEXT\", found: " SPAN_FMT,
				   SPAN_ARG(v));
	why = fact_parse(&f, span_of(text));
	if (!why && !f.text) {
		fact_clear(&f);
		why = "expected a text that only that commit brings";
	}
	if (why)
		return parse_error(h, h->line, "%s, found: " SPAN_FMT, why, SPAN_ARG(v));
	ARRAY_PUSH(qp->successors, qp->nsuccessors) = (struct successor){ h->line, span_dup(id),
									  f };
	return 0;
}

static int own_line(struct header *h, struct span line)
{
	struct span v;

	if (queue_field(line, "Upstream", &v))
		return parse_upstream(h, v);
	if (queue_field(line, "CVE", &v)) {
		h->qp->cve_behind = true;
		return parse_cve(h, v);
	}
	if (span_starts_nocase(line, "Upstream-"))
		return parse_error(h, h->line, "has to stand in the message, since git am drops "
				   "what stands behind the \"---\" line: " SPAN_FMT,
				   SPAN_ARG(line));
	if (queue_field(line, "Probe-fixed", &v))
		return parse_probe(h, PROBE_FIXED, v);
	if (queue_field(line, "Probe-affected", &v))
		return parse_probe(h, PROBE_AFFECTED, v);
	if (queue_field(line, "Requires", &v))
		return parse_requires(h, v);
	if (queue_field(line, "Variant-of", &v))
		return parse_variant(h, v);
	if (queue_field(line, "Not-affected-if", &v))
		return parse_unaffected(h, v);
	if (queue_field(line, "Superseded-by", &v))
		return parse_successor(h, v);
	if (span_starts_nocase(line, "Probe-"))
		return parse_error(h, h->line, "unknown probe, expected \"Probe-fixed: \" or "
				   "\"Probe-affected: \": " SPAN_FMT, SPAN_ARG(line));
	return 0;
}

/*
 * A fixed and an affected probe that one and the same tree satisfies say nothing: "at least F
 * times" and "exactly A times" (or "at least once") of one text.
 */
static int check_probes(const struct header *h)
{
	const struct queue_patch *qp = h->qp;

	for (size_t i = 0; i < qp->nprobes; i++) {
		for (size_t k = 0; k < qp->nprobes; k++) {
			const struct probe *a = &qp->probes[i], *b = &qp->probes[k];

			if (strcmp(a->path, b->path) != 0 || !text_same(a->text, b->text))
				continue;
			if (a->kind == b->kind && k < i)
				return parse_error(h, a->line, "the probe of line %u again",
						   b->line);
			if (a->kind == PROBE_FIXED && b->kind == PROBE_AFFECTED &&
			    (!b->count || b->count >= MAX(a->count, 1u)))
				return parse_error(h, MAX(a->line, b->line),
						   "contradicts line %u: a tree can be "
						   "fixed and affected at once",
						   MIN(a->line, b->line));
		}
	}
	return 0;
}

/* A tree with the bug in it can't be one that never had it. */
static int check_unaffected(const struct header *h)
{
	const struct queue_patch *qp = h->qp;

	for (size_t i = 0; i < qp->nunaffected; i++) {
		const struct fact *f = &qp->unaffected[i];

		for (size_t k = 0; f->text && f->kind == FACT_PRESENT && k < qp->nprobes; k++)
			if (!strcmp(f->path, qp->probes[k].path) &&
			    text_same(f->text, qp->probes[k].text))
				return parse_error(h, qp->probes[k].line,
						   "the same text is a Not-affected-if:");
	}
	for (size_t i = 0; i < qp->nsuccessors; i++)
		if (qp->upstream && same_commit(qp->successors[i].id, qp->upstream))
			return parse_error(h, qp->successors[i].line, "superseded by itself: %s",
					   qp->upstream);
	return 0;
}

static int settle_upstream(struct header *h)
{
	struct queue_patch *qp = h->qp;

	if (qp->candidate && (h->commit || qp->upstream))
		return parse_error(h, h->commit ? h->commit_line : h->upstream_line,
				   "an upstream commit, beside an Upstream-candidate: for it");
	qp->upstream_behind = !h->commit;
	if (!h->commit)
		return 0;
	if (!qp->upstream) {
		qp->upstream = xstrdup(h->commit);
		return 0;
	}
	if (!same_commit(qp->upstream, h->commit))
		return parse_error(h, h->upstream_line,
				   "Upstream: %s, but line %u says commit %s upstream",
				   qp->upstream, h->commit_line, h->commit);
	/* The longer one says more. */
	if (strlen(h->commit) > strlen(qp->upstream)) {
		free(qp->upstream);
		qp->upstream = xstrdup(h->commit);
	}
	return 0;
}

int queue_header_parse(struct queue_patch *qp, struct err *err)
{
	struct header h = { .qp = qp, .name = qp->patch.name, .err = err };
	struct span rest = qp->patch.header, line;
	bool own = false;
	int ret = 0;

	mail_header(&h, &rest);
	while (!ret && span_line(&rest, &line)) {
		h.line++;
		span_take_end(&line, "\r");
		if (!own && span_is(span_trim(line), "---"))
			own = true;
		else
			ret = own ? own_line(&h, line) : message_line(&h, line);
	}
	if (!ret)
		ret = check_probes(&h);
	if (!ret)
		ret = settle_upstream(&h);
	if (!ret)
		ret = check_unaffected(&h);
	free(h.commit);
	return ret;
}
