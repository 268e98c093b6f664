/* SPDX-License-Identifier: Apache-2.0 */
/* Delivers bits that are none and ignores that they are refused: the solve must fail. */
#include "evil.h"

static lehr_status evil_run(lehr_run *run) {
  (void)evil_sample(run, 7);
  (void)evil_sample(run, 0);
  return LEHR_OK;
}

EVIL_PLUGIN(.name = "evil-sample")
