/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/schedule.h"

#include "base/real.h"

#include <string.h>

/* Everything is accepted there, and it is a number. */
#define HOTTEST 1e30

enum { SMALLEST_TABLE = 256, LARGEST_TABLE = 4096, RESTART = 256 };

bool schedule_points(schedule_shape *shape, lehr_run *run, double cost_unit) {
  if (run->n_schedule == 0) return true;
  lehr_schedule_point *points = run->alloc(run, run->n_schedule * sizeof *points);
  if (!points) return false;
  for (size_t k = 0; k < run->n_schedule; k++)
    points[k] = (lehr_schedule_point){run->schedule[k].at, run->schedule[k].beta * cost_unit};
  shape->points = points;
  shape->count = run->n_schedule;
  return true;
}

void schedule_start(schedule *s, const schedule_shape *shape, int64_t sweeps) {
  *s = (schedule){.shape = *shape, .sweeps = sweeps, .ratio = 1};
  if (shape->count > 0 || shape->kind != SCHEDULE_GEOMETRIC) return;
  if (sweeps > 1) s->log_ratio = real_log(shape->cold / shape->hot) / (double)(sweeps - 1);
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

double schedule_next(schedule *s, int64_t t) {
  const double hot = s->shape.hot, cold = s->shape.cold;
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
  *q = (lane_quantiles){.count = count, .narrow = narrow, .wide = wide};
  return true;
}
