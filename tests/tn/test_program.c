/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/program_make.h"

#include "check.h"
#include "tn/networks.h"
#include "tn/run_scalar.h"

/* Optimum and state of a program against brute force; counts the kinds of its operations. */
static void check_network(const tn_network *t, const int32_t order[], int64_t kinds[]) {
  tn_program p;
  int8_t spins[32];
  int64_t value, value_only;
  REQUIRE_OK(program_from_order(t, order, &p, NULL));
  REQUIRE_OK(program_check(&p, NULL));
  REQUIRE_OK(run_scalar(&p, UINT64_MAX, &value, spins, NULL));
  REQUIRE_OK(run_scalar(&p, UINT64_MAX, &value_only, NULL, NULL));
  CHECK_INT(value, network_brute_force(t));
  CHECK_INT(value_only, value);
  CHECK_INT(network_energy(t, spins), value);
  for (int64_t k = 0; k < p.n_ops; k++) kinds[p.ops[k].kind]++;
  program_free(&p);
}

static void optimum_of_every_shape(void) {
  philox_stream s = philox_stream_at(1, 0);
  int64_t kinds[5] = {0};
  int32_t order[16];
  for (int trial = 0; trial < 400; trial++) {
    const shape kind = (shape)(trial % SHAPES);
    const int32_t n = (int32_t)philox_below(&s, 14) + (kind == TORUS);
    const uint32_t range = trial % 3 ? 1 : 1000000;
    tn_network t = network_of_shape(kind, &s, n, range, trial & 1);
    random_order(&s, n, order);
    check_network(&t, order, kinds);
    for (int32_t i = 0; i < n; i++) order[i] = i;
    check_network(&t, order, kinds);
    network_free(&t);
  }
  for (int k = 0; k < 5; k++) CHECK(kinds[k] > 100);
}

/* Row by row, a lattice of width 3 needs tables over three variables, one table, and hardly an
 * operation that changes its size. */
static void sweeps_replace(void) {
  philox_stream s = philox_stream_at(2, 0);
  int32_t order[300];
  for (int32_t i = 0; i < 300; i++) order[i] = i;
  tn_network t = network_of_shape(SQUARE, &s, 300, 1, true);
  tn_program p;
  REQUIRE_OK(program_from_order(&t, order, &p, NULL));
  REQUIRE_OK(program_check(&p, NULL));
  int64_t replacing = 0;
  for (int64_t k = 0; k < p.n_ops; k++) replacing += p.ops[k].kind == TN_REPLACE;
  CHECK_INT(p.width, 3);
  CHECK_INT(p.depth, 1);
  CHECK_INT(replacing, 297);
  program_free(&p);
  network_free(&t);
}

/* Leaves of a star one after the other: one table at a time beside the hub's. */
static void hubs_keep_few_tables(void) {
  enum { N = 100000 };
  philox_stream s = philox_stream_at(3, 0);
  lehr_builder *b;
  lehr_model *m;
  tn_network t;
  tn_program p;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
  int64_t expected = 0;
  for (int32_t i = 1; i < N; i++) {
    const int64_t J = (int64_t)philox_below(&s, 9) - 4;
    REQUIRE_OK(lehr_builder_add_int(b, 0, i, J, NULL));
    expected -= J < 0 ? -J : J;
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  REQUIRE_OK(network_make(lehr_model_look(m), &t, NULL));
  int32_t *order = malloc(N * sizeof *order);
  for (int32_t i = 0; i < N; i++) order[i] = N - 1 - i;
  int64_t value;
  REQUIRE_OK(program_from_order(&t, order, &p, NULL));
  CHECK_INT(p.width, 1);
  CHECK_INT(p.depth, 2);
  REQUIRE_OK(run_scalar(&p, 1 << 20, &value, NULL, NULL));
  CHECK_INT(value, expected);
  program_free(&p);
  free(order);
  network_free(&t);
  lehr_model_free(m);
  lehr_builder_free(b);
}

static void limits_are_kept(void) {
  philox_stream s = philox_stream_at(4, 0);
  int32_t order[60];
  for (int32_t i = 0; i < 60; i++) order[i] = i;
  tn_network t = network_of_shape(COMPLETE, &s, 60, 1, true), small;
  tn_program p;
  lehr_error err;
  int64_t value;
  CHECK_INT(program_from_order(&t, order, &p, &err), LEHR_EUNAVAILABLE);
  CHECK_CONTAINS(err.text, "40");
  network_free(&t);
  small = network_of_shape(COMPLETE, &s, 14, 1, true);
  REQUIRE_OK(program_from_order(&small, order, &p, NULL));
  CHECK_INT(p.width, 13);
  CHECK_INT(run_scalar(&p, 1 << 16, &value, NULL, &err), LEHR_ENOMEM);
  network_free(&small);
  program_free(&p);
}

/* Every kind of damage is found. */
static void check_finds_faults(void) {
  philox_stream s = philox_stream_at(5, 0);
  int32_t order[14];
  random_order(&s, 14, order);
  tn_network t = network_of_shape(TREE, &s, 14, 3, true);
  int64_t found = 0, tried = 0;
  for (int fault = 0; fault < 200; fault++) {
    tn_program p;
    REQUIRE_OK(program_from_order(&t, order, &p, NULL));
    tn_op *op = &p.ops[philox_below(&s, (uint32_t)p.n_ops)];
    const bool leaves = op->kind == TN_ELIM || op->kind == TN_REPLACE;
    switch (fault % 6) {
    case 0:
      op->width++;
      tried += op->kind != TN_PUSH;
      break;
    case 1:
      op->kind = (uint8_t)((op->kind + 1) % 5);
      tried++;
      break;
    case 2:
      op->leaves = op->leaves == 3 ? 4 : 3;
      tried += leaves;
      break;
    case 3:
      p.n_ops--;
      tried++;
      break;
    case 4:
      op->slot++;
      tried += op->kind != TN_PUSH;
      break;
    default:
      if (op->n_terms > 0) p.terms[op->first_term].slot++;
      tried += op->n_terms > 0;
    }
    found += program_check(&p, NULL) != LEHR_OK;
    program_free(&p);
  }
  CHECK_INT(found, tried);
  CHECK(tried > 100);
  network_free(&t);
}

static const check_test tests[] = {{"optimum of every shape", optimum_of_every_shape},
                                   {"sweeps replace", sweeps_replace},
                                   {"hubs keep few tables", hubs_keep_few_tables},
                                   {"limits are kept", limits_are_kept},
                                   {"check finds faults", check_finds_faults}};
CHECK_MAIN("tn/program", tests)
