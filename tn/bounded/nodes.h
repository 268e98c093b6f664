/* SPDX-License-Identifier: Apache-2.0 */
/* tn/bounded/nodes.h - what branch and bound has not looked into yet. */
#ifndef LEHR_TN_BOUNDED_NODES_H
#define LEHR_TN_BOUNDED_NODES_H

#include "tn/bounded/dual.h"

/* Some divided variables are fixed. Its point and the values lie behind it. */
typedef struct tn_node {
  int64_t bound, serial;
  int32_t depth;
  int32_t branch; /* divided variable that its children fix; -1: none is free */
} tn_node;

/* A heap; the first one comes next. */
typedef struct tn_nodes {
  tn_node **heap;
  int64_t count, room, serial;
  int32_t multipliers; /* of a point */
  int32_t divided;     /* values of a node */
  uint64_t memory;     /* bytes of nodes; beyond it the deepest come first */
} tn_nodes;

tn_nodes nodes_none(const tn_dual *d, uint64_t memory);
void nodes_free(tn_nodes *o);

dual_point *node_point(tn_node *k);
/* [o->divided]: -1, 0, +1 */
int8_t *node_values(const tn_nodes *o, tn_node *k);

/* With nothing fixed; NULL when memory is short. */
tn_node *node_root(tn_nodes *o);
/* The same with its branch fixed. */
tn_node *node_child(tn_nodes *o, tn_node *k, int8_t value);

/* Takes k, also where it fails for want of memory. */
bool nodes_put(tn_nodes *o, tn_node *k);
/* The one with the lowest bound; where memory is short the newest, whose children are few. */
tn_node *nodes_take(tn_nodes *o);
uint64_t nodes_bytes(const tn_nodes *o); /* of one */

#endif
