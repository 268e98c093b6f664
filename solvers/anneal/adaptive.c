/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/adaptive.h"

#include "base/real.h"

#include <math.h>

/* Sweeps per ln(beta) where the heat capacity vanishes, as a part of those where it is largest. */
static const double least_density = 0.05;

/* Density of sweeps in ln(beta) between point k and the next, up to a factor. Falls of the energy
 * are smoothed over three pieces: they come from few replicas. */
static double density(const survey *s, int32_t k) {
  double fall = 0, weights = 0;
  for (int32_t d = -1; d <= 1; d++) {
    const int32_t l = k + d;
    if (l < 0 || l + 1 >= s->count) continue;
    const double weight = d == 0 ? 0.5 : 0.25;
    fall += weight * (s->energy[l] - s->energy[l + 1]);
    weights += weight;
  }
  const double first = 1 / s->temperature[k], second = 1 / s->temperature[k + 1];
  return fall > 0 ? sqrt(fall / weights / (second - first) * first * second) : 0;
}

/* Densities of all pieces, the largest being about 1; all alike where nothing was measured. */
static int32_t densities(const survey *s, double out[]) {
  const int32_t pieces = s->count > 1 ? s->count - 1 : 1;
  double largest = 0;
  for (int32_t k = 0; k < pieces; k++) {
    out[k] = s->count > 1 ? density(s, k) : 0;
    largest = out[k] > largest ? out[k] : largest;
  }
  for (int32_t k = 0; k < pieces; k++)
    out[k] = (largest > 0 ? out[k] / largest : 0) + least_density;
  return pieces;
}

void adaptive_points(const survey *s, double hot, double cold, lehr_schedule_point points[]) {
  double weight[SURVEY_POINTS];
  const int32_t pieces = densities(s, weight);
  const double step = real_log(hot / cold) / (ADAPTIVE_POINTS - 1), ratio = real_exp(step);
  double beta = 1 / hot, sum = 0;
  int32_t piece = 0;
  for (int k = 0; k < ADAPTIVE_POINTS; k++, beta *= ratio) {
    points[k] = (lehr_schedule_point){sum, beta};
    while (piece < pieces - 1 && beta * s->temperature[piece + 1] > 1) piece++;
    sum += weight[piece];
  }
  const double all = points[ADAPTIVE_POINTS - 1].at;
  for (int k = 0; k < ADAPTIVE_POINTS; k++) points[k].at /= all;
  points[ADAPTIVE_POINTS - 1].beta = 1 / cold;
}
