/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/batch/batch.h - solves every model of an HDF5 batch and writes one HDF5 result.
 *
 *   input -> windows (bounded memory) -> solving threads, one item each
 *         -> journal beside the output (one checksummed record per finished item)
 *         -> output, published whole
 *
 * Item k is solved with a seed made from (seed, k) alone, and the output is written in the order of
 * the input: threads, shards and interruptions leave no trace in it. An item that cannot be built
 * or solved gets a failed_reason and never ends the batch. */
#ifndef LEHR_WORKFLOWS_BATCH_BATCH_H
#define LEHR_WORKFLOWS_BATCH_BATCH_H

#include "lehr/solve.h"

#include <stdbool.h>

typedef struct batch_progress {
  int64_t done, total; /* items of this shard */
  int64_t failed;
  double elapsed_s;
} batch_progress;

/* What to do. Texts are the caller's. */
typedef struct batch_job {
  const char *input, *output; /* output: already the shard's own name (batch_shard_path) */
  bool is_trusted;            /* read HDF5 in this process */
  bool resume;
  bool keep_reads;
  bool write_timing;     /* OUTPUT.timing.h5: seconds per item */
  int64_t shard, shards; /* this is part `shard` of `shards`; 0 of 1: everything */
  const lehr_context *context;
  lehr_params params; /* seed: of the batch; threads: items at a time; progress is not used */
  /* Called under a lock, from any thread, some five times a second. Nullable. */
  void (*progress)(void *user, const batch_progress *progress);
  /* Remarks for the user, one line each. Nullable. */
  void (*remark)(void *user, const char *text);
  void *user;
} batch_job;

/* The rows of a result. */
typedef struct batch_tally {
  int64_t rows;
  int64_t failed;     /* with a failed_reason */
  int64_t infeasible; /* solved, but without a feasible sample */
  double highest;     /* of the items' energies; +inf if one has no feasible sample, -inf if there
                         are no rows */
} batch_tally;

/* What was done; filled whatever batch_run returns. */
typedef struct batch_outcome {
  int64_t items;        /* of the whole input */
  int64_t rows;         /* of this shard */
  int64_t resumed;      /* found finished in the journal */
  int64_t solved;       /* in this run, failed ones included */
  int64_t failed;       /* finished with a failed_reason, in this run or before */
  char failure[256];    /* one of them of this run, "name: reason"; "" if there is none */
  batch_tally tally;    /* of the output; nothing where none was written or checked */
  bool was_finished;    /* the output was there already and checked */
  bool was_interrupted; /* stopped by params.stop */
  bool keeps_journal;   /* the same job with `resume` goes on there, if with no item finished yet */
  int32_t threads;
  double wall_s, cpu_s; /* cpu_s: of this process */
  char input_sha256[65];
} batch_outcome;

/* Runs the job. LEHR_OK also when it was interrupted, and when items failed. What depends on the
 * machine fails no item: it ends the run, with the journal kept, ENOMEM when memory (or
 * params.memory_bytes) is too small for an item. EBUSY if another process is at the same
 * output; EINPUT if the journal or the finished output belongs to another input or other options;
 * EIO when the disk is full (the journal and an old output stay). */
lehr_status batch_run(const batch_job *job, batch_outcome *outcome, lehr_error *err);

/* Path of a shard's output: out.h5 -> out.2-of-4.h5, also of 0-of-1. free() it; NULL when memory is
 * short. */
char *batch_shard_path(const char *output, int64_t shard, int64_t shards);

/* Parses "i/n" (0 <= i < n). */
bool batch_shard_parse(const char *text, int64_t *shard, int64_t *shards);
/* Finds the shard from the variables of batch systems and MPI launchers; lookup returns a
 * variable's value or NULL. Where a job array starts several ranks per task, each rank of each
 * task is a part. EUSAGE if the variables contradict themselves or do not say how many parts there
 * are. *source: the variable that decided; NULL if there is none, then it is part 0 of 1. */
lehr_status batch_shard_detect(const char *(*lookup)(const char *name), int64_t *shard,
                               int64_t *shards, const char **source, lehr_error *err);

/* Puts the results of all shards together, byte for byte what one run would have written.
 * EINPUT if a shard is missing, twice there, or of another run. */
lehr_status batch_merge(const char *const paths[], int64_t count, const char *output,
                        bool is_trusted, lehr_error *err);

/* Recomputes every energy of a batch result from its input and checks that nothing else that a row
 * says contradicts it: EINPUT with the first item that does not fit. tally: the rows that do;
 * nothing of a failed item can be checked but that it holds no result. */
lehr_status batch_verify(const char *result, const char *input, bool is_trusted, batch_tally *tally,
                         lehr_error *err);

#endif
