/* SPDX-License-Identifier: Apache-2.0 */
/* tn/minplus/layout.h - how large each table of a program gets, and all of them at a time. */
#ifndef LEHR_TN_MINPLUS_LAYOUT_H
#define LEHR_TN_MINPLUS_LAYOUT_H

#include "tn/minplus/run.h"
#include "tn/minplus/stretches.h"

typedef struct mp_layout {
  int64_t n_tables;   /* PUSH and FACTOR operations, in their order */
  uint8_t *width;     /* [n_tables] the most that table has when it is in its place */
  uint64_t tables;    /* bytes of the tables that are there at a time */
  uint64_t decisions; /* bytes that are there at a time */
  uint64_t tiles;     /* bytes of tiles of all threads and of cost tables */
  mp_stretches stretches;
  double updates; /* of one run of all operations */
} mp_layout;

lehr_status layout_make(const tn_program *p, const mp_setup *s, int32_t threads, mp_layout *out,
                        lehr_error *err);
void layout_free(mp_layout *l);

/* Bytes of a table that has 2^width entries at most; at least two granules. */
uint64_t layout_table_bytes(mp_type type, int width);
/* Bytes of the decisions of a result of 2^width entries. */
uint64_t layout_decision_bytes(int width);
uint64_t layout_tile_bytes(mp_type type, const mp_limits *limits);

#endif
