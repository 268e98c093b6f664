/* SPDX-License-Identifier: Apache-2.0 */
/* Division along the borders of regions: labels make a network of the copies that are announced, in
 * pieces, narrow in the order that comes with them, and the same again. */
#include "tn/bounded/regions.h"

#include "check.h"
#include "tn/graphs.h"
#include "tn/networks.h"
#include "tn/parts.h"
#include "tn/program_make.h"

#include <string.h>

enum { WORK = 20000000, TRIALS = 3 };

/* Rows are those of labels_make: a label is below the number of neighbours. */
static void check_labels(const tn_labels *l) {
  const tn_network *const t = l->t;
  for (int32_t v = 0; v < t->n; v++)
    for (int64_t k = t->row[v]; k < t->row[v + 1]; k++) {
      CHECK(l->label[k] >= 0 && l->label[k] < t->row[v + 1] - t->row[v]);
      CHECK(l->mirror[l->mirror[k]] == k && t->col[l->mirror[k]] == v);
    }
}

/* Copies that agree have the energy that their variables have. */
static void check_energies(const tn_network *t, const tn_split *s, philox_stream *random) {
  int8_t *const spins = malloc((size_t)t->n), *const copies = malloc((size_t)s->network.n);
  for (int trial = 0; trial < 20; trial++) {
    for (int32_t v = 0; v < t->n; v++) spins[v] = philox_below(random, 2) ? 1 : -1;
    for (int32_t c = 0; c < s->network.n; c++) copies[c] = spins[s->of[c]];
    CHECK_INT(network_energy(&s->network, copies) + t->constant, network_energy(t, spins));
  }
  free(spins);
  free(copies);
}

/* No coupling goes from one region into another. */
static void check_pieces(const tn_split *s) {
  tn_parts parts;
  REQUIRE_OK(parts_find(&s->network, &parts, NULL));
  CHECK(parts.count > 1);
  parts_free(&parts);
}

static void check_order(const tn_split *s, const int32_t order[], int32_t width) {
  tn_program p;
  int8_t *const is_met = calloc((size_t)s->network.n, 1);
  for (int32_t k = 0; k < s->network.n; k++) {
    REQUIRE(order[k] >= 0 && order[k] < s->network.n);
    CHECK(!is_met[order[k]]);
    is_met[order[k]] = 1;
  }
  REQUIRE_OK(program_from_order(&s->network, order, &p, NULL));
  CHECK(p.width <= width);
  program_free(&p);
  free(is_met);
}

/* Returns the copies. */
static int32_t check_division(const tn_network *t, const labels_options *o) {
  philox_stream random = philox_stream_at(61, 0);
  const size_t bytes = (size_t)t->row[t->n] * sizeof(int32_t);
  tn_labels l[2];
  int32_t copies[2];
  for (int k = 0; k < 2; k++) {
    REQUIRE_OK(labels_make(t, &l[k], NULL));
    REQUIRE_OK(labels_by_regions(&l[k], o, &copies[k], NULL));
  }
  CHECK_INT(copies[1], copies[0]);
  if (copies[0] > 0) {
    tn_split s;
    CHECK(memcmp(l[0].label, l[1].label, bytes) == 0);
    CHECK(memcmp(l[0].order, l[1].order, (size_t)copies[0] * sizeof(int32_t)) == 0);
    check_labels(&l[0]);
    REQUIRE_OK(split_make(&l[0], 0, &s, NULL));
    CHECK_INT(s.network.n, copies[0]);
    check_energies(t, &s, &random);
    check_pieces(&s);
    check_order(&s, l[0].order, o->width);
    split_free(&s);
  }
  for (int k = 0; k < 2; k++) labels_free(&l[k]);
  return copies[0];
}

static void lattices(void) {
  tn_network chimera = graph_chimera(5), torus = graph_square(10, 14, true, false);
  for (int32_t trial = 0; trial < TRIALS; trial++) {
    const labels_options narrow = {.width = 10, .work = WORK, .trial = trial};
    const labels_options wide = {.width = 13, .work = WORK, .trial = trial};
    const int32_t few = check_division(&chimera, &wide), many = check_division(&chimera, &narrow);
    CHECK(few > chimera.n);
    CHECK(many > few);
    CHECK(check_division(&torus, &narrow) > torus.n);
  }
  network_free(&chimera);
  network_free(&torus);
}

static void small_graphs(void) {
  philox_stream s = philox_stream_at(62, 0);
  int divided = 0;
  for (int trial = 0; trial < 10 * SHAPES; trial++) {
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, 8 + (int32_t)philox_below(&s, 30),
                                    100, trial % 2 == 0);
    const labels_options o = {.width = 3 + trial % 3, .work = WORK / 20, .trial = trial % TRIALS};
    t.constant = trial;
    divided += check_division(&t, &o) > 0;
    network_free(&t);
  }
  CHECK(divided > 3 * SHAPES);
}

static int at_once(void *user) {
  (void)user;
  return 1;
}

/* Neither where no number of regions is narrow enough, nor without time. */
static void no_division(void) {
  philox_stream s = philox_stream_at(63, 0);
  const tn_guard guard = {.should_stop = at_once, .bytes = 1 << 20, .threads = 1};
  tn_network complete = network_of_shape(COMPLETE, &s, 30, 9, false);
  tn_network chimera = graph_chimera(3);
  CHECK_INT(check_division(&complete, &(labels_options){.width = 2, .work = WORK}), 0);
  CHECK_INT(check_division(&chimera, &(labels_options){.width = 10, .guard = &guard}), 0);
  network_free(&complete);
  network_free(&chimera);
}

static const check_test tests[] = {
    {"lattices", lattices}, {"small graphs", small_graphs}, {"no division", no_division}};
CHECK_MAIN("tn/regions", tests)
