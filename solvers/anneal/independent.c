/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/independent.h"

#include "base/philox.h"
#include "solvers/anneal/rows.h"

enum { DEVIATES_KEY = 0x65787030, POLLED_SITES = 1 << 14 };

/* What one sweep of a strip needs. */
typedef struct pass {
  const strip_job *job;
  strip_space *space;
  uint64_t key, sweep;
  double temperature;
} pass;

/* threshold[k] = floor(temperature * deviate), below the type's largest value. */
static void put_threshold(const pass *p, int32_t k, uint32_t random) {
  static const double largest[LANES_TYPES] = {126, 32766, 2147483520, 0x1p62};
  const int type = p->job->model->type;
  const double value = p->temperature * deviates_at(p->job->deviates, random);
  const int64_t limit = (int64_t)(value < largest[type] ? value : largest[type]);
  switch (type) {
  case 0:
    ((int8_t *)p->space->threshold)[k] = (int8_t)limit;
    break;
  case 1:
    ((int16_t *)p->space->threshold)[k] = (int16_t)limit;
    break;
  case 2:
    ((int32_t *)p->space->threshold)[k] = (int32_t)limit;
    break;
  default:
    ((int64_t *)p->space->threshold)[k] = limit;
  }
}

/* One site of all lanes. A lane's number in its block says which word it gets. */
static void visit_lanes(const pass *p, int32_t i) {
  enum { WORDS = 4, GROUPS = BLOCK_LANES / WORDS };
  lane_strip *s = &p->space->strip;
  const int32_t first = (int32_t)s->first_lane, end = first + s->reads;
  for (int32_t group = first / WORDS; group * WORDS < end; group++) {
    const uint64_t place = (uint64_t)i * GROUPS + (uint64_t)group;
    const philox_block random = philox_at(p->key, p->sweep, place);
    for (int32_t w = 0; w < WORDS; w++) put_threshold(p, group * WORDS + w, random.v[w]);
  }
  p->job->kernel->sweep(s, i, i + 1);
}

/* One chunk of all replicas, one after the other. */
static void visit_rows(const pass *p, int32_t chunk) {
  const lane_model *m = p->job->model;
  lane_strip *s = &p->space->strip;
  const int32_t begin = chunk * ROW_CHUNK;
  const int32_t sites = m->n - begin < ROW_CHUNK ? m->n - begin : ROW_CHUNK;
  for (int32_t r = 0; r < s->reads; r++) {
    lane_strip one = *s;
    const uint64_t lane = s->first_lane + (uint64_t)r;
    for (int32_t i = 0; i < sites; i += 4) {
      const uint64_t place = (uint64_t)((begin + i) / 4) * BLOCK_LANES + lane;
      const philox_block random = philox_at(p->key, p->sweep, place);
      for (int32_t w = 0; w < 4; w++) put_threshold(p, i + w, random.v[w]);
    }
    one.reads = 1;
    one.field = (char *)s->field + (((size_t)r * (size_t)m->padded) << m->type);
    one.spin = rows_spins(s, r);
    one.wide = s->wide >> r;
    p->job->kernel->sweep(&one, begin, begin + sites);
    s->wide |= (one.wide & 1) << r;
  }
}

/* Returns the sites visited, n unless the run should stop. */
static int32_t sweep(const pass *p) {
  const int32_t n = p->job->model->n;
  const bool is_rowwise = p->job->kernel->is_rowwise;
  const int32_t step = is_rowwise ? ROW_CHUNK : 1;
  const int32_t polled = POLLED_SITES / (1 + p->job->site_work) / step * step + step;
  for (int32_t i = 0; i < n; i += step) {
    if (is_rowwise)
      visit_rows(p, i / ROW_CHUNK);
    else
      visit_lanes(p, i);
    if (i % polled == 0 && strip_should_stop(p->job)) return i + step < n ? i + step : n - 1;
  }
  return n;
}

course independent_anneal(const strip_job *job, strip_space *s, int64_t index) {
  const uint64_t round_key = philox_subkey(job->run->key, (uint64_t)job->round);
  const uint64_t block = (uint64_t)(index * job->kernel->lanes / BLOCK_LANES);
  pass p = {
      .job = job, .space = s, .key = philox_subkey(philox_subkey(round_key, block), DEVIATES_KEY)};
  int64_t visits = 0;
  schedule plan;
  schedule_start(&plan, &job->shape, job->sweeps);
  s->strip.threshold = s->threshold;
  s->strip.offset_mask = 0;
  s->strip.offset_state = 0;
  for (int64_t t = 0; t < job->sweeps; t++) {
    p.sweep = (uint64_t)t;
    p.temperature = schedule_next(&plan, t);
    const int32_t visited = sweep(&p);
    visits += visited;
    if (visited < job->model->n) break;
  }
  return (course){.attempts = visits * strip_reads(job, index)};
}
