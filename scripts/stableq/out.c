// SPDX-License-Identifier: GPL-2.0-only
#include "out.h"

#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

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

static const char *sequence(enum out_color color)
{
	static const char *const seq[] = {
		[OUT_PLAIN] = "", [OUT_BOLD] = "\033[1m", [OUT_DIM] = "\033[2m",
		[OUT_RED] = "\033[31m", [OUT_GREEN] = "\033[32m", [OUT_YELLOW] = "\033[33m",
	};

	return seq[color];
}

const char *out_on(const struct out *out, enum out_color color)
{
	return out->res_color ? sequence(color) : "";
}

const char *out_off(const struct out *out)
{
	return out->res_color ? "\033[0m" : "";
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

void out_printf(struct out *out, const char *fmt, ...)
{
	va_list ap;

	/* Both streams may be one terminal. */
	erase(out);
	va_start(ap, fmt);
	vfprintf(out->res, fmt, ap);
	va_end(ap);
}

void out_raw(struct out *out, struct span s)
{
	out_status_clear(out);
	fwrite(s.p, 1, s.len, out->res);
}

static void log_line(struct out *out, enum out_color color, const char *prefix, const char *fmt,
		     va_list ap)
{
	erase(out);
	fflush(out->res);
	if (prefix)
		fprintf(out->log, "%s%s%s", out->log_color ? sequence(color) : "", prefix,
			out->log_color ? "\033[0m" : "");
	vfprintf(out->log, fmt, ap);
	fputc('\n', out->log);
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
	va_list ap;

	if (out->quiet)
		return;
	va_start(ap, fmt);
	vsnprintf(out->status, sizeof(out->status), fmt, ap);
	va_end(ap);
	out->since = mono_seconds();
	if (!out->log_tty) {
		out_tick(out);
		return;
	}
	/* A line that wraps could not be redrawn. */
	fprintf(out->log, "\r\033[K%.*s", columns(out) - 1, out->status);
	fflush(out->log);
	out->status_shown = true;
}

void out_status_clear(struct out *out)
{
	out->status[0] = '\0';
	erase(out);
}
