/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "base/philox.h"
#include "tn/order.h"

#include <stdlib.h>

/* The graph as it fills up, one bit per pair. */
typedef struct filling {
  int32_t n, words;
  uint64_t *bits;   /* [n * words] neighbours that are still there */
  int32_t *degree;  /* [n] */
  int64_t *score;   /* [n] what the rule minimises */
  uint8_t *is_gone; /* [n] */
  uint8_t *is_old;  /* [n] the score is to be found anew */
  int32_t *around;  /* [n] neighbours of what leaves */
  int64_t work;
} filling;

static uint64_t *row_of(const filling *f, int32_t v) {
  return f->bits + (size_t)v * (size_t)f->words;
}

static bool fill_make(filling *f, tn_graph g) {
  const size_t n = (size_t)g.n;
  f->n = g.n;
  f->words = (g.n + 63) / 64;
  f->bits = memory_array(n * (size_t)f->words, sizeof *f->bits);
  f->degree = memory_array(n, sizeof *f->degree);
  f->score = memory_array(n, sizeof *f->score);
  f->is_gone = memory_array(n, 1);
  f->is_old = memory_array(n, 1);
  f->around = memory_array(n, sizeof *f->around);
  if (!f->bits || !f->degree || !f->score || !f->is_gone || !f->is_old || !f->around) return false;
  for (int32_t v = 0; v < g.n; v++) {
    f->degree[v] = (int32_t)(g.row[v + 1] - g.row[v]);
    f->is_old[v] = 1;
    for (int64_t k = g.row[v]; k < g.row[v + 1]; k++)
      row_of(f, v)[g.col[k] / 64] |= UINT64_C(1) << g.col[k] % 64;
  }
  return true;
}

static void fill_free(filling *f) {
  free(f->bits);
  free(f->degree);
  free(f->score);
  free(f->is_gone);
  free(f->is_old);
  free(f->around);
}

static int32_t list_neighbours(const filling *f, int32_t v, int32_t list[]) {
  const uint64_t *row = row_of(f, v);
  int32_t count = 0;
  for (int32_t w = 0; w < f->words; w++)
    for (uint64_t left = row[w]; left; left &= left - 1)
      list[count++] = 64 * w + __builtin_ctzll(left);
  return count;
}

/* Pairs of v's neighbours that are not neighbours of each other. */
static int64_t missing_pairs(filling *f, int32_t v) {
  const int32_t count = list_neighbours(f, v, f->around);
  const uint64_t *row = row_of(f, v);
  int64_t pairs = 0;
  for (int32_t k = 0; k < count; k++) {
    const uint64_t *other = row_of(f, f->around[k]);
    for (int32_t w = 0; w < f->words; w++) pairs += __builtin_popcountll(row[w] & other[w]);
  }
  f->work += (int64_t)(count + 1) * f->words;
  return ((int64_t)count * (count - 1) - pairs) / 2;
}

/* The least score; among equals each is as likely. */
static int32_t choose(filling *f, greedy_rule rule, philox_stream *s) {
  int32_t best = -1;
  uint32_t equals = 0;
  for (int32_t v = 0; v < f->n; v++) {
    if (f->is_gone[v]) continue;
    if (f->is_old[v]) {
      f->score[v] = rule == GREEDY_FILL ? missing_pairs(f, v) : f->degree[v];
      f->is_old[v] = 0;
    }
    if (best < 0 || f->score[v] < f->score[best]) {
      best = v;
      equals = 1;
    } else if (f->score[v] == f->score[best] && philox_below(s, ++equals) == 0) {
      best = v;
    }
  }
  f->work += f->n;
  return best;
}

/* v leaves and its neighbours become neighbours of each other. For minimum fill the scores of their
 * neighbours may change as well. */
static void eliminate(filling *f, int32_t v, bool is_wide) {
  const int32_t count = list_neighbours(f, v, f->around);
  const uint64_t *row = row_of(f, v);
  f->is_gone[v] = 1;
  for (int32_t k = 0; k < count; k++) {
    const int32_t u = f->around[k];
    uint64_t *other = row_of(f, u);
    int32_t degree = -1; /* without u itself, which is in v's row */
    bool has_grown = false;
    for (int32_t w = 0; w < f->words; w++) {
      has_grown |= (row[w] & ~other[w]) != 0;
      other[w] |= row[w];
      degree += __builtin_popcountll(other[w]);
    }
    other[v / 64] &= ~(UINT64_C(1) << v % 64);
    other[u / 64] &= ~(UINT64_C(1) << u % 64);
    f->degree[u] = degree - 1;
    f->is_old[u] = 1;
    for (int32_t w = 0; is_wide && has_grown && w < f->words; w++)
      for (uint64_t left = other[w]; left; left &= left - 1)
        f->is_old[64 * w + __builtin_ctzll(left)] = 1;
  }
  f->work += (int64_t)(is_wide ? 4 : 2) * count * f->words;
}

lehr_status order_greedy(tn_graph g, greedy_rule rule, uint64_t key, int64_t most_work,
                         int32_t order[], int64_t *work, lehr_error *err) {
  filling f = {0};
  philox_stream s = philox_stream_at(key, 0);
  lehr_status status =
      fill_make(&f, g) ? LEHR_OK : error_memory(err, (uint64_t)g.n * (uint64_t)g.n / 8);
  for (int32_t k = 0; k < g.n && status == LEHR_OK; k++) {
    order[k] = choose(&f, rule, &s);
    eliminate(&f, order[k], rule == GREEDY_FILL);
    if (f.work > most_work)
      status = error_set(err, LEHR_EUNAVAILABLE, "greedy elimination takes too many steps");
  }
  *work += f.work;
  fill_free(&f);
  return status;
}
