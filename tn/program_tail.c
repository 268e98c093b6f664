/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/program_tail.h"

bool program_tail(const tn_program *p, int64_t k, tn_tail *out) {
  int64_t leave = k;
  while (leave < p->n_ops && p->ops[leave].kind == TN_INTRO) leave++;
  if (leave + 1 >= p->n_ops) return false;
  const tn_op *const op = &p->ops[leave], *const join = op + 1;
  const bool leaves = op->kind == TN_ELIM || op->kind == TN_REPLACE;
  *out = (tn_tail){.first = k, .leave = leave, .join = leave + 1};
  return leaves && op->slot < p->ops[k].width && join->kind == TN_JOIN;
}
