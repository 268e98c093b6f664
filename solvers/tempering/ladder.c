/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/tempering/ladder.h"

#include "base/real.h"

#include <math.h>
#include <string.h>

void ladder_start(ladder *l, ladder_kind kind, int32_t n, int32_t ranks, double cold, double hot) {
  *l = (ladder){.kind = kind, .n = n, .ranks = ranks, .replicas = LADDER_SLOTS / ranks};
  const double step = real_log(hot / cold) / (ranks - 1);
  for (int32_t r = 0; r < ranks; r++)
    l->T[r] = kind == LADDER_GEOMETRIC ? cold * real_exp(step * r)
                                       : cold + (hot - cold) * r / (ranks - 1);
  l->T[ranks - 1] = hot;
  for (int32_t s = 0; s < LADDER_SLOTS; s++) l->id[s] = s;
}

void ladder_swap(ladder *l, int32_t slot, int32_t other) {
  const int32_t id = l->id[slot];
  l->id[slot] = l->id[other];
  l->id[other] = id;
}

void ladder_count(ladder *l, int32_t slot, int32_t other, bool is_swapped) {
  const int32_t rank = slot / l->replicas;
  if (other / l->replicas == rank) return;
  l->tried[rank]++;
  l->swapped[rank] += is_swapped;
}

/* Walkers at the ends turn round. */
static void turn(ladder *l) {
  const int32_t last = l->ranks - 1;
  for (int32_t m = 0; m < l->replicas; m++) {
    const int32_t cold = l->id[m], hot = l->id[last * l->replicas + m];
    if (l->heading[cold] < 0 && l->has_left[cold]) l->round_trips++;
    if (l->heading[hot] > 0) l->has_left[hot] = 1;
    l->heading[cold] = 1;
    l->heading[hot] = -1;
  }
}

void ladder_note(ladder *l, const double energy[]) {
  turn(l);
  l->looks++;
  for (int32_t s = 0; s < LADDER_SLOTS; s++) {
    const int32_t r = s / l->replicas;
    const int8_t heading = l->heading[l->id[s]];
    l->energy[r] += energy[s];
    l->from_cold[r] += heading > 0;
    l->from_hot[r] += heading < 0;
  }
}

static double share_from_hot(const ladder *l, int32_t r) {
  return l->from_hot[r] / (l->from_cold[r] + l->from_hot[r]);
}

/* Weight of the interval between r and r + 1. A specific heat above 1/2 per spin is none: walkers
 * that are stuck at the cold end show such gaps. (The temperature is 2 T.) */
static double weight_by_energy(const ladder *l, int32_t r) {
  const double count = (double)l->looks * l->replicas;
  const double most = l->n * (l->T[r + 1] - l->T[r]);
  const double gap = fmin(most, (l->energy[r + 1] - l->energy[r]) / count);
  const double distance = gap * (1 / l->T[r] - 1 / l->T[r + 1]);
  return distance > 0 ? sqrt(distance) : 0;
}

static double weight_by_flow(const ladder *l, int32_t r) {
  const double rise = share_from_hot(l, r + 1) - share_from_hot(l, r);
  return rise > 0 ? sqrt(rise) : 0;
}

static int has_flow(const ladder *l) {
  for (int32_t r = 0; r < l->ranks; r++)
    if (l->from_cold[r] + l->from_hot[r] < 0.5 * (double)l->looks * l->replicas) return 0;
  return l->round_trips > 0;
}

/* New temperatures at equal steps of the cumulated weights, linear within an interval. */
static void respace(ladder *l, const double weight[]) {
  double old[LADDER_SLOTS], total = 0, passed = 0;
  const int32_t last = l->ranks - 1;
  memcpy(old, l->T, sizeof old);
  for (int32_t r = 0; r < last; r++) total += weight[r];
  for (int32_t k = 1, r = 0; k < last; k++) {
    const double wanted = total * k / last;
    while (r < last - 1 && passed + weight[r] < wanted) passed += weight[r++];
    const double part = fmin(1, (wanted - passed) / weight[r]);
    l->T[k] = old[r] + part * (old[r + 1] - old[r]);
  }
}

/* A little of a linear ladder stays, so that every interval has some weight. */
void ladder_adapt(ladder *l) {
  double weight[LADDER_SLOTS], total = 0;
  const int32_t last = l->ranks - 1;
  if (l->looks == 0 || l->kind == LADDER_GEOMETRIC) return;
  const int by_flow = l->kind == LADDER_FEEDBACK && has_flow(l);
  for (int32_t r = 0; r < last; r++)
    total += weight[r] = by_flow ? weight_by_flow(l, r) : weight_by_energy(l, r);
  const double width = l->T[last] - l->T[0];
  for (int32_t r = 0; r < last; r++)
    weight[r] =
        (total > 0 ? 0.8 * weight[r] / total : 0) + 0.2 * real_log(l->T[r + 1] / l->T[r]) / width;
  respace(l, weight);
  l->looks = 0;
  for (int32_t r = 0; r < l->ranks; r++) l->energy[r] = l->from_cold[r] = l->from_hot[r] = 0;
}
