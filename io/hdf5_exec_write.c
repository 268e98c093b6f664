/* SPDX-License-Identifier: Apache-2.0 */
/* Writing requests. Object times are off and creation order is kept, so equal requests give equal
 * bytes. */
#include "io/hdf5_exec.h"

#include <hdf5_hl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNKED_FROM = 64 << 10, CHUNK_BYTES = 256 << 10, DEFLATE_LEVEL = 4 };

/* Little-endian type in the file. */
static hid_t file_type(h5_type type) {
  switch (type) {
  case H5_INT8:
    return H5Tcopy(H5T_STD_I8LE);
  case H5_UINT8:
    return H5Tcopy(H5T_STD_U8LE);
  case H5_INT32:
    return H5Tcopy(H5T_STD_I32LE);
  case H5_INT64:
    return H5Tcopy(H5T_STD_I64LE);
  case H5_REAL32:
    return H5Tcopy(H5T_IEEE_F32LE);
  case H5_REAL64:
    return H5Tcopy(H5T_IEEE_F64LE);
  case H5_STRING:
    break;
  }
  return h5_exec_memory_type(H5_STRING);
}

static hid_t space_of(const h5_shape *shape) {
  hsize_t dims[H5_MAX_RANK];
  if (shape->rank == 0) return H5Screate(H5S_SCALAR);
  for (int k = 0; k < shape->rank; k++) dims[k] = (hsize_t)shape->dims[k];
  return H5Screate_simple(shape->rank, dims, NULL);
}

static hid_t group_list(void) {
  const hid_t list = H5Pcreate(H5P_GROUP_CREATE);
  if (list < 0) return -1;
  if (H5Pset_obj_track_times(list, 0) < 0 ||
      H5Pset_link_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) < 0 ||
      H5Pset_attr_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) < 0) {
    H5Pclose(list);
    return -1;
  }
  return list;
}

/* Makes one group unless it exists. */
static bool ensure_group(h5_exec *e, const char *path) {
  if (H5Lexists(e->file, path, H5P_DEFAULT) > 0) return true;
  const hid_t list = group_list();
  const hid_t group = list < 0 ? -1 : H5Gcreate2(e->file, path, H5P_DEFAULT, list, H5P_DEFAULT);
  if (list >= 0) H5Pclose(list);
  if (group < 0) return false;
  return H5Gclose(group) >= 0;
}

/* Groups above `path` (and path itself if is_whole), made one by one: groups that the library
 * makes on its own would carry times. */
static bool ensure_parents(h5_exec *e, const char *path, bool is_whole) {
  char step[512];
  const size_t length = strlen(path);
  if (path[0] != '/' || length >= sizeof step) return false;
  for (size_t end = 1; end <= length; end++) {
    if (path[end] != '/' && !(is_whole && end == length)) continue;
    memcpy(step, path, end);
    step[end] = '\0';
    if (end > 1 && !ensure_group(e, step)) return false;
  }
  return true;
}

static lehr_status make_group(h5_exec *e, const h5_call *c, h5_reply *reply) {
  if (ensure_parents(e, c->path, true)) return LEHR_OK;
  return h5_exec_fail(reply, LEHR_EIO, "cannot make a group");
}

static bool set_chunks(hid_t list, const h5_shape *shape, h5_type type) {
  hsize_t chunk[H5_MAX_RANK];
  const size_t value = type == H5_STRING ? 16 : h5_type_bytes(type);
  size_t row = value;
  for (int k = 1; k < shape->rank; k++) {
    chunk[k] = (hsize_t)shape->dims[k];
    row *= (size_t)shape->dims[k];
  }
  if (shape->rank == 0 || shape->dims[0] == 0 || row == 0) return true;
  if ((uint64_t)shape->dims[0] * row < CHUNKED_FROM) return true;
  /* Very long rows are cut along their first axis. */
  for (int k = 1; k < shape->rank && row > CHUNK_BYTES; k++) {
    const size_t inner = row / (size_t)chunk[k];
    const size_t fit = inner >= CHUNK_BYTES ? 1 : CHUNK_BYTES / inner;
    if (fit < chunk[k]) chunk[k] = fit;
    row = inner * (size_t)chunk[k];
  }
  const size_t rows = row >= CHUNK_BYTES ? 1 : CHUNK_BYTES / row;
  chunk[0] = rows < (size_t)shape->dims[0] ? rows : (hsize_t)shape->dims[0];
  if (H5Pset_chunk(list, shape->rank, chunk) < 0) return false;
  /* HDF5 takes no checksum over variable-length strings: the chunks hold references to them. */
  if (type == H5_STRING) return H5Pset_deflate(list, DEFLATE_LEVEL) >= 0;
  return (value == 1 || H5Pset_shuffle(list) >= 0) && H5Pset_deflate(list, DEFLATE_LEVEL) >= 0 &&
         H5Pset_fletcher32(list) >= 0;
}

static hid_t dataset_list(const h5_shape *shape) {
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  if (list < 0) return -1;
  if (H5Pset_obj_track_times(list, 0) < 0 ||
      H5Pset_attr_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) < 0 ||
      !set_chunks(list, shape, shape->type)) {
    H5Pclose(list);
    return -1;
  }
  return list;
}

static lehr_status make_dataset(h5_exec *e, const h5_call *c, h5_reply *reply) {
  const h5_shape *shape = &c->request.shape;
  if (!ensure_parents(e, c->path, false))
    return h5_exec_fail(reply, LEHR_EIO, "cannot make a group");
  const hid_t type = file_type(shape->type), space = space_of(shape), create = dataset_list(shape);
  hid_t dataset = -1;
  if (type >= 0 && space >= 0 && create >= 0)
    dataset = H5Dcreate2(e->file, c->path, type, space, H5P_DEFAULT, create, H5P_DEFAULT);
  lehr_status status = LEHR_OK;
  if (dataset < 0 || H5Dclose(dataset) < 0)
    status = h5_exec_fail(reply, LEHR_EIO, "cannot make a dataset");
  H5Pclose(create);
  H5Sclose(space);
  H5Tclose(type);
  return status;
}

/* The strings that data holds one after the other, each with its final 0. */
static const char **split_strings(const h5_call *c, size_t count) {
  const char **strings = calloc(count + 1, sizeof *strings);
  const char *text = c->data, *const end = text + c->request.data_bytes;
  for (size_t k = 0; strings && k < count; k++) {
    const char *stop = text < end ? memchr(text, 0, (size_t)(end - text)) : NULL;
    if (!stop) {
      free(strings);
      return NULL;
    }
    strings[k] = text;
    text = stop + 1;
  }
  return strings;
}

/* Whole chunks of numbers, packed by ourselves; false if HDF5 has to do it. */
static bool write_chunks(h5_exec *e, hid_t dataset, hid_t memory_type, const h5_call *c,
                         herr_t *rc) {
  const h5_request *r = &c->request;
  bool has_failed;
  if (r->shape.rank != 1 || r->shape.type == H5_STRING) return false;
  h5_chunks *chunks = h5_exec_chunks(e, dataset, r->shape.type, memory_type);
  if (!chunks ||
      !h5_chunks_write(chunks, r->start[0], r->count[0], c->data, DEFLATE_LEVEL, &has_failed))
    return false;
  *rc = has_failed ? -1 : 0;
  return true;
}

static herr_t write_block(hid_t dataset, hid_t memory_type, const h5_call *c) {
  const h5_request *r = &c->request;
  hsize_t start[H5_MAX_RANK], block[H5_MAX_RANK];
  size_t count = 1;
  for (int k = 0; k < r->shape.rank; k++) {
    start[k] = (hsize_t)r->start[k];
    block[k] = (hsize_t)r->count[k];
    count *= (size_t)r->count[k];
  }
  if (count == 0) return 0;
  const hid_t space = H5Dget_space(dataset);
  const hid_t memory =
      r->shape.rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(r->shape.rank, block, NULL);
  herr_t rc = space < 0 || memory < 0 ? -1 : 0;
  if (rc >= 0 && r->shape.rank > 0)
    rc = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, block, NULL);
  if (rc >= 0 && r->shape.type == H5_STRING) {
    const char **strings = split_strings(c, count);
    rc = strings ? H5Dwrite(dataset, memory_type, memory, space, H5P_DEFAULT, strings) : -1;
    free(strings);
  } else if (rc >= 0) {
    rc = H5Dwrite(dataset, memory_type, memory, space, H5P_DEFAULT, c->data);
  }
  H5Sclose(memory);
  H5Sclose(space);
  return rc;
}

static lehr_status write_values(h5_exec *e, const h5_call *c, h5_reply *reply) {
  const hid_t dataset = h5_exec_dataset(e, c->path, reply);
  if (dataset < 0) return (lehr_status)reply->status;
  const hid_t memory_type = h5_exec_memory_type(c->request.shape.type);
  herr_t rc = -1;
  if (memory_type >= 0 && !write_chunks(e, dataset, memory_type, c, &rc))
    rc = write_block(dataset, memory_type, c);
  H5Tclose(memory_type);
  return rc < 0 ? h5_exec_fail(reply, LEHR_EIO, "cannot be written") : LEHR_OK;
}

static lehr_status put_attribute(h5_exec *e, const h5_call *c, h5_reply *reply) {
  const h5_shape *shape = &c->request.shape;
  const hid_t type = file_type(shape->type), memory = h5_exec_memory_type(shape->type),
              space = space_of(shape);
  const void *data = c->data;
  if (shape->type == H5_STRING) data = &c->data; /* a scalar: one pointer */
  const hid_t attribute = H5Acreate_by_name(e->file, c->path, c->name, type, space, H5P_DEFAULT,
                                            H5P_DEFAULT, H5P_DEFAULT);
  lehr_status status = LEHR_OK;
  if (attribute < 0 || H5Awrite(attribute, memory, data) < 0 || H5Aclose(attribute) < 0)
    status = h5_exec_fail(reply, LEHR_EIO, "cannot write an attribute");
  H5Sclose(space);
  H5Tclose(memory);
  H5Tclose(type);
  return status;
}

/* ---- Dimension scales ---- */

static lehr_status make_scale(h5_exec *e, const h5_call *c, h5_reply *reply) {
  const hid_t dataset = h5_exec_dataset(e, c->path, reply);
  if (dataset < 0) return (lehr_status)reply->status;
  if (H5DSset_scale(dataset, c->name) < 0)
    return h5_exec_fail(reply, LEHR_EIO, "cannot become a scale");
  return LEHR_OK;
}

/* netCDF's way of naming a dimension that has no coordinate values: a scale without data whose
 * name says so. */
static lehr_status make_dimension(h5_exec *e, const h5_call *c, h5_reply *reply) {
  char name[64];
  const h5_shape shape = {.type = H5_REAL32, .rank = 1, .dims = {c->request.shape.dims[0]}};
  snprintf(name, sizeof name, "This is a netCDF dimension but not a netCDF variable.%10lld",
           (long long)shape.dims[0]);
  if (!ensure_parents(e, c->path, false))
    return h5_exec_fail(reply, LEHR_EIO, "cannot make a group");
  const hid_t create = H5Pcreate(H5P_DATASET_CREATE), space = space_of(&shape);
  hid_t dataset = -1;
  /* Contiguous storage is not allocated before the first write, which never comes. */
  if (create >= 0 && space >= 0 && H5Pset_obj_track_times(create, 0) >= 0 &&
      H5Pset_attr_creation_order(create, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0)
    dataset = H5Dcreate2(e->file, c->path, H5T_IEEE_F32BE, space, H5P_DEFAULT, create, H5P_DEFAULT);
  lehr_status status = LEHR_OK;
  if (dataset < 0 || H5DSset_scale(dataset, name) < 0 || H5Dclose(dataset) < 0)
    status = h5_exec_fail(reply, LEHR_EIO, "cannot make a dimension");
  H5Sclose(space);
  H5Pclose(create);
  return status;
}

static lehr_status attach_scale(h5_exec *e, const h5_call *c, h5_reply *reply) {
  const hid_t dataset = h5_exec_dataset(e, c->path, reply);
  const hid_t scale = dataset < 0 ? -1 : h5_exec_dataset(e, c->name, reply);
  if (scale < 0) return (lehr_status)reply->status;
  if (H5DSattach_scale(dataset, scale, (unsigned)c->request.start[0]) < 0)
    return h5_exec_fail(reply, LEHR_EIO, "cannot attach a scale");
  return LEHR_OK;
}

lehr_status h5_exec_make(h5_exec *e, const h5_call *c, h5_reply *reply, h5_bytes *out) {
  (void)out;
  switch (c->request.operation) {
  case H5_MAKE_GROUP:
    return make_group(e, c, reply);
  case H5_MAKE_DATASET:
    return make_dataset(e, c, reply);
  case H5_WRITE:
    return write_values(e, c, reply);
  case H5_PUT_ATTRIBUTE:
    return put_attribute(e, c, reply);
  case H5_MAKE_SCALE:
    return make_scale(e, c, reply);
  case H5_MAKE_DIMENSION:
    return make_dimension(e, c, reply);
  case H5_ATTACH_SCALE:
    return attach_scale(e, c, reply);
  default:
    return h5_exec_fail(reply, LEHR_EINTERNAL, "unknown request");
  }
}
