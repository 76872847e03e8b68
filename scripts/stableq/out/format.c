// SPDX-License-Identifier: GPL-2.0-only
#include "out/format.h"

#include "out/text.h"

/* One conversion of a format. */
struct spec {
	char flags[8];
	int width;
	int precision;		/* -1: none */
	bool star;		/* the precision was an argument */
	char length[3];
	char conv;
};

static const char end[] = "\033[0m";

const char *out_sequence(enum out_color color)
{
	static const char seq[][8] = {
		[OUT_PLAIN] = "", [OUT_BOLD] = "\033[1m", [OUT_DIM] = "\033[2m",
		[OUT_RED] = "\033[31m", [OUT_GREEN] = "\033[32m", [OUT_YELLOW] = "\033[33m",
	};

	return seq[color];
}

const char *out_sequence_end(void)
{
	return end;
}

static bool is_sequence(const char *s)
{
	for (int c = OUT_PLAIN; c <= OUT_YELLOW; c++)
		if (s == out_sequence((enum out_color)c))
			return true;
	return s == end;
}

static size_t take_chars(char *to, size_t size, const char *p, const char *of)
{
	size_t n = strspn(p, of);

	snprintf(to, size, "%.*s", (int)n, p);
	return n;
}

static const char *number(const char *p, int *v, va_list *ap)
{
	char *after;

	if (*p == '*') {
		*v = va_arg(*ap, int);
		return p + 1;
	}
	*v = (int)strtol(p, &after, 10);
	return after;
}

/* @p is behind the percent sign. Return: behind the conversion. */
static const char *parse(const char *p, struct spec *s, va_list *ap)
{
	*s = (struct spec){ .precision = -1 };
	p += take_chars(s->flags, sizeof(s->flags), p, "-+ #0");
	p = number(p, &s->width, ap);
	if (*p == '.') {
		s->star = p[1] == '*';
		p = number(p + 1, &s->precision, ap);
	}
	p += take_chars(s->length, sizeof(s->length), p, "hlzjt");
	s->conv = *p;
	return p + 1;
}

/* Lines of an argument's own, but for the first, are moved in: they can't be taken for ours. */
static void add_lines(struct str *to, struct span s)
{
	struct span line;
	bool first = true;

	for (; span_line(&s, &line); first = false) {
		if (!first)
			str_adds(to, line.len &&
				 (*line.p == ' ' || *line.p == '\t') ? "\n" : "\n  ");
		text_visible(to, line, SIZE_MAX, "\t");
	}
}

static void pad(struct str *to, size_t width, size_t used)
{
	if (width > used)
		str_addf(to, "%*s", (int)(width - used), "");
}

static void add_string(struct str *to, const struct spec *s, const char *text, bool lines)
{
	_cleanup_str_ struct str field = STR_INIT;
	size_t width = (size_t)MAX(s->width, 0), used;
	struct span all = { text, 0 };
	bool left = strchr(s->flags, '-');

	if (is_sequence(text)) {
		str_adds(to, text);
		return;
	}
	/* A span has no terminator, anything else has. */
	all.len = s->star && s->precision >= 0 ? strnlen(text, (size_t)s->precision) : strlen(text);
	if (!width && (s->star || s->precision < 0)) {
		if (lines)
			add_lines(to, all);
		else
			text_visible(to, all, SIZE_MAX, "\t");
		return;
	}
	if (width)
		all.len = strlen(text);
	used = text_visible(&field, all, s->precision < 0 ? SIZE_MAX : (size_t)s->precision, "");
	if (!left)
		pad(to, width, used);
	str_add(to, str_span(&field).p, field.len);
	if (left)
		pad(to, width, used);
}

/* The compiler has checked that format and argument agree. */
static void add_number(struct str *to, const struct spec *s, va_list *ap)
{
	char fmt[48], dot[16] = "";

	if (s->precision >= 0)
		snprintf(dot, sizeof(dot), ".%d", s->precision);
	/* %.0d prints no width of 0. */
	snprintf(fmt, sizeof(fmt), "%%%s%.0d%s%s%c", s->flags, s->width, dot, s->length, s->conv);
	if (strchr("feEgG", s->conv))
		/* NOLINTNEXTLINE(bugprone-branch-clone): each takes an argument of another size */
		str_addf(to, fmt, va_arg(*ap, double));
	else if (!strcmp(s->length, "ll"))
		str_addf(to, fmt, va_arg(*ap, long long));
	else if (strpbrk(s->length, "lzjt"))
		str_addf(to, fmt, va_arg(*ap, long));
	else
		str_addf(to, fmt, va_arg(*ap, int));
}

static void add_spec(struct str *to, const struct spec *s, va_list *ap, bool lines)
{
	char c;

	switch (s->conv) {
	case '%':
		str_addc(to, '%');
		break;
	case 's':
		add_string(to, s, va_arg(*ap, const char *), lines);
		break;
	case 'c':
		c = (char)va_arg(*ap, int);
		text_visible(to, (struct span){ &c, 1 }, SIZE_MAX, "");
		break;
	default:
		add_number(to, s, ap);
	}
}

void out_format(struct str *to, bool lines, const char *fmt, va_list ap)
{
	struct spec s;
	va_list args;

	va_copy(args, ap);
	while (*fmt) {
		size_t n = strcspn(fmt, "%");

		str_add(to, fmt, n);
		fmt += n;
		if (!*fmt)
			break;
		fmt = parse(fmt + 1, &s, &args);
		add_spec(to, &s, &args, lines);
	}
	va_end(args);
}
