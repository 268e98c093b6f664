/* SPDX-License-Identifier: Apache-2.0 */
/* solvers/bits/bit_model.h - a model as the bit-sliced kernels (bits.h) want it.
 *
 * Sites lie in visiting order: places 0..n-1. Within windows of the model's own order, sites of one
 * degree follow each other, so that loops run a constant number of times. Place n is the constant
 * spin +1. */
#ifndef LEHR_SOLVERS_BITS_BIT_MODEL_H
#define LEHR_SOLVERS_BITS_BIT_MODEL_H

#include "solvers/spin_form.h"

/* Largest degree of the kernels for bonds of weight 1, and how many planes that takes. */
enum { BITS_DEGREE = 63, BITS_PLANES = 6, BITS_GENERAL = -1 };
#define BITS_POSITIVE UINT32_C(0x80000000)

/* Places begin..end-1, alike. Equal bonds: all of weight 1, no field; `degree` entries for each
 * place from `entry` on. General: any weights; its places are the general ones from `entry` on. */
typedef struct bit_group {
  int32_t begin, end;
  int32_t degree; /* 1..BITS_DEGREE, or BITS_GENERAL */
  int64_t entry;
} bit_group;

/* A general place. Its entries of plane k are entry[k]..entry[k+1]-1 of general_col. */
typedef struct bit_site {
  int64_t weight; /* W */
  int32_t planes; /* K */
} bit_site;

typedef struct bit_model {
  int32_t n;
  const int32_t *site; /* [n] variable at each place */
  int32_t n_groups;
  const bit_group *groups;
  const int32_t *col;      /* places of neighbours over bonds of equal weight */
  const uint64_t *sign;    /* for each of col: all ones where J > 0; NULL if all of them agree */
  uint64_t shared_sign;    /* where sign is NULL */
  const uint64_t *start;   /* [2^BITS_PLANES + 1][8] bits of the row's number, as whole words */
  int32_t levels;          /* binary digits of the largest weight of a general place */
  const int64_t *entry;    /* [general places][levels + 1] */
  const bit_site *general; /* [general places] */
  const uint32_t *general_col; /* place of the neighbour, n: constant; BITS_POSITIVE where J > 0 */
  int64_t largest_weight;      /* of any place */
  int64_t entries;             /* of col and general_col: what a sweep looks at */
} bit_model;

/* Whether bits are worth while: an exact model whose couplings and fields, in units of their
 * greatest common divisor, have few binary digits that are 1. O(n + interactions). */
bool bits_pay(const lehr_model_view *m);
/* Entries for each directed coupling and each variable that the models have at most. */
enum { BITS_MOST_DIGITS = 3 };
/* Bytes that bits_prepare takes at most. */
uint64_t bits_bytes(const lehr_model_view *m);
/* Makes the model; memory from run. False when that is refused, or the run should stop (poll.h).
 * O(n + interactions). */
bool bits_prepare(bit_model *out, const spin_form *f, lehr_run *run);

#endif
