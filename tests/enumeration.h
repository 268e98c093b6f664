/* SPDX-License-Identifier: Apache-2.0 */
/* tests/enumeration.h - what is to be known of models of up to 24 variables, from all states in the
 * order of a Gray code: each step costs one variable's couplings. A second for 24 variables. */
#ifndef LEHR_TESTS_ENUMERATION_H
#define LEHR_TESTS_ENUMERATION_H

#include "lehr/lehr.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENUMERATION_BITS = 24,
  ENUMERATION_HALF = ENUMERATION_BITS / 2,
  ENUMERATION_LOWEST = 20,
  ENUMERATION_GROUPS = ENUMERATION_BITS
};

/* Of the states that keep all groups. */
typedef struct enumeration {
  int64_t states, ground;            /* ground: with the lowest energy, which must be exact */
  double lowest[ENUMERATION_LOWEST]; /* ascending, infinite where there are fewer */
  double beta, log_z;
  double mean, variance;                 /* of the energy at beta */
  double half[2][1 << ENUMERATION_HALF]; /* probability of the values of variables 0..11, 12..23 */
} enumeration;

typedef struct enumerator {
  const lehr_model_view *m;
  double x[ENUMERATION_BITS], field[ENUMERATION_BITS]; /* field: what x = 1 would add */
  uint32_t group[ENUMERATION_GROUPS];                  /* members */
  double energy;
} enumerator;

static inline double enumeration_weight(const lehr_model_view *m, int64_t k) {
  return m->is_exact ? (double)m->weight_i64[k] * m->scale : m->weight_f64[k];
}

static inline bool enumeration_keeps_groups(const enumerator *e, uint32_t state) {
  for (int32_t g = 0; g < e->m->n_groups; g++) {
    const int32_t ones = __builtin_popcount(state & e->group[g]);
    const bool at_most = e->m->group_kind[g] == LEHR_GROUP_AT_MOST_ONE;
    if (at_most ? ones > 1 : ones != e->m->group_k[g]) return false;
  }
  return true;
}

static inline enumerator enumeration_begin(const lehr_model *model) {
  static const uint8_t none[ENUMERATION_BITS];
  const lehr_model_view *const m = lehr_model_look(model);
  enumerator e = {.m = m, .energy = lehr_model_energy(model, none)};
  if (m->n > ENUMERATION_BITS || m->n_groups > ENUMERATION_GROUPS) abort();
  for (int32_t g = 0; g < m->n_groups; g++)
    for (int64_t k = m->group_ptr[g]; k < m->group_ptr[g + 1]; k++)
      e.group[g] |= 1u << m->group_idx[k];
  for (int32_t i = 0; i < m->n; i++) e.x[i] = m->vartype == LEHR_SPIN ? -1 : 0;
  for (int32_t i = 0; i < m->n; i++) {
    if (m->is_exact ? m->linear_i64 != NULL : m->linear_f64 != NULL)
      e.field[i] = m->is_exact ? (double)m->linear_i64[i] * m->scale : m->linear_f64[i];
    for (int64_t k = m->row[i]; k < m->row[i + 1]; k++)
      e.field[i] += enumeration_weight(m, k) * e.x[m->col[k]];
  }
  return e;
}

static inline void enumeration_flip(enumerator *e, int32_t i) {
  const lehr_model_view *const m = e->m;
  const double change = m->vartype == LEHR_SPIN ? -2 * e->x[i] : 1 - 2 * e->x[i];
  e->energy += change * e->field[i];
  e->x[i] += change;
  for (int64_t k = m->row[i]; k < m->row[i + 1]; k++)
    e->field[m->col[k]] += change * enumeration_weight(m, k);
}

static inline void enumeration_take(enumeration *out, double energy, uint32_t state) {
  double *const lowest = out->lowest;
  out->states++;
  if (energy < lowest[0]) out->ground = 0;
  if (energy <= lowest[0]) out->ground++;
  if (energy < lowest[ENUMERATION_LOWEST - 1]) {
    int k = ENUMERATION_LOWEST - 1;
    for (; k > 0 && lowest[k - 1] > energy; k--) lowest[k] = lowest[k - 1];
    lowest[k] = energy;
  }
  if (out->beta == 0) return;
  const double weight = exp(-out->beta * energy);
  out->log_z += weight;
  out->mean += weight * energy;
  out->variance += weight * energy * energy;
  out->half[0][state & ((1u << ENUMERATION_HALF) - 1)] += weight;
  out->half[1][state >> ENUMERATION_HALF] += weight;
}

/* Sums become probabilities and moments. */
static inline void enumeration_end(enumeration *out) {
  const double sum = out->log_z;
  out->log_z = log(sum);
  out->mean /= sum;
  out->variance = out->variance / sum - out->mean * out->mean;
  for (int side = 0; side < 2; side++)
    for (int k = 0; k < 1 << ENUMERATION_HALF; k++) out->half[side][k] /= sum;
}

/* beta = 0: nothing of the Boltzmann distribution. Its weights must be within the doubles. */
static inline void enumerate_model(const lehr_model *model, double beta, enumeration *out) {
  enumerator e = enumeration_begin(model);
  uint32_t state = 0;
  memset(out, 0, sizeof *out);
  out->beta = beta;
  for (int k = 0; k < ENUMERATION_LOWEST; k++) out->lowest[k] = HUGE_VAL;
  for (uint32_t step = 0;;) {
    if (enumeration_keeps_groups(&e, state)) enumeration_take(out, e.energy, state);
    if (++step >> e.m->n) break;
    const int32_t i = __builtin_ctz(step);
    state ^= 1u << i;
    enumeration_flip(&e, i);
  }
  if (beta != 0) enumeration_end(out);
}

/* Probability that variable i is 1, and that i and j of one half have values a and b. */
static inline double enumeration_pair(const enumeration *e, int32_t i, int a, int32_t j, int b) {
  const int side = i / ENUMERATION_HALF;
  double sum = 0;
  for (int k = 0; k < 1 << ENUMERATION_HALF; k++)
    if ((k >> i % ENUMERATION_HALF & 1) == a && (k >> j % ENUMERATION_HALF & 1) == b)
      sum += e->half[side][k];
  return sum;
}

static inline double enumeration_one(const enumeration *e, int32_t i) {
  return enumeration_pair(e, i, 1, i, 1);
}

#endif
