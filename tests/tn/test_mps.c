/* SPDX-License-Identifier: Apache-2.0 */
/* Chains of matrices against enumeration and exact contraction: sums, ranks, ground states. */
#include "tn/mps/sweep.h"

#include "check.h"
#include "tn/beam/beam.h"
#include "tn/graphs.h"
#include "tn/mps/draw.h"
#include "tn/spectrum.h"
#include "tn/sumproduct.h"

#include <math.h>

/* M = left right with orthonormal factors on one side. */
static void factors(void) {
  philox_stream s = philox_stream_at(1, 0);
  for (int trial = 0; trial < 60; trial++) {
    const int32_t m = 1 + (int32_t)philox_below(&s, 12), n = 1 + (int32_t)philox_below(&s, 12);
    const bool goes_right = trial & 1, is_flat = trial % 3 == 0;
    const split_limits all = {.most = 100, .smallest = 1e-14};
    double M[144], copy[144], left[144], right[144], work[400], lost = 0;
    for (int32_t k = 0; k < m * n; k++)
      M[k] = copy[k] = is_flat ? (k / n + 1.0) * (k % n - 2.5) : philox_normal(&s);
    const int32_t rank = trial % 4 < 2
                             ? split_svd(M, m, n, &all, goes_right, left, right, &lost, work)
                             : split_qr(M, m, n, left, right);
    if (is_flat) CHECK_INT(rank, 1);
    for (int32_t i = 0; i < m; i++)
      for (int32_t j = 0; j < n; j++) {
        double sum = 0;
        for (int32_t k = 0; k < rank; k++) sum += left[i * rank + k] * right[k * n + j];
        CHECK_REAL(sum, copy[i * n + j], 1e-11);
      }
    const bool on_left = trial % 4 >= 2 || goes_right;
    for (int32_t a = 0; a < rank; a++)
      for (int32_t b = 0; b < rank; b++) {
        double sum = 0;
        for (int32_t i = 0; i < (on_left ? m : n); i++)
          sum += on_left ? left[i * rank + a] * left[i * rank + b]
                         : right[a * n + i] * right[b * n + i];
        CHECK_REAL(sum, a == b, 1e-12);
      }
  }
}

static double log_sum(const int64_t energy[], int32_t n, double beta) {
  double least = INFINITY, sum = 0;
  for (uint32_t x = 0; x < 1u << n; x++) least = fmin(least, (double)energy[x]);
  for (uint32_t x = 0; x < 1u << n; x++) sum += exp(-beta * ((double)energy[x] - least));
  return log(sum) - beta * least;
}

static mps_sweep sweep_of(const tn_network *t, const beam_walk *w, double beta, int32_t bond) {
  const mps_options o = {.beta = beta, .bond = bond, .smallest = 1e-14};
  mps_sweep s, dry;
  bool is_complete;
  REQUIRE_OK(sweep_tables(t, w, &o, true, &no_limits, &dry, &is_complete, NULL));
  REQUIRE_OK(sweep_tables(t, w, &o, false, &no_limits, &s, &is_complete, NULL));
  REQUIRE(is_complete);
  CHECK(s.bytes <= dry.bytes && s.steps <= dry.steps * (1 + 1e-9));
  sweep_tables_free(&dry);
  return s;
}

/* With bonds as wide as tables need, log Z is exact; ranks of all states are -log Z of what they
 * leave open, and a wide beam finds the ground state. */
static void wide_chains_are_exact(void) {
  philox_stream s = philox_stream_at(2, 0);
  for (int trial = 0; trial < 120; trial++) {
    const int32_t n = (int32_t)philox_below(&s, 12) + (trial % SHAPES == TORUS);
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, 3, trial & 1);
    int64_t *energy = spectrum_of(&t);
    int32_t order[16];
    beam_walk w;
    random_order(&s, n, order);
    REQUIRE_OK(beam_walk_make(network_graph(&t), order, &w, NULL));
    mps_sweep tables = sweep_of(&t, &w, 0.3, 64);
    CHECK_REAL(tables.log_z, log_sum(energy, n, 0.3), 1e-8);
    CHECK(tables.lost < 1e-20);
    const beam_guide guide = mps_guide(&tables);
    const beam_wish wish = {.most = 1 << 12, .below = INT64_MAX, .states = 3};
    beam_result r;
    REQUIRE_OK(beam_run(&w, &guide, &wish, &no_limits, &r, NULL));
    REQUIRE(r.is_complete && r.count >= 1);
    CHECK_INT(r.discarded, INT64_MAX);
    CHECK_INT(network_energy(&t, r.spins), network_brute_force(&t));
    beam_result_free(&r);
    sweep_tables_free(&tables);
    beam_walk_free(&w);
    free(energy);
    network_free(&t);
  }
}

/* Ranks of the two children of the empty state are -log of the sums over what is left. */
static void ranks_are_sums(void) {
  philox_stream s = philox_stream_at(3, 0);
  for (int trial = 0; trial < 32; trial++) {
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, 9, 2, true);
    int64_t *energy = spectrum_of(&t);
    int32_t order[9];
    beam_walk w;
    random_order(&s, 9, order);
    REQUIRE_OK(beam_walk_make(network_graph(&t), order, &w, NULL));
    mps_sweep tables = sweep_of(&t, &w, 0.5, 64);
    const beam_guide guide = mps_guide(&tables);
    const uint64_t key = 0;
    const int64_t value = 0;
    int64_t children[2], ranks[2];
    REQUIRE(guide.expand(guide.self, 0, 1, &key, &value, children, ranks));
    for (uint32_t x = 0; x < 2; x++) {
      double sum = 0;
      for (uint32_t state = 0; state < 512; state++)
        if ((state >> order[0] & 1) == x) sum += exp(-0.5 * (double)energy[state]);
      CHECK_REAL((double)ranks[x] / (1 << MPS_GRAIN), -log(sum), 1e-6);
    }
    sweep_tables_free(&tables);
    beam_walk_free(&w);
    free(energy);
    network_free(&t);
  }
}

enum { DRAWS = 20000 };

/* Pearson's sum of draws against Boltzmann, states rarer than 5 expected draws together. */
static double chi_square(const int64_t energy[], int32_t n, double beta, double log_z,
                         const int8_t spins[], int32_t *bins) {
  int32_t seen[512] = {0};
  double chi2 = 0, rare = 0, rare_seen = 0;
  *bins = 0;
  for (int32_t k = 0; k < DRAWS; k++) {
    uint32_t x = 0;
    for (int32_t i = 0; i < n; i++) x |= (uint32_t)(spins[k * n + i] > 0) << i;
    seen[x]++;
  }
  for (uint32_t x = 0; x < 1u << n; x++) {
    const double expected = DRAWS * exp(-beta * (double)energy[x] - log_z);
    rare += expected < 5 ? expected : 0;
    rare_seen += expected < 5 ? seen[x] : 0;
    if (expected < 5) continue;
    chi2 += (seen[x] - expected) * (seen[x] - expected) / expected;
    ++*bins;
  }
  return rare > 0 ? chi2 + (rare_seen - rare) * (rare_seen - rare) / rare : chi2;
}

/* By wide chains states are drawn from Boltzmann's distribution and all weigh Z. By narrow ones
 * they do not, but the mean weight is Z. */
static void draws_have_weights(void) {
  philox_stream s = philox_stream_at(5, 0);
  int8_t *const spins = malloc(DRAWS * 9);
  double *const weight = malloc(DRAWS * sizeof *weight);
  int uneven = 0;
  REQUIRE(spins && weight);
  for (int trial = 0; trial < 3 * SHAPES; trial++) {
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, 9, 2, true);
    int64_t *energy = spectrum_of(&t);
    int32_t order[9], bins;
    beam_walk w;
    const double beta = 0.2, log_z = log_sum(energy, 9, beta);
    random_order(&s, 9, order);
    REQUIRE_OK(beam_walk_make(network_graph(&t), order, &w, NULL));
    for (int32_t bond = 1; bond <= 64; bond *= 64) {
      mps_sweep tables = sweep_of(&t, &w, beta, bond);
      mps_weights sum;
      REQUIRE_OK(mps_draw(&tables, (uint64_t)trial, DRAWS, &no_limits, spins, weight, &sum, NULL));
      REQUIRE(sum.is_complete);
      CHECK(sum.effective >= 1 && sum.effective <= DRAWS * (1 + 1e-9));
      const double error = sqrt((DRAWS / sum.effective - 1) / DRAWS); /* of the mean weight */
      CHECK_REAL(sum.log_z, log_z, bond == 1 ? 6 * error + 1e-5 : 1e-5);
      uneven += sum.effective < 0.99 * DRAWS;
      if (bond > 1) CHECK_REAL(sum.effective, DRAWS, 1e-3);
      const double chi2 = chi_square(energy, 9, beta, log_z, spins, &bins);
      if (bond > 1) CHECK(chi2 < bins + 7 * sqrt(2.0 * bins) + 30);
      sweep_tables_free(&tables);
    }
    beam_walk_free(&w);
    free(energy);
    network_free(&t);
  }
  CHECK(uneven > SHAPES / 2);
  free(spins);
  free(weight);
}

static tn_network lattice(int32_t side, philox_stream *s) {
  lehr_builder *b;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, side * side, &b));
  for (int32_t i = 0; i < side * side; i++) {
    const int64_t J[2] = {philox_below(s, 2) ? 1 : -1, philox_below(s, 2) ? 1 : -1};
    if (i % side + 1 < side) REQUIRE_OK(lehr_builder_add_int(b, i, i + 1, J[0], NULL));
    if (i + side < side * side) REQUIRE_OK(lehr_builder_add_int(b, i, i + side, J[1], NULL));
  }
  return network_of(b);
}

/* Lattices of 12 x 12: log Z to 1e-6 with wide bonds, and the wider the better. */
static void lattices(void) {
  philox_stream s = philox_stream_at(4, 0);
  tn_network t = lattice(12, &s);
  int32_t order[144];
  tn_program p;
  beam_walk w;
  double log_z, error[3];
  bool is_complete;
  for (int32_t k = 0; k < 144; k++) order[k] = k;
  REQUIRE_OK(program_from_order(&t, order, &p, NULL));
  REQUIRE_OK(beam_walk_make(network_graph(&t), order, &w, NULL));
  REQUIRE_OK(sum_log_z(&p, 0.8, &no_limits, &log_z, &is_complete, NULL));
  for (int k = 0; k < 3; k++) {
    mps_sweep tables = sweep_of(&t, &w, 0.8, (const int32_t[]){2, 8, 32}[k]);
    error[k] = fabs(tables.log_z - log_z);
    sweep_tables_free(&tables);
  }
  CHECK(error[2] < 1e-6);
  CHECK(error[1] < error[0] && error[2] < error[1]);
  CHECK(error[0] < 3);
  program_free(&p);
  beam_walk_free(&w);
  network_free(&t);
}

/* King's moves and Chimera cells: found walks, wide bonds, the sums of exact contraction. */
static void other_lattices(void) {
  for (int k = 0; k < 3; k++) {
    tn_network t = k == 0   ? graph_square(7, 7, false, true)
                   : k == 1 ? graph_square(4, 12, true, false)
                            : graph_chimera(2);
    beam_walk_list found = {.most = 1};
    tn_program p;
    double log_z;
    bool is_complete;
    int32_t order[64];
    REQUIRE_OK(beam_walk_find(network_graph(&t), NULL, 1, &found, NULL));
    const beam_walk w = found.walk[0];
    for (int32_t i = 0; i < t.n; i++) order[i] = w.order[t.n - 1 - i];
    REQUIRE_OK(program_from_order(&t, order, &p, NULL));
    REQUIRE_OK(sum_log_z(&p, 0.3, &no_limits, &log_z, &is_complete, NULL));
    mps_sweep tables = sweep_of(&t, &w, 0.3, 48);
    CHECK_REAL(tables.log_z, log_z, 1e-6);
    CHECK(tables.most_lost < 1e-6);
    sweep_tables_free(&tables);
    program_free(&p);
    beam_walks_free(&found);
    network_free(&t);
  }
}

static const check_test tests[] = {{"factors", factors},
                                   {"wide chains are exact", wide_chains_are_exact},
                                   {"ranks are sums", ranks_are_sums},
                                   {"draws have weights", draws_have_weights},
                                   {"lattices", lattices},
                                   {"other lattices", other_lattices}};
CHECK_MAIN("tn/mps", tests)
