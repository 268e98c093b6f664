/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/real.h"
#include "tn/mps/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Tables are positive; what approximation makes of their smallest entries is not. */
static const double LEAST = 1e-30, MOST_RANK = 0x1p38;

/* Products of matrices from both ends up to the site of the new variable, for one state. Those of
 * the state before are used again as far as bits agree. */
typedef struct products {
  const mps_table *table;
  int32_t own;          /* site of the new variable; count: it is in no site */
  int32_t bond;         /* room of each vector */
  const int32_t *slot;  /* [n] */
  uint8_t *bits;        /* [count] of the state before */
  double *left, *right; /* [count+1][bond] */
  int32_t from_left;    /* left[0 .. from_left] are valid */
  int32_t from_right;   /* right[from_right .. count] are valid */
} products;

/* out = in A (to_right), or out = A in. */
static void apply(const mps_tensor *t, int x, bool to_right, const double in[], double out[]) {
  const double *a = t->a + (size_t)x * (size_t)t->left * (size_t)t->right;
  if (to_right) {
    memset(out, 0, (size_t)t->right * sizeof *out);
    for (int32_t l = 0; l < t->left; l++)
      for (int32_t r = 0; r < t->right; r++) out[r] += in[l] * a[l * t->right + r];
    return;
  }
  for (int32_t l = 0; l < t->left; l++) {
    double sum = 0;
    for (int32_t r = 0; r < t->right; r++) sum += a[l * t->right + r] * in[r];
    out[l] = sum;
  }
}

/* Takes over the bits of a state: products that depend on changed ones are void. */
static void set_bits(products *p, const uint64_t key[]) {
  for (int32_t k = 0; k < p->table->count; k++) {
    if (k == p->own) continue;
    const int32_t slot = p->slot[p->table->variable[k]];
    const uint8_t bit = key[slot / 64] >> (slot % 64) & 1;
    if (bit == p->bits[k]) continue;
    p->bits[k] = bit;
    if (k < p->from_left) p->from_left = k;
    if (k >= p->from_right) p->from_right = k + 1;
  }
}

/* log T of both children. */
static void weigh(products *p, const uint64_t key[], double out[2]) {
  const mps_table *t = p->table;
  set_bits(p, key);
  for (; p->from_left < p->own && p->from_left < t->count; p->from_left++)
    apply(t->site[p->from_left], p->bits[p->from_left], true, p->left + p->from_left * p->bond,
          p->left + (p->from_left + 1) * p->bond);
  for (; p->from_right > p->own + 1; p->from_right--)
    apply(t->site[p->from_right - 1], p->bits[p->from_right - 1], false,
          p->right + p->from_right * p->bond, p->right + (p->from_right - 1) * p->bond);
  for (int x = 0; x < 2; x++) {
    double value = 0;
    if (p->own == t->count) {
      value = p->left[t->count * p->bond];
    } else {
      const mps_tensor *own = t->site[p->own];
      double *next = p->left + (t->count + 1) * p->bond;
      apply(own, x, true, p->left + p->own * p->bond, next);
      for (int32_t r = 0; r < own->right; r++)
        value += next[r] * p->right[(p->own + 1) * p->bond + r];
    }
    out[x] = t->log_scale + real_log(value > LEAST ? value : LEAST);
  }
}

static bool products_make(products *p, const mps_sweep *s, const mps_table *t, int32_t v) {
  *p = (products){.table = t, .bond = s->options.bond, .slot = s->walk->slot};
  while (p->own < t->count && t->variable[p->own] != v) p->own++;
  const size_t rows = (size_t)t->count + 2, bond = (size_t)p->bond;
  p->bits = memory_array((size_t)t->count, 1);
  p->left = memory_array(rows * bond, 2 * sizeof *p->left);
  if (!p->bits || !p->left) return false;
  p->right = p->left + rows * bond;
  p->from_right = t->count;
  p->left[0] = p->right[(size_t)t->count * bond] = 1;
  return true;
}

static void products_free(products *p) {
  free(p->bits);
  free(p->left);
}

/* Field and couplings of the new variable with those that have values. */
static int64_t field_of(const mps_sweep *s, int32_t v, const uint64_t key[]) {
  const tn_network *t = s->t;
  int64_t field = t->h[v];
  for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) {
    const int32_t u = t->col[k];
    if (s->walk->rank[u] > s->walk->rank[v]) continue;
    const int32_t slot = s->walk->slot[u];
    field += key[slot / 64] >> (slot % 64) & 1 ? t->J[k] : -t->J[k];
  }
  return field;
}

static int64_t rank_of(const mps_sweep *s, int64_t value, double log_rest) {
  const double rank = s->options.beta * (double)value - log_rest;
  return (int64_t)(ldexp(1, MPS_GRAIN) * fmin(MOST_RANK, fmax(-MOST_RANK, rank)));
}

static bool expand(const void *self, int32_t step, int64_t count, const uint64_t keys[],
                   const int64_t values[], int64_t children[], int64_t ranks[]) {
  const mps_sweep *s = self;
  const int32_t v = s->walk->order[step], words = s->walk->words;
  products p;
  const bool is_possible = products_make(&p, s, &s->after[s->walk->n - 1 - step], v);
  for (int64_t i = 0; i < count && is_possible; i++) {
    const uint64_t *key = keys + i * words;
    const int64_t field = field_of(s, v, key);
    double rest[2];
    weigh(&p, key, rest);
    for (int x = 0; x < 2; x++) {
      children[2 * i + x] = values[i] + (x ? field : -field);
      ranks[2 * i + x] = rank_of(s, children[2 * i + x], rest[x]);
    }
  }
  products_free(&p);
  return is_possible;
}

beam_guide mps_guide(const mps_sweep *s) {
  return (beam_guide){.self = s, .is_bound = false, .expand = expand};
}
