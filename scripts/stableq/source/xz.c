// SPDX-License-Identifier: GPL-2.0-only
#include "source/xz.h"

#include "base/fs.h"

#define CHUNK 65536
#define INDEX_MAX ((uint64_t)16 << 20)	/* of memory; a kernel's has 60 blocks, 100 bytes each */

struct xz_stream {
	const struct xz *x;
	lzma_stream lzma;
	/* The block that is decoded; liblzma goes on looking at its header. */
	size_t block;
	lzma_block head;
	lzma_filter filters[LZMA_FILTERS_MAX + 1];
	uint64_t fed;		/* bytes of it that were read from the file */
	bool ended;
	uint64_t at;		/* decoded offset of what comes next */
	unsigned char in[CHUNK];
};

static size_t read_at(FILE *f, void *to, size_t n, uint64_t at)
{
	return fseeko(f, (off_t)at, SEEK_SET) < 0 ? 0 : fread(to, 1, n, f);
}

/* liblzma says where it wants to read. */
static lzma_index *read_index(FILE *f)
{
	uint64_t at = 0, size = fseeko(f, 0, SEEK_END) < 0 ? 0 : (uint64_t)ftello(f);
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_index *index = NULL;
	unsigned char buf[4096];
	lzma_ret ret = lzma_file_info_decoder(&s, &index, INDEX_MAX, size);

	while (ret == LZMA_OK || ret == LZMA_SEEK_NEEDED) {
		if (ret == LZMA_SEEK_NEEDED) {
			at = s.seek_pos;
			s.avail_in = 0;
		}
		if (!s.avail_in) {
			s.next_in = buf;
			s.avail_in = read_at(f, buf, sizeof(buf), at);
			at += s.avail_in;
		}
		/* Without anything to read this ends with LZMA_BUF_ERROR. */
		ret = lzma_code(&s, LZMA_RUN);
	}
	lzma_end(&s);
	return ret == LZMA_STREAM_END ? index : NULL;
}

int xz_open(struct xz *x, const char *path, struct err *err)
{
	int ret = fs_regular(path, err);
	lzma_index_iter i;
	lzma_index *index;

	*x = (struct xz){ .path = path, .f = ret ? NULL : fopen(path, "re") };
	if (!x->f)
		return ret ? ret : err_sys(err, "%s", path);
	index = read_index(x->f);
	if (!index)
		return err_set(err, ERR_NOTFOUND, "%s: no index of an .xz", path);
	lzma_index_iter_init(&i, index);
	while (!lzma_index_iter_next(&i, LZMA_INDEX_ITER_NONEMPTY_BLOCK))
		ARRAY_PUSH(x->b, x->n) = (struct xz_block){
			.at = i.block.compressed_file_offset, .size = i.block.total_size,
			.unpadded = i.block.unpadded_size,
			.uat = i.block.uncompressed_file_offset, .usize = i.block.uncompressed_size,
			.check = i.stream.flags->check,
		};
	lzma_index_end(index, NULL);
	return 0;
}

void xz_close(struct xz *x)
{
	free(x->b);
	fclosep(&x->f);
}

struct xz_stream *xz_stream_new(const struct xz *x)
{
	struct xz_stream *s = xcalloc(1, sizeof(*s));

	s->x = x;
	s->lzma = (lzma_stream)LZMA_STREAM_INIT;
	s->head = (lzma_block){ .version = 1, .filters = s->filters };
	return s;
}

void xz_stream_free(struct xz_stream *s)
{
	if (s)
		lzma_end(&s->lzma);
	free(s);
}

static int broken(const struct xz_stream *s, lzma_ret why, struct err *err)
{
	if (ferror(s->x->f))
		return err_sys(err, "%s", s->x->path);
	if (why == LZMA_MEM_ERROR)
		return err_set(err, ERR_SYSTEM, "%s: no memory to decode it", s->x->path);
	return err_set(err, ERR_INPUT, "%s: damaged (%s); delete it, so that it is fetched again, "
		       "or put a whole one there", s->x->path,
		       why == LZMA_BUF_ERROR ? "it ends too early" : "a block can't be decoded");
}

/* The header says how a block is decoded; the index, how much it is. */
static lzma_ret open_block(struct xz_stream *s, size_t block)
{
	const struct xz_block *b = &s->x->b[block];
	unsigned char raw[LZMA_BLOCK_HEADER_SIZE_MAX];
	size_t got = read_at(s->x->f, raw, (size_t)MIN(b->size, (uint64_t)sizeof(raw)), b->at);
	lzma_ret ret;

	s->block = block;
	s->at = b->uat;
	s->ended = false;
	s->lzma.avail_in = 0;
	s->head.check = b->check;
	s->head.header_size = got ? lzma_block_header_size_decode(raw[0]) : 0;
	s->fed = s->head.header_size;
	if (got < s->fed || !got)
		return LZMA_BUF_ERROR;
	ret = lzma_block_header_decode(&s->head, NULL, raw);
	if (ret != LZMA_OK)
		return ret;
	s->head.uncompressed_size = b->usize;
	ret = lzma_block_compressed_size(&s->head, b->unpadded);
	if (ret == LZMA_OK)
		ret = lzma_block_decoder(&s->lzma, &s->head);
	lzma_filters_free(s->filters, NULL);
	return ret;
}

int xz_seek(struct xz_stream *s, size_t block, struct err *err)
{
	lzma_ret ret = open_block(s, block);

	return ret == LZMA_OK ? 0 : broken(s, ret, err);
}

static lzma_ret decode(struct xz_stream *s)
{
	const struct xz_block *b = &s->x->b[s->block];
	lzma_ret ret;

	if (!s->lzma.avail_in) {
		s->lzma.next_in = s->in;
		s->lzma.avail_in = read_at(s->x->f, s->in,
					   (size_t)MIN(b->size - s->fed, (uint64_t)CHUNK),
					   b->at + s->fed);
		s->fed += s->lzma.avail_in;
	}
	ret = lzma_code(&s->lzma, LZMA_RUN);
	s->ended = ret == LZMA_STREAM_END;
	return s->ended ? LZMA_OK : ret;
}

int xz_read(struct xz_stream *s, void *to, size_t n, size_t *got, struct err *err)
{
	lzma_ret ret = LZMA_OK;

	s->lzma.next_out = to;
	s->lzma.avail_out = n;
	while (ret == LZMA_OK && s->lzma.avail_out == n && n) {
		if (s->ended && s->block + 1 == s->x->n)
			break;
		ret = s->ended ? open_block(s, s->block + 1) : decode(s);
	}
	*got = n - s->lzma.avail_out;
	s->at += *got;
	return ret == LZMA_OK ? 0 : broken(s, ret, err);
}

int xz_skip(struct xz_stream *s, uint64_t to, struct err *err)
{
	unsigned char nowhere[CHUNK];
	size_t got = 1;
	int ret = 0;

	while (!ret && s->at < to && got)
		ret = xz_read(s, nowhere, (size_t)MIN(to - s->at, (uint64_t)CHUNK), &got, err);
	return ret || s->at == to ? ret : broken(s, LZMA_BUF_ERROR, err);
}
