/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/quantiles.h"

#include <math.h>
#include <string.h>

const double QUANTILE_LEVELS[QUANTILES] = {0.01, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30,
                                           0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65,
                                           0.70, 0.75, 0.80, 0.85, 0.90, 0.95, 0.99};

double quantile_sorted(const double sorted[], int32_t n, double p) {
  const double at = (n - 1) * p;
  const int32_t below = (int32_t)floor(at);
  if (below >= n - 1) return sorted[n - 1];
  return sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
}

/* The sorted ratios of one hour of the day over a moving window of days. */
typedef struct window {
  double ratio[QUANTILE_WINDOW_DAYS];
  int32_t n;
} window;

static int32_t position(const window *w, double ratio) {
  int32_t low = 0, high = w->n;
  while (low < high) {
    const int32_t middle = (low + high) / 2;
    if (w->ratio[middle] < ratio)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void window_add(window *w, double ratio) {
  if (!isfinite(ratio)) return;
  const int32_t at = position(w, ratio);
  memmove(w->ratio + at + 1, w->ratio + at, (size_t)(w->n - at) * sizeof(double));
  w->ratio[at] = ratio;
  w->n++;
}

static void window_remove(window *w, double ratio) {
  if (!isfinite(ratio)) return;
  const int32_t at = position(w, ratio);
  w->n--;
  memmove(w->ratio + at, w->ratio + at + 1, (size_t)(w->n - at) * sizeof(double));
}

void trailing_quantiles(const double actual[], const double forecast[], int32_t first,
                        int32_t n_days, double out[]) {
  for (int32_t hour = 0; hour < 24; hour++) {
    window w = {.n = 0};
    const int32_t start = first > QUANTILE_WINDOW_DAYS ? first - QUANTILE_WINDOW_DAYS : 0;
    for (int32_t d = start; d < first + n_days; d++) {
      const int64_t i = (int64_t)d * 24 + hour;
      if (d >= first) {
        double *q = out + ((int64_t)(d - first) * 24 + hour) * QUANTILES;
        for (int32_t k = 0; k < QUANTILES; k++)
          q[k] = w.n < QUANTILE_LEAST_RATIOS
                     ? NAN
                     : forecast[i] * quantile_sorted(w.ratio, w.n, QUANTILE_LEVELS[k]);
      }
      if (d - start >= QUANTILE_WINDOW_DAYS) {
        const int64_t old = i - (int64_t)QUANTILE_WINDOW_DAYS * 24;
        window_remove(&w, actual[old] / forecast[old]);
      }
      window_add(&w, actual[i] / forecast[i]);
    }
  }
}
