/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/bounded/nodes.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

tn_nodes nodes_none(const tn_dual *d, uint64_t memory) {
  return (tn_nodes){
      .multipliers = d->start[d->n_divided], .divided = d->n_divided, .memory = memory};
}

void nodes_free(tn_nodes *o) {
  for (int64_t k = 0; k < o->count; k++) free(o->heap[k]);
  free(o->heap);
  *o = (tn_nodes){0};
}

uint64_t nodes_bytes(const tn_nodes *o) {
  return sizeof(tn_node) + sizeof(dual_point) + (uint64_t)o->multipliers * sizeof(float) +
         (uint64_t)o->divided;
}

dual_point *node_point(tn_node *k) { return (dual_point *)(k + 1); }

int8_t *node_values(const tn_nodes *o, tn_node *k) {
  return (int8_t *)(node_point(k)->multiplier + o->multipliers);
}

tn_node *node_root(tn_nodes *o) {
  tn_node *const root = calloc(1, nodes_bytes(o));
  if (!root) return NULL;
  root->bound = INT64_MIN;
  root->branch = -1;
  return root;
}

tn_node *node_child(tn_nodes *o, tn_node *k, int8_t value) {
  tn_node *const c = malloc(nodes_bytes(o));
  if (!c) return NULL;
  memcpy(c, k, nodes_bytes(o));
  node_values(o, c)[k->branch] = value;
  c->depth++;
  c->serial = ++o->serial;
  return c;
}

/* The lowest bound first, then the deepest, then the newest. */
static bool comes_before(const tn_node *a, const tn_node *b) {
  if (a->bound != b->bound) return a->bound < b->bound;
  return a->depth != b->depth ? a->depth > b->depth : a->serial > b->serial;
}

/* k goes to `at` or above. */
static void rise(tn_nodes *o, int64_t at, tn_node *k) {
  for (; at > 0 && comes_before(k, o->heap[(at - 1) / 2]); at = (at - 1) / 2)
    o->heap[at] = o->heap[(at - 1) / 2];
  o->heap[at] = k;
}

static void sink(tn_nodes *o, int64_t at) {
  tn_node *const k = o->heap[at];
  for (;;) {
    int64_t child = 2 * at + 1;
    if (child >= o->count) break;
    if (child + 1 < o->count && comes_before(o->heap[child + 1], o->heap[child])) child++;
    if (!comes_before(o->heap[child], k)) break;
    o->heap[at] = o->heap[child];
    at = child;
  }
  o->heap[at] = k;
}

bool nodes_put(tn_nodes *o, tn_node *k) {
  if (o->count == o->room) {
    const int64_t room = 2 * o->room + 64;
    if (!memory_grow((void **)&o->heap, (size_t)room, sizeof(tn_node *))) {
      free(k);
      return false;
    }
    o->room = room;
  }
  rise(o, o->count++, k);
  return true;
}

tn_node *nodes_take(tn_nodes *o) {
  const bool is_full = (uint64_t)o->count * nodes_bytes(o) > o->memory;
  int64_t at = 0;
  for (int64_t i = 1; is_full && i < o->count; i++)
    if (o->heap[i]->serial > o->heap[at]->serial) at = i;
  tn_node *const k = o->heap[at];
  tn_node *const last = o->heap[--o->count];
  if (at == o->count) return k;
  o->heap[at] = last;
  sink(o, at);
  rise(o, at, o->heap[at]);
  return k;
}
