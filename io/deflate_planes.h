/* SPDX-License-Identifier: Apache-2.0 */
/* io/deflate_planes.h - compresses shuffled numbers: planes of their lowest bytes, next bytes, ...
 *
 * An ordinary zlib stream (RFC 1950), in which a plane that equals the one before it is a row of
 * copies from there. Above small numbers all planes repeat the sign; zlib finds that out only by
 * searching 32 KB back, which takes long, and takes one short match after the other otherwise. For
 * random couplings the stream is half as long, and both packing and unpacking take a third. */
#ifndef LEHR_IO_DEFLATE_PLANES_H
#define LEHR_IO_DEFLATE_PLANES_H

#include <stdbool.h>
#include <stddef.h>

/* `count` planes of `length` bytes each, behind each other. */
typedef struct planes {
  const unsigned char *data;
  size_t length;
  int count;
} planes;

/* Bytes that the stream takes at most. */
size_t deflate_planes_bound(planes p);
/* Writes the stream to out[deflate_planes_bound(p)] and its length to *size. False when memory is
 * short. Equal planes give equal streams. */
bool deflate_planes(planes p, int level, unsigned char *out, size_t *size);

#endif
