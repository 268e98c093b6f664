/* SPDX-License-Identifier: Apache-2.0 */
/* An option outside its structure: must be refused. */
#include "evil.h"

static const lehr_option rows[] = {
    {"far", LEHR_OPTION_INT, 1 << 20, 1, 0, 2, "units", "writes where nothing is"}};
static const lehr_option_table table = {sizeof table, 8, 1, rows};

static lehr_status evil_run(lehr_run *run) { return evil_sample(run, 0); }

EVIL_PLUGIN(.name = "evil-options", .options = &table)
