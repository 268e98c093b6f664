/* SPDX-License-Identifier: Apache-2.0 */
#include "io/markup.h"

#include "base/error.h"
#include "base/utf8.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append(markup *m, const char *text, size_t length) {
  if (m->is_short_of_memory) return;
  if (length >= m->capacity - m->length) { /* one byte is kept for the end */
    size_t capacity = m->capacity ? m->capacity : 4096;
    while (capacity - m->length <= length && capacity <= SIZE_MAX / 2) capacity *= 2;
    char *grown = capacity - m->length > length ? realloc(m->text, capacity) : NULL;
    if (!grown) {
      m->is_short_of_memory = true;
      return;
    }
    m->text = grown;
    m->capacity = capacity;
  }
  memcpy(m->text + m->length, text, length);
  m->length += length;
}

void markup_raw(markup *m, const char *text) { append(m, text, strlen(text)); }

void markup_text(markup *m, const char *text) {
  if (!text) return;
  const bool is_utf8 = utf8_is_text(text, strlen(text));
  for (; *text; text++) {
    switch (*text) {
    case '&':
      markup_raw(m, "&amp;");
      break;
    case '<':
      markup_raw(m, "&lt;");
      break;
    case '>':
      markup_raw(m, "&gt;");
      break;
    case '"':
      markup_raw(m, "&quot;");
      break;
    case '\'':
      markup_raw(m, "&#39;");
      break;
    default:
      if (!is_utf8 && ((unsigned char)*text < ' ' || (unsigned char)*text >= 0x7f))
        append(m, "?", 1);
      else
        append(m, text, 1);
    }
  }
}

/* Digits of |value| rounded half away from zero, with its sign; returns false for a plain zero. */
static void fixed_text(double value, int decimals, char text[MARKUP_NUMBER]) {
  long long scale = 1;
  for (int k = 0; k < decimals; k++) scale *= 10;
  if (isnan(value)) value = 0;
  if (fabs(value) > 1e9) value = value < 0 ? -1e9 : 1e9;
  const long long units = llround(value * (double)scale), size = units < 0 ? -units : units;
  const char *sign = units < 0 ? "-" : "";
  if (decimals == 0)
    snprintf(text, MARKUP_NUMBER, "%s%lld", sign, size);
  else
    snprintf(text, MARKUP_NUMBER, "%s%lld.%0*lld", sign, size / scale, decimals, size % scale);
}

void markup_fixed(markup *m, double value, int decimals) {
  char text[MARKUP_NUMBER];
  fixed_text(value, decimals, text);
  markup_raw(m, text);
}

void markup_format(markup *m, const char *format, ...) {
  char text[1001];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  markup_raw(m, text);
}

lehr_status markup_finish(markup *m, char **text, size_t *length, lehr_error *err) {
  append(m, "", 0);
  *text = NULL;
  if (m->is_short_of_memory) {
    const size_t wanted = m->capacity * 2;
    markup_discard(m);
    return error_memory(err, wanted);
  }
  m->text[m->length] = '\0';
  *text = m->text;
  if (length) *length = m->length;
  *m = (markup){0};
  return LEHR_OK;
}

void markup_discard(markup *m) {
  free(m->text);
  *m = (markup){0};
}

void markup_number(double value, int decimals, char text[MARKUP_NUMBER]) {
  static const char space[] = "\xe2\x80\xaf"; /* U+202F */
  char plain[MARKUP_NUMBER];
  if (!isfinite(value)) {
    snprintf(text, MARKUP_NUMBER, "n/a");
    return;
  }
  fixed_text(value, decimals, plain);
  const char *digits = plain + (plain[0] == '-');
  const size_t whole = strcspn(digits, ".");
  size_t to = 0;
  if (plain[0] == '-') to += (size_t)snprintf(text, MARKUP_NUMBER, "\xe2\x88\x92"); /* minus */
  for (size_t k = 0; digits[k]; k++) {
    if (whole > 4 && k > 0 && k < whole && (whole - k) % 3 == 0) {
      memcpy(text + to, space, sizeof space - 1);
      to += sizeof space - 1;
    }
    text[to++] = digits[k];
  }
  text[to] = '\0';
}
