/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/forecast/feature_selection.h"

#include "base/error.h"
#include "base/memory.h"
#include "qubo/forecast/subset_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An exchange must explain this share more to be made. */
static const double LEAST_GAIN = 1e-9;

/* ---- Models ---- */

/* Coupling b_i b_j C_ij summed over the members. */
static double contribution(const selection_problem *s, int32_t i, int32_t j) {
  double sum = 0;
  for (int32_t m = 0; m < s->n_members; m++) {
    const selection_member *member = &s->member[m];
    sum += member->b[i] * member->b[j] * member->corr[(int64_t)i * s->p + j];
  }
  return sum;
}

static double gain_alone(const selection_problem *s, int32_t i) {
  double sum = 0;
  for (int32_t m = 0; m < s->n_members; m++) sum += s->member[m].b[i] * s->member[m].cross[i];
  return sum;
}

lehr_status selection_add_cardinality(const selection_problem *s, lehr_builder *b,
                                      lehr_error *err) {
  int32_t *all = memory_array((size_t)s->p, sizeof *all);
  if (!all) return error_memory(err, (uint64_t)s->p * sizeof *all);
  for (int32_t i = 0; i < s->p; i++) all[i] = i;
  const lehr_status status =
      lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, all, s->p, s->k, err);
  free(all);
  return status;
}

static lehr_status fill_contribution(const selection_problem *s, lehr_builder *b, lehr_error *err) {
  double variance = 0;
  for (int32_t m = 0; m < s->n_members; m++) variance += s->member[m].y_variance;
  LEHR_TRY(lehr_builder_add_offset(b, variance, err));
  for (int32_t i = 0; i < s->p; i++) {
    LEHR_TRY(lehr_builder_add_linear(b, i, contribution(s, i, i) - 2 * gain_alone(s, i), err));
    for (int32_t j = i + 1; j < s->p; j++) {
      const double coupling = 2 * contribution(s, i, j);
      if (coupling != 0) LEHR_TRY(lehr_builder_add(b, i, j, coupling, err));
    }
  }
  return selection_add_cardinality(s, b, err);
}

lehr_status selection_contribution_model(const selection_problem *s, lehr_model **out,
                                         lehr_error *err) {
  lehr_builder *b = NULL;
  lehr_status status = lehr_builder_create(LEHR_BINARY, s->p, &b);
  if (status != LEHR_OK) return error_memory(err, (uint64_t)s->p * sizeof(double));
  status = fill_contribution(s, b, err);
  if (status == LEHR_OK && s->name) status = lehr_builder_set_name(b, s->name);
  if (status == LEHR_OK) status = lehr_builder_finish(b, out, err);
  lehr_builder_free(b);
  return status;
}

lehr_status selection_greedy(const selection_problem *s, uint8_t bits[], lehr_error *err) {
  double *cost = memory_array((size_t)s->p, sizeof *cost); /* of adding each column now */
  if (!cost) return error_memory(err, (uint64_t)s->p * sizeof *cost);
  memset(bits, 0, (size_t)s->p);
  for (int32_t i = 0; i < s->p; i++) cost[i] = contribution(s, i, i) - 2 * gain_alone(s, i);
  for (int32_t step = 0; step < s->k; step++) {
    int32_t best = -1;
    for (int32_t i = 0; i < s->p; i++)
      if (!bits[i] && (best < 0 || cost[i] < cost[best])) best = i;
    bits[best] = 1;
    for (int32_t i = 0; i < s->p; i++) cost[i] += 2 * contribution(s, best, i);
  }
  free(cost);
  return LEHR_OK;
}

/* ---- Fits ---- */

/* One fit per member, all empty. */
static lehr_status open_fits(const selection_problem *s, subset_fit **out, lehr_error *err) {
  subset_fit *fit = memory_array((size_t)s->n_members, sizeof *fit);
  if (!fit) return error_memory(err, (uint64_t)s->n_members * sizeof *fit);
  for (int32_t m = 0; m < s->n_members; m++) {
    const selection_member *of = &s->member[m];
    const lehr_status status =
        subset_fit_init(&fit[m], s->p, s->k, of->corr, of->cross, of->ridge, err);
    if (status == LEHR_OK) continue;
    while (m-- > 0) subset_fit_release(&fit[m]);
    free(fit);
    return status;
  }
  *out = fit;
  return LEHR_OK;
}

static void close_fits(const selection_problem *s, subset_fit *fit) {
  for (int32_t m = 0; m < s->n_members; m++) subset_fit_release(&fit[m]);
  free(fit);
}

static void add_to_all(const selection_problem *s, subset_fit fit[], int32_t j) {
  for (int32_t m = 0; m < s->n_members; m++) subset_fit_add(&fit[m], j);
}

static void remove_from_all(const selection_problem *s, subset_fit fit[], int32_t a) {
  for (int32_t m = 0; m < s->n_members; m++) subset_fit_remove(&fit[m], a);
}

static void add_bits(const selection_problem *s, subset_fit fit[], const uint8_t bits[]) {
  for (int32_t i = 0; i < s->p; i++)
    if (bits[i]) add_to_all(s, fit, i);
}

static double explained_by(const selection_problem *s, const subset_fit fit[]) {
  double sum = 0;
  for (int32_t m = 0; m < s->n_members; m++) sum += fit[m].explained;
  return sum;
}

lehr_status selection_refit(selection_problem *s, const uint8_t bits[], double *explained,
                            lehr_error *err) {
  subset_fit *fit = NULL;
  LEHR_TRY(open_fits(s, &fit, err));
  add_bits(s, fit, bits);
  for (int32_t m = 0; m < s->n_members; m++) {
    double *b = s->member[m].b;
    for (int32_t i = 0; i < s->p; i++) b[i] = fit[m].residual[i] / fit[m].spread[i];
    for (int32_t a = 0; a < fit[m].k; a++) b[fit[m].member[a]] = fit[m].coefficient[a];
  }
  *explained = explained_by(s, fit);
  close_fits(s, fit);
  return LEHR_OK;
}

/* Adds to gain[p] what exchanging position a for each column is worth to one member. */
static void exchange_gains(const subset_fit *f, int32_t a, double gain[restrict]) {
  const double *restrict u = f->regression + (int64_t)a * f->p;
  const double *restrict residual = f->residual, *restrict spread = f->spread;
  const double pivot = 1 / f->inverse[(int64_t)a * f->most + a], b = f->coefficient[a];
  const double loss = b * b * pivot;
  for (int32_t j = 0; j < f->p; j++) {
    const double left = residual[j] + u[j] * b * pivot;
    gain[j] += left * left / (spread[j] + u[j] * u[j] * pivot) - loss;
  }
}

/* Best exchange of all: position out, column in; returns its gain. */
static double best_exchange(const selection_problem *s, const subset_fit fit[],
                            const uint8_t bits[], double gain[], int32_t *out, int32_t *in) {
  double best = -INFINITY;
  for (int32_t a = 0; a < s->k; a++) {
    memset(gain, 0, (size_t)s->p * sizeof *gain);
    for (int32_t m = 0; m < s->n_members; m++) exchange_gains(&fit[m], a, gain);
    for (int32_t j = 0; j < s->p; j++) {
      if (bits[j] || gain[j] <= best) continue;
      best = gain[j];
      *out = a;
      *in = j;
    }
  }
  return best;
}

lehr_status selection_polish(const selection_problem *s, int32_t most_swaps, uint8_t bits[],
                             double *explained, lehr_error *err) {
  subset_fit *fit = NULL;
  double *gain = memory_array((size_t)s->p, sizeof *gain);
  if (!gain) return error_memory(err, (uint64_t)s->p * sizeof *gain);
  const lehr_status status = open_fits(s, &fit, err);
  if (status != LEHR_OK) {
    free(gain);
    return status;
  }
  add_bits(s, fit, bits);
  for (int32_t swap = 0; swap < most_swaps; swap++) {
    int32_t out = 0, in = 0;
    if (best_exchange(s, fit, bits, gain, &out, &in) <= LEAST_GAIN * explained_by(s, fit)) break;
    bits[fit[0].member[out]] = 0;
    bits[in] = 1;
    remove_from_all(s, fit, out);
    add_to_all(s, fit, in);
  }
  *explained = explained_by(s, fit);
  close_fits(s, fit);
  free(gain);
  return LEHR_OK;
}

lehr_status selection_forward(const selection_problem *s, uint8_t bits[], double *explained,
                              lehr_error *err) {
  subset_fit *fit = NULL;
  LEHR_TRY(open_fits(s, &fit, err));
  memset(bits, 0, (size_t)s->p);
  for (int32_t step = 0; step < s->k; step++) {
    int32_t best = -1;
    double best_gain = -1;
    for (int32_t j = 0; j < s->p; j++) {
      double gain = 0;
      for (int32_t m = 0; m < s->n_members; m++)
        gain += fit[m].residual[j] * fit[m].residual[j] / fit[m].spread[j];
      if (bits[j] || gain <= best_gain) continue;
      best = j;
      best_gain = gain;
    }
    bits[best] = 1;
    add_to_all(s, fit, best);
  }
  *explained = explained_by(s, fit);
  close_fits(s, fit);
  return LEHR_OK;
}
