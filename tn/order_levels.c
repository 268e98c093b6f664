/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "tn/order.h"

#include <stdlib.h>

typedef struct valued {
  double value;
  int32_t variable;
} valued;

static int by_value(const void *a, const void *b) {
  const valued *x = a, *y = b;
  if (x->value != y->value) return x->value < y->value ? -1 : 1;
  return (x->variable > y->variable) - (x->variable < y->variable);
}

static int32_t degree(tn_graph g, int32_t v) { return (int32_t)(g.row[v + 1] - g.row[v]); }

/* Breadth first from `root` over the variables with seen[] != mark; returns how many there are. */
static int32_t visit(tn_graph g, int32_t root, int32_t mark, bool by_degree, int32_t seen[],
                     valued level[], int32_t order[]) {
  int32_t count = 1;
  order[0] = root;
  seen[root] = mark;
  for (int32_t at = 0; at < count; at++) {
    const int32_t v = order[at];
    int32_t fresh = 0;
    for (int64_t k = g.row[v]; k < g.row[v + 1]; k++) {
      const int32_t u = g.col[k];
      if (seen[u] == mark) continue;
      seen[u] = mark;
      level[fresh++] = (valued){.value = by_degree ? degree(g, u) : 0, .variable = u};
    }
    if (by_degree) qsort(level, (size_t)fresh, sizeof *level, by_value);
    for (int32_t k = 0; k < fresh; k++) order[count++] = level[k].variable;
  }
  return count;
}

lehr_status order_breadth_first(tn_graph g, int32_t root, bool by_degree, int32_t order[],
                                lehr_error *err) {
  int32_t *seen = memory_array((size_t)g.n, sizeof *seen);
  valued *level = memory_array((size_t)g.n, sizeof *level);
  const bool is_possible = seen && level;
  if (is_possible) {
    int32_t count = g.n > 0 ? visit(g, root, 1, by_degree, seen, level, order) : 0;
    for (int32_t v = 0; v < g.n; v++)
      if (!seen[v]) count += visit(g, v, 1, by_degree, seen, level, order + count);
    for (int32_t k = 0; by_degree && k < g.n / 2; k++) {
      const int32_t other = order[g.n - 1 - k];
      order[g.n - 1 - k] = order[k];
      order[k] = other;
    }
  }
  free(seen);
  free(level);
  return is_possible ? LEHR_OK : error_memory(err, (uint64_t)g.n * (sizeof *seen + sizeof *level));
}

int32_t order_far_end(tn_graph g, int32_t start) {
  enum { ROUNDS = 4 };
  int32_t *seen = memory_array((size_t)g.n, sizeof *seen);
  int32_t *order = memory_array((size_t)g.n, sizeof *order);
  valued *level = memory_array((size_t)g.n, sizeof *level);
  int32_t end = seen && order && level ? start : -1;
  for (int32_t round = 1; end >= 0 && round <= ROUNDS; round++)
    end = order[visit(g, end, round, false, seen, level, order) - 1];
  free(seen);
  free(order);
  free(level);
  return end;
}

lehr_status order_by_value(const int32_t value[], int32_t n, int32_t order[], lehr_error *err) {
  valued *list = memory_array((size_t)n, sizeof *list);
  if (!list) return error_memory(err, (uint64_t)n * sizeof *list);
  for (int32_t v = 0; v < n; v++) list[v] = (valued){.value = value[v], .variable = v};
  qsort(list, (size_t)n, sizeof *list, by_value);
  for (int32_t k = 0; k < n; k++) order[k] = list[k].variable;
  free(list);
  return LEHR_OK;
}

/* One step of x := (x + average over neighbours) / 2, without the part along the constant vector
 * weighted by degrees, which is what averaging keeps. */
static void smooth(tn_graph g, double x[], double next[]) {
  double along = 0, weight = 0, largest = 0;
  for (int32_t v = 0; v < g.n; v++) {
    double sum = 0;
    for (int64_t k = g.row[v]; k < g.row[v + 1]; k++) sum += x[g.col[k]];
    const int32_t d = degree(g, v);
    next[v] = d > 0 ? 0.5 * (x[v] + sum / d) : x[v];
    along += d * next[v];
    weight += d;
  }
  const double mean = weight > 0 ? along / weight : 0;
  for (int32_t v = 0; v < g.n; v++) {
    next[v] -= mean;
    const double size = next[v] < 0 ? -next[v] : next[v];
    if (size > largest) largest = size;
  }
  for (int32_t v = 0; v < g.n; v++) x[v] = largest > 0 ? next[v] / largest : next[v];
}

/* Starts from distances to a far end, which is close to the vector already where graphs are long.
 */
static void start_smoothing(tn_graph g, const int32_t levels[], double x[]) {
  for (int32_t k = 0; k < g.n; k++) x[levels[k]] = (double)k / g.n - 0.5;
}

lehr_status order_fiedler(tn_graph g, uint64_t key, int32_t order[], int64_t *work,
                          lehr_error *err) {
  if (g.n == 0) return LEHR_OK;
  const int32_t root = order_far_end(g, (int32_t)(philox_at(key, 0, 0).v[0] % (uint32_t)g.n));
  if (root < 0) return error_memory(err, (uint64_t)g.n * 24);
  LEHR_TRY(order_breadth_first(g, root, false, order, err));
  double *x = memory_array((size_t)g.n, sizeof *x);
  double *next = memory_array((size_t)g.n, sizeof *next);
  valued *list = memory_array((size_t)g.n, sizeof *list);
  const bool is_possible = x && next && list;
  if (is_possible) {
    start_smoothing(g, order, x);
    for (int step = 0; step < FIEDLER_STEPS; step++) smooth(g, x, next);
    for (int32_t v = 0; v < g.n; v++) list[v] = (valued){.value = x[v], .variable = v};
    qsort(list, (size_t)g.n, sizeof *list, by_value);
    for (int32_t k = 0; k < g.n; k++) order[k] = list[k].variable;
    *work += FIEDLER_STEPS * (g.row[g.n] + 6 * (int64_t)g.n);
  }
  free(x);
  free(next);
  free(list);
  return is_possible ? LEHR_OK : error_memory(err, (uint64_t)g.n * 32);
}
