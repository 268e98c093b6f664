/* SPDX-License-Identifier: Apache-2.0 */
#include "qubo/presolve_rules.h"

#include "base/memory.h"

#include <stdlib.h>

/* Variables with more neighbours are not searched for a dominating coupling: their neighbours find
 * it, unless it is theirs as well. */
enum { MERGE_DEGREE = 32, LARGEST_BITS = 59, POLL_VISITS = 1 << 12 };

/* Variables to look at, each at most once at a time; a ring of n places. */
typedef struct worklist {
  int32_t *ring;  /* [n] */
  uint8_t *is_in; /* [n] */
  int32_t n, from, count;
} worklist;

typedef struct rules {
  graph *g;
  int max_degree;
  uint8_t *is_gone; /* [n] removed or to be left alone */
  worklist work;
  removals *out;
} rules;

static void push(worklist *w, int32_t v) {
  if (w->is_in[v]) return;
  w->is_in[v] = 1;
  const int64_t at = (int64_t)w->from + w->count++;
  w->ring[at < w->n ? at : at - w->n] = v;
}

static int32_t pop(worklist *w) {
  const int32_t v = w->ring[w->from];
  w->from = w->from + 1 < w->n ? w->from + 1 : 0;
  w->count--;
  w->is_in[v] = 0;
  return v;
}

static void push_neighbours(rules *r, int32_t v) {
  for (int32_t h = r->g->first[v]; h >= 0; h = r->g->next[h]) push(&r->work, r->g->to[h]);
}

static removal *record(rules *r, int32_t v) {
  removal *one = &r->out->list[r->out->count++];
  *one = (removal){.variable = v, .field = r->g->field[v]};
  r->is_gone[v] = 1;
  return one;
}

static void fix(rules *r, int32_t v) {
  graph *g = r->g;
  const int64_t sign = g->field[v] > 0 ? -1 : 1;
  record(r, v);
  push_neighbours(r, v);
  g->constant += sign * g->field[v];
  for (int32_t h = g->first[v]; h >= 0; h = g->next[h])
    g->field[g->to[h]] += sign * g->weight[h / 2];
  graph_isolate(g, v);
}

/* s_v = -sign(J) s_j along half-edge h, which leads from v to j. */
static void merge(rules *r, int32_t v, int32_t h) {
  graph *g = r->g;
  const int32_t j = g->to[h];
  const int64_t J = g->weight[h / 2], sign = J > 0 ? -1 : 1;
  int32_t to[MERGE_DEGREE], count = 0;
  int64_t weight[MERGE_DEGREE];
  removal *one = record(r, v);
  one->field = 0;
  one->count = 1;
  one->of[0] = j;
  one->weight[0] = J;
  push_neighbours(r, v);
  for (int32_t k = g->first[v]; k >= 0; k = g->next[k])
    if (k != h) {
      to[count] = g->to[k];
      weight[count++] = sign * g->weight[k / 2];
    }
  graph_isolate(g, v);
  g->constant += sign * J;
  g->field[j] += sign * g->field[v];
  for (int32_t k = 0; k < count; k++) graph_couple(g, j, to[k], weight[k]);
}

/* Coefficients of -|h + sum_k J_k s_k| as a polynomial in the signs s_k: [set of k]. False if they
 * are no integers. (Walsh-Hadamard transform; s_k = -1 where bit k is set.) */
static bool polynomial(int64_t h, int count, const int64_t J[], int64_t out[]) {
  const int size = 1 << count;
  for (int x = 0; x < size; x++) {
    int64_t sum = h;
    for (int k = 0; k < count; k++) sum += x >> k & 1 ? -J[k] : J[k];
    out[x] = -graph_abs(sum);
  }
  for (int step = 1; step < size; step *= 2)
    for (int x = 0; x < size; x++)
      if (!(x & step)) {
        const int64_t a = out[x], b = out[x | step];
        out[x] = a + b;
        out[x | step] = a - b;
      }
  for (int x = 0; x < size; x++) {
    if (out[x] % size != 0) return false;
    out[x] /= size;
  }
  return true;
}

/* Minimises v out if the rest stays quadratic and integer. */
static bool minimise_out(rules *r, int32_t v) {
  graph *g = r->g;
  const int count = g->degree[v];
  int32_t to[REMOVAL_NEIGHBOURS];
  int64_t J[REMOVAL_NEIGHBOURS], p[1 << REMOVAL_NEIGHBOURS];
  int at = 0;
  if (count > r->max_degree || (graph_abs(g->field[v]) + g->magnitude[v]) >> LARGEST_BITS)
    return false;
  for (int32_t h = g->first[v]; h >= 0; h = g->next[h], at++) {
    to[at] = g->to[h];
    J[at] = g->weight[h / 2];
  }
  if (!polynomial(g->field[v], count, J, p) || (count == 3 && p[7] != 0)) return false;
  removal *one = record(r, v);
  one->count = count;
  push_neighbours(r, v);
  graph_isolate(g, v);
  g->constant += p[0];
  for (int k = 0; k < count; k++) {
    one->of[k] = to[k];
    one->weight[k] = J[k];
    g->field[to[k]] += p[1 << k];
    for (int l = 0; l < k; l++) graph_couple(g, to[k], to[l], p[1 << k | 1 << l]);
  }
  return true;
}

/* The half-edge whose coupling outweighs the field and all others, or -1. */
static int32_t dominating(const graph *g, int32_t v) {
  if (g->degree[v] > MERGE_DEGREE) return -1;
  const int64_t total = g->magnitude[v] + graph_abs(g->field[v]);
  for (int32_t h = g->first[v]; h >= 0; h = g->next[h]) {
    const int64_t J = graph_abs(g->weight[h / 2]);
    if (J >= total - J) return h;
  }
  return -1;
}

static void visit(rules *r, int32_t v) {
  graph *g = r->g;
  if (graph_abs(g->field[v]) >= g->magnitude[v]) {
    fix(r, v);
    return;
  }
  const int32_t h = dominating(g, v);
  if (h >= 0)
    merge(r, v, h);
  else if (g->degree[v] <= REMOVAL_NEIGHBOURS)
    minimise_out(r, v);
}

bool presolve_apply(graph *g, int max_degree, const presolve_guard *guard, uint8_t is_fixed[],
                    removals *out) {
  const size_t n = (size_t)g->n;
  rules r = {.g = g, .max_degree = max_degree, .is_gone = is_fixed, .out = out};
  r.work = (worklist){
      .ring = memory_array(n, sizeof *r.work.ring), .is_in = memory_array(n, 1), .n = g->n};
  const bool has_memory = r.work.ring && r.work.is_in;
  for (int32_t v = 0; has_memory && max_degree > 0 && v < g->n; v++) push(&r.work, v);
  for (int64_t visits = 0; has_memory && r.work.count > 0; visits++) {
    if (visits % POLL_VISITS == 0 && presolve_should_stop(guard)) break;
    const int32_t v = pop(&r.work);
    if (!r.is_gone[v]) visit(&r, v);
  }
  free(r.work.ring);
  free(r.work.is_in);
  return has_memory;
}
