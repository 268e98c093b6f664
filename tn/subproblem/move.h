/* SPDX-License-Identifier: Apache-2.0 */
/* tn/subproblem/move.h - moves by a plan: SUB_LANES states at a time, one per lane.
 *
 * Spins are int8_t [n][SUB_LANES], -1 or +1; tables are [entries][SUB_LANES], so that a kernel
 * needs no permutations and an entry of all states is one vector. Integers of 16, 32 or 64 bits for
 * minima (entries only matter relative to each other, and fields beyond what tables can outweigh
 * are clamped), doubles for draws, with every table scaled to its first entry: exact up to
 * rounding as long as two_beta * spread stays below SUB_COLDEST. */
#ifndef LEHR_TN_SUBPROBLEM_MOVE_H
#define LEHR_TN_SUBPROBLEM_MOVE_H

#include "base/cpu.h"
#include "tn/subproblem/plan.h"

enum { SUB_LANES = 16, SUB_WORDS = 4, SUB_SCALAR = -1, SUB_COLDEST = 400 };

/* Working memory for moves by any of the plans that it was made for. */
typedef struct sub_space {
  void *tables;        /* [entries][SUB_LANES] of 8 bytes at most */
  uint16_t *decisions; /* [words][SUB_LANES] */
  uint32_t *offset;    /* [most_children][1 << largest] */
  double *even, *odd;  /* [1 << largest] what couplings add, by entry */
  double *weights;     /* [2][n_couplings] */
} sub_space;

typedef struct sub_move {
  const sub_model *model;
  const sub_plan *plan;
  sub_space *space;
  int8_t *spin;    /* [n][SUB_LANES] */
  double two_beta; /* draws only */
  /* Draws only: sfc32 generators (Doty-Humphrey 2010), one a lane; one number per variable. */
  uint32_t (*random)[SUB_LANES];
} sub_move;

typedef enum sub_type { SUB_INT16, SUB_INT32, SUB_INT64, SUB_TYPES } sub_type;

/* Kernels; every level gives the same bits, sub_scalar takes one lane at a time. A move is
 * minimise() or draw() for all operations, from the first to the last in as many calls as one
 * likes, then settle(). Until that spins stay as they are. */
typedef struct sub_kernel {
  void (*minimise[SUB_TYPES])(const sub_move *m, int32_t begin, int32_t end);
  void (*draw[2])(const sub_move *m, int32_t begin, int32_t end); /* [fields fit 32 bits] */
  bool (*settle)(const sub_move *m); /* true if a spin changed; a minimum: if the energy fell */
} sub_kernel;

extern const sub_kernel sub_scalar, sub_baseline;
#if defined(__x86_64__)
extern const sub_kernel sub_avx2, sub_avx512;
#endif
/* level: SUB_SCALAR or a cpu_level that this machine has. */
const sub_kernel *sub_kernel_at(int level);

/* End of the operations from `begin` on that a call should be made for: a millisecond or two. */
int32_t sub_chunk_end(const sub_plan *p, int32_t begin);
/* Seconds of a move of one lane, as measured on one core of Zen 4. */
double sub_plan_seconds(const sub_plan *p, bool is_draw);

/* Bytes that sub_space_make takes. */
uint64_t sub_space_bytes(const sub_plan plans[], int32_t count);
bool sub_space_make(sub_space *s, const sub_plan plans[], int32_t count, sub_memory memory);
/* For estimates before there is a plan: what a space for plans of n variables takes, if they are
 * what they usually are. Callers who plan with that leave out those that are not. */
uint64_t sub_usual_space_bytes(int32_t n, int64_t entries_of_rows, int32_t width);
bool sub_plan_is_usual(const sub_plan *p, int32_t n);

/* The narrowest type that minimises p exactly; largest_field: max of |h_i| + sum |J_ij|. SUB_TYPES:
 * none does. */
sub_type sub_type_of(const sub_plan *p, int64_t largest_field);
/* Whether a draw at this temperature is exact. */
static inline bool sub_can_draw(const sub_plan *p, double two_beta) {
  return two_beta * p->spread <= SUB_COLDEST;
}

#endif
