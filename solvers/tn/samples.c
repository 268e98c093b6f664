/* SPDX-License-Identifier: Apache-2.0 */
#include "base/philox.h"
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
  const uint64_t n = (uint64_t)p->network.n;
  return n * ((uint64_t)(batch + WORD - 1) / WORD) * 8 + n * WORD;
}

/* Samples of one word of the batch. */
static lehr_status deliver_word(tn_job *j, const uint64_t spins[], int64_t words, int64_t word,
                                int64_t count, uint8_t rows[]) {
  const size_t n = (size_t)j->plan.network.n;
  for (size_t v = 0; v < n; v++) {
    const uint64_t bits = spins[(int64_t)v * words + word];
    for (size_t r = 0; r < (size_t)count; r++) rows[r * n + v] = bits >> r & 1;
  }
  j->has_state = true;
  return j->run->samples(j->run, rows, count);
}

static lehr_status deliver(tn_job *j, const uint64_t spins[], int64_t count, uint8_t rows[]) {
  const int64_t words = (count + WORD - 1) / WORD;
  for (int64_t w = 0; w < words; w++) {
    const int64_t left = count - w * WORD;
    if (w > 0 && (w & 15) == 0 && j->run->should_stop(j->run)) return LEHR_OK;
    const lehr_status status = deliver_word(j, spins, words, w, left < WORD ? left : WORD, rows);
    if (status != LEHR_OK) return status;
  }
  return LEHR_OK;
}

lehr_status tn_run_samples(tn_job *j) {
  lehr_run *run = j->run;
  const tn_network *t = &j->plan.network;
  const int64_t reads = run->reads > 0 ? run->reads : j->o->reads;
  const int64_t batch = tn_batch(&j->plan, reads, j->guard.bytes);
  uint64_t *spins = run->alloc(run, (size_t)t->n * (size_t)((batch + WORD - 1) / WORD) * 8);
  uint8_t *rows = run->alloc(run, (size_t)t->n * WORD);
  const uint64_t own = tn_batch_bytes(&j->plan, batch);
  tn_guard rest = j->guard;
  double log_z = 0;
  bool is_complete = true;
  if (!spins || !rows) return LEHR_ENOMEM;
  rest.bytes = rest.bytes > own ? rest.bytes - own : 0;
  for (int64_t first = 0; first < reads && is_complete; first += batch) {
    const int64_t count = reads - first < batch ? reads - first : batch;
    const tn_reads wanted = {.key = run->key, .first = first, .count = count};
    lehr_status status = sum_sample(&j->plan.program, j->o->beta * t->unit, wanted, &rest, spins,
                                    &log_z, &is_complete, &j->err);
    if (status == LEHR_OK && is_complete) {
      if (first == 0)
        status = run->log_z(run, j->o->beta, log_z - j->o->beta * tn_real_energy(t, 0));
      run->attempts(run, (int64_t)j->plan.cost.entries);
      if (status == LEHR_OK) status = deliver(j, spins, count, rows);
    }
    if (status != LEHR_OK) return status;
    if (run->should_stop(run)) break;
  }
  return LEHR_OK;
}
