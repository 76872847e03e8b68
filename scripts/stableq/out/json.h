/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * out/json.h - the one writer of JSON
 *
 * The text is built from its beginning to its end, so there is no step that could fail and take a
 * field with it: any byte has a form (see json_add_text()), a number that JSON doesn't know is
 * null. Members come in the order of the calls. Every call names its key, which is NULL for
 * elements of an array and for the outermost value.
 */
#ifndef STABLEQ_JSON_H
#define STABLEQ_JSON_H

#include "base/err.h"
#include "out/out.h"
#include "base/str.h"

struct json {
	struct str text;
	struct str open;	/* a '}' or ']' for each that is still to be closed */
	bool first;		/* nothing stands in the innermost yet */
	bool bad;		/* a key was missing or too many, or one close too many */
};

#define JSON_INIT { .first = true }

void json_open_object(struct json *j, const char *key);
void json_open_array(struct json *j, const char *key);
/** json_close() - the innermost object or array is complete. */
void json_close(struct json *j);

/**
 * json_add_text() - a string
 * @j: the writer
 * @key: see above
 * @s: any bytes; NULL for null
 *
 * A byte that is no UTF-8, which JSON can't hold, becomes the four characters \xNN. Characters that
 * a terminal would obey are written as \uNNNN, which readers see as the characters themselves.
 */
void json_add_text(struct json *j, const char *key, const char *s);

/** json_add_texts() - an array of strings */
void json_add_texts(struct json *j, const char *key, const struct strv *v);

void json_add_int(struct json *j, const char *key, long long v);
/** json_add_real() - the fewest digits that read back as the same number. */
void json_add_real(struct json *j, const char *key, double v);
void json_add_bool(struct json *j, const char *key, bool v);
void json_add_null(struct json *j, const char *key);

/**
 * out_json() - print what was built as the result
 * @out: where to
 * @j: complete, all closed
 * @err: set when it isn't, which is an error of this program's own
 *
 * Return: 0 or ERR_SYSTEM, with nothing printed.
 */
int out_json(struct out *out, const struct json *j, struct err *err) __must_check;

void json_free(struct json *j);

#define _cleanup_json_ _cleanup_(json_free)

#endif
