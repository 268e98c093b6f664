/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/subproblem/grow.h"

#include <string.h>

/* Of the variables with most neighbours, so many are looked at before one of them is frozen. */
enum { CANDIDATES = 8 };

uint64_t sub_grower_bytes(int32_t n, int32_t width) {
  return (uint64_t)n * (4 * (12 + SUB_LIST + (uint64_t)width) + 8 + 2) + 8 * (SUB_LIST + 1) +
         sizeof(sub_grower) + 18 * 64;
}

sub_grower *sub_grower_make(const sub_model *m, int32_t width, uint64_t key, sub_memory memory) {
  const size_t n = (size_t)m->n, word = sizeof(int32_t);
  sub_grower *g = memory.alloc(memory.user, sizeof *g);
  if (!g) return NULL;
  *g = (sub_grower){.model = m, .memory = memory, .width = width};
  g->random = philox_stream_at(key, 0);
  int32_t **arrays[] = {&g->order,      &g->rank,        &g->freed,        &g->mark,
                        &g->stack,      &g->first_child, &g->next_sibling, &g->size,
                        &g->live_place, &g->live_size};
  for (size_t k = 0; k < sizeof arrays / sizeof arrays[0]; k++)
    if (!(*arrays[k] = memory.alloc(memory.user, n * word))) return NULL;
  g->next = memory.alloc(memory.user, (n + SUB_LIST + 1) * word);
  g->previous = memory.alloc(memory.user, (n + SUB_LIST + 1) * word);
  g->list = memory.alloc(memory.user, n * SUB_LIST * word);
  g->front = memory.alloc(memory.user, n * (size_t)width * word);
  g->charged = memory.alloc(memory.user, n * sizeof *g->charged);
  g->degree = memory.alloc(memory.user, n);
  g->front_size = memory.alloc(memory.user, n);
  if (!g->next || !g->previous || !g->list || !g->front || !g->charged || !g->degree ||
      !g->front_size)
    return NULL;
  return g;
}

/* ---- Rings of variables with equal degree ---- */

static void ring_leave(sub_grower *g, int32_t i) {
  g->next[g->previous[i]] = g->next[i];
  g->previous[g->next[i]] = g->previous[i];
}

/* At the front of its ring or at the end, at random: ties are broken by that. */
static void ring_enter(sub_grower *g, int32_t i) {
  const int32_t head = g->model->n + g->degree[i];
  const int32_t before = philox_u32(&g->random) & 1 ? head : g->previous[head];
  g->previous[i] = before;
  g->next[i] = g->next[before];
  g->next[before] = i;
  g->previous[g->next[i]] = i;
}

/* ---- The graph as variables leave ---- */

static int32_t *neighbours(const sub_grower *g, int32_t i) {
  return g->list + (int64_t)i * SUB_LIST;
}

static void forget(sub_grower *g, int32_t i, int32_t gone) {
  int32_t *list = neighbours(g, i), k = 0;
  while (list[k] != gone) k++;
  list[k] = list[--g->degree[i]];
}

static void freeze(sub_grower *g, int32_t i) {
  const int32_t *list = neighbours(g, i);
  ring_leave(g, i);
  g->rank[i] = -1;
  for (int32_t k = 0; k < g->degree[i]; k++) {
    ring_leave(g, list[k]);
    forget(g, list[k], i);
    ring_enter(g, list[k]);
  }
}

/* Members of the front that u does not have as neighbours; those that it has are marked. */
static int32_t missing(sub_grower *g, int32_t u, const int32_t front[], int32_t size) {
  const int32_t *list = neighbours(g, u);
  int32_t count = 0;
  g->stamp++;
  g->mark[u] = g->stamp;
  for (int32_t k = 0; k < g->degree[u]; k++) g->mark[list[k]] = g->stamp;
  for (int32_t k = 0; k < size; k++) count += g->mark[front[k]] != g->stamp;
  return count;
}

/* v leaves; its front becomes a clique. Members that would get too many neighbours are frozen. */
static void leave(sub_grower *g, int32_t v) {
  int32_t front[SUB_WIDEST], all[SUB_WIDEST], size = 0;
  const int32_t most = g->degree[v];
  bool is_full[SUB_WIDEST];
  memcpy(all, neighbours(g, v), (size_t)most * sizeof *all);
  ring_leave(g, v);
  for (int32_t k = 0; k < most; k++) forget(g, all[k], v);
  for (int32_t k = 0; k < most; k++)
    is_full[k] = g->degree[all[k]] + missing(g, all[k], all, most) > SUB_LIST;
  for (int32_t k = 0; k < most; k++) {
    if (is_full[k])
      freeze(g, all[k]);
    else
      front[size++] = all[k];
  }
  for (int32_t k = 0; k < size; k++) {
    const int32_t u = front[k];
    ring_leave(g, u);
    (void)missing(g, u, front, size);
    for (int32_t q = 0; q < size; q++)
      if (g->mark[front[q]] != g->stamp) neighbours(g, u)[g->degree[u]++] = front[q];
    ring_enter(g, u);
  }
}

/* Of those with most neighbours one that earlier plans had free most often. */
static int32_t whom_to_freeze(const sub_grower *g) {
  int32_t head = g->model->n + SUB_LIST;
  while (g->next[head] == head) head--;
  int32_t best = g->next[head];
  for (int32_t i = best, k = 0; i != head && k < CANDIDATES; i = g->next[i], k++)
    if (g->freed[i] > g->freed[best]) best = i;
  return best;
}

static void shuffle(sub_grower *g) {
  for (int32_t k = 0; k < g->model->n; k++) g->stack[k] = k;
  for (int32_t k = g->model->n - 1; k > 0; k--) {
    const int32_t other = (int32_t)philox_below(&g->random, (uint32_t)k + 1);
    const int32_t t = g->stack[k];
    g->stack[k] = g->stack[other];
    g->stack[other] = t;
  }
}

static bool is_hub(const sub_model *m, int32_t i) { return m->row[i + 1] - m->row[i] > SUB_HUB; }

static int32_t enter_all(sub_grower *g) {
  const sub_model *m = g->model;
  int32_t left = 0;
  for (int32_t d = 0; d <= SUB_LIST; d++) g->next[m->n + d] = g->previous[m->n + d] = m->n + d;
  shuffle(g);
  for (int32_t k = 0; k < m->n; k++) {
    const int32_t i = g->stack[k];
    g->degree[i] = 0;
    g->rank[i] = -1;
    if (is_hub(m, i)) continue;
    for (int64_t e = m->row[i]; e < m->row[i + 1]; e++)
      if (!is_hub(m, m->col[e])) neighbours(g, i)[g->degree[i]++] = m->col[e];
    g->rank[i] = 0;
    ring_enter(g, i);
    left++;
  }
  return left;
}

int32_t sub_choose(sub_grower *g) {
  const int32_t n = g->model->n;
  int32_t count = 0;
  if (g->stamp > INT32_MAX / 2) {
    memset(g->mark, 0, (size_t)n * sizeof *g->mark);
    g->stamp = 0;
  }
  if (enter_all(g) == 0) return 0;
  for (;;) {
    int32_t d = 0;
    while (d <= g->width && g->next[n + d] == n + d) d++;
    if (d <= g->width) {
      const int32_t v = g->next[n + d];
      leave(g, v);
      g->order[count] = v;
      g->rank[v] = count++;
      continue;
    }
    while (d <= SUB_LIST && g->next[n + d] == n + d) d++;
    if (d > SUB_LIST) break;
    freeze(g, whom_to_freeze(g));
  }
  for (int32_t k = 0; k < count; k++) g->freed[g->order[k]]++;
  return count;
}

bool sub_plan_grow(sub_grower *g, sub_plan *out) { return sub_compile(g, sub_choose(g), out); }
