/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <stdint.h>

/* Bytes of the character that begins with `first`, 0 if none can. */
static size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

bool utf8_is_text(const char *text, size_t length) {
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000}, mask[] = {0, 0x7f, 0x1f, 0xf, 7};
  const unsigned char *p = (const unsigned char *)text;
  for (size_t i = 0; i < length;) {
    const size_t bytes = sequence_length(p[i]);
    if (bytes == 0 || bytes > length - i) return false;
    uint32_t point = p[i] & mask[bytes];
    for (size_t k = 1; k < bytes; k++) {
      if ((p[i + k] & 0xc0) != 0x80) return false;
      point = point << 6 | (p[i + k] & 0x3f);
    }
    if (point < 0x20 || point == 0x7f || point < smallest[bytes] || point > 0x10ffff ||
        (point >= 0xd800 && point <= 0xdfff))
      return false;
    i += bytes;
  }
  return true;
}
