/* SPDX-License-Identifier: Apache-2.0 */
/* qubo/builder.h - the inside of lehr_builder: entries in the order they were added.
 *
 * builder.c collects, assemble.c sorts into a model. Values are int64 until the first fractional
 * one arrives; then all become double, and assembling looks for an exact integer form again. */
#ifndef LEHR_QUBO_BUILDER_H
#define LEHR_QUBO_BUILDER_H

#include "lehr/model.h"

#include <stdbool.h>

typedef union number {
  int64_t i;
  double f;
} number;

typedef struct entry {
  int32_t i, j; /* i < j: coupling; i == j: linear; i == -1: constant */
  number value;
} entry;

typedef struct group {
  lehr_group_kind kind;
  int32_t k;
  int64_t first; /* into members */
} group;

struct lehr_builder {
  lehr_vartype vartype;
  int32_t n;
  bool is_real; /* which member of entry.value holds */
  double scale;
  entry *entries;
  int64_t n_entries, entries_capacity;
  group *groups;
  int64_t n_groups, groups_capacity;
  int32_t *members;
  int64_t n_members, members_capacity;
  char *name;
  char **label;
  int32_t *time_index;
};

#endif
