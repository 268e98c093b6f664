/* SPDX-License-Identifier: Apache-2.0 */
/* A name that is a path and commands the terminal: must be refused. */
#include "evil.h"

static lehr_status evil_run(lehr_run *run) { return evil_sample(run, 0); }

EVIL_PLUGIN(.name = "../evil\033[2J")
