// SPDX-License-Identifier: GPL-2.0-only
/*
 * A release's own signature, linux-6.6.150.tar.sign: by who made it, over the tarball before it was
 * compressed. Whoever had kernel.org's own key could sign a list of anything; not this.
 */
#include "source/sign.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>

#include "base/child.h"
#include "base/fs.h"
#include "source/progress.h"

#define READ_SIZE 65536
#define BLOCK ((size_t)1 << 20)
#define CHECK_MS (10 * 60 * 1000)

static int copy_out(struct archive *a, int fd, const char *to, struct source_progress *progress,
		    struct err *err)
{
	_cleanup_free_ char *buf = xmalloc(BLOCK);
	uint64_t done = 0;
	la_ssize_t n;

	while ((n = archive_read_data(a, buf, BLOCK)) > 0) {
		if (source_interrupted(err))
			return ERR_INTERRUPTED;
		if (fs_write_fd(fd, buf, (size_t)n) < 0)
			return err_sys(err, "%s", to);
		done += (uint64_t)n;
		source_progress(progress, done);
	}
	return n < 0 ? err_set(err, ERR_INPUT, "%s", archive_error_string(a)) : 0;
}

/* What was compressed in @xz, as a file of its own. */
static int decompress(const char *xz, const char *to, struct source_progress *progress,
		      struct err *err)
{
	int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
	_cleanup_close_ int fd = open(to, flags, 0600);
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	int ret = 0;

	if (fd < 0)
		ret = err_sys(err, "%s", to);
	archive_read_support_filter_xz(a);
	archive_read_support_format_raw(a);
	if (!ret && (archive_read_open_filename(a, xz, READ_SIZE) != ARCHIVE_OK ||
		     archive_read_next_header(a, &e) != ARCHIVE_OK))
		ret = err_set(err, ERR_INPUT, "%s: %s", xz, archive_error_string(a));
	ret = ret ? ret : copy_out(a, fd, to, progress, err);
	archive_read_free(a);
	return ret;
}

static int verify_signature(const char *keyring, const char *sign, const char *tar,
			    const char *name, struct out *out, struct err *err)
{
	static const char *const env[] = { "LC_ALL=C", NULL };
	const char *const argv[] = { "gpgv", "--status-fd", "1", "--keyring", keyring, "--", sign,
				     tar, NULL };
	struct child c = { .argv = argv, .env = env, .timeout_ms = CHECK_MS };
	int ret = child_run(&c, err);
	bool unknown = strstr(str_span(&c.out).p, "[GNUPG:] NO_PUBKEY ") != NULL;
	bool bad = strstr(str_span(&c.out).p, "[GNUPG:] BADSIG ") != NULL;

	if (!ret && (c.end != CHILD_EXITED || c.status)) {
		if (unknown && !bad && out)
			out_warn(out, "linux %s: its own signature can't be checked: the key it "
				 "was made with is not in %s; its checksum is signed", name,
				 keyring);
		else if (!unknown || bad)
			ret = err_set(err, ERR_INPUT, "linux %s: its own signature is not good by "
				      "%s: refused", name, keyring);
	}
	child_free(&c);
	return ret;
}

int source_sign_check(struct source *src, const char *keyring, const char *sign, const char *xz,
		      struct err *err)
{
	_cleanup_free_ char *tar = xasprintf("%s.plain", xz);
	struct source_progress progress;
	int ret;

	source_progress_begin(&progress, src, "checking its signature", 0);
	ret = decompress(xz, tar, &progress, err);
	ret = ret ? ret : verify_signature(keyring, sign, tar, src->name, src->set->o.out, err);
	source_progress_end(&progress);
	if (unlink(tar) < 0 && errno != ENOENT && !ret)
		ret = err_sys(err, "%s", tar);
	return ret;
}
