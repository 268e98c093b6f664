/* SPDX-License-Identifier: Apache-2.0 */
/* workflows/batch/setup.h - what a run is about, decided before the first item is solved. */
#ifndef LEHR_WORKFLOWS_BATCH_SETUP_H
#define LEHR_WORKFLOWS_BATCH_SETUP_H

#include "base/sha256.h"
#include "io/hdf5_batch.h"
#include "workflows/batch/batch.h"
#include "workflows/batch/meta.h"

typedef struct batch_setup {
  const batch_job *job;
  batch_reader *reader;
  meta_columns meta;
  int64_t items, first, rows; /* this shard solves items first .. first + rows - 1 */
  const char *engine;
  char *options; /* effective ones as JSON */
  char *journal_path;
  uint64_t identity; /* of input, engine, options, seed and shard */
  char sha256[SHA256_TEXT];
} batch_setup;

/* Opens the input, checks options and output. Nothing is written. */
lehr_status batch_setup_open(batch_setup *s, const batch_job *job, lehr_error *err);
/* The facts of the result file that do not depend on its rows. */
result_header batch_setup_header(const batch_setup *s);
void batch_setup_close(batch_setup *s);

/* Items of part `shard` of `shards`: a block of neighbours, sizes equal within one. */
void batch_shard_block(int64_t items, int64_t shard, int64_t shards, int64_t *first, int64_t *rows);

#endif
