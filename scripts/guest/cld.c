// SPDX-License-Identifier: GPL-2.0-only
/*
 * The record of clients that nfsd keeps in user space, as nfsdcld does (include/uapi/linux/nfsd/
 * cld.h): who may reclaim state after a restart of the server. The server waits a second for this
 * daemon, and without it has a grace period of ten more; with it, and no client on record, none.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "helper.h"
#include "out.h"

#define PIPE_DIR	HELPER_PIPEFS "/nfsd"
#define PIPE		PIPE_DIR "/cld"
#define CLIENTS_MAX	32
#define CLIENT_NAME_MAX	1024
#define VERSION		2

enum { CLD_CREATE, CLD_REMOVE, CLD_CHECK, CLD_GRACE_DONE, CLD_GRACE_START, CLD_GET_VERSION };

/*
 * Version 1 ends behind the name, version 2 adds a hash of the Kerberos principal. Answers are as
 * long as the kernel's message was.
 */
struct message {
	uint8_t version;
	uint8_t command;
	int16_t status;
	uint32_t xid;
	union {
		struct {
			uint16_t len;
			uint8_t id[CLIENT_NAME_MAX];
			uint8_t hash_len;
			uint8_t hash[32];
		} __attribute__((packed)) name;
		uint8_t version;
	} __attribute__((packed)) u;
} __attribute__((packed));

static struct client {
	uint16_t len;		/* 0: a free entry */
	uint8_t id[CLIENT_NAME_MAX];
} clients[CLIENTS_MAX];

enum { WATCH, CHANNEL };	/* the descriptors */

static void open_pipe(struct pollfd *pfd)
{
	if (pfd[CHANNEL].fd < 0)
		pfd[CHANNEL].fd = open(PIPE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

int cld_open(struct pollfd *pfd)
{
	pfd[WATCH] = (struct pollfd){ .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK),
				      .events = POLLIN };
	pfd[CHANNEL] = (struct pollfd){ .fd = -1, .events = POLLIN };
	if (pfd[WATCH].fd < 0 ||
	    inotify_add_watch(pfd[WATCH].fd, PIPE_DIR, IN_CREATE | IN_DELETE) < 0)
		return -errno;
	open_pipe(pfd);
	return 0;
}

static struct client *find(const struct message *m)
{
	for (int i = 0; i < CLIENTS_MAX; i++) {
		if (clients[i].len == m->u.name.len &&
		    !memcmp(clients[i].id, m->u.name.id, clients[i].len))
			return &clients[i];
	}
	return NULL;
}

static int16_t record_client(const struct message *m)
{
	struct client *client = find(m);

	for (int i = 0; !client && i < CLIENTS_MAX; i++) {
		if (!clients[i].len)
			client = &clients[i];
	}
	if (!client)
		return -ENOSPC;
	client->len = m->u.name.len;
	memcpy(client->id, m->u.name.id, client->len);
	return 0;
}

static int16_t serve(int fd, struct message *m, size_t size)
{
	struct client *client;

	switch (m->command) {
	case CLD_GET_VERSION:
		m->u.version = VERSION;
		return 0;
	case CLD_CREATE:
		return record_client(m);
	case CLD_REMOVE:
		client = find(m);
		if (client)
			client->len = 0;
		return 0;
	case CLD_CHECK:
		return find(m) ? 0 : -EACCES;
	case CLD_GRACE_START:
		/* Who is on record may reclaim: told one by one, before the answer proper. */
		for (int i = 0; i < CLIENTS_MAX; i++) {
			if (!clients[i].len)
				continue;
			m->status = -EINPROGRESS;
			m->u.name.len = clients[i].len;
			memcpy(m->u.name.id, clients[i].id, clients[i].len);
			m->u.name.hash_len = 0;
			if (write(fd, m, size) < 0)
				out_diag(0, "client record: %s", strerror(errno));
		}
		return 0;
	case CLD_GRACE_DONE:
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

void cld_answer(struct pollfd *pfd)
{
	char events[512];
	struct message m;
	ssize_t n;

	if (pfd[WATCH].revents) {
		while (read(pfd[WATCH].fd, events, sizeof(events)) > 0)
			;
		/* The server has stopped: its pipe is gone, though still open here. */
		if (pfd[CHANNEL].fd >= 0 && access(PIPE, F_OK)) {
			close(pfd[CHANNEL].fd);
			pfd[CHANNEL].fd = -1;
		}
		open_pipe(pfd);
		return;
	}
	if (pfd[CHANNEL].fd < 0 || !pfd[CHANNEL].revents)
		return;
	memset(&m, 0, sizeof(m));
	n = read(pfd[CHANNEL].fd, &m, sizeof(m));
	if (n < (ssize_t)offsetof(struct message, u.name.hash_len) ||
	    m.u.name.len > CLIENT_NAME_MAX)
		return;
	m.status = serve(pfd[CHANNEL].fd, &m, (size_t)n);
	if (write(pfd[CHANNEL].fd, &m, (size_t)n) < 0)
		out_diag(0, "client record: %s", strerror(errno));
}
