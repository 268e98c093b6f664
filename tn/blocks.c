/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/blocks.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

void blocks_release(tn_blocks *b) {
  free(b->first);
  free(b->list);
  free(b->shared);
  *b = (tn_blocks){0};
}

/* Depth first search. `low` is the earliest variable that is reached from below. */
typedef struct searcher {
  tn_graph g;
  tn_blocks *out;
  int32_t *found, *low;  /* [n] times, 0: not found yet */
  int32_t *path, *stack; /* [n] from the root to here; variables not in a block yet */
  int64_t *next;         /* [n] edge to look at */
  int32_t depth, height, clock;
} searcher;

static void enter(searcher *s, int32_t v) {
  s->found[v] = s->low[v] = ++s->clock;
  s->next[v] = s->g.row[v];
  s->path[s->depth++] = v;
  s->stack[s->height++] = v;
}

/* Everything above and including v, with its parent p in the search, is a block. */
static void close_block(searcher *s, int32_t v, int32_t p) {
  tn_blocks *b = s->out;
  int32_t at = b->first[b->count];
  do b->list[at++] = s->stack[--s->height];
  while (s->stack[s->height] != v);
  if (p >= 0) b->list[at++] = p;
  b->shared[b->count] = p;
  b->first[++b->count] = at;
}

/* v is done: what is below it may hang at its parent alone. */
static void leave(searcher *s, int32_t v) {
  s->depth--;
  if (s->depth == 0) {
    if (s->g.row[v] == s->g.row[v + 1]) close_block(s, v, -1);
    s->height = 0;
    return;
  }
  const int32_t p = s->path[s->depth - 1];
  if (s->low[v] < s->low[p]) s->low[p] = s->low[v];
  if (s->low[v] < s->found[p]) return;
  close_block(s, v, p);
}

/* The last block of a component has its root, and nobody to share it with. */
static void search_from(searcher *s, int32_t root) {
  enter(s, root);
  while (s->depth > 0) {
    const int32_t v = s->path[s->depth - 1];
    if (s->next[v] == s->g.row[v + 1]) {
      leave(s, v);
      continue;
    }
    const int32_t u = s->g.col[s->next[v]++];
    if (!s->found[u])
      enter(s, u);
    else if (s->found[u] < s->low[v])
      s->low[v] = s->found[u];
  }
  s->out->shared[s->out->count - 1] = -1;
}

lehr_status graph_blocks(tn_graph g, tn_blocks *out, lehr_error *err) {
  const size_t n = (size_t)g.n;
  *out = (tn_blocks){0};
  searcher s = {.g = g, .out = out};
  out->first = memory_array(n + 1, sizeof *out->first);
  out->list = memory_array(n, 2 * sizeof *out->list);
  out->shared = memory_array(n, sizeof *out->shared);
  s.found = memory_array(n, sizeof *s.found);
  s.low = memory_array(n, sizeof *s.low);
  s.path = memory_array(n, sizeof *s.path);
  s.stack = memory_array(n, sizeof *s.stack);
  s.next = memory_array(n, sizeof *s.next);
  const bool is_possible =
      out->first && out->list && out->shared && s.found && s.low && s.path && s.stack && s.next;
  for (int32_t v = 0; v < g.n && is_possible; v++)
    if (!s.found[v]) search_from(&s, v);
  free(s.found);
  free(s.low);
  free(s.path);
  free(s.stack);
  free(s.next);
  if (is_possible) return LEHR_OK;
  blocks_release(out);
  return error_memory(err, 48 * (uint64_t)n);
}
