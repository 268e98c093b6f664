/* SPDX-License-Identifier: Apache-2.0 */
/* One line per model from the metrics of its zones. */
#include "workflows/forecast/backtest.h"

static void add_points(point_metrics *sum, const point_metrics *p) {
  sum->hours += p->hours;
  sum->days += p->days;
  sum->mape += p->mape;
  sum->mae += p->mae;
  sum->rmse += p->rmse;
  sum->peak_mape += p->peak_mape;
  sum->top_peak_mape += p->top_peak_mape;
  sum->peak_hour_hit += p->peak_hour_hit;
}

static void add_quantiles(quantile_metrics *sum, const quantile_metrics *q) {
  sum->pinball += q->pinball;
  sum->pinball_99 += q->pinball_99;
  sum->cover80 += q->cover80;
  sum->cover90 += q->cover90;
}

static void divide(backtest_summary *s, double n) {
  double *const values[] = {&s->points.mape,          &s->points.mae,
                            &s->points.rmse,          &s->points.peak_mape,
                            &s->points.top_peak_mape, &s->points.peak_hour_hit,
                            &s->quantiles.pinball,    &s->quantiles.pinball_99,
                            &s->quantiles.cover80,    &s->quantiles.cover90};
  for (size_t k = 0; k < sizeof values / sizeof *values; k++) *values[k] /= n;
}

backtest_summary backtest_summarise(const backtest *b, int32_t model) {
  backtest_summary s = {.features = 0};
  int32_t n = 0;
  for (int32_t z = 0; z < b->n_zones; z++) {
    const backtest_model *m = &b->zone[z].model[model];
    s.cpu_s += m->cpu_s;
    if (m->is_skipped) continue;
    n++;
    if (m->features > s.features) s.features = m->features;
    add_points(&s.points, &m->points);
    add_quantiles(&s.quantiles, &m->quantiles);
  }
  s.is_skipped = n == 0;
  if (n) divide(&s, n);
  return s;
}

int32_t backtest_main_model(const backtest *b) {
  for (int32_t k = b->n_models - 1; k >= 0; k--)
    if (!backtest_summarise(b, k).is_skipped) return k;
  return -1;
}
