/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_reader.h - inside of h5_reader (io/hdf5_util.h), shared by hdf5_reader*.c. */
#ifndef LEHR_IO_HDF5_READER_H
#define LEHR_IO_HDF5_READER_H

#include "io/hdf5_link.h"

struct h5_reader {
  h5_link *link;
  h5_bytes answer; /* of the last request */
  char *path;
  int fd;
};

/* EINPUT: the object cannot be read. */
lehr_status h5_reader_damaged(h5_reader *r, const char *path, lehr_error *err);
/* Rank of a dataset that holds exactly one value. */
lehr_status h5_reader_single(h5_reader *r, const char *path, int32_t *rank, lehr_error *err);
/* r->answer holds the value if *is_there. */
lehr_status h5_reader_attribute(h5_reader *r, const char *object, const char *name, h5_type type,
                                bool *is_there, lehr_error *err);

#endif
