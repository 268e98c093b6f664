/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "solvers/tn/engine.h"
#include "tn/sumproduct.h"

/* Reads that share a contraction; more if they fit beside it into little of the memory. */
enum { LEAST_BATCH = 1 << 17, MEMORY_SHARE = 8, WORD = 64 };

static uint64_t read_bytes(const tn_plan *p) {
  return ((uint64_t)p->network.n + 7) / 8 + 8 * (uint64_t)p->program.depth;
}

int64_t tn_batch(const tn_plan *p, int64_t reads, uint64_t memory) {
  const uint64_t afford = memory / MEMORY_SHARE / read_bytes(p);
  int64_t batch = afford > LEAST_BATCH ? (int64_t)(afford / WORD * WORD) : LEAST_BATCH;
  if (batch > reads) batch = reads;
  return batch;
}

uint64_t tn_batch_bytes(const tn_plan *p, int64_t batch) {
  const uint64_t n = (uint64_t)p->network.n, all = (uint64_t)p->mirror.n;
  return n * ((uint64_t)(batch + WORD - 1) / WORD) * 8 + all * (WORD + 16) + (uint64_t)p->n * WORD;
}

/* A batch of reads of the plan's network, and room for 64 of them as states of the model. */
typedef struct batch {
  uint64_t *spins; /* [network.n][words] */
  int64_t words;
  uint64_t *word;  /* [mirror.n] */
  uint64_t *flips; /* [mirror.count] */
  uint8_t *codes;  /* [64][mirror.n] */
  uint8_t *rows;   /* [64][n] of the model */
} batch;

static bool reserve(lehr_run *run, const tn_plan *p, int64_t reads, batch *b) {
  const size_t all = (size_t)p->mirror.n;
  b->words = (reads + WORD - 1) / WORD;
  b->spins = run->alloc(run, (size_t)p->network.n * (size_t)b->words * 8);
  b->word = run->alloc(run, all * 8);
  b->flips = run->alloc(run, (size_t)p->mirror.count * 8);
  b->codes = run->alloc(run, all * WORD);
  b->rows = run->alloc(run, (size_t)p->n * WORD);
  return b->spins && b->word && b->flips && b->codes && b->rows;
}

/* Reads first .. first + count - 1 of the batch, a word of it. */
static lehr_status deliver_word(tn_job *j, const batch *b, mirror_word w, int64_t count) {
  const size_t n = (size_t)j->plan.mirror.n, n_row = (size_t)j->plan.n;
  mirror_reads(&j->plan.mirror, &w, b->flips, b->word);
  for (size_t v = 0; v < n; v++)
    for (size_t r = 0; r < (size_t)count; r++) b->codes[r * n + v] = b->word[v] >> r & 1;
  for (size_t r = 0; r < (size_t)count; r++)
    plan_state(&j->plan, b->codes + r * n, b->rows + r * n_row);
  j->has_state = true;
  return j->run->samples(j->run, b->rows, count);
}

/* *is_complete becomes false where the run should stop. */
static lehr_status deliver(tn_job *j, const batch *b, tn_reads reads, bool *is_complete) {
  for (int64_t k = 0; k * WORD < reads.count; k++) {
    const int64_t left = reads.count - k * WORD;
    const mirror_word w = {.spins = b->spins,
                           .words = (reads.count + WORD - 1) / WORD,
                           .word = k,
                           .key = reads.key,
                           .number = (uint64_t)(reads.first / WORD + k)};
    *is_complete = k == 0 || (k & 15) != 0 || !j->run->should_stop(j->run);
    if (!*is_complete) return LEHR_OK;
    LEHR_TRY(deliver_word(j, b, w, left < WORD ? left : WORD));
  }
  return LEHR_OK;
}

lehr_status tn_run_samples(tn_job *j) {
  lehr_run *run = j->run;
  const int64_t reads = run->reads > 0 ? run->reads : j->o->reads;
  const int64_t most = tn_batch(&j->plan, reads, j->guard.bytes);
  const uint64_t own = tn_batch_bytes(&j->plan, most);
  const double beta = j->o->beta * j->plan.network.unit;
  batch b;
  tn_guard rest = j->guard;
  double log_z = 0;
  bool is_complete = true;
  if (!reserve(run, &j->plan, most, &b)) return LEHR_ENOMEM;
  rest.bytes = rest.bytes > own ? rest.bytes - own : 0;
  for (int64_t first = 0; first < reads && is_complete; first += most) {
    const int64_t count = reads - first < most ? reads - first : most;
    const tn_reads wanted = {.key = run->key, .first = first, .count = count};
    lehr_status status =
        sum_sample(&j->plan.program, beta, wanted, &rest, b.spins, &log_z, &is_complete, &j->err);
    if (status == LEHR_OK && is_complete) {
      if (first == 0) status = tn_tell_log_z(j, log_z);
      run->attempts(run, (int64_t)j->plan.cost.entries);
      if (status == LEHR_OK) status = deliver(j, &b, wanted, &is_complete);
    }
    if (status != LEHR_OK) return status;
  }
  if (!is_complete) run->unfinished(run);
  return LEHR_OK;
}
