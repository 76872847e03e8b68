// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel.org's tarballs by HTTPS. What is trusted is not the server but the signature on its list
 * of digests, sha256sums.asc: checked by gpgv with a keyring of keys that are known by their
 * fingerprints (source/keys.c), or one that the user put there, and only the text that gpgv gives
 * out as signed is read.
 */
#include "source/local.h"

#include <curl/curl.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/child.h"
#include "base/fs.h"
#include "base/hash.h"
#include "source/keys.h"
#include "source/progress.h"
#include "source/sign.h"

#define MIRROR "https://cdn.kernel.org/pub/linux/kernel"
#define SUMS_MAX ((curl_off_t)8 << 20)
#define TAR_MAX ((curl_off_t)2 << 30)
#define STALL_FACTOR 3		/* a download may pause longer than a first answer */

struct fetch {
	CURL *curl;
	FILE *to;
	struct source_progress *progress;
	uint64_t before;	/* bytes that were there already */
	curl_off_t max;
	bool too_large;
	char why[CURL_ERROR_SIZE];
};

static size_t on_write(char *p, size_t size, size_t n, void *ctx)
{
	struct fetch *f = ctx;

	return fwrite(p, size, n, f->to);
}

static int on_progress(void *ctx, curl_off_t total, curl_off_t now, curl_off_t u1, curl_off_t u2)
{
	struct fetch *f = ctx;

	if (f->progress) {
		f->progress->total = total ? f->before + (uint64_t)total : 0;
		source_progress(f->progress, f->before + (uint64_t)now);
	}
	f->too_large = now > f->max || total > f->max;
	return f->too_large || child_interrupted();
}

static void set_up_curl(struct fetch *f, const struct source_set *set, const char *url)
{
	bool plain = !strncmp(url, "http://", 7);
	long patience = (long)source_patience(set);

	curl_easy_setopt(f->curl, CURLOPT_URL, url);
	curl_easy_setopt(f->curl, CURLOPT_ERRORBUFFER, f->why);
	curl_easy_setopt(f->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(f->curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(f->curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(f->curl, CURLOPT_MAXREDIRS, 5L);
	/* A mirror on this machine may do without TLS; being sent from TLS to none may not be. */
	curl_easy_setopt(f->curl, CURLOPT_PROTOCOLS_STR, plain ? "http,https" : "https");
	curl_easy_setopt(f->curl, CURLOPT_REDIR_PROTOCOLS_STR, plain ? "http,https" : "https");
	curl_easy_setopt(f->curl, CURLOPT_CONNECTTIMEOUT, patience);
	curl_easy_setopt(f->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(f->curl, CURLOPT_LOW_SPEED_TIME,
			 f->progress ? patience * STALL_FACTOR : patience);
	curl_easy_setopt(f->curl, CURLOPT_USERAGENT, "stableq");
	curl_easy_setopt(f->curl, CURLOPT_WRITEFUNCTION, on_write);
	curl_easy_setopt(f->curl, CURLOPT_WRITEDATA, f);
	curl_easy_setopt(f->curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(f->curl, CURLOPT_XFERINFODATA, f);
	curl_easy_setopt(f->curl, CURLOPT_NOPROGRESS, 0L);
}

static int explain_curl(struct fetch *f, CURLcode code, const char *url, struct err *err)
{
	const char *why = f->why[0] ? f->why : curl_easy_strerror(code);
	long status = 0;

	switch (code) {
	case CURLE_OK:
		return 0;
	case CURLE_HTTP_RETURNED_ERROR:
		curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
		if (status == 404 || status == 410)
			return err_set(err, ERR_NOTFOUND, "%s is not there", url);
		return err_set(err, status == 416 ? ERR_FINDING : ERR_MISSING,
			       "%s: the server answers %ld", url, status);
	case CURLE_ABORTED_BY_CALLBACK:
		if (f->too_large)
			return err_set(err, ERR_INPUT, "%s: more than %lld MiB: refused", url,
				       (long long)(f->max >> 20));
		return source_interrupted(err) ? ERR_INTERRUPTED :
		       err_set(err, ERR_SYSTEM, "%s: stopped", url);
	case CURLE_OPERATION_TIMEDOUT:
		return err_set(err, ERR_TIMEOUT, "%s: %s", url, why);
	case CURLE_WRITE_ERROR:
		errno = ferror(f->to) ? errno : EIO;
		return err_sys(err, "writing what came from %s", url);
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
		/* What came stays, to be gone on from. */
		return err_set(err, ERR_SYSTEM, "%s: %s; run the same command again to go on", url,
			       why);
	case CURLE_RANGE_ERROR:
		return err_set(err, ERR_FINDING, "%s: cannot be resumed", url);
	default:
		return err_set(err, ERR_MISSING, "%s: %s", url, why);
	}
}

/* Fetch @url into @path, behind what is there. ERR_FINDING: that cannot be gone on from. */
static int fetch_file(struct source_set *set, const char *url, const char *path, curl_off_t max,
		      struct source_progress *progress, struct err *err)
{
	_cleanup_fclose_ FILE *to = fopen(path, "ae");
	struct fetch f = { .to = to, .progress = progress, .max = max };
	struct stat st;
	CURLcode code;
	int ret;

	if (!to || fstat(fileno(to), &st) < 0)
		return err_sys(err, "%s", path);
	f.curl = curl_easy_init();
	if (!f.curl)
		return err_set(err, ERR_MISSING, "libcurl cannot be used");
	set_up_curl(&f, set, url);
	if (st.st_size) {
		f.before = (uint64_t)st.st_size;
		curl_easy_setopt(f.curl, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)st.st_size);
	}
	code = curl_easy_perform(f.curl);
	if (code == CURLE_OK && fflush(to))
		code = CURLE_WRITE_ERROR;
	ret = explain_curl(&f, code, url, err);
	curl_easy_cleanup(f.curl);
	return ret;
}

/* The bytes of what is at @url; 0 when the server doesn't say. */
static uint64_t ask_size(struct source_set *set, const char *url)
{
	struct fetch f = { .curl = curl_easy_init(), .max = TAR_MAX };
	curl_off_t size = -1;

	if (!f.curl)
		return 0;
	set_up_curl(&f, set, url);
	curl_easy_setopt(f.curl, CURLOPT_NOBODY, 1L);
	if (curl_easy_perform(f.curl) == CURLE_OK)
		curl_easy_getinfo(f.curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
	curl_easy_cleanup(f.curl);
	return size > 0 ? (uint64_t)size : 0;
}

static int fetch_small(struct source_set *set, const char *url, const char *path, struct err *err)
{
	if (unlink(path) < 0 && errno != ENOENT)
		return err_sys(err, "%s", path);
	return fetch_file(set, url, path, SUMS_MAX, NULL, err);
}

/* What a key that didn't come, or wasn't the right one, means for the user. */
static int explain_keys(const char *own, int ret, struct err *err)
{
	if (ret == ERR_INTERRUPTED)
		return ret;
	/* Nor would another release have a keyring: kernel.org is not asked again. */
	return err_set(err, ERR_MISSING, "%s; nothing of it can be checked. By hand: gpg "
		       "--locate-keys autosigner@kernel.org, compare the fingerprint with the one "
		       "on kernel.org's signature page, then: gpg --export autosigner@kernel.org > "
		       "%s (or name a keyring in STABLEQ_KEYRING)", err->msg, own);
}

/*
 * The keyring's absolute name: gpgv looks up others in a directory of its own. One that the user
 * named is taken as it is; ours is made when it isn't there.
 */
static int find_keyring(const struct source_set *set, const char *work, char **keyring,
			struct err *err)
{
	_cleanup_free_ char *own = fs_join(set->o.cache, "keyring/kernel.org.gpg");
	const char *env = getenv("STABLEQ_KEYRING");
	const char *use = set->o.keyring ? set->o.keyring : env && *env ? env : NULL;
	const struct key_pin *pins = set->o.pins ? set->o.pins : source_kernelorg_pins;
	int ret = 0;

	if (!child_have("gpgv"))
		return err_set(err, ERR_MISSING, "gpgv is not installed, so that its signature "
			       "cannot be checked");
	if (!use && !fs_exists(own))
		ret = source_keys_fetch(pins, work, own, source_patience(set), set->o.out, err);
	if (ret)
		return explain_keys(own, ret, err);
	*keyring = realpath(use ? use : own, NULL);
	if (*keyring)
		return 0;
	return err_set(err, ERR_MISSING, "there is no keyring %s to check its signature with, "
		       "though STABLEQ_KEYRING names it; without that, stableq looks the keys up "
		       "by itself", use ? use : own);
}

static char *last_line(const struct str *text)
{
	struct span rest = str_span(text), line, last = { "", 0 };

	while (span_line(&rest, &line))
		if (span_trim(line).len)
			last = span_trim(line);
	return span_dup(last);
}

/* Let gpgv check @signed_path; its signed text goes into @text. */
static int check_signature(const char *keyring, const char *signed_path, const char *text_path,
			   struct str *text, struct err *err)
{
	const char *argv[] = { "gpgv", "--keyring", keyring, "--output", text_path, "--",
			       signed_path, NULL };
	static const char *const env[] = { "LC_ALL=C", NULL };
	struct child c = { .argv = argv, .env = env, .timeout_ms = 20000 };
	int ret;

	if (unlink(text_path) < 0 && errno != ENOENT)
		return err_sys(err, "%s", text_path);
	ret = child_run(&c, err);
	if (!ret && (c.end != CHILD_EXITED || c.status)) {
		_cleanup_free_ char *why = last_line(&c.errout);

		/* Asking for another release would give the same list or one as bad. */
		ret = err_set(err, ERR_MISSING, "the signature of sha256sums.asc is not good by "
			      "%s: %s", keyring, why);
	}
	child_free(&c);
	return ret ? ret : fs_read(text_path, SUMS_MAX, text, err);
}

/* "<digest>  linux-6.6.150.tar.xz" */
static bool find_digest(struct span text, const char *file, char digest[HASH_HEX + 1])
{
	struct span line;

	while (span_line(&text, &line)) {
		line = span_trim(line);
		if (line.len != HASH_HEX + 2 + strlen(file) || !span_ends(line, file) ||
		    line.p[HASH_HEX] != ' ')
			continue;
		memcpy(digest, line.p, HASH_HEX);
		digest[HASH_HEX] = '\0';
		if (strspn(digest, "0123456789abcdef") == HASH_HEX)
			return true;
	}
	return false;
}

/* What a set remembers of it. */
struct signed_sums {
	struct str text;	/* the list of digests, checked by this run */
	unsigned int version;	/* whose it is */
};

struct remote {
	char *dir;		/* URL */
	char *file;
	char *url;
	char *work;		/* <cache>/kernel.org */
	char digest[HASH_HEX + 1];
};

static void remote_clear(struct remote *r)
{
	free(r->dir);
	free(r->file);
	free(r->url);
	free(r->work);
}

static int signed_list(struct source_set *set, const struct remote *r, struct str *text,
		       struct err *err)
{
	_cleanup_free_ char *url = xasprintf("%s/sha256sums.asc", r->dir);
	_cleanup_free_ char *list = fs_join(r->work, "sha256sums.asc");
	_cleanup_free_ char *plain = fs_join(r->work, "sha256sums");
	_cleanup_free_ char *keyring = NULL;
	/* What can be told without the network is told first. */
	int ret = find_keyring(set, r->work, &keyring, err);

	if (!ret)
		ret = fetch_small(set, url, list, err);
	return ret ? ret : check_signature(keyring, list, plain, text, err);
}

static int signed_digest(struct source *src, struct remote *r, struct err *err)
{
	struct signed_sums *sums = source_state(src->set, src->provider);
	int ret;

	if (!sums->text.len || sums->version != src->release.version) {
		str_trunc(&sums->text, 0);
		ret = signed_list(src->set, r, &sums->text, err);
		if (ret) {
			str_trunc(&sums->text, 0);
			return ret;
		}
		sums->version = src->release.version;
	}
	if (!find_digest(str_span(&sums->text), r->file, r->digest))
		return err_set(err, ERR_NOTFOUND, "%s is not in the signed list of %s", r->file,
			       r->dir);
	return 0;
}

/*
 * Fetch the tarball, from where an earlier try ended. A digest that doesn't fit after going on may
 * come from another beginning, so it is fetched once more, whole.
 */
static int fetch_tarball(struct source *src, const struct remote *r, const char *part,
			 struct err *err)
{
	char have[HASH_HEX + 1];

	for (int try = 0; try < 2; try++) {
		bool resumed = fs_exists(part);
		_cleanup_err_ struct err e = ERR_INIT;
		struct source_progress progress;
		int ret;

		source_progress_begin(&progress, src, "fetching", 0);
		ret = fetch_file(src->set, r->url, part, TAR_MAX, &progress, &e);
		source_progress_end(&progress);
		/* All of it may be there already, or nothing that fits. */
		if (ret && (ret != ERR_FINDING || !resumed))
			return err_move(err, &e);
		ret = hash_raw_file(part, have, err);
		if (ret)
			return ret;
		if (!strcmp(have, r->digest))
			return 0;
		if (unlink(part) < 0)
			return err_sys(err, "%s", part);
		if (!resumed)
			break;
	}
	return err_set(err, ERR_INPUT, "%s: its SHA-256 is %s, the signed list says %s: thrown "
		       "away", r->url, have, r->digest);
}

/*
 * The list of digests has vouched for the tarball; who made the release has, too, where the key is
 * at hand. Neither stands in for the other.
 */
static int check_own(struct source *src, const struct remote *r, const char *part, struct err *err)
{
	_cleanup_free_ char *url = xasprintf("%s/linux-%s.tar.sign", r->dir, src->name);
	_cleanup_free_ char *sign = xasprintf("%s/linux-%s.tar.sign", r->work, src->name);
	_cleanup_free_ char *keyring = NULL;
	_cleanup_err_ struct err e = ERR_INIT;
	int ret = find_keyring(src->set, r->work, &keyring, err);

	if (ret)
		return ret;
	ret = fetch_small(src->set, url, sign, &e);
	if (ret == ERR_NOTFOUND) {
		if (src->set->o.out)
			out_warn(src->set->o.out, "linux %s: there is no signature of its own at "
				 "%s; its checksum is signed", src->name, url);
		unlink(sign);
		return 0;
	}
	if (ret)
		return err_move(err, &e);
	ret = source_sign_check(src, keyring, sign, part, err);
	/* What somebody else has signed, or nobody, is not gone on from. */
	if (ret == ERR_INPUT)
		unlink(part);
	unlink(sign);
	return ret;
}

static int get_tarball(struct source *src, struct remote *r, bool fetch, struct err *err)
{
	struct source_set *set = src->set;
	_cleanup_free_ char *part = xasprintf("%s/%s.part", r->work, r->file);
	_cleanup_free_ char *to = xasprintf("%s/sources/%s", set->o.cache, r->file);
	_cleanup_free_ char *sources = fs_join(set->o.cache, "sources");
	_cleanup_free_ char *there = local_tarball(sources, src);
	int ret;

	/* Another process may have fetched it while we waited. */
	if (there) {
		local_take_tar(src, there);
		return 0;
	}
	ret = signed_digest(src, r, err);
	if (ret)
		return ret;
	if (!fetch) {
		src->kind = SOURCE_REMOTE;
		src->size = ask_size(set, r->url);
		src->desc = xasprintf("kernel.org, %s", r->url);
		return 0;
	}
	if (set->o.out)
		out_note(set->o.out, "linux %s: fetching %s", src->name, r->url);
	ret = fetch_tarball(src, r, part, err);
	ret = ret ? ret : check_own(src, r, part, err);
	if (!ret)
		ret = fs_mkdirs(sources, err);
	if (!ret && rename(part, to) < 0)
		ret = err_sys(err, "%s", to);
	if (!ret)
		local_take_tar(src, to);
	return ret;
}

static int kernelorg_find(struct source *src, bool fetch, struct err *err)
{
	struct source_set *set = src->set;
	static bool ready;
	_cleanup_(remote_clear) struct remote r = { 0 };
	_cleanup_free_ char *lock = NULL;
	_cleanup_close_ int fd = -1;
	int ret;

	if (src->release.rc)
		return err_set(err, ERR_NOTFOUND, "signs no release candidates; they are tags in "
			       "its git repositories");
	if (!ready && curl_global_init(CURL_GLOBAL_DEFAULT))
		return err_set(err, ERR_MISSING, "libcurl cannot be used");
	ready = true;
	r.dir = xasprintf("%s/v%u.x", set->o.mirror ? set->o.mirror : MIRROR, src->release.version);
	r.file = xasprintf("linux-%s.tar.xz", src->name);
	r.url = xasprintf("%s/%s", r.dir, r.file);
	r.work = fs_join(set->o.cache, "kernel.org");
	lock = fs_join(r.work, "lock");
	ret = fs_mkdirs(r.work, err);
	if (!ret)
		ret = source_lock(src, lock, "fetches from kernel.org", &fd, err);
	return ret ? ret : get_tarball(src, &r, fetch, err);
}

static void kernelorg_close(void *state)
{
	struct signed_sums *sums = state;

	str_free(&sums->text);
}

const struct source_provider provider_kernelorg = {
	.name = "kernel.org",
	.network = true,
	.every = true,
	.state = sizeof(struct signed_sums),
	.find = kernelorg_find,
	.read = local_read,
	.extract = local_extract,
	.close = kernelorg_close,
};
