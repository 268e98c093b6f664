/* SPDX-License-Identifier: Apache-2.0 */
/* Returns a status that does not exist: must become an internal error. */
#include "evil.h"

static lehr_status evil_run(lehr_run *run) {
  (void)run;
  return (lehr_status)12345;
}

EVIL_PLUGIN(.name = "evil-status")
