/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/strip.h"

#include "base/philox.h"
#include "solvers/anneal/frozen.h"
#include "solvers/anneal/rounds.h"
#include "solvers/anneal/rows.h"
#include "solvers/poll.h"
#include "solvers/start.h"

#include <string.h>

enum { POLL_WORK = 1 << 19, SWEEP_WORK = 64, START_WORK = 4, HURRIED_WORK = 1 << 23 };

uint64_t strip_space_bytes(const lehr_model_view *m, int type, int lanes) {
  return 2 * (((uint64_t)m->n + ROW_CHUNK) * (uint64_t)lanes << type) +
         threshold_bytes(type, quantile_count(m->n)) + ((uint64_t)2 * BLOCK_LANES << type) +
         (uint64_t)m->n + 512 + sizeof(strip_space);
}

bool strip_space_make(strip_space *s, const strip_job *job) {
  const lane_model *m = job->model;
  lehr_run *run = job->run;
  const size_t lanes = (size_t)job->kernel->lanes;
  const bool is_rowwise = job->kernel->is_rowwise;
  const size_t field_bytes = (is_rowwise ? (size_t)m->padded : (size_t)m->n) * lanes << m->type;
  const size_t downhill_bytes = (size_t)(2 * BLOCK_LANES) << m->type;
  *s = (strip_space){.strip = {.model = m}};
  s->strip.field = run->alloc(run, field_bytes);
  s->strip.spin = run->alloc(run, is_rowwise ? (size_t)m->padded / 8 * lanes : field_bytes);
  s->threshold = run->alloc(run, threshold_bytes(m->type, job->quantiles->count));
  s->downhill = run->alloc(run, downhill_bytes);
  s->bits = run->alloc(run, (size_t)m->n);
  if (!s->strip.field || !s->strip.spin || !s->threshold || !s->downhill || !s->bits) return false;
  memset(s->downhill, 0xff, downhill_bytes); /* -1 */
  return true;
}

int32_t strip_reads(const strip_job *job, int64_t index) {
  const int64_t left = job->reads - index * job->kernel->lanes;
  return left < job->kernel->lanes ? (int32_t)left : job->kernel->lanes;
}

int64_t strip_field(const strip_job *job, const strip_space *s, int32_t i, int32_t lane) {
  const bool is_rowwise = job->kernel->is_rowwise;
  const int64_t k =
      is_rowwise ? (int64_t)lane * job->model->padded + i : (int64_t)i * job->kernel->lanes + lane;
  if (is_rowwise && rows_is_narrow(&s->strip, lane))
    return ((const int16_t *)s->strip.field)[2 * (int64_t)lane * job->model->padded + i];
  switch (job->model->type) {
  case 0:
    return ((const int8_t *)s->strip.field)[k];
  case 1:
    return ((const int16_t *)s->strip.field)[k];
  case 2:
    return ((const int32_t *)s->strip.field)[k];
  default:
    return ((const int64_t *)s->strip.field)[k];
  }
}

int strip_spin(const strip_job *job, const strip_space *s, int32_t i, int32_t lane) {
  if (job->kernel->is_rowwise)
    return rows_spins(&s->strip, lane)[i / ROW_CHUNK] >> i % ROW_CHUNK & 1 ? -1 : 1;
  const int64_t k = (int64_t)i * job->kernel->lanes + lane;
  return ((const int8_t *)s->strip.spin)[k << job->model->type] < 0 ? -1 : 1;
}

static void set_largest(void *array, int type, int64_t k) {
  switch (type) {
  case 0:
    ((int8_t *)array)[k] = INT8_MAX;
    break;
  case 1:
    ((int16_t *)array)[k] = INT16_MAX;
    break;
  case 2:
    ((int32_t *)array)[k] = INT32_MAX;
    break;
  default:
    ((int64_t *)array)[k] = INT64_MAX;
  }
}

/* Lanes without a read would cost time by flipping. */
static void park_unused(const strip_job *job, strip_space *s, int32_t reads) {
  const int32_t lanes = job->kernel->lanes;
  if (job->kernel->is_rowwise) return;
  for (int32_t i = 0; i < job->model->n && reads < lanes; i++)
    for (int32_t l = reads; l < lanes; l++)
      set_largest(s->strip.field, job->model->type, (int64_t)i * lanes + l);
}

/* The state in s->bits to a lane, where all spins are +1. */
static void put_spins(const strip_job *job, strip_space *s, int32_t lane) {
  const int32_t n = job->model->n;
  const size_t size = (size_t)1 << job->model->type;
  if (job->kernel->is_rowwise) {
    uint64_t *minus = rows_spins(&s->strip, lane);
    for (int32_t i = 0; i < n; i++)
      minus[i / ROW_CHUNK] |= (uint64_t)(s->bits[i] ^ 1) << i % ROW_CHUNK;
    return;
  }
  char *spin = (char *)s->strip.spin + (size_t)lane * size;
  for (int32_t i = 0; i < n; i++, spin += size * (size_t)job->kernel->lanes)
    for (size_t b = 0; b < size; b++) spin[b] = (char)(s->bits[i] - 1);
}

bool strip_should_stop(const strip_job *job) { return budget_should_stop(job->run, job->deadline); }

/* Sites between two questions whether to stop. */
static int32_t portion_of(const strip_job *job) {
  return (POLL_WORK / job->site_work / ROW_CHUNK + 1) * ROW_CHUNK;
}

/* Fields of the spins, cut where the run should stop. */
static bool compute_fields(const strip_job *job, strip_space *s, poll *p) {
  const int32_t n = job->model->n, most = portion_of(job);
  for (int32_t begin = 0; begin < n; begin += most) {
    const int32_t end = n - begin < most ? n : begin + most;
    job->kernel->enter(&s->strip, begin, end);
    if (poll_is_due(p, (int64_t)(end - begin) * job->site_work) && strip_should_stop(job))
      return false;
  }
  return true;
}

bool strip_enter(const strip_job *job, strip_space *s, int64_t index) {
  const lane_model *m = job->model;
  poll p = {.run = job->run};
  const int64_t first = index * job->kernel->lanes;
  const size_t lanes = (size_t)job->kernel->lanes;
  s->strip.first_lane = (uint32_t)(first % BLOCK_LANES);
  s->strip.reads = strip_reads(job, index);
  memset(s->strip.spin, 0,
         job->kernel->is_rowwise ? (size_t)m->padded / 8 * lanes : (size_t)m->n * lanes << m->type);
  for (int32_t l = 0; l < s->strip.reads; l++) {
    start_state(job->run, first + l, job->round, s->bits);
    put_spins(job, s, l);
    if (poll_is_due(&p, START_WORK * (int64_t)m->n) && strip_should_stop(job)) return false;
  }
  if (!compute_fields(job, s, &p)) return false;
  park_unused(job, s, s->strip.reads);
  return true;
}

/* One sweep, cut where the run should stop. Returns the sites visited. `work` counts what was done
 * since the last question. */
static int32_t sweep(const strip_job *job, strip_space *s, int64_t *work, bool *any) {
  const int32_t n = job->model->n;
  const int32_t most = portion_of(job);
  *work += SWEEP_WORK;
  for (int32_t begin = 0; begin < n;) {
    const int32_t end = n - begin < most ? n : begin + most;
    *any |= job->kernel->sweep(&s->strip, begin, end);
    *work += (int64_t)(end - begin) * job->site_work;
    begin = end;
    if (*work < POLL_WORK) continue;
    *work = 0;
    if (strip_should_stop(job)) return begin;
  }
  return n;
}

course strip_anneal(const strip_job *job, strip_space *s, int64_t index) {
  const int32_t reads = strip_reads(job, index);
  const int64_t all = job->sweeps * job->model->n;
  const uint64_t key = philox_subkey(philox_subkey(job->run->key, (uint64_t)job->round),
                                     (uint64_t)(index * job->kernel->lanes / BLOCK_LANES));
  uint64_t moving = reads < BLOCK_LANES ? (UINT64_C(1) << reads) - 1 : UINT64_MAX;
  int64_t visits = 0, work = 0;
  course c = {0};
  schedule plan;
  schedule_start(&plan, &job->shape, job->sweeps);
  s->strip.threshold = s->threshold;
  s->strip.offset_mask = (uint32_t)job->quantiles->count - 1;
  if (strip_should_stop(job)) return c;
  philox_block random = {{0}}; /* for two sweeps */
  for (int64_t t = 0; t < job->sweeps && moving; t++) {
    const int half = 2 * (int)(t % 2);
    bool any = false;
    if (half == 0) random = philox_at(key, 0, (uint64_t)t / 2);
    s->strip.offset_state = random.v[half] | (uint64_t)random.v[half + 1] << 32;
    threshold_fill(job->kernel, job->quantiles, job->model->type, schedule_next(&plan, t),
                   s->threshold);
    const int32_t visited = sweep(job, s, &work, &any);
    visits += visited;
    if (work == 0) {
      if (job->rounds) rounds_report(job->rounds, job->thread, index, t + 1);
      if (strip_should_stop(job)) break;
    }
    if (!frozen_is_due(t, job->sweeps)) continue;
    const uint64_t left = frozen_movable(job, s, moving, schedule_hottest(&plan));
    frozen_count(&c, __builtin_popcountll(moving & ~left), visits, all);
    moving = left;
  }
  c.attempts += visits * __builtin_popcountll(moving);
  return c;
}

/* Once the run should stop there is time for little work. */
bool strip_quench(const strip_job *job, strip_space *s, int64_t most) {
  const int32_t n = job->model->n;
  const int64_t sweep_work = (int64_t)n * job->site_work;
  int64_t work = POLL_WORK, left = most;
  bool any = true, is_hurried = false;
  s->strip.threshold = s->downhill;
  s->strip.offset_mask = 0;
  for (; any && left > 0; left--) {
    any = false;
    if (is_hurried)
      any = job->kernel->sweep(&s->strip, 0, n);
    else if (sweep(job, s, &work, &any) < n) {
      is_hurried = any = true;
      left = HURRIED_WORK / (sweep_work + 1) + 1;
    }
  }
  return !any || !is_hurried;
}

void strip_leave(const strip_job *job, const strip_space *s, int64_t index, uint8_t rows[]) {
  const int32_t n = job->model->n;
  const size_t size = (size_t)1 << job->model->type, stride = size * (size_t)job->kernel->lanes;
  for (int32_t l = 0; l < strip_reads(job, index); l++) {
    uint8_t *row = rows + (size_t)l * (size_t)n;
    if (job->kernel->is_rowwise) {
      const uint64_t *minus = rows_spins(&s->strip, l);
      for (int32_t i = 0; i < n; i++) row[i] = ~minus[i / ROW_CHUNK] >> i % ROW_CHUNK & 1;
    } else {
      const char *spin = (const char *)s->strip.spin + (size_t)l * size;
      for (int32_t i = 0; i < n; i++, spin += stride) row[i] = *spin == 0;
    }
  }
}
