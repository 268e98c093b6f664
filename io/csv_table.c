/* SPDX-License-Identifier: Apache-2.0 */
#include "io/csv_table.h"

#include "base/error.h"

#include <inttypes.h>
#include <string.h>

static int64_t count_lines(const char *text, const char *end) {
  int64_t lines = 0;
  for (; text < end; text++) lines += *text == '\n';
  return lines;
}

static const char *line_end(const char *at, const char *end) {
  if (at >= end) return end;
  const char *found = memchr(at, '\n', (size_t)(end - at));
  return found ? found : end;
}

static bool is_blank(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\r' || *at == '\t')) at++;
  return at == end;
}

/* Skips to the next line that is not blank (nor a comment, before the header). */
static void skip_lines(csv_table *t, bool skip_comments) {
  while (t->at < t->end) {
    const char *end = line_end(t->at, t->end);
    if (!is_blank(t->at, end) && !(skip_comments && *t->at == '#')) return;
    t->at = (char *)end + (end < t->end);
    t->next_line++;
  }
}

/* The separator that occurs most in the header, outside quotes. */
static char find_separator(const char *at, const char *end) {
  int64_t commas = 0, semicolons = 0, tabs = 0;
  bool is_quoted = false;
  for (; at < end; at++) {
    if (*at == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    commas += *at == ',';
    semicolons += *at == ';';
    tabs += *at == '\t';
  }
  if (semicolons > 0 && semicolons >= commas && semicolons >= tabs) return ';';
  return tabs > commas ? '\t' : ',';
}

lehr_status csv_open(char *text, size_t length, csv_table *t, lehr_error *err) {
  const char *nul = memchr(text, '\0', length);
  if (nul)
    return error_at(err, LEHR_EINPUT, count_lines(text, nul) + 1, 0,
                    "NUL byte: this is not a text file");
  *t = (csv_table){.at = text, .end = text + length, .next_line = 1};
  if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) t->at += 3;
  skip_lines(t, true);
  t->separator = find_separator(t->at, line_end(t->at, t->end));
  return LEHR_OK;
}

/* Reads a quoted field from its opening quote on, closing up doubled quotes. */
static lehr_status read_quoted(csv_table *t, csv_field *field, lehr_error *err) {
  char *from = t->at + 1, *to = from;
  field->text = from;
  for (;; from++) {
    if (from == t->end)
      return error_at(err, LEHR_EINPUT, t->line, field->column, "quote is never closed");
    if (*from == '"') {
      if (from + 1 == t->end || from[1] != '"') break;
      from++;
    }
    if (*from == '\n') t->next_line++;
    *to++ = *from;
  }
  field->length = (size_t)(to - field->text);
  t->at = from + 1;
  if (t->at < t->end && *t->at == '\r' && t->at + 1 < t->end && t->at[1] == '\n') t->at++;
  if (t->at < t->end && *t->at != t->separator && *t->at != '\n')
    return error_at(err, LEHR_EINPUT, t->line, field->column, "text behind a closing quote");
  return LEHR_OK;
}

static void read_plain(csv_table *t, csv_field *field) {
  char *at = t->at;
  while (at < t->end && *at != t->separator && *at != '\n') at++;
  const char *first = t->at, *last = at;
  if (last > first && last[-1] == '\r' && (at == t->end || *at == '\n')) last--;
  while (first < last && *first == ' ') first++;
  while (last > first && last[-1] == ' ') last--;
  field->text = first;
  field->length = (size_t)(last - first);
  t->at = at;
}

lehr_status csv_next(csv_table *t, csv_field fields[], int32_t capacity, int32_t *count,
                     lehr_error *err) {
  *count = 0;
  skip_lines(t, false);
  if (t->at == t->end) return LEHR_OK;
  const char *start = t->at;
  t->line = t->next_line;
  for (;;) {
    if (*count == capacity)
      return error_at(err, LEHR_EINPUT, t->line, t->at - start + 1,
                      "more than %" PRId32 " fields in a line", capacity);
    csv_field *field = &fields[(*count)++];
    field->column = t->at - start + 1;
    if (t->at < t->end && *t->at == '"')
      LEHR_TRY(read_quoted(t, field, err));
    else
      read_plain(t, field);
    if (t->at == t->end) break;
    if (*t->at++ == '\n') {
      t->next_line++;
      break;
    }
  }
  return LEHR_OK;
}
