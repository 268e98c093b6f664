/* SPDX-License-Identifier: Apache-2.0 */
/* Against the definition, for all widths and at all ends. */
#include "base/philox.h"
#include "check.h"
#include "io/shuffle.h"

static void test_widths(void) {
  enum { MOST = 100 };
  unsigned char planes[MOST * 8], out[MOST * 8 + 1];
  philox_stream s = philox_stream_at(3, 3);
  for (size_t k = 0; k < sizeof planes; k++) planes[k] = (unsigned char)philox_u32(&s);
  for (size_t width = 1; width <= 8; width++)
    for (size_t first = 0; first < 20; first++)
      for (size_t count = 0; first + count <= MOST; count += count < 40 ? 1 : 13) {
        int wrong = 0;
        memset(out, 77, sizeof out);
        unshuffle(planes, MOST, width, first, count, out);
        for (size_t k = 0; k < count; k++)
          for (size_t b = 0; b < width; b++)
            wrong += out[k * width + b] != planes[b * MOST + first + k];
        CHECK_INT(wrong, 0);
        CHECK_INT(out[count * width], 77);
      }
}

static void test_round_trip(void) {
  unsigned char from[8 * 37], planes[8 * 37], back[8 * 37];
  for (size_t k = 0; k < sizeof from; k++) from[k] = (unsigned char)(k * 7);
  for (size_t width = 1; width <= 8; width++) {
    shuffle(from, 37, width, planes);
    CHECK_INT(planes[37 * (width - 1) + 1], from[width + width - 1]);
    unshuffle(planes, 37, width, 0, 37, back);
    CHECK(memcmp(back, from, 37 * width) == 0);
  }
}

int main(void) {
  static const check_test tests[] = {{"widths", test_widths}, {"round trip", test_round_trip}};
  return check_run("io/shuffle", tests, sizeof tests / sizeof tests[0]);
}
