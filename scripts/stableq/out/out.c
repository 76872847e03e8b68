// SPDX-License-Identifier: GPL-2.0-only
#include "out/out.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "out/format.h"
#include "out/text.h"

#define TICK 60			/* seconds */

void out_init(struct out *out)
{
	const char *term = getenv("TERM");
	const char *no_color = getenv("NO_COLOR");
	const char *tick = getenv("STABLEQ_TICK");
	bool color = !(no_color && no_color[0]) && !(term && !strcmp(term, "dumb"));

	*out = (struct out){ .res = stdout, .log = stderr };
	out->res_color = color && isatty(STDOUT_FILENO);
	out->log_tty = isatty(STDERR_FILENO) && !(term && !strcmp(term, "dumb"));
	out->log_color = color && out->log_tty;
	out->tick = tick ? strtod(tick, NULL) : TICK;
	out->spoke = mono_seconds();
}

const char *out_on(const struct out *out, enum out_color color)
{
	return out_sequence(out->res_color ? color : OUT_PLAIN);
}

const char *out_off(const struct out *out)
{
	return out->res_color ? out_sequence_end() : out_sequence(OUT_PLAIN);
}

/* The first reason counts: what comes after it isn't printed either. */
static void failed(struct out *out)
{
	if (!out->lost)
		out->lost = errno ? errno : EIO;
}

static void flush(struct out *out)
{
	errno = 0;
	if (fflush(out->res))
		failed(out);
}

/* Make room on the terminal for another line. */
static void erase(struct out *out)
{
	if (!out->status_shown)
		return;
	fputs("\r\033[K", out->log);
	fflush(out->log);
	out->status_shown = false;
}

void out_raw(struct out *out, struct span s)
{
	/* Both streams may be one terminal. */
	erase(out);
	errno = 0;
	if (fwrite(s.p, 1, s.len, out->res) != s.len)
		failed(out);
}

static void print_text(struct out *out, bool lines, const char *fmt, va_list ap)
{
	_cleanup_str_ struct str text = STR_INIT;

	out_format(&text, lines, fmt, ap);
	out_raw(out, str_span(&text));
}

void out_printf(struct out *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_text(out, false, fmt, ap);
	va_end(ap);
}

void out_lines(struct out *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_text(out, true, fmt, ap);
	va_end(ap);
}

int out_finish(struct out *out, struct err *err)
{
	out_status_clear(out);
	flush(out);
	if (!out->lost && ferror(out->res))
		out->lost = EIO;
	errno = out->lost;
	return out->lost ? err_sys(err, "cannot write to standard output") : 0;
}

static void log_line(struct out *out, enum out_color color, const char *prefix, const char *fmt,
		     va_list ap)
{
	_cleanup_str_ struct str text = STR_INIT;

	if (prefix && out->log_color)
		str_addf(&text, "%s%s%s", out_sequence(color), prefix, out_sequence_end());
	else if (prefix)
		str_adds(&text, prefix);
	out_format(&text, true, fmt, ap);
	str_addc(&text, '\n');
	erase(out);
	flush(out);
	fwrite(text.s, 1, text.len, out->log);
	fflush(out->log);
	out->spoke = mono_seconds();
}

void out_note(struct out *out, const char *fmt, ...)
{
	va_list ap;

	if (out->quiet)
		return;
	va_start(ap, fmt);
	log_line(out, OUT_PLAIN, NULL, fmt, ap);
	va_end(ap);
}

void out_warn(struct out *out, const char *fmt, ...)
{
	va_list ap;

	out->warnings++;
	va_start(ap, fmt);
	log_line(out, OUT_YELLOW, "warning: ", fmt, ap);
	va_end(ap);
}

void out_error(struct out *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(out, OUT_RED, "stableq: ", fmt, ap);
	va_end(ap);
}

static int columns(const struct out *out)
{
	struct winsize w;

	if (ioctl(fileno(out->log), TIOCGWINSZ, &w) == 0 && w.ws_col > 10)
		return w.ws_col;
	return 80;
}

void out_tick(void *ctx)
{
	struct out *out = ctx;
	double now = mono_seconds();

	if (out->log_tty || out->quiet || out->tick <= 0 || !out->status[0] ||
	    now - out->spoke < out->tick)
		return;
	if (now - out->since < out->tick)
		out_note(out, "%s", out->status);
	else
		out_note(out, "%s (%.0f s so far)", out->status, now - out->since);
}

void out_status(struct out *out, const char *fmt, ...)
{
	_cleanup_str_ struct str text = STR_INIT, line = STR_INIT;
	va_list ap;

	if (out->quiet)
		return;
	va_start(ap, fmt);
	out_format(&text, false, fmt, ap);
	va_end(ap);
	snprintf(out->status, sizeof(out->status), "%s", str_span(&text).p);
	out->since = mono_seconds();
	if (!out->log_tty) {
		out_tick(out);
		return;
	}
	/* A line that wraps could not be redrawn. */
	text_visible(&line, str_span(&text), (size_t)columns(out) - 1, "");
	fprintf(out->log, "\r\033[K%s", str_span(&line).p);
	fflush(out->log);
	out->status_shown = true;
}

void out_status_clear(struct out *out)
{
	out->status[0] = '\0';
	erase(out);
}
