/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tabu/flips.h - a state under one-flip moves, with the best allowed flip at hand.
 *
 * With E = sum h s + sum J s s let g_i = h_i + sum_j J_ij s_j; flipping s_i costs c_i = -s_i g_i,
 * half the change of E. Each variable is allowed or barred; every flip answers with the cheapest
 * flip among the allowed ones, ties broken by the state's random stream. Two ways to keep it:
 *
 *   dense rows (dense.h)        one vector pass over all variables adds a row and finds the best
 *   tournament (tournament.h)   a tree of winners, O(degree) leaves touched per flip
 *
 * Which one is used follows from the model alone. */
#ifndef LEHR_SOLVERS_TABU_FLIPS_H
#define LEHR_SOLVERS_TABU_FLIPS_H

#include "solvers/spin_form.h"

/* What all states of a model share. */
typedef struct flip_model {
  const spin_form *form;
  bool is_dense;
  /* Dense: */
  int32_t padded; /* n rounded up to DENSE_CHUNK */
  int row_type;   /* log2 of the bytes of an entry of rows */
  int field_type; /* the narrowest that holds every field, log2 of bytes: 1 or 2 */
  int64_t largest_step;
  const void *rows;    /* [n+1][padded] of J, the last row all 0 */
  const int32_t *rest; /* [padded] fields when all spins are +1 */
} flip_model;

typedef struct flip_choice {
  int32_t index; /* -1: all are barred */
  int64_t cost;
} flip_choice;

typedef struct flips flips;
struct flips {
  const flip_model *model;
  uint8_t *bits;  /* [n] */
  int64_t energy; /* E / 2, rounded down: comparable between states of one model */
  uint64_t random;
  /* Moves to bits[n] and allows all. O(interactions). */
  void (*enter)(flips *f, const uint8_t bits[]);
  /* Flips i, which may be barred, and returns the best allowed flip. */
  flip_choice (*flip)(flips *f, int32_t i);
  /* The best allowed flip; among dense models with halves (dense.h), to within one unit of cost. */
  flip_choice (*best)(flips *f);
  void (*bar)(flips *f, int32_t i, bool is_barred);
  /* ---- dense ---- */
  bool is_entered;
  int level;                        /* DENSE_SCALAR or a cpu_level */
  int type;                         /* of field, turn and bars: log2 of bytes */
  int64_t until_check;              /* flips for which fields cannot leave that type */
  void *field, *turn, *less, *bars; /* [padded] each; room for 4 bytes per entry */
  /* ---- tournament ---- */
  int64_t *cost, *key; /* [n] */
  int32_t *winners;    /* of all nodes, level by level */
  int32_t *champion;   /* the last node */
  int32_t shift;       /* random bits below a cost in its key */
};

/* Bytes of the model and of one state. */
uint64_t flip_model_bytes(const lehr_model_view *m);
uint64_t flips_bytes(const lehr_model_view *m);

/* Memory from run; false when refused. */
bool flip_model_make(flip_model *m, const spin_form *form, lehr_run *run);
/* level: DENSE_SCALAR or a cpu_level of this machine; all give the same results. */
bool flips_make(flips *f, const flip_model *m, lehr_run *run, int level);

/* Upper 32 bits of a linear congruential generator (Knuth's MMIX constants). */
static inline uint32_t flips_random(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(*state >> 32);
}

/* Uniform below bound, to within 2^-32. */
static inline uint32_t flips_below(uint64_t *state, uint32_t bound) {
  return (uint32_t)((uint64_t)flips_random(state) * bound >> 32);
}

#endif
