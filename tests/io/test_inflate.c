/* SPDX-License-Identifier: Apache-2.0 */
/* Streams of zlib, whole, cut and changed. */
#include "base/philox.h"
#include "check.h"
#include "io/inflate.h"

#include <zlib.h>

enum { PLAIN = 5000, ROOM = 6000 };

static unsigned char plain[PLAIN], stream[ROOM], out[PLAIN + 1];

static size_t compress_sample(int level) {
  uLongf size = ROOM;
  philox_stream s = philox_stream_at(8, (uint64_t)level);
  for (int k = 0; k < PLAIN; k++)
    plain[k] = (unsigned char)(k < 3000 ? philox_below(&s, 40) : philox_below(&s, 2) * 255);
  return compress2(stream, &size, plain, PLAIN, level) == Z_OK ? size : 0;
}

static void test_whole(void) {
  inflater *f = inflater_create();
  REQUIRE(f != NULL);
  for (int level = 0; level <= 9; level++) {
    const size_t size = compress_sample(level);
    REQUIRE(size > 0);
    memset(out, 1, sizeof out);
    CHECK(inflater_run(f, stream, size, out, PLAIN));
    CHECK(memcmp(out, plain, PLAIN) == 0);
    CHECK_INT(out[PLAIN], 1);
    CHECK(!inflater_run(f, stream, size, out, PLAIN - 1));
    CHECK(!inflater_run(f, stream, size, out, PLAIN + 1));
  }
  inflater_free(f);
}

/* Whatever is wrong, it says so, and works on afterwards. */
static void test_damaged(void) {
  inflater *f = inflater_create();
  REQUIRE(f != NULL);
  const size_t size = compress_sample(6);
  for (size_t cut = 0; cut < size; cut++) CHECK(!inflater_run(f, stream, cut, out, PLAIN));
  philox_stream s = philox_stream_at(8, 100);
  for (int trial = 0; trial < 2000; trial++) {
    const uint32_t place = philox_below(&s, (uint32_t)size);
    const unsigned char change = (unsigned char)(1u << philox_below(&s, 8));
    stream[place] ^= change;
    if (inflater_run(f, stream, size, out, PLAIN)) CHECK(memcmp(out, plain, PLAIN) == 0);
    stream[place] ^= change;
  }
  CHECK(inflater_run(f, stream, size, out, PLAIN));
  inflater_free(f);
}

int main(void) {
  static const check_test tests[] = {{"whole", test_whole}, {"damaged", test_damaged}};
  return check_run("io/inflate", tests, sizeof tests / sizeof tests[0]);
}
