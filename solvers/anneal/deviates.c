/* SPDX-License-Identifier: Apache-2.0 */
#include "solvers/anneal/deviates.h"

#include "base/real.h"

const deviates *deviates_make(lehr_run *run) {
  deviates *d = run->alloc(run, sizeof *d);
  for (int k = 0; d && k < 1 << DEVIATE_BITS; k++) {
    const double m = 1 + k * (1.0 / (1 << DEVIATE_BITS));
    d->minus_log[k] = -real_log(m);
    d->inverse[k] = 1 / m;
  }
  return d;
}
