/* SPDX-License-Identifier: Apache-2.0 */
/* Calls a model infeasible of which it delivers a sample: must be found out. */
#include "evil.h"

static lehr_status evil_run(lehr_run *run) {
  run->infeasible(run);
  return evil_sample(run, 0);
}

EVIL_PLUGIN(.name = "evil-infeasible", .caps = LEHR_CAP_PROVES)
