/* SPDX-License-Identifier: Apache-2.0 */
/* Values of datasets. */
#include "io/hdf5_exec.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- Types ---- */

/* The smallest h5_type that holds all values of a file type. */
static bool classify(hid_t type, h5_type *found) {
  const H5T_class_t class = H5Tget_class(type);
  const size_t size = H5Tget_size(type);
  if (class == H5T_STRING) {
    *found = H5_STRING;
    return true;
  }
  if (class == H5T_FLOAT && (size == 4 || size == 8)) {
    *found = size == 4 ? H5_REAL32 : H5_REAL64;
    return true;
  }
  if (class != H5T_INTEGER || size < 1 || size > 8) return false;
  if (H5Tget_sign(type) == H5T_SGN_2)
    *found = size == 1 ? H5_INT8 : size <= 4 ? H5_INT32 : H5_INT64;
  else if (size <= 4)
    *found = size == 1 ? H5_UINT8 : size < 4 ? H5_INT32 : H5_INT64;
  else
    return false;
  return true;
}

/* Whether values of type `from` can be had as `to` unchanged. */
static bool fits(h5_type from, h5_type to) {
  static const unsigned holds[] = {
      [H5_INT8] = 1u << H5_INT8,
      [H5_UINT8] = 1u << H5_UINT8,
      [H5_INT32] = 1u << H5_INT8 | 1u << H5_UINT8 | 1u << H5_INT32,
      [H5_INT64] = 1u << H5_INT8 | 1u << H5_UINT8 | 1u << H5_INT32 | 1u << H5_INT64,
      [H5_REAL32] = 1u << H5_INT8 | 1u << H5_UINT8 | 1u << H5_REAL32,
      [H5_REAL64] =
          1u << H5_INT8 | 1u << H5_UINT8 | 1u << H5_INT32 | 1u << H5_REAL32 | 1u << H5_REAL64,
      [H5_STRING] = 1u << H5_STRING,
  };
  return holds[to] >> from & 1;
}

lehr_status h5_exec_check_type(hid_t type, h5_type wanted, h5_reply *reply) {
  h5_type found;
  if (classify(type, &found) && fits(found, wanted)) return LEHR_OK;
  return h5_exec_fail(reply, LEHR_EINPUT,
                      wanted == H5_STRING   ? "does not hold strings"
                      : wanted >= H5_REAL32 ? "does not hold real numbers"
                                            : "does not hold integers of the expected size");
}

/* ---- Values ---- */

/* Appends strings with their final 0. Vlen strings may be NULL (empty). */
static bool pack_vlen(char *const strings[], size_t count, h5_bytes *out) {
  for (size_t k = 0; k < count; k++) {
    const char *text = strings[k] ? strings[k] : "";
    if (!h5_bytes_append(out, text, strlen(text) + 1)) return false;
  }
  return true;
}

static bool pack_fixed(const char *raw, size_t width, size_t count, h5_bytes *out) {
  for (size_t k = 0; k < count; k++) {
    size_t length = strnlen(raw + k * width, width);
    while (length > 0 && raw[k * width + length - 1] == ' ') length--;
    if (!h5_bytes_append(out, raw + k * width, length) || !h5_bytes_append(out, "", 1))
      return false;
  }
  return true;
}

static herr_t read_raw(const h5_exec_block *s, hid_t type, void *into) {
  if (s->attribute >= 0) return H5Aread(s->attribute, type, into);
  return H5Dread(s->dataset, type, s->memory_space, s->file_space, H5P_DEFAULT, into);
}

lehr_status h5_exec_strings(const h5_exec_block *s, size_t count, h5_reply *reply, h5_bytes *out) {
  const bool is_vlen = H5Tis_variable_str(s->type) > 0;
  const size_t width = is_vlen ? sizeof(char *) : H5Tget_size(s->type);
  char *raw = memory_array(count, width);
  const hid_t memory = is_vlen ? h5_exec_memory_type(H5_STRING) : H5Tcopy(s->type);
  lehr_status status = LEHR_OK;
  /* The memory type must have the character set of the file: HDF5 does not convert it. */
  if (!raw || memory < 0 || (is_vlen && H5Tset_cset(memory, H5Tget_cset(s->type)) < 0)) {
    status = h5_exec_fail(reply, LEHR_ENOMEM, "no memory");
  } else if (read_raw(s, memory, raw) < 0) {
    status = h5_exec_fail(reply, LEHR_EINPUT, "cannot be read");
  } else {
    const bool is_packed = is_vlen ? pack_vlen((char *const *)(void *)raw, count, out)
                                   : pack_fixed(raw, width, count, out);
    if (!is_packed) status = h5_exec_fail(reply, LEHR_ENOMEM, "no memory");
    if (is_vlen) H5Dvlen_reclaim(memory, s->memory_space, H5P_DEFAULT, raw);
  }
  H5Tclose(memory);
  free(raw);
  return status;
}

/* The block as values of `memory`: from the chunks where they are of a simple kind. */
static bool read_block(h5_exec *e, const h5_exec_block *s, const h5_request *r, hid_t memory,
                       void *into) {
  h5_chunks *chunks =
      r->shape.rank == 1 ? h5_exec_chunks(e, s->dataset, r->shape.type, memory) : NULL;
  if (chunks && h5_chunks_read(chunks, r->start[0], r->count[0], into)) return true;
  return H5Dread(s->dataset, memory, s->memory_space, s->file_space, H5P_DEFAULT, into) >= 0;
}

static lehr_status read_numbers(h5_exec *e, const h5_exec_block *s, const h5_request *r,
                                size_t count, h5_reply *reply, h5_bytes *out) {
  size_t bytes;
  const hid_t memory = h5_exec_memory_type(r->shape.type);
  lehr_status status = LEHR_OK;
  if (memory < 0 || !size_mul(count, h5_type_bytes(r->shape.type), &bytes) ||
      !h5_bytes_reserve(out, bytes))
    status = h5_exec_fail(reply, LEHR_ENOMEM, "no memory");
  else if (!read_block(e, s, r, memory, out->data))
    status = h5_exec_fail(reply, LEHR_EINPUT, "cannot be read");
  else
    out->size = bytes;
  H5Tclose(memory);
  return status;
}

/* Selects the block in file_space; *count = its values. */
static lehr_status select_block(hid_t file_space, const h5_request *r, hid_t *memory_space,
                                size_t *count, h5_reply *reply) {
  hsize_t dims[H5_MAX_RANK], start[H5_MAX_RANK], block[H5_MAX_RANK];
  const int rank = H5Sget_simple_extent_dims(file_space, dims, NULL);
  *count = 1;
  if (rank != r->shape.rank)
    return h5_exec_fail(reply, LEHR_EINPUT, "has another number of dimensions than expected");
  for (int k = 0; k < rank; k++) {
    if (r->start[k] < 0 || r->count[k] < 0 || (hsize_t)r->start[k] > dims[k] ||
        (hsize_t)r->count[k] > dims[k] - (hsize_t)r->start[k])
      return h5_exec_fail(reply, LEHR_EINPUT, "is shorter than expected");
    start[k] = (hsize_t)r->start[k];
    block[k] = (hsize_t)r->count[k];
    if (!size_mul(*count, (size_t)block[k], count))
      return h5_exec_fail(reply, LEHR_EINPUT, "is too large");
  }
  *memory_space = rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, block, NULL);
  if (*memory_space < 0 ||
      (rank > 0 && *count > 0 &&
       H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, block, NULL) < 0))
    return h5_exec_fail(reply, LEHR_ENOMEM, "no memory");
  return LEHR_OK;
}

lehr_status h5_exec_ask_read(h5_exec *e, const h5_call *c, h5_reply *reply, h5_bytes *out) {
  const hid_t dataset = h5_exec_dataset(e, c->path, reply);
  if (dataset < 0) return (lehr_status)reply->status;
  const hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
  hid_t memory_space = -1;
  size_t count = 0;
  lehr_status status = h5_exec_check_type(type, c->request.shape.type, reply);
  if (status == LEHR_OK) status = select_block(space, &c->request, &memory_space, &count, reply);
  if (status == LEHR_OK && count > 0) {
    const h5_exec_block source = {dataset, -1, memory_space, space, type};
    status = c->request.shape.type == H5_STRING
                 ? h5_exec_strings(&source, count, reply, out)
                 : read_numbers(e, &source, &c->request, count, reply, out);
  }
  H5Sclose(memory_space);
  H5Sclose(space);
  H5Tclose(type);
  return status;
}

lehr_status h5_exec_ask_shape(h5_exec *e, const h5_call *c, h5_reply *reply) {
  const hid_t dataset = h5_exec_dataset(e, c->path, reply);
  if (dataset < 0) return (lehr_status)reply->status;
  const hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
  hsize_t dims[H5_MAX_RANK] = {0};
  lehr_status status = LEHR_OK;
  reply->shape.rank = H5Sget_simple_extent_dims(space, dims, NULL);
  for (int k = 0; k < H5_MAX_RANK; k++) reply->shape.dims[k] = (int64_t)dims[k];
  if (reply->shape.rank < 0 || !classify(type, &reply->shape.type))
    status = h5_exec_fail(reply, LEHR_EINPUT, "has a type that is not supported");
  H5Sclose(space);
  H5Tclose(type);
  return status;
}
