/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/batch/journal.h"

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

static const char magic[8] = "LEHRJNL2";
/* A longer record is a torn one. */
static const uint64_t record_limit = UINT64_C(1) << 33;

typedef struct file_header {
  char magic[8];
  uint64_t identity;
  int64_t first, items;
  uint64_t hash; /* of what is before */
} file_header;

/* A power loss costs about so much, and syncing takes at most a twentieth of the time. */
static const double sync_after_s = 1, sync_share = 20;

/* The fixed part of a payload; read energies, read counts, name, reason (both with final 0) and
 * bits follow, and zeros up to a multiple of ALIGNMENT, on which everything in the file begins. */
typedef struct fixed_part {
  int64_t index;
  double energy, bound, seconds;
  int64_t energy_int;
  int64_t name_bytes, reason_bytes, bits_bytes, n_reads;
  int8_t status, proven, feasible, is_exact;
  int32_t zero;
} fixed_part;

enum { ALIGNMENT = 8 };

struct journal {
  char *path;
  int fd;
  int64_t first, items, count, failed;
  int64_t *place; /* [items] offset of the item's payload, 0: not there */
  uint64_t end;   /* of the last whole record */
  unsigned char *buffer;
  size_t capacity;
  double next_sync_s;
  const unsigned char *map; /* [end], after journal_map */
};

/* ---- Opening ---- */

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

static bool is_index(const journal *j, int64_t index) {
  return index >= j->first && index - j->first < j->items;
}

/* An item's record begins at `at`; a second record of an item replaces the first. */
static void note_place(journal *j, const fixed_part *fixed, uint64_t at) {
  int64_t *place = &j->place[fixed->index - j->first];
  j->count += *place == 0;
  j->failed += *place == 0 && fixed->reason_bytes > 1;
  *place = (int64_t)at;
}

/* Whether a whole record of an item of ours begins at `at`; *next: behind it. */
static bool scan_record(journal *j, const unsigned char *data, uint64_t size, uint64_t at,
                        uint64_t *next) {
  uint64_t length, hash;
  fixed_part fixed;
  if (size - at < sizeof length) return false;
  memcpy(&length, data + at, sizeof length);
  at += sizeof length;
  if (length < sizeof fixed || length > record_limit || length % ALIGNMENT != 0 ||
      size - at < length || size - at - length < sizeof hash)
    return false;
  memcpy(&hash, data + at + length, sizeof hash);
  if (XXH3_64bits(data + at, length) != hash) return false;
  memcpy(&fixed, data + at, sizeof fixed);
  if (!is_index(j, fixed.index)) return false;
  note_place(j, &fixed, at);
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
  j->next_sync_s = clock_wall() + sync_after_s;
  if (status != LEHR_OK) {
    journal_close(j);
    return status;
  }
  *out = j;
  return LEHR_OK;
}

int64_t journal_count(const journal *j) { return j->count; }
int64_t journal_failed(const journal *j) { return j->failed; }

bool journal_has(const journal *j, int64_t index) {
  return is_index(j, index) && j->place[index - j->first] != 0;
}

/* ---- Appending ---- */

static size_t payload_bytes(const fixed_part *f) {
  const size_t bytes = sizeof *f + (size_t)f->name_bytes + (size_t)f->reason_bytes +
                       (size_t)f->bits_bytes + (size_t)f->n_reads * 16;
  return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static unsigned char *put(unsigned char *at, const void *data, size_t size) {
  if (size > 0) memcpy(at, data, size);
  return at + size;
}

static bool reserve(journal *j, size_t size) {
  if (size <= j->capacity) return true;
  unsigned char *grown = realloc(j->buffer, size * 2);
  if (!grown) return false;
  j->buffer = grown;
  j->capacity = size * 2;
  return true;
}

static lehr_status sync_sometimes(journal *j, lehr_error *err) {
  const double start_s = clock_wall();
  if (start_s < j->next_sync_s) return LEHR_OK;
  if (!descriptor_sync(j->fd)) return error_errno(err, LEHR_EIO, j->path);
  const double pause_s = (clock_wall() - start_s) * sync_share;
  j->next_sync_s = clock_wall() + (pause_s > sync_after_s ? pause_s : sync_after_s);
  return LEHR_OK;
}

lehr_status journal_append(journal *j, const journal_entry *e, lehr_error *err) {
  const result_row *r = &e->row;
  const fixed_part fixed = {.index = e->index,
                            .energy = r->energy,
                            .bound = r->bound,
                            .seconds = e->seconds,
                            .energy_int = r->energy_int,
                            .name_bytes = (int64_t)strlen(r->name) + 1,
                            .reason_bytes = (int64_t)strlen(r->failed_reason) + 1,
                            .bits_bytes = r->bits_bytes,
                            .n_reads = r->n_reads,
                            .status = r->status,
                            .proven = r->proven,
                            .feasible = r->feasible,
                            .is_exact = e->is_exact};
  const uint64_t length = payload_bytes(&fixed);
  const size_t whole = sizeof length + length + 8;
  if (!reserve(j, whole)) return error_memory(err, whole);
  unsigned char *payload = put(j->buffer, &length, sizeof length);
  unsigned char *at = put(payload, &fixed, sizeof fixed);
  at = put(at, r->read_energy, (size_t)r->n_reads * 8);
  at = put(at, r->read_count, (size_t)r->n_reads * 8);
  at = put(at, r->name, (size_t)fixed.name_bytes);
  at = put(at, r->failed_reason, (size_t)fixed.reason_bytes);
  at = put(at, r->bits, (size_t)r->bits_bytes);
  memset(at, 0, (size_t)(payload + length - at));
  const uint64_t hash = XXH3_64bits(payload, length);
  put(payload + length, &hash, sizeof hash);
  if (!descriptor_write(j->fd, j->buffer, whole)) {
    const lehr_status status = error_errno(err, LEHR_EIO, j->path);
    if (ftruncate(j->fd, (off_t)j->end) == 0) lseek(j->fd, 0, SEEK_END);
    return status;
  }
  note_place(j, &fixed, j->end + sizeof length);
  j->end += whole;
  return sync_sometimes(j, err);
}

/* ---- Reading back ---- */

lehr_status journal_map(journal *j, lehr_error *err) {
  void *data = mmap(NULL, j->end, PROT_READ, MAP_SHARED, j->fd, 0);
  if (data == MAP_FAILED) return error_errno(err, LEHR_EIO, j->path);
  j->map = data;
  return LEHR_OK;
}

static bool is_sound(const fixed_part *f, uint64_t length) {
  const int64_t limit = (int64_t)record_limit;
  return f->name_bytes > 0 && f->name_bytes < limit && f->reason_bytes > 0 &&
         f->reason_bytes < limit && f->bits_bytes >= 0 && f->bits_bytes < limit &&
         f->n_reads >= 0 && f->n_reads < limit / 16 && payload_bytes(f) == length;
}

lehr_status journal_entry_at(const journal *j, int64_t index, journal_entry *out, lehr_error *err) {
  fixed_part fixed;
  uint64_t length;
  const unsigned char *at = j->map + j->place[index - j->first];
  memcpy(&length, at - sizeof length, sizeof length);
  memcpy(&fixed, at, sizeof fixed);
  if (!is_sound(&fixed, length))
    return error_set(err, LEHR_EINPUT, "%s: the record of item %" PRId64 " makes no sense", j->path,
                     index);
  at += sizeof fixed; /* aligned for doubles */
  const double *read_energy = (const double *)(const void *)at;
  const char *name = (const char *)at + fixed.n_reads * 16, *reason = name + fixed.name_bytes;
  *out = (journal_entry){.index = fixed.index,
                         .is_exact = fixed.is_exact,
                         .seconds = fixed.seconds,
                         .row = {.name = name,
                                 .failed_reason = reason,
                                 .energy = fixed.energy,
                                 .energy_int = fixed.energy_int,
                                 .bits = (const uint8_t *)reason + fixed.reason_bytes,
                                 .bits_bytes = fixed.bits_bytes,
                                 .status = fixed.status,
                                 .proven = fixed.proven,
                                 .feasible = fixed.feasible,
                                 .bound = fixed.bound,
                                 .n_reads = fixed.n_reads,
                                 .read_energy = read_energy,
                                 .read_count = (const int64_t *)(read_energy + fixed.n_reads)}};
  return LEHR_OK;
}

/* ---- Closing ---- */

void journal_close(journal *j) {
  if (!j) return;
  if (j->map) munmap((void *)j->map, j->end);
  if (j->fd >= 0) close(j->fd);
  free(j->buffer);
  free(j->place);
  free(j->path);
  free(j);
}

void journal_remove(journal *j) {
  unlink(j->path);
  journal_close(j);
}
