/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/anneal/grouped_state.h - one replica of a model with disjoint groups.
 *
 * Fields and costs are those of lanes.h: g_i = -(h_i + sum_j J_ij s_j), a flip costs s_i g_i.
 * Each group's members are kept in one list, the ones in front, so that a random one or zero is
 * found in O(1). */
#ifndef LEHR_SOLVERS_ANNEAL_GROUPED_STATE_H
#define LEHR_SOLVERS_ANNEAL_GROUPED_STATE_H

#include "solvers/anneal/spin_form.h"

/* What all replicas share. */
typedef struct grouped_model {
  const lehr_model_view *view;
  spin_form form;
  int32_t *group_of;    /* [n] group of a variable, -1 for none */
  const int64_t *dense; /* [n][n] 2 J, or NULL for large sparse models */
} grouped_model;

typedef struct grouped_state {
  const grouped_model *model;
  int8_t *spin;     /* [n] */
  int64_t *field;   /* [n] */
  int32_t *members; /* laid out like view->group_idx */
  int32_t *place;   /* [n] index of a grouped variable in members */
  int32_t *ones;    /* [n_groups] */
} grouped_state;

uint64_t grouped_model_bytes(const lehr_model_view *m);
uint64_t grouped_state_bytes(const lehr_model_view *m);
/* Memory from run; false when refused. */
bool grouped_model_make(grouped_model *g, lehr_run *run);
bool grouped_state_make(grouped_state *s, const grouped_model *g, lehr_run *run);

/* Moves to bits[n], which satisfies the groups. O(interactions). */
void grouped_enter(grouped_state *s, const uint8_t bits[]);
void grouped_leave(const grouped_state *s, uint8_t bits[]);

/* Half the change of energy, in double: sums of two fields may leave 64 bits. */
double grouped_flip_cost(const grouped_state *s, int32_t i);
/* Of flipping i and j, whose values differ. O(log degree), O(1) where dense. */
double grouped_exchange_cost(const grouped_state *s, int32_t i, int32_t j);
/* O(degree). */
void grouped_flip(grouped_state *s, int32_t i);
void grouped_exchange(grouped_state *s, int32_t i, int32_t j);

/* Flips and exchanges that one pass of descent looks at. */
double grouped_pairs(const grouped_state *s);
/* Makes every flip or exchange that lowers the energy until there is none, in passes over all of
 * them, or until the run should stop. */
void grouped_descend(grouped_state *s, lehr_run *run);

#endif
