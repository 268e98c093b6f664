/* SPDX-License-Identifier: Apache-2.0 */
#include "workflows/forecast/metrics.h"

#include "base/error.h"
#include "base/memory.h"
#include "workflows/forecast/quantiles.h"

#include <math.h>
#include <stdlib.h>

typedef struct peak {
  double actual, error;
  int32_t day;
} peak;

/* Highest actual first; equal ones in order of time. */
static int by_height(const void *a, const void *b) {
  const peak *x = a, *y = b;
  if (x->actual != y->actual) return x->actual > y->actual ? -1 : 1;
  return (x->day > y->day) - (x->day < y->day);
}

static int32_t first_maximum(const double day[24]) {
  int32_t at = 0;
  for (int32_t h = 1; h < 24; h++)
    if (day[h] > day[at]) at = h;
  return at;
}

static void score_hours(const double actual[], const double forecast[], int64_t n,
                        point_metrics *m) {
  double ape = 0, ae = 0, se = 0;
  for (int64_t i = 0; i < n; i++) {
    const double e = forecast[i] - actual[i];
    if (isnan(e)) continue;
    m->hours++;
    ape += fabs(e / actual[i]);
    ae += fabs(e);
    se += e * e;
  }
  const double scored = m->hours ? (double)m->hours : NAN;
  m->mape = 100 * ape / scored;
  m->mae = ae / scored;
  m->rmse = sqrt(se / scored);
}

static int is_complete(const double actual[24], const double forecast[24]) {
  for (int32_t h = 0; h < 24; h++)
    if (isnan(actual[h]) || isnan(forecast[h])) return 0;
  return 1;
}

lehr_status point_metrics_of(const double actual[], const double forecast[], int32_t n_days,
                             point_metrics *out, lehr_error *err) {
  *out = (point_metrics){0};
  peak *peaks = memory_array((size_t)n_days, sizeof *peaks);
  if (!peaks) return error_memory(err, (uint64_t)n_days * sizeof *peaks);
  score_hours(actual, forecast, (int64_t)n_days * 24, out);
  double sum = 0, hits = 0;
  int32_t n = 0;
  for (int32_t d = 0; d < n_days; d++) {
    const double *a = actual + (int64_t)d * 24, *f = forecast + (int64_t)d * 24;
    if (!is_complete(a, f)) continue;
    const int32_t at = first_maximum(a), guessed = first_maximum(f);
    peaks[n] = (peak){a[at], fabs(f[guessed] / a[at] - 1), d};
    sum += peaks[n++].error;
    hits += at == guessed;
  }
  out->days = n;
  qsort(peaks, (size_t)n, sizeof *peaks, by_height);
  const int32_t top = n / 20 > 1 ? n / 20 : 1;
  double top_sum = 0;
  for (int32_t k = 0; k < top && k < n; k++) top_sum += peaks[k].error;
  out->peak_mape = n ? 100 * sum / n : NAN;
  out->peak_hour_hit = n ? 100 * hits / n : NAN;
  out->top_peak_mape = n ? 100 * top_sum / top : NAN;
  free(peaks);
  return LEHR_OK;
}

static double pinball(double actual, double quantile, double level) {
  const double e = actual - quantile;
  return e >= 0 ? level * e : (level - 1) * e;
}

quantile_metrics quantile_metrics_of(const double actual[], const double quantile[],
                                     int32_t n_days) {
  quantile_metrics m = {0};
  int64_t n = 0;
  for (int64_t i = 0; i < (int64_t)n_days * 24; i++) {
    const double *q = quantile + i * QUANTILES, y = actual[i];
    if (isnan(y) || isnan(q[0])) continue;
    n++;
    for (int32_t k = 1; k < QUANTILES - 1; k++) m.pinball += pinball(y, q[k], QUANTILE_LEVELS[k]);
    m.pinball_99 += pinball(y, q[QUANTILES - 1], QUANTILE_LEVELS[QUANTILES - 1]);
    m.cover80 += y >= q[2] && y <= q[18];
    m.cover90 += y >= q[1] && y <= q[19];
  }
  const double scored = n ? (double)n : NAN;
  m.pinball /= scored * (QUANTILES - 2);
  m.pinball_99 /= scored;
  m.cover80 *= 100 / scored;
  m.cover90 *= 100 / scored;
  return m;
}

void mape_by_hour(const double actual[], const double forecast[], int32_t n_days, double out[24]) {
  for (int32_t h = 0; h < 24; h++) {
    double sum = 0;
    int32_t n = 0;
    for (int32_t d = 0; d < n_days; d++) {
      const double e = forecast[d * 24 + h] / actual[d * 24 + h] - 1;
      if (isnan(e)) continue;
      sum += fabs(e);
      n++;
    }
    out[h] = n ? 100 * sum / n : NAN;
  }
}
