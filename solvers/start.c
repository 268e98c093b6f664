/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/start.h"

#include "base/clock.h"
#include "base/philox.h"
#include "solvers/descent.h"

#include <string.h>

static void random_bits(philox_stream *s, int32_t n, uint8_t bits[]) {
  for (int32_t i = 0; i < n; i += 32) {
    const uint32_t word = philox_u32(s);
    const int32_t count = n - i < 32 ? n - i : 32;
    for (int32_t k = 0; k < count; k++) bits[i + k] = word >> k & 1;
  }
}

/* Flips random members that are `from` until `count` of them were flipped: each of the `left`
 * candidates still ahead is taken with probability count / left (selection sampling). */
static void flip_some(philox_stream *s, const int32_t idx[], int64_t size, uint8_t from,
                      int64_t count, uint8_t bits[]) {
  uint32_t left = 0;
  for (int64_t k = 0; k < size; k++) left += bits[idx[k]] == from;
  for (int64_t k = 0; k < size && count > 0; k++) {
    if (bits[idx[k]] != from) continue;
    if (philox_below(s, left--) < count) {
      bits[idx[k]] ^= 1;
      count--;
    }
  }
}

static int64_t count_ones(const int32_t idx[], int64_t size, const uint8_t bits[]) {
  int64_t ones = 0;
  for (int64_t k = 0; k < size; k++) ones += bits[idx[k]];
  return ones;
}

/* A random group starts empty, so that filling it up is uniform; at-most-one groups then hold each
 * member or none with equal probability. */
static void satisfy_group(philox_stream *s, const lehr_model_view *m, int32_t g, bool is_random,
                          uint8_t bits[]) {
  const int32_t *idx = m->group_idx + m->group_ptr[g];
  const int64_t size = m->group_ptr[g + 1] - m->group_ptr[g];
  const bool is_at_most = m->group_kind[g] == LEHR_GROUP_AT_MOST_ONE;
  int64_t wanted = m->group_k[g];
  if (is_random) {
    for (int64_t k = 0; k < size; k++) bits[idx[k]] = 0;
    if (is_at_most && philox_below(s, (uint32_t)size + 1) == 0) wanted = 0;
  }
  const int64_t ones = count_ones(idx, size, bits);
  if (ones > wanted) flip_some(s, idx, size, 1, ones - wanted, bits);
  if (ones < wanted && (!is_at_most || is_random)) flip_some(s, idx, size, 0, wanted - ones, bits);
}

void start_state(const lehr_run *run, int64_t read, int64_t round, uint8_t bits[]) {
  const lehr_model_view *m = run->model;
  philox_stream s =
      philox_stream_at(philox_subkey(run->key, 0x7374617274 + (uint64_t)round), (uint64_t)read);
  const bool is_random = run->n_initial == 0;
  if (is_random)
    random_bits(&s, m->n, bits);
  else if (m->n > 0)
    memcpy(bits, run->initial + (read % run->n_initial) * m->n, (size_t)m->n);
  for (int32_t g = 0; g < m->n_groups && m->groups_disjoint; g++)
    satisfy_group(&s, m, g, is_random, bits);
}

bool start_is_late(lehr_run *run, double since) {
  const double grace = run->time_limit_s >= 0 ? 0.03 : 0.1;
  return run->should_stop(run) && clock_wall() - since > grace;
}

void start_offer(lehr_run *run) {
  for (int64_t k = 0; k < run->n_initial; k++)
    if (run->improved(run, run->initial + k * run->model->n)) return;
}

lehr_status start_report(lehr_run *run, int64_t reads) {
  const double since = clock_wall();
  uint8_t *bits = run->alloc(run, (size_t)run->model->n);
  if (!bits) return LEHR_ENOMEM;
  for (int64_t r = 0; r == 0 || r < reads; r++) {
    if (r > 0 && start_is_late(run, since)) break;
    start_state(run, r, 0, bits);
    const lehr_status status = run->sample(run, bits, 1);
    if (status != LEHR_OK) return status;
  }
  return LEHR_OK;
}

void start_hurried(lehr_run *run, uint8_t bits[]) {
  start_state(run, 0, 0, bits);
  descent_hurried(run, bits);
}

lehr_status start_answer(lehr_run *run) {
  uint8_t *bits = run->alloc(run, (size_t)run->model->n);
  if (!bits) return LEHR_ENOMEM;
  start_hurried(run, bits);
  return run->sample(run, bits, 1);
}

lehr_status start_instead(lehr_run *run) {
  return run->should_stop(run) ? start_answer(run) : LEHR_ENOMEM;
}
