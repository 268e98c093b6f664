/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/beam/walk.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

void beam_walk_free(beam_walk *w) {
  free(w->order);
  free(w->rank);
  free(w->slot);
  free(w->last);
  free(w->leaves);
  free(w->first_out);
  *w = (beam_walk){0};
}

void beam_walks_free(beam_walk_list *l) {
  for (int32_t k = 0; k < l->count; k++) beam_walk_free(&l->walk[k]);
  l->count = 0;
}

/* When the last neighbour has its value; rank itself if all have theirs already. */
static int32_t last_of(const beam_walk *w, tn_graph g, int32_t v) {
  int32_t last = w->rank[v];
  for (int64_t k = g.row[v]; k < g.row[v + 1]; k++)
    if (w->rank[g.col[k]] > last) last = w->rank[g.col[k]];
  return last;
}

/* Counting sort of those that are ever in the frontier, by last. */
static void sort_leaves(beam_walk *w) {
  for (int32_t v = 0; v < w->n; v++)
    if (w->last[v] > w->rank[v]) w->first_out[w->last[v] + 1]++;
  for (int32_t k = 0; k < w->n; k++) w->first_out[k + 1] += w->first_out[k];
  for (int32_t k = 0; k < w->n; k++) {
    const int32_t v = w->order[k];
    if (w->last[v] > k) w->leaves[w->first_out[w->last[v]]++] = v;
  }
  for (int32_t k = w->n; k > 0; k--) w->first_out[k] = w->first_out[k - 1];
  w->first_out[0] = 0;
}

/* The lowest slots that are free: frontiers are intervals of steps, so that first come, first
 * served takes as many slots as the largest frontier has variables. */
static void give_slots(beam_walk *w, int32_t spare[]) {
  int32_t n_spare = 0, size = 0;
  double sum = 0;
  for (int32_t k = 0; k < w->n; k++) {
    for (int32_t i = w->first_out[k]; i < w->first_out[k + 1]; i++) {
      spare[n_spare++] = w->slot[w->leaves[i]];
      size--;
    }
    const int32_t v = w->order[k];
    w->slot[v] = -1;
    if (w->last[v] > k) {
      w->slot[v] = n_spare > 0 ? spare[--n_spare] : w->width++;
      size++;
    }
    sum += size;
  }
  w->words = w->width > 64 ? (w->width + 63) / 64 : 1;
  w->crowd = w->n > 0 ? sum / w->n : 0;
}

lehr_status beam_walk_make(tn_graph g, const int32_t order[], beam_walk *out, lehr_error *err) {
  const size_t n = (size_t)g.n;
  *out = (beam_walk){.n = g.n};
  int32_t *spare = memory_array(n, sizeof *spare);
  out->order = memory_copy(order, n, sizeof *out->order);
  out->rank = memory_array(n, sizeof *out->rank);
  out->slot = memory_array(n, sizeof *out->slot);
  out->last = memory_array(n, sizeof *out->last);
  out->leaves = memory_array(n, sizeof *out->leaves);
  out->first_out = memory_array(n + 1, sizeof *out->first_out);
  const bool is_possible =
      spare && out->order && out->rank && out->slot && out->last && out->leaves && out->first_out;
  if (is_possible) {
    for (int32_t k = 0; k < g.n; k++) out->rank[order[k]] = k;
    for (int32_t v = 0; v < g.n; v++) out->last[v] = last_of(out, g, v);
    sort_leaves(out);
    give_slots(out, spare);
  } else {
    beam_walk_free(out);
  }
  free(spare);
  return is_possible ? LEHR_OK : error_memory(err, n * 28);
}
