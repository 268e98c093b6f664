/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/order_find.h"

#include "base/error.h"
#include "base/memory.h"
#include "tn/blocks.h"
#include "tn/order_reduce.h"
#include "tn/order_trial.h"
#include "tn/reroot.h"

#include <stdlib.h>
#include <string.h>

/* Blocks of a reduced graph, searched one after the other. */
typedef struct assembly {
  const order_limits *limits;
  const reduced_graph *reduced;
  const tn_blocks *blocks;
  order_found *out;
  int32_t placed;      /* of out->order */
  int32_t *in_block;   /* [reduced n] number in the block at hand, -1: not in it */
  int32_t *time_index; /* [reduced n] of the block at hand */
  double worst;        /* seconds of the slowest block: its method is told */
} assembly;

static int by_number(const void *a, const void *b) {
  const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

/* Rows of the block's own graph; false when memory is short. */
static bool block_graph(const assembly *a, const int32_t list[], int32_t n, int64_t **row,
                        int32_t **col) {
  const reduced_graph *r = a->reduced;
  int64_t entries = 0;
  for (int32_t k = 0; k < n; k++) entries += r->row[list[k] + 1] - r->row[list[k]];
  *row = memory_array((size_t)n + 1, sizeof **row);
  *col = memory_array((size_t)entries, sizeof **col);
  if (!*row || !*col) return false;
  int64_t end = 0;
  for (int32_t k = 0; k < n; k++) {
    for (int64_t i = r->row[list[k]]; i < r->row[list[k] + 1]; i++)
      if (a->in_block[r->col[i]] >= 0) (*col)[end++] = a->in_block[r->col[i]];
    (*row)[k + 1] = end;
  }
  return true;
}

/* The same fronts with `shared` leaving last. */
static lehr_status put_last(tn_graph g, int32_t shared, int32_t order[], lehr_error *err) {
  tn_elimination e;
  LEHR_TRY(elimination_make(g, order, g.n, &e, err));
  const lehr_status status = elimination_reroot(&e, &shared, 1, order, err);
  elimination_free(&e);
  return status;
}

/* The share of the search is that of the variables and couplings. */
static order_limits block_limits(const assembly *a, tn_graph g) {
  order_limits limits = *a->limits;
  const reduced_graph *r = a->reduced;
  const double share = ((double)g.n + (double)g.row[g.n]) / ((double)r->n + (double)r->row[r->n]);
  limits.work = (int64_t)((double)limits.work * (share < 1 ? share : 1));
  if (limits.time_index) limits.time_index = a->time_index;
  return limits;
}

static lehr_status search_block(assembly *a, tn_graph g, const int32_t list[], int32_t shared,
                                lehr_error *err) {
  const order_limits limits = block_limits(a, g);
  order_found found;
  LEHR_TRY(order_search(g, &limits, &found, err));
  lehr_status status = LEHR_OK;
  if (shared >= 0) status = put_last(g, a->in_block[shared], found.order, err);
  order_found *out = a->out;
  for (int32_t k = 0; k < g.n; k++)
    if (list[found.order[k]] != shared)
      out->order[a->placed++] = a->reduced->number[list[found.order[k]]];
  out->tried += found.tried;
  out->work += found.work;
  if (found.cost.seconds > a->worst) {
    a->worst = found.cost.seconds;
    memcpy(out->method, found.method, sizeof out->method);
  }
  free(found.order);
  return status;
}

static lehr_status place_block(assembly *a, int32_t block, lehr_error *err) {
  int32_t *list = a->blocks->list + a->blocks->first[block];
  const int32_t n = a->blocks->first[block + 1] - a->blocks->first[block];
  qsort(list, (size_t)n, sizeof *list, by_number);
  for (int32_t k = 0; k < n; k++) {
    a->in_block[list[k]] = k;
    if (a->limits->time_index)
      a->time_index[k] = a->limits->time_index[a->reduced->number[list[k]]];
  }
  int64_t *row;
  int32_t *col;
  lehr_status status = LEHR_ENOMEM;
  if (block_graph(a, list, n, &row, &col))
    status = search_block(a, (tn_graph){.n = n, .row = row, .col = col}, list,
                          a->blocks->shared[block], err);
  for (int32_t k = 0; k < n; k++) a->in_block[list[k]] = -1;
  free(row);
  free(col);
  return status == LEHR_ENOMEM ? error_memory(err, (uint64_t)n * 64) : status;
}

static lehr_status place_blocks(assembly *a, lehr_error *err) {
  const reduced_graph *r = a->reduced;
  a->in_block = memory_array((size_t)r->n, sizeof *a->in_block);
  a->time_index = memory_array((size_t)r->n, sizeof *a->time_index);
  lehr_status status = LEHR_ENOMEM;
  if (a->in_block && a->time_index) {
    status = LEHR_OK;
    for (int32_t v = 0; v < r->n; v++) a->in_block[v] = -1;
    for (int32_t k = 0; k < a->blocks->count && status == LEHR_OK; k++)
      status = place_block(a, k, err);
  }
  free(a->in_block);
  free(a->time_index);
  return status == LEHR_ENOMEM ? error_memory(err, (uint64_t)r->n * 8) : status;
}

/* Of the order as a whole. */
static bool cost_order(tn_graph g, order_found *out, int bytes) {
  tn_counts c;
  double *scratch = memory_array((size_t)g.n, 3 * sizeof *scratch);
  const bool is_possible = counts_make(&c, g.n) && scratch;
  if (is_possible) {
    counts_find(&c, g, out->order);
    out->cost = cost_from_counts(&c, g.n, bytes, scratch);
  }
  counts_free(&c);
  free(scratch);
  return is_possible;
}

/* Where few have two neighbours (corners of lattices), sweeps do better without taking them out. */
static lehr_status reduce(tn_graph g, reduced_graph *out, lehr_error *err) {
  enum { FEW = 8 };
  LEHR_TRY(order_reduce(g, 2, out, err));
  if (out->n_first >= g.n / FEW) return LEHR_OK;
  reduced_free(out);
  return order_reduce(g, 1, out, err);
}

lehr_status order_find(tn_graph g, const order_limits *limits, order_found *out, lehr_error *err) {
  reduced_graph reduced;
  tn_blocks blocks = {0};
  *out = (order_found){.method = "few neighbours first"};
  LEHR_TRY(reduce(g, &reduced, err));
  const tn_graph rest = {.n = reduced.n, .row = reduced.row, .col = reduced.col};
  assembly a = {.limits = limits,
                .reduced = &reduced,
                .blocks = &blocks,
                .out = out,
                .placed = reduced.n_first};
  lehr_status status = graph_blocks(rest, &blocks, err);
  out->order = memory_array((size_t)g.n, sizeof *out->order);
  if (status == LEHR_OK && !out->order) status = error_memory(err, (uint64_t)g.n * 4);
  if (status == LEHR_OK) {
    memcpy(out->order, reduced.first, (size_t)reduced.n_first * sizeof *out->order);
    status = place_blocks(&a, err);
  }
  if (status == LEHR_OK && !cost_order(g, out, limits->bytes))
    status = error_memory(err, (uint64_t)g.n * 64);
  blocks_release(&blocks);
  reduced_free(&reduced);
  if (status == LEHR_OK) return LEHR_OK;
  free(out->order);
  *out = (order_found){0};
  return status;
}
