/* SPDX-License-Identifier: Apache-2.0 */
/* Claims that nothing is better than the worst state: must be found out. */
#include "evil.h"

static lehr_status evil_run(lehr_run *run) {
  run->bound_int(run, INT64_MAX / 8);
  return evil_sample(run, 0);
}

EVIL_PLUGIN(.name = "evil-bound", .caps = LEHR_CAP_PROVES)
