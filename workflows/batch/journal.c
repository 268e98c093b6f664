/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "workflows/batch/journal_layout.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

/* A power loss costs about so much, and syncing takes at most a twentieth of the time. */
static const double sync_after_s = 1, sync_share = 20;

bool journal_is_index(const journal *j, int64_t index) {
  return index >= j->first && index - j->first < j->items;
}

void journal_note(journal *j, const journal_fixed *fixed, uint64_t at) {
  int64_t *place = &j->place[fixed->index - j->first];
  j->count += *place == 0;
  j->failed += *place == 0 && fixed->reason_bytes > 1;
  *place = (int64_t)at;
}

int64_t journal_count(const journal *j) { return j->count; }
int64_t journal_failed(const journal *j) { return j->failed; }

bool journal_has(const journal *j, int64_t index) {
  return journal_is_index(j, index) && j->place[index - j->first] != 0;
}

/* ---- Appending ---- */

static size_t payload_bytes(const journal_fixed *f) {
  const size_t bytes = sizeof *f + (size_t)f->name_bytes + (size_t)f->reason_bytes +
                       (size_t)f->bits_bytes + (size_t)f->n_reads * 16;
  return (bytes + JOURNAL_ALIGNMENT - 1) / JOURNAL_ALIGNMENT * JOURNAL_ALIGNMENT;
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
  const journal_fixed fixed = {.index = e->index,
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
  journal_note(j, &fixed, j->end + sizeof length);
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

static bool is_sound(const journal_fixed *f, uint64_t length) {
  const int64_t limit = (int64_t)JOURNAL_RECORD_LIMIT;
  return f->name_bytes > 0 && f->name_bytes < limit && f->reason_bytes > 0 &&
         f->reason_bytes < limit && f->bits_bytes >= 0 && f->bits_bytes < limit &&
         f->n_reads >= 0 && f->n_reads < limit / 16 && payload_bytes(f) == length;
}

lehr_status journal_entry_at(const journal *j, int64_t index, journal_entry *out, lehr_error *err) {
  journal_fixed fixed;
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
