/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/schedule.h"

#include "base/real.h"

#include <math.h>
#include <string.h>

/* Everything is accepted there, and it is a number. */
#define HOTTEST 1e30

enum { SMALLEST_TABLE = 256, LARGEST_TABLE = 4096, RESTART = 256 };

bool schedule_points(schedule_shape *shape, lehr_run *run, double cost_unit) {
  if (run->n_schedule == 0) return true;
  lehr_schedule_point *points = run->alloc(run, run->n_schedule * sizeof *points);
  double *least = run->alloc(run, run->n_schedule * sizeof *least), lowest = HUGE_VAL;
  if (!points || !least) return false;
  for (size_t k = run->n_schedule; k-- > 0;) {
    points[k] = (lehr_schedule_point){run->schedule[k].at, run->schedule[k].beta * cost_unit};
    least[k] = lowest = fmin(lowest, points[k].beta);
  }
  shape->points = points;
  shape->least = least;
  shape->count = run->n_schedule;
  return true;
}

double schedule_cold(const schedule_shape *shape, int64_t sweeps) {
  /* Local minima accept 1.5e-3 of all moves at shape->cold (range.c). If that were the moves of one
   * cost, some 0.4 of them all, then 0.4 exp(-cost / cold) = 1.5e-3 and 0.4 exp(-cost / T) * sweeps
   * = 0.1 at the end. */
  static const double log_at_cold = 5.6;
  const double log_at_end = real_log(4 * (double)sweeps);
  if (!(shape->coldest > 0) || log_at_end < log_at_cold) return shape->cold;
  /* Rounded, as anneal_override does. */
  const double cold = shape->cold * (log_at_cold / log_at_end);
  return (float)(cold > shape->coldest ? cold : shape->coldest);
}

void schedule_start(schedule *s, const schedule_shape *shape, int64_t sweeps) {
  s->shape = *shape;
  s->sweeps = sweeps;
  s->next = 0;
  if (shape->count > 0) return;
  s->cold = schedule_cold(shape, sweeps);
  if (shape->kind == SCHEDULE_ADAPTIVE && shape->trial.count > 0) {
    adaptive_points(&shape->trial, shape->hot, s->cold, s->adapted);
    s->shape.points = s->adapted;
    s->shape.least = NULL;
    s->shape.count = ADAPTIVE_POINTS;
    return;
  }
  s->log_ratio = sweeps > 1 ? real_log(s->cold / shape->hot) / (double)(sweeps - 1) : 0;
  s->ratio = real_exp(s->log_ratio);
}

static double at_points(schedule *s, double part) {
  const lehr_schedule_point *p = s->shape.points;
  const size_t last = s->shape.count - 1;
  const double at = part * p[last].at;
  while (s->next < last && p[s->next].at < at) s->next++;
  double beta = p[s->next].beta;
  if (s->next > 0 && at < p[s->next].at) {
    const lehr_schedule_point from = p[s->next - 1];
    beta = from.beta + (beta - from.beta) * ((at - from.at) / (p[s->next].at - from.at));
  }
  return beta > 1 / HOTTEST ? 1 / beta : HOTTEST;
}

static double next_of(schedule *s, int64_t t) {
  const double hot = s->shape.hot, cold = s->cold;
  const double part = s->sweeps > 1 ? (double)t / (double)(s->sweeps - 1) : 1;
  if (s->shape.count > 0) return at_points(s, part);
  if (s->shape.kind == SCHEDULE_LINEAR) return 1 / (1 / hot + (1 / cold - 1 / hot) * part);
  /* Products are cheap but drift: start afresh now and then. */
  if (t % RESTART == 0)
    s->current = hot * real_exp(s->log_ratio * (double)t);
  else
    s->current *= s->ratio;
  return s->current;
}

double schedule_next(schedule *s, int64_t t) { return s->now = next_of(s, t); }

/* Between its ends, or two points, a schedule rises or falls. */
double schedule_hottest(const schedule *s) {
  static const double roundings = 1 + 1e-9;
  const schedule_shape *shape = &s->shape;
  if (shape->count == 0) return roundings * fmax(s->now, s->cold);
  double beta = HUGE_VAL;
  if (shape->least)
    beta = shape->least[s->next];
  else
    for (size_t k = s->next; k < shape->count; k++) beta = fmin(beta, shape->points[k].beta);
  return roundings * fmax(s->now, beta > 1 / HOTTEST ? 1 / beta : HOTTEST);
}

int32_t quantile_count(int32_t n) {
  int32_t count = SMALLEST_TABLE;
  while (count < n && count < LARGEST_TABLE) count *= 2;
  return count;
}

size_t threshold_bytes(int type, int32_t count) { return (size_t)(count + BLOCK_LANES) << type; }

void threshold_fill(const lane_kernel *kernel, const lane_quantiles *q, int type,
                    double temperature, void *threshold) {
  kernel->fill(temperature, q, threshold);
  memcpy((char *)threshold + ((size_t)q->count << type), threshold, (size_t)BLOCK_LANES << type);
}

bool quantile_make(lane_quantiles *q, int32_t count, uint64_t key, lehr_run *run) {
  double *wide = run->alloc(run, (size_t)count * sizeof *wide);
  float *narrow = run->alloc(run, (size_t)count * sizeof *narrow);
  if (!wide || !narrow) return false;
  /* The mean of the k-th smallest of `count` exponential deviates is sum_{j<=k} 1/(count - j)
   * (Renyi 1953): as good as -ln(1 - (k + 1/2)/count), and needs no logarithm. */
  double sum = 0;
  for (int32_t k = 0; k < count; k++) wide[k] = sum += 1.0 / (count - k);
  uint64_t state = key;
  for (int32_t k = count - 1; k > 0; k--) {
    const uint32_t other = (uint32_t)((uint64_t)lanes_random(&state) * ((uint64_t)k + 1) >> 32);
    const double t = wide[k];
    wide[k] = wide[other];
    wide[other] = t;
  }
  for (int32_t k = 0; k < count; k++) narrow[k] = (float)wide[k];
  *q = (lane_quantiles){.count = count, .narrow = narrow, .wide = wide, .most = sum};
  return true;
}
