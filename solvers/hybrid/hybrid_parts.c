/* SPDX-License-Identifier: Apache-2.0 */
/* From the model to its parts and back. */
#include "base/clock.h"
#include "base/error.h"
#include "solvers/descent.h"
#include "solvers/hybrid/hybrid.h"
#include "solvers/hybrid/large.h"
#include "solvers/hybrid/reheat.h"
#include "solvers/hybrid/spend.h"
#include "solvers/hybrid/tiny.h"
#include "solvers/start.h"

#include <math.h>

enum {
  DEFAULT_SWEEPS = 64000, /* of all rows together, for small models; more for larger ones */
  GROWTH = 50,
  MOST_GROWTH = 40,
  FEWEST_ROWS = 8
};

/* Any state to begin with: the first one that was given. */
static void start_anywhere(hybrid *h) {
  lehr_run own = *h->run;
  own.model = h->small;
  own.n_initial = own.n_initial > 0 ? 1 : 0;
  if (own.n_initial > 0) hybrid_restrict(h, own.initial);
  own.initial = h->scratch;
  start_state(&own, 0, 0, h->small_bits);
}

/* Minima of the components that are tiny, unless proofs are not wanted of as many variables; one
 * variable alone needs no proof. */
static void solve_tiny(hybrid *h) {
  enum { EACH = 1 << 8 };
  const hybrid_options *o = h->run->options;
  const int32_t size = o->exact > TINY_MOST ? TINY_MOST : o->exact > 1 ? (int32_t)o->exact : 1;
  const components *c = &h->split;
  for (int32_t k = 0; k < c->count && !h->is_cut; k++) {
    if (k % EACH == 0) h->is_cut = hybrid_should_stop(h);
    if (c->ptr[k + 1] - c->ptr[k] <= size && c->group_ptr[k + 1] == c->group_ptr[k])
      tiny_minimum(h->small, c, k, h->small_bits);
  }
  components_keep_larger(&h->split, size);
}

lehr_status hybrid_make_parts(hybrid *h) {
  lehr_run *run = h->run;
  LEHR_TRY(hybrid_presolve(h));
  if (components_find(h->small, &h->split) != LEHR_OK) return LEHR_ENOMEM;
  const size_t n = (size_t)run->model->n;
  h->small_bits = run->alloc(run, n);
  h->bits = run->alloc(run, n);
  h->scratch = run->alloc(run, n);
  if (!h->small_bits || !h->bits || !h->scratch) return LEHR_ENOMEM;
  start_anywhere(h);
  solve_tiny(h);
  h->parts = run->alloc(run, (size_t)h->split.count * sizeof *h->parts);
  if (!h->parts) return LEHR_ENOMEM;
  for (int32_t k = 0; k < h->split.count; k++) {
    h->is_cut = h->is_cut || hybrid_should_stop(h);
    if (h->is_cut)
      h->split.count = k; /* what comes behind is left as it is */
    else
      LEHR_TRY(part_make(&h->parts[k], run, h->small, &h->split, k));
  }
  return LEHR_OK;
}

/* Given states are the first to be known. */
void hybrid_take_initial(hybrid *h) {
  const lehr_run *run = h->run;
  for (int64_t s = 0; s < run->n_initial && !hybrid_should_stop(h); s++) {
    const uint8_t *given = run->initial + s * run->model->n;
    h->run->improved(h->run, given);
    hybrid_restrict(h, given);
    for (int32_t k = 0; k < h->split.count; k++) {
      part_get(&h->parts[k], h->scratch, h->parts[k].bits);
      part_consider(&h->parts[k], h->parts[k].bits);
    }
  }
}

/* Parts that the end of the run left without a state get theirs from that of all. */
static void begin_hurriedly(hybrid *h) {
  lehr_run own = *h->run;
  own.model = h->small;
  descent_hurried(&own, h->small_bits);
  for (int32_t k = 0; k < h->split.count; k++) {
    part *p = &h->parts[k];
    part_get(p, h->small_bits, p->bits);
    part_consider(p, p->bits);
  }
}

lehr_status hybrid_begin(hybrid *h) {
  bool is_begun = !h->is_cut;
  for (int32_t k = 0; k < h->split.count && is_begun; k++) {
    part *p = &h->parts[k];
    is_begun = p->has_best || !hybrid_should_stop(h);
    if (!p->has_best && is_begun) LEHR_TRY(spend_begin(h, p));
  }
  if (!is_begun) begin_hurriedly(h);
  h->is_complete = energy_feasible(h->small, h->small_bits);
  if (h->is_complete) {
    h->untold = 1;
    hybrid_tell(h);
    for (arm a = ARM_ANNEAL; a < ARMS; a++)
      if (h->records[a].turns > 0) h->best_by = a;
  }
  return LEHR_OK;
}

static double weight_of(const part *p) {
  return p->is_proven ? 0 : (double)p->view->n + (double)p->view->n_interactions;
}

/* Attempts when neither work nor time is given: fewer for small models, of which there may be
 * many, and for groups, which are kept at a price. */
static int64_t default_work(const lehr_model_view *m) {
  const int64_t growth = m->n_groups > 0 ? 1 : m->n / GROWTH;
  return (int64_t)m->n * DEFAULT_SWEEPS *
         (growth < 1             ? 1
          : growth > MOST_GROWTH ? MOST_GROWTH
                                 : growth);
}

static slice share_of(const hybrid *h, double share, int64_t work) {
  slice s = {.seconds = -1, .work = (int64_t)(share * (double)work) + 1};
  if (h->deadline < HUGE_VAL) s.seconds = share * fmax(0, h->deadline - clock_wall());
  return s;
}

/* Rows that can be crossed with each other in a tenth of the slice. */
static int32_t rows_worth(const part *p, slice s) {
  static const double crossing = 60e-9; /* seconds per variable of a row, with three others */
  static const double bit_rate = 2e10, lane_rate = 1.5e9; /* attempts per second */
  const double rate = p->is_bit_sliced ? bit_rate : lane_rate;
  const double seconds = s.seconds >= 0 ? s.seconds : (double)s.work / rate;
  const double most = 0.1 * seconds / (crossing * p->view->n);
  const int32_t rows = reheat_rows(p);
  return most > rows ? rows : most > FEWEST_ROWS ? (int32_t)most : FEWEST_ROWS;
}

lehr_status hybrid_improve(hybrid *h) {
  const lehr_run *run = h->run;
  const hybrid_options *o = run->options;
  const int32_t capacity = hybrid_capacity(h->small, o);
  double left = 0;
  int64_t work = run->work > 0 ? run->work - h->attempts : default_work(h->small);
  int32_t largest = 0;
  for (int32_t k = 0; k < h->split.count; k++) {
    left += weight_of(&h->parts[k]);
    if (h->parts[k].view->n > largest && !large_is(&h->parts[k])) largest = h->parts[k].view->n;
  }
  h->rows = h->run->alloc(h->run, (size_t)capacity * (size_t)largest);
  if (!h->rows) return LEHR_ENOMEM;
  for (int32_t k = 0; k < h->split.count && !hybrid_should_stop(h); k++) {
    part *p = &h->parts[k];
    const double weight = weight_of(p);
    if (weight == 0 || (run->work > 0 && work < p->view->n)) continue;
    const slice s = share_of(h, weight / left, work > 0 ? work : 1);
    const int64_t before = h->attempts;
    const int32_t rows = rows_worth(p, s);
    const lehr_status made =
        large_is(p) ? LEHR_OK : part_populate(p, h->run, rows < capacity ? rows : capacity);
    if (made != LEHR_OK && h->run->should_stop(h->run)) break; /* which part_populate asks, too */
    LEHR_TRY(made);
    LEHR_TRY(spend_slice(h, p, s));
    if (h->attempts - before >= h->small->n) hybrid_tell(h);
    work -= h->attempts - before;
    left -= weight;
  }
  hybrid_tell(h);
  return LEHR_OK;
}

/* Row r of every population, best first; where one has fewer rows its last. */
lehr_status hybrid_deliver(hybrid *h) {
  lehr_run *run = h->run;
  const hybrid_options *o = run->options;
  const int64_t reads = run->reads > 0 ? run->reads : o->reads;
  int64_t most = 0;
  if (!h->is_complete) return LEHR_OK;
  LEHR_TRY(run->sample(run, h->bits, 1));
  for (int32_t k = 0; k < h->split.count; k++) {
    generation_sort(&h->parts[k].states);
    if (h->parts[k].states.count > most) most = h->parts[k].states.count;
  }
  for (int64_t r = 0; r < most && r + 1 < reads; r++) {
    for (int32_t k = 0; k < h->split.count; k++) {
      part *p = &h->parts[k];
      const int64_t rows = p->states.count;
      if (rows == 0) continue;
      generation_get(&p->states, (int32_t)(r < rows ? r : rows - 1), p->bits);
      part_put(p, p->bits, h->small_bits);
    }
    hybrid_complete(h);
    LEHR_TRY(run->sample(run, h->bits, 1));
  }
  return LEHR_OK;
}
