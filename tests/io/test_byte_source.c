/* SPDX-License-Identifier: Apache-2.0 */
/* gzip input: whole, in several members, cut, damaged, a bomb. */
#include "check.h"
#include "io/byte_source.h"
#include "support/scratch.h"

#include <zlib.h>

static lehr_error err;

/* One gzip member; free() it. */
static unsigned char *pack(const void *data, size_t size, size_t *packed_size) {
  z_stream z = {0};
  REQUIRE(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK);
  const size_t room = deflateBound(&z, size);
  unsigned char *packed = malloc(room);
  REQUIRE(packed != NULL);
  z.next_in = (unsigned char *)data;
  z.avail_in = (uInt)size;
  z.next_out = packed;
  z.avail_out = (uInt)room;
  REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
  *packed_size = room - z.avail_out;
  deflateEnd(&z);
  return packed;
}

/* Reads all of `data` as a file; *total counts the bytes. */
static lehr_status drain(const void *data, size_t size, size_t *total) {
  char path[256];
  byte_source *s;
  static char buffer[1 << 16];
  scratch_path(path, "z");
  scratch_write(path, data, size);
  *total = 0;
  REQUIRE_OK(byte_source_open(path, &s, &err));
  lehr_status status;
  size_t got;
  do {
    status = byte_source_read(s, buffer, sizeof buffer, &got, &err);
    *total += got;
  } while (status == LEHR_OK && got == sizeof buffer);
  byte_source_close(s);
  return status;
}

static void test_members_and_padding(void) {
  unsigned char all[256] = {0};
  size_t one, total;
  unsigned char *packed = pack("hello\n", 6, &one);
  memcpy(all, packed, one);
  memcpy(all + one, packed, one);
  REQUIRE_OK(drain(all, 2 * one, &total));
  CHECK_INT(total, 12);
  REQUIRE_OK(drain(all, 2 * one + 20, &total)); /* zero padding, as tapes leave it */
  CHECK_INT(total, 12);
  all[2 * one] = 'x';
  CHECK_INT(drain(all, 2 * one + 1, &total), LEHR_EINPUT);
  free(packed);
}

static void test_cut_anywhere(void) {
  char text[500];
  for (size_t k = 0; k < sizeof text; k++) text[k] = (char)('0' + k * k % 10);
  size_t size, total;
  unsigned char *packed = pack(text, sizeof text, &size);
  for (size_t cut = 2; cut < size; cut++) CHECK_INT(drain(packed, cut, &total), LEHR_EINPUT);
  packed[size - 6] ^= 1; /* the check sum */
  CHECK_INT(drain(packed, size, &total), LEHR_EINPUT);
  free(packed);
}

static void test_bomb(void) {
  const size_t size = (size_t)128 << 20;
  char *zeros = calloc(size, 1);
  size_t packed_size, total;
  REQUIRE(zeros != NULL);
  unsigned char *packed = pack(zeros, size, &packed_size);
  free(zeros);
  CHECK_INT(drain(packed, packed_size, &total), LEHR_EINPUT);
  CHECK_CONTAINS(err.text, "200 times");
  CHECK(total < (size_t)100 << 20);
  free(packed);
}

static void test_plain_and_empty(void) {
  size_t total;
  REQUIRE_OK(drain("", 0, &total));
  CHECK_INT(total, 0);
  REQUIRE_OK(drain("\x1f", 1, &total));
  CHECK_INT(total, 1);
}

static const check_test tests[] = {{"members and padding", test_members_and_padding},
                                   {"cut anywhere", test_cut_anywhere},
                                   {"bomb", test_bomb},
                                   {"plain and empty", test_plain_and_empty}};

int main(void) {
  const int status = check_run("io/byte_source", tests, sizeof tests / sizeof tests[0]);
  scratch_remove();
  return status;
}
