/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "tn/semiring/price.h"
#include "tn/semiring/sums.h"
#include "tn/sumproduct.h"

typedef struct job {
  const tn_program *p;
  const semiring *s;
  double beta, log_z;
} job;

static void read_root(const tn_table *root, void *user) {
  job *j = user;
  j->log_z = sums_log(j->p, j->s, j->beta, root);
}

static lehr_status run(void *user, const semiring *s, semiring_context *c, bool *is_complete,
                       lehr_error *err) {
  job *j = user;
  j->s = s;
  return machine_run(j->p, s, c, is_complete, read_root, j, err);
}

lehr_status sum_log_z(const tn_program *p, double beta, const tn_guard *guard, double *log_z,
                      bool *is_complete, lehr_error *err) {
  job j = {.p = p, .beta = beta};
  LEHR_TRY(sums_run(p, beta, guard, run, &j, is_complete, err));
  *log_z = j.log_z;
  return LEHR_OK;
}

lehr_status sum_log_z_plan(const tn_program *p, double beta, tn_need *cost, uint64_t limit,
                           lehr_error *err) {
  const semiring *numbers;
  size_t bytes;
  LEHR_TRY(sums_numbers(p, beta, &numbers, err));
  LEHR_TRY(machine_bytes(p, numbers, &bytes, err));
  *cost = (tn_need){.bytes = bytes, .fits = bytes <= limit};
  semiring_work work = {.operations = (double)p->n_ops, .bytes = bytes};
  for (int64_t k = 0; k < p->n_ops; k++) work.entries += (double)((size_t)1 << p->ops[k].width);
  cost->seconds = semiring_seconds(numbers, &work);
  return LEHR_OK;
}
