// SPDX-License-Identifier: GPL-2.0-only
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#define QUOTE_MAX 400

static char *format(const char *fmt, va_list ap)
{
	char *s;

	if (vasprintf(&s, fmt, ap) < 0)
		return xstrdup("out of memory while formatting an error");
	return s;
}

static void replace(struct err *err, int code, char *msg)
{
	free(err->msg);
	err->code = code;
	err->msg = msg;
}

int err_set(struct err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (err) {
		va_start(ap, fmt);
		/* fmt may use the old message, so it is freed only afterwards. */
		replace(err, code, format(fmt, ap));
		va_end(ap);
	}
	return code;
}

int err_sys(struct err *err, const char *fmt, ...)
{
	int saved = errno;
	int code = saved == ENOENT ? ERR_NOTFOUND : ERR_SYSTEM;
	const char *hint = "";
	va_list ap;
	char *what;

	if (!err)
		return code;
	if (saved == ENOSPC || saved == EDQUOT)
		hint = "; free some space there and run the same command again";
	va_start(ap, fmt);
	what = format(fmt, ap);
	va_end(ap);
	replace(err, code, xasprintf("%s: %s%s", what, strerror(saved), hint));
	free(what);
	return code;
}

void err_clean(char *s)
{
	size_t n = 0;

	for (; s[n] && n < QUOTE_MAX; n++)
		if ((unsigned char)s[n] < ' ' || s[n] == 0x7f)
			s[n] = '?';
	s[n] = '\0';
}

int err_line(struct err *err, const char *name, unsigned int line, const char *fmt, ...)
{
	va_list ap;
	char *what;

	va_start(ap, fmt);
	what = format(fmt, ap);
	va_end(ap);
	err_clean(what);
	err_set(err, ERR_INPUT, "%s:%u: %s", name, line, what);
	free(what);
	return ERR_INPUT;
}

int err_prefix(struct err *err, const char *fmt, ...)
{
	va_list ap;
	char *prefix;

	if (!err)
		return ERR_SYSTEM;
	va_start(ap, fmt);
	prefix = format(fmt, ap);
	va_end(ap);
	replace(err, err->code, xasprintf("%s: %s", prefix, err->msg ? err->msg : "unknown error"));
	free(prefix);
	return err->code;
}

void err_clear(struct err *err)
{
	free(err->msg);
	err->msg = NULL;
	err->code = 0;
}

int err_move(struct err *to, struct err *from)
{
	int code = from->code;

	if (to) {
		replace(to, from->code, from->msg);
		from->msg = NULL;
	}
	err_clear(from);
	return code;
}

void err_also(struct err *to, struct err *more)
{
	if (!to || !more->code) {
		err_clear(more);
	} else if (!to->code) {
		err_move(to, more);
	} else {
		err_set(to, to->code, "%s\n%s", to->msg, more->msg);
		err_clear(more);
	}
}

int err_exit_code(int code)
{
	switch (code) {
	case 0:
		return EXIT_OK;
	case ERR_FINDING:
		return EXIT_FINDINGS;
	case ERR_INPUT:
	case ERR_FOLDER:
		return EXIT_USAGE;
	case ERR_INTERRUPTED:
		return EXIT_INTERRUPTED;
	default:
		return EXIT_MISSING;
	}
}
