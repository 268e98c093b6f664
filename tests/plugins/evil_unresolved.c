/* SPDX-License-Identifier: Apache-2.0 */
/* Needs a function that nobody has: must be refused when it is loaded, not die when it is used. */
#include "evil.h"

int function_that_nobody_has(void);

static lehr_status evil_run(lehr_run *run) {
  return evil_sample(run, (uint8_t)function_that_nobody_has());
}

EVIL_PLUGIN(.name = "evil-unresolved")
