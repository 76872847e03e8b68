// SPDX-License-Identifier: GPL-2.0-only
#include "patch/hunk.h"

void lines_split(struct lines *l, struct span text)
{
	size_t n = 0;

	for (const char *s = text.p, *end = text.p + text.len; s < end; n++) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));

		s = nl ? nl + 1 : end;
	}
	l->v = xcalloc(n, sizeof(*l->v));
	l->n = n;
	for (size_t i = 0; i < n; i++) {
		const char *nl = memchr(text.p, '\n', text.len);

		l->v[i].p = text.p;
		l->v[i].len = nl ? (size_t)(nl - text.p) + 1 : text.len;
		text.p += l->v[i].len;
		text.len -= l->v[i].len;
	}
}

void lines_free(struct lines *l)
{
	free(l->v);
	*l = (struct lines){ 0 };
}

struct span lines_get(const struct lines *l, long n)
{
	if (n < 1 || (size_t)n > l->n)
		return (struct span){ "", 0 };
	return l->v[n - 1];
}

void hunk_state_init(struct hunk_state *st, struct span text)
{
	*st = (struct hunk_state){ 0 };
	lines_split(&st->in, text);
}

void hunk_state_free(struct hunk_state *st)
{
	lines_free(&st->in);
	str_free(&st->out);
}

static void swap(size_t *a, size_t *b)
{
	size_t t = *a;

	*a = *b;
	*b = t;
}

void hunk_reverse(struct hunk *h)
{
	swap(&h->old_start, &h->new_start);
	swap(&h->old_len, &h->new_len);
	for (size_t i = 0; i < h->nlines; i++) {
		if (h->lines[i].kind == '-')
			h->lines[i].kind = '+';
		else if (h->lines[i].kind == '+')
			h->lines[i].kind = '-';
	}
}

/* Context lines before the first change (@dir 1) or after the last one (@dir -1). */
static long context_at(const struct hunk *h, int dir)
{
	size_t n = 0;

	while (n < h->nlines && h->lines[dir > 0 ? n : h->nlines - 1 - n].kind == ' ')
		n++;
	return (long)n;
}

long hunk_context(const struct hunk *h)
{
	return MAX(context_at(h, 1), context_at(h, -1));
}

/* Where the hunk says it begins. "-N,0" means behind line N. */
static long first_line(const struct hunk *h)
{
	return (long)h->old_start + (h->old_len ? 0 : 1);
}

/* Do the old lines, without @skip_head and @skip_tail at the ends, stand at line @where? */
static bool matches(const struct lines *in, const struct hunk *h, long where, long skip_head,
		    long skip_tail)
{
	long last = (long)h->old_len - skip_tail;
	long k = 0;

	for (size_t i = 0; i < h->nlines && k < last; i++) {
		if (h->lines[i].kind == '+')
			continue;
		if (k >= skip_head && !span_eq(lines_get(in, where + k), h->lines[i].text))
			return false;
		k++;
	}
	return true;
}

static long found(struct hunk_state *st, long guess, long where)
{
	st->offset += where - guess;
	return where;
}

long hunk_locate(struct hunk_state *st, const struct hunk *h, long fuzz)
{
	long head = context_at(h, 1);
	long tail = context_at(h, -1);
	long context = MAX(head, tail);
	/* Below zero: the context is short for want of lines, so the hunk sits at that end. */
	long head_fuzz = fuzz + head - context;
	long tail_fuzz = fuzz + tail - context;
	long guess = first_line(h) + st->offset;
	long n = (long)h->old_len;
	long lines = (long)st->in.n;
	long up, down, first, limit;

	if (!n)
		return guess;

	/* How far the hunk may move towards the end and towards the start. */
	down = lines - (n - tail_fuzz) + 1 - guess;
	up = guess - (st->frozen + 1);
	limit = MAX(down, up);
	/* No line before the first; a guess out there already searches downwards only. */
	if (guess <= up)
		up = guess - 1;

	if (head_fuzz < 0 && first_line(h) <= 1) {
		if (tail_fuzz < 0 && (n != lines || head < st->frozen))
			return 0;
		if (st->frozen <= head && 1 - guess <= down &&
		    matches(&st->in, h, 1, 0, tail_fuzz))
			return found(st, guess, 1);
		return 0;
	}
	head_fuzz = MAX(head_fuzz, 0);

	if (tail_fuzz < 0) {
		long where = lines - n + 1;

		if (guess - where <= up && matches(&st->in, h, where, head_fuzz, 0))
			return found(st, guess, where);
		return 0;
	}

	/*
	 * A guess behind the last place it could be begins there. A guess before the first such
	 * place begins before the guess: so does GNU patch, whose bytes are what we are after.
	 */
	first = down < 0 ? -down : up < 0 ? guess - (st->frozen + 1) : 0;
	for (long d = first; d <= limit; d++) {
		if (d <= down && matches(&st->in, h, guess + d, head_fuzz, tail_fuzz))
			return found(st, guess, guess + d);
		if (d <= up && matches(&st->in, h, guess - d, head_fuzz, tail_fuzz))
			return found(st, guess, guess - d);
	}
	return 0;
}

static void put(struct hunk_state *st, struct span line)
{
	str_add(&st->out, line.p, line.len);
	st->open_line = !line.len || line.p[line.len - 1] != '\n';
}

/* Copy the input up to and with line @last. */
static bool copy_to(struct hunk_state *st, long last)
{
	if (st->frozen > last)
		return false;
	while (st->frozen < last) {
		struct span line = lines_get(&st->in, ++st->frozen);

		if (!line.len)
			continue;
		/* A hunk's last line without a newline that met more input after all. */
		if (st->open_line)
			str_addc(&st->out, '\n');
		put(st, line);
	}
	return true;
}

static const struct hunk_line *next_of(const struct hunk *h, size_t *i, char other)
{
	while (*i < h->nlines && h->lines[*i].kind == other)
		(*i)++;
	return *i < h->nlines ? &h->lines[*i] : NULL;
}

/*
 * The old and the new side are walked side by side, deletions before additions, as GNU patch
 * does: it matters when the last new line lacks its newline.
 */
bool hunk_put(struct hunk_state *st, const struct hunk *h, long where)
{
	size_t i = 0, j = 0;
	long at = where - 1;	/* lines of the input before the current old line */

	for (;;) {
		const struct hunk_line *old = next_of(h, &i, '+');
		const struct hunk_line *new = next_of(h, &j, '-');

		if (!old && !new)
			return true;
		if (old && old->kind == '-') {
			if (st->open_line || !copy_to(st, at))
				return false;
			st->frozen++;
			at++;
			i++;
		} else if (new && new->kind == '+') {
			if (!copy_to(st, at))
				return false;
			if (!old && st->open_line)
				str_addc(&st->out, '\n');
			put(st, new->text);
			j++;
		} else {
			at++;
			i++;
			j++;
		}
	}
}

void hunk_finish(struct hunk_state *st)
{
	copy_to(st, MAX((long)st->in.n, st->frozen));
}

/* How many old lines match at @where, and which one is the first that does not. */
static long score_at(const struct lines *in, const struct hunk *h, long where, size_t *bad)
{
	long score = 0, k = 0;

	*bad = h->nlines;
	for (size_t i = 0; i < h->nlines; i++) {
		if (h->lines[i].kind == '+')
			continue;
		if (span_eq(lines_get(in, where + k), h->lines[i].text))
			score++;
		else if (*bad == h->nlines)
			*bad = i;
		k++;
	}
	return score;
}

/* A line as it can stand in a message: no newline, no control characters, not too long. */
static void show(struct str *b, struct span line)
{
	size_t max = 70;
	size_t n;

	while (line.len && (line.p[line.len - 1] == '\n' || line.p[line.len - 1] == '\r'))
		line.len--;
	while (line.len && (line.p[0] == ' ' || line.p[0] == '\t')) {
		line.p++;
		line.len--;
	}
	n = MIN(line.len, max);
	while (n < line.len && n && (line.p[n] & 0xc0) == 0x80)
		n--;	/* not in the middle of a UTF-8 character */
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)line.p[i];

		str_addc(b, c == '\t' ? ' ' : c < ' ' || c == 0x7f ? '?' : (char)c);
	}
	str_adds(b, n < line.len ? "…" : "");
}

void hunk_explain(const struct hunk_state *st, const struct hunk *h, struct hunk_outcome *o)
{
	long guess = first_line(h) + st->offset;
	long best = MAX(guess, 1), score, best_score;
	struct str b = STR_INIT, found = STR_INIT, expected = STR_INIT;
	size_t bad;
	long line;

	best_score = score_at(&st->in, h, best, &bad);
	for (long w = 1; w <= (long)st->in.n; w++) {
		score = score_at(&st->in, h, w, &bad);
		if (score > best_score ||
		    (score == best_score && labs(w - guess) < labs(best - guess))) {
			best = w;
			best_score = score;
		}
	}
	score_at(&st->in, h, best, &bad);
	if (bad == h->nlines) {
		str_addf(&b, "its lines stand at line %ld, where it may not go", best);
		o->detail = str_take(&b);
		return;
	}
	line = best;
	for (size_t i = 0; i < bad; i++)
		line += h->lines[i].kind != '+';
	show(&expected, h->lines[bad].text);
	if (line > (long)st->in.n) {
		str_addf(&b, "the file ends at line %zu", st->in.n);
	} else {
		struct span have = lines_get(&st->in, line);

		show(&found, have);
		str_addf(&b, "line %ld is \"%s\"", line, str_span(&found).p);
		if (span_eq(span_trim(have), span_trim(h->lines[bad].text)))
			str_adds(&b, " with other white space or line ends");
		o->line = (size_t)line;
		o->found = str_take(&found);
	}
	str_addf(&b, ", the patch expects \"%s\"", str_span(&expected).p);
	o->expected = str_take(&expected);
	o->detail = str_take(&b);
}
