/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a journal: locked, and either empty or with the whole records that are there. */
#include "base/descriptor.h"
#include "base/error.h"
#include "base/memory.h"
#include "workflows/batch/journal_layout.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

static const char magic[8] = "LEHRJNL2";

typedef struct file_header {
  char magic[8];
  uint64_t identity;
  int64_t first, items;
  uint64_t hash; /* of what is before */
} file_header;

static uint64_t header_hash(const file_header *h) {
  return XXH3_64bits(h, offsetof(file_header, hash));
}

/* Opens and locks. The path may lead to another file by the time the lock is ours: the owner
 * before us may have removed it. */
static lehr_status open_locked(journal *j, lehr_error *err) {
  for (;;) {
    struct stat ours, there;
    j->fd = open(j->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (j->fd < 0) return error_errno(err, LEHR_EOUTPUT, j->path);
    if (flock(j->fd, LOCK_EX | LOCK_NB) != 0)
      return error_set(err, LEHR_EBUSY, "%s: another process is working on this output", j->path);
    if (fstat(j->fd, &ours) == 0 && stat(j->path, &there) == 0 && ours.st_ino == there.st_ino &&
        ours.st_dev == there.st_dev)
      return LEHR_OK;
    close(j->fd);
  }
}

static lehr_status begin(journal *j, const journal_start *start, lehr_error *err) {
  file_header h = {.identity = start->identity, .first = start->first, .items = start->items};
  memcpy(h.magic, magic, sizeof magic);
  h.hash = header_hash(&h);
  if (ftruncate(j->fd, 0) != 0 || lseek(j->fd, 0, SEEK_SET) != 0 ||
      !descriptor_write(j->fd, &h, sizeof h))
    return error_errno(err, LEHR_EIO, j->path);
  j->end = sizeof h;
  return LEHR_OK;
}

/* Whether a whole record of an item of ours begins at `at`; *next: behind it. */
static bool scan_record(journal *j, const unsigned char *data, uint64_t size, uint64_t at,
                        uint64_t *next) {
  uint64_t length, hash;
  journal_fixed fixed;
  if (size - at < sizeof length) return false;
  memcpy(&length, data + at, sizeof length);
  at += sizeof length;
  if (length < sizeof fixed || length > JOURNAL_RECORD_LIMIT || length % JOURNAL_ALIGNMENT != 0 ||
      size - at < length || size - at - length < sizeof hash)
    return false;
  memcpy(&hash, data + at + length, sizeof hash);
  if (XXH3_64bits(data + at, length) != hash) return false;
  memcpy(&fixed, data + at, sizeof fixed);
  if (!journal_is_index(j, fixed.index)) return false;
  journal_note(j, &fixed, at);
  *next = at + length + sizeof hash;
  return true;
}

static lehr_status scan(journal *j, const unsigned char *data, uint64_t size,
                        const journal_start *start, lehr_error *err) {
  file_header h;
  memcpy(&h, data, sizeof h);
  if (memcmp(h.magic, magic, sizeof magic) != 0 || h.hash != header_hash(&h))
    return error_set(err, LEHR_EINPUT,
                     "%s: not a journal of this version; remove it to start afresh", j->path);
  if (h.identity != start->identity || h.first != start->first || h.items != start->items)
    return error_set(err, LEHR_EINPUT,
                     "%s: belongs to another run (input, options or seed differ); "
                     "run without --resume to start afresh",
                     j->path);
  uint64_t at = sizeof h;
  while (at < size && scan_record(j, data, size, at, &at)) continue;
  j->end = at;
  return LEHR_OK;
}

static lehr_status take_up(journal *j, const journal_start *start, int64_t *dropped,
                           lehr_error *err) {
  struct stat s;
  if (fstat(j->fd, &s) != 0) return error_errno(err, LEHR_EIO, j->path);
  const size_t size = (size_t)s.st_size;
  if (size < sizeof(file_header)) { /* killed before the header was written */
    *dropped = (int64_t)size;
    return begin(j, start, err);
  }
  void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, j->fd, 0);
  if (data == MAP_FAILED) return error_errno(err, LEHR_EIO, j->path);
  const lehr_status status = scan(j, data, size, start, err);
  munmap(data, size);
  LEHR_TRY(status);
  *dropped = (int64_t)(size - j->end);
  if (ftruncate(j->fd, (off_t)j->end) != 0 || lseek(j->fd, 0, SEEK_END) < 0)
    return error_errno(err, LEHR_EIO, j->path);
  return LEHR_OK;
}

/* Starts afresh; what an earlier run left is dropped. */
static lehr_status replace(journal *j, const journal_start *start, int64_t *dropped,
                           lehr_error *err) {
  struct stat s;
  if (fstat(j->fd, &s) != 0) return error_errno(err, LEHR_EIO, j->path);
  if (s.st_size > (off_t)sizeof(file_header)) *dropped = (int64_t)s.st_size;
  return begin(j, start, err);
}

lehr_status journal_open(const char *path, const journal_start *start, journal **out,
                         int64_t *dropped, lehr_error *err) {
  *out = NULL;
  *dropped = 0;
  journal *j = calloc(1, sizeof *j);
  if (!j) return error_memory(err, sizeof *j);
  j->fd = -1;
  j->first = start->first;
  j->items = start->items;
  j->path = strdup(path);
  j->place = memory_array((size_t)start->items, sizeof *j->place);
  lehr_status status =
      j->path && j->place ? open_locked(j, err) : error_memory(err, (uint64_t)start->items * 8);
  if (status == LEHR_OK)
    status = start->resume ? take_up(j, start, dropped, err) : replace(j, start, dropped, err);
  if (status != LEHR_OK) {
    journal_close(j);
    return status;
  }
  *out = j;
  return LEHR_OK;
}
