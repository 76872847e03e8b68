// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers to the questions of sunrpc's caches (net/sunrpc/cache.c): who a client is, which groups
 * a user is in, what a file handle's filesystem is called, how it is exported, which name an id
 * has. A question is a line of quoted words; the answer repeats it, and adds when it expires and
 * the answer proper.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "helper.h"
#include "out.h"
#include "server.h"

#define LINE_MAX_LEN	4096		/* a question is at most a page long */
#define NEVER		"2147483647"	/* seconds since 1970 that no guest gets to see */

/* include/uapi/linux/nfsd/export.h */
#define NFSEXP_INSECURE_PORT	0x0002
#define NFSEXP_NOSUBTREECHECK	0x0400
#define NFSEXP_FSID		0x2000
/* enum nfsd_fsid in fs/nfsd/nfsfh.h: a number that the administrator gave */
#define FSID_NUM		"1"

/* One export, the root of NFSv4's name space: fsid 0 (exports(5)), no squashing, any port. */
#define EXPORT_FSID_WORD	"\\x00000000"
#define EXPORT_FSID		0
#define EXPORT_FLAGS		(NFSEXP_INSECURE_PORT | NFSEXP_NOSUBTREECHECK | NFSEXP_FSID)
#define EXPORT_ANON		65534

static int answer_ip(char *const *word, char *out, size_t size)
{
	/* class address -> domain; every client is in the same one */
	return snprintf(out, size, "%s %s " NEVER " *\n", word[0], word[1]);
}

static int answer_gid(char *const *word, char *out, size_t size)
{
	/* uid -> count and groups; none besides those of the call */
	return snprintf(out, size, "%s " NEVER " 0\n", word[0]);
}

static int answer_fh(char *const *word, char *out, size_t size)
{
	/* domain type fsid -> path; no path: there is no such filesystem */
	bool ours = !strcmp(word[1], FSID_NUM) && !strcmp(word[2], EXPORT_FSID_WORD);

	return snprintf(out, size, "%s %s %s " NEVER "%s\n", word[0], word[1], word[2],
			ours ? " " SERVER_EXPORT : "");
}

static int answer_export(char *const *word, char *out, size_t size)
{
	/* domain path -> flags anonymous-uid anonymous-gid fsid; no flags: not exported */
	if (strcmp(word[1], SERVER_EXPORT) != 0)
		return snprintf(out, size, "%s %s " NEVER "\n", word[0], word[1]);
	return snprintf(out, size, "%s %s " NEVER " %d %d %d %d\n", word[0], word[1], EXPORT_FLAGS,
			EXPORT_ANON, EXPORT_ANON, EXPORT_FSID);
}

static int answer_idtoname(char *const *word, char *out, size_t size)
{
	/* domain type id -> name; the number itself (RFC 8881 section 5.9) */
	return snprintf(out, size, "%s %s %s " NEVER " %s\n", word[0], word[1], word[2], word[2]);
}

static int answer_nametoid(char *const *word, char *out, size_t size)
{
	/* domain type name -> id; a name that is no number is nobody */
	bool number = word[2][0] && strspn(word[2], "0123456789") == strlen(word[2]);

	return snprintf(out, size, "%s %s %s " NEVER " %s\n", word[0], word[1], word[2],
			number ? word[2] : "65534");
}

static const struct channel {
	const char *name;
	int words;		/* in a question */
	int (*answer)(char *const *word, char *out, size_t size);
} channels[UPCALL_CHANNELS] = {
	{ "auth.unix.ip", 2, answer_ip },
	{ "auth.unix.gid", 1, answer_gid },
	{ "nfsd.fh", 3, answer_fh },
	{ "nfsd.export", 2, answer_export },
	{ "nfs4.idtoname", 3, answer_idtoname },
	{ "nfs4.nametoid", 3, answer_nametoid },
};

int upcall_open(struct pollfd *pfd)
{
	for (int i = 0; i < UPCALL_CHANNELS; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/net/rpc/%s/channel", channels[i].name);
		pfd[i].fd = open(path, O_RDWR | O_CLOEXEC);
		pfd[i].events = POLLIN;
		/* Without NFSv4 there is no mapping of ids. */
		if (pfd[i].fd < 0 &&
		    (errno != ENOENT || strncmp(channels[i].name, "nfs4.", 5) != 0))
			return -errno;
	}
	return 0;
}

void upcall_answer(int channel, int fd)
{
	const struct channel *c = &channels[channel];
	char buf[LINE_MAX_LEN], out[2 * LINE_MAX_LEN], *word[4] = { NULL }, *save = NULL;
	ssize_t n = read(fd, buf, sizeof(buf) - 1);
	int nr = 0, len;

	if (n <= 0)
		return;
	buf[n] = '\0';
	for (char *p = strtok_r(buf, " \n", &save); p && nr < 4; p = strtok_r(NULL, " \n", &save))
		word[nr++] = p;
	if (nr != c->words) {
		out_diag(0, "upcall %s: %d words in the question, not %d", c->name, nr, c->words);
		return;
	}
	len = c->answer(word, out, sizeof(out));
	if (len < 0 || (size_t)len >= sizeof(out))
		return;
	if (write(fd, out, (size_t)len) != len)
		out_diag(0, "upcall %s: the kernel refuses \"%s\": %s", c->name, out,
			 strerror(errno));
}
