/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/batch/journal_layout.h - inside of a journal, shared by journal.c and journal_open.c.
 * Everything in the file begins on a multiple of JOURNAL_ALIGNMENT. */
#ifndef LEHR_WORKFLOWS_BATCH_JOURNAL_LAYOUT_H
#define LEHR_WORKFLOWS_BATCH_JOURNAL_LAYOUT_H

#include "workflows/batch/journal.h"

enum { JOURNAL_ALIGNMENT = 8 };
/* A longer record is a torn one. */
#define JOURNAL_RECORD_LIMIT (UINT64_C(1) << 33)

/* The fixed part of a payload; read energies, read counts, name, reason (both with final 0) and
 * bits follow, and zeros up to the next multiple. */
typedef struct journal_fixed {
  int64_t index;
  double energy, bound, seconds;
  int64_t energy_int;
  int64_t name_bytes, reason_bytes, bits_bytes, n_reads;
  int8_t status, proven, feasible, is_exact;
  int32_t zero;
} journal_fixed;

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

/* Whether the journal is about this item. */
bool journal_is_index(const journal *j, int64_t index);
/* An item's record begins at `at`; a second record of an item replaces the first. */
void journal_note(journal *j, const journal_fixed *fixed, uint64_t at);

#endif
