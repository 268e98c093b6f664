/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/sqa/path.h"

#include "base/philox.h"
#include "base/real.h"
#include "solvers/anneal/schedule.h"
#include "solvers/anneal/strip.h"
#include "solvers/poll.h"
#include "solvers/portion.h"
#include "solvers/start.h"

#include <string.h>

enum {
  POLL_WORK = 1 << 19,
  SWEEP_WORK = 64,
  SITE_WORK = 16,
  INDEPENDENT_QUANTILES = 1 << 14,
  HURRIED_WORK = 1 << 22
};

int32_t path_quantiles(int32_t n, bool is_independent) {
  return is_independent ? INDEPENDENT_QUANTILES : quantile_count(n);
}

uint64_t path_space_bytes(const lehr_model_view *m, int type) {
  const uint64_t fields = type < 3 ? (uint64_t)STRIP_LANES << type : 0;
  return (uint64_t)m->n * (fields + 9) +
         LIMITS * (threshold_bytes(type, INDEPENDENT_QUANTILES) + 64) + 512 + sizeof(path_space);
}

bool path_space_make(path_space *s, const path_job *job) {
  const lane_model *m = job->model;
  lehr_run *run = job->run;
  const int32_t count = job->quantiles->count;
  *s = (path_space){.bits = run->alloc(run, (size_t)m->n)};
  s->strip = (slice_strip){.model = m,
                           .spin = run->alloc(run, (size_t)m->n * sizeof(uint64_t)),
                           .reads = path_lanes(job),
                           .is_independent = job->is_independent,
                           .quantiles = job->quantiles,
                           .half_temperature = job->half_temperature};
  if (m->type < 3) s->strip.field = run->alloc(run, (size_t)m->n * STRIP_LANES << m->type);
  for (int k = 0; k < LIMITS; k++) {
    s->strip.limit[k] = run->alloc(run, threshold_bytes(m->type, count));
    if (!s->strip.limit[k]) return false;
  }
  for (int l = 0; l < STRIP_LANES; l++)
    s->strip.even |= (uint64_t)(l / s->strip.reads % 2 == 0) << l;
  return s->bits && (s->strip.field || m->type == 3) && s->strip.spin;
}

int32_t path_lanes(const path_job *job) { return STRIP_LANES / job->slices; }

/* The lanes of read r in all slices. */
static uint64_t lanes_of(const path_job *job, int32_t r) {
  uint64_t lanes = UINT64_C(1) << r;
  for (int32_t width = path_lanes(job); width < STRIP_LANES; width *= 2) lanes |= lanes << width;
  return lanes;
}

/* Fields of the spins, cut where the run should stop. */
static bool compute_fields(const path_job *job, path_space *s) {
  const int64_t *row = job->model->row;
  const int32_t n = job->model->n;
  poll p = {.run = job->run};
  for (int32_t begin = 0, end; begin < n; begin = end) {
    end = portion_end(row, begin, n, SITE_WORK, POLL_WORK);
    job->kernel->enter(&s->strip, begin, end);
    if (poll_is_due(&p, portion_work(row, begin, end, SITE_WORK)) &&
        rounds_should_stop(job->rounds))
      return false;
  }
  return true;
}

bool path_enter(const path_job *job, path_space *s, int64_t index) {
  const int32_t n = job->model->n, reads = (int32_t)rounds_reads(job->rounds, index);
  memset(s->strip.spin, 0, (size_t)n * sizeof *s->strip.spin);
  s->strip.used = 0;
  for (int32_t r = 0; r < reads; r++) {
    const uint64_t lanes = lanes_of(job, r);
    s->strip.used |= lanes;
    start_state(job->run, index * path_lanes(job) + r, job->rounds->round, s->bits);
    for (int32_t i = 0; i < n; i++)
      if (!s->bits[i]) s->strip.spin[i] |= lanes;
  }
  return compute_fields(job, s);
}

static double gamma_at(const path_job *job, int64_t t) {
  const double part = job->rounds->sweeps > 1 ? (double)t / (double)(job->rounds->sweeps - 1) : 1;
  if (job->is_geometric)
    return job->gamma_hot * real_exp(part * real_log(job->gamma_cold / job->gamma_hot));
  return job->gamma_hot + part * (job->gamma_cold - job->gamma_hot);
}

typedef enum sweep_kind { SWEEP_LOCAL, SWEEP_WORLDLINE } sweep_kind;

/* One sweep, cut where the run should stop. Returns the variables visited. `work` counts what was
 * done since the last question. */
static int32_t sweep(const path_job *job, path_space *s, sweep_kind kind, int64_t *work,
                     bool *any) {
  const int32_t n = job->model->n;
  const int64_t *row = job->model->row;
  *work += SWEEP_WORK;
  for (int32_t begin = 0; begin < n;) {
    const int32_t end = portion_end(row, begin, n, SITE_WORK, POLL_WORK);
    if (kind == SWEEP_WORLDLINE)
      job->kernel->worldline(&s->strip, begin, end);
    else
      *any |= job->kernel->sweep(&s->strip, begin, end);
    *work += portion_work(row, begin, end, SITE_WORK);
    begin = end;
    if (*work < POLL_WORK) continue;
    *work = 0;
    if (rounds_should_stop(job->rounds)) return begin;
  }
  return n;
}

int64_t path_anneal(const path_job *job, path_space *s, int64_t index, int thread) {
  const uint64_t key =
      philox_subkey(philox_subkey(job->run->key, (uint64_t)job->rounds->round), (uint64_t)index);
  int64_t visits = 0, work = 0;
  bool any = false; /* only the quench asks */
  s->strip.offset_mask = (uint32_t)job->quantiles->count - 1;
  for (int64_t t = 0; t < job->rounds->sweeps; t++) {
    const philox_block random = philox_at(key, 0, (uint64_t)t);
    if (work == 0) {
      rounds_report(job->rounds, thread, index, t);
      if (rounds_should_stop(job->rounds)) break;
    }
    s->strip.offset_state = random.v[0] | (uint64_t)random.v[1] << 32;
    job->kernel->fill(&s->strip, slices_coupling(gamma_at(job, t), job->half_temperature));
    visits += (int64_t)sweep(job, s, SWEEP_LOCAL, &work, &any) * job->slices;
    if (job->worldline > 0 && t % job->worldline == 0)
      visits += sweep(job, s, SWEEP_WORLDLINE, &work, &any);
  }
  return visits * (int32_t)rounds_reads(job->rounds, index);
}

bool path_quench(const path_job *job, path_space *s) {
  const size_t bytes = threshold_bytes(job->model->type, 0);
  int64_t work = POLL_WORK, left = QUENCH_SWEEPS;
  bool any = true, is_hurried = false;
  for (int k = 0; k < LIMITS; k++) memset(s->strip.limit[k], 0xff, bytes); /* -1 */
  s->strip.offset_mask = 0;
  for (; any && left > 0; left--) {
    any = false;
    if (is_hurried)
      any = job->kernel->sweep(&s->strip, 0, job->model->n);
    else if (sweep(job, s, SWEEP_LOCAL, &work, &any) < job->model->n) {
      is_hurried = any = true;
      left = HURRIED_WORK / portion_work(job->model->row, 0, job->model->n, SITE_WORK) + 1;
    }
  }
  return !any || !is_hurried;
}

/* Adds s_i (h - g_i) of a variable to the weights of all lanes. */
#define ADD_TERMS(bits)                                                                            \
  static void add_terms_##bits(const void *fields, double h, uint64_t spin, double weight[]) {     \
    const int##bits##_t *field = fields;                                                           \
    for (int l = 0; l < STRIP_LANES; l++)                                                          \
      weight[l] += (1 - 2 * (double)(spin >> l & 1)) * (h - (double)field[l]);                     \
  }
ADD_TERMS(8)
ADD_TERMS(16)
ADD_TERMS(32)
#undef ADD_TERMS

/* The same where fields are not kept: spins of the neighbours and of i, 1 for -1. */
static void add_wide_terms(const path_job *job, const uint64_t spin[], int32_t i, double weight[]) {
  const spin_form *f = job->form;
  int64_t outer[STRIP_LANES];
  for (int l = 0; l < STRIP_LANES; l++) outer[l] = f->h[i];
  for (int64_t k = f->row[i]; k < f->row[i + 1]; k++)
    for (int l = 0; l < STRIP_LANES; l++) outer[l] += spin[f->col[k]] >> l & 1 ? -f->J[k] : f->J[k];
  for (int l = 0; l < STRIP_LANES; l++)
    weight[l] += (1 - 2 * (double)(spin[i] >> l & 1)) * ((double)f->h[i] + (double)outer[l]);
}

/* Energies of all lanes up to a constant, halved: sum of s_i (h_i - g_i). In double, whose rounding
 * may only mistake slices of nearly equal energy for each other. */
static void weigh(const path_job *job, const path_space *s, double weight[STRIP_LANES]) {
  static void (*const add_terms[])(const void *, double, uint64_t,
                                   double[]) = {add_terms_8, add_terms_16, add_terms_32};
  const int type = job->model->type;
  const char *field = s->strip.field;
  memset(weight, 0, STRIP_LANES * sizeof *weight);
  for (int32_t i = 0; i < job->model->n && type == 3; i++)
    add_wide_terms(job, s->strip.spin, i, weight);
  for (int32_t i = 0; i < job->model->n && type < 3; i++, field += STRIP_LANES << type)
    add_terms[type](field, (double)job->form->h[i], s->strip.spin[i], weight);
}

void path_leave(const path_job *job, path_space *s, int64_t index, uint8_t rows[]) {
  const int32_t n = job->model->n, reads = path_lanes(job);
  double weight[STRIP_LANES];
  weigh(job, s, weight);
  for (int32_t r = 0; r < (int32_t)rounds_reads(job->rounds, index); r++) {
    int32_t best = r;
    for (int32_t l = r; l < STRIP_LANES; l += reads)
      if (weight[l] < weight[best]) best = l;
    uint8_t *row = rows + (size_t)r * (size_t)n;
    for (int32_t i = 0; i < n; i++) row[i] = !(s->strip.spin[i] >> best & 1);
  }
}
