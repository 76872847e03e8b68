// SPDX-License-Identifier: GPL-2.0-only
/*
 * The keys of kernel.org, with throwaway keys from a server on the loopback. gpg itself fetches
 * them: by URL from a plain server, and by WKD where namespaces allow to be kernel.org.
 */
#include "../source/gpg.h"

#include "../source/http.h"
#include "source/keys.h"

#define SIGNER "autosigner@kernel.org"
#define MAINTAINER "gregkh@kernel.org"
#define STRANGER "stranger@kernel.org"
#define EXPIRED "expired@kernel.org"
#define SCRIPT "tests/source/loopback-https"

/* The keys are made once, in a home below this. */
static char *base, *home;
static char *self;

/* Where a test has its server, and where the keyring goes. */
struct site {
	struct http http;
	char *www, *work, *keyring;
	struct key_pin pins[4];		/* by pin() */
	size_t npins;
	struct out out;
	char *log;
	size_t log_len;
	struct err err;
};

static char *fingerprint(const char *who)
{
	const char *argv[] = { GPG, home, "--with-colons", "--list-keys", who, NULL };
	struct child c = { .argv = argv, .timeout_ms = 30000 };
	const char *line;
	char *hex;

	assert_int_equal(child_check(&c, NULL), 0);
	line = strstr(c.out.s, "\nfpr:::::::::");
	assert_non_null(line);
	hex = xstrndup(line + strlen("\nfpr:::::::::"), 40);
	child_free(&c);
	return hex;
}

static int group_start(void **state)
{
	static const char *const who[] = { SIGNER, MAINTAINER, STRANGER };
	_cleanup_free_ char *none = NULL;

	if (scratch_make((void **)&base))
		return -1;
	home = fs_join(base, "home");
	none = fs_join(base, "none.gpg");
	if (!child_have("gpg") || !child_have("gpgv"))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(who); i++)
		gpg_key(home, who[i], none);
	return 0;
}

static int group_end(void **state)
{
	if (fs_exists(home))
		gpg_end(home);
	free(home);
	return scratch_remove((void **)&base);
}

/* A key that ended in the year in which it was made. */
static void make_expired(void)
{
	const char *argv[] = { GPG, home, "--pinentry-mode", "loopback", "--passphrase", "",
			       "--faked-system-time", "20200101T000000", "--quick-gen-key", EXPIRED,
			       "ed25519", "sign", "10d", NULL };

	assert_int_equal(gpg_run(argv), 0);
}

/* Expect @who's key by @name, until the site is closed. Return: its fingerprint. */
static const char *pin(struct site *s, const char *name, const char *who, bool needed)
{
	struct key_pin *p = &s->pins[s->npins++];

	assert_true(s->npins < ARRAY_SIZE(s->pins));
	*p = (struct key_pin){ xasprintf("%s/%s", s->http.url, name), fingerprint(who), needed };
	return p->fingerprint;
}

/* Have the server hand these out by @name. */
static void serve(const struct site *s, const char *name, const char *one, const char *two)
{
	_cleanup_free_ char *path = fs_join(s->www, name);
	const char *argv[] = { GPG, home, "--yes", "--output", path, "--export", one, two, NULL };

	assert_int_equal(fs_mkparents(path, NULL), 0);
	assert_int_equal(gpg_run(argv), 0);
}

static void site_open(struct site *s, const char *scratch, enum http_mode mode)
{
	memset(s, 0, sizeof(*s));
	s->www = fs_join(scratch, "www");
	s->work = fs_join(scratch, "cache/kernel.org");
	s->keyring = fs_join(scratch, "cache/keyring/kernel.org.gpg");
	assert_int_equal(fs_mkdirs(s->www, NULL), 0);
	http_start(&s->http, s->www, mode);
	s->out.log = s->out.res = open_memstream(&s->log, &s->log_len);
}

static void site_close(struct site *s)
{
	_cleanup_free_ char *gnupg = fs_join(s->work, "gnupg");

	/* Nothing of gpg's stays, whatever came. */
	assert_false(fs_exists(gnupg));
	free(http_end(&s->http));
	fclose(s->out.log);
	free(s->log);
	for (size_t i = 0; i < s->npins; i++) {
		free((char *)s->pins[i].from);
		free((char *)s->pins[i].fingerprint);
	}
	free(s->www);
	free(s->work);
	free(s->keyring);
	err_clear(&s->err);
}

static const char *site_log(struct site *s)
{
	fflush(s->out.log);
	return s->log ? s->log : "";
}

static int fetch(struct site *s, const struct key_pin *pins)
{
	err_clear(&s->err);
	return source_keys_fetch(pins, s->work, s->keyring, 2, &s->out, &s->err);
}

/* How many primary keys a keyring has, and whether this is one of them. */
static int count(const char *keyring, const char *fpr, bool *has)
{
	const char *argv[] = { GPG, home, "--with-colons", "--show-keys", keyring, NULL };
	struct child c = { .argv = argv, .timeout_ms = 30000 };
	int n = 0;

	assert_int_equal(child_check(&c, NULL), 0);
	for (const char *p = c.out.s; (p = strstr(p, "pub:")); p++)
		n++;
	*has = strstr(c.out.s, fpr) != NULL;
	child_free(&c);
	return n;
}

static void accepted(void **state)
{
	const char *signer;
	struct site s;
	bool has;

	need_gpg();
	site_open(&s, *state, HTTP_GOOD);
	signer = pin(&s, "one", SIGNER, true);
	pin(&s, "two", MAINTAINER, false);
	serve(&s, "one", SIGNER, NULL);
	serve(&s, "two", MAINTAINER, NULL);
	assert_int_equal(fetch(&s, s.pins), 0);
	assert_int_equal(count(s.keyring, signer, &has), 2);
	assert_true(has);
	assert_int_equal(s.out.warnings, 0);
	site_close(&s);
}

/* What comes beside the pinned key is left where it came from. */
static void several(void **state)
{
	const char *signer;
	struct site s;
	bool has;

	need_gpg();
	site_open(&s, *state, HTTP_GOOD);
	signer = pin(&s, "one", SIGNER, true);
	serve(&s, "one", SIGNER, STRANGER);
	assert_int_equal(fetch(&s, s.pins), 0);
	assert_int_equal(count(s.keyring, signer, &has), 1);
	assert_true(has);
	site_close(&s);
}

static void wrong(void **state)
{
	_cleanup_free_ char *stranger = NULL;
	const char *signer;
	struct site s;

	need_gpg();
	site_open(&s, *state, HTTP_GOOD);
	signer = pin(&s, "one", SIGNER, true);
	stranger = fingerprint(STRANGER);
	serve(&s, "one", STRANGER, NULL);
	assert_int_equal(fetch(&s, s.pins), ERR_FINDING);
	assert_text(s.err.msg, "is refused: expected");
	assert_text(s.err.msg, signer);
	assert_text(s.err.msg, stranger);
	assert_false(fs_exists(s.keyring));
	site_close(&s);
}

static void expired(void **state)
{
	struct site s;

	need_gpg();
	make_expired();
	site_open(&s, *state, HTTP_GOOD);
	pin(&s, "one", EXPIRED, true);
	serve(&s, "one", EXPIRED, NULL);
	assert_int_equal(fetch(&s, s.pins), ERR_FINDING);
	assert_text(s.err.msg, "expired");
	assert_false(fs_exists(s.keyring));
	site_close(&s);
}

/* A maintainer's that isn't right, or isn't there, is left out, and that is said. */
static void left_out(void **state)
{
	const char *signer;
	struct site s;
	bool has;

	need_gpg();
	site_open(&s, *state, HTTP_GOOD);
	signer = pin(&s, "one", SIGNER, true);
	pin(&s, "two", MAINTAINER, false);
	pin(&s, "three", MAINTAINER, false);
	serve(&s, "one", SIGNER, NULL);
	serve(&s, "two", STRANGER, NULL);
	assert_int_equal(fetch(&s, s.pins), 0);
	assert_int_equal(count(s.keyring, signer, &has), 1);
	assert_true(has);
	assert_int_equal(s.out.warnings, 2);
	assert_text(site_log(&s), "is refused: expected");
	assert_text(site_log(&s), "no key came for");
	site_close(&s);
}

static void garbage(void **state)
{
	static const char *const texts[] = { "", "no key", "\x99\x01\x0d\x04garbage" };
	struct site s;

	need_gpg();
	site_open(&s, *state, HTTP_GOOD);
	pin(&s, "one", SIGNER, true);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		put_file(s.www, "one", texts[i]);
		assert_int_equal(fetch(&s, s.pins), ERR_NOTFOUND);
		assert_text(s.err.msg, "no key came for");
		assert_false(fs_exists(s.keyring));
	}
	site_close(&s);
}

static void out_of_reach(void **state)
{
	static const enum http_mode modes[] = { HTTP_STALL, HTTP_ERROR };

	need_gpg();
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		double begin = mono_seconds();
		struct site s;

		site_open(&s, *state, modes[i]);
		pin(&s, "one", SIGNER, true);
		assert_int_not_equal(fetch(&s, s.pins), 0);
		assert_true(mono_seconds() - begin < 15);
		assert_false(fs_exists(s.keyring));
		site_close(&s);
	}
}

/* Killed while it waits for an answer: no keyring, and the next one cleans up and goes on. */
static void killed(void **state)
{
	_cleanup_free_ char *gnupg = NULL, *again = NULL;
	struct http good;
	struct site s;
	pid_t pid;

	need_gpg();
	site_open(&s, *state, HTTP_STALL);
	pin(&s, "one", SIGNER, true);
	serve(&s, "one", SIGNER, NULL);
	gnupg = fs_join(s.work, "gnupg");
	pid = fork();
	if (pid == 0) {
		source_keys_fetch(s.pins, s.work, s.keyring, 20, NULL, NULL);
		_exit(0);
	}
	for (int i = 0; i < 200 && !fs_exists(gnupg); i++)
		usleep(20000);
	usleep(500000);
	assert_true(fs_exists(gnupg));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_false(fs_exists(s.keyring));
	http_start(&good, s.www, HTTP_GOOD);
	again = xasprintf("%s/one", good.url);
	const struct key_pin pins[] = { { again, s.pins[0].fingerprint, true }, { NULL } };

	assert_int_equal(fetch(&s, pins), 0);
	assert_true(fs_exists(s.keyring));
	free(http_end(&good));
	site_close(&s);
}

/* --- by WKD: inside, this machine is kernel.org */

static void inside_accepted(const char *scratch, const char *fpr)
{
	const struct key_pin pins[] = { { SIGNER, fpr, true }, { NULL } };
	struct site s;

	site_open(&s, scratch, HTTP_GOOD);
	if (fetch(&s, pins))
		fail_msg("%s", s.err.msg);
	assert_true(fs_exists(s.keyring));
	site_close(&s);
}

/* The pins that the program has, and a server that has another key for the first. */
static void inside_refused(const char *scratch)
{
	struct site s;

	site_open(&s, scratch, HTTP_GOOD);
	assert_int_equal(fetch(&s, source_kernelorg_pins), ERR_FINDING);
	assert_text(s.err.msg, "expected B8868C80BA62A1FFFAF5FDA9632D3A06589DA6B1");
	assert_false(fs_exists(s.keyring));
	site_close(&s);
}

static void by_wkd(void **state, const char *what)
{
	static const char *const names = "kernel.org openpgpkey.kernel.org";
	/* The local part's SHA-1 in z-base-32, as gpg --with-wkd-hash prints it. */
	static const char *const file = ".well-known/openpgpkey/kernel.org/hu/"
					"ew8uiogxwri7d3fuioqgt7u1d5sngorx";
	_cleanup_free_ char *fpr = NULL;
	struct site s;

	need_gpg();
	fpr = fingerprint(SIGNER);
	site_open(&s, *state, HTTP_GOOD);
	serve(&s, file, SIGNER, NULL);
	put_file(s.www, ".well-known/openpgpkey/kernel.org/policy", "");
	const char *argv[] = { SCRIPT, *state, names, self, what, *state, fpr, NULL };
	struct child c = { .argv = argv, .timeout_ms = 60000, .merge = true };

	assert_int_equal(child_run(&c, NULL), 0);
	if (c.status == 77)
		print_message("skip: no namespaces here, gpg's own look-up is not tested\n");
	else if (c.status || c.end != CHILD_EXITED)
		fail_msg("%s", c.out.s);
	site_close(&s);
	if (c.status == 77) {
		child_free(&c);
		skip();
	}
	child_free(&c);
}

static void wkd_accepted(void **state)
{
	by_wkd(state, "accepted");
}

static void wkd_refused(void **state)
{
	by_wkd(state, "refused");
}

static void inside(void **state)
{
	char **argv = *state;

	if (!strcmp(argv[1], "accepted"))
		inside_accepted(argv[2], argv[3]);
	else
		inside_refused(argv[2]);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest within[] = { cmocka_unit_test_prestate(inside, argv) };
	const struct CMUnitTest tests[] = {
		unit_test_scratch(accepted),
		unit_test_scratch(several),
		unit_test_scratch(wrong),
		unit_test_scratch(expired),
		unit_test_scratch(left_out),
		unit_test_scratch(garbage),
		unit_test_scratch(out_of_reach),
		unit_test_scratch(killed),
		unit_test_scratch(wkd_accepted),
		unit_test_scratch(wkd_refused),
	};

	if (argc == 4)
		return cmocka_run_group_tests(within, NULL, NULL);
	self = realpath(argv[0], NULL);
	return cmocka_run_group_tests(tests, group_start, group_end);
}
