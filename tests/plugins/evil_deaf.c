/* SPDX-License-Identifier: Apache-2.0 */
/* Never looks at the stop flag for a tenth of a second: late, but correct. */
#include "evil.h"

#include <time.h>

static lehr_status evil_run(lehr_run *run) {
  const struct timespec pause = {0, 100000000};
  nanosleep(&pause, NULL);
  return evil_sample(run, 0);
}

EVIL_PLUGIN(.name = "evil-deaf")
