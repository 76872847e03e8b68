// SPDX-License-Identifier: GPL-2.0-only
#include "console/splat.h"

#define SPLATS_MAX 200
#define TEXT_MAX ((size_t)64 * 1024)
#define DEPTH_MAX 4		/* reports within reports; more are not told apart */
#define LOST SIZE_MAX

#define KASAN_RULE 66		/* "=" in mm/kasan/report.c */
#define RULE_MIN 20
#define HEAD_MAX 4000		/* lines of a lockdep report before its stack trace */
#define SLACK 12		/* unknown lines between a heading and the first stack trace */

/* A report that is being printed. */
struct open {
	size_t idx;		/* of the splat, or LOST */
	enum splat_end end;
	size_t rule;		/* END_RULE: how long its last line will be */
	size_t lines;
	bool trace;		/* its stack trace has begun */
	bool titled;		/* title is more than "cut here" */
	bool message;		/* WARN()'s own message is part of the title */
	bool final;		/* the function is known for good */
	bool raw;		/* printed by a program */
	bool full;		/* its text is at the limit */
	unsigned int held;	/* lines in @hold */
	struct str hold;	/* lines that are its own only if more of it follows */
};

struct splats {
	struct splat *v;
	struct str *text;	/* one a splat */
	size_t n;
	size_t lost;
	struct open open[DEPTH_MAX];
	size_t depth;
	size_t rule;		/* length of the line of "=" just seen */
};

const char *const splat_kind_names[] = {
	[SPLAT_KASAN] = "KASAN",
	[SPLAT_UBSAN] = "UBSAN",
	[SPLAT_LOCKDEP] = "lockdep",
	[SPLAT_RCU] = "RCU",
	[SPLAT_WARNING] = "warning",
	[SPLAT_BUG] = "BUG",
	[SPLAT_OOPS] = "oops",
	[SPLAT_STALL] = "stall",
	[SPLAT_LEAK] = "leak",
	[SPLAT_REFCOUNT] = "refcount",
	[SPLAT_LIST] = "list corruption",
	[SPLAT_DEBUGOBJ] = "object debugging",
	[SPLAT_PANIC] = "panic",
	NULL,
};

const char *splat_kind_name(enum splat_kind kind)
{
	return splat_kind_names[kind];
}

struct splats *splats_new(void)
{
	return xcalloc(1, sizeof(struct splats));
}

void splats_free(struct splats *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].title);
		free(s->v[i].function);
		free(s->v[i].check);
		str_free(&s->text[i]);
	}
	for (size_t i = 0; i < s->depth; i++)
		str_free(&s->open[i].hold);
	free(s->v);
	free(s->text);
	free(s);
}

const struct splat *splats_get(const struct splats *s, size_t *n, size_t *lost)
{
	for (size_t i = 0; i < s->n; i++)
		s->v[i].text = s->text[i].s;
	if (lost)
		*lost = s->lost;
	*n = s->n;
	return s->v;
}

static struct open *top(struct splats *s)
{
	return s->depth ? &s->open[s->depth - 1] : NULL;
}

static struct splat *splat_of(struct splats *s, const struct open *o)
{
	return o->idx == LOST ? NULL : &s->v[o->idx];
}

static void add_text(struct splats *s, struct open *o, const char *p, size_t n)
{
	struct str *t;

	if (o->idx == LOST)
		return;
	t = &s->text[o->idx];
	/* Bounded; the end of a report is worth the least. */
	if (o->full)
		return;
	if (t->len + n + 1 > TEXT_MAX) {
		o->full = true;
		str_adds(t, "[the rest is left out]\n");
		return;
	}
	str_add(t, p, n);
	str_addc(t, '\n');
}

static void close_top(struct splats *s)
{
	str_free(&top(s)->hold);
	s->depth--;
}

static void set_title(struct splats *s, struct open *o, struct span line)
{
	struct splat *sp = splat_of(s, o);

	o->titled = true;
	if (!sp)
		return;
	free(sp->title);
	sp->title = span_dup(line);
}

static void set_function(struct splats *s, struct open *o, struct span from)
{
	char *name = splat_symbol(from);
	struct splat *sp = splat_of(s, o);

	if (!name)
		return;
	/* A helper's name stands only until its caller's is seen. */
	o->final = !splat_is_helper(name);
	if (sp) {
		free(sp->function);
		sp->function = name;
	} else {
		free(name);
	}
}

/* What follows @mark in @line; an empty span if it isn't there. */
static struct span after(struct span line, const char *mark)
{
	struct span head, tail;

	span_cut(line, mark, &head, &tail);
	return tail;
}

/* " fn+0x12/0x34", " [<ffff…>] fn+0x12/0x34"; entries with "?" are leftovers on the stack. */
static void trace_function(struct splats *s, struct open *o, struct span line)
{
	struct span entry = span_trim(line);
	char *name;

	if (span_starts(entry, "[<"))
		entry = span_trim(after(entry, ">]"));
	if (!entry.len || entry.p[0] == '?')
		return;
	name = splat_symbol(entry);
	if (name && !splat_is_helper(name))
		set_function(s, o, entry);
	free(name);
}

static void find_function(struct splats *s, struct open *o, struct span line)
{
	static const char *const marks[] = { "RIP: ", "pc : ", "epc : ", "EIP: ", "NIP [" };
	struct splat *sp = splat_of(s, o);

	if (!sp || o->final)
		return;
	if (o->trace) {
		trace_function(s, o, line);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		struct span at;

		if (!span_starts(line, marks[i]))
			continue;
		/* "RIP: 0010:fn+0x12/0x34", "pc : fn+0x12/0x34", "NIP [c0001234] fn+0x12/0x34" */
		at = after(line, marks[i]);
		if (i == 0 || i == 3)
			at = after(at, ":");
		else if (i == 4)
			at = span_trim(after(at, "]"));
		set_function(s, o, at);
		return;
	}
	/* lockdep: "nfsd/12 is trying to acquire lock:", "… to release lock (&a) at:" */
	if (o->end != END_HEAD || sp->kind != SPLAT_LOCKDEP)
		return;
	if (after(line, ", at: ").len)
		set_function(s, o, after(line, ", at: "));
	else if (span_starts(line, "[<"))
		set_function(s, o, span_trim(after(line, ">]")));
}

static void function_of_start(struct splats *s, struct open *o, struct span line)
{
	struct splat *sp = splat_of(s, o);
	struct span at;

	if (!sp)
		return;
	if (o->end == END_RULE && sp->kind != SPLAT_UBSAN) {
		set_function(s, o, after(line, " in "));
		/* The report names the very function, whatever it is called. */
		o->final = sp->function != NULL;
	} else if (span_starts(line, "WARNING: ") && o->end == END_CUT) {
		set_function(s, o, span_behind_last(line, ' '));
	} else if (span_starts(line, "BUG: failure at ")) {
		/* UML: "BUG: failure at fs/nfsd/nfs4state.c:12/nfsd4_open()!" */
		at = after(after(line, " at "), ":");
		at = after(at, "/");
		if (span_take_end(&at, "()!") && at.len)
			sp->function = span_dup(at);
	}
}

static void push_splat(struct splats *s, const struct splat_start *start, struct span line,
		       size_t nr, const char *check, bool raw)
{
	static const char rule[] = "==========================================================="
				   "==========================================================";
	bool nested = s->depth > 0;
	struct open *o = &s->open[s->depth++];
	bool cut = span_starts(line, "---");

	*o = (struct open){ .idx = LOST, .end = start->end, .raw = raw };
	o->rule = s->rule ? s->rule : KASAN_RULE;
	if (s->n < SPLATS_MAX) {
		size_t n = s->n;
		struct splat *sp = &ARRAY_PUSH(s->v, n);

		ARRAY_PUSH(s->text, s->n) = (struct str)STR_INIT;
		o->idx = s->n - 1;
		sp->kind = start->kind;
		sp->line = nr;
		sp->nested = nested;
		sp->check = check ? xstrdup(check) : NULL;
	} else {
		s->lost++;
	}
	if (s->rule)
		add_text(s, o, rule, MIN(s->rule, strlen(rule)));
	add_text(s, o, line.p, line.len);
	set_title(s, o, line);
	o->titled = !cut;
	function_of_start(s, o, line);
}

/* The lines between "cut here" and the stack trace: what kind of report this is. */
static void inside_cut(struct splats *s, struct open *o, struct span line)
{
	struct splat *sp = splat_of(s, o);
	bool warning = span_starts(line, "WARNING: ");
	enum splat_kind kind;
	char *title;

	if (!sp || o->trace || !line.len)
		return;
	if (warning)
		function_of_start(s, o, line);
	if (splat_refine(line, &kind) && sp->kind == SPLAT_WARNING) {
		sp->kind = kind;
		set_title(s, o, line);
		o->message = true;
	} else if (!o->titled) {
		set_title(s, o, line);
		o->message = !warning;
	} else if (sp->kind == SPLAT_WARNING && warning && o->message) {
		/* __warn_printk(): the message came first. */
		title = xasprintf(SPAN_FMT ": %s", SPAN_ARG(line), sp->title);
		free(sp->title);
		sp->title = title;
	} else if (sp->kind == SPLAT_WARNING && !o->message && !warning && !splat_belongs(line) &&
		   !span_starts(line, "---[")) {
		/* warn_slowpath_fmt(): it comes second. */
		title = xasprintf("%s: " SPAN_FMT, sp->title, SPAN_ARG(line));
		free(sp->title);
		sp->title = title;
		o->message = true;
	}
}

static void inside_head(struct splats *s, struct open *o, struct span line)
{
	struct splat *sp = splat_of(s, o);
	char *title;

	if (!sp || o->message || sp->kind != SPLAT_RCU)
		return;
	/* "-----" and then "fs/nfsd/nfs4state.c:12 suspicious rcu_dereference_check() usage!" */
	if (span_starts(line, "-----")) {
		o->titled = false;
	} else if (!o->titled) {
		title = xasprintf("%s: " SPAN_FMT, sp->title, SPAN_ARG(line));
		free(sp->title);
		sp->title = title;
		o->titled = o->message = true;
	}
}

/* A line that may be its own: kept back until one comes that certainly is. */
static bool hold(struct open *o, struct span line)
{
	if ((line.len && o->trace) || o->held >= SLACK)
		return false;
	str_add(&o->hold, line.p, line.len);
	str_addc(&o->hold, '\n');
	o->held++;
	return true;
}

static void accept(struct splats *s, struct open *o, struct span line)
{
	if (o->hold.len) {
		add_text(s, o, o->hold.s, o->hold.len - 1);
		str_trunc(&o->hold, 0);
		o->held = 0;
	}
	add_text(s, o, line.p, line.len);
	o->lines++;
	if (splat_is_trace(line))
		o->trace = true;
	else
		find_function(s, o, line);
}

/* Return: false when the line is not the top report's, which then is at its end. */
static bool take_splat(struct splats *s, struct span line)
{
	struct open *o = top(s);

	switch (o->end) {
	case END_RULE:
	case END_NEVER:
		accept(s, o, line);
		return true;
	case END_CUT:
		inside_cut(s, o, line);
		accept(s, o, line);
		if (span_starts(line, "---[ end trace"))
			close_top(s);
		return true;
	case END_HEAD:
		inside_head(s, o, line);
		accept(s, o, line);
		if (span_starts(line, "stack backtrace:"))
			o->end = END_TRACE;
		return o->lines < HEAD_MAX;
	case END_TRACE:
		if (!splat_belongs(line))
			return hold(o, line);
		accept(s, o, line);
		return true;
	case END_LINE:
		break;
	}
	return false;
}

static bool is_crash(const struct splat_start *start)
{
	return start->end == END_CUT && start->kind != SPLAT_WARNING;
}

/* Does what begins here only go on with the report that is open? */
static bool joins(struct splats *s, const struct splat_start *start, struct span line)
{
	struct open *o = top(s);
	struct splat *sp;
	char *title;

	if (!o || o->end != END_CUT || o->trace || start->end != END_CUT)
		return false;
	sp = splat_of(s, o);
	if (span_starts(line, "---") && (!sp || sp->kind != SPLAT_LIST))
		return false;
	/* "cut here" and then "kernel BUG at …", "BUG: unable to handle …" and then "Oops: …" */
	if (sp && sp->kind == SPLAT_WARNING && is_crash(start)) {
		sp->kind = start->kind;
		if (o->message) {
			title = xasprintf("%s: " SPAN_FMT, sp->title, SPAN_ARG(line));
			free(sp->title);
			sp->title = title;
		} else {
			set_title(s, o, line);
		}
	} else {
		inside_cut(s, o, line);
	}
	accept(s, o, line);
	return true;
}

static void begin(struct splats *s, const struct splat_start *start, struct span line, size_t nr,
		  const char *check, bool raw)
{
	struct open *o;

	if (joins(s, start, line))
		return;
	for (o = top(s); o; o = top(s)) {
		/*
		 * Nothing that has its stack trace is interrupted by the next; a crash ends it too.
		 */
		bool over = (o->end == END_TRACE && o->trace) ||
			    (o->end == END_CUT && o->trace && is_crash(start)) ||
			    start->end == END_NEVER || s->depth == DEPTH_MAX;

		if (!over)
			break;
		close_top(s);
	}
	push_splat(s, start, line, nr, check, raw);
	if (start->end == END_LINE)
		close_top(s);
}

static bool is_rule(struct span line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.p[i] != '=')
			return false;
	return line.len >= RULE_MIN;
}

/* Return: true when the line of "=" was the last line of a report. */
static bool rule_ends(struct splats *s, struct span line)
{
	for (size_t i = s->depth; i-- > 0;) {
		if (s->open[i].end != END_RULE || s->open[i].rule != line.len)
			continue;
		while (s->depth > i + 1)
			close_top(s);
		accept(s, top(s), line);
		close_top(s);
		return true;
	}
	return false;
}

void splats_line(struct splats *s, struct span line, size_t nr, const char *check, bool raw)
{
	struct open *o = top(s);
	struct splat_start start;

	/* The list of leaks is in debugfs, and comes on the console when the guest prints it. */
	if (raw && !span_starts(line, "unreferenced object 0x") &&
	    !(o && o->raw && splat_belongs(line))) {
		if (o && o->raw)
			close_top(s);
		return;
	}
	if (o && o->raw && !raw) {
		close_top(s);
		o = top(s);
	}
	if (is_rule(line)) {
		s->rule = rule_ends(s, line) ? 0 : line.len;
		return;
	}
	if (!(o && o->end == END_NEVER) && splat_match(line, s->rule, &start)) {
		begin(s, &start, line, nr, check, raw);
		s->rule = 0;
		return;
	}
	s->rule = 0;
	while (s->depth && !take_splat(s, line))
		close_top(s);
}

void splats_end(struct splats *s)
{
	while (s->depth)
		close_top(s);
}
