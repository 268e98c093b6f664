/* SPDX-License-Identifier: Apache-2.0 */
/* Samples of `anneal` with boltzmann=1 against exact probabilities, for every type of field, in
 * bits, lanes, rows and groups, at several temperatures. Replicas that shared random numbers would
 * fail as well: all that is checked supposes that they are independent. */
#include "check.h"
#include "support/frequencies.h"
#include "support/samples.h"

#include "base/philox.h"
#include "lehr/lehr.h"
#include "solvers/anneal/deviates.h"

#include <stdlib.h>

enum { READS = 10000, MOST_STATES = 1 << 14, MOST_CELLS = 256 };

static lehr_sampleset *sample(const lehr_model *m, double beta, int sweeps, int32_t threads) {
  char hot[48], cold[48], count[48];
  const char *options[] = {hot, cold, count, "boltzmann=1"};
  lehr_params p;
  lehr_sampleset *set = NULL;
  lehr_error err = {0};
  snprintf(hot, sizeof hot, "beta_hot=%.17g", beta);
  snprintf(cold, sizeof cold, "beta_cold=%.17g", beta);
  snprintf(count, sizeof count, "sweeps=%d", sweeps);
  lehr_params_init(&p);
  p.engine = "anneal";
  p.reads = READS;
  p.threads = threads;
  p.options = options;
  p.n_options = 4;
  p.seed = 17;
  REQUIRE_OK(lehr_solve(NULL, m, &p, &set, &err));
  CHECK_INT(lehr_sampleset_reads(set), READS);
  return set;
}

/* Exact probabilities of the first `shown` variables of a small model, and the mean energy. */
typedef struct exact {
  double cell[MOST_CELLS], energy, deviation;
} exact;

static exact weigh(const lehr_model *m, double beta, int shown) {
  const int32_t n = lehr_model_look(m)->n;
  exact x = {.energy = 0};
  double sum = 0, square = 0;
  uint8_t bits[16];
  REQUIRE(1 << n <= MOST_STATES && 1 << shown <= MOST_CELLS);
  const double reference = lehr_model_energy(m, memset(bits, 0, sizeof bits));
  for (int state = 0; state < 1 << n; state++) {
    for (int i = 0; i < n; i++) bits[i] = state >> i & 1;
    if (!lehr_model_feasible(m, bits)) continue;
    const double energy = lehr_model_energy(m, bits), weight = exp(-beta * (energy - reference));
    x.cell[state & ((1 << shown) - 1)] += weight;
    x.energy += weight * energy;
    square += weight * energy * energy;
    sum += weight;
  }
  for (int k = 0; k < 1 << shown; k++) x.cell[k] /= sum;
  x.energy /= sum;
  x.deviation = sqrt(square / sum - x.energy * x.energy);
  return x;
}

/* The first `shown` variables of all states of a small model, and the energy. */
static void add_small(frequencies *f, const lehr_model *m, double beta, int sweeps, int shown) {
  const exact x = weigh(m, beta, shown);
  int64_t counted[MOST_CELLS] = {0};
  double energy = 0;
  uint8_t bits[16];
  lehr_sampleset *set = sample(m, beta, sweeps, 1);
  for (int64_t k = 0; k < lehr_sampleset_size(set); k++) {
    const int64_t times = lehr_sampleset_occurrences(set, k);
    int cell = 0;
    lehr_sampleset_bits(set, k, bits);
    for (int i = 0; i < shown; i++) cell |= bits[i] << i;
    counted[cell] += times;
    energy += lehr_sampleset_energy(set, k) * (double)times;
  }
  frequencies_add_shape(f, counted, x.cell, 1 << shown);
  frequencies_add_slope(f, (x.energy - energy / READS) / (x.deviation / sqrt(READS)));
  lehr_sampleset_free(set);
}

/* A spin glass whose energies are about 1, as integers of about `size` times a scale. */
static lehr_model *glass(int32_t n, double density, int64_t size) {
  philox_stream s = philox_stream_at(31, (uint64_t)size + (uint64_t)n);
  lehr_builder *b;
  lehr_model *m;
  const double unit = 1 / (double)size;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t i = 0; i < n; i++) {
    REQUIRE_OK(
        lehr_builder_add_linear(b, i, unit * rint(0.5 * (double)size * philox_normal(&s)), NULL));
    for (int32_t j = 0; j < i; j++)
      if (philox_unit(&s) < density)
        REQUIRE_OK(lehr_builder_add(b, i, j, unit * rint((double)size * philox_normal(&s)), NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  return m;
}

static void exponential_deviates_are_logarithms(void) {
  static deviates d;
  for (int k = 0; k < 1 << DEVIATE_BITS; k++) {
    const double m = 1 + k * (1.0 / (1 << DEVIATE_BITS));
    d.minus_log[k] = -log(m);
    d.inverse[k] = 1 / m;
  }
  for (uint64_t w = 0; w < UINT64_C(1) << 32; w += 99991)
    CHECK_REAL(deviates_at(&d, (uint32_t)w), -log(((double)w + 0.5) * 0x1p-32), 1e-12);
  CHECK_REAL(deviates_at(&d, UINT32_MAX), 0x1p-33, 1e-12);
}

/* Sizes that need fields of 1, 2, 4 and 8 bytes. */
static const int64_t sizes[] = {8, 1000, 10000000, INT64_C(1) << 40};

static void lanes_of_every_type(void) {
  frequencies f = {0};
  for (int k = 0; k < 4; k++) {
    lehr_model *m = glass(7, 0.7, sizes[k]);
    for (double beta = 0.2; beta < 1; beta *= 2) add_small(&f, m, beta, 160, 7);
    lehr_model_free(m);
  }
  frequencies_check(&f, "lanes");
}

static void rows_of_every_type(void) {
  frequencies f = {0};
  for (int k = 0; k < 4; k++) {
    lehr_model *m = glass(14, 1, sizes[k]);
    add_small(&f, m, 0.15, 50, 7);
    add_small(&f, m, 0.3, 80, 7);
    lehr_model_free(m);
  }
  frequencies_check(&f, "rows");
}

/* All couplings alike: the number of ones has a known distribution, and rows have several chunks.
 */
static void rows_of_several_chunks(void) {
  enum { N = 150 };
  const double beta = 0.8 / N;
  double expected[N + 1], minus_energy[N + 1], sum = 0, choose = 0;
  int64_t counted[N + 1] = {0};
  uint8_t bits[N];
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, N, &b));
  for (int i = 0; i < N; i++) {
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, 10, NULL));
    for (int j = 0; j < i; j++) REQUIRE_OK(lehr_builder_add_int(b, i, j, -1, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  for (int k = 0; k <= N; k++) {
    const double total = 2 * k - N, energy = -(total * total - N) / 2 + 10 * total;
    minus_energy[k] = -energy;
    sum += expected[k] = exp(choose - beta * energy - 70);
    choose += log((double)(N - k) / (k + 1));
  }
  for (int k = 0; k <= N; k++) expected[k] /= sum;
  frequencies f = {0};
  lehr_sampleset *set = sample(m, beta, 60, 2);
  for (int64_t k = 0; k < lehr_sampleset_size(set); k++) {
    int ones = 0;
    lehr_sampleset_bits(set, k, bits);
    for (int i = 0; i < N; i++) ones += bits[i];
    counted[ones] += lehr_sampleset_occurrences(set, k);
  }
  frequencies_add_shape(&f, counted, expected, N + 1);
  frequencies_add_slope(&f, frequencies_slope(counted, expected, minus_energy, N + 1));
  frequencies_check(&f, "several chunks");
  lehr_sampleset_free(set);
  lehr_model_free(m);
}

/* Bits take models of more than 64 variables: many copies of a small one, which are independent. */
static void bits(void) {
  enum { COPIES = 14, EACH = 5, STATES = 1 << EACH };
  static const int field[EACH] = {1, 0, -1, 2, 0};
  static const int bond[][3] = {{0, 1, 1},  {1, 2, -1}, {2, 3, 1}, {3, 4, -2},
                                {0, 4, -1}, {1, 3, 1},  {0, 2, 1}};
  lehr_builder *b;
  lehr_model *m;
  uint8_t row[COPIES * EACH];
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, COPIES * EACH, &b));
  for (int c = 0; c < COPIES * EACH; c += EACH) {
    for (int i = 0; i < EACH; i++)
      REQUIRE_OK(lehr_builder_add_linear_int(b, c + i, field[i], NULL));
    for (int k = 0; k < 7; k++)
      REQUIRE_OK(lehr_builder_add_int(b, c + bond[k][0], c + bond[k][1], bond[k][2], NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  frequencies f = {0};
  for (double beta = 0.15; beta < 1; beta *= 2) {
    double expected[STATES], sum = 0;
    int64_t counted[STATES] = {0};
    for (int state = 0; state < STATES; state++) {
      int s[EACH], energy = 0;
      for (int i = 0; i < EACH; i++) s[i] = state >> i & 1 ? 1 : -1;
      for (int i = 0; i < EACH; i++) energy += field[i] * s[i];
      for (int k = 0; k < 7; k++) energy += bond[k][2] * s[bond[k][0]] * s[bond[k][1]];
      sum += expected[state] = exp(-beta * energy);
    }
    for (int state = 0; state < STATES; state++) expected[state] /= sum;
    lehr_sampleset *set = sample(m, beta, 80, 1);
    for (int64_t k = 0; k < lehr_sampleset_size(set); k++) {
      lehr_sampleset_bits(set, k, row);
      for (int c = 0; c < COPIES; c++) {
        int cell = 0;
        for (int i = 0; i < EACH; i++) cell |= row[c * EACH + i] << i;
        counted[cell] += lehr_sampleset_occurrences(set, k);
      }
    }
    frequencies_add(&f, counted, expected, STATES);
    lehr_sampleset_free(set);
  }
  frequencies_check(&f, "bits");
  lehr_model_free(m);
}

/* One group of each kind and a free variable. */
static void groups_of_every_kind(void) {
  static const int32_t hot[] = {0, 1, 2}, most[] = {3, 4, 5}, two[] = {6, 7, 8, 9};
  philox_stream s = philox_stream_at(32, 1);
  frequencies f = {0};
  lehr_builder *b;
  lehr_model *m;
  REQUIRE_OK(lehr_builder_create(LEHR_BINARY, 11, &b));
  for (int32_t i = 0; i < 11; i++)
    for (int32_t j = 0; j <= i; j++)
      REQUIRE_OK(lehr_builder_add(b, i, j, rint(8 * philox_normal(&s)) / 8, NULL));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_ONE_HOT, hot, 3, 1, NULL));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_AT_MOST_ONE, most, 3, 1, NULL));
  REQUIRE_OK(lehr_builder_add_group(b, LEHR_GROUP_CARDINALITY, two, 4, 2, NULL));
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  lehr_builder_free(b);
  add_small(&f, m, 0.2, 60, 8);
  add_small(&f, m, 0.35, 80, 8);
  add_small(&f, m, 0.6, 100, 8);
  add_small(&f, m, 0.8, 140, 8);
  frequencies_check(&f, "groups");
  lehr_model_free(m);
}

static void same_on_any_thread_count(void) {
  lehr_model *m = glass(40, 0.2, 1000);
  lehr_sampleset *a = sample(m, 0.5, 10, 1), *b = sample(m, 0.5, 10, 3);
  check_same_samples(a, b);
  lehr_sampleset_free(a);
  lehr_sampleset_free(b);
  lehr_model_free(m);
}

static const check_test tests[] = {
    {"exponential deviates are logarithms", exponential_deviates_are_logarithms},
    {"lanes of every type", lanes_of_every_type},
    {"rows of every type", rows_of_every_type},
    {"rows of several chunks", rows_of_several_chunks},
    {"bits", bits},
    {"groups of every kind", groups_of_every_kind},
    {"same on any thread count", same_on_any_thread_count},
};
CHECK_MAIN("boltzmann", tests)
