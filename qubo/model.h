/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/model.h - the inside of lehr_model: one block of arrays, immutable once made.
 *
 * Only assemble.c, columns.c, components.c and ising.c make models. Everybody else reads through
 * lehr_model_view.
 */
#ifndef LEHR_QUBO_MODEL_H
#define LEHR_QUBO_MODEL_H

#include "lehr/model.h"

#include <stdbool.h>

struct lehr_model {
  lehr_model_view view; /* first: a model can be read as its view */
  /* What view's const pointers point to; NULL where absent. Owned. */
  int64_t *row;
  int32_t *col;
  int64_t *weight_i64, *linear_i64;
  double *weight_f64, *linear_f64;
  int64_t *group_ptr;
  int32_t *group_idx, *group_k, *time_index;
  int8_t *group_kind;
  char *name;   /* or NULL */
  char **label; /* [n], each or NULL; or NULL */
};

/* Model of n variables and m couplings with zeroed arrays, view set. NULL when memory is short. */
lehr_model *model_alloc(lehr_vartype vartype, int32_t n, int64_t m, bool is_exact);

/* Mean number of neighbours; 0 without variables. */
double model_mean_degree(const lehr_model_view *m);

/* Copies groups, labels, name, time_index of `from` to the fresh model `to`. */
lehr_status model_copy_structure(const lehr_model *from, lehr_model *to);

/* Points view at the owned arrays; to be called after an owned array was set. */
void model_refresh_view(lehr_model *m);

#endif
