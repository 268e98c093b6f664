/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_chunks.h - numbers straight from the stored chunks of a 1-D dataset, and into them.
 *
 * Only for what batches are mostly made of: chunks that went through nothing but shuffle, deflate
 * and fletcher32, in this order, and hold the type that is wanted. HDF5 reads everything else, and
 * decides about every chunk that is missing or looks damaged here. On a batch of random models
 * H5Dread takes four times as long: it inflates with zlib, unshuffles bytewise and copies
 * through a cache. */
#ifndef LEHR_IO_HDF5_CHUNKS_H
#define LEHR_IO_HDF5_CHUNKS_H

#include "io/hdf5_util.h"

#include <hdf5.h>

typedef struct h5_chunks h5_chunks;

/* NULL where H5Dread has to be used. `dataset` stays the caller's, and open. memory_type: of the
 * values wanted. */
h5_chunks *h5_chunks_open(hid_t dataset, hid_t memory_type);
/* Values start .. start + count - 1, which the dataset has (the caller checked), into `out`. False
 * if H5Dread has to be asked; `out` is garbage then. The last chunk stays decoded for the next
 * call. */
bool h5_chunks_read(h5_chunks *c, int64_t start, int64_t count, void *out);
/* Whole chunks of shuffled, deflated and checksummed values. False, with nothing written, if
 * H5Dwrite has to be asked; *has_failed if the file could not be written. The dataset must not be
 * read through `c`. */
bool h5_chunks_write(h5_chunks *c, int64_t start, int64_t count, const void *values, int level,
                     bool *has_failed);
/* NULL is fine. */
void h5_chunks_close(h5_chunks *c);

#endif
