// SPDX-License-Identifier: GPL-2.0-only
#include "patch/hunk.h"

struct span lines_get(const struct lines *l, long n)
{
	if (n < 1 || (size_t)n > l->n)
		return SPAN_EMPTY;
	return (struct span){ l->v[n - 1].p, l->v[n - 1].len };
}

/* All that the hunks can add has its room from the beginning, so that it needn't move. */
void hunk_state_init(struct hunk_state *st, struct content *c, const struct file_patch *f)
{
	size_t bytes = 0;

	*st = (struct hunk_state){ .in = content_lines(c) };
	st->room = st->in->n;
	for (size_t k = 0; k < f->nhunks; k++) {
		st->room += f->hunks[k].nlines;
		for (size_t i = 0; i < f->hunks[k].nlines; i++)
			if (f->hunks[k].lines[i].kind == '+')
				bytes += f->hunks[k].lines[i].text.len;
	}
	st->out.v = xmalloc(size_class(st->room * sizeof(*st->out.v)));
	st->at = xmalloc(bytes);
	ARRAY_PUSH(st->added, st->nadded) = st->at;
}

void hunk_state_free(struct hunk_state *st)
{
	for (size_t i = 0; i < st->nadded; i++)
		free(st->added[i]);
	free(st->added);
	free(st->out.v);
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

/* The old lines of a hunk, and how it may be laid onto a file. */
struct pattern {
	struct line *v;
	long n;
	long skip_head, skip_tail;	/* lines at the ends that needn't match */
	long anchor;	/* the longest line between: it stands in the fewest places */
};

static void pattern_init(struct pattern *p, const struct hunk *h)
{
	*p = (struct pattern){ .v = xmalloc(h->old_len * sizeof(*p->v)) };
	for (size_t i = 0; i < h->nlines; i++) {
		struct span text = h->lines[i].text;

		if (h->lines[i].kind != '+')
			p->v[p->n++] = (struct line){ text.p, (uint32_t)text.len, 0 };
	}
}

static void pattern_skip(struct pattern *p, long head, long tail)
{
	p->skip_head = head;
	p->skip_tail = tail;
	p->anchor = head;
	for (long k = head; k < p->n - tail; k++)
		if (p->v[k].len > p->v[p->anchor].len)
			p->anchor = k;
}

static bool same_line(const struct line *a, const struct line *b)
{
	return a->len == b->len && (!a->len || !memcmp(a->p, b->p, a->len));
}

/* Line @n, from 1; an empty one outside the file. */
static struct line *line_at(const struct lines *in, long n)
{
	static struct line none = { "", 0, 1 };

	return n < 1 || (size_t)n > in->n ? &none : &in->v[n - 1];
}

/* Does the pattern lie at line @where? */
static bool matches(const struct lines *in, const struct pattern *p, long where)
{
	for (long k = p->skip_head; k < p->n - p->skip_tail; k++)
		if (!same_line(line_at(in, where + k), &p->v[k]))
			return false;
	return true;
}

/* The same, where it most likely doesn't: most lines differ in length, and else in the hash. */
static bool may_match(const struct lines *in, const struct pattern *p, long where)
{
	struct line *is, *should = &p->v[p->anchor];

	if (p->skip_head >= p->n - p->skip_tail)
		return true;
	is = line_at(in, where + p->anchor);
	return is->len == should->len && (!is->len || line_hash(is) == line_hash(should)) &&
	       matches(in, p, where);
}

static long found(struct hunk_state *st, long guess, long where)
{
	st->offset += where - guess;
	return where;
}

static long locate(struct hunk_state *st, const struct hunk *h, struct pattern *p, long fuzz)
{
	long head = context_at(h, 1);
	long tail = context_at(h, -1);
	long context = MAX(head, tail);
	/* Below zero: the context is short for want of lines, so the hunk sits at that end. */
	long head_fuzz = fuzz + head - context;
	long tail_fuzz = fuzz + tail - context;
	long guess = first_line(h) + st->offset;
	long n = (long)h->old_len;
	long lines = (long)st->in->n;
	long up, down, first, limit;

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
		pattern_skip(p, 0, tail_fuzz);
		if (st->frozen <= head && 1 - guess <= down && matches(st->in, p, 1))
			return found(st, guess, 1);
		return 0;
	}
	head_fuzz = MAX(head_fuzz, 0);

	if (tail_fuzz < 0) {
		long where = lines - n + 1;

		pattern_skip(p, head_fuzz, 0);
		if (guess - where <= up && matches(st->in, p, where))
			return found(st, guess, where);
		return 0;
	}

	/*
	 * A guess behind the last place it could be begins there. A guess before the first such
	 * place begins before the guess: so does GNU patch, whose bytes are what we are after.
	 */
	first = down < 0 ? -down : up < 0 ? guess - (st->frozen + 1) : 0;
	pattern_skip(p, head_fuzz, tail_fuzz);
	for (long d = first; d <= limit; d++) {
		if (d <= down && may_match(st->in, p, guess + d))
			return found(st, guess, guess + d);
		if (d <= up && may_match(st->in, p, guess - d))
			return found(st, guess, guess - d);
	}
	return 0;
}

long hunk_locate(struct hunk_state *st, const struct hunk *h, long fuzz)
{
	struct pattern p;
	long where;

	if (!h->old_len)
		return first_line(h) + st->offset;
	pattern_init(&p, h);
	where = locate(st, h, &p, fuzz);
	free(p.v);
	return where;
}

static void push_line(struct hunk_state *st, const char *p, size_t len)
{
	/* Room for a line that is completed behind all hunks. */
	if (st->out.n == st->room)
		st->out.v = xrealloc(st->out.v, (st->room += 16) * sizeof(*st->out.v));
	st->out.v[st->out.n++] = (struct line){ p, (uint32_t)len, 0 };
}

/* The line that the output ends in gets more text: two pieces become one elsewhere. */
static void complete(struct hunk_state *st, struct span more)
{
	struct span last = lines_get(&st->out, (long)st->out.n);
	size_t have = last.len && last.p[last.len - 1] != '\n' ? last.len : 0;
	char *text = xmalloc(have + more.len);

	memcpy(text, last.p, have);
	if (more.len)
		memcpy(text + have, more.p, more.len);
	ARRAY_PUSH(st->added, st->nadded) = text;
	if (have)
		st->out.n--;
	if (have + more.len)
		push_line(st, text, have + more.len);
}

static bool is_open(struct span line)
{
	return !line.len || line.p[line.len - 1] != '\n';
}

/* A line of the patch. */
static void put_hunk(struct hunk_state *st, struct span line)
{
	if (st->open_line) {
		complete(st, line);
	} else if (line.len) {
		memcpy(st->at, line.p, line.len);
		push_line(st, st->at, line.len);
		st->at += line.len;
	}
	st->open_line = is_open(line);
}

/* Copy the input up to and with line @last. */
static bool copy_to(struct hunk_state *st, long last)
{
	size_t from = (size_t)st->frozen, to = MIN((size_t)MAX(last, 0), st->in->n);

	if (st->frozen > last)
		return false;
	st->frozen = last;
	if (from >= to)
		return true;
	/* A hunk's last line without a newline that met more input after all. */
	if (st->open_line)
		complete(st, (struct span){ "\n", 1 });
	memcpy(&st->out.v[st->out.n], &st->in->v[from], (to - from) * sizeof(*st->out.v));
	st->out.n += to - from;
	st->open_line = is_open(lines_get(st->in, (long)to));
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
			if (!old && st->open_line) {
				complete(st, (struct span){ "\n", 1 });
				st->open_line = false;
			}
			put_hunk(st, new->text);
			j++;
		} else {
			at++;
			i++;
			j++;
		}
	}
}

struct content *hunk_finish(struct hunk_state *st, struct content *c)
{
	struct content *made;

	copy_to(st, MAX((long)st->in->n, st->frozen));
	made = content_over(c, &st->out, st->added, st->nadded);
	st->added = NULL;
	st->nadded = 0;
	return made;
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
static void show_line(struct str *b, struct span line)
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

	best_score = score_at(st->in, h, best, &bad);
	for (long w = 1; w <= (long)st->in->n; w++) {
		score = score_at(st->in, h, w, &bad);
		if (score > best_score ||
		    (score == best_score && labs(w - guess) < labs(best - guess))) {
			best = w;
			best_score = score;
		}
	}
	score_at(st->in, h, best, &bad);
	if (bad == h->nlines) {
		str_addf(&b, "its lines stand at line %ld, where it may not go", best);
		o->detail = str_take(&b);
		return;
	}
	line = best;
	for (size_t i = 0; i < bad; i++)
		line += h->lines[i].kind != '+';
	show_line(&expected, h->lines[bad].text);
	if (line > (long)st->in->n) {
		str_addf(&b, "the file ends at line %zu", st->in->n);
	} else {
		struct span have = lines_get(st->in, line);

		show_line(&found, have);
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
