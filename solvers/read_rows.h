/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/read_rows.h - final states of the reads of one block, and the best that each read has had
 * in earlier rounds.
 *
 * Reads are annealed in blocks: by all threads, then looked at by the one that may call the host.
 * So memory follows the block, a target is seen between blocks whichever thread reached it, and
 * when the run should stop little is left to do: reads begun are cut short, those not begun are
 * left out. */
#ifndef LEHR_SOLVERS_READ_ROWS_H
#define LEHR_SOLVERS_READ_ROWS_H

#include "qubo/energy.h"
#include "solvers/budget.h"

typedef struct read_rows {
  uint8_t *fresh;    /* [block][n] */
  uint8_t *is_fresh; /* [block] whether the read was begun */
  int64_t block;
  /* With a time limit and rounds; else NULL. */
  uint8_t *best;    /* [reads][n] */
  uint8_t *has_row; /* [reads] */
  energy *energies; /* [reads] of best */
  int64_t reads;
  int64_t lowest; /* read with the lowest of the energies; -1 at first */
} read_rows;

/* Reads in a block: `lanes` for each thread, several times as many where they take no time. */
int64_t read_block(const lehr_model_view *m, int64_t sweeps, int32_t threads, int32_t lanes);
/* Bytes of read_rows for so many reads, at most 2^62. */
uint64_t read_rows_bytes(const lehr_model_view *m, int64_t block, int64_t reads, bool is_timed);
bool read_rows_make(read_rows *rows, lehr_run *run, const budget *b, int64_t block);
/* Takes the first `count` fresh rows, which are reads first, first + 1, ...: delivers them, or with
 * rounds keeps the better row of each read and tells the host when the best of all improved. The
 * block is empty afterwards. */
lehr_status read_rows_take(read_rows *rows, lehr_run *run, int64_t first, int64_t count);
/* Delivers the kept rows, the best one first, once. */
lehr_status read_rows_deliver(read_rows *rows, lehr_run *run);

#endif
