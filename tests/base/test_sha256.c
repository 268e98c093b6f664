/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of FIPS 180-4 and every length around a block. */
#include "base/sha256.h"
#include "check.h"

#include <stdlib.h>

static void check_text(const char *data, size_t size, const char *expected) {
  for (int is_plain = 0; is_plain < 2; is_plain++) {
    sha256 s;
    char text[SHA256_TEXT];
    sha256_start(&s);
    s.is_plain = is_plain;
    sha256_add(&s, data, size);
    sha256_text(&s, text);
    CHECK_TEXT(text, expected);
  }
}

static void test_vectors(void) {
  static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  check_text("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  check_text("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  check_text(two_blocks, 56, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  char *million = malloc(1000000);
  REQUIRE(million != NULL);
  memset(million, 'a', 1000000);
  check_text(million, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  free(million);
}

static void test_pieces(void) {
  char data[200], whole[SHA256_TEXT], pieces[SHA256_TEXT];
  for (int k = 0; k < 200; k++) data[k] = (char)(k * 7);
  for (size_t size = 0; size <= 200; size++) {
    for (size_t cut = 0; cut <= size; cut += 13) {
      sha256 s;
      sha256_start(&s);
      sha256_add(&s, data, size);
      sha256_text(&s, whole);
      sha256_start(&s);
      s.is_plain = true;
      sha256_add(&s, data, cut);
      sha256_add(&s, data + cut, size - cut);
      sha256_text(&s, pieces);
      CHECK_TEXT(pieces, whole);
    }
  }
}

static void test_files(void) {
  char text[SHA256_TEXT];
  lehr_error err = {0};
  CHECK_INT(sha256_file("/nonexistent", text, &err), LEHR_ENOINPUT);
  CHECK_INT(sha256_file("/", text, &err), LEHR_EIO);
  REQUIRE_OK(sha256_file("/dev/null", text, &err));
  CHECK_TEXT(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static const check_test tests[] = {
    {"vectors", test_vectors}, {"pieces", test_pieces}, {"files", test_files}};
CHECK_MAIN("base/sha256", tests)
