/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/tabu/dense.h - flips of dense models: one pass of vectors per flip.
 *
 *   rows   [n+1][padded]  int8, int16 or int32: J
 *   field  [padded]       int16 or int32
 *   turn   [padded]       -1 (all bits) for spin +1 and 0 for -1, in the type of the fields
 *   bars   [padded]       the type's smallest value where allowed, its largest where barred
 *
 * A flip adds or subtracts a row twice, and the same pass finds the smallest of max(cost, bar).
 * Equal costs: the first from a random chunk on, cyclically. Memory traffic decides: a row of int8
 * is a quarter of what int32 would be, and int16 fields of 3000 variables stay in the first cache.
 *
 * The parity of a field never changes, since all steps are even: g = 2 d + p. Where g need not fit
 * int16 the state keeps d in its place, which steps by J and reaches twice as far, and compares
 * floor(cost / 2): -d, d, or for p = 1 and spin +1 the complement ~d; so
 *
 *   cost = (field ^ turn) - less,   less = turn, but 0 with halves where p = 1
 *
 * Even d need not fit in the worst case, but does in all states that a search meets. From the
 * largest field now and the largest step follows for how many flips that is certain; then it is
 * looked at again, and if there is little room left the state goes on in int32. When states are
 * entered the type is chosen anew, from the state alone. */
#ifndef LEHR_SOLVERS_TABU_DENSE_H
#define LEHR_SOLVERS_TABU_DENSE_H

#include "base/cpu.h"
#include "solvers/tabu/flips.h"

enum { DENSE_CHUNK = 64, DENSE_SCALAR = -1, DENSE_ROW_TYPES = 3, DENSE_FIELD_TYPES = 3 };

/* One pass: field += 2 row, += row with halves (-= if is_minus), and the argument of the smallest
 * max(cost, bar). */
typedef struct dense_pass {
  const void *row;
  void *field;
  const void *turn, *less, *bars;
  int32_t padded;
  int32_t start; /* chunk where the search for the smallest begins */
  bool is_minus;
} dense_pass;

typedef struct dense_found {
  int32_t index;
  int32_t value; /* the type's largest if all are barred */
} dense_found;

typedef dense_found (*dense_pass_fn)(const dense_pass *p);

/* [fields of int16, of int32, halves in int16][row type]; int16 has no rows of int32. */
typedef dense_pass_fn dense_kernel_set[DENSE_FIELD_TYPES][DENSE_ROW_TYPES];
extern const dense_kernel_set dense_baseline, dense_scalar;
#if defined(__x86_64__)
extern const dense_kernel_set dense_avx2, dense_avx512;
#endif

/* Whether dense rows are the faster way, and possible. */
bool dense_pays(const spin_form *f);
/* The most that dense_prepare takes for any model of this size and number of couplings. */
uint64_t dense_most_bytes(const lehr_model_view *m);
/* Adds rows to the model; memory from run, false when refused. O(n^2). */
bool dense_prepare(flip_model *m, lehr_run *run);
/* A state's arrays and functions. */
bool dense_make(flips *f, lehr_run *run, int level);

#endif
