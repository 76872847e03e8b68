// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue/provenance.c - where a fix comes from: what a message says of upstream's commit
 *
 * These lines stand in the message, since git am drops what stands behind the "---" line.
 */
#include "queue/private.h"

#include <ctype.h>
#include <strings.h>
#include <time.h>

#define UNKNOWN "unknown"
#define CANDIDATE "Upstream-candidate"
#define FULL_ID 40

bool queue_field(struct span line, const char *name, struct span *value)
{
	if (!span_starts_nocase(line, name))
		return false;
	*value = span_skip(line, strlen(name));
	if (!span_take(value, ":"))
		return false;
	*value = span_trim(*value);
	return true;
}

bool upstream_line(struct span line, struct span *id)
{
	struct span s = span_trim(line), rest;
	bool said = span_ends(s, " upstream.") || span_ends(s, " upstream") ?
		    span_take(&s, "commit ") :
		    span_ends(s, "]") && span_take(&s, "[ Upstream commit ");

	if (said)
		span_cut(s, " ", id, &rest);
	return said;
}

const char *queue_patch_commit(const struct queue_patch *qp)
{
	return qp->upstream ? qp->upstream : qp->candidate;
}

/* LOCAL@DOMAIN, with nothing in it that would end it in a mail header. */
static bool is_address(struct span s)
{
	struct span local, domain;

	if (!span_cut(s, "@", &local, &domain) || !local.len || !domain.len ||
	    span_has_c(domain, '@'))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] <= ' ' || strchr("<>()[],;:\"\\", s.p[i]))
			return false;
	return true;
}

/* NAME <LOCAL@DOMAIN> */
static bool is_person(struct span s)
{
	struct span name, mail;

	if (!span_cut(s, "<", &name, &mail) || !span_take_end(&mail, ">"))
		return false;
	return span_trim(name).len && !span_has_c(name, '>') && is_address(mail);
}

static bool is_zone(const char *s)
{
	return strlen(s) == 5 && (s[0] == '+' || s[0] == '-') && strspn(s + 1, "0123456789") == 4 &&
	       s[1] <= '1' && s[3] <= '5';
}

/* As git prints it, "Sat, 30 May 2026 09:19:17 -0400": of that day, and in no other spelling. */
static bool is_mail_date(struct span s)
{
	_cleanup_free_ char *text = span_dup(s);
	struct tm tm = { .tm_isdst = 0 };
	const char *zone = strptime(text, "%a, %d %b %Y %H:%M:%S ", &tm);
	char again[64];
	size_t n;

	/* timegm() sets right what no calendar has, so that it differs. */
	if (!zone || !is_zone(zone) || tm.tm_year > 8099 || timegm(&tm) < 0)
		return false;
	n = strftime(again, sizeof(again), "%a, %-d %b %Y %H:%M:%S ", &tm);
	return n && n == (size_t)(zone - text) && !memcmp(text, again, n);
}

static bool is_full_id(struct span s)
{
	return is_commit_id(s) && s.len == FULL_ID;
}

static const struct {
	const char *name;
	size_t offset;		/* in struct queue_patch */
	bool (*ok)(struct span s);
	const char *expected;
} fields[] = {
	{ "Upstream-author", offsetof(struct queue_patch, author), is_person,
	  "expected \"Upstream-author: NAME <ADDRESS>\" or \"unknown\"" },
	{ "Upstream-date", offsetof(struct queue_patch, date), is_mail_date,
	  "expected \"Upstream-date: Sat, 30 May 2026 09:19:17 -0400\", as git log --format=%aD "
	  "prints it, or \"unknown\"" },
	{ "Upstream-message-id", offsetof(struct queue_patch, message_id), is_address,
	  "expected \"Upstream-message-id: LOCAL@DOMAIN\" without brackets, or \"unknown\"" },
};

/* Not "unknown": then there would be none. */
static const char *take_candidate(struct queue_patch *qp, struct span v)
{
	if (qp->candidate)
		return "a second line of this name";
	if (!is_full_id(v))
		return "expected all 40 digits of a commit id";
	qp->candidate = span_dup(v);
	return NULL;
}

bool queue_provenance_line(struct queue_patch *qp, struct span line, const char **why)
{
	struct span v;

	*why = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		char **to = (char **)((char *)qp + fields[i].offset);

		if (!queue_field(line, fields[i].name, &v))
			continue;
		if (*to)
			*why = "a second line of this name";
		else if (!span_is(v, UNKNOWN) && !fields[i].ok(v))
			*why = fields[i].expected;
		else
			*to = span_dup(v);
		return true;
	}
	if (queue_field(line, CANDIDATE, &v)) {
		*why = take_candidate(qp, v);
		return true;
	}
	if (queue_field(line, "Reported-by", &v) && v.len) {
		_cleanup_free_ char *who = span_dup(v);

		strv_add(&qp->reported_by, who);
		return true;
	}
	return false;
}

/* ID ("subject") */
static bool names_culprit(const char *fixes)
{
	struct span id = { fixes, strcspn(fixes, " ") }, subject = span_of(fixes + id.len);

	return is_commit_id(id) && span_starts(subject, " (\"") && span_ends(subject, "\")");
}

/* What git am takes the author, the date and the subject from. */
static void lacks_mail(const struct queue_patch *qp, struct strv *out)
{
	if (!qp->from)
		strv_add(out, "no From:, so git am takes the patch from nobody");
	else if (!is_person(span_of(qp->from)))
		strv_addf(out, "expected \"From: NAME <ADDRESS>\", found: %s", qp->from);
	if (!qp->mail_date)
		strv_add(out, "no Date:");
	else if (!is_mail_date(span_of(qp->mail_date)))
		strv_addf(out,
			  "expected a Date: such as \"Sat, 30 May 2026 09:19:17 -0400\", found: %s",
			  qp->mail_date);
	if (!qp->subject)
		strv_add(out, "no Subject:");
}

void queue_lacks(const struct queue_patch *qp, struct strv *out)
{
	lacks_mail(qp, out);
	if (qp->cve && qp->cve_behind)
		strv_add(out, "CVE: stands behind the \"---\" line, where git am drops it");
	if (qp->fixes && !names_culprit(qp->fixes))
		strv_addf(out, "expected \"Fixes: ID (\"SUBJECT\")\", found: %s", qp->fixes);
	if (!queue_patch_commit(qp))
		return;
	if (qp->upstream && qp->upstream_behind)
		strv_add(out, "no line \"commit ID upstream.\" in the message");
	if (qp->upstream && strlen(qp->upstream) != FULL_ID)
		strv_addf(out, "expected all 40 digits of the upstream commit, found: %s",
			  qp->upstream);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (!*(char *const *)((const char *)qp + fields[i].offset))
			strv_addf(out, "no %s:", fields[i].name);
}
