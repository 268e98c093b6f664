/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/grouped_state.h - one replica of a model with disjoint groups.
 *
 * Fields and costs are those of lanes.h: g_i = -(h_i + sum_j J_ij s_j), a flip costs s_i g_i.
 * Each group's members are kept in one list, the ones in front, so that a random one or zero is
 * found in O(1). */
#ifndef LEHR_SOLVERS_GROUPED_STATE_H
#define LEHR_SOLVERS_GROUPED_STATE_H

#include "solvers/spin_form.h"

/* What all replicas share. */
typedef struct grouped_model {
  const lehr_model_view *view;
  spin_form form;
  double *largest;      /* [n] largest 2 J_ij of a row, at least 0 */
  int32_t *group_of;    /* [n] group of a variable, -1 for none */
  const int32_t *dense; /* [n][n] 2 J; NULL for large, sparse and wide-ranged models */
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
/* Memory from run; false when refused, or if the run should stop (poll.h). */
bool grouped_model_make(grouped_model *g, lehr_run *run);
bool grouped_state_make(grouped_state *s, const grouped_model *g, lehr_run *run);

/* Moves to bits[n], which satisfies the groups. O(interactions). */
void grouped_enter(grouped_state *s, const uint8_t bits[]);
void grouped_leave(const grouped_state *s, uint8_t bits[]);

/* 2 J_ij from the rows of a sparse model. O(log degree). */
int64_t grouped_search(const grouped_model *g, int32_t i, int32_t j);

/* Half the change of energy, in double: sums of two fields may leave 64 bits. */
static inline double grouped_flip_cost(const grouped_state *s, int32_t i) {
  return (double)(s->spin[i] * s->field[i]);
}

/* A lower bound on what exchanging i and j costs, without looking their coupling up. */
static inline double grouped_exchange_floor(const grouped_state *s, int32_t i, int32_t j) {
  return grouped_flip_cost(s, i) + grouped_flip_cost(s, j) - s->model->largest[i];
}

/* Of flipping i and j, whose values differ: both flips count the coupling as if the other spin
 * stayed, and s_i s_j = -1. */
static inline double grouped_exchange_cost(const grouped_state *s, int32_t i, int32_t j) {
  const grouped_model *g = s->model;
  const int64_t coupling =
      g->dense ? g->dense[(size_t)i * (size_t)g->form.n + (size_t)j] : grouped_search(g, i, j);
  return grouped_flip_cost(s, i) + grouped_flip_cost(s, j) - (double)coupling;
}

/* O(degree). */
void grouped_flip(grouped_state *s, int32_t i);
void grouped_exchange(grouped_state *s, int32_t i, int32_t j);

/* Flips and exchanges that one pass of descent looks at. */
double grouped_pairs(const grouped_state *s);
/* Makes every flip or exchange that lowers the energy until there is none, in passes over all of
 * them, or until the run should stop or the looks reach `most` (at least one pass). Returns the
 * looks, grouped_pairs() for each pass. */
double grouped_descend(grouped_state *s, lehr_run *run, double most);

#endif
