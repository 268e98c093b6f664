/* SPDX-License-Identifier: Apache-2.0 */
/* Opening what a file declares. It is compared with what the file can hold before memory is taken
 * for it. */
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

lehr_status h5_exec_walk(h5_exec *e, const char *path, h5_kind *kind, h5_reply *reply) {
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
  if (h5_exec_walk(e, path, &kind, reply) != LEHR_OK) return -1;
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
  if (entry->path && h5_exec_forget(entry) < 0) {
    free(copy);
    H5Dclose(dataset);
    h5_exec_fail(reply, LEHR_EIO, "writing the data failed");
    return -1;
  }
  *entry = (struct h5_exec_entry){.path = copy, .dataset = dataset};
  return dataset;
}

herr_t h5_exec_forget(struct h5_exec_entry *entry) {
  const herr_t rc = H5Dclose(entry->dataset); /* writes what its cache still holds */
  h5_chunks_close(entry->chunks);
  free(entry->path);
  *entry = (struct h5_exec_entry){0};
  return rc;
}

h5_chunks *h5_exec_chunks(h5_exec *e, hid_t dataset, h5_type type, hid_t memory_type) {
  struct h5_exec_entry *entry = e->open;
  while (entry->dataset != dataset || !entry->path) entry++; /* all open ones have an entry */
  if (entry->has_chunks && entry->chunk_type == type) return entry->chunks;
  h5_chunks_close(entry->chunks);
  entry->chunks = h5_chunks_open(dataset, memory_type);
  entry->chunk_type = type;
  entry->has_chunks = true;
  return entry->chunks;
}
