/* SPDX-License-Identifier: Apache-2.0 */
#include "io/result_claims.h"

#include <math.h>
#include <string.h>

/* Bounds and energies are rounded from the same exact numbers, but perhaps not by one machine. */
static const double rounding = 1e-12;

const char *result_claims_fault(const result_claims *claims, const result_facts *facts) {
  const lehr_solve_status status = claims->status;
  const bool is_feasible = facts->has_sample && facts->is_feasible;
  const double slack = is_feasible ? rounding * fmax(1, fabs(facts->energy)) : 0;
  if (isinf(claims->bound)) return "its bound is not finite";
  if (is_feasible && claims->bound > facts->energy + slack) return "its bound is above its energy";
  if (!claims->has_status) return NULL;
  if (is_feasible != (status == LEHR_SOLVE_FEASIBLE || status == LEHR_SOLVE_OPTIMAL))
    return "its status is not that of its sample";
  if (claims->is_proven != (status == LEHR_SOLVE_OPTIMAL || status == LEHR_SOLVE_INFEASIBLE))
    return "its status and \"proven\" contradict each other";
  if (status == LEHR_SOLVE_OPTIMAL && !(claims->bound >= facts->energy - fmax(slack, facts->proof_gap)))
    return "it is called optimal, but its bound is not its energy";
  return NULL;
}

bool result_status_parse(const char *text, lehr_solve_status *status) {
  for (int k = LEHR_SOLVE_UNKNOWN; k <= LEHR_SOLVE_INFEASIBLE; k++) {
    *status = (lehr_solve_status)k;
    if (strcmp(text, lehr_solve_status_text(*status)) == 0) return true;
  }
  return false;
}
