/* SPDX-License-Identifier: Apache-2.0 */
#include "tn/sumproduct.h"

#include "base/error.h"
#include "check.h"
#include "support/sanitizer.h"
#include "tn/spectrum.h"

static double brute_log_z(const int64_t energy[], int32_t n, double beta) {
  int64_t least = INT64_MAX;
  double sum = 0;
  for (uint32_t x = 0; x < 1u << n; x++) least = energy[x] < least ? energy[x] : least;
  for (uint32_t x = 0; x < 1u << n; x++) sum += exp(-beta * (double)(energy[x] - least));
  return log(sum) - beta * (double)least;
}

/* <s_i>, <s_i s_j> by enumeration. */
static double brute_mean(const int64_t energy[], int32_t n, double beta, int32_t i, int32_t j) {
  const double log_z = brute_log_z(energy, n, beta);
  double sum = 0;
  for (uint32_t x = 0; x < 1u << n; x++) {
    const int sign = (x >> i & 1 ? 1 : -1) * (j < 0 ? 1 : x >> j & 1 ? 1 : -1);
    sum += sign * exp(-beta * (double)energy[x] - log_z);
  }
  return sum;
}

static void check_marginals(const tn_network *t, const tn_program *p, const int64_t energy[],
                            double beta, bool fronts) {
  const int64_t n_pairs = sum_pairs(p, fronts);
  double mean[32], log_z;
  tn_pair *pairs = calloc((size_t)n_pairs + 1, sizeof *pairs);
  bool is_complete;
  REQUIRE_OK(sum_marginals(p, beta, fronts, &no_limits, &(tn_marginals){mean, pairs, NULL}, &log_z,
                           &is_complete, NULL));
  CHECK(is_complete);
  CHECK_REAL(log_z, brute_log_z(energy, t->n, beta), 1e-9 * (1 + fabs(log_z)));
  for (int32_t i = 0; i < t->n; i++)
    CHECK_REAL(mean[i], brute_mean(energy, t->n, beta, i, -1), 1e-9);
  for (int64_t k = 0; k < n_pairs; k++) {
    CHECK_REAL(pairs[k].correlation, brute_mean(energy, t->n, beta, pairs[k].i, pairs[k].j), 1e-9);
    CHECK(pairs[k].i < pairs[k].j);
  }
  if (!fronts) CHECK_INT(n_pairs, t->row[t->n] / 2);
  if (fronts) CHECK(n_pairs >= t->row[t->n] / 2);
  free(pairs);
}

static const double betas[] = {0, 0.1, 1, 30, 3000};

static void log_z_and_marginals(void) {
  philox_stream s = philox_stream_at(2, 0);
  for (int trial = 0; trial < 240; trial++) {
    const int32_t n = (int32_t)philox_below(&s, 11) + 1;
    const uint32_t range = trial % 3 ? 2 : 1000;
    const double beta = betas[trial % 5] / range;
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, n, range, trial & 1);
    tn_program p = spectrum_program(&t, &s, trial / 2);
    int64_t *energy = spectrum_of(&t);
    double log_z;
    bool is_complete;
    REQUIRE_OK(sum_log_z(&p, beta, &no_limits, &log_z, &is_complete, NULL));
    CHECK(is_complete);
    CHECK_REAL(log_z, brute_log_z(energy, n, beta), 1e-9 * (1 + fabs(log_z)));
    check_marginals(&t, &p, energy, beta, trial % 4 == 0);
    free(energy);
    program_free(&p);
    network_free(&t);
  }
}

/* A strip 5 wide: tables of up to 2^5, joins where the order is random. */
static tn_network strip(philox_stream *s, int32_t n) {
  lehr_builder *b;
  lehr_model *m;
  tn_network t;
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, n, &b));
  for (int32_t i = 0; i < n; i++) {
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, (int64_t)philox_below(s, 5) - 2, NULL));
    if (i % 5 > 0)
      REQUIRE_OK(lehr_builder_add_int(b, i, i - 1, (int64_t)philox_below(s, 2) * 2 - 1, NULL));
    if (i >= 5)
      REQUIRE_OK(lehr_builder_add_int(b, i, i - 5, (int64_t)philox_below(s, 2) * 2 - 1, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  REQUIRE_OK(network_make(lehr_model_look(m), &t, NULL));
  lehr_builder_free(b);
  lehr_model_free(m);
  return t;
}

enum { STRIP = 60, READS = 200 };

typedef struct outcome {
  double mean[STRIP], log_z[2];
  tn_pair pairs[4 * STRIP];
  uint64_t spins[STRIP * ((READS + 63) / 64)];
} outcome;

static lehr_status compute(const tn_program *p, double beta, const tn_guard *guard, outcome *o) {
  bool is_complete[2];
  memset(o, 0, sizeof *o);
  LEHR_TRY(sum_marginals(p, beta, false, guard, &(tn_marginals){o->mean, o->pairs, NULL},
                         &o->log_z[0], &is_complete[0], NULL));
  LEHR_TRY(sum_sample(p, beta, (tn_reads){7, 0, READS}, guard, o->spins, &o->log_z[1],
                      &is_complete[1], NULL));
  CHECK(is_complete[0] && is_complete[1]);
  /* In batches as in one go. */
  uint64_t part[STRIP];
  double log_z;
  LEHR_TRY(sum_sample(p, beta, (tn_reads){7, 64, 64}, guard, part, &log_z, &is_complete[1], NULL));
  for (int v = 0; v < STRIP; v++) CHECK(part[v] == o->spins[v * ((READS + 63) / 64) + 1]);
  return LEHR_OK;
}

/* Checkpoints and threads change no bit; what fits according to the plan does fit. */
static void limits_change_nothing(void) {
  static outcome whole, other;
  philox_stream s = philox_stream_at(3, 0);
  int tight = 0, joins = 0;
  for (int trial = 0; trial < 12; trial++) {
    tn_network t = strip(&s, STRIP);
    int32_t order[STRIP];
    tn_program p;
    const double beta = trial % 3 ? 0.7 : 40;
    for (int32_t i = 0; i < STRIP; i++) order[i] = i;
    for (int32_t i = 0; i < STRIP && trial % 2; i++) /* from both ends: they join */
      order[i] = i % 2 ? STRIP - 1 - i / 2 : i / 2;
    if (program_from_order(&t, order, &p, NULL)) abort();
    REQUIRE_OK(compute(&p, beta, &no_limits, &whole));
    for (uint64_t bytes = 1 << 21; bytes > 512; bytes = bytes * 9 / 10) {
      tn_guard guard = {.bytes = bytes, .threads = 1 + trial % 3};
      tn_need marginals, samples;
      REQUIRE_OK(sum_marginals_plan(&p, beta, &marginals, bytes, NULL));
      REQUIRE_OK(sum_sample_plan(&p, beta, READS, &samples, bytes, NULL));
      if (!marginals.fits || !samples.fits) continue;
      CHECK(marginals.bytes <= bytes && samples.bytes <= bytes);
      REQUIRE_OK(compute(&p, beta, &guard, &other));
      CHECK(memcmp(&whole, &other, sizeof whole) == 0);
      tight += marginals.bytes < 60000;
    }
    for (int64_t k = 0; k < p.n_ops; k++) joins += p.ops[k].kind == TN_JOIN;
    program_free(&p);
    network_free(&t);
  }
  CHECK(tight > 20 && joins > 0);
}

static void too_little_memory_is_refused(void) {
  philox_stream s = philox_stream_at(4, 0);
  tn_network t = strip(&s, STRIP);
  const tn_guard guard = {.bytes = 100, .threads = 1};
  tn_program p = {0};
  int32_t order[STRIP];
  double log_z, mean[STRIP];
  static tn_pair pairs[4 * STRIP];
  uint64_t spins[STRIP];
  bool is_complete;
  lehr_error err = {0};
  for (int32_t i = 0; i < STRIP; i++) order[i] = i;
  REQUIRE_OK(program_from_order(&t, order, &p, NULL));
  CHECK_INT(sum_log_z(&p, 1, &guard, &log_z, &is_complete, &err), LEHR_ENOMEM);
  CHECK_CONTAINS(err.text, "limit");
  CHECK_INT(sum_sample(&p, 1, (tn_reads){0, 0, 64}, &guard, spins, &log_z, &is_complete, &err),
            LEHR_ENOMEM);
  CHECK_INT(sum_marginals(&p, 1, false, &guard, &(tn_marginals){mean, pairs, NULL}, &log_z,
                          &is_complete, &err),
            LEHR_ENOMEM);
  CHECK_INT(sum_log_z(&p, -1, &no_limits, &log_z, &is_complete, &err), LEHR_ERANGE);
  CHECK_INT(sum_log_z(&p, NAN, &no_limits, &log_z, &is_complete, &err), LEHR_ERANGE);
  CHECK_INT(sum_log_z(&p, 1e300, &no_limits, &log_z, &is_complete, &err), LEHR_ERANGE);
  program_free(&p);
  network_free(&t);
}

/* Cold: all of Z is the ground state, times their number. */
static void cold_limit_is_the_ground_state(void) {
  philox_stream s = philox_stream_at(5, 0);
  for (int trial = 0; trial < 30; trial++) {
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, 12, 3, trial & 1);
    tn_program p = spectrum_program(&t, &s, trial);
    const double beta = 20000;
    double log_z;
    bool is_complete;
    REQUIRE_OK(sum_log_z(&p, beta, &no_limits, &log_z, &is_complete, NULL));
    CHECK_REAL(-log_z / beta, (double)network_brute_force(&t), 12 * log(2) / beta);
    program_free(&p);
    network_free(&t);
  }
}

/* Pearson's sum over all states of 6 spins, 63 degrees of freedom: above 130 with probability
 * 1e-6. */
static void samples_follow_boltzmann(void) {
  enum { N = 6, COUNT = 100000, WORDS = (COUNT + 63) / 64 };
  static uint64_t spins[N * WORDS];
  philox_stream s = philox_stream_at(6, 0);
  for (int trial = 0; trial < 24; trial++) {
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, N, 2, trial & 1);
    tn_program p = spectrum_program(&t, &s, trial);
    int64_t *energy = spectrum_of(&t), seen[1 << N] = {0};
    const double beta = trial % 3 ? 0.3 : 0.05;
    double log_z, chi2 = 0;
    bool is_complete;
    REQUIRE_OK(sum_sample(&p, beta, (tn_reads){(uint64_t)trial, 0, COUNT}, &no_limits, spins,
                          &log_z, &is_complete, NULL));
    CHECK_REAL(log_z, brute_log_z(energy, N, beta), 1e-9);
    for (int32_t r = 0; r < COUNT; r++) {
      uint32_t x = 0;
      for (int32_t v = 0; v < N; v++)
        x |= (uint32_t)(spins[v * WORDS + r / 64] >> (r % 64) & 1) << v;
      seen[x]++;
    }
    for (uint32_t x = 0; x < 1u << N; x++) {
      const double expected = COUNT * exp(-beta * (double)energy[x] - log_z);
      const double difference = (double)seen[x] - expected;
      chi2 += difference * difference / expected;
    }
    CHECK(chi2 < 130);
    free(energy);
    program_free(&p);
    network_free(&t);
  }
}

/* Samples of few states, by the wide numbers: only ground states at an infinite beta, in equal
 * parts. */
static void cold_samples_are_ground_states(void) {
  enum { COUNT = 4096, WORDS = COUNT / 64 };
  static uint64_t spins[10 * WORDS];
  philox_stream s = philox_stream_at(8, 0);
  for (int trial = 0; trial < 16; trial++) {
    tn_network t = network_of_shape((shape)(trial % SHAPES), &s, 10, 1, false);
    tn_program p = spectrum_program(&t, &s, trial);
    int64_t *energy = spectrum_of(&t), seen[1 << 10] = {0}, least = network_brute_force(&t),
            ways = 0;
    double log_z;
    bool is_complete;
    REQUIRE_OK(sum_sample(&p, 1000, (tn_reads){5, 0, COUNT}, &no_limits, spins, &log_z,
                          &is_complete, NULL));
    for (int32_t r = 0; r < COUNT; r++) {
      uint32_t x = 0;
      for (int32_t v = 0; v < 10; v++)
        x |= (uint32_t)(spins[v * WORDS + r / 64] >> (r % 64) & 1) << v;
      CHECK_INT(energy[x], least);
      seen[x]++;
    }
    for (uint32_t x = 0; x < 1u << 10; x++) ways += energy[x] == least;
    for (uint32_t x = 0; x < 1u << 10; x++) {
      const double each = (double)COUNT / (double)ways;
      if (energy[x] == least) CHECK(fabs((double)seen[x] - each) < 6 * sqrt(each) + 1);
    }
    free(energy);
    program_free(&p);
    network_free(&t);
  }
}

/* A line of /proc/self/status, in bytes. */
static double process_bytes(const char *name) {
  char line[128], format[32];
  long long kib = 0;
  FILE *f = fopen("/proc/self/status", "r");
  snprintf(format, sizeof format, "%s: %%lld", name);
  while (f && fgets(line, sizeof line, f))
    if (sscanf(line, format, &kib) == 1) break;
  if (f) fclose(f);
  return (double)kib * 1024;
}

/* Tables of 64 MiB of doubles, then of 96 of the wider numbers. */
static void memory_is_foreseen(void) {
  enum { WIDE = 23 };
  static const double warm_and_cold[2] = {0.3, 30};
  lehr_builder *b;
  lehr_model *m;
  tn_network t;
  tn_program p;
  int32_t order[2 * WIDE];
  REQUIRE_OK(lehr_builder_create(LEHR_SPIN, 2 * WIDE, &b));
  for (int32_t i = 0; i < 2 * WIDE; i++) {
    order[i] = i;
    REQUIRE_OK(lehr_builder_add_linear_int(b, i, i % 2 ? 1 : -1, NULL));
    if (i >= WIDE) REQUIRE_OK(lehr_builder_add_int(b, i, i - WIDE, i % 3 ? 1 : -1, NULL));
    if (i % WIDE) REQUIRE_OK(lehr_builder_add_int(b, i, i - 1, 1, NULL));
  }
  REQUIRE_OK(lehr_builder_finish(b, &m, NULL));
  REQUIRE_OK(network_make(lehr_model_look(m), &t, NULL));
  REQUIRE_OK(program_from_order(&t, order, &p, NULL));
  for (int k = 0; k < 2; k++) {
    tn_need need;
    double log_z;
    bool is_complete;
    REQUIRE_OK(sum_log_z_plan(&p, warm_and_cold[k], &need, UINT64_MAX, NULL));
    const double before = process_bytes("VmRSS");
    REQUIRE_OK(sum_log_z(&p, warm_and_cold[k], &no_limits, &log_z, &is_complete, NULL));
    if (!SANITIZER_OF_THREADS && !SANITIZER_OF_ADDRESSES) /* which take memory of their own */
      CHECK_REAL(process_bytes("VmHWM") - before, (double)need.bytes, 0.1 * (double)need.bytes);
    CHECK(need.bytes >= (uint64_t)(k ? 96 : 64) << 20);
  }
  program_free(&p);
  network_free(&t);
  lehr_model_free(m);
  lehr_builder_free(b);
}

static int stop_later(void *user) { return ++*(int *)user > 40; }

static void stopped_runs_say_so(void) {
  philox_stream s = philox_stream_at(9, 0);
  tn_network t = strip(&s, STRIP);
  tn_program p = spectrum_program(&t, &s, 0);
  int polls = 0;
  const tn_guard guard = {
      .should_stop = stop_later, .user = &polls, .bytes = 1 << 26, .threads = 1};
  double log_z;
  uint64_t spins[STRIP];
  bool is_complete = true;
  REQUIRE_OK(sum_sample(&p, 1, (tn_reads){0, 0, 64}, &guard, spins, &log_z, &is_complete, NULL));
  CHECK(!is_complete);
  program_free(&p);
  network_free(&t);
}

static const check_test tests[] = {
    {"log Z and marginals", log_z_and_marginals},
    {"limits change nothing", limits_change_nothing},
    {"too little memory is refused", too_little_memory_is_refused},
    {"cold limit is the ground state", cold_limit_is_the_ground_state},
    {"samples follow Boltzmann", samples_follow_boltzmann},
    {"cold samples are ground states", cold_samples_are_ground_states},
    {"memory is foreseen", memory_is_foreseen},
    {"stopped runs say so", stopped_runs_say_so}};
CHECK_MAIN("tn/sumproduct", tests)
