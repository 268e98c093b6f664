/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/read_rows.h"

#include "base/clock.h"
#include "base/memory.h"
#include "qubo/energy_many.h"
#include "solvers/start.h"

#include <string.h>

/* A few milliseconds of one thread. */
static const double block_work = 1 << 22;

/* Rows evaluated together: between questions whether to stop. */
enum { TOGETHER = 64 };

int64_t read_block(const lehr_model_view *m, int64_t sweeps, int32_t threads, int32_t lanes) {
  const double n = m->n, terms = n + 2 * (double)m->n_interactions;
  const double work = (double)sweeps * (64 + 4 * n + terms) + lanes * terms;
  const double each = block_work / work;
  return threads * (int64_t)lanes * (each > 1 ? (int64_t)each : 1);
}

uint64_t read_rows_bytes(const lehr_model_view *m, int64_t block, int64_t reads, bool is_timed) {
  const double n = m->n, kept = is_timed ? n + 1 + sizeof(energy) : 0;
  return size_saturated((double)(block < reads ? block : reads) * (n + 1) + (double)reads * kept);
}

bool read_rows_make(read_rows *rows, lehr_run *run, const budget *b, int64_t block) {
  const size_t n = (size_t)run->model->n;
  *rows = (read_rows){.reads = b->reads, .lowest = -1};
  rows->block = block < b->reads ? block : b->reads;
  if (read_rows_bytes(run->model, block, b->reads, true) == SIZE_SATURATED) return false;
  rows->fresh = run->alloc(run, (size_t)rows->block * n);
  rows->is_fresh = run->alloc(run, (size_t)rows->block);
  if (!rows->fresh || !rows->is_fresh || !b->is_timed) return rows->fresh && rows->is_fresh;
  rows->best = run->alloc(run, (size_t)b->reads * n);
  rows->has_row = run->alloc(run, (size_t)b->reads);
  rows->energies = run->alloc(run, (size_t)b->reads * sizeof *rows->energies);
  return rows->best && rows->has_row && rows->energies;
}

/* Whether read r became the lowest of all. */
static bool keep_row(read_rows *rows, const lehr_model_view *m, int64_t r, const uint8_t row[],
                     energy e) {
  if (rows->has_row[r] && !energy_less(m, e, rows->energies[r])) return false;
  memcpy(rows->best + (size_t)r * (size_t)m->n, row, (size_t)m->n);
  rows->has_row[r] = 1;
  rows->energies[r] = e;
  if (rows->lowest >= 0 && r != rows->lowest && !energy_less(m, e, rows->energies[rows->lowest]))
    return false;
  rows->lowest = r;
  return true;
}

/* Whether any of `count` rows, reads first, first + 1, ..., became the lowest of all. */
static bool keep_rows(read_rows *rows, const lehr_model_view *m, int64_t first,
                      const uint8_t fresh[], int64_t count) {
  energy energies[TOGETHER];
  bool is_improved = false;
  energy_many(m, fresh, count, energies);
  for (int64_t k = 0; k < count; k++)
    is_improved |= keep_row(rows, m, first + k, fresh + (size_t)k * (size_t)m->n, energies[k]);
  return is_improved;
}

/* Marked rows from `from` on that follow each other, at most TOGETHER and up to `end`; where the
 * run should stop, only as many as take a few milliseconds. */
static int64_t stretch(lehr_run *run, const uint8_t marks[], int64_t from, int64_t end) {
  enum { HURRIED_WORK = 1 << 20 };
  const int64_t work = 1 + run->model->n + run->model->n_interactions;
  const int64_t most = work * TOGETHER > HURRIED_WORK && run->should_stop(run) ? 1 : TOGETHER;
  int64_t k = from;
  while (k < end && k - from < most && marks[k]) k++;
  return k - from;
}

lehr_status read_rows_take(read_rows *rows, lehr_run *run, int64_t first, int64_t count) {
  const size_t n = (size_t)run->model->n;
  const double since = clock_wall();
  lehr_status status = LEHR_OK;
  bool is_improved = false, is_any = false;
  for (int64_t k = 0, size; k < count && status == LEHR_OK; k += size ? size : 1) {
    const uint8_t *fresh = rows->fresh + (size_t)k * n;
    size = stretch(run, rows->is_fresh, k, count);
    if (size == 0) continue;
    if (is_any && start_is_late(run, since)) break;
    is_any = true;
    if (rows->best)
      is_improved |= keep_rows(rows, run->model, first + k, fresh, size);
    else
      status = run->samples(run, fresh, size);
  }
  if (is_improved) run->improved(run, rows->best + (size_t)rows->lowest * n);
  memset(rows->is_fresh, 0, (size_t)count);
  return status;
}

lehr_status read_rows_deliver(read_rows *rows, lehr_run *run) {
  const size_t n = (size_t)run->model->n;
  const double since = clock_wall();
  if (rows->lowest < 0) return LEHR_OK;
  lehr_status status = run->sample(run, rows->best + (size_t)rows->lowest * n, 1);
  rows->has_row[rows->lowest] = 0; /* delivered */
  for (int64_t r = 0, size; r < rows->reads && status == LEHR_OK; r += size ? size : 1) {
    size = stretch(run, rows->has_row, r, rows->reads);
    if (size == 0) continue;
    if (start_is_late(run, since)) break;
    status = run->samples(run, rows->best + (size_t)r * n, size);
  }
  return status;
}
