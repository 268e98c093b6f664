/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"

#include "check.h"

#include <stdlib.h>
#include <unistd.h>

/* Hash of `size` bytes in a temporary file; lengths around the reader's chunk matter. */
static void check_file(const char *data, size_t size, const char *expected) {
  char path[] = "/tmp/lehr-sha256-XXXXXX", text[SHA256_TEXT];
  const int fd = mkstemp(path);
  REQUIRE(fd >= 0);
  CHECK_INT(write(fd, data, size), size);
  close(fd);
  CHECK_INT(sha256_file(path, text, NULL), LEHR_OK);
  CHECK_TEXT(text, expected);
  unlink(path);
}

/* FIPS 180-4 examples. */
static void known_answers(void) {
  check_file("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  char *million = malloc(1000000);
  REQUIRE(million != NULL);
  memset(million, 'a', 1000000);
  check_file(million, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  free(million);
}

static void odd_files(void) {
  char text[SHA256_TEXT];
  lehr_error err = {0};
  CHECK_INT(sha256_file("/nonexistent", text, &err), LEHR_ENOINPUT);
  CHECK_INT(sha256_file("/", text, &err), LEHR_EIO);
  REQUIRE_OK(sha256_file("/dev/null", text, &err));
  CHECK_TEXT(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static const check_test tests[] = {{"known answers", known_answers}, {"odd files", odd_files}};
CHECK_MAIN("base/sha256", tests)
