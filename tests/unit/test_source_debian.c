// SPDX-License-Identifier: GPL-2.0-only
/* apt's sources as they are written, and a small archive on the loopback, signed with our key. */
#include <fcntl.h>

#include "../source/gpg.h"
#include "../source/http.h"

#include <time.h>

#include "base/hash.h"
#include "source/aptlist.h"
#include "source/stanza.h"

#define SIGNER "archive@example.org"

static void stanzas(void **state)
{
	struct span rest =
		span_of("\n \nPackage: a\nBinary: x,\n y: z\n\tw\nSize:3\n\t\n\nsize: 4");
	struct span s, v;

	assert_true(stanza_next(&rest, &s));
	assert_true(span_is(s, "Package: a\nBinary: x,\n y: z\n\tw\nSize:3\n"));
	assert_true(stanza_field(s, "package", &v) && span_is(v, " a"));
	assert_true(stanza_field(s, "Binary", &v) && span_is(v, " x,\n y: z\n\tw"));
	assert_true(stanza_field(s, "Size", &v) && span_is(v, "3"));
	assert_false(stanza_field(s, "y", &v) || v.len);
	assert_false(stanza_field(s, "Pack", &v));
	assert_true(stanza_next(&rest, &s));
	assert_true(stanza_field(s, "Size", &v) && span_is(v, " 4"));
	assert_false(stanza_next(&rest, &s));
}

static void formatted(struct strv *archives, const char *want)
{
	_cleanup_str_ struct str text = STR_INIT;

	apt_format(archives, "deb-src", &text);
	assert_string_equal(text.len ? text.s : "", want);
	strv_free(archives);
}

static void one_line_style(void **state)
{
	struct strv archives = STRV_INIT;

	apt_parse_list(&archives, span_of(
		"# deb http://commented.example/debian stable main\n"
		"deb [ arch=amd64 signed-by=/k.gpg trusted=yes check-valid-until=no ] "
		"http://a.example/debian stable main contrib # why\n"
		"deb-src [signed-by=/k.gpg check-valid-until=no] http://a.example/debian stable"
		" main contrib\n"
		"deb\thttp://b.example/debian\tstable-security\tmain\r\n"
		"deb [allow-insecure=yes] http://c.example/debian ./\n"
		"deb cdrom:[Debian 12]/ stable main\n"
		"deb [unclosed http://d.example/debian stable main\n"
		"deb http://e.example/debian\n"
		"rpm http://f.example stable main\n"
		"deb http://last.example/debian stable main"));
	formatted(&archives,
		  "Types: deb-src\nURIs: http://a.example/debian\nSuites: stable\n"
		  "Components: main contrib\nSigned-By: /k.gpg\nCheck-Valid-Until: no\n\n"
		  "Types: deb-src\nURIs: http://b.example/debian\nSuites: stable-security\n"
		  "Components: main\n\n"
		  "Types: deb-src\nURIs: http://last.example/debian\nSuites: stable\n"
		  "Components: main\n\n");
}

static void deb822_style(void **state)
{
	struct strv archives = STRV_INIT;

	apt_parse_deb822(&archives, span_of(
		"# the archive\n"
		"Types: deb deb-src\n"
		"uris: http://a.example/debian\n http://b.example/debian\n"
		"Suites: stable\n# between\n stable-updates\n"
		"Components: main\n"
		"Trusted: yes\n"
		"Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n debian-archive\n"
		" -----END PGP PUBLIC KEY BLOCK-----\n"
		"\n\n"
		"Enabled: no\nTypes: deb\nURIs: http://off.example\nSuites: x\nComponents: main\n"
		" \n"
		"Types: deb-src\nURIs: http://c.example\nSuites: flat/\n"
		"\n"
		"Types: rpm\nURIs: http://d.example\nSuites: x\nComponents: main\n"
		"\n"
		"Types: deb\nURIs: http://last.example\nSuites: x\nComponents: main"));
	formatted(&archives,
		  "Types: deb-src\nURIs: http://a.example/debian\n http://b.example/debian\n"
		  "Suites: stable\n stable-updates\nComponents: main\n"
		  "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n debian-archive\n"
		  " -----END PGP PUBLIC KEY BLOCK-----\n\n"
		  "Types: deb-src\nURIs: http://last.example\nSuites: x\nComponents: main\n\n");
}

static const char three[] =
	"deb http://a.example/debian stable main\n"
	"deb [signed-by=/keys/debian-archive-keyring.gpg] http://b.example/d sid main\n"
	"deb [signed-by=/keys/other.gpg] http://c.example/x stable main\n"
	"deb http://d.example/y stable main\n";

static void picked(const char *list, const char *origins, const char *want)
{
	_cleanup_strv_ struct strv archives = STRV_INIT;
	_cleanup_str_ struct str got = STR_INIT;

	apt_parse_list(&archives, span_of(list));
	apt_pick(&archives, span_of(origins));
	for (size_t i = 0; i < archives.n; i++)
		str_addc(&got, *(strstr(archives.v[i], "http://") + 7));
	assert_string_equal(got.len ? got.s : "", want);
}

static void which_are_debians(void **state)
{
	/* What the Release files say counts most. */
	picked(three, "http://a.example/debian/ stable Debian\n"
	       "http://d.example/y/ stable Google LLC\n", "ab");
	picked(three, "http://b.example/d/ sid Derived\nhttp://a.example/debian/ stable Debian\n",
	       "a");
	/* Without any, the keyring; what isn't known is left out where something is. */
	picked(three, "", "b");
	picked(three, "http://a.example/debian/ stable $(ORIGIN)\n", "b");
	/* Nothing known at all: those without a key of somebody else's. */
	picked("deb http://a.example/debian stable main\n"
	       "deb [signed-by=/k.gpg] http://b.example/x stable main\n", "", "a");
	picked("", "", "");
}

struct site {
	struct bed b;
	struct http http;
	char *root, *home, *orig, *deb, *conf;
};

static char *base;

static int group_start(void **state)
{
	_cleanup_free_ char *home = NULL, *key = NULL;

	if (scratch_make((void **)&base))
		return -1;
	if (!child_have("gpg") || !child_have("gpgv"))
		return 0;
	home = fs_join(base, "home");
	key = fs_join(base, "debian-archive-test.gpg");
	gpg_key(home, SIGNER, key);
	return 0;
}

static int group_end(void **state)
{
	_cleanup_free_ char *home = fs_join(base, "home");

	if (fs_exists(home))
		gpg_end(home);
	return scratch_remove((void **)&base);
}

static void describe(struct str *sources, const char *package, const char *version,
		     const char *file, const char *hex, long long size)
{
	str_addf(sources, "Package: %s\nFormat: 3.0 (quilt)\nBinary: a, b\nArchitecture: any\n"
		 "Version: %s\nDirectory: pool/linux\nChecksums-Sha256:\n"
		 " %064d 100 %s_%s.dsc\n %s %lld %s\n\n", package, version, 1, package, version,
		 hex, size, file);
}

/* The stanzas of two versions of the package, one of which the pool doesn't have. */
static void describe_packages(const struct site *s, struct str *packages)
{
	char hex[HASH_HEX + 1];
	struct stat st;

	assert_int_equal(hash_raw_file(s->deb, hex, NULL), 0);
	assert_int_equal(stat(s->deb, &st), 0);
	for (int i = 1; i <= 3; i++)
		str_addf(packages, "Package: linux-source-6.6\nVersion: 6.6.150-%d\n"
			 "Architecture: all\nMaintainer: Test <t@example.org>\n"
			 "Filename: pool/linux/linux-source-6.6_6.6.150-%d_all.deb\nSize: %lld\n"
			 "SHA256: %s\nDescription: sources\n\n", i, i, (long long)st.st_size, hex);
	str_addf(packages, "Package: linux-source-6.6\nVersion: 6.6.15-1\nArchitecture: all\n"
		 "Maintainer: Test <t@example.org>\nFilename: pool/linux/x.deb\nSize: 1\n"
		 "SHA256: %064d\nDescription: sources\n\n", 0);
}

/* An archive whose lists say that @file is the original of 6.6.150. */
static void publish(struct site *s, const char *digest)
{
	_cleanup_str_ struct str sources = STR_INIT, packages = STR_INIT, release = STR_INIT;
	_cleanup_free_ char *path = fs_join(s->root, "dists/stable/main/source/Sources");
	_cleanup_free_ char *bin = fs_join(s->root, "dists/stable/main/binary-amd64/Packages");
	_cleanup_free_ char *plain = fs_join(s->root, "dists/stable/Release");
	_cleanup_free_ char *in = fs_join(s->root, "dists/stable/InRelease");
	char hex[HASH_HEX + 1], bin_hex[HASH_HEX + 1];
	struct stat st;

	assert_int_equal(hash_raw_file(s->orig, hex, NULL), 0);
	assert_int_equal(stat(s->orig, &st), 0);
	describe(&sources, "linux", "6.6.15-1", "linux_6.6.15.orig.tar.xz", hex, st.st_size);
	/* Named, but gone: the next one has it too. */
	describe(&sources, "linux", "6.6.150-1", "linux_6.6.150.orig.tar.xz", hex, st.st_size);
	describe(&sources, "linux-6.6", "6.6.150-1~deb12u1", "linux-6.6_6.6.150.orig.tar.xz",
		 digest ? digest : hex, st.st_size);
	put_file(s->root, "dists/stable/main/source/Sources", sources.s);
	assert_int_equal(hash_raw_file(path, hex, NULL), 0);
	describe_packages(s, &packages);
	put_file(s->root, "dists/stable/main/binary-amd64/Packages", packages.s);
	assert_int_equal(hash_raw_file(bin, bin_hex, NULL), 0);
	str_addf(&release, "Origin: Debian\nLabel: Debian\nSuite: stable\nCodename: test\n"
		 "Date: Thu, 01 Jan 2026 00:00:00 UTC\nArchitectures: amd64\nComponents: main\n"
		 "SHA256:\n %s %zu main/source/Sources\n %s %zu main/binary-amd64/Packages\n",
		 hex, sources.len, bin_hex, packages.len);
	put_file(s->root, "dists/stable/Release", release.s);
	gpg_clearsign(s->home, SIGNER, plain, in);
}

/* A machine of its own for apt: what the test's environment names is all it has. */
static void machine(struct site *s, const char *scratch)
{
	_cleanup_free_ char *key = fs_join(base, "debian-archive-test.gpg");
	_cleanup_str_ struct str text = STR_INIT;

	/* apt warns that the two have something in common. */
	str_addf(&text, "deb [signed-by=%s check-date=no] %s stable main\n"
		 "deb-src [signed-by=%s check-date=no] %s stable main contrib\n"
		 "deb [signed-by=/nowhere/other.gpg] http://127.0.0.1:1/x stable main\n", key,
		 s->http.url, key, s->http.url);
	put_file(scratch, "machine/sources.list", text.s);
	put_file(scratch, "machine/parts/none", "");
	put_file(scratch, "machine/lists/none", "");
	str_trunc(&text, 0);
	str_addf(&text, "Dir::Etc::sourcelist \"%s/machine/sources.list\";\n"
		 "Dir::Etc::sourceparts \"%s/machine/parts\";\n"
		 "Dir::Etc::parts \"%s/machine/parts\";\nDir::Etc::main \"/dev/null\";\n"
		 "Dir::State::lists \"%s/machine/lists\";\n"
		 "Acquire::http::Proxy \"DIRECT\";\nAPT::Architecture \"amd64\";\n", scratch,
		 scratch, scratch, scratch);
	put_file(scratch, "machine/apt.conf", text.s);
	s->conf = fs_join(scratch, "machine/apt.conf");
	setenv("APT_CONFIG", s->conf, 1);
	unsetenv("http_proxy");
}

static void site_open(struct site *s, const char *scratch, enum http_mode mode)
{
	memset(s, 0, sizeof(*s));
	bed_open(&s->b, scratch);
	s->home = fs_join(base, "home");
	s->root = fs_join(scratch, "www");
	s->orig = fs_join(s->root, "pool/linux/linux-6.6_6.6.150.orig.tar.xz");
	assert_int_equal(fs_mkparents(s->orig, NULL), 0);
	make_kernel_tar(s->orig);
	s->deb = fs_join(s->root, "pool/linux/linux-source-6.6_6.6.150-2_all.deb");
	make_deb(s->deb, PACKAGE_TAR);
	publish(s, NULL);
	http_start(&s->http, s->root, mode);
	machine(s, scratch);
	s->b.opts.offline = false;
	s->b.opts.patience = 2;
	s->b.set = source_set_new(&s->b.opts);
	bed_not(&s->b, "kernel.org", "debian package");
}

static void site_close(struct site *s)
{
	free(http_end(&s->http));
	bed_close(&s->b);
	unsetenv("APT_CONFIG");
	free(s->root);
	free(s->home);
	free(s->orig);
	free(s->deb);
	free(s->conf);
}

static bool fetched(const struct site *s)
{
	_cleanup_free_ char *path = fs_join(s->b.cache,
					    "sources/linux-6.6_6.6.150.orig.tar.xz");

	return fs_exists(path);
}

#define need_apt()								\
	do {									\
		if (!child_have("apt-get")) {					\
			print_message("skip: no apt here, Debian's archive is not tested\n"); \
			skip();							\
		}								\
	} while (0)

static void fetch(void **state)
{
	_cleanup_free_ char *path = NULL;
	struct release r;
	struct site s;

	need_gpg();
	need_apt();
	site_open(&s, *state, HTTP_GOOD);
	assert_int_equal(release_parse("6.6.150", &r, NULL), 0);
	assert_ok(&s.b, source_locate(s.b.set, &r, &s.b.src, &s.b.err));
	assert_text(source_describe(s.b.src), "linux 6.6.150-1 (linux_6.6.150.orig.tar.xz");
	assert_false(source_is_local(s.b.src));
	assert_false(fetched(&s));
	assert_ok(&s.b, bed_find(&s.b, "6.6.150"));
	assert_string_equal(source_provider(s.b.src), "debian");
	assert_true(fetched(&s));
	assert_ok(&s.b, source_tree(s.b.src, &path, &s.b.err));
	assert_fails(&s.b, bed_find(&s.b, "6.6.151"), ERR_MISSING, "has no linux 6.6.151");
	assert_fails(&s.b, bed_find(&s.b, "6.6.1"), ERR_MISSING, "has no linux 6.6.1");
	assert_fails(&s.b, bed_find(&s.b, "6.6.150-rc1"), ERR_MISSING, "no release candidates");
	site_close(&s);
}

static void ask_for_all(struct site *s)
{
	bed_again(&s->b);
	s->b.set = source_set_new(&s->b.opts);
	bed_not(&s->b, "kernel.org");
}

/* Without the original, the newest package that the pool has; then it needs no network. */
static void package_instead(void **state)
{
	_cleanup_free_ char *deb = NULL, *pristine = NULL;
	struct one o = { NULL };
	struct release r;
	struct site s;

	need_gpg();
	need_apt();
	site_open(&s, *state, HTTP_GOOD);
	deb = fs_join(s.b.cache, "apt/packages/download/linux-source-6.6_6.6.150-2_all.deb");
	pristine = fs_join(s.b.cache, "apt/packages/lists");
	ask_for_all(&s);
	assert_ok(&s.b, bed_find(&s.b, "6.6.150"));
	assert_string_equal(source_provider(s.b.src), "debian");
	/* Who gets the original asks for no list of packages. */
	assert_false(fs_exists(pristine));
	assert_int_equal(unlink(s.orig), 0);
	assert_int_equal(fs_remove_tree(s.b.cache, NULL), 0);
	assert_int_equal(fs_mkdirs(s.b.cache, NULL), 0);
	ask_for_all(&s);
	assert_ok(&s.b, bed_find(&s.b, "6.6.150"));
	assert_string_equal(source_provider(s.b.src), "debian package");
	assert_text(source_describe(s.b.src),
		    "debian package linux-source-6.6 6.6.150-2, with Debian's patches");
	assert_text(bed_log(&s.b), "linux 6.6.150 from debian: fetching linux_6.6.150.orig.tar.xz");
	assert_ok(&s.b, bed_read(&s.b, "debian.c", &o));
	assert_int_equal(o.found, 1);
	str_free(&o.text);
	assert_false(fs_exists(deb));
	s.b.opts.offline = true;
	ask_for_all(&s);
	assert_ok(&s.b, bed_find(&s.b, "6.6.150"));
	assert_string_equal(source_provider(s.b.src), "package");
	s.b.opts.offline = false;
	ask_for_all(&s);
	assert_int_equal(release_parse("6.6.15", &r, NULL), 0);
	bed_not(&s.b, "debian");
	assert_ok(&s.b, source_locate(s.b.set, &r, &s.b.src, &s.b.err));
	assert_text(source_describe(s.b.src), "linux-source-6.6 6.6.15-1");
	assert_text(source_describe(s.b.src), "with Debian's patches");
	assert_fails(&s.b, bed_find(&s.b, "6.6.1"), ERR_MISSING, "has no linux-source-6.6 6.6.1");
	site_close(&s);
}

static const struct timespec old[2] = { { 1700000000, 0 }, { 1700000000, 0 } };

static bool is_old(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mtim.tv_sec == old[1].tv_sec;
}

/* What is newer in the archive than in lists that are old is found too. */
static void newer_lists(void **state)
{
	_cleanup_free_ char *stamp = NULL, *sources = NULL;
	struct release r;
	struct site s;

	need_gpg();
	need_apt();
	site_open(&s, *state, HTTP_GOOD);
	stamp = fs_join(s.b.cache, "apt/updated");
	sources = fs_join(s.root, "dists/stable/main/source/Sources");
	assert_int_equal(rename(s.orig, sources), 0);
	assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING, "debian: ");
	assert_false(fs_exists(stamp));
	make_kernel_tar(s.orig);
	publish(&s, NULL);
	bed_again(&s.b);
	s.b.set = source_set_new(&s.b.opts);
	bed_not(&s.b, "kernel.org", "debian package");
	assert_int_equal(release_parse("6.6.150", &r, NULL), 0);
	assert_ok(&s.b, source_locate(s.b.set, &r, &s.b.src, &s.b.err));
	assert_true(fs_exists(stamp));
	assert_int_equal(utimensat(AT_FDCWD, stamp, old, 0), 0);
	bed_again(&s.b);
	s.b.set = source_set_new(&s.b.opts);
	bed_not(&s.b, "kernel.org", "debian package");
	/* The lists that have it are used as they are; the others are asked for anew. */
	assert_ok(&s.b, source_locate(s.b.set, &r, &s.b.src, &s.b.err));
	assert_true(is_old(stamp));
	assert_fails(&s.b, bed_find(&s.b, "6.6.151"), ERR_MISSING, "has no linux 6.6.151");
	assert_false(is_old(stamp));
	site_close(&s);
}

static void wrong_digest(void **state)
{
	char zeros[HASH_HEX + 1];
	struct site s;

	need_gpg();
	need_apt();
	snprintf(zeros, sizeof(zeros), "%064d", 0);
	site_open(&s, *state, HTTP_GOOD);
	publish(&s, zeros);
	assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING, "fetching linux_6.6.150");
	assert_false(fetched(&s));
	site_close(&s);
}

static void bad_signature(void **state)
{
	_cleanup_free_ char *in = NULL;
	_cleanup_str_ struct str text = STR_INIT;
	struct site s;

	need_gpg();
	need_apt();
	site_open(&s, *state, HTTP_GOOD);
	in = fs_join(s.root, "dists/stable/InRelease");
	assert_int_equal(fs_read(in, 0, &text, NULL), 0);
	memcpy(strstr(text.s, "Label: Debian"), "Label: debian", 13);
	assert_int_equal(fs_write(in, text.s, text.len, 0644, NULL), 0);
	assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING, "debian: ");
	assert_false(fetched(&s));
	site_close(&s);
}

static void out_of_reach(void **state)
{
	struct timespec begin, end;
	struct site s;

	need_gpg();
	need_apt();
	site_open(&s, *state, HTTP_STALL);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING, "debian: ");
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_true(end.tv_sec - begin.tv_sec < 8);
	assert_fails(&s.b, bed_find(&s.b, "6.6.151"), ERR_MISSING, "debian: out of reach");
	assert_int_equal(s.b.out.warnings, 0);
	site_close(&s);
}

static void no_archive(void **state)
{
	struct site s;

	need_gpg();
	need_apt();
	site_open(&s, *state, HTTP_GOOD);
	put_file(*state, "machine/sources.list",
		 "deb [signed-by=/x.gpg] http://127.0.0.1:1/x stable main\n");
	assert_fails(&s.b, bed_find(&s.b, "6.6.150"), ERR_MISSING, "no Debian archive among");
	site_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stanzas),
		cmocka_unit_test(one_line_style),
		cmocka_unit_test(deb822_style),
		cmocka_unit_test(which_are_debians),
		unit_test_scratch(fetch),
		unit_test_scratch(package_instead),
		unit_test_scratch(newer_lists),
		unit_test_scratch(wrong_digest),
		unit_test_scratch(bad_signature),
		unit_test_scratch(out_of_reach),
		unit_test_scratch(no_archive),
	};

	return cmocka_run_group_tests(tests, group_start, group_end);
}
