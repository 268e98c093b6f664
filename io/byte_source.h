/* SPDX-License-Identifier: Apache-2.0 */
/* io/byte_source.h - bytes of a file or of standard input, gzip unpacked on the way.
 *
 * Compression is recognised by its magic bytes, not by the name. Concatenated gzip members are one
 * stream. Unpacked output is capped at 64 MiB + 200 times what was read, so a bomb costs little. */
#ifndef LEHR_IO_BYTE_SOURCE_H
#define LEHR_IO_BYTE_SOURCE_H

#include "lehr/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct byte_source byte_source;

/* path "-": standard input. ENOINPUT if it cannot be opened or is a folder. */
lehr_status byte_source_open(const char *path, byte_source **out, lehr_error *err);

/* Reads up to `size` bytes; *got < size only at the end. EINPUT for truncated or damaged gzip
 * data, EIO when reading fails. */
lehr_status byte_source_read(byte_source *s, void *buffer, size_t size, size_t *got,
                             lehr_error *err);

void byte_source_close(byte_source *s);

#endif
