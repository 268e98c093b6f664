/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/exhaustive/enumerate.h"

#include "base/cpu.h"
#include "solvers/exhaustive/block.h"

const block_kernels *block_best(void) {
#if defined(__x86_64__)
  const cpu_level level = cpu_best_level();
  if (level == CPU_AVX512) return &block_avx512;
  if (level == CPU_AVX2) return &block_avx2;
#endif
  return &block_baseline;
}

void enumerate_bits(uint32_t state, int32_t n, uint8_t bits[]) {
  for (int32_t i = 0; i < n; i++) bits[i] = state >> (n - 1 - i) & 1;
}

bool enumerate_can_satisfy(const enumeration *e, uint32_t state) {
  const uint32_t low = (1u << e->low) - 1;
  for (int32_t g = 0; g < e->run->model->n_groups; g++) {
    const group_mask *group = &e->groups[g];
    const int ones = __builtin_popcount(state & group->members);
    const int room = __builtin_popcount(low & group->members);
    if (ones > group->at_most || ones + room < group->at_least) return false;
  }
  return true;
}

bool enumerate_satisfies(const enumeration *e, uint32_t state) {
  for (int32_t g = 0; g < e->run->model->n_groups; g++) {
    const int ones = __builtin_popcount(state & e->groups[g].members);
    if (ones > e->groups[g].at_most || ones < e->groups[g].at_least) return false;
  }
  return true;
}

void enumerate_merge(enumeration *into, const enumeration *from) {
  const lehr_model_view *m = into->run->model;
  into->visited += from->visited;
  into->complete = into->complete && from->complete;
  if (!from->found) return;
  if (into->found && energy_less(m, into->best, from->best)) return;
  if (into->found && !energy_less(m, from->best, into->best) &&
      into->best_state <= from->best_state)
    return;
  into->found = true;
  into->best = from->best;
  into->best_state = from->best_state;
}
