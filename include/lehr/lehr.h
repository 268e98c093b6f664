/* SPDX-License-Identifier: Apache-2.0 */
/* lehr/lehr.h - the C interface of lehr, a quantum-inspired optimization solver.
 *
 *   lehr_builder_* or lehr_model_read -> lehr_solve -> lehr_sampleset_* -> *_free
 */
#ifndef LEHR_LEHR_H
#define LEHR_LEHR_H

#include "lehr/file.h"
#include "lehr/model.h"
#include "lehr/solve.h"
#include "lehr/status.h"
#include "lehr/version.h"

#endif
