/* SPDX-License-Identifier: Apache-2.0 */
/* io/hdf5_exec.h - carries requests out with the HDF5 library; the only place that calls it.
 *
 * Whatever the library prints by default is turned off around each request and turned on again,
 * so that a host process with HDF5 of its own notices nothing. */
#ifndef LEHR_IO_HDF5_EXEC_H
#define LEHR_IO_HDF5_EXEC_H

#include "io/hdf5_chunks.h"
#include "io/hdf5_wire.h"

#include <hdf5.h>

enum { H5_EXEC_OPEN = 40 };

typedef struct h5_exec {
  hid_t file;
  int64_t file_bytes;    /* of a file that is read; bounds what it may declare */
  bool is_image;         /* built in memory */
  struct h5_exec_entry { /* datasets kept open: their chunk caches and link checks are costly */
    char *path;
    hid_t dataset;
    h5_chunks *chunks; /* NULL: none yet, or it has to be read by the library */
    bool has_chunks;   /* whether `chunks` is known */
    h5_type chunk_type;
  } open[H5_EXEC_OPEN];
  int next; /* entry to be replaced next */
} h5_exec;

/* Opens the file behind fd (kept by the caller) for reading. EINPUT with the reason. */
lehr_status h5_exec_read(h5_exec *e, int fd, lehr_error *err);
/* Starts a new file behind fd, or in memory if fd < 0. */
lehr_status h5_exec_create(h5_exec *e, int fd, lehr_error *err);
/* One request. Fills reply and out; reply->status is also returned. */
lehr_status h5_exec_call(h5_exec *e, const h5_call *call, h5_reply *reply, h5_bytes *out);
void h5_exec_close(h5_exec *e);

/* ---- Shared by hdf5_exec*.c ---- */

/* `status` with "path: what (innermost message of the library)". */
lehr_status h5_exec_fail(h5_reply *reply, lehr_status status, const char *what);
/* The dataset at path, opened and checked; owned by e. Negative with reply filled. */
hid_t h5_exec_dataset(h5_exec *e, const char *path, h5_reply *reply);
/* Forgets a dataset that is kept open; negative if what its cache held could not be written. */
herr_t h5_exec_forget(struct h5_exec_entry *entry);
/* Direct access to the chunks of an open dataset as values of `type` (memory_type to the library),
 * or NULL where there is none. Owned by e. */
h5_chunks *h5_exec_chunks(h5_exec *e, hid_t dataset, h5_type type, hid_t memory_type);
/* Memory type of h5_type; negative on failure. Close it with H5Tclose. */
hid_t h5_exec_memory_type(h5_type type);
/* Whether every step of path is a hard link. kind: what it leads to. */
lehr_status h5_exec_walk(h5_exec *e, const char *path, h5_kind *kind, h5_reply *reply);
/* Whether values of a file type can be had as `wanted` unchanged. */
lehr_status h5_exec_check_type(hid_t type, h5_type wanted, h5_reply *reply);

/* What is to be read: part of a dataset (attribute < 0), or an attribute. */
typedef struct h5_exec_block {
  hid_t dataset, attribute, memory_space, file_space, type;
} h5_exec_block;

/* Appends `count` strings, each with its final 0. */
lehr_status h5_exec_strings(const h5_exec_block *s, size_t count, h5_reply *reply, h5_bytes *out);
lehr_status h5_exec_ask_read(h5_exec *e, const h5_call *c, h5_reply *reply, h5_bytes *out);
lehr_status h5_exec_ask_shape(h5_exec *e, const h5_call *c, h5_reply *reply);
lehr_status h5_exec_ask(h5_exec *e, const h5_call *c, h5_reply *reply, h5_bytes *out);
lehr_status h5_exec_make(h5_exec *e, const h5_call *c, h5_reply *reply, h5_bytes *out);

#endif
