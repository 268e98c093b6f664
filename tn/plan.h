/* SPDX-License-Identifier: Apache-2.0 */
/* tn/plan.h - from a model to a program, and what the program will take.
 *
 * The network is planned as it stands. Where that takes long and only the minimum is asked for, a
 * presolved model (qubo/presolve.h) is planned too and taken if it is clearly faster: fewer
 * variables with larger coefficients are not always. Groups become legs (legs.h), those that cannot
 * become penalties (penalties.h) where only the minimum is asked for. In each connected part
 * without fields one spin is fixed, the one that saves most (mirror.h). */
#ifndef LEHR_TN_PLAN_H
#define LEHR_TN_PLAN_H

#include "qubo/presolve.h"
#include "tn/legs.h"
#include "tn/mirror.h"
#include "tn/order_find.h"

#include <stdbool.h>

typedef struct tn_plan_options {
  uint64_t memory;   /* bytes for tables */
  int entry_bytes;   /* of an entry, as expected: 1, 2, 4, 8 */
  bool only_minimum; /* presolve: lowest energies stay, numbers of states do not */
  uint64_t seed;
  int64_t work;          /* ORDER_WORK */
  const tn_guard *guard; /* NULL, or who may end the search for an order (order_find.h) */
} tn_plan_options;

typedef struct tn_plan {
  int32_t n;        /* variables of the model */
  lehr_model *kept; /* the model with penalties for groups that are no legs; NULL: there are none */
  tn_legs legs;     /* whose codes the network is over; none: it is over variables */
  presolve *presolved; /* NULL: the model as it is */
  int32_t n_presolved; /* variables after that, or bits of codes */
  tn_mirror mirror;    /* of these, which are +1 in `network` */
  tn_network network;  /* what is contracted */
  int32_t *order;      /* [network.n] */
  tn_program program;  /* of order; no operations if a table needs more than TN_MOST_SLOTS */
  tn_cost cost;        /* the program's where there is one */
  bool fits;           /* there is a program and its tables fit the memory */
  char method[48];     /* what found the order */
} tn_plan;

/* A lowest state that breaks a group says that no state keeps all. EUNAVAILABLE for groups that can
 * be neither; ENOMEM. An order too wide is no failure: see `fits`. */
lehr_status plan_make(const lehr_model_view *m, const tn_plan_options *o, tn_plan *out,
                      lehr_error *err);
void plan_free(tn_plan *p);

/* "width 32, 7 s, 4.0 GiB; 1024 of 1024 variables, order by sweep 17", for people: what running it
 * takes. Where that is not known, plan_least: with the smallest entries that there are. */
typedef struct plan_size {
  double bytes, seconds;
  bool is_least; /* "at least 7 s, 4.0 GiB" */
} plan_size;
plan_size plan_least(const tn_plan *p, int entry_bytes);
void plan_text(const tn_plan *p, plan_size takes, char text[], size_t size);

/* A state of the network as it was before spins were fixed, 1 for +1, as one of the model. O(n). */
void plan_state(const tn_plan *p, const uint8_t codes[], uint8_t bits[]);

/* A state of the network as one of the model. ENOMEM. O(n). */
lehr_status plan_bits(const tn_plan *p, const int8_t spins[], uint8_t bits[], lehr_error *err);

#endif
