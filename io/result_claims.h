/* SPDX-License-Identifier: Apache-2.0 */
/* io/result_claims.h - what a result says about itself, and whether that can be true. */
#ifndef LEHR_IO_RESULT_CLAIMS_H
#define LEHR_IO_RESULT_CLAIMS_H

#include "lehr/solve.h"

#include <stdbool.h>

/* As stated by a file. A result without status claims nothing. */
typedef struct result_claims {
  bool has_status;
  lehr_solve_status status;
  bool is_proven;
  double bound; /* NaN: none */
} result_claims;

/* As recomputed from the model: the first sample. */
typedef struct result_facts {
  bool has_sample, is_feasible;
  double energy;
  double proof_gap; /* how far below the energy a bound may be and still prove it */
} result_facts;

/* What cannot be true, as the end of a sentence about the result; NULL if nothing contradicts the
 * facts. That a bound is too low to be useful, or that a proof was made, cannot be seen. */
const char *result_claims_fault(const result_claims *claims, const result_facts *facts);

/* The status of that text ("optimal"). */
bool result_status_parse(const char *text, lehr_solve_status *status);

#endif
