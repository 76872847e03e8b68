// SPDX-License-Identifier: GPL-2.0-only
#include "patch/hunk.h"

void patch_free(struct patch *p)
{
	for (size_t i = 0; i < p->nfiles; i++) {
		struct file_patch *f = &p->files[i];

		for (size_t k = 0; k < f->nhunks; k++)
			free(f->hunks[k].lines);
		free(f->hunks);
		free(f->old_path);
		free(f->new_path);
	}
	free(p->files);
	free(p->name);
	free(p->text);
	*p = (struct patch){ 0 };
}

void patch_reverse(struct patch *p)
{
	p->reversed = !p->reversed;
	for (size_t i = 0; i < p->nfiles; i++) {
		struct file_patch *f = &p->files[i];
		unsigned int mode = f->old_mode;
		char *path = f->old_path;
		bool empty = f->old_empty;

		f->old_path = f->new_path;
		f->new_path = path;
		f->old_mode = f->new_mode;
		f->new_mode = mode;
		f->old_empty = f->new_empty;
		f->new_empty = empty;
		if (f->change == FILE_NEW)
			f->change = FILE_DELETED;
		else if (f->change == FILE_DELETED)
			f->change = FILE_NEW;
		for (size_t k = 0; k < f->nhunks; k++)
			hunk_reverse(&f->hunks[k]);
	}
}

void file_outcomes_free(struct file_outcome *out, size_t n)
{
	for (size_t i = 0; out && i < n; i++) {
		for (size_t k = 0; k < out[i].nhunks; k++) {
			free(out[i].hunks[k].expected);
			free(out[i].hunks[k].found);
			free(out[i].hunks[k].detail);
		}
		free(out[i].hunks);
		free(out[i].error);
		free(out[i].path);
	}
	free(out);
}
