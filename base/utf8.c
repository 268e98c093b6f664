/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the character that begins with `first`, 0 if none can. */
static size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* The character at p (at most `left` bytes); *bytes of it, 0 if it is not well-formed. */
static uint32_t character(const unsigned char *p, size_t left, size_t *bytes) {
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000}, mask[] = {0, 0x7f, 0x1f, 0xf, 7};
  const size_t length = sequence_length(*p);
  *bytes = 0;
  if (length == 0 || length > left) return 0;
  uint32_t point = *p & mask[length];
  for (size_t k = 1; k < length; k++) {
    if ((p[k] & 0xc0) != 0x80) return 0;
    point = point << 6 | (p[k] & 0x3f);
  }
  if (point < smallest[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
    return 0;
  *bytes = length;
  return point;
}

static bool check(const char *text, size_t length, bool allows_control) {
  const unsigned char *p = (const unsigned char *)text;
  for (size_t i = 0, bytes; i < length; i += bytes) {
    const uint32_t point = character(p + i, length - i, &bytes);
    if (bytes == 0 || (!allows_control && (point < 0x20 || point == 0x7f))) return false;
  }
  return true;
}

bool utf8_is_valid(const char *text, size_t length) { return check(text, length, true); }
bool utf8_is_text(const char *text, size_t length) { return check(text, length, false); }

char *utf8_repaired(const char *text) {
  static const char replacement[] = "\xef\xbf\xbd";
  const size_t length = strlen(text);
  char *copy = length < SIZE_MAX / 4 ? malloc(3 * length + 1) : NULL, *end = copy;
  if (!copy) return NULL;
  for (size_t i = 0, bytes; i < length; i += bytes ? bytes : 1) {
    character((const unsigned char *)text + i, length - i, &bytes);
    const size_t size = bytes ? bytes : sizeof replacement - 1;
    memcpy(end, bytes ? text + i : replacement, size);
    end += size;
  }
  *end = '\0';
  return copy;
}
