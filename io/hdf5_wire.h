/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_wire.h - one request to the HDF5 library and its reply, the same whether it runs here or
 * in a child process.
 *
 *   request:  h5_request | path | name | data        (texts without final 0)
 *   reply:    h5_reply | data     (or the data lie in memory that both ends share)
 *
 * Both ends are the same build on the same machine, so structs travel as they are. The end that
 * asks trusts nothing in a reply: sizes and counts are checked before use. */
#ifndef LEHR_IO_HDF5_WIRE_H
#define LEHR_IO_HDF5_WIRE_H

#include "io/hdf5_util.h"

enum {
  H5_PART_BYTES = 4 << 20,   /* of one read or write; longer ones are split */
  H5_REPLY_LIMIT = 256 << 20 /* texts may be longer than planned */
};

typedef enum h5_operation {
  H5_ASK_KIND,      /* -> kind */
  H5_ASK_SHAPE,     /* -> shape */
  H5_ASK_LIST,      /* count[0]: limit -> names, each with final 0; shape.dims[0] of them */
  H5_ASK_READ,      /* shape.type, start, count -> values (strings each with final 0) */
  H5_ASK_ATTRIBUTE, /* name, shape.type -> kind H5_NOTHING, or one value */
  H5_MAKE_GROUP,
  H5_MAKE_DATASET,   /* shape */
  H5_WRITE,          /* shape.type, shape.rank, start, count, data */
  H5_PUT_ATTRIBUTE,  /* name, shape, data */
  H5_MAKE_SCALE,     /* name: of the dimension */
  H5_MAKE_DIMENSION, /* shape.dims[0] */
  H5_ATTACH_SCALE,   /* path: dataset, name: scale, start[0]: axis */
  H5_FINISH          /* -> the file's bytes where it was built in memory */
} h5_operation;

typedef struct h5_request {
  h5_operation operation;
  h5_shape shape;
  int64_t start[H5_MAX_RANK], count[H5_MAX_RANK];
  uint64_t path_bytes, name_bytes, data_bytes;
} h5_request;

typedef struct h5_reply {
  int32_t status; /* lehr_status */
  int32_t kind;   /* h5_kind */
  h5_shape shape;
  uint64_t data_bytes;
  int32_t is_shared; /* the data lie in the shared memory */
  char text[192];    /* why it failed, "" otherwise */
} h5_reply;

/* A request with what it points to. */
typedef struct h5_call {
  h5_request request;
  const char *path, *name; /* with final 0; name may be NULL */
  const void *data;
} h5_call;

/* Growing bytes. They may begin in memory that somebody lent, and move to their own when that is
 * too small. */
typedef struct h5_bytes {
  unsigned char *data;
  size_t size, capacity;
  bool is_lent; /* data is not ours */
} h5_bytes;

h5_bytes h5_bytes_lent(void *memory, size_t capacity);
/* Frees data unless it is lent; nothing is held afterwards. */
void h5_bytes_free(h5_bytes *b);
/* Makes room for `more` bytes behind `size`; false when memory is short. */
bool h5_bytes_reserve(h5_bytes *b, size_t more);
bool h5_bytes_append(h5_bytes *b, const void *data, size_t size);

#endif
