/* SPDX-License-Identifier: Apache-2.0 */
/* Reading requests. Everything a file declares is compared with what it can hold before memory is
 * taken for it. */
#include "io/hdf5_exec.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
  DEFLATE_RATIO = 2000,    /* deflate reaches 1032:1; more is a bomb */
  SMALL_BYTES = 1 << 20,   /* never called a bomb */
  CHUNK_LIMIT = 256 << 20, /* bytes of one chunk */
  CACHE_BYTES = 2 << 20    /* chunk cache per dataset, unless one chunk is larger */
};

/* ---- Opening datasets ---- */

/* Whether every step of path is a hard link. kind: what it leads to. */
static lehr_status walk_links(h5_exec *e, const char *path, h5_kind *kind, h5_reply *reply) {
  char step[512];
  const size_t length = strlen(path);
  *kind = H5_NOTHING;
  if (path[0] != '/' || length >= sizeof step)
    return h5_exec_fail(reply, LEHR_EINPUT, "path too long");
  for (size_t end = 1; end <= length; end++) {
    if (path[end] != '/' && path[end] != '\0') continue;
    memcpy(step, path, end);
    step[end] = '\0';
    if (strcmp(step, "/") == 0) continue;
    H5L_info_t info;
    const htri_t is_there = H5Lexists(e->file, step, H5P_DEFAULT);
    if (is_there == 0) return LEHR_OK;
    if (is_there < 0 || H5Lget_info(e->file, step, &info, H5P_DEFAULT) < 0)
      return h5_exec_fail(reply, LEHR_EINPUT, "damaged");
    if (info.type != H5L_TYPE_HARD)
      return h5_exec_fail(reply, LEHR_EINPUT, "is behind a soft or external link");
  }
  H5O_info_t object;
  if (H5Oget_info_by_name2(e->file, path, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
    return h5_exec_fail(reply, LEHR_EINPUT, "damaged");
  if (object.type == H5O_TYPE_GROUP) *kind = H5_GROUP_OBJECT;
  if (object.type == H5O_TYPE_DATASET) *kind = H5_DATASET_OBJECT;
  return LEHR_OK;
}

static bool is_known_filter(H5Z_filter_t filter) {
  return filter == H5Z_FILTER_DEFLATE || filter == H5Z_FILTER_SHUFFLE ||
         filter == H5Z_FILTER_FLETCHER32;
}

/* Chunk bytes, or 0 if the dataset is not chunked. */
static lehr_status check_storage(hid_t create, size_t value_bytes, size_t *chunk_bytes,
                                 h5_reply *reply) {
  *chunk_bytes = 0;
  const H5D_layout_t layout = H5Pget_layout(create);
  if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED)
    return h5_exec_fail(reply, LEHR_EINPUT, "has a virtual or unknown layout");
  if (H5Pget_external_count(create) != 0)
    return h5_exec_fail(reply, LEHR_EINPUT, "keeps its data in another file");
  const int n_filters = H5Pget_nfilters(create);
  if (n_filters < 0) return h5_exec_fail(reply, LEHR_EINPUT, "damaged");
  for (int k = 0; k < n_filters; k++) {
    unsigned flags, config;
    size_t n_values = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(create, (unsigned)k, &flags, &n_values, NULL, 0, NULL, &config);
    if (!is_known_filter(filter))
      return h5_exec_fail(reply, LEHR_EINPUT, "uses a filter other than deflate");
  }
  if (layout != H5D_CHUNKED) return LEHR_OK;
  hsize_t dims[H5S_MAX_RANK];
  const int rank = H5Pget_chunk(create, H5S_MAX_RANK, dims);
  size_t bytes = value_bytes;
  for (int k = 0; k < rank; k++)
    if (dims[k] == 0 || !size_mul(bytes, (size_t)dims[k], &bytes)) bytes = SIZE_MAX;
  if (rank < 1 || bytes > CHUNK_LIMIT)
    return h5_exec_fail(reply, LEHR_EINPUT, "has chunks that are too large");
  *chunk_bytes = bytes;
  return LEHR_OK;
}

static lehr_status check_size(const h5_exec *e, hid_t space, size_t value_bytes, h5_reply *reply) {
  const H5S_class_t kind = H5Sget_simple_extent_type(space);
  const int rank = H5Sget_simple_extent_ndims(space);
  if (kind != H5S_SCALAR && kind != H5S_SIMPLE)
    return h5_exec_fail(reply, LEHR_EINPUT, "has no values");
  if (rank < 0 || rank > H5_MAX_RANK)
    return h5_exec_fail(reply, LEHR_EINPUT, "has too many dimensions");
  hsize_t dims[H5_MAX_RANK];
  if (H5Sget_simple_extent_dims(space, dims, NULL) < 0)
    return h5_exec_fail(reply, LEHR_EINPUT, "damaged");
  size_t bytes = value_bytes;
  for (int k = 0; k < rank; k++)
    if (dims[k] > INT64_MAX || !size_mul(bytes, (size_t)dims[k], &bytes)) bytes = SIZE_MAX;
  if (bytes > SMALL_BYTES && bytes / DEFLATE_RATIO > (uint64_t)e->file_bytes)
    return h5_exec_fail(reply, LEHR_EINPUT, "declares more values than the file can hold");
  return LEHR_OK;
}

static lehr_status check_dataset(const h5_exec *e, hid_t dataset, size_t *chunk_bytes,
                                 h5_reply *reply) {
  const hid_t create = H5Dget_create_plist(dataset), space = H5Dget_space(dataset),
              type = H5Dget_type(dataset);
  lehr_status status;
  if (create < 0 || space < 0 || type < 0) {
    status = h5_exec_fail(reply, LEHR_EINPUT, "damaged");
  } else {
    const size_t value_bytes = H5Tget_size(type) ? H5Tget_size(type) : 1;
    status = check_storage(create, value_bytes, chunk_bytes, reply);
    if (status == LEHR_OK) status = check_size(e, space, value_bytes, reply);
  }
  H5Tclose(type);
  H5Sclose(space);
  H5Pclose(create);
  return status;
}

/* Opens again with a cache that holds at least one chunk, so that neighbouring slices do not
 * inflate the same chunk twice. */
static hid_t open_with_cache(h5_exec *e, const char *path, size_t chunk_bytes) {
  const hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
  const size_t cache = chunk_bytes > CACHE_BYTES ? chunk_bytes : CACHE_BYTES;
  hid_t dataset = -1;
  if (H5Pset_chunk_cache(access, 101, cache, 0.75) >= 0) dataset = H5Dopen2(e->file, path, access);
  H5Pclose(access);
  return dataset;
}

static hid_t open_checked(h5_exec *e, const char *path, h5_reply *reply) {
  h5_kind kind;
  size_t chunk_bytes = 0;
  if (walk_links(e, path, &kind, reply) != LEHR_OK) return -1;
  if (kind != H5_DATASET_OBJECT) {
    h5_exec_fail(reply, LEHR_EINPUT, kind == H5_NOTHING ? "is missing" : "is not a dataset");
    return -1;
  }
  hid_t dataset = H5Dopen2(e->file, path, H5P_DEFAULT);
  if (dataset < 0) {
    h5_exec_fail(reply, LEHR_EINPUT, "cannot be opened");
    return -1;
  }
  const lehr_status status = check_dataset(e, dataset, &chunk_bytes, reply);
  H5Dclose(dataset);
  if (status != LEHR_OK) return -1;
  dataset = open_with_cache(e, path, chunk_bytes);
  if (dataset < 0) h5_exec_fail(reply, LEHR_EINPUT, "cannot be opened");
  return dataset;
}

hid_t h5_exec_dataset(h5_exec *e, const char *path, h5_reply *reply) {
  for (int k = 0; k < H5_EXEC_OPEN; k++)
    if (e->open[k].path && strcmp(e->open[k].path, path) == 0) return e->open[k].dataset;
  const hid_t dataset = open_checked(e, path, reply);
  char *copy = dataset < 0 ? NULL : strdup(path);
  if (!copy) {
    if (dataset >= 0) {
      H5Dclose(dataset);
      h5_exec_fail(reply, LEHR_ENOMEM, "no memory");
    }
    return -1;
  }
  struct h5_exec_entry *entry = &e->open[e->next];
  e->next = (e->next + 1) % H5_EXEC_OPEN;
  if (entry->path) {
    const herr_t rc = H5Dclose(entry->dataset); /* writes what its cache still holds */
    free(entry->path);
    entry->path = NULL;
    if (rc < 0) {
      free(copy);
      H5Dclose(dataset);
      h5_exec_fail(reply, LEHR_EIO, "writing the data failed");
      return -1;
    }
  }
  *entry = (struct h5_exec_entry){.path = copy, .dataset = dataset};
  return dataset;
}

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

static lehr_status check_type(hid_t type, h5_type wanted, h5_reply *reply) {
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

/* Reads `count` strings from a dataset (attribute < 0) or an attribute. */
typedef struct string_source {
  hid_t dataset, attribute, memory_space, file_space, type;
} string_source;

static herr_t read_raw(const string_source *s, hid_t type, void *into) {
  if (s->attribute >= 0) return H5Aread(s->attribute, type, into);
  return H5Dread(s->dataset, type, s->memory_space, s->file_space, H5P_DEFAULT, into);
}

static lehr_status read_strings(const string_source *s, size_t count, h5_reply *reply,
                                h5_bytes *out) {
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

static lehr_status read_numbers(hid_t dataset, hid_t memory_space, hid_t file_space,
                                const h5_call *c, size_t count, h5_reply *reply, h5_bytes *out) {
  size_t bytes;
  const hid_t memory = h5_exec_memory_type(c->request.shape.type);
  lehr_status status = LEHR_OK;
  if (memory < 0 || !size_mul(count, h5_type_bytes(c->request.shape.type), &bytes) ||
      !h5_bytes_reserve(out, bytes))
    status = h5_exec_fail(reply, LEHR_ENOMEM, "no memory");
  else if (H5Dread(dataset, memory, memory_space, file_space, H5P_DEFAULT, out->data) < 0)
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

static lehr_status ask_read(h5_exec *e, const h5_call *c, h5_reply *reply, h5_bytes *out) {
  const hid_t dataset = h5_exec_dataset(e, c->path, reply);
  if (dataset < 0) return (lehr_status)reply->status;
  const hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
  hid_t memory_space = -1;
  size_t count = 0;
  lehr_status status = check_type(type, c->request.shape.type, reply);
  if (status == LEHR_OK) status = select_block(space, &c->request, &memory_space, &count, reply);
  if (status == LEHR_OK && count > 0) {
    const string_source source = {dataset, -1, memory_space, space, type};
    status = c->request.shape.type == H5_STRING
                 ? read_strings(&source, count, reply, out)
                 : read_numbers(dataset, memory_space, space, c, count, reply, out);
  }
  H5Sclose(memory_space);
  H5Sclose(space);
  H5Tclose(type);
  return status;
}

static lehr_status ask_shape(h5_exec *e, const h5_call *c, h5_reply *reply) {
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

/* ---- Attributes and lists ---- */

static lehr_status read_attribute(hid_t attribute, const h5_call *c, h5_reply *reply,
                                  h5_bytes *out) {
  const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
  const h5_type wanted = c->request.shape.type;
  lehr_status status = check_type(type, wanted, reply);
  if (status == LEHR_OK && H5Sget_simple_extent_npoints(space) != 1)
    status = h5_exec_fail(reply, LEHR_EINPUT, "has an attribute that is no single value");
  if (status == LEHR_OK && wanted == H5_STRING) {
    const string_source source = {-1, attribute, space, -1, type};
    status = read_strings(&source, 1, reply, out);
  } else if (status == LEHR_OK) {
    const hid_t memory = h5_exec_memory_type(wanted);
    if (memory < 0 || !h5_bytes_reserve(out, h5_type_bytes(wanted)))
      status = h5_exec_fail(reply, LEHR_ENOMEM, "no memory");
    else if (H5Aread(attribute, memory, out->data) < 0)
      status = h5_exec_fail(reply, LEHR_EINPUT, "has an attribute that cannot be read");
    else
      out->size = h5_type_bytes(wanted);
    H5Tclose(memory);
  }
  H5Sclose(space);
  H5Tclose(type);
  return status;
}

static lehr_status ask_attribute(h5_exec *e, const h5_call *c, h5_reply *reply, h5_bytes *out) {
  h5_kind kind;
  const lehr_status status = walk_links(e, c->path, &kind, reply);
  if (status != LEHR_OK || kind == H5_NOTHING) return status;
  const htri_t is_there = H5Aexists_by_name(e->file, c->path, c->name, H5P_DEFAULT);
  if (is_there == 0) return LEHR_OK;
  const hid_t attribute =
      is_there < 0 ? -1 : H5Aopen_by_name(e->file, c->path, c->name, H5P_DEFAULT, H5P_DEFAULT);
  if (attribute < 0) return h5_exec_fail(reply, LEHR_EINPUT, "has a damaged attribute");
  reply->kind = H5_DATASET_OBJECT;
  const lehr_status read = read_attribute(attribute, c, reply, out);
  H5Aclose(attribute);
  return read;
}

static herr_t add_name(hid_t group, const char *name, const H5L_info_t *info, void *out) {
  (void)group;
  (void)info;
  return h5_bytes_append(out, name, strlen(name) + 1) ? 0 : -1;
}

static lehr_status ask_list(h5_exec *e, const h5_call *c, h5_reply *reply, h5_bytes *out) {
  h5_kind kind;
  H5G_info_t info;
  const lehr_status status = walk_links(e, c->path, &kind, reply);
  if (status != LEHR_OK) return status;
  if (kind != H5_GROUP_OBJECT)
    return h5_exec_fail(reply, LEHR_EINPUT, kind == H5_NOTHING ? "is missing" : "is not a group");
  if (H5Gget_info_by_name(e->file, c->path, &info, H5P_DEFAULT) < 0)
    return h5_exec_fail(reply, LEHR_EINPUT, "damaged");
  if (info.nlinks > (hsize_t)c->request.count[0])
    return h5_exec_fail(reply, LEHR_EINPUT, "has too many members");
  reply->shape.dims[0] = (int64_t)info.nlinks;
  const hid_t group = H5Gopen2(e->file, c->path, H5P_DEFAULT);
  const herr_t rc =
      group < 0 ? -1 : H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, add_name, out);
  H5Gclose(group);
  return rc < 0 ? h5_exec_fail(reply, LEHR_EINPUT, "cannot be listed") : LEHR_OK;
}

lehr_status h5_exec_ask(h5_exec *e, const h5_call *c, h5_reply *reply, h5_bytes *out) {
  h5_kind kind;
  switch (c->request.operation) {
  case H5_ASK_KIND: {
    const lehr_status status = walk_links(e, c->path, &kind, reply);
    reply->kind = (int32_t)kind;
    return status;
  }
  case H5_ASK_SHAPE:
    return ask_shape(e, c, reply);
  case H5_ASK_LIST:
    return ask_list(e, c, reply, out);
  case H5_ASK_READ:
    return ask_read(e, c, reply, out);
  case H5_ASK_ATTRIBUTE:
    return ask_attribute(e, c, reply, out);
  default:
    return h5_exec_fail(reply, LEHR_EINTERNAL, "unknown request");
  }
}
