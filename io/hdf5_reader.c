/* SPDX-License-Identifier: Apache-2.0 */
#include "io/hdf5_reader.h"
#include "base/error.h"
#include "base/memory.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

size_t h5_type_bytes(h5_type type) {
  static const size_t bytes[] = {[H5_INT8] = 1,   [H5_UINT8] = 1,  [H5_INT32] = 4, [H5_INT64] = 8,
                                 [H5_REAL32] = 4, [H5_REAL64] = 8, [H5_STRING] = 0};
  return bytes[type];
}

lehr_status h5_open(const char *path, bool is_trusted, h5_reader **out, lehr_error *err) {
  struct stat s;
  *out = NULL;
  h5_reader *r = calloc(1, sizeof *r);
  char *copy = strdup(path);
  if (!r || !copy) {
    free(r);
    free(copy);
    return error_memory(err, sizeof *r);
  }
  r->path = copy;
  r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  lehr_status status = LEHR_OK;
  if (r->fd < 0)
    status = error_errno(err, LEHR_ENOINPUT, path);
  else if (fstat(r->fd, &s) != 0 || !S_ISREG(s.st_mode))
    status = error_set(err, LEHR_ENOINPUT, "%s: HDF5 is read from regular files only", path);
  if (status == LEHR_OK)
    status = h5_link_open(H5_LINK_READ, r->fd, !is_trusted, path, &r->link, err);
  if (status != LEHR_OK) {
    h5_close(r);
    return status;
  }
  *out = r;
  return LEHR_OK;
}

const char *h5_reader_path(const h5_reader *r) { return r->path; }

void h5_close(h5_reader *r) {
  if (!r) return;
  h5_link_close(r->link);
  if (r->fd >= 0) close(r->fd);
  free(r->answer.data);
  free(r->path);
  free(r);
}

lehr_status h5_reader_damaged(h5_reader *r, const char *path, lehr_error *err) {
  return error_set(err, LEHR_EINPUT, "%s: %s cannot be read", r->path, path);
}

lehr_status h5_kind_of(h5_reader *r, const char *path, h5_kind *kind, lehr_error *err) {
  h5_reply reply;
  h5_call call = {.request = {.operation = H5_ASK_KIND}, .path = path};
  LEHR_TRY(h5_link_call(r->link, &call, &reply, &r->answer, err));
  *kind = (h5_kind)reply.kind;
  return LEHR_OK;
}

lehr_status h5_shape_of(h5_reader *r, const char *path, h5_shape *shape, lehr_error *err) {
  h5_reply reply;
  h5_call call = {.request = {.operation = H5_ASK_SHAPE}, .path = path};
  LEHR_TRY(h5_link_call(r->link, &call, &reply, &r->answer, err));
  *shape = reply.shape;
  for (int k = 0; k < shape->rank; k++)
    if (shape->dims[k] < 0) return h5_reader_damaged(r, path, err);
  return LEHR_OK;
}

lehr_status h5_reader_single(h5_reader *r, const char *path, int32_t *rank, lehr_error *err) {
  h5_shape shape;
  LEHR_TRY(h5_shape_of(r, path, &shape, err));
  for (int k = 0; k < shape.rank; k++)
    if (shape.dims[k] != 1)
      return error_set(err, LEHR_EINPUT, "%s: %s is no single value", r->path, path);
  *rank = shape.rank;
  return LEHR_OK;
}

/* ---- Numbers ---- */

/* One request for values that fit one answer, which is put where they are wanted. */
static lehr_status read_block(h5_reader *r, h5_call *call, size_t bytes, void *out,
                              lehr_error *err) {
  h5_reply reply;
  h5_bytes answer = h5_bytes_lent(out, bytes);
  const lehr_status status = h5_link_call(r->link, call, &reply, &answer, err);
  const bool is_whole = answer.size == bytes && answer.is_lent;
  h5_bytes_free(&answer);
  LEHR_TRY(status);
  return is_whole ? LEHR_OK : h5_reader_damaged(r, call->path, err);
}

lehr_status h5_read(h5_reader *r, const char *path, h5_type type, int32_t rank,
                    const int64_t start[], const int64_t count[], void *out, lehr_error *err) {
  h5_call call = {.request = {.operation = H5_ASK_READ, .shape = {.type = type, .rank = rank}},
                  .path = path};
  if (rank < 0 || rank > H5_MAX_RANK) return error_set(err, LEHR_EUSAGE, "rank %d", rank);
  size_t row = h5_type_bytes(type);
  for (int k = 0; k < rank; k++) {
    call.request.start[k] = start[k];
    call.request.count[k] = count[k];
    if (k > 0 && !size_mul(row, (size_t)count[k], &row)) return error_memory(err, UINT64_MAX);
  }
  if (rank == 0) return read_block(r, &call, row, out, err);
  const int64_t rows_at_once = row == 0 || row > H5_PART_BYTES ? 1 : H5_PART_BYTES / (int64_t)row;
  for (int64_t done = 0; done < count[0];) {
    const int64_t part = count[0] - done < rows_at_once ? count[0] - done : rows_at_once;
    call.request.start[0] = start[0] + done;
    call.request.count[0] = part;
    LEHR_TRY(read_block(r, &call, (size_t)part * row, (char *)out + (size_t)done * row, err));
    done += part;
  }
  return LEHR_OK;
}

/* Wider integers than wanted: read as int64, piece by piece, and checked. */
static lehr_status read_narrowed(h5_reader *r, const char *path, h5_type type, int64_t start,
                                 int64_t count, void *out, lehr_error *err) {
  enum { PIECE = 4096 };
  int64_t values[PIECE];
  const int64_t low = type == H5_UINT8 ? 0 : type == H5_INT8 ? INT8_MIN : INT32_MIN;
  const int64_t high = type == H5_UINT8 ? UINT8_MAX : type == H5_INT8 ? INT8_MAX : INT32_MAX;
  for (int64_t done = 0; done < count;) {
    const int64_t from = start + done, part = count - done < PIECE ? count - done : PIECE;
    LEHR_TRY(h5_read(r, path, H5_INT64, 1, &from, &part, values, err));
    for (int64_t k = 0; k < part; k++) {
      if (values[k] < low || values[k] > high)
        return error_set(err, LEHR_EINPUT, "%s: %s[%" PRId64 "] = %" PRId64 " is out of range",
                         r->path, path, from + k, values[k]);
      if (type == H5_INT32)
        ((int32_t *)out)[done + k] = (int32_t)values[k];
      else
        ((uint8_t *)out)[done + k] = (uint8_t)values[k];
    }
    done += part;
  }
  return LEHR_OK;
}

static bool is_narrower(h5_type wanted, h5_type found) {
  if (found > H5_INT64 || wanted > H5_INT32) return false;
  return wanted == H5_INT32 ? found == H5_INT64 : found != wanted;
}

lehr_status h5_read_part(h5_reader *r, const char *path, h5_type type, int64_t start, int64_t count,
                         void *out, lehr_error *err) {
  h5_shape shape;
  LEHR_TRY(h5_shape_of(r, path, &shape, err));
  if (shape.rank != 1)
    return error_set(err, LEHR_EINPUT, "%s: %s has %d dimensions instead of 1", r->path, path,
                     shape.rank);
  if (is_narrower(type, shape.type)) return read_narrowed(r, path, type, start, count, out, err);
  return h5_read(r, path, type, 1, &start, &count, out, err);
}

lehr_status h5_read_array(h5_reader *r, const char *path, h5_type type, int64_t limit, void **out,
                          int64_t *count, lehr_error *err) {
  h5_shape shape;
  *out = NULL;
  LEHR_TRY(h5_shape_of(r, path, &shape, err));
  if (shape.rank != 1)
    return error_set(err, LEHR_EINPUT, "%s: %s has %d dimensions instead of 1", r->path, path,
                     shape.rank);
  if (shape.dims[0] > limit)
    return error_set(err, LEHR_EINPUT,
                     "%s: %s has %" PRId64 " values, at most %" PRId64 " expected", r->path, path,
                     shape.dims[0], limit);
  *out = memory_array((size_t)shape.dims[0], h5_type_bytes(type));
  if (!*out) return error_memory(err, (uint64_t)shape.dims[0] * h5_type_bytes(type));
  const lehr_status status = h5_read_part(r, path, type, 0, shape.dims[0], *out, err);
  if (status != LEHR_OK) {
    free(*out);
    *out = NULL;
    return status;
  }
  *count = shape.dims[0];
  return LEHR_OK;
}

lehr_status h5_read_scalar(h5_reader *r, const char *path, h5_type type, void *out,
                           lehr_error *err) {
  static const int64_t zeros[H5_MAX_RANK] = {0}, ones[H5_MAX_RANK] = {1, 1, 1, 1};
  int32_t rank = 0;
  LEHR_TRY(h5_reader_single(r, path, &rank, err));
  return h5_read(r, path, type, rank, zeros, ones, out, err);
}

/* ---- Attributes ---- */

lehr_status h5_reader_attribute(h5_reader *r, const char *object, const char *name, h5_type type,
                                bool *is_there, lehr_error *err) {
  h5_reply reply;
  h5_call call = {.request = {.operation = H5_ASK_ATTRIBUTE, .shape = {.type = type}},
                  .path = object,
                  .name = name};
  LEHR_TRY(h5_link_call(r->link, &call, &reply, &r->answer, err));
  *is_there = reply.kind != H5_NOTHING;
  if (*is_there && type != H5_STRING && r->answer.size != h5_type_bytes(type))
    return h5_reader_damaged(r, object, err);
  return LEHR_OK;
}

lehr_status h5_attribute_int(h5_reader *r, const char *object, const char *name, int64_t *out,
                             lehr_error *err) {
  bool is_there;
  LEHR_TRY(h5_reader_attribute(r, object, name, H5_INT64, &is_there, err));
  if (is_there) memcpy(out, r->answer.data, sizeof *out);
  return LEHR_OK;
}

lehr_status h5_attribute_real(h5_reader *r, const char *object, const char *name, double *out,
                              lehr_error *err) {
  bool is_there;
  LEHR_TRY(h5_reader_attribute(r, object, name, H5_REAL64, &is_there, err));
  if (is_there) memcpy(out, r->answer.data, sizeof *out);
  return LEHR_OK;
}
