/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/frequencies.h - whether states were drawn with given weights.
 *
 * Chi-square sees everything, but weakly: over a hundred cells and ten thousand draws a temperature
 * that is 3 % off passes. The mean of ln(weight), which is the energy where weights are
 * Boltzmann's, sees just that, and sharper: 1 % is told from as many draws. Both in standard
 * deviations of draws that are independent. */
#ifndef LEHR_TESTS_SUPPORT_FREQUENCIES_H
#define LEHR_TESTS_SUPPORT_FREQUENCIES_H

#include "check.h"

#include <stdbool.h>

enum { FREQUENCIES_FEWEST = 10 }; /* draws expected of a cell; rarer ones are taken together */

/* Deviations of one kind of draws from 0; their sum tells what is too small for each of them. */
typedef struct frequencies {
  double slopes; /* sum of those of ln(weight) */
  int count;
  double worst_shape, worst_slope;
} frequencies;

static inline double frequencies_total(const int64_t drawn[], int32_t states) {
  double total = 0;
  for (int32_t k = 0; k < states; k++) total += (double)drawn[k];
  return total;
}

/* Chi-square above its mean, whose variance is twice that. Weights add up to 1. */
static inline double frequencies_shape(const int64_t drawn[], const double weight[],
                                       int32_t states) {
  const double total = frequencies_total(drawn, states);
  double chi = 0, rest = 0, rest_drawn = 0;
  int32_t cells = 0;
  for (int32_t k = 0; k < states; k++) {
    const double expected = weight[k] * total, seen = (double)drawn[k];
    if (expected < FREQUENCIES_FEWEST) {
      rest += expected;
      rest_drawn += seen;
      continue;
    }
    chi += (seen - expected) * (seen - expected) / expected;
    cells++;
  }
  if (rest > FREQUENCIES_FEWEST) {
    chi += (rest_drawn - rest) * (rest_drawn - rest) / rest;
    cells++;
  } else if (rest_drawn > 4 * FREQUENCIES_FEWEST) {
    return HUGE_VAL;
  }
  return cells > 1 ? (chi - (cells - 1)) / sqrt(2.0 * (cells - 1)) : 0;
}

/* Of the mean of value[states], or ln(weight) where that is NULL, above what it should be; states
 * of weight 0 must not be drawn. */
static inline double frequencies_slope(const int64_t drawn[], const double weight[],
                                       const double value[], int32_t states) {
  double mean = 0, square = 0, seen = 0;
  for (int32_t k = 0; k < states; k++) {
    if (weight[k] == 0 && drawn[k] > 0) return HUGE_VAL;
    if (weight[k] == 0) continue;
    const double each = value ? value[k] : log(weight[k]);
    mean += weight[k] * each;
    square += weight[k] * each * each;
    seen += (double)drawn[k] * each;
  }
  const double total = frequencies_total(drawn, states), variance = square - mean * mean;
  return variance > 1e-9 ? (seen / total - mean) / sqrt(variance / total) : 0;
}

static inline void frequencies_add_slope(frequencies *f, double slope) {
  f->worst_slope = fmax(f->worst_slope, fabs(slope));
  f->slopes += slope;
  f->count++;
}

static inline void frequencies_add_shape(frequencies *f, const int64_t drawn[],
                                         const double weight[], int32_t states) {
  f->worst_shape = fmax(f->worst_shape, frequencies_shape(drawn, weight, states));
}

/* Takes note of one set of draws. */
static inline void frequencies_add(frequencies *f, const int64_t drawn[], const double weight[],
                                   int32_t states) {
  frequencies_add_shape(f, drawn, weight, states);
  frequencies_add_slope(f, frequencies_slope(drawn, weight, NULL, states));
}

/* Five and a half deviations for chi-square, whose tail is longer than Gauss's; 4.5 else. */
static inline void frequencies_check(const frequencies *f, const char *what) {
  const double together = f->slopes / sqrt(f->count);
  const bool is_good =
      f->count > 0 && f->worst_shape < 5.5 && f->worst_slope < 4.5 && fabs(together) < 4;
  if (!is_good)
    printf("\n  %s: chi-square %.1f, slopes %.1f and together %.1f standard deviations off", what,
           f->worst_shape, f->worst_slope, together);
  CHECK(is_good);
}

#endif
