/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/schedule.h"

#include "base/real.h"

#include <string.h>

enum { SMALLEST_TABLE = 256, LARGEST_TABLE = 4096, RESTART = 256 };

void schedule_start(schedule *s, schedule_kind kind, double hot, double cold, int64_t sweeps) {
  *s = (schedule){.kind = kind, .hot = hot, .cold = cold, .sweeps = sweeps, .ratio = 1};
  if (sweeps > 1) s->log_ratio = real_log(cold / hot) / (double)(sweeps - 1);
  if (kind == SCHEDULE_GEOMETRIC) s->ratio = real_exp(s->log_ratio);
}

double schedule_next(schedule *s, int64_t t) {
  if (s->kind == SCHEDULE_LINEAR) {
    const double part = s->sweeps > 1 ? (double)t / (double)(s->sweeps - 1) : 1;
    return 1 / (1 / s->hot + (1 / s->cold - 1 / s->hot) * part);
  }
  /* Products are cheap but drift: start afresh now and then. */
  if (t % RESTART == 0)
    s->current = s->hot * real_exp(s->log_ratio * (double)t);
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
