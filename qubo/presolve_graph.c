/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/presolve_graph.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sums of magnitudes stay below 2^60; exact models get up to SPARE_BITS binary places, because
 * minimising a variable out may halve and quarter coefficients. */
enum { TOTAL_BITS = 56, SPARE_BITS = 12 };

static bool allocate(graph *g, const lehr_model_view *m) {
  const size_t n = (size_t)m->n, edges = (size_t)m->n_interactions;
  g->field = memory_array(n, sizeof *g->field);
  g->magnitude = memory_array(n, sizeof *g->magnitude);
  g->degree = memory_array(n, sizeof *g->degree);
  g->first = memory_array(n, sizeof *g->first);
  g->weight = memory_array(edges, sizeof *g->weight);
  g->to = memory_array(2 * edges, sizeof *g->to);
  g->next = memory_array(2 * edges, sizeof *g->next);
  g->prev = memory_array(2 * edges, sizeof *g->prev);
  return g->field && g->magnitude && g->degree && g->first && g->weight && g->to && g->next &&
         g->prev;
}

void graph_free(graph *g) {
  free(g->field);
  free(g->magnitude);
  free(g->degree);
  free(g->first);
  free(g->weight);
  free(g->to);
  free(g->next);
  free(g->prev);
  *g = (graph){0};
}

/* Coefficients of a model as integers in units of g->unit. */
typedef struct reading {
  const lehr_model_view *m;
  bool is_binary; /* x = (1 + s) / 2 leaves quarters, which the unit takes in */
  int shift;      /* exact models: left shift */
  double scale;   /* real models: factor */
} reading;

static int64_t read_value(const reading *r, const int64_t exact[], const double real[], int64_t k) {
  return r->m->is_exact ? exact[k] * (INT64_C(1) << r->shift)
                        : (int64_t)nearbyint(real[k] * r->scale);
}

static double total_of(const lehr_model_view *m) {
  double total = fabs(m->is_exact ? (double)m->offset_i64 : m->offset_f64);
  for (int32_t i = 0; i < m->n; i++)
    total += fabs(m->is_exact ? (double)m->linear_i64[i] : m->linear_f64[i]);
  for (int64_t k = 0; k < 2 * m->n_interactions; k++)
    total += fabs(m->is_exact ? (double)m->weight_i64[k] : m->weight_f64[k]) / 2;
  return total;
}

static reading reading_of(const lehr_model_view *m, graph *g) {
  reading r = {.m = m, .scale = 1, .is_binary = m->vartype == LEHR_BINARY};
  const int quarters = r.is_binary ? 2 : 0;
  int exponent = 0;
  frexp(total_of(m), &exponent);
  g->is_exact = m->is_exact != 0;
  if (m->is_exact) {
    const int spare = TOTAL_BITS - exponent - quarters;
    r.shift = spare < 0 ? 0 : spare < SPARE_BITS ? spare : SPARE_BITS;
    g->unit = ldexp(m->scale, -r.shift - quarters);
  } else {
    /* Powers of two: products are exact but for the rounding to integers. */
    int places = TOTAL_BITS - exponent - quarters;
    if (places > 1000) places = 1000;
    r.scale = ldexp(1, places);
    g->unit = ldexp(1, -places - quarters);
  }
  return r;
}

static void link_half(graph *g, int32_t a, int32_t from) {
  g->next[a] = g->first[from];
  g->prev[a] = -1;
  if (g->first[from] >= 0) g->prev[g->first[from]] = a;
  g->first[from] = a;
}

static void unlink_half(graph *g, int32_t a, int32_t from) {
  if (g->prev[a] >= 0)
    g->next[g->prev[a]] = g->next[a];
  else
    g->first[from] = g->next[a];
  if (g->next[a] >= 0) g->prev[g->next[a]] = g->prev[a];
}

static void add_edge(graph *g, int32_t e, int32_t a, int32_t b, int64_t J) {
  g->weight[e] = J;
  g->to[2 * e] = b;
  g->to[2 * e + 1] = a;
  link_half(g, 2 * e, a);
  link_half(g, 2 * e + 1, b);
  g->degree[a]++;
  g->degree[b]++;
  g->magnitude[a] += graph_abs(J);
  g->magnitude[b] += graph_abs(J);
}

static void remove_edge(graph *g, int32_t e) {
  const int32_t b = g->to[2 * e], a = g->to[2 * e + 1];
  unlink_half(g, 2 * e, a);
  unlink_half(g, 2 * e + 1, b);
  g->degree[a]--;
  g->degree[b]--;
  g->magnitude[a] -= graph_abs(g->weight[e]);
  g->magnitude[b] -= graph_abs(g->weight[e]);
  g->next[2 * e] = g->free_edge;
  g->free_edge = e;
}

/* Asked for each variable, now and then: whether the guard says so. */
static bool is_over(const presolve_guard *guard, int32_t i) {
  enum { EACH = 1 << 12 };
  return i % EACH == 0 && presolve_should_stop(guard);
}

/* l x = l/2 + l/2 s, q x y = q/4 (1 + s + t + s t), in quarters. */
static void make_spins(graph *g, const presolve_guard *guard) {
  g->constant *= 4;
  for (int32_t i = 0; i < g->n && !is_over(guard, i); i++) {
    int64_t sum = 0;
    for (int32_t h = g->first[i]; h >= 0; h = g->next[h]) {
      sum += g->weight[h / 2];
      if (g->to[h] > i) g->constant += g->weight[h / 2];
    }
    g->constant += 2 * g->field[i];
    g->field[i] = 2 * g->field[i] + sum;
  }
}

static void fill(graph *g, const lehr_model_view *m, const presolve_guard *guard) {
  const reading r = reading_of(m, g);
  int32_t e = 0;
  g->free_edge = -1;
  g->constant = read_value(&r, &m->offset_i64, &m->offset_f64, 0);
  for (int32_t i = 0; i < m->n; i++) {
    g->first[i] = -1;
    g->field[i] = read_value(&r, m->linear_i64, m->linear_f64, i);
  }
  for (int32_t i = m->n - 1; i >= 0 && !is_over(guard, i); i--)
    for (int64_t k = m->row[i + 1] - 1; k >= m->row[i] && m->col[k] > i; k--) {
      const int64_t J = read_value(&r, m->weight_i64, m->weight_f64, k);
      if (J != 0) add_edge(g, e++, i, m->col[k], J);
    }
  if (r.is_binary) make_spins(g, guard);
}

lehr_status graph_create(graph *g, const lehr_model_view *m, const presolve_guard *guard,
                         lehr_error *err) {
  *g = (graph){.n = m->n, .unit = 1};
  if (m->n_interactions > INT32_MAX / 2 - 1)
    return error_set(err, LEHR_EUNAVAILABLE, "too many interactions to presolve");
  if (!allocate(g, m)) {
    graph_free(g);
    return error_memory(err, (uint64_t)m->n_interactions * 32);
  }
  fill(g, m, guard);
  return LEHR_OK;
}

int32_t graph_find(const graph *g, int32_t a, int32_t b) {
  const bool from_a = g->degree[a] <= g->degree[b];
  const int32_t wanted = from_a ? b : a;
  for (int32_t h = g->first[from_a ? a : b]; h >= 0; h = g->next[h])
    if (g->to[h] == wanted) return from_a ? h : h ^ 1;
  return -1;
}

void graph_couple(graph *g, int32_t a, int32_t b, int64_t J) {
  if (J == 0) return;
  const int32_t h = graph_find(g, a, b);
  if (h < 0) {
    const int32_t e = g->free_edge;
    g->free_edge = g->next[2 * e];
    add_edge(g, e, a, b, J);
    return;
  }
  const int64_t old = g->weight[h / 2];
  if (old + J == 0) {
    remove_edge(g, h / 2);
    return;
  }
  g->weight[h / 2] = old + J;
  g->magnitude[a] += graph_abs(old + J) - graph_abs(old);
  g->magnitude[b] += graph_abs(old + J) - graph_abs(old);
}

void graph_isolate(graph *g, int32_t v) {
  while (g->first[v] >= 0) remove_edge(g, g->first[v] / 2);
}
