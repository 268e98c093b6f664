/* SPDX-License-Identifier: Apache-2.0 */
#include "io/text_reader.h"

#include "base/error.h"
#include "base/number.h"
#include "io/byte_source.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_BYTES = 1 << 16, LONGEST_LINE = 1 << 20, BUFFER_BYTES = 2 * LONGEST_LINE, NAME = 128 };

struct text_reader {
  byte_source *source;
  char *buffer;
  size_t begin, end; /* unread part of the buffer */
  bool at_end;       /* nothing left behind the buffer */
  int64_t line_number, bytes;
  const char *line;
  size_t length, cursor, word; /* of the line; word: where the last one began */
  char name[NAME];
};

static void set_name(text_reader *r, const char *path) {
  const char *slash = strrchr(path, '/');
  snprintf(r->name, sizeof r->name, "%s", slash ? slash + 1 : path);
  size_t length = strlen(r->name);
  if (length > 3 && strcmp(r->name + length - 3, ".gz") == 0) r->name[length - 3] = '\0';
  char *dot = strrchr(r->name, '.');
  if (dot && dot != r->name) *dot = '\0';
}

/* Fills the buffer behind what is unread. */
static lehr_status fill(text_reader *r, size_t wanted, lehr_error *err) {
  if (r->begin > 0) {
    memmove(r->buffer, r->buffer + r->begin, r->end - r->begin);
    r->end -= r->begin;
    r->begin = 0;
  }
  if (wanted > BUFFER_BYTES - r->end) wanted = BUFFER_BYTES - r->end;
  size_t got;
  LEHR_TRY(byte_source_read(r->source, r->buffer + r->end, wanted, &got, err));
  r->end += got;
  r->bytes += (int64_t)got;
  r->at_end = got < wanted;
  return LEHR_OK;
}

static lehr_status open_buffer(text_reader *r, lehr_error *err) {
  static const char mark[] = "\xef\xbb\xbf";
  r->buffer = malloc(BUFFER_BYTES);
  if (!r->buffer) return error_memory(err, BUFFER_BYTES);
  LEHR_TRY(fill(r, HEAD_BYTES, err));
  if (r->end >= 3 && memcmp(r->buffer, mark, 3) == 0) r->begin = 3;
  return LEHR_OK;
}

lehr_status text_open(const char *path, text_reader **out, lehr_error *err) {
  *out = NULL;
  text_reader *r = calloc(1, sizeof *r);
  if (!r) return error_memory(err, sizeof *r);
  set_name(r, path);
  lehr_status status = byte_source_open(path, &r->source, err);
  if (status == LEHR_OK) status = open_buffer(r, err);
  if (status != LEHR_OK) {
    text_close(r);
    return status;
  }
  *out = r;
  return LEHR_OK;
}

void text_close(text_reader *r) {
  if (!r) return;
  byte_source_close(r->source);
  free(r->buffer);
  free(r);
}

void text_head(const text_reader *r, const char **head, size_t *size) {
  *head = r->buffer + r->begin;
  *size = r->end - r->begin;
}

const char *text_name(const text_reader *r) { return r->name; }
int64_t text_bytes(const text_reader *r) { return r->bytes; }
const char *text_line(const text_reader *r, size_t *length) {
  *length = r->length;
  return r->line;
}

lehr_status text_next_line(text_reader *r, bool *has_line, lehr_error *err) {
  const char *newline = NULL;
  r->line_number++;
  r->cursor = r->word = r->length = 0;
  if (r->end > r->begin) newline = memchr(r->buffer + r->begin, '\n', r->end - r->begin);
  if (!newline && !r->at_end) {
    const size_t searched = r->end - r->begin;
    const lehr_status status = fill(r, BUFFER_BYTES, err);
    if (status != LEHR_OK) return text_locate(r, status, err);
    newline = memchr(r->buffer + searched, '\n', r->end - searched);
  }
  *has_line = r->end > r->begin;
  if (!*has_line) return LEHR_OK;
  r->line = r->buffer + r->begin;
  r->length = newline ? (size_t)(newline - r->line) : r->end - r->begin;
  r->begin += r->length + (newline != NULL);
  if (r->length > LONGEST_LINE)
    return text_error(r, err, LEHR_EINPUT, "line longer than %d bytes", (int)LONGEST_LINE);
  if (r->length > 0 && r->line[r->length - 1] == '\r') r->length--;
  const char *nul = r->length > 0 ? memchr(r->line, '\0', r->length) : NULL;
  if (!nul) return LEHR_OK;
  r->word = (size_t)(nul - r->line);
  return text_error(r, err, LEHR_EINPUT, "NUL byte: not a text file");
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f'; }

bool text_has_word(text_reader *r) {
  while (r->cursor < r->length && is_blank(r->line[r->cursor])) r->cursor++;
  return r->cursor < r->length;
}

bool text_next_word(text_reader *r, text_word *word) {
  const bool has_word = text_has_word(r);
  r->word = r->cursor;
  while (r->cursor < r->length && !is_blank(r->line[r->cursor])) r->cursor++;
  *word = (text_word){r->line + r->word, r->cursor - r->word};
  return has_word;
}

enum { SHOWN = 40 };
static int shown(text_word w) { return w.length > SHOWN ? SHOWN : (int)w.length; }

lehr_status text_int(text_reader *r, const char *what, int64_t low, int64_t high, int64_t *value,
                     lehr_error *err) {
  text_word w;
  if (!text_next_word(r, &w)) return text_error(r, err, LEHR_EINPUT, "%s is missing", what);
  if (!number_parse_int(w.text, w.length, value))
    return text_error(r, err, LEHR_EINPUT, "%s: '%.*s' is not an integer", what, shown(w), w.text);
  if (*value < low || *value > high)
    return text_error(r, err, LEHR_EINPUT, "%s %" PRId64 " outside %" PRId64 "..%" PRId64, what,
                      *value, low, high);
  return LEHR_OK;
}

static bool is_whole(text_word w) {
  for (size_t k = 0; k < w.length; k++)
    if (!(w.text[k] >= '0' && w.text[k] <= '9') && !(k == 0 && strchr("+-", w.text[k])))
      return false;
  return true;
}

lehr_status text_word_number(text_word w, text_number *value) {
  value->is_int = number_parse_int(w.text, w.length, &value->i);
  if (value->is_int) return LEHR_OK;
  if (!number_parse_real(w.text, w.length, &value->f)) return LEHR_EINPUT;
  return is_whole(w) ? LEHR_ERANGE : LEHR_OK;
}

lehr_status text_value(text_reader *r, const char *what, text_number *value, lehr_error *err) {
  text_word w;
  if (!text_next_word(r, &w)) return text_error(r, err, LEHR_EINPUT, "%s is missing", what);
  const lehr_status status = text_word_number(w, value);
  if (status == LEHR_ERANGE)
    return text_error(r, err, status, "%s %.*s outside the 64-bit range", what, shown(w), w.text);
  if (status != LEHR_OK)
    return text_error(r, err, status, "%s: '%.*s' is not a finite number", what, shown(w), w.text);
  return LEHR_OK;
}

lehr_status text_end_of_line(text_reader *r, lehr_error *err) {
  text_word w;
  if (!text_next_word(r, &w)) return LEHR_OK;
  return text_error(r, err, LEHR_EINPUT, "unexpected '%.*s' behind the numbers", shown(w), w.text);
}

lehr_status text_error(const text_reader *r, lehr_error *err, lehr_status status,
                       const char *format, ...) {
  char text[sizeof err->text];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  for (char *c = text; *c; c++) /* what came from the file must not reach a terminal raw */
    if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f) *c = '?';
  return error_at(err, status, r->line_number, (int64_t)r->word + 1, "%s", text);
}

lehr_status text_locate(const text_reader *r, lehr_status status, lehr_error *err) {
  if (status != LEHR_OK && err && err->status == status && err->line == 0)
    err->line = r->line_number;
  return status;
}

lehr_status text_number_times(text_number *value, int factor, lehr_error *err) {
  if (!value->is_int) {
    value->f *= factor;
    return isfinite(value->f)
               ? LEHR_OK
               : error_set(err, LEHR_ERANGE, "coefficient outside the range of double");
  }
  return __builtin_mul_overflow(value->i, (int64_t)factor, &value->i)
             ? error_set(err, LEHR_ERANGE, "coefficient outside the 64-bit range")
             : LEHR_OK;
}
