/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "tn/minplus/coarse.h"

#include <math.h>

/* The unit is the least magnitude by an integer of at most so much. */
enum { MOST_PARTS = 64, REFINEMENTS = 3 };

/* More than the two that the proof asks for: sums of doubles are not exact. */
static const double MARGIN = 4;

/* Magnitudes of C as if they were equally frequent: 1 over the sum of squared frequencies. */
static const double FEWEST_MAGNITUDES = 3;

/* Sums over all fields and couplings, each coupling once. */
typedef struct fit {
  double q;
  double products, squares; /* of values and integers; of integers */
  double error;
} fit;

static void add(fit *f, int64_t value) {
  const double v = (double)value, m = nearbyint(v / f->q);
  f->products += v * m;
  f->squares += m * m;
  f->error += fabs(v - m * f->q);
}

static fit fit_of(const tn_network *t, double q) {
  fit f = {.q = q};
  for (int32_t i = 0; i < t->n; i++) {
    add(&f, t->h[i]);
    for (int64_t k = t->row[i]; k < t->row[i + 1] && t->col[k] < i; k++) add(&f, t->J[k]);
  }
  return f;
}

static double least_magnitude(const tn_network *t) {
  double least = HUGE_VAL;
  for (int32_t i = 0; i < t->n; i++)
    if (t->h[i] != 0) least = fmin(least, fabs((double)t->h[i]));
  for (int64_t k = 0; k < t->row[t->n]; k++)
    if (t->J[k] != 0) least = fmin(least, fabs((double)t->J[k]));
  return least;
}

/* Those that are not 0. The largest ones count as one. */
static double magnitudes_of(const tn_network *t, double q) {
  enum { LARGEST = 255 };
  double count[LARGEST + 1] = {0}, all = 0, squares = 0;
  for (int64_t k = -(int64_t)t->n; k < t->row[t->n]; k++) {
    const double m = nearbyint(fabs((double)(k < 0 ? t->h[t->n + k] : t->J[k])) / q);
    if (m > 0) count[m < LARGEST ? (int)m : LARGEST] += k < 0 ? 2 : 1; /* J is there twice */
  }
  for (int m = 1; m <= LARGEST; m++) {
    all += count[m];
    squares += count[m] * count[m];
  }
  return squares > 0 ? all * all / squares : 0;
}

/* The largest that will do, by least squares from where it is tried. */
static fit find_unit(const tn_network *t) {
  const double least = least_magnitude(t);
  for (int parts = 1; parts <= MOST_PARTS && least < HUGE_VAL; parts++) {
    fit f = fit_of(t, least / parts);
    for (int k = 0; k < REFINEMENTS; k++) f = fit_of(t, f.products / f.squares);
    if (f.q > MARGIN * f.error) return f;
  }
  return (fit){0};
}

lehr_status coarse_network(const tn_network *t, tn_network *out, bool *is_there, lehr_error *err) {
  const size_t n = (size_t)t->n, entries = (size_t)t->row[t->n];
  const fit f = t->factors.count > 0 ? (fit){0} : find_unit(t);
  const double q = f.q;
  *out = (tn_network){.n = t->n, .unit = t->unit * q, .rounding = t->rounding + t->unit * f.error};
  *is_there = q > 1 && magnitudes_of(t, q) >= FEWEST_MAGNITUDES;
  if (!*is_there) return LEHR_OK;
  out->row = memory_copy(t->row, n + 1, sizeof *out->row);
  out->col = memory_copy(t->col, entries, sizeof *out->col);
  out->J = memory_array(entries, sizeof *out->J);
  out->h = memory_array(n, sizeof *out->h);
  if (!out->row || !out->col || !out->J || !out->h) {
    network_free(out);
    return error_memory(err, (2 * entries + 2 * n) * sizeof(int64_t));
  }
  for (size_t i = 0; i < n; i++) out->h[i] = (int64_t)nearbyint((double)t->h[i] / q);
  for (size_t k = 0; k < entries; k++) out->J[k] = (int64_t)nearbyint((double)t->J[k] / q);
  return LEHR_OK;
}
