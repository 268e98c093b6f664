/* SPDX-License-Identifier: Apache-2.0 */
/* Strings of datasets and attributes, and lists of names. */
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "io/hdf5_reader.h"

#include <stdlib.h>
#include <string.h>

enum { STRINGS_AT_ONCE = 1 << 14 };

/* Whether the bytes are exactly `count` strings, each with its final 0. */
static bool are_strings(const h5_bytes *b, int64_t count) {
  int64_t found = 0;
  for (size_t k = 0; k < b->size; k++) found += b->data[k] == 0;
  return found == count && (count == 0 ? b->size == 0 : b->data[b->size - 1] == 0) &&
         utf8_is_valid((const char *)b->data, b->size);
}

/* One block: pointers, then the bytes they point to. */
static char **string_table(const h5_bytes *b, int64_t count) {
  size_t pointers;
  if (!size_mul((size_t)count + 1, sizeof(char *), &pointers)) return NULL;
  char **table = malloc(pointers + b->size);
  if (!table) return NULL;
  char *text = (char *)table + pointers;
  if (b->size > 0) memcpy(text, b->data, b->size);
  for (int64_t k = 0; k < count; k++) {
    table[k] = text;
    text += strlen(text) + 1;
  }
  table[count] = NULL;
  return table;
}

lehr_status h5_read_strings(h5_reader *r, const char *path, int64_t start, int64_t count,
                            char ***out, lehr_error *err) {
  h5_reply reply;
  h5_bytes all = {0};
  lehr_status status = LEHR_OK;
  *out = NULL;
  for (int64_t done = 0; done < count && status == LEHR_OK;) {
    const int64_t part = count - done < STRINGS_AT_ONCE ? count - done : STRINGS_AT_ONCE;
    h5_call call = {.request = {.operation = H5_ASK_READ,
                                .shape = {.type = H5_STRING, .rank = 1},
                                .start = {start + done},
                                .count = {part}},
                    .path = path};
    status = h5_link_call(r->link, &call, &reply, &r->answer, err);
    if (status == LEHR_OK && !are_strings(&r->answer, part))
      status = error_set(err, LEHR_EINPUT, "%s: %s is not valid UTF-8", r->path, path);
    if (status == LEHR_OK && !h5_bytes_append(&all, r->answer.data, r->answer.size))
      status = error_memory(err, r->answer.size);
    done += part;
  }
  if (status == LEHR_OK && !(*out = string_table(&all, count)))
    status = error_memory(err, all.size);
  free(all.data);
  return status;
}

static lehr_status take_string(h5_reader *r, const char *path, char **out, lehr_error *err) {
  if (!are_strings(&r->answer, 1))
    return error_set(err, LEHR_EINPUT, "%s: %s is not valid UTF-8", r->path, path);
  *out = strdup((const char *)r->answer.data);
  return *out ? LEHR_OK : error_memory(err, r->answer.size);
}

lehr_status h5_read_string(h5_reader *r, const char *path, char **out, lehr_error *err) {
  h5_reply reply;
  h5_call call = {
      .request = {.operation = H5_ASK_READ, .shape = {.type = H5_STRING}, .count = {1, 1, 1, 1}},
      .path = path};
  *out = NULL;
  LEHR_TRY(h5_reader_single(r, path, &call.request.shape.rank, err));
  LEHR_TRY(h5_link_call(r->link, &call, &reply, &r->answer, err));
  return take_string(r, path, out, err);
}

lehr_status h5_list(h5_reader *r, const char *group, int64_t limit, char ***names, int64_t *count,
                    lehr_error *err) {
  h5_reply reply;
  h5_call call = {.request = {.operation = H5_ASK_LIST, .count = {limit}}, .path = group};
  *names = NULL;
  LEHR_TRY(h5_link_call(r->link, &call, &reply, &r->answer, err));
  *count = reply.shape.dims[0];
  if (*count < 0 || *count > limit || !are_strings(&r->answer, *count))
    return h5_reader_damaged(r, group, err);
  *names = string_table(&r->answer, *count);
  return *names ? LEHR_OK : error_memory(err, r->answer.size);
}

lehr_status h5_attribute_string(h5_reader *r, const char *object, const char *name, char **out,
                                lehr_error *err) {
  bool is_there;
  LEHR_TRY(h5_reader_attribute(r, object, name, H5_STRING, &is_there, err));
  return is_there ? take_string(r, object, out, err) : LEHR_OK;
}
