// SPDX-License-Identifier: GPL-2.0-only
#include "out/json.h"

#include <math.h>

#include "out/text.h"

static void newline(struct json *j)
{
	str_addf(&j->text, "\n%*s", (int)(2 * j->open.len), "");
}

static void add_quoted(struct str *to, struct span s)
{
	static const char special[] = "\b\f\n\r\t\"\\", letter[] = "bfnrt\"\\";

	str_addc(to, '"');
	while (s.len) {
		uint32_t c;
		size_t n = text_char(s, &c);
		const char *named = n && c && c < 0x80 ? strchr(special, (int)c) : NULL;

		if (!n)
			str_addf(to, "\\\\x%02x", c);
		else if (named)
			str_addf(to, "\\%c", letter[named - special]);
		else if (text_hidden(c) && c > 0xffff)
			str_addf(to, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff));
		else if (text_hidden(c))
			str_addf(to, "\\u%04x", c);
		else
			str_add(to, s.p, n);
		s = span_skip(s, MAX(n, (size_t)1));
	}
	str_addc(to, '"');
}

/* Whatever comes before a value: comma, line, key. */
static void before(struct json *j, const char *key)
{
	bool in_object = j->open.len && j->open.s[j->open.len - 1] == '}';

	/* One value only at the outermost, keys in objects and nowhere else. */
	if ((key != NULL) != in_object || (!j->open.len && !j->first))
		j->bad = true;
	if (!j->first)
		str_addc(&j->text, ',');
	if (j->open.len)
		newline(j);
	j->first = false;
	if (key) {
		add_quoted(&j->text, span_of(key));
		str_adds(&j->text, ": ");
	}
}

static void open_one(struct json *j, const char *key, char begin, char end)
{
	before(j, key);
	str_addc(&j->text, begin);
	str_addc(&j->open, end);
	j->first = true;
}

void json_open_object(struct json *j, const char *key)
{
	open_one(j, key, '{', '}');
}

void json_open_array(struct json *j, const char *key)
{
	open_one(j, key, '[', ']');
}

void json_close(struct json *j)
{
	char end;

	if (!j->open.len) {
		j->bad = true;
		return;
	}
	end = j->open.s[j->open.len - 1];
	str_trunc(&j->open, j->open.len - 1);
	if (!j->first)
		newline(j);
	str_addc(&j->text, end);
	j->first = false;
}

void json_add_text(struct json *j, const char *key, const char *s)
{
	before(j, key);
	if (s)
		add_quoted(&j->text, span_of(s));
	else
		str_adds(&j->text, "null");
}

void json_add_texts(struct json *j, const char *key, const struct strv *v)
{
	json_open_array(j, key);
	for (size_t i = 0; i < v->n; i++)
		json_add_text(j, NULL, v->v[i]);
	json_close(j);
}

void json_add_int(struct json *j, const char *key, long long v)
{
	before(j, key);
	str_addf(&j->text, "%lld", v);
}

void json_add_real(struct json *j, const char *key, double v)
{
	char buf[40];

	before(j, key);
	if (!isfinite(v)) {
		str_adds(&j->text, "null");
		return;
	}
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(buf, sizeof(buf), "%.*g", digits, v);
		if (strtod(buf, NULL) == v && !strchr(buf, 'e'))
			break;
	}
	str_adds(&j->text, buf);
	/* Readers that tell the two apart see a real number. */
	if (!strpbrk(buf, ".e"))
		str_adds(&j->text, ".0");
}

void json_add_bool(struct json *j, const char *key, bool v)
{
	before(j, key);
	str_adds(&j->text, v ? "true" : "false");
}

void json_add_null(struct json *j, const char *key)
{
	json_add_text(j, key, NULL);
}

int out_json(struct out *out, const struct json *j, struct err *err)
{
	if (j->bad || j->open.len || !j->text.len)
		return err_set(err, ERR_SYSTEM, "internal error: the JSON result is not complete; "
			       "nothing was printed");
	out_raw(out, str_span(&j->text));
	out_raw(out, span_of("\n"));
	return 0;
}

void json_free(struct json *j)
{
	str_free(&j->text);
	str_free(&j->open);
}
