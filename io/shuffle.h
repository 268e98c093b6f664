/* SPDX-License-Identifier: Apache-2.0 */
/* io/shuffle.h - HDF5's shuffle filter and its undoing: byte b of value k lies at plane b, place k.
 */
#ifndef LEHR_IO_SHUFFLE_H
#define LEHR_IO_SHUFFLE_H

#include <stddef.h>

/* values * value_bytes bytes into planes of `values` bytes each. */
void shuffle(const unsigned char *from, size_t values, size_t value_bytes, unsigned char *planes);

/* Values first .. first + count - 1 of `values` shuffled ones of value_bytes each into
 * out[count * value_bytes], which must not overlap them. O(count * value_bytes). */
void unshuffle(const unsigned char *planes, size_t values, size_t value_bytes, size_t first,
               size_t count, unsigned char *out);

#endif
