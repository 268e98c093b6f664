/* SPDX-License-Identifier: Apache-2.0 */
#include "io/hdf5_chunks.h"

#include "io/deflate_planes.h"
#include "io/inflate.h"
#include "io/shuffle.h"

#include <stdlib.h>
#include <string.h>

enum {
  CHUNK_LIMIT = 4 << 20, /* bytes; what is larger may take its time */
  CHECKSUM_BYTES = 4,
  ALL_FILTERS = 0 /* mask of a chunk that left no filter out */
};

struct h5_chunks {
  hid_t dataset;
  size_t value_bytes, chunk_values;
  bool is_shuffled, is_deflated, has_checksum;
  inflater *inflater;
  unsigned char *stored; /* as in the file */
  size_t stored_capacity;
  unsigned char *plain; /* [chunk_values * value_bytes], still shuffled; */
  int64_t held;         /* of this chunk; -1: none */
};

/* ---- Which datasets ---- */

/* Shuffle, deflate, fletcher32: each at most once, in this order. */
static bool take_filters(h5_chunks *c, hid_t create) {
  const int n_filters = H5Pget_nfilters(create);
  H5Z_filter_t last = H5Z_FILTER_NONE;
  for (int k = 0; k < n_filters; k++) {
    unsigned flags, config, value = 0;
    size_t n_values = 1;
    const H5Z_filter_t filter =
        H5Pget_filter2(create, (unsigned)k, &flags, &n_values, &value, 0, NULL, &config);
    if (filter == H5Z_FILTER_SHUFFLE && last == H5Z_FILTER_NONE && value == c->value_bytes)
      c->is_shuffled = true;
    else if (filter == H5Z_FILTER_DEFLATE && !c->is_deflated && !c->has_checksum)
      c->is_deflated = true;
    else if (filter == H5Z_FILTER_FLETCHER32 && !c->has_checksum)
      c->has_checksum = true;
    else
      return false;
    last = filter;
  }
  return n_filters >= 0;
}

static bool describe(h5_chunks *c, hid_t memory_type) {
  hsize_t chunk[H5S_MAX_RANK];
  const hid_t create = H5Dget_create_plist(c->dataset), type = H5Dget_type(c->dataset);
  c->value_bytes = H5Tget_size(memory_type);
  const bool is_known = create >= 0 && type >= 0 && H5Tequal(type, memory_type) > 0 &&
                        H5Pget_layout(create) == H5D_CHUNKED &&
                        H5Pget_chunk(create, H5S_MAX_RANK, chunk) == 1 && chunk[0] > 0 &&
                        chunk[0] <= CHUNK_LIMIT / c->value_bytes && take_filters(c, create);
  c->chunk_values = is_known ? (size_t)chunk[0] : 0;
  H5Tclose(type);
  H5Pclose(create);
  return is_known;
}

h5_chunks *h5_chunks_open(hid_t dataset, hid_t memory_type) {
  h5_chunks *c = calloc(1, sizeof *c);
  if (!c) return NULL;
  c->dataset = dataset;
  c->held = -1;
  if (describe(c, memory_type)) {
    c->plain = malloc(c->chunk_values * c->value_bytes);
    c->inflater = inflater_create();
    if (c->plain && c->inflater) return c;
  }
  h5_chunks_close(c);
  return NULL;
}

/* ---- Chunks ---- */

/* Fletcher's checksum as HDF5 computes it: sums of big-endian 16-bit words modulo 2^16 - 1, reduced
 * before they can overflow. */
static uint32_t fletcher32(const unsigned char *data, size_t size) {
  enum { SAFE_WORDS = 360 };
  uint32_t a = 0, b = 0;
  for (size_t k = 0; k + 1 < size;) {
    const size_t left = (size - k) / 2, words = left < SAFE_WORDS ? left : SAFE_WORDS;
    for (const size_t end = k + 2 * words; k < end; k += 2) {
      a += (uint32_t)data[k] << 8 | data[k + 1];
      b += a;
    }
    a = (a & 0xffff) + (a >> 16);
    b = (b & 0xffff) + (b >> 16);
  }
  if (size % 2) {
    a += (uint32_t)data[size - 1] << 8;
    b += a;
    a = (a & 0xffff) + (a >> 16);
    b = (b & 0xffff) + (b >> 16);
  }
  a = (a & 0xffff) + (a >> 16);
  b = (b & 0xffff) + (b >> 16);
  return b << 16 | a;
}

static bool is_intact(const unsigned char *stored, size_t size) {
  const unsigned char *sum = stored + size;
  return fletcher32(stored, size) == ((uint32_t)sum[0] | (uint32_t)sum[1] << 8 |
                                      (uint32_t)sum[2] << 16 | (uint32_t)sum[3] << 24);
}

static bool reserve_stored(h5_chunks *c, size_t bytes) {
  if (bytes <= c->stored_capacity) return true;
  unsigned char *grown = realloc(c->stored, bytes);
  if (!grown) return false;
  c->stored = grown;
  c->stored_capacity = bytes;
  return true;
}

/* Bytes of a chunk as they lie in the file; false if it is missing or of an unlikely size. */
static bool fetch(h5_chunks *c, int64_t index, size_t *size) {
  const hsize_t offset = (hsize_t)index * c->chunk_values;
  hsize_t stored = 0;
  uint32_t mask = 0;
  if (H5Dget_chunk_storage_size(c->dataset, &offset, &stored) < 0 || stored == 0 ||
      stored > 2 * CHUNK_LIMIT || !reserve_stored(c, (size_t)stored))
    return false;
  *size = (size_t)stored;
  return H5Dread_chunk(c->dataset, H5P_DEFAULT, &offset, &mask, c->stored) >= 0 &&
         mask == ALL_FILTERS;
}

/* Undoes the filters but for shuffle. */
static bool decode(h5_chunks *c, int64_t index) {
  const size_t plain_bytes = c->chunk_values * c->value_bytes;
  size_t size;
  if (!fetch(c, index, &size)) return false;
  if (c->has_checksum) {
    if (size < CHECKSUM_BYTES || !is_intact(c->stored, size - CHECKSUM_BYTES)) return false;
    size -= CHECKSUM_BYTES;
  }
  if (c->is_deflated) return inflater_run(c->inflater, c->stored, size, c->plain, plain_bytes);
  if (size != plain_bytes) return false;
  memcpy(c->plain, c->stored, size);
  return true;
}

static bool hold(h5_chunks *c, int64_t index) {
  if (c->held == index) return true;
  c->held = decode(c, index) ? index : -1;
  return c->held == index;
}

bool h5_chunks_read(h5_chunks *c, int64_t start, int64_t count, void *out) {
  unsigned char *into = out;
  for (int64_t done = 0; done < count;) {
    const int64_t chunk = (int64_t)c->chunk_values, at = start + done, first = at % chunk;
    const int64_t part = count - done < chunk - first ? count - done : chunk - first;
    if (!hold(c, at / chunk)) return false;
    if (c->is_shuffled)
      unshuffle(c->plain, c->chunk_values, c->value_bytes, (size_t)first, (size_t)part, into);
    else
      memcpy(into, c->plain + (size_t)first * c->value_bytes, (size_t)part * c->value_bytes);
    into += (size_t)part * c->value_bytes;
    done += part;
  }
  return true;
}

/* ---- Writing ---- */

static void put_checksum(unsigned char *stored, size_t size) {
  const uint32_t sum = fletcher32(stored, size);
  for (int k = 0; k < CHECKSUM_BYTES; k++) stored[size + (size_t)k] = (unsigned char)(sum >> 8 * k);
}

/* Shuffles, deflates and sums one chunk up; false when memory is short. */
static bool encode(h5_chunks *c, const unsigned char *values, int level, size_t *size) {
  const planes p = {c->plain, c->chunk_values, (int)c->value_bytes};
  if (!reserve_stored(c, deflate_planes_bound(p) + CHECKSUM_BYTES)) return false;
  shuffle(values, c->chunk_values, c->value_bytes, c->plain);
  if (!deflate_planes(p, level, c->stored, size)) return false;
  put_checksum(c->stored, *size);
  *size += CHECKSUM_BYTES;
  return true;
}

bool h5_chunks_write(h5_chunks *c, int64_t start, int64_t count, const void *values, int level,
                     bool *has_failed) {
  const int64_t chunk = (int64_t)c->chunk_values;
  const unsigned char *from = values;
  *has_failed = false;
  if (!c->is_shuffled || !c->is_deflated || !c->has_checksum || start % chunk || count % chunk)
    return false;
  for (int64_t done = 0; done < count && !*has_failed; done += chunk) {
    const hsize_t offset = (hsize_t)(start + done);
    size_t size;
    *has_failed =
        !encode(c, from + (size_t)done * c->value_bytes, level, &size) ||
        H5Dwrite_chunk(c->dataset, H5P_DEFAULT, ALL_FILTERS, &offset, size, c->stored) < 0;
  }
  return true;
}

void h5_chunks_close(h5_chunks *c) {
  if (!c) return;
  inflater_free(c->inflater);
  free(c->stored);
  free(c->plain);
  free(c);
}
