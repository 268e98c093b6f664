/* SPDX-License-Identifier: Apache-2.0 */
/* Claims that nothing is better than the worst state, in real units: must be found out. */
#include "evil.h"

static lehr_status evil_run(lehr_run *run) {
  run->bound_real(run, 1e300);
  return evil_sample(run, 0);
}

EVIL_PLUGIN(.name = "evil-bound-real", .caps = LEHR_CAP_PROVES)
