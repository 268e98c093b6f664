/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/batch/journal.h - finished items, appended one by one to a file that survives kill -9.
 *
 *   header: magic | identity (hash of input, options, seed, shard) | first item | items | hash
 *   record: length of payload | payload | XXH3-64 of payload
 *
 * Each record is written by one write(2); a torn one at the end is cut off when the journal is
 * opened again. It is synced about once a second. The file is locked against other processes while
 * it is open. */
#ifndef LEHR_WORKFLOWS_BATCH_JOURNAL_H
#define LEHR_WORKFLOWS_BATCH_JOURNAL_H

#include "io/hdf5_result.h"

typedef struct journal journal;

/* One finished item, as stored. */
typedef struct journal_entry {
  int64_t index; /* of the item in the whole input */
  bool is_exact;
  double seconds; /* to solve it; goes to the timing file only */
  result_row row;
} journal_entry;

typedef struct journal_start {
  uint64_t identity;
  int64_t first, items; /* the journal is about items first .. first + items - 1 */
  bool resume;          /* keep what is there; otherwise start empty */
} journal_start;

/* Opens or makes the journal at path. EBUSY if another process has it, EINPUT if it is of another
 * identity (resume only). dropped: bytes of a torn tail that were cut off; without resume, of the
 * records of an earlier run. */
lehr_status journal_open(const char *path, const journal_start *start, journal **out,
                         int64_t *dropped, lehr_error *err);
/* Items that are in the journal. */
int64_t journal_count(const journal *j);
/* Those among them with a failed_reason. */
int64_t journal_failed(const journal *j);
bool journal_has(const journal *j, int64_t index);
/* Appends; EIO when the disk is full, and the journal stays whole. Not thread-safe. */
lehr_status journal_append(journal *j, const journal_entry *entry, lehr_error *err);

/* Makes entries readable after the last append. */
lehr_status journal_map(journal *j, lehr_error *err);
/* Entry of an item that is in the journal; pointers belong to the journal. EINPUT if the record
 * does not make sense. */
lehr_status journal_entry_at(const journal *j, int64_t index, journal_entry *out, lehr_error *err);

/* Closes; the file stays. NULL is fine. */
void journal_close(journal *j);
/* Closes and removes the file. */
void journal_remove(journal *j);

#endif
