// SPDX-License-Identifier: GPL-2.0-only
#include "kbuild/diag.h"

#include <ctype.h>

#include "base/arch.h"

#define LINE_MAX_LEN 65536
#define KEEP_MAX 2000		/* of each kind: a build that says more than this says nothing */

const char *kbuild_package(const char *what)
{
	static const char *const packages[][2] = {
		{ "make", "make" }, { "gcc", "gcc" }, { "clang", "clang" }, { "g++", "g++" },
		{ "ld", "binutils" }, { "as", "binutils" }, { "ar", "binutils" },
		{ "nm", "binutils" }, { "objcopy", "binutils" }, { "objdump", "binutils" },
		{ "readelf", "binutils" }, { "strip", "binutils" }, { "ld.lld", "lld" },
		{ "flex", "flex" }, { "bison", "bison" }, { "bc", "bc" }, { "perl", "perl" },
		{ "cpio", "cpio" }, { "depmod", "kmod" }, { "rsync", "rsync" },
		{ "python3", "python3-minimal" }, { "awk", "mawk" }, { "ccache", "ccache" },
		{ "xz", "xz-utils" }, { "gzip", "gzip" }, { "zstd", "zstd" }, { "lz4", "lz4" },
		{ "lzop", "lzop" }, { "bzip2", "bzip2" }, { "pahole", "dwarves" },
		{ "sparse", "sparse" }, { "find", "findutils" }, { "xargs", "findutils" },
		{ "cmp", "diffutils" },
		{ "openssl", "openssl" }, { "openssl/opensslv.h", "libssl-dev" },
		{ "openssl/bio.h", "libssl-dev" }, { "-lcrypto", "libssl-dev" },
		{ "gelf.h", "libelf-dev" }, { "libelf.h", "libelf-dev" }, { "-lelf", "libelf-dev" },
		{ "stdio.h", "libc6-dev" }, { "stdlib.h", "libc6-dev" },
		{ "sys/types.h", "libc6-dev" }, { "asm/unistd.h", "linux-libc-dev" },
		{ "gmp.h", "libgmp-dev" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(packages); i++)
		if (!strcmp(packages[i][0], what))
			return packages[i][1];
	return arch_package(what);
}

static void add_new(struct strv *to, const char *text)
{
	if (to->n < KEEP_MAX && !strv_has(to, text))
		strv_add(to, text);
}

static void add_span(struct strv *to, struct span s)
{
	_cleanup_free_ char *text = span_dup(s);

	add_new(to, text);
}

/* Remove "x/.." and "." from an absolute path, by its text alone. */
static void squeeze(char *path)
{
	char *copy = xstrdup(path), *save = NULL, *to = path;

	for (char *part = strtok_r(copy, "/", &save); part; part = strtok_r(NULL, "/", &save)) {
		if (!strcmp(part, "."))
			continue;
		if (!strcmp(part, "..")) {
			while (to > path && *--to != '/')
				;
			continue;
		}
		*to++ = '/';
		to = stpcpy(to, part);
	}
	*to = '\0';
	free(copy);
}

static const char *below(const char *path, const char *dir)
{
	size_t n = dir ? strlen(dir) : 0;

	return n && !strncmp(path, dir, n) && path[n] == '/' ? path + n + 1 : NULL;
}

/*
 * The compiler runs in the object directory and, by way of ccache's base directory, may have got
 * names like ../../work/linux-6.12.107/fs/nfsd/state.h.
 */
static char *relative(const struct kbuild_diag *d, struct span name)
{
	_cleanup_free_ char *path = NULL;
	const char *rel;

	if (!name.len || name.p[0] == '<')
		return span_dup(name);
	if (name.p[0] == '/')
		path = span_dup(name);
	else
		path = xasprintf("%s/" SPAN_FMT, d->obj, SPAN_ARG(name));
	squeeze(path);
	/* The object directory may be in the tree, or the other way round. */
	rel = below(path, d->obj);
	if (!rel)
		rel = below(path, d->tree);
	return xstrdup(rel ? rel : path);
}

/* "path:12:5" or "path:12" into its parts; the column is dropped. */
static bool location(struct span s, struct span *path, struct span *line)
{
	size_t numbers = 0;

	*path = s;
	while (numbers < 2) {
		size_t i = path->len;

		while (i && isdigit((unsigned char)path->p[i - 1]))
			i--;
		if (i == path->len || i < 2 || path->p[i - 1] != ':')
			break;
		*line = span_skip(*path, i);
		*path = span_head(*path, i - 1);
		numbers++;
	}
	return numbers > 0;
}

static void unit(struct kbuild_diag *d, struct span line)
{
	struct span object = span_behind_last(line, ' ');

	if (object.len)
		strv_addf(&d->units, SPAN_FMT, SPAN_ARG(object));
	if (d->on_unit)
		d->on_unit(d->ctx);
}

static void warning(struct kbuild_diag *d, char *text)
{
	if (d->warnings.n < KEEP_MAX && !strv_has(&d->warnings, text)) {
		strv_add(&d->warnings, text);
		if (d->on_warning)
			d->on_warning(d->ctx, text);
	}
	free(text);
}

/* "fatal error: gelf.h: No such file or directory": whose fault that is depends on the header. */
static void missing_header(struct kbuild_diag *d, struct span text)
{
	_cleanup_free_ char *header = NULL;
	struct span name, rest;

	if (!span_cut(text, ": No such file or directory", &name, &rest))
		return;
	header = span_dup(name);
	if (kbuild_package(header))
		add_new(&d->missing, header);
}

/* Who speaks when there is no file and line: "ld", "collect2", "cc1", "vmlinux.o". */
static struct span speaker(struct span s)
{
	return span_behind_last(s, '/');
}

/*
 * Programs that tell of this machine: "make[2]: warning:  Clock skew detected.",
 * "ccache: error: ...", "perl: warning: Setting locale failed."
 */
static bool of_host(struct span tool)
{
	static const char *const tools[] = {
		"make", "gmake", "ccache", "sh", "bash", "dash", "perl", "python3",
	};
	struct span level;

	span_cut(tool, "[", &tool, &level);
	for (size_t i = 0; i < ARRAY_SIZE(tools); i++)
		if (span_is(tool, tools[i]))
			return true;
	return false;
}

static void host_remark(struct kbuild_diag *d, struct span text)
{
	d->host_remarks++;
	if (span_has(text, "Clock skew detected") || span_ends(text, " s in the future"))
		d->skew = true;
}

static void placeless(struct kbuild_diag *d, struct span line, struct span who, bool is_warning,
		      struct span text)
{
	struct span tool = speaker(who);
	_cleanup_free_ char *name = relative(d, who);

	if (span_starts(text, "Killed signal terminated program"))
		d->killed = true;
	if (is_warning && of_host(tool))
		host_remark(d, text);
	else if (span_is(tool, "ccache"))
		add_span(&d->host, line);
	else if (is_warning && (span_is(tool, "ld") || span_starts(tool, "ld.")))
		d->link_remarks++;
	else if (is_warning && span_starts(text, "objtool:"))
		warning(d, xasprintf("%s: warning: " SPAN_FMT, name, SPAN_ARG(text)));
	else if (is_warning)
		warning(d, span_dup(line));
	else if (span_is(tool, "collect2"))
		/* "ld returned 1 exit status": ld has said why, or the target's name must do. */
		add_span(&d->failed, line);
	else
		add_span(&d->errors, line);
}

/* "path:12:5: warning: text [-Wfoo]" of gcc and clang, "path:12: Error: text" of as. */
static bool compiler(struct kbuild_diag *d, struct span line)
{
	static const struct {
		const char *mark;
		bool warning;
	} kinds[] = {
		{ ": warning: ", true }, { ": Warning: ", true }, { ":warning: ", true },
		{ ": error: ", false }, { ": fatal error: ", false }, { ": Error: ", false },
		{ ": internal compiler error: ", false },
	};
	struct span where, text, path, number;
	_cleanup_free_ char *name = NULL;
	size_t kind = 0, best = line.len;

	/* The first mark in the line counts: the text behind it may quote anything. */
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (span_cut(line, kinds[i].mark, &where, &text) && where.len < best) {
			best = where.len;
			kind = i;
		}
	if (best == line.len || !span_cut(line, kinds[kind].mark, &where, &text))
		return false;
	if (!location(where, &path, &number)) {
		placeless(d, line, where, kinds[kind].warning, text);
		return true;
	}
	name = relative(d, path);
	if (kinds[kind].warning) {
		warning(d, xasprintf("%s:" SPAN_FMT ": warning: " SPAN_FMT, name, SPAN_ARG(number),
				     SPAN_ARG(text)));
	} else {
		_cleanup_free_ char *msg = xasprintf("%s:" SPAN_FMT ": error: " SPAN_FMT, name,
						     SPAN_ARG(number), SPAN_ARG(text));

		missing_header(d, text);
		add_new(&d->errors, msg);
	}
	return true;
}

/* The linker: "ld: fs/x.o: in function `f':", "fs/x.c:12: undefined reference to `g'". */
static bool linker(struct kbuild_diag *d, struct span line)
{
	static const char *const marks[] = { "undefined reference to ", "multiple definition of " };
	struct span where, rest, path, number, tool;
	_cleanup_free_ char *msg = NULL, *name = NULL;

	if (span_cut(line, ": ", &where, &rest)) {
		tool = speaker(where);
		if (span_is(tool, "ld") || span_starts(tool, "ld."))
			line = rest;
	}
	if (span_starts(line, "NOTE: "))
		return true;
	if (span_cut(line, "cannot find -l", &where, &rest) && !where.len) {
		span_cut(rest, ":", &rest, &where);
		msg = xasprintf("-l" SPAN_FMT, SPAN_ARG(rest));
		add_new(&d->missing, msg);
		add_span(&d->errors, line);
		return true;
	}
	if (span_cut(line, ": in function `", &where, &rest) && rest.len > 2) {
		free(d->function);
		name = relative(d, where);
		rest = span_chop(rest, 2);
		d->function = xasprintf("%s: in function `" SPAN_FMT "'", name, SPAN_ARG(rest));
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		if (!span_cut(line, marks[i], &where, &rest))
			continue;
		where = span_trim(where);
		span_take_end(&where, ":");
		if (location(where, &path, &number)) {
			name = relative(d, path);
			msg = xasprintf("%s:" SPAN_FMT ": %s" SPAN_FMT, name, SPAN_ARG(number),
					marks[i], SPAN_ARG(rest));
		} else if (!i && d->function) {
			msg = xasprintf("%s: %s" SPAN_FMT, d->function, marks[i], SPAN_ARG(rest));
		} else if (span_cut(where, ":(", &path, &number)) {
			name = relative(d, path);
			msg = xasprintf("%s: %s" SPAN_FMT, name, marks[i], SPAN_ARG(rest));
		} else {
			msg = span_dup(line);
		}
		add_new(&d->errors, msg);
		return true;
	}
	return false;
}

/* A word without quotes, as shells and env print it. */
static char *unquoted(struct span s)
{
	s = span_trim(s);
	if (s.len > 1 && strchr("'`\"", s.p[0]))
		s = span_chop(span_skip(s, 1), 1);
	return span_dup(s);
}

/* "/bin/sh: 1: flex: not found", "bash: line 1: bc: command not found" */
static bool shell(struct kbuild_diag *d, struct span line)
{
	static const char *const marks[] = { ": not found", ": command not found" };

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		_cleanup_free_ char *tool = NULL;
		struct span s = line;

		if (!span_take_end(&s, marks[i]))
			continue;
		tool = unquoted(span_behind_last(s, ' '));
		add_new(&d->missing, tool);
		return true;
	}
	return false;
}

/* How make says that a command got SIGKILL or SIGBUS: by itself, or by its shell's status. */
static bool ended_from_outside(struct span status)
{
	static const char *const ways[] = { "Killed", "Bus error", "Error 137", "Error 135" };

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		if (span_starts(status, ways[i]))
			return true;
	return false;
}

/*
 * What no kernel can be blamed for, said by make, a shell or a tool of itself. A line with a place
 * in a file is about that file, and may quote anything.
 */
static bool machine(struct kbuild_diag *d, struct span line)
{
	static const char *const marks[] = {
		"virtual memory exhausted", "memory exhausted", "out of memory allocating",
		"Cannot allocate memory", "Resource temporarily unavailable", "Cannot fork",
		"Too many open files", "Input/output error", "Read-only file system",
		"unable to execute command: Killed", "unable to execute command: Terminated",
	};
	struct span where, rest, path, number;

	if (span_cut(line, ": ", &where, &rest) && location(where, &path, &number))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (span_has(line, marks[i])) {
			add_span(&d->host, line);
			return true;
		}
	return false;
}

/* make itself: "make[2]: *** [Makefile:1: fs/x.o] Error 1", "Makefile:9: *** text.  Stop." */
static bool make_line(struct kbuild_diag *d, struct span line)
{
	struct span who, text, rule, status, target;
	_cleanup_free_ char *msg = NULL;

	if (span_starts(line, "make") && span_cut(line, ": ", &who, &text) &&
	    span_ends(text, ": No such file or directory") && !span_starts(text, "*** ")) {
		span_cut(text, ": No such", &text, &status);
		msg = unquoted(text);
		add_new(&d->missing, msg);
		return true;
	}
	if (!span_cut(line, "*** ", &who, &text))
		return false;
	if (span_starts(text, "Waiting for unfinished"))
		return true;
	if (span_starts(text, "[") && span_cut(text, "] ", &rule, &status)) {
		target = rule;
		while (span_has(target, ": "))
			span_cut(target, ": ", &rule, &target);
		span_take(&target, "[");
		msg = xasprintf(SPAN_FMT ": " SPAN_FMT, SPAN_ARG(target), SPAN_ARG(status));
		if (ended_from_outside(status))
			add_new(&d->host, msg);
		else if (span_has(status, "Error"))
			add_new(&d->failed, msg);
		return true;
	}
	span_take_end(&text, "  Stop.");
	/* "Makefile:660: *** text" keeps its place; "make[1]: *** text" has none. */
	if (span_starts(who, "make"))
		msg = span_dup(text);
	else
		msg = xasprintf(SPAN_FMT SPAN_FMT, SPAN_ARG(who), SPAN_ARG(text));
	add_new(&d->errors, msg);
	return true;
}

/* Kconfig says "fs/Kconfig:12: syntax error", modpost "ERROR: modpost: text". */
static bool others(struct kbuild_diag *d, struct span line)
{
	struct span where, text, path, number;

	if (span_starts(line, "ERROR: ")) {
		add_span(&d->errors, line);
		return true;
	}
	if (span_starts(line, "WARNING: ")) {
		warning(d, span_dup(line));
		return true;
	}
	if (span_cut(line, ": ", &where, &text) && location(where, &path, &number) &&
	    span_has(speaker(path), "Kconfig") &&
	    (span_has(text, "error") || span_has(text, "unknown") || span_has(text, "can't"))) {
		add_span(&d->errors, line);
		return true;
	}
	return false;
}

static void take_line(struct kbuild_diag *d)
{
	struct span line;

	/* In the C locale it is ASCII; anything else would only upset terminals and JSON. */
	for (size_t i = 0; i < d->line.len; i++)
		if ((unsigned char)d->line.s[i] >= 0x7f ||
		    ((unsigned char)d->line.s[i] < ' ' && d->line.s[i] != '\t' &&
		     d->line.s[i] != '\r'))
			d->line.s[i] = '?';
	line = str_span(&d->line);
	span_take_end(&line, "\r");
	if (span_starts(line, "  CC ") || span_starts(line, "  AS ")) {
		unit(d, line);
		return;
	}
	if (!line.len || line.p[0] == ' ')
		return;
	if (span_has(line, "No space left on device") || span_has(line, "Disk quota exceeded"))
		d->no_space = true;
	if (machine(d, line) || shell(d, line) || make_line(d, line) || compiler(d, line) ||
	    linker(d, line))
		return;
	others(d, line);
}

void kbuild_diag_feed(struct kbuild_diag *d, const char *p, size_t n)
{
	while (n) {
		const char *nl = memchr(p, '\n', n);
		size_t len = nl ? (size_t)(nl - p) : n;

		/* A line of any length: its beginning says what it is. */
		if (d->line.len < LINE_MAX_LEN)
			str_add(&d->line, p, MIN(len, LINE_MAX_LEN - d->line.len));
		if (!nl)
			return;
		take_line(d);
		str_trunc(&d->line, 0);
		p += len + 1;
		n -= len + 1;
	}
}

void kbuild_diag_end(struct kbuild_diag *d)
{
	if (d->line.len)
		take_line(d);
	str_trunc(&d->line, 0);
}

void kbuild_diag_free(struct kbuild_diag *d)
{
	strv_free(&d->warnings);
	strv_free(&d->errors);
	strv_free(&d->failed);
	strv_free(&d->units);
	strv_free(&d->missing);
	strv_free(&d->host);
	str_free(&d->line);
	free(d->function);
	d->function = NULL;
}
