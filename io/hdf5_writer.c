/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "io/hdf5_link.h"
#include "io/publish.h"
#include "lehr/version.h"

#include <stdlib.h>
#include <string.h>

enum { IN_MEMORY_BYTES = 64 << 20, STRINGS_AT_ONCE = 1 << 14 };

struct h5_writer {
  h5_link *link;
  h5_bytes answer;
  publication *file; /* that a child writes; NULL while in memory */
  char *path;
  lehr_status status;
  lehr_error err;
};

static lehr_status start(h5_writer *w, uint64_t expected_bytes, lehr_error *err) {
  int fd = -1;
  const bool in_memory = expected_bytes <= IN_MEMORY_BYTES;
  if (!in_memory) {
    LEHR_TRY(publish_open(w->path, &w->file, err));
    if (!publish_is_file(w->file))
      return error_set(err, LEHR_EOUTPUT, "%s: a large HDF5 file needs a regular file", w->path);
    LEHR_TRY(publish_descriptor(w->file, &fd, err));
  }
  return h5_link_open(in_memory ? H5_LINK_IMAGE : H5_LINK_CREATE, fd, true, w->path, &w->link, err);
}

lehr_status h5_writer_create(const char *path, const char *title, uint64_t expected_bytes,
                             h5_writer **out, lehr_error *err) {
  *out = NULL;
  h5_writer *w = calloc(1, sizeof *w);
  char *copy = strdup(path);
  if (!w || !copy) {
    free(w);
    free(copy);
    return error_memory(err, sizeof *w);
  }
  w->path = copy;
  const lehr_status status = start(w, expected_bytes, err);
  if (status != LEHR_OK) {
    h5_writer_discard(w);
    return status;
  }
  h5_put_attribute_string(w, "/", "lehr_layout", "1.0");
  h5_put_attribute_string(w, "/", "title", title);
  h5_put_attribute_string(w, "/", "generator", "lehr " LEHR_VERSION);
  *out = w;
  return LEHR_OK;
}

lehr_status h5_writer_status(const h5_writer *w) { return w->status; }

void h5_writer_fail(h5_writer *w, lehr_status status, const char *why) {
  if (w->status == LEHR_OK) w->status = error_set(&w->err, status, "%s: %s", w->path, why);
}

/* Keeps the first failure; nothing is tried after it. */
static void make(h5_writer *w, h5_call call) {
  h5_reply reply;
  if (w->status != LEHR_OK) return;
  w->status = h5_link_call(w->link, &call, &reply, &w->answer, &w->err);
}

void h5_make_group(h5_writer *w, const char *path) {
  make(w, (h5_call){.request = {.operation = H5_MAKE_GROUP}, .path = path});
}

void h5_make_dataset(h5_writer *w, const char *path, h5_type type, int32_t rank,
                     const int64_t dims[]) {
  h5_call call = {.request = {.operation = H5_MAKE_DATASET, .shape = {.type = type, .rank = rank}},
                  .path = path};
  for (int k = 0; k < rank; k++) call.request.shape.dims[k] = dims[k];
  make(w, call);
}

void h5_write(h5_writer *w, const char *path, h5_type type, int32_t rank, const int64_t start[],
              const int64_t count[], const void *values) {
  h5_call call = {.request = {.operation = H5_WRITE, .shape = {.type = type, .rank = rank}},
                  .path = path};
  size_t row = h5_type_bytes(type);
  for (int k = 0; k < rank; k++) {
    call.request.start[k] = start[k];
    call.request.count[k] = count[k];
    if (k > 0) row *= (size_t)count[k];
  }
  if (rank == 0 || row == 0) {
    call.request.data_bytes = row;
    call.data = values;
    make(w, call);
    return;
  }
  const int64_t rows_at_once = row > H5_PART_BYTES ? 1 : H5_PART_BYTES / (int64_t)row;
  for (int64_t done = 0; done < count[0];) {
    const int64_t part = count[0] - done < rows_at_once ? count[0] - done : rows_at_once;
    call.request.start[0] = start[0] + done;
    call.request.count[0] = part;
    call.request.data_bytes = (uint64_t)part * row;
    call.data = (const char *)values + (size_t)done * row;
    make(w, call);
    done += part;
  }
}

/* One request with strings[0..count) behind each other. */
static void write_strings_part(h5_writer *w, const char *path, int32_t rank, int64_t start,
                               int64_t count, const char *const strings[]) {
  h5_bytes packed = {0};
  for (int64_t k = 0; k < count && w->status == LEHR_OK; k++)
    if (!h5_bytes_append(&packed, strings[k], strlen(strings[k]) + 1))
      w->status = error_memory(&w->err, packed.size);
  make(w, (h5_call){.request = {.operation = H5_WRITE,
                                .shape = {.type = H5_STRING, .rank = rank},
                                .start = {start},
                                .count = {count},
                                .data_bytes = packed.size},
                    .path = path,
                    .data = packed.data});
  free(packed.data);
}

void h5_write_strings(h5_writer *w, const char *path, int64_t start, int64_t count,
                      const char *const strings[]) {
  for (int64_t done = 0; done < count;) {
    const int64_t part = count - done < STRINGS_AT_ONCE ? count - done : STRINGS_AT_ONCE;
    write_strings_part(w, path, 1, start + done, part, strings + done);
    done += part;
  }
}

void h5_put_array(h5_writer *w, const char *path, h5_type type, int64_t count, const void *values) {
  const int64_t start = 0;
  h5_make_dataset(w, path, type, 1, &count);
  h5_write(w, path, type, 1, &start, &count, values);
}

void h5_put_matrix(h5_writer *w, const char *path, h5_type type, int64_t rows, int64_t columns,
                   const void *values) {
  const int64_t start[2] = {0}, dims[2] = {rows, columns};
  h5_make_dataset(w, path, type, 2, dims);
  h5_write(w, path, type, 2, start, dims, values);
}

void h5_put_strings(h5_writer *w, const char *path, int64_t count, const char *const strings[]) {
  h5_make_dataset(w, path, H5_STRING, 1, &count);
  h5_write_strings(w, path, 0, count, strings);
}

void h5_put_int(h5_writer *w, const char *path, int64_t value) {
  h5_make_dataset(w, path, H5_INT64, 0, NULL);
  h5_write(w, path, H5_INT64, 0, NULL, NULL, &value);
}

void h5_put_real(h5_writer *w, const char *path, double value) {
  h5_make_dataset(w, path, H5_REAL64, 0, NULL);
  h5_write(w, path, H5_REAL64, 0, NULL, NULL, &value);
}

void h5_put_string(h5_writer *w, const char *path, const char *value) {
  h5_make_dataset(w, path, H5_STRING, 0, NULL);
  write_strings_part(w, path, 0, 0, 1, &value);
}

/* ---- Attributes and scales ---- */

static void put_attribute(h5_writer *w, const char *object, const char *name, h5_shape shape,
                          const void *value, size_t bytes) {
  make(w, (h5_call){.request = {.operation = H5_PUT_ATTRIBUTE, .shape = shape, .data_bytes = bytes},
                    .path = object,
                    .name = name,
                    .data = value});
}

void h5_put_attribute_int(h5_writer *w, const char *object, const char *name, int64_t value) {
  put_attribute(w, object, name, (h5_shape){.type = H5_INT64}, &value, sizeof value);
}

void h5_put_attribute_real(h5_writer *w, const char *object, const char *name, double value) {
  put_attribute(w, object, name, (h5_shape){.type = H5_REAL64}, &value, sizeof value);
}

void h5_put_attribute_string(h5_writer *w, const char *object, const char *name,
                             const char *value) {
  put_attribute(w, object, name, (h5_shape){.type = H5_STRING}, value, strlen(value) + 1);
}

void h5_put_attribute_array(h5_writer *w, const char *object, const char *name, h5_type type,
                            int64_t count, const void *values) {
  put_attribute(w, object, name, (h5_shape){.type = type, .rank = 1, .dims = {count}}, values,
                (size_t)count * h5_type_bytes(type));
}

static const char *last_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

void h5_make_scale(h5_writer *w, const char *path) {
  make(w,
       (h5_call){.request = {.operation = H5_MAKE_SCALE}, .path = path, .name = last_name(path)});
}

void h5_make_dimension(h5_writer *w, const char *path, int64_t length) {
  make(w, (h5_call){.request = {.operation = H5_MAKE_DIMENSION, .shape = {.dims = {length}}},
                    .path = path});
}

void h5_attach_scale(h5_writer *w, const char *dataset, int32_t axis, const char *scale) {
  make(w, (h5_call){.request = {.operation = H5_ATTACH_SCALE, .start = {axis}},
                    .path = dataset,
                    .name = scale});
}

/* ---- The end ---- */

static void release(h5_writer *w) {
  h5_link_close(w->link);
  publish_abort(w->file);
  free(w->answer.data);
  free(w->path);
  free(w);
}

void h5_writer_discard(h5_writer *w) {
  if (w) release(w);
}

static lehr_status put_in_place(h5_writer *w, lehr_error *err) {
  if (!w->file) return publish_bytes(w->path, w->answer.data, w->answer.size, err);
  publication *file = w->file;
  w->file = NULL;
  return publish_commit(file, err);
}

lehr_status h5_writer_publish(h5_writer *w, lehr_error *err) {
  make(w, (h5_call){.request = {.operation = H5_FINISH}, .path = "/"});
  lehr_status status = w->status;
  if (status != LEHR_OK) {
    if (err) *err = w->err;
  } else {
    status = put_in_place(w, err);
  }
  release(w);
  return status;
}
