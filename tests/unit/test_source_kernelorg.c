// SPDX-License-Identifier: GPL-2.0-only
/* kernel.org's tarballs, from a server on the loopback, signed with a key made here. */
#include <fcntl.h>

#include <time.h>

#include "../source/gpg.h"
#include "../source/http.h"
#include "base/hash.h"
#include "source/keys.h"

#define SIGNER "autosigner@example.org"
#define STRANGER "stranger@example.org"

/* Two keys and a tarball, made once for all tests. */
static char *base;

struct site {
	struct bed b;
	struct http http;
	char *root, *tarball, *keyring, *home;
	char *url;
};

static char *below(const char *name)
{
	return fs_join(base, name);
}

static int group_start(void **state)
{
	_cleanup_free_ char *home = NULL, *good = NULL, *other = NULL;

	if (scratch_make((void **)&base))
		return -1;
	if (!child_have("gpg") || !child_have("gpgv"))
		return 0;
	home = below("home");
	good = below("good.gpg");
	other = below("other.gpg");
	gpg_key(home, SIGNER, good);
	gpg_key(home, STRANGER, other);
	return 0;
}

static int group_end(void **state)
{
	_cleanup_free_ char *home = below("home");

	if (fs_exists(home))
		gpg_end(home);
	return scratch_remove((void **)&base);
}

/* Put the list of digests there, signed by @who; @digest NULL: the right one. */
static void sign_list(struct site *s, const char *who, const char *digest)
{
	_cleanup_free_ char *plain = fs_join(s->root, "sums");
	_cleanup_free_ char *list = fs_join(s->root, "v6.x/sha256sums.asc");
	_cleanup_free_ char *text = NULL;
	char hex[HASH_HEX + 1];

	assert_int_equal(hash_raw_file(s->tarball, hex, NULL), 0);
	text = xasprintf("%064d  linux-6.6.15.tar.xz\n%s  linux-6.6.150.tar.xz\n"
			 "%064d  linux-6.6.151.tar.xz\n", 1, digest ? digest : hex, 2);
	put_file(s->root, "sums", text);
	gpg_clearsign(s->home, who, plain, list);
}

static void site_open(struct site *s, const char *scratch, enum http_mode mode)
{
	_cleanup_free_ char *dir = NULL;

	memset(s, 0, sizeof(*s));
	bed_open(&s->b, scratch);
	s->home = below("home");
	s->keyring = below("good.gpg");
	s->root = fs_join(scratch, "www");
	dir = fs_join(s->root, "v6.x");
	assert_int_equal(fs_mkdirs(dir, NULL), 0);
	s->tarball = fs_join(dir, "linux-6.6.150.tar.xz");
	make_kernel_tar(s->tarball);
	http_start(&s->http, s->root, mode);
	s->b.opts.offline = false;
	s->b.opts.mirror = s->http.url;
	s->b.opts.keyring = s->keyring;
	s->b.set = source_set_new(&s->b.opts);
	/* The machine's own archive is not what is tested here. */
	bed_not(&s->b, "debian", "debian package");
}

static char *site_close(struct site *s)
{
	char *asked = http_end(&s->http);

	bed_close(&s->b);
	free(s->root);
	free(s->tarball);
	free(s->keyring);
	free(s->home);
	return asked;
}

static bool fetched(const struct site *s)
{
	_cleanup_free_ char *path = fs_join(s->b.cache, "sources/linux-6.6.150.tar.xz");

	return fs_exists(path);
}

static char *part(const struct site *s)
{
	return fs_join(s->b.cache, "kernel.org/linux-6.6.150.tar.xz.part");
}

static void fetch(void **state)
{
	_cleanup_free_ char *path = NULL, *asked = NULL;
	struct release r;
	struct stat st;
	struct site s;

	need_gpg();
	site_open(&s, *state, HTTP_GOOD);
	sign_list(&s, SIGNER, NULL);
	assert_int_equal(release_parse("6.6.150", &r, NULL), 0);
	assert_ok(&s.b, source_locate(s.b.set, &r, &s.b.src, &s.b.err));
	assert_false(source_is_local(s.b.src));
	assert_text(source_describe(s.b.src), "linux-6.6.150.tar.xz");
	assert_int_equal(stat(s.tarball, &st), 0);
	assert_int_equal(source_fetch_bytes(s.b.src), st.st_size);
	assert_false(source_extracted(s.b.src));
	assert_true(source_tree_bytes(s.b.src) > (uint64_t)st.st_size);
	assert_fails(&s.b, source_tree(s.b.src, &path, &s.b.err), ERR_MISSING, "not fetched");
	assert_false(fetched(&s));
	assert_ok(&s.b, bed_find(&s.b, "6.6.150"));
	assert_string_equal(source_provider(s.b.src), "kernel.org");
	assert_true(fetched(&s));
	assert_ok(&s.b, source_tree(s.b.src, &path, &s.b.err));
	/* From now on it is a file of this machine. */
	assert_ok(&s.b, bed_find(&s.b, "6.6.150"));
	assert_string_equal(source_provider(s.b.src), "directory");
	assert_int_equal(source_fetch_bytes(s.b.src), 0);
	assert_true(source_extracted(s.b.src));
	assert_true(source_tree_bytes(s.b.src) > 0);
	/* Not listed, listed but not there, and never there. */
	assert_fails(&s.b, bed_find(&s.b, "6.6.149"), ERR_MISSING, "not in the signed list");
	assert_fails(&s.b, bed_find(&s.b, "6.6.151"), ERR_MISSING, "is not there");
	assert_fails(&s.b, bed_find(&s.b, "6.6.152-rc1"), ERR_MISSING, "no release candidates");
	assert_fails(&s.b, bed_find(&s.b, "5.4.1"), ERR_MISSING, "sha256sums.asc is not there");
	asked = site_close(&s);
	assert_string_equal(asked, "whwwww");
}

static void resume(void **state, enum http_mode mode, const char *there, const char *requests)
{
	_cleanup_free_ char *path = NULL, *asked = NULL;
	_cleanup_str_ struct str text = STR_INIT;
	struct site s;

	need_gpg();
	site_open(&s, *state, mode);
	sign_list(&s, SIGNER, NULL);
	path = part(&s);
	assert_int_equal(fs_mkparents(path, NULL), 0);
	assert_int_equal(fs_read(s.tarball, 0, &text, NULL), 0);
	if (there)
		assert_int_equal(fs_write(path, there, strlen(there), 0644, NULL), 0);
	else
		assert_int_equal(fs_write(path, text.s, 100, 0644, NULL), 0);
	assert_ok(&s.b, bed_find(&s.b, "6.6.150"));
	assert_true(fetched(&s));
	assert_false(fs_exists(path));
	asked = site_close(&s);
	assert_string_equal(asked, requests);
}

static void resume_half(void **state)
{
	resume(state, HTTP_GOOD, NULL, "wrw");
}

/* A beginning that isn't this file's: the digest says so, and it is fetched whole. */
static void resume_other(void **state)
{
	resume(state, HTTP_GOOD, "something else", "wrww");
}

static void resume_without_ranges(void **state)
{
	resume(state, HTTP_NO_RANGES, NULL, "wrww");
}

static void resume_whole(void **state)
{
	_cleanup_free_ char *path = NULL, *asked = NULL;
	_cleanup_str_ struct str text = STR_INIT;
	struct site s;

	need_gpg();
	site_open(&s, *state, HTTP_GOOD);
	sign_list(&s, SIGNER, NULL);
	path = part(&s);
	assert_int_equal(fs_mkparents(path, NULL), 0);
	assert_int_equal(fs_read(s.tarball, 0, &text, NULL), 0);
	assert_int_equal(fs_write(path, text.s, text.len, 0644, NULL), 0);
	assert_ok(&s.b, bed_find(&s.b, "6.6.150"));
	asked = site_close(&s);
	assert_string_equal(asked, "wrw");
}

static void cut_off(void **state)
{
	_cleanup_free_ char *path = NULL, *asked = NULL;
	struct site s;
	struct stat st;

	need_gpg();
	site_open(&s, *state, HTTP_CUT);
	sign_list(&s, SIGNER, NULL);
	assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING, "run the same command again");
	assert_false(fetched(&s));
	/* What came is kept. */
	path = part(&s);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size > 0);
	asked = site_close(&s);
}

static void wrong_digest(void **state)
{
	_cleanup_free_ char *path = NULL, *asked = NULL;
	char zeros[HASH_HEX + 1];
	struct site s;

	need_gpg();
	snprintf(zeros, sizeof(zeros), "%064d", 0);
	site_open(&s, *state, HTTP_GOOD);
	sign_list(&s, SIGNER, zeros);
	assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING, zeros);
	assert_false(fetched(&s));
	path = part(&s);
	assert_false(fs_exists(path));
	asked = site_close(&s);
}

static void bad_signatures(void **state)
{
	_cleanup_free_ char *list = NULL, *asked = NULL;
	_cleanup_str_ struct str text = STR_INIT;
	struct site s;
	char *digest;

	need_gpg();
	site_open(&s, *state, HTTP_GOOD);
	list = fs_join(s.root, "v6.x/sha256sums.asc");
	sign_list(&s, STRANGER, NULL);
	assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING, "signature of sha256sums.asc");
	/* A signed list that was changed. */
	sign_list(&s, SIGNER, NULL);
	assert_int_equal(fs_read(list, 0, &text, NULL), 0);
	digest = strstr(text.s, "  linux-6.6.150") - 1;
	*digest = *digest == '0' ? '1' : '0';
	assert_int_equal(fs_write(list, text.s, text.len, 0644, NULL), 0);
	bed_again(&s.b);
	s.b.set = source_set_new(&s.b.opts);
	bed_not(&s.b, "debian", "debian package");
	assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING, "signature of sha256sums.asc");
	/* A line put before the signed text counts for nothing, whatever gpgv thinks of it. */
	sign_list(&s, SIGNER, NULL);
	str_trunc(&text, 0);
	str_addf(&text, "%064d  linux-6.6.149.tar.xz\n", 3);
	assert_int_equal(fs_read(list, 0, &text, NULL), 0);
	assert_int_equal(fs_write(list, text.s, text.len, 0644, NULL), 0);
	bed_again(&s.b);
	s.b.set = source_set_new(&s.b.opts);
	bed_not(&s.b, "debian", "debian package");
	assert_int_equal(bed_find(&s.b, "6.6.149"), ERR_MISSING);
	assert_null(strstr(s.b.err.msg, "is not there"));
	assert_false(fetched(&s));
	asked = site_close(&s);
}

static void no_keyring(void **state)
{
	_cleanup_free_ char *asked = NULL, *none = NULL;
	struct site s;

	need_gpg();
	site_open(&s, *state, HTTP_GOOD);
	none = below("none.gpg");
	s.b.set->o.keyring = none;
	assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING, "there is no keyring");
	asked = site_close(&s);
	/* Nothing was asked that could not be checked. */
	assert_string_equal(asked, "");
}

/* Put the tarball's own signature there, by @who, over @text or what the tarball has in it. */
static void sign_tar(struct site *s, const char *who, const char *text)
{
	_cleanup_free_ char *tar = fs_join(s->b.dir, "plain.tar");
	_cleanup_free_ char *sign = fs_join(s->root, "v6.x/linux-6.6.150.tar.sign");
	const char *unpack[] = { "xz", "-dc", s->tarball, NULL };
	const char *detach[] = { GPG, s->home, "--yes", "--pinentry-mode", "loopback",
				 "--passphrase",
				 "", "--local-user", who, "--output", sign, "--detach-sign", tar,
				 NULL };
	struct child c = { .argv = unpack, .timeout_ms = 30000 };

	assert_int_equal(child_check(&c, NULL), 0);
	assert_int_equal(fs_write(tar, text ? text : c.out.s, text ? strlen(text) : c.out.len, 0644,
				  NULL), 0);
	assert_int_equal(gpg_run(detach), 0);
	child_free(&c);
}

/* Beside the list's: good, by a key that isn't at hand, and of something else. */
static void own_signature(void **state)
{
	static const struct {
		const char *who, *text;
		bool taken;
		const char *said;
	} tries[] = {
		{ SIGNER, "something else", false, "its own signature is not good" },
		{ STRANGER, NULL, true, "the key it was made with is not in" },
		{ SIGNER, NULL, true, "" },
	};

	need_gpg();
	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		_cleanup_free_ char *asked = NULL, *dir = xasprintf("%s/%zu", (char *)*state, i);
		_cleanup_free_ char *rest = NULL, *plain = NULL;
		struct site s;

		site_open(&s, dir, HTTP_GOOD);
		sign_list(&s, SIGNER, NULL);
		sign_tar(&s, tries[i].who, tries[i].text);
		if (tries[i].taken)
			assert_ok(&s.b, bed_find(&s.b, "6.6.150"));
		else
			assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING, tries[i].said);
		assert_true(fetched(&s) == tries[i].taken);
		assert_int_equal(s.b.out.warnings, tries[i].taken && tries[i].said[0]);
		assert_text(bed_log(&s.b), tries[i].taken ? tries[i].said : "");
		rest = part(&s);
		plain = xasprintf("%s.plain", rest);
		assert_false(fs_exists(rest));
		assert_false(fs_exists(plain));
		asked = site_close(&s);
		assert_string_equal(asked, "www");
	}
}

/* @who's key for SIGNER's fingerprint, from the server. */
static void look_up(void **state, const char *who, const char *requests)
{
	_cleanup_free_ char *asked = NULL, *ring = NULL, *key = NULL, *own = NULL, *url = NULL;
	const char *argv[] = { GPG, NULL, "--with-colons", "--list-keys", SIGNER, NULL };
	struct child c = { .argv = argv, .timeout_ms = 30000 };
	struct key_pin pins[] = { { NULL, NULL, true }, { NULL, NULL, false } };
	struct site s;

	need_gpg();
	unsetenv("STABLEQ_KEYRING");
	site_open(&s, *state, HTTP_GOOD);
	sign_list(&s, SIGNER, NULL);
	argv[5] = s.home;
	assert_int_equal(child_check(&c, NULL), 0);
	ring = below(strcmp(who, SIGNER) ? "other.gpg" : "good.gpg");
	key = fs_join(s.root, "key");
	assert_int_equal(link(ring, key), 0);
	url = xasprintf("%s/key", s.http.url);
	pins[0].from = url;
	pins[0].fingerprint = strstr(c.out.s, "\nfpr:::::::::") + strlen("\nfpr:::::::::");
	*strchr(pins[0].fingerprint, ':') = '\0';
	s.b.set->o.pins = pins;
	s.b.set->o.keyring = NULL;
	own = fs_join(s.b.cache, "keyring/kernel.org.gpg");
	if (!strcmp(who, SIGNER)) {
		assert_ok(&s.b, bed_find(&s.b, "6.6.150"));
		assert_true(fetched(&s));
		assert_true(fs_exists(own));
	} else {
		assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING, "is refused: expected");
		/* Nor is it asked again for another release. */
		assert_fails(&s.b, bed_find(&s.b, "6.6.151"), ERR_MISSING, "out of reach");
		assert_false(fs_exists(own));
	}
	child_free(&c);
	asked = site_close(&s);
	assert_string_equal(asked, requests);
}

/* Without a keyring its keys come first, then the list, then the tarball. */
static void keys_first(void **state)
{
	look_up(state, SIGNER, "wwww");
}

/* What can't be checked isn't asked for. */
static void keys_refused(void **state)
{
	look_up(state, STRANGER, "w");
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void out_of_reach(void **state)
{
	static const enum http_mode modes[] = { HTTP_STALL, HTTP_ERROR };
	double begin;

	need_gpg();
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		_cleanup_free_ char *asked = NULL;
		struct site s;

		site_open(&s, *state, modes[i]);
		begin = seconds();
		assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING,
			     modes[i] == HTTP_STALL ? "kernel.org: " : "answers 503");
		/* Patience is one second here; then it isn't asked again. */
		assert_true(seconds() - begin < 5);
		assert_fails(&s.b, bed_find(&s.b, "6.6.151"), ERR_MISSING,
			     "kernel.org: out of reach");
		asked = site_close(&s);
		assert_string_equal(asked, "w");
	}
}

static void nobody_listens(void **state)
{
	_cleanup_free_ char *asked = NULL;
	struct site s;

	need_gpg();
	site_open(&s, *state, HTTP_GOOD);
	s.b.set->o.mirror = "http://127.0.0.1:1/kernel";
	assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING, "kernel.org: http");
	asked = site_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_test_scratch(fetch),
		unit_test_scratch(resume_half),
		unit_test_scratch(resume_other),
		unit_test_scratch(resume_without_ranges),
		unit_test_scratch(resume_whole),
		unit_test_scratch(cut_off),
		unit_test_scratch(wrong_digest),
		unit_test_scratch(bad_signatures),
		unit_test_scratch(no_keyring),
		unit_test_scratch(own_signature),
		unit_test_scratch(keys_first),
		unit_test_scratch(keys_refused),
		unit_test_scratch(out_of_reach),
		unit_test_scratch(nobody_listens),
	};

	return cmocka_run_group_tests(tests, group_start, group_end);
}
