/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_shared.h - memory that lehr-h5 puts values into instead of sending them.
 *
 * The child may change it at any time and be hostile: what is wanted is copied out once, and only
 * the copy is looked at. Its size is sealed, so that touching it cannot fail. */
#ifndef LEHR_IO_HDF5_SHARED_H
#define LEHR_IO_HDF5_SHARED_H

#include <stddef.h>

enum { H5_SHARED_BYTES = 4 << 20 }; /* the values of one request (H5_PART_BYTES) */

/* A descriptor of such memory; -1 if the system has none, then values are sent. */
int h5_shared_create(void);
/* The memory behind fd, or NULL. */
unsigned char *h5_shared_map(int fd);
/* NULL is fine. */
void h5_shared_unmap(unsigned char *shared);

#endif
