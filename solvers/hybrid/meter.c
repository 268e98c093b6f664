/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/hybrid/meter.h"

#include "base/clock.h"

#include <math.h>

meter meter_start(slice budget) { return (meter){.budget = budget, .start = clock_wall()}; }

double meter_used(const meter *m) {
  if (m->budget.seconds < 0) return (double)m->attempts / (double)m->budget.work;
  return m->budget.seconds > 0 ? (clock_wall() - m->start) / m->budget.seconds : 1;
}

void meter_note(meter *m, int64_t attempts, double seconds, bool is_annealing) {
  m->attempts += attempts;
  if (!is_annealing) return;
  m->annealed += attempts;
  m->annealing_seconds += seconds;
}

double meter_afford(const meter *m, double share) {
  if (m->budget.seconds < 0) return share * (double)m->budget.work;
  if (!(m->annealing_seconds > 0)) return 0;
  return share * m->budget.seconds * (double)m->annealed / m->annealing_seconds;
}

slice meter_rest(const meter *m, double share, double price) {
  const double left = fmin(share, 1 - meter_used(m));
  return (slice){.seconds = m->budget.seconds < 0 ? -1 : fmax(left * m->budget.seconds, 1e-6),
                 .work = (int64_t)fmax(left * (double)m->budget.work / price, 1)};
}
