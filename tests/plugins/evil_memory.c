/* SPDX-License-Identifier: Apache-2.0 */
/* Wants all memory there is: must be told no, and may say so. */
#include "evil.h"

static lehr_status evil_run(lehr_run *run) {
  for (int k = 0; k < 64; k++)
    if (!run->alloc(run, (size_t)1 << 30)) return run->fail(run, LEHR_ENOMEM, "wanted too much");
  return LEHR_OK;
}

EVIL_PLUGIN(.name = "evil-memory")
