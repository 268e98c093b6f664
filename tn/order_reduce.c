/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/order_reduce.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

/* A neighbour that came with the leaving of another variable. */
typedef struct link {
  int32_t variable, next;
} link;

typedef struct reducer {
  tn_graph g;
  int32_t most; /* neighbours of what leaves */
  reduced_graph *out;
  uint8_t *is_gone;
  int32_t *degree; /* neighbours that are there, some of them twice */
  int32_t *head;   /* of each variable's links, -1: none */
  link *links;     /* [2 n]: two for each variable that leaves */
  int32_t n_links;
  int32_t *seen; /* [n] mark of the last list that has it */
  int32_t mark;
} reducer;

/* Neighbours of v that are there, each once, into list[most]; stops when there are more. */
static int32_t list_neighbours(reducer *r, int32_t v, int32_t most, int32_t list[]) {
  int32_t count = 0;
  r->mark++;
  for (int64_t k = r->g.row[v]; k < r->g.row[v + 1] && count <= most; k++) {
    const int32_t u = r->g.col[k];
    if (r->is_gone[u] || r->seen[u] == r->mark) continue;
    r->seen[u] = r->mark;
    if (count < most) list[count] = u;
    count++;
  }
  for (int32_t k = r->head[v]; k >= 0 && count <= most; k = r->links[k].next) {
    const int32_t u = r->links[k].variable;
    if (r->is_gone[u] || r->seen[u] == r->mark) continue;
    r->seen[u] = r->mark;
    if (count < most) list[count] = u;
    count++;
  }
  return count;
}

static void add_link(reducer *r, int32_t v, int32_t u) {
  r->links[r->n_links] = (link){.variable = u, .next = r->head[v]};
  r->head[v] = r->n_links++;
  r->degree[v]++;
}

/* v leaves if it has few neighbours; then they may be the next. */
static void try_variable(reducer *r, int32_t v, int32_t waiting[], int32_t *end) {
  int32_t around[2];
  if (r->is_gone[v] || r->degree[v] > r->most) return;
  const int32_t count = list_neighbours(r, v, 2, around);
  if (count > r->most) return;
  r->is_gone[v] = 1;
  r->out->first[r->out->n_first++] = v;
  if (count == 2) {
    add_link(r, around[0], around[1]);
    add_link(r, around[1], around[0]);
  }
  for (int32_t k = 0; k < count; k++)
    if (--r->degree[around[k]] <= r->most) waiting[(*end)++] = around[k];
}

/* First branches from their ends, then chains from link to link: the last neighbour of what left is
 * the next to be tried, so that tables are carried on. A neighbour that is counted twice makes a
 * degree too large: such variables stay. waiting[] has room for each variable and the neighbours of
 * each that left. */
static void take_out(reducer *r, int32_t most_neighbours, int32_t waiting[]) {
  for (r->most = 1; r->most <= most_neighbours; r->most++) {
    int32_t count = 0;
    for (int32_t v = r->g.n; v-- > 0;)
      if (r->degree[v] <= r->most) waiting[count++] = v;
    while (count > 0) {
      const int32_t v = waiting[--count];
      try_variable(r, v, waiting, &count);
    }
  }
}

static int by_number(const void *a, const void *b) {
  const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

/* What is left, with new numbers. */
static bool collect(reducer *r) {
  reduced_graph *out = r->out;
  int32_t *number = memory_array((size_t)r->g.n, sizeof *number);
  int64_t entries = 0;
  for (int32_t v = 0; v < r->g.n && number; v++) {
    if (r->is_gone[v]) continue;
    number[v] = out->n;
    out->number[out->n++] = v;
    entries += r->degree[v];
  }
  out->row = memory_array((size_t)out->n + 1, sizeof *out->row);
  out->col = memory_array((size_t)entries, sizeof *out->col);
  const bool is_possible = number && out->row && out->col;
  for (int32_t k = 0; is_possible && k < out->n; k++) {
    int32_t *list = out->col + out->row[k];
    const int32_t count = list_neighbours(r, out->number[k], INT32_MAX, list);
    for (int32_t i = 0; i < count; i++) list[i] = number[list[i]];
    qsort(list, (size_t)count, sizeof *list, by_number);
    out->row[k + 1] = out->row[k] + count;
  }
  free(number);
  return is_possible;
}

lehr_status order_reduce(tn_graph g, int32_t most_neighbours, reduced_graph *out, lehr_error *err) {
  const size_t n = (size_t)g.n;
  *out = (reduced_graph){0};
  reducer r = {.g = g, .out = out};
  out->first = memory_array(n, sizeof *out->first);
  out->number = memory_array(n, sizeof *out->number);
  r.is_gone = memory_array(n, 1);
  r.degree = memory_array(n, sizeof *r.degree);
  r.head = memory_array(n, sizeof *r.head);
  r.links = memory_array(n, 2 * sizeof *r.links);
  r.seen = memory_array(n, sizeof *r.seen);
  int32_t *waiting = memory_array(n, 3 * sizeof *waiting);
  bool is_done =
      out->first && out->number && r.is_gone && r.degree && r.head && r.links && r.seen && waiting;
  if (is_done) {
    for (int32_t v = 0; v < g.n; v++) {
      r.degree[v] = (int32_t)(g.row[v + 1] - g.row[v]);
      r.head[v] = -1;
    }
    take_out(&r, most_neighbours, waiting);
    is_done = collect(&r);
  }
  free(r.is_gone);
  free(r.degree);
  free(r.head);
  free(r.links);
  free(r.seen);
  free(waiting);
  if (is_done) return LEHR_OK;
  reduced_free(out);
  return error_memory(err, 48 * (uint64_t)n);
}

void reduced_free(reduced_graph *r) {
  free(r->first);
  free(r->row);
  free(r->col);
  free(r->number);
  *r = (reduced_graph){0};
}
