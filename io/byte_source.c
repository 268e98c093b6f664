/* SPDX-License-Identifier: Apache-2.0 */
#include "io/byte_source.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { PACKED_BYTES = 1 << 16, GZIP_WINDOW = 15 + 16, RATIO = 200 };
static const uint64_t free_output = UINT64_C(64) << 20;

struct byte_source {
  int fd;
  bool is_started, is_gzip, has_stream, in_member, at_end;
  size_t begin, end; /* unread part of packed */
  uint64_t read, produced;
  z_stream stream;
  unsigned char packed[PACKED_BYTES];
};

lehr_status byte_source_open(const char *path, byte_source **out, lehr_error *err) {
  struct stat info;
  *out = NULL;
  byte_source *s = calloc(1, sizeof *s);
  if (!s) return error_memory(err, sizeof *s);
  s->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  lehr_status status = LEHR_OK;
  if (s->fd < 0 || fstat(s->fd, &info) != 0)
    status = error_errno(err, LEHR_ENOINPUT, path);
  else if (S_ISDIR(info.st_mode))
    status = error_set(err, LEHR_ENOINPUT, "%s: is a directory", path);
  if (status != LEHR_OK) {
    byte_source_close(s);
    return status;
  }
  *out = s;
  return LEHR_OK;
}

static lehr_status read_some(byte_source *s, void *buffer, size_t size, size_t *got,
                             lehr_error *err) {
  ssize_t n;
  do n = read(s->fd, buffer, size);
  while (n < 0 && errno == EINTR);
  if (n < 0) return error_errno(err, LEHR_EIO, "reading");
  *got = (size_t)n;
  s->read += (size_t)n;
  return LEHR_OK;
}

/* Makes at least one packed byte available; none at the end of the file. */
static lehr_status refill(byte_source *s, lehr_error *err) {
  if (s->begin < s->end || s->at_end) return LEHR_OK;
  s->begin = s->end = 0;
  LEHR_TRY(read_some(s, s->packed, PACKED_BYTES, &s->end, err));
  s->at_end = s->end == 0;
  return LEHR_OK;
}

static lehr_status start(byte_source *s, lehr_error *err) {
  s->is_started = true;
  LEHR_TRY(refill(s, err));
  while (s->end == 1 && !s->at_end) { /* a pipe may hand out single bytes */
    size_t got = 0;
    LEHR_TRY(read_some(s, s->packed + 1, PACKED_BYTES - 1, &got, err));
    if (got == 0) break;
    s->end += got;
  }
  s->is_gzip = s->end >= 2 && s->packed[0] == 0x1f && s->packed[1] == 0x8b;
  if (!s->is_gzip) return LEHR_OK;
  if (inflateInit2(&s->stream, GZIP_WINDOW) != Z_OK) return error_memory(err, 1 << 15);
  s->has_stream = true;
  s->in_member = true;
  return LEHR_OK;
}

/* Between members: another one, zero padding, or the end. */
static lehr_status next_member(byte_source *s, bool *is_end, lehr_error *err) {
  for (;;) {
    LEHR_TRY(refill(s, err));
    *is_end = s->begin == s->end;
    if (*is_end || s->packed[s->begin] != 0) break;
    s->begin++;
  }
  if (*is_end) return LEHR_OK;
  if (s->packed[s->begin] != 0x1f || inflateReset(&s->stream) != Z_OK)
    return error_set(err, LEHR_EINPUT, "bytes behind the end of the gzip data");
  s->in_member = true;
  return LEHR_OK;
}

static lehr_status inflate_some(byte_source *s, unsigned char *buffer, size_t size, size_t *got,
                                lehr_error *err) {
  LEHR_TRY(refill(s, err));
  if (s->begin == s->end) return error_set(err, LEHR_EINPUT, "truncated gzip data");
  s->stream.next_in = s->packed + s->begin;
  s->stream.avail_in = (uInt)(s->end - s->begin);
  s->stream.next_out = buffer;
  s->stream.avail_out = size > 1 << 30 ? 1 << 30 : (uInt)size;
  const uInt room = s->stream.avail_out;
  const int rc = inflate(&s->stream, Z_NO_FLUSH);
  s->begin = s->end - s->stream.avail_in;
  *got = room - s->stream.avail_out;
  s->produced += *got;
  if (rc == Z_MEM_ERROR) return error_memory(err, 1 << 15);
  if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
    return error_set(err, LEHR_EINPUT, "damaged gzip data (%s)",
                     s->stream.msg ? s->stream.msg : "no dictionary");
  if (s->produced > free_output + RATIO * s->read)
    return error_set(err, LEHR_EINPUT, "gzip data unpack to more than %d times their size", RATIO);
  if (rc == Z_STREAM_END) s->in_member = false;
  return LEHR_OK;
}

static lehr_status read_gzip(byte_source *s, unsigned char *buffer, size_t size, size_t *got,
                             lehr_error *err) {
  while (*got < size) {
    bool is_end = false;
    size_t more = 0;
    if (!s->in_member) LEHR_TRY(next_member(s, &is_end, err));
    if (is_end) return LEHR_OK;
    LEHR_TRY(inflate_some(s, buffer + *got, size - *got, &more, err));
    *got += more;
  }
  return LEHR_OK;
}

lehr_status byte_source_read(byte_source *s, void *buffer, size_t size, size_t *got,
                             lehr_error *err) {
  unsigned char *to = buffer;
  *got = 0;
  if (!s->is_started) LEHR_TRY(start(s, err));
  if (s->is_gzip) return read_gzip(s, to, size, got, err);
  const size_t held = s->end - s->begin;
  if (held > 0) {
    *got = held < size ? held : size;
    memcpy(to, s->packed + s->begin, *got);
    s->begin += *got;
  }
  while (*got < size && !s->at_end) {
    size_t more = 0;
    LEHR_TRY(read_some(s, to + *got, size - *got, &more, err));
    s->at_end = more == 0;
    *got += more;
  }
  return LEHR_OK;
}

void byte_source_close(byte_source *s) {
  if (!s) return;
  if (s->has_stream) inflateEnd(&s->stream);
  if (s->fd > STDIN_FILENO) close(s->fd);
  free(s);
}
