/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/choose.h - what `--engine auto` means. */
#ifndef LEHR_SOLVERS_CHOOSE_H
#define LEHR_SOLVERS_CHOOSE_H

#include "lehr/plugin.h"

/* The built-in engine for this model: a proof where enumeration takes milliseconds (and at most one
 * sample and no engine options were asked for, and a work budget covers all states); annealing
 * where several samples or its options were asked for; the portfolio elsewhere. Never NULL.
 * docs/engines.md tells users. */
const lehr_engine *choose_engine(const lehr_model_view *m, const lehr_params *params);

/* Whether an engine that `auto` may choose for some model understands all options of params; EUSAGE
 * with what the usual choice says about them otherwise. */
lehr_status choose_check_options(const lehr_params *params, lehr_error *err);

#endif
