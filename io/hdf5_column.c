/* SPDX-License-Identifier: Apache-2.0 */
#include "io/hdf5_column.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 256 << 10, STRING_BYTES = 16 }; /* as in hdf5_exec_write.c */

static size_t value_bytes(const h5_column *c) {
  return c->type == H5_STRING ? STRING_BYTES : h5_type_bytes(c->type);
}

void h5_column_open(h5_column *c, h5_writer *w, const char *path, h5_type type, int64_t total) {
  *c = (h5_column){.writer = w, .type = type, .total = total};
  snprintf(c->path, sizeof c->path, "%s", path);
  const int64_t chunk = CHUNK_BYTES / (int64_t)value_bytes(c);
  c->capacity = total < chunk ? total : chunk;
  h5_make_dataset(w, path, type, 1, &total);
  if (type == H5_STRING)
    c->strings = memory_array((size_t)c->capacity, sizeof *c->strings);
  else
    c->buffer = memory_array((size_t)c->capacity, value_bytes(c));
  if (!c->strings && !c->buffer) h5_writer_fail(w, LEHR_ENOMEM, "not enough memory");
}

static void flush(h5_column *c) {
  if (c->held == 0) return;
  if (c->type == H5_STRING) {
    h5_write_strings(c->writer, c->path, c->written, c->held, (const char *const *)c->strings);
    for (int64_t k = 0; k < c->held; k++) free(c->strings[k]);
  } else {
    h5_write(c->writer, c->path, c->type, 1, &c->written, &c->held, c->buffer);
  }
  c->written += c->held;
  c->held = 0;
}

/* False (and the writer failed) if more values come than were announced. */
static bool has_room(h5_column *c, int64_t count) {
  if (!c->buffer && !c->strings) return false;
  if (count <= c->total - c->written - c->held) return true;
  h5_writer_fail(c->writer, LEHR_EINTERNAL, "more values than announced");
  return false;
}

void h5_column_put(h5_column *c, const void *values, int64_t count) {
  const size_t size = value_bytes(c);
  const unsigned char *from = values;
  if (!has_room(c, count)) return;
  while (count > 0) {
    const int64_t free_places = c->capacity - c->held;
    const int64_t part = count < free_places ? count : free_places;
    memcpy(c->buffer + (size_t)c->held * size, from, (size_t)part * size);
    c->held += part;
    from += (size_t)part * size;
    count -= part;
    if (c->held == c->capacity) flush(c);
  }
}

void h5_column_put_string(h5_column *c, const char *value) {
  if (!has_room(c, 1)) return;
  char *copy = strdup(value);
  if (!copy) {
    h5_writer_fail(c->writer, LEHR_ENOMEM, "not enough memory");
    return;
  }
  c->strings[c->held++] = copy;
  if (c->held == c->capacity) flush(c);
}

static lehr_status copy_strings(h5_column *c, h5_reader *from, const char *path, int64_t start,
                                int64_t count, lehr_error *err) {
  char **strings;
  LEHR_TRY(h5_read_strings(from, path, start, count, &strings, err));
  for (int64_t k = 0; k < count; k++) h5_column_put_string(c, strings[k]);
  free(strings);
  return LEHR_OK;
}

lehr_status h5_column_copy(h5_column *c, h5_reader *from, const char *path, int64_t start,
                           int64_t count, lehr_error *err) {
  const int64_t part_limit = CHUNK_BYTES / (int64_t)value_bytes(c);
  void *values = memory_array((size_t)part_limit, value_bytes(c));
  lehr_status status = values ? LEHR_OK : error_memory(err, CHUNK_BYTES);
  for (int64_t done = 0; done < count && status == LEHR_OK;) {
    const int64_t part = count - done < part_limit ? count - done : part_limit;
    if (c->type == H5_STRING) {
      status = copy_strings(c, from, path, start + done, part, err);
    } else {
      status = h5_read_part(from, path, c->type, start + done, part, values, err);
      if (status == LEHR_OK) h5_column_put(c, values, part);
    }
    done += part;
  }
  free(values);
  return status;
}

void h5_column_discard(h5_column *c) {
  for (int64_t k = 0; c->strings && k < c->held; k++) free(c->strings[k]);
  free(c->strings);
  free(c->buffer);
  *c = (h5_column){0};
}

void h5_column_close(h5_column *c) {
  if (!c->writer) return;
  if (c->buffer || c->strings) flush(c);
  if (c->written != c->total)
    h5_writer_fail(c->writer, LEHR_EINTERNAL, "fewer values than announced");
  h5_column_discard(c);
}
