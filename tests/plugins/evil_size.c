/* SPDX-License-Identifier: Apache-2.0 */
/* An engine structure smaller than version 1 ever was: must be refused. */
#include "evil.h"

static lehr_status evil_run(lehr_run *run) { return evil_sample(run, 0); }

const lehr_engine *lehr_plugin_v1(const lehr_host *host) {
  static const lehr_engine engine = {.struct_size = 24,
                                     .abi = LEHR_PLUGIN_ABI,
                                     .name = "evil-size",
                                     .summary = "too small",
                                     .plan = evil_plan,
                                     .run = evil_run};
  (void)host;
  return &engine;
}
