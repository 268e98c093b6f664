/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/dual.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/bounded/polish.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void dual_free(tn_dual *d) {
  free(d->divided);
  free(d->start);
  free(d->field);
  free(d->spin);
  free(d->state);
  free(d->n_field);
  free(d->direction);
  free(d->multiplier);
  free(d->before);
  free(d->unrest);
  *d = (tn_dual){0};
}

lehr_status dual_make(tn_dual *d, const tn_network *t, tn_relaxed *r, tn_incumbent *best,
                      const tn_guard *guard, lehr_error *err) {
  const size_t n = (size_t)t->n, copies = (size_t)r->split.network.n;
  *d = (tn_dual){.t = t,
                 .r = r,
                 .best = best,
                 .guard = guard,
                 .attainable = attainable_of(t),
                 .divided = memory_array(n, sizeof *d->divided),
                 .start = memory_array(n + 1, sizeof *d->start),
                 .field = memory_array(copies, sizeof *d->field),
                 .spin = memory_array(copies, 1),
                 .state = memory_array(n, 1),
                 .n_field = memory_array(n, sizeof *d->n_field),
                 .direction = memory_array(copies, sizeof *d->direction),
                 .multiplier = memory_array(copies, sizeof *d->multiplier),
                 .before = memory_array(copies, sizeof *d->before),
                 .unrest = memory_array(n, sizeof *d->unrest)};
  if (!d->divided || !d->start || !d->field || !d->spin || !d->state || !d->n_field ||
      !d->direction || !d->multiplier || !d->before || !d->unrest) {
    dual_free(d);
    return error_memory(err, (n + copies) * 48);
  }
  const tn_split *const s = &r->split;
  for (int32_t v = 0; v < t->n; v++) {
    if (!split_is_divided(s, v)) continue;
    d->start[d->n_divided + 1] = d->start[d->n_divided] + s->first[v + 1] - s->first[v];
    d->divided[d->n_divided++] = v;
  }
  return LEHR_OK;
}

void dual_begin(const tn_dual *d, dual_point *point) {
  const tn_split *const s = &d->r->split;
  const tn_network *const t = &s->network;
  point->length = 1;
  for (int32_t k = 0; k < d->n_divided; k++) {
    const int32_t first = s->first[d->divided[k]], last = s->first[d->divided[k] + 1];
    double sum = 0;
    for (int64_t i = t->row[first]; i < t->row[last]; i++) sum += fabs((double)t->J[i]);
    for (int32_t c = first; c < last; c++) {
      double own = 0;
      for (int64_t i = t->row[c]; i < t->row[c + 1]; i++) own += fabs((double)t->J[i]);
      point->multiplier[d->start[k] + c - first] = (float)((double)t->h[first] * own / sum);
    }
  }
}

/* Integers that add up to the variables' fields. */
static void write_fields(tn_dual *d) {
  const tn_split *const s = &d->r->split;
  const tn_network *const t = &s->network;
  memcpy(d->field, t->h, (size_t)t->n * sizeof *t->h);
  for (int32_t k = 0; k < d->n_divided; k++) {
    const int32_t first = s->first[d->divided[k]], last = s->first[d->divided[k] + 1];
    int64_t rest = t->h[first];
    for (int32_t c = first + 1; c < last; c++) {
      d->field[c] = (int64_t)floor(d->multiplier[d->start[k] + c - first] + 0.5);
      rest -= d->field[c];
    }
    d->field[first] = rest;
  }
}

/* One run; in the next type if the state says that this one saturated. */
static lehr_status run(tn_dual *d, const int8_t fixed[], relaxed_result *out, lehr_error *err) {
  write_fields(d);
  for (;;) {
    LEHR_TRY(relaxed_run(d->r, d->field, fixed, d->guard, d->spin, out, err));
    if (out->is_stopped) return LEHR_OK;
    d->runs++;
    d->updates += out->updates;
    if (!out->is_complete || out->energy == out->bound || d->r->setup.type == MP_INT64)
      return LEHR_OK;
    const mp_type next = (mp_type)(d->r->setup.type + 1);
    LEHR_TRY(relaxed_retype(d->r, next == MP_FLOAT ? MP_INT64 : next, err));
  }
}

/* In the network's units, rounded up to an energy that it can have. */
static int64_t bound_of(const tn_dual *d, int64_t bound) {
  const int64_t unit = (int64_t)1 << d->r->split.scale;
  const int64_t up = bound / unit + (bound % unit > 0);
  return attainable_from(&d->attainable, up + d->t->constant);
}

static double value_of(const tn_dual *d, int64_t bound) {
  return (double)bound / (double)((int64_t)1 << d->r->split.scale) + (double)d->t->constant;
}

/* ---- States ---- */

void incumbent_take(tn_incumbent *best, int64_t energy, const int8_t spins[], int32_t n) {
  best->energy = energy;
  memcpy(best->spins, spins, (size_t)n);
  if (best->improved) best->improved(best->user, best->spins);
}

/* What most copies of each variable are; the best state's value where they are even. */
static void take_majority(tn_dual *d) {
  const tn_split *const s = &d->r->split;
  for (int32_t v = 0; v < d->t->n; v++) {
    int32_t sum = 0;
    for (int32_t c = s->first[v]; c < s->first[v + 1]; c++) sum += d->spin[c];
    d->state[v] = sum > 0 ? 1 : sum < 0 ? -1 : d->best->spins[v];
  }
}

static void consider_state(tn_dual *d) {
  take_majority(d);
  const int64_t energy = polish(d->t, d->state, d->n_field);
  if (energy < d->best->energy) incumbent_take(d->best, energy, d->state, d->t->n);
}

/* ---- Steps ---- */

/* Spin of the copies less its mean, into `direction` (deflected); 0 if all copies agree. */
static double turn(tn_dual *d, const int8_t fixed[]) {
  static const double DEFLECTION = 1.5;
  const tn_split *const s = &d->r->split;
  double product = 0, old_norm = 0, norm = 0;
  bool agree = true;
  double *const old = d->direction;
  for (int pass = 0; pass < 2; pass++) {
    const double keep = pass && product < 0 && old_norm > 0 ? -DEFLECTION * product / old_norm : 0;
    for (int32_t k = 0; k < d->n_divided; k++) {
      const int32_t v = d->divided[k], first = s->first[v], count = s->first[v + 1] - first;
      int32_t plus = 0, minus = 0;
      for (int32_t c = first; c < first + count; c++) {
        plus += d->spin[c] > 0;
        minus += d->spin[c] < 0;
      }
      const bool differs = fixed[v] == 0 && plus > 0 && minus > 0;
      const double mean = differs ? (double)(plus - minus) / (plus + minus) : 0;
      if (pass == 0) d->unrest[k] = 0.75F * d->unrest[k] + (differs ? 1 : 0);
      agree = agree && !differs;
      for (int32_t c = 0; c < count; c++) {
        double *const at = &old[d->start[k] + c];
        const double g = differs && d->spin[first + c] != 0 ? d->spin[first + c] - mean : 0;
        if (pass == 0) {
          product += *at * g;
          old_norm += *at * *at;
        } else {
          *at = g + keep * *at;
          norm += *at * *at;
        }
      }
    }
  }
  return agree ? 0 : norm;
}

static int32_t most_restless(const tn_dual *d, const int8_t fixed[]) {
  int32_t best = -1;
  for (int32_t k = 0; k < d->n_divided; k++)
    if (fixed[d->divided[k]] == 0 && (best < 0 || d->unrest[k] > d->unrest[best])) best = k;
  return best;
}

/* The way up from the best point met. */
typedef struct ascent {
  dual_point *point;
  double value; /* there */
  double norm;  /* of the direction that left it */
  int32_t failures;
} ascent;

/* d->multiplier is where `direction` leads from the best point. */
static void step_from(tn_dual *d, const ascent *a, const double direction[], double norm,
                      bool is_back) {
  const double unit = (double)((int64_t)1 << d->r->split.scale);
  const double distance = unit * (double)(d->best->energy - d->t->constant) - a->value;
  const double length = (double)a->point->length * distance / norm;
  for (int32_t k = 0; k < d->start[d->n_divided]; k++) {
    if (is_back) d->multiplier[k] = a->point->multiplier[k];
    d->multiplier[k] += length * direction[k];
  }
}

/* Longer steps as long as they lead up; after some that do not, back, and a shorter one. */
static void take_step(tn_dual *d, ascent *a, double value, double norm) {
  enum { PATIENCE = 2 };
  static const float LONGER = 1.25F, SHORTER = 0.5F;
  const size_t bytes = (size_t)d->start[d->n_divided] * sizeof *d->before;
  if (value > a->value) {
    if (a->value > -HUGE_VAL) a->point->length *= LONGER;
    a->value = value;
    a->norm = norm;
    a->failures = 0;
    memcpy(d->before, d->direction, bytes);
    for (int32_t k = 0; k < d->start[d->n_divided]; k++)
      a->point->multiplier[k] = (float)d->multiplier[k];
  } else if (++a->failures == PATIENCE) {
    a->point->length *= SHORTER;
    a->failures = 0;
    memcpy(d->direction, d->before, bytes);
    step_from(d, a, d->before, a->norm, true);
    return;
  }
  step_from(d, a, d->direction, norm, false);
}

/* After `done` runs. *mark: the bound some runs before. */
static bool is_enough(const tn_dual *d, const dual_steps *steps, int32_t done, int64_t bound,
                      int64_t *mark) {
  if (done >= steps->most) return true;
  if (done < steps->first || (done - steps->first) % steps->more != 0) return false;
  const double gain = (double)bound - (double)*mark;
  const bool is_slow = gain < steps->share * ((double)d->best->energy - (double)bound);
  *mark = bound;
  return done > steps->first && is_slow;
}

lehr_status dual_ascend(tn_dual *d, const int8_t fixed[], const dual_steps *steps,
                        dual_point *point, dual_result *out, lehr_error *err) {
  static const float SHORTEST =
      0.25F; /* at first: what is near the top of one node is not that of its children */
  const int32_t count = d->start[d->n_divided];
  ascent a = {.point = point, .value = -HUGE_VAL};
  point->length = fmaxf(point->length, SHORTEST);
  *out = (dual_result){.bound = INT64_MIN, .value = -HUGE_VAL, .branch = -1};
  for (int32_t k = 0; k < count; k++) d->multiplier[k] = point->multiplier[k];
  memset(d->direction, 0, (size_t)count * sizeof *d->direction);
  memset(d->unrest, 0, (size_t)d->n_divided * sizeof *d->unrest);
  int64_t mark = INT64_MIN;
  for (int32_t done = 0; !is_enough(d, steps, done, out->bound, &mark); done++) {
    relaxed_result now;
    LEHR_TRY(run(d, fixed, &now, err));
    guard_progress(d->guard, -1, "bounded slicing");
    out->is_stopped = now.is_stopped;
    if (now.is_stopped) return LEHR_OK;
    const int64_t bound = bound_of(d, now.bound);
    if (bound > out->bound) out->bound = bound;
    out->value = fmax(out->value, value_of(d, now.bound));
    consider_state(d);
    const double norm = turn(d, fixed);
    if (out->bound >= d->best->energy || norm == 0) break;
    take_step(d, &a, (double)now.bound, norm);
  }
  out->branch = most_restless(d, fixed);
  return LEHR_OK;
}
