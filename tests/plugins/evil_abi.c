/* SPDX-License-Identifier: Apache-2.0 */
/* Made for an interface that does not exist yet: must be refused. */
#include "evil.h"

static lehr_status evil_run(lehr_run *run) { return evil_sample(run, 0); }

const lehr_engine *lehr_plugin_v1(const lehr_host *host) {
  static const lehr_engine engine = {.struct_size = sizeof engine,
                                     .abi = LEHR_PLUGIN_ABI + 1,
                                     .name = "evil-abi",
                                     .summary = "from tomorrow",
                                     .plan = evil_plan,
                                     .run = evil_run};
  (void)host;
  return &engine;
}
