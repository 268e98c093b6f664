/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "tn/order.h"

#include <amd.h>
#include <camd.h>
#include <colamd.h>
#include <stdlib.h>

/* Rows in the libraries' integers. */
static int *row_starts(tn_graph g) {
  int *row = memory_array((size_t)g.n + 1, sizeof *row);
  for (int32_t v = 0; row && v <= g.n; v++) row[v] = (int)g.row[v];
  return row;
}

/* Columns of the incidence matrix: one row for each coupling, two entries in each. Columns without
 * entries would be dropped behind all others, which is as good as any place. */
static bool by_columns(tn_graph g, int32_t order[]) {
  const int32_t entries = (int32_t)g.row[g.n];
  const size_t room = colamd_recommended(entries, entries / 2, g.n);
  int *list = memory_array(room, sizeof *list);
  int *start = memory_array((size_t)g.n + 1, sizeof *start);
  int *next_edge = memory_array((size_t)g.n, sizeof *next_edge);
  int32_t edge = 0;
  bool is_done = room > 0 && list && start && next_edge;
  for (int32_t v = 0; is_done && v <= g.n; v++) start[v] = (int)g.row[v];
  for (int32_t v = 0; is_done && v < g.n; v++)
    for (int64_t k = g.row[v]; k < g.row[v + 1]; k++) {
      const int32_t u = g.col[k];
      if (u > v) continue;
      list[g.row[u + 1] - 1 - next_edge[u]++] = edge;
      list[g.row[v] + (k - g.row[v])] = edge++;
    }
  int stats[COLAMD_STATS];
  is_done = is_done && colamd(entries / 2, g.n, (int)room, list, start, NULL, stats);
  for (int32_t k = 0; is_done && k < g.n; k++) order[k] = start[k];
  free(list);
  free(start);
  free(next_edge);
  return is_done;
}

lehr_status order_suitesparse(tn_graph g, sparse_method method, const int32_t level[],
                              int32_t order[], lehr_error *err) {
  if (g.row[g.n] > INT32_MAX / 8)
    return error_set(err, LEHR_EUNAVAILABLE, "more couplings than SuiteSparse counts");
  if (g.n == 0) return LEHR_OK;
  bool is_done = false;
  if (method == SPARSE_COLAMD) {
    is_done = by_columns(g, order);
  } else {
    int *row = row_starts(g);
    if (row && method == SPARSE_AMD) is_done = amd_order(g.n, row, g.col, order, NULL, NULL) >= 0;
    if (row && method == SPARSE_CAMD)
      is_done = camd_order(g.n, row, g.col, order, NULL, NULL, level) >= 0;
    free(row);
  }
  return is_done ? LEHR_OK : error_memory(err, (uint64_t)g.row[g.n] * 16);
}
