/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_util.h - HDF5 files read and written with every call checked (layout: docs/formats.md).
 *
 * Reading: an h5_reader asks for one thing at a time. Unless the file is trusted, the HDF5 library
 * runs in a child process under limits (hdf5_link.h): a file that crashes, hangs or blows up the
 * library costs an EINPUT. What comes back is still only bytes of the requested type and number;
 * callers check the values. Refused in either mode: soft and external links, virtual and external
 * storage, filters other than deflate, shuffle, fletcher32, and datasets whose declared size is
 * out of proportion to the file.
 *
 * Writing: an h5_writer remembers its first failure, so a file is written as a plain sequence of
 * calls and checked once by h5_writer_publish. Equal calls give equal bytes: no times, no host.
 *
 * A reader or writer is used by one thread at a time. Paths inside files are absolute. */
#ifndef LEHR_IO_HDF5_UTIL_H
#define LEHR_IO_HDF5_UTIL_H

#include "lehr/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { H5_MAX_RANK = 4 };

typedef enum h5_type {
  H5_INT8,
  H5_UINT8,
  H5_INT32,
  H5_INT64,
  H5_REAL32,
  H5_REAL64,
  H5_STRING /* variable-length UTF-8; fixed-length ones are read as well */
} h5_type;

/* Bytes of one value in memory; 0 for H5_STRING. */
size_t h5_type_bytes(h5_type type);

typedef enum h5_kind { H5_NOTHING, H5_GROUP_OBJECT, H5_DATASET_OBJECT } h5_kind;

/* What a dataset (or attribute) is. type: the smallest of the above that holds all its values. */
typedef struct h5_shape {
  h5_type type;
  int32_t rank; /* 0: scalar */
  int64_t dims[H5_MAX_RANK];
} h5_shape;

/* ---- Reading ---- */

typedef struct h5_reader h5_reader;

/* ENOINPUT if it cannot be opened, EINPUT if it is no HDF5 file, EUNAVAILABLE if the guarded
 * reader is not installed. Close with h5_close. */
lehr_status h5_open(const char *path, bool is_trusted, h5_reader **out, lehr_error *err);
/* The path given to h5_open. */
const char *h5_reader_path(const h5_reader *r);
/* NULL is fine. */
void h5_close(h5_reader *r);

/* H5_NOTHING if there is no such object; EINPUT if it is behind a soft or external link. */
lehr_status h5_kind_of(h5_reader *r, const char *path, h5_kind *kind, lehr_error *err);
/* EINPUT if it is no dataset of a known type. */
lehr_status h5_shape_of(h5_reader *r, const char *path, h5_shape *shape, lehr_error *err);

/* Names in a group, sorted bytewise; free(*names) frees all. EINPUT above `limit` of them. */
lehr_status h5_list(h5_reader *r, const char *group, int64_t limit, char ***names, int64_t *count,
                    lehr_error *err);

/* Reads the block [start, start + count) of a dataset of numbers into `out` (dense, row-major).
 * Integers are read only from integers, reals from reals or integers of at most 32 bits; EINPUT
 * where a type, a rank or an extent does not fit. start and count have shape.rank members. */
lehr_status h5_read(h5_reader *r, const char *path, h5_type type, int32_t rank,
                    const int64_t start[], const int64_t count[], void *out, lehr_error *err);
/* Part of a 1-D dataset of numbers. Integers wider than `type` are read and checked to fit. */
lehr_status h5_read_part(h5_reader *r, const char *path, h5_type type, int64_t start, int64_t count,
                         void *out, lehr_error *err);
/* A whole 1-D dataset of at most `limit` values into a new array; free(*out). */
lehr_status h5_read_array(h5_reader *r, const char *path, h5_type type, int64_t limit, void **out,
                          int64_t *count, lehr_error *err);
/* A scalar (or a dataset of one value). */
lehr_status h5_read_scalar(h5_reader *r, const char *path, h5_type type, void *out,
                           lehr_error *err);
/* Part of a 1-D dataset of strings, valid UTF-8; free(*out) frees all. */
lehr_status h5_read_strings(h5_reader *r, const char *path, int64_t start, int64_t count,
                            char ***out, lehr_error *err);
/* A scalar string; free(*out). */
lehr_status h5_read_string(h5_reader *r, const char *path, char **out, lehr_error *err);

/* Scalar attributes of an object. Where the attribute is missing *out is left as it was (set the
 * default before) and LEHR_OK returned. The string is to be freed. */
lehr_status h5_attribute_int(h5_reader *r, const char *object, const char *name, int64_t *out,
                             lehr_error *err);
lehr_status h5_attribute_real(h5_reader *r, const char *object, const char *name, double *out,
                              lehr_error *err);
lehr_status h5_attribute_string(h5_reader *r, const char *object, const char *name, char **out,
                                lehr_error *err);

/* ---- Writing ---- */

typedef struct h5_writer h5_writer;

/* Starts a file that will be published at `path`, with the root attributes lehr_layout, title and
 * generator. Up to 64 MB of expected data it is built in memory; above, a child process writes a
 * temporary file in the same folder. */
lehr_status h5_writer_create(const char *path, const char *title, uint64_t expected_bytes,
                             h5_writer **out, lehr_error *err);

/* Makes a group; missing parents are made by this and by all functions below. */
void h5_make_group(h5_writer *w, const char *path);
/* Makes a dataset; values are added by h5_write. Chunked, shuffled, deflated and checksummed from
 * 64 KiB on. Unwritten values are 0 (empty strings). */
void h5_make_dataset(h5_writer *w, const char *path, h5_type type, int32_t rank,
                     const int64_t dims[]);
/* Writes a block of a dataset made before. */
void h5_write(h5_writer *w, const char *path, h5_type type, int32_t rank, const int64_t start[],
              const int64_t count[], const void *values);
void h5_write_strings(h5_writer *w, const char *path, int64_t start, int64_t count,
                      const char *const strings[]);
/* Makes and fills a dataset in one go. */
void h5_put_array(h5_writer *w, const char *path, h5_type type, int64_t count, const void *values);
void h5_put_matrix(h5_writer *w, const char *path, h5_type type, int64_t rows, int64_t columns,
                   const void *values);
void h5_put_strings(h5_writer *w, const char *path, int64_t count, const char *const strings[]);
void h5_put_int(h5_writer *w, const char *path, int64_t value);
void h5_put_real(h5_writer *w, const char *path, double value);
void h5_put_string(h5_writer *w, const char *path, const char *value);

/* Attributes of a group or dataset made before ("/" is the root). */
void h5_put_attribute_int(h5_writer *w, const char *object, const char *name, int64_t value);
void h5_put_attribute_real(h5_writer *w, const char *object, const char *name, double value);
void h5_put_attribute_string(h5_writer *w, const char *object, const char *name, const char *value);
/* 1-D attribute of numbers of any h5_type (e.g. flag_values as int8). */
void h5_put_attribute_array(h5_writer *w, const char *object, const char *name, h5_type type,
                            int64_t count, const void *values);

/* Dimension scales (netCDF's shared dimensions). h5_make_scale turns a 1-D dataset into a
 * coordinate; h5_make_dimension makes a dimension without values; h5_attach_scale names axis
 * `axis` of `dataset`. */
void h5_make_scale(h5_writer *w, const char *path);
void h5_make_dimension(h5_writer *w, const char *path, int64_t length);
void h5_attach_scale(h5_writer *w, const char *dataset, int32_t axis, const char *scale);

/* Makes the writer fail with a reason of the caller's, as if a write had. */
void h5_writer_fail(h5_writer *w, lehr_status status, const char *why);
/* The first failure so far. */
lehr_status h5_writer_status(const h5_writer *w);
/* Completes the file and puts it at its path atomically: the old file stays until the new one is
 * complete and on disk. Returns the first failure of the whole sequence. Frees w. */
lehr_status h5_writer_publish(h5_writer *w, lehr_error *err);
/* Gives the file up; nothing is left behind. NULL is fine. */
void h5_writer_discard(h5_writer *w);

#endif
