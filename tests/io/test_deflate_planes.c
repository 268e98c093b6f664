/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the planes, zlib gets them back. */
#include "base/philox.h"
#include "check.h"
#include "io/deflate_planes.h"

#include <stdlib.h>
#include <zlib.h>

/* Plane by plane: 'r' random bytes, 's' random 0 and 255, '=' as the plane before. */
static void check_planes(const char *kinds, size_t length) {
  philox_stream s = philox_stream_at(12, length);
  planes p = {.length = length, .count = (int)strlen(kinds)};
  const size_t bytes = length * (size_t)p.count;
  unsigned char *data = malloc(bytes), *back = malloc(bytes);
  unsigned char *out = malloc(deflate_planes_bound(p));
  size_t size = 0;
  REQUIRE(data && back && out);
  for (int k = 0; k < p.count; k++)
    for (size_t i = 0; i < length; i++) {
      const uint32_t random = philox_u32(&s) & 0xff;
      unsigned char *at = data + (size_t)k * length + i;
      *at = (unsigned char)(kinds[k] == 'r' ? random : random % 2 * 255);
      if (kinds[k] == '=') *at = at[-(ptrdiff_t)length];
    }
  p.data = data;
  CHECK(deflate_planes(p, 4, out, &size));
  CHECK(size <= deflate_planes_bound(p));
  uLongf found = bytes;
  CHECK_INT(uncompress(back, &found, out, size), Z_OK);
  CHECK_INT(found, bytes);
  CHECK(memcmp(back, data, bytes) == 0);
  if (strcmp(kinds, "rs======") == 0 && length > 1000 && length <= 32768) CHECK(size < bytes / 5);
  free(data);
  free(back);
  free(out);
}

static void test_kinds(void) {
  static const char *const kinds[] = {"r",        "s",        "r=",   "r=r=",     "s===",    "rrrr",
                                      "rs======", "r===s===", "rs=r", "rrrrrrrr", "s=s=s=s="};
  for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
    for (size_t length = 1; length < 600; length++) check_planes(kinds[k], length);
    static const size_t longer[] = {1000, 16384, 32767, 32768, 32769, 40000, 65536};
    for (size_t i = 0; i < 7; i++) check_planes(kinds[k], longer[i]);
  }
}

int main(void) {
  static const check_test tests[] = {{"kinds", test_kinds}};
  return check_run("io/deflate_planes", tests, sizeof tests / sizeof tests[0]);
}
