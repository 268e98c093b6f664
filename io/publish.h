/* SPDX-License-Identifier: Apache-2.0 */
/* io/publish.h - whole files or nothing: written beside the old one, synced, renamed over it.
 *
 * Until publish_commit succeeds the old file is untouched, and no temporary file is left behind,
 * not even by kill -9 where the file system knows unnamed files (O_TMPFILE). What the path may be:
 *   "-", /dev/stdout, /dev/fd/N   written directly
 *   FIFO, character device        written directly
 *   symbolic link                 the file it points to is replaced, the link stays
 *   directory, dangling link, file without write permission    EOUTPUT
 * New files get the permissions that umask leaves, replaced ones keep theirs. Two processes that
 * publish the same path: the last rename wins, never a mixture. */
#ifndef LEHR_IO_PUBLISH_H
#define LEHR_IO_PUBLISH_H

#include "lehr/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct publication publication;

/* Starts a file. Release with publish_commit or publish_abort. EOUTPUT if it cannot be created. */
lehr_status publish_open(const char *path, publication **out, lehr_error *err);

/* Appends; buffered. EIO when the disk is full. */
lehr_status publish_write(publication *p, const void *data, size_t size, lehr_error *err);

/* The descriptor behind p, for who must seek or hand it to a child; nothing buffered then. */
lehr_status publish_descriptor(publication *p, int *fd, lehr_error *err);

/* Whether the output is a file that gets replaced (and not a stream). */
bool publish_is_file(const publication *p);

/* Flushes, syncs, renames, syncs the folder. Frees p whatever comes of it. */
lehr_status publish_commit(publication *p, lehr_error *err);

/* Gives up: the old file stays. p may be NULL. */
void publish_abort(publication *p);

/* All of it for bytes in memory. */
lehr_status publish_bytes(const char *path, const void *data, size_t size, lehr_error *err);

#endif
