// SPDX-License-Identifier: GPL-2.0-only
/* text, out, json: bytes of others, shown and written */
#include "unit.h"

#include <errno.h>
#include <math.h>

#include "out/json.h"
#include "out/format.h"
#include "out/text.h"

static char *seen(struct span s, size_t max, const char *keep)
{
	struct str to = STR_INIT;

	text_visible(&to, s, max, keep);
	return str_take(&to);
}

#define assert_seen(bytes, want)							\
	do {										\
		_cleanup_free_ char *got = seen((struct span){ bytes, sizeof(bytes) - 1 },	\
						SIZE_MAX, "");				\
		assert_string_equal(got, want);						\
	} while (0)

static void what_a_terminal_obeys_is_shown(void **state)
{
	assert_seen("plain caf\xc3\xa9 \xe6\x97\xa5", "plain caf\xc3\xa9 \xe6\x97\xa5");
	assert_seen("\033]0;x\007\033[2J", "\\x1b]0;x\\x07\\x1b[2J");
	assert_seen("a\nb\tc\r\0d\177", "a\\nb\\tc\\x0d\\x00d\\x7f");
	assert_seen("\xc2\x9b" "31m", "\\u009b31m");
	assert_seen("\xe2\x80\xaetxt\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c",
		    "\\u202etxt\\u2066\\u200f\\u061c");
	assert_seen("\xe2\x80\x8b\xef\xbb\xbf\xe2\x80\xa8", "\\u200b\\ufeff\\u2028");
	assert_seen("\xf3\xa0\x81\x81", "\\ue0041");
}

static void what_is_no_utf8_is_shown(void **state)
{
	assert_seen("caf\xe9 fix", "caf\\xe9 fix");
	/* Cut short, overlong, a surrogate, above the last plane, a byte that never begins one. */
	assert_seen("\xe2\x80", "\\xe2\\x80");
	assert_seen("\xc0\xaf", "\\xc0\\xaf");
	assert_seen("\xed\xa0\x80", "\\xed\\xa0\\x80");
	assert_seen("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	assert_seen("\xff" "a\xc3", "\\xffa\\xc3");
	/* What is good stays good beside it. */
	assert_seen("\xc3\xa9\xe9", "\xc3\xa9\\xe9");
}

static void columns_are_what_is_seen(void **state)
{
	_cleanup_free_ char *cut = NULL, *wide = NULL, *kept = NULL;

	assert_int_equal(text_width(span_of("caf\xc3\xa9")), 4);
	assert_int_equal(text_width(span_of("e\xcc\x81")), 1);
	assert_int_equal(text_width(span_of("\xe6\x97\xa5\xe6\x9c\xac")), 4);
	assert_int_equal(text_width(span_of("\033[m")), 6);
	cut = seen(span_of("\xc3\xa9\xc3\xa9\xc3\xa9"), 2, "");
	assert_string_equal(cut, "\xc3\xa9\xc3\xa9");
	/* Nothing is cut through its middle. */
	wide = seen(span_of("a\xe6\x97\xa5"), 2, "");
	assert_string_equal(wide, "a");
	kept = seen(span_of("a\n\tb\r"), SIZE_MAX, "\n\t");
	assert_string_equal(kept, "a\n\tb\\x0d");
}

static char *print(const struct json *j, int want)
{
	struct err e = ERR_INIT;
	char *buf = NULL;
	size_t len = 0;
	struct out out = { .res = open_memstream(&buf, &len), .log = stderr };

	assert_int_equal(out_json(&out, j, &e), want);
	fclose(out.res);
	assert_int_equal(e.code, want);
	err_clear(&e);
	return buf;
}

static const char *one_format(struct str *to, bool lines, const char *fmt, ...) __printf(3, 4);

static const char *one_format(struct str *to, bool lines, const char *fmt, ...)
{
	va_list ap;

	str_free(to);
	va_start(ap, fmt);
	out_format(to, lines, fmt, ap);
	va_end(ap);
	return str_span(to).p;
}

#define assert_format(want, lines, ...)							\
	assert_string_equal(one_format(&s, lines, __VA_ARGS__), want)

static void only_our_own_sequences_pass(void **state)
{
	const struct out out = { .res_color = true }, plain = { .res_color = false };
	_cleanup_str_ struct str s = STR_INIT;

	assert_format("\033[31mx\\x1b[31m\033[0m\n", false, "%s%s%s\n", out_on(&out, OUT_RED),
		      "x\033[31m", out_off(&out));
	assert_format("x\n", false, "%s%s%s\n", out_on(&plain, OUT_RED), "x", out_off(&plain));
	assert_format("a\\nb\tc", false, "%s", "a\nb\tc");
	/* The format's own lines are ours; those of an argument are moved in. */
	assert_format("x:\na\n  stableq: b\n  c\n\td", true, "x:\n%s", "a\nstableq: b\n  c\n\td");
	assert_format("\\n", false, "%c", '\n');
}

static void fields_count_columns(void **state)
{
	_cleanup_str_ struct str s = STR_INIT;
	struct span span = { "caf\xc3\xa9 and more", 5 };

	assert_format("[caf\xc3\xa9 ]", false, "[%-5s]", "caf\xc3\xa9");
	assert_format("[ caf\xc3\xa9]", false, "[%*s]", 5, "caf\xc3\xa9");
	assert_format("[\xc3\xa9\xc3\xa9  ]", false, "[%-4.2s]", "\xc3\xa9\xc3\xa9\xc3\xa9");
	assert_format("[\xc3\xa9\xc3\xa9 ]", false, "[%-*.*s]", 3, 2, "\xc3\xa9\xc3\xa9\xc3\xa9");
	assert_format("[a\\tb ]", false, "[%-5s]", "a\tb");
	/* A span's precision is its bytes, and it ends there. */
	assert_format("[caf\xc3\xa9]", false, "[" SPAN_FMT "]", SPAN_ARG(span));
	span.len = 4;
	assert_format("[caf\\xc3]", false, "[" SPAN_FMT "]", SPAN_ARG(span));
	assert_format("[]", false, "[%.*s]", 0, "x");
}

static void numbers_are_printf_s(void **state)
{
	_cleanup_str_ struct str s = STR_INIT;
	char want[200];

	snprintf(want, sizeof(want), "%d %5u|%-5zu|%05lld %lx %.1f %+.3e %3d%% %#x %c %ld", -3, 7U,
		 (size_t)9, -12LL, 255UL, 0.25, 12.5, 50, 16U, 'y', -1L);
	assert_format(want, false, "%d %5u|%-5zu|%05lld %lx %.1f %+.3e %3d%% %#x %c %ld", -3, 7U,
		      (size_t)9, -12LL, 255UL, 0.25, 12.5, 50, 16U, 'y', -1L);
}

static void what_is_lost_is_said(void **state)
{
	struct out out = { .res = fopen("/dev/full", "w"), .log = stderr };
	struct err e = ERR_INIT;

	out_printf(&out, "text\n");
	assert_int_equal(out_finish(&out, &e), ERR_SYSTEM);
	assert_int_equal(out.lost, ENOSPC);
	assert_err(e, ERR_SYSTEM, "standard output: No space left");
	fclose(out.res);
}

static void every_field_is_there(void **state)
{
	_cleanup_json_ struct json j = JSON_INIT;
	_cleanup_strv_ struct strv none = STRV_INIT;
	_cleanup_free_ char *text = NULL;

	json_open_object(&j, NULL);
	json_add_text(&j, "latin", "caf\xe9 \"q\" \\ \b\f\n\r\t");
	json_add_text(&j, "bell", "\007\177\xc2\x85\xe2\x80\xae\xf3\xa0\x81\x81 bfnrt");
	json_add_text(&j, "k\xff", NULL);
	json_add_texts(&j, "none", &none);
	json_open_array(&j, "numbers");
	json_add_int(&j, NULL, -7);
	json_add_real(&j, NULL, 7.8);
	json_add_real(&j, NULL, 10);
	json_add_real(&j, NULL, NAN);
	json_add_bool(&j, NULL, true);
	json_open_object(&j, NULL);
	json_close(&j);
	json_close(&j);
	json_close(&j);
	text = print(&j, 0);
	assert_string_equal(text, "{\n"
			    "  \"latin\": \"caf\\\\xe9 \\\"q\\\" \\\\ \\b\\f\\n\\r\\t\",\n"
			    "  \"bell\": \"\\u0007\\u007f\\u0085\\u202e\\udb40\\udc41 bfnrt\",\n"
			    "  \"k\\\\xff\": null,\n"
			    "  \"none\": [],\n"
			    "  \"numbers\": [\n    -7,\n    7.8,\n    10.0,\n    null,\n"
			    "    true,\n    {}\n  ]\n"
			    "}\n");
}

static void what_is_not_whole_is_not_printed(void **state)
{
	struct json bad[5];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_free_ char *text = NULL;

		bad[i] = (struct json)JSON_INIT;
		if (i)
			json_open_object(&bad[i], NULL);
		if (i == 2)
			json_add_int(&bad[i], NULL, 1);
		if (i >= 2)
			json_close(&bad[i]);
		if (i == 3)
			json_close(&bad[i]);
		if (i == 4)
			json_add_bool(&bad[i], NULL, true);
		text = print(&bad[i], ERR_SYSTEM);
		assert_string_equal(text, "");
		json_free(&bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_terminal_obeys_is_shown),
		cmocka_unit_test(what_is_no_utf8_is_shown),
		cmocka_unit_test(columns_are_what_is_seen),
		cmocka_unit_test(only_our_own_sequences_pass),
		cmocka_unit_test(fields_count_columns),
		cmocka_unit_test(numbers_are_printf_s),
		cmocka_unit_test(what_is_lost_is_said),
		cmocka_unit_test(every_field_is_there),
		cmocka_unit_test(what_is_not_whole_is_not_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
