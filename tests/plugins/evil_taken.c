/* SPDX-License-Identifier: Apache-2.0 */
/* Calls itself like a built-in engine: must be refused. */
#include "evil.h"

static lehr_status evil_run(lehr_run *run) { return evil_sample(run, 0); }

EVIL_PLUGIN(.name = "greedy")
