/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <unistd.h>

enum { CHUNK = 1 << 15 };

static lehr_status hash_descriptor(int fd, const char *path, struct sha256_ctx *s,
                                   lehr_error *err) {
  uint8_t chunk[CHUNK];
  for (;;) {
    const ssize_t got = read(fd, chunk, sizeof chunk);
    if (got == 0) return LEHR_OK;
    if (got > 0)
      sha256_update(s, (size_t)got, chunk);
    else if (errno != EINTR)
      return error_errno(err, LEHR_EIO, path);
  }
}

lehr_status sha256_file(const char *path, char text[SHA256_TEXT], lehr_error *err) {
  struct sha256_ctx s;
  uint8_t digest[SHA256_DIGEST_SIZE];
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return error_errno(err, LEHR_ENOINPUT, path);
  sha256_init(&s);
  const lehr_status status = hash_descriptor(fd, path, &s, err);
  close(fd);
  sha256_digest(&s, sizeof digest, digest);
  base16_encode_update(text, sizeof digest, digest);
  text[SHA256_TEXT - 1] = '\0';
  return status;
}
