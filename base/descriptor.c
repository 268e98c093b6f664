/* SPDX-License-Identifier: Apache-2.0 */
#include "base/descriptor.h"

#include <errno.h>
#include <unistd.h>

bool descriptor_write(int fd, const void *data, size_t size) {
  const unsigned char *from = data;
  while (size > 0) {
    const ssize_t put = write(fd, from, size);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    from += put;
    size -= (size_t)put;
  }
  return true;
}

bool descriptor_sync(int fd) {
  int rc;
  do rc = fsync(fd);
  while (rc != 0 && errno == EINTR);
  return rc == 0 || errno == EINVAL || errno == EROFS;
}
