/* SPDX-License-Identifier: Apache-2.0 */
/* Whole messages over a stream socket, and growing bytes. */
#include "base/clock.h"
#include "io/hdf5_link.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

h5_bytes h5_bytes_lent(void *memory, size_t capacity) {
  return (h5_bytes){.data = memory, .capacity = capacity, .is_lent = true};
}

void h5_bytes_free(h5_bytes *b) {
  if (!b->is_lent) free(b->data);
  *b = (h5_bytes){0};
}

bool h5_bytes_reserve(h5_bytes *b, size_t more) {
  if (more <= b->capacity - b->size) return true;
  size_t wanted = b->capacity < 4096 ? 4096 : b->capacity * 2;
  if (more > SIZE_MAX / 4 || b->size > SIZE_MAX / 4) return false;
  if (wanted < b->size + more) wanted = b->size + more;
  unsigned char *grown = realloc(b->is_lent ? NULL : b->data, wanted);
  if (!grown) return false;
  if (b->is_lent && b->size > 0) memcpy(grown, b->data, b->size);
  b->is_lent = false;
  b->data = grown;
  b->capacity = wanted;
  return true;
}

bool h5_bytes_append(h5_bytes *b, const void *data, size_t size) {
  if (!h5_bytes_reserve(b, size)) return false;
  if (size > 0) memcpy(b->data + b->size, data, size);
  b->size += size;
  return true;
}

/* Waits until fd can be read; false when the time is up. */
static bool wait_readable(int fd, double until) {
  for (;;) {
    const double left = until - clock_wall();
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (left <= 0) return false;
    const int ready = poll(&p, 1, (int)(left * 1000) + 1);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

h5_arrival h5_socket_read(int fd, void *data, size_t size, double timeout_s) {
  unsigned char *into = data;
  const double until = timeout_s < 0 ? 0 : clock_wall() + timeout_s;
  while (size > 0) {
    if (timeout_s >= 0 && !wait_readable(fd, until)) return H5_LATE;
    const ssize_t got = recv(fd, into, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return H5_ENDED;
    into += got;
    size -= (size_t)got;
  }
  return H5_ARRIVED;
}

bool h5_socket_write(int fd, const void *data, size_t size) {
  const unsigned char *from = data;
  while (size > 0) {
    const ssize_t put = send(fd, from, size, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    from += put;
    size -= (size_t)put;
  }
  return true;
}
