/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/columns.h - exact models straight from sorted columns, as batches hold them.
 *
 * What lehr_builder would make of the same terms, without collecting and sorting them. */
#ifndef LEHR_QUBO_COLUMNS_H
#define LEHR_QUBO_COLUMNS_H

#include "lehr/model.h"

#include <stdbool.h>

typedef struct model_columns {
  lehr_vartype vartype;
  int32_t n;
  const int64_t *linear; /* [n] */
  int64_t n_couplings;
  const int32_t *row, *col; /* [n_couplings] */
  const int64_t *weight;    /* [n_couplings] */
  int64_t offset;
  double scale;
} model_columns;

/* Whether rows ascend, columns ascend within a row, all lie in the upper triangle of n variables,
 * and no weight is 0. O(n_couplings). */
bool columns_are_sorted(const model_columns *c);

/* The model, from sorted columns and a scale > 0. ENOMEM, or ERANGE as lehr_builder_finish.
 * O(n + n_couplings). */
lehr_status columns_model(const model_columns *c, lehr_model **out, lehr_error *err);

#endif
