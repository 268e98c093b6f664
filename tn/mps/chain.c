/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/mps/chain.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/real.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void tensor_release(mps_tensor *t) {
  if (!t || --t->users > 0) return;
  free(t->a);
  free(t);
}

static double tensor_bytes(int32_t left, int32_t right) {
  return 2 * (double)left * (double)right * sizeof(double) + sizeof(mps_tensor);
}

void chain_release(mps_chain *c, mps_tensor *t) {
  if (t && t->users == 1) c->live -= tensor_bytes(t->left, t->right);
  tensor_release(t);
}

static mps_tensor *tensor_make(mps_chain *c, int32_t left, int32_t right) {
  const size_t size = 2 * (size_t)left * (size_t)right;
  mps_tensor *t = malloc(sizeof *t);
  if (!t) return NULL;
  *t = (mps_tensor){.users = 1, .left = left, .right = right};
  c->live += tensor_bytes(left, right);
  if (c->live > c->bytes) c->bytes = c->live;
  if (c->is_dry) return t;
  t->a =
      calloc(size, sizeof *t->a); /* aligned ones cannot take each other's places in glibc 2.36 */
  if (t->a) return t;
  free(t);
  return NULL;
}

static double *scratch(const mps_chain *c, int part) {
  return c->scratch + (size_t)part * 4 * (size_t)c->limits.most * (size_t)c->limits.most;
}

enum { SCRATCHES = 5 };

uint64_t chain_scratch_bytes(int32_t most) {
  return (SCRATCHES * 4 * (uint64_t)most * (uint64_t)most + 4 * (uint64_t)most) * sizeof(double);
}

lehr_status chain_make(mps_chain *c, int32_t room, const split_limits *limits, bool is_dry,
                       lehr_error *err) {
  *c = (mps_chain){.room = room, .limits = *limits, .is_dry = is_dry};
  const uint64_t bytes = is_dry ? 8 : chain_scratch_bytes(limits->most);
  c->site = memory_array((size_t)room, sizeof *c->site);
  c->variable = memory_array((size_t)room, sizeof *c->variable);
  c->scratch = memory_array((size_t)bytes, 1);
  if (c->site && c->variable && c->scratch) return LEHR_OK;
  chain_free(c);
  return error_memory(err, bytes + 16 * (uint64_t)room);
}

void chain_free(mps_chain *c) {
  for (int32_t k = 0; k < c->count; k++) tensor_release(c->site[k]);
  free(c->site);
  free(c->variable);
  free(c->scratch);
  *c = (mps_chain){0};
}

static void set_site(mps_chain *c, int32_t at, mps_tensor *t) {
  chain_release(c, c->site[at]);
  c->site[at] = t;
}

/* The centre's norm goes to the scale. */
static void normalise(mps_chain *c, mps_tensor *t) {
  if (c->is_dry) return;
  const size_t size = 2 * (size_t)t->left * (size_t)t->right;
  double sum = 0;
  for (size_t k = 0; k < size; k++) sum += t->a[k] * t->a[k];
  if (!(sum > 0) || !isfinite(sum)) return;
  const double norm = sqrt(sum);
  for (size_t k = 0; k < size; k++) t->a[k] /= norm;
  c->log_scale += real_log(norm);
}

/* out[m][n] (+)= a[m][k] b[k][n] */
static void multiply(const double a[], const double b[], int32_t m, int32_t k, int32_t n,
                     double out[]) {
  for (int32_t i = 0; i < m; i++) {
    double *row = out + i * n;
    memset(row, 0, (size_t)n * sizeof *row);
    for (int32_t j = 0; j < k; j++) {
      const double x = a[i * k + j];
      for (int32_t l = 0; l < n; l++) row[l] += x * b[j * n + l];
    }
  }
}

/* ---- The centre moves ---- */

static void dry_step(mps_chain *c, double m, double n, double factor) {
  c->steps += factor * m * n * (m < n ? m : n);
}

/* One site to the right: A = Q R, R goes to the next one. */
static bool move_right(mps_chain *c) {
  const int32_t at = c->centre;
  const mps_tensor *a = c->site[at], *b = c->site[at + 1];
  const int32_t m = 2 * a->left, n = a->right;
  dry_step(c, m, n, 4);
  int32_t rank = m < n ? m : n;
  if (!c->is_dry) {
    memcpy(scratch(c, 0), a->a, (size_t)m * (size_t)n * sizeof(double));
    rank = split_qr(scratch(c, 0), m, n, scratch(c, 1), scratch(c, 2));
    if (rank == 0) rank = 1; /* a table of zeros keeps its shape */
  }
  mps_tensor *q = tensor_make(c, a->left, rank), *r = tensor_make(c, rank, b->right);
  if (q && r && !c->is_dry) {
    memcpy(q->a, scratch(c, 1), (size_t)m * (size_t)rank * sizeof(double));
    for (int32_t x = 0; x < 2; x++)
      multiply(scratch(c, 2), b->a + x * b->left * b->right, rank, n, b->right,
               r->a + x * rank * b->right);
  }
  if (!q || !r) {
    chain_release(c, q);
    chain_release(c, r);
    return false;
  }
  set_site(c, at, q);
  set_site(c, at + 1, r);
  c->centre++;
  return true;
}

/* The same to the left, on transposed matrices. */
static bool move_left(mps_chain *c) {
  const int32_t at = c->centre;
  const mps_tensor *b = c->site[at], *a = c->site[at - 1];
  const int32_t m = 2 * b->right, n = b->left;
  dry_step(c, m, n, 4);
  int32_t rank = m < n ? m : n;
  if (!c->is_dry) {
    double *M = scratch(c, 0);
    for (int32_t x = 0; x < 2; x++)
      for (int32_t l = 0; l < b->left; l++)
        for (int32_t r = 0; r < b->right; r++)
          M[(x * b->right + r) * n + l] = b->a[(x * b->left + l) * b->right + r];
    rank = split_qr(M, m, n, scratch(c, 1), scratch(c, 2));
    if (rank == 0) rank = 1;
  }
  mps_tensor *q = tensor_make(c, rank, b->right), *r = tensor_make(c, a->left, rank);
  if (q && r && !c->is_dry) {
    const double *Q = scratch(c, 1), *R = scratch(c, 2);
    double *turned = scratch(c, 3);
    for (int32_t x = 0; x < 2; x++)
      for (int32_t k = 0; k < rank; k++)
        for (int32_t i = 0; i < b->right; i++)
          q->a[(x * rank + k) * b->right + i] = Q[(x * b->right + i) * rank + k];
    for (int32_t k = 0; k < rank; k++)
      for (int32_t l = 0; l < n; l++) turned[l * rank + k] = R[k * n + l];
    multiply(a->a, turned, 2 * a->left, n, rank, r->a);
  }
  if (!q || !r) {
    chain_release(c, q);
    chain_release(c, r);
    return false;
  }
  set_site(c, at, q);
  set_site(c, at - 1, r);
  c->centre--;
  return true;
}

/* To site low or high, whichever is nearer. */
static bool centre_into(mps_chain *c, int32_t low, int32_t high) {
  while (c->centre < low)
    if (!move_right(c)) return false;
  while (c->centre > high)
    if (!move_left(c)) return false;
  return true;
}

/* ---- Operations ---- */

bool chain_insert(mps_chain *c, int32_t at, int32_t variable) {
  const int32_t bond = at > 0 ? c->site[at - 1]->right : 1;
  mps_tensor *t = tensor_make(c, bond, bond);
  if (!t) return false;
  /* Half of the squared norm for each spin value: orthonormal both ways. */
  for (int32_t k = 0; k < 2 * bond && !c->is_dry; k++) t->a[k * bond + k % bond] = sqrt(0.5);
  memmove(c->site + at + 1, c->site + at, (size_t)(c->count - at) * sizeof *c->site);
  memmove(c->variable + at + 1, c->variable + at, (size_t)(c->count - at) * sizeof *c->variable);
  c->site[at] = t;
  c->variable[at] = variable;
  if (c->count++ > 0 && c->centre >= at) c->centre++;
  c->log_scale += 0.5 * real_log(2);
  return true;
}

/* theta[(l, x)][(y, r)] of sites at, at+1 with the coupling; x, y after the change of places. */
static void write_pair(mps_chain *c, int32_t at, double coupling, bool swaps, double theta[]) {
  const mps_tensor *a = c->site[at], *b = c->site[at + 1];
  const int32_t n = 2 * b->right;
  const double top = fabs(coupling); /* the larger weight is 1 */
  const double weight[2] = {real_exp(coupling - top), real_exp(-coupling - top)};
  double *product = scratch(c, 1);
  for (int32_t x = 0; x < 2; x++)
    for (int32_t y = 0; y < 2; y++) {
      multiply(a->a + x * a->left * a->right, b->a + y * b->left * b->right, a->left, a->right,
               b->right, product);
      const int32_t first = swaps ? y : x, second = swaps ? x : y;
      for (int32_t l = 0; l < a->left; l++)
        for (int32_t r = 0; r < b->right; r++)
          theta[(first * a->left + l) * n + second * b->right + r] =
              weight[x ^ y] * product[l * b->right + r];
    }
  c->log_scale += top;
}

bool chain_couple(mps_chain *c, int32_t at, double coupling, bool swaps, bool goes_right) {
  if (!centre_into(c, at, at + 1)) return false;
  const mps_tensor *a = c->site[at], *b = c->site[at + 1];
  const int32_t m = 2 * a->left, n = 2 * b->right;
  int32_t rank = m < n ? m : n;
  if (rank > c->limits.most) rank = c->limits.most;
  dry_step(c, m, n, 30);
  double lost = 0;
  if (!c->is_dry) {
    write_pair(c, at, coupling, swaps, scratch(c, 0));
    rank = split_svd(scratch(c, 0), m, n, &c->limits, goes_right, scratch(c, 1), scratch(c, 2),
                     &lost, scratch(c, 3));
    if (rank == 0) rank = 1;
  }
  mps_tensor *left = tensor_make(c, a->left, rank), *right = tensor_make(c, rank, b->right);
  if (!left || !right) {
    chain_release(c, left);
    chain_release(c, right);
    return false;
  }
  if (!c->is_dry) {
    memcpy(left->a, scratch(c, 1), (size_t)m * (size_t)rank * sizeof(double));
    for (int32_t y = 0; y < 2; y++)
      for (int32_t k = 0; k < rank; k++)
        memcpy(right->a + (y * rank + k) * b->right, scratch(c, 2) + k * n + y * b->right,
               (size_t)b->right * sizeof(double));
  }
  set_site(c, at, left);
  set_site(c, at + 1, right);
  if (swaps) {
    const int32_t v = c->variable[at];
    c->variable[at] = c->variable[at + 1];
    c->variable[at + 1] = v;
  }
  c->centre = goes_right ? at + 1 : at;
  c->lost += lost;
  if (lost > c->most_lost) c->most_lost = lost;
  normalise(c, c->site[c->centre]);
  return true;
}

bool chain_replace(mps_chain *c, int32_t at, double field, double coupling, int32_t variable) {
  if (!centre_into(c, at, at)) return false;
  const mps_tensor *a = c->site[at];
  const size_t half = (size_t)a->left * (size_t)a->right;
  mps_tensor *t = tensor_make(c, a->left, a->right);
  if (!t) return false;
  /* The larger weight is 1: nothing overflows. */
  const double top = fabs(field) + fabs(coupling);
  for (int u = 0; u < 2 && !c->is_dry; u++) {
    const double s = u ? 1 : -1;
    const double minus = real_exp(-field - s * coupling - top),
                 plus = real_exp(field + s * coupling - top);
    for (size_t k = 0; k < half; k++) t->a[u * half + k] = minus * a->a[k] + plus * a->a[half + k];
  }
  c->log_scale += top;
  set_site(c, at, t);
  c->variable[at] = variable;
  normalise(c, t);
  return true;
}

/* The only site: a number is left. */
static void sum_last(mps_chain *c, double field) {
  if (!c->is_dry) {
    const double *a = c->site[0]->a, top = fabs(field);
    const double sum = a[0] * real_exp(-field - top) + a[1] * real_exp(field - top);
    c->log_scale += sum > 0 ? top + real_log(sum) : -INFINITY;
  }
  chain_release(c, c->site[0]);
  c->site[0] = NULL;
  c->count = c->centre = 0;
}

bool chain_sum(mps_chain *c, int32_t at, double field) {
  if (!centre_into(c, at, at)) return false;
  if (c->count == 1) {
    sum_last(c, field);
    return true;
  }
  const mps_tensor *a = c->site[at];
  const int32_t other = at + 1 < c->count ? at + 1 : at - 1;
  const mps_tensor *b = c->site[other];
  const int32_t half = a->left * a->right;
  const double top = fabs(field);
  mps_tensor *t =
      other > at ? tensor_make(c, a->left, b->right) : tensor_make(c, b->left, a->right);
  if (!t) return false;
  if (!c->is_dry) {
    double *sum = scratch(c, 0);
    const double minus = real_exp(-field - top), plus = real_exp(field - top);
    for (int32_t k = 0; k < half; k++) sum[k] = minus * a->a[k] + plus * a->a[half + k];
    for (int32_t x = 0; x < 2; x++) {
      const double *half_b = b->a + x * b->left * b->right;
      double *out = t->a + x * t->left * t->right;
      if (other > at)
        multiply(sum, half_b, a->left, a->right, b->right, out);
      else
        multiply(half_b, sum, b->left, b->right, a->right, out);
    }
  }
  c->log_scale += top;
  set_site(c, other, t);
  chain_release(c, c->site[at]);
  c->count--;
  memmove(c->site + at, c->site + at + 1, (size_t)(c->count - at) * sizeof *c->site);
  memmove(c->variable + at, c->variable + at + 1, (size_t)(c->count - at) * sizeof *c->variable);
  c->site[c->count] = NULL;
  c->centre = other > at ? at : other;
  normalise(c, t);
  return true;
}
