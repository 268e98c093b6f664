/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "solvers/tn/marginals.h"

#include <stdlib.h>

typedef struct teller {
  const tn_legs *l;
  const tn_factors *f;   /* over the variables that are not fixed: */
  const int32_t *number; /* of each, the bit */
  const tn_marginals *m;
  int64_t n_pairs;
  int32_t *leg, *place; /* [n] of a variable of the model; its place in the leg */
  int32_t *leg_of_bit;  /* [bits] */
  double *state;        /* probability of every state of all legs */
  double *one;          /* [n] */
} teller;

static void release(teller *t) {
  free(t->leg);
  free(t->place);
  free(t->leg_of_bit);
  free(t->state);
  free(t->one);
}

static bool is_one(const tn_legs *l, int32_t state, int32_t place) {
  for (int64_t k = l->first_one[state]; k < l->first_one[state + 1]; k++)
    if (l->one[k] == place) return true;
  return false;
}

/* ---- Legs ---- */

/* State of the leg in an entry of a factor that has its code. */
static int32_t state_in(const teller *t, tn_factor f, int32_t leg, int64_t entry) {
  int32_t from = 0;
  while (t->number[f.variable[from]] != t->l->bit[leg]) from++;
  const int64_t mask = ((int64_t)1 << legs_code_bits(t->l, leg)) - 1;
  return legs_state(t->l, leg, (int32_t)(entry >> from & mask));
}

static void find_states(teller *t, int32_t leg) {
  const tn_legs *const l = t->l;
  double *const p = t->state;
  const int32_t first = l->first_state[leg], factor = l->factor[leg];
  if (legs_code_bits(l, leg) == 0) p[first] = 1;
  if (legs_code_bits(l, leg) == 1) {
    p[first] = marginals_one(-t->m->mean[l->bit[leg]]);
    p[first + 1] = marginals_one(t->m->mean[l->bit[leg]]);
  }
  if (factor < 0) return;
  const tn_factor f = factors_at(t->f, factor);
  for (int64_t e = 0; e < (int64_t)1 << f.width; e++)
    p[state_in(t, f, leg, e)] += t->m->entries[t->f->entry[factor] + e];
}

static void find_ones(teller *t, int32_t leg) {
  const tn_legs *const l = t->l;
  for (int32_t s = l->first_state[leg]; s < l->first_state[leg + 1]; s++)
    for (int64_t k = l->first_one[s]; k < l->first_one[s + 1]; k++)
      t->one[l->member[l->first[leg] + l->one[k]]] += t->state[s];
  for (int32_t k = l->first[leg]; k < l->first[leg + 1]; k++) {
    double *const p = &t->one[l->member[k]];
    if (*p > 1) *p = 1;
  }
}

/* ---- Pairs ---- */

static void add(lehr_pair_marginal *out, bool i, bool j, double probability) {
  out->probability[2 * i + j] += probability;
}

static void within_leg(const teller *t, int32_t leg, lehr_pair_marginal *out) {
  for (int32_t s = t->l->first_state[leg]; s < t->l->first_state[leg + 1]; s++)
    add(out, is_one(t->l, s, t->place[out->i]), is_one(t->l, s, t->place[out->j]), t->state[s]);
}

/* One of the legs has a single state. */
static void independent(const teller *t, lehr_pair_marginal *out) {
  const double p = t->one[out->i], q = t->one[out->j];
  for (int x = 0; x < 4; x++) out->probability[x] = (x & 2 ? p : 1 - p) * (x & 1 ? q : 1 - q);
}

static int compare_pairs(const void *left, const void *right) {
  const tn_pair *a = left, *b = right;
  if (a->i != b->i) return a->i < b->i ? -1 : 1;
  return (a->j > b->j) - (a->j < b->j);
}

/* Of legs of one bit each, a < b; false where they are not coupled after all. */
static bool of_bits(const teller *t, int32_t a, int32_t b, lehr_pair_marginal *out) {
  const tn_legs *const l = t->l;
  const tn_pair wanted = {.i = l->bit[a], .j = l->bit[b]};
  const tn_pair *const found =
      bsearch(&wanted, t->m->pairs, (size_t)t->n_pairs, sizeof wanted, compare_pairs);
  const bool is_turned = t->leg[out->i] == b;
  const int32_t in_a = is_turned ? out->j : out->i, in_b = is_turned ? out->i : out->j;
  double p[4];
  if (!found) return false;
  marginals_pair(t->m->mean, found, p);
  for (int x = 0; x < 4; x++) {
    const bool one_a = is_one(l, l->first_state[a] + (x >> 1), t->place[in_a]);
    const bool one_b = is_one(l, l->first_state[b] + (x & 1), t->place[in_b]);
    add(out, is_turned ? one_b : one_a, is_turned ? one_a : one_b, p[x]);
  }
  return true;
}

/* The factor of two legs, a < b: factors of two come first and ascend. */
static int32_t find_factor(const teller *t, int32_t a, int32_t b) {
  int32_t low = 0, high = t->f->count;
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    const tn_factor f = factors_at(t->f, middle);
    const int32_t own = t->leg_of_bit[t->number[f.variable[0]]];
    const int32_t other = t->leg_of_bit[t->number[f.variable[f.width - 1]]];
    if (own != other && (own < a || (own == a && other < b)))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void of_factor(const teller *t, int32_t a, int32_t b, lehr_pair_marginal *out) {
  const int32_t factor = find_factor(t, a, b);
  const tn_factor f = factors_at(t->f, factor);
  for (int64_t e = 0; e < (int64_t)1 << f.width; e++) {
    const int32_t i = state_in(t, f, t->leg[out->i], e), j = state_in(t, f, t->leg[out->j], e);
    add(out, is_one(t->l, i, t->place[out->i]), is_one(t->l, j, t->place[out->j]),
        t->m->entries[t->f->entry[factor] + e]);
  }
}

static bool find_pair(const teller *t, lehr_pair_marginal *out) {
  const int32_t x = t->leg[out->i], y = t->leg[out->j], a = x < y ? x : y, b = x < y ? y : x;
  const int32_t bits_a = legs_code_bits(t->l, a), bits_b = legs_code_bits(t->l, b);
  if (a == b)
    within_leg(t, a, out);
  else if (bits_a == 0 || bits_b == 0)
    independent(t, out);
  else if (bits_a == 1 && bits_b == 1)
    return of_bits(t, a, b, out);
  else
    of_factor(t, a, b, out);
  for (int k = 0; k < 4; k++)
    if (out->probability[k] > 1) out->probability[k] = 1;
  return true;
}

/* ---- All of them ---- */

static lehr_status tell_pairs(tn_job *j, const teller *t) {
  const lehr_model_view *const m = j->run->model;
  lehr_pair_marginal *const told = memory_array((size_t)m->row[m->n] / 2, sizeof *told);
  int64_t count = 0;
  if (!told) return LEHR_ENOMEM;
  for (int32_t v = 0; v < m->n; v++)
    for (int64_t e = m->row[v]; e < m->row[v + 1]; e++) {
      if (m->col[e] < v) continue;
      told[count] = (lehr_pair_marginal){.i = v, .j = m->col[e]};
      count += find_pair(t, &told[count]);
    }
  const lehr_status status = j->run->marginals(j->run, t->one, count, told);
  free(told);
  return status;
}

static bool allocate(teller *t) {
  const tn_legs *const l = t->l;
  const size_t n = (size_t)l->n;
  t->leg = memory_array(n, sizeof *t->leg);
  t->place = memory_array(n, sizeof *t->place);
  t->leg_of_bit = memory_array((size_t)l->bit[l->count], sizeof *t->leg_of_bit);
  t->state = memory_array((size_t)l->first_state[l->count], sizeof *t->state);
  t->one = memory_array(n, sizeof *t->one);
  return t->leg && t->place && t->leg_of_bit && t->state && t->one;
}

lehr_status tn_tell_leg_marginals(tn_job *j, const tn_marginals *m, int64_t n_pairs) {
  const tn_legs *const l = &j->plan.legs;
  teller t = {.l = l,
              .f = &j->plan.program.factors,
              .number = j->plan.mirror.number,
              .m = m,
              .n_pairs = n_pairs};
  const bool is_made = allocate(&t);
  for (int32_t leg = 0; is_made && leg < l->count; leg++) {
    for (int32_t k = l->first[leg]; k < l->first[leg + 1]; k++) {
      t.leg[l->member[k]] = leg;
      t.place[l->member[k]] = k - l->first[leg];
    }
    for (int32_t k = l->bit[leg]; k < l->bit[leg + 1]; k++) t.leg_of_bit[k] = leg;
    find_states(&t, leg);
    find_ones(&t, leg);
  }
  const lehr_status status = is_made ? tell_pairs(j, &t) : LEHR_ENOMEM;
  release(&t);
  return status;
}
